"""How sure is the order: who is probably among the best, who is ahead of whom, and how much weight would have to move to change it.

P(A ahead of B)  Phi((x_A - x_B) / sqrt(Var(x_A - x_B)))
shrunk scores    mean mu + rho_i (x_i - mu), variance rho_i SE_i^2, rho_i = tau^2 / (tau^2 + SE_i^2),
                 tau^2 = max(eps, Var(x) - mean SE^2), mu the mean with weights 1 / (tau^2 + SE_i^2)
P(among the k)   p_i = Phi((m_i - t) / s_i) with t such that the p_i sum to k
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rubrics.combining import TIE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rubrics.confidence import Confidence

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

SURE, UNLIKELY = 0.95, 0.05
"""From the first probability on, an order is taken to be more than chance; below the second, for the other way round."""

FRAGILE, SENSITIVE = 5.0, 15.0
"""Up to so many of 100 weight points, the order of two candidates is fragile, then sensitive; above, stable."""


def among_best(score: Floats, error: Floats, k: int) -> Floats:
    """The probability of each candidate to be among the best k, for candidates with a score and an error (n of each; result: n).

    They sum to k. With k of n or more, all are; without any error, those with the k highest scores are (ties share what is left).
    """
    size = len(score)
    if k >= size:
        return np.ones(size)
    if k <= 0:
        return np.zeros(size)
    means, deviations = _shrunk(score, error)
    if not (deviations > 0).all():
        return _places_without_error(means, k)
    low = float((means - 12 * deviations).min())
    high = float((means + 12 * deviations).max())
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if float(_normal((means - middle) / deviations).sum()) > k else (low, middle)
    return _normal((means - (low + high) / 2) / deviations)


def _shrunk(score: Floats, error: Floats) -> tuple[Floats, Floats]:
    """Means and standard deviations of the true scores, given what was observed."""
    squares = error**2
    spread = max(float(np.var(score, ddof=1)) - float(squares.mean()), 1e-9)
    precision = 1 / (spread + squares)
    centre = float((precision * score).sum() / precision.sum())
    pull = spread / (spread + squares)
    return centre + pull * (score - centre), np.sqrt(pull * squares)


def _places_without_error(means: Floats, k: int) -> Floats:
    edge = np.sort(means)[::-1][k - 1]
    above, level = means > edge + TIE, np.abs(means - edge) <= TIE
    return np.where(above, 1.0, np.where(level, (k - above.sum()) / level.sum(), 0.0))


def _normal(values: Floats) -> Floats:
    from scipy.special import ndtr  # imported here: it takes long, and start-up must not wait for it

    return np.asarray(ndtr(values), dtype=np.float64)


def ahead(confidence: Confidence, candidate: int, *, adjusted: bool) -> Floats:
    """The probability that this candidate is truly ahead of each other one (NaN where there is no score or no error; 0.5 for itself)."""
    score = confidence.standing if adjusted else confidence.score
    variance = confidence.differences(candidate, adjusted=adjusted)
    gap = score[candidate] - score
    with np.errstate(invalid="ignore", divide="ignore"):
        found = _normal(gap / np.sqrt(variance))
    # Without any error, the order is as sure as the scores are different.
    exact = (variance == 0) & ~np.isnan(gap)
    return np.where(exact, np.where(gap > TIE, 1.0, np.where(gap < -TIE, 0.0, 0.5)), found)


def bands(confidence: Confidence, *, adjusted: bool) -> Ints:
    """For each ranked candidate the number of a tie band from 1; 0 for the others.

    The best candidate opens the first band; it holds everybody after them whose place behind them is not sure (less than `SURE`). The
    first one who surely stands behind opens the next. Inside a band the order may well be chance.
    """
    score = confidence.standing if adjusted else confidence.score
    found = np.zeros(len(score), dtype=np.int64)
    chosen = np.flatnonzero(confidence.ranked)
    order = chosen[np.argsort(-score[chosen], kind="stable")]
    number, start = 0, 0
    while start < len(order):
        number += 1
        certain = ahead(confidence, int(order[start]), adjusted=adjusted)[order[start:]] >= SURE
        # Candidates after the first sure one are behind it, even where their own error is larger.
        length = int(np.argmax(certain)) if certain.any() else len(certain)
        found[order[start : start + max(length, 1)]] = number
        start += max(length, 1)
    return found


@dataclass(frozen=True, slots=True)
class Move:
    """Points of 100 that move from one criterion (its index) to another."""

    source: int
    target: int
    points: float


@dataclass(frozen=True, slots=True)
class Flip:
    """The smallest shift of weight that makes two candidates equal. `points` (of 100) is the total of `moves`; None: no shift does.

    `ahead` says which of the two is in front with the present weights: 0 the first, 1 the second, None where they are equal.
    """

    ahead: int | None
    points: float | None
    moves: tuple[Move, ...]

    @property
    def word(self) -> str:
        if self.points is None or self.points > SENSITIVE + TIE:
            return "stable"
        return "fragile" if self.points <= FRAGILE + TIE else "sensitive"


def smallest_flip(weight: Floats, first: Floats, second: Floats) -> Flip:
    """The smallest shift of weight that turns the order of two candidates around.

    `weight` sums to 1; `first` and `second` are their means per criterion (NaN: not assessed). Only criteria assessed for both take part.
    Weight moves to the criterion that speaks most for the one behind, from those that speak most for the one in front.
    """
    both = np.flatnonzero(~np.isnan(first) & ~np.isnan(second) & (weight > 0))
    share = weight[both] / weight[both].sum() if len(both) else weight[both]
    gap = first[both] - second[both]
    lead = float(share @ gap)
    if not len(both) or abs(lead) < TIE:
        return Flip(None, 0.0 if len(both) else None, ())
    in_front = 0 if lead > 0 else 1
    gap, left = (gap, lead) if lead > 0 else (-gap, -lead)
    target = int(np.argmin(gap))
    moves: list[Move] = []
    scale = float(weight[both].sum())
    for source in np.argsort(-gap, kind="stable"):
        slope = float(gap[source] - gap[target])
        if left <= TIE or slope <= TIE:
            break
        part = min(float(share[source]), left / slope)
        moves.append(Move(int(both[source]), int(both[target]), 100 * part * scale))
        left -= part * slope
    if left > TIE:
        return Flip(in_front, None, ())
    return Flip(in_front, sum(move.points for move in moves), tuple(moves))


def flip_of_one(weight: Floats, first: Floats, second: Floats, criterion: int) -> float | None:
    """The weight (0 to 1) of one criterion, the others in proportion, at which two candidates are equal; None where there is none."""
    both = ~np.isnan(first) & ~np.isnan(second) & (weight > 0)
    if not both[criterion]:
        return None
    share = np.where(both, weight, 0.0) / weight[both].sum()
    gap = np.where(both, np.nan_to_num(first) - np.nan_to_num(second), 0.0)
    if share[criterion] >= 1:
        return None
    others = float(share @ gap - share[criterion] * gap[criterion]) / (1 - float(share[criterion]))
    if abs(others - gap[criterion]) < TIE:
        return None
    weight_there = others / (others - float(gap[criterion]))
    return weight_there if 0 <= weight_there <= 1 else None


def words(probability: float) -> str:
    """In steps of 5 %, and never as a certainty: "> 95 %", "70 %", "< 5 %"."""
    if probability > SURE:
        return "> 95 %"
    if probability < UNLIKELY:
        return "< 5 %"
    return f"{round(probability * 20) * 5} %"
