"""How much a rubric can hold: the last of everything is taken, one more is not."""

from __future__ import annotations

import pytest

from rubrics import library, limits
from screening.database import Database
from tests.screening.rubric_desk import Desk, at, errors, read
from tests.support.hiring_round import HiringRound
from tests.support.web import Site

SHIPPED = library.criteria()


@pytest.fixture
def database(sqlite_database: Database) -> Database:
    """What is tested here does not depend on the kind of database."""
    return sqlite_database


@pytest.fixture
def desk(site: Site, hiring: HiringRound) -> Desk:
    return Desk(site.signed_in(hiring.people["recruiter"]), hiring)


def test_the_longest_texts_are_taken(desk: Desk) -> None:
    desk.set(rationale_composure="é" * limits.NOTE, stage_name_phone="n" * limits.NAME).saved()
    page = at(desk, "/criteria/composure")
    probes = "\n".join(["p" * limits.PROBE] * limits.PROBES)
    page.set(name="n" * limits.NAME, definition="d" * limits.DEFINITION, anchor_1="a" * limits.ANCHOR, question_0="q" * limits.QUESTION)
    page.set(probes_0=probes).saved()
    at(desk, "/stages/phone").set(script="s" * limits.SCRIPT, closing="c" * limits.SCRIPT).saved()
    rubric = desk.draft()[1]
    calm = rubric.criteria[1]
    assert [len(text) for text in (calm.rationale, calm.criterion.name, calm.criterion.definition, calm.criterion.anchor(1))] == [
        600,
        120,
        600,
        400,
    ]
    assert (len(calm.criterion.questions[0].text), [len(probe) for probe in calm.criterion.questions[0].probes]) == (600, [300] * 8)
    assert (len(rubric.stages[0].name), len(rubric.stages[0].script), len(rubric.stages[0].closing)) == (120, 3000, 3000)


def test_forty_criteria_and_not_one_more(desk: Desk) -> None:
    taken = [key for key in SHIPPED if key not in desk.draft()[1].keys]
    desk.set(add=taken).saved("add")
    for number in range(14):
        at(desk, "").set(own_name=f"Own {number}", own_kind="requirement").saved("own")
    page = at(desk, "")
    assert len(page.draft()[1].criteria) == 40
    refused = page.set(own_name="One more", weight_composure="7").press("own")
    assert refused.status_code == 422
    assert errors(refused) == ["A rubric has at most 40 criteria; this would be 41."]
    again = read(refused).fields
    assert (again["own_name"], again["weight_composure"]) == ("One more", "7")
    assert len(page.draft()[1].criteria) == 40


def test_twelve_stages_and_not_one_more(desk: Desk) -> None:
    for number in range(10):
        desk.set(new_stage=f"Stage {number}").saved("add_stage")
    refused = desk.set(new_stage="Thirteenth").press("add_stage")
    assert (refused.status_code, errors(refused)) == (422, ["A rubric has at most 12 stages; this would be 13."])


def test_twelve_questions_and_not_one_more(desk: Desk) -> None:
    page = at(desk, "/criteria/composure")
    for number in range(2, limits.QUESTIONS):
        page.set(**{f"question_{number}": f"Question {number}?"}).saved("more")
    assert "question_12" not in page.fields
    page.set(question_12="Thirteenth?").saved()
    assert len(page.draft()[1].criteria[1].criterion.questions) == 12
