"""The engine and its sessions. SQLite is the embedded default; any `postgresql://` URL works the same.

Writes on SQLite begin with BEGIN IMMEDIATE: a transaction that reads first and writes later would fail when another one wrote in between.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import copy
from pathlib import Path
from types import ModuleType
from typing import Any, cast

from sqlalchemy import URL, Connection, Engine, MetaData, Select, create_engine, event, make_url
from sqlalchemy.exc import DisconnectionError, InterfaceError, OperationalError
from sqlalchemy.orm import DeclarativeBase, Session

from screening import chain
from screening.turns import Turns

SAFE_WAL = (3, 51, 3)
"""Before this version, SQLite in WAL mode can corrupt a database that several connections write to."""

UNAVAILABLE = (OperationalError, InterfaceError)
"""What is raised while a database is gone, locked for too long, or out of space."""

BUSY_MILLISECONDS = 15_000
"""How long a change waits for another one before it gives up."""

PROGRAM = "program"
"""What a session's `info` has the identifier of a program's key under, for which it works."""

IN_PASSING_MILLISECONDS = 200
SHORT_SECONDS = 1.0
"""To have waited this long for others leaves as good as all the time to wait for the database."""

CONNECT_SECONDS = 5
RESTED_SECONDS = 1.0
"""A connection to PostgreSQL that was not used for so long is asked whether it is still one before it is used again."""

POOL = (8, 8)
"""Connections that a process keeps to PostgreSQL, and how many more it opens at a rush."""


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


def is_full(error: Exception) -> bool:
    """Whether one of `UNAVAILABLE` says that there is no room left on the disk."""
    words = str(getattr(error, "orig", error)).lower()
    return "disk is full" in words or "no space left on device" in words


class Database:
    """An engine with two ways in: `reading()` and `transaction()`. Connections of `reader` stay at what there was at their first statement.

    `secrets` are the secret keys, the present one first: the record of events is sealed with it. Without one nothing can be recorded.
    """

    def __init__(self, url: str, *, secrets: Sequence[str] = ()) -> None:
        self.engine = engine_for(url)
        self.engine.update_execution_options(**{chain.KEYS: chain.keys(tuple(secrets))})
        self.reader = self.engine.execution_options(**_one_state(self.engine))
        self._writer = self.engine.execution_options(writes=True)
        self._passer = self.engine.execution_options(writes=True, patience=IN_PASSING_MILLISECONDS)
        self._turns = _turns(self.engine)
        self._program = ""

    def through(self, program: str) -> Database:
        """The same database, with what is recorded marked as done by this program."""
        same = copy(self)
        same._program = program
        return same

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that changes nothing, and sees one state of the database from its first statement to its last."""
        with Session(self.reader, expire_on_commit=False, autoflush=False) as session:
            yield session
            _end_reading(session)

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A session that commits when the block ends and rolls everything back when it raises."""
        with self._turn() as engine, Session(engine, expire_on_commit=False) as session, session.begin():
            session.info[PROGRAM] = self._program
            yield session

    @contextmanager
    def in_passing(self) -> Iterator[Session]:
        """A transaction for a change that may as well be left undone: it hardly waits for others before it gives up."""
        with self._turn(in_passing=True) as engine, Session(engine, expire_on_commit=False) as session, session.begin():
            yield session

    @contextmanager
    def _turn(self, *, in_passing: bool = False) -> Iterator[Engine]:
        """Wait for others that change something, and give the engine that waits for as long as is left."""
        engine = self._passer if in_passing else self._writer
        if self._turns is None:
            yield engine
            return
        with self._turns.turn(at_most=IN_PASSING_MILLISECONDS / 1000 if in_passing else None) as waited:
            if not in_passing and waited > SHORT_SECONDS:
                engine = self._writer.execution_options(patience=max(1, BUSY_MILLISECONDS - round(waited * 1000)))
            yield engine

    def answer(self) -> None:
        """Raise one of `UNAVAILABLE` unless the database answers out of its tables."""
        with self.engine.connect() as connection:
            connection.exec_driver_sql("SELECT version_num FROM alembic_version")

    def close(self) -> None:
        self.engine.dispose()


def plain_rows(session: Session, statement: Select[*tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    """The rows as the driver's own tuples, one after another: a third of the time and little memory for tens of thousands of rows.

    For columns of whole numbers, text, and yes or no (1 or 0 on SQLite), which need no conversion.
    """
    session.flush()
    return iter(cast(Iterable[tuple[Any, ...]], session.connection().execute(statement).cursor))


def _one_state(engine: Engine) -> dict[str, Any]:
    """SQLite reads like that anyway. PostgreSQL would otherwise show each statement what was committed before it, and not before the first:
    a document would be put together from two states that never were there together.
    """
    return {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True} if engine.dialect.name == "postgresql" else {}


def _end_reading(session: Session) -> None:
    """On PostgreSQL not by rolling back: that makes the driver forget the statements it has prepared, and each would be planned anew."""
    connection = session.connection() if session.in_transaction() else None
    if connection is not None and connection.dialect.name == "postgresql" and (reading := connection.get_transaction()):
        reading.commit()


def _turns(engine: Engine) -> Turns | None:
    path = engine.url.database
    return Turns(Path(path)) if engine.dialect.name == "sqlite" and path and path != ":memory:" else None


def engine_for(url: str) -> Engine:
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return _postgresql(parsed)
    module = sqlite_module()
    connecting = {"timeout": BUSY_MILLISECONDS / 1000, "check_same_thread": False}
    engine = create_engine(parsed, module=module, hide_parameters=True, connect_args=connecting)
    mode = "WAL" if module.sqlite_version_info >= SAFE_WAL else "DELETE"
    if parsed.database and parsed.database != ":memory:":
        path = Path(parsed.database)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        event.listen(engine, "do_connect", lambda *_: _make_private(path))
    event.listen(engine, "connect", lambda connection, _: _configure(connection, mode))
    event.listen(engine, "begin", _begin)
    event.listen(engine, "reset", lambda connection, *_: _be_patient(connection))
    return engine


def _postgresql(address: URL) -> Engine:
    # One that does not answer must not hold a request for as long as the network would.
    waiting = {"connect_timeout": CONNECT_SECONDS, "tcp_user_timeout": BUSY_MILLISECONDS}
    engine = create_engine(
        address.set(drivername="postgresql+psycopg"),
        pool_size=POOL[0],
        max_overflow=POOL[1],
        hide_parameters=True,
        connect_args={name: value for name, value in waiting.items() if name not in address.query},
    )
    event.listen(engine, "connect", lambda connection, _: _wait_no_longer(connection))
    event.listen(engine, "checkin", lambda _, record: record.info.update(used=time.monotonic()))
    event.listen(engine, "checkout", lambda connection, record, _: _ask_if_rested(engine, connection, record.info))
    event.listen(engine, "begin", _begin_in_passing)
    return engine


def _wait_no_longer(connection: Any) -> None:
    connection.execute(f"SET lock_timeout = {BUSY_MILLISECONDS}")
    connection.commit()


def _ask_if_rested(engine: Engine, connection: Any, noted: Mapping[str, Any]) -> None:
    if "used" in noted and time.monotonic() - noted["used"] > RESTED_SECONDS:
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error:
            # For the pool to take another one.
            raise DisconnectionError from None


def _begin_in_passing(connection: Connection) -> None:
    if patience := connection.get_execution_options().get("patience"):
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = {patience}")


def _make_private(path: Path) -> None:
    """A database that is made now is nobody else's to read; what SQLite puts beside it gets the same rights."""
    # Where it cannot be made, SQLite says so itself.
    with contextlib.suppress(OSError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL, 0o600))


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
        # For each connection by itself; the system keeps the file in memory besides.
        "cache_size=-4000",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    options = connection.get_execution_options()
    if patience := options.get("patience"):
        connection.exec_driver_sql(f"PRAGMA busy_timeout={patience}")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get("writes") else "BEGIN")


def _be_patient(connection: Any) -> None:
    """The next one to use the connection waits as usual."""
    connection.execute(f"PRAGMA busy_timeout={BUSY_MILLISECONDS}").close()
