"""A comparison in parts: all rows once, no page with room for more or too much on it, and one document in the end."""

from __future__ import annotations

from functools import cache
from io import BytesIO

import pikepdf
import pytest

from reports import comparison_parts
from reports.binding import Part as BoundPart
from reports.binding import bind, page_count
from reports.comparison_parts import parts
from reports.comparison_report import ComparisonReport, Part, comparison_report
from reports.fit import Paper
from reports.page_stamp import all_pages
from reports.pdf import to_pdf
from reports.render import COMPARISON_STYLESHEET, comparison_html
from reports.view import View
from reports.wording import decimal
from tests.reports import papers
from tests.reports.comparisons import AS_OF, made_up


def report_of(people: int, criteria: int, paper: Paper = "a4", view: View | None = None) -> ComparisonReport:
    compared = made_up(people, criteria, hidden=(3,))
    return comparison_report(compared, view or View(), organisation="Northgate City Services", as_of=AS_OF, paper=paper)


@cache
def report() -> ComparisonReport:
    return report_of(44, 15)


@cache
def made() -> tuple[tuple[Part, bytes], ...]:
    """Several parts of each of two sheets: they are as small as a page or two."""
    before, comparison_parts.CELLS_AT_ONCE = comparison_parts.CELLS_AT_ONCE, 200
    try:
        wanted = tuple(parts(report(), "a4"))
    finally:
        comparison_parts.CELLS_AT_ONCE = before
    return tuple((part, set_alone(report(), part, "a4")) for part in wanted)


def set_alone(said: ComparisonReport, part: Part, paper: Paper) -> bytes:
    html = comparison_html(said, templates=papers.TEMPLATES, paper=paper, part=part)
    return to_pdf(html, templates=papers.TEMPLATES, stylesheet=COMPARISON_STYLESHEET)


def bound() -> bytes:
    target = BytesIO()
    numbering = all_pages(sum(page_count(pdf) for _, pdf in made()))
    bind((), [BoundPart(part.title, pdf, part.chapter) for part, pdf in made()], target, templates=papers.TEMPLATES, numbering=numbering)
    return target.getvalue()


@cache
def whole() -> bytes:
    return bound()


def test_no_rule_of_pdf_ua_1_is_broken_and_the_form_is_right() -> None:
    assert papers.failed_rules(whole()) == 0
    with pikepdf.open(BytesIO(whole())) as document:
        assert document.check_pdf_syntax() == []
        assert (str(document.Root.Lang), document.docinfo["/Title"]) == ("en", "Comparison of candidates: Customer service representative")


def test_the_same_parts_give_the_same_bytes() -> None:
    assert bound() == whole()


@pytest.mark.parametrize("paper", ["a4", "letter"])
@pytest.mark.parametrize("view", [View(), View(sort="candidate", descending=False, hidden=frozenset({"c2", "flags"}))])
def test_every_row_stands_once_on_each_sheet_in_the_order_of_the_table(paper: Paper, view: View) -> None:
    said = report_of(300, 20, paper, view)
    found = list(parts(said, paper))
    rows = [row.id for _, band in said.bands for row in band]

    for sheet in said.sheets:
        tables = [table for part in found for table in part.tables if table.sheet is sheet]
        assert [row.id for table in tables for page in table.pages for _, band in page for row in band] == rows
        assert [table.begins for table in tables] == [True] + [False] * (len(tables) - 1)
    assert [part.begins for part in found] == [True] + [False] * (len(found) - 1)
    assert [part.ends for part in found] == [False] * (len(found) - 1) + [True]
    assert len(found) > len(said.sheets) + 1


def test_no_part_is_larger_than_what_is_set_in_one_go() -> None:
    said = report_of(300, 20)
    for part in parts(said, "a4"):
        for table in part.tables:
            rows = sum(len(band) for page in table.pages for _, band in page)
            assert rows * said.columns(table.sheet) <= comparison_parts.CELLS_AT_ONCE


