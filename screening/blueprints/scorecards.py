"""The interviewer's scorecard: guide and form in one page, autosave, submitting, amending."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from screening.blueprints import scorecard_pages as pages
from screening.blueprints.session import asks, database, viewer
from screening.blueprints.submissions import leads_to
from screening.errors import AlreadySubmitted, Invalid, Stale
from screening.forms.base import SeenForm
from screening.forms.scorecard import ScorecardForm, scorecard_form, sent_by_script
from screening.policy import Action
from screening.services import amending, scorecards

bp = Blueprint("scorecards", __name__, url_prefix="/scorecards")
Page = str | tuple[str, int] | Response


def _card(scorecard_id: str) -> scorecards.Card:
    with database().reading() as session:
        return scorecards.get(session, viewer(), scorecard_id)


@bp.get("/<scorecard_id>")
@asks(Action.OWN_SCORECARD)
def edit(scorecard_id: str) -> Page:
    card = _card(scorecard_id)
    if not card.is_open or card.opening_closed:
        return render_template("scorecards/show.html", card=card, **pages.frozen(card))
    return render_template("scorecards/edit.html", **pages.filled(card, card.content, viewer().name))


@bp.post("/<scorecard_id>")
@asks(Action.OWN_SCORECARD)
def send(scorecard_id: str) -> Page:
    with database().reading() as session:
        asked = scorecards.asked(session, viewer(), scorecard_id)
    form = scorecard_form({item.key: item.criterion.name for item in asked.criteria})()
    if not form.validate():
        return _again(_card(scorecard_id), form, 422)
    submitting = form.do.data == "submit"
    act = scorecards.submit if submitting else scorecards.save
    content = form.content(request.form)
    here = url_for("scorecards.edit", scorecard_id=scorecard_id)
    there = url_for("candidates.show", application_id=asked.application_id) if submitting else here
    leads_to(there)
    try:
        with database().transaction() as session:
            act(session, viewer(), scorecard_id, content, version=form.version.number, rubric_number=form.rubric.number)
    except Invalid as error:
        return _again(_card(scorecard_id), form, 422, refusal=error)
    except Stale:
        return _again(_card(scorecard_id), form, 409, conflict=True)
    except AlreadySubmitted as error:
        frozen = _card(scorecard_id)
        unsaved = pages.unsaved(frozen, content)
        return render_template("scorecards/show.html", card=frozen, **pages.frozen(frozen, unsaved=unsaved, refusal=str(error))), 409
    panel = " Here is the panel, as far as it is in." if asked.panel_open else ""
    flash(f"Submitted and frozen.{panel}" if submitting else "Saved.", "success")
    return redirect(there, 303)


def _again(
    card: scorecards.Card, form: ScorecardForm, status: int, *, refusal: Invalid | None = None, conflict: bool = False
) -> tuple[str, int]:
    """The same page with what was typed, and what is wrong with it."""
    typed = pages.typed(card, form, request.form)
    context = pages.filled(card, typed, viewer().name, form=form, refusal=refusal, conflict=conflict)
    return render_template("scorecards/edit.html", **context), status


@bp.post("/<scorecard_id>/draft")
@asks(Action.OWN_SCORECARD)
def autosave(scorecard_id: str) -> Response | tuple[Response, int]:
    """Save what changed. 409 carries what the server has, so that the page can show both."""
    with database().reading() as session:
        scorecards.require_own(session, viewer(), scorecard_id)
    form, sent = sent_by_script(request.get_json(silent=True))
    if not form.validate():
        return jsonify(error="; ".join(_messages(form.errors)), fields=form.errors), 422
    try:
        with database().transaction() as session:
            saved = scorecards.save(
                session, viewer(), scorecard_id, form.content(sent), version=form.version.number, rubric_number=form.rubric.number
            )
    except Stale as error:
        card = _card(scorecard_id)
        return jsonify(error=str(error), version=card.version, fields=pages.as_fields(card)), 409
    except AlreadySubmitted as error:
        return jsonify(error=str(error), submitted=True), 409
    return jsonify(version=saved.version, saved_at=pages.clock_time(saved.at))


def _messages(errors: Mapping[str, Any]) -> list[str]:
    return [str(message) for messages in errors.values() for message in messages]


@bp.post("/<scorecard_id>/amend")
@asks(Action.OWN_SCORECARD)
def amend(scorecard_id: str) -> Page:
    with database().transaction() as session:
        amending.begin(session, viewer(), scorecard_id)
    return redirect(url_for("scorecards.edit", scorecard_id=scorecard_id), 303)


@bp.post("/<scorecard_id>/discard")
@asks(Action.OWN_SCORECARD)
def discard(scorecard_id: str) -> Page:
    form = SeenForm()
    with database().reading() as session:
        scorecards.require_own(session, viewer(), scorecard_id)
    form.validate()
    with database().transaction() as session:
        amending.discard(session, viewer(), scorecard_id, version=form.version.number)
    flash("The amendment is dropped. What you submitted stands.", "success")
    return redirect(url_for("scorecards.edit", scorecard_id=scorecard_id), 303)
