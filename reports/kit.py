"""The interview kit: what an interviewer takes along on paper, or fills in where there is no network."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from math import ceil

from reports.fit import Paper
from reports.wording import NOT_ASSESSED, RECOMMENDATIONS

LEVELS = ("1", "2", "3", "4", "5")
FROM_NO_TO_YES = tuple(reversed(RECOMMENDATIONS.items()))
"""Value and words of the recommendations in the order of the scorecard."""

# Measured on the style sheet, in millimetres: the room on a page below its running head, what stands on it, and a line to write on.
ROOM: dict[Paper, float] = {"a4": 261, "letter": 247}
HEAD, TEXT_LINE, QUESTION_LINE, QUESTION_GAP, WORK_HEAD, SPARE = 8.0, 4.3, 5.0, 2.7, 10.0, 4.0
WRITTEN_LINE = 8.0
FEWEST_LINES, MOST_LINES = 14, 29
TEXT_WIDTH, QUESTION_WIDTH = 108, 92  # characters to a line


@dataclass(frozen=True, slots=True)
class KitQuestion:
    """A question to ask, with what to follow up with."""

    text: str
    probes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class KitCriterion:
    """A criterion as it is asked about: what is void is left out before it comes here. `anchors` has a sentence for each level."""

    key: str
    name: str
    definition: str
    questions: tuple[KitQuestion, ...]
    anchors: tuple[str, ...]
    minimum: int | None = None
    required: bool = False


@dataclass(frozen=True, slots=True)
class InterviewKit:
    """A scorecard on paper. One without `candidate` is the blank kit of a stage, with lines for who, whom and when.

    `note_limit` and `reason_limit` are the characters that a note and the reason may have. `seal` identifies the card that a filled form
    belongs to; only a form needs it.
    """

    organisation: str
    opening: str
    candidate: str
    stage: str
    minutes: int
    purpose: str
    interviewer: str
    scheduled_at: datetime | None
    place: str
    script: str
    closing: str
    criteria: tuple[KitCriterion, ...]
    rubric_version: int
    rubric_digest: str
    rubric_published_at: datetime
    note_limit: int
    reason_limit: int
    seal: str = ""


@dataclass(frozen=True, slots=True)
class FormField:
    """A field of the form: one of `choices` (value, and what a screen reader calls it) to mark, or text of at most `most` characters."""

    name: str
    label: str
    choices: tuple[tuple[str, str], ...] = ()
    most: int = 0
    several_lines: bool = False


def form_fields(kit: InterviewKit) -> tuple[FormField, ...]:
    """The fields in the order in which the kit asks for them, under the names of the scorecard's own form."""
    return tuple(_fields(kit))


def _fields(kit: InterviewKit) -> Iterator[FormField]:
    for item in kit.criteria:
        yield FormField(f"note_{item.key}", f"{item.name}: evidence", most=kit.note_limit, several_lines=True)
        yield FormField(f"rating_{item.key}", f"{item.name}: level", tuple((level, f"{item.name}: level {level}") for level in LEVELS))
        reasons = tuple((value, f"{item.name}: not assessed, {words}") for value, words in NOT_ASSESSED.items())
        yield FormField(f"na_{item.key}", f"{item.name}: not assessed", reasons)
    yield FormField("recommendation", "Should this candidate go on?", tuple((value, f"Go on? {words}") for value, words in FROM_NO_TO_YES))
    yield FormField("reason", "Why, in one line", most=kit.reason_limit)


def lines_to_write(item: KitCriterion, paper: Paper) -> int:
    """How many lines of evidence fill the page that the criterion begins; at least so many as its anchors are tall."""
    used = HEAD + TEXT_LINE * _lines(item.definition, TEXT_WIDTH)
    for question in item.questions:
        used += QUESTION_GAP + QUESTION_LINE * _lines(question.text, QUESTION_WIDTH)
        used += TEXT_LINE * sum(_lines(probe, TEXT_WIDTH) for probe in question.probes)
    room = ROOM[paper] - used - WORK_HEAD - SPARE
    return min(MOST_LINES, max(FEWEST_LINES, int(room // WRITTEN_LINE)))


def _lines(text: str, width: int) -> int:
    """An estimate; Chinese, Japanese and Korean characters are twice as wide as others."""
    return sum(ceil(sum(1 + (unicodedata.east_asian_width(letter) in "WF") for letter in line) / width) for line in text.splitlines())
