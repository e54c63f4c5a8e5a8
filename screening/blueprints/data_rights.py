"""Data rights: what is held about somebody is handed out, erased, put on hold, or let go when its time is over."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from screening.blueprints.downloads import download, typeset
from screening.blueprints.session import asks, database, settings, viewer
from screening.errors import Invalid, Stale
from screening.forms.base import Form
from screening.forms.data_rights import EraseForm, FindForm, HoldForm, ReleaseForm
from screening.paths import template_root
from screening.policy import Action
from screening.services.privacy import desk, package, retention
from screening.services.privacy.erasing import Erased, OnHold
from screening.services.privacy.inventory import Subject
from screening.services.privacy.subjects import Person

bp = Blueprint("data_rights", __name__, url_prefix="/data-rights")
Page = str | tuple[str, int] | Response


@bp.route("", methods=["GET", "POST"])
@asks(Action.DATA_RIGHTS)
def index() -> Page:
    """Found by sending a form: an address must not stand in the address of a page."""
    form = FindForm()
    found: tuple[Person, ...] = ()
    if form.validate_on_submit():
        try:
            with database().reading() as session:
                found = tuple(desk.find(session, viewer(), form.words.data))
        except Invalid as error:
            form.refuse(error)
    if len(found) == 1:
        return redirect(_of(found[0]), 303)
    with database().reading() as session:
        due = desk.due(session, viewer(), settings().retention_days)
    listed = [(person, _of(person)) for person in found]
    page = render_template("data_rights/index.html", form=form, found=listed, due=due, days=settings().retention_days)
    return (page, 422) if form.errors else page


def _of(person: Person) -> str:
    if person.kind is Subject.CANDIDATE:
        return url_for("data_rights.candidate", candidate_id=person.public_id)
    return url_for("data_rights.account", account_id=person.public_id)


@bp.get("/candidates/<candidate_id>")
@asks(Action.DATA_RIGHTS)
def candidate(candidate_id: str) -> Page:
    return _candidate_page(candidate_id, HoldForm())


def _candidate_page(candidate_id: str, form: Form) -> str:
    with database().reading() as session:
        look = desk.candidate(session, viewer(), candidate_id)
    return render_template("data_rights/candidate.html", look=look, form=form)


@bp.get("/accounts/<account_id>")
@asks(Action.DATA_RIGHTS)
def account(account_id: str) -> Page:
    with database().reading() as session:
        look = desk.account(session, viewer(), account_id)
    return render_template("data_rights/account.html", look=look)


@bp.get("/candidates/<candidate_id>/export.zip")
@asks(Action.DATA_RIGHTS)
def export_candidate(candidate_id: str) -> Page:
    with database().reading() as session:
        person = desk.candidate(session, viewer(), candidate_id).person
    return _export(person)


@bp.get("/accounts/<account_id>/export.zip")
@asks(Action.DATA_RIGHTS)
def export_account(account_id: str) -> Page:
    with database().reading() as session:
        person = desk.account(session, viewer(), account_id).person
    return _export(person)


def _export(person: Person) -> Response:
    chosen = settings()
    with database().reading() as session:
        packed = desk.packed(session, viewer(), person, package.Look(chosen.organisation, template_root(), chosen.paper))
    content = package.zipped(packed, typeset)
    with database().transaction() as session:
        desk.note_export(session, viewer(), person)
    return download(content, f"person-{person.public_id}.zip", "application/zip")


@bp.post("/candidates/<candidate_id>/hold")
@asks(Action.DATA_RIGHTS)
def hold(candidate_id: str) -> Page:
    with database().reading() as session:
        desk.candidate(session, viewer(), candidate_id)
    form = HoldForm()
    if not form.validate():
        return _candidate_page(candidate_id, form), 422
    with database().transaction() as session:
        desk.hold(session, viewer(), candidate_id, form.reason.data)
    flash("On hold: nothing of this person is erased before the hold is lifted.", "success")
    return redirect(url_for("data_rights.candidate", candidate_id=candidate_id), 303)


@bp.post("/candidates/<candidate_id>/release")
@asks(Action.DATA_RIGHTS)
def release(candidate_id: str) -> Page:
    with database().reading() as session:
        desk.candidate(session, viewer(), candidate_id)
    form = ReleaseForm()
    form.validate()
    with database().transaction() as session:
        desk.release(session, viewer(), candidate_id, seen=form.version.data)
    flash("The hold is lifted.", "success")
    return redirect(url_for("data_rights.candidate", candidate_id=candidate_id), 303)


@bp.route("/candidates/<candidate_id>/erase", methods=["GET", "POST"])
@asks(Action.DATA_RIGHTS)
def erase_candidate(candidate_id: str) -> Page:
    with database().reading() as session:
        look = desk.candidate(session, viewer(), candidate_id)
    return _erase(look)


@bp.route("/accounts/<account_id>/erase", methods=["GET", "POST"])
@asks(Action.DATA_RIGHTS)
def erase_account(account_id: str) -> Page:
    with database().reading() as session:
        look = desk.account(session, viewer(), account_id)
    return _erase(look)


def _erase(look: desk.Look) -> Page:
    """A second look at what goes, and a word to type."""
    form, status = EraseForm(), 422
    if form.validate_on_submit():
        try:
            with database().transaction() as session:
                done = desk.erase(session, viewer(), look.person, version=form.version.data)
            flash(_in_words(done), "success")
            return redirect(url_for("data_rights.index"), 303)
        except Stale as error:
            form.refuse(Invalid(str(error)))
            status = 409
        except (Invalid, OnHold) as error:
            form.refuse(Invalid(str(error)))
    with database().reading() as session:
        going = desk.going(session, viewer(), look.person)
    form.version.data = going.version
    page = render_template("data_rights/erase.html", look=look, going=going, form=form, back=_of(look.person))
    return (page, status) if form.errors else page


def _in_words(done: Erased) -> str:
    rows = sum(count for _, count in done.rows)
    return f"Erased: {rows:,} rows, {done.files:,} files, {done.lists:,} waiting lists."


@bp.route("/retention", methods=["GET", "POST"])
@asks(Action.DATA_RIGHTS)
def over() -> Page:
    """Whose time is over, and erasing them."""
    days = settings().retention_days
    form, status = EraseForm(), 422
    with database().reading() as session:
        due = desk.due(session, viewer(), days)
    if form.validate_on_submit():
        if form.version.data == due.version:
            return _let_go(due, days)
        form.refuse(Invalid(str(Stale("The list"))))
        status = 409
    form.version.data = due.version
    page = render_template("data_rights/retention.html", due=due, days=days, form=form, at_once=desk.AT_ONCE)
    return (page, status) if form.errors else page


def _let_go(due: desk.Run, days: int) -> Response:
    chosen = [one.id for one in due.due[: desk.AT_ONCE]]
    gone = sum(1 for _ in retention.run(database(), viewer().account_id, days, only=chosen))
    left = len(due.due) - gone
    flash(
        f"{gone:,} {'candidate is' if gone == 1 else 'candidates are'} erased{f'; {left:,} are left: look again' if left else ''}.",
        "success",
    )
    return redirect(url_for("data_rights.over"), 303)
