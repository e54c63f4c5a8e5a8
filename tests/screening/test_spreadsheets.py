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
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from screening.spreadsheets import Sheet, SheetError, SheetLimits, SheetRow, column_letter, read_sheet

DATA = Path(__file__).parent / "data"
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


# Workbooks from a real spreadsheet program


def test_a_workbook_saved_by_libreoffice_reads_as_its_user_sees_it() -> None:
    header = "Nr|Imię|Nazwisko|E-mail|Data|Rozmowa|Godzina|Kod|Udział|Czas|Lata|Zgoda|Pełne imię|Razem|Uwagi"
    rows = {
        3: "007|Zażółć|Gęśl-Jaźń|zg@example.org|2024-03-01|2024-03-04T09:30:00|09:30:00|00123|25%|36:00:00|7|TRUE|Zażółć Gęśl-Jaźń|14|"
        "wiersz pierwszy\nwiersz drugi",
        5: "008|Łukasz|NA|ln@example.org|1999-12-31|2024-03-31T00:00:00|23:59:59|90210|100%|0:45:00|2.5|FALSE|Łukasz NA|5|true",
        6: "009|Ола|-|=1+1|||||||-3|||0.3|1E5",
    }
    assert read_sheet((DATA / "candidates.xlsx").read_bytes(), "candidates.xlsx") == Sheet(
        header=tuple(header.split("|")),
        rows=tuple(SheetRow(line, tuple(cells.split("|"))) for line, cells in rows.items()),
        sheet_name="Kandydaci",
        columns=tuple("ABCDEFGHIJKLMNO"),
        note='Only the sheet "Kandydaci" was read; not read: "Archiwum" (hidden), "Słownik".',
    )


def test_a_formula_error_is_named_by_its_cell() -> None:
    refused = refusal((DATA / "formula-error.xlsx").read_bytes())
    assert (refused.sheet_name, refused.column, refused.line) == ("Kandydaci", "B", 4)
    assert refused.message == "Kandydaci!B4 shows the error #DIV/0!. Mend the formula, or replace it by the value it should show."


@pytest.mark.parametrize(
    ("file", "message"),
    [
        ("password.xlsx", "The workbook is protected by a password. Save a copy without the password and upload that."),
        ("old.xls", f"The file is in an old Office format such as .xls, which is not read here. {SAVE_AS_XLSX}"),
        ("open-document.ods", f"The file is an OpenDocument file (.ods), not an Excel workbook (.xlsx) or a CSV file. {SAVE_AS_XLSX}"),
        ("candidates.fods", f"The file is XML, not an Excel workbook (.xlsx) or a CSV file. {SAVE_AS_XLSX}"),
        ("windows-1250.csv", f"Line 1 is not UTF-8 text. {SAVE_AS_UTF8}"),
    ],
)
def test_other_files_are_refused_with_the_way_out(file: str, message: str) -> None:
    assert refusal((DATA / file).read_bytes(), file).message == message


def test_utf16_from_libreoffice_keeps_quoted_newlines_and_physical_lines() -> None:
    assert read_sheet((DATA / "utf16.csv").read_bytes(), "utf16.csv") == Sheet(
        header=("Imię", "Uwagi"),
        rows=(SheetRow(2, ("Łukasz", 'pierwsza\ndruga; "trzecia"')), SheetRow(4, ("Ewa", "Kraków, Łódź"))),
        sheet_name=None,
        columns=("A", "B"),
    )


# CSV


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


# Workbooks


def test_the_kind_of_file_is_told_by_its_content() -> None:
    workbook = read_sheet(of_table([["name"], ["Ada"]], name="List"), "list.CSV")
    text = read_sheet(b"name\nAda\n", "list.xlsx")
    rows = (SheetRow(2, ("Ada",)),)
    assert workbook == Sheet(("name",), rows, "List", ("A",), "The file is an Excel workbook, though its name ends in .csv.")
    assert text == Sheet(("name",), rows, None, ("A",), "The file is a CSV file, though its name is that of a workbook.")


