"""Spreadsheets up to their limits, made to harm, and of any bytes at all: read, or refused at little cost."""

from __future__ import annotations

import codecs
import csv
import io
import re
import time
import tracemalloc
import unicodedata
import zipfile
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from screening.spreadsheets import SheetLimits, column_letter, read_sheet
from tests.support.sheets import (
    DAMAGED,
    DATA,
    HEADER_ROW,
    MAIN,
    SAVE_AS_XLSX,
    is_read_or_refused,
    of_cells,
    of_table,
    refusal,
    rows_of,
    with_parts,
)


def test_a_file_may_be_as_large_as_the_limit_and_no_larger() -> None:
    data = b"name\nAda\n"
    assert rows_of(read_sheet(data, "list.csv", limits=SheetLimits(upload_bytes=len(data)))) == [(2, ("Ada",))]
    assert refusal(data, upload_bytes=len(data) - 1).message.endswith("Split it into several files.")
    assert refusal(b"x" * (10 * 1024 * 1024 + 1)).message == "The file is larger than 10 MiB. Split it into several files."


def as_csv(table: list[list[str]]) -> bytes:
    return "\n".join(",".join(row) for row in table).encode()


@pytest.mark.parametrize(
    ("make", "row", "column", "cell"),
    [(as_csv, "Line 10002", "Line 1, column CW", "Line 2, column A"), (of_table, "Sheet1, row 10002", "Sheet1!CW1", "Sheet1!A2")],
    ids=["csv", "xlsx"],
)
def test_each_limit_lets_its_number_pass_and_refuses_one_more(
    make: Callable[[list[list[str]]], bytes], row: str, column: str, cell: str
) -> None:
    rows = [["name"], *(["x"] for _ in range(10_000))]
    names = [column_letter(index) for index in range(100)]
    assert len(read_sheet(make(rows), "list").rows) == 10_000
    assert refusal(make([*rows, ["x"]])).message == f"{row}: a list may have 10,000 rows of data at most. Split it into several files."
    assert read_sheet(make([names]), "list").header == tuple(names)
    assert refusal(make([[*names, "x"]])).message == (
        f"{column} is filled, but a list may have 100 columns at most. Remove the columns that are not needed."
    )
    assert rows_of(read_sheet(make([["name"], ["x" * 10_000]]), "list")) == [(2, ("x" * 10_000,))]
    assert refusal(make([["name"], ["x" * 10_001]])).message == f"{cell} holds more than 10,000 characters. Shorten the text."


def test_a_cell_beyond_what_the_csv_module_takes_is_refused_like_any_long_one() -> None:
    for text in ("x" * 200_000, '"' + "x\n" * 100_000 + '"'):
        refused = refusal(f"name,note\nAda,fine\nGrace,{text}\n")
        assert (refused.message, refused.line, refused.column) == (
            "Line 3, column B holds more than 10,000 characters. Shorten the text.",
            3,
            "B",
        )


def test_a_blank_cell_far_out_costs_nothing() -> None:
    far = '<row r="1048576"><c r="A1048576" t="s"><v>1</v></c><c r="XFD1048576" s="0"/></row>'
    assert rows_of(read_sheet(of_cells(HEADER_ROW + far), "list.xlsx")) == [(1048576, ("Ada",))]


def bomb(size: int, declared: int | None = None) -> bytes:
    """A small workbook whose sheet unpacks to `size` blanks, and may declare to be smaller."""
    data = with_parts(of_table([["name"]]), worksheet=b" " * size)
    if declared is not None:
        data = data.replace(size.to_bytes(4, "little"), declared.to_bytes(4, "little"))
    return data


EXPANDS = (
    "The workbook unpacks to more than 64 MiB. Copy the list alone into a new workbook, without other sheets and pictures, or split it."
)


def test_a_workbook_that_unpacks_to_too_much_is_refused_before_it_is_unpacked() -> None:
    data = bomb(70_000_000)
    tracemalloc.start()
    message = refusal(data).message
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (len(data) < 200_000, message, peak < 5_000_000) == (True, EXPANDS, True)


def test_a_workbook_that_lies_about_its_size_is_refused_without_unpacking_it() -> None:
    data = bomb(70_000_001, declared=1_000)
    tracemalloc.start()
    message = refusal(data).message
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (message, peak < 5_000_000) == (DAMAGED, True)


def test_one_long_text_in_many_cells_is_refused() -> None:
    shared = f'<sst xmlns="{MAIN}"><si><t>name</t></si><si><t>{"x" * 10_000}</t></si></sst>'
    names = "".join(f'<c t="str"><v>n{column}</v></c>' for column in range(100))
    rows = "".join("<row>" + '<c t="s"><v>1</v></c>' * 100 + "</row>" for _ in range(100))
    assert refusal(of_cells(f"<row>{names}</row>{rows}", shared=shared)).message == EXPANDS


