"""A large comparison table as it is made in the background: the numbers of the page, for whom they are open, and nothing set twice."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from reports import comparison_parts
from reports.errors import PdfFailed, PdfTimedOut
from reports.view import View
from screening.background.queue import Queue
from screening.background.shop import Shop
from screening.background.worker import Worker
from screening.clock import now
from screening.errors import NotFound
from screening.jobs import PdfRenderer
from screening.models import Job, JobPart
from screening.paths import template_root
from screening.policy import Hat
from screening.services import jobs, openings, packs
from tests.reports import papers
from tests.support import web
from tests.support.hiring_round import HiringRound
from tests.support.web import Site


class Killed(BaseException):
    """What ends a process in the middle of anything."""


class CountingRenderer(PdfRenderer):
    """Sets documents, and counts them; one of them ends otherwise."""

    def __init__(self, renderer: PdfRenderer, *, ends_at: int = 0, how: BaseException | None = None) -> None:
        self.renderer, self.count, self.ends_at, self.how = renderer, 0, ends_at, how or Killed()

    def render(self, html: str, **chosen: Any) -> bytes:
        self.count += 1
        if self.count == self.ends_at:
            raise self.how
        return self.renderer.render(html, **chosen)


@pytest.fixture(scope="module")
def renderer() -> Iterator[PdfRenderer]:
    found = PdfRenderer(template_root(), seconds=60)
    yield found
    found.close()


@pytest.fixture
def in_parts(hiring: HiringRound, monkeypatch: pytest.MonkeyPatch) -> None:
    """A row to a part."""
    monkeypatch.setattr(comparison_parts, "CELLS_AT_ONCE", 1)
    monkeypatch.setattr(comparison_parts, "ROOM", {"a4": 110.0})
    hiring.submit("ben", "maria", spoken_communication=5, composure=4)
    hiring.submit("ada", "tom", spoken_communication=2, composure=3)


def worker(hiring: HiringRound, renderer: PdfRenderer) -> Worker:
    return Worker(Shop(web.settings(), hiring.database, renderer, template_root(), 1), Queue("memory:"))


def ask(hiring: HiringRound, who: str = "recruiter", view: View | None = None) -> str:
    with hiring.database.reading() as session:
        table = packs.table(session, hiring.viewer(who), hiring.opening, view or View(), paper="a4")
    with hiring.database.transaction() as session:
        return packs.ask_comparison(session, hiring.viewer(who), table, look="look").public_id


def job_of(hiring: HiringRound, job: str) -> Job:
    with hiring.database.reading() as session:
        return session.scalars(select(Job).where(Job.public_id == job)).one()


def file_of(hiring: HiringRound, job: str, who: str = "recruiter") -> bytes:
    with hiring.database.transaction() as session:
        found = jobs.fetch(session, hiring.viewer(who), hiring.opening, job)
        return b"".join(jobs.piece(session, found, number) for number in jobs.pieces(session, found))


def totals(page: str) -> dict[str, str]:
    """Of each candidate of the table on screen."""
    rows = re.findall(r"<tr.*?</tr>", page, re.DOTALL)
    found = {}
    for row in rows:
        text = " ".join(re.sub(r"<[^>]+>", " ", row).split())
        if name := re.search(r"(Linh Nguyễn|Maria Kowalska|Tom Okafor)", text):
            found[name[0]] = (re.search(r"\b\d\.\d\d\b", text) or [""])[0]
    return found


def test_the_file_has_the_numbers_of_the_page(site: Site, hiring: HiringRound, renderer: PdfRenderer, in_parts: None) -> None:
    browser = site.signed_in(hiring.people["recruiter"])
    on_screen = totals(browser.get(f"/openings/{hiring.opening}/compare").text)
    job = ask(hiring)
    worker(hiring, renderer).work_on(job)
    found = job_of(hiring, job)
    pdf = file_of(hiring, job)
    pages = papers.pages(pdf)

    assert (found.state, found.message, found.done, found.total) == ("done", "", 4, 4)
    assert (found.filename, found.media_type, found.size) == ("Agent comparison.pdf", "application/pdf", len(pdf))
    assert papers.failed_rules(pdf) == 0
    assert [text[text.rindex("Page ") :] for text in pages] == [f"Page {number} of 4" for number in range(1, 5)]
    assert on_screen == {"Maria Kowalska": "4.50", "Tom Okafor": "2.25", "Linh Nguyễn": ""}
    assert "1 Maria Kowalska 4.50 2.2–5.0 > 95 % 5.00 4.00 – 4.00 + 1 1 of 2 80 % – Phone screen" in pages[0]
    assert "2 Tom Okafor R-2 2.25 1.0–4.6 > 95 % 2.00 ▼ 3.00 – 1.00 + 1 1 of 1 80 % 1 missed Phone screen" in pages[1]
    assert "– Linh Nguyễn nothing assessed yet – – – – – – – – 0 of 0 0 % – Phone screen" in pages[2]
    assert "How to read this table" in pages[3]


def test_a_killed_worker_resumes_with_what_it_had_set(hiring: HiringRound, renderer: PdfRenderer, in_parts: None) -> None:
    job = ask(hiring)
    first = CountingRenderer(renderer, ends_at=3)
    with pytest.raises(Killed):
        worker(hiring, first).work_on(job)
    with hiring.database.transaction() as session:
        assert len(session.scalars(select(JobPart)).all()) == 2
        session.execute(update(Job).values(lease_until=now() - timedelta(seconds=1)))
    assert job_of(hiring, job).state == "running"

    second = CountingRenderer(renderer)
    worker(hiring, second).work_on(job)
    resumed = file_of(hiring, job)
    assert (second.count, job_of(hiring, job).attempts) == (2, 2)

    with hiring.database.transaction() as session:
        session.delete(session.scalars(select(Job)).one())
    again = ask(hiring)
    worker(hiring, renderer).work_on(again)
    assert file_of(hiring, again) == resumed


def test_what_was_set_before_a_change_is_not_taken(hiring: HiringRound, renderer: PdfRenderer, in_parts: None) -> None:
    job = ask(hiring)
    with pytest.raises(Killed):
        worker(hiring, CountingRenderer(renderer, ends_at=3)).work_on(job)
    hiring.submit("ada", "maria", spoken_communication=4, composure=2)
    with hiring.database.transaction() as session:
        session.execute(update(Job).values(lease_until=now() - timedelta(seconds=1)))
    second = CountingRenderer(renderer)
    worker(hiring, second).work_on(job)

    text = " ".join(papers.pages(file_of(hiring, job)))
    assert second.count == 4
    assert "Rests on: 6 ratings by 2 interviewers" in text


def test_those_found_by_name_and_the_weights_that_were_tried(hiring: HiringRound, renderer: PdfRenderer, in_parts: None) -> None:
    job = ask(hiring, view=View(text="m", weights={"composure": 80.0}, sort="candidate", descending=False))
    worker(hiring, renderer).work_on(job)
    text = " ".join(papers.pages(file_of(hiring, job)))

    assert "Only: found by name or reference: 2 of 3 candidates · Order: by name, A to Z" in text
    assert "These are not the published weights." in text
    assert "Linh" not in text
    assert job_of(hiring, job).filename == "Agent comparison with weights only tried.pdf"


def test_a_candidate_who_is_closed_to_the_reader_has_a_name_alone(hiring: HiringRound, renderer: PdfRenderer, in_parts: None) -> None:
    with hiring.database.transaction() as session:
        openings.set_hats(session, hiring.viewer("admin"), hiring.opening, hiring.people["ada"], [Hat.RECRUITER, Hat.INTERVIEWER])
    job = ask(hiring, "ada")
    worker(hiring, renderer).work_on(job)
    text = " ".join(papers.pages(file_of(hiring, job, "ada")))

    assert "Maria Kowalska closed until the reader’s scorecard is in – – –" in text
    assert "1 closed to the reader of this copy until their own scorecard is in" in text
    for who in ("recruiter", "manager", "stranger"):
        with pytest.raises(NotFound):
            file_of(hiring, job, who)


def test_a_file_is_closed_when_its_owner_has_other_rights(hiring: HiringRound, renderer: PdfRenderer, in_parts: None) -> None:
    made, waiting = ask(hiring), ask(hiring, view=View(sort="candidate"))
    worker(hiring, renderer).work_on(made)
    with hiring.database.transaction() as session:
        hats = [Hat.RECRUITER, Hat.HIRING_MANAGER]
        openings.set_hats(session, hiring.viewer("admin"), hiring.opening, hiring.people["recruiter"], hats)
    with pytest.raises(NotFound):
        file_of(hiring, made)
    worker(hiring, renderer).work_on(waiting)
    assert job_of(hiring, waiting).message.startswith("What you asked for is not there any more")


@pytest.mark.parametrize(
    ("how", "message"),
    [
        (PdfTimedOut(20), "Part 2 of 4 was not ready in time: the machine is too busy now. Ask again later."),
        (PdfFailed("it is broken"), "Part 2 of 4 could not be made, so there is no file: The PDF could not be made: it is broken."),
    ],
)
def test_a_part_that_cannot_be_set_fails_the_file_and_leaves_nothing(
    hiring: HiringRound, renderer: PdfRenderer, in_parts: None, how: Exception, message: str
) -> None:
    job = ask(hiring)
    worker(hiring, CountingRenderer(renderer, ends_at=2, how=how)).work_on(job)

    found = job_of(hiring, job)
    assert found.state == "failed"
    assert found.message == message
    with hiring.database.reading() as session:
        assert session.scalars(select(JobPart)).all() == []


def test_a_criterion_that_is_gone_is_said(hiring: HiringRound, renderer: PdfRenderer, in_parts: None) -> None:
    job = ask(hiring)
    with hiring.database.transaction() as session:
        found = session.scalars(select(Job)).one()
        found.request = {**found.request, "view": replace(View(), sort="c.gone").to_plain()}
    worker(hiring, renderer).work_on(job)
    assert "sorted by a criterion that the rubric does not have any more" in job_of(hiring, job).message