def test_numbers_dates_and_truth_values_are_shown_as_in_the_workbook() -> None:
    moment = datetime(2024, 3, 1, 9, 30)
    cells: list[tuple[object, str, str]] = [
        (7.0, "General", "7"),
        (-2.5, "General", "-2.5"),
        (0.1 + 0.2, "General", "0.3"),
        (48600100200, "General", "48600100200"),
        (123456789012345678, "General", "123456789012346000"),
        (1e300, "General", "1e+300"),
        (3.14159, "0.00", "3.14159"),
        (1234.5, "#,##0.00", "1234.5"),
        (7, "000", "007"),
        (12345, "00-000", "12-345"),
        (600100200, '"tel." ###\\ ###\\ ###', "tel. 600 100 200"),
        (1234567, "00-00", "12345-67"),
        (0.285, "0%", "29%"),
        (0.1234, "0.0%", "12.3%"),
        (True, "General", "TRUE"),
        (1, '"yes";"no";"none"', "yes"),
        (0, '"yes";"no";"none"', "none"),
        (moment, "d mmmm yyyy", "2024-03-01"),
        (moment, "[$-415]d.mm.yyyy hh:mm;@", "2024-03-01T09:30:00"),
        (moment, "h:mm AM/PM", "09:30:00"),
        (moment, "mmm-yy", "2024-03-01"),
        (45352.99999999999, "yyyy-mm-dd hh:mm:ss", "2024-03-02T00:00:00"),
        (1, "yyyy-mm-dd", "1900-01-01"),
        (60, "yyyy-mm-dd", "1900-02-29"),
        (61, "yyyy-mm-dd", "1900-03-01"),
        (1.75, "[h]:mm", "42:00:00"),
        (45352, '#,##0\\ "days"', "45352"),
        ("007", "0", "007"),
    ]

    def fill(workbook: xlsxwriter.Workbook) -> None:
        worksheet = workbook.add_worksheet()
        worksheet.write_string(0, 0, "value")
        for row, (value, code, _) in enumerate(cells, start=1):
            worksheet.write(row, 0, value, workbook.add_format({"num_format": code}))

    assert rows_of(read_sheet(written(fill), "list.xlsx")) == [(line, (shown,)) for line, (_, _, shown) in enumerate(cells, start=2)]


def test_dates_are_counted_from_1904_where_the_workbook_says_so() -> None:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"date_1904": True}) as workbook:
        worksheet = workbook.add_worksheet()
        worksheet.write_string(0, 0, "day")
        worksheet.write_datetime(1, 0, date(2024, 2, 29), workbook.add_format({"num_format": "dd/mm/yy"}))
    assert rows_of(read_sheet(target.getvalue(), "list.xlsx")) == [(2, ("2024-02-29",))]


def test_a_workbook_by_openpyxl_with_iso_dates_and_rich_text_is_read() -> None:
    workbook = openpyxl.Workbook()
    workbook.iso_dates = True
    rich = openpyxl.cell.rich_text.CellRichText(
        "bold ", openpyxl.cell.rich_text.TextBlock(openpyxl.cell.text.InlineFont(b=True), "claim"), " end"
    )
    workbook.active.append(["day", "moment", "text"])
    workbook.active.append([date(2024, 3, 1), datetime(2024, 3, 1, 9, 30), rich])
    workbook.active["C4"] = "below a blank row"
    target = io.BytesIO()
    workbook.save(target)
    assert rows_of(read_sheet(target.getvalue(), "list.xlsx")) == [
        (2, ("2024-03-01", "2024-03-01T09:30:00", "bold claim end")),
        (4, ("", "", "below a blank row")),
    ]


def test_a_formula_whose_result_was_never_computed_is_refused_not_read_as_blank() -> None:
    workbook = openpyxl.Workbook()
    workbook.active.append(["sum"])
    workbook.active.append(["=1+1"])
    target = io.BytesIO()
    workbook.save(target)
    assert refusal(target.getvalue()).message == (
        "Sheet!A2 has a formula whose result is not in the file. Open the workbook in your spreadsheet program, save it and upload "
        "it again."
    )


def test_shared_texts_leave_out_reading_aids_and_join_runs() -> None:
    shared = (
        f'<x:sst xmlns:x="{MAIN}">\n <x:si>\n  <x:t>name</x:t>\n </x:si>\n <x:si><x:t>東京</x:t><x:rPh><x:t>トウキョウ</x:t></x:rPh>'
        "<x:phoneticPr/></x:si><x:si>\n<x:r><x:rPr><x:b/></x:rPr><x:t>a </x:t></x:r>\n<x:r><x:t>b_x000D_\n_x005F_x0041_</x:t></x:r>"
        "<x:rPh><x:t>no</x:t></x:rPh></x:si></x:sst>"
    )
    rows = HEADER_ROW + '<row><c t="s"><v>1</v></c></row><row r="9"><c t="s"><v>2</v></c></row>'
    assert rows_of(read_sheet(of_cells(rows, shared=shared), "list.xlsx")) == [(2, ("東京",)), (9, ("a b\n_x0041_",))]


def test_inline_texts_and_cells_without_references_are_read() -> None:
    worksheet = (
        f'<y:worksheet xmlns:y="{MAIN}">\n<y:sheetData>\n<y:row>\n<y:c t="inlineStr">\n<y:is><y:t> name </y:t></y:is>\n</y:c>\n'
        '<y:c t="inlineStr"><y:is><y:r><y:t>ci</y:t></y:r>\n<y:r><y:t>ty</y:t></y:r></y:is></y:c></y:row>\n'
        '<y:row r="4"><y:c r="A4" t="str"><y:f>1</y:f><y:v>Ada</y:v></y:c><y:c r="B4" t="str"><y:f>""</y:f><y:v></y:v></y:c>'
        '<y:c r="XFD4" s="1"/></y:row>\n</y:sheetData>\n<y:headerFooter><y:oddHeader>page</y:oddHeader></y:headerFooter></y:worksheet>'
    )
    sheet = read_sheet(with_parts(of_table([["x"]]), worksheet=worksheet), "list.xlsx")
    assert (sheet.header, rows_of(sheet)) == (("name", "city"), [(4, ("Ada", ""))])


