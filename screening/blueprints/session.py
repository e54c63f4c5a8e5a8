"""Who is asking: the server-side session behind the cookie, and what every page gets to know."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeVar, cast

from flask import Flask, current_app, g, redirect, request, url_for
from flask import session as cookie
from werkzeug.wrappers import Response

from screening.config import Settings
from screening.database import UNAVAILABLE, Database
from screening.policy import RULES, Action, Role, Viewer
from screening.sealing import Sealer
from screening.services import accounts, devices, second_factor
from screening.services.accounts import Holder
from screening.services.second_factor import Rule

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from screening.identity_provider import IdentityProvider
    from screening.models import Account

View = TypeVar("View", bound=Callable[..., Any])
TOKEN = "sign_in"  # noqa: S105  (a key in the cookie, not a secret)


@dataclass(frozen=True, slots=True)
class NavigationLink:
    label: str
    href: str
    current: bool


def settings() -> Settings:
    return cast(Settings, current_app.extensions["settings"])


def database() -> Database:
    """The database; that of a request which sends a form also notes the form, see `submissions`."""
    return cast(Database, g.get("database") or current_app.extensions["database"])


def viewer() -> Viewer:
    """The person signed in. Only routes that need one may call this."""
    return cast(Viewer, g.viewer)


_ASKED_BY_NOBODY = {"static", "health.healthz", "health.readyz"}
"""Who is asking makes no difference, so nothing is looked up for it."""


def for_programs() -> bool:
    """Whether the address is one of those for programs, which sign in with keys: a browser's cookie means nothing there."""
    return request.path.startswith("/api/") or request.path == "/openapi.json"


def holder() -> Holder:
    """Who holds the session, be it half or whole. Only routes that need one may call this."""
    return cast(Holder, g.holder)


def half() -> Viewer | None:
    """Whoever gave a password and still owes the second factor."""
    return g.holder.viewer if g.holder is not None and g.holder.is_half else None


def sealer() -> Sealer:
    return Sealer(settings().secrets)


def identity_provider() -> IdentityProvider | None:
    return cast("IdentityProvider | None", current_app.extensions["identity_provider"])


def rule() -> Rule:
    """Whom this installation asks for a second factor."""
    provider = settings().provider
    return Rule(settings().second_factor, after_provider=provider is not None and provider.asks_code)


def asks(action: Action) -> Callable[[View], View]:
    """Name the action that a route asks the policy for. A route without one fails at start."""

    def name(view: View) -> View:
        view.action = action  # type: ignore[attr-defined]
        return view

    return name


def action_of(app: Flask, endpoint: str | None) -> Action | None:
    return getattr(app.view_functions.get(endpoint or ""), "action", None)


@dataclass(frozen=True, slots=True)
class Begun:
    """A session to put into the cookie once the database has it; half of one while the second factor is owed."""

    token: str
    is_half: bool


def admit(session: Session, account: Account, *, way: str = "password", code_given: bool = False) -> Begun:
    """Begin a session in place of the browser's present one; whether it is half or whole is decided here, for every way in."""
    owed = not code_given and rule().asks(way) and second_factor.is_on(session, account.id)
    device = devices.words(request.user_agent.string)
    return Begun(accounts.sign_in(session, account, replacing=token(), way=way, half=owed, device=device), owed)


def begin(token: str) -> None:
    """Put a new sign-in into the cookie, with nothing left of what was there before."""
    cookie.clear()
    cookie.permanent = True
    cookie[TOKEN] = token


def end() -> None:
    cookie.clear()


def token() -> str:
    return str(cookie.get(TOKEN, ""))


def init_app(app: Flask) -> None:
    app.before_request(_load)
    app.context_processor(_page_context)


HALF_SIGNED_IN = frozenset({"second_factor.code", "accounts.sign_out"})
"""All that there is for somebody who gave a password and owes the second factor."""

WITHOUT_SECOND_FACTOR = frozenset({"second_factor.show", "second_factor.begin_set_up", "second_factor.switch_on", "accounts.sign_out"})
"""All that there is for somebody who must have a second factor and has none."""


def _load() -> Response | tuple[dict[str, str], int] | None:
    g.viewer = g.holder = None
    if request.endpoint in _ASKED_BY_NOBODY or for_programs():
        return None
    if token():
        g.holder, lacks_factor = _signed_in()
        if g.holder is None:
            cookie.pop(TOKEN, None)
        elif g.holder.is_half:
            return _kept_at(HALF_SIGNED_IN, "second_factor.code")
        elif lacks_factor:
            g.viewer = g.holder.viewer
            return _kept_at(WITHOUT_SECOND_FACTOR, "second_factor.show")
        else:
            g.viewer = g.holder.viewer
    action = action_of(current_app, request.endpoint)
    if action is None or Role.EVERYBODY in RULES[action] or g.viewer is not None:
        return None
    return _sent_to("accounts.sign_in", "You are signed out. Sign in in another tab; what you typed is kept here.")


def _kept_at(open_to_them: frozenset[str], page: str) -> Response | tuple[dict[str, str], int] | None:
    if request.endpoint in open_to_them:
        return None
    return _sent_to(page, "Your sign-in is not finished. Finish it in another tab; what you typed is kept here.")


def _sent_to(page: str, message: str) -> Response | tuple[dict[str, str], int]:
    if request.accept_mimetypes.best == "application/json" or request.is_json:
        return {"error": message}, 401
    # Only a page can be come back to; a form that was being sent cannot.
    here = request.full_path.rstrip("?") if request.method == "GET" and request.endpoint is not None else None
    return redirect(url_for(page, next=here), 303)


def _signed_in() -> tuple[Holder | None, bool]:
    """Who holds the session, and whether they must have a second factor and have none."""
    chosen = settings()
    idle, life = timedelta(minutes=chosen.idle_minutes), timedelta(hours=chosen.session_hours)
    with database().reading() as session:
        found = accounts.holder_of(session, token(), idle=idle, life=life)
        lacks = found is not None and lacks_factor(session, found.viewer, found.way)
    if found is not None and found.note:
        # Reading goes on while nothing can be written: the next request notes it.
        with contextlib.suppress(*UNAVAILABLE), database().in_passing() as session:
            accounts.note_seen(session, token())
    return found, lacks


def lacks_factor(session: Session, who: Viewer, way: str) -> bool:
    """Whether somebody who came this way must have a second factor and has none."""
    return rule().demands(way, administrator=who.is_administrator) and not second_factor.is_on(session, who.account_id)


def _page_context() -> dict[str, Any]:
    who: Viewer | None = g.get("viewer")
    chosen = settings()
    return {
        "viewer": who,
        "organisation": chosen.organisation,
        "demo_mode": chosen.demo,
        "navigation": _navigation(who) if who else [],
    }


_NOT_IN_AN_OPENING = {
    *("", "accounts", "api", "api_tokens", "audit", "data_rights", "health"),
    *("home", "kits", "people", "provider", "scorecards", "second_factor"),
}
"""Areas of the site (and no area at all: an address that there is not) whose pages are not part of an opening."""


def _navigation(who: Viewer) -> list[NavigationLink]:
    areas = [("Home", "home.index", "home"), ("Openings", "openings.index", "openings")]
    if who.is_administrator:
        areas += [("People", "people.index", "people"), ("Audit log", "audit.index", "audit")]
    here = (request.endpoint or "").partition(".")[0]
    return [
        NavigationLink(label, url_for(endpoint), area == here or (area == "openings" and here not in _NOT_IN_AN_OPENING))
        for label, endpoint, area in areas
    ]
