"""What the page about a read text shows: its lines with their quotes, and the text in pieces that know which lines they are evidence of."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from rubrics import review as careful
from rubrics.drafting import Draft
from rubrics.drafting.model import Asked, Confidence, Level, Requirement, Span, Unlisted, Years
from rubrics.model import Remark, Rubric
from rubrics.qualifications import NO_CERTIFICATE
from rubrics.qualifications import span as span_of
from screening.forms.drafting import LEVELS, ReviewForm, named
from screening.services import drafting
from screening.services.asked_facts import EDUCATION, EXPERIENCE
from screening.spreadsheets import column_letter

SHORT = 60
_ITEM = re.compile(r"[•●▪■◦‣∙·✓✔➢➤►*–—-]\s*\S")
CONFIDENCE = {Confidence.CLEAR: "Asked for plainly", Confidence.LIKELY: "Said in passing: look twice"}
CHANNELS = {
    "phone": "telephone",
    "email": "e-mail",
    "chat": "chat",
    "ticket": "tickets",
    "in_person": "in person",
    "social_media": "social media",
    "video": "video",
    "mail": "letters",
}


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of the text, and the number of their place in it."""

    words: str
    place: int


@dataclass(frozen=True, slots=True)
class Line:
    """Something that was read. `mark` is its number or letter in the list and in the text."""

    mark: str
    key: str
    name: str
    level: Level
    confidence: str
    evidence: tuple[Span, ...]
    quotes: tuple[Quote, ...]

    @property
    def doubtful(self) -> bool:
        return self.confidence == CONFIDENCE[Confidence.LIKELY]


