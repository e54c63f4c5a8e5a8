"""A text in passages: its sentences, list items and headings, each with the part of the text it belongs to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from rubrics.drafting.patterns import words_of
from rubrics.drafting.reading import headings
from rubrics.drafting.words import Word, words

MAX_HEADING = 10
"""A heading has this many words at most."""

MAX_LEAD = 16
"""One that ends in a colon may be a sentence that leads to its list."""

MAX_LABEL = 140
"""Before its colon a heading has this many characters at most."""

MAX_TITLE = 60
"""A line longer than this many characters is running text."""

MAX_UNMARKED = 4
"""One that nothing marks as a heading (no capitals, no colon) has this many at most."""

MAX_OVER_LIST = 8
"""And a plain line with a list right below it."""


MAX_SENTENCE = 1500
"""Nobody writes a longer sentence."""


class Role(StrEnum):
    """What a part of a text is about."""

    WANTS = "wants"
    WISHES = "wishes"
    DUTIES = "duties"
    BODY = "body"
    COMPANY = "company"
    BENEFITS = "benefits"
    APPLY = "apply"
    LEGAL = "legal"


ASIDE = frozenset({Role.COMPANY, Role.BENEFITS, Role.APPLY, Role.LEGAL})
"""Parts that ask nothing of anybody."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A sentence, a list item or a heading: its place in the text, its part of the text, and its words; `continues` after a semicolon."""

    start: int
    end: int
    role: Role
    words: tuple[Word, ...]
    heading: bool = False
    item: bool = False
    continues: bool = False


_LINE_BELOW = re.compile(r"[ \t]*\r?\n(?:[ \t]*\r?\n)?")
_BULLET = re.compile(r"[ \t>]*(?:[•●▪■◦‣∙·✓✔➢➤►*○–—-]+[ \t]+|[•●▪■◦‣∙·✓✔➢➤►○]|\(?\d{1,2}[.)][ \t]+|[a-z][.)][ \t]+|-(?=[A-Z]))")
_MARKED = re.compile(r"[ \t]*(?:#{1,6}[ \t]*\S|\*\*[^*]+\*\*:?[ \t]*$|__[^_]+__:?[ \t]*$)")
_INLINE_BULLET = re.compile(
    r"(?<=[\w.:;)])\*[ \t]*(?=[A-Z0-9][A-Za-z])|(?<=[\w.:;)])\*[ \t]+(?=[A-Z0-9])|[•●▪■◦‣∙➢➤►✓✔○]|(?<=[.;:!)\w])[ \t]+[*·–-][ \t]+(?=[A-Z])"
)
_INLINE_HEADING = re.compile(
    r"(?<![^\s.!?:])(?:(?:Job|Key|Minimum|Basic|Essential|Preferred|Required|Position|Main)[ \t]+)?"
    r"(?:Requirements|Qualifications|Responsibilities|Duties|Benefits|REQUIREMENTS|QUALIFICATIONS|RESPONSIBILITIES|DUTIES|BENEFITS)"
    r"[ \t]*:?(?=[ \t]+[A-Z•])"
)
_SENTENCE = re.compile(
    r"(?<=[.!?])[\"”')\]]*[ \t]+(?=[A-Z0-9\"“(*•-])|(?<!&amp)(?<!&nbsp)(?<!&quot)(?<!&#39)(?<!&#039)(?<!&rsquo);[ \t]*|"
    r"(?<=[a-z)][.!?])(?=[A-Z][a-z])|(?<=[A-Z]{2}\.)(?=[A-Z][a-z]{2})|(?<=[a-z]{2}\.)(?=[A-Z]{2,3} (?:in|or|degree)\b)|"
    r"(?<=[a-z]{3}\.)(?=\d)|"
    r"(?<=[a-z])(?=(?:Bachelor|Degree|Diploma|High [Ss]chool)\b)|"
    r"(?<=[a-z]{3})(?=[A-Z][a-z]{2}|(?:Be|An|In|On|To|Do|As|At|No|A) |[A-Z]{2,5}(?:[ /,.]|$)|[A-Z]\.[A-Z])|"
    r"(?<=[a-z]{3})(?=\d{1,2}(?:\.\d)?(?:th\b|\+|[ -]?(?:years?|yrs?|months?)\b| ?(?:[-–]|to|or|plus) ?(?:\d|more|plus)))|"
    r"(?<=[a-z]\))(?=[A-Z][a-z])|[ \t]{3,}"
)
_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|inc|ltd|co|corp|sr|jr|mr|mrs|ms|dr|st|vs|no|min|max|approx|yrs?|[A-Za-z])\.)$", re.IGNORECASE
)
_ONE_NAME = words_of("words", "one_name")


