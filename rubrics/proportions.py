"""Two groups of people and how many of each were selected: ratio, odds, intervals and tests. Counts are people, rates are fractions.

What is not defined for given counts is None; no function answers NaN, and only counts that cannot be raise.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from rubrics.errors import RubricError

MIN_EXPECTED = 5
"""Below this expected count in a cell the test is the exact one."""

MIN_TOGETHER = 30
"""Below so many people in both groups together the test is the exact one, too."""

Z = 1.96
"""Half the width of a 95 % interval, in standard errors."""

_EQUAL = 1 + 1e-7  # Tables whose probabilities differ by less are equally probable: the rest is floating-point noise.
_VANISHED = 1e-290  # Weights below this are nothing beside the most probable table's 1, and smaller ones could not be told apart.


class ImpossibleCounts(RubricError):
    """Counts that cannot be: negative, more selected than there are, a group listed twice, a score that is not a number."""


@dataclass(frozen=True, slots=True)
class Group:
    """`selected` of `total` people (counts, 0 <= selected <= total). Raises `ImpossibleCounts`."""

    name: str
    selected: int
    total: int

    def __post_init__(self) -> None:
        for part in ("selected", "total"):
            value = getattr(self, part)
            if not isinstance(value, int) or isinstance(value, bool) or value < 0:
                raise ImpossibleCounts(f"{part} is {value!r}, not a number of people", where=self.name, field=part)
        if self.selected > self.total:
            raise ImpossibleCounts(f"{self.selected} selected of {self.total} people", where=self.name, field="selected")

    @property
    def rate(self) -> float | None:
        """The selection rate, a fraction of the group (29 CFR 1607.16(R)); None for a group of nobody."""
        return self.selected / self.total if self.total else None

    @property
    def left(self) -> int:
        """How many were not selected."""
        return self.total - self.selected


@dataclass(frozen=True, slots=True)
class DifferenceTest:
    """A two-sided test of no difference between two groups: `name` ("fisher" or "z"), its p value, and the mid-p of the exact one."""

    name: str
    p: float
    p_mid: float | None = None


@dataclass(frozen=True, slots=True)
class OddsRatio:
    """An odds ratio and its 95 % interval; what the counts do not define is None."""

    estimate: float | None
    interval: tuple[float, float] | None


def impact_ratio(group: Group, reference: Group) -> float | None:
    """The group's selection rate as a fraction of the reference's; None where a rate is missing or the reference's is 0.

    29 CFR 1607.4(D) and its Questions and Answers (44 FR 11996), numbers 11 and 12.
    """
    if not group.total or not reference.selected:
        return None
    return group.selected * reference.total / (group.total * reference.selected)


def below_four_fifths(group: Group, reference: Group) -> bool:
    """Whether the group's rate is below four fifths of the reference's, in whole numbers: exactly 80 % is not below.

    29 CFR 1607.4(D). A rule of thumb for where to look closer: a rate above it shows nothing to be fair.
    """
    return 5 * group.selected * reference.total < 4 * reference.selected * group.total


def ratio_interval(group: Group, reference: Group) -> tuple[float, float] | None:
    """The 95 % interval of the impact ratio; None for a group of nobody.

    ln IR +- 1.96 sqrt((1 - SR_g)/s_g + (1 - SR_h)/s_h), the delta method on the logarithm (Katz, Baptista, Azen & Pike 1978). Where one
    of the four counts is 0, 1/2 is added to each, so that the ratio itself may then lie outside.
    """
    if not group.total or not reference.total:
        return None
    extra = 0.5 if 0 in (group.selected, group.left, reference.selected, reference.left) else 0.0
    s_g, n_g = group.selected + extra, group.total + 2 * extra
    s_h, n_h = reference.selected + extra, reference.total + 2 * extra
    middle = math.log(s_g * n_h / (n_g * s_h))
    half = Z * math.sqrt((1 - s_g / n_g) / s_g + (1 - s_h / n_h) / s_h)
    return math.exp(middle - half), math.exp(middle + half)


def smallest_expected(group: Group, reference: Group) -> float:
    """The smallest of the four counts to be expected were the two rates equal, in people; 0 where both groups are empty."""
    people = group.total + reference.total
    selected = group.selected + reference.selected
    return min(group.total, reference.total) * min(selected, people - selected) / people if people else 0.0


def difference_test(group: Group, reference: Group) -> DifferenceTest | None:
    """The test for no difference between the two rates: exact where counts are small, else Z with the pooled rate.

    Small: an expected count below 5, or fewer than 30 people in both groups. None for a group of nobody.
    """
    people = group.total + reference.total
    if not group.total or not reference.total:
        return None
    if smallest_expected(group, reference) < MIN_EXPECTED or people < MIN_TOGETHER:
        return fisher(group, reference)
    pooled = (group.selected + reference.selected) / people
    error = math.sqrt(pooled * (1 - pooled) * (1 / group.total + 1 / reference.total))
    z = (group.selected / group.total - reference.selected / reference.total) / error
    return DifferenceTest("z", math.erfc(abs(z) / math.sqrt(2)))


def fisher(group: Group, reference: Group) -> DifferenceTest:
    """Fisher's exact test, two-sided: the probability, all four margins given, of a table no more probable than this one (Fisher 1935).

    `p_mid` counts tables exactly as probable as this one by half, because p errs on the safe side with small counts (Hirji 2006;
    Fagerland, Lydersen & Laake 2017, chapter 4).
    """
    weights, here = _hypergeometric(group.total, reference.total, group.selected + reference.selected, group.selected)
    less = math.fsum(weight for weight in weights if weight * _EQUAL < here)
    equal = math.fsum(weight for weight in weights if here <= weight * _EQUAL and weight <= here * _EQUAL)
    whole = math.fsum(weights)
    return DifferenceTest("fisher", min(1.0, (less + equal) / whole), min(1.0, (less + equal / 2) / whole))


def _hypergeometric(n_g: int, n_h: int, selected: int, observed: int) -> tuple[list[float], float]:
    """Weights of the tables with these margins, the most probable one's being 1, and that of the table with `observed`.

    Each comes from its neighbour, outwards from the most probable one until they vanish: precise however large the counts are.
    """
    low, high = max(0, selected - n_h), min(selected, n_g)
    mode = min(high, max(low, (selected + 1) * (n_g + 1) // (n_g + n_h + 2)))
    weights, here = [1.0], 1.0 if observed == mode else 0.0
    for step, end in ((1, high), (-1, low)):
        weight, place = 1.0, mode
        while place != end and weight > _VANISHED:
            lower = min(place, place + step)
            rise = (n_g - lower) * (selected - lower) / ((lower + 1) * (n_h - selected + lower + 1))
            weight = weight * rise if step == 1 else weight / rise
            place += step
            weights.append(weight)
            here = weight if place == observed else here
    return weights, here


def one_person_turns_it(group: Group, reference: Group) -> bool | None:
    """Whether the group would have the higher rate, had one person more of it and one fewer of the reference been selected.

    Questions and Answers, number 21: numbers as small as that conclude nothing. None where the reference is not ahead.
    """
    if group.selected * reference.total >= reference.selected * group.total:
        return None
    return (group.selected + 1) * reference.total > (reference.selected - 1) * group.total


def holm(values: Sequence[float]) -> list[float]:
    """p values adjusted for their number, in the order given: the chance of even one false alarm stays as stated (Holm 1979)."""
    adjusted, highest = [0.0] * len(values), 0.0
    for place, index in enumerate(sorted(range(len(values)), key=values.__getitem__)):
        highest = max(highest, min(1.0, (len(values) - place) * values[index]))
        adjusted[index] = highest
    return adjusted


def common_odds_ratio(strata: Sequence[tuple[Group, Group]]) -> OddsRatio:
    """The Mantel-Haenszel common odds ratio of (group, reference) over strata: below 1 where the group does worse within them.

    sum(ad/N) / sum(bc/N) with a, b selected and not of the group, c, d of the reference (Mantel & Haenszel 1959); its interval by the
    variance of Robins, Breslow & Greenland (1986), which holds for a few large strata and for many small ones. A stratum that lacks one
    of the two says nothing. With all of one outcome on one side the estimate is 0 or not defined, and there is no interval.
    """
    better = worse = pr = mixed = qs = 0.0
    for group, reference in strata:
        people = group.total + reference.total
        if not group.total or not reference.total:
            continue
        r, s = group.selected * reference.left / people, group.left * reference.selected / people
        p, q = (group.selected + reference.left) / people, (group.left + reference.selected) / people
        better, worse = better + r, worse + s
        pr, mixed, qs = pr + p * r, mixed + p * s + q * r, qs + q * s
    if not better or not worse:
        return OddsRatio(0.0 if worse else None, None)
    estimate = better / worse
    half = Z * math.sqrt(pr / (2 * better**2) + mixed / (2 * better * worse) + qs / (2 * worse**2))
    return OddsRatio(estimate, (estimate * math.exp(-half), estimate * math.exp(half)))
