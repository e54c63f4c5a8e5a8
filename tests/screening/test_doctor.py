"""`screening doctor`: what is wrong with an installation is found, said with what mends it, and ends with 1."""

from __future__ import annotations

import json
import os
import re
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import create_engine, text

from screening import schema
from screening.clock import now
from screening.config import from_environment, names
from screening.database import Database
from screening.errors import ConfigError, DatabaseNotReady
from screening.models import Job, Opening
from screening.operations import backup, demonstration
from screening.operations.doctor import examine, machine, storage
from screening.operations.doctor.findings import Finding, ok
from screening.services import accounts
from tests.support.hiring_round import HiringRound
from tests.support.keys import KEY
from tests.support.web import Site

Doctor = Callable[..., dict[str, Finding]]


@pytest.fixture
def doctor(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Doctor:
    """What it finds, by what it is about; the first thing that is not well counts. No papers are set unless a test asks for them."""
    monkeypatch.setattr(machine, "papers", lambda variant="ua-1": iter([ok("papers", "not tried")]))
    address = database.engine.url.set(drivername=database.engine.dialect.name).render_as_string(hide_password=False)

    def look(**settings: str) -> dict[str, Finding]:
        chosen = {"SECRET_KEY": KEY, "DATABASE_URL": address, "BASE_URL": "https://hiring.example.org", "PROXIES": "1"} | settings
        found: dict[str, Finding] = {}
        for finding in examine({f"SCREENING_{name}": value for name, value in chosen.items()}):
            if finding.about not in found or found[finding.about].state == "ok":
                found[finding.about] = finding
        return found

    return look


def wrong(found: dict[str, Finding]) -> dict[str, str]:
    return {about: finding.state for about, finding in found.items() if finding.state != "ok"}


# The tests' PostgreSQL is one that forgets, and they are its superuser.
BY_NATURE = {"sqlite": {}, "postgresql": {"PostgreSQL settings": "problem", "database user": "problem"}}


def test_an_installation_in_order(doctor: Doctor, database: Database, tmp_path: Path) -> None:
    backup.make(database, tmp_path / "last.backup", secret=KEY)
    found = doctor(BACKUP_FOLDER=str(tmp_path))
    assert wrong(found) == BY_NATURE[database.engine.dialect.name]
    about = {"settings", "proxy", "processes", "database", "tables", "clock", "worker", "queue", "disk", "papers", "backup"}
    kind = {
        "sqlite": {"SQLite", "SQLite settings", "SQLite file", "rights"},
        "postgresql": {"PostgreSQL", "PostgreSQL settings", "database user", "connections"},
    }
    assert set(found) == about | kind[database.engine.dialect.name]


@pytest.mark.parametrize(
    ("settings", "about", "state", "words"),
    [
        ({"PROXIES": "0"}, "proxy", "problem", "Set it to the number of reverse proxies"),
        ({"BASE_URL": "http://localhost:8000"}, "proxy", "problem", "without https"),
        ({"BIND": "0.0.0.0:8000"}, "proxy", "advice", "only the proxy can reach that"),
        ({"BIND": "0.0.0.0:8000", "BASE_URL": "http://localhost", "PROXIES": "0"}, "proxy", "advice", "Put a reverse proxy in front of it"),
        ({"PROXYS": "1"}, "settings", "advice", "SCREENING_PROXYS is not a setting of this version"),
        ({"WORKERS": "64"}, "processes", "advice", "Lower SCREENING_WORKERS"),
        ({"QUEUE_URL": "redis://127.0.0.1:1/0"}, "queue", "problem", "Look at SCREENING_QUEUE_URL"),
        ({"BACKUP_FOLDER": ""}, "backup", "advice", "Set SCREENING_BACKUP_FOLDER"),
        ({"BACKUP_FOLDER": "/nowhere/at/all"}, "backup", "problem", "there is none in /nowhere/at/all"),
        ({"DATABASE_URL": "sqlite:////nowhere/at/all"}, "database", "problem", "Run: screening migrate"),
        ({"DATABASE_URL": "postgresql://x:very-secret@127.0.0.1:1/x"}, "database", "problem", "is SCREENING_DATABASE_URL right?"),
        ({"SECRET_KEY": "short"}, "settings", "problem", "too short or too simple"),
    ],
)
def test_each_setting_that_is_wrong_is_named_with_what_mends_it(
    doctor: Doctor, settings: dict[str, str], about: str, state: str, words: str
) -> None:
    found = doctor(**settings)
    assert (found[about].state, words in found[about].words) == (state, True), found[about]
    assert "very-secret" not in repr(found)


def test_a_database_that_is_not_up_to_date_or_of_a_demonstration(doctor: Doctor, database: Database) -> None:
    with database.transaction() as session:
        accounts.create_account(session, None, email=f"someone@{demonstration.DOMAIN}", name="Somebody")
    assert doctor()["demonstration"].state == "problem"
    schema.downgrade(database, "0003")
    assert "screening migrate" in doctor()["tables"].words


def test_files_that_nobody_makes(doctor: Doctor, hiring: HiringRound) -> None:
    assert doctor()["worker"].state == "ok"
    with hiring.database.transaction() as session:
        opening = session.query(Opening).one()
        session.add(
            Job(
                opening_id=opening.id,
                account_id=opening.created_by,
                kind="ratings",
                request={},
                digest="0" * 64,
                created_at=now() - timedelta(minutes=10),
                filename="x",
            )
        )
    assert (doctor()["worker"].state, "minutes: 1." in doctor()["worker"].words) == ("problem", True)


def test_a_backup_that_is_old_damaged_or_of_another_key(doctor: Doctor, database: Database, tmp_path: Path) -> None:
    path = tmp_path / "last.backup"
    for secret, state, words in ((KEY, "ok", "is whole"), ("x" + KEY, "problem", "another secret key")):
        backup.make(database, path, secret=secret)
        assert (doctor(BACKUP_FOLDER=str(tmp_path))["backup"].state, words in doctor(BACKUP_FOLDER=str(tmp_path))["backup"].words) == (
            state,
            True,
        )
    backup.make(database, path, secret=KEY)
    yesterday = (now() - timedelta(days=2)).timestamp()
    os.utime(path, (yesterday, yesterday))
    assert "Is the timer running?" in doctor(BACKUP_FOLDER=str(tmp_path))["backup"].words
    path.write_bytes(path.read_bytes()[:-1])
    assert doctor(BACKUP_FOLDER=str(tmp_path))["backup"].state == "problem"


def test_a_clock_behind_the_record(doctor: Doctor, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    with database.transaction() as session:
        accounts.create_account(session, None, email="a@example.org", name="A")
    monkeypatch.setattr(machine, "now", lambda: now() - timedelta(days=1))
    assert "Set the clock" in doctor()["clock"].words


def test_a_disk_that_is_nearly_full(doctor: Doctor, monkeypatch: pytest.MonkeyPatch) -> None:
    for free, state in ((5, "problem"), (500, "advice"), (5000, "ok")):
        monkeypatch.setattr(machine, "free_megabytes", lambda folder, free=free: free)
        assert doctor()["disk"].state == state


def test_an_old_sqlite_and_settings_that_do_not_hold(sqlite_database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    old = SimpleNamespace(sqlite_version="3.40.1", sqlite_version_info=(3, 40, 1))
    monkeypatch.setattr(storage, "sqlite_module", lambda: old)
    assert (storage._version("wal").state, storage._version("delete").state) == ("problem", "advice")
    with sqlite_database.engine.connect() as connection:
        for pragma in ("synchronous=NORMAL", "foreign_keys=OFF"):
            connection.connection.driver_connection.execute(f"PRAGMA {pragma}")  # type: ignore[union-attr]
        found = {finding.about: finding for finding in storage._sqlite(connection)}
    assert found["SQLite settings"].state == "problem"
    assert "synchronous is not FULL, foreign_keys is not ON:" in found["SQLite settings"].words


def test_a_database_file_that_everybody_can_read(doctor: Doctor, sqlite_database: Database, tmp_path: Path) -> None:
    path = Path(str(sqlite_database.engine.url.database))
    path.chmod(0o644)
    closed = [folder for folder in path.parents if not folder.stat().st_mode & stat.S_IXOTH]
    for folder in closed:
        folder.chmod(folder.stat().st_mode | stat.S_IXOTH)
    try:
        finding = next(iter(storage._rights(str(path))))
    finally:
        for folder in closed:
            folder.chmod(folder.stat().st_mode & ~stat.S_IXOTH)
    assert (finding.state, f"chmod o-rwx {path}" in finding.words) == ("problem", True)


def test_a_database_that_is_made_is_its_owners_alone(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'new' / 'own.sqlite3'}", secrets=(KEY,))
    schema.upgrade(database)
    assert {path.name: oct(stat.S_IMODE(path.stat().st_mode)) for path in (tmp_path / "new").iterdir()} == dict.fromkeys(
        ("own.sqlite3", "own.sqlite3-wal", "own.sqlite3-shm"), "0o600"
    )
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700
    database.close()


@pytest.fixture
def plain_user(database: Database) -> Iterator[str]:
    """The address of the database for a user that may only add to the record of events."""
    name = str(database.engine.url.database)
    server = create_engine(database.engine.url, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f"CREATE ROLE {name} LOGIN"))
        connection.execute(text(f"GRANT ALL ON ALL TABLES IN SCHEMA public TO {name}"))
        connection.execute(text(f"GRANT CREATE ON SCHEMA public TO {name}"))
        connection.execute(text(f"REVOKE UPDATE, DELETE, TRUNCATE, TRIGGER ON events FROM {name}"))
    yield database.engine.url.set(drivername="postgresql", username=name).render_as_string(hide_password=False)
    with server.connect() as connection:
        connection.execute(text(f"DROP OWNED BY {name}"))
        connection.execute(text(f"DROP ROLE {name}"))
    server.dispose()


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_user_of_its_own_is_in_order(doctor: Doctor, plain_user: str) -> None:
    assert doctor(DATABASE_URL=plain_user)["database user"].state == "ok"
    assert doctor()["database user"].state == "problem"
    assert doctor(WORKERS="64", THREADS="64", DATABASE_URL=plain_user)["connections"].state == "problem"


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("GRANT UPDATE ON events TO {user}", "more to the record of events than add to it and read it (UPDATE)."),
        ("GRANT UPDATE (detail) ON events TO {user}", "(UPDATE)."),
        ("GRANT DELETE, TRUNCATE ON events TO PUBLIC", "(DELETE, TRUNCATE)."),
        ("GRANT TRIGGER ON events TO {user}", "(TRIGGER)."),
        ("ALTER TABLE events OWNER TO {user}", "owns the database or its tables"),
        ("ALTER SCHEMA public OWNER TO {user}", "owns the database or its tables"),
        ("ALTER DATABASE {user} OWNER TO {user}", "owns the database or its tables"),
        ("ALTER ROLE {user} SUPERUSER", "is a superuser of PostgreSQL"),
    ],
)
def test_a_user_who_could_take_entries_away_is_found(
    doctor: Doctor, plain_user: str, database: Database, statement: str, words: str
) -> None:
    user = str(database.engine.url.database)
    with database.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        connection.execute(text(statement.format(user=user)))
    try:
        found = doctor(DATABASE_URL=plain_user)["database user"]
    finally:
        with database.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
            connection.execute(text(f"REASSIGN OWNED BY {user} TO postgres"))
    state = "problem" if "SUPERUSER" in statement else "advice"
    assert (found.state, words in found.words, "run deploy/make-database.sh" in found.words) == (state, True, True), found


