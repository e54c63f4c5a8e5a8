"""Backups: taken while others write, checked to the last byte, and restored to the same pages, on and between both databases."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import stat
import subprocess
import sys
import threading
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given
from hypothesis import settings as checked
from hypothesis import strategies as st
from sqlalchemy import LargeBinary, create_engine, inspect, select, text

from screening import schema
from screening.config import to_environment
from screening.database import Base, Database
from screening.errors import DatabaseNotReady
from screening.models import Account, Link, SignIn
from screening.operations import backup, backup_file, contents, restoring
from screening.operations.backup_file import BackupRefused
from screening.services import accounts, results
from screening.services.audit import verifying
from tests.support import web
from tests.support.hiring_round import HiringRound, fresh_number
from tests.support.keys import KEY
from tests.support.web import Site

OTHER_KEY = "another-key-for-tests-0123456789abcdef"
TOKENS = re.compile(r'(name="(?:csrf_token|submission_token)" value=|data-token=)"[^"]*"')
PEOPLE = ("admin", "recruiter", "manager", "ada", "ben", "cleo", "stranger")


@pytest.fixture
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[str], Database]]:
    """Databases without any table, by kind."""
    made: list[Database] = []

    def make(kind: str) -> Database:
        if kind == "sqlite":
            database = Database(f"sqlite:///{tmp_path / f'restored-{fresh_number()}.sqlite3'}", secrets=(KEY,))
        else:
            name = f"restored_{fresh_number()}"
            address = request.getfixturevalue("postgres")
            server = create_engine(address("postgres").replace("postgresql://", "postgresql+psycopg://"), isolation_level="AUTOCOMMIT")
            with server.connect() as connection:
                connection.execute(text(f"CREATE DATABASE {name}"))
            server.dispose()
            database = Database(address(name), secrets=(KEY,))
        made.append(database)
        return database

    yield make
    for database in made:
        database.close()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "today.backup"


def everything(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table that a backup holds, as the models read them."""
    with database.reading() as session:
        return {
            table.name: sorted(map(tuple, session.execute(select(table)).all()), key=repr)
            for table in Base.metadata.sorted_tables
            if table.name not in contents.LEFT_OUT
        }


def without_last_entry(found: dict[str, list[tuple[Any, ...]]]) -> dict[str, list[tuple[Any, ...]]]:
    """Restoring adds one entry to the record: that it was done."""
    events = sorted(found["events"], key=lambda row: row[0])
    assert events[-1][3] == "restored"
    return found | {"events": sorted(events[:-1], key=repr), "event_head": []}


def holds(database: Database) -> bool:
    """Whether the record of events is whole."""
    with database.reading() as session:
        return verifying.verify(session).holds


def looks(hiring: HiringRound) -> dict[tuple[str, str], tuple[int, str]]:
    """What each person gets to see, without what is new with every page."""
    opening, maria = f"/openings/{hiring.opening}", f"/candidates/{hiring.candidates['maria']}"
    own = f"/scorecards/{hiring.cards['ada', 'maria', 'phone']}"
    paths = [
        "/",
        "/people",
        opening,
        f"{opening}/compare",
        f"{opening}/compare.csv",
        f"{opening}/rubric/versions/1",
        f"{opening}/team",
        maria,
    ]
    paths += [f"{maria}/debrief", f"{maria}/dossier.json", own, f"{opening}/files"]
    results.forget()
    seen = {}
    with closing(Site(hiring.database)) as site:
        for who in PEOPLE:
            browser = site.signed_in(hiring.people[who])
            for path in paths:
                answer = browser.get(path)
                seen[who, path] = (answer.status_code, TOKENS.sub("", answer.text))
    return seen


def paper(hiring: HiringRound) -> bytes:
    results.forget()
    with closing(Site(hiring.database)) as site:
        answer = site.signed_in(hiring.people["recruiter"]).get(f"/candidates/{hiring.candidates['maria']}/summary.pdf")
    assert answer.status_code == 200
    return answer.data


@pytest.mark.parametrize("target", [pytest.param("sqlite", marks=pytest.mark.long), "postgresql"])
def test_a_restored_installation_shows_everybody_the_same_pages_and_papers(
    hiring: HiringRound, empty: Callable[[str], Database], file: Path, target: str
) -> None:
    hiring.submit("ada", "maria", composure=2, spoken_communication=None)
    hiring.submit("ben", "maria", composure=5)
    pages = looks(hiring)
    assert len({status for status, _ in pages.values()}) > 1
    manifest = backup.make(hiring.database, file, secret=KEY)
    before = everything(hiring.database)
    assert manifest.rows == sum(map(len, before.values()))

    fresh = empty(target)
    checked_ = restoring.restore(fresh, file, secrets=[KEY])
    assert (checked_.is_sealed, checked_.manifest) == (True, manifest)
    schema.check(fresh)
    assert without_last_entry(everything(fresh)) == before | {"event_head": []}
    restored = replace(hiring, database=fresh)
    assert looks(restored) == pages
    if target != hiring.database.engine.dialect.name:
        assert paper(restored) == paper(hiring)


