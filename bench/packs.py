"""What a pack of summaries costs: `python -m bench.packs [CANDIDATES [PROCESSES [CRITERIA [NOTES]]]]`, made by the site's own worker.

Each candidate has 4 interviewers, 8 criteria and a note with every second rating, which fills two pages; CRITERIA and NOTES (every how
many ratings one note) make them longer. Prints figures for the ZIP, the same again from unchanged data, and one PDF.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from sqlalchemy import delete, select

from bench.big_round import build
from screening import schema
from screening.background.queue import Queue
from screening.background.shop import Shop
from screening.background.worker import Worker
from screening.config import Settings
from screening.database import Database
from screening.jobs import PdfRenderer
from screening.models import Account, Job
from screening.paths import template_root
from screening.policy import viewer_for
from screening.services import packs
from tests.support.keys import KEY


def main(candidates: int, processes: int, criteria: int, notes: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'bench.sqlite3'}", secrets=(KEY,))
        schema.upgrade(database)
        opening, recruiter = (big := build(database, candidates, criteria=criteria, notes=notes)).opening, big.recruiter
        renderer = PdfRenderer(template_root(), processes=processes, seconds=60)
        settings = Settings(database_url="sqlite://", secret_key="0" * 32)
        worker = Worker(Shop(settings, database, renderer, template_root(), processes), Queue("memory:"))
        renderer.start()
        for what, form in ((f"ZIP of {candidates}, {processes} processes", "zip"), ("the same again", "zip"), ("one PDF of them", "pdf")):
            job = _asked(database, recruiter, opening, form)
            started = time.perf_counter()
            worker.work_on(job)
            seconds = time.perf_counter() - started
            with database.transaction() as session:
                found = session.scalars(select(Job)).one()
                assert found.state == "done", found.message
                rate, megabytes = found.total / seconds, found.size / 1e6
                print(f"{what:28} {seconds:7.1f} s   {rate:6.1f} a second   {megabytes:6.1f} MB", flush=True)
                session.execute(delete(Job))
        renderer.close()
        database.close()


def _asked(database: Database, recruiter: str, opening: str, form: str) -> str:
    with database.transaction() as session:
        viewer = viewer_for(session, session.scalars(select(Account).where(Account.public_id == recruiter)).one())
        offer = packs.offer(session, viewer, opening, None, ())
        return packs.ask_summaries(session, viewer, offer, packs.EVERYBODY, "full", form, look="bench").public_id


if __name__ == "__main__":
    numbers = [int(text) for text in sys.argv[1:]]
    main(*(numbers + [500, 2, 8, 2][len(numbers) :]))
