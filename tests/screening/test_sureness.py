"""What-if weights, ranges, methods and the ranking switch over HTTP, on a round with enough shared candidates to measure."""

from __future__ import annotations

import csv
import io
import random
import re
from dataclasses import replace
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from rubrics import codec
from screening.models import Account, Application, Event, Interview, Opening, RubricDraft, Scorecard
from screening.policy import Hat
from screening.services import candidates, interviews, openings, rubrics, scorecards
from screening.services.scorecards import Content, Entry
from tests.support.forms import form_at
from tests.support.hiring_round import HiringRound, opening_row, viewer_of
from tests.support.web import Browser, Site

JUDGES = ("ada", "ben", "j0", "j1", "j2", "j3")
STRICT = {"ada": -1, "ben": 1, "j0": 0, "j1": 0, "j2": -1, "j3": 1}


@pytest.fixture
def round_(hiring: HiringRound) -> HiringRound:
    """Twelve more candidates, each rated by four of six interviewers of known severity, all on the first stage."""
    draw = random.Random(4)
    with hiring.database.transaction() as session:
        recruiter = viewer_of(session, hiring.people["recruiter"])
        for name in JUDGES[2:]:
            session.add(Account(email=f"{name}@example.org", name=name.title(), password_hash=""))
        session.flush()
        people = {account.name.lower(): account.public_id for account in session.scalars(select(Account))}
        for name in JUDGES[2:]:
            openings.set_hats(session, recruiter, hiring.opening, people[name], [Hat.INTERVIEWER])
    for number in range(12):
        panel = draw.sample(JUDGES, 4)
        level = draw.choice([2, 3, 3, 4])
        with hiring.database.transaction() as session:
            recruiter = viewer_of(session, hiring.people["recruiter"])
            added = candidates.add(session, recruiter, hiring.opening, candidates.Details(f"Person {number:02}"))
            interviews.plan(
                session,
                recruiter,
                hiring.opening,
                applications=[added.public_id],
                stage="phone",
                interviewers_=[people[name] for name in panel],
            )
        for name in panel:
            with hiring.database.transaction() as session:
                viewer = viewer_of(session, people[name])
                card_id = _card(session, viewer.account_id, added.public_id)
                card = scorecards.get(session, viewer, card_id)
                entries = {
                    item.key: Entry(min(5, max(1, level + STRICT[name] + (draw.random() < 0.3))), "", "Said so") for item in card.criteria
                }
                scorecards.submit(session, viewer, card_id, Content(entries, "yes", "Good"), version=card.version, rubric_number=1)
    # So that every candidate's coverage suffices, the second stage's criterion weighs nothing here.
    with hiring.database.transaction() as session:
        recruiter = viewer_of(session, hiring.people["recruiter"])
        draft = rubrics.draft_of(session, recruiter, hiring.opening)
        weights = {"spoken_communication": 50, "composure": 50}
        criteria = tuple(
            replace(item, weight=Decimal(weights.get(item.key, 0)), rationale="As agreed with the team") for item in draft.rubric.criteria
        )
        saved = rubrics.save_draft(session, recruiter, hiring.opening, replace(draft.rubric, criteria=criteria), version=draft.version)
        rubrics.publish(session, recruiter, hiring.opening, version=saved.version, note="Two criteria for now")
    return hiring


def _card(session: Session, account_id: int, application: str) -> str:
    return session.scalars(
        select(Scorecard.public_id)
        .join(Interview, Scorecard.interview_id == Interview.id)
        .join(Application, Interview.application_id == Application.id)
        .where(Scorecard.interviewer_id == account_id, Application.public_id == application)
    ).one()


def table(browser: Browser, hiring: HiringRound, query: str = "") -> list[dict[str, str]]:
    text = browser.get(f"/openings/{hiring.opening}/compare.csv{query}").data.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_weights_are_tried_without_saving_anything(site: Site, hiring: HiringRound) -> None:
    hiring.submit("ada", "tom", spoken_communication=2, composure=5)
    hiring.submit("ada", "maria", spoken_communication=5, composure=2)
    hiring.submit("ben", "maria", spoken_communication=5, composure=2)
    browser = site.signed_in(hiring.people["recruiter"])
    path = f"/openings/{hiring.opening}/compare"
    tried = "?w.spoken_communication=20&w.composure=80&w.teamwork=0&w.experience=0"
    with hiring.database.reading() as session:
        before = session.scalars(select(RubricDraft.content)).one()
    rows = {row["candidate"]: row for row in table(browser, hiring, tried)}
    assert float(rows["Tom Okafor"]["total"]) == pytest.approx(0.2 * 2 + 0.8 * 5)
    assert float(rows["Maria Kowalska"]["total"]) == pytest.approx(0.2 * 5 + 0.8 * 2)
    assert [rows[name]["rank"] for name in ("Tom Okafor", "Maria Kowalska")] == ["1", "2"]
    page = browser.get(path + tried).text
    assert "You are trying other weights." in page
    assert f'href="{path}" data-view-link data-published' in page
    # A weight that is the published one is nothing to try.
    assert "You are trying other weights." not in browser.get(f"{path}?w.composure=30").text
    with hiring.database.reading() as session:
        assert session.scalars(select(RubricDraft.content)).one() == before


@pytest.mark.parametrize("query", ["w.composure=-1", "w.composure=101", "w.composure=x", "w.composure=1e2", "top=0", "top=x", "sort=w.x"])
def test_weights_and_numbers_that_make_no_sense_are_refused(site: Site, hiring: HiringRound, query: str) -> None:
    browser = site.signed_in(hiring.people["recruiter"])
    assert browser.get(f"/openings/{hiring.opening}/compare?{query}").status_code == 400