def test_the_command_sets_a_paper_speaks_json_and_ends_with_1_for_a_problem(tmp_path: Path) -> None:
    own = {"PATH": os.environ["PATH"], "SCREENING_SECRET_KEY": KEY, "SCREENING_DATABASE_URL": f"sqlite:///{tmp_path / 'own.sqlite3'}"}

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        code = "from screening.cli import main; main()"
        return subprocess.run([sys.executable, "-c", code, *arguments], env=own, capture_output=True, text=True, check=False)

    before = run("doctor", "--json")
    told = json.loads(before.stdout)
    assert (before.returncode, told["ok"], list(tmp_path.iterdir())) == (1, False, [])
    assert run("migrate").returncode == 0
    after = run("doctor")
    assert (after.returncode, after.stdout.splitlines()[-1]) == (0, "Nothing is wrong.")
    assert "papers: a sample was set" in after.stdout


# --- Settings that nothing starts with ---


@pytest.mark.parametrize(
    "key",
    [
        "",
        "a" * 64,
        "short",
        "0123456789abcdef" * 4,
        "change-me-change-me-change-me-change-me",
        "this-is-the-example-key-of-the-manual-0",
        "x1y2z3q4" * 5,
        "\u00e9" * 40,
    ],
)
def test_a_key_that_was_not_drawn_is_refused(key: str) -> None:
    with pytest.raises(ConfigError, match="SCREENING_SECRET_KEY"):
        from_environment({"SCREENING_SECRET_KEY": key})


