"""The comparison table as a printed document: the same rows in the same order, the same columns, and in words what was asked for."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np

from reports.comparison import Cell, Comparison, Row
from reports.comparison_words import counts, shown
from reports.fit import Paper
from reports.sureness import Sureness, banded, sureness_of
from reports.view import View
from rubrics.stability import words

if TYPE_CHECKING:
    from reports.comparison import Ints

Bands = tuple[tuple[str, tuple[Row, ...]], ...]
"""Rows in tie bands with their headings."""

EDITION = "Means of the panel: no interviewer is named"
MOST_CELLS = 5000
"""What is set at once, within the time that a document may take: 1 to 3 ms a cell were measured, as busy as the machine is."""

# In millimetres, as in comparison-print.css.
WIDTH: dict[Paper, int] = {"a4": 269, "letter": 251}
PLACE, CANDIDATE, TOTAL = 10, 44, 15
GROUPS = {"range": 17, "chance": 13, "recommendations": 21, "evidence": 15, "flags": 17, "outcome": 25}
NARROWEST, WIDEST = 7, 11
BESIDE = 3
"""Columns that every sheet has: place, candidate and total."""
SAME = 0.005


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
class Table:
    """Rows of a sheet. Where there are several `pages`, each begins a page of its own; where not, the rows flow."""

    sheet: Sheet
    pages: tuple[Bands, ...]
    begins: bool = True


@dataclass(frozen=True, slots=True)
class Part:
    """What is set in one go. The first has the title (`begins`), the last says how to read it all (`ends`).

    `chapter` and `title` are what bookmarks call it, '' for the whole in one.
    """

    tables: tuple[Table, ...]
    begins: bool = False
    ends: bool = False
    chapter: str = ""
    title: str = ""

    @property
    def is_whole(self) -> bool:
        return self.begins and self.ends


@dataclass(frozen=True, slots=True)
class Size:
    """Of a table, before it is made: candidates, and columns of all its sheets together."""

    rows: int
    columns: int

    @property
    def is_large(self) -> bool:
        """Whether it would not be ready in time as one document."""
        return self.rows * self.columns > MOST_CELLS


@dataclass(frozen=True, slots=True)
class ComparisonReport:
    """`shown` says line by line what was asked for; `tried`: with weights that are not the published ones. `criteria` are all there are.

    `groups` are the columns beside the criteria, `top` the number of the best that `chance` is about. `counts` says in numbers what
    everything rests on.
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
    bands: Bands
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
    def whole(self) -> Part:
        """All of it in one."""
        return Part(tuple(Table(sheet, (self.bands,) if self.bands else ()) for sheet in self.sheets), begins=True, ends=True)

    def columns(self, sheet: Sheet) -> int:
        return BESIDE + len(sheet.heads) + (len(self.groups) if sheet.overall else 0)

    def heading(self, sheet: Sheet) -> str:
        """What the sheet holds, in words; '' where there is only this one."""
        if len(self.sheets) == 1:
            return ""
        criteria = f"riteria {sheet.first + 1} to {sheet.last} of {self.columns_of_criteria}"
        if not sheet.overall:
            return f"C{criteria}"
        return f"Overall, and c{criteria}" if sheet.heads else "Overall"


def size_of(compared: Comparison, view: View, paper: Paper, only: Collection[str] | None = None) -> Size:
    groups = frozenset(GROUPS) - view.hidden
    sheets = list(_sheets([head for head in _heads(compared, view) if head.shown], groups, paper))
    columns = len(groups) + sum(len(sheet.heads) + BESIDE for sheet in sheets)
    return Size(len(_matching(compared, view, only)), columns)


def comparison_report(
    compared: Comparison,
    view: View,
    *,
    organisation: str,
    as_of: datetime,
    paper: Paper = "a4",
    only: Collection[str] | None = None,
) -> ComparisonReport:
    """`only`: identifiers of those whom a search for text found, where the text itself is not known any more."""
    columns = [place for place, item in enumerate(compared.rubric.criteria) if item.key not in view.hidden]
    found = _matching(compared, view, only)
    groups = frozenset(GROUPS) - view.hidden
    heads = _heads(compared, view)
    bands = banded(compared.rows(found, columns, view.top), view)
    return ComparisonReport(
        organisation=organisation,
        opening=compared.opening,
        as_of=as_of,
        rubric_version=compared.rubric_version,
        rubric_digest=compared.rubric_digest,
        shown=tuple(shown(compared, view, len(found), searched=only is not None)),
        tried=compared.published is not None,
        criteria=tuple(heads),
        groups=groups,
        top=view.top,
        by_adjusted=compared.standing.by_adjusted,
        sheets=tuple(_sheets([head for head in heads if head.shown], groups, paper)),
        bands=tuple((heading, tuple(rows)) for heading, rows in bands),
        sureness=sureness_of(compared),
        counts=counts(compared),
    )


def _matching(compared: Comparison, view: View, only: Collection[str] | None) -> Ints:
    found = compared.matching(view)
    return found if only is None else found[[compared.entrants[place].id in only for place in found]]


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
