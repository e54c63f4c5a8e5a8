"""How strict each interviewer is, told from shared candidates, and what that means for the scores.

The model, with w_c the weights of the criteria and m_c the mean of all ratings on c within a connected group:

    z_ir = sum_c w_c (y_irc - m_c) / sum_c w_c     over the criteria that r rated for i
    z_ir = theta_i + s_r + e_ir                    theta_i fixed, s_r ~ N(0, sigma_s^2), e_ir ~ N(0, sigma^2)

s_r > 0 is lenient. Candidates are fixed effects, so that only comparisons on the same candidate say anything about severity: an interviewer
who met weaker candidates is not "corrected". The variances are those of restricted maximum likelihood (Patterson & Thompson 1971), in the
profile over lam = sigma^2 / sigma_s^2 with the candidates absorbed (Searle, Casella & McCulloch 1992, chapter 7); s_hat is the best linear
unbiased predictor. It is the same fit as lme4's `lmer(z ~ 0 + candidate + (1 | interviewer))`.

Means are taken within a connected group (interviewers linked by candidates they share), so that no rating in one group can move a result
in another.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rubrics.combining import Ratings, Scale

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

SHORTEST, LONGEST = np.log(1e-4), np.log(1e6)
"""The range of ln(sigma^2 / sigma_s^2) that is searched; at its end the severities are taken for equal."""


@dataclass(frozen=True, eq=False)
class Pairs:
    """One row for each candidate and interviewer who rated them, in the order of candidates. N rows, I people, R interviewers.

    `candidate` (0..I-1) and `interviewer` (0..R-1) are places in `people` and `raters`, which hold the indices that the ratings use.
    `deviation` is z_ir; `share` a_ir, the interviewer's part in the candidate's default score (the parts of a candidate sum to 1, to less
    where qualifications have a part). `group` says for each interviewer which connected group they belong to, from 0.
    """

    people: Ints
    raters: Ints
    candidate: Ints
    interviewer: Ints
    deviation: Floats
    share: Floats
    group: Ints

    def __len__(self) -> int:
        return len(self.candidate)

    @cached_property
    def per_candidate(self) -> Ints:
        """How many interviewers rated each candidate (length I)."""
        return np.bincount(self.candidate, minlength=len(self.people))

    @cached_property
    def shared(self) -> Ints:
        """How many candidates each interviewer shares with another (length R)."""
        among = self.per_candidate[self.candidate] > 1
        return np.bincount(self.interviewer[among], minlength=len(self.raters))

    @cached_property
    def candidate_group(self) -> Ints:
        """The connected group of each candidate (length I)."""
        first = np.searchsorted(self.candidate, np.arange(len(self.people)))
        return self.group[self.interviewer[first]]

    @property
    def degrees(self) -> int:
        """N - I: how many comparisons within candidates there are."""
        return len(self) - len(self.people)

    @cached_property
    def squared_share(self) -> Floats:
        """sum_r a_ir^2, which is 1 / (effective number of interviewers) where no qualification has a part (length I)."""
        return _sums(self.candidate, self.share**2, len(self.people))

    @cached_property
    def total_share(self) -> Floats:
        """sum_r a_ir: 1, less where qualifications have a part (length I)."""
        return _sums(self.candidate, self.share, len(self.people))

    @cached_property
    def meetings(self) -> tuple[Ints, Ints]:
        """Every ordered pair of rows on the same candidate, a row with itself included: two arrays of rows."""
        return meetings(self.candidate, self.per_candidate)

    def quadratic(self, matrix: Floats) -> Floats:
        """a_i' M a_i for each candidate; M is R x R (length I)."""
        left, right = self.meetings
        terms = self.share[left] * self.share[right] * matrix[self.interviewer[left], self.interviewer[right]]
        return _sums(self.candidate[left], terms, len(self.people))

    def weighted(self, values: Floats) -> Floats:
        """sum_r a_ir v_r for each candidate; `values` has length R (result: length I)."""
        return _sums(self.candidate, self.share * values[self.interviewer], len(self.people))

    def part(self, place: int) -> Floats:
        """a_i of one candidate over all interviewers (length R)."""
        rows = self.candidate == place
        return _sums(self.interviewer[rows], self.share[rows], len(self.raters))

    def whole(self, chosen: NDArray[np.bool_]) -> Floats:
        """sum_i a_i over the chosen candidates (length R)."""
        return _sums(self.interviewer, np.where(chosen[self.candidate], self.share, 0.0), len(self.raters))


