"""What a job has at hand while it is made, and how it says that it goes on."""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.orm import Session

from reports.errors import PdfBusy
from reports.render import SUMMARY_STYLESHEET
from screening.config import Settings
from screening.database import UNAVAILABLE, Database
from screening.errors import NotFound, ScreeningError
from screening.jobs import PdfRenderer
from screening.models import Opening
from screening.policy import Viewer
from screening.services import jobs, working
from screening.services.working import Claim

RENEW_SECONDS = 5.0
TOLD_SECONDS = 0.5
TRIES = 5
LOG = logging.getLogger(__name__)


class Stopped(ScreeningError):
    """The job was cancelled, taken over by another worker, or this worker is told to end."""


@dataclass(frozen=True, slots=True)
class Shop:
    """What every job is made with. `at_once`: how many documents are set at the same time."""

    settings: Settings
    database: Database
    renderer: PdfRenderer
    templates: Path
    at_once: int

    def pdf(self, html: str, stylesheet: str = SUMMARY_STYLESHEET) -> bytes:
        """The page as PDF. Unlike somebody at a browser, a job waits for its turn again where others were first."""
        for _ in range(TRIES):
            with contextlib.suppress(PdfBusy):
                return self.renderer.render(html, stylesheet=stylesheet)
        return self.renderer.render(html, stylesheet=stylesheet)


class Held:
    """A job in hand. Renews its lease in a thread of its own until the block ends, however long a step takes.

    `step` is called after each piece of work and raises `Stopped` when there is no reason to go on.
    """

    def __init__(self, database: Database, claim: Claim, ending: Callable[[], bool]) -> None:
        self.claim = claim
        self._database = database
        self._ending = ending
        self._done = 0
        self._told = time.monotonic()
        self._lost = threading.Event()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._keep_renewing, daemon=True)

    def __enter__(self) -> Held:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def begin(self, done: int = 0) -> None:
        """So much is there already; what was said before is forgotten."""
        self._done = done
        self.step(0)

    def step(self, count: int = 1) -> None:
        self._done += count
        if time.monotonic() - self._told > TOLD_SECONDS:
            self._renew()
        if self._lost.is_set() or self._ending():
            raise Stopped("The work was stopped.")

    def _keep_renewing(self) -> None:
        while not self._over.wait(RENEW_SECONDS):
            try:
                self._renew()
            except UNAVAILABLE as error:
                # The next time, it may be there again; until then the lease runs on.
                LOG.error("the database is not available: %s", type(error).__name__)

    def _renew(self) -> None:
        self._told = time.monotonic()
        with self._database.transaction() as session:
            if not working.renew(session, self.claim, done=self._done):
                self._lost.set()


def require_rights(session: Session, viewer: Viewer, opening: Opening, claim: Claim) -> None:
    """Raise `NotFound` unless the viewer has the rights that they had when they asked: neither more nor less goes into the file."""
    if jobs.rights(session, viewer, opening) != claim.request["rights"]:
        raise NotFound
