"""How much of a candidate summary its first page holds: densities from roomy to tight, and an estimate of the height that each needs.

The estimate counts lines from the number of characters, a little on the safe side for ordinary text. A wrong one does no harm beyond looks:
what does not fit flows onto the next page.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil
from typing import Literal

from reports.charts import score_strip_height
from reports.documents import CandidateSummary, CriterionLine, RatingMark
from reports.editions import Edition
from reports.wording import excerpt, on_one_line

Paper = Literal["a4", "letter"]


@dataclass(frozen=True, slots=True)
class Density:
    """How much is shown: counts of quotes (at each end), missed minimums, contrasts and recommendations, and lengths in characters."""

    quotes: int
    quote_length: int
    missed: int
    contrasts: int
    side_length: int
    fact_length: int
    recommendations: int
    reason_length: int


# From the roomiest on, the least telling goes first: second quotes, then the length of reasons, then contrasts beyond the widest.
DENSITIES = (
    Density(quotes=2, quote_length=260, missed=6, contrasts=4, side_length=200, fact_length=160, recommendations=12, reason_length=210),
    Density(quotes=2, quote_length=155, missed=5, contrasts=3, side_length=110, fact_length=120, recommendations=12, reason_length=168),
    Density(quotes=2, quote_length=155, missed=5, contrasts=3, side_length=110, fact_length=120, recommendations=12, reason_length=112),
    Density(quotes=1, quote_length=210, missed=4, contrasts=3, side_length=110, fact_length=120, recommendations=12, reason_length=112),
    Density(quotes=1, quote_length=155, missed=4, contrasts=3, side_length=110, fact_length=90, recommendations=12, reason_length=56),
    Density(quotes=1, quote_length=155, missed=3, contrasts=2, side_length=110, fact_length=90, recommendations=8, reason_length=56),
    Density(quotes=1, quote_length=105, missed=2, contrasts=1, side_length=110, fact_length=60, recommendations=5, reason_length=56),
    Density(quotes=1, quote_length=105, missed=1, contrasts=1, side_length=75, fact_length=60, recommendations=3, reason_length=56),
)
DECISION_LENGTH = 170

# Measured on the style sheet, in points.
ROOM: dict[Paper, float] = {"a4": 739, "letter": 701}
TITLE, NAME_LINE, VERDICT, FIGURES, NOTICE = 12, 30, 63, 24, 12
ENDS, QUOTE = 48, 15
HEAD, ROW, SMALL_LINE, LINE = 28, 6.6, 10.5, 12
ONE_LINE = 22  # a table that only says that there is nothing to say
RELEASE_NOTICE = 66

NAMED = 10

# Characters to a line.
NAME_WIDTH, HALF_WIDTH, QUOTE_WIDTH, SIDE_WIDTH, PAGE_WIDTH = 32, 52, 52, 47, 120
ASKED_WIDTH, FACT_WIDTH, RULE_WIDTH, STAGE_WIDTH, REASON_WIDTH = 31, 21, 50, 27, 59


def fits(summary: CandidateSummary, density: Density, paper: Paper) -> bool:
    recommendations = summary.recommendations[: density.recommendations]
    tables = (
        _table([1] * len(summary.minimums_missed[: density.missed])),
        _table(_contrast_lines(line, density) for line in summary.disagreements[: density.contrasts]),
        _table(_qualification_lines(summary, density)),
        _table(
            max(_lines(line.stage, STAGE_WIDTH), _lines(excerpt(line.reason, density.reason_length), REASON_WIDTH))
            for line in recommendations
        ),
    )
    return _masthead(summary) + _ends(summary, density) + sum(tables) + _left_over(summary, density) <= ROOM[paper]


def quoted(line: CriterionLine, *, count: int, best: bool) -> tuple[RatingMark, ...]:
    """Evidence for a strength comes from its highest ratings, for a weakness from its lowest; only a mark with a note can be quoted."""
    noted = [mark for mark in line.marks if mark.level is not None and on_one_line(mark.note)]
    noted.sort(key=lambda mark: (mark.level or 0) * (-1 if best else 1))
    return tuple(noted[:count])


def side(line: CriterionLine, level: int | None) -> tuple[RatingMark, ...]:
    """Who gave this level; marks with a note come first, they are what can be talked about.

    Where nobody did (it is a mean over two stages, or a rating given after the debrief), those who came nearest.
    """
    gaps = {abs(mark.level - (level or 0)) for mark in line.marks if mark.level is not None}
    nearest = [mark for mark in line.marks if mark.level is not None and abs(mark.level - (level or 0)) == min(gaps)]
    return tuple(sorted(nearest, key=lambda mark: not on_one_line(mark.note)))


def _masthead(summary: CandidateSummary) -> float:
    reason = excerpt(summary.decision.reason, DECISION_LENGTH) if summary.decision else ""
    standing = f"{summary.opening} {summary.stage} {summary.reference}"
    incomplete = "; ".join(summary.incomplete) if summary.rank is None else ""
    return (
        TITLE
        + NAME_LINE * _lines(summary.candidate, NAME_WIDTH)
        + LINE * (_lines(standing, 100) + _lines(reason, HALF_WIDTH))
        + VERDICT
        + FIGURES
        + max(30, score_strip_height([line.mean for line in summary.assessed if line.mean is not None]))
        + (NOTICE + LINE * _lines(incomplete, PAGE_WIDTH) if incomplete else 0)
        + (RELEASE_NOTICE if summary.edition is Edition.RECORDS else 0)
    )


def _ends(summary: CandidateSummary, density: Density) -> float:
    ends = ((summary.strongest, True), (summary.weakest, False))
    quotes = [quoted(line, count=density.quotes, best=best) for line, best in ends if line]
    heights = [sum(QUOTE + LINE * _lines(excerpt(mark.note, density.quote_length), QUOTE_WIDTH) for mark in marks) for marks in quotes]
    return ENDS + max(heights) if heights else 0


def _contrast_lines(line: CriterionLine, density: Density) -> int:
    first = (side(line, line.high)[0], side(line, line.low)[0])
    return max(_lines(f"4 {mark.interviewer} {mark.stage} {excerpt(mark.note, density.side_length)}", SIDE_WIDTH) for mark in first)


def _qualification_lines(summary: CandidateSummary, density: Density) -> Iterable[int]:
    for line in summary.qualifications:
        fact = excerpt(line.fact, density.fact_length)
        yield max(_lines(line.asked, ASKED_WIDTH), _lines(fact, FACT_WIDTH), _lines(f"4   {line.rule}", RULE_WIDTH))


def _left_over(summary: CandidateSummary, density: Density) -> float:
    """The sentences that name what has no row of its own."""
    more = (
        [line.name for line in summary.minimums_missed[density.missed :]],
        [line.name for line in summary.disagreements[density.contrasts :]],
        [line.interviewer for line in summary.recommendations[density.recommendations :]],
    )
    sentences = ["Also, with the reasons further on: " + ", ".join(names[:NAMED]) for names in more if names]
    return sum(3 + SMALL_LINE * _lines(sentence, PAGE_WIDTH) for sentence in sentences)


def _table(lines: Iterable[int]) -> float:
    rows = [ROW + SMALL_LINE * max(count, 1) for count in lines]
    return HEAD + sum(rows) if rows else ONE_LINE


def _lines(text: str, width: int) -> int:
    return ceil(len(on_one_line(text)) / width)
