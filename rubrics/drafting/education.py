"""Education asked for: the least that will do, what is preferred, and whether experience can stand in for it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rubrics.drafting.asking import clause, few
from rubrics.drafting.model import NOT_STATED, Education, Genre, Level, Span
from rubrics.drafting.passages import Role
from rubrics.drafting.patterns import named, pattern
from rubrics.drafting.signs import Signs
from rubrics.qualifications import EDUCATION_LEVELS, NO_CERTIFICATE

_LEVEL = named("education", "levels")
_NOT_SCHOOLING = pattern("education", "not_schooling")
_EQUIVALENT = pattern("education", "equivalent")
_NONE = pattern("education", "none")
_OFFERED = pattern("education", "offered")
_PLAIN = pattern("education", "plain")
_DIPLOMA = re.compile(r"\bdiploma\b", re.IGNORECASE)
_QUALIFICATION = re.compile(r"\bqualifications?\b[^:]{0,20}:", re.IGNORECASE)
"""After this word a diploma is that of a college, as in forms of job boards."""

_ASKED = re.compile(
    r"\b(?:require|need|prefer|minimum|at least|usually|typically|enough|education|experience|months|years|holders?|graduates?)",
    re.IGNORECASE,
)
_EXACT = re.compile(r"\b(?:B\.?A|B\.?S|BTech|MBA|MS|MA|AA|AS|AAS|HSC|SSC|ITI|GED)\b", re.IGNORECASE)
_DENIES = re.compile(r"\b(?:no|not|isn['’]t|aren['’]t|don['’]?t|without)\b|n['’]t\b", re.IGNORECASE)
_ASIDE = re.compile(r"\(([^()]*)\)")
_WISHED = re.compile(r"\b(?:prefer\w*|desir\w+|a plus|an? (?:asset|advantage)|ideal\w*)\b", re.IGNORECASE)
_ORDER = {level: place for place, level in enumerate(EDUCATION_LEVELS)}


SHORT = 5
"""A heading of more words says something itself."""


@dataclass(frozen=True, slots=True)
class _Mention:
    """A level named in a passage, and how strongly it is asked for."""

    name: str
    level: Level
    span: Span
    equivalent: bool = False


def education(text: str, read: Sequence[Signs], genre: Genre) -> Education:
    """What the text says of education; of alternatives the lowest."""
    heard = [signs for signs in read if (not signs.aside(genre) or _is_plain(text, signs)) and not _is_bare(text, signs)]
    found = [mention for signs in heard for mention in _mentions(text, signs, genre)]
    required = [mention for mention in found if mention.level is Level.REQUIRED]
    preferred = [mention for mention in found if mention.level is Level.PREFERRED]
    minimum, wished = _lowest(required), _lowest(preferred)
    return Education(
        minimum.name if minimum else NOT_STATED,
        wished.name if wished else NOT_STATED,
        any(mention.equivalent for mention in found),
        few(mention.span for mention in required),
        few(mention.span for mention in preferred),
    )


def _is_bare(text: str, signs: Signs) -> bool:
    """A heading such as `Technical qualifications`, which only announces what follows; `Qualification: diploma` says it, and so does a long
    one, as `Graduation from high school, and either:`.
    """
    passage = signs.passage
    says = ":" in text[passage.start : passage.end].rstrip(" :") or len(passage.words) > SHORT
    return passage.heading and passage.role in (Role.WANTS, Role.WISHES) and not says


def _is_plain(text: str, signs: Signs) -> bool:
    """Whether a sentence among furniture, as in the answers of a list of questions, says in so many words what is required."""
    return bool(_PLAIN.search(text, signs.passage.start, signs.passage.end))


def _lowest(several: Sequence[_Mention]) -> _Mention | None:
    stated = [mention for mention in several if mention.name != NO_CERTIFICATE]
    return min(stated or several, key=lambda mention: _ORDER[mention.name], default=None)


def _mentions(text: str, signs: Signs, genre: Genre) -> Iterator[_Mention]:
    passage = signs.passage
    sentence = text[passage.start : passage.end]
    said = _NONE.search(sentence)
    wished = signs.has("wish") and re.search(r"\bbut\b", sentence)
    if said and _DENIES.search(said[0]) and "more than" not in sentence and not wished:
        yield _Mention(NO_CERTIFICATE, Level.REQUIRED, Span(passage.start, passage.end))
        return
    if _OFFERED.search(sentence) or not (_asks(signs, sentence) or (signs.is_a_line and genre.is_advertisement)):
        return
    goes_on = 80 if text[passage.end : passage.end + 1] == ";" else 0
    equivalent = bool(_EQUIVALENT.search(text, passage.start, passage.end + goes_on))
    for start, end, name in _levels(sentence):
        first = max((place for place, word in enumerate(passage.words) if word.start <= passage.start + start), default=0)
        last = next((place + 1 for place, word in enumerate(passage.words) if word.end >= passage.start + end), len(passage.words))
        level = Level.REQUIRED if _wish_is_an_aside(sentence, start) else signs.level(first, last)
        yield _Mention(name, level, clause(text, passage, first, max(last, first + 1)), equivalent)


def _asks(signs: Signs, sentence: str) -> bool:
    """In prose something must say that a person is to have it."""
    about = signs.passage.role in (Role.WANTS, Role.WISHES) or signs.passage.item or signs.passage.heading or signs.describes_a_person()
    return about or signs.has("wish", "must") or bool(_ASKED.search(sentence))


def _wish_is_an_aside(sentence: str, place: int) -> bool:
    """Whether only another kind of schooling is wished for, in parentheses: `High school diploma (college degree preferred)`."""
    outside = _ASIDE.sub(lambda found: " " * len(found[0]), sentence)
    inside = " ".join(_ASIDE.findall(sentence))
    about_schooling = bool(_LEVEL.search(inside) or _DIPLOMA.search(inside))
    return bool(outside[place : place + 1].strip() and about_schooling and _WISHED.search(inside) and not _WISHED.search(outside))


def _levels(sentence: str) -> Iterator[tuple[int, int, str]]:
    found = False
    for match in _LEVEL.finditer(sentence):
        around = sentence[max(0, match.start() - 14) : match.end() + 16]
        if _NOT_SCHOOLING.search(around) or (_EXACT.fullmatch(match[0].strip(" ./,or")) and not match[0][0].isupper()):
            continue
        found = True
        yield match.start(), match.end(), str(match.lastgroup)
    diploma = _DIPLOMA.search(sentence)
    if diploma and not found:
        yield diploma.start(), diploma.end(), "certificate" if _QUALIFICATION.search(sentence) else "high_school"
