"""One thread of a process after another, for what Python does one at a time anyway.

Threads that take turns at every few statements all end late, and meanwhile each holds what it has locked in the database. Whoever waits for
something else, such as another process, steps aside. Nobody waits longer than `ALONE_SECONDS` for the same one: whoever takes longer goes
on beside the next.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

ALONE_SECONDS = 0.2
"""Ten times what most requests take."""


class Line:
    def __init__(self) -> None:
        self._change = threading.Condition()
        self._mine = threading.local()
        self._alone: object | None = None
        self._since = 0.0
        self.aside_now = 0
        """How many threads have stepped aside."""

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Wait for one's turn, which lasts until the block ends."""
        self._mine.turn = self._begin()
        try:
            yield
        finally:
            self._end(self._mine.turn)
            self._mine.turn = None

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Give the turn away until the block ends. Does nothing where the thread is not in the line."""
        if getattr(self._mine, "turn", None) is None:
            yield
            return
        self._end(self._mine.turn, aside=1)
        try:
            yield
        finally:
            self._mine.turn = self._begin(aside=1)

    def _begin(self, aside: int = 0) -> object:
        turn = object()
        with self._change:
            self.aside_now -= aside
            while self._alone is not None and (left := self._since + ALONE_SECONDS - time.monotonic()) > 0:
                self._change.wait(left)
            self._alone, self._since = turn, time.monotonic()
        return turn

    def _end(self, turn: object, aside: int = 0) -> None:
        with self._change:
            self.aside_now += aside
            if self._alone is turn:
                self._alone = None
                self._change.notify()


REQUESTS = Line()
"""Of the process: for all that it answers."""
