"""Making a backup while the site is in use."""

from __future__ import annotations

import contextlib
from pathlib import Path

from screening import schema
from screening.database import UNAVAILABLE, Database
from screening.operations import contents
from screening.operations.backup_file import Manifest, Writer
from screening.private_files import written
from screening.services.events import record


def make(database: Database, path: Path, *, secret: str) -> Manifest:
    """Write everything that was committed before this was called into the file, as of one moment.

    Nobody waits for it: readers and writers go on. That it was made is in the record first, and so in the file. The file is there whole, or
    not at all; one of that name is replaced. Raises `DatabaseNotReady` for a database without tables or of a newer program, and `OSError`
    where there is no room.
    """
    _note(database)
    with database.reader.connect() as connection:
        revision = schema.known_revision(connection)
        with written(path) as file:
            writer = Writer(file, revision)
            for table in contents.stored(connection):
                writer.add(table, contents.rows(connection, table))
            return writer.close(secret)


def _note(database: Database) -> None:
    with database.engine.connect() as connection:
        if schema.revision(connection) != schema.revisions()[-1]:
            return
    # Where nothing can be written any more, a backup is wanted all the more.
    with contextlib.suppress(*UNAVAILABLE), database.transaction() as session:
        record(session, None, "backup_made")
