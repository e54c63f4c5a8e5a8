"""The candidate summary as a finished PDF: what is on which page, in which fonts, under which rules."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

import pytest

from reports.documents import CandidateSummary
from reports.errors import PdfFailed
from reports.fit import Paper
from reports.pdf import LIBRARY_LOG, NothingOutside, Typesetter, to_pdf
from reports.render import summary_html
from tests.reports import papers
from tests.reports.factories import candidate_summary, criterion, empty_summary, mark, recommendations, round_criteria, small_summary

SENTENCE = "Let the caller finish, named the trouble in her own words and asked since when. "


def crowded_summary() -> CandidateSummary:
    panel = tuple(replace(recommendations(4)[at % 4], interviewer=f"Interviewer Number {at}", reason=SENTENCE * 3) for at in range(12))
    lines = tuple(criterion(f"Criterion number {at}", [mark(5, SENTENCE * 3), mark(1, SENTENCE * 3)], minimum=4) for at in range(9))
    return candidate_summary(criteria=lines, recommendations=panel, cards=12, cards_expected=12)


def one_card_summary() -> CandidateSummary:
    lines = [criterion("Empathy", [mark(4, "Warm.")])] + [criterion(f"Criterion {at}", []) for at in range(11)]
    return candidate_summary(
        criteria=tuple(lines),
        recommendations=recommendations(1),
        decisions=(),
        cards=1,
        rank=None,
        incomplete=("coverage is 8 %, 80 % is needed", "Active listening, which is required, is not assessed"),
    )


SHAPES = {
    "the ordinary case": small_summary,
    "twelve criteria, four interviewers": candidate_summary,
    "nothing rated": empty_summary,
    "one card": one_card_summary,
    "many disagreements": crowded_summary,
}


@cache
def pdf_of(shape: str, paper: Paper = "a4") -> bytes:
    return papers.summary_pdf(SHAPES[shape](), paper)


@pytest.fixture(scope="module")
def ordinary() -> bytes:
    return pdf_of("the ordinary case")


@pytest.mark.parametrize("paper", ["a4", "letter"])
def test_eight_criteria_and_three_interviewers_take_two_pages(paper: Paper) -> None:
    assert len(papers.pages(pdf_of("the ordinary case", paper))) == 2


def test_twelve_criteria_and_four_interviewers_take_three_pages() -> None:
    assert len(papers.pages(pdf_of("twelve criteria, four interviewers"))) == 3


@pytest.mark.parametrize("paper", ["a4", "letter"])
@pytest.mark.parametrize("shape", SHAPES)
def test_the_first_page_is_one_page(shape: str, paper: Paper) -> None:
    pages = papers.pages(pdf_of(shape, paper))

    assert "Every criterion, with the evidence" not in pages[0]
    assert pages[1].startswith("Every criterion, with the evidence")


@pytest.mark.parametrize("shape", SHAPES)
def test_no_rule_of_pdf_ua_1_is_broken(shape: str) -> None:
    assert papers.failed_rules(pdf_of(shape)) == 0


def test_the_first_page_answers_the_hiring_manager(ordinary: bytes) -> None:
    first = papers.pages(ordinary)[0]

    for words in (
        "Zofia Wiśniewska-Łęcka Customer service representative · Panel interview · CSR-0117",
        "Advance Listening and warmth are the strongest of the round. Composure is to be probed again in the closing talk.",
        "Leila Haddad, 21 Nov 2026",
        "1 Strong yes 1 Yes 1 No 3 recommendations",
        "Total, of 5 Range Place Total and criterion means Spread Cards Coverage 3.78 3.2–4.4 2 of 7",
        "0.62 3 of 3 100 % adjusted 3.84 with other interviewers 9 candidates in all",
        "Empathy 4.50 Told the caller that a birthday present cannot be late twice and looked for the pick-up point first. 5 Marcus Bell",
        "Written communication 3.00",
        "Minimums None is missed.",
        "Open disagreements",
        "Problem solving 4 Inês Carvalho Panel interview Compared refund and replacement aloud",
        "2 Marcus Bell Role play Restarted the router three times",
        "Experience 12 months with customers, 24 preferred 2 years 4 months at a hotel reception, 11 months in a bakery shop 4 24 months",
        "Inês Carvalho Panel interview No Lost her calm when pressed a third time, and that is a daily event at this desk.",
    ):
        assert words in first


def test_every_rating_stands_with_its_note_and_the_anchor_of_its_level(ordinary: bytes) -> None:
    second = papers.pages(ordinary)[1]

    assert "Ana Petrović Phone screen; Marcus Bell Role play; Inês Carvalho Panel interview." in second
    for line in small_summary().criteria:
        assert f"{line.name} Weight {line.weight:g}" in second
        assert f"{line.mean:.2f}" in second
        for one in line.marks:
            assert f"{one.interviewer} {one.note}" in second
            assert one.level is not None
            assert second.count(f"{one.level} {line.anchors[one.level - 1]}") == 1


def test_running_header_and_foot_say_what_the_page_belongs_to(ordinary: bytes) -> None:
    first, second = papers.pages(ordinary)

    assert "Northgate City Services Customer service representative" in first
    assert "Hiring manager’s edition: without names" in first
    assert "Hiring manager’s edition: without names" in second
    assert "Zofia Wiśniewska-Łęcka Customer service representative" in second
    for number, text in enumerate((first, second), start=1):
        assert "Rubric version 3, digest 9f2c41d07be3 · As of 22 Nov 2026, 14:05 UTC" in text
        assert f"Page {number} of 2" in text


def test_the_head_of_the_table_is_repeated() -> None:
    for text in papers.pages(pdf_of("twelve criteria, four interviewers"))[1:]:
        assert "Criterion, ratings and mean Level given and what it means; who gave it, and why" in text


def test_nothing_rated_is_said_in_words_and_not_in_zeros() -> None:
    first, second = papers.pages(pdf_of("nothing rated"))

    assert "Decision in force The panel recommends None yet Nothing yet" in first
    assert "Not ranked: no card is in yet." in first
    assert "Minimums Nothing has been rated yet." in first
    assert "Open disagreements No criterion has two ratings yet." in first
    assert "0.00" not in first
    assert second.count("Not rated yet.") == 12


def test_a_criterion_without_a_rating_says_who_did_not_assess_it_and_why() -> None:
    unasked = mark(None, "The room was needed.", interviewer="Inês Carvalho", not_assessed="Not asked")
    line = criterion("Empathy", [mark(None, not_assessed="Ran out of time"), mark(3, "Polite.", interviewer="Marcus Bell"), unasked])
    second = papers.pages(papers.summary_pdf(small_summary(criteria=(line,))))[1]

    assert "– Not assessed Ana Petrović Ran out of time" in second
    assert "Inês Carvalho Phone screen Not asked: The room was needed." in second


def test_a_later_rating_is_shown_beside_the_one_that_counts() -> None:
    reworded = replace(mark(4, "Fair."), revised_note="Only a word more.")
    line = criterion("Empathy", [replace(mark(4, "Kind."), revised=2, revised_note="Less so on reflection."), reworded])
    second = papers.pages(papers.summary_pdf(small_summary(criteria=(line,))))[1]

    assert "Kind. Later 2, after seeing the other cards; does not count. Less so on reflection." in second
    assert "Fair. Later, after seeing the other cards; does not count. Only a word more." in second
    assert "4.00" in second


def test_a_missed_minimum_is_named_on_the_first_page() -> None:
    line = criterion("Composure", [mark(2), mark(3)], minimum=3, required=True)
    first = papers.pages(papers.summary_pdf(small_summary(criteria=(line,))))[0]

    assert "Minimums missed Reached Minimum Standing Composure 2.50 3 Required" in first


def test_a_tie_and_cards_on_an_older_rubric_are_said() -> None:
    first, second = papers.pages(papers.summary_pdf(small_summary(tied=True, older_cards=2)))

    assert "shared place" in first
    assert "2 cards were given on an earlier version." in second


def test_a_decision_that_was_taken_back_stays_on_the_record(ordinary: bytes) -> None:
    said = "Hold Waiting for the second role play, which the fire alarm cut short. Taken back by Leila Haddad, 21 Nov 2026:"
    assert said in papers.pages(ordinary)[1]


def test_only_our_fonts_are_used(ordinary: bytes) -> None:
    assert papers.fonts(ordinary) == {"Inter", "Inter-Semi-Bold"}


def test_polish_greek_and_cyrillic_letters_are_drawn_as_themselves() -> None:
    name = "Zażółć Gęślą-Jaźń Αθηνά Παπαδοπούλου Щербакова Юлія Ș Ț ẞ"
    lines = (criterion("Empathy", [mark(4, f"Spoke with {name}.")]),)
    pdf = papers.summary_pdf(small_summary(candidate=name, criteria=lines))

    assert name in papers.pages(pdf)[0]
    assert papers.fonts(pdf) == {"Inter", "Inter-Semi-Bold"}
    assert papers.letters_drawn_wrong(pdf) == {}
    assert papers.failed_rules(pdf) == 0


def test_the_document_says_what_it_is(ordinary: bytes) -> None:
    assert papers.metadata(ordinary) == {
        "/Title": "Candidate summary: Zofia Wiśniewska-Łęcka, Customer service representative",
        "/Author": "Northgate City Services",
        "/CreationDate": "D:20261122140500Z",
        "/Producer": "WeasyPrint 70.0",
    }


def test_the_same_summary_gives_the_same_bytes(ordinary: bytes) -> None:
    page = summary_html(small_summary(), templates=papers.TEMPLATES)
    with_another_typesetter = Typesetter(papers.TEMPLATES).pdf(page, "summary-print.css")

    assert papers.summary_pdf(small_summary()) == ordinary
    assert with_another_typesetter == ordinary


def test_reading_the_page_as_xml_gives_the_bytes_that_reading_it_as_html_gives(ordinary: bytes) -> None:
    from weasyprint import HTML

    typesetter = Typesetter(papers.TEMPLATES)

    class ReadAsHtml(HTML):  # type: ignore[misc]
        def _ua_stylesheets(self, forms: bool = False) -> list[object]:
            return [typesetter._sheet("paper-elements.css")]

    page = ReadAsHtml(string=summary_html(small_summary(), templates=papers.TEMPLATES), url_fetcher=NothingOutside())
    sheets = [typesetter._sheet(name) for name in ("paper.css", "summary-print.css")]

    assert page.write_pdf(stylesheets=sheets, font_config=typesetter._fonts, pdf_variant="pdf/ua-1") == ordinary


def test_the_style_sheets_hold_nothing_that_the_library_does_not_understand(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(LIBRARY_LOG, "handle", lambda record: said.append(record.getMessage()))
    Typesetter(papers.TEMPLATES).pdf(summary_html(small_summary(), templates=papers.TEMPLATES), "summary-print.css")

    assert said == []


def test_a_part_that_cannot_be_drawn_is_an_error_and_not_a_gap() -> None:
    broken = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><title>x</title><text x="1" rotate="q">x</text></svg>'

    with pytest.raises(PdfFailed) as caught:
        to_pdf(f"<html lang='en'><head><title>t</title></head><body>{broken}</body></html>", templates=papers.TEMPLATES)
    assert caught.value.detail == "a part of it could not be drawn"


@pytest.fixture(scope="module")
def enormous() -> bytes:
    lines = tuple(
        criterion(
            f"Criterion {row}",
            [mark(1 + (row + column) % 5, f"Seen {row}x{column}.", interviewer=f"Person {column}") for column in range(12)],
            weight=2.5,
        )
        for row in range(40)
    )
    return papers.summary_pdf(candidate_summary(criteria=lines, cards=12, cards_expected=12))


def test_forty_criteria_and_twelve_interviewers_flow_onto_further_pages(enormous: bytes) -> None:
    text = " ".join(papers.pages(enormous)[1:])

    assert len(papers.pages(enormous)) > 5
    assert [f"{row}x{column}" for row in range(40) for column in range(12) if f"Seen {row}x{column}." not in text] == []


def test_notes_as_long_as_the_form_allows_flow_over_pages_whole_and_each_page_says_what_it_goes_on_with() -> None:
    note = " ".join(f"w{number}" for number in range(830))[:4000]
    lines = tuple(criterion(f"Criterion {at}", [mark(4, note), mark(3, note)]) for at in range(3))
    pdf = papers.summary_pdf(small_summary(criteria=lines))
    pages = papers.pages(pdf)
    text = " ".join(pages[1:])

    assert len(note) == 4000
    assert [number for number in range(810) if text.count(f"w{number} ") < 6] == []
    continued = [found for page in pages for found in re.findall(r"Criterion \d, continued", page)]
    assert continued == [f"Criterion {at}, continued" for at in (0, 1, 2, 2)]
    assert papers.failed_rules(pdf) == 0
    assert_nothing_clipped(pdf)


def test_ten_criteria_and_six_interviewers_take_three_pages() -> None:
    panel = [("Eleanor Whitfield", "Phone screen"), ("Kwame Mensah", "Panel interview")]
    lines = tuple(
        replace(line, marks=(*line.marks, *(replace(line.marks[0], interviewer=who, stage=stage) for who, stage in panel)))
        for line in round_criteria(criteria=10)
    )
    said = tuple(replace(line, interviewer=who, stage=stage) for line, (who, stage) in zip(recommendations(2), panel, strict=True))
    summary = candidate_summary(criteria=lines, recommendations=(*recommendations(), *said), cards=6, cards_expected=6)

    assert len(papers.pages(papers.summary_pdf(summary))) == 3


def test_text_that_runs_from_right_to_left_is_marked_and_other_text_is_not() -> None:
    lines = (criterion("Empathy", [mark(4, "هدأت المتصل", interviewer="ليאת"), mark(5, "Kind.")]),)
    page = summary_html(small_summary(candidate="فاطمة", criteria=lines), templates=papers.TEMPLATES)

    assert '<h1><bdi dir="rtl">فاطمة</bdi></h1>' in page
    assert '<span class="runs-left" dir="rtl">هدأت المتصل</span>' in page
    assert "rtl" not in summary_html(small_summary(), templates=papers.TEMPLATES)


def test_a_word_without_spaces_stays_on_the_page() -> None:
    word = "supercalifragilistic" * 100
    lines = (criterion(word[:300], [mark(4, word), mark(1, word)]),)
    pdf = papers.summary_pdf(small_summary(candidate=word[:200], organisation=word[:200], opening=word[:200], criteria=lines))

    assert_nothing_clipped(pdf)
    evidence = [drawn.text for drawn in papers.words(pdf) if drawn.page > 1 and drawn.left > 170 and 60 < drawn.top < 790]
    assert "".join(evidence).count(word) == 2


def test_nothing_stands_outside_the_margins(enormous: bytes) -> None:
    for pdf in (enormous, *map(pdf_of, SHAPES)):
        assert_nothing_clipped(pdf)


def assert_nothing_clipped(pdf: bytes) -> None:
    """A4 with side margins of 16 mm, running lines inside the upper and lower ones, and no line of text upon another."""
    outside = [word for word in papers.words(pdf) if word.left < 44 or word.right > 551.5 or word.top < 30 or word.bottom > 825]
    assert outside == []


def test_a_style_sheet_is_asked_for_by_a_plain_name() -> None:
    for name in ("../../../etc/passwd", "/etc/passwd", "file:///etc/passwd", "a/b.css"):
        with pytest.raises(PdfFailed):
            to_pdf("<html lang='en'><head><title>t</title></head><body><p>x</p></body></html>", templates=papers.TEMPLATES, stylesheet=name)


def test_round_data_is_what_the_other_tests_think_it_is() -> None:
    assert sum(line.weight for line in round_criteria()) == 100
