"""For how long people are kept: who is due, what a dry run says, holds, and a run that breaks off."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from screening.clock import now, set_back
from screening.errors import Stale
from screening.models import Application, Candidate, Decision, Event, Hold, Opening
from screening.services import candidates, decisions, openings, rubrics
from screening.services.privacy import erasing, holds, retention
from tests.support.hiring_round import HiringRound, viewer_of

NOW = now()


def ago(days: int) -> datetime:
    return NOW - timedelta(days=days)


@pytest.fixture
def longer_ago(hiring: HiringRound) -> HiringRound:
    """The round with four more people in an opening of three years ago; what the round itself holds is of today."""
    with set_back(ago(1100)), hiring.database.transaction() as session:
        recruiter = viewer_of(session, hiring.people["recruiter"])
        public_id = openings.create(session, recruiter, title="Long ago", copy_of=hiring.opening).public_id
    with set_back(ago(1099)), hiring.database.transaction() as session:
        recruiter = viewer_of(session, hiring.people["recruiter"])
        rubrics.publish(session, recruiter, public_id, version=1, note="")
        for name in ("Rejected early", "Rejected late", "Advanced only", "Never decided"):
            candidates.add(session, recruiter, public_id, candidates.Details(name, f"{name.split()[0]}.{name.split()[1]}@example.org"))
    for name, kind, days in (("Rejected early", "reject", 900), ("Rejected late", "reject", 500), ("Advanced only", "advance", 800)):
        with set_back(ago(days)), hiring.database.transaction() as session:
            recruiter = viewer_of(session, hiring.people["recruiter"])
            decisions.decide(session, recruiter, application_of(session, name).public_id, kind=kind, reason="Seen", standing="")
    return hiring


def application_of(session, name: str) -> Application:
    return session.scalars(select(Application).join(Candidate).where(Candidate.name == name)).one()


def names(hiring: HiringRound, days: int = 730) -> list[str]:
    with hiring.database.reading() as session:
        return [one.name for one in retention.due(session, days)]


def test_who_is_due_by_decision_or_else_by_what_was_done_last(longer_ago: HiringRound) -> None:
    assert names(longer_ago) == ["Rejected early", "Advanced only", "Never decided"]
    assert names(longer_ago, 850) == ["Rejected early", "Never decided"]
    assert names(longer_ago, 365) == ["Rejected early", "Rejected late", "Advanced only", "Never decided"]
    assert names(longer_ago, 1100) == []
    with longer_ago.database.reading() as session:
        first = retention.due(session, 730)[0]
    assert (first.last.date(), first.over.date()) == (ago(900).date(), ago(170).date())
    assert [title for _, title in first.openings] == ["Long ago"]


def test_an_opening_can_say_otherwise_and_its_closing_counts_for_who_was_never_decided(longer_ago: HiringRound) -> None:
    with longer_ago.database.transaction() as session:
        opening = session.scalars(select(Opening).where(Opening.title == "Long ago")).one()
        opening.retention_days = 850
        public_id = opening.public_id
    assert names(longer_ago) == ["Rejected early", "Never decided"]
    with set_back(ago(100)), longer_ago.database.transaction() as session:
        openings.set_state(session, viewer_of(session, longer_ago.people["recruiter"]), public_id, "closed")
    assert names(longer_ago) == ["Rejected early"]


def test_taking_a_decision_back_or_applying_again_begins_the_time_anew(longer_ago: HiringRound) -> None:
    with longer_ago.database.transaction() as session:
        recruiter = viewer_of(session, longer_ago.people["recruiter"])
        application = application_of(session, "Rejected early")
        standing = session.scalars(select(Decision.public_id).where(Decision.application_id == application.id)).one()
        decisions.undo(session, recruiter, standing, reason="It was somebody else")
        details = candidates.Details("Advanced only", "advanced.only@example.org")
        candidates.add(session, recruiter, longer_ago.opening, details)
    assert names(longer_ago) == ["Never decided"]


def test_a_hold_or_a_look_changes_nobodys_time_and_a_hold_keeps(longer_ago: HiringRound) -> None:
    with longer_ago.database.transaction() as session:
        application = application_of(session, "Rejected early")
        holds.place(session, None, application.candidate_id, "A complaint is open")
        with pytest.raises(Stale):
            holds.place(session, None, application.candidate_id, "Another one")
    assert names(longer_ago) == ["Advanced only", "Never decided"]
    with longer_ago.database.transaction() as session:
        holds.lift(session, None, session.scalars(select(Hold.candidate_id)).one())
    assert names(longer_ago) == ["Rejected early", "Advanced only", "Never decided"]
    with longer_ago.database.reading() as session:
        assert [row.lifted_at is not None for row in session.scalars(select(Hold))] == [True]
        assert session.scalars(select(Event.action).where(Event.action.like("hold%")).order_by(Event.id)).all() == [
            "hold_set",
            "hold_lifted",
        ]


def test_the_run_erases_whom_the_dry_run_listed(longer_ago: HiringRound) -> None:
    listed = names(longer_ago)
    run = [one.name for one in retention.run(longer_ago.database, None, 730)]
    assert run == listed == ["Rejected early", "Advanced only", "Never decided"]
    assert names(longer_ago) == []
    assert list(retention.run(longer_ago.database, None, 730)) == []
    with longer_ago.database.reading() as session:
        left = session.scalars(select(Candidate.name).order_by(Candidate.id)).all()
    assert left == ["Maria Kowalska", "Tom Okafor", "Linh Nguyễn", "Rejected late"]


def test_a_run_that_breaks_off_goes_on_where_it_was(longer_ago: HiringRound, monkeypatch: pytest.MonkeyPatch) -> None:
    whole, calls = erasing.erase, []

    def breaks_off(session, actor, candidate_id):
        calls.append(candidate_id)
        done = whole(session, actor, candidate_id)
        if len(calls) == 2:
            raise RuntimeError("killed")
        return done

    monkeypatch.setattr(erasing, "erase", breaks_off)
    gone = []
    with pytest.raises(RuntimeError):
        gone += [one.name for one in retention.run(longer_ago.database, None, 730)]
    assert names(longer_ago) == ["Advanced only", "Never decided"]
    monkeypatch.undo()
    assert [one.name for one in retention.run(longer_ago.database, None, 730)] == ["Advanced only", "Never decided"]


def test_whoever_is_put_on_hold_while_it_runs_is_left_out(longer_ago: HiringRound) -> None:
    run = retention.run(longer_ago.database, None, 730)
    assert next(run).name == "Rejected early"
    with longer_ago.database.transaction() as session:
        holds.place(session, None, application_of(session, "Advanced only").candidate_id, "A complaint came in")
    assert [one.name for one in run] == ["Never decided"]


def test_no_statement_of_the_run_grows_with_everybody_in_the_database(longer_ago: HiringRound) -> None:
    """Whether one person is still due is asked about that person alone."""
    with longer_ago.database.reading() as session:
        everybody = retention.due(session, 730)
        assert [retention.due(session, 730, only=one.id) for one in everybody] == [[one] for one in everybody]
