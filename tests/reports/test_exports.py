"""Files that spreadsheet programs open: what is written is read back, and nothing that was typed becomes a formula."""

from __future__ import annotations

import csv
import io

import openpyxl
from hypothesis import given
from hypothesis import strategies as st

from reports.exports import (
    ALL_VERSIONS_HEADER,
    BETWEEN_RATINGS,
    LONG_HEADER,
    RATING_LINE,
    LongCard,
    inert,
    long_csv,
    long_header,
    long_rows,
    to_csv,
    to_xlsx,
)

AT = "2026-03-02T09:30:00+00:00"
# Nothing typed has control characters but line ends and tabs: every form and file that comes in refuses them.
texts = st.text(st.characters(exclude_categories=("Cs", "Cc")) | st.sampled_from("\n\t\"',;=+-@"), max_size=40)
DANGEROUS = ("=1+1", "+1", "-1", "@SUM(A1)", "\tx", "＝1", "＋1", "－1", "＠x")


def card(note: str = "", *, name: str = "Zofia", counts: bool = True, after_reveal: bool = False) -> LongCard:
    lines = [RATING_LINE % ("teamwork", 2, "", "no_time", ""), RATING_LINE % ("composure", 2, 4, "", note)]
    return LongCard("Agent", name, "Panel", "Ada", AT, 1, after_reveal, counts, BETWEEN_RATINGS.join(lines))


def read(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_the_long_form_has_the_agreed_columns_and_one_row_for_each_rating() -> None:
    assert read(long_csv([card("Named the next step, twice")])) == [
        list(LONG_HEADER),
        [
            "Agent",
            "Zofia",
            "Panel",
            "Ada",
            "composure",
            "2",
            "4",
            "1",
            "5",
            "",
            "Named the next step, twice",
            "2026-03-02T09:30:00+00:00",
            "1",
        ],
        ["Agent", "Zofia", "Panel", "Ada", "teamwork", "2", "", "1", "5", "no_time", "", "2026-03-02T09:30:00+00:00", "1"],
    ]
    assert ",".join(LONG_HEADER) == (
        "opening,candidate,stage,interviewer,criterion,rubric_version,rating,scale_min,scale_max,not_assessed,note,submitted_at,version"
    )


def test_versions_that_do_not_count_are_left_out_unless_asked_for() -> None:
    cards = [card("first"), card("second", counts=False, after_reveal=True)]
    assert [row[10] for row in read(long_csv(cards))[1:]] == ["first", ""]
    every = read(long_csv(cards, all_versions=True))
    assert every[0] == list(ALL_VERSIONS_HEADER)
    assert [(row[10], row[13], row[14]) for row in every[1:]] == [
        ("first", "no", "yes"),
        ("", "no", "yes"),
        ("second", "yes", "no"),
        ("", "yes", "no"),
    ]


@given(st.lists(st.tuples(texts, texts), max_size=5), st.booleans())
def test_the_quick_way_writes_what_the_plain_way_writes(pairs: list[tuple[str, str]], every: bool) -> None:
    cards = [card(note, name=name) for name, note in pairs]
    plain = to_csv(long_header(every), long_rows(cards, all_versions=every))
    assert read(long_csv(cards, all_versions=every)) == read(plain)


@given(texts)
def test_any_text_comes_back_from_csv_with_at_most_an_apostrophe_before_it(text: str) -> None:
    back = read(to_csv(["note"], [[text]]))[1:]
    assert back in ([[text]], [["'" + text]], [[]])


def test_what_begins_like_a_formula_is_inert() -> None:
    assert [inert(text) for text in DANGEROUS] == ["'" + text for text in DANGEROUS]
    assert [inert(value) for value in (-1.5, -3, None, "plain", "5-6")] == [-1.5, -3, None, "plain", "5-6"]
    notes = [row[10] for text in DANGEROUS for row in read(long_csv([card(text)]))[1:2]]
    assert notes == ["'" + text for text in DANGEROUS]


def test_a_workbook_holds_texts_as_texts_and_numbers_as_numbers() -> None:
    rows = [[text, -1.5, None, 7] for text in (*DANGEROUS[:4], "https://example.org", "007")]
    book = openpyxl.load_workbook(io.BytesIO(to_xlsx(["a", "b", "c", "d"], rows, title="A/B [x]", about=[("Made at", "now")])))
    sheet = book.worksheets[0]
    assert [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)] == rows
    assert {cell.data_type for cell in sheet["A"]} == {"s"}
    assert not any(cell.hyperlink for cell in sheet["A"])
    assert [cell.value for cell in book["About"]["A"]] == ["Made at"]
