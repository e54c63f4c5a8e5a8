"""How an interviewer rates, told from candidates whom others rated too. For the interviewer, and for calibration; never a ranking.

Everything is counted on shared candidates only, and said only from `MIN_SHARED` of them on:

    leniency      s_hat_r +- 1.645 sqrt(V_rr) of `rubrics.raters` (90 in 100); positive: lenient
    spread        standard deviation of the levels within criterion (pooled, n - 1), beside that of colleagues on the same candidates and
                  criteria
    middle        share of the ratings at level 3, beside colleagues' on the same candidates and criteria
    halo          median over candidates of SD_c(y_irc - m_c), m_c the mean of all ratings on c: low means that one candidate's criteria
                  are rated much alike; beside that of colleagues on the same candidates
    agreement     mean |(z_ir - s_hat_r) - mean of the same of the others on i|: what is left once strictness is taken out
    not assessed  share of the criteria asked that got a reason in place of a level

A word for leniency is given only where the interval leaves out 0 and the estimate is worth it (`WORTH`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rubrics.combining import DISAGREEMENT
from rubrics.raters import fit, pairs

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rubrics.combining import Ratings, Scale
    from rubrics.raters import Pairs, Severity

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Flags = NDArray[np.bool_]

MIN_SHARED = 8
"""So many candidates shared with colleagues before anything is said of an interviewer."""
REACH = 1.645
WORTH = 0.25
MIDDLE = 3
TOO_MANY_SKIPPED = 0.2
"""More of a criterion not assessed than this: the plan asks for it where it cannot be asked."""
TOO_MANY_AT_THE_END = 0.4
"""More ratings at 5 (or at 1) than this: the anchors do not tell candidates apart."""


@dataclass(frozen=True, slots=True, eq=False)
class Skipped:
    """Criteria that were asked for and not assessed, as columns of one length: places as in `Ratings`."""

    candidate: Ints
    interviewer: Ints
    criterion: Ints

    @classmethod
    def of(cls, rows: list[tuple[int, int, int]]) -> Skipped:
        """From rows of (candidate, interviewer, criterion)."""
        return cls(*np.array(rows, dtype=np.int64).reshape(-1, 3).T)

    def where(self, chosen: Flags) -> Skipped:
        return Skipped(self.candidate[chosen], self.interviewer[chosen], self.criterion[chosen])


@dataclass(frozen=True, slots=True)
class Leniency:
    """How many levels an interviewer rates above (positive) or below colleagues, and the range it very likely lies in."""

    estimate: float
    low: float
    high: float

    @property
    def word(self) -> str:
        """`strict`, `lenient`, or '' where the data do not say so clearly."""
        if abs(self.estimate) < WORTH or self.low <= 0 <= self.high:
            return ""
        return "lenient" if self.estimate > 0 else "strict"


@dataclass(frozen=True, slots=True)
class Beside:
    """A figure of the interviewer's own, and the same of colleagues on the same candidates (None: there is none)."""

    own: float
    colleagues: float | None


@dataclass(frozen=True, slots=True)
class Profile:
    """`shared`: candidates rated by others too. With fewer than `MIN_SHARED` there is nothing else; a figure may be None for want of data.

    `leniency` is None as well where the panel's ratings show no difference in strictness that could be told from chance.
    """

    shared: int
    leniency: Leniency | None = None
    spread: Beside | None = None
    middle: Beside | None = None
    halo: Beside | None = None
    agreement: Beside | None = None
    not_assessed: Beside | None = None

    @property
    def enough(self) -> bool:
        return self.shared >= MIN_SHARED


def profiles(scale: Scale, ratings: Ratings, skipped: Skipped, coverage: Floats, interviewers: int) -> tuple[Profile, ...]:
    """A profile for each interviewer, in their order. `coverage` is `Combined.coverage`; void criteria have no part."""
    pool = _Pool(scale, ratings, skipped, coverage)
    return tuple(pool.profile(interviewer) for interviewer in range(interviewers))


