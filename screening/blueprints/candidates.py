"""Candidates: the list, adding one, the page of one, changing what is recorded."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from screening.blueprints.session import asks, database, viewer
from screening.errors import Invalid, Stale
from screening.forms.candidates import CandidateForm, DecisionForm, UndoForm, candidate_form
from screening.models import Opening
from screening.policy import Action
from screening.services import candidate_page, candidates, rubrics
from screening.services.lookup import opening_for

bp = Blueprint("candidates", __name__)
Page = str | tuple[str, int] | Response
Recorded = Sequence[tuple[str, str]]


@bp.route("/openings/<opening_id>/candidates/new", methods=["GET", "POST"])
@asks(Action.MANAGE_CANDIDATES)
def new(opening_id: str) -> Page:
    with database().reading() as session:
        opening = opening_for(session, viewer(), opening_id, Action.MANAGE_CANDIDATES)
        published = rubrics.current(session, opening.id)
    form = candidate_form(candidates.requirements_of(published.rubric if published else None))()
    if form.validate_on_submit():
        try:
            with database().transaction() as session:
                application = candidates.add(session, viewer(), opening_id, form.details())
        except Invalid as error:
            form.refuse(error)
        else:
            flash("The candidate is added.", "success")
            return redirect(url_for("candidates.show", application_id=application.public_id), 303)
    return _form_page(form, opening, "New candidate", url_for("openings.show", opening_id=opening_id))


@bp.get("/candidates/<application_id>")
@asks(Action.SEE_CANDIDATE)
def show(application_id: str) -> Page:
    return render_template("candidates/show.html", **page_context(application_id))


def page_context(application_id: str, *, form: DecisionForm | None = None, undo: UndoForm | None = None) -> dict[str, object]:
    """The candidate's page, with a form that was refused still filled in."""
    with database().reading() as session:
        page = candidate_page.of(session, viewer(), application_id)
    if form is None:
        form = DecisionForm(formdata=None, version=page.decision_seen)
    if page.is_last_stage:
        form.kind.choices = [choice for choice in form.kind.choices if choice.value != "advance"]
    return {"page": page, "form": form, "undo": undo or UndoForm(formdata=None)}


@bp.route("/candidates/<application_id>/edit", methods=["GET", "POST"])
@asks(Action.MANAGE_CANDIDATES)
def edit(application_id: str) -> Page:
    with database().reading() as session:
        application, _ = candidates.get(session, viewer(), application_id, Action.MANAGE_CANDIDATES)
        opening = session.get_one(Opening, application.opening_id)
        published = rubrics.current(session, application.opening_id)
        details = candidates.details_of(application)
    form = candidate_form(candidates.requirements_of(published.rubric if published else None), there=True)()
    here = url_for("candidates.show", application_id=application_id)
    if not form.is_submitted():
        form.show(details)
        form.version.data = str(candidates.version_of(application))
    elif form.validate():
        try:
            with database().transaction() as session:
                candidates.change(session, viewer(), application_id, form.details(), version=form.version.number)
        except Stale as error:
            form.refuse(Invalid(f"{error} What is recorded now is shown below."))
            return _form_page(form, opening, "Edit candidate", here, saved=_recorded(application_id, form), status=409)
        except Invalid as error:
            form.refuse(error)
        else:
            flash("Saved.", "success")
            return redirect(here, 303)
    return _form_page(form, opening, "Edit candidate", here)


def _recorded(application_id: str, form: CandidateForm) -> Recorded:
    """What is recorded now, as the fields of the form would show it; the form is from now on about that."""
    with database().reading() as session:
        application, _ = candidates.get(session, viewer(), application_id, Action.MANAGE_CANDIDATES)
        details = candidates.details_of(application)
    form.version.data = str(candidates.version_of(application))
    return form.in_words(details)


def _form_page(form: CandidateForm, opening: Opening, title: str, back: str, *, saved: Recorded = (), status: int = 422) -> Page:
    page = render_template("candidates/form.html", form=form, opening=opening, title=title, back=back, saved=saved)
    return (page, status) if form.errors or form.form_errors else page
