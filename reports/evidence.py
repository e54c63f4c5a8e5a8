"""How the evidence for a criterion is laid out in the summary's table: by level, and in rows that may stand on different pages."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from math import ceil

from reports.documents import CriterionLine, RatingMark

# Measured on the style sheet, in points: a line each of what stands there, the dots in one row and each row more, and what is around them.
NAME_LINE, SMALL_LINE, NOTE_LINE = 12, 9, 10
DOTS, MORE_DOTS, TALLEST_DOTS, AROUND = 22, 6, 45, 6
# What is too little for a row of its own, and the tallest note that is kept in one piece.
SCRAP, TALLEST_WHOLE = 40, 120
# Characters to a line.
NAME_WIDTH, ANCHOR_WIDTH, NOTE_WIDTH = 22, 110, 98


@dataclass(frozen=True, slots=True)
class LevelGroup:
    """The interviewers who gave a criterion the same level, with the level's anchor; `level` None: those who did not assess it.

    `marks` are those with something written, `silent` those without. `goes_on`: the group began in the row before.
    """

    level: int | None
    anchor: str
    marks: tuple[RatingMark, ...]
    silent: tuple[RatingMark, ...] = ()
    goes_on: bool = False


def level_groups(line: CriterionLine) -> tuple[LevelGroup, ...]:
    """The marks by level, highest first; those who did not assess the criterion last. Within a level, in the order given."""
    given = sorted({mark.level for mark in line.marks if mark.level is not None}, reverse=True)
    levels: list[int | None] = [*given, *([None] if any(mark.level is None for mark in line.marks) else [])]
    return tuple(_group(line, level) for level in levels)


def rows_of(line: CriterionLine) -> tuple[tuple[LevelGroup, ...], ...]:
    """The level groups in one row; or, where there is much evidence, in two: what stands beside the criterion's name and dots, and the
    rest, which may be torn at the foot of a page without tearing those."""
    groups = level_groups(line)
    head, whole, height = head_height(line), sum(map(_height, groups)), 0.0
    for place, group in enumerate(groups):
        height += _height(replace(group, marks=(), silent=()))
        for count, mark in enumerate(group.marks, start=1):
            height += mark_height(mark)
            if height >= head and whole - height >= SCRAP:
                return _cut(groups, place, count)
    return (groups,) if groups else ()


def is_long(mark: RatingMark) -> bool:
    """Whether a note may be torn at the foot of a page: kept in one piece it would leave much of the page empty."""
    return mark_height(mark) > TALLEST_WHOLE


def ratings(line: CriterionLine) -> tuple[int, ...]:
    return tuple(mark.level for mark in line.marks if mark.level is not None)


def _group(line: CriterionLine, level: int | None) -> LevelGroup:
    marks = [mark for mark in line.marks if mark.level == level]
    anchor = "" if level is None else line.anchors[level - 1]
    return LevelGroup(level, anchor, tuple(filter(_says_something, marks)), tuple(mark for mark in marks if not _says_something(mark)))


def _says_something(mark: RatingMark) -> bool:
    return bool(mark.note.strip() or mark.not_assessed or mark.revised is not None or mark.revised_note or mark.final is not None)


def _cut(groups: tuple[LevelGroup, ...], place: int, count: int) -> tuple[tuple[LevelGroup, ...], ...]:
    """The groups up to this many marks of one of them, and the rest."""
    group = groups[place]
    rest = replace(group, marks=group.marks[count:], goes_on=True)
    if not rest.marks and not rest.silent:
        return groups[: place + 1], groups[place + 1 :]
    begun = replace(group, marks=group.marks[:count], silent=())
    return (*groups[:place], begun), (rest, *groups[place + 1 :])


def _height(group: LevelGroup) -> float:
    silent = NOTE_LINE if group.silent else 0
    return SMALL_LINE * ceil(len(group.anchor) / ANCHOR_WIDTH) + sum(map(mark_height, group.marks)) + silent


def head_height(line: CriterionLine) -> float:
    """About what the criterion's name, weight, dots and flags take on the page, in points."""
    stack = max(Counter(ratings(line)).values(), default=1)
    flags = line.void + line.below_minimum + line.disagreement
    dots = min(DOTS + MORE_DOTS * (stack - 1), TALLEST_DOTS)
    return NAME_LINE * ceil(len(line.name) / NAME_WIDTH) + SMALL_LINE * (1 + flags) + dots + AROUND


def mark_height(mark: RatingMark) -> float:
    """About what the mark takes on the page, in points: its notes as they were typed, line by line."""
    texts = (f"{mark.interviewer} {mark.stage} {mark.not_assessed} {mark.note}", mark.revised_note, mark.final_reason)
    return NOTE_LINE * sum(max(1, ceil(len(line) / NOTE_WIDTH)) for text in texts if text for line in text.splitlines())
