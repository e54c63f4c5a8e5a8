"""Planning interviews, taking an interviewer off, reminding of missing cards."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from reports.wording import plural
from screening.blueprints.session import asks, database, viewer
from screening.errors import Invalid, Stale
from screening.forms.comparison import searched
from screening.forms.interviews import PlanForm
from screening.policy import Action
from screening.services import interviews

bp = Blueprint("interviews", __name__)
Page = str | tuple[str, int] | Response


@bp.route("/openings/<opening_id>/interviews/plan", methods=["GET", "POST"])
@asks(Action.PLAN_INTERVIEWS)
def plan(opening_id: str) -> Page:
    find, picked = searched(request.args, "find"), request.form.getlist("applications") or request.args.getlist("candidate")
    with database().reading() as session:
        choices = interviews.choices(session, viewer(), opening_id, find=find, picked=picked)
    form, status = PlanForm(version=str(choices.version)), 422
    form.offer(choices.stages, choices.applications, choices.interviewers)
    if not form.is_submitted():
        form.stage.data = request.args.get("stage") or (choices.stages[0][0] if choices.stages else None)
        form.applications.data = picked
    elif form.validate():
        try:
            with database().transaction() as session:
                added = interviews.plan(
                    session,
                    viewer(),
                    opening_id,
                    applications=form.applications.data,
                    stage=form.stage.data,
                    interviewers_=form.interviewers.data,
                    scheduled_at=form.scheduled_at,
                    place=form.place.data,
                    seen=form.version.number,
                )
        except Stale as error:
            form.refuse(Invalid(f"{error} What is planned for a candidate stands on their page; planning again makes this count."))
            form.version.data, status = str(choices.version), 409
        except Invalid as error:
            form.refuse(error)
        else:
            new = f"Planned: {plural(added, 'new scorecard')}. The interviewers find them on their home page."
            flash(new if added else "All of these have their scorecards already: none is new.", "success" if added else "info")
            return redirect(url_for("openings.show", opening_id=opening_id), 303)
    page = render_template("interviews/plan.html", form=form, choices=choices, find=find)
    return (page, status) if form.errors or form.form_errors else page


@bp.post("/scorecards/<scorecard_id>/withdraw")
@asks(Action.PLAN_INTERVIEWS)
def withdraw(scorecard_id: str) -> Page:
    with database().transaction() as session:
        application = interviews.unassign(session, viewer(), scorecard_id)
    flash("The interviewer is taken off. A draft, if there was one, is kept.", "success")
    return redirect(url_for("candidates.show", application_id=application.public_id), 303)


@bp.post("/openings/<opening_id>/remind")
@asks(Action.PLAN_INTERVIEWS)
def remind(opening_id: str) -> Page:
    with database().transaction() as session:
        cards = interviews.remind_all(session, viewer(), opening_id)
    flash(f"Reminded of {plural(cards, 'scorecard')}: it stands at the top of each interviewer's home page.", "success")
    return redirect(url_for("openings.show", opening_id=opening_id), 303)