def test_weights_that_are_all_nothing_are_refused(site: Site, hiring: HiringRound) -> None:
    browser = site.signed_in(hiring.people["recruiter"])
    zero = "&".join(f"w.{key}=0" for key in ("spoken_communication", "composure", "teamwork", "experience"))
    answer = browser.get(f"/openings/{hiring.opening}/compare?{zero}")
    assert answer.status_code == 422
    assert "At least one criterion must weigh something" in answer.text


def test_tried_weights_become_a_draft_with_their_rationale_and_nothing_more(site: Site, hiring: HiringRound) -> None:
    browser = site.signed_in(hiring.people["recruiter"])
    path = f"/openings/{hiring.opening}/rubric/weights?w.composure=60&w.teamwork=20"
    page = browser.get(path)
    assert page.status_code == 200
    version = re.search(r'name="version"[^>]*value="(\d+)"', page.text)
    assert version
    refused = browser.post(path, {"version": version[1], "rationale": " "})
    assert refused.status_code == 422
    assert "Say why the weights change" in refused.text
    done = browser.post(path, {"version": version[1], "rationale": "Angry callers are most of the day"})
    assert (done.status_code, done.headers["Location"]) == (303, f"/openings/{hiring.opening}/rubric")
    with hiring.database.reading() as session:
        opening = opening_row(session, hiring)
        draft = codec.from_dict(session.get_one(RubricDraft, opening.id).content)
        published = rubrics.current(session, opening.id)
        assert published is not None
        assert published.number == 1
        assert {item.key: item.weight for item in published.rubric.criteria}["composure"] == 30
    # 40, 60, 20 and 10 of 130, with two decimals and 100 in all.
    assert {item.key: (item.weight, item.rationale) for item in draft.criteria} == {
        "spoken_communication": (Decimal("30.77"), "Angry callers are most of the day"),
        "composure": (Decimal("46.15"), "Angry callers are most of the day"),
        "teamwork": (Decimal("15.39"), "Angry callers are most of the day"),
        "experience": (Decimal("7.69"), "Angry callers are most of the day"),
    }
    again = browser.get(path)
    assert again.status_code == 422
    assert "holds changes that are not published yet" in again.text


def test_a_stale_draft_is_not_overwritten(site: Site, hiring: HiringRound) -> None:
    browser = site.signed_in(hiring.people["recruiter"])
    path = f"/openings/{hiring.opening}/rubric/weights?w.composure=60"
    answer = browser.post(path, {"version": "1", "rationale": "Because"})
    assert answer.status_code == 409
    assert "Because" in answer.text


def test_the_round_is_measured_and_the_gate_opens(site: Site, round_: HiringRound) -> None:
    browser = site.signed_in(round_.people["recruiter"])
    rows = [row for row in table(browser, round_) if row["rank"]]
    assert len(rows) == 12
    assert all(float(row["range from"]) < float(row["total"]) < float(row["range to"]) and row["adjusted total"] for row in rows)
    assert sum(float(row["among the best 3"]) for row in rows) == pytest.approx(3)
    page = browser.get(f"/openings/{round_.opening}/compare").text
    assert "Adjusted for strict and lenient interviewers" in page
    assert page.count('class="range"') == 12
    assert "Level within the noise: the order among these may be chance" in page


def test_ranking_by_the_adjusted_total_is_a_logged_switch_that_every_place_names(site: Site, round_: HiringRound) -> None:
    browser = site.signed_in(round_.people["recruiter"])
    before = {row["candidate"]: row for row in table(browser, round_) if row["rank"]}
    settings = f"/openings/{round_.opening}/settings"
    assert form_at(browser, settings).send(browser, ranks_adjusted="y").status_code == 303
    with round_.database.reading() as session:
        event = session.scalars(select(Event).where(Event.action == "opening_changed").order_by(Event.id.desc())).first()
        assert event is not None
        assert event.detail == {"finals_count": False, "ranks_adjusted": True, "panel_open": True}
    after = {row["candidate"]: row for row in table(browser, round_) if row["rank"]}
    assert {name: row["adjusted total"] for name, row in after.items()} == {name: row["adjusted total"] for name, row in before.items()}
    order = sorted(after, key=lambda name: -float(after[name]["adjusted total"]))
    places = [int(after[name]["rank"]) for name in order]
    assert (places[0], places) == (1, sorted(places))
    said = "Places follow the severity-adjusted total: this opening is set to rank so."
    with round_.database.reading() as session:
        someone = session.scalars(select(Opening)).one()
        assert someone.ranks_adjusted
    assert said in browser.get(f"/openings/{round_.opening}/compare").text
    assert said in browser.get(f"/openings/{round_.opening}/methods").text
    person = re.search(r'href="(/candidates/[^"]+)">Person 03<', browser.get(f"/openings/{round_.opening}/compare").text)
    assert person
    assert said in browser.get(person[1]).text


def test_methods_say_every_figure_with_its_n_and_two_candidates_can_be_asked_about(site: Site, round_: HiringRound) -> None:
    browser = site.signed_in(round_.people["recruiter"])
    path = f"/openings/{round_.opening}/methods"
    page = browser.get(path).text
    for words in ("Intraclass correlation (1,1)", "12 × 6, 48 values", "Strict and lenient interviewers", "Everything else"):
        assert words in page
    ids = re.findall(r'<option value="([^"]{22})"', page)
    answer = browser.get(f"{path}?first={ids[0]}&second={ids[1]}").text
    assert "is truly ahead of" in answer
    for query in (f"first={ids[0]}&second={ids[0]}", "first=x&second=y", f"first={round_.candidates['linh']}&second={ids[0]}"):
        refused = browser.get(f"{path}?{query}")
        assert refused.status_code == 422
        assert "Choose two different candidates who have a total." in refused.text
