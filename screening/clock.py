"""The wall clock, read in one place."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

_set_back: ContextVar[datetime | None] = ContextVar("set_back", default=None)


def now() -> datetime:
    """The time in UTC, to the microsecond."""
    return _set_back.get() or datetime.now(UTC)


@contextmanager
def set_back(moment: datetime) -> Iterator[None]:
    """Inside the block `now()` is this moment, so that a demonstration can have a past. A moment to come is refused.

    It holds for the calling thread alone: whatever else the program does goes on by the real clock.
    """
    if moment > datetime.now(UTC):
        raise ValueError(f"the clock can be set back, not forward: {moment} is still to come")
    token = _set_back.set(moment)
    try:
        yield
    finally:
        _set_back.reset(token)
