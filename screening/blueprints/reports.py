"""The candidate summary as PDF."""

from __future__ import annotations

from flask import Blueprint, current_app
from werkzeug.wrappers import Response

from reports.render import summary_html
from screening.blueprints.downloads import download
from screening.blueprints.session import asks, database, settings, viewer
from screening.paths import template_root
from screening.policy import Action
from screening.services import reporting

bp = Blueprint("reports", __name__)


@bp.get("/candidates/<application_id>/summary.pdf")
@asks(Action.SEE_SUMMARY)
def summary(application_id: str) -> Response:
    chosen = settings()
    with database().reading() as session:
        document = reporting.summary(session, viewer(), application_id, organisation=chosen.organisation)
    html = summary_html(document, templates=template_root(), paper=chosen.paper)
    content = current_app.extensions["pdf"].render(html)
    with database().transaction() as session:
        reporting.note_made(session, viewer(), application_id)
    return download(content, f"{document.candidate} - {document.opening}.pdf", "application/pdf")
