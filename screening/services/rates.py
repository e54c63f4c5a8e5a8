"""How often one person may ask for what costs the server much, so that nobody takes it from the others. Counted for all its processes.

The limits are far above what anybody at work comes near: they are for a program that goes wild, or a key that is stuck.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from math import ceil
from types import MappingProxyType

from sqlalchemy import case, or_
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from screening.clock import now
from screening.errors import TooMany
from screening.models import Rate


class Kind(StrEnum):
    """What is counted together: PDFs; tables and lists to save; searches; files and texts to be read; checks of the audit log; tables
    that programs fetch, and whatever else they ask for.
    """

    DOCUMENTS = "documents"
    EXPORTS = "exports"
    SEARCHES = "searches"
    READINGS = "readings"
    CHECKS = "checks"
    FETCHES = "fetches"
    REQUESTS = "requests"


WINDOW = timedelta(minutes=1)
MOST: Mapping[Kind, int] = MappingProxyType(
    {
        Kind.DOCUMENTS: 60,
        Kind.EXPORTS: 60,
        Kind.SEARCHES: 240,
        Kind.READINGS: 60,
        Kind.CHECKS: 3,
        Kind.FETCHES: 120,
        Kind.REQUESTS: 600,
    }
)


def check(session: Session, account_id: int, kind: Kind) -> None:
    """Raise `TooMany` where this minute's are used up. Writes nothing, so that whoever asks too much costs little."""
    row = session.get(Rate, (account_id, kind))
    if row is not None and row.count >= MOST[kind] and (left := _left(row.began)):
        raise TooMany(left, what=kind.value)


def count(session: Session, account_id: int, kind: Kind) -> None:
    """Count one more. Raises `TooMany` where it is one too many; the transaction is then to be given up, so that it was not counted."""
    moment, insert = now(), postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    # Of requests at the same moment one may have read the clock a little before the other; what begins long after now is from a clock
    # that was set back since, and must not lock anybody out.
    over = or_(Rate.began <= moment - WINDOW, Rate.began > moment + WINDOW)
    first = insert(Rate).values(account_id=account_id, kind=kind, began=moment, count=1)
    again = {"began": case((over, first.excluded.began), else_=Rate.began), "count": case((over, 1), else_=Rate.count + 1)}
    statement = first.on_conflict_do_update(index_elements=[Rate.account_id, Rate.kind], set_=again)
    counted, began = session.execute(statement.returning(Rate.count, Rate.began)).one()
    if counted > MOST[kind]:
        raise TooMany(max(_left(began), 1), what=kind.value)


def _left(began: datetime) -> int:
    """Seconds until what began then begins anew; 0 where it is over."""
    left = ceil((began + WINDOW - now()).total_seconds())
    longest = int(WINDOW.total_seconds())
    return min(left, longest) if 0 < left <= 2 * longest else 0
