"""The decision dossier as PDF and as the file that belongs to it."""

from __future__ import annotations

from flask import Blueprint
from werkzeug.wrappers import Response

from reports.dossier.document import Dossier
from reports.dossier.sealing import file_of
from reports.render import DOSSIER_STYLESHEET, dossier_html
from screening.blueprints.downloads import download, typeset
from screening.blueprints.session import asks, database, settings, viewer
from screening.paths import template_root
from screening.policy import Action
from screening.services import dossiers

bp = Blueprint("dossiers", __name__)


@bp.get("/candidates/<application_id>/dossier.pdf")
@asks(Action.MAKE_DOSSIER)
def paper(application_id: str) -> Response:
    dossier = _gathered(application_id)
    html = dossier_html(dossier, templates=template_root(), paper=settings().paper)
    return _handed_out(dossier, typeset(html, stylesheet=DOSSIER_STYLESHEET), "pdf", "application/pdf")


@bp.get("/candidates/<application_id>/dossier.json")
@asks(Action.MAKE_DOSSIER)
def file(application_id: str) -> Response:
    dossier = _gathered(application_id)
    return _handed_out(dossier, file_of(dossier, settings().secret_key), "json", "application/json")


def _gathered(application_id: str) -> Dossier:
    with database().reading() as session:
        return dossiers.gather(session, viewer(), application_id, organisation=settings().organisation)


def _handed_out(dossier: Dossier, content: bytes, ending: str, kind: str) -> Response:
    with database().transaction() as session:
        dossiers.note_made(session, viewer().account_id, dossier, ending)
    return download(content, f"Dossier - {dossier.candidate.name} - {dossier.opening.title}.{ending}", kind)
