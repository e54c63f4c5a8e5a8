"""What the reader of a comparison asked to see: filters, order, columns, and weights to try."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

FIXED_SORTS = (
    "candidate",
    "total",
    "other",
    "chance",
    "moved",
    "spread",
    "cards",
    "coverage",
    "minimums",
    "disagreement",
    "recommendations",
    "stage",
    "decision",
)
CRITERION_SORT = "c."
HIDEABLE = ("range", "chance", "recommendations", "evidence", "flags", "outcome")
UNDECIDED = "undecided"
TOP = 3
_BIGGER_FIRST = ("total", "other", "chance", "moved", "cards", "coverage", "minimums", "disagreement", "recommendations")


@dataclass(frozen=True, slots=True)
class View:
    """What the reader asked to see. `hidden` holds criterion keys and names of `HIDEABLE`; `stage` and `decision` are keys, '' for all.

    `top`: the reader wants to know who is probably among the best so many. `weights` are points by criterion key to be tried in the place
    of the published ones, empty where nothing is tried.
    """

    text: str = ""
    stage: str = ""
    decision: str = ""
    minimum_missed: bool = False
    incomplete: bool = False
    disagreement: bool = False
    hidden: frozenset[str] = frozenset()
    sort: str = "total"
    descending: bool = True
    page: int = 1
    top: int = TOP
    weights: Mapping[str, float] = field(default_factory=dict)

    @property
    def filtered(self) -> bool:
        return bool(self.text or self.stage or self.decision or self.minimum_missed or self.incomplete or self.disagreement)

    def to_plain(self) -> dict[str, Any]:
        """As JSON holds it."""
        return {**asdict(self), "hidden": sorted(self.hidden), "weights": dict(self.weights)}

    @classmethod
    def of_plain(cls, plain: Mapping[str, Any]) -> View:
        return cls(**{**plain, "hidden": frozenset(plain["hidden"])})

    def sorted_by(self, column: str) -> View:
        """The view after a click on a column's head: its natural direction first, then the other one."""
        natural = column in _BIGGER_FIRST or column.startswith(CRITERION_SORT)
        descending = not self.descending if column == self.sort else natural
        return replace(self, sort=column, descending=descending, page=1)
