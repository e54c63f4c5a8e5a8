"""One change after another where a database takes one at a time.

SQLite lets whoever finds it busy look again, later and later. So a process that has just changed something gets the next turn as well, and
the others wait for seconds. Here they wait in the system's own line, and the next one is woken at once. Nobody is held back for good: what
keeps two changes apart is SQLite's lock, as ever.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

LOOK_AGAIN_SECONDS = 0.005

_LINE = "-turns"
FILES = ("", "-wal", "-shm", "-journal", _LINE)
"""With what the names of the files end that belong to a SQLite database."""


class Turns:
    """The line for the database in the file `path`: of all threads and processes that change it."""

    def __init__(self, path: Path) -> None:
        self._path = path.with_name(path.name + _LINE)

    @contextmanager
    def turn(self, *, at_most: float | None = None) -> Iterator[float]:
        """Wait for one's turn, which lasts until the block ends; `at_most` so many seconds, then go on without it.

        Gives the seconds that were waited.
        """
        begun = time.monotonic()
        try:
            descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError:
            # Where nothing can be written there are no turns to take; SQLite says so itself.
            yield 0.0
            return
        try:
            _wait(descriptor, None if at_most is None else begun + at_most)
            yield time.monotonic() - begun
        finally:
            # Which gives the turn to the next one, as the end of the process would.
            os.close(descriptor)


def _wait(descriptor: int, until: float | None) -> None:
    if until is None:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        return
    while time.monotonic() < until:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(LOOK_AGAIN_SECONDS)
        else:
            return
