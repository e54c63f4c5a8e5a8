"""The site under load and killed, in short: what was acknowledged is there once and whole. `python -m bench.load` does it at length."""

from __future__ import annotations

import pytest

from bench import load

pytestmark = pytest.mark.long


@pytest.mark.parametrize("postgres", [False, True], ids=["sqlite", "postgresql"])
@pytest.mark.parametrize(
    ("what", "people", "seconds", "rounds"),
    [("instant", 30, 0, 0), ("flat", 10, 5, 0), ("papers", 20, 10, 0), ("soak", 5, 15, 0), ("kill", 8, 0.8, 3)],
)
def test_nothing_is_lost_twice_or_half_there(what: str, people: int, seconds: float, rounds: int, *, postgres: bool) -> None:
    assert load.run(what, people=people, seconds=seconds, rounds=rounds, postgres=postgres) == []
