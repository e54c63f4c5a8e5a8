"""The agenda of a debrief as PDF: what is on it, when it can be had, and who gets it."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from rubrics import library
from screening.models import Event
from screening.policy import Hat
from screening.services import debriefs, openings
from tests.reports import papers
from tests.support.hiring_round import HiringRound, opening_row, plan, viewer_of
from tests.support.web import Site

COMPOSURE = library.criteria()["composure"].criterion


def address(hiring: HiringRound, candidate: str = "maria") -> str:
    return f"/candidates/{hiring.candidates[candidate]}/debrief.pdf"


def made(hiring: HiringRound) -> int:
    with hiring.database.reading() as session:
        return len(session.scalars(select(Event).where(Event.action == "agenda_made")).all())


@pytest.fixture
def apart(hiring: HiringRound) -> HiringRound:
    hiring.submit("ada", "maria", spoken_communication=4, composure=2)
    hiring.submit("ben", "maria", spoken_communication=5, composure=4)
    return hiring


def test_evidence_comes_before_levels_and_totals_come_last(site: Site, apart: HiringRound) -> None:
    browser = site.signed_in(apart.people["recruiter"])
    answer = browser.get(address(apart))
    text = " ".join(papers.pages(answer.data))

    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert "Maria Kowalska - Agent - debrief agenda.pdf" in answer.headers["Content-Disposition"]
    assert "DEBRIEF AGENDA Maria Kowalska Agent · " in text
    assert f"1 {COMPOSURE.name} 2 levels apart · mean 3.00 · weight 30 " in text
    assert f"Ada Phone screen ada on composure of maria 2 {COMPOSURE.anchor(2)}" in text
    assert f"Ben Phone screen ben on composure of maria 4 {COMPOSURE.anchor(4)}" in text
    assert "After talking Was Is now What settled it, or why you stay where you are Ada 2 1 2 3 4 5 Ben 4 1 2 3 4 5" in text
    assert "not on the agenda: Spoken communication." in text
    assert text.index("After talking") < text.index("With the independent ratings counts")
    assert "With the ratings after the debrief" not in text
    assert "Proposed decision, with the reason:" in text
    assert papers.failed_rules(answer.data) == 0
    assert browser.get(address(apart)).data == answer.data
    assert made(apart) == 2
    assert "Agenda, PDF" in browser.get(address(apart).removesuffix(".pdf")).text


def test_a_final_rating_is_beside_the_independent_one(site: Site, apart: HiringRound) -> None:
    with apart.database.transaction() as session:
        ada = viewer_of(session, apart.people["ada"])
        debriefs.give(session, ada, apart.candidates["maria"], criterion="composure", level=3, reason="Heard it again")
    text = " ".join(papers.pages(site.signed_in(apart.people["ben"]).get(address(apart)).data))

    assert "After a debrief 3. Heard it again" in text
    assert "With the ratings after the debrief" in text


def test_nothing_to_settle_is_said(site: Site, hiring: HiringRound) -> None:
    hiring.submit("ada", "maria")
    hiring.submit("ben", "maria")
    answer = site.signed_in(hiring.people["manager"]).get(address(hiring))

    assert "there is nothing to settle." in papers.pages(answer.data)[0]
    assert papers.failed_rules(answer.data) == 0


def test_names_are_left_out_where_the_opening_does_not_show_them_to_the_manager(site: Site, apart: HiringRound) -> None:
    with apart.database.transaction() as session:
        opening = opening_row(session, apart)
        opening.manager_sees_names = False
        opening.revision += 1
    text = " ".join(papers.pages(site.signed_in(apart.people["manager"]).get(address(apart)).data))

    assert "Interviewer A Phone screen" in text
    assert "without names" in text
    assert "Ada Phone" not in text


@pytest.mark.parametrize("submitted", [(), ("ada",)])
def test_there_is_none_until_every_card_is_in(site: Site, hiring: HiringRound, submitted: tuple[str, ...]) -> None:
    for name in submitted:
        hiring.submit(name, "maria")
    browser = site.signed_in(hiring.people["recruiter"])
    answer = browser.get(address(hiring))

    assert answer.status_code == 422
    assert "There is no agenda yet: it is made of where the panel differs, once every scorecard of this candidate is in." in answer.text
    assert "Agenda, PDF" not in browser.get(address(hiring).removesuffix(".pdf")).text
    assert made(hiring) == 0


@pytest.mark.parametrize("who", ["stranger", "admin", "cleo", "ivo"])
def test_who_may_not_see_the_page_finds_nothing(site: Site, apart: HiringRound, who: str) -> None:
    assert site.signed_in(apart.people[who]).get(address(apart)).status_code == 404
    assert made(apart) == 0


def test_a_recruiter_who_still_owes_a_card_finds_nothing(site: Site, hiring: HiringRound) -> None:
    with hiring.database.transaction() as session:
        admin = viewer_of(session, hiring.people["admin"])
        openings.set_hats(session, admin, hiring.opening, hiring.people["cleo"], [Hat.RECRUITER, Hat.INTERVIEWER])
    hiring = plan(hiring, "maria", "phone", "cleo")
    hiring.submit("ada", "maria", composure=1)
    hiring.submit("ben", "maria", composure=5)
    browser = site.signed_in(hiring.people["cleo"])

    assert browser.get(address(hiring)).status_code == 404
    hiring.submit("cleo", "maria", composure=3)
    assert browser.get(address(hiring)).status_code == 200
