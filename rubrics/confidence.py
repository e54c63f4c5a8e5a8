"""How sure the numbers are: a range for every total, the severity-adjusted score beside it, and whether adjusting is justified.

With a_ir, s_hat, V and V_w of `rubrics.raters`, s2 the residual variance and sigma_s^2 that of the severities:

    adjusted        A_i = S_i - sum_r a_ir s_hat_r
    SE of default   sqrt((s2 + sigma_s^2) sum_r a_ir^2)                  whoever sat there counts as error
    SE of adjusted  sqrt(s2 sum_r a_ir^2 + a_i' V_w a_i)                 inside one connected group
    range           estimate +- t(.975, N - I) SE
    Var(S_i - S_j)  s2 (sum_r a_ir^2 + sum_r a_jr^2) + sigma_s^2 |a_i - a_j|^2
    Var(A_i - A_j)  the same with (a_i - a_j)' V (a_i - a_j)             V, not V_w: wider across groups

Where N - I < 4 the noise cannot be estimated. The range is then assumed from published interview studies, SD(S) sqrt(1 - r_n) with
r_n = .44 n / (1 + .44 (n - 1)): one interviewer is .44 reliable (Huffcutt, Culbertson & Weyhrauch 2013), n by Spearman and Brown.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from rubrics import raters
from rubrics.combining import ranks

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rubrics.combining import Combined, Ratings, Scale
    from rubrics.raters import Pairs, Severity

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Flags = NDArray[np.bool_]

ONE_INTERVIEWER = 0.44
MIN_DEGREES = 4
MIN_INTERVIEWERS, MIN_COMPARISONS, MIN_LRT, MIN_REMOVED, MIN_MOVE = 5, 8, 2.71, 0.4, 0.03
MIN_SHARED = 3
"""An interviewer who shares fewer candidates is kept close to no adjustment by the model, and is marked."""


@dataclass(frozen=True, slots=True)
class Gate:
    """Whether adjusting is justified in one connected group; `reason` is a sentence, empty where it is.

    `removed`: the share of the severities' error that adjusting takes away; `moved`: the mean change of a score in levels.
    """

    open: bool
    reason: str
    interviewers: int
    candidates: int
    removed: float | None = None
    moved: float | None = None


@dataclass(frozen=True, eq=False)
class Confidence:
    """What is known beside the default scores. Arrays have one entry for every candidate of the combination; NaN is "there is none".

    `se` is the standard error of the default score; `assumed` says that it comes from published studies. `adjusted` and `adjusted_se`
    are there for whoever was rated, whether or not the gate of their group is open: `is_adjusted` marks those where it is.
    """

    score: Floats
    ranked: Flags
    pairs: Pairs
    severity: Severity | None
    se: Floats
    assumed: bool
    why_no_range: str
    adjusted: Floats
    adjusted_se: Floats
    is_adjusted: Flags
    gates: tuple[Gate, ...]

    @property
    def gate(self) -> Gate:
        """That of the whole pool: open where one group's is; otherwise with the reason of the largest group."""
        if not self.gates:
            return Gate(False, "Nothing has been rated yet.", 0, 0)
        return max(self.gates, key=lambda gate: (gate.open, gate.interviewers, gate.candidates))

    @property
    def degrees(self) -> int:
        return self.pairs.degrees

    @cached_property
    def reach(self) -> float:
        """Half the width of a range in standard errors: t(.975, N - I), or 1.96 where the error is assumed."""
        return quantile(self.degrees) if self.severity is not None and not self.assumed else 1.959963984540054

    @property
    def low(self) -> Floats:
        return self.score - self.reach * self.se

    @property
    def high(self) -> Floats:
        return self.score + self.reach * self.se

    @property
    def adjusted_low(self) -> Floats:
        return self.adjusted - self.reach * self.adjusted_se

    @property
    def adjusted_high(self) -> Floats:
        return self.adjusted + self.reach * self.adjusted_se

    @cached_property
    def ranks(self) -> Ints:
        return ranks(self.score, self.ranked)

    @cached_property
    def standing(self) -> Floats:
        """The adjusted score where it is justified, the default one elsewhere: what places follow where an opening ranks by adjusted."""
        return np.where(self.is_adjusted, self.adjusted, self.score)

    @cached_property
    def standing_se(self) -> Floats:
        return np.where(self.is_adjusted, self.adjusted_se, self.se)

    @cached_property
    def adjusted_ranks(self) -> Ints:
        return ranks(self.standing, self.ranked)

    @cached_property
    def _adjusted_squares(self) -> Floats:
        """a_i' V a_i of everybody in `pairs.people`."""
        return self.pairs.quadratic(self.severity.variance) if self.severity is not None else np.zeros(len(self.pairs.people))

    def place(self, candidate: int) -> int | None:
        """Where a candidate stands in `pairs.people`; None for one whom nobody rated."""
        found = int(np.searchsorted(self.pairs.people, candidate))
        return found if found < len(self.pairs.people) and self.pairs.people[found] == candidate else None

    def differences(self, candidate: int, *, adjusted: bool) -> Floats:
        """Var(x_i - x_j) of one candidate against every other (length of all; NaN without a measured error)."""
        size = len(self.score)
        place = self.place(candidate)
        if self.severity is None or self.assumed or place is None:
            both = self.se**2 + self.se[candidate] ** 2
            return np.where(np.arange(size) == candidate, 0.0, both)
        model, panel = self.severity, self.pairs
        own = panel.part(place)
        if adjusted:
            squares, crossed = self._adjusted_squares, panel.weighted(model.variance @ own)
        else:
            squares, crossed = model.sigma_severity**2 * panel.squared_share, panel.weighted(model.sigma_severity**2 * own)
        between = squares + squares[place] - 2 * crossed
        noise = model.sigma**2 * (panel.squared_share + panel.squared_share[place])
        found = np.full(size, np.nan)
        found[panel.people] = np.maximum(between, 0.0) + noise
        found[candidate] = 0.0
        return found


