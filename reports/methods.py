"""What the methods page of an opening says: every figure with its n and what it means, and how sure the order of two candidates is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from reports.wording import decimal, percent, plural, points
from rubrics import raters, reliability, stability
from rubrics.combining import DISAGREEMENT

if TYPE_CHECKING:
    from reports.comparison import Comparison
    from rubrics.combining import Ratings
    from rubrics.reliability import Figure, Size

MANY_AT_AN_END = 0.4


@dataclass(frozen=True, slots=True)
class Line:
    """A figure for reading: `value` '–' where there is none, then `meaning` says why."""

    name: str
    value: str
    n: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Part:
    """A share of the variance of one interviewer's total for one candidate (0 to 1)."""

    name: str
    share: float
    deviation: float
    meaning: str


@dataclass(frozen=True, slots=True)
class CriterionCheck:
    """How interviewers use one criterion. `talk` says which anchors to read together, '' where there is no need."""

    name: str
    ratings: int
    mean: float | None
    alpha: str
    apart: int
    compared: int
    talk: str


@dataclass(frozen=True, slots=True)
class Group:
    """Interviewers who are linked by candidates they share."""

    interviewers: tuple[str, ...]
    candidates: int
    reason: str


def agreement(comparison: Comparison) -> list[Line]:
    """Agreement between interviewers on whole candidates and on single ratings."""
    merged = comparison.ratings.merged(len(comparison.rubric.criteria))
    size = int(merged.interviewer.max(initial=-1)) + 1
    table = reliability.totals_table(comparison.scale, merged, len(comparison), size)
    table = table[:, (~np.isnan(table)).any(axis=0)]
    return list(_agreement_lines(table, merged, comparison.scale.void))


def _agreement_lines(table: np.ndarray, merged: Ratings, void: np.ndarray) -> Iterator[Line]:
    icc = reliability.intraclass(table)
    meanings = {
        "1,1": "One interviewer's total, whoever it was: how much of its differences is the candidates'.",
        "1,k": "The mean of a whole panel, whoever sat in it.",
        "2,1": "One interviewer of this fixed panel, counting who is stricter as error.",
        "2,k": "The mean of this fixed panel, counting who is stricter as error.",
        "3,1": "One interviewer of this fixed panel, leaving out who is stricter.",
        "3,k": "The mean of this fixed panel, leaving out who is stricter.",
    }
    for kind, meaning in meanings.items():
        yield _line(f"Intraclass correlation ({kind})", icc[kind], meaning)
    alpha = reliability.krippendorff_alpha(merged.where(~void[merged.criterion]))
    yield _line("Krippendorff's alpha, ordinal", alpha["ordinal"], "Agreement on single ratings: 1 is perfect, 0 is what chance gives.")
    yield _line("Krippendorff's alpha, interval", alpha["interval"], "The same, with two levels apart counting four times as much as one.")
    agreed = reliability.concordance(table)
    test = f" Chi-squared {agreed.chi2:.1f} with {agreed.df} degrees of freedom, p {agreed.p:.2g}." if agreed.chi2 is not None else ""
    yield _line("Kendall's W", agreed.w, f"How far all interviewers put the same candidates in the same order (0 to 1).{test}")
    if table.shape[1] == 2:
        kappa = reliability.kappa_of_two(merged.where(~void[merged.criterion]))
        yield _line("Weighted kappa, quadratic", kappa["quadratic"], "Agreement of the two interviewers on single ratings beyond chance.")


def _line(name: str, figure: Figure, meaning: str) -> Line:
    if figure.value is None:
        return Line(name, "–", _size(figure.n), figure.reason)
    return Line(name, decimal(figure.value), _size(figure.n), meaning)


def _size(n: Size) -> str:
    return f"{n.people} × {n.raters}, {plural(n.ratings, 'value')}"


