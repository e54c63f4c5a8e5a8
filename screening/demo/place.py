"""Where a demonstration lives: a file of its own, marked, so that nothing else is ever overwritten."""

from __future__ import annotations

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL

from screening import schema, turns
from screening.database import Database, sqlite_module
from screening.demo.build import build
from screening.errors import DatabaseNotReady, ScreeningError

NAME = "demo.sqlite3"
MARK = 0x5C4EDE30
"""The `application_id` in the header of a demonstration's file."""


class DemoRefused(ScreeningError):
    """The folder cannot be used for a demonstration."""


@contextmanager
def reserved(folder: Path) -> Iterator[None]:
    """Keep the folder for one demonstration at a time. Raises `DemoRefused` while another one uses it."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "demo.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise DemoRefused(f"A demonstration is running from {folder} already: stop it first, or choose another --folder.") from None
        yield


def key(folder: Path) -> str:
    """The secret key of the demonstrations in this folder, made at the first one."""
    path = folder / "demo.key"
    if not path.exists():
        unfinished = folder / "unfinished-demo.key"
        unfinished.touch(mode=0o600)
        unfinished.write_text(secrets.token_hex(32), encoding="ascii")
        os.replace(unfinished, path)
    return path.read_text(encoding="ascii")


def made(folder: Path, *, secret: str, seed: int, keep: bool = False) -> str:
    """The database address of a demonstration in the folder: a fresh one, or with `keep` the one that is there.

    It is made under another name first, so that an interrupted one is never taken for a whole one.
    """
    path = folder / NAME
    if path.exists() and not _is_ours(path):
        raise DemoRefused(f"{path} is not a demonstration and is left alone: choose another --folder.")
    if keep and path.exists() and _is_current(path):
        return _address(path)
    unfinished = folder / f"unfinished-{NAME}"
    _remove(unfinished)
    try:
        _make(unfinished, secret, seed)
        _remove(path)
        os.replace(unfinished, path)
    finally:
        _remove(unfinished)
    return _address(path)


def _make(path: Path, secret: str, seed: int) -> None:
    database = Database(_address(path), secrets=(secret,))
    try:
        schema.upgrade(database)
        build(database, seed=seed)
        with database.engine.connect() as connection:
            connection.exec_driver_sql(f"PRAGMA application_id = {MARK}")
            connection.commit()
    finally:
        database.close()


def _is_ours(path: Path) -> bool:
    module = sqlite_module()
    try:
        connection = module.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
    except module.Error:
        return False
    try:
        return bool(connection.execute("PRAGMA application_id").fetchone()[0] == MARK)
    except module.DatabaseError:
        return False
    finally:
        connection.close()


def _is_current(path: Path) -> bool:
    database = Database(_address(path))
    try:
        schema.check(database)
    except DatabaseNotReady:
        return False
    finally:
        database.close()
    return True


def _remove(path: Path) -> None:
    for ending in turns.FILES:
        path.with_name(path.name + ending).unlink(missing_ok=True)


def _address(path: Path) -> str:
    return URL.create("sqlite", database=str(path.absolute())).render_as_string()
