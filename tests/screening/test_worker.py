"""The worker with everything real: its process, the database, the typesetting; packs as their readers get them."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from sqlalchemy import select, update

from reports.errors import PdfTimedOut
from screening.background import packs as packs_in_background
from screening.background.queue import Queue
from screening.background.shop import Shop
from screening.background.worker import Worker
from screening.clock import now
from screening.config import to_environment
from screening.errors import Invalid, NotFound
from screening.jobs import PdfRenderer
from screening.models import Job, KeptPaper, Opening
from screening.paths import template_root
from screening.policy import Hat
from screening.services import interviews, jobs, openings, packs
from screening.services.lookup import touch
from tests.reports import papers
from tests.support import web
from tests.support.hiring_round import HiringRound

PATIENCE = 120.0


def until(answer: Callable[[], Any]) -> Any:
    """What it answers as soon as that is something."""
    end = time.monotonic() + PATIENCE
    while not (found := answer()):
        assert time.monotonic() < end
        time.sleep(0.05)
    return found


def ask(hiring: HiringRound, who: str = "recruiter", edition: str = "full", form: str = "zip") -> str:
    with hiring.database.transaction() as session:
        viewer = hiring.viewer(who)
        offer = packs.offer(session, viewer, hiring.opening, None, ())
        return packs.ask_summaries(session, viewer, offer, packs.EVERYBODY, edition, form, look="look").public_id


def job_of(hiring: HiringRound, public_id: str) -> Job:
    with hiring.database.reading() as session:
        return session.scalars(select(Job).where(Job.public_id == public_id)).one()


def file_of(hiring: HiringRound, public_id: str, who: str = "recruiter") -> bytes:
    with hiring.database.transaction() as session:
        job = jobs.fetch(session, hiring.viewer(who), hiring.opening, public_id)
        return b"".join(jobs.piece(session, job, number) for number in jobs.pieces(session, job))


def kept(hiring: HiringRound) -> dict[str, Any]:
    with hiring.database.reading() as session:
        return dict(session.execute(select(KeptPaper.digest, KeptPaper.kept_at)).all())


def chosen(hiring: HiringRound) -> Any:
    address = hiring.database.engine.url.render_as_string(hide_password=False)
    return web.settings(database_url=address, background=1)


@pytest.fixture(scope="module")
def renderer() -> Iterator[PdfRenderer]:
    found = PdfRenderer(template_root(), seconds=60)
    yield found
    found.close()


@pytest.fixture
def worker(hiring: HiringRound, renderer: PdfRenderer) -> Worker:
    return Worker(Shop(chosen(hiring), hiring.database, renderer, template_root(), 1), Queue("memory:"))


@contextmanager
def process(hiring: HiringRound) -> Iterator[subprocess.Popen[bytes]]:
    environment = {"PATH": os.environ["PATH"]} | to_environment(chosen(hiring))
    found = subprocess.Popen([sys.executable, "-P", "-m", "screening.background.worker", str(os.getpid())], env=environment)
    yield found
    if found.poll() is None:
        found.kill()
        found.wait()


@pytest.mark.long
def test_a_killed_worker_loses_no_job_and_what_was_set_is_not_set_again(hiring: HiringRound) -> None:
    job = ask(hiring)
    with process(hiring) as first:
        until(lambda: kept(hiring))
        first.send_signal(signal.SIGKILL)
        first.wait()
    before = kept(hiring)
    assert (job_of(hiring, job).state, job_of(hiring, job).size) == ("running", 0)
    assert len(before) < 3

    with hiring.database.transaction() as session:
        session.execute(update(Job).values(lease_until=now() - timedelta(seconds=1)))
    with process(hiring) as second:
        until(lambda: job_of(hiring, job).state == "done")
        second.send_signal(signal.SIGTERM)
        assert second.wait(30) == 0
    assert job_of(hiring, job).attempts == 2
    assert {digest: kept(hiring)[digest] for digest in before} == before
    with zipfile.ZipFile(io.BytesIO(file_of(hiring, job))) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        pages = [" ".join(papers.pages(archive.read(name))) for name in names]
    assert names == [
        "001 Linh Nguyễn - Agent.pdf",
        "002 Maria Kowalska - Agent.pdf",
        "003 Tom Okafor - Agent.pdf",
    ]
    for name, text in zip(("Linh Nguyễn", "Maria Kowalska", "Tom Okafor"), pages, strict=True):
        assert name in text


@pytest.mark.long
def test_a_worker_that_is_told_to_end_gives_its_job_back(hiring: HiringRound) -> None:
    job = ask(hiring)
    with process(hiring) as first:
        until(lambda: job_of(hiring, job).state == "running")
        first.send_signal(signal.SIGTERM)
        assert first.wait(60) == 0
    found = job_of(hiring, job)
    assert (found.state, found.attempts) in (("queued", 0), ("done", 1))


@pytest.mark.long
def test_a_worker_ends_with_the_server_that_started_it(hiring: HiringRound) -> None:
    environment = {"PATH": os.environ["PATH"]} | to_environment(chosen(hiring))
    starter = (
        "import subprocess, sys, os\n"
        "child = subprocess.Popen([sys.executable, '-P', '-m', 'screening.background.worker', str(os.getpid())])\n"
        "print(child.pid, flush=True)\n"
        "sys.stdin.read()\n"
    )
    server = subprocess.Popen([sys.executable, "-c", starter], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert server.stdout is not None
    child = int(server.stdout.readline())
    server.kill()
    server.communicate()

    until(lambda: not Path(f"/proc/{child}").exists() if Path("/proc").exists() else not _runs(child))


def _runs(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    return True


def test_unchanged_data_give_the_same_file_without_setting_anything(hiring: HiringRound, worker: Worker) -> None:
    first = ask(hiring)
    worker.work_on(first)
    content = file_of(hiring, first)
    with hiring.database.transaction() as session:
        session.delete(session.scalars(select(Job)).one())

    again = ask(hiring)
    nothing_sets = Worker(replace(worker._shop, renderer=PdfRenderer(Path("/nowhere"))), Queue("memory:"))
    nothing_sets.work_on(again)
    assert (job_of(hiring, again).state, job_of(hiring, again).message) == ("done", "")
    assert file_of(hiring, again) == content


def test_a_change_in_the_opening_is_in_the_next_pack(hiring: HiringRound, worker: Worker) -> None:
    worker.work_on(ask(hiring))
    hiring.submit("ada", "maria", spoken_communication=5, composure=5)
    job = ask(hiring)
    worker.work_on(job)

    with zipfile.ZipFile(io.BytesIO(file_of(hiring, job))) as archive:
        text = " ".join(papers.pages(archive.read("001 Maria Kowalska - Agent.pdf")))
    assert "ada on composure of maria" in text


def test_the_hiring_manager_gets_no_names_and_may_not_ask_for_them(hiring: HiringRound, worker: Worker) -> None:
    hiring.submit("ada", "maria")
    with hiring.database.transaction() as session:
        opening = session.scalars(select(Opening)).one()
        opening.manager_sees_names = False
        touch(opening)
    job = ask(hiring, who="manager", edition="manager")
    worker.work_on(job)
    with zipfile.ZipFile(io.BytesIO(file_of(hiring, job, "manager"))) as archive:
        text = " ".join(papers.pages(archive.read(archive.namelist()[0])))
    assert "Interviewer A" in text
    assert "Ada" not in text


def test_rights_are_asked_for_again_when_the_work_begins(hiring: HiringRound, worker: Worker) -> None:
    job = ask(hiring, who="manager")
    with hiring.database.transaction() as session:
        openings.set_hats(session, hiring.viewer("recruiter"), hiring.opening, hiring.people["manager"], [Hat.IMPACT_ANALYST])
    worker.work_on(job)

    found = job_of(hiring, job)
    assert (found.state, found.message) == (
        "failed",
        "What you asked for is not there any more, or no longer open to you. Nothing was made.",
    )


def test_a_workbook_is_closed_to_its_owner_when_a_candidate_is(hiring: HiringRound, worker: Worker) -> None:
    """Made before a scorecard was owed, asked for after; and made anew, it holds nothing of that candidate."""

    def ask_ratings() -> str:
        with hiring.database.transaction() as session:
            return packs.ask_ratings(session, hiring.viewer("recruiter"), hiring.opening, all_versions=False, look="look").public_id

    hiring.submit("ada", "maria")
    hiring.submit("ada", "tom")
    before = ask_ratings()
    worker.work_on(before)
    with hiring.database.transaction() as session:
        admin = hiring.viewer("admin")
        openings.set_hats(session, admin, hiring.opening, hiring.people["recruiter"], [Hat.RECRUITER, Hat.INTERVIEWER])
    with hiring.database.transaction() as session:
        wanted = {"applications": [hiring.candidates["maria"]], "interviewers_": [hiring.people["recruiter"]]}
        interviews.plan(session, hiring.viewer("recruiter"), hiring.opening, stage="phone", **wanted)

    with pytest.raises(NotFound):
        file_of(hiring, before)
    after = ask_ratings()
    assert after != before
    worker.work_on(after)
    sheet = openpyxl.load_workbook(io.BytesIO(file_of(hiring, after))).active
    assert sheet is not None
    assert {row[1] for row in sheet.iter_rows(values_only=True, min_row=2)} == {"Tom Okafor"}


def test_a_full_pack_is_closed_to_who_may_not_have_names_any_more(hiring: HiringRound, worker: Worker) -> None:
    with hiring.database.transaction() as session:
        session.scalars(select(Opening)).one().manager_sees_names = False
    job = ask(hiring)
    worker.work_on(job)
    with hiring.database.transaction() as session:
        admin = hiring.viewer("admin")
        openings.set_hats(session, admin, hiring.opening, hiring.people["recruiter"], [Hat.RECRUITER, Hat.HIRING_MANAGER])

    with pytest.raises(NotFound):
        file_of(hiring, job)
    with pytest.raises(Invalid, match="Choose the edition"):
        ask(hiring)


def test_all_documents_of_a_pack_show_one_state(hiring: HiringRound, worker: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    """A card comes in after the order was read and before the candidates are."""
    read = packs_in_background.order_of
    begun: list[int] = []

    def late(*arguments: Any) -> Any:
        order = read(*arguments)
        begun.append(order.opening.revision)
        if len(begun) == 1:
            hiring.submit("ada", "maria", spoken_communication=5, composure=5)
        return order

    monkeypatch.setattr(packs_in_background, "order_of", late)
    job = ask(hiring)
    worker.work_on(job)

    with zipfile.ZipFile(io.BytesIO(file_of(hiring, job))) as archive:
        text = " ".join(papers.pages(archive.read(next(name for name in archive.namelist() if "Maria" in name))))
    assert len(begun) == 2
    assert "ada on composure of maria" in text
    assert "1 of 2" in text


def test_a_document_that_cannot_be_set_fails_the_pack_and_says_which(hiring: HiringRound, worker: Worker, renderer: PdfRenderer) -> None:
    class TooSlow(PdfRenderer):
        def render(self, html: str, **_: Any) -> bytes:
            if "Tom Okafor" in html:
                raise PdfTimedOut(20)
            return renderer.render(html)

    job = ask(hiring)
    Worker(replace(worker._shop, renderer=TooSlow(template_root())), Queue("memory:")).work_on(job)

    found = job_of(hiring, job)
    assert found.state == "failed"
    assert found.message.startswith(
        "The summary at place 3 of 3 could not be made, so there is no file: The PDF was not ready after 20 seconds"
    )
    assert "Okafor" not in found.message


def test_a_cancelled_job_is_let_go_between_two_documents(hiring: HiringRound, worker: Worker, renderer: PdfRenderer) -> None:
    class Cancelling(PdfRenderer):
        def render(self, html: str, **_: Any) -> bytes:
            with hiring.database.transaction() as session:
                jobs.cancel(session, hiring.viewer("recruiter"), hiring.opening, job)
            time.sleep(0.6)
            return renderer.render(html)

    job = ask(hiring)
    Worker(replace(worker._shop, renderer=Cancelling(template_root())), Queue("memory:")).work_on(job)

    assert job_of(hiring, job).state == "cancelled"
    assert len(kept(hiring)) == 1


def test_every_rating_as_a_workbook(hiring: HiringRound, worker: Worker) -> None:
    hiring.submit("ada", "maria")
    with hiring.database.transaction() as session:
        job = packs.ask_ratings(session, hiring.viewer("recruiter"), hiring.opening, all_versions=True, look="look").public_id
    worker.work_on(job)

    sheet = openpyxl.load_workbook(io.BytesIO(file_of(hiring, job))).active
    assert sheet is not None
    assert [row[4] for row in sheet.iter_rows(values_only=True)] == ["criterion", "composure", "spoken_communication"]
