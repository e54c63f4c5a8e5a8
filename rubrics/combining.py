"""Several scorecards -> every candidate's result: the default score, and what is needed to judge how far to trust it.

The default score is a criterion-first weighted mean, plain arithmetic that can be redone by hand:

    n_ic    = number of interviewers who rated criterion c for candidate i
    xbar_ic = mean of their levels
    kappa_i = sum of the weights of the criteria with n_ic > 0       (coverage)
    S_i     = sum over those criteria of w_c xbar_ic / kappa_i

Why criterion first: a mean of interviewers' means silently changes the agreed weights when interviewers rate different criteria.
A criterion that was not assessed is absent: never zero, never imputed. An interviewer who rated a criterion twice for a candidate
(in two stages) counts once, with the mean of the two. Qualifications take part with the level that their rule gives, as one value;
alone, without any interviewer's rating, they make no score.

Nothing is rounded here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rubrics.model import Rubric

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Flags = NDArray[np.bool_]

MIN_COVERAGE = 0.8
"""Below this share of the rubric's weight a candidate is incomplete: listed, but not ranked."""

DISAGREEMENT = 2
"""Two ratings of one criterion this many levels apart are a disagreement to talk about."""

TIE = 1e-9
"""Scores nearer than this are equal; they differ only by the order of floating-point additions."""


