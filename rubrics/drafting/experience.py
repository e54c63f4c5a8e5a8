"""Work experience asked for: whether, how long, in what."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rubrics.drafting.asking import clause, few
from rubrics.drafting.lengths import LENGTH, years
from rubrics.drafting.model import Experience, Genre, Level, Requirement, Span, Years
from rubrics.drafting.passages import Role
from rubrics.drafting.patterns import pattern
from rubrics.drafting.signs import Signs

_WORKED = re.compile(
    r"\b(?:experienced?|exp|background|worked|working|work|track record|employment|history|practice|role)\b", re.IGNORECASE
)
_SERVED_AS = re.compile(
    r"^\W*(?:(?:or (?:more|above|longer)|minimum|min|plus)\W+)?"
    r"(?:(?:of|in|as|at|with|working|doing|providing)\b|(?:\w+[ -]){0,4}(?:experience|exp)\b)",
    re.IGNORECASE,
)
_COUNTED = re.compile(r"\d|[a-z]{3}", re.IGNORECASE)
_AT_LEAST = re.compile(r"\b(?:at least|minimum(?: of)?|over|more than|min\.?)\W*$", re.IGNORECASE)
_STATED = re.compile(r"\W*\(?(?:required|preferred|desired)\b", re.IGNORECASE)
_WORD = re.compile(r"\b(?:experiences?|exp\b\.?|experienced)(?!\w)", re.IGNORECASE)
_RELATED = re.compile(r"\b(?:depend\w*|commensurate|based) (?:up)?on (?:\w+ ){0,4}experience|salary|hourly rate|pay rate", re.IGNORECASE)
_TOOL = re.compile(
    r"^\W*(?:and \w+ )?(?:in |with |using |on |of |working with |working in |building |creating )+(?P<what>.+)", re.IGNORECASE
)
_OFFICE = re.compile(r"\b(?:Microsoft|MS|Open|Libre) ?Office\b")
"""Is no office."""

_NAME_OF_A_TOOL = re.compile(r"[A-Z]\w+(?:, | and | or |/|$)")
_FIELD_OF_WORK = re.compile(r"^\W*in [A-Z][a-z]+(?!\w)")
_BEGINS = re.compile(r"^(?:[\w/&-]+,? ){0,4}$")
_NO_BEGINNING = re.compile(r"\b(?:we|our|you|your|the|this|that|it|is|are|will|an?|with|from|no)\b", re.IGNORECASE)
_SEEKING = pattern("experience", "seeking", before=r"\b", after=r"\b(?:\W+\w+){0,4}\W*$")
_OWN_PEOPLE = pattern("experience", "own_people", before=r"\b", after=r"\W*$")
_BEING = re.compile(r"\b(?:be|is|are|being)\W+(?:\w+\W+)?$", re.IGNORECASE)
_EXPERIENCED_IN = pattern("experience", "experienced_in", before=r"^\W*", after=r"\b")
_ASKED_PLAINLY = pattern("experience", "asked_after", before=r"\bexperience\b[^.;]{0,30}\b(?:is )?", after=r"\b")
_NONE = pattern("experience", "none")
_THING = pattern("experience", "thing", before=r"\b", after="(?:['’]s?)? experiences?$")
_NOT_WORK = pattern("experience", "not_work")
_AFTER_NOT_WORK = pattern("experience", "not_work_after", before=r"^\W*")
_NO_LENGTH = pattern("experience", "no_length_after", before=r"^\W*")
_NOT_BEFORE = pattern("experience", "no_length_before", after=r"\W*$")
_ASKED_AFTER = pattern("experience", "asked_after", before=r"\W*(?:\w+ ){0,3}(?:is )?", after=r"\b")
_NONE_BELOW = re.compile(r"\W*(?:none|not|n/a)(?: (?:is )?(?:required|necessary|needed|applicable))?\W*", re.IGNORECASE)
"""Below a heading that names experience."""

_LESS = re.compile(r"\W*(?:experience(?: level)?)?\W*(?:less than|under)\W*", re.IGNORECASE)
"""Before a length at the beginning of a line: `Experience: less than 1 year`."""

_LENGTH_OF_WORK = re.compile(
    rf"\W*(?:(?:minimum|min|at least|of|about)\b\W*)*{LENGTH.pattern}\W*(?:\w+\W+){{0,4}}experience\b", re.IGNORECASE
)
"""At the beginning of a line that has capitals like a heading."""

_OTHER_WORK = re.compile(r"\([^()]*\b(?:experience|background)\b[^()]*\)", re.IGNORECASE)
"""In parentheses after a length: other work, of which a wish there speaks."""

_INSTEAD = re.compile(r"equivalent|combination|in lieu", re.IGNORECASE)
_PEOPLE = pattern("experience", "people")
_FIELD_NEXT = pattern("experience", "people", before=r"^[ ]")
_SOFTWARE = pattern("experience", "software")
_BACKGROUND = pattern("experience", "background")
_FIELD = re.compile(
    r"\bexperience\W+(?:in|as|with|within|at|of|working|providing|dealing|handling)\b[ ]?(?P<field>[^.;()\n]{3,80})", re.IGNORECASE
)


LONGEST = 20
"""More years than this are the company's own history."""


