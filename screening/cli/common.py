"""What the commands share: the settings and the database."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from screening import private_files

if TYPE_CHECKING:
    from screening.config import Settings
    from screening.database import Database


def write_private(path: Path, content: bytes) -> None:
    """A file of personal data: whole or not at all, and nobody else's to read."""
    private_files.put(path, content)
    click.echo(f"{path}: {len(content):,} bytes", err=True)


def settings() -> Settings:
    from screening.config import from_environment

    return from_environment(os.environ)


@contextmanager
def open_database() -> Iterator[Database]:
    from screening.database import Database

    chosen = settings()
    database = Database(chosen.database_url, secrets=chosen.secrets)
    try:
        yield database
    finally:
        database.close()


@contextmanager
def ready_database() -> Iterator[Database]:
    """The database, after a check that its tables are up to date."""
    from screening import schema

    with open_database() as database:
        schema.check(database)
        yield database
