"""Who a program works for: the key it sends with every request, and what that allows."""

from __future__ import annotations

import contextlib

from flask import Flask, current_app, g, request
from werkzeug.wrappers import Response

from screening.blueprints.errors import page
from screening.blueprints.session import action_of, database, for_programs, lacks_factor
from screening.database import UNAVAILABLE
from screening.errors import NotAllowed
from screening.policy import RULES, Role
from screening.services import api_tokens
from screening.services.api_tokens import PREFIX, Bearer

_LONGEST = 200


def init_app(app: Flask) -> None:
    app.before_request(_load)


def init_scopes(app: Flask) -> None:
    """After the counting: who is refused has asked, too."""
    app.before_request(_judge)


def _load() -> Response | None:
    """Know whose program it is. Without a key that holds nothing is looked at, and less is said."""
    if not for_programs() or request.url_rule is None:
        return None
    action = action_of(current_app, request.endpoint)
    if action is not None and Role.EVERYBODY in RULES[action]:
        return None
    bearer, lacks = _bearer()
    if bearer is None:
        answer = page(401, "Send a key that holds, as “Authorization: Bearer scr_...”. Keys are made under “My account”.")
        answer.headers["WWW-Authenticate"] = 'Bearer realm="screening"'
        return answer
    g.viewer, g.bearer, g.lacks_factor = bearer.viewer, bearer, lacks
    # What is entered in the log says that it was a program, and which.
    g.database = database().through(bearer.public_id)
    return None


def _judge() -> None:
    """Whether the key was made for this. Said before anything is looked for, so that it tells nothing of what there is."""
    bearer: Bearer | None = g.get("bearer")
    if bearer is None:
        return
    if g.lacks_factor:
        raise NotAllowed("The owner of this key must set up a second factor first: sign in and do so under “My account”.")
    needed = getattr(current_app.view_functions.get(request.endpoint or ""), "told", None)
    if needed is not None and needed.scope not in bearer.scopes:
        raise NotAllowed(f"This key was not made for that: it lacks “{needed.scope}”.")


def _bearer() -> tuple[Bearer | None, bool]:
    """Who holds the key that was sent, and whether they must have a second factor and have none."""
    kind, _, key = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not key.startswith(PREFIX) or len(key) > _LONGEST:
        return None, False
    with database().reading() as session:
        found = api_tokens.bearer_of(session, key)
        lacks = found is not None and lacks_factor(session, found.viewer, found.way)
    if found is not None and found.note:
        # As with a session: reading goes on while nothing can be written.
        with contextlib.suppress(*UNAVAILABLE), database().in_passing() as session:
            api_tokens.note_used(session, found.public_id)
    return found, lacks
