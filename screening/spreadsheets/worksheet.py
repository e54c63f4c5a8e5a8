"""The cells of one worksheet, row by row, as texts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import NoReturn

from screening.spreadsheets.errors import DamagedWorkbook, ErrorCell, ExpandsTooMuch, FormulaWithoutResult, TooManyColumns, UnreadableCell
from screening.spreadsheets.markup import Attributes, TextGatherer, feed, local, new_parser
from screening.spreadsheets.number_formats import Show, number_text
from screening.spreadsheets.sheet import Place, SheetLimits, column_letter

Record = tuple[int, list[str]]

_LAST_ROW = 1_048_576
_LAST_COLUMN = 16_384
# A whole number of so few digits stands as it is written.
_EXACT_DIGITS = 15


class WorksheetReader:
    """Reads a worksheet once. `shared` are the texts cells refer to by number, `shows` the ways to show numbers by style.

    Rows come in their order, and those in which no cell shows anything are left out, so that cells that are far out but
    blank cost nothing. `_start` and `_finish_cell` run for each of some hundred thousand cells: they call nothing they can do
    without.
    """

    def __init__(self, sheet_name: str, *, shared: Sequence[str], shows: Mapping[str, Show], limits: SheetLimits) -> None:
        self._sheet_name, self._shared, self._shows, self._limits = sheet_name, shared, shows, limits
        self._done: list[Record] = []
        self._cells: list[str] = []
        self._row = self._column = 0
        self._digits = "0"
        self._characters = 0
        self._cell: Attributes = {}
        self._has_value = self._has_formula = False
        self._parser = new_parser()
        self._parser.StartElementHandler = self._start
        self._gatherer = TextGatherer(self._parser)

    def records(self, xml: bytes) -> Iterator[Record]:
        """Each row with its number. Raises for cells with errors, cells beyond the limits, and XML that is not in order."""
        for _ in feed(self._parser, xml):
            yield from self._done
            self._done.clear()
        self._finish_row()
        yield from self._done

    def _start(self, name: str, attributes: Attributes) -> None:
        tag = local(name) if ":" in name else name
        if tag == "c":
            if self._has_value or self._has_formula:
                self._finish_cell()
            self._cell = attributes
            self._column += 1
            if self._column > _LAST_COLUMN or attributes.get("r") != _letters(self._column) + self._digits:
                self._skip_to(attributes.get("r"))
        elif tag == "v" or tag == "is":
            self._gatherer.pieces.clear()
            self._has_value = True
        elif tag == "row":
            self._finish_row()
            self._start_row(attributes)
        elif self._has_value:
            # What follows the value, be it in the cell or after the last one, is no part of it.
            if not self._gatherer.start(tag):
                self._finish_cell()
        elif tag == "f":
            self._has_formula = True

    def _start_row(self, attributes: Attributes) -> None:
        row = self._row + 1
        if "r" in attributes:
            written = attributes["r"]
            row = int(written) if written.isdecimal() and len(written) < 8 else 0
        if not self._row < row <= _LAST_ROW:
            raise DamagedWorkbook
        self._row, self._column, self._digits = row, 0, str(row)

    def _skip_to(self, reference: str | None) -> None:
        """On to the cell with a reference such as "C5", which must be of this row and not before the cell in turn."""
        column = self._column
        if reference is not None:
            column = 0
            for letter in reference.removesuffix(self._digits)[:3]:
                column = column * 26 + ord(letter) - ord("A") + 1
        if not self._column <= column <= _LAST_COLUMN or reference not in {None, _letters(column) + self._digits}:
            raise DamagedWorkbook
        self._column = column

    def _finish_row(self) -> None:
        if self._has_value or self._has_formula:
            self._finish_cell()
        if self._cells:
            self._done.append((self._row, self._cells))
            self._cells = []

    def _finish_cell(self) -> None:
        written = self._gatherer.take() if self._has_value else ""
        kind = self._cell.get("t", "n")
        if not written or written.isspace():
            if self._has_formula and kind == "n":
                raise FormulaWithoutResult(self._place())
            text = ""
        elif kind == "n":
            text = self._number(written.strip())
        elif kind == "s":
            text = self._shared_text(written)
        else:
            text = self._other(kind, written)
        self._has_value = self._has_formula = False
        # A shared text may be blank too.
        if text and not text.isspace():
            cells = self._cells
            self._characters += len(text)
            if self._column > self._limits.columns or self._characters > self._limits.expanded_bytes:
                self._refuse_size()
            if len(cells) + 1 < self._column:
                cells += [""] * (self._column - 1 - len(cells))
            cells.append(text)

    def _refuse_size(self) -> NoReturn:
        if self._column > self._limits.columns:
            raise TooManyColumns(self._place(), limit=self._limits.columns)
        raise ExpandsTooMuch(limit=self._limits.expanded_bytes)

    def _number(self, written: str) -> str:
        show = self._shows.get(self._cell.get("s", ""))
        if show is None and len(written) <= _EXACT_DIGITS and written.isdecimal():
            return str(int(written))
        try:
            return (show or number_text)(float(written))
        except (ValueError, ArithmeticError):
            raise UnreadableCell(self._place()) from None

    def _shared_text(self, written: str) -> str:
        try:
            index = int(written)
            text = self._shared[index]
        except (ValueError, IndexError):
            raise DamagedWorkbook from None
        if index < 0:
            raise DamagedWorkbook
        return text

    def _other(self, kind: str, written: str) -> str:
        if kind == "b":
            return "TRUE" if written.strip() in {"1", "true"} else "FALSE"
        if kind == "e":
            raise ErrorCell(self._place(), written.strip())
        return written

    def _place(self) -> Place:
        return Place(self._row, _letters(self._column), self._sheet_name)


@cache
def _letters(column: int) -> str:
    return column_letter(column - 1)