@dataclass(frozen=True, slots=True)
class Piece:
    """Words of the text that are evidence of the same lines throughout.

    `begins`: places that begin here; `ends`: lines whose evidence ends here; `look`: required, preferred, unlisted or nothing;
    `passed`: whether the words were passed over as no demand, and at their end `why`.
    """

    words: str
    lines: tuple[Line, ...] = ()
    begins: tuple[int, ...] = ()
    ends: tuple[Line, ...] = ()
    look: str = ""
    passed: bool = False
    why: str = ""

    @property
    def marks(self) -> str:
        return " ".join(line.mark for line in self.lines)


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the text. `look`, for the eye alone: `heading`, `item` or nothing; `apart`: an empty line comes before it."""

    pieces: tuple[Piece, ...]
    look: str
    apart: bool


def review(draft: Draft, form: ReviewForm) -> dict[str, Any]:
    """What `drafting/review.html` is shown with."""
    asked = drafting.in_reading_order(draft)
    spans = sorted({span for evidence in [one.evidence for one in asked] + [one.evidence for one in draft.unlisted] for span in evidence})
    places = {span: number for number, span in enumerate(spans, start=1)}
    lines = [_line(draft, one, str(number), places) for number, one in enumerate(asked, start=1)]
    unlisted = [_line(draft, one, column_letter(number), places) for number, one in enumerate(draft.unlisted)]
    return {
        "draft": draft,
        "rated": [line for line in lines if line.key not in (EXPERIENCE, EDUCATION)],
        "facts": [line for line in lines if line.key in (EXPERIENCE, EDUCATION)],
        "unlisted": unlisted,
        "rows": rows(draft, [*lines, *unlisted], places),
        "also": list(_also(draft)),
        "length": length(draft),
        "warning": _warning(form) if any(line.key == EDUCATION for line in lines) else None,
    }


def _line(draft: Draft, asked: Asked | Unlisted, mark: str, places: Mapping[Span, int]) -> Line:
    quotes = tuple(Quote(" ".join(span.of(draft.text).split()), places[span]) for span in asked.evidence)
    if isinstance(asked, Unlisted):
        return Line(mark, "", asked.name, asked.level, "", asked.evidence, quotes)
    return Line(mark, asked.key, named(asked.key), asked.level, CONFIDENCE[asked.confidence], asked.evidence, quotes)


def rows(draft: Draft, lines: Sequence[Line], places: Mapping[Span, int]) -> list[Row]:
    """The text line by line without empty ones, each cut where some evidence or something passed over begins or ends."""
    cuts = sorted({cut for span in (*places, *(span for span, _ in draft.passed_over)) for cut in (span.start, span.end)})
    split = list(_split(draft.text, cuts))
    pieces = _Pieces(draft.text, [span for row in split for span in row])
    for span, place in places.items():
        pieces.begin(span, place)
    for line in lines:
        for span in line.evidence:
            pieces.support(span, line)
    for span, why in _reasons(draft):
        pieces.pass_over(span, why)
    made = pieces.made()
    cut = [tuple(next(made) for _ in row) for row in split]
    words = [text.strip() for text in draft.text.split("\n")]
    return [Row(cut[n], _row_look(words, n), n > 0 and not words[n - 1]) for n in range(len(words)) if words[n]]


def _reasons(draft: Draft) -> Iterator[tuple[Span, str]]:
    """What was passed over, with the reason said once for passages that follow one another."""
    for place, (span, why) in enumerate(draft.passed_over):
        following, reason = draft.passed_over[place + 1] if place + 1 < len(draft.passed_over) else (None, "")
        goes_on = following is not None and reason == why and not re.search(r"\w", draft.text[span.end : following.start])
        yield span, "" if goes_on else why


def _split(text: str, cuts: Sequence[int]) -> Iterator[list[Span]]:
    start = 0
    for words in text.split("\n"):
        end = start + len(words)
        ends = [start, *cuts[bisect_right(cuts, start) : bisect_left(cuts, end)], end]
        yield [Span(a, b) for a, b in pairwise(ends) if a < b]
        start = end + 1


def _row_look(words: Sequence[str], place: int) -> str:
    """A short line before a list or a paragraph looks like a heading; so does the first line of all."""
    if _ITEM.match(words[place]):
        return "item"
    after = next(filter(None, words[place + 1 :]), "")
    short = len(words[place]) <= SHORT and words[place][-1] not in ".,;!?"
    return "heading" if short and (place == 0 or len(after) > SHORT or _ITEM.match(after)) else ""


class _Pieces:
    """Pieces of the text in the making: what each is evidence of, and what begins and ends at it."""

    def __init__(self, text: str, spans: Sequence[Span]) -> None:
        self.text, self.spans = text, spans
        self.starts, self.ends = [span.start for span in spans], [span.end for span in spans]
        self.lines: list[list[Line]] = [[] for _ in spans]
        self.begins: list[list[int]] = [[] for _ in spans]
        self.closed: list[list[Line]] = [[] for _ in spans]
        self.passed: list[bool] = [False] * len(spans)
        self.why = [""] * len(spans)

    def within(self, span: Span) -> range:
        """The pieces of which a span consists."""
        return range(bisect_left(self.starts, span.start), bisect_right(self.ends, span.end))

    def begin(self, span: Span, place: int) -> None:
        for piece in self.within(span)[:1]:
            self.begins[piece].append(place)

    def support(self, span: Span, line: Line) -> None:
        within = self.within(span)
        for piece in within:
            self.lines[piece].append(line)
        for piece in within[-1:]:
            self.closed[piece].append(line)

    def pass_over(self, span: Span, why: str) -> None:
        within = self.within(span)
        for piece in within:
            self.passed[piece] = True
        for piece in within[-1:]:
            self.why[piece] = why

    def made(self) -> Iterator[Piece]:
        for place, span in enumerate(self.spans):
            lines = tuple(self.lines[place])
            begins, ends = tuple(self.begins[place]), tuple(self.closed[place])
            yield Piece(span.of(self.text), lines, begins, ends, _look(lines), self.passed[place], self.why[place])


def _look(lines: Sequence[Line]) -> str:
    if not lines:
        return ""
    listed = [line for line in lines if line.key]
    return "required" if any(line.level is Level.REQUIRED for line in listed) else "preferred" if listed else "unlisted"


def _warning(form: ReviewForm) -> Remark | None:
    """What a careful reader says of education as the form has it."""
    if any(form[name].errors for name in ("level_education", "education_minimum", "education_preferred")):
        return None
    item = drafting.weighted(form.education())
    return next((remark for remark in careful.warnings(Rubric("As read", (item,))) if remark.part == "rule"), None)


def _also(draft: Draft) -> Iterator[tuple[str, str, list[str]]]:
    """What was read besides: a heading, what it is, and the words that say so."""

    def quoted(spans: Iterable[Span]) -> list[str]:
        return [" ".join(span.of(draft.text).split()) for span in spans]

    if draft.experience.requirement is Requirement.NOT_REQUIRED:
        yield "Experience", "None is needed.", quoted(draft.experience.asked.evidence)
    if draft.education.minimum == NO_CERTIFICATE:
        yield "Education", "None is needed.", quoted(draft.education.minimum_evidence)
    if draft.languages:
        spoken = ", ".join(f"{one.name} ({LEVELS[one.level].lower()})" for one in draft.languages)
        yield "Languages", spoken, quoted(dict.fromkeys(one.evidence for one in draft.languages))
    if draft.channels:
        ways = ", ".join(CHANNELS.get(one.name, one.name) for one in draft.channels)
        yield "Channels", ways, quoted(dict.fromkeys(one.evidence for one in draft.channels))


def length(draft: Draft) -> str:
    """The experience asked for as the text says it: `1 to 2 years in retail`."""
    read = draft.experience
    said = [_years(read.asked)] + ([f"better still {_years(read.wished)}"] if read.wished else [])
    return "; ".join(filter(None, said))


def _years(years: Years) -> str:
    least, most = (None if number is None else span_of(round(number * 12)) for number in (years.minimum, years.maximum))
    return f"{least} to {most}" if least and most else least or (f"up to {most}" if most else "any length")
