"""A form that is sent twice counts once: at the same moment, one after another, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from screening.clock import now
from screening.database import Base
from screening.models import Application, Decision, Event, FinalRating, Opening, Revision, Submission, Void
from screening.services import decisions, submissions
from tests.support.forms import PageForm, form_at, forms
from tests.support.hiring_round import HiringRound
from tests.support.web import Browser, Site

MANY = 20


def count(hiring: HiringRound, table: type[Base], **values: object) -> int:
    with hiring.database.reading() as session:
        return session.scalars(select(func.count()).select_from(table).filter_by(**values)).one()


def same_browser(site: Site, browser: Browser) -> Browser:
    """Another window of it: the same cookies, a client of its own, as one cannot be used by several threads."""
    other = site.visitor()
    with browser.client.session_transaction() as cookie, other.client.session_transaction() as copy:
        copy.update(cookie)
    return other


def at_once(site: Site, browser: Browser, form: PageForm, **values: object) -> set[tuple[int, str]]:
    """Send the very same form many times at the same moment; gives the different answers."""
    gate, windows = Barrier(MANY), [same_browser(site, browser) for _ in range(MANY)]

    def send(window: Browser) -> TestResponse:
        gate.wait()
        return form.send(window, **values)

    with ThreadPoolExecutor(MANY) as pool:
        answers = list(pool.map(send, windows))
    return {(answer.status_code, answer.headers.get("Location", "")) for answer in answers}


def a_scorecard(site: Site, hiring: HiringRound) -> tuple[Browser, PageForm, dict[str, object]]:
    address = f"/scorecards/{hiring.cards['ada', 'maria', 'phone']}"
    browser = site.signed_in(hiring.people["ada"])
    levels = {"rating_spoken_communication": "4", "rating_composure": "2"}
    return browser, form_at(browser, address), {**levels, "recommendation": "yes", "reason": "Calm", "do": "submit"}


def a_candidate(site: Site, hiring: HiringRound) -> tuple[Browser, PageForm, dict[str, object]]:
    browser = site.signed_in(hiring.people["recruiter"])
    return browser, form_at(browser, f"/openings/{hiring.opening}/candidates/new"), {"name": "Pat Doe"}


def an_opening(site: Site, hiring: HiringRound) -> tuple[Browser, PageForm, dict[str, object]]:
    browser = site.signed_in(hiring.people["recruiter"])
    return browser, form_at(browser, "/openings/new"), {"title": "Dispatcher", "start": "empty"}


def a_decision(site: Site, hiring: HiringRound) -> tuple[Browser, PageForm, dict[str, object]]:
    hiring.submit("ada", "maria")
    hiring.submit("ben", "maria")
    browser, address = site.signed_in(hiring.people["manager"]), f"/candidates/{hiring.candidates['maria']}"
    return browser, form_at(browser, address, f"{address}/decisions"), {"kind": "hold", "reason": "Wait"}


def a_void(site: Site, hiring: HiringRound) -> tuple[Browser, PageForm, dict[str, object]]:
    browser, address = site.signed_in(hiring.people["recruiter"]), f"/openings/{hiring.opening}/voids"
    form = form_at(browser, address)
    what = next(choice for choice in form.choices["what"] if choice.startswith("teamwork"))
    preview = form.send(browser, what=what, reason="It leaked")
    confirm = next(one for one in forms(preview.text, address) if ("do", "confirm") in one.buttons)
    return browser, confirm, {"do": "confirm"}


def a_final(site: Site, hiring: HiringRound) -> tuple[Browser, PageForm, dict[str, object]]:
    hiring.submit("ada", "maria", composure=1)
    hiring.submit("ben", "maria", composure=5)
    browser, address = site.signed_in(hiring.people["ada"]), f"/candidates/{hiring.candidates['maria']}/debrief"
    return browser, form_at(browser, address, f"{address}/finals"), {"composure-level": "3", "composure-reason": "Heard it again"}


CASES: dict[str, tuple[Callable[[Site, HiringRound], tuple[Browser, PageForm, dict[str, object]]], type[Base], str]] = {
    "scorecard": (a_scorecard, Revision, "scorecard_submitted"),
    "candidate": (a_candidate, Application, "candidate_added"),
    "opening": (an_opening, Opening, "opening_created"),
    "decision": (a_decision, Decision, "decided"),
    "void": (a_void, Void, "voided"),
    "final": (a_final, FinalRating, "final_given"),
}


@pytest.mark.parametrize("case", CASES)
def test_a_form_sent_many_times_at_once_counts_once_and_is_answered_alike(site: Site, hiring: HiringRound, case: str) -> None:
    prepare, table, action = CASES[case]
    browser, form, values = prepare(site, hiring)
    before = count(hiring, table), count(hiring, Event, action=action)
    answers = at_once(site, browser, form, **values)
    assert (count(hiring, table), count(hiring, Event, action=action)) == (before[0] + 1, before[1] + 1)
    ((status, address),) = answers
    assert status == 303
    assert browser.get(address).status_code == 200
    assert count(hiring, Submission, address=address) == 1


def test_a_form_sent_again_later_leads_where_it_led_the_first_time(site: Site, hiring: HiringRound) -> None:
    browser, form, values = a_candidate(site, hiring)
    first, again = form.send(browser, **values), form.send(browser, **values)
    assert (first.status_code, again.status_code) == (303, 303)
    assert first.headers["Location"] == again.headers["Location"]
    assert "sent more than once. It counts once." in browser.get(again.headers["Location"]).text
    assert count(hiring, Application) == 4


def test_a_form_that_somebody_went_back_to_and_filled_in_anew_is_another_one(site: Site, hiring: HiringRound) -> None:
    browser, form, _ = a_candidate(site, hiring)
    first, second = form.send(browser, name="Pat Doe"), form.send(browser, name="Kim Roe")
    assert first.headers["Location"] != second.headers["Location"]
    assert "Kim Roe" in browser.get(second.headers["Location"]).text
    assert count(hiring, Application) == 5


def test_a_form_that_was_refused_can_be_sent_again(site: Site, hiring: HiringRound) -> None:
    browser, form, values = a_decision(site, hiring)
    with hiring.database.transaction() as session:
        manager = hiring.viewer("recruiter")
        made = decisions.decide(session, manager, hiring.candidates["maria"], kind="reject", reason="No", standing="").public_id
    assert form.send(browser, **values).status_code == 409
    with hiring.database.transaction() as session:
        decisions.undo(session, hiring.viewer("recruiter"), made, reason="Too soon")
    assert count(hiring, Submission) == 0
    assert form.send(browser, **values).status_code == 303
    assert count(hiring, Decision, kind="hold", undone_at=None) == 1


def test_what_another_person_sent_is_no_answer(site: Site, hiring: HiringRound) -> None:
    browser, form, values = a_candidate(site, hiring)
    assert form.send(browser, **values).status_code == 303
    other = site.signed_in(hiring.people["ada"])
    assert form.send(other, **values).status_code == 404
    assert count(hiring, Application) == 4


@pytest.mark.parametrize(("token", "status"), [(None, 428), ("", 422), ("short", 422), ("x" * 65, 422), ("ä" * 22, 422), ("a" * 22, 303)])
def test_every_form_says_which_form_it_is(site: Site, hiring: HiringRound, token: str | None, status: int) -> None:
    browser, form, values = a_candidate(site, hiring)
    assert form.send(browser, **values, submission_token=token).status_code == status
    assert count(hiring, Application) == (4 if status == 303 else 3)


def test_a_link_that_is_shown_once_is_not_made_twice(site: Site, hiring: HiringRound) -> None:
    browser = site.signed_in(hiring.people["admin"])
    form = form_at(browser, "/people/invite")
    first = form.send(browser, name="New Person", email="new@example.org")
    again = form.send(browser, name="New Person", email="new@example.org")
    assert (first.status_code, again.status_code, again.headers["Location"]) == (200, 303, "/people")


def test_what_was_sent_is_forgotten_after_a_day(site: Site, hiring: HiringRound) -> None:
    browser, form, values = a_candidate(site, hiring)
    form.send(browser, **values)
    with hiring.database.transaction() as session:
        submissions.sweep(session)
        row = session.scalars(select(Submission)).one()
        assert row.digest not in (form.fields["submission_token"], "")
        row.at = now() - submissions.KEPT_FOR - timedelta(seconds=1)
        session.flush()
        submissions.sweep(session)
        assert session.scalars(select(Submission)).all() == []


def test_a_change_whose_answer_was_lost_is_not_made_again(site: Site, hiring: HiringRound, monkeypatch: pytest.MonkeyPatch) -> None:
    """As when the process is killed between the change and the note of where it led."""
    monkeypatch.setattr("screening.blueprints.submissions.PATIENCE", 0.1)
    browser, form, values = a_candidate(site, hiring)
    form.send(browser, **values)
    with hiring.database.transaction() as session:
        session.scalars(select(Submission)).one().address = ""
    again = form.send(browser, **values)
    assert (again.status_code, again.headers["Location"]) == (303, f"/openings/{hiring.opening}/candidates/new")
    assert count(hiring, Application) == 4


def test_of_two_who_decide_at_once_one_does_and_the_other_is_told_who_did(site: Site, hiring: HiringRound) -> None:
    hiring.submit("ada", "maria")
    hiring.submit("ben", "maria")
    address, gate = f"/candidates/{hiring.candidates['maria']}", Barrier(2)
    browsers = {name: site.signed_in(hiring.people[name]) for name in ("manager", "recruiter")}
    pages = {name: form_at(browser, address, f"{address}/decisions") for name, browser in browsers.items()}

    def decide(name: str) -> TestResponse:
        gate.wait()
        return pages[name].send(browsers[name], kind="hold" if name == "manager" else "reject", reason=f"{name} thinks so")

    with ThreadPoolExecutor(2) as pool:
        answers = dict(zip(pages, pool.map(decide, pages), strict=True))
    winner, loser = sorted(answers, key=lambda name: answers[name].status_code)
    assert (answers[winner].status_code, answers[loser].status_code) == (303, 409)
    assert f"The decision was changed by {winner.title()} at " in answers[loser].text
    assert f"{loser} thinks so" in answers[loser].text
    assert f"{winner} thinks so" in answers[loser].text
    with hiring.database.reading() as session:
        assert [row.reason for row in session.scalars(select(Decision))] == [f"{winner} thinks so"]
