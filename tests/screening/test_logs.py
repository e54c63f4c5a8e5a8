"""What the server logs: one line for each event whatever the text, and nothing of what people wrote or are called."""

from __future__ import annotations

import http.client
import io
import logging
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from screening import logs
from screening.background.queue import Queue
from screening.background.shop import Shop
from screening.background.worker import Worker
from screening.database import Database
from screening.jobs import PdfRenderer
from screening.paths import template_root
from screening.services import candidates, results
from screening.web import build
from tests.screening.test_worker import ask, chosen
from tests.support import canaries
from tests.support.forms import form_at
from tests.support.hiring_round import HiringRound
from tests.support.keys import KEY
from tests.support.web import Browser, Site, settings

WRITTEN = f"{canaries.NAME} {canaries.EMAIL} {canaries.said('message')}"
FORGED = "\n2026-01-01T00:00:00.000Z ERROR 1 screening: forged\r\u2028\u0085\x1b[2Jforged"


@pytest.fixture
def database(sqlite_database: Database) -> Database:
    return sqlite_database


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.OneLine())
    logging.getLogger().addHandler(handler)
    yield stream
    logging.getLogger().removeHandler(handler)


def lines(log: io.StringIO) -> list[str]:
    found = log.getvalue()
    assert not [trace for trace in canaries.TRACES if trace.decode().lower() in found.lower()], found
    return found.splitlines()


def test_an_error_is_told_without_its_words(log: io.StringIO) -> None:
    try:
        try:
            raise ValueError(WRITTEN + FORGED)
        except ValueError as error:
            raise RuntimeError(WRITTEN) from error
    except RuntimeError:
        logging.getLogger("screening.somewhere").exception("while looking")
        logging.getLogger("some.library").exception("Error handling request %s", f"/link/{canaries.WORD}")
    first, second = lines(log)
    assert "ERROR" in first
    assert "screening.somewhere: while looking: RuntimeError from ValueError at screening/test_logs.py:" in first
    assert "some.library: Error handling request …: RuntimeError from ValueError at" in second


@pytest.mark.parametrize("odd", ["\n", "\r", "\u2028", "\u2029", "\u0085", "\x0b", "\x1b", "\u202e", "\x00"])
def test_no_text_begins_a_line_of_its_own(log: io.StringIO, odd: str) -> None:
    logging.getLogger("screening").error("said %s", f"one{odd}two")
    (line,) = lines(log)
    assert line.endswith("screening: said one·two")


def test_a_line_has_an_end(log: io.StringIO) -> None:
    logging.getLogger("screening").error("x" * 100_000)
    (line,) = lines(log)
    assert len(line) == logs.LONGEST + 1


