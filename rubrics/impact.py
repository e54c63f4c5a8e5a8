"""Adverse-impact figures: how groups of people fare, and beside each number how little it may mean.

A table of groups gives for each its selection rate and, against the group with the highest one, the impact ratio with an interval, a test,
the four-fifths comparison, and whether one person decided otherwise would turn the order round. Several openings are compared each for
itself and combined by the Mantel-Haenszel common odds ratio. Their counts are never added: groups that apply to different openings
would seem to be treated differently by each (Bickel, Hammel & O'Connell 1975).

What would tell of fewer than five people is suppressed, and with it a second group where the first could be found by subtraction.
Everything suppressed or not defined is None with its reason beside it. Counts are people; rates and ratios are fractions (0.8 is 80 %).

Sources: Uniform Guidelines on Employee Selection Procedures, 29 CFR 1607.4(D), with their Questions and Answers (44 FR 11996, 1979);
for scores the Rules of the City of New York, 6 RCNY 5-300.
"""

from __future__ import annotations

import math
import statistics
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from rubrics.combining import TIE
from rubrics.proportions import (
    MIN_EXPECTED,
    DifferenceTest,
    Group,
    ImpossibleCounts,
    below_four_fifths,
    common_odds_ratio,
    difference_test,
    holm,
    impact_ratio,
    one_person_turns_it,
    ratio_interval,
    smallest_expected,
)

__all__ = ["CommonOdds", "Figures", "Group", "ImpossibleCounts", "assess", "common_odds", "scoring_groups", "suppressed"]

MIN_SHOWN = 5
"""Nothing is shown of a group of fewer people."""

MIN_FLAGGED = 30
"""The four-fifths comparison is drawn only between groups of so many people at least."""

FEW = f"fewer than {MIN_SHOWN} people"
BESIDE_FEW = f"hidden so that a group of fewer than {MIN_SHOWN} people cannot be found by subtraction"
ELSEWHERE = f"fewer than {MIN_SHOWN} people at one of the steps that this adds up"
HIGHEST = "the others are compared with this group, which has the highest rate"
ALONE = "there is no other group to compare with"
NOBODY_SELECTED = "nobody was selected in any group"
TIED = "the rates are equal, so there is no order to turn round"
TOO_SMALL = f"fewer than {MIN_FLAGGED} people in one of the two groups"
TOO_RARE = f"an expected count is below {MIN_EXPECTED}"
NOT_EXACT = "given with the exact test only"
NEVER_TOGETHER = "no stratum that can be shown has both groups, with people selected and not selected"
ONE_SIDED = "one of the two groups had only one outcome wherever both were present"

