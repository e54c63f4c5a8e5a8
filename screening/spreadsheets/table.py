"""Records of raw cells -> a `Sheet`: clean text, a sound header, rows as wide as the header."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from screening.spreadsheets.errors import (
    CellTooLong,
    ControlCharacter,
    DuplicateHeader,
    EmptyHeader,
    EmptySpreadsheet,
    StackedMarks,
    TooManyCells,
    TooManyColumns,
    TooManyRows,
)
from screening.spreadsheets.sheet import Place, RawTable, Sheet, SheetLimits, SheetRow, column_letter

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
# Putting marks in order takes the square of their number, so it must have an end. Unicode's stream-safe format ends at 30.
_STACKED_MARKS = 60


def build_sheet(raw: RawTable, limits: SheetLimits, *, note: str = "") -> Sheet:
    """Clean and check the records of `raw`; the first that is not blank is the header, later blank ones are skipped."""
    records = _cleaned_records(raw, limits)
    header = _Header.read(next(records, None), raw, limits)
    rows: list[SheetRow] = []
    for line, _, cells in records:
        if len(rows) == limits.rows:
            raise TooManyRows(Place(line, sheet_name=raw.sheet_name), limit=limits.rows)
        rows.append(SheetRow(line, header.fit(line, cells)))
    return Sheet(
        header=tuple(header.names[index] for index in header.named),
        rows=tuple(rows),
        sheet_name=raw.sheet_name,
        columns=tuple(column_letter(index) for index in header.named),
        note=" ".join(filter(None, (note, raw.note))),
    )


@dataclass(frozen=True, slots=True)
class _Header:
    """`width` counts the cells of the header's record, `named` the positions with a name."""

    line: int
    names: list[str]
    width: int
    named: list[int]
    raw: RawTable

    @classmethod
    def read(cls, record: tuple[int, int, list[str]] | None, raw: RawTable, limits: SheetLimits) -> _Header:
        if record is None:
            raise EmptySpreadsheet
        line, width, names = record
        if len(names) > limits.columns:
            raise TooManyColumns(Place(line, column_letter(limits.columns), raw.sheet_name), limit=limits.columns)
        _refuse_duplicates(names, Place(line, sheet_name=raw.sheet_name))
        return cls(line, names, width, [index for index, name in enumerate(names) if name], raw)

    def fit(self, line: int, cells: list[str]) -> tuple[str, ...]:
        """The cells under the named columns, padded. Cells elsewhere must be empty."""
        if self.raw.delimiter and len(cells) > self.width:
            raise TooManyCells(Place(line), cells=len(cells), names=len(self.names), delimiter=self.raw.delimiter)
        if len(cells) > len(self.names) or len(self.named) < len(self.names):
            self._refuse_nameless(line, cells)
        padded = cells + [""] * (len(self.names) - len(cells))
        return tuple(padded) if len(self.named) == len(padded) else tuple(padded[index] for index in self.named)

    def _refuse_nameless(self, line: int, cells: list[str]) -> None:
        for index, cell in enumerate(cells):
            if cell and (index >= len(self.names) or not self.names[index]):
                column = column_letter(index)
                raise EmptyHeader(Place(self.line, column, self.raw.sheet_name), data=Place(line, column, self.raw.sheet_name))


def _refuse_duplicates(names: list[str], place: Place) -> None:
    seen: dict[str, int] = {}
    for index, name in enumerate(names):
        first = seen.setdefault(name.casefold(), index)
        if name and first != index:
            raise DuplicateHeader(place, first=(column_letter(first), names[first]), second=(column_letter(index), name))


def _cleaned_records(raw: RawTable, limits: SheetLimits) -> Iterator[tuple[int, int, list[str]]]:
    """Each record that is not blank: its line, its width as written, its cells without trailing empty ones."""
    for line, cells in raw.records:
        texts = _clean_record(line, cells, raw, limits)
        if texts:
            yield line, len(cells), texts


def _clean_record(line: int, cells: Sequence[str], raw: RawTable, limits: SheetLimits) -> list[str]:
    texts = []
    for index, cell in enumerate(cells):
        # Most cells are short and free of control characters and line ends: a fast way for them.
        if len(cell) <= _STACKED_MARKS and cell.isprintable():
            text = unicodedata.normalize("NFC", cell).strip()
        else:
            text = _clean_odd(cell, line, index, raw)
        if len(text) > limits.cell_characters:
            raise CellTooLong(Place(line, column_letter(index), raw.sheet_name), limit=limits.cell_characters)
        texts.append(text)
    while texts and not texts[-1]:
        texts.pop()
    return texts


def _clean_odd(cell: str, line: int, index: int, raw: RawTable) -> str:
    control = _CONTROL.search(text := cell.replace("\r\n", "\n").replace("\r", "\n"))
    if control:
        raise ControlCharacter(Place(line, column_letter(index), raw.sheet_name), control[0])
    if _has_stacked_marks(text):
        raise StackedMarks(Place(line, column_letter(index), raw.sheet_name), limit=_STACKED_MARKS)
    return unicodedata.normalize("NFC", text).strip()


def _has_stacked_marks(text: str) -> bool:
    if text.isascii():
        return False
    run = 0
    for character in text:
        run = run + 1 if unicodedata.combining(character) else 0
        if run > _STACKED_MARKS:
            return True
    return False
