"""Saving the weights that were tried on the comparison: into the rubric's draft, with a rationale."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from screening.blueprints.session import asks, database, viewer
from screening.errors import Invalid, Stale
from screening.forms.comparison import weights_from
from screening.forms.trial_weights import TrialWeightsForm
from screening.policy import Action
from screening.services import trial_weights
from screening.services.lookup import opening_for

bp = Blueprint("trial_weights", __name__, url_prefix="/openings/<opening_id>/rubric/weights")
Page = str | tuple[str, int] | Response


@bp.get("")
@asks(Action.EDIT_RUBRIC)
def show(opening_id: str) -> Page:
    return _page(opening_id, TrialWeightsForm(None))


@bp.post("")
@asks(Action.EDIT_RUBRIC)
def save(opening_id: str) -> Page:
    form, weights = TrialWeightsForm(), weights_from(request.args)
    with database().reading() as session:
        opening_for(session, viewer(), opening_id, Action.EDIT_RUBRIC)
    if not form.validate():
        return _page(opening_id, form, 422)
    try:
        with database().transaction() as session:
            saved = trial_weights.save(session, viewer(), opening_id, weights, rationale=form.rationale.data, version=form.version.number)
    except Stale as error:
        form.refuse(Invalid(f"{error} Look at it, then save again."))
        return _page(opening_id, form, 409)
    except Invalid as error:
        form.refuse(error)
        return _page(opening_id, form, 422)
    flash(f"The weights are in the draft. Read it through, then publish it as version {saved.next_version}.", "success")
    return redirect(url_for("rubrics.edit", opening_id=opening_id), 303)


def _page(opening_id: str, form: TrialWeightsForm, status: int = 200) -> Page:
    proposal, problem = None, ""
    with database().reading() as session:
        try:
            proposal = trial_weights.propose(session, viewer(), opening_id, weights_from(request.args))
        except Invalid as error:
            problem, status = str(error), 422
    if proposal is not None:
        form.version.data = str(proposal.version)
    page = render_template(
        "rubrics/trial_weights.html", opening_id=opening_id, proposal=proposal, problem=problem, form=form, tried=request.args.to_dict()
    )
    return page, status
