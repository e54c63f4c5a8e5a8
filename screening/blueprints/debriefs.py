"""The debrief about a candidate, its agenda on paper, and the final ratings given after it."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from reports.render import AGENDA_STYLESHEET, agenda_html
from screening.blueprints.downloads import download, typeset
from screening.blueprints.session import asks, database, settings, viewer
from screening.errors import Invalid, Stale
from screening.forms.base import SeenForm
from screening.forms.debriefs import FinalForm, final_form
from screening.paths import template_root
from screening.policy import Action
from screening.services import agenda_paper, debriefs
from screening.services.agenda import Point

bp = Blueprint("debriefs", __name__, url_prefix="/candidates/<application_id>")
Page = str | tuple[str, int] | Response


@bp.get("/debrief")
@asks(Action.DEBRIEF)
def show(application_id: str) -> Page:
    return _page(application_id)


@bp.post("/debrief/finals")
@asks(Action.GIVE_FINAL)
def give(application_id: str) -> Page:
    with database().reading() as session:
        debriefs.require_giving(session, viewer(), application_id)
    criterion, status = request.form.get("criterion", ""), 422
    form, seen = final_form(criterion), _seen()
    if form.validate():
        told = {"criterion": criterion, "level": form.level.data, "reason": form.reason.data, "seen": seen}
        try:
            with database().transaction() as session:
                debriefs.give(session, viewer(), application_id, **told)
        except Stale as error:
            form.refuse(Invalid(f"{error} What stands now is shown above what you typed."))
            status = 409
        except Invalid as error:
            form.refuse(error)
        else:
            flash("Your final rating is recorded. The independent one stays beside it.", "success")
            return _back(application_id, criterion)
    return _page(application_id, form, criterion), status


def _seen() -> int:
    form = SeenForm()
    form.validate()
    return form.version.number


@bp.post("/debrief/finals/withdraw")
@asks(Action.GIVE_FINAL)
def withdraw(application_id: str) -> Page:
    with database().reading() as session:
        debriefs.require_giving(session, viewer(), application_id)
    criterion, seen = request.form.get("criterion", ""), _seen()
    with database().transaction() as session:
        withdrawn = debriefs.withdraw(session, viewer(), application_id, criterion=criterion, seen=seen)
    if withdrawn:
        flash("Your final rating is withdrawn. It stays in the record, and your independent one holds.", "success")
    else:
        flash("You have no final rating of this criterion: nothing was changed.", "info")
    return _back(application_id, criterion)


@bp.get("/debrief.pdf")
@asks(Action.DEBRIEF)
def as_pdf(application_id: str) -> Response:
    chosen = settings()
    with database().reading() as session:
        document = agenda_paper.paper(session, viewer(), application_id, organisation=chosen.organisation)
    html = agenda_html(document, templates=template_root(), paper=chosen.paper)
    content = typeset(html, stylesheet=AGENDA_STYLESHEET)
    with database().transaction() as session:
        agenda_paper.note_made(session, viewer(), application_id)
    return download(content, f"{document.candidate} - {document.opening} - debrief agenda.pdf", "application/pdf")


def _back(application_id: str, criterion: str) -> Response:
    return redirect(url_for("debriefs.show", application_id=application_id, _anchor=f"point-{criterion}"), 303)


def _page(application_id: str, refused: FinalForm | None = None, criterion: str = "") -> str:
    """The page; a form that was refused is still filled in, whether or not its criterion is (still) on the agenda."""
    with database().reading() as session:
        page = debriefs.of(session, viewer(), application_id)
    forms = {point.key: _offered(point) for point in page.points if point.own and not page.is_closed}
    stray = refused
    if refused is not None and criterion in forms:
        name = next(point.item.criterion.name for point in page.points if point.key == criterion)
        forms[criterion], stray = refused.about(name), None
    return render_template("candidates/debrief.html", page=page, forms=forms, refused=refused, stray=stray)


def _offered(point: Point) -> FinalForm:
    standing = point.own.final if point.own else None
    return final_form(point.key, formdata=None, level=standing.level if standing else None, reason=standing.reason if standing else "")
