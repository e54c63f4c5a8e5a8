"""Replacing known names, e-mail addresses, phone numbers and references in what people wrote: a pure function of the text and the people.

Only what is known can be replaced: whoever releases a text reads it first. A name is found in any case, with or without its accents,
composed or not; a word of a name counts where it stands as a whole word. Scripts that do not part their words with spaces have no whole
words: there a name is found wherever its letters stand in a row.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from copy import copy
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, pairwise

NAME, EMAIL, PHONE, REFERENCE = MARKS = ("[name]", "[e-mail]", "[phone]", "[reference]")

Words = tuple[str, ...]
Span = tuple[int, int, str]

# Names of people that are also words of every sentence: in lower case they are taken for the word.
_EVERYDAY = """
    a am an and any are art as ask at bay be bell best bill black bond bright brown but by can chance chase cook day dean do early for frank
    gay go good grace grant gray green had hand has he her him his hi hope how i if in is it its jack joy june just king large law lee long
    love low main major may march mark me miles mine more my new no not noble now of old on one or our out page park peace price pride read
    rich rob rose rush say see sharp she short so strong sue sun sung than thank that the they to too two up us van wait was way we west
    white who why will wise with wood work worth would yes yet you young
"""
EVERYDAY = frozenset(_EVERYDAY.split())

# Letters that no decomposition takes apart, as they are written by somebody without the right keys; and one form of each small sign.
_PLAIN = str.maketrans(
    {"ł": "l", "đ": "d", "ð": "d", "ø": "o", "ħ": "h", "ı": "i", "ŧ": "t", "æ": "ae", "œ": "oe", "þ": "th"}
    | dict.fromkeys("’‘ʼʻ`´′", "'")
    | dict.fromkeys("‐‑‒–—−", "-")
)
_RUN = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"  # Thai, Lao, Burmese, Khmer
    "\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003ffff"
)
_RUNNING = re.compile(f"[{_RUN}]")
_WORD = re.compile(rf"[{_RUN}]|(?:(?![{_RUN}])[^\W\d_])+")
# What may stand between the words of one name, and between names that are taken for one.
_BETWEEN = re.compile(r"[\s'\-.,·・]{0,3}")
_BESIDE = re.compile(r"[\s'\-·・]{0,3}")
_EMAIL = re.compile(r"[^\s@<>()\[\],;:\"]+@[^\W_][\w-]*(?:\.[^\W_][\w-]*)*")
_PHONE = re.compile(r"(?<!\d)\d(?:[\s().\-/]{0,3}\d){3,}(?!\d)")
NATIONAL_DIGITS = 7
SHORTEST = 3
"""Of what is shorter (a reference "7") nothing is said to be the same."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody the software knows of; '' where nothing is recorded."""

    name: str
    email: str = ""
    phone: str = ""
    reference: str = ""


class Redactor:
    """Replaces what is known of some people: of `people` the whole name and each word of it, of `others` only the whole name (a word of
    thousands of names would be found in every sentence); of all of them e-mail addresses, phone numbers and references."""

    def __init__(self, people: Iterable[Person], others: Iterable[Person] = ()) -> None:
        self._names: dict[str, frozenset[Words]] = {}
        self._emails: frozenset[str] = frozenset()
        self._phones: frozenset[str] = frozenset()
        self._references: frozenset[str] = frozenset()
        people, others = tuple(people), tuple(others)
        self._learn(people + others, chain.from_iterable((*_parts(one.name), *_orders(one.name)) for one in people))
        self._learn((), (words for one in others for words in _orders(one.name) if len(words) > 1))

    def also(self, person: Person) -> Redactor:
        """The same with one more of `people`."""
        more = copy(self)
        more._names = dict(self._names)
        more._learn((person,), (*_parts(person.name), *_orders(person.name)))
        return more

    def but(self, person: Person) -> Redactor:
        """The same without one of `others`."""
        fewer = copy(self)
        fewer._names = dict(self._names)
        for words in _orders(person.name):
            fewer._names[words[0]] = fewer._names.get(words[0], frozenset()) - {words}
        fewer._emails -= {_folded(person.email)}
        fewer._phones -= {_digits(person.phone)}
        fewer._references -= {_folded(person.reference)}
        return fewer

    def _learn(self, known: Sequence[Person], names: Iterable[Words]) -> None:
        self._emails |= {_folded(one.email) for one in known if one.email}
        self._phones |= {digits for one in known if len(digits := _digits(one.phone)) > SHORTEST}
        self._references |= {_folded(one.reference) for one in known if len(one.reference) >= SHORTEST}
        found: dict[str, set[Words]] = {}
        for words in names:
            found.setdefault(words[0], set()).add(words)
        self._names |= {first: self._names.get(first, frozenset()) | some for first, some in found.items()}

    def text(self, text: str) -> str:
        """The text with a mark in the place of whatever is known; everything else is left exactly as it was typed."""
        clusters = _clusters(text)
        read = _Read(clusters)
        spans = _without_overlaps([*self._emails_in(read), *self._phones_in(read), *self._references_in(read), *self._names_in(read)])
        parts, done = [], 0
        for start, end, mark in _joined(spans, clusters):
            parts += [*clusters[done:start], mark]
            done = end
        return "".join([*parts, *clusters[done:]])

    def _emails_in(self, read: _Read) -> Iterator[Span]:
        for found in _EMAIL.finditer(read.folded):
            # A full stop after an address ends the sentence; an apostrophe or a dash before it belongs to the text.
            whole = found[0].lstrip("'-.").rstrip("'-.")
            if whole in self._emails:
                start = found.start() + found[0].index(whole)
                yield *read.span(start, start + len(whole)), EMAIL

    def _phones_in(self, read: _Read) -> Iterator[Span]:
        for found in _PHONE.finditer(read.folded):
            if any(_same_number(_digits(found[0]), known) for known in self._phones):
                # What stands before a number in international form belongs to it.
                start = found.start() - read.folded[: found.start()].endswith("+")
                yield *read.span(start, found.end()), PHONE

    def _references_in(self, read: _Read) -> Iterator[Span]:
        for reference in self._references:
            for found in re.finditer(rf"(?<![^\W_]){re.escape(reference)}(?![^\W_])", read.folded):
                yield *read.span(*found.span()), REFERENCE

    def _names_in(self, read: _Read) -> Iterator[Span]:
        words = [(found[0], *found.span()) for found in _WORD.finditer(read.folded)]
        for place, (first, start, _) in enumerate(words):
            known = self._names.get(first, frozenset())
            ends = [place + len(name) - 1 for name in known if _stands_at(name, place, words, read)]
            if ends:
                yield *read.span(start, words[max(ends)][2]), NAME


