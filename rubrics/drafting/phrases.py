"""Phrases as employers write them, and where a run of words holds one.

A phrase is a line of words. Each word stands for all its inflections (`=word` for that very form); `a|b` is one of several; `?` at
the end makes it optional; `@name` is one of a group of words; `..` skips up to three words; `&skills` skips the rest of a list ("and
listening") up to a word such as skills; `^` and `$` are a pause before and after (a comma, an end, `and`), for things named by themselves.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from rubrics.drafting.patterns import words_of
from rubrics.drafting.words import Word, stem
from rubrics.errors import RubricError

GAP = 3
LIST = 9
_SKILLS = frozenset(stem(word) for word in words_of("words", "skills"))
_ENDS_LIST = words_of("words", "ends_list")


@dataclass(frozen=True, slots=True)
class Found:
    """A phrase found in a run of words: what it means, and which words of the run (the last one excluded)."""

    meaning: str
    first: int
    last: int

    def is_part_of(self, other: Found) -> bool:
        """Whether the other has all of its words and more."""
        return other.first <= self.first and self.last <= other.last and other.last - other.first > self.last - self.first


@dataclass(frozen=True, slots=True)
class _Part:
    """One place of a phrase: the stems and the exact forms that fit, or one of the signs."""

    stems: frozenset[str] = frozenset()
    forms: frozenset[str] = frozenset()
    sign: str = ""

    def fits(self, word: Word) -> bool:
        return word.stem in self.stems or word.form in self.forms


_Line = tuple[_Part, ...]


class Phrasebook:
    """Phrases with their meanings, ready to be looked for."""

    def __init__(self, phrases: Iterable[tuple[str, str]], groups: Mapping[str, Sequence[str]]) -> None:
        """`phrases` are pairs of meaning and phrase; `groups` the words behind each `@name`."""
        self._by_stem: dict[str, list[tuple[str, _Line]]] = defaultdict(list)
        self._by_form: dict[str, list[tuple[str, _Line]]] = defaultdict(list)
        for meaning, phrase in phrases:
            for line in _lines(phrase, groups):
                self._file(meaning, line)

    def _file(self, meaning: str, line: _Line) -> None:
        head = next(part for part in line if not part.sign)
        for key in head.stems:
            self._by_stem[key].append((meaning, line))
        for key in head.forms:
            self._by_form[key].append((meaning, line))

    def search(self, run: Sequence[Word]) -> Iterator[Found]:
        """Every phrase in a run of words. The time grows with the number of words, as every skip is bounded."""
        for place, word in enumerate(run):
            for meaning, line in (*self._by_stem.get(word.stem, ()), *self._by_form.get(word.form, ())):
                after_start = line[1:] if line[0].sign == "^" else line
                if after_start is not line and not word.opens:
                    continue
                last = _match(after_start[1:], run, place + 1)
                if last is not None:
                    yield Found(meaning, place, last)


def _match(line: _Line, run: Sequence[Word], place: int) -> int | None:
    """Where a phrase ends that goes on at this place; None where it does not."""
    if not line:
        return place
    part, rest = line[0], line[1:]
    if part.sign == "$":
        return place if run[place - 1].closes else None
    if part.sign == "..":
        tries = (_match(rest, run, place + skipped) for skipped in range(min(GAP, len(run) - place) + 1))
        return next((last for last in tries if last is not None), None)
    if part.sign == "&skills":
        return _end_of_list(run, place)
    return _match(rest, run, place + 1) if place < len(run) and part.fits(run[place]) else None


def _end_of_list(run: Sequence[Word], place: int) -> int | None:
    for here in range(place, min(place + LIST, len(run))):
        if run[here].stem in _SKILLS:
            return here + 1
        if run[here].form in _ENDS_LIST:
            return None
    return None


def _lines(phrase: str, groups: Mapping[str, Sequence[str]]) -> Iterator[_Line]:
    """The phrase with and without each of its optional words."""
    choices = [_choices(part, groups) for part in phrase.split()]
    for line in product(*choices):
        parts = tuple(part for part in line if part is not None)
        if all(part.sign for part in parts):
            raise RubricError(f"the phrase {phrase!r} needs a word that is always there", field="reading")
        first = next(place for place, part in enumerate(parts) if not part.sign)
        if any(part.sign != "^" for part in parts[:first]):
            raise RubricError(f"the phrase {phrase!r} must begin with a word", field="reading")
        yield parts


def _choices(part: str, groups: Mapping[str, Sequence[str]]) -> tuple[_Part | None, ...]:
    if part in ("..", "^", "$", "&skills"):
        return (_Part(sign=part),)
    named = part.removesuffix("?")
    stems: set[str] = set()
    forms: set[str] = set()
    for word in named.split("|"):
        if word.startswith("="):
            forms.add(word[1:])
        elif word.startswith("@"):
            if word[1:] not in groups:
                raise RubricError(f"no group of words is called {word!r}", field="reading")
            stems.update(stem(member) for member in groups[word[1:]])
        else:
            stems.add(stem(word))
    found = _Part(frozenset(stems), frozenset(forms))
    return (found, None) if part.endswith("?") else (found,)
