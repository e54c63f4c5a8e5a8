"""What a plain list of ratings says: totals with their ranges, severities, reliability. As a dictionary for JSON, a stable interface.

Whatever cannot be estimated is None, with a sentence in the key of the same name that ends in `_reason` (or, for groups of figures, in
`reason` inside the group).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from rubrics import reliability, stability
from rubrics.combining import MIN_COVERAGE, Combined, Ratings, Scale, combine
from rubrics.confidence import MIN_SHARED, Confidence, assess
from rubrics.reliability import Figure, Repeatability

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

Value = Any


@dataclass(frozen=True)
class RatedList:
    """Ratings by name. `rows` are (candidate, interviewer, criterion, rating); `names` also those candidates who have none.

    `weights` by criterion (any positive sum; None: all equal); `scale` is the lowest and the highest rating that there can be.
    """

    rows: Sequence[tuple[str, str, str, float]]
    names: Sequence[str]
    scale: tuple[float, float]
    weights: Mapping[str, float] | None = None

    @cached_property
    def candidates(self) -> list[str]:
        return sorted(set(self.names) | {row[0] for row in self.rows})

    @cached_property
    def interviewers(self) -> list[str]:
        return sorted({row[1] for row in self.rows})

    @cached_property
    def criteria(self) -> list[str]:
        return sorted({row[2] for row in self.rows} | set(self.weights or ()))

    @cached_property
    def ratings(self) -> Ratings:
        # In the order of the names, so that the order of the rows cannot change the last digit of anything.
        who, by, what = ({name: place for place, name in enumerate(names)} for names in (self.candidates, self.interviewers, self.criteria))
        return Ratings.of(
            sorted((who[candidate], by[interviewer], what[criterion], level) for candidate, interviewer, criterion, level in self.rows)
        )

    @cached_property
    def rubric(self) -> Scale:
        size = len(self.criteria)
        weight = np.array([1.0 if self.weights is None else self.weights.get(name, 0.0) for name in self.criteria])
        no = np.zeros(size, dtype=bool)
        return Scale(weight / weight.sum() if weight.sum() else weight, np.full(size, np.nan), no, ~no, no)


@dataclass(frozen=True)
class ScoreReport:
    """Everything that `screening score` says about a list. `ungated`: adjusted scores are given even where adjusting is not justified."""

    listed: RatedList
    top: int
    ungated: bool = False

    @cached_property
    def combined(self) -> Combined:
        return combine(self.listed.rubric, self.listed.ratings, np.full((len(self.listed.candidates), len(self.listed.criteria)), np.nan))

    @cached_property
    def known(self) -> Confidence:
        low, high = self.listed.scale
        return assess(self.listed.rubric, self.listed.ratings, self.combined, span=high - low)

    @cached_property
    def repeatable(self) -> Repeatability:
        return reliability.repeatability(self.known)

    @property
    def adjusts(self) -> bool:
        return self.known.severity is not None and (self.known.gate.open or self.ungated)

    @cached_property
    def adjusted(self) -> Floats:
        """The adjusted scores that are given (NaN: none): of groups whose gate is open, or of all where the gate is to be ignored."""
        shown = ~np.isnan(self.known.score) if self.ungated and self.known.severity is not None else self.known.is_adjusted
        return np.where(shown, self.known.adjusted, np.nan)

    @cached_property
    def adjusted_ranks(self) -> NDArray[np.int64]:
        from rubrics.combining import ranks

        return ranks(np.where(np.isnan(self.adjusted), self.known.score, self.adjusted), self.known.ranked)

    @cached_property
    def chances(self) -> Floats:
        """The probability to be among the best `top` of the ranked (NaN: not ranked, or no range)."""
        found = np.full(len(self.listed.candidates), np.nan)
        chosen = np.flatnonzero(self.known.ranked)
        error = self.known.standing_se[chosen]
        if len(chosen) and not np.isnan(error).any():
            found[chosen] = stability.among_best(self.known.standing[chosen], error, self.top)
        return found

    @cached_property
    def order(self) -> list[int]:
        """Candidates by place, then those without one by name."""
        places = self.known.ranks
        return sorted(
            range(len(self.listed.candidates)), key=lambda index: (places[index] == 0, places[index], self.listed.candidates[index])
        )

    def why_unranked(self, index: int) -> str:
        if self.known.ranks[index]:
            return ""
        if math.isnan(self.known.score[index]):
            return "Nothing was rated."
        return (
            f"Only {100 * self.combined.coverage[index]:.0f} % of the weight was rated; {100 * MIN_COVERAGE:.0f} % are needed for a place."
        )

    def as_dict(self) -> dict[str, Value]:
        return {
            "candidates": [self._candidate(index) for index in self.order],
            "interviewers": [self._interviewer(index) for index in range(len(self.listed.interviewers))],
            "criteria": [
                {"criterion": name, "weight": float(weight)}
                for name, weight in zip(self.listed.criteria, self.listed.rubric.weight, strict=True)
            ],
            "model": self._model(),
            "reliability": self._reliability(),
            "scale": list(self.listed.scale),
            "top": self.top,
        }

    def _candidate(self, index: int) -> dict[str, Value]:
        known = self.known
        nothing = "Nothing was rated."
        rated = not math.isnan(known.score[index])
        no_range = (known.why_no_range or "No error could be estimated.") if rated else nothing
        closed = nothing if not rated else self._gate_reason(index)
        said: dict[str, Value] = {"candidate": self.listed.candidates[index]}
        said |= _number("score", known.score[index], nothing)
        said |= _number("se", known.se[index], no_range)
        said |= _interval("interval", known.low[index], known.high[index], no_range)
        said |= {"se_assumed": bool(known.assumed and not math.isnan(known.se[index]))}
        said |= _place("rank", known.ranks[index], self.why_unranked(index))
        said |= {"coverage": float(self.combined.coverage[index]), "complete": bool(known.ranked[index])}
        adjusted = self.adjusted[index]
        error = known.adjusted_se[index] if not math.isnan(adjusted) else math.nan
        half = known.reach * error
        why = closed if math.isnan(adjusted) else "Fewer than four comparisons on the same candidate: no error could be estimated."
        said |= _number("adjusted", adjusted, closed)
        said |= _number("adjusted_se", error, why)
        said |= _interval("adjusted_interval", adjusted - half, adjusted + half, why)
        said |= _place("adjusted_rank", self.adjusted_ranks[index] if self.adjusts else 0, self.why_unranked(index) or closed)
        said |= _number("top_k", self.chances[index], self.why_unranked(index) or no_range)
        return said

    def _gate_reason(self, index: int) -> str:
        place = self.known.place(index)
        if place is None:
            return "Nothing was rated."
        return self.known.gates[int(self.known.pairs.candidate_group[place])].reason or self.known.gate.reason

    def _interviewer(self, index: int) -> dict[str, Value]:
        panel, model = self.known.pairs, self.known.severity
        place = int(np.searchsorted(panel.raters, index))
        inside = place < len(panel.raters) and panel.raters[place] == index
        shared = int(panel.shared[place]) if inside else 0
        said: dict[str, Value] = {"interviewer": self.listed.interviewers[index]}
        reason = "No candidate is shared with another interviewer." if not shared else self.known.gate.reason
        given = model is not None and shared > 0
        said |= _number("severity", float(model.estimate[place]) if model is not None and given else math.nan, reason)
        said |= _number("se", math.sqrt(model.variance[place, place]) if model is not None and given else math.nan, reason)
        said["shared"] = shared
        if 0 < shared < MIN_SHARED:
            said["note"] = f"Shares fewer than {MIN_SHARED} candidates: the model holds this one close to no adjustment."
        return said

    def _model(self) -> dict[str, Value]:
        model, gate = self.known.severity, self.known.gate
        said: dict[str, Value] = {}
        said |= _number("sigma", model.sigma if model else math.nan, gate.reason)
        said |= _number("sigma_severity", model.sigma_severity if model else math.nan, gate.reason)
        said |= _number("lrt", model.lrt if model else math.nan, gate.reason)
        said["degrees"] = self.known.degrees
        said["gate"] = {"open": gate.open, "reason": gate.reason or None}
        said["ungated"] = bool(self.ungated and not gate.open and model is not None)
        said["groups"] = [self._group(group) for group in range(len(self.known.gates))]
        if len(self.known.gates) > 1:
            said["groups_note"] = (
                "Interviewers of different groups share no candidate, directly or through others: their severities cannot be compared. "
                "One candidate rated by somebody of both would connect two groups."
            )
        return said

    def _group(self, group: int) -> dict[str, Value]:
        panel, gate = self.known.pairs, self.known.gates[group]
        return {
            "interviewers": [self.listed.interviewers[place] for place in panel.raters[panel.group == group]],
            "candidates": [self.listed.candidates[place] for place in panel.people[panel.candidate_group == group]],
            "gate": {"open": gate.open, "reason": gate.reason or None},
        }

    def _reliability(self) -> dict[str, Value]:
        listed = self.listed
        merged = listed.ratings.merged(len(listed.criteria)) if listed.rows else listed.ratings
        table = reliability.totals_table(listed.rubric, merged, len(listed.candidates), len(listed.interviewers))
        said: dict[str, Value] = {}
        said |= _figure("g", self.repeatable.g)
        said |= _figure("g_adjusted", self.repeatable.g_adjusted)
        said["icc"] = _figures(reliability.intraclass(table))
        said["krippendorff_alpha"] = _figures(reliability.krippendorff_alpha(merged))
        agreed = reliability.concordance(table)
        said["kendall_w"] = {"w": agreed.w.value, "chi2": agreed.chi2, "df": agreed.df, "p": agreed.p}
        if agreed.w.value is None:
            said["kendall_w"]["reason"] = agreed.w.reason
        if len(listed.interviewers) == 2:
            said["weighted_kappa"] = _figures(reliability.kappa_of_two(merged))
        return said


def _number(name: str, value: float, reason: str) -> dict[str, Value]:
    if math.isnan(value):
        return {name: None, f"{name}_reason": reason}
    return {name: float(value)}


def _interval(name: str, low: float, high: float, reason: str) -> dict[str, Value]:
    if math.isnan(low) or math.isnan(high):
        return {name: None, f"{name}_reason": reason}
    return {name: [float(low), float(high)]}


def _place(name: str, place: int, reason: str) -> dict[str, Value]:
    return {name: int(place)} if place else {name: None, f"{name}_reason": reason}


def _figure(name: str, figure: Figure) -> dict[str, Value]:
    return {name: figure.value} if figure.value is not None else {name: None, f"{name}_reason": figure.reason}


def _figures(figures: Mapping[str, Figure]) -> dict[str, Value]:
    said: dict[str, Value] = {name: figure.value for name, figure in figures.items()}
    reasons = {figure.reason for figure in figures.values() if figure.reason}
    return {**said, "reason": " ".join(sorted(reasons))} if reasons else said
