"""Why a spreadsheet is refused: one class per refusal, each message saying where, what, and how to mend it."""

from __future__ import annotations

from screening.errors import Invalid
from screening.spreadsheets.sheet import MIB, Place

SAVE_AS_XLSX = "Open it in your spreadsheet program, save it as an Excel workbook (.xlsx) and upload that file."
SAVE_AS_UTF8 = (
    'In Excel choose Save As and "CSV UTF-8 (Comma delimited)"; in LibreOffice tick "Edit filter settings" when saving and choose '
    '"Unicode (UTF-8)". An Excel workbook (.xlsx) can be uploaded as it is.'
)


class SheetError(Invalid):
    """A spreadsheet that cannot be read as it is. `message` can be shown to the person who uploaded it."""

    def __init__(self, message: str, place: Place | None = None, *, encoding: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.line = place.line if place else None
        self.column = place.column if place else None
        self.sheet_name = place.sheet_name if place else None
        self.encoding = encoding


class FileTooLarge(SheetError):
    def __init__(self, *, limit: int) -> None:
        super().__init__(f"The file is larger than {limit / MIB:g} MiB. Split it into several files.")


class ExpandsTooMuch(SheetError):
    def __init__(self, *, limit: int) -> None:
        super().__init__(
            f"The workbook unpacks to more than {limit / MIB:g} MiB. Copy the list alone into a new workbook, without other sheets "
            "and pictures, or split it."
        )


class TooManyEntries(SheetError):
    def __init__(self, *, limit: int) -> None:
        super().__init__(f"The workbook is made of more than {limit:,} parts. Copy the list alone into a new workbook.")


class DamagedWorkbook(SheetError):
    def __init__(self) -> None:
        super().__init__(
            "The workbook is damaged or was not uploaded whole. Open it in your spreadsheet program, save it again as an Excel "
            "workbook (.xlsx) and upload the new file."
        )


class PasswordProtected(SheetError):
    def __init__(self) -> None:
        super().__init__("The workbook is protected by a password. Save a copy without the password and upload that.")


class OldWorkbook(SheetError):
    def __init__(self) -> None:
        super().__init__(f"The file is in an old Office format such as .xls, which is not read here. {SAVE_AS_XLSX}")


class UnknownFormat(SheetError):
    def __init__(self, what: str) -> None:
        super().__init__(f"The file is {what}, not an Excel workbook (.xlsx) or a CSV file. {SAVE_AS_XLSX}")


class WrongEncoding(SheetError):
    def __init__(self, line: int, encoding: str) -> None:
        super().__init__(f"Line {line} is not {encoding} text. {SAVE_AS_UTF8}", Place(line), encoding=encoding)


class UnmarkedUtf16(SheetError):
    def __init__(self) -> None:
        super().__init__(
            f"The file looks like UTF-16 text without its byte-order mark, from line 1 on. {SAVE_AS_UTF8}", Place(1), encoding="UTF-16"
        )


class EmptySpreadsheet(SheetError):
    def __init__(self) -> None:
        super().__init__("The file holds no text. The first row that is not blank must name the columns.")


class NoVisibleSheet(SheetError):
    def __init__(self) -> None:
        super().__init__("No visible sheet of the workbook holds text. Unhide the sheet with the list, or fill it, and save again.")


class UnclosedQuote(SheetError):
    def __init__(self, place: Place) -> None:
        super().__init__(f'{place}: the quotation mark (") opened here is never closed. Close it, or remove it.', place)


class TextAfterQuote(SheetError):
    def __init__(self, place: Place, *, closed_line: int) -> None:
        super().__init__(
            f'{place}: the quotation mark (") opened here is closed in line {closed_line}, but other text follows it in the same cell. '
            'Put the closing mark at the end of the cell, and write a mark inside a text twice ("").',
            place,
        )


class TooManyCells(SheetError):
    def __init__(self, place: Place, *, cells: int, names: int, delimiter: str) -> None:
        mark = {",": "comma", ";": "semicolon", "\t": "tab"}.get(delimiter, f'"{delimiter}"')
        super().__init__(
            f"{place} has {cells} cells, but the header names {names}. If a text contains a {mark}, put the whole text in quotation marks.",
            place,
        )


class EmptyHeader(SheetError):
    def __init__(self, header: Place, *, data: Place) -> None:
        super().__init__(
            f"{header}: column {header.column} has no name, but holds data ({data}). Name the column in the header, which is the first "
            "row that is not blank, or clear it; remove any title above the header.",
            header,
        )


class DuplicateHeader(SheetError):
    def __init__(self, place: Place, *, first: tuple[str, str], second: tuple[str, str]) -> None:
        self.first, self.second = first[0], second[0]
        super().__init__(
            f'{place}: columns {first[0]} ("{_short(first[1])}") and {second[0]} ("{_short(second[1])}") have the same name. '
            "Rename or remove one of them.",
            place,
        )


class TooManyRows(SheetError):
    def __init__(self, place: Place, *, limit: int) -> None:
        super().__init__(f"{place}: a list may have {limit:,} rows of data at most. Split it into several files.", place)


class TooManyColumns(SheetError):
    def __init__(self, place: Place, *, limit: int) -> None:
        super().__init__(f"{place} is filled, but a list may have {limit} columns at most. Remove the columns that are not needed.", place)


class CellTooLong(SheetError):
    def __init__(self, place: Place, *, limit: int) -> None:
        super().__init__(f"{place} holds more than {limit:,} characters. Shorten the text.", place)


class ControlCharacter(SheetError):
    def __init__(self, place: Place, character: str) -> None:
        super().__init__(
            f"{place} contains an invisible control character (U+{ord(character):04X}). Delete the text of this cell and type it again.",
            place,
        )


class StackedMarks(SheetError):
    def __init__(self, place: Place, *, limit: int) -> None:
        super().__init__(f"{place} has a letter with more than {limit} accents on it. Type the text of this cell again.", place)


class ErrorCell(SheetError):
    def __init__(self, place: Place, value: str) -> None:
        super().__init__(f"{place} shows the error {_short(value)}. Mend the formula, or replace it by the value it should show.", place)


class FormulaWithoutResult(SheetError):
    def __init__(self, place: Place) -> None:
        super().__init__(
            f"{place} has a formula whose result is not in the file. Open the workbook in your spreadsheet program, save it and upload "
            "it again.",
            place,
        )


class UnreadableCell(SheetError):
    def __init__(self, place: Place) -> None:
        super().__init__(f"{place} holds a value that cannot be shown. Clear the cell and type it again.", place)


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:59] + "…"