def test_pages_are_as_full_as_they_are_meant_to_be() -> None:
    """None flows over onto a page with a row or two, and where a part ends the page is not half empty."""
    for place, (part, pdf) in enumerate(made()[:-1]):
        assert page_count(pdf) == sum(len(table.pages) for table in part.tables)
        lowest = [
            max(word.bottom for word in papers.words(pdf) if word.page == page + 1 and word.top < 545) for page in range(page_count(pdf))
        ]
        last_of_sheet = made()[place + 1][0].chapter != part.chapter
        assert min(lowest[: -1 if last_of_sheet else None], default=999) > 595 - 43 - 90


def test_pages_are_numbered_through_where_they_always_are() -> None:
    count = page_count(whole())
    found = papers.pages(whole())
    small = report_of(3, 3)
    alone = papers.words(set_alone(small, small.whole, "a4"))

    assert [text[text.rindex("Page ") :] for text in found] == [f"Page {number} of {count}" for number in range(1, count + 1)]
    assert all(text.count("Page ") == 1 for text in found)
    stamped, own = (
        max((word for word in words if word.page == 1 and word.top > 550), key=lambda word: word.right)
        for words in (papers.words(whole()), alone)
    )
    assert abs(stamped.right - own.right) < 0.5
    assert abs(stamped.bottom - own.bottom) < 0.5


def test_a_row_in_the_middle_and_the_last_one_say_what_the_table_says() -> None:
    text = " ".join(papers.pages(whole()))
    # Names that are written from the right stand in another order in what is read out of a file.
    rows = [row for _, band in report().bands for row in band if max(row.name) < "\u0590" and row.rank is not None]

    for row in (rows[len(rows) // 2], rows[-1]):
        place = text.index(row.reference)
        levels = [decimal(cell.mean) if cell.mean is not None else "–" for cell in row.cells]
        assert f"{row.rank}{'=' * row.tied} {row.name} {row.reference} {decimal(row.score or 0)} " in text
        for level in levels[: report().sheets[0].last]:
            place = text.index(level, place)
        on_second = text[text.index("Criteria 14 to 15 of 15") :]
        assert f"{row.name} {decimal(row.score or 0)} {levels[13]}" in on_second


def test_heads_stand_on_every_page_and_a_band_that_goes_on_says_so() -> None:
    *tables, last = papers.pages(whole())

    assert "Northgate City Services Means of the panel" in tables[0]
    for text in tables[1:]:
        assert "Comparison of candidates Customer service representative Means of the panel" in text
        assert "Place Candidate Total, of 5" in text
        assert "How to read this table" not in text
    assert any("may be chance (continued)" in text for text in tables[1:])
    assert "How to read this table Cells: a criterion’s mean level" in last


def test_bookmarks_lead_by_sheets_to_rows() -> None:
    with pikepdf.open(BytesIO(whole())) as document, document.open_outline() as outline:
        found = [(mark.title, [below.title for below in mark.children]) for mark in outline.root]
        places = [document.pages.index(pikepdf.Page(mark.destination[0])) for mark in outline.root]
        below = [document.pages.index(pikepdf.Page(one.destination[0])) for mark in outline.root for one in mark.children]

    names = [row.name for _, band in report().bands for row in band]
    chapters = [title for title, _ in found]
    assert chapters == ["Overall, and criteria 1 to 13 of 15", "Criteria 14 to 15 of 15", "How to read this table"]
    assert [len(titles) > 1 for _, titles in found] == [True, True, False]
    assert found[0][1][0].startswith("1 to ")
    assert found[0][1][0].split(": ")[1].startswith(f"{names[0]} – ")
    assert found[1][1][-1].endswith(f" to 44: {found[1][1][-1].split(': ')[1]}")
    assert found[1][1][-1].endswith(f" – {names[-1]}")
    assert places[0] == 0
    assert places[-1] == page_count(whole()) - 1
    assert below == sorted(set(below))
