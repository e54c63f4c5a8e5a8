"""Putting a backup in place of what a database holds: all of it, or nothing is changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from sqlalchemy import Connection, func, insert, select, table
from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.orm import Session

from screening import schema
from screening.database import Database
from screening.operations import contents
from screening.operations.backup_file import BackupRefused, Manifest, Opened, opened
from screening.operations.contents import Stored
from screening.services.events import record


@dataclass(frozen=True, slots=True)
class Checked:
    """A backup that is whole. `is_sealed`: it was made with one of the keys that are known here.

    `back`: who had been erased here after it was made, and is here again now that it was restored.
    """

    manifest: Manifest
    is_sealed: bool
    back: tuple[str, ...] = ()


def check(path: Path, *, secrets: Sequence[str]) -> Checked:
    """What the backup is, after a look at every byte and every row of it. Raises `BackupRefused`."""
    with opened(path, secrets) as backup:
        return _looked_through(backup)


def restore(database: Database, path: Path, *, secrets: Sequence[str], force: bool = False) -> Checked:
    """Make the database what the backup holds, brought up to this program's tables; in one transaction.

    The backup is looked through before anything is done. A database with people in it is left alone unless `force` says so, and then the
    seal has to be one of this installation's. Raises `BackupRefused`.
    """
    with opened(path, secrets) as backup:
        checked = _looked_through(backup)
        try:
            with database.engine.execution_options(writes=True).begin() as connection:
                _require_room(connection, force=force, is_sealed=backup.is_sealed)
                erased = _erased(connection)
                _replace(connection, backup)
                back = tuple(sorted(erased - _erased(connection)))
                _note(connection, backup.manifest)
        except (IntegrityError, DataError) as error:
            raise BackupRefused(f"What the backup holds does not fit together ({type(error).__name__}). Nothing was changed.") from None
    return replace(checked, back=back)


def _looked_through(backup: Opened) -> Checked:
    if not schema.is_known(backup.manifest.schema):
        raise BackupRefused(
            f"The backup was made by a newer version of Screening ({backup.manifest.program}). Install that version, then restore it."
        )
    for stored, count in backup.manifest.tables:
        _require_whole(stored, sum(1 for _ in backup.rows(stored)), count)
    return Checked(backup.manifest, backup.is_sealed)


def _replace(connection: Connection, backup: Opened) -> None:
    if schema.revision(connection) is not None:
        # The tables are made anew: what refuses changes to single rows goes with them, and comes back.
        schema.downgrade_on(connection, "base")
    schema.upgrade_on(connection, backup.manifest.schema)
    _require_same_tables(connection, backup.manifest)
    for stored, _ in backup.manifest.tables:
        _fill(connection, backup, stored)
    schema.upgrade_on(connection, "head")


def _erased(connection: Connection) -> set[str]:
    """The identifiers of people of whom nothing but a mark is left."""
    marked = [each for each in contents.stored(connection) if {"public_id", "erased_at"} <= {name for name, _ in each.columns}]
    found: set[str] = set()
    for each in marked:
        clause = each.clause
        found.update(connection.scalars(select(clause.c.public_id).where(clause.c.erased_at.is_not(None))))
    return found


def _note(connection: Connection, manifest: Manifest) -> None:
    """The record is an earlier one now, and says so."""
    with Session(connection) as session, session.begin():
        record(session, None, "restored", made_at=manifest.made_at, rows=manifest.rows)


def _require_whole(stored: Stored, found: int, count: int) -> None:
    if found != count:
        raise BackupRefused(f"The backup says that {stored.name} has {count:,} rows, and holds {found:,}. Nothing was changed.")


def _require_room(connection: Connection, *, force: bool, is_sealed: bool) -> None:
    present = contents.present(connection)
    current = schema.revision(connection)
    if (present and current is None) or (current is not None and not schema.is_known(current)):
        raise BackupRefused("The database holds tables of another program, or of a newer version of this one. Give it an empty database.")
    if "accounts" not in present or not connection.scalar(select(func.count()).select_from(table("accounts"))):
        return
    if not force:
        raise BackupRefused(
            "The database is in use: there are people in it. Nothing was changed. Restore into an empty database; or stop the services, "
            "make a backup of what is there, and say --force to replace all of it."
        )
    if not is_sealed:
        raise BackupRefused(
            "The backup was made with another secret key than this installation's, or by somebody who does not have it: it may not replace "
            "what is here. Set SCREENING_FORMER_KEYS to the key that it was made with, or restore it into an empty database."
        )


def _require_same_tables(connection: Connection, manifest: Manifest) -> None:
    """Nothing but the tables of that revision is ever written to, and none of their columns is left without a value."""
    here = {each.name: {name for name, _ in each.columns} for each in contents.stored(connection)}
    if here != {each.name: {name for name, _ in each.columns} for each, _ in manifest.tables}:
        raise BackupRefused(f"The backup does not hold the tables of revision {manifest.schema}. Nothing was changed.")


def _fill(connection: Connection, backup: Opened, stored: Stored) -> None:
    rows = backup.rows(stored)
    statement = insert(stored.clause)
    while some := list(islice(rows, stored.at_once)):
        connection.execute(statement, some)
    if connection.dialect.name == "postgresql":
        _move_on(connection, stored)


def _move_on(connection: Connection, stored: Stored) -> None:
    """The next row gets a number of its own."""
    clause = stored.clause
    for name, kind in stored.columns:
        sequence = kind == "number" and connection.scalar(select(func.pg_get_serial_sequence(f'"{stored.name}"', name)))
        if sequence:
            highest = func.coalesce(func.max(clause.c[name]), 0)
            connection.execute(select(func.setval(sequence, highest + 1, False)).select_from(clause))