def assess(scale: Scale, ratings: Ratings, combined: Combined, *, span: float = 4.0) -> Confidence:
    """Everything of one pool of ratings. `span` is the width of the rating scale in levels (4 for 1-5)."""
    panel = raters.pairs(scale, ratings, combined.coverage)
    model = raters.fit(panel)
    size = len(combined.score)
    measured = model is not None and panel.degrees >= MIN_DEGREES
    se, why = _default_error(combined, panel, model if measured else None)
    adjusted, adjusted_se = combined.score.copy(), np.full(size, np.nan)
    if model is not None:
        adjusted[panel.people] -= panel.weighted(model.estimate)
        if measured:
            adjusted_se[panel.people] = np.sqrt(model.sigma**2 * panel.squared_share + np.maximum(panel.quadratic(model.within), 0.0))
    gates = tuple(_gate(panel, model, group, span) for group in range(int(panel.group.max(initial=-1)) + 1))
    justified = np.zeros(size, dtype=bool)
    if len(panel):
        justified[panel.people] = np.array([gate.open for gate in gates])[panel.candidate_group]
    return Confidence(
        score=combined.score,
        ranked=combined.complete,
        pairs=panel,
        severity=model,
        se=se,
        assumed=not measured,
        why_no_range=why,
        adjusted=adjusted,
        adjusted_se=adjusted_se,
        is_adjusted=justified,
        gates=gates,
    )


def quantile(degrees: int, probability: float = 0.975) -> float:
    """Of Student's t."""
    from scipy.special import stdtrit  # imported here: it takes long, and start-up must not wait for it

    return float(stdtrit(degrees, probability))


def _default_error(combined: Combined, panel: Pairs, model: Severity | None) -> tuple[Floats, str]:
    """The standard error of each default score, and why there is none."""
    error = np.full(len(combined.score), np.nan)
    if model is not None:
        error[panel.people] = np.sqrt((model.sigma**2 + model.sigma_severity**2) * panel.squared_share)
        return error, ""
    scores = combined.score[panel.people]
    if len(scores) < 2:
        return error, "A range needs at least two candidates with ratings."
    deviation = float(np.std(scores, ddof=1))
    if deviation < 1e-12:
        return error, "All totals are equal, so nothing says how far they could have differed."
    number = panel.total_share**2 / panel.squared_share
    reliable = ONE_INTERVIEWER * number / (1 + ONE_INTERVIEWER * (number - 1))
    error[panel.people] = deviation * np.sqrt(1 - reliable)
    return error, ""


def _gate(panel: Pairs, model: Severity | None, group: int, span: float) -> Gate:
    """The conditions in the order in which they are checked; the first that fails gives the reason."""
    members, chosen = panel.group == group, panel.candidate_group == group
    size, people = int(members.sum()), int(chosen.sum())
    comparisons = int(panel.per_candidate[chosen].sum()) - people
    if comparisons == 0:
        return Gate(
            False, "No two interviewers rated the same candidate, so nothing tells strict interviewers from weak candidates.", size, people
        )
    if size < MIN_INTERVIEWERS:
        return Gate(
            False, f"Only {size} interviewers share candidates; severity is not estimated with fewer than {MIN_INTERVIEWERS}.", size, people
        )
    if comparisons < MIN_COMPARISONS:
        return Gate(
            False,
            f"Only {comparisons} comparisons on the same candidate; at least {MIN_COMPARISONS} are needed to estimate severity.",
            size,
            people,
        )
    if model is None:
        return Gate(False, "Interviewers agree completely on the candidates they share: there is nothing to adjust.", size, people)
    if model.lrt < MIN_LRT or model.sigma_severity == 0:
        return Gate(False, "The interviewers do not differ in severity by more than chance would make them differ.", size, people)
    own, total = panel.squared_share[chosen], panel.total_share[chosen]
    before = model.sigma_severity**2 * float((own - total**2 / size).sum())
    removed = 1 - float(panel.quadratic(model.within)[chosen].sum()) / before if before > 1e-12 else 0.0
    moved = float(np.abs(panel.weighted(model.estimate)[chosen]).mean())
    if removed < MIN_REMOVED:
        share = round(100 * max(removed, 0))
        reason = f"The interviewers share too few candidates: adjusting would take away only {share} % of the error, less than 40 %."
        return Gate(False, reason, size, people, removed, moved)
    if moved < MIN_MOVE * span / 4:
        return Gate(
            False,
            "Adjusting makes no difference here: scores would move by less than 0.03 levels on average.",
            size,
            people,
            removed,
            moved,
        )
    return Gate(True, "", size, people, removed, moved)
