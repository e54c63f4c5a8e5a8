"""Replacing known names, e-mail addresses, phone numbers and references in what people wrote: a pure function of the text and the people.

Only what is known can be replaced: whoever releases a text reads it first. A name is found in any case, with or without its accents,
composed or not; a word of a name counts where it stands as a whole word, and one that is an everyday word too where it is not written like
that. Scripts that do not part their words with spaces have no whole words: there a name is found wherever its letters stand in a row.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, pairwise

NAME, EMAIL, PHONE, REFERENCE = MARKS = ("[name]", "[e-mail]", "[phone]", "[reference]")

Words = tuple[str, ...]
Span = tuple[int, int, str]

# Names of people that are also words of every sentence: in lower case they are taken for the word.
_SMALL = """
    a am an and any are as at but by can do for go had has he her him his how i if in is it its may me my no not now of on one or our
    out so than thank that the they to too two up us was way we who why will with would yes yet you
"""
_LARGER = """
    applicant april art ask august baker ball banks bay be bell best bill bird bishop black bond bright brown bush butler candidate
    carter case chance chase cliff close cook cooper cross dawn day dean drew early english fair faith field fields fisher forest fox
    frank french gardener gay gold good grace grant gray green guy hand happy harmony hill hi hope hunt hunter interviewer jack joy june
    just king knight lake lane large law lee little long love low main major manager marsh mason march mark mercy miles mill miller mine
    moon moore more new nice noble north old page park parker patience peace pearl person piper poor porter potter power precious price
    pride prince queen ray read rich river rose ruby rush said sage say see sharp she short singer skip small smart smith south speaker
    spring star stone strong sue summer sun sung swift tailor tender test turner van victory wait walker weaver web west white winter
    wise wood woods work worth young
"""
SMALL = frozenset(_SMALL.split())
"""Words that sentences often begin with."""
EVERYDAY = SMALL | frozenset(_LARGER.split())

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
# What stands before the first word of a sentence, a quotation or an entry of a list.
_BEGINNING = re.compile(r"(?:^|[^\w\s,/&]|\n)[ \t\xa0]*\Z")
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
    """Replaces what is known of `people` and of `others`: whole names and each word of them, e-mail addresses, phone numbers, references.

    `others` may be thousands, and some of them called An, He or Will: what begins a sentence like that is not taken for a name of theirs.
    """

    def __init__(self, people: Iterable[Person], others: Iterable[Person] = ()) -> None:
        self._names: dict[str, frozenset[Words]] = {}
        self._others: dict[str, frozenset[Words]] = {}
        self._emails: frozenset[str] = frozenset()
        self._phones: frozenset[str] = frozenset()
        self._references: frozenset[str] = frozenset()
        self._names = self._learnt(self._names, tuple(people))
        self._others = self._learnt(self._others, tuple(others))

    def also(self, person: Person) -> Redactor:
        """The same with one more of `people`."""
        more = copy(self)
        more._names = more._learnt(self._names, (person,))
        return more

    def but(self, person: Person) -> Redactor:
        """The same without one of `others`, and without the words of their name: those stay, though somebody else has one of them too."""
        fewer = copy(self)
        fewer._others = dict(self._others)
        for words in _names_of(person):
            fewer._others[words[0]] = fewer._others.get(words[0], frozenset()) - {words}
        fewer._emails -= {_folded(person.email)}
        fewer._phones -= {_digits(person.phone)}
        fewer._references -= {_folded(person.reference)}
        return fewer

    def _learnt(self, names: Mapping[str, frozenset[Words]], known: Sequence[Person]) -> dict[str, frozenset[Words]]:
        """The names with those of these people; what else is known of them is added to what is known already."""
        self._emails |= {_folded(one.email) for one in known if one.email}
        self._phones |= {digits for one in known if len(digits := _digits(one.phone)) > SHORTEST}
        self._references |= {_folded(one.reference) for one in known if len(one.reference) >= SHORTEST}
        found: dict[str, set[Words]] = {}
        for words in chain.from_iterable(map(_names_of, known)):
            found.setdefault(words[0], set()).add(words)
        return {**names, **{first: names.get(first, frozenset()) | some for first, some in found.items()}}

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
            known, others = (names.get(first, frozenset()) for names in (self._names, self._others))
            ends = [place + len(name) - 1 for name in known | others if _stands_at(name, place, words, read)]
            if ends == [place] and first in SMALL and (first,) not in known and _BEGINNING.search(read.folded, max(start - 4, 0), start):
                continue
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


def _names_of(person: Person) -> Iterator[Words]:
    return chain(_parts(person.name), _orders(person.name))


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
