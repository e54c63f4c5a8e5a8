"""Final ratings as they are shown beside the independent ones. Giving and withdrawing them is in `debriefs`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from sqlalchemy import select
from sqlalchemy.orm import Session

from screening.models import FinalRating


@dataclass(frozen=True, slots=True)
class Final:
    """A final rating given after a debrief. `ended` is '' while it stands, `replaced` by a later one, or `withdrawn`."""

    level: int
    reason: str
    given_at: datetime
    ended_at: datetime | None
    ended: str


Trails = Mapping[tuple[int, str], Sequence[Final]]
"""All final ratings about an application, oldest first, by interviewer's account id and criterion key."""
NONE: Trails = MappingProxyType({})


def trails(session: Session, application_id: int) -> Trails:
    """The caller has asked the policy: they are as closed as the panel's cards."""
    return trails_by_application(session, [application_id]).get(application_id, NONE)


def trails_by_application(session: Session, application_ids: Sequence[int]) -> Mapping[int, Trails]:
    """The same for several applications, in one statement; one without a final rating has no entry."""
    found: dict[int, dict[tuple[int, str], tuple[Final, ...]]] = {}
    rows = session.scalars(select(FinalRating).where(FinalRating.application_id.in_(application_ids)).order_by(FinalRating.id.desc()))
    for row in rows:
        own = found.setdefault(row.application_id, {})
        later = own.get((row.account_id, row.criterion), ())
        own[row.account_id, row.criterion] = (_final(row, later), *later)
    return found


def _final(row: FinalRating, later: Sequence[Final]) -> Final:
    # A successor is given at the very moment at which the one before it ends.
    replaced = bool(later) and later[0].given_at == row.replaced_at
    ended = "" if row.replaced_at is None else "replaced" if replaced else "withdrawn"
    return Final(row.level, row.reason, row.given_at, row.replaced_at, ended)


def standing(trail: Sequence[Final]) -> Final | None:
    """The one that stands, if any."""
    return trail[-1] if trail and not trail[-1].ended else None