BEGINNING = 20
"""A line that names a length within its first characters is about it."""


@dataclass(frozen=True, slots=True)
class _Mention:
    """One place that speaks of work experience."""

    level: Level
    years: Years


def experience(text: str, read: Sequence[Signs], genre: Genre) -> Experience:
    """What the text says of work experience; months are parts of years."""
    found: list[_Mention] = []
    not_needed: list[Span] = []
    headed = False
    for signs in read:
        headed = bool(_WORD.search(text, signs.passage.start, signs.passage.end)) if signs.passage.heading else headed
        if (signs.passage.heading and not _LENGTH_OF_WORK.match(text, signs.passage.start, signs.passage.end)) or (
            signs.aside(genre) and not _is_plain(text, signs)
        ):
            continue
        sentence = text[signs.passage.start : signs.passage.end]
        if _NONE.search(sentence) or (headed and _NONE_BELOW.fullmatch(sentence)):
            not_needed.append(Span(signs.passage.start, signs.passage.end))
            if not signs.has("wish") or "required" not in sentence.lower():
                continue
            if not re.search(r"\bbut\b|prefer|plus|helpful|asset", sentence, re.IGNORECASE):
                continue
        found += _mentions(text, signs, genre, headed)
    return _together(found, not_needed)


def _is_plain(text: str, signs: Signs) -> bool:
    """`No experience necessary, full training given` stands among what is offered and is meant all the same."""
    passage = signs.passage
    sentence = text[passage.start : passage.end]
    said = _NONE.search(sentence) or (passage.role is not Role.BENEFITS and _ASKED_PLAINLY.search(sentence))
    return passage.role not in (Role.LEGAL, Role.APPLY) and not signs.has("link") and bool(said)


def _together(found: Sequence[_Mention], not_needed: Sequence[Span]) -> Experience:
    required = [mention for mention in found if mention.level is Level.REQUIRED]
    preferred = [mention for mention in found if mention.level is Level.PREFERRED]
    if required and not (not_needed and not any(m.years.minimum for m in required)):
        return Experience(Requirement.REQUIRED, _best(required), _best(preferred) if preferred else None)
    if preferred:
        return Experience(Requirement.PREFERRED, _best(preferred))
    if not_needed:
        return Experience(Requirement.NOT_REQUIRED, Years(evidence=few(not_needed)))
    return Experience()


def _best(several: Sequence[_Mention]) -> Years:
    """The first length that is given, and all places."""
    first = next((mention.years for mention in several if mention.years.minimum is not None), several[0].years)
    places = [span for mention in sorted(several, key=lambda mention: mention.years is not first) for span in mention.years.evidence]
    return Years(first.minimum, first.maximum, first.field or next((m.years.field for m in several if m.years.field), ""), few(places))


def _mentions(text: str, signs: Signs, genre: Genre, headed: bool) -> Iterator[_Mention]:
    passage = signs.passage
    sentence = text[passage.start : passage.end]
    lengths = [match for match in LENGTH.finditer(sentence) if _is_experience(sentence, match, signs, headed)]
    denied = _NONE.search(sentence)
    words = [match for match in _WORD.finditer(sentence, denied.end() if denied else 0) if _is_work(sentence, match, signs, genre)]
    if not words and (signs.describes_a_person() or signs.has("addressed") or _BACKGROUND.match(sentence)):
        words = list(_BACKGROUND.finditer(sentence))
    for match in lengths or words[:1]:
        low, high = years(match) if lengths else (None, None)
        if lengths and _LESS.fullmatch(sentence, 0, match.start()):
            low, high = 0.0, high or low
        yield _Mention(_level(signs, match, words), Years(low, high, _field(sentence), (_span(text, signs, match),)))
        if lengths and re.search(r"\bor\b", sentence):
            break


def _is_experience(sentence: str, match: re.Match[str], signs: Signs, headed: bool) -> bool:
    """Whether a length of time is one of work: by the words around it, or by the heading above it."""
    before, after = sentence[: match.start()], sentence[match.end() :]
    if years(match)[0] > LONGEST:
        return False
    if _NO_LENGTH.match(after) or _NOT_BEFORE.search(before) or not (_COUNTED.search(match["low"]) or _AT_LEAST.search(before)):
        return bool(re.match(r"\W*(?:of )?(?:\w+ ){0,3}experience", after, re.IGNORECASE)) and not _NOT_BEFORE.search(before)
    near = before[-70:] + " | " + after[:90]
    asks = signs.describes_a_person() or signs.passage.item or (signs.is_a_line and match.start() < BEGINNING)
    if asks and (headed or _STATED.match(after) or _FIELD_NEXT.match(after)):
        return True
    return bool((_WORKED.search(near) and _WORD.search(near)) or (asks and _SERVED_AS.match(after)) or (asks and _WORKED.search(near)))


