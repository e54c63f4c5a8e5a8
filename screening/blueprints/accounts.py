"""Signing in and out, a person's own account, and one-time links."""

from __future__ import annotations

import secrets
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from flask import Blueprint, current_app, flash, g, make_response, redirect, render_template, request, url_for
from itsdangerous import BadSignature, URLSafeSerializer
from werkzeug.wrappers import Response

from screening import passwords
from screening.blueprints.session import asks, begin, database, end, settings, token, viewer
from screening.errors import Invalid, NotFound, TooMany
from screening.forms.accounts import ChangePasswordForm, NewPasswordForm, SignInForm, local_address
from screening.forms.base import Form
from screening.models import Account
from screening.policy import Action
from screening.services import accounts, people

bp = Blueprint("accounts", __name__)

KNOWN_FOR = timedelta(days=180)
WRONG = "The e-mail address and the password do not belong together. Try again, or ask your administrator for a new link."


@bp.route("/sign-in", methods=["GET", "POST"])
@asks(Action.VISIT)
def sign_in() -> Response:
    after = local_address(request.values.get("next", ""))
    if request.method != "POST" and g.viewer is not None and not settings().demo:
        return redirect(after or url_for("home.index"), 303)
    form = SignInForm()
    if form.validate_on_submit():
        try:
            account = _signed_in(form.email.data, form.password.data)
        except TooMany as error:
            return _sign_in_page(form, after, closed=error)
        if account is not None:
            return _known(redirect(after or url_for("home.index"), 303), account)
        form.refuse(Invalid(WRONG))
    return _sign_in_page(form, after)


def _signed_in(email: str, password: str) -> Account | None:
    """Begin a session, or None when e-mail and password do not belong together. Raises `TooMany`."""
    with database().transaction() as session:
        claim = accounts.claim(session, email, address=_address(), known=_known_browser())
    right = passwords.matches(claim.password_hash, password)
    with database().transaction() as session:
        account = accounts.settle(session, claim, right=right)
        begun = accounts.sign_in(session, account, replacing=token()) if account else ""
    if account is not None:
        begin(begun)
    return account


def _sign_in_page(form: SignInForm, after: str, closed: TooMany | None = None) -> Response:
    hats: list[dict[str, str]] = []
    if settings().demo:
        with database().reading() as session:
            action = url_for("accounts.demo_sign_in")
            hats = [{**asdict(person), "action": action} for person in people.demo_people(session)]
    return _page("accounts/sign_in.html", form, closed, next=after, hats=hats, action=url_for("accounts.sign_in"))


@bp.post("/sign-in/demo")
@asks(Action.VISIT)
def demo_sign_in() -> Response:
    if not settings().demo:
        raise NotFound
    with database().transaction() as session:
        begun = accounts.sign_in(session, people.demo_account(session, request.form.get("hat", "")), replacing=token())
    begin(begun)
    return redirect(url_for("home.index"), 303)


@bp.post("/sign-out")
@asks(Action.USE_ACCOUNT)
def sign_out() -> Response:
    with database().transaction() as session:
        accounts.sign_out(session, token(), viewer())
    end()
    flash("You are signed out.", "success")
    return redirect(url_for("accounts.sign_in"), 303)


@bp.route("/link/<code>", methods=["GET", "POST"])
@asks(Action.VISIT)
def link(code: str) -> Response:
    with database().reading() as session:
        found = accounts.find_link(session, code)
    form = NewPasswordForm(found.account.email)
    if not form.validate_on_submit():
        return _page("accounts/link.html", form, link=found)
    password_hash = passwords.hash_password(form.password.data)
    with database().transaction() as session:
        account = accounts.take_link(session, code, password_hash)
        begun = accounts.sign_in(session, account, replacing=token())
    begin(begun)
    flash("Your password is set, and you are signed in.", "success")
    return _known(redirect(url_for("home.index"), 303), account)


@bp.route("/me", methods=["GET", "POST"])
@asks(Action.USE_ACCOUNT)
def me() -> Response:
    form = ChangePasswordForm(viewer().email)
    if form.validate_on_submit():
        try:
            changed = _password_changed(form.current.data, form.password.data)
        except TooMany as error:
            return _own_page(form, closed=error)
        if changed:
            flash("Your password is changed, and you are signed out everywhere else.", "success")
            return redirect(url_for("accounts.me"), 303)
        form.refuse(Invalid("This is not your present password.", field="current"))
    return _own_page(form)


def _password_changed(current: str, new: str) -> bool:
    """Whether the present password was right; then the new one is set and this session begun anew. Raises `TooMany`."""
    with database().transaction() as session:
        claim = accounts.claim_again(session, viewer(), address=_address())
    right = passwords.matches(claim.password_hash, current)
    password_hash = passwords.hash_password(new) if right else ""
    with database().transaction() as session:
        account = accounts.settle(session, claim, right=right, failure="password_not_confirmed")
        if account is None:
            return False
        accounts.set_password(session, account, password_hash)
        begun = accounts.sign_in(session, account)
    begin(begun)
    return True


def _own_page(form: ChangePasswordForm, closed: TooMany | None = None) -> Response:
    idle, life = timedelta(minutes=settings().idle_minutes), timedelta(hours=settings().session_hours)
    with database().reading() as session:
        sessions = accounts.own_sessions(session, viewer(), token(), idle=idle, life=life)
    return _page("accounts/me.html", form, closed, sessions=sessions)


@bp.post("/me/sessions")
@asks(Action.USE_ACCOUNT)
def end_session() -> Response:
    """End the session named by `session`, or without one all others."""
    key = request.form.get("session", "")
    with database().transaction() as session:
        if key:
            accounts.end_own(session, viewer(), key)
        else:
            accounts.end_others(session, viewer(), token())
    flash("That session has ended." if key else "You are signed out everywhere else.", "success")
    return redirect(url_for("accounts.me"), 303)


def _page(template: str, form: Form, closed: TooMany | None = None, **context: Any) -> Response:
    """The page of a form: 200 as asked for, 422 with what was refused, 429 while no more tries are taken."""
    if closed is not None:
        form.refuse(
            Invalid(f"Too many attempts. {_wait(closed.retry_after)}, then try again; your administrator can also give you a link.")
        )
    response = make_response(render_template(template, form=form, **context))
    if closed is not None:
        response.status_code = 429
        response.headers["Retry-After"] = str(closed.retry_after)
    elif form.errors:
        response.status_code = 422
    return response


def _wait(seconds: int) -> str:
    if seconds <= 90:
        return f"Wait {seconds} seconds"
    return f"Wait {-(-seconds // 60)} minutes" if seconds <= 5400 else f"Wait {-(-seconds // 3600)} hours"


def _address() -> str:
    return request.remote_addr or ""


def _browsers() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="known-browser")


def _known(response: Response, account: Account) -> Response:
    """Let the browser show next time that this account signed in with it before."""
    response.set_cookie(
        _known_cookie(),
        _browsers().dumps([account.public_id, secrets.token_urlsafe(16)]),
        max_age=KNOWN_FOR,
        secure=settings().secure,
        httponly=True,
        samesite="Lax",
    )
    return response


def _known_browser() -> tuple[str, str] | None:
    try:
        account, browser = _browsers().loads(request.cookies.get(_known_cookie(), ""))
    except BadSignature:
        return None
    return account, browser


def _known_cookie() -> str:
    return "__Host-screening-known" if settings().secure else "screening-known"