def passages(text: str) -> list[Passage]:
    """The passages of a text in order. Linear in the length of the text."""
    found: list[Passage] = []
    role = Role.BODY
    for start, end, item, marked in _pieces(text):
        for passage in _read_piece(text, start, end, item, marked, role):
            role = role if passage.item else passage.role
            found.append(passage)
    return found


def _pieces(text: str) -> Iterator[tuple[int, int, bool, bool]]:
    """Paragraphs and list items: start, end, whether it is an item, whether it is marked as a heading."""
    for start, end in _unwrapped(text):
        bullet = _BULLET.match(text, start, end)
        marked = bool(_MARKED.match(text, start, end))
        if bullet and not marked:
            marked = _heads_prose(text, bullet[0], bullet.end(), end)
            start = bullet.end()
        cuts = [match.span() for match in _INLINE_BULLET.finditer(text, start, end)]
        for place, (here, there) in enumerate(zip([start, *(b for _, b in cuts)], [*(a for a, _ in cuts), end], strict=True)):
            if text[here:there].strip():
                yield here, there, (bool(bullet) and not marked) or place > 0, marked


def _heads_prose(text: str, bullet: str, start: int, end: int) -> bool:
    """Whether a numbered line is a heading: a title with running text below it, not an item among items."""
    below = text[end : end + 200].lstrip().split("\n", 1)[0]
    return bullet.strip()[:1].isdigit() and _is_title(text[start:end]) and len(below) > MAX_TITLE and not _BULLET.match(below)


def _unwrapped(text: str) -> Iterator[tuple[int, int]]:
    """Lines; one that goes on in small letters after a full line is taken together with it."""
    begin = end = None
    for line in re.finditer(r"[^\n\r\f\v\u2028\u2029]+", text):
        if begin is not None and end is not None:
            first = text[line.start() : line.end()].lstrip()[:1]
            if (
                first.islower()
                and end - begin >= 40
                and text[begin:end].rstrip()[-1:] not in ".:;!?"
                and text.count("\n", end, line.start()) == 1
            ):
                end = line.end()
                continue
            yield begin, end
        begin, end = line.span()
    if begin is not None and end is not None:
        yield begin, end


def _read_piece(text: str, start: int, end: int, item: bool, marked: bool, role: Role) -> Iterator[Passage]:
    if heading := _heading(text, start, end, item, marked, role):
        yield heading
        return
    for here, there in _sentences(text, start, end):
        label = _label(text, here, there, item)
        if label:
            role = label.role
            yield label
            here = label.end
        passage = _passage(text, here, there, role, item=item, continues=here > start and text[start:here].rstrip().endswith(";"))
        if passage:
            yield passage


def _passage(text: str, start: int, end: int, role: Role, *, item: bool, continues: bool) -> Passage | None:
    found = words(text, start, end)
    return Passage(found[0].start, _last(text, found[-1].end, end), role, tuple(found), False, item, continues) if found else None


def _last(text: str, after: int, end: int) -> int:
    """With the mark that closes the passage, as a reader would quote it."""
    return after + 1 if after < end and text[after] in ".!?)" else after


