"""What the rubric editor refuses over HTTP, with everything that was typed still there and nothing saved."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from screening.database import Database
from tests.screening.rubric_desk import Desk, at, errors, read
from tests.support.hiring_round import HiringRound, build, small_rubric
from tests.support.keys import KEY
from tests.support.web import Browser, Site


@pytest.fixture(scope="module")
def untouched(migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Browser, HiringRound]]:
    """One round for all tests whose requests are refused: none of them may change it."""
    path = tmp_path_factory.mktemp("refused") / "test.sqlite3"
    shutil.copy(migrated_file, path)
    database = Database(f"sqlite:///{path}", secrets=(KEY,))
    site, hiring = Site(database), build(database)
    yield site.signed_in(hiring.people["recruiter"]), hiring
    site.close()
    database.close()


@pytest.fixture
def refusing(untouched: tuple[Browser, HiringRound]) -> Iterator[Desk]:
    """A desk at which nothing gets saved."""
    desk = Desk(*untouched)
    yield desk
    assert desk.draft() == (2, small_rubric())
    assert [action for action, _ in desk.events()] == ["rubric_saved", "rubric_published"]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"same_3": "0"}, "a higher level may not ask for less than a lower one"),
        ({"same_2": "1.5"}, "Level 2, months of same kind of work: Enter a whole number from 0 to 720."),
        ({"related_2": "-1"}, "Level 2, months of related work: Enter a whole number from 0 to 720."),
        ({"same_5": "721"}, "Level 5, months of same kind of work: Enter a whole number from 0 to 720."),
        ({"same_5": "٤٨"}, "Level 5, months of same kind of work: Enter a whole number from 0 to 720."),
        ({f"same_{level}": "" for level in range(2, 6)}, "give the months for at least one level"),
    ],
)
def test_an_experience_rule_that_cannot_be(refusing: Desk, changes: dict[str, str], message: str) -> None:
    refusing = at(refusing, "/criteria/experience")
    refused = refusing.set(**changes).press()
    assert refused.status_code == 422
    assert any(message in error for error in errors(refused))
    assert {name: read(refused).fields[name] for name in changes} == changes


LONG = "x" * 5000
EDITOR = [
    ({"weight_composure": "abc"}, "Calm under stress: weight: “abc” is not a number. Enter points from 0 to 100, such as 12.5."),
    ({"weight_composure": ""}, "Calm under stress: weight: Enter a weight; it may be 0."),
    ({"weight_composure": "101"}, "Calm under stress: weight: Enter points from 0 to 100."),
    ({"weight_composure": "100.01"}, "Calm under stress: weight: Enter points from 0 to 100."),
    ({"weight_composure": "-1"}, "Calm under stress: weight: Enter points from 0 to 100."),
    ({"weight_composure": "12.345"}, "Calm under stress: weight: Use two decimals at most."),
    ({"weight_composure": "1e1"}, "Calm under stress: weight: “1e1” is not a number. Enter points from 0 to 100, such as 12.5."),
    ({"weight_composure": "NaN"}, "Calm under stress: weight: “NaN” is not a number. Enter points from 0 to 100, such as 12.5."),
    ({"weight_composure": "١٢"}, "Calm under stress: weight: “١٢” is not a number. Enter points from 0 to 100, such as 12.5."),
    ({"weight_composure": "9" * 5000}, "Calm under stress: weight: Enter points from 0 to 100."),
    ({"rationale_composure": LONG}, "Calm under stress: why this weight: Use at most 600 characters here."),
    ({"job_related_composure": "é" * 601}, "Calm under stress: how it serves the job: Use at most 600 characters here."),
    (
        {"rationale_composure": "a\x00b"},
        "Calm under stress: why this weight: The character at place 2 cannot be printed. Delete it; it often comes with copied text.",
    ),
    (
        {"job_related_composure": "\x1b[2J"},
        "Calm under stress: how it serves the job: The character at place 1 cannot be printed. Delete it; it often comes with copied text.",
    ),
    ({"stage_name_phone": ""}, "Phone screen: name: Give the stage a name."),
    ({"stage_name_phone": "n" * 121}, "Phone screen: name: Use at most 120 characters here."),
    ({"stage_name_phone": "a\nb"}, "Phone screen: name: Write this in one line, without tabs."),
    ({"stage_minutes_phone": "4"}, "Phone screen: minutes: Enter a whole number from 5 to 480."),
    ({"stage_minutes_phone": "soon"}, "Phone screen: minutes: Enter a whole number from 5 to 480."),
    ({"stage_interviewers_phone": ""}, "Phone screen: interviewers: Enter a whole number from 1 to 12."),
    ({"own_name": "n" * 121}, "Its name: Use at most 120 characters here."),
    ({"new_stage": "a\tb"}, "Name of a new stage: Write this in one line, without tabs."),
    ({"note": "n" * 601}, "Note on this version: Use at most 600 characters here."),
]


@pytest.mark.parametrize(("changes", "message"), EDITOR)
def test_what_cannot_be_is_refused_with_everything_typed(refusing: Desk, changes: dict[str, str], message: str) -> None:
    refused = refusing.set(rationale_teamwork="Typed too", **changes).press("up:teamwork")
    assert (refused.status_code, errors(refused)) == (422, [message])
    again = read(refused).fields
    assert {name: again[name] for name in changes} == changes
    assert again["rationale_teamwork"] == "Typed too"


CRITERION = [
    ({"name": ""}, "Name: Give the criterion a name."),
    ({"name": "n" * 121}, "Name: Use at most 120 characters here."),
    ({"definition": "d" * 601}, "What is meant: Use at most 600 characters here."),
    ({"job_related": LONG}, "How it serves the job: Use at most 600 characters here."),
    ({"anchor_3": "a" * 401}, "Level 3: Use at most 400 characters here."),
    ({"question_0": "q" * 601}, "Question 1: Use at most 600 characters here."),
    ({"question_kind_0": "funny"}, "Question 1, kind: Not a valid choice."),
    ({"probes_0": "ok\n" + "p" * 301}, "Question 1, follow-up: Line 2 is 301 characters long; use at most 300."),
    ({"probes_0": "\n".join("abcdefghi")}, "Question 1, follow-up: Give at most 8 follow-up questions; these are 9."),
    ({"probes_2": "And then?"}, "Question 3, follow-up: Write the question that these follow up, or delete them."),
    (
        {"anchor_5": "a\x07"},
        "Level 5: The character at place 2 cannot be printed. Delete it; it often comes with copied text.",
    ),
]


@pytest.mark.parametrize(("changes", "message"), CRITERION)
def test_a_criterion_that_cannot_be_is_refused_with_everything_typed(refusing: Desk, changes: dict[str, str], message: str) -> None:
    refused = at(refusing, "/criteria/composure").set(anchor_1="Typed too", **changes).press()
    assert (refused.status_code, errors(refused)) == (422, [message])
    again = read(refused).fields
    kept = {name: value for name, value in changes.items() if name != "question_kind_0"}
    assert {name: again[name] for name in kept} == kept
    assert again["anchor_1"] == "Typed too"


STAGE = [
    ({"script": "s" * 3001}, "Opening script, read aloud: Use at most 3,000 characters here."),
    ({"closing": "s" * 5000}, "Closing, read aloud: Use at most 3,000 characters here."),
    ({"purpose": "p" * 601}, "Purpose: Use at most 600 characters here."),
    ({"minutes": "481"}, "Minutes: Enter a whole number from 5 to 480."),
    ({"interviewers": "13"}, "Interviewers: Enter a whole number from 1 to 12."),
    ({"name": "\x7f"}, "Name: The character at place 1 cannot be printed. Delete it; it often comes with copied text."),
]


@pytest.mark.parametrize(("changes", "message"), STAGE)
def test_a_stage_that_cannot_be_is_refused_with_everything_typed(refusing: Desk, changes: dict[str, str], message: str) -> None:
    refused = at(refusing, "/stages/phone").set(**changes).press()
    assert (refused.status_code, errors(refused)) == (422, [message])
    again = read(refused).fields
    assert {name: again[name] for name in changes} == changes


UNKNOWN = "The page asked for something that cannot be done here. Reload it."


@pytest.mark.parametrize(
    ("changes", "button", "message"),
    [
        ({}, "explode", UNKNOWN),
        ({}, "", UNKNOWN),
        ({}, "criterion:nobody", UNKNOWN),
        ({}, "stage:nobody", UNKNOWN),
        ({}, "up:nobody", "there is no criterion 'nobody' in this rubric"),
        ({}, "remove:", "there is no criterion '' in this rubric"),
        ({}, "remove_stage:nobody", "there is no stage 'nobody' in this rubric"),
        ({}, "add", "Criteria of the library: Tick at least one criterion of the library."),
        ({"add": ["composure"]}, "add", "Criteria of the library: Calm under stress is in the rubric already"),
        (
            {"add": ["telepathy"]},
            "add",
            "Criteria of the library: There is no criterion of the library “telepathy” here. Reload the page, then try again.",
        ),
        ({}, "own", "Its name: Give the criterion a name."),
        ({"own_name": "X", "own_kind": "experience"}, "own", "How it is judged: Not a valid choice."),
        ({}, "add_stage", "Name of a new stage: Give the stage a name."),
        (
            {"stage_order": ["phone", "panel", "garden"]},
            "save",
            "Order of the stages: There is no stage “garden” here. Reload the page, then try again.",
        ),
        (
            {"asks_phone": ["composure", "nobody"]},
            "save",
            "Phone screen: criteria asked: There is no criterion to be rated “nobody” here. Reload the page, then try again.",
        ),
        (
            {"asks_phone": ["experience"]},
            "save",
            "Phone screen: criteria asked: There is no criterion to be rated “experience” here. Reload the page, then try again.",
        ),
        (
            {"order": [f"c{number}" for number in range(41)]},
            "save",
            "Order of the criteria: There is no criterion “c0” here. Reload the page, then try again.",
        ),
        (
            {"order": ["composure"]},
            "save",
            "Order of the criteria: The page does not list every criterion of this rubric. Reload it, then try again.",
        ),
        ({"minimum_composure": "6"}, "save", "Calm under stress: minimum: Not a valid choice."),
    ],
)
def test_what_the_page_never_sends_is_refused(refusing: Desk, changes: dict[str, list[str]], button: str, message: str) -> None:
    refused = refusing.set(rationale_teamwork="Typed too", **changes).press(button)
    assert (refused.status_code, errors(refused)) == (422, [message])
    assert read(refused).fields["rationale_teamwork"] == "Typed too"


@pytest.mark.parametrize("button", ["up:99", "up:x", "up:²", "remove:", "remove:-1", "explode"])
@pytest.mark.parametrize("path", ["/criteria/composure", "/stages/phone"])
def test_buttons_that_other_pages_never_send_are_refused(refusing: Desk, path: str, button: str) -> None:
    refused = at(refusing, path).press(button)
    assert (refused.status_code, len(errors(refused))) == (422, 1)


def test_a_stage_asks_for_what_is_rated_only(refusing: Desk) -> None:
    for changes in ({"more": ["experience"]}, {"order": ["experience"]}, {"more": ["nobody"]}):
        refused = at(refusing, "/stages/phone").set(**changes).press()
        assert (refused.status_code, len(errors(refused))) == (422, 1)
    assert errors(at(refusing, "/stages/phone").press("add")) == ["Ask for these too: Tick at least one criterion."]


@pytest.mark.parametrize(
    "path", ["/criteria/nobody", "/stages/nobody", "/criteria/", "/versions/0", "/versions/2", f"/versions/{'9' * 30}"]
)
def test_what_is_not_there_is_not_found(refusing: Desk, path: str) -> None:
    assert refusing.browser.get(f"/openings/{refusing.opening}/rubric{path}").status_code == 404
