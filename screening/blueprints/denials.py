"""The trace that it leaves when somebody asks for what is not there or not open to them."""

from __future__ import annotations

from typing import cast

from flask import current_app, g, request

from screening.database import UNAVAILABLE, Database
from screening.services.audit import denials


def note() -> None:
    """Enter it for whoever is signed in. The answer stays the same where it cannot be entered: reading goes on."""
    if g.get("viewer") is None or request.endpoint is None:
        return
    # Not the database of a form under way: what the form asked for was not done.
    database = cast(Database, current_app.extensions["database"])
    if (bearer := g.get("bearer")) is not None:
        database = database.through(bearer.public_id)
    try:
        with database.transaction() as session:
            denials.note(session, g.viewer, request.endpoint, request.view_args or {})
    except UNAVAILABLE as error:
        current_app.logger.error("a refusal could not be recorded: %s", type(error).__name__)
