"""The interview kit: what stands on it, how it is set, and the form that it becomes."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.errors import PdfFailed
from reports.fit import Paper
from reports.kit import InterviewKit, KitCriterion, KitQuestion, form_fields, lines_to_write
from reports.kit_form import with_fields
from reports.kit_reader import VALUE_LETTERS, answer
from reports.pdf import to_pdf
from reports.render import KIT_STYLESHEET, kit_html
from rubrics import library
from tests.reports.papers import TEMPLATES, failed_rules, fonts, metadata, pages
from tests.support.kits import filled


def criterion(key: str) -> KitCriterion:
    shipped = library.criteria()[key].criterion
    questions = tuple(KitQuestion(question.text, question.probes) for question in shipped.questions)
    return KitCriterion(key, shipped.name, shipped.definition, questions, shipped.anchors, minimum=3, required=True)


def kit(*keys: str, **changes: object) -> InterviewKit:
    made = InterviewKit(
        organisation="Blue River Utilities",
        opening="Customer service representative",
        candidate="Agnieszka Wójcik",
        stage="Panel",
        minutes=45,
        purpose="See how they work.",
        interviewer="Henrik Dahl",
        scheduled_at=datetime(2026, 3, 5, 9, 30, tzinfo=UTC),
        place="Room 4",
        script="Welcome.\nThank you for coming.",
        closing="Thank you.",
        criteria=tuple(map(criterion, keys or ("composure", "teamwork"))),
        rubric_version=2,
        rubric_digest="ab12" * 16,
        rubric_published_at=datetime(2026, 3, 1, tzinfo=UTC),
        note_limit=4000,
        reason_limit=300,
        seal="a.seal",
    )
    return replace(made, **changes)  # type: ignore[arg-type]


@cache
def printed(made: InterviewKit, paper: Paper = "a4") -> bytes:
    return to_pdf(kit_html(made, templates=TEMPLATES, paper=paper), templates=TEMPLATES, stylesheet=KIT_STYLESHEET)


@cache
def form(made: InterviewKit) -> bytes:
    html = kit_html(made, templates=TEMPLATES, fillable=True)
    drawn = to_pdf(html, templates=TEMPLATES, stylesheet=KIT_STYLESHEET, forms=True)
    return with_fields(drawn, form_fields(made), made.seal, templates=TEMPLATES)


def test_the_printed_kit_says_who_what_and_how_on_a_page_for_each_criterion() -> None:
    found = pages(printed(kit()))
    assert len(found) == 4
    front, first, second, last = found
    for words_of_front in (
        "Agnieszka Wójcik Customer service representative · Panel · 45 minutes See how they work.",
        "Interviewer When Where Henrik Dahl 5 Mar 2026, 09:30 UTC Room 4",
        "Read aloud to open Welcome. Thank you for coming.",
        "1 Calm under stress Yes 3",
        "Rubric version 2, digest ab12ab12ab12 · Published 1 Mar 2026",
    ):
        assert words_of_front in front
    composure = criterion("composure")
    for text in (composure.definition, *(probe for question in composure.questions for probe in (question.text, *question.probes))):
        assert text in first
    for level, anchor in enumerate(composure.anchors, start=1):
        assert f"{level} {anchor}" in first
    assert "Or not assessed, because No time left Not asked Does not apply Candidate declined Other (say in the note)" in first
    assert second.find("Teamwork") > 0
    assert "Should this candidate go on? Strong no No Yes Strong yes Why, in one line Interviewer’s signature Date" in last


def test_printed_kit_and_form_keep_every_rule_of_pdf_ua() -> None:
    blank = kit(candidate="", interviewer="", scheduled_at=None, place="", script="", closing="", purpose="", seal="")
    assert [failed_rules(pdf) for pdf in (printed(kit()), printed(blank), form(kit()), printed(kit(), "letter"))] == [0, 0, 0, 0]


def test_a_blank_kit_names_nobody_and_leaves_room_for_who() -> None:
    front = pages(printed(kit(candidate="", interviewer="", scheduled_at=None, place="", seal="")))[0]
    assert "Panel Customer service representative · 45 minutes" in front
    assert "Candidate Interviewer When Where How to use this kit" in front


def test_names_of_any_script_and_markup_are_text() -> None:
    made = kit(candidate="<b>Łukasz</b> & مرحبا 李小龍 😀", stage="1 < 2", place="{{ 7 * 7 }}")
    front = pages(printed(made))[0]
    assert "<b>Łukasz</b> &" in front
    assert "{{ 7 * 7 }}" in front
    assert failed_rules(form(made)) == 0


def test_a_criterion_with_a_long_guide_flows_on_and_one_without_any_words_has_the_most_lines() -> None:
    long = replace(criterion("composure"), questions=tuple(KitQuestion("Long question. " * 35, ("A probe. " * 30,) * 8) for _ in range(3)))
    bare = KitCriterion("bare", "Bare", "", (), ("",) * 5)
    assert [lines_to_write(item, "a4") for item in (long, bare)] == [14, 29]
    found = pages(printed(kit(criteria=(long, bare))))
    assert ["Evidence: what did they say or do?" in page for page in found] == [False, False, False, True, True, False]
    assert "2 Bare" in found[4]


def test_the_longest_shipped_criteria_fit_the_shorter_page() -> None:
    rated = [criterion(key) for key, item in library.criteria().items() if item.criterion.is_rated]
    longest = sorted(rated, key=lambda item: (lines_to_write(item, "letter"), -len("".join(item.anchors))))[:6]
    found = pages(printed(kit(criteria=tuple(longest)), "letter"))
    assert ["Evidence: what did they say or do?" in page and "Other (say in the note)" in page for page in found] == [
        False,
        *[True] * 6,
        False,
    ]
    assert sum("Other (say in the note)" in page for page in found) == 6


def test_the_same_kit_gives_the_same_bytes() -> None:
    html = kit_html(kit(), templates=TEMPLATES, fillable=True)
    drawn = to_pdf(html, templates=TEMPLATES, stylesheet=KIT_STYLESHEET, forms=True)
    assert with_fields(drawn, form_fields(kit()), "a.seal", templates=TEMPLATES) == form(kit())


def test_the_form_has_a_field_for_everything_that_the_scorecard_asks_for_in_reading_order() -> None:
    with pikepdf.open(BytesIO(form(kit("composure")))) as document:
        fields = [
            (
                str(field.T),
                str(field.TU),
                int(field.get("/MaxLen", 0)),
                int(field.Ff),
                [(*(state for state in kid.AP.N.keys() if state != "/Off"), str(kid.TU)) for kid in field.get("/Kids", ())],  # noqa: SIM118
            )
            for field in document.Root.AcroForm.Fields
        ]
        assert document.Root.AcroForm.NeedAppearances
        assert {str(page.obj.Tabs) for page in document.pages} == {"/S"}
        assert [int(kid.F) for kid in document.Root.AcroForm.Fields[1].Kids] == [4] * 5
    name = "Calm under stress"
    assert fields == [
        ("note_composure", f"{name}: evidence", 4000, 1 << 12, []),
        ("rating_composure", f"{name}: level", 0, 0, [(f"/{level}", f"{name}: level {level}") for level in range(1, 6)]),
        (
            "na_composure",
            f"{name}: not assessed",
            0,
            0,
            [
                ("/no_time", f"{name}: not assessed, No time left"),
                ("/not_asked", f"{name}: not assessed, Not asked"),
                ("/not_applicable", f"{name}: not assessed, Does not apply"),
                ("/candidate_declined", f"{name}: not assessed, Candidate declined"),
                ("/other", f"{name}: not assessed, Other (say in the note)"),
            ],
        ),
        (
            "recommendation",
            "Should this candidate go on?",
            0,
            0,
            [("/strong_no", "Go on? Strong no"), ("/no", "Go on? No"), ("/yes", "Go on? Yes"), ("/strong_yes", "Go on? Strong yes")],
        ),
        ("reason", "Why, in one line", 300, 0, []),
        ("screening_kit", "Identifier of this kit", 0, 1, []),
    ]
    assert metadata(form(kit()))["/ScreeningKit"] == "a.seal"


def test_a_form_runs_nothing_and_holds_our_fonts_alone() -> None:
    content = form(kit())
    with pikepdf.open(BytesIO(content)) as document:
        assert not [key for key in document.Root.keys() if key in ("/OpenAction", "/AA", "/Names")]  # noqa: SIM118
        assert "/XFA" not in document.Root.AcroForm
        assert not [item for item in document.objects if isinstance(item, pikepdf.Dictionary) and ("/JS" in item or "/AA" in item)]
    assert fonts(content) == {"Inter", "Inter-Semi-Bold"}


def test_what_is_typed_is_drawn_in_our_letters_where_they_have_them(tmp_path: Path) -> None:
    """Poppler draws the fields of a form anew; with a font of its own it leaves out Polish, Greek and Russian letters."""
    typed = "Zażółć gęślą jaźń, Łódź. Καλημέρα. Привет."
    (tmp_path / "form.pdf").write_bytes(filled(form(kit()), {"note_composure": typed, "rating_composure": "4"}))
    command = ["pdftoppm", "-r", "40", "-f", "2", "-l", "2", "-gray", str(tmp_path / "form.pdf"), str(tmp_path / "page")]
    drawn = subprocess.run(command, capture_output=True, check=True)
    assert drawn.stderr == b""
    empty = subprocess.run([*command[:-2], "-", str(tmp_path / "empty")], input=form(kit()), capture_output=True, check=True)
    assert empty.stderr == b""
    (one,) = tmp_path.glob("page*.pgm")
    (other,) = tmp_path.glob("empty*.pgm")
    assert one.read_bytes() != other.read_bytes()


def test_a_page_whose_places_are_not_the_fields_is_refused() -> None:
    with pytest.raises(PdfFailed, match="its fields are not those that were drawn"):
        with_fields(printed(kit()), form_fields(kit()), "a.seal", templates=TEMPLATES)


TEXTS = st.text(st.characters(codec="utf-8"), max_size=200)


@settings(max_examples=40)
@given(note=TEXTS, reason=TEXTS, level=st.sampled_from(["1", "5"]))
def test_whatever_is_typed_comes_back(note: str, reason: str, level: str) -> None:
    values = {"note_composure": note, "reason": reason, "rating_composure": level, "recommendation": "strong_no"}
    empty = {field.name: "" for field in form_fields(kit())}
    assert answer(filled(form(kit()), values)) == {"values": {**empty, **values}, "seal": "a.seal", "info": "a.seal"}


def test_a_value_beyond_every_limit_is_cut_where_it_is_still_too_long() -> None:
    found = answer(filled(form(kit()), {"note_composure": "x" * (VALUE_LETTERS + 1)}))
    assert len(found["values"]["note_composure"]) == VALUE_LETTERS > 4000
