"""What a spreadsheet becomes once it is read: rows of text, and names for the places in it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class SheetLimits:
    """How large a spreadsheet may be; each limit has its own refusal."""

    upload_bytes: int = 10 * MIB
    expanded_bytes: int = 64 * MIB
    entries: int = 1_000
    rows: int = 10_000
    columns: int = 100
    cell_characters: int = 10_000


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row of data: `line` is its number in the spreadsheet program or text editor, `cells` is as wide as the header."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """The text of one table, NFC and trimmed.

    `columns` holds the letters of the columns that were kept, in step with `header`. `sheet_name` is None for a CSV file.
    `note` tells in plain English what was left aside or may surprise; empty when there is nothing to tell.
    """

    header: tuple[str, ...]
    rows: tuple[SheetRow, ...]
    sheet_name: str | None
    columns: tuple[str, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class RawTable:
    """What a file format yields: cells as they stand, each record with its line, in order. `delimiter` is None for a workbook."""

    records: Iterable[tuple[int, Sequence[str]]]
    sheet_name: str | None = None
    delimiter: str | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands, as its user would say it: "Line 7, column C" in a CSV file, "Sheet1!C7" in a workbook."""

    line: int
    column: str | None = None
    sheet_name: str | None = None

    def __str__(self) -> str:
        if self.sheet_name is None:
            return f"Line {self.line}" if self.column is None else f"Line {self.line}, column {self.column}"
        return f"{self.sheet_name}, row {self.line}" if self.column is None else f"{self.sheet_name}!{self.column}{self.line}"


def column_letter(index: int) -> str:
    """The letters a spreadsheet program shows over the column: 0 is A, 25 is Z, 26 is AA."""
    letters = ""
    number = index + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