class _Pool:
    """The ratings of shared candidates, once as given and once with one row per interviewer and criterion."""

    def __init__(self, scale: Scale, ratings: Ratings, skipped: Skipped, coverage: Floats) -> None:
        ratings = ratings.where(~scale.void[ratings.criterion])
        skipped = skipped.where(~scale.void[skipped.criterion])
        self.criteria = len(scale.weight)
        everybody = pairs(scale, ratings, coverage)
        together = everybody.people[everybody.per_candidate > 1]
        self.given = ratings.where(np.isin(ratings.candidate, together))
        self.pairs: Pairs = pairs(scale, self.given, coverage)
        self.severity: Severity | None = fit(self.pairs)
        self.skipped = skipped.where(np.isin(skipped.candidate, together))
        self.merged = self.given.merged(self.criteria)
        counts = np.bincount(self.merged.criterion, minlength=self.criteria)
        means = np.bincount(self.merged.criterion, weights=self.merged.level, minlength=self.criteria) / np.maximum(counts, 1)
        self.deviation: Floats = self.merged.level - means[self.merged.criterion]

    def profile(self, interviewer: int) -> Profile:
        places = np.flatnonzero(self.pairs.raters == interviewer)
        shared = int(self.pairs.shared[places[0]]) if len(places) else 0
        if shared < MIN_SHARED:
            return Profile(shared)
        place = int(places[0])
        return Profile(
            shared=shared,
            leniency=self._leniency(place),
            spread=self._spread(interviewer),
            middle=self._middle(interviewer),
            halo=self._halo(interviewer),
            agreement=self._agreement(place),
            not_assessed=self._not_assessed(interviewer),
        )

    def _leniency(self, place: int) -> Leniency | None:
        if self.severity is None or self.severity.sigma_severity == 0:
            return None
        estimate = float(self.severity.estimate[place])
        reach = REACH * float(np.sqrt(self.severity.variance[place, place]))
        return Leniency(estimate, estimate - reach, estimate + reach)

    def _sides(self, ratings: Ratings, interviewer: int) -> tuple[Flags, Flags]:
        """Which rows are the interviewer's own, and which are colleagues' on the same candidates and criteria."""
        cell = ratings.candidate * self.criteria + ratings.criterion
        own = ratings.interviewer == interviewer
        return own, ~own & np.isin(cell, cell[own])

    def _spread(self, interviewer: int) -> Beside | None:
        own, others = self._sides(self.merged, interviewer)
        who = self.merged.interviewer * self.criteria + self.merged.criterion
        return _beside(_within(self.merged.level[own], who[own]), _within(self.merged.level[others], who[others]))

    def _middle(self, interviewer: int) -> Beside | None:
        own, others = self._sides(self.given, interviewer)
        middle = self.given.level == MIDDLE
        return _beside(_mean(middle[own]), _mean(middle[others]))

    def _halo(self, interviewer: int) -> Beside | None:
        own = self.merged.interviewer == interviewer
        others = ~own & np.isin(self.merged.candidate, self.merged.candidate[own])
        card = self.merged.candidate * (int(self.merged.interviewer.max(initial=0)) + 1) + self.merged.interviewer
        return _beside(_typical_sd(self.deviation[own], card[own]), _typical_sd(self.deviation[others], card[others]))

    def _agreement(self, place: int) -> Beside | None:
        found = self.pairs
        severity = np.zeros(len(found.raters)) if self.severity is None else self.severity.estimate
        left = found.deviation - severity[found.interviewer]
        times = found.per_candidate[found.candidate]
        total = np.bincount(found.candidate, weights=left, minlength=len(found.people))[found.candidate]
        with np.errstate(invalid="ignore", divide="ignore"):
            apart = np.abs(left - (total - left) / (times - 1))
        among = times > 1
        own = among & (found.interviewer == place)
        others = among & ~own & np.isin(found.candidate, found.candidate[own])
        return _beside(_mean(apart[own]), _mean(apart[others]))

    def _not_assessed(self, interviewer: int) -> Beside | None:
        own, own_skipped = self.given.interviewer == interviewer, self.skipped.interviewer == interviewer
        people = np.union1d(self.given.candidate[own], self.skipped.candidate[own_skipped])
        others = ~own & np.isin(self.given.candidate, people)
        others_skipped = ~own_skipped & np.isin(self.skipped.candidate, people)
        return _beside(_share(own_skipped.sum(), own.sum()), _share(others_skipped.sum(), others.sum()))


