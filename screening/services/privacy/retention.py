"""For how long candidates are kept: who is due to be erased, and erasing them one after another.

A candidate is due when every application of theirs is: so many days after the decision that ended it, an offer or a rejection; without
one, after the last thing that was done with it, or the closing of the opening if that came later. A legal hold keeps anybody.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from screening.clock import now
from screening.database import Database
from screening.models import Application, Candidate, Decision, Event, Hold, Opening
from screening.services.events import CHANGES_NOTHING
from screening.services.privacy import erasing

ENDING = frozenset({"offer", "reject"})


@dataclass(frozen=True, slots=True)
class Due:
    """A candidate whose time is over: since when nothing was decided or done, and when the time was over; openings as (id, title)."""

    id: int
    public_id: str
    name: str
    last: datetime
    over: datetime
    openings: tuple[tuple[int, str], ...]


def due(session: Session, days: int, *, only: int | None = None) -> list[Due]:
    """Everybody whose time is over, in the order of their recording; `days` holds for openings that do not say otherwise.

    `only` asks about one candidate, by internal id.
    """
    at = now()
    found: list[Due] = []
    for candidate, rows in _candidates(session, only):
        ends = [(last + timedelta(days=opening.retention_days or days), last) for opening, last in rows]
        over, last = max(ends, default=(candidate.created_at + timedelta(days=days), candidate.created_at))
        if over <= at:
            openings = tuple((opening.id, opening.title) for opening, _ in rows)
            found.append(Due(candidate.id, candidate.public_id, candidate.name, last, over, openings))
    return found


def _candidates(session: Session, only: int | None) -> Iterator[tuple[Candidate, list[tuple[Opening, datetime]]]]:
    """Everybody who is not on hold, with the last moment of each application."""
    query = select(Application, Opening).join(Opening, Application.opening_id == Opening.id)
    everybody = select(Candidate).where(Candidate.id.not_in(select(Hold.candidate_id).where(Hold.lifted_at.is_(None))))
    if only is not None:
        query, everybody = query.where(Application.candidate_id == only), everybody.where(Candidate.id == only)
    rows = session.execute(query.order_by(Application.id)).all()
    moments = _Moments(session, [application.id for application, _ in rows] if only is not None else None)
    applications: dict[int, list[tuple[Opening, datetime]]] = {}
    for application, opening in rows:
        applications.setdefault(application.candidate_id, []).append((opening, moments.last(application, opening)))
    for candidate in session.scalars(everybody.order_by(Candidate.id)):
        yield candidate, applications.get(candidate.id, [])


class _Moments:
    """When something last happened with applications: with these, or with all."""

    def __init__(self, session: Session, only: Sequence[int] | None) -> None:
        decisions = select(Decision).order_by(Decision.id)
        acts = select(Event.application_id, func.max(Event.at)).where(
            Event.application_id.is_not(None), Event.action.not_in(CHANGES_NOTHING)
        )
        if only is not None:
            decisions, acts = decisions.where(Decision.application_id.in_(only)), acts.where(Event.application_id.in_(only))
        closed = select(Event.opening_id, func.max(Event.at)).where(Event.action == "opening_closed").group_by(Event.opening_id)
        self._acted: dict[int | None, datetime] = dict(session.execute(acts.group_by(Event.application_id)).all())
        self._closed: dict[int | None, datetime] = dict(session.execute(closed).all())
        self._ended: dict[int, datetime] = {}
        for decision in session.scalars(decisions):
            self._take(decision)

    def _take(self, decision: Decision) -> None:
        key = decision.application_id
        stands = decision.undone_at is None
        self._acted[key] = max(filter(None, (self._acted.get(key), decision.decided_at, decision.undone_at)))
        if stands and decision.kind in ENDING:
            self._ended[key] = decision.decided_at
        elif stands:
            self._ended.pop(key, None)

    def last(self, application: Application, opening: Opening) -> datetime:
        if (ended := self._ended.get(application.id)) is not None:
            return ended
        acted = max(application.created_at, self._acted.get(application.id, application.created_at))
        return max(acted, self._closed.get(opening.id, acted)) if opening.state == "closed" else acted


def run(database: Database, actor: int | None, days: int, *, only: Sequence[int] | None = None) -> Iterator[Due]:
    """Erase everybody who is due (`only` of these), each in a transaction of their own, and give them one by one.

    What is done stays done if the run breaks off; the next one goes on. Whoever is put on hold or decided about meanwhile is left out.
    """
    with database.reading() as session:
        listed = [one for one in due(session, days) if only is None or one.id in only]
    for one in listed:
        with database.transaction() as session:
            still = bool(due(session, days, only=one.id))
            if still:
                erasing.erase(session, actor, one.id)
        if still:
            yield one
