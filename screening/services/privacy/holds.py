"""Legal holds: what keeps a candidate's data from being erased, by whoever, for as long as it stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, aliased

from screening.clock import now
from screening.errors import Invalid, NotFound, Stale
from screening.models import Account, Application, Candidate, Hold
from screening.models.privacy import MAX_REASON
from screening.services.events import record

COMMAND = "the command line"


@dataclass(frozen=True, slots=True)
class Standing:
    """A hold as it is shown; `lifted_*` are empty while it stands."""

    public_id: str
    reason: str
    set_by: str
    set_at: datetime
    lifted_by: str
    lifted_at: datetime | None


def of(session: Session, candidate_id: int) -> list[Standing]:
    """All holds of a candidate, the latest first."""
    setter, lifter = aliased(Account), aliased(Account)
    rows = session.execute(
        select(Hold, setter.name, lifter.name)
        .outerjoin(setter, Hold.set_by == setter.id)
        .outerjoin(lifter, Hold.lifted_by == lifter.id)
        .where(Hold.candidate_id == candidate_id)
        .order_by(Hold.id.desc())
    )
    return [
        Standing(row.public_id, row.reason, by or COMMAND, row.set_at, (lifted or COMMAND) if row.lifted_at else "", row.lifted_at)
        for row, by, lifted in rows
    ]


def place(session: Session, actor: int | None, candidate_id: int, reason: str) -> None:
    """Set a hold. Raises `Stale` where one stands already, and `NotFound` where the person was erased meanwhile."""
    reason = reason.strip()
    if not reason or len(reason) > MAX_REASON:
        raise Invalid(f"Say why these data must be kept, in 1 to {MAX_REASON:,} characters.", field="reason")
    # Held, so that nobody is erased while the reason for keeping them is written down.
    if session.scalar(select(Candidate.id).where(Candidate.id == candidate_id).with_for_update(read=True)) is None:
        raise NotFound
    try:
        with session.begin_nested():
            session.add(Hold(candidate_id=candidate_id, reason=reason, set_by=actor, set_at=now()))
    except IntegrityError:
        raise Stale("The legal hold") from None
    _note(session, actor, candidate_id, "hold_set")


def lift(session: Session, actor: int | None, candidate_id: int, *, seen: str = "") -> None:
    """Lift the hold that stands. Raises `Stale` where none does, or another than the one with the identifier `seen`."""
    hold = session.scalar(select(Hold).where(Hold.candidate_id == candidate_id, Hold.lifted_at.is_(None)).with_for_update())
    if hold is None or seen not in ("", hold.public_id):
        raise Stale("The legal hold")
    hold.lifted_by, hold.lifted_at = actor, now()
    _note(session, actor, candidate_id, "hold_lifted")


def _note(session: Session, actor: int | None, candidate_id: int, action: str) -> None:
    applications: Sequence[Application] = session.scalars(select(Application).where(Application.candidate_id == candidate_id)).all()
    for application in applications:
        record(session, actor, action, opening_id=application.opening_id, application_id=application.id)
