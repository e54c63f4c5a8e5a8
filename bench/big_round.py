"""A hiring round of any size, written straight into the tables: candidates x 4 interviewers x 12 criteria, every card submitted."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import islice
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from rubrics import library
from rubrics.model import Rubric, Stage, Weighted
from screening.database import Base, Database
from screening.models import Account, Application, Candidate, Interview, Opening, Rating, Revision, RubricVersion, Scorecard
from screening.models.columns import new_public_id
from screening.policy import Hat, viewer_for
from screening.services import accounts, openings, rubrics

CRITERIA = 12
PER_CANDIDATE = 4
INTERVIEWERS = 40
BEGIN = datetime(2026, 3, 2, 9, tzinfo=UTC)


@dataclass(frozen=True)
class BigRound:
    """Public ids; `draft_card` is a card of the first interviewer that is not begun."""

    opening: str
    recruiter: str
    interviewer: str
    draft_card: str
    application: str


def rubric(criteria: int = CRITERIA) -> Rubric:
    rated = [entry.criterion for entry in library.criteria().values() if entry.criterion.is_rated][:criteria]
    items = tuple(Weighted(criterion, Decimal("8.33")) for criterion in rated)
    whole = Rubric("Agent", items, (Stage("panel", "Panel", tuple(item.key for item in items), interviewers=PER_CANDIDATE),))
    return whole.with_equal_weights()


def build(database: Database, candidates: int, *, criteria: int = CRITERIA, notes: int = 1) -> BigRound:
    """Every `notes`-th rating of a card has a note."""
    chance = random.Random(candidates)
    with database.transaction() as session:
        people = [
            accounts.create_account(session, None, email=f"p{n}@example.org", name=f"Person {n}", may_open=True)
            for n in range(INTERVIEWERS + 1)
        ]
        recruiter = viewer_for(session, people[0])
        opening = openings.create(session, recruiter, title="Agent")
    with database.transaction() as session:
        recruiter = viewer_for(session, people[0])
        for account in people[1:]:
            openings.set_hats(session, recruiter, opening.public_id, account.public_id, [Hat.INTERVIEWER])
        draft = rubrics.save_draft(session, recruiter, opening.public_id, rubric(criteria), version=1)
        published = rubrics.publish(session, recruiter, opening.public_id, version=draft.version, note="")
        # One candidate more than asked for, whose card is still to be filled in.
        keys = [item.key for item in rubric(criteria).criteria]
        interviewers = [account.id for account in people[1:]]
        for table, rows in _tables(opening.id, published, interviewers, candidates + 1, keys, notes, chance):
            _insert(session, table, rows)
        session.execute(
            Opening.__table__.update().values(revision=Opening.revision + 1)  # type: ignore[attr-defined]
        )
    with database.reading() as session:
        card = session.execute(
            select(Scorecard.public_id, Account.public_id)
            .join(Account, Scorecard.interviewer_id == Account.id)
            .where(Scorecard.submitted_at.is_(None))
        ).first()
        assert card is not None
        application = session.scalars(select(Application.public_id).order_by(Application.id).limit(1)).one()
    return BigRound(opening.public_id, people[0].public_id, card[1], card[0], application)


def _insert(session: Session, table: type[Base], rows: Iterator[Mapping[str, Any]]) -> None:
    while chunk := list(islice(rows, 5000)):
        session.execute(insert(table), chunk)


def _tables(
    opening_id: int,
    published: RubricVersion,
    interviewers: list[int],
    candidates: int,
    keys: list[str],
    notes: int,
    chance: random.Random,
) -> Iterator[tuple[type[Base], Iterator[Mapping[str, Any]]]]:
    everybody = range(1, candidates + 1)
    cards = candidates * PER_CANDIDATE
    last = cards - PER_CANDIDATE
    yield Candidate, ({"id": n, "name": f"Candidate {n:05}", "email": f"c{n}@example.com"} for n in everybody)
    yield (
        Application,
        (
            {"id": n, "public_id": new_public_id(), "opening_id": opening_id, "candidate_id": n, "stage": "panel", "requirements": {}}
            for n in everybody
        ),
    )
    yield Interview, ({"id": n, "application_id": n, "stage": "panel", "scheduled_at": BEGIN} for n in everybody)
    yield (
        Scorecard,
        (
            {
                "id": n + 1,
                "public_id": new_public_id(),
                "interview_id": n // PER_CANDIDATE + 1,
                "interviewer_id": interviewers[(n // PER_CANDIDATE * 7 + n % PER_CANDIDATE) % len(interviewers)],
                "submitted_at": BEGIN + timedelta(minutes=n) if n < last else None,
            }
            for n in range(cards)
        ),
    )
    yield (
        Revision,
        (
            {
                "id": n + 1,
                "scorecard_id": n + 1,
                "number": 1,
                "rubric_version_id": published.id,
                "recommendation": chance.choice(("no", "yes", "yes", "strong_yes")),
                "reason": "Calm and clear throughout.",
                "counts": True,
                "saved_at": BEGIN,
                "submitted_at": BEGIN + timedelta(minutes=n),
            }
            for n in range(last)
        ),
    )
    yield (
        Rating,
        (
            {
                "revision_id": n + 1,
                "criterion": key,
                "level": chance.randint(1, 5),
                "note": "" if place % notes else "Let the caller finish, then named the next step.",
            }
            for n in range(last)
            for place, key in enumerate(keys)
        ),
    )