class _Read:
    """A text as names are compared: without case, accents or composition; `span` leads back to the clusters of what was typed."""

    def __init__(self, clusters: Sequence[str]) -> None:
        self.clusters = clusters
        folds = [_fold(cluster) for cluster in clusters]
        self.folded = "".join(folds)
        self._origin = [place for place, fold in enumerate(folds) for _ in fold]

    def span(self, start: int, end: int) -> tuple[int, int]:
        return self._origin[start], self._origin[end - 1] + 1

    def as_typed(self, start: int) -> str:
        return self.clusters[self._origin[start]]


def _stands_at(name: Words, place: int, words: Sequence[tuple[str, int, int]], read: _Read) -> bool:
    there = words[place : place + len(name)]
    if tuple(word for word, *_ in there) != name:
        return False
    if not all(_BETWEEN.fullmatch(read.folded, end, start) for (_, _, end), (_, start, _) in pairwise(there)):
        return False
    if len(name) > 1:
        return True
    if _RUNNING.match(name[0]):
        return _stands_alone(read.folded, *there[0][1:])
    return name[0] not in EVERYDAY or read.as_typed(there[0][1]).isupper()


def _stands_alone(folded: str, start: int, end: int) -> bool:
    """Of a single character: it touches no other character of its kind."""
    return not _RUNNING.search(folded[max(start - 1, 0) : start] + folded[end : end + 1])


def _parts(name: str) -> Iterator[Words]:
    """Each word of a name, and each piece of a hyphenated one. No initials, and no particles (`de`, `van`) written in lower case."""
    pieces = name.split()
    for piece in pieces:
        words = tuple(_WORD.findall(_folded(piece)))
        if not words or (len(pieces) > 1 and piece[0].islower()):
            continue
        if len(words) > 1 or len(words[0]) > 1 or _RUNNING.match(words[0]):
            yield words
        yield from ((word,) for word in words if len(words) > 1 and len(word) > 1)


def _orders(name: str) -> Iterator[Words]:
    """The whole name, and with its last word first."""
    words = tuple(_WORD.findall(_folded(name)))
    if len(words) > 1 or (words and len(words[0]) > 1):
        yield words
        yield (words[-1], *words[:-1])


def _same_number(said: str, known: str) -> bool:
    """With or without the country's code and the zero in its place; a short number only as a whole."""
    if min(len(said), len(known)) < NATIONAL_DIGITS:
        return said == known
    said, known = said.lstrip("0"), known.lstrip("0")
    return min(len(said), len(known)) >= NATIONAL_DIGITS and (said.endswith(known) or known.endswith(said))


def _digits(text: str) -> str:
    return "".join(str(unicodedata.digit(letter)) for letter in text if letter.isdigit())


def _clusters(text: str) -> list[str]:
    """Each letter with the marks, joiners and Korean vowels and finals that follow it."""
    found: list[str] = []
    for letter in text:
        if found and _belongs_to_the_one_before(letter):
            found[-1] += letter
        else:
            found.append(letter)
    return found


@lru_cache(maxsize=4096)
def _belongs_to_the_one_before(letter: str) -> bool:
    return "\u1160" <= letter <= "\u11ff" or unicodedata.category(letter) in ("Mn", "Me", "Cf")


@lru_cache(maxsize=8192)
def _fold(cluster: str) -> str:
    whole = unicodedata.normalize("NFKC", cluster).casefold()
    parts = (letter if "\uac00" <= letter <= "\ud7a3" else unicodedata.normalize("NFKD", letter) for letter in whole)
    return "".join(letter for letter in "".join(parts) if unicodedata.category(letter) not in ("Mn", "Me", "Cf")).translate(_PLAIN)


def _folded(text: str) -> str:
    return "".join(map(_fold, _clusters(text.strip())))


def _without_overlaps(spans: Sequence[Span]) -> list[Span]:
    """In order; of two that overlap the earlier, of two that begin together the longer."""
    kept: list[Span] = []
    for span in sorted(spans, key=lambda span: (span[0], -span[1])):
        if not kept or span[0] >= kept[-1][1]:
            kept.append(span)
    return kept


def _joined(spans: Sequence[Span], clusters: Sequence[str]) -> list[Span]:
    """Names beside each other are one name."""
    joined: list[Span] = []
    for start, end, mark in spans:
        if joined and mark == NAME == joined[-1][2] and _BESIDE.fullmatch("".join(map(_fold, clusters[joined[-1][1] : start]))):
            joined[-1] = (joined[-1][0], end, mark)
        else:
            joined.append((start, end, mark))
    return joined
