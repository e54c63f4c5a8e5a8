"""How far interviewers agree and how repeatable a ranking is, by the standard formulas: each figure with its n, or with why it is absent.

Sources: intraclass correlations, Shrout & Fleiss (1979); for unequal numbers of raters, n_0 of Searle, Casella & McCulloch (1992); alpha,
Krippendorff (2011) through the `krippendorff` package; weighted kappa, Cohen (1968); W with ties, Kendall & Babington Smith (1939), Siegel
& Castellan (1988); prophecy formula, Spearman (1910) and Brown (1910); G, Brennan (2001), with unequal panels as in `repeatability`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rubrics.combining import Ratings, Scale
    from rubrics.confidence import Confidence

    Floats = NDArray[np.float64]

SOLID, USABLE = 0.8, 0.6
BAND_ONLY, TOO_FEW = 20, 8
ICC_KINDS = ("1,1", "1,k", "2,1", "2,k", "3,1", "3,k")
ALPHA_LEVELS: tuple[Literal["nominal", "ordinal", "interval", "ratio"], ...] = ("nominal", "ordinal", "interval", "ratio")


@dataclass(frozen=True, slots=True)
class Size:
    """What a figure rests on: `people` candidates (or single things rated), `raters` interviewers, `ratings` values."""

    people: int
    raters: int
    ratings: int


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with what it rests on; `value` None has its reason."""

    value: float | None
    n: Size
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Concordance:
    """Kendall's W with its chi-squared test."""

    w: Figure
    chi2: float | None = None
    df: int | None = None
    p: float | None = None


def intraclass(table: Floats) -> Mapping[str, Figure]:
    """All six intraclass correlations of a table of candidates x interviewers (NaN: not rated).

    The first two need two or more ratings on some candidates and allow any number of them; the others need every interviewer to have
    rated every candidate.
    """
    table = table[(~np.isnan(table)).any(axis=1)] if table.size else table
    table = table[:, (~np.isnan(table)).any(axis=0)] if table.size else table
    given = ~np.isnan(table)
    people, raters = table.shape
    n = Size(people, raters, int(given.sum()))
    if people < 2 or int(given.sum()) - people < 1:
        return dict.fromkeys(ICC_KINDS, Figure(None, n, "Needs two candidates or more, and some of them rated by two interviewers."))
    found = _one_way(table, given, n)
    if not given.all():
        missing = Figure(None, n, "Not every interviewer rated every candidate, so no fixed panel can be compared.")
        return {**found, **dict.fromkeys(ICC_KINDS[2:], missing)}
    return {**found, **_two_way(table, n)}


def _one_way(table: Floats, given: NDArray[np.bool_], n: Size) -> dict[str, Figure]:
    people, total = len(table), int(given.sum())
    each = given.sum(axis=1)
    means = np.nansum(table, axis=1) / each
    grand = float(np.nansum(table) / total)
    between = float((each * (means - grand) ** 2).sum()) / (people - 1)
    within = float(np.nansum((table - means[:, None]) ** 2)) / (total - people)
    size = (total - float((each**2).sum()) / total) / (people - 1)
    return {
        "1,1": _ratio(between - within, between + (size - 1) * within, n),
        "1,k": _ratio(between - within, between, n),
    }


def _two_way(table: Floats, n: Size) -> dict[str, Figure]:
    people, raters = table.shape
    if raters < 2:
        return dict.fromkeys(ICC_KINDS[2:], Figure(None, n, "Needs two interviewers or more."))
    rows, columns, grand = table.mean(axis=1), table.mean(axis=0), float(table.mean())
    between = raters * float(((rows - grand) ** 2).sum()) / (people - 1)
    judges = people * float(((columns - grand) ** 2).sum()) / (raters - 1)
    error = float(((table - rows[:, None] - columns + grand) ** 2).sum()) / ((people - 1) * (raters - 1))
    return {
        "2,1": _ratio(between - error, between + (raters - 1) * error + raters * (judges - error) / people, n),
        "2,k": _ratio(between - error, between + (judges - error) / people, n),
        "3,1": _ratio(between - error, between + (raters - 1) * error, n),
        "3,k": _ratio(between - error, between, n),
    }


def _ratio(above: float, below: float, n: Size) -> Figure:
    if abs(below) < 1e-12:
        return Figure(None, n, "All ratings are equal: there is nothing to compare.")
    return Figure(above / below, n)


