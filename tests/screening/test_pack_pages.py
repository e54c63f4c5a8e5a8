"""The pages to ask for files on, to see how far they are, and to fetch them."""

from __future__ import annotations

import re

from sqlalchemy import select

from screening.clock import now
from screening.models import Job, JobPart
from screening.policy import Hat
from screening.services import decisions, interviews, openings
from tests.support.hiring_round import HiringRound, viewer_of
from tests.support.web import Browser, Site

ASKED = {"whom": "everybody", "edition": "full", "form": "zip"}


def files(hiring: HiringRound) -> str:
    return f"/openings/{hiring.opening}/files"


def job(hiring: HiringRound) -> Job:
    with hiring.database.reading() as session:
        return session.scalars(select(Job)).one()


def end(hiring: HiringRound, state: str, message: str = "") -> None:
    with hiring.database.transaction() as session:
        found = session.scalars(select(Job)).one()
        found.state, found.message, found.finished_at = state, message, now()
        if state == "done":
            found.filename, found.media_type, found.size = "Agent Ł summaries.zip", "application/zip", 6
            session.add_all(JobPart(job_id=found.id, number=number, content=content) for number, content in enumerate((b"one", b"two")))


def choices(page: str) -> list[str]:
    return re.findall(r'type="radio" value="(\w+)"', page)


def ask(browser: Browser, hiring: HiringRound, **changes: str) -> str:
    answer = browser.post(files(hiring), {**ASKED, **changes})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["Location"])


def test_the_page_offers_what_there_is(site: Site, hiring: HiringRound) -> None:
    recruiter = site.signed_in(hiring.people["recruiter"])
    assert choices(recruiter.get(files(hiring)).text) == ["everybody", "full", "manager", "own", "records", "pdf", "zip"]

    with hiring.database.transaction() as session:
        viewer = viewer_of(session, hiring.people["recruiter"])
        decisions.decide(session, viewer, hiring.candidates["tom"], kind="advance", reason="Good", standing="")
    page = recruiter.get(f"{files(hiring)}?text=maria&candidate={hiring.candidates['linh']}").text
    assert choices(page)[:4] == ["picked", "shown", "shortlist", "everybody"]
    assert "The shortlist: decided to advance, or offered the job: 1" in page

    assert choices(site.signed_in(hiring.people["manager"]).get(files(hiring)).text)[2:4] == ["full", "manager"]


def test_what_was_asked_stands_in_the_job(site: Site, hiring: HiringRound) -> None:
    recruiter = site.signed_in(hiring.people["recruiter"])
    answer = recruiter.post(
        f"{files(hiring)}?candidate={hiring.candidates['linh']}&candidate={hiring.candidates['tom']}",
        {"whom": "picked", "edition": "records", "form": "pdf"},
    )
    found = job(hiring)
    assert answer.headers["Location"] == f"{files(hiring)}/{found.public_id}"
    assert (found.kind, found.state, found.total) == ("summaries", "queued", 2)
    assert {name: value for name, value in found.request.items() if name != "rights"} == {
        "applications": [hiring.candidates["linh"], hiring.candidates["tom"]],
        "whom": "Those ticked in the table",
        "edition": "records",
        "form": "pdf",
    }


def test_choices_that_are_none_are_refused_with_the_page(site: Site, hiring: HiringRound) -> None:
    manager = site.signed_in(hiring.people["manager"])
    for changes, words in (
        ({"whom": "shortlist"}, "Choose whom the file is about."),
        ({"edition": "records"}, "Choose the edition."),
        ({"edition": ""}, "Choose the edition."),
        ({"form": "exe"}, "Choose the kind of file."),
    ):
        answer = manager.post(files(hiring), {**ASKED, **changes})
        assert answer.status_code == 422
        assert words in answer.text
        assert 'href="#' in answer.text
    with hiring.database.reading() as session:
        assert session.scalars(select(Job)).all() == []


def test_how_far_it_is_and_then_the_file(site: Site, hiring: HiringRound) -> None:
    recruiter = site.signed_in(hiring.people["recruiter"])
    page = ask(recruiter, hiring)
    assert "Waiting for its turn" in recruiter.get(page).text
    with hiring.database.transaction() as session:
        found = session.scalars(select(Job)).one()
        found.state, found.done = "running", 2
    text = recruiter.get(page).text
    assert '<span class="number">2 of 3</span>' in text
    assert 'max="3" value="2"' in text
    assert recruiter.get(f"{page}/content").status_code == 404

    end(hiring, "done")
    assert "3 candidates · Full edition: who rated what · ZIP" in recruiter.get(page).text
    answer = recruiter.get(f"{page}/content")
    assert answer.data == b"onetwo"
    assert answer.headers["Content-Length"] == "6"
    assert answer.headers["Content-Type"] == "application/zip"
    assert "filename*=UTF-8''Agent%20%C5%81%20summaries.zip" in answer.headers["Content-Disposition"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert recruiter.get("/files").text.count("Ready") == 1


def test_a_file_that_failed_says_why(site: Site, hiring: HiringRound) -> None:
    recruiter = site.signed_in(hiring.people["recruiter"])
    page = ask(recruiter, hiring)
    end(hiring, "failed", "It was <b>too</b> long.")
    assert "It was &lt;b&gt;too&lt;/b&gt; long." in recruiter.get(page).text


def test_cancelling_is_shown_and_can_be_done_twice(site: Site, hiring: HiringRound) -> None:
    recruiter = site.signed_in(hiring.people["recruiter"])
    page = ask(recruiter, hiring)
    for _ in range(2):
        assert recruiter.post(f"{page}/cancel").headers["Location"] == page
    assert "Nothing was made." in recruiter.get(page).text
    assert ask(recruiter, hiring) != page


def test_another_person_of_the_opening_finds_nothing(site: Site, hiring: HiringRound) -> None:
    page = ask(site.signed_in(hiring.people["recruiter"]), hiring)
    end(hiring, "done")
    manager = site.signed_in(hiring.people["manager"])
    assert [manager.get(page).status_code, manager.get(f"{page}/content").status_code, manager.post(f"{page}/cancel").status_code] == [
        404
    ] * 3
    assert "Ready" not in manager.get("/files").text


def test_a_file_is_closed_when_somebody_in_it_is_closed_to_its_owner(site: Site, hiring: HiringRound) -> None:
    """Asked for and finished before a scorecard was owed; fetched after."""
    recruiter = site.signed_in(hiring.people["recruiter"])
    page = ask(recruiter, hiring)
    end(hiring, "done")
    with hiring.database.transaction() as session:
        admin = viewer_of(session, hiring.people["admin"])
        openings.set_hats(session, admin, hiring.opening, hiring.people["recruiter"], [Hat.RECRUITER, Hat.INTERVIEWER])
    with hiring.database.transaction() as session:
        viewer = viewer_of(session, hiring.people["recruiter"])
        interviews.plan(
            session,
            viewer,
            hiring.opening,
            applications=[hiring.candidates["linh"]],
            stage="phone",
            interviewers_=[hiring.people["recruiter"]],
        )
    assert recruiter.get(f"{page}/content").status_code == 404
    text = recruiter.get(files(hiring)).text
    assert "Everybody in the opening: 2" in text
    assert "1 candidate whose scorecard you still owe." in text