def test_a_page_that_breaks_leaves_one_line_without_a_word(
    site: Site, hiring: HiringRound, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    recruiter = site.signed_in(hiring.people["recruiter"])
    path = f"/openings/{hiring.opening}/candidates/new"
    form = form_at(recruiter, path)

    def broken(*_: object, **__: object) -> None:
        raise ValueError(WRITTEN + FORGED)

    monkeypatch.setattr(candidates, "add", broken)
    monkeypatch.setitem(site.app.config, "PROPAGATE_EXCEPTIONS", False)
    answer = form.send(recruiter, name=canaries.NAME, email=canaries.EMAIL, notes=canaries.said("notes"))
    assert answer.status_code == 500
    assert not [trace for trace in canaries.TRACES if trace in answer.data]
    (line,) = lines(log)
    assert "candidates.new failed: ValueError at" in line


def test_of_a_form_from_elsewhere_only_the_site_is_told(site: Site, hiring: HiringRound, log: io.StringIO) -> None:
    recruiter = site.signed_in(hiring.people["recruiter"])
    answer = recruiter.post(
        "/openings/new", {}, headers={"Referer": f"https://me:{canaries.WORD}@wrong.example/link/{canaries.WORD}?q={canaries.WORD}"}
    )
    assert answer.status_code == 400
    (line,) = lines(log)
    assert "refused a form from 'https://wrong.example'" in line
    assert canaries.WORD not in line


def test_neither_statements_nor_their_values_are_logged(hiring: HiringRound, log: io.StringIO) -> None:
    for statement in ("INSERT INTO candidates (name) VALUES (:name)", "SELECT nothing FROM candidates WHERE name = :name"):
        with pytest.raises(DBAPIError) as refused, hiring.database.transaction() as session:
            session.execute(text(statement), {"name": WRITTEN})
        # Also where a message is shown, such as in a terminal, values are not in it.
        assert canaries.NAME not in str(refused.value)
        logging.getLogger("screening").error("a statement", exc_info=refused.value)
    first, second = lines(log)
    assert "IntegrityError(IntegrityError)" in first
    assert "OperationalError(OperationalError)" in second


def test_a_file_that_breaks_in_the_background_leaves_one_line(
    hiring: HiringRound, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    canaries.build(hiring)

    def broken(*_: object) -> None:
        raise ValueError(WRITTEN + FORGED)

    monkeypatch.setattr(results, "of", broken)
    monkeypatch.setattr("screening.background.orders.results.of", broken)
    worker = Worker(Shop(chosen(hiring), hiring.database, PdfRenderer(template_root()), template_root(), 1), Queue("memory:"))
    monkeypatch.undo()
    job = ask(hiring)
    monkeypatch.setattr(results, "of", broken)
    worker.work_on(job)
    (line,) = lines(log)
    assert "job of kind summaries: ValueError at" in line


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_the_server_itself_logs_nothing_of_requests(hiring: HiringRound, tmp_path: Path) -> None:
    """A real one, with passwords, tokens and names in every part of a request, broken requests among them; its queue's file too."""
    port = free_port()
    environment = {
        "PATH": os.environ["PATH"],
        "SCREENING_DATABASE_URL": hiring.database.engine.url.render_as_string(hide_password=False),
        "SCREENING_SECRET_KEY": KEY,
        "SCREENING_BIND": f"127.0.0.1:{port}",
        "SCREENING_WORKERS": "1",
    }
    said = tmp_path / "log"
    command = [sys.executable, "-P", "-c", "from screening.cli import main; main()", "serve"]
    with said.open("wb") as output:
        server = subprocess.Popen(command, env=environment, stdout=output, stderr=output)
        try:
            _wait_for(port)
            _ask_for_odd_things(port)
        finally:
            server.terminate()
            server.wait(30)
    kept = [path for path in tmp_path.iterdir() if "queue" in path.name]
    for path in (said, *kept):
        content = path.read_bytes()
        assert not [trace for trace in canaries.TRACES if trace.lower() in content.lower()], content[-2000:]
    assert "Traceback" not in said.read_text()


def _wait_for(port: int) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise AssertionError("the server did not start")


def _ask_for_odd_things(port: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    for path in (
        "/nothing?name=canary",
        "/link/canary-token-canary-token-canary-token",
        "/candidates/Canarywood",
        "/openings?text=canary.example",
    ):
        connection.request("GET", path, headers={"Referer": f"http://x/{canaries.WORD}", "User-Agent": canaries.WORD})
        connection.getresponse().read()
    body = f"email={canaries.EMAIL}&password={canaries.WORD}"
    connection.request(
        "POST", "/sign-in", body, {"Content-Type": "application/x-www-form-urlencoded", "Cookie": f"screening={canaries.WORD}"}
    )
    connection.getresponse().read()
    connection.close()
    for broken in (
        b"GET /canary\r\n\r\n",
        b"CANARY canary\x00 HTTP/9\r\n\r\n",
        b"POST /sign-in HTTP/1.1\r\nContent-Length: canary\r\n\r\n",
    ):
        with socket.create_connection(("127.0.0.1", port), 5) as plain:
            plain.sendall(broken)
            plain.recv(100)


def test_nothing_is_logged_of_an_ordinary_day(hiring: HiringRound, log: io.StringIO) -> None:
    app = build(settings(), hiring.database)
    site = Site.__new__(Site)
    site.app, site.database = app, hiring.database
    canaries.build(hiring)
    browser: Browser = site.signed_in(hiring.people["recruiter"])
    for path in ("/", f"/candidates/{hiring.candidates['maria']}", f"/openings/{hiring.opening}/compare?text=canary", "/nothing/canary"):
        browser.get(path)
    browser.post("/sign-in", {"email": canaries.EMAIL, "password": canaries.WORD})
    assert lines(log) == []
