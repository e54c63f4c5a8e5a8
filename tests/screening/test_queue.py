"""Waking workers through each kind of queue: a file, the PostgreSQL database, a Redis server."""

from __future__ import annotations

import json
import logging
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from screening.background.queue import Queue, address_for
from tests.support.hiring_round import fresh_number

WITH_SCHEMA = "options=-csearch_path%3Dscreening_queue%2Cpublic"


@pytest.fixture(scope="session")
def redis() -> Iterator[str]:
    """A real server that listens on a socket of its own and keeps nothing."""
    program = shutil.which("redis-server") or shutil.which("valkey-server")
    assert program, "the tests need a Redis server: run make setup"
    folder = Path(tempfile.mkdtemp(prefix="redis-"))
    socket = folder / "socket"
    server = subprocess.Popen(
        [program, "--port", "0", "--unixsocket", str(socket), "--save", "", "--dir", str(folder)], stdout=subprocess.DEVNULL
    )
    while not socket.exists():
        assert server.poll() is None
        time.sleep(0.02)
    yield f"unix://{socket}"
    server.terminate()
    server.wait()
    shutil.rmtree(folder)


@pytest.fixture(params=["sqlite", "postgresql", "redis"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'queue.sqlite3'}"
    if request.param == "redis":
        return str(request.getfixturevalue("redis"))
    postgres: Callable[[str], str] = request.getfixturevalue("postgres")
    return postgres("postgres")


def worked_on(queue: Queue, turns: int) -> list[str]:
    """The jobs that the library's own worker hands over in so many turns."""
    jobs: list[str] = []
    worker, _ = queue.consumer(jobs.append, at_once=1).worker_threads[0]
    for _ in range(turns):
        worker.loop()
    return jobs


def test_a_worker_elsewhere_is_woken_in_the_order_of_asking(address: str) -> None:
    asking = Queue(address)
    jobs = [fresh_number() for _ in range(3)]
    for job in jobs:
        asking.wake(job)

    assert worked_on(Queue(address), 3) == jobs


def test_what_waits_in_the_queue_is_known(address: str) -> None:
    queue, jobs = Queue(address), [fresh_number() for _ in range(3)]
    for job in jobs:
        Queue(address).wake(job)

    assert queue.waiting() == set(jobs)
    assert worked_on(Queue(address), 1) == jobs[:1]
    assert queue.waiting() == set(jobs[1:])
    worked_on(Queue(address), 2)


def test_messages_are_plain_text_that_names_the_job_and_nothing_else(address: str) -> None:
    queue = Queue(address)
    queue.wake("the-job")

    (message,) = queue._task.huey.storage.enqueued_items()
    identifier, *fields = json.loads(bytes(message))
    assert [field for field in fields if field] == ["screening.background.queue.run_job", ["the-job"]]
    assert len(identifier) == 36
    assert worked_on(Queue(address), 1) == ["the-job"]


def test_a_queue_that_does_not_answer_keeps_nobody_from_asking(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        Queue("redis://127.0.0.1:1/0").wake("a-job")
        assert Queue("redis://127.0.0.1:1/0").waiting() == frozenset()

    assert [record.getMessage() for record in caplog.records] == ["the queue does not answer: ConnectionError"] * 2


@pytest.mark.parametrize(
    ("database", "queue"),
    [
        ("sqlite:////srv/data/screening.sqlite3", "sqlite:////srv/data/screening.queue.sqlite3"),
        ("postgresql://me:secret@db/hiring", f"postgresql://me:secret@db/hiring?{WITH_SCHEMA}"),
        ("postgresql+psycopg://me:secret@db/hiring?sslmode=require", f"postgresql://me:secret@db/hiring?{WITH_SCHEMA}&sslmode=require"),
        ("postgresql://me:secret@db/hiring?options=-cx%3D1", "postgresql://me:secret@db/hiring?options=-cx%3D1"),
        ("sqlite://", "memory:"),
    ],
)
def test_the_queue_is_with_the_database_unless_it_is_set(database: str, queue: str) -> None:
    assert address_for(database) == queue
