"""Signing in through the identity provider, and linking one's account with it.

A journey to the provider begins with a GET, as a form that leads to another site would be stopped by the content security policy. What the
browser has to bring back from it travels along in a cookie of its own, sealed: nothing is stored for somebody who never comes back.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from flask import Blueprint, after_this_request, flash, g, redirect, request, url_for
from werkzeug.exceptions import MethodNotAllowed
from werkzeug.wrappers import Response

from screening import passwords
from screening.blueprints.session import admit, asks, begin, database, identity_provider, sealer, settings, token, viewer
from screening.blueprints.submissions import leads_to
from screening.blueprints.tries import address, look_at, page, settle
from screening.clock import now
from screening.errors import CannotOpen, Invalid, NotFound, NotLinked, ProviderRefused, TooMany
from screening.forms.accounts import PresentPasswordForm, local_address
from screening.policy import Action
from screening.services import accounts, identities

if TYPE_CHECKING:
    from screening.identity_provider import IdentityProvider

bp = Blueprint("provider", __name__)

AWAY_FOR = timedelta(minutes=10)
_TICKET = "go to the identity provider"


@dataclass(frozen=True, slots=True)
class Journey:
    """What the browser carries to the provider and back. `link` is the one-time link it started from; `of` names the session that links."""

    state: str
    nonce: str
    verifier: str
    begun: float
    after: str = ""
    link: str = ""
    of: str = ""


def _provider() -> IdentityProvider:
    provider = identity_provider()
    if provider is None:
        raise NotFound
    return provider


@bp.get("/sign-in/provider")
@asks(Action.VISIT)
def sign_in() -> Response:
    provider, after = _provider(), local_address(request.args.get("next", ""))
    if g.viewer is not None:
        return redirect(after or url_for("home.index"), 303)
    return _set_off(provider, after=after)


@bp.get("/link/<code>/provider")
@asks(Action.VISIT)
def take_up(code: str) -> Response:
    """An invitation, taken up by signing in at the provider in place of choosing a password. Looking does not use it up."""
    provider = _provider()
    with database().reading() as session:
        if accounts.find_link(session, code).purpose != "invitation":
            raise NotFound
    return _set_off(provider, link=code)


@bp.get("/me/provider/go")
@asks(Action.USE_ACCOUNT)
def go() -> Response:
    """On to the provider for whoever confirmed by the password a moment ago, in this session."""
    provider = _provider()
    try:
        made = sealer().open(request.args.get("ticket", ""), f"{_TICKET} {_this_session()}")
    except CannotOpen:
        return redirect(url_for("provider.show"), 303)
    if now().timestamp() - float(made) > AWAY_FOR.total_seconds():
        return redirect(url_for("provider.show"), 303)
    return _set_off(provider, of=_this_session())


def _this_session() -> str:
    return passwords.digest(f"{viewer().public_id} {token()}")


def _set_off(provider: IdentityProvider, *, after: str = "", link: str = "", of: str = "") -> Response:
    from screening.identity_provider import Proof  # loaded already, where there is a provider

    proof = Proof.new()
    away = redirect(provider.address(proof), 303)
    journey = Journey(proof.state, proof.nonce, proof.verifier, now().timestamp(), after, link, of)
    away.set_cookie(
        _cookie(),
        sealer().seal(json.dumps(asdict(journey)), _cookie()),
        max_age=AWAY_FOR,
        secure=settings().secure,
        httponly=True,
        # Strict would keep it back when the provider sends the browser here again.
        samesite="Lax",
    )
    return away


def _cookie() -> str:
    return "__Host-screening-journey" if settings().secure else "screening-journey"


@bp.get("/sign-in/provider/return")
@asks(Action.VISIT)
def come_back() -> Response:
    """Where the provider sends people back to: what they set off for happens once, and only in the browser that set off."""
    provider = _provider()
    if request.method != "GET":
        raise MethodNotAllowed(valid_methods=["GET"])
    journey = _journey(provider)
    subject = _subject(provider, journey)
    if journey.link:
        return _taken_up(provider, subject, journey)
    if journey.of:
        return _linked(provider, subject, journey)
    return _signed_in(provider, subject, journey)


def _journey(provider: IdentityProvider) -> Journey:
    @after_this_request
    def forget(response: Response) -> Response:
        response.delete_cookie(_cookie(), secure=settings().secure, httponly=True, samesite="Lax")
        return response

    try:
        journey = Journey(**json.loads(sealer().open(request.cookies.get(_cookie(), ""), _cookie())))
    except CannotOpen:
        raise ProviderRefused(provider.label) from None
    if now().timestamp() - journey.begun > AWAY_FOR.total_seconds():
        raise ProviderRefused(provider.label)
    return journey


def _subject(provider: IdentityProvider, journey: Journey) -> str:
    """Who came back. Tries that fail slow their address down, as wrong passwords do."""
    from screening.identity_provider import Proof

    with database().transaction() as session:
        identities.enter(session, journey.state, address())
    try:
        subject = provider.subject(request.args, Proof(journey.state, journey.nonce, journey.verifier))
    except ProviderRefused:
        with database().transaction() as session:
            identities.note_failure(session, journey.state, address())
        raise
    with database().transaction() as session:
        identities.clear(session, journey.state)
    return subject


def _signed_in(provider: IdentityProvider, subject: str, journey: Journey) -> Response:
    with database().transaction() as session:
        account = identities.account_of(session, provider.issuer, subject)
        begun = admit(session, account, way="provider") if account else None
    if begun is None:
        raise NotLinked(provider.label)
    begin(begun.token)
    if begun.is_half:
        return redirect(url_for("second_factor.code", next=journey.after or None), 303)
    return redirect(journey.after or url_for("home.index"), 303)


def _taken_up(provider: IdentityProvider, subject: str, journey: Journey) -> Response:
    with database().transaction() as session:
        account = accounts.take_link(session, journey.link)
        identities.take_up(session, account, provider.issuer, subject)
        begun = admit(session, account, way="provider")
    begin(begun.token)
    flash(f"Your account is linked with “{provider.label}”: that is how you sign in from now on.", "success")
    return redirect(url_for("home.index"), 303)


def _linked(provider: IdentityProvider, subject: str, journey: Journey) -> Response:
    if g.viewer is None or journey.of != _this_session():
        raise ProviderRefused(provider.label)
    with database().transaction() as session:
        identities.link(session, accounts.own(session, viewer()), provider.issuer, subject)
    flash(f"Your account is linked with “{provider.label}”: you can sign in that way as well.", "success")
    return redirect(url_for("accounts.me"), 303)


@bp.get("/me/provider")
@asks(Action.USE_ACCOUNT)
def show() -> Response:
    return _own_page(_provider())


def _own_page(
    provider: IdentityProvider, form: PresentPasswordForm | None = None, closed: TooMany | None = None, ticket: str = ""
) -> Response:
    with database().reading() as session:
        own = accounts.own_account(session, viewer())
    form = form or PresentPasswordForm(has_password=own.has_password)
    is_linked = own.issuer == provider.issuer
    return page("accounts/provider.html", form, closed, provider=provider.label, is_linked=is_linked, ticket=ticket)


@bp.post("/me/provider")
@asks(Action.USE_ACCOUNT)
def change() -> Response:
    """Whoever confirms by the password gets the way to the provider, or is no longer linked with it."""
    leads_to(url_for("provider.show"))
    provider = _provider()
    with database().reading() as session:
        own = accounts.own_account(session, viewer())
    form = PresentPasswordForm(has_password=own.has_password)
    if not form.validate_on_submit():
        return _own_page(provider, form)
    try:
        return _changed(provider, form, unlink=own.issuer == provider.issuer)
    except TooMany as error:
        return _own_page(provider, form, closed=error)
    except Invalid as error:
        form.refuse(error)
        return _own_page(provider, form)


def _changed(provider: IdentityProvider, form: PresentPasswordForm, *, unlink: bool) -> Response:
    tried = look_at(form)
    with database().transaction() as session:
        account = settle(session, form, tried)
        if account is not None and unlink:
            identities.unlink(session, account)
    if account is None:
        return _own_page(provider, form)
    if unlink:
        flash(f"Your account is no longer linked with “{provider.label}”.", "success")
        return redirect(url_for("accounts.me"), 303)
    ticket = sealer().seal(str(now().timestamp()), f"{_TICKET} {_this_session()}")
    return _own_page(provider, PresentPasswordForm(has_password=True), ticket=ticket)
