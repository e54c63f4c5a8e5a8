"""Whoever cuts entries off and puts the head of that time back leaves a chain that fits: what was done since then gives it away."""

# ruff: noqa: S608 - whoever tampers writes statements

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest
from sqlalchemy import event, select

from bench import big_round
from screening.database import Database
from screening.demo.build import build as build_demo
from screening.models import Account, Application, Candidate, Decision, EventHead, Revision, Scorecard, Void
from screening.operations import backup, restoring
from screening.services import accounts, amending, debriefs, decisions, importing, voids
from screening.services.audit import facts
from screening.services.audit.telling import head, lines
from screening.services.audit.verifying import MOST_TOLD, Verdict, verify
from screening.services.privacy import erasing, leaving
from tests.support.hiring_round import HiringRound, in_another_opening, opening_row, viewer_of
from tests.support.keys import KEY
from tests.support.tampering import without_triggers


def looked(database: Database) -> Verdict:
    with database.reading() as session:
        return verify(session)


def the_head(database: Database) -> dict[str, object]:
    with database.reading() as session:
        return session.execute(select(EventHead.number, EventHead.mac, EventHead.key, EventHead.seal)).one()._asdict()


def put_back(database: Database, old: dict[str, object]) -> None:
    """Cut off what came after, and make the head say that nothing did."""
    values = ", ".join(f"{name} = '{value}'" for name, value in old.items())
    without_triggers(database, f"DELETE FROM events WHERE id > {old['number']}", f"UPDATE event_head SET {values}")


def decided(hiring: HiringRound, candidate: str, kind: str) -> str:
    with hiring.database.transaction() as session:
        manager = viewer_of(session, hiring.people["manager"])
        wanted = select(Decision.public_id).join(Application, Decision.application_id == Application.id)
        standing = session.scalar(
            wanted.where(Application.public_id == hiring.candidates[candidate], Decision.undone_at.is_(None)).limit(1)
        )
        return decisions.decide(
            session, manager, hiring.candidates[candidate], kind=kind, reason="As said in the debrief", standing=standing or ""
        ).public_id


def taken_back(hiring: HiringRound, decision: str) -> None:
    with hiring.database.transaction() as session:
        decisions.undo(session, viewer_of(session, hiring.people["manager"]), decision, reason="Too early")


def erased(hiring: HiringRound, candidate: str) -> None:
    with hiring.database.transaction() as session:
        wanted = select(Candidate.id).join(Application).where(Application.public_id == hiring.candidates[candidate])
        erasing.erase(session, None, session.scalars(wanted).one())


def imported(hiring: HiringRound, *names: str) -> None:
    with hiring.database.transaction() as session:
        content = "\n".join(("Name", *names)).encode()
        assert not importing.import_file(session, opening_row(session, hiring), content, "list.csv", None).problems


def voided_and_back(hiring: HiringRound) -> None:
    with hiring.database.transaction() as session:
        recruiter = viewer_of(session, hiring.people["recruiter"])
        seen = voids.preview(session, recruiter, hiring.opening, "teamwork").effect.digest
        void = voids.strike(session, recruiter, hiring.opening, "teamwork", reason="It was in the newspaper", seen=seen).public_id
    with hiring.database.transaction() as session:
        recruiter = viewer_of(session, hiring.people["recruiter"])
        seen = voids.preview_undoing(session, recruiter, hiring.opening, void).effect.digest
        voids.undo(session, recruiter, hiring.opening, void, reason="In another one", seen=seen)


def final_given(hiring: HiringRound, level: int) -> None:
    with hiring.database.transaction() as session:
        ada = viewer_of(session, hiring.people["ada"])
        debriefs.give(session, ada, hiring.candidates["maria"], criterion="composure", level=level, reason="Heard it again")


def amended(hiring: HiringRound, interviewer: str, candidate: str) -> None:
    with hiring.database.transaction() as session:
        amending.begin(session, viewer_of(session, hiring.people[interviewer]), hiring.cards[interviewer, candidate, "phone"])
    hiring.submit(interviewer, candidate, composure=2)


