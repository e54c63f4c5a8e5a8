"""A long comparison table in parts that are set one by one and bound into one document: each ends with a full page, so that no seam shows.

How high a row is is estimated from its letters, on the safe side. A wrong estimate does no harm beyond looks: what does not fit flows on.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import itemgetter

from reports.comparison import Cell, Row
from reports.comparison_report import GROUPS, Bands, ComparisonReport, Part, Sheet, Table
from reports.fit import Paper
from reports.wording import DECISIONS

CELLS_AT_ONCE = 1000
"""Far less than one document may hold: the time that it takes is then no question even on a busy machine."""

# In points, as in paper.css and comparison-print.css. A little of each page stays free, for what is estimated too low.
ROOM: dict[Paper, float] = {"a4": 494, "letter": 514}
TABLE_HEAD, HEADING, TITLE, NOTICE = 106, 30, 58, 30
LINE, AROUND, BAND = 9, 3.75, 16
OTHER_SCRIPT, LAST_OF_OURS = 0.9, "\u052f"
"""What a line with letters of another font than Inter needs besides."""
POINTS_TO_A_MILLIMETRE = 72 / 25.4
NAME_WIDTH, PANEL_WIDTH, OUTCOME_WIDTH = 118.0, 50.0, GROUPS["outcome"] * POINTS_TO_A_MILLIMETRE - 3
TITLE_WIDTH: dict[Paper, float] = {"a4": 760, "letter": 710}
NAME, SMALL, SHOWN, LARGE = 7, 6, 7.5, 18

Page = tuple[tuple[int, Row], ...]
"""Rows with the number of their tie band."""


def parts(report: ComparisonReport, paper: Paper) -> Iterator[Part]:
    """All of the report, in the order in which it is read."""
    for sheet in report.sheets:
        done, band_before = 0, -1
        for stretch in _stretches(list(_pages(report, sheet, paper)), report.columns(sheet)):
            pages = []
            for page in stretch:
                pages.append(_banded(page, report, band_before))
                band_before = page[-1][0]
            rows = [row for page in stretch for _, row in page]
            yield Part(
                (Table(sheet, tuple(pages), begins=done == 0),),
                begins=sheet.first == 0 and done == 0,
                chapter=report.heading(sheet),
                title=f"{done + 1:,} to {done + len(rows):,}: {rows[0].name} – {rows[-1].name}",
            )
            done += len(rows)
    yield Part((), ends=True, title="How to read this table")


def _stretches(pages: Sequence[Page], columns: int) -> Iterator[list[Page]]:
    """As many whole pages as are set in one go."""
    stretch: list[Page] = []
    for page in pages:
        if stretch and sum(map(len, (*stretch, page))) * columns > CELLS_AT_ONCE:
            yield stretch
            stretch = []
        stretch.append(page)
    yield stretch


def _pages(report: ComparisonReport, sheet: Sheet, paper: Paper) -> Iterator[Page]:
    page: list[tuple[int, Row]] = []
    left = ROOM[paper] - _above(report, sheet, paper)
    for band, (heading, rows) in enumerate(report.bands):
        for row in rows:
            over_it = BAND if heading and (not page or page[-1][0] != band) else 0
            needed = _height(row, sheet, report.groups)
            if page and over_it + needed > left:
                yield tuple(page)
                page, left, over_it = [], ROOM[paper] - TABLE_HEAD, BAND if heading else 0
            page.append((band, row))
            left -= over_it + needed
    yield tuple(page)


def _banded(page: Page, report: ComparisonReport, band_before: int) -> Bands:
    """The rows of a page under the headings of their bands; the first says that it goes on where it does."""
    bands = []
    for band, rows in groupby(page, key=itemgetter(0)):
        heading = report.bands[band][0]
        bands.append((f"{heading} (continued)" if heading and band == band_before else heading, tuple(row for _, row in rows)))
    return tuple(bands)


def _above(report: ComparisonReport, sheet: Sheet, paper: Paper) -> float:
    """How high is what stands above the first row of a sheet."""
    heading = HEADING if report.heading(sheet) else 0
    if sheet.first:
        return TABLE_HEAD + heading
    width = TITLE_WIDTH[paper]
    asked = _lines(" · ".join(f"{name}: {words}" for name, words in report.shown), width, SHOWN)
    said = _lines(f"How repeatable: {report.sureness.band} {report.sureness.meaning}", width, SHOWN) + 1
    return TABLE_HEAD + heading + TITLE + 24 * _lines(report.opening, width, LARGE) + 10.5 * (asked + said) + NOTICE * report.tried


def _height(row: Row, sheet: Sheet, groups: frozenset[str]) -> float:
    columns = [_lines(row.name, NAME_WIDTH, NAME), 1 + any(map(_has_two_lines, sheet.cells(row))), 1 + bool(row.moved)]
    if sheet.overall:
        small = [row.reference, "closed until the reader’s scorecard is in" * row.hidden, "; ".join(row.incomplete)]
        columns[0] += sum(_lines(text, NAME_WIDTH, SMALL) for text in small if text)
        columns.append(2)
        if "recommendations" in groups:
            tallies = "++ 12 " * sum(count > 0 for count in row.recommendations.values())
            columns.append(_lines(tallies, PANEL_WIDTH, NAME))
        if "outcome" in groups:
            columns.append(_lines(row.stage, OUTCOME_WIDTH, NAME) + (row.decision in DECISIONS))
    return LINE * max(columns) + AROUND + OTHER_SCRIPT * (max(row.name) > LAST_OF_OURS)


def _has_two_lines(cell: Cell) -> bool:
    return cell.below_minimum or cell.disagreement


def _lines(text: str, width: float, size: float) -> int:
    """How many lines the text takes at this size, both in points."""
    lines, used = 1, 0.0
    for word in text.split():
        wide = size * sum(map(_width, word))
        if used and used + wide > width:
            lines, used = lines + 1, 0.0
        lines += int(wide // width)
        used += wide % width + 0.3 * size
    return lines


def _width(letter: str) -> float:
    """Of a letter, of its size; rather too much than too little."""
    if unicodedata.combining(letter) or unicodedata.category(letter) == "Cf":
        return 0.0
    if unicodedata.east_asian_width(letter) in "WF":
        return 1.2 if unicodedata.category(letter) == "So" else 1.0
    return 0.72 if letter.isupper() else 0.6
