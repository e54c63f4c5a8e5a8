"""What a passage says besides its subject: whether anything is asked in it, of whom, and how strongly."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from rubrics.drafting.model import Genre, Level
from rubrics.drafting.passages import ASIDE, Passage, Role
from rubrics.drafting.phrases import Found
from rubrics.drafting.reading import demands, signals

UNDER = frozenset({"under"})
"""The sign of what stands under a heading that names a criterion."""

LINE = 12
"""Few words, as a list item has them."""

_US = frozenset({"we", "we're", "our", "join", "us"})
_YOU = frozenset({"you", "you're", "you've"})
_LINKS = frozenset({"link", "legal", "apply"})
_QUESTIONS = frozenset({"is", "are", "do", "does", "did", "can", "could", "have", "has", "why", "how"})
WHY = {
    "legal": "a legal notice",
    "apply": "how to apply",
    "link": "a link or an advertisement",
    "aside": "the employer about itself",
    "nobody": "about a thing, not a person",
    Role.BENEFITS: "what the employer offers",
    Role.COMPANY: "the employer about itself",
    Role.APPLY: "how to apply",
    Role.LEGAL: "a legal notice or site furniture",
}


class Strength(NamedTuple):
    """A sign of how strongly something is asked for, from the word `first` to before `last`; `ahead`: it is said of what follows."""

    first: int
    last: int
    level: Level
    ahead: bool = False


@dataclass(frozen=True)
class Signs:
    """The signs in one passage, by kind, in the order of its words; `before` are kinds in the sentence that it goes on from."""

    passage: Passage
    found: tuple[Found, ...]
    before: frozenset[str] = frozenset()

    @cached_property
    def kinds(self) -> frozenset[str]:
        """The kinds of signs in the passage and in what it goes on from."""
        return self.before | {sign.meaning for sign in self.found}

    @cached_property
    def hits(self) -> tuple[Found, ...]:
        """The phrases of criteria in the passage."""
        return tuple(demands().search(self.passage.words))

    @property
    def is_a_line(self) -> bool:
        """Whether it is hardly a sentence, such as a list item that has lost its mark."""
        return len(self.passage.words) <= LINE

    def has(self, *kinds: str) -> bool:
        return not self.kinds.isdisjoint(kinds)

    def aside(self, genre: Genre) -> str:
        """Why this passage asks for nothing; empty where it may ask."""
        role = self.passage.role
        if self.has("nobody") and not (self.passage.item or self.has("needed")) and role is Role.BODY:
            return WHY["nobody"]
        offered = self.has("offers") and not self.passage.item and genre.is_advertisement
        if offered and (role in (Role.BODY, Role.DUTIES, Role.COMPANY) or (role in (Role.WANTS, Role.WISHES) and self.has("aside"))):
            return WHY["aside"]
        if self.has("seeks") and role is not Role.LEGAL and not self.has("link") and not (role is Role.BENEFITS and self.has("aside")):
            return ""
        if role is Role.COMPANY and self.passage.words[0].form in _YOU and self.has("addressed"):
            return ""
        if role in ASIDE:
            return WHY[role]
        if kind := next((sign.meaning for sign in self.found if sign.meaning in _LINKS), ""):
            return "" if role in (Role.WANTS, Role.WISHES, Role.DUTIES) and self.passage.item else WHY[kind]
        prose = role is Role.BODY or self.passage.words[0].form in _US or (role is Role.DUTIES and not self.passage.item)
        about_itself = self.has("aside") or (self.has("ours") and not (self.passage.item or self.has("addressed", "needed", "wish")))
        return WHY["aside"] if prose and genre.is_advertisement and about_itself else ""

    def describes_a_person(self) -> bool:
        """Whether a word such as `friendly` is said here of the person who is wanted."""
        role = self.passage.role
        return role in (Role.WANTS, Role.WISHES) or self.passage.heading or self.has("seeks", "person", "needed", "wish")

    def tells_people(self) -> bool:
        """Whether a sentence of an article says what somebody should be or do, and not what happened or what a thing can do."""
        return self.has("seeks", "must", "needed", "addressed", "told") and not self.has("nobody", "aside", "ours", "past")

    def says_so(self) -> bool:
        """Whether the passage is a heading, a list item or a sentence that says that something is needed."""
        return self.passage.heading or self.passage.item or self.has("seeks", "advice", "under", "needed", "wish", "told")

    def asks(self, genre: Genre) -> bool:
        """Whether something can be asked here: in running text where it says that people need it, in an article where it tells no story."""
        if self.passage.heading or self.passage.item or genre is Genre.NOTES:
            return True
        if genre is Genre.ARTICLE:
            return self.says_so() or not (self.has("past") or self.passage.words[0].form in _QUESTIONS)
        return self.passage.role is not Role.BODY or self.has("seeks", "advice", "person", "needed", "wish")

    def level(self, first: int, last: int) -> Level:
        """How strongly the words are asked for: by the nearest sign that can be meant, those that follow before those that precede."""
        meant = [sign for sign in self.strengths() if not sign.ahead or sign.last <= first]
        levels = {sign.level for sign in meant} or {self.unsaid()}
        return levels.pop() if len(levels) == 1 else min(meant, key=lambda sign: _distance(sign, first, last)).level

    def unsaid(self) -> Level:
        """How strongly something is asked for of which no sign speaks."""
        musts = any(sign.level is Level.REQUIRED for sign in self.strengths())
        return Level.PREFERRED if self.passage.role is Role.WISHES and not musts else Level.REQUIRED

    def strengths(self) -> tuple[Strength, ...]:
        """The signs of wishes, then those of musts; `not required but` is no must, nor is `preferably you should`."""
        wishes = [sign for sign in self.found if sign.meaning in ("wish", "wish_ahead")]
        musts = [sign for sign in self.found if sign.meaning == "must"]
        apart = [must for must in musts if not any(_is_part(must, wish) for wish in wishes)]
        return (
            *(Strength(sign.first, sign.last, Level.PREFERRED, sign.meaning == "wish_ahead") for sign in wishes),
            *(Strength(sign.first, sign.last, Level.REQUIRED) for sign in apart),
        )


def signs_of(found: Iterable[Passage]) -> list[Signs]:
    """The signs of each passage in order."""
    read: list[Signs] = []
    under: frozenset[str] = frozenset()
    for passage in found:
        before = read[-1].kinds if passage.continues and read else under
        one = Signs(passage, tuple(signals().search(passage.words)), before)
        read.append(one)
        if passage.heading:
            under = UNDER if one.hits else frozenset()
    return read


def _is_part(must: Found, wish: Found) -> bool:
    within = wish.first <= must.first and must.last <= wish.last
    return within or (wish.meaning == "wish_ahead" and 0 <= must.first - wish.last <= 1)


def _distance(sign: Strength, first: int, last: int) -> float:
    """A sign after the words (`a degree is preferred`) is nearer than one as far before them."""
    if sign.first >= last:
        return sign.first - last
    return max(first - sign.last, 0) + 1.5
