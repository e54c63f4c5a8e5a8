"""Excel workbooks (.xlsx): which sheet is read, and with which shared texts and number formats.

Read with the parser of the standard library: python-calamine ends the whole process on a small workbook with one cell far
out, and returns cells with an error as empty ones.
"""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain

from screening.spreadsheets.archive import Archive
from screening.spreadsheets.errors import DamagedWorkbook, NoVisibleSheet
from screening.spreadsheets.markup import Attributes, local, shared_texts, walk
from screening.spreadsheets.number_formats import BUILT_IN_CODES, Show, show_as
from screening.spreadsheets.sheet import RawTable, SheetLimits
from screening.spreadsheets.worksheet import WorksheetReader

_NAMED_AT_MOST = 5


@dataclass(frozen=True, slots=True)
class _SheetEntry:
    name: str
    visible: bool
    part: str


@dataclass(frozen=True, slots=True)
class _Contents:
    """What the workbook says it is made of; None for parts it does without."""

    sheets: list[_SheetEntry]
    from_1904: bool
    shared_texts: str | None
    styles: str | None


def read_workbook(data: bytes, limits: SheetLimits) -> RawTable:
    """The first visible sheet that holds something."""
    archive = Archive(data, limits)
    contents = _contents(archive)
    shared = shared_texts(archive.read(contents.shared_texts)) if contents.shared_texts else []
    shows = _shows(archive.read(contents.styles), from_1904=contents.from_1904) if contents.styles else {}
    for entry in contents.sheets:
        if not entry.visible:
            continue
        reader = WorksheetReader(entry.name, shared=shared, shows=shows, limits=limits)
        records = reader.records(archive.read(entry.part))
        first = next(records, None)
        if first:
            return RawTable(chain([first], records), sheet_name=entry.name, note=_note(entry, contents.sheets))
    raise NoVisibleSheet


def _contents(archive: Archive) -> _Contents:
    parts = _related_parts(archive)
    sheets: list[_SheetEntry] = []
    from_1904 = False

    def start(tag: str, attributes: Attributes) -> None:
        nonlocal from_1904
        if tag == "workbookPr":
            from_1904 = attributes.get("date1904") in {"1", "true"}
        elif tag == "sheet":
            known = {local(name): value for name, value in attributes.items()}
            kind, part = parts.get(known.get("id", ""), ("", ""))
            if kind == "worksheet":
                sheets.append(_SheetEntry(known.get("name", ""), known.get("state", "visible") == "visible", part))

    walk(archive.read("xl/workbook.xml"), start)
    # A part that many sheets share would be read again for each of them.
    if len({entry.part for entry in sheets}) < len(sheets):
        raise DamagedWorkbook
    by_kind = dict(parts.values())
    return _Contents(sheets, from_1904, by_kind.get("sharedStrings"), by_kind.get("styles"))


def _related_parts(archive: Archive) -> dict[str, tuple[str, str]]:
    """The kind and name of each part that the workbook relates to and that is there, by the relation's id."""
    parts: dict[str, tuple[str, str]] = {}

    def start(tag: str, attributes: Attributes) -> None:
        part = posixpath.normpath(posixpath.join("/xl", attributes.get("Target", ""))).lstrip("/").lower()
        if tag == "Relationship" and part in archive:
            parts[attributes.get("Id", "")] = (attributes.get("Type", "").rpartition("/")[2], part)

    walk(archive.read("xl/_rels/workbook.xml.rels"), start)
    return parts


def _shows(styles: bytes, *, from_1904: bool) -> Mapping[str, Show]:
    """How cells of each style show numbers, by the style's number; styles that show the plain number are left out."""
    codes = {str(number): code for number, code in BUILT_IN_CODES.items()}
    formats: list[str] = []
    group = ""

    def start(tag: str, attributes: Attributes) -> None:
        nonlocal group
        if tag == "numFmt":
            codes[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
        elif tag in {"cellXfs", "cellStyleXfs", "dxfs"}:
            group = tag
        elif tag == "xf" and group == "cellXfs":
            formats.append(attributes.get("numFmtId", ""))

    walk(styles, start)
    by_format = {number: show_as(code, from_1904=from_1904) for number, code in codes.items()}
    return {str(style): show for style, number in enumerate(formats) if (show := by_format.get(number))}


def _note(read: _SheetEntry, sheets: list[_SheetEntry]) -> str:
    others = [f'"{entry.name}"' if entry.visible else f'"{entry.name}" (hidden)' for entry in sheets if entry is not read]
    if not others:
        return ""
    more = f" and {len(others) - _NAMED_AT_MOST} more" if len(others) > _NAMED_AT_MOST else ""
    return f'Only the sheet "{read.name}" was read; not read: {", ".join(others[:_NAMED_AT_MOST])}{more}.'
