"""Openings: the list, a new one, its page and its settings."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from rubrics import library
from screening.blueprints.session import asks, database, viewer
from screening.errors import Invalid, Stale
from screening.forms.openings import NewOpeningForm, OpeningSettingsForm, StateForm
from screening.policy import Action, allows
from screening.services import dashboard, openings
from screening.services.lookup import opening_for

bp = Blueprint("openings", __name__, url_prefix="/openings")
Page = str | tuple[str, int] | Response


@bp.get("")
@asks(Action.USE_ACCOUNT)
def index() -> Page:
    with database().reading() as session:
        listed = openings.mine(session, viewer())
    return render_template("openings/index.html", openings=listed, may_create=allows(viewer(), Action.CREATE_OPENING))


@bp.route("/new", methods=["GET", "POST"])
@asks(Action.CREATE_OPENING)
def new() -> Page:
    form = NewOpeningForm()
    with database().reading() as session:
        openings.require_create(viewer())
        form.offer([(key, template.name) for key, template in library.templates().items()], openings.copyable(session, viewer()))
    if form.validate_on_submit():
        try:
            with database().transaction() as session:
                opening = openings.create(
                    session,
                    viewer(),
                    title=form.title.data,
                    department=form.department.data,
                    location=form.location.data,
                    **form.beginning(),
                )
        except Invalid as error:
            form.refuse(error)
        else:
            flash("The opening is there. Look through its rubric, then publish it.", "success")
            return redirect(url_for("rubrics.edit", opening_id=opening.public_id), 303)
    page = render_template("openings/new.html", form=form, templates=library.templates().values())
    return (page, 422) if form.errors or form.form_errors else page


@bp.get("/<opening_id>")
@asks(Action.SEE_OPENING)
def show(opening_id: str) -> Page:
    with database().reading() as session:
        board = dashboard.of(session, viewer(), opening_id)
    return render_template("openings/show.html", board=board)


@bp.route("/<opening_id>/settings", methods=["GET", "POST"])
@asks(Action.EDIT_OPENING)
def settings(opening_id: str) -> Page:
    with database().reading() as session:
        opening = opening_for(session, viewer(), opening_id, Action.EDIT_OPENING)
    form, status = OpeningSettingsForm(obj=opening, version=openings.version(opening)), 422
    if form.validate_on_submit():
        try:
            return _changed(opening_id, form)
        except Stale as error:
            form.refuse(Invalid(f"{error} What you typed is shown, with what is saved now above it; saving again makes yours count."))
            form.version.data, status = openings.version(opening), 409
    page = render_template("openings/settings.html", form=form, opening=opening, changed=status == 409)
    return (page, status) if form.errors else page


def _changed(opening_id: str, form: OpeningSettingsForm) -> Response:
    with database().transaction() as session:
        openings.change(
            session,
            viewer(),
            opening_id,
            title=form.title.data,
            department=form.department.data,
            location=form.location.data,
            panel_open=form.panel_open.data,
            manager_sees_names=form.manager_sees_names.data,
            finals_count=form.finals_count.data,
            ranks_adjusted=form.ranks_adjusted.data,
            seen=form.version.data,
        )
    flash("Saved.", "success")
    return redirect(url_for("openings.show", opening_id=opening_id), 303)


@bp.post("/<opening_id>/state")
@asks(Action.EDIT_OPENING)
def state(opening_id: str) -> Page:
    form = StateForm()
    with database().reading() as session:
        opening_for(session, viewer(), opening_id, Action.EDIT_OPENING)
    form.validate()
    with database().transaction() as session:
        opening = openings.set_state(session, viewer(), opening_id, form.state.data or "", seen=form.version.data)
    flash("The opening is open again." if opening.state == "open" else "The opening is closed. Everything stays readable.", "success")
    return redirect(url_for("openings.show", opening_id=opening_id), 303)