def _beside(own: float | None, colleagues: float | None) -> Beside | None:
    return None if own is None else Beside(own, colleagues)


def _share(part: int, rest: int) -> float | None:
    return float(part / (part + rest)) if part + rest else None


def _mean(values: NDArray[np.generic]) -> float | None:
    return float(np.mean(values.astype(np.float64))) if len(values) else None


def _within(values: Floats, group: Ints) -> float | None:
    """The pooled standard deviation within groups (n - 1 in each); None where no group has two values."""
    _, place, count = np.unique(group, return_inverse=True, return_counts=True)
    degrees = len(values) - len(count)
    if degrees < 1:
        return None
    means = np.bincount(place, weights=values) / count
    return float(np.sqrt(((values - means[place]) ** 2).sum() / degrees))


def _typical_sd(values: Floats, group: Ints) -> float | None:
    """The median of the groups' standard deviations (n - 1), over the groups with two values or more."""
    _, place, count = np.unique(group, return_inverse=True, return_counts=True)
    if not (count > 1).any():
        return None
    means = np.bincount(place, weights=values) / count
    squares = np.bincount(place, weights=(values - means[place]) ** 2)
    several = count > 1
    return float(np.median(np.sqrt(squares[several] / (count[several] - 1))))


@dataclass(frozen=True, slots=True)
class Use:
    """How a criterion is used by everybody together: counts of ratings, of "not assessed", of the ends, and of candidates apart on it."""

    ratings: int
    skipped: int
    highest: int
    lowest: int
    disagreements: int

    @property
    def share_skipped(self) -> float:
        return self.skipped / max(self.skipped + self.ratings, 1)

    @property
    def share_highest(self) -> float:
        return self.highest / max(self.ratings, 1)

    @property
    def share_lowest(self) -> float:
        return self.lowest / max(self.ratings, 1)

    @property
    def plan_is_wrong(self) -> bool:
        return self.ratings + self.skipped >= MIN_SHARED and self.share_skipped > TOO_MANY_SKIPPED

    @property
    def anchors_are_wrong(self) -> bool:
        return self.ratings >= MIN_SHARED and max(self.share_highest, self.share_lowest) > TOO_MANY_AT_THE_END


def uses(ratings: Ratings, skipped: Skipped, criteria: int) -> tuple[Use, ...]:
    """How each criterion is used, in the rubric's order. `disagreements`: candidates whose interviewers are two levels apart on it."""
    merged = ratings.merged(criteria)
    cell, place = np.unique(merged.candidate * criteria + merged.criterion, return_inverse=True)
    low, high = np.full(len(cell), np.inf), np.full(len(cell), -np.inf)
    np.minimum.at(low, place, merged.level)
    np.maximum.at(high, place, merged.level)
    apart = np.bincount((cell % criteria)[high - low >= DISAGREEMENT], minlength=criteria)

    def counted(criterion: Ints) -> list[int]:
        return [int(number) for number in np.bincount(criterion, minlength=criteria)]

    columns = (
        counted(ratings.criterion),
        counted(skipped.criterion),
        counted(ratings.criterion[ratings.level == 5]),
        counted(ratings.criterion[ratings.level == 1]),
        [int(number) for number in apart],
    )
    return tuple(Use(*row) for row in zip(*columns, strict=True))
