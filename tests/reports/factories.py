"""A realistic `CandidateSummary`: twelve criteria, four interviewers over three stages, in a round for a customer service desk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from statistics import fmean, pstdev

from reports.documents import CandidateSummary, CriterionLine, DecisionLine, QualificationLine, RatingMark, RecommendationLine
from reports.editions import Edition
from tests.reports.round_data import CRITERIA, PANEL, RECOMMENDATIONS

AS_OF = datetime(2026, 11, 22, 14, 5, tzinfo=UTC)
ANCHORS = tuple(f"The anchor sentence of level {level}." for level in range(1, 6))


def criterion(
    name: str,
    marks: Sequence[RatingMark],
    *,
    weight: float = 10,
    minimum: int | None = None,
    required: bool = False,
    anchors: tuple[str, ...] = ANCHORS,
) -> CriterionLine:
    """A criterion whose figures follow from its marks."""
    levels = [mark.level for mark in marks if mark.level is not None]
    mean = fmean(levels) if levels else None
    return CriterionLine(
        key=name.lower().replace(" ", "_"),
        name=name,
        weight=weight,
        mean=mean,
        low=min(levels, default=None),
        high=max(levels, default=None),
        minimum=minimum,
        required=required,
        below_minimum=mean is not None and minimum is not None and mean < minimum,
        disagreement=bool(levels) and max(levels) - min(levels) >= 2,
        anchors=anchors,
        marks=tuple(marks),
    )


def mark(
    level: int | None, note: str = "", *, interviewer: str = "Ana Petrović", stage: str = "Phone screen", not_assessed: str = ""
) -> RatingMark:
    return RatingMark(interviewer=interviewer, stage=stage, level=level, not_assessed=not_assessed, note=note)


def round_criteria(*, interviewers: int = 4, criteria: int = 12) -> tuple[CriterionLine, ...]:
    """The first criteria of the round as its first interviewers rated them."""
    lines = []
    for _, name, weight, minimum, required, anchors, seen in CRITERIA[:criteria]:
        marks = []
        for (interviewer, stage), given in zip(PANEL[:interviewers], seen, strict=False):
            if given is None:
                continue
            level, words = given
            reason, note = (words, "") if level is None else ("", words)
            marks.append(RatingMark(interviewer=interviewer, stage=stage, level=level, not_assessed=reason, note=note))
        lines.append(criterion(name, marks, weight=weight, minimum=minimum, required=required, anchors=anchors))
    return tuple(lines)


QUALIFICATIONS = (
    QualificationLine(
        key="experience",
        name="Experience",
        weight=0,
        asked="12 months with customers, 24 preferred",
        fact="2 years 4 months at a hotel reception, 11 months in a bakery shop",
        level=4,
        rule="24 months of the same kind of work",
        minimum=2,
        required=True,
        below_minimum=False,
    ),
    QualificationLine(
        key="education",
        name="Education",
        weight=0,
        asked="Associate degree preferred, or equivalent experience",
        fact="Secondary school, hotel trade certificate",
        level=3,
        rule="certificate",
        minimum=None,
        required=False,
        below_minimum=False,
    ),
)

DECISIONS = (
    DecisionLine(
        kind="hold",
        reason="Waiting for the second role play, which the fire alarm cut short.",
        who="Leila Haddad",
        when=datetime(2026, 11, 19, 16, 40, tzinfo=UTC),
        undone_by="Leila Haddad",
        undone_at=datetime(2026, 11, 21, 9, 12, tzinfo=UTC),
        undone_reason="The role play has taken place.",
    ),
    DecisionLine(
        kind="advance",
        reason="Listening and warmth are the strongest of the round. Composure is to be probed again in the closing talk.",
        who="Leila Haddad",
        when=datetime(2026, 11, 21, 9, 15, tzinfo=UTC),
    ),
)


def recommendations(interviewers: int = 4) -> tuple[RecommendationLine, ...]:
    return tuple(
        RecommendationLine(
            interviewer=who[0], stage=who[1], value=value, reason=reason, submitted_at=datetime(2026, 11, 18, 10, tzinfo=UTC)
        )
        for who, value, reason in RECOMMENDATIONS[:interviewers]
    )


def totals(lines: Sequence[CriterionLine]) -> dict[str, float | None]:
    """Total, spread and coverage of these criteria, as the document's fields."""
    rated = [line for line in lines if line.mean is not None]
    weight = sum(line.weight for line in rated)
    spreads = [pstdev([mark.level for mark in line.marks if mark.level is not None]) for line in rated if line.count > 1]
    return {
        "score": sum(line.weight * line.mean for line in rated if line.mean is not None) / weight if rated else None,
        "spread": fmean(value**2 for value in spreads) ** 0.5 if spreads else None,
        "coverage": weight / sum(line.weight for line in lines) if lines else 0.0,
    }


def candidate_summary(**changes: object) -> CandidateSummary:
    """The realistic summary; `changes` replace fields, and new criteria bring their own totals unless those are given too."""
    lines = changes.get("criteria", round_criteria())
    summary = CandidateSummary(
        organisation="Northgate City Services",
        opening="Customer service representative",
        candidate="Zofia Wiśniewska-Łęcka",
        reference="CSR-0117",
        stage="Panel interview",
        cards=4,
        cards_expected=4,
        rank=2,
        tied=False,
        ranked=7,
        candidates=9,
        incomplete=(),
        criteria=lines,  # type: ignore[arg-type]
        qualifications=QUALIFICATIONS,
        recommendations=recommendations(),
        decisions=DECISIONS,
        rubric_version=3,
        rubric_digest="9f2c41d07be35a6680c1f4e2d93b57a8",
        rubric_published_at=datetime(2026, 11, 2, 8, 30, tzinfo=UTC),
        older_cards=0,
        edition=Edition.MANAGER,
        as_of=AS_OF,
        low=3.18,
        high=4.38,
        other=3.84,
        **totals(lines),  # type: ignore[arg-type]
    )
    return replace(summary, **changes)  # type: ignore[arg-type]


def small_summary(**changes: object) -> CandidateSummary:
    """The ordinary case: eight criteria, three interviewers."""
    ordinary = {
        "criteria": round_criteria(criteria=8, interviewers=3),
        "recommendations": recommendations(3),
        "cards": 3,
        "cards_expected": 3,
    }
    return candidate_summary(**(ordinary | changes))


def empty_summary(**changes: object) -> CandidateSummary:
    """Nothing rated, nothing decided."""
    lines = tuple(
        replace(line, mean=None, low=None, high=None, below_minimum=False, disagreement=False, marks=()) for line in round_criteria()
    )
    nothing = {
        "criteria": lines,
        "recommendations": (),
        "decisions": (),
        "cards": 0,
        "low": None,
        "high": None,
        "other": None,
        "rank": None,
        "incomplete": ("no card is in yet",),
        "qualifications": tuple(replace(line, fact="", level=None) for line in QUALIFICATIONS),
    }
    return candidate_summary(**(nothing | changes))
