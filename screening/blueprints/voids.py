"""Voiding a criterion or a question for everybody: the record, what would change, and doing it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from screening.blueprints.session import asks, database, viewer
from screening.errors import Invalid, Stale
from screening.forms.voids import CHANGE, CONFIRM, UndoVoidForm, VoidForm
from screening.policy import Action
from screening.services import voids

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

bp = Blueprint("voids", __name__, url_prefix="/openings/<opening_id>/voids")
Page = str | tuple[str, int] | Response


@bp.get("")
@asks(Action.VOID)
def show(opening_id: str) -> Page:
    return _page(opening_id)


@bp.post("")
@asks(Action.VOID)
def strike(opening_id: str) -> Page:
    form = VoidForm()
    if not form.validate():
        return _page(opening_id, form), 422
    part, reason = (viewer(), opening_id, form.what.data), form.reason.data
    try:
        preview = _done_or_shown(
            form,
            lambda session: voids.strike(session, *part, reason=reason, seen=form.seen.data or ""),
            lambda session: voids.preview(session, *part),
        )
    except Invalid as error:
        form.refuse(error)
        return _page(opening_id, form), 422
    if preview is None:
        return _done(opening_id, "It is void for everybody.")
    return _page(opening_id, form) if form.do.data == CHANGE else _preview(preview, form, reason)


@bp.post("/<void_id>")
@asks(Action.VOID)
def undo(opening_id: str, void_id: str) -> Page:
    form = UndoVoidForm.of(void_id)
    void = (viewer(), opening_id, void_id)
    with database().reading() as session:
        voids.require_void(session, *void)
    if not form.validate():
        return _page(opening_id, undo=form), 422
    reason = form.undo_reason.data
    try:
        preview = _done_or_shown(
            form,
            lambda session: voids.undo(session, *void, reason=reason, seen=form.seen.data or ""),
            lambda session: voids.preview_undoing(session, *void),
        )
    except Invalid as error:
        form.refuse(error)
        return _page(opening_id, undo=form), 422
    if preview is None:
        return _done(opening_id, "The void is taken back. Both stay in the record.")
    return _page(opening_id, undo=form) if form.do.data == CHANGE else _preview(preview, form, reason, void_id)


def _done_or_shown(
    form: VoidForm | UndoVoidForm, act: Callable[[Session], object], look: Callable[[Session], voids.Preview]
) -> voids.Preview | None:
    """None where it was confirmed, is still what was shown, and is done now; else what it would do."""
    if form.do.data == CONFIRM:
        with suppress(Stale):
            with database().transaction() as session:
                act(session)
            return None
    with database().reading() as session:
        return look(session)


def _done(opening_id: str, words: str) -> Response:
    flash(words, "success")
    return redirect(url_for("voids.show", opening_id=opening_id), 303)


def _page(opening_id: str, form: VoidForm | None = None, *, undo: UndoVoidForm | None = None) -> str:
    with database().reading() as session:
        page = voids.page(session, viewer(), opening_id)
    form = form or VoidForm(None)
    form.offer(page.choices)
    undoing = {entry.public_id: UndoVoidForm.of(entry.public_id, sent=False) for entry in page.standing}
    if undo is not None:
        undoing[undo.void_id] = undo
    return render_template("rubrics/voids.html", page=page, form=form, undoing=undoing, undo=undo)


def _preview(preview: voids.Preview, form: VoidForm | UndoVoidForm, reason: str, void_id: str = "") -> tuple[str, int]:
    """What would change, with what was typed carried on; 409 where it was confirmed and is no longer what was shown."""
    changed = form.do.data == CONFIRM
    page = render_template("rubrics/void_preview.html", preview=preview, form=form, reason=reason, void_id=void_id, changed=changed)
    return page, 409 if changed else 200
