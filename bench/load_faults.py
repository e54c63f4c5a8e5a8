"""What must never be after a load, whatever was asked and whatever was killed, for `bench.load`."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select, text

from bench.big_round import CRITERIA
from bench.serving import Place
from screening.models import Event, Opening, Rating, Revision, Scorecard


def faults(where: Place, acknowledged: Sequence[str]) -> list[str]:
    """What must never be, in words; empty where all is well. `acknowledged`: cards of which somebody was told that they are submitted."""
    found = []
    with where.database.reading() as session:
        counted = dict(
            session.execute(
                select(Scorecard.public_id, func.count())
                .join(Revision, Revision.scorecard_id == Scorecard.id)
                .where(Revision.counts)
                .group_by(Scorecard.public_id)
            ).all()
        )
        submitted = set(session.scalars(select(Scorecard.public_id).where(Scorecard.submitted_at.is_not(None))))
        ratings = session.execute(
            select(Scorecard.public_id, func.count(Rating.level))
            .join(Revision, Revision.scorecard_id == Scorecard.id)
            .join(Rating, Rating.revision_id == Revision.id)
            .where(Revision.counts)
            .group_by(Scorecard.public_id)
        )
        half = [card for card, levels in ratings if levels != CRITERIA]
        events = session.scalar(select(func.count()).where(Event.action == "scorecard_submitted"))
        if where.url.startswith("sqlite") and (said := session.scalar(text("PRAGMA integrity_check"))) != "ok":
            found.append(f"the database says: {said}")
        if session.scalar(select(func.count()).select_from(Opening)) != 1:
            found.append("the opening is gone")
    if lost := set(acknowledged) - submitted:
        found.append(f"{len(lost)} acknowledged cards are lost")
    if len(set(acknowledged)) != len(acknowledged) or any(number != 1 for number in counted.values()):
        found.append("a card is there more than once")
    if half or set(counted) != submitted:
        found.append(f"{len(half) + len(set(counted) ^ submitted)} cards are half there")
    if events != len(submitted):
        found.append(f"{len(submitted)} cards are submitted, and the audit log has {events}")
    if (checked := where.command("audit", "verify")).returncode:
        found.append(f"audit verify: {checked.stdout}{checked.stderr}")
    return found