def lived(hiring: HiringRound) -> None:
    """Something of every kind, and of most twice."""
    hiring.submit("ada", "tom")
    taken_back(hiring, decided(hiring, "tom", "hold"))
    decided(hiring, "tom", "hold")
    decided(hiring, "tom", "reject")
    erased(hiring, "tom")
    hiring.submit("ada", "maria", composure=1)
    hiring.submit("ben", "maria", composure=5)
    amended(hiring, "ben", "maria")
    for level in (3, 4, 3):
        final_given(hiring, level)
    with hiring.database.transaction() as session:
        ada = viewer_of(session, hiring.people["ada"])
        debriefs.withdraw(session, ada, hiring.candidates["maria"], criterion="composure")
    final_given(hiring, 3)
    taken_back(hiring, decided(hiring, "maria", "advance"))
    decided(hiring, "maria", "hold")
    decided(hiring, "maria", "hold")
    imported(hiring, "One", "Two", "Three")
    voided_and_back(hiring)
    in_another_opening(hiring, "maria", "Maria Kowalska", "maria@example.org", "ada")
    with hiring.database.transaction() as session:
        accounts.create_account(session, None, email="new@example.org", name="New")
        stranger = session.scalars(select(Account.id).where(Account.public_id == hiring.people["stranger"])).one()
        leaving.erase(session, None, stranger)


DONE: dict[facts.Kind, int] = {
    "account": 1, "opening": 1, "rubric": 1, "candidate": 4, "scorecard": 3, "decision": 3, "decision_undone": 1, "past_decision": 3,
    "past_decision_undone": 1, "final": 4, "final_withdrawn": 1, "void": 1, "void_undone": 1, "candidate_erased": 1, "account_erased": 1,
}  # fmt: skip
"""What `lived` leaves: of one decision that another one replaces only the other is an entry."""


def test_a_head_put_back_is_found_by_the_cards_that_came_in_since(hiring: HiringRound) -> None:
    old = the_head(hiring.database)
    hiring.submit("ben", "maria", composure=1)
    hiring.submit("ada", "maria", composure=1)
    put_back(hiring.database, old)
    verdict = looked(hiring.database)
    cards = [hiring.cards[name, "maria", "phone"] for name in ("ben", "ada")]
    assert (verdict.holds, verdict.findings, verdict.lacking) == (False, [], 2)
    assert [(fact.kind, fact.identifier, fact.part) for fact in verdict.facts] == [("scorecard", card, "1") for card in cards]
    with hiring.database.reading() as session:
        since = session.scalars(select(Scorecard.submitted_at).where(Scorecard.public_id == cards[0])).one()
    assert since is not None
    assert next(lines(verdict)) == (
        f"Version 1 of the scorecard {cards[0]} was submitted on {since:%Y-%m-%d %H:%M} UTC, and no entry says so: entries may have been "
        "cut off."
    )


def test_everything_that_was_done_since_is_named(hiring: HiringRound) -> None:
    assert set(DONE) == set(get_args(facts.Kind))
    old = the_head(hiring.database)
    lived(hiring)
    assert (looked(hiring.database).holds, looked(hiring.database).facts) == (True, [])
    put_back(hiring.database, old)
    verdict = looked(hiring.database)
    assert verdict.findings == []
    assert Counter(fact.kind for fact in verdict.facts) == DONE
    assert len([line for line in lines(verdict) if "no entry says so" in line]) == verdict.lacking


