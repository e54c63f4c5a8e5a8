"""The candidate summary as PDF, in the editions that the viewer may have."""

from __future__ import annotations

from flask import Blueprint, request
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from reports.editions import Edition, document_name
from reports.render import summary_html
from screening.blueprints.downloads import download, typeset
from screening.blueprints.session import asks, database, settings, viewer
from screening.paths import template_root
from screening.policy import Action
from screening.services import reporting

bp = Blueprint("reports", __name__)


@bp.get("/candidates/<application_id>/summary.pdf")
@asks(Action.SEE_SUMMARY)
def summary(application_id: str) -> Response:
    chosen, edition = settings(), _edition()
    with database().reading() as session:
        document = reporting.summary(session, viewer(), application_id, organisation=chosen.organisation, edition=edition)
    html = summary_html(document, templates=template_root(), paper=chosen.paper)
    content = typeset(html)
    with database().transaction() as session:
        reporting.note_made(session, viewer(), application_id, document.edition)
    name = document_name(document.edition, candidate=document.candidate, opening=document.opening, application_id=application_id)
    return download(content, f"{name}.pdf", "application/pdf")


def _edition() -> Edition | None:
    """The edition that the address names; None where it names none."""
    named = request.args.get("edition", "")
    try:
        return Edition(named) if named else None
    except ValueError:
        raise BadRequest(f"There is no edition “{named[:60]}”. Go back to the candidate's page and choose one there.") from None
