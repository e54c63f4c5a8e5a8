"""Education asked for: the least that will do, what is preferred, and whether experience can stand in for it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rubrics.drafting.asking import clause, few
from rubrics.drafting.model import NOT_STATED, Education, Genre, Level, Span
from rubrics.drafting.passages import Role
from rubrics.drafting.patterns import named, pattern
from rubrics.drafting.schooling import Sign, required, schooling
from rubrics.drafting.signs import Signs
from rubrics.qualifications import EDUCATION_LEVELS, NO_CERTIFICATE

_EQUIVALENT = pattern("education", "equivalent")
_SUBSTITUTED = pattern("education", "substituted")
_NONE = pattern("education", "none")
_OFFERED = pattern("education", "offered")
_PLAIN = pattern("education", "plain")
_LEAVING = pattern("education", "leaving")
_LEVEL = named("education", "levels")

_ASKED = re.compile(
    r"\b(?:require|need|prefer|minimum|at least|usually|typically|enough|education|experience|months|years|holders?|graduates?|qualified|"
    r"educated|degree in|possess|must|should)",
    re.IGNORECASE,
)
_ANNOUNCES = re.compile(
    r"\b(?:qualifications?|requirements?|education|skills|background|training|experience|knowledge|certificat\w+|studies)\W*\Z",
    re.IGNORECASE,
)
_BEGINS = re.compile(rf"\W*(?:(?:minimum|at least|must|have|possess(?:es)?|completed?|an?|of) )*(?:{_LEVEL.pattern})", re.IGNORECASE)
_OF_SCHOOLING = re.compile(r"\b(?:education\w*|schooling|degree|(?<!experience and )qualifications?)\b", re.IGNORECASE)
_NONE_BELOW = re.compile(
    r"\W*(?:none|nil|n/a|not (?:required|necessary|needed|important|applicable|essential))\b[^.;]{0,40}\W*", re.IGNORECASE
)
_DENIES = re.compile(r"\b(?:no|not|none|nil|n/a|isn['’]t|aren['’]t|don['’]?t|without)\b|n['’]t\b", re.IGNORECASE)
_OR = re.compile(r"\bor\b", re.IGNORECASE)
_ORDER = {level: place for place, level in enumerate(EDUCATION_LEVELS)}

BELOW = 3
"""A further certificate is asked for beside that of school in one of so many passages after it."""

LIST_ITEM = 25
"""An item of a list has so many words at most."""


@dataclass(frozen=True, slots=True)
class _Mention:
    """A level named in a passage, and how strongly it is asked for; `leaving`: it is a certificate from school, named as such."""

    name: str
    level: Level
    span: Span
    passage: int
    equivalent: bool = False
    leaving: bool = False


def education(text: str, read: Sequence[Signs], genre: Genre) -> Education:
    """What the text says of education; of alternatives the lowest."""
    heard = [signs for signs in read if (not signs.aside(genre) or _is_plain(text, signs)) and not _is_bare(text, signs)]
    found = [mention for place, signs in enumerate(heard) for mention in _mentions(text, signs, genre, place)]
    found += _said_to_be_none(text, read)
    asked = [mention for mention in found if mention.level is Level.REQUIRED]
    asked = [mention for mention in asked if not (mention.leaving and _comes_with_more(text, mention, asked))]
    preferred = [mention for mention in found if mention.level is Level.PREFERRED]
    minimum = _lowest(asked)
    # Of the same level only another field is wished for.
    wished = _lowest([mention for mention in preferred if minimum is None or _ORDER[mention.name] > _ORDER[minimum.name]])
    equivalent = any(mention.equivalent for mention in found)
    substituted = any(_SUBSTITUTED.search(text[signs.passage.start : signs.passage.end]) for signs in heard)
    return Education(
        minimum.name if minimum else NOT_STATED,
        wished.name if wished else NOT_STATED,
        equivalent or (bool(found) and substituted),
        few(mention.span for mention in asked),
        few(mention.span for mention in preferred) if wished else (),
    )


def _said_to_be_none(text: str, read: Sequence[Signs]) -> Iterator[_Mention]:
    """`Education: none`, in one line or below a heading."""
    for above, below in pairwise(signs.passage for signs in read):
        headed = above.heading and _OF_SCHOOLING.search(text, above.start, above.end)
        if headed and _NONE_BELOW.fullmatch(text, below.start, below.end):
            yield _Mention(NO_CERTIFICATE, Level.REQUIRED, Span(below.start, below.end), len(read))


def _comes_with_more(text: str, mention: _Mention, asked: Sequence[_Mention]) -> bool:
    """Whether a further certificate is asked for on one of the next lines: `Matric`, then `Diploma in hotel management`."""
    return any(
        0 < other.passage - mention.passage <= BELOW
        and _ORDER[other.name] > _ORDER[mention.name]
        and not other.equivalent
        and not _OR.search(text, mention.span.end, other.span.start + 3)
        for other in asked
    )


def _is_bare(text: str, signs: Signs) -> bool:
    """A heading such as `Technical qualifications`, which only announces what follows; `Qualification: diploma` says it."""
    passage = signs.passage
    return passage.heading and passage.role in (Role.WANTS, Role.WISHES) and bool(_ANNOUNCES.fullmatch(text, passage.start, passage.end))


def _is_plain(text: str, signs: Signs) -> bool:
    """Whether a sentence among furniture says in so many words what is required, as in the answers of a list of questions, or begins with
    it, as where a list has lost its heading.
    """
    passage = signs.passage
    if _PLAIN.search(text, passage.start, passage.end):
        return True
    return passage.role is not Role.BENEFITS and len(passage.words) <= LIST_ITEM and bool(_BEGINS.match(text, passage.start, passage.end))


def _lowest(several: Sequence[_Mention]) -> _Mention | None:
    stated = [mention for mention in several if mention.name != NO_CERTIFICATE]
    return min(stated or several, key=lambda mention: _ORDER[mention.name], default=None)


def _mentions(text: str, signs: Signs, genre: Genre, place: int) -> Iterator[_Mention]:
    passage = signs.passage
    sentence = text[passage.start : passage.end]
    strengths = _signs(signs)
    said = _NONE.search(sentence)
    if said and _DENIES.search(said[0]) and "more than" not in sentence:
        but = re.search(r"\bbut\b", sentence) if signs.has("wish") else None
        rest = [one for one in strengths if but and one.start > but.end()]
        if but is None or rest:
            yield _Mention(NO_CERTIFICATE, Level.REQUIRED, Span(passage.start, passage.end), place)
        if but is None:
            return
        if rest:
            # `No degree required, but one in history is preferred`: what comes before is denied.
            sentence, strengths = " " * but.end() + sentence[but.end() :], rest
    if _OFFERED.search(sentence) or not (_asks(signs, sentence) or (signs.is_a_line and genre.is_advertisement)):
        return
    goes_on = 80 if text[passage.end : passage.end + 1] == ";" else 0
    equivalent = bool(_EQUIVALENT.search(text, passage.start, passage.end + goes_on))
    found = schooling(sentence, strengths, Level.REQUIRED if passage.heading else signs.unsaid())
    for one in (*required(found), *(one for one in found if one.level is Level.PREFERRED)):
        first = max((place for place, word in enumerate(passage.words) if word.start <= passage.start + one.start), default=0)
        last = next((place + 1 for place, word in enumerate(passage.words) if word.end >= passage.start + one.end), len(passage.words))
        leaving = bool(_LEAVING.search(sentence, one.start, one.end))
        yield _Mention(one.name, one.level, clause(text, passage, first, max(last, first + 1)), place, equivalent, leaving)


def _signs(signs: Signs) -> list[Sign]:
    """The signs of how strongly something is asked for, at their places in the sentence."""
    words, start = signs.passage.words, signs.passage.start
    return [Sign(words[one.first].start - start, words[one.last - 1].end - start, one.level, one.ahead) for one in signs.strengths()]


def _asks(signs: Signs, sentence: str) -> bool:
    """In prose something must say that a person is to have it."""
    about = signs.passage.role in (Role.WANTS, Role.WISHES) or signs.passage.item or signs.passage.heading or signs.describes_a_person()
    return about or signs.has("wish", "must") or bool(_ASKED.search(sentence))