def _sums(index: Ints, values: Floats, size: int) -> Floats:
    """The sum of the values of each index from 0 to `size` - 1."""
    return np.asarray(np.bincount(index, weights=values, minlength=size), dtype=np.float64)


def meetings(candidate: Ints, sizes: Ints) -> tuple[Ints, Ints]:
    """Every ordered pair of rows with the same candidate. Rows are in the order of candidates 0, 1, ..., who have `sizes` rows each."""
    times = sizes[candidate]
    left = np.repeat(np.arange(len(candidate)), times)
    start = np.repeat((np.cumsum(sizes) - sizes)[candidate], times)
    within = np.arange(len(left)) - np.repeat(np.cumsum(times) - times, times)
    return left, start + within


def pairs(scale: Scale, ratings: Ratings, coverage: Floats) -> Pairs:
    """The ratings per candidate and interviewer. `coverage` is `Combined.coverage`: the assessed weight of every candidate.

    Ratings of void criteria and of criteria without weight have no part.
    """
    ratings = ratings.where(~scale.void[ratings.criterion] & (scale.weight[ratings.criterion] > 0)).merged(len(scale.weight))
    people, candidate = np.unique(ratings.candidate, return_inverse=True)
    raters, interviewer = np.unique(ratings.interviewer, return_inverse=True)
    key, row = np.unique(candidate * max(len(raters), 1) + interviewer, return_inverse=True)
    who, by = key // max(len(raters), 1), key % max(len(raters), 1)
    group = _groups(who, by, len(people), len(raters))
    weight = scale.weight[ratings.criterion]
    centred = ratings.level - _means(group[interviewer], ratings, len(scale.weight))
    cell = ratings.candidate * len(scale.weight) + ratings.criterion
    raters_of_cell = np.bincount(cell)[cell] if len(cell) else np.zeros(0)
    return Pairs(
        people=people,
        raters=raters,
        candidate=who,
        interviewer=by,
        deviation=_sums(row, weight * centred, len(key)) / _sums(row, weight, len(key)),
        share=_sums(row, weight / (coverage[ratings.candidate] * raters_of_cell), len(key)),
        group=group,
    )


def _means(group: Ints, ratings: Ratings, criteria: int) -> Floats:
    """m_c of each rating's connected group and criterion (length of the ratings)."""
    cell = group * criteria + ratings.criterion
    size = int(cell.max(initial=-1)) + 1
    with np.errstate(invalid="ignore"):
        means = _sums(cell, ratings.level, size) / np.bincount(cell, minlength=size)
    return np.asarray(means[cell])


def _groups(candidate: Ints, interviewer: Ints, people: int, raters: int) -> Ints:
    """The connected group of each interviewer, numbered in the order of their first member."""
    label = np.arange(raters)
    while True:
        lowest = np.full(people, raters)
        np.minimum.at(lowest, candidate, label[interviewer])
        reached = label.copy()
        np.minimum.at(reached, interviewer, lowest[candidate])
        reached = reached[reached]  # follow the label of one's label: chains halve with every round
        if np.array_equal(reached, label):
            return np.unique(label, return_inverse=True)[1]
        label = reached


@dataclass(frozen=True, slots=True, eq=False)
class Severity:
    """The fitted model. `estimate` is s_hat (R, positive: lenient), `variance` the R x R covariance of s_hat - s.

    `within` is `variance` without what is common to a whole connected group: for comparisons inside one. `sigma` and `sigma_severity` are
    standard deviations in levels; `lrt` is twice the difference in log likelihood against equal severities.
    """

    estimate: Floats
    variance: Floats
    within: Floats
    sigma: float
    sigma_severity: float
    lrt: float


