"""Files of text with columns: their encodings, quoting and line ends."""

from __future__ import annotations

import codecs
from collections.abc import Callable

import pytest

from screening.spreadsheets import read_sheet
from tests.support.sheets import SAVE_AS_UTF8, SAVE_AS_XLSX, read_text, refusal, rows_of


def test_text_is_data() -> None:
    sheet = read_text("id,surname,consent,score,formula\n007,NA,true,1e5,=1+1\n")
    assert rows_of(sheet) == [(2, ("007", "NA", "true", "1e5", "=1+1"))]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize(
    "encode",
    [
        lambda text: text.encode(),
        lambda text: text.encode("utf-8-sig"),
        lambda text: codecs.BOM_UTF16_LE + text.encode("utf-16-le"),
        lambda text: codecs.BOM_UTF16_BE + text.encode("utf-16-be"),
    ],
    ids=["utf-8", "utf-8-bom", "utf-16-le", "utf-16-be"],
)
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_delimiters_encodings_and_line_ends_are_told_from_the_content(
    delimiter: str, encode: Callable[[str], bytes], line_end: str
) -> None:
    text = line_end.join(["", f'"a{delimiter}b"{delimiter}Nazwisko', f"x{delimiter}Łęcka", "", f"y{delimiter}李"])
    sheet = read_sheet(encode(text), "list.csv")
    assert (sheet.header, rows_of(sheet)) == ((f"a{delimiter}b", "Nazwisko"), [(3, ("x", "Łęcka")), (5, ("y", "李"))])


def test_the_line_that_names_the_separator_is_heeded_and_counted() -> None:
    sheet = read_text("sep=|\nname|city\nAda|London\n")
    assert (sheet.header, rows_of(sheet)) == (("name", "city"), [(3, ("Ada", "London"))])


def test_quoted_newlines_keep_the_lines_of_later_records() -> None:
    sheet = read_text('name,note\r\nAda,"one\r\ntwo\rthree"\r\n\r\nGrace,four\r\n')
    assert rows_of(sheet) == [(2, ("Ada", "one\ntwo\nthree")), (6, ("Grace", "four"))]


def test_blank_rows_are_skipped_and_short_ones_padded_and_trailing_empty_columns_dropped() -> None:
    sheet = read_text("name,,city,,\n ,,\t\n\nAda\n,,,\n\u00a0Grace ,,New York,,,,\n")
    assert (sheet.header, sheet.columns) == (("name", "city"), ("A", "C"))
    assert rows_of(sheet) == [(4, ("Ada", "")), (6, ("Grace", "New York"))]


def test_text_is_composed() -> None:
    assert rows_of(read_text("name\nZaz\u0307o\u0301łc\u0301\n")) == [(2, ("Za\u017c\u00f3\u0142\u0107",))]


def test_quotation_marks_inside_a_cell_are_text() -> None:
    assert rows_of(read_text('size,city\n5" disk,"the ""big"" one"\n')) == [(2, ('5" disk', 'the "big" one'))]


@pytest.mark.parametrize(
    ("text", "message", "line", "column"),
    [
        (
            'name,note\nAda,fine\n"Gra\nce","never\nclosed, Kay\n',
            'Line 4, column B: the quotation mark (") opened here is never closed. Close it, or remove it.',
            4,
            "B",
        ),
        (
            'name,note\n"Ada,fine\n"Grace",x\n',
            'Line 2, column A: the quotation mark (") opened here is closed in line 3, but other text follows it in the same cell. '
            'Put the closing mark at the end of the cell, and write a mark inside a text twice ("").',
            2,
            "A",
        ),
        (
            "name;city\nAda;London\nGrace;New York;USA\n",
            "Line 3 has 3 cells, but the header names 2. If a text contains a semicolon, put the whole text in quotation marks.",
            3,
            None,
        ),
        (
            "name,,city\nAda,,London\nGrace,x,Rome\n",
            "Line 1, column B: column B has no name, but holds data (Line 3, column B). Name the column in the header, which is the first "
            "row that is not blank, or clear it; remove any title above the header.",
            1,
            "B",
        ),
        (
            "E-mail,name,e-mail\n",
            'Line 1: columns A ("E-mail") and C ("e-mail") have the same name. Rename or remove one of them.',
            1,
            None,
        ),
        (
            "name,note\nAda,a\x07b\n",
            "Line 2, column B contains an invisible control character (U+0007). Delete the text of this cell and type it again.",
            2,
            "B",
        ),
        (
            "name,note\nAda,\0\n",
            "Line 2, column B contains an invisible control character (U+0000). Delete the text of this cell and type it again.",
            2,
            "B",
        ),
        (
            "name\nA" + "\u0301" * 61,
            "Line 2, column A has a letter with more than 60 accents on it. Type the text of this cell again.",
            2,
            "A",
        ),
        (" \n\t\n", "The file holds no text. The first row that is not blank must name the columns.", None, None),
        ("", "The file holds no text. The first row that is not blank must name the columns.", None, None),
        ("\n<!DOCTYPE html><p>Log in", f"The file is a web page, not an Excel workbook (.xlsx) or a CSV file. {SAVE_AS_XLSX}", None, None),
    ],
)
def test_a_csv_file_that_is_not_in_order_is_refused_with_the_place(text: str, message: str, line: int | None, column: str | None) -> None:
    refused = refusal(text, "list.csv")
    assert (refused.message, refused.line, refused.column) == (message, line, column)


@pytest.mark.parametrize(
    ("data", "message", "line", "encoding"),
    [
        ("name\r\nAda\r\nŁukasz\r\n".encode("cp1250"), f"Line 3 is not UTF-8 text. {SAVE_AS_UTF8}", 3, "UTF-8"),
        (codecs.BOM_UTF16_LE + "name\nAda".encode("utf-16-le") + b"\x00\xd8", f"Line 2 is not UTF-16 text. {SAVE_AS_UTF8}", 2, "UTF-16"),
        (codecs.BOM_UTF16_BE + "name\n".encode("utf-16-be") + b"\x00", f"Line 2 is not UTF-16 text. {SAVE_AS_UTF8}", 2, "UTF-16"),
        ("name".encode("utf-32"), f"Line 1 is not UTF-8 text. {SAVE_AS_UTF8}", 1, "UTF-8"),
        (
            "name;city".encode("utf-16-le"),
            f"The file looks like UTF-16 text without its byte-order mark, from line 1 on. {SAVE_AS_UTF8}",
            1,
            "UTF-16",
        ),
    ],
)
def test_another_encoding_is_refused_with_its_first_line(data: bytes, message: str, line: int, encoding: str) -> None:
    refused = refusal(data, "list.csv")
    assert (refused.message, refused.line, refused.encoding) == (message, line, encoding)


def test_a_picture_is_not_taken_for_badly_encoded_text() -> None:
    picture = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00"
    assert refusal(picture).message.startswith("The file is neither text nor a workbook, not an Excel workbook (.xlsx) or a CSV file.")
