"""The lines that threads of a process wait in: one for Python itself, and fair ones for the few things that they share.

`Line`: one thread after another, for what Python does one at a time anyway.

Threads that take turns at every few statements all end late, and meanwhile each holds what it has locked in the database. Whoever waits for
something else, such as another process, steps aside. Nobody waits longer than `ALONE_SECONDS` for the same one: whoever takes longer goes
on beside the next.
"""

from __future__ import annotations

import threading
import time
from bisect import insort
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator
from contextlib import contextmanager
from itertools import count
from typing import Generic, TypeVar

Thing = TypeVar("Thing")

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


class NoPlace(Exception):
    """All places of a line are taken, or waiting took too long."""


class NoPlaceOfOwn(Exception):
    """Whoever asks has as many places in the line already as one person may have."""


class FairLine(Generic[Thing]):
    """Lends things of which there are few, to `waiting` threads beside those that have one. One person may have `share` places of both.

    Whoever has fewest places when asking comes first: who asks for one thing waits for no second one of somebody else.
    """

    def __init__(self, things: Iterable[Thing], *, waiting: int, share: int) -> None:
        self._change = threading.Condition()
        # The one that was given back last is lent first.
        self._idle = list(reversed(list(things)))
        self._places = len(self._idle) + waiting
        self._share = share
        self._taken: Counter[Hashable] = Counter()
        self._numbers = count()
        self._line: list[tuple[int, int]] = []

    @contextmanager
    def lent(self, whose: Hashable, *, at_most: float) -> Iterator[Thing]:
        """Wait for a thing, `at_most` so many seconds; None is nobody in particular, and has no share to keep to.

        Raises `NoPlace` and `NoPlaceOfOwn`.
        """
        ticket = self._enter(whose)
        try:
            thing = self._take(ticket, time.monotonic() + at_most)
            try:
                yield thing
            finally:
                with self._change:
                    self._idle.append(thing)
        finally:
            with self._change:
                self._taken[whose] -= 1
                self._taken += Counter()  # those without any are let go
                self._change.notify_all()

    def _enter(self, whose: Hashable) -> tuple[int, int]:
        with self._change:
            before = 0 if whose is None else self._taken[whose]
            if whose is not None and before >= self._share:
                raise NoPlaceOfOwn
            if self._taken.total() >= self._places:
                raise NoPlace
            self._taken[whose] += 1
            ticket = (before, next(self._numbers))
            insort(self._line, ticket)
            return ticket

    def _take(self, ticket: tuple[int, int], until: float) -> Thing:
        with self._change:
            try:
                while not (self._idle and self._line[0] == ticket):
                    if (left := until - time.monotonic()) <= 0:
                        raise NoPlace
                    self._change.wait(left)
                return self._idle.pop()
            finally:
                self._line.remove(ticket)
                self._change.notify_all()