@pytest.mark.parametrize("weak", ["a", "changeme", "a" * 64, "change-me-change-me-change-me-change-me"])
def test_a_former_key_is_checked_like_the_key_itself(weak: str) -> None:
    former = "an-earlier-key-of-tests-9876543210-fedcba"
    with pytest.raises(ConfigError, match="SCREENING_FORMER_KEYS: number 2 of its 3 keys is too short or too simple") as refused:
        from_environment({"SCREENING_SECRET_KEY": KEY, "SCREENING_FORMER_KEYS": f"{former} {weak} {former[::-1]}"})
    assert (len(refused.value.problems), former in str(refused.value)) == (1, False)
    read = from_environment({"SCREENING_SECRET_KEY": KEY, "SCREENING_FORMER_KEYS": f" {former}  {former[::-1]}\n"})
    assert read.former_keys == (former, former[::-1])


@pytest.mark.parametrize("debug", ["FLASK_DEBUG", "SCREENING_DEBUG"])
def test_debugging_is_refused_where_people_work(debug: str) -> None:
    with pytest.raises(ConfigError, match=debug):
        from_environment({"SCREENING_SECRET_KEY": KEY, debug: "1"})
    from_environment({"SCREENING_SECRET_KEY": KEY, debug: "0"})


def test_a_demonstration_listens_to_this_machine_only() -> None:
    chosen = {"SCREENING_SECRET_KEY": KEY, "SCREENING_DEMO": "1", "SCREENING_BASE_URL": "http://localhost:8000"}
    from_environment(chosen)
    with pytest.raises(ConfigError, match="loopback"):
        from_environment(chosen | {"SCREENING_BIND": "0.0.0.0:8000"})


def test_a_database_of_a_demonstration_is_not_served_as_the_real_thing(database: Database) -> None:
    demonstration.refuse(database)
    with database.transaction() as session:
        accounts.create_account(session, None, email=f"someone@{demonstration.DOMAIN}", name="Somebody")
    with pytest.raises(DatabaseNotReady, match="invented people"):
        demonstration.refuse(database)


def test_every_setting_of_the_readme_is_known_and_the_other_way_round() -> None:
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    # Of several that belong together the later ones stand without their beginning.
    told = {name for name in names() if f"`{name}`" in readme or f"`{name.removeprefix('SCREENING_OIDC')}`" in readme}
    assert (sorted(names() - told), sorted(set(re.findall(r"`(SCREENING_[A-Z_]+)`", readme)) - names())) == ([], [])


@pytest.mark.parametrize("path", ["/.git/config", "/console", "/.env", "/static/../config.py"])
def test_what_is_no_page_is_not_there(site: Site, path: str) -> None:
    answer = site.visitor().get(path)
    assert answer.status_code == 404
    assert "Traceback" not in answer.text
