"""The team of an opening: who wears which hats in it."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from screening.blueprints.session import asks, database, viewer
from screening.errors import Invalid, NotFound, Stale
from screening.forms.team import HatsForm, JoinForm
from screening.models import Account, Opening
from screening.policy import Action, Hat, allows
from screening.services import openings

bp = Blueprint("team", __name__, url_prefix="/openings/<opening_id>/team")
Page = str | tuple[str, int] | Response


@bp.get("")
@asks(Action.MANAGE_TEAM)
def show(opening_id: str) -> Page:
    with database().reading() as session:
        opening, members, others = openings.team_of(session, viewer(), opening_id)
    forms = [HatsForm.of(account, hats) for account, hats in members]
    return _page(opening, members, forms, JoinForm.offering(others))


@bp.post("")
@asks(Action.MANAGE_TEAM)
def add(opening_id: str) -> Page:
    with database().reading() as session:
        opening, members, others = openings.team_of(session, viewer(), opening_id)
    form = JoinForm.offering(others, sent=True)
    if form.validate():
        try:
            with database().transaction() as session:
                openings.set_hats(session, viewer(), opening_id, form.account.data, form.hats.data, version="")
        except Invalid as error:
            form.refuse(error)
        else:
            flash("Added to the team.", "success")
            return redirect(url_for("team.show", opening_id=opening_id), 303)
    return _page(opening, members, [HatsForm.of(account, hats) for account, hats in members], form)


@bp.post("/<account_id>")
@asks(Action.MANAGE_TEAM)
def set_hats(opening_id: str, account_id: str) -> Page:
    with database().reading() as session:
        opening, members, others = openings.team_of(session, viewer(), opening_id)
    forms = [HatsForm.of(account, hats, sent=account.public_id == account_id) for account, hats in members]
    found = [(form, hats) for form, (account, hats) in zip(forms, members, strict=True) if account.public_id == account_id]
    if not found:
        raise NotFound
    (form, hats), status = found[0], 422
    if form.validate():
        try:
            with database().transaction() as session:
                account = openings.set_hats(session, viewer(), opening_id, account_id, form.hats.data, version=form.version.data)
        except Stale as error:
            form.refuse(Invalid(f"{error} What you ticked is shown; saving again makes it count."))
            form.version.data, status = openings.hats_version(hats), 409
        except Invalid as error:
            form.refuse(error)
        else:
            return _changed(opening, account, form.hats.data)
    return _page(opening, members, forms, JoinForm.offering(others), status)


def _changed(opening: Opening, account: Account, hats: list[str]) -> Response:
    flash("Saved." if hats else "Taken out of the team.", "success")
    if account.public_id != viewer().public_id or viewer().is_administrator or Hat.RECRUITER in hats:
        return redirect(url_for("team.show", opening_id=opening.public_id), 303)
    return redirect(url_for("openings.show", opening_id=opening.public_id) if hats else url_for("openings.index"), 303)


def _page(
    opening: Opening, members: list[tuple[Account, tuple[Hat, ...]]], forms: list[HatsForm], join: JoinForm, status: int = 422
) -> Page:
    page = render_template(
        "team/show.html",
        opening=opening,
        members=[(account, form) for (account, _), form in zip(members, forms, strict=True)],
        join=join,
        can_open=allows(viewer(), Action.SEE_OPENING, opening.id),
    )
    return (page, status) if any(form.errors for form in (*forms, join)) else page
