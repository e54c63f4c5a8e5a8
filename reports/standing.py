"""Who stands where, and how sure that is: places by the score that an opening ranks by, with all that is needed to doubt it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from rubrics import reliability, stability
from rubrics.combining import ranks

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rubrics.confidence import Confidence
    from rubrics.reliability import Repeatability

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Flags = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Standing:
    """Places and their sureness for all candidates of a comparison (arrays of their number; NaN and 0: none).

    `wants_adjusted`: the opening ranks by the severity-adjusted score. It does so only where adjusting is justified.
    """

    known: Confidence
    wants_adjusted: bool

    @property
    def by_adjusted(self) -> bool:
        return self.wants_adjusted and self.known.gate.open

    @property
    def score(self) -> Floats:
        """The score that places follow."""
        return self.known.standing if self.by_adjusted else self.known.score

    @property
    def error(self) -> Floats:
        return self.known.standing_se if self.by_adjusted else self.known.se

    @property
    def low(self) -> Floats:
        return self.score - self.known.reach * self.error

    @property
    def high(self) -> Floats:
        return self.score + self.known.reach * self.error

    @cached_property
    def other(self) -> Floats:
        """The score of the two that places do not follow, where there are two."""
        other = self.known.score if self.by_adjusted else self.known.adjusted
        return np.where(self.known.is_adjusted, other, np.nan)

    @cached_property
    def ranks(self) -> Ints:
        """Places among the complete candidates; 0 for those not ranked."""
        return ranks(self.score, self.known.ranked)

    @cached_property
    def tied(self) -> Flags:
        sharing = np.bincount(self.ranks, minlength=1)
        shared: Flags = (self.ranks > 0) & (sharing[self.ranks] > 1)
        return shared

    @cached_property
    def bands(self) -> Ints:
        """Tie bands from 1; 0 for those not ranked, and for everybody where no error is known."""
        if np.isnan(self.error[self.known.ranked]).any():
            return np.zeros(len(self.score), dtype=np.int64)
        return stability.bands(self.known, adjusted=self.by_adjusted)

    @cached_property
    def _chances(self) -> dict[int, Floats]:
        return {}

    def chances(self, top: int) -> Floats:
        """The probability to be among the best `top` of the ranked: by the adjusted score where that is justified."""
        if top not in self._chances:
            found = np.full(len(self.score), np.nan)
            chosen = np.flatnonzero(self.known.ranked)
            error = self.known.standing_se[chosen]
            if len(chosen) and not np.isnan(error).any():
                found[chosen] = stability.among_best(self.known.standing[chosen], error, top)
            self._chances[top] = found
        return self._chances[top]

    @cached_property
    def repeatable(self) -> Repeatability:
        return reliability.repeatability(self.known)

    def moved_from(self, before: Standing) -> Floats:
        """How many places each candidate has come up (NaN where there was or is none)."""
        there = (self.ranks > 0) & (before.ranks > 0)
        return np.where(there, before.ranks - self.ranks, np.nan)
