"""The grammar of what one sentence says of schooling: its levels, which of them are alternatives, and which are only wished for.

`High school diploma or equivalent, some college preferred` names two levels; the comma parts them, and the wish belongs to the nearer one.
`Associate's or bachelor's degree preferred` names two alternatives, which a wish takes together.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from rubrics.drafting.model import Level
from rubrics.drafting.patterns import named, pattern
from rubrics.qualifications import EDUCATION_LEVELS

_LEVEL = named("education", "levels")
_NOT_SCHOOLING = pattern("education", "not_schooling")
_REPLACES = pattern("education", "replaces")
_REPLACED = pattern("education", "replaced")
_DIPLOMA = re.compile(r"\bdiplomas?\b", re.IGNORECASE)
_OF_COLLEGE = re.compile(r"\bqualifications?\b[^:]{0,20}:", re.IGNORECASE)
"""After this word a diploma is that of a college, as in forms of job boards."""

_EXACT = re.compile(
    r"\b(?:B\.?A|B\.?S|BTech|MBA|MS|MA|AA|AS|AAS|HSC|SSC|ITI|GED|NCE|OND|ONC|HNC|HND|UCE|BE|[AO][- ]LEVELS?)\b", re.IGNORECASE
)
"""Letters that are words of their own when they are small."""

_ORDER = {level: place for place, level in enumerate(EDUCATION_LEVELS)}
_OR = re.compile(r"\bor\b|/|\beither\b", re.IGNORECASE)
_AND = re.compile(r"^[^,;.]{0,25}?(?:\band\b|\bplus\b|&|\+|\bwith an?\b|\btogether with\b|\bas well as\b)[^,;.]{0,30}$", re.IGNORECASE)
_EQUAL = re.compile(r"(?:\bor|/|\() ?(?:an? |the |its |of )*equivalen\w*", re.IGNORECASE)
_APART = re.compile(r"\bequivalent\b[^,;]*[,;]|;|\.\s|[(]|\bbut\b|\s[-–—]\s", re.IGNORECASE)
"""What parts two levels that no `or` joins."""

_SAME = re.compile(
    r"(?: of (?:arts|science|commerce|education|business)\w*| level)?(?:[ ’'.]|&#?\w+;s?)*degrees?|"
    r"(?: (?!or\b|and\b|with\b)\w+){1,2} degrees?",
    re.IGNORECASE,
)
"""With what a level goes on that is named already: `Bachelor of Science degree`."""

_OTHER_SUBJECT = re.compile(
    r"[,;–—(](?!\s*(?:or|and/or)\b)[^,;]*\b(?:experience|skills?|knowledge|background|licen[cs]e|certifications?|fluen\w+|proficien\w+|bilingual|"
    r"spanish|french|training|course ?work)\b|\bbut\b|\band\b[^,;]*\b(?:experience|skills?|knowledge|licen[cs]e)\b",
    re.IGNORECASE,
)
"""Between a level and a wish: the wish is about something else."""


_FIELD = re.compile(r"\W*(?:majors?|fields?|subjects?|disciplines?|areas? of study|emphasis|concentration|for)\b", re.IGNORECASE)
"""After a wish: which subject is wished for, of a level that is required."""

LEAD = 25
"""A sign within so many characters from the beginning of a sentence leads it."""


_OTHER_FIELD = re.compile(r"\((?!\s*or\b)[^)]*?\b(?!strongly|highly|but|not|is|are|a|an|would|will|be|also|very)\w+[^)]*\Z", re.IGNORECASE)
"""Before a wish in parentheses: which subject is wished for, as in `Engineering degree (mechanical preferred)`."""


class Link(StrEnum):
    """How a level is tied to the one before it."""

    OR = "or"
    AND = "and"
    APART = "apart"


@dataclass(frozen=True, slots=True)
class Schooling:
    """A level named in a sentence: its place there, how it is tied to the one before, and how strongly it is asked for."""

    name: str
    start: int
    end: int
    link: Link = Link.APART
    level: Level = Level.REQUIRED


@dataclass(frozen=True, slots=True)
class Sign:
    """A word that says how strongly something is asked for: its place in the sentence; `ahead`: it is said of what follows."""

    start: int
    end: int
    level: Level
    ahead: bool = False


def schooling(sentence: str, signs: Sequence[Sign], otherwise: Level) -> tuple[Schooling, ...]:
    """The levels in a sentence. `otherwise` is how strongly one is asked for that no sign speaks of."""
    named_here = [one for one in _named(sentence) if not _is_in(_REPLACES, sentence, one)]
    found = _linked(sentence, [one for one in named_here if not _is_in(_REPLACED, sentence, one)] or named_here)
    signs = [sign for sign in signs if not _FIELD.match(sentence, sign.end)]
    groups = _groups(found, signs)
    levels = [otherwise] * len(groups)
    nearest: dict[int, int] = {}
    for sign in signs:
        for place in _meant(sentence, groups, sign):
            if (distance := _distance(groups[place], sign)) < nearest.get(place, len(sentence)):
                nearest[place], levels[place] = distance, sign.level
    return tuple(replace(one, level=level) for group, level in zip(groups, levels, strict=True) for one in group)


def _named(sentence: str) -> list[Schooling]:
    found: list[Schooling] = []
    for match in _LEVEL.finditer(sentence):
        around = sentence[max(0, match.start() - 14) : match.end() + 16]
        if _NOT_SCHOOLING.search(around) or (_EXACT.fullmatch(match[0].strip(" ./,or")) and not match[0][0].isupper()):
            continue
        between = sentence[found[-1].end : match.start()] if found else ""
        again = found and found[-1].name == match.lastgroup and not between.strip(" (:–-")
        if found and (again or _SAME.fullmatch(sentence, found[-1].end, match.end())):
            found[-1] = replace(found[-1], end=match.end())
        else:
            found.append(Schooling(str(match.lastgroup), match.start(), match.end()))
    diploma = _DIPLOMA.search(sentence)
    if diploma and not found:
        name = "certificate" if _OF_COLLEGE.search(sentence) else "high_school"
        found.append(Schooling(name, diploma.start(), diploma.end()))
    return found


def _is_in(said: re.Pattern[str], sentence: str, one: Schooling) -> bool:
    return any(match.start() <= one.start < match.end() for match in said.finditer(sentence))


def _linked(sentence: str, found: Sequence[Schooling]) -> list[Schooling]:
    linked = list(found)
    for place in range(1, len(found)):
        between = sentence[found[place - 1].end : found[place].start]
        link = Link.APART
        again = found[place - 1].name == found[place].name and not re.search("[.;]", between)
        if again or _OR.search(_EQUAL.sub("equivalent", between)):
            link = Link.OR
        elif _AND.search(between):
            link = Link.AND
        elif _goes_on_to_or(sentence, found, place, between):
            link = Link.OR
        linked[place] = replace(found[place], link=link)
    return linked


def _goes_on_to_or(sentence: str, found: Sequence[Schooling], place: int, between: str) -> bool:
    """Whether a bare comma is that of a list such as `GED, associate's, or bachelor's degree`."""
    if _APART.search(between) or place + 1 >= len(found):
        return False
    return bool(_OR.search(sentence[found[place].end : found[place + 1].start]))


def _groups(found: Sequence[Schooling], signs: Sequence[Sign]) -> list[list[Schooling]]:
    """Levels that are asked for equally: tied to each other, with no sign between them."""
    groups: list[list[Schooling]] = []
    for one in found:
        if groups and one.link is not Link.APART and not any(groups[-1][-1].end <= sign.start < one.start for sign in signs):
            groups[-1].append(one)
        else:
            groups.append([one])
    return groups


def _meant(sentence: str, groups: Sequence[Sequence[Schooling]], sign: Sign) -> Sequence[int]:
    """Which groups a sign speaks of: the nearest before it unless something else comes between, or all after it."""
    before = [place for place, group in enumerate(groups) if group[-1].end <= sign.start]
    after = [place for place, group in enumerate(groups) if group[0].start >= sign.end]
    if len(before) + len(after) < len(groups):
        return [place for place in range(len(groups)) if place not in before and place not in after]
    if before and not sign.ahead and not (after and _leads(sentence, groups[before[-1]], sign, groups[after[0]])):
        between = sentence[groups[before[-1]][-1].end : sign.start]
        return [] if _OTHER_SUBJECT.search(between) or _OTHER_FIELD.search(between) else before[-1:]
    if not after:
        return []
    between = sentence[sign.end : groups[after[0]][0].start]
    closed = ")" in between.partition("(")[0]
    ends_before = not sign.ahead and sign.start > LEAD and re.search(r"[,;.]", between)
    return [] if closed or ends_before else after


def _leads(sentence: str, before: Sequence[Schooling], sign: Sign, after: Sequence[Schooling]) -> bool:
    """Whether a sign between two levels is said of the second: `Minimum GED, preferred bachelor's`."""
    apart = sentence[before[-1].end : sign.start].rstrip().endswith((",", ";", "(", "/", "-", "–"))
    return apart and not sentence[sign.end : after[0].start].strip(" :")


def _distance(group: Sequence[Schooling], sign: Sign) -> int:
    return max(sign.start - group[-1].end, group[0].start - sign.end, 0)


def required(found: Sequence[Schooling]) -> Iterator[Schooling]:
    """Those that are required, without the lower one of two that are asked for together."""
    asked = [one for one in found if one.level is Level.REQUIRED]
    for place, one in enumerate(asked):
        beside = [other for other in asked[place + 1 : place + 2] if other.link is Link.AND]
        beside += asked[max(place - 1, 0) : place] if one.link is Link.AND else []
        if all(_ORDER[other.name] <= _ORDER[one.name] for other in beside):
            yield one
