"""Spreadsheets as bytes, and how one that is refused says so."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter

from screening.spreadsheets import Sheet, SheetError, SheetLimits, read_sheet

DATA = Path(__file__).parents[1] / "screening" / "data"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
DAMAGED = (
    "The workbook is damaged or was not uploaded whole. Open it in your spreadsheet program, save it again as an Excel workbook (.xlsx) "
    "and upload the new file."
)
SAVE_AS_XLSX = "Open it in your spreadsheet program, save it as an Excel workbook (.xlsx) and upload that file."
SAVE_AS_UTF8 = (
    'In Excel choose Save As and "CSV UTF-8 (Comma delimited)"; in LibreOffice tick "Edit filter settings" when saving and choose '
    '"Unicode (UTF-8)". An Excel workbook (.xlsx) can be uploaded as it is.'
)


def read_text(text: str, **limits: int) -> Sheet:
    return read_sheet(text.encode(), "list.csv", limits=SheetLimits(**limits))


def refusal(data: bytes | str, filename: str = "list", **limits: int) -> SheetError:
    with pytest.raises(SheetError) as raised:
        read_sheet(data.encode() if isinstance(data, str) else data, filename, limits=SheetLimits(**limits))
    return raised.value


def rows_of(sheet: Sheet) -> list[tuple[int, tuple[str, ...]]]:
    return [(row.line, row.cells) for row in sheet.rows]


def written(fill: Callable[[xlsxwriter.Workbook], object]) -> bytes:
    """A workbook made by XlsxWriter."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as workbook:
        fill(workbook)
    return target.getvalue()


def of_table(table: list[list[str]], name: str = "Sheet1") -> bytes:
    def fill(workbook: xlsxwriter.Workbook) -> None:
        worksheet = workbook.add_worksheet(name)
        for row, texts in enumerate(table):
            for column, text in enumerate(texts):
                worksheet.write_string(row, column, text)

    return written(fill)


def with_parts(base: bytes, **parts: str | bytes) -> bytes:
    """The workbook with some parts replaced: `worksheet`, `shared`, `workbook`, `relations`, `styles`."""
    names = {
        "xl/worksheets/sheet1.xml": "worksheet",
        "xl/sharedStrings.xml": "shared",
        "xl/workbook.xml": "workbook",
        "xl/_rels/workbook.xml.rels": "relations",
        "xl/styles.xml": "styles",
    }
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(base)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, parts.get(names.get(name, ""), old.read(name)))
    return target.getvalue()


def of_cells(rows: str, **parts: str | bytes) -> bytes:
    """A workbook with this XML for its rows and two shared texts: "name" and "Ada"."""
    return with_parts(
        of_table([["name"], ["Ada"]]), worksheet=f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>', **parts
    )


HEADER_ROW = '<row r="1"><c r="A1" t="s"><v>0</v></c></row>'


def is_read_or_refused(data: bytes) -> bool:
    try:
        read_sheet(data, "list.xlsx")
    except SheetError as refused:
        return bool(refused.message)
    return True
