"""The Flask application. `create_app` is the only place where parts are wired together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import rubrics  # noqa: F401  (says how numpy is to calculate, which must come before anything loads it)

if TYPE_CHECKING:
    from flask import Flask

    from screening.config import Settings
    from screening.database import Database


def create_app(settings: Settings, database: Database | None = None) -> Flask:
    """The application for these settings. Raises `DatabaseNotReady` unless the tables are up to date."""
    # Imported here, so that `import screening` (the command's help) stays fast.
    from screening import schema
    from screening.database import Database
    from screening.web import build

    database = database or Database(settings.database_url, secrets=settings.secrets)
    schema.check(database)
    return build(settings, database)