def test_a_workbook_of_too_many_parts_is_refused() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for number in range(1_001):
            archive.writestr(str(number), "")
    message = "The workbook is made of more than 1,000 parts. Copy the list alone into a new workbook."
    assert refusal(target.getvalue()).message == message


@pytest.mark.parametrize(
    "parts",
    [
        {"worksheet": f'<!DOCTYPE w [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><worksheet xmlns="{MAIN}">&b;</worksheet>'},
        {"shared": f'<!DOCTYPE sst><sst xmlns="{MAIN}"/>'},
        {"workbook": "<workbook"},
        {"relations": "<Relationships/>"[:-3]},
        {"styles": "\0"},
    ],
)
def test_xml_that_is_broken_or_could_expand_is_refused(parts: dict[str, str | bytes]) -> None:
    assert refusal(with_parts(of_table([["name"], ["Ada"]]), **parts)).message == DAMAGED


def test_xml_in_another_encoding_is_read() -> None:
    worksheet = f'<?xml version="1.0" encoding="UTF-16"?><worksheet xmlns="{MAIN}"><row><c t="str"><v>Łódź</v></c></row></worksheet>'
    assert read_sheet(with_parts(of_table([["x"]]), worksheet=worksheet.encode("utf-16")), "list.xlsx").header == ("Łódź",)


def test_a_part_that_many_sheets_share_is_refused() -> None:
    with zipfile.ZipFile(io.BytesIO(of_table([["name"]]))) as archive:
        workbook = archive.read("xl/workbook.xml").decode()
    sheet = re.search("<sheet [^>]*/>", workbook)
    assert sheet is not None
    assert refusal(with_parts(of_table([["name"]]), workbook=workbook.replace(sheet[0], sheet[0] * 2))).message == DAMAGED


def test_every_cut_of_a_workbook_is_refused() -> None:
    data = (DATA / "candidates.xlsx").read_bytes()
    assert {refusal(data[:length]).message for length in range(4, len(data), 97)} == {DAMAGED}


def test_encrypted_entries_are_refused_as_protected() -> None:
    data = bytearray(of_table([["name"]]))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        for found in re.finditer(re.escape(mark), bytes(data)):
            data[found.start() + offset] |= 1
    assert refusal(bytes(data)).message == "The workbook is protected by a password. Save a copy without the password and upload that."


@pytest.mark.parametrize(
    ("names", "what"),
    [(["xl/workbook.bin"], "a binary workbook (.xlsb)"), (["word/document.xml"], "a ZIP archive or a document of another kind")],
)
def test_other_zip_archives_are_refused_by_kind(names: list[str], what: str) -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name in names:
            archive.writestr(name, "")
    assert refusal(target.getvalue()).message == f"The file is {what}, not an Excel workbook (.xlsx) or a CSV file. {SAVE_AS_XLSX}"


CELLS = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff") | st.sampled_from("\n\t\",;'= _x0041_"), max_size=20
)


@st.composite
def tables(draw: st.DrawFn) -> list[list[str]]:
    """A header of names without delimiters, and rows of any text."""
    names = st.text(st.characters(categories=["Lu", "Ll", "Lo", "Nd"]), min_size=1, max_size=8).map(clean)
    header = draw(st.lists(names, min_size=2, max_size=6, unique_by=str.casefold))
    return [header, *draw(st.lists(st.lists(CELLS, min_size=len(header), max_size=len(header)), max_size=8))]


def clean(text: str) -> str:
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def expected_rows(table: list[list[str]]) -> list[tuple[str, ...]]:
    cleaned = [tuple(clean(cell) for cell in row) for row in table[1:]]
    return [row for row in cleaned if any(row)]


