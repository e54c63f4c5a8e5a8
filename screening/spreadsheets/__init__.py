"""Read an uploaded CSV file or Excel workbook as text: bytes in, a `Sheet` or a `SheetError` out.

Text is data: no cell is taken for a number, a date or a missing value because of how it looks. The kind of file is told by
its content, never by its name.
"""

from __future__ import annotations

from screening.spreadsheets.delimited import read_csv
from screening.spreadsheets.errors import (
    EmptySpreadsheet,
    FileTooLarge,
    OldWorkbook,
    PasswordProtected,
    SheetError,
    UnknownFormat,
)
from screening.spreadsheets.sheet import Sheet, SheetLimits, SheetRow, column_letter
from screening.spreadsheets.table import build_sheet
from screening.spreadsheets.workbook import read_workbook

__all__ = ["Sheet", "SheetError", "SheetLimits", "SheetRow", "column_letter", "read_sheet"]

_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# The stream in which Office keeps a workbook that it encrypted.
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_FOREIGN = (
    (b"%PDF-", "a PDF"),
    (b"{\\rtf", "a text document (RTF)"),
    (b"<!doctype", "a web page"),
    (b"<html", "a web page"),
    (b"<?xml", "XML"),
)
_WORKBOOK_ENDINGS = (".xlsx", ".xlsm", ".xltx", ".xls")


def read_sheet(data: bytes, filename: str, *, limits: SheetLimits | None = None) -> Sheet:
    """The table in `data`; its first row that is not blank is the header.

    Raises a `SheetError` saying what is wrong, where, and how to mend it. Takes time and memory in proportion to `data` and
    to `limits`, whatever `data` is.
    """
    limits = limits or SheetLimits()
    if len(data) > limits.upload_bytes:
        raise FileTooLarge(limit=limits.upload_bytes)
    if not data:
        raise EmptySpreadsheet
    if data.startswith(_OLE):
        raise PasswordProtected if _ENCRYPTED in data else OldWorkbook
    if data.startswith(_ZIP):
        note = "The file is an Excel workbook, though its name ends in .csv." if filename.lower().endswith(".csv") else ""
        return build_sheet(read_workbook(data, limits), limits, note=note)
    _refuse_foreign(data)
    note = "The file is a CSV file, though its name is that of a workbook." if filename.lower().endswith(_WORKBOOK_ENDINGS) else ""
    return build_sheet(read_csv(data, limits), limits, note=note)


def _refuse_foreign(data: bytes) -> None:
    start = data[:64].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    for mark, what in _FOREIGN:
        if start.startswith(mark.lower()):
            raise UnknownFormat(what)
