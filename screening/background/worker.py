"""The worker process: `python -m screening.background.worker PARENT`, which `screening serve` starts; `screening work` does the same."""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
from collections.abc import Callable
from typing import Any

from reports.errors import ReportError
from screening import logs
from screening.background import packs, sheets, tables
from screening.background.queue import Queue
from screening.background.shop import Held, Shop, Stopped
from screening.config import Settings, from_environment
from screening.database import UNAVAILABLE, Database
from screening.errors import NotFound, ScreeningError
from screening.jobs import PdfRenderer
from screening.paths import template_root
from screening.services import submissions, working
from screening.services.working import Claim, Made

JOBS_AT_ONCE = 2
SECONDS = 60.0
"""What a document may take here, where nobody waits for it in a browser, on a machine that may be busy with other things."""

LOOK_SECONDS = 5.0
TIDY_EVERY = 60
"""Looks for jobs between two rounds of tidying up."""

NO_LONGER = "What you asked for is not there any more, or no longer open to you. Nothing was made."
BROKEN = "Something went wrong on our side while the file was made. It has been noted in the server's log."
LOG = logging.getLogger(__name__)
Maker = Callable[[Shop, Held], Made]
MAKERS: dict[str, Maker] = {"summaries": packs.made, "comparison": tables.made, "ratings": sheets.made}


class Worker:
    """Takes jobs and makes their files until it is told to end."""

    def __init__(self, shop: Shop, queue: Queue) -> None:
        self._shop = shop
        self._queue = queue
        self._ending = threading.Event()

    def run(self, parent: int = 0) -> None:
        """Work until SIGTERM or SIGINT; with a `parent`, also until that process is gone. A job in hand is given back."""
        consumer = self._queue.consumer(self.work_on, at_once=JOBS_AT_ONCE)
        consumer.start()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self._ending.set())
        self._look_out(parent)
        consumer.stop(graceful=True)
        self._shop.renderer.close()

    def work_on(self, job_id: str) -> None:
        """Make the job's file, unless somebody else is at it."""
        with self._shop.database.transaction() as session:
            claim = working.claim(session, job_id)
        if claim is None:
            return
        try:
            with Held(self._shop.database, claim, self._ending.is_set) as held:
                made = MAKERS[claim.kind](self._shop, held)
                with self._shop.database.transaction() as session:
                    working.finish(session, claim, made)
        except Stopped:
            self._end(claim, working.release)
        except NotFound:
            self._end(claim, lambda session, claim: working.fail(session, claim, NO_LONGER))
        except (ScreeningError, ReportError) as error:
            message = str(error)
            self._end(claim, lambda session, claim: working.fail(session, claim, message))
        except UNAVAILABLE as error:
            # The lease runs out by itself, and the job is found again.
            LOG.error("the database is not available: %s", type(error).__name__)
        except Exception:  # whoever waits for the file must hear that it will not come
            LOG.exception("job of kind %s", claim.kind)
            self._end(claim, lambda session, claim: working.fail(session, claim, BROKEN))

    def _end(self, claim: Claim, how: Callable[[Any, Claim], None]) -> None:
        with self._shop.database.transaction() as session:
            how(session, claim)

    def _look_out(self, parent: int) -> None:
        """Wake for jobs that nobody is at, now and then, and tidy up."""
        looks = 0
        while not self._ending.is_set() and (not parent or os.getppid() == parent):
            try:
                self._look(tidy=looks % TIDY_EVERY == 0)
            except UNAVAILABLE as error:
                LOG.error("the database is not available: %s", type(error).__name__)
            looks += 1
            self._ending.wait(LOOK_SECONDS)
        self._ending.set()

    def _look(self, *, tidy: bool) -> None:
        with self._shop.database.reading() as session:
            found = working.due(session)
        if found:
            waiting = self._queue.waiting()
            for job_id in found:
                if job_id not in waiting:
                    self._queue.wake(job_id)
        if tidy:
            with self._shop.database.transaction() as session:
                working.tidy(session)
                submissions.sweep(session)


def work(settings: Settings, *, parent: int = 0) -> None:
    logs.set_up()
    database = Database(settings.database_url, secrets=settings.secrets)
    templates = template_root()
    at_once = max(1, settings.background)
    shop = Shop(
        settings,
        database,
        PdfRenderer(templates, processes=at_once, waiting=JOBS_AT_ONCE * at_once, variant=settings.pdf, seconds=SECONDS),
        templates,
        at_once,
    )
    Worker(shop, Queue.of(settings)).run(parent)
    database.close()


if __name__ == "__main__":
    work(from_environment(os.environ), parent=int(sys.argv[1]))
