"""The contents page in front of a pack: which documents it holds, and on which page of the whole each begins."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate

FIRST_PAGE, NEXT_PAGES = 32, 38
"""How many lines the first page holds, and each after it: fewer than fit, so that the number of pages is known before they are set."""
PAGES_AT_ONCE = 4
"""A long list is set in several goes: none of them may take longer than a document is allowed to."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A document of the pack and how many pages it has. `score` and `rank` are None where there is none."""

    candidate: str
    reference: str
    pages: int
    score: float | None = None
    rank: int | None = None
    tied: bool = False


Line = tuple[Entry, int]
"""An entry, and its first page in the whole."""


@dataclass(frozen=True, slots=True)
class Contents:
    """`title` is the pack's, `whom` says in a few words whose documents it holds. Without `with_totals` no place or total is printed."""

    organisation: str
    opening: str
    title: str
    whom: str
    edition: str
    as_of: datetime
    entries: tuple[Entry, ...]
    with_totals: bool = True

    @property
    def own_pages(self) -> int:
        return 1 + -(-max(0, len(self.entries) - FIRST_PAGE) // NEXT_PAGES)

    @property
    def pages(self) -> int:
        """Of the whole pack."""
        return self.own_pages + sum(entry.pages for entry in self.entries)

    @property
    def sheets(self) -> tuple[tuple[Line, ...], ...]:
        """The lines of each page."""
        before = accumulate((entry.pages for entry in self.entries), initial=self.own_pages + 1)
        lines = tuple(zip(self.entries, before, strict=False))
        rest = range(FIRST_PAGE, len(lines), NEXT_PAGES)
        return (lines[:FIRST_PAGE], *(lines[at : at + NEXT_PAGES] for at in rest))

    @property
    def stretches(self) -> tuple[tuple[tuple[Line, ...], ...], ...]:
        """The pages in groups, each to be set as a document of its own."""
        return tuple(self.sheets[at : at + PAGES_AT_ONCE] for at in range(0, self.own_pages, PAGES_AT_ONCE))
