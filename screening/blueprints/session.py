"""Who is asking: the server-side session behind the cookie, and what every page gets to know."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar, cast

from flask import Flask, current_app, g, redirect, request, url_for
from flask import session as cookie
from werkzeug.wrappers import Response

from screening.config import Settings
from screening.database import Database
from screening.policy import RULES, Action, Role, Viewer
from screening.services import accounts

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
    return cast(Database, current_app.extensions["database"])


def viewer() -> Viewer:
    """The person signed in. Only routes that need one may call this."""
    return cast(Viewer, g.viewer)


def asks(action: Action) -> Callable[[View], View]:
    """Name the action that a route asks the policy for. A route without one fails at start."""

    def name(view: View) -> View:
        view.action = action  # type: ignore[attr-defined]
        return view

    return name


def action_of(app: Flask, endpoint: str | None) -> Action | None:
    return getattr(app.view_functions.get(endpoint or ""), "action", None)


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


def _load() -> Response | tuple[dict[str, str], int] | None:
    g.viewer = None
    if request.endpoint == "static":
        return None
    action = action_of(current_app, request.endpoint)
    if token():
        g.viewer = _signed_in()
        if g.viewer is None:
            cookie.pop(TOKEN, None)
    if action is None or Role.EVERYBODY in RULES[action] or g.viewer is not None:
        return None
    if request.accept_mimetypes.best == "application/json" or request.is_json:
        return {"error": "You are signed out. Sign in in another tab; what you typed is kept here."}, 401
    # Only a page can be come back to; a form that was being sent cannot.
    here = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("accounts.sign_in", next=here), 303)


def _signed_in() -> Viewer | None:
    chosen = settings()
    with database().reading() as session:
        found, note = accounts.viewer_of(
            session, token(), idle=timedelta(minutes=chosen.idle_minutes), life=timedelta(hours=chosen.session_hours)
        )
    if note:
        with database().transaction() as session:
            accounts.note_seen(session, token())
    return found


def _page_context() -> dict[str, Any]:
    who: Viewer | None = g.get("viewer")
    chosen = settings()
    return {
        "viewer": who,
        "organisation": chosen.organisation,
        "demo_mode": chosen.demo,
        "navigation": _navigation(who) if who else [],
    }


_NOT_IN_AN_OPENING = {"", "accounts", "health", "home", "kits", "people", "scorecards"}
"""Areas of the site (and no area at all: an address that there is not) whose pages are not part of an opening."""


def _navigation(who: Viewer) -> list[NavigationLink]:
    areas = [("Home", "home.index", "home"), ("Openings", "openings.index", "openings")]
    if who.is_administrator:
        areas.append(("People", "people.index", "people"))
    here = (request.endpoint or "").partition(".")[0]
    return [
        NavigationLink(label, url_for(endpoint), area == here or (area == "openings" and here not in _NOT_IN_AN_OPENING))
        for label, endpoint, area in areas
    ]