def variance(comparison: Comparison) -> list[Part]:
    """Where differences between totals come from; empty where the noise cannot be measured."""
    known = comparison.standing.known
    model = known.severity
    if model is None or known.assumed:
        return []
    scores = known.standing[known.pairs.people]
    errors = known.standing_se[known.pairs.people]
    rated = ~np.isnan(scores) & ~np.isnan(errors)
    if rated.sum() < 2:
        return []
    between = max(0.0, float(np.var(scores[rated], ddof=1) - (errors[rated] ** 2).mean()))
    parts = {
        "Candidates": (between, "What the interviews are for."),
        "Strict and lenient interviewers": (
            model.sigma_severity**2,
            "Falls on whoever happens to meet a strict one, unless totals are adjusted.",
        ),
        "Everything else": (model.sigma**2, "One interviewer's impression of one candidate on one day. More interviewers make it smaller."),
    }
    whole = sum(value for value, _ in parts.values())
    if whole <= 0:
        return []
    return [Part(name, value / whole, float(np.sqrt(value)), meaning) for name, (value, meaning) in parts.items()]


def criteria(comparison: Comparison) -> list[CriterionCheck]:
    """For each rated criterion, how far interviewers agree and which anchors they part over."""
    merged = comparison.ratings.merged(len(comparison.rubric.criteria))
    found = []
    for place, item in enumerate(comparison.rubric.criteria):
        if not item.criterion.is_rated or item.key in comparison.void:
            continue
        own = merged.where(merged.criterion == place)
        pairs = _pairs(own)
        alpha = reliability.krippendorff_alpha(own)["ordinal"]
        found.append(
            CriterionCheck(
                name=item.criterion.name,
                ratings=len(own.level),
                mean=float(own.level.mean()) if len(own.level) else None,
                alpha="–" if alpha.value is None else decimal(alpha.value),
                apart=sum(times for (low, high), times in pairs.items() if high - low >= DISAGREEMENT),
                compared=sum(pairs.values()),
                talk=_talk(own, pairs),
            )
        )
    return found


def _pairs(own: Ratings) -> Counter[tuple[float, float]]:
    """How often two interviewers gave the same candidate these two levels (the lower first)."""
    order = np.argsort(own.candidate, kind="stable")
    _, who, sizes = np.unique(own.candidate[order], return_inverse=True, return_counts=True)
    left, right = raters.meetings(who, sizes)
    once = left < right
    both = np.sort(np.stack([own.level[order][left[once]], own.level[order][right[once]]], axis=1), axis=1)
    met, times = np.unique(both, axis=0, return_counts=True)
    return Counter({(float(low), float(high)): int(often) for (low, high), often in zip(met, times, strict=True)})


def _talk(own: Ratings, pairs: Counter[tuple[float, float]]) -> str:
    apart = {(low, high): times for (low, high), times in pairs.items() if high - low >= DISAGREEMENT}
    if apart and sum(apart.values()) >= max(2, 0.1 * sum(pairs.values())):
        (low, high), times = max(apart.items(), key=lambda item: (item[1], item[0][1] - item[0][0]))
        often = plural(times, "time")
        return f"Read the anchors of levels {low:g} to {high:g} together: {often} one interviewer gave {low:g} and another {high:g}."
    for level, word in ((5.0, "highest"), (1.0, "lowest")):
        share = float((own.level == level).mean()) if len(own.level) else 0.0
        if share > MANY_AT_AN_END and len(own.level) >= 10:
            return f"{percent(share)} of the ratings are the {word} level: its anchor may be too easy to reach."
    return ""


def groups(comparison: Comparison, names: Sequence[str]) -> list[Group]:
    """The connected groups of interviewers, where there is more than one; `names` are those of `pairs.raters`."""
    known = comparison.standing.known
    if len(known.gates) < 2:
        return []
    return [
        Group(
            interviewers=tuple(name for name, own in zip(names, known.pairs.group, strict=True) if own == group),
            candidates=int((known.pairs.candidate_group == group).sum()),
            reason=gate.reason,
        )
        for group, gate in enumerate(known.gates)
    ]


