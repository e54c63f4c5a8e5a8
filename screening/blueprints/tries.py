"""What pages share on which people prove who they are: tries that are slowed down, and confirming by the present password."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, cast

from flask import current_app, make_response, render_template, request
from itsdangerous import BadSignature, URLSafeSerializer
from werkzeug.wrappers import Response

from screening import passwords
from screening.blueprints import submissions
from screening.blueprints.session import holder, sealer, settings, viewer
from screening.database import Database
from screening.errors import Invalid, ShutOut, TooMany
from screening.forms.accounts import PresentPasswordForm
from screening.forms.base import Form
from screening.models import Account
from screening.services import accounts, second_factor
from screening.services.accounts import Claim

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

KNOWN_FOR = timedelta(days=180)


def page(template: str, form: Form, closed: TooMany | None = None, **context: Any) -> Response:
    """The page of a form: 200 as asked for, 422 with what was refused, 429 while no more tries are taken."""
    if closed is not None:
        form.refuse(Invalid(str(closed) if isinstance(closed, ShutOut) else _too_many(closed.retry_after)))
    response = make_response(render_template(template, form=form, **context))
    if closed is not None:
        response.status_code = 429
        response.headers["Retry-After"] = str(closed.retry_after)
    elif form.errors:
        response.status_code = 422
    return response


def _too_many(seconds: int) -> str:
    wait = f"{-(-seconds // 60)} minutes" if seconds <= 5400 else f"{-(-seconds // 3600)} hours"
    return (
        f"Too many attempts. Wait {f'{seconds} seconds' if seconds <= 90 else wait}, then try again; "
        "your administrator can also give you a link."
    )


def address() -> str:
    return request.remote_addr or ""


@dataclass(frozen=True, slots=True)
class Confirming:
    """A try of somebody signed in to confirm who they are, whose password was looked at."""

    claim: Claim
    right: bool


def look_at(form: PresentPasswordForm) -> Confirming:
    """Enter a try, and check its password. Raises `TooMany`.

    Whoever has no password confirms by having come through the identity provider a moment ago.
    """
    # Not the database of the form under way: to try is not yet what the form asks for.
    with cast(Database, current_app.extensions["database"]).transaction() as session:
        claim = accounts.claim_again(session, viewer(), address=address())
    right = passwords.matches(claim.password_hash, form.present()) or (not claim.password_hash and _came_just_now())
    return Confirming(claim, right)


def settle(session: Session, form: PresentPasswordForm, confirming: Confirming, *, code: str | None = None) -> Account | None:
    """The account when all was right, a code that was asked for as well; otherwise None, and the form says so."""
    right = confirming.right
    if right and code is not None:
        right = second_factor.use(session, accounts.own(session, viewer()), sealer(), code)
    found = accounts.settle(session, confirming.claim, right=right, failure="password_not_confirmed")
    if found is None:
        form.refuse_confirming()
        submissions.drop(session)
    return found


def _came_just_now() -> bool:
    return holder().way in ("provider", "demo") and holder().is_fresh


def _browsers() -> URLSafeSerializer:
    return URLSafeSerializer(settings().signing_keys, salt="known-browser")


def known(response: Response, account: Account) -> Response:
    """Let the browser show next time that this account signed in with it before, with all that was asked for."""
    response.set_cookie(
        _known_cookie(),
        _browsers().dumps([account.public_id, secrets.token_urlsafe(16)]),
        max_age=KNOWN_FOR,
        secure=settings().secure,
        httponly=True,
        samesite="Lax",
    )
    return response


def known_browser() -> tuple[str, str] | None:
    try:
        account, browser = _browsers().loads(request.cookies.get(_known_cookie(), ""))
    except BadSignature:
        return None
    return account, browser


def _known_cookie() -> str:
    return "__Host-screening-known" if settings().secure else "screening-known"
