"""`screening person` and `screening retention`: what they print, what they do, and that nothing in their output is about anybody."""

from __future__ import annotations

import json
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from screening.clock import now
from screening.database import Database
from screening.models import Candidate, Event, Opening
from screening.services.privacy import retention as keeping
from tests.screening.test_cli import Command, Said, screening  # noqa: F401  (a fixture)
from tests.screening.test_privacy_erasing import left_in_files, traces
from tests.support import canaries
from tests.support.hiring_round import HiringRound
from tests.support.keys import KEY


@pytest.fixture
def database(sqlite_database: Database) -> Database:
    return sqlite_database


@pytest.fixture
def command(screening: Command, hiring: HiringRound) -> Command:  # noqa: F811
    address = hiring.database.engine.url.render_as_string(hide_password=False)

    def run(*arguments: object, **settings: str) -> Said:
        return screening(*arguments, **{"DATABASE_URL": address, "SECRET_KEY": KEY, **settings})

    return run


def test_a_person_is_handed_out_and_gone(command: Command, hiring: HiringRound, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    canaries.build(hiring)
    public_id = canaries.candidate_of(hiring)
    monkeypatch.chdir(tmp_path)
    exported = command("person", "export", canaries.EMAIL)
    assert (exported.code, exported.out) == (0, "")
    path = tmp_path / f"person-{public_id}.zip"
    assert path.stat().st_mode & 0o777 == 0o600
    with zipfile.ZipFile(path) as archive:
        assert json.loads(archive.read("data.json"))["Person"]["name"] == canaries.NAME
        assert archive.namelist()[:2] == ["data.json", "said-of-yourself.json"]
        assert json.loads(archive.read("said-of-yourself.json")) == {
            "What you said of yourself": [{"attribute": canaries.said("attribute"), "group": canaries.said("group")}]
        }
        assert len(archive.namelist()) == 3
    erased = command("person", "erase", hiring.candidates["maria"])
    assert (erased.code, erased.out.startswith(f"{public_id}: erased on ")) == (0, True)
    assert traces(hiring.database) == []
    assert left_in_files(hiring.database) == set()
    again = command("person", "erase", public_id)
    assert (again.code, "erased before, on" in again.out) == (0, True)
    assert command("person", "erase", canaries.EMAIL).complaint.startswith("Nobody is recorded here under that.")
    assert command("person", "erased").out == f"{public_id}\n"
    for said in (exported, erased, again):
        assert not [trace for trace in canaries.TRACES if trace.decode() in said.out + said.err]


def test_an_older_backup_is_brought_up_to_date_with_the_list(command: Command, hiring: HiringRound) -> None:
    with hiring.database.reading() as session:
        people = session.scalars(select(Candidate.public_id).order_by(Candidate.id)).all()
    assert command("person", "erase", people[0], people[2]).code == 0
    assert sorted(command("person", "erased").out.split()) == sorted([people[0], people[2]])


def test_a_hold_refuses_and_the_exit_says_so(command: Command, hiring: HiringRound) -> None:
    assert command("person", "hold", "maria@example.org", "--reason", "A complaint is open").code == 0
    assert "a legal hold stands since" in command("person", "erase", "maria@example.org").complaint
    assert command("person", "release", "maria@example.org").code == 0
    assert command("person", "erase", "maria@example.org").code == 0
    assert command("person", "hold", "ada@example.org", "--reason", "x").complaint.startswith("that is no candidate")


def test_the_dry_run_says_what_the_run_does(command: Command, hiring: HiringRound, monkeypatch: pytest.MonkeyPatch) -> None:
    assert command("retention", "run", "--dry-run") == Said(0, "", "0 candidates would be erased.\n")
    assert command("retention", "set", "Agent", "1").out == "Agent: candidates are kept for 1 day.\n"
    with hiring.database.reading() as session:
        before = session.scalars(select(Event.id)).all()
    # Yesterday's round: nothing of the log can be changed, so the program's day is another.
    monkeypatch.setattr(keeping, "now", lambda: now() + timedelta(days=3))
    dry = command("retention", "run", "--dry-run")
    with hiring.database.reading() as session:
        assert session.scalars(select(Event.id)).all() == before
    run = command("retention", "run")
    assert (dry.code, run.code) == (0, 0)
    assert dry.out == run.out
    assert len(dry.out.splitlines()) == 3
    assert (dry.err, run.err) == ("3 candidates would be erased.\n", "3 candidates erased.\n")
    assert "Maria" not in dry.out
    with hiring.database.reading() as session:
        assert session.scalars(select(Candidate.id)).all() == []


@pytest.mark.parametrize("value", ["0", "-1", "two", "99999"])
def test_days_that_cannot_be_are_refused(command: Command, value: str) -> None:
    said = command("retention", "run", RETENTION_DAYS=value)
    assert said.complaint == f"SCREENING_RETENTION_DAYS is {value!r}; give a whole number from 1 to 36500."


def test_an_opening_keeps_its_candidates_for_as_long_as_it_is_told(command: Command, hiring: HiringRound) -> None:
    assert command("retention", "set", "Agent", "400").code == 0
    with hiring.database.reading() as session:
        assert session.scalars(select(Opening.retention_days)).all() == [400]
    assert command("retention", "set", "Agent").out == "Agent: candidates are kept for 730 days.\n"
    assert command("retention", "set", "Agent", "0").code == 2
    with hiring.database.reading() as session:
        assert session.scalars(select(Opening.retention_days)).all() == [None]
