"""Changes to the record of events by somebody who may do anything in the database, but does not have the secret key."""

from __future__ import annotations

from sqlalchemy import text

from screening.database import Database

SQLITE_TRIGGERS = ("events_unchanged", "events_kept", "events_not_replaced")
OTHERS_SEAL = "5e" * 32


def without_triggers(database: Database, *statements: str) -> None:
    """Run statements with nothing in their way."""
    with database.engine.execution_options(writes=True).begin() as connection:
        if connection.dialect.name == "sqlite":
            for name in SQLITE_TRIGGERS:
                connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}")
        else:
            connection.exec_driver_sql("ALTER TABLE events DISABLE TRIGGER ALL")
        for statement in statements:
            connection.execute(text(statement))
