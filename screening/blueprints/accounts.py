"""Signing in and out, a person's own account, and one-time links."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta

from flask import Blueprint, flash, g, redirect, request, url_for
from werkzeug.wrappers import Response

from screening import passwords
from screening.blueprints.session import Begun, admit, asks, begin, database, end, holder, identity_provider, rule, settings, token, viewer
from screening.blueprints.tries import address, known, known_browser, look_at, page, settle
from screening.errors import Invalid, NotFound, TooMany
from screening.forms.accounts import ChangePasswordForm, NewPasswordForm, SignInForm, local_address
from screening.models import Account
from screening.policy import Action
from screening.services import accounts, api_tokens, people
from screening.services.accounts import OwnAccount

bp = Blueprint("accounts", __name__)

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
            found = _signed_in(form.email.data, form.password.data)
        except TooMany as error:
            return _sign_in_page(form, after, closed=error)
        if found is not None:
            return _after_password(*found, after)
        form.refuse(Invalid(WRONG))
    return _sign_in_page(form, after)


def _after_password(account: Account, begun: Begun, after: str) -> Response:
    """On to where somebody was going, by way of the second factor where it is owed. Only who gave all is known next time."""
    begin(begun.token)
    if begun.is_half:
        return redirect(url_for("second_factor.code", next=after or None), 303)
    return known(redirect(after or url_for("home.index"), 303), account)


def _signed_in(email: str, password: str) -> tuple[Account, Begun] | None:
    """A new session, or None when e-mail and password do not belong together. Raises `TooMany`."""
    with database().transaction() as session:
        claim = accounts.claim(session, email, address=address(), known=known_browser())
    right = passwords.matches(claim.password_hash, password)
    with database().transaction() as session:
        account = accounts.settle(session, claim, right=right)
        return (account, admit(session, account)) if account else None


def _sign_in_page(form: SignInForm, after: str, closed: TooMany | None = None) -> Response:
    hats: list[dict[str, str]] = []
    if settings().demo:
        with database().reading() as session:
            action = url_for("accounts.demo_sign_in")
            hats = [{**asdict(person), "action": action} for person in people.demo_people(session)]
    provider = identity_provider()
    label = provider.label if provider else ""
    return page("accounts/sign_in.html", form, closed, next=after, hats=hats, provider=label, action=url_for("accounts.sign_in"))


@bp.post("/sign-in/demo")
@asks(Action.VISIT)
def demo_sign_in() -> Response:
    if not settings().demo:
        raise NotFound
    with database().transaction() as session:
        begun = admit(session, people.demo_account(session, request.form.get("hat", "")), way="demo")
    begin(begun.token)
    return redirect(url_for("home.index"), 303)


@bp.post("/sign-out")
@asks(Action.USE_ACCOUNT)
def sign_out() -> Response:
    with database().transaction() as session:
        accounts.sign_out(session, token())
    end()
    flash("You are signed out.", "success")
    return redirect(url_for("accounts.sign_in"), 303)


@bp.route("/link/<code>", methods=["GET", "POST"])
@asks(Action.VISIT)
def link(code: str) -> Response:
    with database().reading() as session:
        found = accounts.find_link(session, code)
    form = NewPasswordForm(found.account.email)
    provider = identity_provider() if found.purpose == "invitation" else None
    if not form.validate_on_submit():
        return page("accounts/link.html", form, link=found, code=code, provider=provider.label if provider else "")
    password_hash = passwords.hash_password(form.password.data)
    with database().transaction() as session:
        account = accounts.take_link(session, code)
        accounts.set_password(session, account, password_hash)
        begun = admit(session, account)
    flash("Your password is set." if begun.is_half else "Your password is set, and you are signed in.", "success")
    return _after_password(account, begun, "")


@bp.route("/me", methods=["GET", "POST"])
@asks(Action.USE_ACCOUNT)
def me() -> Response:
    with database().reading() as session:
        own = accounts.own_account(session, viewer())
    form = ChangePasswordForm(email=viewer().email, has_password=own.has_password)
    if form.validate_on_submit():
        try:
            begun = _password_changed(form)
        except TooMany as error:
            return _own_page(form, own, closed=error)
        if begun is not None:
            begin(begun.token)
            flash("Your password is changed, and you are signed out everywhere else.", "success")
            return redirect(url_for("accounts.me"), 303)
    return _own_page(form, own)


def _password_changed(form: ChangePasswordForm) -> Begun | None:
    """This session begun anew, when the present password was right; then the new one is set. Raises `TooMany`."""
    tried = look_at(form)
    password_hash = passwords.hash_password(form.password.data) if tried.right else ""
    with database().transaction() as session:
        account = settle(session, form, tried)
        if account is None:
            return None
        accounts.set_password(session, account, password_hash)
        return admit(session, account, way=holder().way, code_given=True)


def _own_page(form: ChangePasswordForm, own: OwnAccount, closed: TooMany | None = None) -> Response:
    idle, life = timedelta(minutes=settings().idle_minutes), timedelta(hours=settings().session_hours)
    provider = identity_provider()
    with database().reading() as session:
        sessions = accounts.own_sessions(session, viewer(), token(), idle=idle, life=life)
        keys = len(api_tokens.own(session, viewer()))
    return page(
        "accounts/me.html",
        form,
        closed,
        sessions=sessions,
        keys=keys,
        own=own,
        offers_factor=own.has_second_factor or rule().who != "off",
        provider=provider.label if provider else "",
        is_linked=provider is not None and own.issuer == provider.issuer,
    )


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