@dataclass(frozen=True, slots=True)
class PairOrder:
    """How sure the order of two candidates is. `chance` is that the first is ahead; '' where no error is known."""

    first: str
    second: str
    chance: str
    gap: float | None
    shift: str
    word: str
    alone: tuple[str, ...]


def pair(comparison: Comparison, first: int, second: int) -> PairOrder:
    """Two candidates (places in the comparison), neither of them hidden."""
    standing = comparison.standing
    one, two = comparison.entrants[first].name, comparison.entrants[second].name
    adjusted = standing.known.is_adjusted[[first, second]].all()
    score = standing.known.standing if adjusted else standing.known.score
    probability = float(stability.ahead(standing.known, first, adjusted=bool(adjusted))[second])
    mean, weight = comparison.combined.mean, comparison.scale.weight
    flip = stability.smallest_flip(weight, mean[first], mean[second])
    gap = float(score[first] - score[second])
    return PairOrder(
        first=one,
        second=two,
        chance="" if np.isnan(probability) else stability.words(probability),
        gap=None if np.isnan(gap) else gap,
        shift=_shift(comparison, flip, one, two),
        word=flip.word if flip.ahead is not None else "",
        alone=tuple(_alone(comparison, first, second)),
    )


def _shift(comparison: Comparison, flip: stability.Flip, one: str, two: str) -> str:
    if flip.points is None and flip.ahead is None:
        return "They have no criterion in common yet."
    if flip.ahead is None:
        return "On the criteria assessed for both, they are equal."
    if flip.points is None:
        front = one if flip.ahead == 0 else two
        return f"No shift of weight changes the order: {front} is ahead or level on every criterion assessed for both."
    names = [item.criterion.name for item in comparison.rubric.criteria]
    front, behind = (one, two) if flip.ahead == 0 else (two, one)
    moves = ", ".join(f"{points(move.points)} from {names[move.source]}" for move in flip.moves)
    return (
        f"On the criteria assessed for both, as they were rated, {front} is ahead of {behind}. The order changes if "
        f"{points(flip.points)} of the 100 weight points move to {names[flip.moves[0].target]} ({moves})."
    )


def _alone(comparison: Comparison, first: int, second: int) -> Iterator[str]:
    """Single criteria whose weight alone could turn the order, the others in proportion."""
    mean, weight = comparison.combined.mean, comparison.scale.weight
    for place, item in enumerate(comparison.rubric.criteria):
        there = stability.flip_of_one(weight, mean[first], mean[second], place)
        # With all the weight on one criterion they would be equal on it, and no more weight could turn them.
        if there is not None and there < 1 - 1e-9:
            yield f"{item.criterion.name} at {points(100 * there)} points instead of {points(100 * float(weight[place]))}"


def formulas() -> Mapping[str, str]:
    """The formulas in words, for whoever wants to redo the numbers by hand."""
    return {
        "Total": (
            "For each criterion the mean of its interviewers' levels; then the mean of those, weighted by the published weights. "
            "What was not assessed is left out, never counted as zero; below 80 % of the weight there is no place."
        ),
        "Range": (
            "The total plus and minus t times its standard error: the square root of (noise² + severity²) times the sum of the squared "
            "parts that each interviewer has in the total. Noise and severity are estimated by restricted maximum likelihood from "
            "candidates whom several interviewers met."
        ),
        "Adjusted total": (
            "The total minus each interviewer's leniency times their part in it. Leniency is told only from candidates shared with "
            "colleagues, and drawn towards zero the fewer there are, so that nobody is corrected for having met weaker candidates."
        ),
        "Among the best": (
            "Totals are drawn towards their mean by as much as they are noisy; the probability is that of a normal distribution, with the "
            "line set so that all probabilities add up to the number of places."
        ),
        "How repeatable": (
            "One minus the error variance of the totals over their variance: what would show up again if other interviewers had met the "
            "same candidates. 80 and more is solid, 60 to 79 usable, below that too noisy to separate neighbours."
        ),
    }
