"""Times are UTC wherever the server stands: in its database, on pages and in files, also in an hour that a zone has twice or never."""

from __future__ import annotations

import csv
import io
import os
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from itsdangerous import TimestampSigner
from sqlalchemy import func, select

from screening.clock import now, set_back
from screening.database import Database
from screening.models import Event, Interview
from screening.services import openings
from screening.services.audit.verifying import verify
from tests.support.forms import form_at
from tests.support.hiring_round import HiringRound, viewer_of
from tests.support.keys import KEY
from tests.support.signing_in import WRONG, attempt, give_passwords
from tests.support.web import Site

ZONES = ("America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC")
TWICE = (datetime(2025, 11, 2, 5, 30, tzinfo=UTC), datetime(2025, 11, 2, 6, 30, tzinfo=UTC))
"""Both are half past one in New York."""
NEVER = "2026-03-08T02:30"
"""There is no such time in New York."""
LATER = datetime(2026, 3, 9, 7, 0, tzinfo=UTC)


@pytest.fixture
def stand_in() -> Iterator[Callable[[str], None]]:
    """Put this process, and new connections of PostgreSQL, into a zone."""
    before = {name: os.environ.get(name) for name in ("TZ", "PGTZ")}

    def move(zone: str) -> None:
        os.environ.update(TZ=zone, PGTZ=zone)
        time.tzset()

    yield move
    for name, value in before.items():
        os.environ.pop(name, None)
        if value is not None:
            os.environ[name] = value
    time.tzset()


def answers(hiring: HiringRound, database: Database) -> dict[str, str]:
    """What the recruiter gets, without the tokens that differ for each page."""
    site = Site(database, own=False)
    recruiter = site.signed_in(hiring.people["recruiter"])
    opening, maria = f"/openings/{hiring.opening}", f"/candidates/{hiring.candidates['maria']}"
    paths = (f"{opening}/ratings.csv", f"{opening}/compare.csv", f"{opening}/compare", f"/candidates/{hiring.candidates['tom']}", maria)
    said = {path: recruiter.get(path) for path in paths}
    assert {answer.status_code for answer in said.values()} == {200}
    return {path: re.sub(r'(csrf_token|submission_token)" value="[^"]+"', "", answer.text) for path, answer in said.items()}


def test_the_zone_of_the_server_changes_nothing(hiring: HiringRound, stand_in: Callable[[str], None]) -> None:
    stand_in("America/New_York")
    database = Database(hiring.database.engine.url.render_as_string(hide_password=False), secrets=(KEY,))
    there = replace(hiring, database=database)
    for moment, (who, whom) in zip(TWICE, (("ada", "maria"), ("ben", "maria")), strict=True):
        with set_back(moment):
            there.submit(who, whom)
    with set_back(LATER):
        recruiter = Site(database, own=False).signed_in(hiring.people["recruiter"])
        planned = {
            "stage": "panel",
            "applications": hiring.candidates["tom"],
            "interviewers": hiring.people["ada"],
            "at": NEVER,
        }
        path = f"/openings/{hiring.opening}/interviews/plan"
        assert form_at(recruiter, path).send(recruiter, **planned).status_code == 303
    with database.reading() as session:
        assert session.scalar(select(func.max(Interview.scheduled_at))) == datetime.fromisoformat(NEVER).replace(tzinfo=UTC)
    database.close()

    said = {}
    for zone in ZONES:
        stand_in(zone)
        database = Database(hiring.database.engine.url.render_as_string(hide_password=False), secrets=(KEY,))
        with set_back(LATER):
            said[zone] = answers(hiring, database)
        database.close()
    assert all(said[zone] == said["UTC"] for zone in ZONES)

    ratings = list(csv.DictReader(io.StringIO(said["UTC"][f"/openings/{hiring.opening}/ratings.csv"].removeprefix("\ufeff"))))
    assert sorted({row["submitted_at"] for row in ratings}) == [moment.isoformat() for moment in TWICE]
    assert "02:30 UTC" in said["UTC"][f"/candidates/{hiring.candidates['tom']}"]


def test_a_clock_that_is_set_back_signs_nobody_out_and_turns_no_order_round(
    hiring: HiringRound, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on another host whose clock is a little behind."""
    give_passwords(hiring)
    ada = site.visitor()
    assert attempt(ada, "ada@example.org").status_code == 303
    path = f"/scorecards/{hiring.cards['ada', 'maria', 'phone']}"
    form = form_at(ada, path)
    real = TimestampSigner.get_timestamp
    monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda signer: real(signer) - 7200)
    with set_back(now() - timedelta(hours=2)):
        assert form.send(ada, rating_composure="4", do="save").status_code == 303
        assert 'value="4" checked' in ada.get(path).text
        recruiter = site.signed_in(hiring.people["recruiter"])
        assert form_at(recruiter, f"/openings/{hiring.opening}/settings").send(recruiter, title="Another").status_code == 303
    with hiring.database.reading() as session:
        verdict = verify(session)
        entries = session.execute(select(Event.action, Event.at).order_by(Event.id)).all()
    assert verdict.holds
    assert entries[-1].action == "opening_changed"
    assert entries[-1].at < max(entry.at for entry in entries)


def test_openings_stand_in_the_order_in_which_they_were_made_whatever_the_clock_said(hiring: HiringRound, site: Site) -> None:
    def make(title: str) -> None:
        with hiring.database.transaction() as session:
            openings.create(
                session, viewer_of(session, hiring.people["recruiter"]), title=title, template="customer_service_representative"
            )

    make("Made first")
    with set_back(now() - timedelta(hours=2)):
        make("Made second")
    page = site.signed_in(hiring.people["recruiter"]).get("/openings").text
    assert page.index("Made second") < page.index("Made first")


def test_tries_of_a_clock_that_was_ahead_lock_nobody_out(hiring: HiringRound, site: Site) -> None:
    give_passwords(hiring)
    for _ in range(12):
        attempt(site.visitor(), "ada@example.org", WRONG)
    assert attempt(site.visitor(), "ada@example.org").status_code == 429
    with set_back(now() - timedelta(hours=2)):
        assert attempt(site.visitor(), "ada@example.org").status_code == 303
