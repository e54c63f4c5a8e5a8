"""From the text to the draft."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rubrics.drafting.asking import asked, left_over, others
from rubrics.drafting.education import education
from rubrics.drafting.experience import experience
from rubrics.drafting.genre import SHORT, genre_of, is_english, serves
from rubrics.drafting.model import NOT_STATED, Asked, Confidence, Draft, Education, Experience, Genre, Level, Requirement, Span
from rubrics.drafting.passages import passages
from rubrics.drafting.signs import Signs, signs_of
from rubrics.drafting.sources import plain, readable
from rubrics.drafting.tongues import channels, languages
from rubrics.qualifications import NO_CERTIFICATE

FROM_FACTS = ("experience", "education")
"""The criteria that are read as values."""

ONE_LINE = str.maketrans("\n\r`´ʼ", "  '''")
"""A sentence may go over several lines, and has more than one apostrophe; its places stay the same."""

NOTHING_ASKED = "This text does not seem to ask anything of people: no criterion was drafted."
NOTHING_FOUND = (
    "None of the library's criteria was found in this text. What it asks for may be worded unusually; pick criteria from the library."
)
NOT_ENGLISH = "This text does not seem to be in English, the only language that is read. Pick criteria from the library instead."


def draft(given: str | bytes) -> Draft:
    """Read a text: plain, HTML, or a schema.org JobPosting as JSON-LD. Raises `UnreadableText` where there is none, or too much."""
    source = readable(given)
    return replace(_read(plain(source.text), source.title, is_posting=source.is_posting), text=source.text)


def _read(text: str, title: str, *, is_posting: bool) -> Draft:
    found = passages(text)
    if not is_english(found):
        return Draft(text, Genre.OTHER, title, remark=NOT_ENGLISH)
    read = signs_of(found)
    genre = genre_of(text, read, is_posting=is_posting)
    if genre is Genre.OTHER and len(text) <= SHORT and _schooling_is_asked(text, read):
        # Part of an advertisement, without what else tells one: hardly anybody but an employer asks for a degree.
        genre = Genre.ADVERTISEMENT if serves(text) else Genre.OTHER_WORK
    if genre is Genre.OTHER:
        return Draft(text, genre, title, passed_over=_passed_over(read, Genre.ARTICLE), remark=NOTHING_ASKED)
    return _drafted(text, title, read, genre)


def _schooling_is_asked(text: str, read: Sequence[Signs]) -> bool:
    asked = education(text.translate(ONE_LINE), read, Genre.ADVERTISEMENT)
    return {asked.minimum, asked.preferred} != {NOT_STATED}


def _drafted(text: str, title: str, read: Sequence[Signs], genre: Genre) -> Draft:
    line = text.translate(ONE_LINE)
    worked, schooled = experience(line, read, genre), education(line, read, genre)
    criteria = (*asked(text, read, genre), *_from_facts(worked, schooled))
    spoken = languages(line, read, genre)
    named = others(text, read, genre)
    taken = [span for one in named for span in one.evidence] + [language.evidence for language in spoken]
    taken += [span for found in criteria if found.key in FROM_FACTS for span in found.evidence]
    return Draft(
        text,
        genre,
        title or _title(text, read),
        criteria,
        worked,
        schooled,
        spoken,
        channels(line, read, genre),
        (*named, *left_over(text, read, genre, taken)),
        _passed_over(read, genre),
        "" if criteria else NOTHING_FOUND,
    )


def _from_facts(worked: Experience, schooled: Education) -> list[Asked]:
    """Experience and education as criteria, where they are asked for."""
    found = []
    if worked.requirement in (Requirement.REQUIRED, Requirement.PREFERRED):
        level = Level(worked.requirement.value)
        places = worked.asked.evidence + (worked.wished.evidence if worked.wished else ())
        found.append(Asked("experience", level, Confidence.CLEAR, places[:3]))
    minimum = schooled.minimum not in (NOT_STATED, NO_CERTIFICATE)
    if minimum or schooled.preferred not in (NOT_STATED, NO_CERTIFICATE):
        places = schooled.minimum_evidence + schooled.preferred_evidence if minimum else schooled.preferred_evidence
        found.append(Asked("education", Level.REQUIRED if minimum else Level.PREFERRED, Confidence.CLEAR, tuple(dict.fromkeys(places))[:3]))
    return found


def _title(text: str, read: Sequence[Signs]) -> str:
    first = read[0].passage
    line = text[first.start : first.end].strip()
    return line if len(line) <= 80 and len(first.words) <= 12 and line[-1:] not in ".!?;," else ""


def _passed_over(read: Sequence[Signs], genre: Genre) -> tuple[tuple[Span, str], ...]:
    return tuple((Span(one.passage.start, one.passage.end), why) for one in read if (why := one.aside(genre)))
