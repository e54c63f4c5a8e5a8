"""A few candidates of an opening beside each other: criteria as rows, candidates as columns.

Pure: built from values that its reader may see. Whoever is closed to the reader comes as a name alone, and no order depends on them.
"""

from __future__ import annotations

import itertools
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from reports.charts import Given
from reports.comparison import Cell, Row
from reports.documents import QualificationLine, RatingMark, RecommendationLine

if TYPE_CHECKING:
    from rubrics.model import Rubric, Weighted

DISAGREEMENT, RUBRIC = "disagreement", "rubric"
ORDERS = {DISAGREEMENT: "Disagreement first", RUBRIC: "Rubric order"}


@dataclass(frozen=True, slots=True)
class Column:
    """A candidate. `row` is None while the candidate is closed to the reader: then nothing but the name is known here.

    `row.cells` follow the rubric. `marks` and `qualifications` are by criterion key.
    """

    id: str
    name: str
    row: Row | None = None
    recommendations: tuple[RecommendationLine, ...] = ()
    marks: Mapping[str, tuple[RatingMark, ...]] = field(default_factory=dict)
    qualifications: Mapping[str, QualificationLine] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RatedCell:
    """A candidate's ratings of a criterion: the figures that count, each rating with who gave it, and what was written.

    `marks` holds every interviewer who was asked; `given` those of them who gave a level.
    """

    figures: Cell
    given: tuple[Given, ...]
    marks: tuple[RatingMark, ...]

    @property
    def apart(self) -> float:
        """Levels between the lowest and the highest rating where that is a disagreement, else 0."""
        low, high = self.figures.low, self.figures.high
        return high - low if self.figures.disagreement and low is not None and high is not None else 0.0

    @property
    def notes(self) -> tuple[RatingMark, ...]:
        """The marks with something to read: evidence, or why there is no level."""
        return tuple(mark for mark in self.marks if mark.note or mark.revised_note or mark.not_assessed)


@dataclass(frozen=True, slots=True)
class RatedLine:
    """A rated criterion with a cell per candidate, None for one who is closed. `weight` is in points of 100.

    A void criterion keeps its ratings and counts for nothing: it has no means.
    """

    key: str
    name: str
    weight: float
    minimum: int | None
    required: bool
    void: bool
    cells: tuple[RatedCell | None, ...]

    @property
    def apart(self) -> float:
        """The widest disagreement on one and the same candidate; 0 where there is none."""
        return max((cell.apart for cell in self.cells if cell), default=0.0)

    @property
    def reach(self) -> float | None:
        """How far the candidates' means are from each other; None where fewer than two were rated."""
        means = [cell.figures.mean for cell in self.cells if cell and cell.figures.mean is not None]
        # Rounded so that the noise of floating-point sums cannot decide an order.
        return round(max(means) - min(means), 9) if len(means) > 1 else None

    @property
    def notes(self) -> int:
        """How many interviewers wrote something."""
        return sum(len(cell.notes) for cell in self.cells if cell)


