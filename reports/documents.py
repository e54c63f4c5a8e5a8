"""What each document says: frozen values, ready to be drawn, with no knowledge of where they came from.

Numbers are unrounded; how many decimals are shown is decided where they are drawn. `None` always means "there is none"
(not rated, not asked for, not ranked), never zero.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from reports.editions import Edition


@dataclass(frozen=True, slots=True)
class RatingMark:
    """One interviewer's rating of one criterion, with the evidence noted for it.

    `level` is the rating that counts (1-5) or None where the criterion was not assessed; then `not_assessed` holds the reason given.
    `revised` is a later rating of the same interviewer, given after the panel's cards were open to them; it is shown but does not count.
    `final` is the one given after the debrief, with its reason; whether it takes the place of `level` is for the opening to say.
    """

    interviewer: str
    stage: str
    level: int | None
    not_assessed: str = ""
    note: str = ""
    revised: int | None = None
    revised_note: str = ""
    final: int | None = None
    final_reason: str = ""


@dataclass(frozen=True, slots=True)
class CriterionLine:
    """A rated criterion of the summary: the weight, the mean over interviewers and every rating behind it.

    `weight` is in points of 100. `low` and `high` are the lowest and highest counted rating. `disagreement` says that they are two or
    more levels apart. `anchors` are the five sentences of the levels 1-5. `void`: struck out for everybody; its ratings are kept and do
    not count.
    """

    key: str
    name: str
    weight: float
    mean: float | None
    low: int | None
    high: int | None
    minimum: int | None
    required: bool
    below_minimum: bool
    disagreement: bool
    anchors: tuple[str, ...]
    marks: tuple[RatingMark, ...]
    void: bool = False

    @property
    def count(self) -> int:
        """How many interviewers rated the criterion."""
        return sum(mark.level is not None for mark in self.marks)


@dataclass(frozen=True, slots=True)
class QualificationLine:
    """A qualification: what was asked, what the candidate has, and the level that the published rule gives for it."""

    key: str
    name: str
    weight: float
    asked: str
    fact: str
    level: int | None
    rule: str
    minimum: int | None
    required: bool
    below_minimum: bool


@dataclass(frozen=True, slots=True)
class RecommendationLine:
    """An interviewer's overall recommendation: one of `strong_no`, `no`, `yes`, `strong_yes`, and the reason in a line."""

    interviewer: str
    stage: str
    value: str
    reason: str
    submitted_at: datetime


@dataclass(frozen=True, slots=True)
class DecisionLine:
    """A decision (`advance`, `hold`, `reject`, `offer`) with its reason; `undone_*` are filled when it was taken back."""

    kind: str
    reason: str
    who: str
    when: datetime
    undone_by: str = ""
    undone_at: datetime | None = None
    undone_reason: str = ""


@dataclass(frozen=True, slots=True)
class HeldFact:
    """Something recorded about the candidate besides ratings. `by_team`: the hiring team wrote it in its own words, so that it may name
    others."""

    label: str
    said: str
    by_team: bool = False


@dataclass(frozen=True, slots=True)
class InterviewLine:
    """An interview of the candidate: its stage, when and where (None and '': not fixed), and how many interviewers were asked."""

    stage: str
    when: datetime | None
    place: str
    interviewers: int


@dataclass(frozen=True, slots=True)
class CandidateSummary:
    """The candidate summary, in one of its editions.

    `score` is the total (1-5), `spread` the pooled standard deviation of ratings on the same criterion, `coverage` the share of
    the rubric's weight that was assessed (0-1). `rank` is the place among the `ranked` candidates who are complete; `incomplete` holds
    the reasons why a candidate is not ranked. `edition` is that of the reader the document was made for. `as_of` is when
    the opening last changed: the same state gives the same document. `finals_count`: ratings given after
    the debrief take the place of the independent ones in all numbers. `score` is the one that places follow (the severity-adjusted one if
    `by_adjusted`), with its range from `low` to `high`, and `other` the other of the two; `sureness` says what they are, in sentences.
    `held` and `interviews` are there in the candidate's own copy only. `replaced` says what of a records request's paper was replaced.
    """

    organisation: str
    opening: str
    candidate: str
    reference: str
    stage: str
    score: float | None
    spread: float | None
    cards: int
    cards_expected: int
    coverage: float
    rank: int | None
    tied: bool
    ranked: int
    candidates: int
    incomplete: tuple[str, ...]
    criteria: tuple[CriterionLine, ...]
    qualifications: tuple[QualificationLine, ...]
    recommendations: tuple[RecommendationLine, ...]
    decisions: tuple[DecisionLine, ...]
    rubric_version: int
    rubric_digest: str
    rubric_published_at: datetime
    older_cards: int
    edition: Edition
    as_of: datetime
    finals_count: bool = False
    low: float | None = None
    high: float | None = None
    other: float | None = None
    by_adjusted: bool = False
    sureness: str = ""
    held: tuple[HeldFact, ...] = ()
    interviews: tuple[InterviewLine, ...] = ()
    replaced: tuple[str, ...] = ()

    @property
    def assessed(self) -> tuple[CriterionLine, ...]:
        """The rated criteria with at least one rating, highest mean first (the rubric's order among equals)."""
        return tuple(sorted((line for line in self.criteria if line.mean is not None), key=lambda line: -(line.mean or 0)))

    @property
    def strongest(self) -> CriterionLine | None:
        return self.assessed[0] if self.assessed else None

    @property
    def weakest(self) -> CriterionLine | None:
        return self.assessed[-1] if len(self.assessed) > 1 else None

    @property
    def minimums_missed(self) -> tuple[CriterionLine | QualificationLine, ...]:
        lines: tuple[CriterionLine | QualificationLine, ...] = self.criteria + self.qualifications
        return tuple(line for line in lines if line.below_minimum)

    @property
    def disagreements(self) -> tuple[CriterionLine, ...]:
        """Criteria on which two interviewers are two or more levels apart, widest first."""
        apart = [line for line in self.criteria if line.disagreement]
        return tuple(sorted(apart, key=lambda line: (line.low or 0) - (line.high or 0)))

    @property
    def decision(self) -> DecisionLine | None:
        """The decision in force, if any."""
        standing = [line for line in self.decisions if line.undone_at is None]
        return standing[-1] if standing else None