def krippendorff_alpha(ratings: Ratings) -> Mapping[str, Figure]:
    """Alpha for each level of measurement; what is rated is a candidate on a criterion, and values may be missing."""
    unit = np.unique(ratings.candidate * (int(ratings.criterion.max(initial=0)) + 1) + ratings.criterion, return_inverse=True)[1]
    paired = np.bincount(unit)[unit] > 1 if len(unit) else np.zeros(0, dtype=bool)
    value, unit = ratings.level[paired], np.unique(unit[paired], return_inverse=True)[1]
    n = Size(int(unit.max(initial=-1)) + 1, len(np.unique(ratings.interviewer[paired])), len(value))
    if not len(value):
        return dict.fromkeys(ALPHA_LEVELS, Figure(None, n, "No two interviewers rated the same thing."))
    domain, place = np.unique(value, return_inverse=True)
    if domain[-1] - domain[0] < 1e-12:
        return dict.fromkeys(ALPHA_LEVELS, Figure(None, n, "All ratings are equal, so agreement cannot be told from chance."))
    import krippendorff

    counts = np.bincount(unit * len(domain) + place, minlength=n.people * len(domain)).reshape(n.people, len(domain))
    found: dict[str, Figure] = {}
    for level in ALPHA_LEVELS:
        if level == "ratio" and domain[0] < 0:
            found[level] = Figure(None, n, "A ratio scale has no values below zero.")
            continue
        found[level] = Figure(float(krippendorff.alpha(value_counts=counts, value_domain=domain, level_of_measurement=level)), n)
    return found


def totals_table(scale: Scale, ratings: Ratings, people: int, interviewers: int) -> Floats:
    """Each interviewer's own weighted mean for each candidate, over the criteria they rated (people x interviewers; NaN: none)."""
    weight = np.where(scale.void[ratings.criterion], 0.0, scale.weight[ratings.criterion])
    cell = ratings.candidate * interviewers + ratings.interviewer
    size = people * interviewers
    with np.errstate(invalid="ignore", divide="ignore"):
        table = np.bincount(cell, weights=weight * ratings.level, minlength=size) / np.bincount(cell, weights=weight, minlength=size)
    return np.asarray(table.reshape(people, interviewers), dtype=np.float64)


def weighted_kappa(first: Floats, second: Floats) -> Mapping[str, Figure]:
    """Cohen's weighted kappa of two interviewers over the things both rated (equal lengths, NaN: not rated), linear and quadratic."""
    both = ~np.isnan(first) & ~np.isnan(second)
    n = Size(int(both.sum()), 2, 2 * int(both.sum()))
    kinds = ("linear", "quadratic")
    if not both.any():
        return dict.fromkeys(kinds, Figure(None, n, "The two interviewers rated nothing in common."))
    domain = np.unique(np.concatenate([first[both], second[both]]))
    one, two = np.searchsorted(domain, first[both]), np.searchsorted(domain, second[both])
    size = len(domain)
    observed = np.bincount(one * size + two, minlength=size * size).reshape(size, size) / both.sum()
    expected = np.outer(observed.sum(axis=1), observed.sum(axis=0))
    apart = np.abs(domain[:, None] - domain)
    found = {}
    for kind, weight in zip(kinds, (apart, apart**2), strict=True):
        chance = float((weight * expected).sum())
        reason = "Both gave the same rating every time, so agreement cannot be told from chance."
        found[kind] = Figure(1 - float((weight * observed).sum()) / chance, n) if chance > 1e-12 else Figure(None, n, reason)
    return found


def kappa_of_two(ratings: Ratings) -> Mapping[str, Figure]:
    """Weighted kappa of the first two interviewers over all candidates and criteria that both rated."""
    cell = ratings.candidate * (int(ratings.criterion.max(initial=0)) + 1) + ratings.criterion
    given = np.full((2, int(cell.max(initial=-1)) + 1), np.nan)
    chosen = ratings.interviewer < 2
    given[ratings.interviewer[chosen], cell[chosen]] = ratings.level[chosen]
    return weighted_kappa(given[0], given[1])


