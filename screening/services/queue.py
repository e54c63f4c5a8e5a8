"""An interviewer's own scorecards: overdue, due, drafts, done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from screening.clock import now
from screening.models import Application, Candidate, Interview, Opening, Rating, Revision, Scorecard
from screening.policy import Action, Viewer, allows
from screening.services import rubrics
from screening.services.scorecards import state_of

GROUPS = ("overdue", "due", "drafts", "upcoming", "done")


@dataclass(frozen=True, slots=True)
class QueuedCard:
    """One of the viewer's scorecards. `answered` of `asked` criteria have a level or a reason."""

    public_id: str
    candidate: str
    opening: str
    stage: str
    scheduled_at: datetime | None
    place: str
    state: str
    answered: int
    asked: int
    saved_at: datetime | None
    submitted_at: datetime | None
    reminded_at: datetime | None

    @property
    def days_late(self) -> int:
        """Whole days since the day of the interview, for a card that is not submitted."""
        if self.state not in ("new", "draft") or self.scheduled_at is None:
            return 0
        return max(0, (now().date() - self.scheduled_at.date()).days)

    @property
    def group(self) -> str:
        """Where the card stands in the interviewer's list: one of `GROUPS`."""
        if self.state == "submitted":
            return "done"
        if self.days_late:
            return "overdue"
        if self.state != "new":
            return "drafts"
        return "upcoming" if self.scheduled_at is not None and self.scheduled_at.date() > now().date() else "due"


def mine(session: Session, viewer: Viewer, opening_id: int | None = None) -> list[QueuedCard]:
    """The viewer's cards in openings that are open (or in this one), the earliest interview first."""
    among = viewer.hats if opening_id is None else [opening_id]
    openings = [candidate for candidate in among if allows(viewer, Action.OWN_SCORECARD, candidate)]
    latest = (
        select(Revision.scorecard_id, func.max(Revision.number).label("number"))
        .join(Scorecard, Revision.scorecard_id == Scorecard.id)
        .where(Scorecard.interviewer_id == viewer.account_id)
        .group_by(Revision.scorecard_id)
        .subquery("latest_revision")
    )
    answered = (
        select(func.count())
        .select_from(Rating)
        .where(Rating.revision_id == Revision.id, (Rating.level.is_not(None)) | (Rating.not_assessed != ""))
        .correlate(Revision)
        .scalar_subquery()
    )
    rows = session.execute(
        select(Scorecard, Interview, Candidate.name, Opening.id, Opening.title, Revision, answered)
        .join(Interview, Scorecard.interview_id == Interview.id)
        .join(Application, Interview.application_id == Application.id)
        .join(Candidate, Application.candidate_id == Candidate.id)
        .join(Opening, Application.opening_id == Opening.id)
        .outerjoin(latest, latest.c.scorecard_id == Scorecard.id)
        .outerjoin(Revision, (Revision.scorecard_id == Scorecard.id) & (Revision.number == latest.c.number))
        .where(
            Scorecard.interviewer_id == viewer.account_id,
            Scorecard.withdrawn_at.is_(None),
            Opening.id.in_(openings),
            Opening.state == "open",
            Candidate.email != viewer.email,
        )
    ).all()
    current = {opening_id: rubrics.current(session, opening_id) for opening_id in {row[3] for row in rows}}
    cards = [_queued(row, current[row[3]]) for row in rows]
    return sorted(cards, key=lambda card: (card.scheduled_at is None, card.scheduled_at or now(), card.candidate))


def _queued(row: Any, published: rubrics.Published | None) -> QueuedCard:
    card, interview, candidate, _, opening, revision, answered = row
    stage = published.rubric.stage(interview.stage) if published else None
    return QueuedCard(
        public_id=card.public_id,
        candidate=candidate,
        opening=opening,
        stage=stage.name if stage else interview.stage,
        scheduled_at=interview.scheduled_at,
        place=interview.place,
        state=state_of(card, revision),
        answered=answered or 0,
        asked=len(stage.criteria) if stage else 0,
        saved_at=revision.saved_at if revision else None,
        submitted_at=card.submitted_at,
        reminded_at=card.reminded_at,
    )
