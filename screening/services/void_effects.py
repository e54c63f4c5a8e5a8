"""What making a criterion void, or counting it again, does to the order of candidates, as far as the viewer may see them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from hashlib import sha256

import numpy as np
from sqlalchemy.orm import Session

from reports.comparison import Comparison, Row
from screening.models import Opening
from screening.policy import Viewer, sight
from screening.services import results
from screening.services.comparison import as_seen


@dataclass(frozen=True, slots=True)
class Change:
    """A candidate who changes place, becomes complete or incomplete, or begins or ceases to miss a minimum."""

    before: Row
    after: Row

    @property
    def becomes_incomplete(self) -> bool:
        return self.before.rank is not None and self.after.rank is None

    @property
    def becomes_complete(self) -> bool:
        return self.before.rank is None and self.after.rank is not None

    @property
    def newly_missed(self) -> tuple[str, ...]:
        return tuple(name for name in self.after.minimums_missed if name not in self.before.minimums_missed)

    @property
    def missed_no_longer(self) -> tuple[str, ...]:
        return tuple(name for name in self.before.minimums_missed if name not in self.after.minimums_missed)

    @property
    def climbs(self) -> int:
        """How many places up; negative for down, 0 where there is no place before or after."""
        return (self.before.rank or 0) - (self.after.rank or 0) if self.before.rank and self.after.rank else 0


@dataclass(frozen=True, slots=True)
class Effect:
    """`changes` in the new order; `moves` and `stay` count by place, `other_total` those of `stay` with another total.

    `closed` candidates are in none of it: the viewer still owes a card for them. `digest` is the same as long as the viewer would be
    shown the same; it depends on nothing that the viewer may not know.
    """

    changes: tuple[Change, ...]
    moves: int
    stay: int
    other_total: int
    closed: int
    digest: str

    @property
    def become_incomplete(self) -> int:
        return sum(change.becomes_incomplete for change in self.changes)

    @property
    def become_complete(self) -> int:
        return sum(change.becomes_complete for change in self.changes)

    @property
    def begin_to_miss(self) -> int:
        return sum(bool(change.newly_missed) for change in self.changes)

    @property
    def cease_to_miss(self) -> int:
        return sum(bool(change.missed_no_longer) for change in self.changes)


def effect_of(session: Session, viewer: Viewer, opening: Opening, void: Collection[str]) -> Effect:
    """What the viewer would see change if exactly these criteria were void. Nothing is changed. A rubric must be published."""
    seen = sight(session, viewer, opening.id)
    found = results.of(session, opening, seen)
    if found is None:
        raise ValueError("there are no results without a published rubric")
    then = replace(found, void=frozenset(void), combined=found.combined_with(void=void))
    return compare(as_seen(opening, found, seen), as_seen(opening, then, seen))


def compare(now: Comparison, then: Comparison) -> Effect:
    """Two comparisons of the same candidates, in the same order."""
    moved = now.ranks != then.ranks
    minimums = (now.combined.below_minimum != then.combined.below_minimum).any(axis=1)
    chosen = np.flatnonzero((moved | minimums) & ~now.hidden)
    # Those without a place go last, where they stood before.
    order = np.lexsort((now.ranks[chosen], then.ranks[chosen], then.ranks[chosen] == 0))
    chosen = chosen[order]
    stay = ~moved & ~now.hidden
    other = np.abs(np.nan_to_num(now.standing.score) - np.nan_to_num(then.standing.score)) >= 0.005
    return Effect(
        changes=tuple(map(Change, now.rows(chosen, []), then.rows(chosen, []))),
        moves=int(moved.sum()),
        stay=int(stay.sum()),
        other_total=int((stay & other).sum()),
        closed=int(now.hidden.sum()),
        digest=_digest(now, then),
    )


def _digest(now: Comparison, then: Comparison) -> str:
    told = sha256(now.rubric_digest.encode())
    for entrant in now.entrants:
        told.update(entrant.id.encode())
    for compared in (now, then):
        told.update(np.nan_to_num(compared.standing.score, nan=-1.0).round(9).tobytes())
        for column in (compared.hidden, compared.ranks, compared.combined.below_minimum):
            told.update(np.ascontiguousarray(column).tobytes())
    return told.hexdigest()[:32]