def concordance(table: Floats) -> Concordance:
    """Kendall's W over the candidates whom every interviewer rated (candidates x interviewers, NaN: not rated), corrected for ties."""
    complete = table[(~np.isnan(table)).all(axis=1)] if table.size else table
    people, raters = complete.shape
    n = Size(people, raters, people * raters)
    if people < 2 or raters < 2:
        return Concordance(Figure(None, n, "Needs two candidates or more whom all of two or more interviewers rated."))
    ranked = np.column_stack([_mean_ranks(complete[:, column]) for column in range(raters)])
    ties = sum(float((counts**3 - counts).sum()) for counts in (np.unique(column, return_counts=True)[1] for column in complete.T))
    sums = ranked.sum(axis=1)
    squares = float(((sums - sums.mean()) ** 2).sum())
    below = raters**2 * (people**3 - people) - raters * ties
    if below < 1e-9:
        return Concordance(Figure(None, n, "Every interviewer gave all candidates the same rating."))
    from scipy.special import chdtrc  # imported here: it takes long, and start-up must not wait for it

    w = 12 * squares / below
    chi2 = raters * (people - 1) * w
    return Concordance(Figure(w, n), chi2, people - 1, float(chdtrc(people - 1, chi2)))


def _mean_ranks(values: Floats) -> Floats:
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return np.asarray((last - (counts - 1) / 2)[place], dtype=np.float64)


def spearman_brown(reliability: float, times: float) -> float:
    """The reliability with `times` as many interviewers."""
    return times * reliability / (1 + (times - 1) * reliability)


def interviewers_needed(reliability: float, now: float, wanted: float) -> float | None:
    """How many interviewers a candidate would need for the wanted reliability, with `now` on average; None where no number would do."""
    if not 0 < reliability < 1 or not 0 < wanted < 1:
        return None
    return now * (wanted / (1 - wanted)) / (reliability / (1 - reliability))


@dataclass(frozen=True, slots=True)
class Repeatability:
    """How much of the differences between candidates would show up again with other interviewers (G, from 0 to 1).

    `n` is the number of ranked candidates, `panel` the mean effective number of interviewers per candidate.
    """

    g: Figure
    g_adjusted: Figure
    n: int
    panel: float | None

    def band(self, *, adjusted: bool = False) -> str:
        """`solid`, `usable`, `noisy`, or '' where there is not enough data."""
        value = (self.g_adjusted if adjusted else self.g).value
        if value is None:
            return ""
        return "solid" if value >= SOLID else "usable" if value >= USABLE else "noisy"

    @property
    def exact(self) -> bool:
        """Enough candidates to say more than the band."""
        return self.n >= BAND_ONLY


def repeatability(confidence: Confidence) -> Repeatability:
    """G of the ranking by the default and by the adjusted score.

    q                mean_i sum_r a_ir^2 - mean_{i != j} sum_r a_ir a_jr
    error, default   q sigma_s^2 + s2 mean_i sum_r a_ir^2
    error, adjusted  mean_i a_i' V_w a_i - mean_{i != j} a_i' V_w a_j + s2 mean_i sum_r a_ir^2
    G                max(0, 1 - error / variance of the scores)
    """
    panel, model = confidence.pairs, confidence.severity
    chosen = confidence.ranked[panel.people] if len(panel) else np.zeros(0, dtype=bool)
    number = int(chosen.sum())
    n = Size(number, len(panel.raters), len(panel))
    typical = float((panel.total_share[chosen] ** 2 / panel.squared_share[chosen]).mean()) if number else None
    if model is None or number < TOO_FEW or panel.degrees < TOO_FEW:
        reason = (
            f"Not enough data: it needs {TOO_FEW} ranked candidates, {TOO_FEW} comparisons on the same candidate, and some disagreement."
        )
        nothing = Figure(None, n, reason)
        return Repeatability(nothing, nothing, number, typical)
    own = panel.squared_share[chosen]
    whole = panel.whole(chosen)
    others = number * (number - 1)
    crossed = float(own.mean()) - (float(whole @ whole) - float(own.sum())) / others
    noise = model.sigma**2 * float(own.mean())
    squares = panel.quadratic(model.within)[chosen]
    between = float(squares.mean()) - (float(whole @ model.within @ whole) - float(squares.sum())) / others
    people = panel.people[chosen]
    closed = Figure(None, n, confidence.gate.reason)
    return Repeatability(
        g=_share(crossed * model.sigma_severity**2 + noise, confidence.score[people], n),
        g_adjusted=_share(between + noise, confidence.standing[people], n) if confidence.gate.open else closed,
        n=number,
        panel=typical,
    )


def _share(error: float, scores: Floats, n: Size) -> Figure:
    variance = float(np.var(scores, ddof=1))
    if variance < 1e-12:
        return Figure(None, n, "All totals are equal.")
    return Figure(max(0.0, 1 - error / variance), n)
