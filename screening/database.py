"""The engine and its sessions. SQLite is the embedded default; any `postgresql://` URL works the same.

Writes on SQLite begin with BEGIN IMMEDIATE: a transaction that reads first and writes later would fail when another one wrote in between.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any, cast

from sqlalchemy import Connection, Engine, MetaData, Select, create_engine, event, make_url
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm import DeclarativeBase, Session

SAFE_WAL = (3, 51, 3)
"""Before this version, SQLite in WAL mode can corrupt a database that several connections write to."""

UNAVAILABLE = (OperationalError, InterfaceError)
"""What is raised while a database is gone, locked for too long, or out of space."""

BUSY_MILLISECONDS = 15_000


class Base(DeclarativeBase):
    """All tables. Names of constraints follow one pattern, so that migrations can name them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


def sqlite_module() -> ModuleType:
    """The newer SQLite of the `pysqlite3` package where it is installed, else Python's own."""
    try:
        import pysqlite3.dbapi2 as newer
    except ImportError:
        return sqlite3
    return newer  # type: ignore[no-any-return]


class Database:
    """An engine with two ways in: `reading()` and `transaction()`."""

    def __init__(self, url: str) -> None:
        self.engine = engine_for(url)
        self._writer = self.engine.execution_options(writes=True)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that changes nothing: whatever it flushed is rolled back."""
        with Session(self.engine, expire_on_commit=False, autoflush=False) as session:
            yield session

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A session that commits when the block ends and rolls everything back when it raises."""
        with Session(self._writer, expire_on_commit=False) as session, session.begin():
            yield session

    def answer(self) -> None:
        """Raise one of `UNAVAILABLE` unless the database answers."""
        with self.engine.connect() as connection:
            connection.exec_driver_sql("SELECT 1")

    def close(self) -> None:
        self.engine.dispose()


def plain_rows(session: Session, statement: Select[*tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """The rows as the driver's own tuples: a third of the time for tens of thousands of rows.

    For columns of whole numbers, text, and yes or no (1 or 0 on SQLite), which need no conversion.
    """
    session.flush()
    cursor = session.connection().execute(statement).cursor
    return cast(list[tuple[Any, ...]], cursor.fetchall())


def engine_for(url: str) -> Engine:
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return create_engine(parsed.set(drivername="postgresql+psycopg"), pool_pre_ping=True, pool_size=8, max_overflow=8)
    if parsed.database and parsed.database != ":memory:":
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    module = sqlite_module()
    engine = create_engine(parsed, module=module, connect_args={"timeout": BUSY_MILLISECONDS / 1000, "check_same_thread": False})
    mode = "WAL" if module.sqlite_version_info >= SAFE_WAL else "DELETE"
    event.listen(engine, "connect", lambda connection, _: _configure(connection, mode))
    event.listen(engine, "begin", _begin)
    return engine


def _configure(connection: Any, journal_mode: str) -> None:
    # Autocommit in the driver: it would otherwise begin transactions by itself, deferred ones, and none for schema changes.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout={BUSY_MILLISECONDS}",
        f"journal_mode={journal_mode}",
        "synchronous=FULL",
        "foreign_keys=ON",
        "secure_delete=ON",
        "cache_size=-32000",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.get_execution_options().get("writes") else "BEGIN")
