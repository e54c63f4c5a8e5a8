"""The comparison table as a printed document: the same rows in the same order, the same columns, and in words what was asked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from reports.comparison import Cell, Comparison, Row
from reports.fit import Paper
from reports.sureness import Sureness, banded, sureness_of
from reports.view import CRITERION_SORT, UNDECIDED, View
from reports.wording import DECISIONS, plural
from rubrics.stability import words

EDITION = "Means of the panel: no interviewer is named"
MOST_CELLS = 5000
"""What a document holds within the time that it may take, measured at 1 to 3 ms a cell, as busy as the machine is."""

# In millimetres, as in comparison-print.css.
WIDTH: dict[Paper, int] = {"a4": 269, "letter": 251}
PLACE, CANDIDATE, TOTAL = 10, 44, 15
GROUPS = {"range": 17, "chance": 13, "recommendations": 21, "evidence": 15, "flags": 17, "outcome": 25}
NARROWEST, WIDEST = 7, 11
SAME = 0.005

_SORTS = {
    "candidate": "name",
    "total": "total",
    "other": "the other total",
    "chance": "chance to be among the best",
    "moved": "places won by the weights tried",
    "spread": "spread",
    "cards": "number of scorecards",
    "coverage": "coverage",
    "minimums": "number of minimums missed",
    "disagreement": "number of disagreements",
    "recommendations": "recommendations",
    "stage": "stage",
    "decision": "decision",
}
_LEFT_OUT = {
    "range": "range",
    "chance": "chance to be among the best",
    "recommendations": "recommendations",
    "evidence": "cards and coverage",
    "flags": "minimums and disagreement",
    "outcome": "stage and decision",
}


@dataclass(frozen=True, slots=True)
class Head:
    """A criterion: its weight as it counts here and, where that is not it, as published; in points.

    One that is not `shown` counts in the total all the same. `ratings` is how many its figures rest on, None for a qualification, which
    is judged from facts.
    """

    name: str
    shown: bool
    weight: float
    published: float | None
    minimum: int | None
    required: bool
    void: bool
    ratings: int | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """All rows with some of the criteria, those from `first` on. What is no criterion stands on the first sheet only (`overall`).

    `width` is that of a criterion's column in millimetres.
    """

    heads: tuple[Head, ...]
    first: int
    width: int
    overall: bool

    @property
    def last(self) -> int:
        return self.first + len(self.heads)

    def cells(self, row: Row) -> tuple[Cell, ...]:
        return row.cells[self.first : self.last]


@dataclass(frozen=True, slots=True)
class ComparisonReport:
    """`shown` says line by line what was asked for; `tried`: with weights that are not the published ones. `criteria` are all there are.

    `groups` are the columns beside the criteria, `top` the number of the best that `chance` is about. `bands` hold the rows in tie bands
    with their headings. `counts` says in numbers what everything rests on.
    """

    organisation: str
    opening: str
    as_of: datetime
    rubric_version: int
    rubric_digest: str
    shown: tuple[tuple[str, str], ...]
    tried: bool
    criteria: tuple[Head, ...]
    groups: frozenset[str]
    top: int
    by_adjusted: bool
    sheets: tuple[Sheet, ...]
    bands: tuple[tuple[str, tuple[Row, ...]], ...]
    sureness: Sureness
    counts: str
    edition: str = EDITION

    @property
    def columns_of_criteria(self) -> int:
        return sum(len(sheet.heads) for sheet in self.sheets)

    @property
    def rows(self) -> int:
        return sum(len(rows) for _, rows in self.bands)

    def chance(self, row: Row) -> str:
        return "–" if row.chance is None else words(row.chance)

    @property
    def columns(self) -> int:
        """Of all sheets together."""
        return len(self.groups) + self.columns_of_criteria + 3 * len(self.sheets)

    @property
    def is_too_large(self) -> bool:
        """Whether it would not be ready in time."""
        return self.rows * self.columns > MOST_CELLS


def comparison_report(compared: Comparison, view: View, *, organisation: str, as_of: datetime, paper: Paper = "a4") -> ComparisonReport:
    columns = [place for place, item in enumerate(compared.rubric.criteria) if item.key not in view.hidden]
    found = compared.matching(view)
    groups = frozenset(GROUPS) - view.hidden
    heads = _heads(compared, view)
    bands = banded(compared.rows(found, columns, view.top), view)
    return ComparisonReport(
        organisation=organisation,
        opening=compared.opening,
        as_of=as_of,
        rubric_version=compared.rubric_version,
        rubric_digest=compared.rubric_digest,
        shown=tuple(_shown(compared, view, len(found))),
        tried=compared.published is not None,
        criteria=tuple(heads),
        groups=groups,
        top=view.top,
        by_adjusted=compared.standing.by_adjusted,
        sheets=tuple(_sheets([head for head in heads if head.shown], groups, paper)),
        bands=tuple((heading, tuple(rows)) for heading, rows in bands),
        sureness=sureness_of(compared),
        counts=_counts(compared),
    )


def _heads(compared: Comparison, view: View) -> list[Head]:
    given = np.bincount(compared.ratings.criterion, minlength=len(compared.rubric.criteria)).tolist()
    counting = (100 * compared.scale.weight).tolist()
    return [
        Head(
            name=item.criterion.name,
            shown=item.key not in view.hidden,
            weight=weight,
            published=float(item.weight) if compared.published is not None and abs(weight - float(item.weight)) >= SAME else None,
            minimum=item.minimum,
            required=item.required,
            void=item.key in compared.void,
            ratings=number if item.criterion.is_rated else None,
        )
        for item, weight, number in zip(compared.rubric.criteria, counting, given, strict=True)
    ]


def _sheets(heads: Sequence[Head], groups: frozenset[str], paper: Paper) -> Iterator[Sheet]:
    """As few sheets as hold all criteria; the first has less room for them, and the others share what is left evenly."""
    room = WIDTH[paper] - PLACE - CANDIDATE - TOTAL
    first_room = room - sum(width for name, width in GROUPS.items() if name in groups)
    on_first = min(len(heads), first_room // NARROWEST)
    yield Sheet(tuple(heads[:on_first]), 0, _width(first_room, on_first), overall=True)
    left = len(heads) - on_first
    if left:
        sheets = -(-left // (room // NARROWEST))
        each = -(-left // sheets)
        for first in range(on_first, len(heads), each):
            yield Sheet(tuple(heads[first : first + each]), first, _width(room, each), overall=False)


def _width(room: int, columns: int) -> int:
    return min(WIDEST, room // columns) if columns else WIDEST


def _shown(compared: Comparison, view: View, found: int) -> Iterator[tuple[str, str]]:
    """What was asked for, where it is not everything in the usual order."""
    whom = list(_filters(compared, view))
    if whom:
        yield "Only", f"{'; '.join(whom)}: {found} of {plural(len(compared), 'candidate')}"
    else:
        yield "Candidates", f"all {len(compared)}" if len(compared) > 1 else str(len(compared))
    yield "Order", _order(compared, view)
    left_out = [item.criterion.name for item in compared.rubric.criteria if item.key in view.hidden]
    left_out += [name for key, name in _LEFT_OUT.items() if key in view.hidden]
    if left_out:
        yield "Left out", ", ".join(left_out)


def _filters(compared: Comparison, view: View) -> Iterator[str]:
    if view.text:
        yield f"name or reference with “{view.text}”"
    if view.stage:
        yield f"stage {compared.stages.get(view.stage, view.stage)}"
    if view.decision:
        yield "no decision yet" if view.decision == UNDECIDED else f"decision {DECISIONS[view.decision]}"
    if view.minimum_missed:
        yield "a minimum missed"
    if view.incomplete:
        yield "incomplete"
    if view.disagreement:
        yield "disagreement"


def _order(compared: Comparison, view: View) -> str:
    if view.sort.startswith(CRITERION_SORT):
        key = view.sort.removeprefix(CRITERION_SORT)
        name = next(item.criterion.name for item in compared.rubric.criteria if item.key == key)
    else:
        name = _SORTS[view.sort]
    if view.sort == "candidate":
        return f"by name, {'Z to A' if view.descending else 'A to Z'}"
    return f"by {name}, {'highest' if view.descending else 'lowest'} first"


def _counts(compared: Comparison) -> str:
    """What everything here rests on. Nothing of candidates who are closed to the reader is in it."""
    people = len(set(compared.ratings.interviewer.tolist()))
    rated = plural(len(compared.ratings.level), "rating")
    closed = int(compared.hidden.sum())
    said = f"{rated} by {plural(people, 'interviewer')}; {compared.ranked} of {plural(len(compared), 'candidate')} ranked"
    return f"{said}; {closed} closed to the reader of this copy until their own scorecard is in" if closed else said
