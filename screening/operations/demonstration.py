"""Keeping a demonstration apart from the real thing: its people must not be found in an installation that others can reach."""

from __future__ import annotations

from sqlalchemy import ColumnClause, String, column, func, select, table

from screening.database import Database
from screening.errors import DatabaseNotReady

DOMAIN = "demo.invalid"
"""Where everybody in a demonstration has their e-mail: a domain that never is real."""


def is_in(database: Database) -> bool:
    """Whether the database holds people of a demonstration."""
    email: ColumnClause[str] = column("email", String())
    with database.engine.connect() as connection:
        found = connection.scalar(select(func.count()).select_from(table("accounts")).where(email.like(f"%@{DOMAIN}")))
    return bool(found)


def refuse(database: Database) -> None:
    """Raise `DatabaseNotReady` where the database is one of a demonstration."""
    if is_in(database):
        raise DatabaseNotReady(
            "The database holds the invented people of a demonstration, and is not for real use. Set SCREENING_DATABASE_URL to a database "
            "of your own; to look around in this one, run: screening demo"
        )