def test_what_is_restored_can_be_worked_on(hiring: HiringRound, empty: Callable[[str], Database], file: Path) -> None:
    """New rows get numbers of their own, and what was frozen stays frozen."""
    hiring.submit("ada", "maria")
    backup.make(hiring.database, file, secret=KEY)
    fresh = empty("postgresql" if hiring.database.engine.dialect.name == "sqlite" else "sqlite")
    restoring.restore(fresh, file, secrets=[KEY])
    results.forget()
    replace(hiring, database=fresh).submit("ben", "maria")
    with fresh.transaction() as session:
        accounts.create_account(session, None, email="new@example.org", name="New")
    assert holds(fresh)
    with pytest.raises(Exception, match="never changes"), fresh.transaction() as session:
        session.execute(text("UPDATE ratings SET level = 1"))


def test_a_backup_holds_all_that_was_acknowledged_before_it_began(database: Database, empty: Callable[[str], Database], file: Path) -> None:
    """Four threads write all the time; each backup is of one moment, and of none before it was asked for."""
    acknowledged: list[str] = []
    stop = threading.Event()

    def write(writer: int) -> None:
        for number in range(10_000):
            if stop.is_set():
                return
            email = f"w{writer}-{number}@example.org"
            with database.transaction() as session:
                account = accounts.create_account(session, None, email=email, name="Pair")
                session.flush()
                session.execute(text("UPDATE accounts SET name = :name WHERE id = :id"), {"name": email, "id": account.id})
            acknowledged.append(email)

    writers = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for writer in writers:
        writer.start()
    try:
        for turn in range(2):
            while len(acknowledged) < 30 * (turn + 1):
                stop.wait(0.01)
            before = set(acknowledged)
            backup.make(database, file, secret=KEY)
            while len(acknowledged) <= len(before):
                stop.wait(0.01)
            fresh = empty("sqlite")
            restoring.restore(fresh, file, secrets=[KEY])
            with fresh.reading() as session:
                names = dict(session.execute(select(Account.email, Account.name)).all())
            assert before <= set(names)
            assert {email for email, name in names.items() if email != name} == set()
    finally:
        stop.set()
        for writer in writers:
            writer.join()


def test_a_backup_holds_no_session_no_link_and_no_key(hiring: HiringRound, file: Path) -> None:
    with hiring.database.transaction() as session:
        account = session.scalars(select(Account).where(Account.email == "ada@example.org")).one()
        secrets_ = [accounts.sign_in(session, account), accounts.new_link(session, None, account, "password_reset")]
    with hiring.database.reading() as session:
        secrets_ += [*session.scalars(select(SignIn.token_hash)), *session.scalars(select(Link.token_hash))]
    backup.make(hiring.database, file, secret=KEY)
    with zipfile.ZipFile(file) as archive:
        whole = b"".join(archive.read(name) for name in archive.namelist()) + file.read_bytes()
    assert [secret for secret in (*secrets_, KEY) if secret.encode() in whole] == []
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_every_table_is_in_a_backup_or_left_out_for_a_reason(database: Database, file: Path) -> None:
    manifest = backup.make(database, file, secret=KEY)
    held = {stored.name for stored, _ in manifest.tables}
    assert held | contents.LEFT_OUT.keys() == set(Base.metadata.tables)
    assert held & contents.LEFT_OUT.keys() == set()
    # A column that looks like a secret is looked at here before it goes into a backup: digests and sealed texts only.
    columns = {(name, str(column.name)) for name in held for column in Base.metadata.tables[name].columns}
    told = {(name, column) for name, column in columns if re.search("hash|token|secret|code", column)}
    assert told <= {("accounts", "password_hash"), ("second_factors", "secret"), ("recovery_codes", "code_hash")}


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory, migrated_file: Path) -> Path:
    """A whole backup of a database with two people, and beside it nothing."""
    folder = tmp_path_factory.mktemp("small")
    shutil.copy(migrated_file, folder / "source.sqlite3")
    database = Database(f"sqlite:///{folder / 'source.sqlite3'}", secrets=(KEY,))
    with database.transaction() as session:
        for name in ("Zoë Müller", "=1+1"):
            accounts.create_account(session, None, email=f"{len(name)}@example.org", name=name)
    backup.make(database, folder / "whole.backup", secret=KEY)
    database.close()
    return folder / "whole.backup"