@dataclass(frozen=True, slots=True)
class QualificationRow:
    """A qualification with what each candidate has, None for one who is closed."""

    key: str
    name: str
    weight: float
    asked: str
    rule: str
    minimum: int | None
    required: bool
    void: bool
    cells: tuple[QualificationLine | None, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Rows that belong together, and why they do."""

    title: str
    lines: tuple[RatedLine, ...]


@dataclass(frozen=True, slots=True)
class SideBySide:
    """The page. `people` holds the label and the name of each interviewer; `ranked` says among how many a place is.

    `finals_count`: totals and means follow final ratings where some were given, while the ratings shown are the independent ones.
    `ranks_adjusted`: totals and places follow the severity-adjusted score.
    """

    opening: str
    rubric_version: int
    rubric_digest: str
    made_at: datetime
    ranked: int
    finals_count: bool
    ranks_adjusted: bool
    order: str
    columns: tuple[Column, ...]
    people: tuple[tuple[str, str], ...]
    groups: tuple[Group, ...]
    qualifications: tuple[QualificationRow, ...]

    @property
    def closed(self) -> int:
        """How many of the candidates are closed to the reader."""
        return sum(column.row is None for column in self.columns)


def groups(rubric: Rubric, columns: Sequence[Column], *, labels: Mapping[str, str], void: Collection[str], order: str) -> tuple[Group, ...]:
    """The rated criteria in the order asked for; what is void always comes last. Groups without a row are left out."""
    lines = [_line(item, place, columns, labels, item.key in void) for place, item in enumerate(rubric.criteria) if item.criterion.is_rated]
    counted = [line for line in lines if not line.void]
    if order == RUBRIC:
        found = [Group("Criteria", tuple(counted))]
    else:
        apart = sorted((line for line in counted if line.apart), key=lambda line: (-line.apart, -(line.reach or 0.0)))
        even = sorted((line for line in counted if not line.apart), key=lambda line: (line.reach is None, -(line.reach or 0.0)))
        which = "The other criteria" if apart else "Criteria"
        found = [
            Group("Interviewers two or more levels apart, widest first", tuple(apart)),
            Group(f"{which}, where the candidates differ most first", tuple(even)),
        ]
    found.append(Group("Void: struck out for everybody, not counted", tuple(line for line in lines if line.void)))
    return tuple(group for group in found if group.lines)


def qualifications(rubric: Rubric, columns: Sequence[Column], *, void: Collection[str]) -> tuple[QualificationRow, ...]:
    """The qualifications in the rubric's order, what is void last."""
    rows = [
        QualificationRow(
            key=item.key,
            name=item.criterion.name,
            weight=float(item.weight),
            asked=rule.asked(item.minimum),
            rule=rule.sentence(),
            minimum=item.minimum,
            required=item.required,
            void=item.key in void,
            cells=tuple(column.qualifications.get(item.key) for column in columns),
        )
        for item in rubric.criteria
        if (rule := item.criterion.rule) is not None
    ]
    return tuple(sorted(rows, key=lambda row: row.void))


def _line(item: Weighted, place: int, columns: Sequence[Column], labels: Mapping[str, str], void: bool) -> RatedLine:
    return RatedLine(
        key=item.key,
        name=item.criterion.name,
        weight=float(item.weight),
        minimum=item.minimum,
        required=item.required,
        void=void,
        cells=tuple(_cell(column, item.key, place, labels) for column in columns),
    )


def _cell(column: Column, key: str, place: int, labels: Mapping[str, str]) -> RatedCell | None:
    if column.row is None:
        return None
    marks = column.marks.get(key, ())
    given = tuple(Given(mark.level, mark.interviewer, labels[mark.interviewer]) for mark in marks if mark.level is not None)
    return RatedCell(column.row.cells[place], given, marks)


def initials(names: Collection[str]) -> dict[str, str]:
    """Two letters for each name, with a number behind them where several names share theirs; no two labels are equal."""
    letters = {name: _letters(name) for name in names}
    often = Counter(letters.values())
    taken = {label for label, times in often.items() if times == 1}
    found = {}
    for name, label in letters.items():
        found[name] = label if often[label] == 1 else next(one for one in _numbered(label) if one not in taken)
        taken.add(found[name])
    return found


def _numbered(label: str) -> Iterator[str]:
    # From ten on the number takes the second letter's place: a dot holds three characters.
    return (f"{label if number < 10 else label[0]}{number}" for number in itertools.count(1))


def _letters(name: str) -> str:
    words = ["".join(filter(str.isalnum, word)) for word in unicodedata.normalize("NFC", name).split()]
    words = [word for word in words if word]
    if not words:
        return "?"
    return words[0][:2] if len(words) == 1 else _capital(words[0]) + _capital(words[-1])


def _capital(word: str) -> str:
    # The capital of some letters is two letters long.
    return word[0].upper()[:1]
