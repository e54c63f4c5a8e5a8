"""The comparison table as PDF over HTTP: the same view, the same masking, and a clear word where it is too much."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from reports import comparison_report
from reports.view import View
from rubrics import library
from screening.models import Event, Job
from screening.policy import Hat
from screening.services import openings
from tests.reports import papers
from tests.support.hiring_round import HiringRound, viewer_of
from tests.support.web import Site

COMPOSURE = library.criteria()["composure"].criterion


def address(hiring: HiringRound, query: str = "") -> str:
    return f"/openings/{hiring.opening}/compare.pdf{query}"


def exports(hiring: HiringRound) -> int:
    with hiring.database.reading() as session:
        return len(session.scalars(select(Event).where(Event.action == "table_exported")).all())


def rated(hiring: HiringRound) -> None:
    hiring.submit("ada", "maria", spoken_communication=4, composure=2)
    hiring.submit("ben", "maria", spoken_communication=5, composure=4)
    hiring.submit("ada", "tom", spoken_communication=2, composure=3)


def test_the_table_as_the_address_asks_for_it(site: Site, hiring: HiringRound) -> None:
    rated(hiring)
    browser = site.signed_in(hiring.people["recruiter"])
    query = "?sort=candidate&direction=ascending&hide=teamwork&hide=chance&w.composure=80&text=m"
    answer = browser.get(address(hiring, query))
    text = " ".join(papers.pages(answer.data))

    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert "Agent comparison with weights only tried.pdf" in answer.headers["Content-Disposition"]
    assert "Blue River Utilities" in text
    assert "Only: name or reference with “m”: 2 of 3 candidates · Order: by name, A to Z · Left out: Teamwork" in text
    assert text.index("Maria Kowalska") < text.index("Tom Okafor")
    assert "Linh" not in text
    assert "These are not the published weights." in text
    assert f"{COMPOSURE.name} 53.33 30 required 3 ratings yes" in text
    assert papers.failed_rules(answer.data) == 0
    assert exports(hiring) == 1
    assert f'href="/openings/{hiring.opening}/compare.pdf?text=m' in browser.get(f"/openings/{hiring.opening}/compare?text=m").text


def test_a_table_that_is_too_large_to_wait_for_is_offered_in_the_background(
    site: Site, hiring: HiringRound, monkeypatch: pytest.MonkeyPatch
) -> None:
    rated(hiring)
    monkeypatch.setattr(comparison_report, "MOST_CELLS", 20)
    browser = site.signed_in(hiring.people["manager"])
    query = "?sort=candidate&direction=ascending&w.composure=80"
    answer = browser.get(address(hiring, query))
    assert (answer.status_code, exports(hiring)) == (302, 0)
    with hiring.database.reading() as session:
        assert session.scalars(select(Job)).all() == []
    assert answer.headers["Location"] == f"/openings/{hiring.opening}/files{query}#table"

    page = browser.get(answer.headers["Location"].removesuffix("#table")).text
    assert "The comparison as you left it: 3 candidates" in page
    form = f"/openings/{hiring.opening}/files/comparison{query}"
    assert form.replace("&", "&amp;") in page
    made = browser.post(form, {})
    with hiring.database.reading() as session:
        job = session.scalars(select(Job)).one()
    assert (made.status_code, made.headers["Location"]) == (303, f"/openings/{hiring.opening}/files/{job.public_id}")
    assert (job.kind, job.request["candidates"], job.request["only"], job.total) == ("comparison", 3, None, 2)
    assert job.request["view"] == View(sort="candidate", descending=False, weights={"composure": 80.0}).to_plain()
    assert "Comparison table: Agent" in browser.get(made.headers["Location"]).text
    assert "3 candidates · with weights only tried · PDF" in browser.get("/files").text

    assert browser.get(address(hiring, "?text=Maria")).status_code == 200
    small = browser.get(f"/openings/{hiring.opening}/files?text=Maria").text
    assert f'href="/openings/{hiring.opening}/compare.pdf?text=Maria"' in small
    assert "Make the PDF" not in small


def test_a_name_that_was_searched_for_does_not_stand_in_the_job(site: Site, hiring: HiringRound) -> None:
    rated(hiring)
    browser = site.signed_in(hiring.people["recruiter"])
    assert browser.post(f"/openings/{hiring.opening}/files/comparison?text=m&page=1", {}).status_code == 303
    with hiring.database.reading() as session:
        job = session.scalars(select(Job)).one()
    assert job.request["view"] == View().to_plain()
    assert sorted(job.request["only"]) == sorted((hiring.candidates["maria"], hiring.candidates["tom"]))


@pytest.mark.parametrize("who", ["stranger", "admin", "ada", "cleo", "ivo"])
def test_who_may_not_compare_can_ask_for_no_file(site: Site, hiring: HiringRound, who: str) -> None:
    assert site.signed_in(hiring.people[who]).post(f"/openings/{hiring.opening}/files/comparison", {}).status_code == 404
    with hiring.database.reading() as session:
        assert session.scalars(select(Job)).all() == []


def test_a_value_that_makes_no_sense_is_refused(site: Site, hiring: HiringRound) -> None:
    answer = site.signed_in(hiring.people["recruiter"]).get(address(hiring, "?sort=height"))
    assert answer.status_code == 400
    assert "sort=height is not known here." in answer.text


@pytest.mark.parametrize("who", ["stranger", "admin", "ada", "cleo", "ivo"])
def test_who_may_not_compare_finds_nothing(site: Site, hiring: HiringRound, who: str) -> None:
    answer = site.signed_in(hiring.people[who]).get(address(hiring))
    assert answer.status_code == 404
    assert exports(hiring) == 0


def test_a_recruiter_who_still_owes_a_card_gets_the_same_bytes_whatever_others_submit(site: Site, hiring: HiringRound) -> None:
    with hiring.database.transaction() as session:
        admin = viewer_of(session, hiring.people["admin"])
        openings.set_hats(session, admin, hiring.opening, hiring.people["ada"], [Hat.RECRUITER, Hat.INTERVIEWER])
    hiring.submit("ada", "tom", spoken_communication=2, composure=3)
    browser = site.signed_in(hiring.people["ada"])
    before = browser.get(address(hiring)).data
    hiring.submit("ben", "maria", spoken_communication=5, composure=4)
    after = browser.get(address(hiring)).data
    text = " ".join(papers.pages(after))

    assert before == after
    assert "Maria Kowalska closed until the reader’s scorecard is in – – –" in text
    assert "1 closed to the reader of this copy until their own scorecard is in" in text
    assert "R-2 " in text