def _heading(text: str, start: int, end: int, item: bool, marked: bool, role: Role) -> Passage | None:
    found = words(text, start, end)
    line = text[start:end].rstrip(" \t*_#")
    if not found or len(found) > (MAX_LEAD if line.endswith(":") else MAX_HEADING) or (line[-1:] in ".;,!" and not marked):
        return None
    plain = marked or line.endswith((":", "?"))
    if item and not plain:
        return None
    named = _role_named(found)
    if named is None and item:
        return None
    seen = plain or _is_title(text[start:end]) or _heads_list(text, end, named, len(found))
    if not seen and (named in (None, "wishes") or len(found) > MAX_UNMARKED):
        return None
    stays = role in ASIDE and not marked and not _is_title(text[start:end])
    new = Role(named) if named else role if stays else Role.BODY
    return Passage(found[0].start, found[-1].end, new, tuple(found), heading=True)


def _heads_list(text: str, end: int, named: str | None, length: int) -> bool:
    """Whether a plain line that names a part of a text has its list right below: `What we are looking for`, then the items."""
    below = _LINE_BELOW.match(text, end)
    return named is not None and length <= MAX_OVER_LIST and below is not None and bool(_BULLET.match(text, below.end()))


def _label(text: str, start: int, end: int, item: bool) -> Passage | None:
    """A heading on the line of what it heads: `Requirements: a friendly manner`, or without the colon where lines were lost."""
    inline = _INLINE_HEADING.match(text, start, end)
    colon = text.find(":", start, min(end, start + MAX_LABEL))
    stop = inline.end() if inline else colon + 1
    if not stop:
        return None
    found = words(text, start, stop)
    leads = not text[stop:end].strip()
    named = _role_named(found) if 0 < len(found) <= (MAX_LEAD if leads else MAX_HEADING) else None
    return Passage(found[0].start, stop, Role(named), tuple(found), heading=True, item=item) if named else None


def _role_named(found: list[Word]) -> str | None:
    """The part of a text that a heading begins: by the longest words, and then the one most plainly not a demand."""
    hits = list(headings().search(found))
    named = {hit.meaning for hit in hits if not any(hit.is_part_of(other) for other in hits)}
    return next((role for role in ("legal", "apply", "benefits", "wishes", "wants", "duties", "company", "body") if role in named), None)


def _is_title(line: str) -> bool:
    """Few words, nearly all of them with capitals."""
    found = [word for word in re.findall(r"[^\W\d_]+", line) if len(word) > 3]
    return 0 < len(found) <= 7 and all(word[0].isupper() for word in found) and not re.search(r"[.,;]", line)


def _sentences(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    begin = start
    cuts = [match.span() for match in _SENTENCE.finditer(text, start, end) if _is_break(text, match, begin)]
    cuts += [(match.start(), match.start()) for match in _INLINE_HEADING.finditer(text, start, end)]
    for a, b in (*sorted(cuts), (end, end)):
        yield from _bounded(text, begin, a)
        begin = max(begin, b)


def _bounded(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """In parts of bounded length, so that what is looked for in each costs no more than the text is long."""
    while end - start > MAX_SENTENCE:
        space = text.rfind(" ", start + 1, start + MAX_SENTENCE)
        stop = space if space > 0 else start + MAX_SENTENCE
        yield start, stop
        start = stop
    if start < end:
        yield start, end


def _is_break(text: str, match: re.Match[str], begin: int) -> bool:
    before = text[max(begin, match.start() - 12) : match.start()]
    if match[0] == "" and text[match.start() - 1] not in ".!?)":
        token = re.search(r"[A-Za-z]*$", before)
        after = re.match(r"[A-Za-z]*", text[match.end() : match.end() + 20])
        return f"{token[0] if token else ''}{after[0] if after else ''}".lower() not in _ONE_NAME
    return not _ABBREVIATION.search(before)
