"""One's own scorecards, for programs."""

from __future__ import annotations

import secrets
from typing import Any

import pytest
from sqlalchemy import func, select

from screening.models import Event, Revision
from tests.support.hiring_round import HiringRound
from tests.support.programs import program, sent
from tests.support.web import Site


def test_a_scorecard_is_filled_in_saved_and_submitted(site: Site, hiring: HiringRound) -> None:
    mine = program(site, hiring, "ada")
    listed = mine.get("/api/v1/scorecards").json["scorecards"]
    assert {(item["candidate_name"], item["state"]) for item in listed} == {("Maria Kowalska", "new"), ("Tom Okafor", "new")}
    path = next(item["href"] for item in listed if item["candidate_name"] == "Maria Kowalska")
    card = mine.get(path).json
    assert (card["state"], [item["key"] for item in card["asks"]], card["ratings"]) == ("new", ["spoken_communication", "composure"], {})
    assert set(card["asks"][0]["levels"]) == set("12345")
    saved = mine.ask("PATCH", path, {**sent(card, composure=2), "reason": "Calm"})
    assert (saved.status_code, saved.json["version"], saved.headers["ETag"]) == (200, card["version"] + 1, f'"{card["version"] + 1}"')
    draft = mine.get(path).json
    assert (draft["state"], draft["reason"], draft["recommendation"]) == ("draft", "Calm", "")
    assert draft["ratings"] == {"composure": {"level": 2, "not_assessed": "", "note": "On composure"}}
    assert mine.ask("PATCH", path, {**sent(card, composure=5)}).status_code == 409
    assert mine.ask("PATCH", path, {**sent(draft), "rubric": 2}).status_code == 409
    early = mine.post(f"{path}/submission", sent(draft))
    assert (early.status_code, list(early.json["fields"])) == (422, ["ratings"])
    key, last = secrets.token_urlsafe(16), {**sent(draft, spoken_communication=4), "recommendation": "yes"}
    done = mine.post(f"{path}/submission", last, Idempotency_Key=key)
    assert (done.status_code, done.json["href"]) == (201, path)
    assert mine.post(f"{path}/submission", last, Idempotency_Key=key).json == done.json
    assert mine.post(f"{path}/submission", last).status_code == 409
    assert mine.ask("PATCH", path, sent(mine.get(path).json, composure=5)).status_code == 409
    frozen = mine.get(path).json
    assert (frozen["state"], frozen["ratings"]["spoken_communication"]["level"], frozen["ratings"]["composure"]["level"]) == (
        "submitted",
        4,
        2,
    )
    with site.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Revision)) == 1
        assert session.scalar(select(func.count()).where(Event.action == "scorecard_submitted")) == 1


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"ratings": {"teamwork": {"level": 3}}}, {"ratings.teamwork": ["This scorecard does not ask for it."]}),
        ({"ratings": {"composure": {"levels": 3}}}, {"ratings.composure.levels": ["There is no such field."]}),
        ({"ratings": {"composure": {"level": 6}}}, {"ratings.composure.level": ["Choose a level from 1 to 5."]}),
        ({"ratings": {"composure": {"level": 10**400}}}, {"ratings.composure.level": ["Choose a level from 1 to 5."]}),
        (
            {"ratings": {"composure": {"level": 4, "not_assessed": "no_time"}}},
            {"ratings.composure": ["Give a level, or say why there is none, not both."]},
        ),
        ({"rating_composure": 4}, {"rating_composure": ["There is no such field."]}),
        ({"why": "x", "amend_reason": "y"}, {"why": ["There is no such field."]}),
        ({"ratings": {"composure": {"level": "4"}}}, {"ratings.composure.level": ["Send a whole number or null."]}),
        ({"ratings": {"composure": {"note": "x" * 4001}}}, {"ratings.composure.note": ["Use at most 4,000 characters here."]}),
        ({"ratings": {"composure": 4}}, {"ratings": ["Send an object by criterion, with level, not_assessed, note."]}),
        ({"recommendation": "maybe"}, {"recommendation": ["Not a valid choice."]}),
        ({"amend_reason": "x" * 301}, {"amend_reason": ["Use at most 300 characters here."]}),
        ({"submitted_at": "2026-01-01"}, {"submitted_at": ["There is no such field."]}),
    ],
)
def test_what_a_card_does_not_take_is_said_by_field(
    site: Site, hiring: HiringRound, changes: dict[str, Any], fields: dict[str, list[str]]
) -> None:
    answer = program(site, hiring, "ada").ask(
        "PATCH", f"/api/v1/scorecards/{hiring.cards['ada', 'maria', 'phone']}", {"version": 1, "rubric": 1, **changes}
    )
    assert (answer.status_code, answer.json["fields"]) == (422, fields)
    with site.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Revision)) == 0


def test_of_a_criterion_only_what_is_sent_changes(site: Site, hiring: HiringRound) -> None:
    mine, path = program(site, hiring, "ada"), f"/api/v1/scorecards/{hiring.cards['ada', 'tom', 'phone']}"
    for said, stands in (
        ({"level": 2, "note": "Calm"}, {"level": 2, "not_assessed": "", "note": "Calm"}),
        ({"level": 3}, {"level": 3, "not_assessed": "", "note": "Calm"}),
        ({"not_assessed": "no_time"}, {"level": None, "not_assessed": "no_time", "note": "Calm"}),
        ({"level": 4}, {"level": 4, "not_assessed": "", "note": "Calm"}),
        ({"level": None, "note": ""}, {"level": None, "not_assessed": "", "note": ""}),
    ):
        card = mine.get(path).json
        assert (
            mine.ask("PATCH", path, {"version": card["version"], "rubric": card["rubric"], "ratings": {"composure": said}}).status_code
            == 200
        )
        assert mine.get(path).json["ratings"] == {"composure": stands}