@settings(deadline=None)
@given(
    table=tables(),
    delimiter=st.sampled_from([",", ";", "\t"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    line_end=st.sampled_from(["\n", "\r\n"]),
    quote_all=st.booleans(),
)
def test_any_table_written_as_csv_reads_back_equal(
    table: list[list[str]], delimiter: str, encoding: str, line_end: str, quote_all: bool
) -> None:
    target = io.StringIO()
    csv.writer(target, delimiter=delimiter, lineterminator=line_end, quoting=csv.QUOTE_ALL if quote_all else csv.QUOTE_MINIMAL).writerows(
        table
    )
    sheet = read_sheet(target.getvalue().encode(encoding), "list.csv")
    assert (list(sheet.header), [row.cells for row in sheet.rows]) == (table[0], expected_rows(table))


@settings(deadline=None, max_examples=50)
@given(table=tables())
def test_any_table_written_as_a_workbook_reads_back_equal(table: list[list[str]]) -> None:
    sheet = read_sheet(of_table(table), "list.xlsx")
    assert (list(sheet.header), [row.cells for row in sheet.rows]) == (table[0], expected_rows(table))


@settings(deadline=None)
@given(st.text(st.sampled_from('ab,;\t"\r\n \u0301é')) | st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    assert is_read_or_refused(text.encode("utf-8", "surrogatepass"))


@settings(deadline=None)
@given(st.binary(), st.sampled_from([b"", codecs.BOM_UTF16_LE, codecs.BOM_UTF8, b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"]))
def test_any_bytes_are_read_or_refused(data: bytes, start: bytes) -> None:
    assert is_read_or_refused(start + data)


@settings(deadline=None, max_examples=200)
@given(st.data())
def test_a_workbook_with_changed_bytes_is_read_or_refused(data: st.DataObject) -> None:
    changed = bytearray((DATA / "candidates.xlsx").read_bytes())
    for place, value in data.draw(st.lists(st.tuples(st.integers(0, len(changed) - 1), st.integers(0, 255)), min_size=1, max_size=8)):
        changed[place] = value
    assert is_read_or_refused(bytes(changed))


@settings(deadline=None, max_examples=200)
@given(st.data())
def test_a_workbook_with_changed_xml_is_read_or_refused(data: st.DataObject) -> None:
    """The checksums are right here, so that the change gets through to the XML."""
    base = (DATA / "candidates.xlsx").read_bytes()
    with zipfile.ZipFile(io.BytesIO(base)) as archive:
        entries = {name: bytearray(archive.read(name)) for name in archive.namelist()}
    name = data.draw(st.sampled_from([name for name in entries if name.startswith("xl/")]))
    alphabet = st.sampled_from([*b"0123456789AZ<>/\"' tsrvecn=-.\x00\xff"])
    for place, value in data.draw(st.lists(st.tuples(st.integers(0, len(entries[name]) - 1), alphabet), min_size=1, max_size=4)):
        entries[name][place] = value
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for each, content in entries.items():
            archive.writestr(each, bytes(content))
    assert is_read_or_refused(target.getvalue())


def seconds(data: bytes) -> float:
    started = time.process_time()
    is_read_or_refused(data)
    return time.process_time() - started


def full_csv() -> bytes:
    rows = ("\t".join(f"Zażółć {row} {column}" for column in range(20)) for row in range(10_000))
    return "\n".join(["\t".join(f"h{column}" for column in range(20)), *rows]).encode()


def full_workbook() -> bytes:
    """Half of the cells shared texts, half of them numbers."""
    header = "".join(f'<c t="str"><v>h{column}</v></c>' for column in range(20))
    letters = [column_letter(column) for column in range(20)]
    rows = []
    for row in range(2, 10_002):
        texts = (f'<c r="{letter}{row}" t="s"><v>{row * 10 + place}</v></c>' for place, letter in enumerate(letters[:10]))
        numbers = (f'<c r="{letter}{row}"><v>{row}</v></c>' for letter in letters[10:])
        rows.append(f'<row r="{row}">{"".join(texts)}{"".join(numbers)}</row>')
    shared = "".join(f"<si><t>Zażółć {number}</t></si>" for number in range(100_030))
    return of_cells(f'<row r="1">{header}</row>{"".join(rows)}', shared=f'<sst xmlns="{MAIN}">{shared}</sst>')


@pytest.mark.parametrize("make", [full_csv, full_workbook])
def test_a_full_list_is_read(make: Callable[[], bytes]) -> None:
    assert len(read_sheet(make(), "list").rows) == 10_000


@pytest.mark.parametrize(
    "text",
    [
        "name\n" + ("a" + "\u0315\u0300" * 4_000 + "\n") * 100,
        "name\n" + '"' * 1_000_001,
        'name\n"' + '""' * 500_000,
        "name\n" + '"a\n' * 500_000,
        "," * 1_000_000,
        "a" * 1_000_000,
        '"' + ',""' * 500_000,
        "\n" * 1_000_000,
        " \n" * 500_000,
    ],
    ids=["marks", "quotes", "pairs", "opened", "commas", "letters", "quoted-header", "lines", "blank-lines"],
)
def test_no_text_takes_the_square_of_its_length(text: str) -> None:
    assert seconds(text.encode()) < 8


@pytest.mark.parametrize(
    "worksheet",
    [
        "<c/>" * 1_000_000,
        "<row/>" * 1_000_000,
        f'<c a="{"x" * 24_000_000}"/>',
        "x" * 24_000_000,
        f"<c><is><t>{'&amp;' * 1_000_000}</t></is></c>",
    ],
    ids=["cells", "rows", "attribute", "text", "references"],
)
def test_no_worksheet_takes_the_square_of_its_size(worksheet: str) -> None:
    assert seconds(of_cells(HEADER_ROW + worksheet)) < 10
