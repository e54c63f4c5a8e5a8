"""The last step of an erasure: overwriting what a database keeps of deleted rows in its own files.

SQLite is asked to overwrite what it deletes (`secure_delete`); its journal and free pages are emptied here. PostgreSQL keeps deleted rows
until their tables are written anew; samples of what people wrote it takes none (see migration 0006). Backups and archived logs are files
of whoever makes them.
"""

from __future__ import annotations

import time

from sqlalchemy import Table, func, select
from sqlalchemy.orm import Session

from screening.database import Base, Database
from screening.errors import ScreeningError
from screening.models import Event
from screening.services.events import record
from screening.services.privacy import erasing, leaving
from screening.services.privacy.inventory import TABLES

DONE = "cleaned_up"
_OF_OTHERS = "SELECT NOT pg_has_role(current_user, relowner, 'USAGE') FROM pg_class WHERE oid = to_regclass('candidates')"
TRIES = 20
SECONDS_BETWEEN = 0.5


class StillRead(ScreeningError):
    """Somebody reads an old state of the database without an end, so that its journal cannot be emptied."""

    def __init__(self) -> None:
        super().__init__("The database is being read by others all the time: its journal could not be emptied. Run this again later.")


class NotOwner(ScreeningError):
    """PostgreSQL would pass over tables of somebody else with nothing but a warning."""

    def __init__(self) -> None:
        super().__init__(
            "The files of the database were not cleaned up: only the owner of the tables can have them written anew. Run "
            "`screening person clean-up` with the owner’s SCREENING_DATABASE_URL; screening-admin takes it from owner.env."
        )


def clean_up(database: Database) -> None:
    """Write the database's files anew. Others wait meanwhile: seconds, or minutes for a large database.

    Raises `StillRead`, and `NotOwner` where the tables belong to another user of PostgreSQL.
    """
    with database.reading() as session:
        last = _last_erasure(session)
    if database.engine.dialect.name == "sqlite":
        _sqlite(database)
    else:
        _postgresql(database)
    with database.transaction() as session:
        record(session, None, DONE, up_to=last)


def clean_up_if_needed(database: Database) -> bool:
    """The same, if anybody was erased since it was last done."""
    with database.reading() as session:
        needed = is_needed(session)
    if needed:
        clean_up(database)
    return needed


def is_needed(session: Session) -> bool:
    """Whether somebody was erased of whom the database's files may still hold something."""
    done = session.scalar(select(Event.detail).where(Event.action == DONE).order_by(Event.id.desc()).limit(1))
    return _last_erasure(session) > (done["up_to"] if done else 0)


def _last_erasure(session: Session) -> int:
    return session.scalar(select(func.max(Event.id)).where(Event.action.in_((erasing.ERASED, leaving.ERASED)))) or 0


def _sqlite(database: Database) -> None:
    # The driver's own connection: neither statement works inside a transaction.
    connection = database.engine.raw_connection()
    try:
        cursor = connection.cursor()
        cursor.execute("VACUUM")
        for _ in range(TRIES):
            # (could not finish, pages in the journal, pages carried over); without a journal there is nothing to carry over
            blocked, *_ = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            if not blocked:
                return
            time.sleep(SECONDS_BETWEEN)
    finally:
        connection.close()
    raise StillRead


def _postgresql(database: Database) -> None:
    names = ", ".join(database.engine.dialect.identifier_preparer.format_table(table) for table in _tables())
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if connection.exec_driver_sql(_OF_OTHERS).scalar():
            raise NotOwner
        # One after another: each is locked while it is written anew.
        connection.exec_driver_sql(f"VACUUM (FULL, ANALYZE) {names}")


def _tables() -> list[Table]:
    """Every table that holds anything about a person."""
    return [table for table in Base.metadata.sorted_tables if TABLES[table.name].of is not None]