@checked(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.integers(0, 10**9), bit=st.integers(0, 7))
@example(place=0, bit=0)
@example(place=-1, bit=0)
@example(place=-1, bit=5)
@example(place=-70, bit=5)
@example(place=-80, bit=1)
@example(place=-140, bit=2)
def test_one_changed_bit_anywhere_is_found(small: Path, tmp_path: Path, place: int, bit: int) -> None:
    content = bytearray(small.read_bytes())
    content[place % len(content)] ^= 1 << bit
    (tmp_path / "changed").write_bytes(content)
    with pytest.raises(BackupRefused, match=r"damaged|is not a backup"):
        restoring.check(tmp_path / "changed", secrets=[KEY])


@checked(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(length=st.integers(0, 10**9), more=st.binary(max_size=3))
def test_a_file_that_was_cut_or_grew_is_refused(small: Path, tmp_path: Path, length: int, more: bytes) -> None:
    content = small.read_bytes()
    changed = content[: length % len(content)] + more
    (tmp_path / "cut").write_bytes(changed)
    with pytest.raises(BackupRefused):
        restoring.check(tmp_path / "cut", secrets=[KEY])


def forged(small: Path, there: Path, change: Callable[[dict[str, Any], dict[str, bytes]], None], key: str = KEY) -> Path:
    """The backup with other content, and with digest and seal that are right for it."""
    with zipfile.ZipFile(small) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    manifest = json.loads(members.pop(backup_file.MANIFEST))
    change(manifest, members)
    with zipfile.ZipFile(there, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
        archive.writestr(backup_file.MANIFEST, json.dumps(manifest))
        archive.comment = b" " * backup_file._TAIL
    body = there.read_bytes()[: -backup_file._TAIL]
    sealed = body + b"seal=" + backup_file.seal(hashlib.sha256(body).digest(), key).encode()
    there.write_bytes(sealed + b" sha256=" + hashlib.sha256(sealed).hexdigest().encode())
    return there


def one_row_less(manifest: dict[str, Any], members: dict[str, bytes]) -> None:
    members["tables/accounts.jsonl"] = members["tables/accounts.jsonl"].splitlines(keepends=True)[0]


def newer_schema(manifest: dict[str, Any], members: dict[str, bytes]) -> None:
    manifest["schema"] = "9999"


def newer_format(manifest: dict[str, Any], members: dict[str, bytes]) -> None:
    manifest["version"] = 2


def other_table(manifest: dict[str, Any], members: dict[str, bytes]) -> None:
    manifest["tables"][0]["name"] = "sqlite_master"
    members["tables/sqlite_master.jsonl"] = members.pop("tables/accounts.jsonl")


def column_missing(manifest: dict[str, Any], members: dict[str, bytes]) -> None:
    manifest["tables"][0]["columns"].pop()
    rows = [json.loads(line)[:-1] for line in members["tables/accounts.jsonl"].splitlines()]
    members["tables/accounts.jsonl"] = b"".join(json.dumps(row).encode() + b"\n" for row in rows)


def twice_the_same(manifest: dict[str, Any], members: dict[str, bytes]) -> None:
    members["tables/accounts.jsonl"] *= 2
    manifest["tables"][0]["rows"] *= 2


def not_rows(manifest: dict[str, Any], members: dict[str, bytes]) -> None:
    members["tables/accounts.jsonl"] = b"{}\n" * 2


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (one_row_less, "says that accounts has 2 rows, and holds 1"),
        (newer_schema, "made by a newer version of Screening"),
        (newer_format, "of a format that this version does not read"),
        (other_table, "does not hold the tables of revision"),
        (column_missing, "does not hold the tables of revision"),
        (twice_the_same, "does not fit together"),
        (not_rows, "not a backup of this program"),
    ],
)
def test_nothing_is_left_of_a_backup_that_cannot_be_restored(
    small: Path, database: Database, empty: Callable[[str], Database], tmp_path: Path, change: Any, complaint: str
) -> None:
    path = forged(small, tmp_path / "forged", change)
    fresh = empty(database.engine.dialect.name)
    with pytest.raises(BackupRefused, match=complaint):
        restoring.restore(fresh, path, secrets=[KEY])
    assert inspect(fresh.engine).get_table_names() == []

    with database.transaction() as session:
        accounts.create_account(session, None, email="here@example.org", name="Here")
    before = everything(database)
    with pytest.raises(BackupRefused, match=complaint):
        restoring.restore(database, path, secrets=[KEY], force=True)
    assert everything(database) == before
    schema.check(database)


def test_a_database_with_people_is_replaced_only_when_that_is_said(small: Path, hiring: HiringRound) -> None:
    hiring.submit("ada", "maria")
    before = everything(hiring.database)
    with pytest.raises(BackupRefused, match="in use: there are people in it"):
        restoring.restore(hiring.database, small, secrets=[KEY])
    assert everything(hiring.database) == before

    restoring.restore(hiring.database, small, secrets=[KEY], force=True)
    with hiring.database.reading() as session:
        assert sorted(session.scalars(select(Account.name))) == ["=1+1", "Zoë Müller"]
    assert {name for name, rows in everything(hiring.database).items() if rows} == {"accounts", "events", "event_head"}


