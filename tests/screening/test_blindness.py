"""What somebody gets who still owes a card does not change by a single byte when another submits theirs."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from screening.models import Opening
from screening.policy import Hat
from screening.services import decisions, openings
from tests.support.hiring_round import HiringRound, viewer_of
from tests.support.web import Browser, Site

_TOKEN = re.compile(r'name="(csrf|submission)_token" value="[^"]*"')


def pages(hiring: HiringRound) -> list[str]:
    opening, maria = f"/openings/{hiring.opening}", f"/candidates/{hiring.candidates['maria']}"
    sorts = ["total", "spread", "cards", "coverage", "minimums", "disagreement", "recommendations", "stage", "decision", "c.composure"]
    filters = ["minimum_missed=1", "incomplete=1", "disagreement=1", "stage=phone", "stage=panel", "decision=advance", "decision=undecided"]
    return [
        "/",
        "/openings",
        opening,
        maria,
        f"{maria}/summary.pdf",
        f"/scorecards/{hiring.cards['ada', 'maria', 'phone']}",
        f"{opening}/interviews/plan",
        f"{opening}/compare",
        *(f"{opening}/compare?sort={sort}&direction=ascending" for sort in sorts),
        *(f"{opening}/compare?{wanted}" for wanted in filters),
        f"{opening}/compare?top=1&sort=chance",
        f"{opening}/compare?sort=other",
        f"{opening}/compare?sort=moved&w.composure=80",
        f"{opening}/methods",
        f"{opening}/side-by-side?candidate={hiring.candidates['maria']}&candidate={hiring.candidates['tom']}",
        f"{opening}/side-by-side",
        f"{opening}/voids",
        f"{opening}/profile",
        f"{opening}/calibration",
        f"{maria}/debrief",
        f"{opening}/files",
        "/files",
        f"{opening}/compare.csv",
        f"{opening}/compare.csv?w.composure=80",
        f"{opening}/ratings.csv",
        f"{opening}/ratings.csv?versions=all",
    ]


def seen(browser: Browser, hiring: HiringRound) -> dict[str, tuple[int, str]]:
    found = {}
    for path in pages(hiring):
        answer = browser.get(path)
        found[path] = (answer.status_code, _TOKEN.sub("", answer.text))
    return found


@pytest.mark.parametrize("hats", [[], [Hat.RECRUITER], [Hat.HIRING_MANAGER], [Hat.RECRUITER, Hat.HIRING_MANAGER]])
def test_another_card_changes_nothing_before_the_own_one_is_in(site: Site, hiring: HiringRound, hats: list[Hat]) -> None:
    with hiring.database.transaction() as session:
        openings.set_hats(
            session, viewer_of(session, hiring.people["admin"]), hiring.opening, hiring.people["ada"], [Hat.INTERVIEWER, *hats]
        )
    ada = site.signed_in(hiring.people["ada"])
    before = seen(ada, hiring)
    hiring.submit("ben", "maria", spoken_communication=1, composure=5)
    assert seen(ada, hiring) == before
    with hiring.database.transaction() as session:
        manager = viewer_of(session, hiring.people["manager"])
        decisions.decide(session, manager, hiring.candidates["maria"], kind="advance", reason="Strong", standing="")
    assert seen(ada, hiring) == before
    hiring.submit("ada", "maria")
    page = ada.get(f"/candidates/{hiring.candidates['maria']}").text
    assert "ben on composure of maria" in page
    assert "Strong" in page


@pytest.mark.parametrize("sees_names", [True, False])
def test_hiring_managers_see_names_only_where_the_opening_says_so(site: Site, hiring: HiringRound, sees_names: bool) -> None:
    hiring.submit("ben", "maria")
    hiring.submit("ada", "maria")
    with hiring.database.transaction() as session:
        session.scalars(select(Opening)).one().manager_sees_names = sees_names
    for person, named in (("manager", sees_names), ("recruiter", True)):
        browser = site.signed_in(hiring.people[person])
        maria = f"/candidates/{hiring.candidates['maria']}"
        for path in (maria, f"/openings/{hiring.opening}/ratings.csv"):
            text = re.sub(r"ben (on|says)|Ben</strong>", "", browser.get(path).text)
            assert ("Ben" in text) is named, (person, path)