_TEST = ("test", "p", "p_mid", "p_holm")
_COMPARED = ("reference", "impact_ratio", "interval", *_TEST, "flag", "flip")


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything that is said of one group of a table.

    `p` is the two-sided p value of `test` ("fisher" or "z") for no difference from the group `reference`, `p_holm` the same adjusted for
    the number of groups compared; `chosen` are the people selected in both. `flag`: the rate is below four fifths of the reference's.
    `flip`: one person of each group decided otherwise would turn the order round, so that the numbers are too small to conclude anything.
    `reason` says why a suppressed group has no figures, `reasons` by field why a single one is None.
    """

    group: str
    suppressed: bool = False
    reason: str = ""
    selected: int | None = None
    total: int | None = None
    rate: float | None = None
    reference: str | None = None
    chosen: int | None = None
    impact_ratio: float | None = None
    interval: tuple[float, float] | None = None
    test: str | None = None
    p: float | None = None
    p_mid: float | None = None
    p_holm: float | None = None
    flag: bool | None = None
    flip: bool | None = None
    reasons: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CommonOdds:
    """A group's odds of being selected as a multiple of the reference's, within strata: below 1 it does worse.

    `interval` is the 95 % interval; `strata` says how many went in and `left_out` how many were kept out, being too small to be used
    without giving them away. `reason` says why an estimate or an interval is None.
    """

    group: str
    reference: str
    estimate: float | None = None
    interval: tuple[float, float] | None = None
    strata: int = 0
    left_out: int = 0
    reason: str = ""


def suppressed(groups: Sequence[Group], also: Collection[str] = ()) -> dict[str, str]:
    """Why groups must not be shown, by name: they are small, or would give a small one away.

    Where one group alone is hidden, or several of fewer than five people together, whoever knows the total finds them by subtraction;
    so the smallest of the others is hidden too. A group of nobody hides no one. `also` names groups that are small in a table beside
    this one, part of it: there they could be found from what this one shows.
    """
    hidden = {
        group.name: FEW if group.total < MIN_SHOWN else ELSEWHERE for group in groups if group.total < MIN_SHOWN or group.name in also
    }
    people = [group.total for group in groups if group.name in hidden and group.total]
    if people and (len(people) == 1 or sum(people) < MIN_SHOWN):
        others = sorted((group for group in groups if group.name not in hidden), key=lambda group: group.total)
        hidden |= {group.name: BESIDE_FEW for group in others[:1]}
    return hidden


def assess(groups: Sequence[Group], *, also_hidden: Collection[str] = ()) -> tuple[Figures, ...]:
    """The figures of every group of one table, in the order given. Raises `ImpossibleCounts` for a group that is there twice.

    Rates are compared with the highest among the groups that are shown; of several equally high ones with the largest group's.
    `also_hidden` names groups to suppress besides (see `suppressed`).
    """
    _refuse_doubles(groups)
    hidden = suppressed(groups, also_hidden)
    shown = [group for group in groups if group.name not in hidden]
    reference = max(shown, key=lambda group: (Fraction(group.selected, group.total), group.total), default=None)
    if reference is None:
        return tuple(Figures(group.name, suppressed=True, reason=hidden[group.name]) for group in groups)
    tests = {group.name: difference_test(group, reference) for group in shown if group is not reference}
    values = {name: test.p for name, test in tests.items() if test is not None}
    adjusted = dict(zip(values, holm(list(values.values())), strict=True))
    found = []
    for group in groups:
        test = tests.get(group.name)
        if group.name in hidden:
            found.append(Figures(group.name, suppressed=True, reason=hidden[group.name]))
        elif len(shown) == 1 or not reference.selected:
            found.append(_apart(group, ALONE if len(shown) == 1 else NOBODY_SELECTED))
        elif test is None:
            found.append(_highest(group))
        else:
            found.append(_compared(group, reference, test, adjusted[group.name]))
    return tuple(found)


def _refuse_doubles(groups: Iterable[Group]) -> None:
    for name, times in Counter(group.name for group in groups).items():
        if times > 1:
            raise ImpossibleCounts("the group is listed twice", where=name, field="group")


def _apart(group: Group, reason: str) -> Figures:
    return Figures(group.name, selected=group.selected, total=group.total, rate=group.rate, reasons=dict.fromkeys(_COMPARED, reason))


def _highest(group: Group) -> Figures:
    small = group.total < MIN_FLAGGED
    reasons = dict.fromkeys(("interval", *_TEST, "flip"), HIGHEST) | ({"flag": TOO_SMALL} if small else {})
    return replace(
        _apart(group, ""), reference=group.name, chosen=group.selected, impact_ratio=1.0, flag=None if small else False, reasons=reasons
    )


def _compared(group: Group, reference: Group, test: DifferenceTest, p_holm: float) -> Figures:
    flip = one_person_turns_it(group, reference)
    reasons = {} if test.p_mid is not None else {"p_mid": NOT_EXACT}
    if flip is None:
        reasons["flip"] = TIED
    if min(group.total, reference.total) < MIN_FLAGGED:
        reasons["flag"] = TOO_SMALL
    elif smallest_expected(group, reference) < MIN_EXPECTED:
        reasons["flag"] = TOO_RARE
    return replace(
        _apart(group, ""),
        reference=reference.name,
        chosen=group.selected + reference.selected,
        impact_ratio=impact_ratio(group, reference),
        interval=ratio_interval(group, reference),
        test=test.name,
        p=test.p,
        p_mid=test.p_mid,
        p_holm=p_holm,
        flag=None if "flag" in reasons else below_four_fifths(group, reference),
        flip=flip,
        reasons=reasons,
    )


def common_odds(tables: Sequence[Sequence[Group]], also_hidden: Sequence[Collection[str]] = ()) -> tuple[CommonOdds, ...]:
    """Each group's common odds ratio over the tables of several strata, against the group that fares best within them.

    Best is the highest ratio of people selected to people to be expected at each stratum's overall rate; the highest rate of added-up
    counts may belong to another group altogether. A group of fewer than five people in all has no estimate, and suppressed strata that
    the result would give away are left out. Groups come in the order in which they first appear; there are none without two to compare.
    `also_hidden` names, for each table, groups that are suppressed in it besides (see `suppressed`).
    """
    for table in tables:
        _refuse_doubles(table)
    hidden = [suppressed(table, also).keys() for table, also in zip(tables, also_hidden or [()] * len(tables), strict=True)]
    people = Counter({group.name: 0 for table in tables for group in table})
    for group in (group for table in tables for group in table):
        people[group.name] += group.total
    fares = {name: _fares(name, tables) for name, number in people.items() if number >= MIN_SHOWN}
    if len(fares) < 2:
        return ()
    reference = max(fares, key=fares.__getitem__)
    return tuple(
        _over_strata(name, reference, tables, hidden) if name in fares else CommonOdds(name, reference, reason=FEW)
        for name in people
        if name != reference
    )


def _fares(name: str, tables: Sequence[Sequence[Group]]) -> float:
    """People selected over people to be expected at each table's overall rate; 1 where nobody could be expected."""
    selected, expected = 0, 0.0
    for table in tables:
        everybody, chosen = sum(group.total for group in table), sum(group.selected for group in table)
        for group in table:
            if group.name == name and group.total:
                selected += group.selected
                expected += group.total * chosen / everybody
    return selected / expected if expected else 1.0


