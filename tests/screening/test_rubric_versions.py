"""Publishing, and what the team can read of published versions."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from rubrics import codec, library
from screening.database import Database
from screening.models import Opening
from screening.services import rubrics
from tests.screening.rubric_desk import Desk, errors, read
from tests.support.hiring_round import HiringRound, opening_row, small_rubric
from tests.support.web import Site


@pytest.fixture
def desk(site: Site, hiring: HiringRound) -> Desk:
    return Desk(site.signed_in(hiring.people["recruiter"]), hiring)


def state(hiring: HiringRound, public_id: str) -> tuple[str, int]:
    with hiring.database.reading() as session:
        opening = session.query(Opening).filter_by(public_id=public_id).one()
        return opening.state, opening.revision


@pytest.mark.parametrize("key", sorted(library.templates()))
def test_from_template_to_published_in_two_clicks(site: Site, hiring: HiringRound, key: str) -> None:
    recruiter = site.signed_in(hiring.people["recruiter"])
    made = recruiter.post("/openings/new", {"title": f"Post “{key}”", "start": f"template:{key}"})
    assert made.status_code == 303
    opening = made.headers["Location"].split("/")[2]
    assert made.headers["Location"] == f"/openings/{opening}/rubric"
    desk = Desk(recruiter, hiring, opening=opening)
    assert state(hiring, opening)[0] == "draft"
    assert desk.saved("publish") == "/versions/1"
    (version,) = desk.published()
    template = library.templates()[key].rubric
    assert version.content == codec.to_dict(template) | {"title": f"Post “{key}”"}
    assert version.digest == codec.digest(codec.from_dict(version.content))
    assert state(hiring, opening)[0] == "open"
    assert desk.events() == [("rubric_published", {"number": 1, "digest": version.digest[:12]})]
    page = recruiter.get(f"/openings/{opening}/rubric/versions/1").text
    for item in template.criteria:
        for words in (item.criterion.name, item.rationale, *item.criterion.anchors, *(q.text for q in item.criterion.questions)):
            assert words.replace("'", "&#39;") in page
    for stage in template.stages:
        for words in (stage.name, stage.purpose, stage.script, stage.closing):
            assert words.replace("'", "&#39;") in page


def test_the_second_version_needs_a_note(desk: Desk) -> None:
    refused = desk.set(rationale_composure="Changed").press("publish")
    assert (refused.status_code, errors(refused)) == (
        422,
        ["Note on this version: Say in a line what changed and why: it is kept with the version."],
    )
    assert read(refused).fields["rationale_composure"] == "Changed"
    assert (len(desk.published()), desk.draft()) == (1, (2, small_rubric()))
    assert desk.set(note="  Reworded <b>it  ").saved("publish") == "/versions/2"
    assert [(version.number, version.note) for version in desk.published()] == [(1, ""), (2, "Reworded <b>it")]


def test_what_has_not_changed_is_not_published_again(desk: Desk) -> None:
    refused = desk.set(note="Again").press("publish")
    assert (refused.status_code, errors(refused)) == (422, ["Nothing has changed since version 1."])
    assert len(desk.published()) == 1
    assert "Nothing has changed since version 1 was published." in desk.open().text


def test_what_must_be_mended_stops_publishing_and_is_listed(desk: Desk) -> None:
    desk.set(add=["empathy"]).saved("add")
    before = desk.draft()
    refused = desk.set(weight_composure="20", note="More").press("publish")
    assert refused.status_code == 422
    assert errors(refused) == ["3 things to mend before this can be published; see the list."]
    for line in (
        "Weights: The weights total 90, not 100: 10 points are missing.",
        "Empathy: Say why the weight is 0 and not an equal share.",
        "Empathy: No stage asks for it: put it into one, or take it out of the rubric.",
    ):
        assert line in refused.text
    assert read(refused).fields["weight_composure"] == "20"
    assert (desk.draft(), len(desk.published())) == (before, 1)


def test_publishing_moves_the_comparison_on(desk: Desk) -> None:
    before = state(desk.hiring, desk.opening)
    desk.set(weight_composure="31", weight_teamwork="19", note="Weights").saved("publish")
    assert state(desk.hiring, desk.opening) == ("open", before[1] + 1)


def without_token(page: str) -> str:
    """The page without the token of its forms, which has the time in it."""
    return re.sub(r'name="(csrf|submission)_token" value="[^"]*"', "", page)


def test_a_version_stays_as_it_was_published(desk: Desk) -> None:
    first = without_token(desk.browser.get(f"/openings/{desk.opening}/rubric/versions/1").text)
    desk.set(rationale_composure="Changed", stage_name_phone="Call", note="Why").saved("publish")
    again = Desk(desk.browser, desk.hiring)
    again.saved("remove:teamwork")
    one, two = desk.published()
    assert codec.from_dict(one.content) == small_rubric()
    assert one.digest == codec.digest(small_rubric()) != two.digest
    assert without_token(desk.browser.get(f"/openings/{desk.opening}/rubric/versions/1").text) == first


def test_the_database_refuses_to_change_a_version(desk: Desk) -> None:
    for column in ("note = 'other'", "digest = 'other'", "number = 7", "content = '{}'", "published_by = 1"):
        with pytest.raises(DatabaseError, match="a published rubric never changes"), desk.hiring.database.transaction() as session:
            session.execute(text(f"UPDATE rubric_versions SET {column}"))  # noqa: S608
    (version,) = desk.published()
    assert (version.number, version.note, version.digest) == (1, "", codec.digest(small_rubric()))


def test_a_version_changed_from_outside_is_found_on_reading(sqlite_database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.support.hiring_round import build

    hiring = build(sqlite_database)
    monkeypatch.setattr(rubrics, "_parsed", rubrics._Parsed())
    with hiring.database.transaction() as session:
        for (trigger,) in session.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'rubric_versions'")):
            session.execute(text(f"DROP TRIGGER {trigger}"))
        session.execute(text("""UPDATE rubric_versions SET content = replace(content, '"40.00"', '"41.00"')"""))
    with hiring.database.reading() as session:
        opening_id = opening_row(session, hiring).id
        with pytest.raises(RuntimeError, match="a published rubric does not match its digest"):
            rubrics.current(session, opening_id)


def test_the_version_page_says_what_changed_and_who_did_it(desk: Desk) -> None:
    desk.set(weight_composure="28", weight_teamwork="22", rationale_composure="Fewer angry callers <now>", note="Two\nlines")
    desk.saved("publish")
    page = desk.browser.get(f"/openings/{desk.opening}/rubric/versions/2").text
    for words in (
        "What changed since version 1",
        '<td>Weight</td><td class="kept-lines">30</td><td class="kept-lines">28</td>',
        '<td>Weight</td><td class="kept-lines">20</td><td class="kept-lines">22</td>',
        '<td class="kept-lines">Angry callers are daily work.</td><td class="kept-lines">Fewer angry callers &lt;now&gt;</td>',
        "Two\nlines",
        desk.published()[1].digest,
        "Recruiter",
    ):
        assert words in page
    assert "What changed since" not in desk.browser.get(f"/openings/{desk.opening}/rubric/versions/1").text


def test_the_list_of_versions(desk: Desk) -> None:
    desk.set(rationale_composure="Changed", note="Note <two>").saved("publish")
    page = desk.browser.get(f"/openings/{desk.opening}/rubric/versions").text
    assert page.index("Version 2</a>") < page.index("Version 1</a>")
    assert "Note &lt;two&gt;" in page
    for version in desk.published():
        assert f'title="{version.digest}"' in page


READ = ("/versions", "/versions/1")
EDIT = ("", "/criteria/composure", "/stages/phone")


@pytest.mark.parametrize(
    ("name", "reads", "edits"),
    [
        ("recruiter", 200, 200),
        ("manager", 200, 404),
        ("ada", 200, 404),
        ("stranger", 404, 404),
        ("admin", 404, 404),
        (None, 303, 303),
    ],
)
def test_who_may_read_and_who_may_edit(site: Site, hiring: HiringRound, name: str | None, reads: int, edits: int) -> None:
    browser = site.signed_in(hiring.people[name]) if name else site.visitor()
    base = f"/openings/{hiring.opening}/rubric"
    assert {path: browser.get(base + path).status_code for path in READ + EDIT} == dict.fromkeys(READ, reads) | dict.fromkeys(EDIT, edits)
    desk = Desk(site.signed_in(hiring.people["recruiter"]), hiring)
    before: tuple[Any, ...] = desk.draft(), desk.events(), len(desk.published())
    if edits != 200:
        for path in EDIT:
            for button in ("save", "publish", "remove:composure", "equal"):
                sent = browser.post(base + path, {"version": "2", "do": button, "note": "x", "rationale_composure": "stolen"})
                assert sent.status_code == edits
        assert (desk.draft(), desk.events(), len(desk.published())) == before
    assert browser.post(base + "/versions").status_code in (405, 303)


def test_what_a_stranger_gets_is_what_an_unknown_opening_gives(site: Site, hiring: HiringRound) -> None:
    stranger = site.signed_in(hiring.people["stranger"])
    for path in READ + EDIT:
        answers = [stranger.get(f"/openings/{opening}/rubric{path}") for opening in (hiring.opening, "A" * 22)]
        assert [answer.status_code for answer in answers] == [404, 404]
        assert without_token(answers[0].text) == without_token(answers[1].text)


def test_interviewers_find_no_way_into_the_editor(site: Site, hiring: HiringRound) -> None:
    for path in READ:
        page = site.signed_in(hiring.people["ada"]).get(f"/openings/{hiring.opening}/rubric{path}").text
        assert "Edit the rubric" not in page
        assert "<form" not in page.partition("<main")[2]
        assert "Edit the rubric" in site.signed_in(hiring.people["recruiter"]).get(f"/openings/{hiring.opening}/rubric{path}").text


def test_a_save_without_its_token_is_refused(desk: Desk) -> None:
    data = {name: desk.fields.getlist(name) for name in desk.fields if name != "csrf_token"}
    before = desk.draft()
    assert desk.browser.client.post(desk.address, data={**data, "rationale_composure": "x", "do": "publish"}).status_code == 400
    assert desk.draft() == before