def fit(pairs: Pairs) -> Severity | None:
    """Fit the model; None where no comparison within candidates is possible or all of them agree completely."""
    means = _sums(pairs.candidate, pairs.deviation, len(pairs.people)) / np.maximum(pairs.per_candidate, 1)
    residual = pairs.deviation - means[pairs.candidate]
    squares = float(residual @ residual)
    if pairs.degrees < 1 or squares < 1e-12:
        return None
    size = len(pairs.raters)
    toward = _sums(pairs.interviewer, residual, size)
    values, vectors = np.linalg.eigh(_laplacian(pairs))
    # As many eigenvalues are zero as there are connected groups; rounding must not make them anything else.
    values[: int(pairs.group.max()) + 1] = 0.0
    projected = vectors.T @ toward
    profile = _Profile(values, projected**2, squares, pairs.degrees)
    lam = profile.best()
    if lam is None:
        nothing = np.zeros((size, size))
        return Severity(np.zeros(size), nothing, nothing, float(np.sqrt(squares / pairs.degrees)), 0.0, 0.0)
    variance = profile.residual_variance(lam)
    scaled = variance / (values + lam)
    inside = np.where(values > 0, scaled, 0.0)
    return Severity(
        estimate=vectors @ (projected / (values + lam)),
        variance=(vectors * scaled) @ vectors.T,
        within=(vectors * inside) @ vectors.T,
        sigma=float(np.sqrt(variance)),
        sigma_severity=float(np.sqrt(variance / lam)),
        lrt=max(0.0, profile.without() - profile(lam)),
    )


def _laplacian(pairs: Pairs) -> Floats:
    """diag(n_r) - A' D^-1 A: what interviewers share, R x R."""
    size = len(pairs.raters)
    left, right = pairs.meetings
    cell = pairs.interviewer[left] * size + pairs.interviewer[right]
    met = _sums(cell, 1.0 / pairs.per_candidate[pairs.candidate[left]], size * size)
    return np.diag(np.bincount(pairs.interviewer, minlength=size).astype(np.float64)) - met.reshape(size, size)


class _Profile:
    """f(lam) = (N-I) ln s2(lam) + sum over Lam_k > 0 of ln(1 + Lam_k/lam), with s2(lam) = [sum e^2 - sum u_k^2/(Lam_k+lam)] / (N-I)."""

    def __init__(self, values: Floats, squared: Floats, squares: float, degrees: int) -> None:
        positive = values > 0
        self._values, self._squared = values[positive], squared[positive]
        self._squares, self._degrees = squares, degrees

    def residual_variance(self, lam: float) -> float:
        return float(self._squares - (self._squared / (self._values + lam)).sum()) / self._degrees

    def __call__(self, lam: float) -> float:
        return float(self._degrees * np.log(self.residual_variance(lam)) + np.log1p(self._values / lam).sum())

    def without(self) -> float:
        """f of equal severities, lam = infinity."""
        return float(self._degrees * np.log(self._squares / self._degrees))

    def _slope(self, lam: float) -> float:
        """df/dlam."""
        falls = (self._squared / (self._values + lam) ** 2).sum() / self.residual_variance(lam)
        return float(falls - (self._values / (lam * (self._values + lam))).sum())

    def best(self) -> float | None:
        """The lam of the lowest f; None for equal severities. A grid finds the valley, bisection of the slope its bottom."""
        grid = np.exp(np.linspace(SHORTEST, LONGEST, 93))
        heights = [self(float(lam)) for lam in grid]
        place = int(np.argmin(heights))
        if place == len(grid) - 1 or heights[place] >= self.without():
            return None
        if place == 0:
            return float(grid[0])
        low, high = float(np.log(grid[place - 1])), float(np.log(grid[place + 1]))
        for _ in range(60):
            middle = (low + high) / 2
            low, high = (middle, high) if self._slope(float(np.exp(middle))) < 0 else (low, middle)
        return float(np.exp((low + high) / 2))
