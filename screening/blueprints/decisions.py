"""Recording a decision, and taking one back."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from screening.blueprints.candidates import page_context
from screening.blueprints.session import asks, database, viewer
from screening.errors import Invalid, Stale
from screening.forms.candidates import DecisionForm, UndoForm
from screening.policy import Action
from screening.services import decisions

bp = Blueprint("decisions", __name__)
Page = str | tuple[str, int] | Response


@bp.post("/candidates/<application_id>/decisions")
@asks(Action.DECIDE)
def decide(application_id: str) -> Page:
    form = DecisionForm()
    with database().reading() as session:
        decisions.require_deciding(session, viewer(), application_id)
    if form.validate():
        try:
            with database().transaction() as session:
                decisions.decide(
                    session, viewer(), application_id, kind=form.kind.data, reason=form.reason.data, standing=form.version.data
                )
        except Stale as error:
            form.refuse(Invalid(str(error)))
            return _again(application_id, form=form, status=409)
        except Invalid as error:
            form.refuse(error)
        else:
            flash("The decision is recorded.", "success")
            return redirect(url_for("candidates.show", application_id=application_id), 303)
    return _again(application_id, form=form)


@bp.post("/decisions/<decision_id>/undo")
@asks(Action.DECIDE)
def undo(decision_id: str) -> Page:
    form = UndoForm()
    with database().reading() as session:
        application_id = decisions.application_of(session, viewer(), decision_id)
    if form.validate():
        try:
            with database().transaction() as session:
                decisions.undo(session, viewer(), decision_id, reason=form.undo_reason.data)
        except Stale as error:
            form.refuse(Invalid(str(error)))
            return _again(application_id, undo=form, status=409)
        except Invalid as error:
            form.refuse(error)
        else:
            flash("The decision is taken back. Both stay in the record.", "success")
            return redirect(url_for("candidates.show", application_id=application_id), 303)
    return _again(application_id, undo=form)


def _again(application_id: str, *, form: DecisionForm | None = None, undo: UndoForm | None = None, status: int = 422) -> tuple[str, int]:
    context = page_context(application_id, form=form, undo=undo)
    if form is not None and status == 409:
        # Deciding again is now about the decision that the page shows.
        form.version.data = context["page"].decision_seen  # type: ignore[attr-defined]
    return render_template("candidates/show.html", **context), status