@dataclass(frozen=True, slots=True, eq=False)
class Ratings:
    """All ratings that count, as columns of one length N; a row is one interviewer's level on one criterion for one candidate.

    `candidate`, `interviewer` and `criterion` are indices from 0; `level` is 1-5.
    """

    candidate: Ints
    interviewer: Ints
    criterion: Ints
    level: Floats

    @classmethod
    def of(cls, rows: Iterable[tuple[int, int, int, float]]) -> Ratings:
        """From rows of (candidate, interviewer, criterion, level)."""
        columns = np.fromiter(rows, dtype="i8,i8,i8,f8")
        candidate, interviewer, criterion, level = (np.ascontiguousarray(columns[name]) for name in columns.dtype.fields or ())
        return cls(candidate, interviewer, criterion, level)

    def where(self, chosen: Flags) -> Ratings:
        """The rows that are marked (N flags)."""
        if chosen.all():
            return self
        return Ratings(self.candidate[chosen], self.interviewer[chosen], self.criterion[chosen], self.level[chosen])

    def merged(self, criteria: int) -> Ratings:
        """One row per candidate, criterion and interviewer, ordered by them; who rated twice (in two stages) counts with the mean."""
        interviewers = int(self.interviewer.max(initial=0)) + 1
        cell = self.candidate * criteria + self.criterion
        unique, place, times = np.unique(cell * interviewers + self.interviewer, return_inverse=True, return_counts=True)
        cell = unique // interviewers
        level = np.bincount(place, weights=self.level, minlength=len(unique)) / times
        return Ratings(cell // criteria, unique % interviewers, cell % criteria, level)


@dataclass(frozen=True, slots=True, eq=False)
class Scale:
    """What the combination needs to know of a rubric, per criterion in the rubric's order.

    `weight` sums to 1; `minimum` is NaN where there is none; `is_rated` is False for qualifications. A criterion that is `void` has the
    weight 0, no minimum and is not required: its ratings are left out as if nobody had been asked.
    """

    weight: Floats
    minimum: Floats
    required: Flags
    is_rated: Flags
    void: Flags

    @classmethod
    def of(cls, rubric: Rubric, *, void: Collection[str] = (), weights: Mapping[str, float] | None = None) -> Scale:
        """The rubric's scale without the criteria whose keys are `void`; `weights` by key (any sum above 0) take the place of its own."""
        struck = np.array([key in void for key in rubric.keys], dtype=bool)
        own = [float(item.weight if weights is None else weights.get(item.key, 0.0)) for item in rubric.criteria]
        weight = np.where(struck, 0.0, np.array(own))
        minimum = np.array([np.nan if item.minimum is None else float(item.minimum) for item in rubric.criteria])
        return cls(
            weight=weight / weight.sum() if weight.sum() else weight,
            minimum=np.where(struck, np.nan, minimum),
            required=np.array([item.required for item in rubric.criteria], dtype=bool) & ~struck,
            is_rated=np.array([item.criterion.is_rated for item in rubric.criteria], dtype=bool),
            void=struck,
        )


@dataclass(frozen=True, slots=True, eq=False)
class Combined:
    """Results of I candidates on C criteria. NaN in `mean`, `low`, `high`, `score` and `spread` means "there is none".

    `mean`, `low`, `high`, `count`, `below_minimum`, `disagreement`, `missing` have the shape I x C; the others have length I.
    `count` is the number of interviewers (0 for a qualification). `missing` marks required criteria that were not assessed.
    `spread` is the pooled standard deviation of the ratings given to the same criterion,
    sqrt(sum w_c s_c^2 / sum w_c) over the criteria with two or more interviewers (s_c with n - 1; equal weights where all are 0).
    """

    mean: Floats
    low: Floats
    high: Floats
    count: Ints
    below_minimum: Flags
    disagreement: Flags
    missing: Flags
    score: Floats
    coverage: Floats
    spread: Floats

    @property
    def complete(self) -> Flags:
        """Candidates who may be ranked: enough of the weight assessed and no required criterion missing."""
        enough: Flags = self.coverage >= MIN_COVERAGE - TIE
        return enough & ~self.missing.any(axis=1) & ~np.isnan(self.score)


def combine(scale: Scale, ratings: Ratings, qualification_levels: Floats) -> Combined:
    """Combine all candidates at once.

    `qualification_levels` has the shape I x C: the level of each qualification from its rule, NaN where the fact is not recorded and
    for rated criteria. Its length says how many candidates there are.
    """
    people, criteria = qualification_levels.shape
    shape = (people, criteria)
    qualification_levels = np.where(scale.void, np.nan, qualification_levels)
    ratings = ratings.where(~scale.void[ratings.criterion]).merged(criteria)
    cell, level = ratings.candidate * criteria + ratings.criterion, ratings.level
    size = people * criteria
    count = np.bincount(cell, minlength=size)
    total = np.bincount(cell, weights=level, minlength=size)
    with np.errstate(invalid="ignore", divide="ignore"):
        rated_mean = total / count
    mean = np.where(scale.is_rated, rated_mean.reshape(shape), qualification_levels)
    low, high = _extremes(cell, level, size)
    assessed = ~np.isnan(mean)
    coverage = assessed @ scale.weight
    weighted = np.where(assessed, mean, 0.0) @ scale.weight
    with np.errstate(invalid="ignore", divide="ignore"):
        score = np.where((assessed & scale.is_rated).any(axis=1), weighted / coverage, np.nan)
    low, high = low.reshape(shape), high.reshape(shape)
    return Combined(
        mean=mean,
        low=low,
        high=high,
        count=count.reshape(shape),
        below_minimum=assessed & (mean < scale.minimum - TIE),
        disagreement=np.nan_to_num(high - low) >= DISAGREEMENT,
        missing=scale.required & ~assessed,
        score=score,
        coverage=coverage,
        spread=_spread(cell, level, rated_mean, count, scale.weight, shape),
    )


def _extremes(cell: Ints, level: Floats, size: int) -> tuple[Floats, Floats]:
    low, high = np.full(size, np.inf), np.full(size, -np.inf)
    np.minimum.at(low, cell, level)
    np.maximum.at(high, cell, level)
    low[np.isinf(low)] = np.nan
    high[np.isinf(high)] = np.nan
    return low, high


def _spread(cell: Ints, level: Floats, mean: Floats, count: Ints, weight: Floats, shape: tuple[int, int]) -> Floats:
    squares = np.bincount(cell, weights=(level - mean[cell]) ** 2, minlength=len(count)).reshape(shape)
    several = (count >= 2).reshape(shape)
    variance = np.where(several, squares / np.maximum(count.reshape(shape) - 1, 1), 0.0)
    weights = np.where(several, weight, 0.0)
    alone = weights.sum(axis=1, keepdims=True) == 0
    weights = np.where(alone & several, 1.0, weights)
    with np.errstate(invalid="ignore"):
        pooled: Floats = np.sqrt((variance * weights).sum(axis=1) / weights.sum(axis=1))
    return pooled


def ranks(score: Floats, eligible: Flags) -> Ints:
    """Places 1, 2, 2, 4, ... by falling score among the eligible; 0 for the others. Scores less than `TIE` apart share a place."""
    places = np.zeros(len(score), dtype=np.int64)
    chosen = np.flatnonzero(eligible)
    order = chosen[np.argsort(-score[chosen], kind="stable")]
    first, place = np.inf, 0
    for position, candidate in enumerate(order, start=1):
        if first - score[candidate] >= TIE:
            first, place = score[candidate], position
        places[candidate] = place
    return places
