"""A new opening from a job description: what the page shows, what it makes of the choices, what it refuses with everything still there."""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from rubrics import codec, library
from rubrics.drafting import Draft
from rubrics.drafting.model import Asked, Confidence, Genre, Level, Span, Unlisted
from rubrics.drafting.sources import MAX_CHARACTERS
from rubrics.model import Criterion, Kind, Rubric, Stage, Weighted
from rubrics.qualifications import EDUCATION_LEVELS, EducationRule, ExperienceRule, Facts, RequirementRule
from screening.blueprints import drafting_pages as pages
from screening.database import Database
from screening.forms.drafting import named
from screening.models import Event, Opening, RubricDraft
from screening.policy import Hat
from screening.services import asked_facts, drafting
from screening.services.asked_facts import AskedEducation, AskedExperience
from screening.spreadsheets import column_letter
from tests.house_rules.test_pages import broken
from tests.screening.rubric_desk import errors
from tests.screening.test_texts import pdf, word
from tests.support.hiring_round import HiringRound, build
from tests.support.keys import KEY
from tests.support.web import Browser, Site

ADDRESS = "/openings/new/from-text"
ADVERTISEMENT = """Customer service agent

We are looking for an agent for our service desk.

Requirements:
- Patience and empathy with customers
- Team player
- At least 12 months of experience in customer service
- High school diploma required, associate's degree preferred
- A valid driver's licence

Nice to have:
- Calm under pressure

Benefits:
- Patient mentors and free coffee"""
OTHER_LANGUAGE = """Wir suchen eine freundliche Mitarbeiterin oder einen freundlichen Mitarbeiter für unseren Kundendienst in Hamburg.
Sie beantworten Fragen unserer Kunden am Telefon und per E-Mail, bleiben auch bei Beschwerden ruhig und finden gute Lösungen.
Sie arbeiten gern im Team, sind zuverlässig und bringen eine abgeschlossene Ausbildung mit. Wir bieten dreißig Tage Urlaub."""
NOISE = "Cookies help us deliver our services.\nSee also: ten holiday ideas\nSign up for our newsletter"


