"""Workbooks, as a spreadsheet program shows them."""

from __future__ import annotations

import io
from datetime import date, datetime

import openpyxl
import pytest
import xlsxwriter

from screening.spreadsheets import Sheet, SheetRow, read_sheet
from tests.support.sheets import (
    DAMAGED,
    DATA,
    HEADER_ROW,
    MAIN,
    SAVE_AS_UTF8,
    SAVE_AS_XLSX,
    of_cells,
    of_table,
    refusal,
    rows_of,
    with_parts,
    written,
)


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
