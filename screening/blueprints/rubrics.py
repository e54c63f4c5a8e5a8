"""The rubric of an opening: the editor with its pages for criteria and stages, and the published versions."""

from __future__ import annotations

import re
from typing import Any

from flask import Blueprint, abort, render_template, request
from werkzeug.wrappers import Response

from rubrics.errors import RubricError
from screening.blueprints import rubric_pages as pages
from screening.blueprints.rubric_sheets import Command, CriterionSheet, EditorSheet, Sheet, StageSheet, met
from screening.blueprints.session import asks, database, viewer
from screening.errors import Invalid, NotFound, Stale
from screening.forms.rubrics_criterion import typed
from screening.forms.rubrics_draft import DraftForm
from screening.policy import Action
from screening.services import rubrics
from screening.services.rubrics import Draft
from screening.services.struck import struck_in

bp = Blueprint("rubrics", __name__, url_prefix="/openings/<opening_id>/rubric")
Page = str | tuple[str, int] | Response


@bp.route("", methods=["GET", "POST"])
@asks(Action.EDIT_RUBRIC)
def edit(opening_id: str) -> Page:
    return _page(opening_id, EditorSheet())


@bp.route("/criteria/<key>", methods=["GET", "POST"])
@asks(Action.EDIT_RUBRIC)
def criterion(opening_id: str, key: str) -> Page:
    return _page(opening_id, CriterionSheet(key))


@bp.route("/stages/<key>", methods=["GET", "POST"])
@asks(Action.EDIT_RUBRIC)
def stage(opening_id: str, key: str) -> Page:
    return _page(opening_id, StageSheet(key))


def _page(opening_id: str, sheet: Sheet[Any]) -> Page:
    """A page of the editor, shown or sent."""
    draft = _draft(opening_id)
    if request.method == "GET":
        form = sheet.form(draft, None)
        if form is None:
            raise NotFound
        return _rendered(sheet, draft, form)
    seen, command = _version_seen(), Command.of(request.form.get("do", "save"))
    form = sheet.form(draft, request.form)
    if form is None:
        return _gone(draft, sheet, seen)
    valid = form.validate()
    if command.action == "find":
        return _rendered(sheet, draft, form) if seen == draft.version else _conflict(draft, sheet)
    if valid:
        try:
            return _save(sheet, draft, form, command, seen)
        except Invalid as error:
            form.refuse(error)
        except RubricError as error:
            form.refuse(sheet.refusal(form, error))
        except Stale:
            draft = _draft(opening_id)
    return (_rendered(sheet, draft, form), 422) if seen == draft.version else _conflict(draft, sheet)


def _draft(opening_id: str) -> Draft:
    with database().reading() as session:
        return rubrics.draft_of(session, viewer(), opening_id)


def _version_seen() -> int:
    """The draft's version from which the page was made."""
    given = request.form.get("version")
    if given is None:
        abort(428, "The page was sent without the version that it was made from. Reload it, then send it again.")
    if not re.fullmatch(r"[0-9]{1,9}", given):
        raise Invalid("The version that the page was made from must be a number. Reload the page, then send it again.")
    return int(given)


def _save(sheet: Sheet[Any], draft: Draft, form: DraftForm, command: Command, seen: int) -> Response:
    rubric, made = sheet.changed(draft, form, command)
    with database().transaction() as session:
        saved = rubrics.save_draft(session, viewer(), draft.opening_id, rubric, version=seen)
        made = sheet.also(session, draft, form, command, saved.version) or made
    return sheet.after(draft, command, made)


def _rendered(sheet: Sheet[Any], draft: Draft, form: DraftForm, clashes: Any = None) -> str:
    form.remember(draft.version, sheet.saved(draft, request.form))
    return render_template(sheet.template, **sheet.context(draft, form, clashes))


def _conflict(draft: Draft, sheet: Sheet[Any]) -> tuple[str, int]:
    """Somebody saved meanwhile: both are shown, and the next save is made from what is there now."""
    both = met(sheet, draft, request.form)
    if both is None:
        return _gone(draft, sheet, None)
    form, clashes = both
    return _rendered(sheet, draft, form, clashes), 409


def _gone(draft: Draft, sheet: Sheet[Any], seen: int | None) -> tuple[str, int]:
    """Somebody took out what the page was about: what was typed is shown, to be kept elsewhere."""
    if seen == draft.version:
        raise NotFound
    return render_template("rubrics/gone.html", **pages.gone(draft, sheet.what, typed(request.form))), 409


@bp.get("/versions")
@asks(Action.SEE_RUBRIC)
def versions(opening_id: str) -> Page:
    with database().reading() as session:
        opening, rows = rubrics.versions(session, viewer(), opening_id)
    return render_template("rubrics/versions.html", **pages.versions(opening, rows, viewer()))


@bp.get("/versions/<int(min=1, max=9999):number>")
@asks(Action.SEE_RUBRIC)
def version(opening_id: str, number: int) -> Page:
    with database().reading() as session:
        opening, row, published = rubrics.version(session, viewer(), opening_id, number)
        before = rubrics.version(session, viewer(), opening_id, number - 1)[2] if number > 1 else None
        struck = struck_in(session, opening.id)
    return render_template("rubrics/version.html", **pages.version(opening, row, published, before, struck, viewer()))
