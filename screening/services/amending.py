"""Amending a submitted scorecard: a new draft with the same content. What was submitted stays as it is, whatever becomes of the draft."""

from __future__ import annotations

from sqlalchemy import delete
from sqlalchemy.orm import Session

from screening.clock import now
from screening.errors import Stale
from screening.models import Rating, Revision
from screening.policy import Viewer
from screening.services.scorecards import content_of, latest, own_card, refuse_closed


def begin(session: Session, viewer: Viewer, public_id: str) -> None:
    """A new draft with the submitted content; the submitted revision stays as it is."""
    found = own_card(session, viewer, public_id, lock=True)
    refuse_closed(found)
    last = latest(session, found.card)
    if last is None or last.submitted_at is None:
        return
    draft = Revision(
        scorecard_id=found.card.id,
        number=last.number + 1,
        rubric_version_id=last.rubric_version_id,
        recommendation=last.recommendation,
        reason=last.reason,
        saved_at=now(),
    )
    session.add(draft)
    session.flush()
    session.add_all(
        Rating(revision_id=draft.id, criterion=key, level=entry.level, not_assessed=entry.not_assessed, note=entry.note)
        for key, entry in content_of(session, last).entries.items()
    )
    found.card.version += 1


def discard(session: Session, viewer: Viewer, public_id: str, *, version: int) -> None:
    """Drop the amendment being written; what was submitted stays. Raises `Stale` where more was written since `version`."""
    found = own_card(session, viewer, public_id, lock=True)
    if found.card.version != version:
        raise Stale("This scorecard", current=found.card.version)
    last = latest(session, found.card)
    if last is not None and last.submitted_at is None and found.card.submitted_at is not None:
        session.execute(delete(Rating).where(Rating.revision_id == last.id))
        session.delete(last)
        found.card.version += 1