def test_the_first_visible_sheet_with_text_is_read_and_the_others_are_named() -> None:
    def fill(workbook: xlsxwriter.Workbook) -> None:
        blank, hidden, wanted = (workbook.add_worksheet(name) for name in ("Blank", "Secret", "My list"))
        blank.write_string(3, 3, "  ")
        wanted.write_column(2, 1, ["name", "Ada"])
        hidden.write_string(0, 0, "x")
        hidden.hide()
        for number in range(4):
            workbook.add_worksheet(f"More {number}")
        workbook.add_chartsheet("Chart")

    sheet = read_sheet(written(fill), "list.xlsx")
    note = 'Only the sheet "My list" was read; not read: "Blank", "Secret" (hidden), "More 0", "More 1", "More 2" and 1 more.'
    assert sheet == Sheet(("name",), (SheetRow(4, ("Ada",)),), "My list", ("B",), note)


def test_a_workbook_without_visible_text_is_refused() -> None:
    message = "No visible sheet of the workbook holds text. Unhide the sheet with the list, or fill it, and save again."
    assert refusal(written(lambda workbook: workbook.add_worksheet())).message == message


def test_data_in_a_nameless_column_is_refused_with_both_cells() -> None:
    assert refusal(of_table([["Candidates 2024"], ["name", "city"]], name="List")).message == (
        "List!B1: column B has no name, but holds data (List!B2). Name the column in the header, which is the first row that is not blank, "
        "or clear it; remove any title above the header."
    )


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        ('<c r="B2" t="e"><v>#N/A</v></c>', "Sheet1!B2 shows the error #N/A. Mend the formula, or replace it by the value it should show."),
        ('<c r="B2"><v>nan</v></c>', "Sheet1!B2 holds a value that cannot be shown. Clear the cell and type it again."),
        ('<c r="B2"><v>1e999</v></c>', "Sheet1!B2 holds a value that cannot be shown. Clear the cell and type it again."),
        ('<c r="B2"><v>x</v></c>', "Sheet1!B2 holds a value that cannot be shown. Clear the cell and type it again."),
        (
            '<c r="CW2"><v>1</v></c>',
            "Sheet1!CW2 is filled, but a list may have 100 columns at most. Remove the columns that are not needed.",
        ),
        (
            '<c r="B2" t="str"><v>a_x0007_</v></c>',
            "Sheet1!B2 contains an invisible control character (U+0007). Delete the text of this cell and type it again.",
        ),
        ('<c r="B2" t="s"><v>-1</v></c>', DAMAGED),
        ('<c r="B2" t="s"><v>2</v></c>', DAMAGED),
        ('<c r="A99999999999"><v>1</v></c>', DAMAGED),
        ('<c r="B3"><v>1</v></c>', DAMAGED),
        ('<c r="XFE2"/>', DAMAGED),
        ('<c r="b2"/>', DAMAGED),
        ('<c r="B2"/><c r="B2"/>', DAMAGED),
        ('</row><row r="2">', DAMAGED),
        ('</row><row r="1048577">', DAMAGED),
        ('</row><row r="-1">', DAMAGED),
        ("<c>", DAMAGED),
    ],
)
def test_a_cell_that_is_not_in_order_is_refused(cell: str, message: str) -> None:
    assert refusal(of_cells(f'{HEADER_ROW}<row r="2">{cell}</row>')).message == message


@pytest.mark.parametrize(("value", "code"), [(-3, "yyyy-mm-dd"), (0, "yyyy-mm-dd"), (3e6, "yyyy-mm-dd"), (-0.5, "hh:mm")])
def test_a_date_that_no_program_shows_is_refused(value: float, code: str) -> None:
    def fill(workbook: xlsxwriter.Workbook) -> None:
        worksheet = workbook.add_worksheet()
        worksheet.write_string(0, 0, "day")
        worksheet.write_number(1, 0, value, workbook.add_format({"num_format": code}))

    assert refusal(written(fill)).message == "Sheet1!A2 holds a value that cannot be shown. Clear the cell and type it again."


# Limits


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


# Files made to harm


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


# Any file


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


def is_read_or_refused(data: bytes) -> bool:
    try:
        read_sheet(data, "list.xlsx")
    except SheetError as refused:
        return bool(refused.message)
    return True


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


# Time


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