def _is_work(sentence: str, match: re.Match[str], signs: Signs, genre: Genre) -> bool:
    """Whether the word experience means work done before that is asked for."""
    before, after = sentence[: match.end()], sentence[match.end() :]
    if match[0].lower() == "experienced":
        return _is_sought(signs, before[: -len(match[0])], after)
    if _RELATED.search(sentence) or _AFTER_NOT_WORK.match(after):
        return False
    if (_THING.search(before) or _NOT_WORK.search(before)) and (not _ASKED_AFTER.match(after) or _INSTEAD.search(before)):
        return False
    if _is_with_a_tool(before, after):
        return False
    return (
        signs.describes_a_person()
        or signs.passage.item
        or genre is Genre.NOTES
        or (genre.is_advertisement and _is_named(signs, sentence, match))
    )


def _is_sought(signs: Signs, before: str, after: str) -> bool:
    """`We are hiring experienced servers`, `must be experienced in sales`, but not `our experienced trainers`."""
    if _OWN_PEOPLE.search(before):
        return False
    if _SEEKING.search(before):
        return signs.has("seeks", "person", "addressed") or "you" in before.lower()
    asks = signs.describes_a_person() or signs.passage.item or signs.is_a_line
    return asks and bool((_BEGINS.match(before) or _BEING.search(before)) and _EXPERIENCED_IN.match(after))


def _is_named(signs: Signs, sentence: str, match: re.Match[str]) -> bool:
    """`Previous experience in retail.`: a line that is no sentence and begins with what it asks for."""
    before = sentence[: match.start()]
    return signs.is_a_line and bool(_BEGINS.match(before)) and not _NO_BEGINNING.search(before)


def _is_with_a_tool(before: str, after: str) -> bool:
    """`experience with Photoshop` asks for the use of a tool, `experience with customers` for work."""
    if _SOFTWARE.search(before[-25:]) and not _PEOPLE.search(before[-40:]):
        return True
    after = _OFFICE.sub("software", after)
    what = _TOOL.match(after)
    if what is None:
        return False
    used = re.match(r"\W*using\b", after, re.IGNORECASE)
    if _SOFTWARE.search(what["what"][:60]) and (used or not _PEOPLE.search(what["what"][:40])):
        return True
    named = _NAME_OF_A_TOOL.match(what["what"]) and (used or not _FIELD_OF_WORK.match(after)) and not _PEOPLE.search(after[:60])
    return bool(named) or (not _PEOPLE.search(after[:120]) and bool(re.match(r"\W*(?:with|using)\b", after, re.IGNORECASE)))


def _level(signs: Signs, match: re.Match[str], words: Sequence[re.Match[str]]) -> Level:
    """Measured from the word experience where it follows, as `2 years of experience preferred`."""
    passage = signs.passage
    if _is_wished_of_other_work(match, signs):
        return Level.REQUIRED
    anchor = next((word.end() for word in words if word.end() >= match.start()), match.end()) + passage.start
    last = next((place + 1 for place, word in enumerate(passage.words) if word.end >= anchor), len(passage.words))
    first = next((place for place, word in enumerate(passage.words) if word.start >= passage.start + match.start()), last - 1)
    return signs.level(min(first, last - 1), last)


def _is_wished_of_other_work(match: re.Match[str], signs: Signs) -> bool:
    """`2 years at a desk (in a hotel preferred)` wishes for a hotel and asks for the desk."""
    words, start = signs.passage.words, signs.passage.start
    wishes = [words[one.first].start - start for one in signs.strengths() if one.level is Level.PREFERRED]
    asides = [one.span() for one in _OTHER_WORK.finditer(match.string, match.end())]
    return bool(wishes) and all(any(begin < wish < end for begin, end in asides) for wish in wishes)


def _span(text: str, signs: Signs, match: re.Match[str]) -> Span:
    passage = signs.passage
    start, end = passage.start + match.start(), passage.start + match.end()
    first = max((place for place, word in enumerate(passage.words) if word.start <= start), default=0)
    last = next((place + 1 for place, word in enumerate(passage.words) if word.end >= end), len(passage.words))
    return clause(text, passage, first, last)


def _field(sentence: str) -> str:
    after = _FIELD.search(sentence)
    before = re.search(r"(?P<field>(?:[A-Za-z/&-]+ ){1,4})experience\b", sentence)
    found = after["field"] if after else before["field"] if before else ""
    found = re.split(r",? (?:is |are )?(?:a plus|preferred|required|desired|strongly|highly)\b", found.strip(" ,-"))[0]
    plain = re.sub(
        r"^(?:(?:of|and|with|years?|prior|previous|proven|relevant|work|minimum|related|the|some|strong|solid|must|have|at|least|a|an)\b\W*)+",
        "",
        found,
        flags=re.IGNORECASE,
    )
    return plain.strip(" ,-–/&")[:80]
