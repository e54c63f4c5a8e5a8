"""CSV: the encoding, the delimiter, and records with the physical line each starts in."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator
from itertools import islice

from screening.spreadsheets.errors import (
    CellTooLong,
    SheetError,
    TextAfterQuote,
    UnclosedQuote,
    UnknownFormat,
    UnmarkedUtf16,
    WrongEncoding,
)
from screening.spreadsheets.sheet import Place, RawTable, SheetLimits, column_letter

_UTF32 = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
_UTF16 = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
_LINE_END = re.compile(r"\r\n|\r|\n")
# Possessive throughout, so that a quote which is never closed is given up after one pass.
_QUOTED = re.compile(r'"[^"]*+(?:""[^"]*+)*+"')
# A quotation mark has a meaning only where a cell begins.
_QUOTED_CELL = re.compile(rf"(?<![^,;\t]){_QUOTED.pattern}")
_HEADER = re.compile(rf"(?:{_QUOTED_CELL.pattern}|[^\r\n])*+")
_BLANK_LINES = re.compile(r"(?:[ \r\n]*[\r\n])?")
# What a spreadsheet program writes above the header to name the delimiter.
_SEPARATOR_LINE = re.compile(r"sep=([,;\t|])(?:\r\n|\r|\n|\Z)", re.IGNORECASE)
# On a tie the earlier one wins: a bare comma beside as many tabs or semicolons is more likely part of a name.
_DELIMITERS = ("\t", ";", ",")


def read_csv(data: bytes, limits: SheetLimits) -> RawTable:
    """The records of a CSV file in UTF-8 (with or without byte-order mark) or UTF-16 (with it)."""
    text = _decode(data)
    separator = _SEPARATOR_LINE.match(text)
    delimiter = separator[1] if separator else _detect_delimiter(text)
    return RawTable(_records(text, delimiter, limits, skip=1 if separator else 0), delimiter=delimiter)


def _decode(data: bytes) -> str:
    if data.startswith(_UTF32):
        raise WrongEncoding(1, "UTF-8")
    encoding = _UTF16.get(data[:2])
    if encoding:
        return _decode_as(data[2:], encoding, "UTF-16")
    if _is_unmarked_utf16(data[:64]):
        raise UnmarkedUtf16
    return _decode_as(data.removeprefix(codecs.BOM_UTF8), "utf-8", "UTF-8")


def _is_unmarked_utf16(start: bytes) -> bool:
    """Whether every second byte is mostly NUL and the others never, as in UTF-16 text with some Latin letters."""
    even, odd = start[::2].count(0), start[1::2].count(0)
    return min(even, odd) == 0 and max(even, odd) * 4 > len(start)


def _decode_as(data: bytes, codec: str, name: str) -> str:
    try:
        return data.decode(codec)
    except UnicodeDecodeError as error:
        if name == "UTF-8" and b"\0" in data[:1024]:
            raise UnknownFormat("neither text nor a workbook") from None
        lines_before = len(_LINE_END.findall(data[: error.start].decode(codec)))
        raise WrongEncoding(lines_before + 1, name) from None


def _detect_delimiter(text: str) -> str:
    """The delimiter found most often in the header, outside quotation marks."""
    text = _BLANK_LINES.sub("", text, count=1)
    header = _HEADER.match(text)
    bare = _QUOTED_CELL.sub("", header[0] if header else "")
    best = max(_DELIMITERS, key=bare.count)
    return best if best in bare else ","


def _records(text: str, delimiter: str, limits: SheetLimits, *, skip: int) -> Iterator[tuple[int, list[str]]]:
    # With an empty `newline`, lines end at CR, LF and CRLF alone, and these stay as they are inside quotes.
    reader = csv.reader(islice(io.StringIO(text, newline=""), skip, None), delimiter=delimiter, strict=True)
    start = 1 + skip
    try:
        for cells in reader:
            if cells:
                yield start, cells
            start = reader.line_num + 1 + skip
    except csv.Error:
        record = "".join(islice(io.StringIO(text, newline=""), start - 1, None))
        raise _trouble(record, start, delimiter, limits) from None


def _trouble(text: str, line: int, delimiter: str, limits: SheetLimits) -> SheetError:
    """What made the record at the start of `text` unreadable. The csv module tells neither where nor, clearly, what."""
    bare_end = re.compile(rf"[{re.escape(delimiter)}\r\n]|\Z")
    position = column = 0
    while True:
        place = Place(line, column_letter(column))
        quoted = _QUOTED.match(text, position)
        if text.startswith('"', position) and not quoted:
            return UnclosedQuote(place)
        end = quoted.end() if quoted else _start(bare_end, text, position)
        line += len(_LINE_END.findall(text, position, end))
        if quoted and text[end : end + 1] not in {"", delimiter, "\r", "\n"}:
            return TextAfterQuote(place, closed_line=line)
        # With every quote of the record in order, a cell beyond what the csv module takes is left.
        if end - position > csv.field_size_limit() or not text.startswith(delimiter, end):
            return CellTooLong(place, limit=limits.cell_characters)
        position = end + 1
        column += 1


def _start(pattern: re.Pattern[str], text: str, position: int) -> int:
    found = pattern.search(text, position)
    return found.start() if found else len(text)