def _over_strata(name: str, reference: str, tables: Sequence[Sequence[Group]], hidden: Sequence[Collection[str]]) -> CommonOdds:
    shown: list[tuple[Group, Group]] = []
    closed: list[tuple[Group, Group]] = []
    for table, closed_names in zip(tables, hidden, strict=True):
        present = {group.name: group for group in table if group.total}
        if name in present and reference in present:
            kind = closed if name in closed_names or reference in closed_names else shown
            kind.append((present[name], present[reference]))
    # One suppressed stratum could be worked out from the result and the strata that are shown; several of enough people cannot.
    together = len(closed) > 1 and all(sum(pair[side].total for pair in closed) >= MIN_SHOWN for side in (0, 1))
    used = shown + closed if together else shown
    odds = common_odds_ratio(used)
    reason = "" if odds.interval else NEVER_TOGETHER if odds.estimate is None else ONE_SIDED
    return CommonOdds(name, reference, odds.estimate, odds.interval, len(used), len(shown) + len(closed) - len(used), reason)


def scoring_groups(scores: Iterable[tuple[str | None, float]]) -> list[Group]:
    """Rows of (group, score) -> of each group how many score strictly above the median of the full sample.

    The rate of such a group is the scoring rate of 6 RCNY 5-300; `assess` gives its ratio to the highest. A row without a group counts
    for the median only. Scores nearer than `TIE` are equal. Groups come in the order of their names. Raises `ImpossibleCounts`.
    """
    rows = list(scores)
    for _, score in rows:
        if not math.isfinite(score):
            raise ImpossibleCounts(f"a score is {score}, which is not a number", field="score")
    median = statistics.median(score for _, score in rows) if rows else 0.0
    counts: dict[str, list[bool]] = {}
    for name, score in rows:
        if name is not None:
            counts.setdefault(name, []).append(score - median >= TIE)
    return [Group(name, sum(above), len(above)) for name, above in sorted(counts.items())]
