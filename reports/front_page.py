"""What of a candidate summary goes onto its first page. Whatever is shortened or left out there stands in full further on in the document:
notes beside their criterion, the rest under `in_full`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from reports.documents import CandidateSummary, CriterionLine, DecisionLine, QualificationLine, RatingMark, RecommendationLine
from reports.fit import DECISION_LENGTH, DENSITIES, Density, Paper, fits, quoted, side
from reports.wording import RECOMMENDATIONS, on_one_line


@dataclass(frozen=True, slots=True)
class Highlight:
    """A criterion with the marks quoted as its evidence."""

    line: CriterionLine
    quotes: tuple[RatingMark, ...]


@dataclass(frozen=True, slots=True)
class Contrast:
    """A criterion the panel disagrees on: who is at its highest rating, who at its lowest."""

    line: CriterionLine
    higher: tuple[RatingMark, ...]
    lower: tuple[RatingMark, ...]


@dataclass(frozen=True, slots=True)
class Seat:
    """An interviewer who met the candidate at one stage only."""

    interviewer: str
    stage: str


@dataclass(frozen=True, slots=True)
class FrontPage:
    """The first page's choices. `tally` counts each recommendation given, most positive first; `spills`: one page will not hold it.

    `more_*` are those that are only named because there is no room for their rows.
    """

    density: Density
    spills: bool
    tally: tuple[tuple[str, int], ...]
    strongest: Highlight | None
    weakest: Highlight | None
    missed: tuple[CriterionLine | QualificationLine, ...]
    more_missed: tuple[CriterionLine | QualificationLine, ...]
    contrasts: tuple[Contrast, ...]
    more_contrasts: tuple[CriterionLine, ...]
    recommendations: tuple[RecommendationLine, ...]
    more_recommendations: tuple[RecommendationLine, ...]
    past_decisions: tuple[DecisionLine, ...]
    in_full: tuple[tuple[str, str], ...]
    seats: tuple[Seat, ...]

    @property
    def seated(self) -> frozenset[str]:
        """The interviewers whose stage need not be said beside each of their notes."""
        return frozenset(seat.interviewer for seat in self.seats)


def front_page(summary: CandidateSummary, paper: Paper) -> FrontPage:
    """The page at the roomiest density that holds everything; where none does, at the tightest, and it spills onto the next page."""
    fitting = next((density for density in DENSITIES if fits(summary, density, paper)), None)
    density = fitting or DENSITIES[-1]
    missed, contrasts, recommendations = summary.minimums_missed, summary.disagreements, summary.recommendations
    return FrontPage(
        density=density,
        spills=fitting is None,
        tally=_tally(recommendations),
        strongest=_highlight(summary.strongest, count=density.quotes, best=True),
        weakest=_highlight(summary.weakest, count=density.quotes, best=False),
        missed=missed[: density.missed],
        more_missed=missed[density.missed :],
        contrasts=tuple(Contrast(line, side(line, line.high), side(line, line.low)) for line in contrasts[: density.contrasts]),
        more_contrasts=contrasts[density.contrasts :],
        recommendations=recommendations[: density.recommendations],
        more_recommendations=recommendations[density.recommendations :],
        past_decisions=tuple(line for line in reversed(summary.decisions) if line is not summary.decision),
        in_full=tuple(_in_full(summary, density)),
        seats=seats(summary),
    )


def seats(summary: CandidateSummary) -> tuple[Seat, ...]:
    """Who sat in one stage only, in the order of their recommendations."""
    spoke = [(line.interviewer, line.stage) for line in summary.recommendations]
    spoke += [(mark.interviewer, mark.stage) for line in summary.criteria for mark in line.marks if mark.interviewer]
    stages: dict[str, set[str]] = {}
    for interviewer, stage in spoke:
        stages.setdefault(interviewer, set()).add(stage)
    return tuple(Seat(interviewer, *own) for interviewer, own in stages.items() if len(own) == 1)


def _highlight(line: CriterionLine | None, *, count: int, best: bool) -> Highlight | None:
    return None if line is None else Highlight(line, quoted(line, count=count, best=best))


def _tally(recommendations: tuple[RecommendationLine, ...]) -> tuple[tuple[str, int], ...]:
    counts = [(value, sum(line.value == value for line in recommendations)) for value in RECOMMENDATIONS]
    return tuple((value, count) for value, count in counts if count)


def _in_full(summary: CandidateSummary, density: Density) -> Iterator[tuple[str, str]]:
    if summary.decision and _longer(summary.decision.reason, DECISION_LENGTH):
        yield "Reason for the decision in force", summary.decision.reason
    for fact in summary.qualifications:
        if _longer(fact.fact, density.fact_length):
            yield fact.name, fact.fact
    for place, line in enumerate(summary.recommendations):
        if _longer(line.reason, density.reason_length) or (place >= density.recommendations and line.reason):
            yield f"{line.interviewer}, {line.stage}, {RECOMMENDATIONS[line.value].lower()}", line.reason


def _longer(text: str, limit: int) -> bool:
    return len(on_one_line(text)) > limit
