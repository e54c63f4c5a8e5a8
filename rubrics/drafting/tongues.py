"""Languages asked for, and the channels in which customers are served."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rubrics.drafting.model import Channel, Genre, Language, Level, Span
from rubrics.drafting.passages import Role
from rubrics.drafting.patterns import names, pattern, words_of
from rubrics.drafting.signs import Signs

_NAME = re.compile(rf"\b(?:{'|'.join(sorted(words_of('languages', 'names')))})\b")
_SPOKEN = pattern("languages", "spoken")
_NO_LANGUAGE = pattern("languages", "other_use")
_ANNOUNCED = re.compile(r"\blanguages?\b|\bfluen|\bspeak|\bspoken|lingual", re.IGNORECASE)
_SERVICE = pattern("serving", "service")
_NO_SERVICE = pattern("serving", "no_service")
_BY = pattern("serving", "by")
_CUSTOMERS = pattern("serving", "customers")


def languages(text: str, read: Sequence[Signs], genre: Genre) -> tuple[Language, ...]:
    """The languages asked for, in the order of the text."""
    found: dict[str, Language] = {}
    headed = lead = ""
    for signs in read:
        sentence = text[signs.passage.start : signs.passage.end]
        headed = sentence if signs.passage.heading else headed
        lead = lead if signs.passage.continues else sentence
        if signs.aside(genre) or not (_SPOKEN.search(sentence) or _ANNOUNCED.search(f"{headed} {lead}")):
            continue
        for match in _NAME.finditer(sentence):
            near = sentence[max(0, match.start() - 60) : match.end() + 45]
            if not (_SPOKEN.search(near) or _ANNOUNCED.search(f"{headed} {lead}")) or _NO_LANGUAGE.search(
                sentence[match.start() - 20 if match.start() > 20 else 0 : match.end() + 20]
            ):
                continue
            level = _level(signs, match)
            if match[0] not in found or level is Level.REQUIRED:
                found[match[0]] = Language(match[0], level, Span(signs.passage.start, signs.passage.end))
    return tuple(found.values())


def _level(signs: Signs, match: re.Match[str]) -> Level:
    start = signs.passage.start + match.start()
    first = next((place for place, word in enumerate(signs.passage.words) if word.start >= start), 0)
    return signs.level(first, first + 1)


def channels(text: str, read: Sequence[Signs], genre: Genre) -> tuple[Channel, ...]:
    """The channels that the work uses, in their usual order."""
    found: dict[str, Channel] = {}
    for signs in read:
        sentence = text[signs.passage.start : signs.passage.end]
        if not genre.is_advertisement or not _serves(signs, sentence, genre):
            continue
        for name in names("channels"):
            if name not in found and pattern("channels", name).search(sentence):
                found[name] = Channel(name, Span(signs.passage.start, signs.passage.end))
    return tuple(found[name] for name in names("channels") if name in found)


def _serves(signs: Signs, sentence: str, genre: Genre) -> bool:
    """Whether a sentence speaks of serving customers, not of skills or of how to apply."""
    if (signs.aside(genre) and signs.passage.role is not Role.BODY) or _NO_SERVICE.search(sentence):
        return False
    if genre is Genre.OTHER_WORK and not _CUSTOMERS.search(sentence):
        return False
    return bool(_SERVICE.search(sentence)) and (signs.passage.role not in (Role.WANTS, Role.WISHES) or bool(_BY.search(sentence)))
