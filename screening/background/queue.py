"""Waking workers. The only module that knows the task library.

What is to be done, and how far it is, stands in the table of jobs; a message in the queue only says "look at this one". So a message that
is lost with a killed worker or an emptied queue costs seconds, not a job: workers look for jobs that nobody is at by themselves.
"""

from __future__ import annotations

import json
import logging
import sqlite3
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import psycopg
from huey import MemoryHuey, PostgresHuey, RedisHuey, SqliteHuey  # type: ignore[import-untyped]
from huey.registry import Message  # type: ignore[import-untyped]
from huey.serializer import Serializer  # type: ignore[import-untyped]
from redis.exceptions import RedisError
from sqlalchemy import make_url

from screening.config import Settings

NAME = "screening"
SCHEMA = "screening_queue"
"""Where a PostgreSQL database has it, the queue's tables are made there: whoever runs the server need not be able to make any elsewhere."""
REDIS = ("redis", "rediss", "unix")
QUEUE_GONE = (RedisError, psycopg.Error, sqlite3.Error, OSError)
"""What is raised while a queue does not answer, whichever kind it is."""

LONGEST_WAITS = {
    # A worker waits a second at a time for the next message.
    "redis": {"socket_connect_timeout": "2", "socket_timeout": "5"},
    "rediss": {"socket_connect_timeout": "2", "socket_timeout": "5"},
    "unix": {"socket_timeout": "5"},
    "postgresql": {"connect_timeout": "5"},
}
"""Seconds: whoever asks for a file must not wait for a queue that does not answer."""

LOG = logging.getLogger(__name__)


class PlainMessages(Serializer):
    """Messages as JSON instead of pickles: whoever can write to the queue must not be able to run code in a worker."""

    def _serialize(self, data: Message) -> bytes:
        return json.dumps(data).encode()

    def _deserialize(self, data: bytes) -> Message:
        fields = json.loads(data)
        return Message(*fields[: len(Message._fields)])


class Queue:
    """The queue at an address: `redis://...` (`rediss://`, `unix://`), `postgresql://...`, `sqlite:///file`, or `memory:`.

    It is opened when first used.
    """

    def __init__(self, address: str) -> None:
        self._address = address
        self._run: Callable[[str], None] = _nobody

    @classmethod
    def of(cls, settings: Settings) -> Queue:
        """The one that is set, else the database's own."""
        return cls(settings.queue_url or address_for(settings.database_url))

    def wake(self, job_id: str) -> None:
        """Tell a worker of the job. A queue that does not answer is no error: the job stands in its table and is found from there."""
        try:
            self._task(job_id)
        except Exception as error:  # each kind of queue has errors of its own, and none may keep a request from being accepted
            LOG.error("the queue does not answer: %s", type(error).__name__)

    def answer(self) -> None:
        """Raise one of `QUEUE_GONE` unless the queue answers."""
        self._task.huey.storage.queue_size()

    def waiting(self) -> frozenset[str]:
        """The jobs that a worker will be told of anyway; none where the queue does not answer."""
        try:
            library = self._task.huey
            return frozenset(library.serializer.deserialize(item).args[0] for item in library.storage.enqueued_items())
        except Exception as error:  # as above
            LOG.error("the queue does not answer: %s", type(error).__name__)
            return frozenset()

    def consumer(self, run: Callable[[str], None], *, at_once: int) -> Any:
        """The library's consumer, which calls `run` with a job's identifier, for so many jobs at a time."""
        self._run = run
        task_queue = self._task.huey
        return task_queue.create_consumer(workers=at_once, worker_type="thread", periodic=False, max_delay=1.0, shutdown_timeout=5)

    @cached_property
    def _task(self) -> Any:
        library = _opened(self._address)

        @library.task()  # type: ignore[untyped-decorator]
        def run_job(job_id: str) -> None:
            self._run(job_id)

        return run_job


def address_for(database_url: str) -> str:
    """Where the queue is unless it is set: in the PostgreSQL database itself, or in a file beside the one of SQLite."""
    parsed = make_url(database_url)
    if parsed.get_backend_name() != "sqlite":
        found = parsed.set(drivername="postgresql")
        if "options" not in found.query:
            found = found.update_query_dict({"options": f"-csearch_path={SCHEMA},public"})
        return found.render_as_string(hide_password=False)
    if not parsed.database or parsed.database == ":memory:":
        return "memory:"
    return f"sqlite:///{Path(parsed.database).with_suffix('.queue.sqlite3')}"


def _opened(address: str) -> Any:
    common = {"name": NAME, "results": False, "serializer": PlainMessages()}
    kind, _, rest = address.partition(":")
    if kind in LONGEST_WAITS:
        address = _waiting_no_longer(address, LONGEST_WAITS[kind])
    if kind in REDIS:
        return RedisHuey(url=address, **common)
    if kind == "postgresql":
        return PostgresHuey(dsn=address, table_prefix="queue", **common)
    if kind == "sqlite":
        # Messages may be lost, so nothing waits for the disk; and the older SQLite of some systems is not safe in WAL mode.
        return SqliteHuey(filename=rest.removeprefix("///"), journal_mode="delete", fsync=False, **common)
    return MemoryHuey(**common)


def _waiting_no_longer(address: str, seconds: dict[str, str]) -> str:
    """The address with these limits, but for those that it sets itself."""
    query = urlsplit(address).query
    missing = {name: value for name, value in seconds.items() if name not in dict(parse_qsl(query))}
    return address + ("&" if query else "?") + urlencode(missing) if missing else address


def _nobody(job_id: str) -> None:
    raise RuntimeError("this process only wakes workers")
