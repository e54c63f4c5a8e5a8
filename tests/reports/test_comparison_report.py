"""The comparison table on paper: the rows, order and columns of the view, what each mark means, and when it is too much."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest

from reports.comparison import Comparison
from reports.comparison_report import GROUPS, WIDTH, ComparisonReport, Size, comparison_report, size_of
from reports.fit import Paper
from reports.pdf import to_pdf
from reports.render import COMPARISON_STYLESHEET, comparison_html
from reports.view import HIDEABLE, View
from tests.reports import papers
from tests.reports.comparisons import AS_OF, made_up

TRIED = {"c0": 10.0, "c1": 10.0, "c2": 60.0, "c3": 10.0, "c4": 10.0, "c5": 0.0}
NARROW = View(text="o", hidden=frozenset({"c1", "chance", "flags"}), sort="candidate", descending=False)


def report(compared: Comparison, view: View | None = None, paper: Paper = "a4") -> ComparisonReport:
    return comparison_report(compared, view or View(), organisation="Northgate City Services", as_of=AS_OF, paper=paper)


def pdf_of(said: ComparisonReport, paper: Paper = "a4") -> bytes:
    html = comparison_html(said, templates=papers.TEMPLATES, paper=paper)
    return to_pdf(html, templates=papers.TEMPLATES, stylesheet=COMPARISON_STYLESHEET)


@cache
def ordinary() -> bytes:
    return pdf_of(report(made_up(20, 6)))


@cache
def widest() -> bytes:
    return pdf_of(report(made_up(9, 40), paper="letter"), "letter")


@cache
def narrow() -> bytes:
    return pdf_of(report(made_up(12, 6, hidden=(0,), weights=TRIED), replace(NARROW, weights=TRIED)))


@pytest.mark.parametrize("made", [ordinary, widest, narrow])
def test_no_rule_of_pdf_ua_1_is_broken(made: object) -> None:
    assert callable(made)
    assert papers.failed_rules(made()) == 0


def test_the_same_state_gives_the_same_bytes() -> None:
    assert pdf_of(report(made_up(20, 6))) == ordinary()


def test_the_sheet_lies_across() -> None:
    sizes = [max(word.right for word in papers.words(pdf)) for pdf in (ordinary(), widest())]
    assert 780 < sizes[0] < 842 - 38
    assert 730 < sizes[1] < 792 - 38


def test_the_rows_stand_in_the_order_of_the_table_under_their_tie_bands() -> None:
    compared = made_up(20, 6)
    text = " ".join(papers.pages(ordinary()))
    said = report(compared)
    names = [compared.entrants[place].reference for place in compared.matching(View())]

    assert sorted(names, key=text.index) == names
    assert sum(len(rows) for _, rows in said.bands) == 20
    for heading, rows in said.bands:
        assert text.index(heading) < text.index(rows[0].reference)


def test_a_row_says_all_that_the_table_on_screen_says() -> None:
    said = report(made_up(20, 6))
    text = " ".join(papers.pages(ordinary()))
    row = next(row for _, rows in said.bands for row in rows if row.minimums_missed and row.disagreements and row.decision and row.rank)

    assert row.score is not None
    assert row.low is not None
    assert row.high is not None
    assert f"{row.reference} {row.score:.2f} ± {row.spread:.2f} {max(row.low, 1):.1f}–{min(row.high, 5):.1f} {said.chance(row)}" in text
    after = text[text.index(row.reference) :]
    for cell in row.cells:
        assert cell.mean is not None
        assert f"{cell.mean:.2f}" in after
    assert f"{len(row.minimums_missed)} missed {len(row.disagreements)} apart {row.stage} {row.decision.title()}" in after
    assert "▼" in after


def test_what_was_asked_for_is_said_in_words() -> None:
    first = papers.pages(narrow())[0]

    assert "Only: name or reference with “o”: 4 of 12 candidates · Order: by name, A to Z · " in first
    assert "Left out: Composure under pressure, chance to be among the best, minimums and disagreement" in first
    assert "Candidates: all 20 · Order: by total, highest first" in papers.pages(ordinary())[0]


@pytest.mark.parametrize(
    ("view", "words"),
    [
        (View(stage="panel"), "stage Panel interview"),
        (View(decision="undecided"), "no decision yet"),
        (View(decision="offer"), "decision Offer"),
        (View(minimum_missed=True, incomplete=True, disagreement=True), "a minimum missed; incomplete; disagreement"),
    ],
)
def test_each_filter_has_its_words(view: View, words: str) -> None:
    compared = made_up(12, 6)
    assert report(compared, view).shown[0] == ("Only", f"{words}: {len(compared.matching(view))} of 12 candidates")


def test_each_order_has_its_words() -> None:
    compared = made_up(4, 6)
    assert dict(report(compared, View(sort="c.c2")).shown)["Order"] == "by Teamwork, highest first"
    assert dict(report(compared, View(sort="spread", descending=False)).shown)["Order"] == "by spread, lowest first"
    assert dict(report(compared, View(sort="candidate")).shown)["Order"] == "by name, Z to A"


def test_weights_that_are_only_tried_are_said_on_every_page_and_beside_the_published_ones() -> None:
    found = papers.pages(narrow())

    assert "These are not the published weights. They were only tried; nothing is saved." in found[0]
    for text in found[1:]:
        assert "with weights that are not the published ones" in text
    assert "Criteria Weight Published Minimum Rests on In the table" in " ".join(found)
    assert "Teamwork 60 16" in " ".join(found)
    assert "Composure under pressure 10 16 3 22 ratings left out, but counts" in " ".join(found)


def test_a_closed_candidate_shows_a_name_alone() -> None:
    found = " ".join(papers.pages(narrow()))

    assert "– Zofia Wiśniewska-Łęcka CSR-0000 closed until the reader’s scorecard is in – – – – – – – – – – " in found
    assert "1 closed to the reader of this copy until their own scorecard is in" in found


def test_forty_criteria_stand_on_as_many_tables_as_they_need() -> None:
    said = report(made_up(9, 40), paper="letter")
    found = " ".join(papers.pages(widest()))

    assert [(sheet.first, sheet.last, sheet.width, sheet.overall) for sheet in said.sheets] == [
        (0, 10, 7, True),
        (10, 25, 11, False),
        (25, 40, 11, False),
    ]
    assert "Overall, and criteria 1 to 10 of 40" in found
    assert "Criteria 26 to 40 of 40" in found


@pytest.mark.parametrize("paper", ["a4", "letter"])
@pytest.mark.parametrize("criteria", [1, 9, 14, 40])
def test_every_sheet_fits_the_paper(paper: Paper, criteria: int) -> None:
    for hidden in (frozenset[str](), frozenset({"range", "flags"}), frozenset(HIDEABLE)):
        said = report(made_up(2, criteria), View(hidden=hidden), paper)
        assert [head.name for sheet in said.sheets for head in sheet.heads] == [head.name for head in said.criteria]
        for sheet in said.sheets:
            beside = sum(GROUPS[name] for name in said.groups) if sheet.overall else 0
            assert 7 <= sheet.width <= 11
            assert 10 + 44 + 15 + beside + sheet.width * len(sheet.heads) <= WIDTH[paper]


def test_the_head_of_the_table_is_repeated() -> None:
    for text in papers.pages(ordinary())[:2]:
        assert "Place Candidate Total, of 5 Range Best 3" in text
        assert "Spoken communication" in text


def test_nobody_found_is_said() -> None:
    text = papers.pages(pdf_of(report(made_up(3, 3), View(text="nobody is called so"))))[0]
    assert "No candidate is shown: none matches what was asked for." in text


def test_names_are_drawn_with_the_letters_they_have() -> None:
    found = " ".join(papers.pages(ordinary()))
    for name in ("Zofia Wiśniewska-Łęcka", "Ελένη Παπαδοπούλου", "王小明", "Nguyễn Thị Minh Khai"):
        assert name in found


def test_more_than_a_document_holds_is_known_before_it_is_made() -> None:
    compared = made_up(400, 6)
    few = View(hidden=frozenset({*HIDEABLE, "c0", "c1", "c2"}))

    assert size_of(compared, View(), "a4") == Size(400, 15)
    assert size_of(compared, View(), "a4").is_large
    assert (size_of(compared, few, "a4"), size_of(compared, few, "a4").is_large) == (Size(400, 6), False)
    assert size_of(made_up(9, 40), View(), "letter") == Size(9, 6 + 40 + 3 * 3)
