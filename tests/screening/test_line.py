"""One thread after another, and whoever waits for something else steps aside."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest

from screening.line import FairLine, Line, NoPlace, NoPlaceOfOwn


class Turn(threading.Thread):
    """Stands in line, steps aside and comes back when told if it is one to do so, and ends when told."""

    def __init__(self, line: Line, *, leaves: bool = False, fails: bool = False) -> None:
        super().__init__(daemon=True)
        self._line, self._leaves, self._fails = line, leaves, fails
        self.has_it, self.is_aside, self.has_it_again = threading.Event(), threading.Event(), threading.Event()
        self.step_aside, self.come_back, self.end = threading.Event(), threading.Event(), threading.Event()
        self.start()

    def run(self) -> None:
        with suppress(ZeroDivisionError), self._line.alone():
            self.has_it.set()
            if self._leaves:
                self.step_aside.wait(30)
                with self._line.aside():
                    self.is_aside.set()
                    self.come_back.wait(30)
                    1 / (not self._fails)
                self.has_it_again.set()
            self.end.wait(30)

    def finish(self) -> None:
        for told in (self.step_aside, self.come_back, self.end):
            told.set()
        self.join(30)
        assert not self.is_alive()


@pytest.fixture
def begin(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Turn]]:
    monkeypatch.setattr("screening.line.ALONE_SECONDS", 30)
    line, turns = Line(), list[Turn]()

    def another(**options: bool) -> Turn:
        turns.append(Turn(line, **options))
        return turns[-1]

    yield another
    for turn in turns:
        turn.finish()


def comes(event: threading.Event) -> bool:
    return event.wait(20)


def does_not_come(event: threading.Event) -> bool:
    return not event.wait(0.1)


def test_one_waits_for_the_one_before(begin: Callable[..., Turn]) -> None:
    first = begin()
    assert comes(first.has_it)
    second = begin()
    assert does_not_come(second.has_it)
    first.finish()
    assert comes(second.has_it)


def test_whoever_takes_long_is_passed_and_then_holds_nobody_back(begin: Callable[..., Turn], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("screening.line.ALONE_SECONDS", 0.01)
    first = begin()
    assert comes(first.has_it)
    second = begin()
    assert comes(second.has_it)
    monkeypatch.setattr("screening.line.ALONE_SECONDS", 30)
    first.finish()
    third = begin()
    assert does_not_come(third.has_it)  # the end of the one that was passed is not the end of the one that passed it
    second.finish()
    assert comes(third.has_it)


def test_others_go_on_while_one_is_aside_and_it_waits_for_them_to_come_back(begin: Callable[..., Turn]) -> None:
    first = begin(leaves=True)
    assert comes(first.has_it)
    first.step_aside.set()
    assert comes(first.is_aside)
    second = begin()
    assert comes(second.has_it)
    first.come_back.set()
    assert does_not_come(first.has_it_again)
    second.finish()
    assert comes(first.has_it_again)
    third = begin()
    assert does_not_come(third.has_it)
    first.finish()
    assert comes(third.has_it)


def test_one_that_fails_while_it_is_aside_holds_nobody_back(begin: Callable[..., Turn]) -> None:
    first = begin(leaves=True, fails=True)
    assert comes(first.has_it)
    first.step_aside.set()
    assert comes(first.is_aside)
    first.come_back.set()
    first.join(30)
    assert comes(begin().has_it)


def test_the_line_knows_how_many_are_aside() -> None:
    line = Line()
    with line.aside():
        assert line.aside_now == 0  # who is in no line leaves none
    with line.alone():
        with line.aside():
            assert line.aside_now == 1
        assert line.aside_now == 0


class Borrowing:
    """A line of one thing, and threads that wait for it: who got it, in order."""

    def __init__(self, *, waiting: int = 8, share: int = 5) -> None:
        self.line = FairLine(["the press"], waiting=waiting, share=share)
        self.got: list[str] = []
        self.threads: list[threading.Thread] = []

    def ask(self, whose: str) -> None:
        """Stand in line; comes back once that is done."""
        before = len(self.line._line)
        thread = threading.Thread(target=self._borrow, args=(whose,), daemon=True)
        thread.start()
        self.threads.append(thread)
        while len(self.line._line) == before:
            time.sleep(0.001)

    def _borrow(self, whose: str) -> None:
        with self.line.lent(whose, at_most=30):
            self.got.append(whose)

    def finish(self) -> str:
        for thread in self.threads:
            thread.join(30)
        return " ".join(self.got)


def test_who_asks_once_waits_for_no_second_one_of_somebody_else() -> None:
    here = Borrowing()
    with here.line.lent("ada", at_most=30):
        for whose in ("ada", "ada", "ben", "ada", "ben", "cleo"):
            here.ask(whose)
    assert here.finish() == "ben cleo ada ben ada ada"


def test_one_person_has_a_share_of_the_places_and_others_the_rest() -> None:
    here = Borrowing(waiting=3, share=2)
    with here.line.lent("ada", at_most=30):
        here.ask("ada")
        with pytest.raises(NoPlaceOfOwn), here.line.lent("ada", at_most=30):
            pass
        here.ask("ben")
        here.ask("cleo")
        with pytest.raises(NoPlace), here.line.lent("dora", at_most=30):
            pass
    assert here.finish() == "ben cleo ada"
    for _ in range(3):
        with here.line.lent("ada", at_most=0) as thing:
            assert thing == "the press"


def test_who_waits_too_long_leaves_the_line() -> None:
    here = Borrowing(waiting=2, share=1)
    with here.line.lent("ada", at_most=30):
        for _ in range(3):
            with pytest.raises(NoPlace), here.line.lent("ben", at_most=0.01):
                pass
        here.ask("cleo")
    assert here.finish() == "cleo"


def test_nobody_in_particular_keeps_to_no_share() -> None:
    line = FairLine([1, 2, 3], waiting=0, share=1)
    with line.lent(None, at_most=0) as first, line.lent(None, at_most=0) as second, line.lent(None, at_most=0) as third:
        assert (first, second, third) == (1, 2, 3)