class _Fields(HTMLParser):
    """What a browser would send of the form on the page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: MultiDict[str, str] = MultiDict()
        self.select, self.area, self.words = "", "", ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        name = given.get("name", "")
        if tag == "input" and name and (given.get("type") not in ("checkbox", "radio") or "checked" in given):
            self.found.add(name, given.get("value", ""))
        elif tag == "select":
            self.select = name
        elif tag == "option" and "selected" in given:
            self.found.add(self.select, given["value"])
        elif tag == "textarea":
            self.area, self.words = name, ""

    def handle_data(self, data: str) -> None:
        self.words += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            # The line end after the start tag is not part of the text.
            self.found.add(self.area, self.words.removeprefix("\r\n").removeprefix("\n"))


def fields(response: TestResponse) -> dict[str, str]:
    found = _Fields(response.text).found
    return {name: found[name] for name in found if name not in ("csrf_token", "submission_token", "version")}


def posted(browser: Browser, text: str = "", **data: Any) -> TestResponse:
    return browser.post(ADDRESS, {"text": text, "step": "read", **data})


def made(browser: Browser, sent: dict[str, str]) -> TestResponse:
    return browser.post(ADDRESS, {**sent, "step": "make"})


@pytest.fixture
def recruiter(site: Site, hiring: HiringRound) -> Browser:
    return site.signed_in(hiring.people["recruiter"])


def saved(database: Database, response: TestResponse) -> tuple[Opening, Rubric]:
    assert response.status_code == 303, errors(response)
    public_id = response.headers["Location"].removeprefix("/openings/").removesuffix("/rubric")
    with database.reading() as session:
        opening = session.scalars(select(Opening).where(Opening.public_id == public_id)).one()
        return opening, codec.from_dict(session.get_one(RubricDraft, opening.id).content)


def shipped(key: str, quote: str, weight: str, *, required: bool = True) -> Weighted:
    because = f"From the job text: “{quote}”"
    return Weighted(library.criteria()[key].criterion, codec.weight(weight, key), because, required=required)


def judged(key: str, rule: ExperienceRule | EducationRule, quote: str, weight: str, minimum: int | None) -> Weighted:
    item = shipped(key, quote, weight)
    return replace(item, minimum=minimum, criterion=replace(item.criterion, rule=rule, anchors=("",) * 5))


READ = {
    "take_patience": "y",
    "level_patience": "required",
    "as_patience": "patience",
    "take_empathy": "y",
    "level_empathy": "required",
    "as_empathy": "empathy",
    "take_teamwork": "y",
    "level_teamwork": "required",
    "as_teamwork": "teamwork",
    "take_composure": "y",
    "level_composure": "preferred",
    "as_composure": "composure",
    "take_experience": "y",
    "level_experience": "required",
    "experience_months": "12",
    "experience_wished": "",
    "experience_field": "customer service",
    "take_education": "y",
    "level_education": "required",
    "education_minimum": "high_school",
    "education_preferred": "associate",
    "kind_1": "rated",
    "title": "Customer service agent",
    "department": "",
    "location": "",
    "text": ADVERTISEMENT,
}
PATIENCE, DIPLOMA = "Patience and empathy with customers", "High school diploma required, associate's degree preferred"
TWELVE = "At least 12 months of experience in customer service"


def test_the_page_says_what_was_read_and_keeps_the_rules(recruiter: Browser) -> None:
    page = posted(recruiter, ADVERTISEMENT)
    assert (page.status_code, broken(page), fields(page)) == (200, [], READ)
    assert "Education is a hard minimum without “or equivalent experience”." in page.text
    assert page.text.count('<mark class="evidence evidence-preferred"') == 1
    assert "Grey out 2 passages read as no demand" in page.text
    assert recruiter.get(ADDRESS).text.count("<textarea") == 1


def test_what_is_left_as_read_becomes_the_rubric(recruiter: Browser, database: Database, hiring: HiringRound) -> None:
    opening, rubric = saved(database, made(recruiter, fields(posted(recruiter, ADVERTISEMENT))))
    levels = {2: "high_school", 3: "certificate", 4: "associate", 5: "bachelor"}
    months = ExperienceRule({2: 1, 3: 12, 4: 24, 5: 48}, {2: 6, 3: 24, 4: 48}, "customer service")
    experience = judged("experience", months, TWELVE, "16.66", 3)
    assert rubric == Rubric(
        "Customer service agent",
        (
            shipped("patience", PATIENCE, "16.67"),
            shipped("empathy", PATIENCE, "16.67"),
            shipped("teamwork", "Team player", "16.67"),
            shipped("composure", "Calm under pressure", "16.67", required=False),
            # The months are those of the library's own rule, so its anchors hold.
            replace(experience, criterion=replace(experience.criterion, anchors=library.criteria()["experience"].criterion.anchors)),
            judged("education", EducationRule(levels, preferred="associate"), DIPLOMA, "16.66", 2),
        ),
        (Stage("interview", "Interview", ("patience", "empathy", "teamwork", "composure")),),
    )
    assert (opening.title, opening.department, opening.location, opening.state) == ("Customer service agent", "", "", "draft")
    assert hiring.viewer("recruiter").hats[opening.id] == frozenset({Hat.RECRUITER})
    with database.reading() as session:
        event = session.scalars(select(Event).where(Event.opening_id == opening.id)).one()
    assert (event.action, event.detail) == ("opening_created", {})
    assert "with what you took from the text" in recruiter.get(f"/openings/{opening.public_id}/rubric").text


def test_whatever_is_chosen_becomes_the_rubric(recruiter: Browser, database: Database) -> None:
    sent = fields(posted(recruiter, ADVERTISEMENT))
    del sent["take_empathy"], sent["take_patience"]
    sent |= {"as_teamwork": "patience", "level_composure": "required", "level_teamwork": "preferred"}
    sent |= {"experience_months": "6", "experience_wished": "36", "experience_field": "retail"}
    sent |= {"education_minimum": "bachelor", "education_preferred": "", "education_equivalent": "y"}
    sent |= {"write_1": "y", "kind_1": "requirement", "title": "Desk agent", "department": "Service", "location": "Millbrook"}
    opening, rubric = saved(database, made(recruiter, sent))
    licence = "A valid driver's licence"
    key = "driving_licence_or_own_transport"
    own = Criterion(key, "Driving licence or own transport", f"“{licence}”", Kind.REQUIREMENT, rule=RequirementRule(key))
    months = ExperienceRule({2: 1, 3: 6, 4: 24, 5: 36}, {2: 6, 3: 12, 4: 48, 5: 72}, "retail")
    levels = {2: "high_school", 3: "certificate", 4: "associate", 5: "bachelor"}
    assert rubric == Rubric(
        "Desk agent",
        (
            shipped("patience", "Team player", "20", required=False),
            shipped("composure", "Calm under pressure", "20"),
            judged("experience", months, TWELVE, "20", 3),
            judged("education", EducationRule(levels, 24, "bachelor"), DIPLOMA, "20", 5),
            Weighted(own, codec.weight("20", key), f"From the job text: “{licence}”", required=True),
        ),
        (Stage("interview", "Interview", ("patience", "composure")),),
    )
    assert (opening.title, opening.department, opening.location) == ("Desk agent", "Service", "Millbrook")


def test_one_s_own_criterion_is_asked_in_the_stage(recruiter: Browser, database: Database) -> None:
    sent = {name: value for name, value in fields(posted(recruiter, ADVERTISEMENT)).items() if not name.startswith("take_")}
    _, rubric = saved(database, made(recruiter, {**sent, "write_1": "y"}))
    assert [(item.key, item.weight, item.criterion.kind) for item in rubric.criteria] == [
        ("driving_licence_or_own_transport", 100, Kind.RATED)
    ]
    assert rubric.stages == (Stage("interview", "Interview", ("driving_licence_or_own_transport",)),)


def posting() -> str:
    parts = {"title": "Customer service agent", "description": f"<p>{ADVERTISEMENT.replace(chr(10), '<br>')}</p>"}
    return json.dumps({"@context": "https://schema.org", "@type": "JobPosting", **parts})


PAGE = (
    "<html><body><h1>Customer service agent</h1>" + "".join(f"<p>{line}</p>" for line in ADVERTISEMENT.split("\n")[1:]) + "</body></html>"
)
MARKED = {name: value for name, value in READ.items() if name != "text"}


@pytest.mark.parametrize("source", [posting(), PAGE], ids=["JobPosting", "HTML"])
def test_markup_is_read_and_carried_as_it_was_pasted(still: Browser, source: str) -> None:
    page = posted(still, source)
    assert fields(page) == {**MARKED, "text": source}
    assert "<h1>Customer" not in page.text
    assert made(still, {**fields(page), "title": ""}).status_code == 422


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("job.txt", ADVERTISEMENT.replace("\n", "\r\n").encode("utf-16")),
        ("job.docx", word([(line.removeprefix("- "), "List Bullet" if line[:1] == "-" else None) for line in ADVERTISEMENT.split("\n")])),
        ("job.pdf", pdf("We are looking for a team player: patience is required.", "You must be reliable.")),
    ],
)
def test_files_are_read(still: Browser, name: str, content: bytes) -> None:
    page = posted(still, file=(io.BytesIO(content), name))
    assert page.status_code == 200, errors(page)
    taken = {field for field in fields(page) if field.startswith("take_")}
    expected = {"take_teamwork", "take_patience", "take_reliability"} if name == "job.pdf" else {one for one in READ if one[:5] == "take_"}
    assert taken == expected
    assert made(still, {**fields(page), "title": ""}).status_code == 422


@pytest.fixture(scope="module")
def quiet_site(migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Site, HiringRound]]:
    """One round for all requests that make nothing."""
    path = tmp_path_factory.mktemp("drafting") / "test.sqlite3"
    shutil.copy(migrated_file, path)
    database = Database(f"sqlite:///{path}", secrets=(KEY,))
    site, hiring = Site(database), build(database)
    yield site, hiring
    site.close()
    database.close()


@pytest.fixture
def still(quiet_site: tuple[Site, HiringRound]) -> Iterator[Browser]:
    """A recruiter whose requests make no opening."""
    site, hiring = quiet_site
    before = _openings(hiring.database)
    yield site.signed_in(hiring.people["recruiter"])
    assert _openings(hiring.database) == before


def _openings(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(Opening)) or 0


ONLY = "Paste only the part that describes the job."
LONG = "We want patience. " * 6000


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "Paste the text: Paste the text here, or choose a file that holds it."),
        (" \n\t ", "Paste the text: Paste the text here, or choose a file that holds it."),
        (
            LONG,
            f"Paste the text: The text has 107,999 characters; at most {MAX_CHARACTERS:,} are read. {ONLY}",
        ),
        ("x" * 5_000_000, "Paste the text: This is 5.0 MB; at most 1 MB is read. " + ONLY),
        ("\x00\x01\x02PK" * 90, "Paste the text: This is not a text file. Save it as plain text, or paste the words themselves."),
        ("... --- ...", "Paste the text: There are no words in this text."),
        ('{"@type": "JobPosting", "description": "<p></p>"}', "Paste the text: There are no words in this text."),
    ],
    ids=["nothing", "blank", "long", "5 MB", "binary", "no words", "empty JobPosting"],
)
def test_a_text_that_cannot_be_read_is_still_there(still: Browser, text: str, message: str) -> None:
    refused = posted(still, text)
    assert (refused.status_code, errors(refused)) == (422, [message])
    assert fields(refused)["text"] == text.strip()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "This file is empty. Choose another, or paste the text."),
        (b"\n", "This file is empty. Choose another, or paste the text."),
        (
            b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9,
            "This is not a text: upload a plain text (.txt), a Word document (.docx) or a PDF, or paste",
        ),
        (b"x" * (5 * 2**20 + 1), "This file is larger than 5 MB. Paste the text instead."),
        (b"-- --", "There are no words in this text."),
    ],
)
def test_a_file_that_cannot_be_read(still: Browser, content: bytes, message: str) -> None:
    refused = posted(still, file=(io.BytesIO(content), "job.txt"))
    assert refused.status_code == 422
    assert [error[: len(message) + 14] for error in errors(refused)] == [f"Or upload it: {message}"]


def test_a_text_and_a_file_at_once_are_refused_with_the_text_there(still: Browser) -> None:
    refused = posted(still, ADVERTISEMENT, file=(io.BytesIO(b"Another text"), "job.txt"))
    assert (refused.status_code, fields(refused)["text"]) == (422, ADVERTISEMENT)
    assert errors(refused)[0].startswith("Or upload it: There is a text above as well.")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"title": " "}, "Title of the opening: Give the opening a title, such as “Customer service representative”."),
        ({"title": "x" * 201}, "Title of the opening: Use at most 200 characters here."),
        ({"department": "a\x07b"}, "Department: The character at place 2 cannot be printed. Delete it; it often comes with copied text."),
        ({"experience_months": "a year"}, "Experience: at least: Enter a whole number from 1 to 720."),
        ({"experience_months": "0"}, "Experience: at least: Enter a whole number from 1 to 720."),
        ({"experience_wished": "721"}, "Experience: better still: Enter a whole number from 1 to 720."),
        ({"experience_field": "x" * 201}, "Experience: in what: Use at most 200 characters here."),
        ({"education_minimum": "genius"}, "Education: at least: Not a valid choice."),
        ({"as_patience": "education"}, "Patience: criterion: Not a valid choice."),
        ({"level_patience": "adored"}, "Patience: how strongly: Not a valid choice."),
        ({"level_patience": ""}, "Patience: how strongly: Say whether it is required or preferred."),
        ({"as_teamwork": "empathy"}, "Teamwork: criterion: Empathy is taken already, in the line “Empathy”: drop one of the two."),
        ({"kind_1": "education"}, "Driving licence or own transport: how it is judged: Not a valid choice."),
    ],
)
def test_choices_that_cannot_be_are_refused_with_everything_still_there(still: Browser, changes: dict[str, str], message: str) -> None:
    sent = {**READ, "write_1": "y", "location": "Millbrook", **changes}
    del sent["take_composure"]
    refused = made(still, sent)
    assert (refused.status_code, errors(refused), broken(refused)) == (422, [message], [])
    # What a list or a pair of buttons does not offer cannot be shown in it.
    kept = {name: value.strip() for name, value in sent.items() if name not in changes or name in fields(refused)}
    assert {name: value for name, value in fields(refused).items() if name in kept} == kept


@pytest.mark.parametrize(
    ("text", "remark"),
    [
        (OTHER_LANGUAGE, "This text does not seem to be in English"),
        (NOISE, "This text does not seem to ask anything of people: no criterion was drafted."),
    ],
)
def test_an_empty_draft_says_so(still: Browser, text: str, remark: str) -> None:
    page = posted(still, text)
    assert (page.status_code, broken(page)) == (200, [])
    assert remark in page.text
    assert set(fields(page)) == {"text", "title", "department", "location"}


def test_an_empty_draft_can_still_become_an_opening(recruiter: Browser, database: Database) -> None:
    _, rubric = saved(database, made(recruiter, {**fields(posted(recruiter, NOISE)), "title": "Agent"}))
    assert rubric == Rubric("Agent")


def test_the_text_can_be_changed(still: Browser) -> None:
    back = still.post(ADDRESS, {**READ, "step": "back"})
    assert (back.status_code, fields(back)) == (200, {"text": ADVERTISEMENT, "file": ""})


def test_a_text_is_no_markup_and_may_hold_anything(still: Browser) -> None:
    hostile = "Requirements:\n- Patience <script>alert(1)</script> & “empathy” \x07\u202e\n- {{ 7 * 7 }} teamwork"
    page = posted(still, hostile)
    assert (page.status_code, broken(page)) == (200, [])
    assert "<script>alert" not in page.text
    assert "{{ 7 * 7 }}" in page.text


@pytest.mark.parametrize("person", ["stranger", "ada", "manager", "ivo"])
def test_nobody_else_gets_there(quiet_site: tuple[Site, HiringRound], person: str) -> None:
    site, hiring = quiet_site
    browser, before = site.signed_in(hiring.people[person]), _openings(hiring.database)
    answers = [browser.get(ADDRESS), posted(browser, ADVERTISEMENT), made(browser, READ)]
    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert all("Patience" not in answer.text for answer in answers)
    assert _openings(hiring.database) == before


def test_nobody_who_is_signed_out_gets_there(quiet_site: tuple[Site, HiringRound]) -> None:
    answer = made(quiet_site[0].visitor(), READ)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-in")


# --- the text in pieces ---

TEXT = "one two three\nfour five\n\nsix seven eight nine\nten"
WORDS = [Span(start, end) for start, end in [(0, 3), (4, 7), (8, 13), (14, 18), (19, 23), (25, 28), (29, 34), (35, 40), (41, 45), (46, 49)]]
runs = st.tuples(st.integers(0, 9), st.integers(0, 9)).map(lambda pair: Span(WORDS[min(pair)].start, WORDS[max(pair)].end))
evidence = st.lists(runs, min_size=1, max_size=3, unique=True).map(tuple)


@given(st.lists(evidence, max_size=6), st.lists(evidence, max_size=3), runs)
def test_pieces_are_the_text_and_know_their_lines(listed: list[tuple[Span, ...]], unlisted: list[tuple[Span, ...]], passed: Span) -> None:
    keys = [key for group in library.GROUPS.values() for key in group]
    asked = tuple(Asked(keys[n], Level.PREFERRED if n % 2 else Level.REQUIRED, Confidence.CLEAR, spans) for n, spans in enumerate(listed))
    others = tuple(Unlisted(f"Other {n}", Level.REQUIRED, spans) for n, spans in enumerate(unlisted))
    draft = Draft(TEXT, Genre.NOTES, criteria=asked, unlisted=others, passed_over=((passed, "a link"),))
    spans = {span for one in (*listed, *unlisted) for span in one}
    places = {span: number for number, span in enumerate(sorted(spans), start=1)}
    marked = [pages.Line(str(n), one.key, named(one.key), one.level, "", one.evidence, ()) for n, one in enumerate(asked)]
    marked += [pages.Line(column_letter(n), "", one.name, one.level, "", one.evidence, ()) for n, one in enumerate(others)]
    found = pages.rows(draft, marked, places)
    assert ["".join(piece.words for piece in row.pieces) for row in found] == list(filter(None, TEXT.split("\n")))
    place = 0
    for piece in (piece for row in found for piece in row.pieces):
        here = TEXT.index(piece.words, place)
        place = here + len(piece.words)
        covering = [line for line in marked if any(span.start <= here and place <= span.end for span in line.evidence)]
        # A line may have two overlapping places here; it is evidence once more for that.
        assert list(dict.fromkeys(piece.lines)) == covering
        assert piece.passed == (passed.start <= here and place <= passed.end)
        assert set(piece.begins) == {number for span, number in places.items() if span.start == here}
        assert set(piece.ends) == {line for line in marked if any(span.end == place for span in line.evidence)}
        level = {line.level for line in covering if line.key}
        look = "required" if Level.REQUIRED in level else "preferred" if level else "unlisted" if covering else ""
        assert piece.look == look


# --- what the facts become ---


@given(st.integers(1, 720), st.none() | st.integers(1, 720))
def test_exactly_the_months_asked_for_reach_the_minimum(months: int, wished: int | None) -> None:
    item = asked_facts.experience(AskedExperience(True, months, wished))
    rule = item.criterion.rule
    assert isinstance(rule, ExperienceRule)
    assert item.minimum is not None
    reached = [rule.level(Facts(months=had, relatedness="same")) for had in (months, months - 1)]
    assert (reached[0] or 0) >= item.minimum > (reached[1] or 9)
    if wished and wished > months:
        assert (rule.level(Facts(months=wished, relatedness="same")) or 0) > (rule.level(Facts(months=wished - 1, relatedness="same")) or 0)


@pytest.mark.parametrize(
    ("asked", "same", "minimum"),
    [
        (AskedExperience(True), {2: 1, 3: 12, 4: 24, 5: 48}, 2),
        (AskedExperience(False, wished=24), {2: 1, 3: 12, 4: 24, 5: 48}, None),
        (AskedExperience(True, 36), {2: 1, 3: 12, 4: 36, 5: 48}, 4),
        (AskedExperience(True, 60), {2: 1, 3: 12, 4: 24, 5: 60}, 5),
        (AskedExperience(True, 60, 72), {2: 1, 3: 12, 4: 60, 5: 72}, 4),
        (AskedExperience(True, 12, 6), {2: 1, 3: 12, 4: 24, 5: 48}, 3),
    ],
)
def test_what_experience_becomes(asked: AskedExperience, same: dict[int, int], minimum: int | None) -> None:
    item = asked_facts.experience(asked)
    assert isinstance(item.criterion.rule, ExperienceRule)
    assert (item.criterion.rule.same, item.minimum, item.required) == (same, minimum, asked.required)


@pytest.mark.parametrize("equivalent", [True, False])
@pytest.mark.parametrize("level", [name for name in EDUCATION_LEVELS if name != "none"])
def test_exactly_the_education_asked_for_reaches_the_minimum(level: str, equivalent: bool) -> None:
    item = asked_facts.education(AskedEducation(True, level, equivalent=equivalent))
    rule, order = item.criterion.rule, list(EDUCATION_LEVELS)
    assert isinstance(rule, EducationRule)
    below = order[order.index(level) - 1]
    assert rule.needed(item.minimum) == level
    assert (rule.level(Facts(education=level)) or 0) >= (item.minimum or 9) > (rule.level(Facts(education=below)) or 9)
    worked = rule.level(Facts(education="none", months=24, relatedness="related"))
    assert (worked or 0) >= (item.minimum or 9) if equivalent else worked == 1


def test_education_that_is_only_preferred_sets_no_minimum() -> None:
    item = asked_facts.education(AskedEducation(False, preferred="bachelor"))
    assert (item.minimum, item.required) == (None, False)
    assert item.criterion.rule == EducationRule({2: "high_school", 3: "certificate", 4: "associate", 5: "bachelor"}, preferred="bachelor")


def test_quotes_are_one_printable_line() -> None:
    assert drafting.printable("a\x00b \n\t c\x07\x1c d" + "é" * 9, 12) == "ab c dééééé…"