def test_a_backup_of_another_key_goes_into_an_empty_database_and_replaces_nothing(small: Path, database: Database, tmp_path: Path) -> None:
    path = forged(small, tmp_path / "forged", lambda manifest, members: None, OTHER_KEY)
    assert restoring.check(path, secrets=[KEY]).is_sealed is False
    assert restoring.check(path, secrets=[KEY, OTHER_KEY]).is_sealed is True
    assert restoring.restore(database, path, secrets=[KEY]).is_sealed is False
    before = everything(database)
    with pytest.raises(BackupRefused, match="another secret key"):
        restoring.restore(database, path, secrets=[KEY], force=True)
    assert everything(database) == before


def test_a_database_of_a_newer_program_or_another_one_is_left_alone(
    small: Path, database: Database, empty: Callable[[str], Database]
) -> None:
    foreign = empty(database.engine.dialect.name)
    with foreign.transaction() as session:
        session.execute(text("CREATE TABLE stamps (id INTEGER)"))
    with database.transaction() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    for other in (foreign, database):
        with pytest.raises(BackupRefused, match="tables of another program, or of a newer version"):
            restoring.restore(other, small, secrets=[KEY], force=True)
    with pytest.raises(DatabaseNotReady, match="newer version"):
        backup.make(database, small.with_name("never"), secret=KEY)
    assert not small.with_name("never").exists()


def test_a_database_that_waits_for_its_migrations_can_be_backed_up_and_is_up_to_date_when_restored(
    hiring: HiringRound, empty: Callable[[str], Database], file: Path
) -> None:
    """So that there is a way back from an upgrade, also with the new program installed already."""
    hiring.submit("ada", "maria")
    schema.downgrade(hiring.database, "0003")
    manifest = backup.make(hiring.database, file, secret=KEY)
    assert manifest.schema == "0003"
    fresh = empty(hiring.database.engine.dialect.name)
    restoring.restore(fresh, file, secrets=[KEY])
    schema.check(fresh)
    schema.upgrade(hiring.database)
    here, there = everything(hiring.database), everything(fresh)
    # The earlier entries were sealed on both sides, each at its own moment.
    chained = ("events", "event_head")
    assert {name: rows for name, rows in there.items() if name not in chained} == {
        name: rows for name, rows in here.items() if name not in chained
    }
    assert holds(fresh)


def test_a_backup_that_cannot_be_finished_leaves_the_last_one(hiring: HiringRound, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    backup.make(hiring.database, file, secret=KEY)
    before = file.read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        backup.make(hiring.database, file, secret=KEY)
    assert file.read_bytes() == before
    assert [path.name for path in file.parent.iterdir() if "backup" in path.name] == [file.name]


def test_files_go_in_and_out_in_pieces(database: Database, empty: Callable[[str], Database], file: Path) -> None:
    """Columns of bytes: one with every byte there is."""
    kinds = {table.name for table in Base.metadata.sorted_tables for column in table.c if isinstance(column.type, LargeBinary)}
    assert kinds - contents.LEFT_OUT.keys() == {"pending_imports", "job_parts"}
    assert contents.KINDS["bytes"].read(contents.KINDS["bytes"].write(bytes(range(256)))) == bytes(range(256))
    stored = next(each for each in _stored(database) if each.name == "job_parts")
    assert stored.at_once == contents.FEW


def _stored(database: Database) -> list[contents.Stored]:
    with database.engine.connect() as connection:
        return contents.stored(connection)


def _command(database_url: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"]} | to_environment(web.settings(database_url=database_url))
    code = "from screening.cli import main; main()"
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)], env=environment, capture_output=True, text=True, check=False, timeout=120
    )


def test_the_commands_say_what_they_did_and_fail_with_a_line(small: Path, tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path / 'own.sqlite3'}"
    said = _command(address, "restore", small)
    assert (said.returncode, said.stdout.startswith(f"Restored. {small} is whole: ")) == (0, True), said.stderr
    said = _command(address, "restore", small)
    assert (said.returncode, said.stdout, said.stderr.count("\n")) == (1, "", 1)
    assert said.stderr.startswith("screening: The database is in use")
    said = _command(address, "backup", tmp_path / "again.backup")
    assert (said.returncode, " rows of " in said.stdout) == (0, True)
    (tmp_path / "again.backup").write_bytes(small.read_bytes()[:-1])
    said = _command(address, "restore", "--check", tmp_path / "again.backup")
    assert (said.returncode, said.stderr.count("\n")) == (1, 1)
