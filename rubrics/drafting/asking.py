"""Which criteria a text asks for, and where."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rubrics.drafting.model import Asked, Confidence, Genre, Level, Span, Unlisted
from rubrics.drafting.passages import Passage, Role
from rubrics.drafting.patterns import words_of
from rubrics.drafting.phrases import Found
from rubrics.drafting.reading import unlisted
from rubrics.drafting.signs import Signs
from rubrics.drafting.words import stem

MOST_EVIDENCE = 3
ANYWHERE = frozenset({"teamwork", "attention_to_detail", "time_management", "professionalism", "positive_attitude"})
"""Criteria that the duties of any work may name."""

WITH_CUSTOMERS = frozenset(
    {
        "customer_focus",
        "product_knowledge",
        "sales_persuasion",
        "escalation",
        "interpersonal_skills",
        "cultural_competence",
        "conflict_resolution",
    }
)
"""Criteria that hardly occur where no customers are served."""

WITH_THINGS = frozenset({"technical_proficiency"})
"""Criteria about things that an article may mention without asking anything."""

LONG = 160
"""A passage longer than this is quoted in part."""

NAME = 80
"""What is asked for without a criterion goes by a name of this many characters at most."""

_QUALITY = frozenset(stem(word) for word in words_of("words", "qualities"))
_NOTHING = re.compile(r"\b(?:no|not)\b.{0,40}\b(?:required|necessary|needed)\b", re.IGNORECASE)
_NEED_NOT = re.compile(r"(?:n't|not|never) (?:need|have|has)(?: to)?(?: \w+){0,2}$|\bneed not(?: \w+){0,2}$")
_STRENGTH = {Role.WANTS: 3, Role.WISHES: 2}


@dataclass(frozen=True, slots=True)
class Mention:
    """A criterion named in a passage: the words that name it, how strongly it is asked for, and how plainly."""

    key: str
    signs: Signs
    first: int
    last: int

    @property
    def level(self) -> Level:
        return self.signs.level(self.first, self.last)

    @property
    def strength(self) -> int:
        return _STRENGTH.get(self.signs.passage.role, 0) + self.signs.has("seeks") + self.signs.passage.item

    def span(self, text: str) -> Span:
        return clause(text, self.signs.passage, self.first, self.last)


def asked(text: str, read: Sequence[Signs], genre: Genre) -> tuple[Asked, ...]:
    """The criteria of the library that are rated, in the order of the text."""
    found: dict[str, list[Mention]] = defaultdict(list)
    for signs in read:
        for mention in mentions(signs, genre):
            found[mention.key].append(mention)
    return tuple(_asked(text, key, several) for key, several in found.items())


def mentions(signs: Signs, genre: Genre) -> Iterator[Mention]:
    """The criteria that a passage asks for; none where it asks nothing."""
    if signs.aside(genre) or not signs.asks(genre):
        return
    for hit in signs.hits:
        kind, key = hit.meaning.split(":")
        if (
            _counts(kind, key, signs, genre)
            and (genre is not Genre.OTHER_WORK or _is_plain(kind, key, signs, hit))
            and not any(_covers(other, hit, key) for other in signs.hits)
            and not _denied(signs, hit)
        ):
            yield Mention(key, signs, hit.first, hit.last)


def _counts(kind: str, key: str, signs: Signs, genre: Genre) -> bool:
    """Whether a phrase of this kind says something here."""
    match kind:
        case "named":
            return genre is not Genre.ARTICLE or signs.says_so() or key not in WITH_THINGS
        case "trait":
            return signs.describes_a_person()
        case "duty":
            return genre is not Genre.ARTICLE
        case "heading":
            return genre is Genre.ARTICLE and signs.passage.heading
    return False


def _is_plain(kind: str, key: str, signs: Signs, hit: Found) -> bool:
    """In an advertisement of other work: among the requirements, called a quality, or of the duties what any work may name."""
    passage, with_customers = signs.passage, key in WITH_CUSTOMERS
    if passage.role in _STRENGTH or _QUALITY & {word.stem for word in passage.words[hit.first : hit.last + 1]}:
        return True
    if signs.has("shows", "needed", "wish") and not with_customers:
        return True
    if passage.role is Role.DUTIES and kind == "duty":
        return True
    if key in ANYWHERE and (passage.role is Role.DUTIES or passage.continues or signs.has("addressed", "post")):
        return True
    return signs.has("seeks") and (not with_customers or signs.has("must", "addressed"))


def _covers(other: Found, hit: Found, key: str) -> bool:
    """Whether a look-alike holds the words that name a criterion, or only the first or the last of them and more beside."""
    if other.meaning != f"not:{key}":
        return False
    return (
        (other.first <= hit.first and hit.last <= other.last)
        or other.first < hit.first < other.last
        or hit.first < other.first < hit.last < other.last
    )


def _denied(signs: Signs, hit: Found) -> bool:
    """`no typing skills needed`, `typing skills are not required`, `you need not be chatty`."""
    forms = [word.form for word in signs.passage.words]
    before, after = forms[max(0, hit.first - 3) : hit.first], " ".join(forms[hit.last : hit.last + 6])
    if re.match(
        r"(?:\w+ ){0,2}(?:is|are)? ?(?:not|n't|never) (?:strictly |absolutely )?(?:required|necessary|needed|essential|a must)", after
    ):
        return True
    if _NEED_NOT.search(" ".join(forms[max(0, hit.first - 6) : hit.first])):
        return True
    return "no" in before and bool(re.match(r"(?:\w+ ){0,3}(?:required|necessary|needed)", after))


def _asked(text: str, key: str, several: Sequence[Mention]) -> Asked:
    best = sorted(several, key=lambda mention: (-mention.strength, mention.signs.passage.start))
    level = Level.PREFERRED if all(mention.level is Level.PREFERRED for mention in several) else Level.REQUIRED
    confidence = (
        Confidence.CLEAR if best[0].strength >= 1 or len({mention.signs.passage.start for mention in several}) > 1 else Confidence.LIKELY
    )
    return Asked(key, level, confidence, few(mention.span(text) for mention in best))


def left_over(text: str, read: Sequence[Signs], genre: Genre, taken: Sequence[Span]) -> tuple[Unlisted, ...]:
    """Items of a list of what is needed that nothing else has read, under their own words."""
    found = []
    for signs in read:
        passage, span = signs.passage, Span(signs.passage.start, signs.passage.end)
        asks = passage.item and not passage.heading and passage.role in _STRENGTH and not signs.aside(genre)
        free = not any(mentions(signs, genre)) and not any(span.meets(other) for other in taken)
        if asks and free and len(passage.words) > 1 and not _NOTHING.search(span.of(text)):
            found.append(Unlisted(_name(span.of(text)), signs.level(0, len(passage.words)), (span,)))
    return tuple(found)


def _name(words: str) -> str:
    plain = " ".join(words.split()).rstrip(".;,:")
    return plain if len(plain) <= NAME else plain[: plain.rfind(" ", 0, NAME)] + "…"


def few(spans: Iterable[Span]) -> tuple[Span, ...]:
    """The first few that do not overlap."""
    kept: list[Span] = []
    for span in spans:
        if len(kept) < MOST_EVIDENCE and not any(span.meets(other) for other in kept):
            kept.append(span)
    return tuple(kept)


def clause(text: str, passage: Passage, first: int, last: int) -> Span:
    """The words of a passage that carry a demand: the passage, or of a long one the part between commas that names it."""
    if passage.end - passage.start <= LONG:
        return Span(passage.start, passage.end)
    start, end = passage.words[first].start, passage.words[last - 1].end
    begin = max((match.end() for match in re.finditer(r"[,;:(–—]\s*|\s-\s", text[passage.start : start])), default=0)
    stop = re.search(r"[,;:)–—]|\s-\s|$", text[end : passage.end])
    begin, stop_at = passage.start + begin, end + (stop.start() if stop else 0)
    if stop_at - begin > LONG:
        begin, stop_at = _within(text, max(begin, start - LONG // 3), start), _within_end(text, end, min(stop_at, end + LONG // 3))
    return Span(begin, stop_at)


def _within(text: str, begin: int, start: int) -> int:
    space = text.find(" ", begin, start)
    return space + 1 if space >= 0 and begin and text[begin - 1] != " " else begin


def _within_end(text: str, end: int, stop: int) -> int:
    if stop >= len(text) or not text[stop].isalnum():
        return stop
    space = text.rfind(" ", end, stop)
    return space if space > 0 else end


def others(text: str, read: Sequence[Signs], genre: Genre) -> tuple[Unlisted, ...]:
    """What is asked for that no criterion covers: what texts often ask, by name, and list items that say nothing else."""
    found: dict[str, list[Mention]] = defaultdict(list)
    for signs in read:
        if signs.aside(genre) or genre is Genre.ARTICLE or not signs.describes_a_person():
            continue
        for hit in unlisted().search(signs.passage.words):
            found[hit.meaning].append(Mention(hit.meaning, signs, hit.first, hit.last))
    return tuple(
        Unlisted(
            name,
            Level.PREFERRED if all(m.level is Level.PREFERRED for m in several) else Level.REQUIRED,
            few(m.span(text) for m in several),
        )
        for name, several in found.items()
    )
