"""What a look at one thing finds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

State = Literal["ok", "advice", "problem"]


@dataclass(frozen=True, slots=True)
class Finding:
    """`about` names the thing; `words` say how it is and, unless all is well, how to mend it."""

    about: str
    state: State
    words: str


def ok(about: str, words: str) -> Finding:
    return Finding(about, "ok", words)


def advice(about: str, words: str) -> Finding:
    """It works, and could be better or safer."""
    return Finding(about, "advice", words)


def problem(about: str, words: str) -> Finding:
    """It does not work, or what is in the database is not safe."""
    return Finding(about, "problem", words)
