"""Erasing a candidate: everything that is held about them goes, all of it or nothing; what stays is a mark, for counts.

The log keeps its entries, which hold no words. Ratings of the erased are in no calculation any more: of all openings they were in, numbers
are computed anew without them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, String, delete, func, insert, select, update
from sqlalchemy.orm import Session

from screening.clock import now
from screening.errors import ScreeningError
from screening.models import Application, Decision, Hold, Job, KeptPaper, Opening, PastDecision
from screening.services import candidates, results
from screening.services.events import record
from screening.services.lookup import touch
from screening.services.privacy import lists
from screening.services.privacy.inventory import TABLES, Kind, belongs, below, columns_of, table_of

ERASED = "person_erased"


class OnHold(ScreeningError):
    """A legal hold stands: nothing is erased before it is lifted."""

    def __init__(self, since: datetime, reason: str) -> None:
        self.reason = reason
        super().__init__(f"Nothing was erased: a legal hold stands since {since:%-d %B %Y}. Its reason: {reason}")


@dataclass(frozen=True, slots=True)
class Erased:
    """What an erasure did: rows deleted by table, and finished or waiting files and lists of others that held the person too."""

    at: datetime
    already: bool = False
    applications: int = 0
    rows: tuple[tuple[str, int], ...] = ()
    files: int = 0
    lists: int = 0


def erase(session: Session, actor: int | None, candidate_id: int) -> Erased:
    """Erase the candidate with this internal id. Raises `OnHold`; of somebody erased before, nothing is done and said again."""
    candidate, openings = candidates.hold(session, candidate_id)
    if candidate.erased_at is not None:
        return Erased(candidate.erased_at, already=True)
    refuse_held(session, candidate.id)
    applications = session.scalars(
        select(Application).where(Application.candidate_id == candidate.id).order_by(Application.id).with_for_update(key_share=True)
    ).all()
    for opening in openings:
        touch(opening)  # to be computed anew
    waiting = lists.forget(session, candidate, openings)
    at = now()
    _keep_counts(session, applications)
    _mark(session, candidate.id, at)
    rows = _delete(session, candidate.id)
    files = _drop_files(session, openings)
    for application in applications:
        record(session, actor, ERASED, opening_id=application.opening_id, application_id=application.id)
    results.forget()
    return Erased(at, False, len(applications), rows, files, waiting)


def refuse_held(session: Session, candidate_id: int) -> None:
    hold = session.scalar(select(Hold).where(Hold.candidate_id == candidate_id, Hold.lifted_at.is_(None)))
    if hold is not None:
        raise OnHold(hold.set_at, hold.reason)


def _keep_counts(session: Session, applications: Sequence[Application]) -> None:
    decided = select(Decision.application_id, Decision.stage, Decision.kind, Decision.decided_at, Decision.undone_at).where(
        Decision.application_id.in_([application.id for application in applications])
    )
    rows = session.execute(decided.order_by(Decision.id)).mappings().all()
    if rows:
        session.execute(insert(PastDecision), [dict(row) for row in rows])


def _mark(session: Session, candidate_id: int, at: datetime) -> None:
    """Empty the rows that stay and mark them as erased: the database lets what hangs on them go only then."""
    for name in ("applications", "candidates"):
        empty = {column: _empty(table_of(name).c[column]) for column in columns_of(name, Kind.HELD)}
        newer = {"version": table_of(name).c.version + 1} if "version" in table_of(name).c else {}
        session.execute(update(table_of(name)).where(belongs(name, candidate_id)).values(erased_at=at, **empty, **newer))


def _empty(column: Column[Any]) -> Any:
    if column.nullable:
        return None
    if isinstance(column.type, JSON):
        return {}
    if isinstance(column.type, String):
        return ""
    raise TypeError(f"{column} cannot be emptied")


def _delete(session: Session, candidate_id: int) -> tuple[tuple[str, int], ...]:
    """Delete every row that hangs on the mark, from the leaves on."""
    gone = []
    for name in below("candidates"):
        if not TABLES[name].stays:
            deleted = session.execute(delete(table_of(name)).where(belongs(name, candidate_id)))
            gone.append((name, deleted.rowcount))  # type: ignore[attr-defined]
    return tuple((TABLES[name].title, count) for name, count in gone if not TABLES[name].apart)


def _drop_files(session: Session, openings: Sequence[Opening]) -> int:
    """Files made or being made from these openings, and typeset papers: whoever asked for one asks again. A worker that is at one stops."""
    ids = [opening.id for opening in openings]
    inside = select(Application.id).where(Application.opening_id.in_(ids))
    files = session.scalar(select(func.count()).select_from(Job).where(Job.opening_id.in_(ids))) or 0
    session.execute(delete(Job).where(Job.opening_id.in_(ids)), execution_options={"synchronize_session": False})
    session.execute(delete(KeptPaper).where(KeptPaper.application_id.in_(inside)), execution_options={"synchronize_session": False})
    return files
