"""One's own keys for programs: what there is, a new one, and ending one."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from screening.blueprints.session import asks, database, viewer
from screening.blueprints.submissions import leads_to
from screening.blueprints.tries import look_at, page, settle
from screening.errors import Invalid, TooMany
from screening.forms.api_tokens import NewKeyForm
from screening.policy import Action
from screening.services import accounts, api_tokens

bp = Blueprint("api_tokens", __name__, url_prefix="/me/keys")


@bp.route("", methods=["GET", "POST"])
@asks(Action.USE_ACCOUNT)
def index() -> Response | str:
    leads_to(url_for("api_tokens.index"))
    with database().reading() as session:
        own = accounts.own_account(session, viewer())
    form = NewKeyForm(has_password=own.has_password)
    if not form.validate_on_submit():
        return _page(form)
    try:
        key = _made(form)
    except TooMany as error:
        return _page(form, error)
    except Invalid as error:
        form.refuse(error)
        key = ""
    # Shown in answer to the request itself: nobody can read it again, ourselves included.
    return render_template("accounts/new_key.html", key=key, name=form.name.data) if key else _page(form)


def _made(form: NewKeyForm) -> str:
    """A new key, '' where the password was not right. Raises `TooMany`."""
    tried = look_at(form)
    with database().transaction() as session:
        account = settle(session, form, tried)
        if account is None:
            return ""
        return api_tokens.make(session, account, name=form.name.data, scopes=form.chosen(), days=int(form.days.data))


def _page(form: NewKeyForm, closed: TooMany | None = None) -> Response:
    with database().reading() as session:
        keys = [(row, [api_tokens.IN_WORDS[scope] for scope in api_tokens.scopes_of(row)]) for row in api_tokens.own(session, viewer())]
    return page("accounts/keys.html", form, closed, keys=keys)


@bp.post("/end")
@asks(Action.USE_ACCOUNT)
def end() -> Response:
    key = request.form.get("key", "")
    if not key:
        raise Invalid("Say which key is to end.")
    with database().transaction() as session:
        api_tokens.end(session, viewer(), key)
    flash("The key has ended. A program that has it is turned away from now on.", "success")
    return redirect(url_for("api_tokens.index"), 303)
