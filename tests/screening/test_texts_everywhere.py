"""Text is kept as typed, in one spelling of its letters, on both databases: in, out in every format, and found again."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import select

from screening.models import Application, Candidate
from tests.reports import papers
from tests.support.forms import form_at
from tests.support.hiring_round import HiringRound
from tests.support.hostile import multipart, urlencoded
from tests.support.programs import Program
from tests.support.web import Browser, Site

NAMES = {
    "right to left": "محمد العلي",
    "Hebrew with marks": "שָׁלוֹם כהן",
    "Chinese": "王小明",
    "Thai": "สมชาย ใจดี",
    "emoji": "Ada 👩‍🚒🏽 Nowak",
    "beyond the first plane": "𠮷野家 𝒜𝒹𝒶",
    "marks that follow": "Zoë Müller-Ångström",
    "zero width joiner": "क्‍ष शर्मा",
    "direction marks": "Tom \u200f(\u200eR\u200f)",
    "quotes and signs": "O’Brien <b>&amp;</b> \"x\" 'y' 100%",
}


@pytest.fixture
def recruiter(site: Site, hiring: HiringRound) -> Iterator[Browser]:
    return site.signed_in(hiring.people["recruiter"])


def add(recruiter: Browser, hiring: HiringRound, **values: str) -> int:
    form = form_at(recruiter, f"/openings/{hiring.opening}/candidates/new")
    return form.send(recruiter, **values).status_code


def stored(hiring: HiringRound) -> set[str]:
    with hiring.database.reading() as session:
        return set(session.scalars(select(Candidate.name)))


def test_names_of_all_scripts_come_out_as_they_went_in(recruiter: Browser, hiring: HiringRound) -> None:
    for name in NAMES.values():
        # Typed with every letter taken apart, as some systems do.
        assert add(recruiter, hiring, name=unicodedata.normalize("NFD", name)) == 303, name
    kept = {unicodedata.normalize("NFC", name) for name in NAMES.values()}
    assert kept <= stored(hiring)
    here = f"/openings/{hiring.opening}"
    page = recruiter.get(f"{here}/compare").text
    rows = list(csv.DictReader(io.StringIO(recruiter.get(f"{here}/compare.csv").data.decode("utf-8-sig"), newline="")))
    book = openpyxl.load_workbook(io.BytesIO(recruiter.get(f"{here}/compare.xlsx").data))
    cells = {str(cell.value) for row in book.worksheets[0].iter_rows() for cell in row}
    assert kept <= {row["candidate"] for row in rows}
    assert kept <= cells
    assert all(name in page for name in kept if not {"<", "&", '"', "'"} & set(name))
    assert "O’Brien &lt;b&gt;&amp;amp;&lt;/b&gt; &#34;x&#34; &#39;y&#39; 100%" in page


def test_programs_get_and_send_them_too(site: Site, recruiter: Browser, hiring: HiringRound) -> None:
    program, path = Program(site, hiring.people["recruiter"]), f"/api/v1/openings/{hiring.opening}/candidates"
    for name in NAMES.values():
        assert program.post(path, {"name": unicodedata.normalize("NFD", name)}).status_code == 201, name
    kept = {unicodedata.normalize("NFC", name) for name in NAMES.values()}
    assert kept <= stored(hiring)
    assert kept <= {item["name"] for item in program.get(path).json["candidates"]}
    assert kept <= {row["name"] for row in program.get(f"/api/v1/openings/{hiring.opening}/results").json["results"]}


@pytest.mark.parametrize(("kind", "shaped"), [("right to left", True), ("Chinese", False), ("emoji", False), ("marks that follow", False)])
def test_papers_have_them_as_well(recruiter: Browser, hiring: HiringRound, kind: str, *, shaped: bool) -> None:
    form = form_at(recruiter, f"/openings/{hiring.opening}/candidates/new")
    there = form.send(recruiter, name=unicodedata.normalize("NFD", NAMES[kind])).headers["Location"]
    paper = recruiter.get(f"{there}/summary.pdf")
    assert paper.status_code == 200
    assert unicodedata.normalize("NFC", NAMES[kind]) in papers.metadata(paper.data)["/Title"]
    # Letters that join are drawn in other forms, as they must be.
    assert bool(papers.letters_drawn_wrong(paper.data)) is shaped
    assert papers.failed_rules(paper.data) == 0


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_search_finds_a_name_however_it_is_spelt(recruiter: Browser, hiring: HiringRound, form: str) -> None:
    other = "NFD" if form == "NFC" else "NFC"
    assert add(recruiter, hiring, name=unicodedata.normalize(form, "Zoë Müller")) == 303
    for needle in ("zoë m", "MÜLLER", "Zoë Müller"):
        answer = recruiter.get(f"/openings/{hiring.opening}/compare", query_string={"text": unicodedata.normalize(other, needle)})
        assert ("Zoë Müller" in answer.text, "Tom Okafor" in answer.text) == (True, False), needle


def test_two_spellings_of_one_address_are_one_person(recruiter: Browser, hiring: HiringRound) -> None:
    assert add(recruiter, hiring, name="Zoë", email=unicodedata.normalize("NFD", "zoë@example.org")) == 303
    form = form_at(recruiter, f"/openings/{hiring.opening}/candidates/new")
    answer = form.send(recruiter, name="Zoë", email=unicodedata.normalize("NFC", "ZOË@example.org"))
    assert answer.status_code == 422
    assert "has this e-mail address already" in answer.text


CONTROL = ["\x00", "\x01", "\x07", "\x08", "\x0b", "\x0c", "\x1b", "\x1f", "\x7f", "\x80", "\x85", "\x9f", "\ud800", "\udfff"]


@pytest.mark.parametrize("letter", CONTROL, ids=[f"{ord(letter):04x}" for letter in CONTROL])
@pytest.mark.parametrize("field", ["name", "notes"])
def test_what_cannot_be_printed_is_refused_alike_on_both_databases(
    recruiter: Browser, hiring: HiringRound, field: str, letter: str
) -> None:
    form = form_at(recruiter, f"/openings/{hiring.opening}/candidates/new")
    body = form.data(**{"name": "Typed with care", field: f"Typed{letter}with care"})
    pairs = [(name, value) for name, values in body.items() for value in (values if isinstance(values, list) else [values])]

    for sent in (urlencoded(pairs), multipart(pairs, [])):
        answer = recruiter.client.post(form.action, data=sent.body, content_type=sent.kind)
        if "\ud800" <= letter <= "\udfff":
            # What is no text at all is read as the sign for that, three of them for its three bytes.
            assert answer.status_code in (303, 422)
        else:
            assert (answer.status_code, "The character at place 6 cannot be printed" in answer.text) == (422, True)
            assert "with care" in answer.text
    with hiring.database.reading() as session:
        held = [name for name in session.scalars(select(Candidate.name)) if letter in name]
        assert held + [note for note in session.scalars(select(Application.notes)) if letter in note] == []


def test_lines_tabs_and_marks_of_direction_stay(recruiter: Browser, hiring: HiringRound) -> None:
    notes = "One\r\n\ttwo\rthree \u202bמימין\u202c \u2066x\u2069 end"
    assert add(recruiter, hiring, name="Line Keeper", notes=notes) == 303
    with hiring.database.reading() as session:
        (kept,) = [row for row in session.scalars(select(Application.notes)) if row]
    assert kept == "One\n\ttwo\nthree \u202bמימין\u202c \u2066x\u2069 end"


def test_a_script_may_not_send_what_a_form_may_not(site: Site, hiring: HiringRound) -> None:
    browser, card = site.signed_in(hiring.people["ada"]), f"/scorecards/{hiring.cards['ada', 'maria', 'phone']}"
    for letter in CONTROL:
        answer = browser.send_json(f"{card}/draft", {"version": 1, "rubric": 1, "fields": {"note_composure": f"Typed{letter}with care"}})
        assert (answer.status_code, list(answer.json.get("fields", ()))) == (422, ["note_composure"]), (repr(letter), answer.json)


def test_a_list_of_candidates_may_not_hold_it_either(recruiter: Browser, hiring: HiringRound, tmp_path: Path) -> None:
    address = f"/openings/{hiring.opening}/import"
    form = form_at(recruiter, address)
    content = b"name\nTyped\x07with care\n"
    answer = form.send(recruiter, file=(io.BytesIO(content), "a.csv"))
    page = recruiter.get(answer.headers["Location"]).text if answer.status_code == 303 else answer.text
    assert "cannot be printed" in page or "control" in page
