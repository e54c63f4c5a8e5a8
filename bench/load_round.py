"""An opening in which many interviewers have many cards to fill in, for `bench.load`."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from bench.big_round import rubric
from bench.serving import Person, Place
from screening.models import Application, Candidate, Interview, Scorecard
from screening.policy import Hat, viewer_for
from screening.services import accounts, openings, rubrics
from screening.services.events import record

NOTE = "Let the caller finish, then named the next step."
READERS = 10


@dataclass
class Interviewer:
    person: Person
    cards: list[str]
    """Public ids of cards still to be filled in."""


@dataclass
class Round:
    """An opening in which everybody has many cards to fill in."""

    interviewers: list[Interviewer]
    recruiter: Person
    papers: list[str]
    pages: list[tuple[str, str]]
    """What recruiters look at and save, by name."""


def prepare(where: Place, people: int, cards_each: int) -> Round:
    """`people` interviewers with that many cards each: every candidate is interviewed by ten."""
    panel = min(10, people)
    with where.database.transaction() as session:
        # As the site makes them: a record of events that begins among people who are there already is not whole.
        staff = [
            accounts.create_account(session, None, email=f"p{number}@example.org", name=f"Person {number}", may_open=number == 0)
            for number in range(people + 1)
        ]
        recruiter = viewer_for(session, staff[0])
        opening = openings.create(session, recruiter, title="Agent")
    with where.database.transaction() as session:
        recruiter = viewer_for(session, staff[0])
        draft = rubrics.save_draft(session, recruiter, opening.public_id, rubric(), version=1)
        rubrics.publish(session, recruiter, opening.public_id, version=draft.version, note="")
        for account in staff[1:]:
            openings.set_hats(session, recruiter, opening.public_id, account.public_id, [Hat.INTERVIEWER])
        _candidates(session, opening.id, [account.id for account in staff[1:]], cards_each, panel)
    with where.database.reading() as session:
        owed: dict[int, list[str]] = {}
        for account_id, card in session.execute(select(Scorecard.interviewer_id, Scorecard.public_id).order_by(Scorecard.id)):
            owed.setdefault(account_id, []).append(card)
        papers = session.scalars(select(Application.public_id).order_by(Application.id).limit(READERS)).all()
    workers = [Interviewer(where.person(account_id), cards) for account_id, cards in owed.items()]
    table = f"/openings/{opening.public_id}/compare"
    pages = [("home", "/"), ("table", table), ("csv", f"{table}.csv"), ("candidate", f"/candidates/{papers[0]}")]
    return Round(workers, where.person(staff[0].id), [f"/candidates/{application}/summary.pdf" for application in papers], pages)


def _candidates(session: Session, opening_id: int, interviewers: Sequence[int], cards_each: int, panel: int) -> None:
    number = 0
    for _ in range(cards_each):
        for start in range(0, len(interviewers), panel):
            number += 1
            candidate = Candidate(name=f"Candidate {number:05}", email=f"c{number}@example.com")
            session.add(candidate)
            session.flush()
            application = Application(opening_id=opening_id, candidate_id=candidate.id, stage="panel", requirements={})
            session.add(application)
            session.flush()
            interview = Interview(application_id=application.id, stage="panel")
            session.add(interview)
            session.flush()
            session.execute(
                insert(Scorecard),
                [{"interview_id": interview.id, "interviewer_id": one} for one in interviewers[start : start + panel]],
            )
    # As for the staff: candidates without an entry look as if entries had been cut off.
    record(session, None, "candidates_imported", opening_id=opening_id, added=number, left_out=0)


def filled(chance: random.Random) -> dict[str, str]:
    """A whole card."""
    fields = {"recommendation": chance.choice(("no", "yes", "strong_yes")), "reason": "Calm and clear throughout.", "why": ""}
    for item in rubric().criteria:
        fields |= {f"rating_{item.key}": str(chance.randint(1, 5)), f"na_{item.key}": "", f"note_{item.key}": NOTE}
    return fields
