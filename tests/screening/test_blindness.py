"""What somebody gets who still owes a card does not change by a single byte when another submits theirs."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from screening.models import Candidate, Opening
from screening.policy import Hat
from screening.services import candidates, decisions, interviews, openings
from tests.support.hiring_round import HiringRound, decide, in_another_opening, viewer_of
from tests.support.programs import Program
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


def test_closed_decisions_take_no_place_among_the_latest(site: Site, hiring: HiringRound) -> None:
    """The list is as long as there are open decisions, however many others were made since."""
    with hiring.database.transaction() as session:
        recruiter = viewer_of(session, hiring.people["recruiter"])
        openings.set_hats(session, recruiter, hiring.opening, hiring.people["ada"], [Hat.INTERVIEWER, Hat.RECRUITER])
        for number in range(9):
            person = candidates.add(session, recruiter, hiring.opening, candidates.Details(f"Open {number}"))
            decisions.decide(session, recruiter, person.public_id, kind="hold", reason="Later", standing="")
    ada, path = site.signed_in(hiring.people["ada"]), f"/openings/{hiring.opening}"
    before = _TOKEN.sub("", ada.get(path).text)
    assert before.count("Later") == 8
    for name in ("maria", "tom"):
        for kind in ("advance", "reject"):
            with hiring.database.transaction() as session:
                manager = viewer_of(session, hiring.people["manager"])
                decide(session, manager, hiring.candidates[name], kind, "Hidden")
    assert _TOKEN.sub("", ada.get(path).text) == before


def nights_of(hiring: HiringRound, *interviewers_: str, name: str = "Maria Kowalska") -> HiringRound:
    return in_another_opening(hiring, "maria", name, "maria@example.org", *interviewers_)


@pytest.mark.parametrize("name", ["Maria Kowalska", "Maria B. Kowalska"])
def test_a_card_owed_in_one_opening_closes_the_same_person_in_every_other(site: Site, hiring: HiringRound, name: str) -> None:
    """However the name is spelled there: the e-mail address says who it is."""
    nights = nights_of(hiring, "ada", "ben", name=name)
    ada, path = site.signed_in(hiring.people["ada"]), f"/candidates/{nights.candidates['maria']}"
    nights.submit("ada", "maria", composure=2)
    before = _TOKEN.sub("", ada.get(path).text)
    nights.submit("ben", "maria", composure=5)
    assert _TOKEN.sub("", ada.get(path).text) == before
    assert "ben on composure" not in before
    hiring.submit("ada", "maria")
    assert "ben on composure of maria" in ada.get(path).text
    assert "ben on composure of maria" not in ada.get(f"/candidates/{hiring.candidates['maria']}").text


def test_whoever_has_no_card_for_the_person_here_has_none_by_a_card_elsewhere(site: Site, hiring: HiringRound) -> None:
    nights = nights_of(hiring, "ben")
    ada = site.signed_in(hiring.people["ada"])
    assert ada.get(f"/candidates/{nights.candidates['maria']}").status_code == 404
    nights.submit("ben", "maria")
    with hiring.database.transaction() as session:
        recruiter = viewer_of(session, hiring.people["recruiter"])
        openings.set_hats(session, recruiter, nights.opening, hiring.people["ada"], [Hat.RECRUITER])
    assert "ben on composure" not in ada.get(f"/candidates/{nights.candidates['maria']}").text
    hiring.submit("ada", "maria")
    assert "ben on composure" in ada.get(f"/candidates/{nights.candidates['maria']}").text


def test_a_recruiter_who_applied_learns_not_that_they_did(site: Site, hiring: HiringRound) -> None:
    """Their own record is there or not: adding is answered the same."""
    recruiter, path = site.signed_in(hiring.people["recruiter"]), f"/openings/{hiring.opening}/candidates/new"

    def tried(**details: str) -> tuple[int, str]:
        answer = recruiter.post(path, {"name": "Somebody", "relatedness": "", "education": "", **details})
        return answer.status_code, _TOKEN.sub("", answer.text)

    before = tried(email=" Recruiter@example.org ")
    assert (before[0], "This is your own address." in before[1]) == (422, True)
    with hiring.database.transaction() as session:
        recruiters = viewer_of(session, hiring.people["recruiter"])
        openings.set_hats(session, recruiters, hiring.opening, hiring.people["stranger"], [Hat.RECRUITER])
    with hiring.database.transaction() as session:
        stranger = viewer_of(session, hiring.people["stranger"])
        candidates.add(session, stranger, hiring.opening, candidates.Details("Rec Ruiter", "recruiter@example.org", reference="X-17"))
    assert tried(email=" Recruiter@example.org ") == before
    assert tried(email="z@example.org", reference="X-17")[0] == 303
    other = tried(email="y@example.org", reference="X-17")
    assert (other[0], "Somebody in this opening has this reference already." in other[1], "Rec Ruiter" in other[1]) == (422, True, False)


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


def test_a_card_that_was_taken_away_is_nobodys_and_hides_nothing(site: Site, hiring: HiringRound) -> None:
    """By its page, its form, its script and the interface for programs; and who leads too sees the panel again."""
    card = hiring.cards["ada", "maria", "phone"]
    with site.database.transaction() as session:
        recruiter = viewer_of(session, hiring.people["recruiter"])
        openings.set_hats(session, recruiter, hiring.opening, hiring.people["ada"], [Hat.INTERVIEWER, Hat.HIRING_MANAGER])
    hiring.submit("ben", "maria", composure=5)
    ada, program = site.signed_in(hiring.people["ada"]), Program(site, hiring.people["ada"])
    results = f"/api/v1/openings/{hiring.opening}/results?text=Maria"
    assert [row["hidden"] for row in program.get(results).json["results"]] == [True]
    with site.database.transaction() as session:
        interviews.unassign(session, viewer_of(session, hiring.people["recruiter"]), card)
    assert [(row["hidden"], row["scorecards"]) for row in program.get(results).json["results"]] == [(False, 1)]
    sent = {"version": 1, "rubric": 1}
    assert [
        ada.get(f"/scorecards/{card}").status_code,
        ada.post(f"/scorecards/{card}", {**sent, "do": "save"}).status_code,
        ada.send_json(f"/scorecards/{card}/draft", {**sent, "fields": {"reason": "x"}}).status_code,
        program.get(f"/api/v1/scorecards/{card}").status_code,
        program.ask("PATCH", f"/api/v1/scorecards/{card}", sent).status_code,
        program.post(f"/api/v1/scorecards/{card}/submission", sent).status_code,
    ] == [404] * 6


def test_nobody_fills_in_a_card_about_themselves(site: Site, hiring: HiringRound) -> None:
    card = hiring.cards["ada", "maria", "phone"]
    ada, program = site.signed_in(hiring.people["ada"]), Program(site, hiring.people["ada"])
    assert (ada.get(f"/scorecards/{card}").status_code, program.get(f"/api/v1/scorecards/{card}").status_code) == (200, 200)
    with site.database.transaction() as session:
        # The address was put right after the interview was planned.
        session.scalars(select(Candidate).where(Candidate.name == "Maria Kowalska")).one().email = "ada@example.org"
    sent = {"version": 1, "rubric": 1}
    assert [
        ada.get(f"/scorecards/{card}").status_code,
        ada.post(f"/scorecards/{card}", {**sent, "do": "save"}).status_code,
        program.get(f"/api/v1/scorecards/{card}").status_code,
        program.ask("PATCH", f"/api/v1/scorecards/{card}", sent).status_code,
    ] == [404] * 4
    assert "Maria" not in program.get("/api/v1/scorecards").text