@pytest.mark.parametrize("left", [1, 6, 11])
def test_wherever_the_record_is_cut_what_is_missing_is_found(hiring: HiringRound, left: int) -> None:
    """The head of each moment fits, and the more was cut the more is missing."""
    heads = [the_head(hiring.database)]
    for _ in range(6):
        decision = decided(hiring, "maria", "hold")
        heads.append(the_head(hiring.database))
        taken_back(hiring, decision)
        heads.append(the_head(hiring.database))
    put_back(hiring.database, heads[left])
    found = Counter(fact.kind for fact in looked(hiring.database).facts)
    assert found == Counter({"decision": 6 - (left + 1) // 2, "decision_undone": 6 - left // 2})


def test_what_is_done_after_the_cut_covers_nothing_up(hiring: HiringRound) -> None:
    decision = decided(hiring, "maria", "hold")
    old = the_head(hiring.database)
    hiring.submit("ben", "maria", composure=1)
    taken_back(hiring, decision)
    last = decided(hiring, "maria", "hold")
    put_back(hiring.database, old)
    hiring.submit("ada", "maria")
    taken_back(hiring, last)
    decided(hiring, "maria", "hold")
    assert Counter(fact.kind for fact in looked(hiring.database).facts) == {"scorecard": 1, "decision": 1, "decision_undone": 1}


def test_an_entry_of_something_else_is_not_enough(hiring: HiringRound) -> None:
    """What was done is changed in the tables, and the record left alone."""
    hiring.submit("ada", "maria")
    hiring.submit("ben", "maria")
    decided(hiring, "maria", "hold")
    without_triggers(hiring.database, "UPDATE decisions SET kind = 'reject'")
    verdict = looked(hiring.database)
    assert ([fact.kind for fact in verdict.facts], verdict.holds) == (["decision"], False)


def test_the_newest_entries_alone_are_checked_without_the_tables(hiring: HiringRound) -> None:
    old = the_head(hiring.database)
    hiring.submit("ben", "maria")
    put_back(hiring.database, old)
    with hiring.database.reading() as session:
        assert verify(session, newest=5).holds
        assert head(session).number == old["number"]


def test_where_entries_are_not_genuine_nothing_is_read_out_of_them(hiring: HiringRound) -> None:
    without_triggers(hiring.database, "UPDATE events SET detail = '{\"account\": \"\\u0000\"}' WHERE action = 'account_created'")
    verdict = looked(hiring.database)
    assert (verdict.holds, {one.kind for one in verdict.findings}, verdict.facts) == (False, {"changed"}, [])


def test_a_made_up_identifier_does_nothing_to_the_terminal(hiring: HiringRound) -> None:
    with hiring.database.transaction() as session:
        opening, recruiter = opening_row(session, hiring), viewer_of(session, hiring.people["recruiter"])
        made_up = Void(
            opening_id=opening.id, criterion="\x1b[2Jgone", reason="x", voided_by=recruiter.account_id, voided_at=opening.created_at
        )
        session.add(made_up)
    assert "of ?[2Jgone was made" in next(lines(looked(hiring.database)))


def test_a_restored_backup_has_an_entry_for_everything(hiring: HiringRound, tmp_path: Path) -> None:
    lived(hiring)
    backup.make(hiring.database, tmp_path / "file", secret=KEY)
    restored = Database(f"sqlite:///{tmp_path / 'restored.sqlite3'}", secrets=(KEY,))
    restoring.restore(restored, tmp_path / "file", secrets=(KEY,))
    assert (looked(restored).holds, looked(restored).facts) == (True, [])
    old = the_head(restored)
    erased(replace(hiring, database=restored), "maria")
    assert looked(restored).holds
    put_back(restored, old)
    assert {fact.kind for fact in looked(restored).facts} == {"candidate_erased"}
    restored.close()


def test_a_demonstration_has_an_entry_for_everything(sqlite_database: Database) -> None:
    build_demo(sqlite_database)
    assert (looked(sqlite_database).holds, looked(sqlite_database).facts) == (True, [])


def test_of_very_many_the_first_are_named_in_as_many_statements(database: Database) -> None:
    """A round written straight into the tables: none of its candidates and cards has an entry."""
    asked: list[str] = []

    def note(*arguments: object) -> None:
        asked.append(str(arguments[2]))

    event.listen(database.engine, "before_cursor_execute", note)
    looked(database)
    few = len(asked)
    big_round.build(database, 60)
    asked.clear()
    verdict = looked(database)
    event.remove(database.engine, "before_cursor_execute", note)
    with database.reading() as session:
        rows = [
            *session.scalars(select(Application.id)),
            *session.scalars(select(Revision.id).where(Revision.submitted_at.is_not(None))),
        ]
    assert (len(asked) <= few, verdict.lacking, len(verdict.facts)) == (True, len(rows), MOST_TOLD)
    assert f"And {len(rows) - MOST_TOLD:,} more without an entry." in lines(verdict)
