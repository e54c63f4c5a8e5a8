"""The wall clock, read in one place."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> datetime:
    """The time in UTC, to the microsecond."""
    return datetime.now(UTC)
