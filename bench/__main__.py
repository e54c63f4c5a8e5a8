"""`python -m bench`: what the pages, saving, exports and one PDF cost. Prints figures, asserts nothing.

Times are processor time of this process (the server's work); PDFs are wall time, as they are made in a process of their own.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import event

from bench.big_round import BigRound, build
from screening import schema
from screening.database import Database
from screening.services import results
from tests.support.keys import KEY
from tests.support.web import Browser, Site

SIZES = (200, 1000, 10_000)
RUNS = 15


def main() -> None:
    sizes = [int(size) for size in sys.argv[1:]] or list(SIZES)
    print(f"{'what':52} {'median':>9} {'min':>9} {'max':>9}  statements      bytes")
    with tempfile.TemporaryDirectory() as folder:
        for size in sizes:
            measure(size, Path(folder) / f"{size}.sqlite3")
    for module in ("bench.summary_pdf", "bench.packs", "bench.sign_ins"):
        subprocess.run([sys.executable, "-m", module], check=True)


def measure(size: int, path: Path) -> None:
    database = Database(f"sqlite:///{path}", secrets=(KEY,))
    schema.upgrade(database)
    big = build(database, size)
    site = Site(database)
    recruiter, interviewer = site.signed_in(big.recruiter), site.signed_in(big.interviewer)
    counter = Counter(database)
    compare = f"/openings/{big.opening}/compare"
    show(f"{size:,}: comparison, by total, first 100 rows, warm", counter, lambda: recruiter.get(compare))
    show(f"{size:,}: comparison, by a criterion, page 2", counter, lambda: recruiter.get(f"{compare}?sort=c.empathy&page=2"))
    show(f"{size:,}: comparison with weights tried", counter, lambda: recruiter.get(f"{compare}?w.empathy=40"), runs=7)
    show(f"{size:,}: how sure is this (methods)", counter, lambda: recruiter.get(f"/openings/{big.opening}/methods"), runs=5)
    show(f"{size:,}: comparison after a change (computed afresh)", counter, lambda: fresh(recruiter, compare), runs=5)
    show(f"{size:,}: opening a scorecard", counter, lambda: interviewer.get(f"/scorecards/{big.draft_card}"))
    saver = Saver(interviewer, big)
    show(f"{size:,}: saving one rating", counter, saver.save)
    show(f"{size:,}: long CSV", counter, lambda: recruiter.get(f"/openings/{big.opening}/ratings.csv"), runs=5)
    show(f"{size:,}: table as CSV", counter, lambda: recruiter.get(f"{compare}.csv"), runs=5)
    site.close()
    database.close()


def fresh(browser: Browser, path: str):  # type: ignore[no-untyped-def]
    results.forget()
    return browser.get(path)


class Saver:
    """Saves a rating of the draft, each time with the version that the save before gave."""

    def __init__(self, browser: Browser, big: BigRound) -> None:
        self.browser, self.path, self.version, self.level = browser, f"/scorecards/{big.draft_card}/draft", 1, 1

    def save(self):  # type: ignore[no-untyped-def]
        self.level = self.level % 5 + 1
        fields = {"rating_empathy": str(self.level), "na_empathy": "", "note_empathy": "Named the feeling, then the next step."}
        answer = self.browser.send_json(self.path, {"version": self.version, "rubric": 1, "fields": fields})
        self.version = answer.get_json()["version"]
        return answer


class Counter:
    """Counts statements sent to the database."""

    def __init__(self, database: Database) -> None:
        self.count = 0
        event.listen(database.engine, "before_cursor_execute", self._add)

    def _add(self, *_: object) -> None:
        self.count += 1


def show(what: str, counter: Counter, act: Callable[[], object], runs: int = RUNS) -> None:
    act()
    times, statements, size = [], 0, 0
    for _ in range(runs):
        counter.count = 0
        begin = time.process_time()
        answer = act()
        times.append((time.process_time() - begin) * 1000)
        statements, size = counter.count, len(answer.data)  # type: ignore[attr-defined]
        assert answer.status_code == 200, answer.status_code  # type: ignore[attr-defined]
    print(f"{what:52} {statistics.median(times):7.1f}ms {min(times):7.1f}ms {max(times):7.1f}ms  {statements:10} {size:10,}", flush=True)


if __name__ == "__main__":
    main()
