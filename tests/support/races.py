"""Two transactions at the same time, each in a thread of its own, on a database that lets them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from screening.database import Database

Act = Callable[[Session], Any]
_WAITING = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
LONG_ENOUGH = 3.0


def race(database: Database, monkeypatch: pytest.MonkeyPatch, first: Act, pause_in: str, second: Act) -> tuple[str, str]:
    """What became of both: `done`, or the name of the error.

    The first one stops behind its call of `pause_in`, with all that it holds by then, until the second has done what it could: it ended,
    or waits for something that the first one holds.
    """
    reached, ended, results = threading.Event(), threading.Event(), {}
    module, _, name = pause_in.rpartition(".")
    called = getattr(__import__(module, fromlist=[name]), name)

    def pausing(*given: Any, **named: Any) -> Any:
        result = called(*given, **named)
        if threading.current_thread().name == "first" and not reached.is_set():
            reached.set()
            _until_it_waits(database, ended)
        return result

    def run(name: str, act: Act) -> None:
        try:
            with database.transaction() as session:
                act(session)
            results[name] = "done"
        except Exception as error:  # the test looks at it
            results[name] = type(getattr(error, "orig", error)).__name__
        finally:
            (reached if name == "first" else ended).set()

    with monkeypatch.context() as patched:
        patched.setattr(pause_in, pausing)
        threads = [threading.Thread(target=run, args=pair, name=pair[0]) for pair in (("first", first), ("second", second))]
        threads[0].start()
        assert reached.wait(LONG_ENOUGH)
        threads[1].start()
        for thread in threads:
            thread.join()
    return results["first"], results["second"]


def _until_it_waits(database: Database, ended: threading.Event) -> None:
    give_up = time.monotonic() + LONG_ENOUGH
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        while not ended.wait(0.02) and time.monotonic() < give_up and not connection.scalar(_WAITING):
            pass
