"""From what was pasted or uploaded to a text to read: plain text as it is, the readable parts of a page or of a schema.org JobPosting."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import unescape
from html.parser import HTMLParser
from typing import Any

from rubrics.drafting.patterns import words_of
from rubrics.errors import RubricError

MAX_BYTES = 1_000_000
MAX_CHARACTERS = 50_000
MAX_DEPTH = 40
_PARTS = (
    ("description", ""),
    ("responsibilities", "Responsibilities"),
    ("qualifications", "Qualifications"),
    ("skills", "Skills"),
    ("experienceRequirements", "Experience"),
    ("educationRequirements", "Education"),
)
"""What a JobPosting says of the job, with the heading it gets; benefits and pay are left out."""
_CREDENTIALS = {"postgraduate degree": "Postgraduate degree", "professional certificate": "Professional certificate"}
_BLOCKS = words_of("page", "blocks")
_HIDDEN = words_of("page", "hidden")
_TAG = re.compile(
    r"</?(?:p|div|li|ul|ol|br|h[1-6]|strong|b|span|table|tr|td|html|body|em|i|a|blockquote|section|article|header|footer|main|u|font|center|sup)\b[^<>]*>",
    re.IGNORECASE,
)
_POSTING = re.compile(r"<script[^>]*type\s*=\s*[\"']?application/ld\+json[^>]*>(.*?)</script\s*>", re.IGNORECASE | re.DOTALL)


_PLAIN = str.maketrans(
    dict.fromkeys("\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u202f\u205f\u3000\ufeff", " ")
    | dict.fromkeys("\u2010\u2011", "-")
    | dict.fromkeys("\uf0a7\uf0b7\uf0d8\uf076\uf0fc\u25cf\u2219\u00b7", "•")
)
"""Blanks and hyphens of typesetting, and the bullets of word processors, with the plain sign that is read for each."""


class UnreadableText(RubricError):
    """Something that is no text to read, or too much of it: says what and how to mend it."""


@dataclass(frozen=True, slots=True)
class Readable:
    """A text to read; the job's title where the source names it, and whether the source says that it is a job's advertisement."""

    text: str
    title: str = ""
    is_posting: bool = False


def readable(given: str | bytes) -> Readable:
    """The text to read. Raises `UnreadableText`."""
    text = _decoded(given)
    if not text.strip():
        raise UnreadableText("There is no text. Paste the advertisement or the list of what is asked for.", field="text")
    posting = _posting(text)
    title, found = _posting_text(posting) if posting is not None else ("", page_text(text) if _TAG.search(text) else text)
    if not re.search(r"\w", found):
        raise UnreadableText("There are no words in this text.", field="text")
    if len(found) > MAX_CHARACTERS:
        raise UnreadableText(
            f"The text has {len(found):,} characters; at most {MAX_CHARACTERS:,} are read. Paste only the part that describes the job.",
            field="text",
        )
    return Readable(found, title, posting is not None)


def plain(text: str) -> str:
    """The same text, as long, with ordinary blanks, hyphens and bullets."""
    return text.translate(_PLAIN)


def _decoded(given: str | bytes) -> str:
    if len(given) > MAX_BYTES:
        raise UnreadableText(
            f"This is {len(given) / 1e6:.1f} MB; at most {MAX_BYTES // 1_000_000} MB is read. Paste only the part that describes the job.",
            field="text",
        )
    if isinstance(given, str):
        text = given
    elif given[:2] in (b"\xff\xfe", b"\xfe\xff"):
        text = given.decode("utf-16", errors="replace")
    else:
        try:
            text = given.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = given.decode("cp1252", errors="replace")
    odd = sum(text.count(mark) for mark in map(chr, (*range(9), *range(14, 32), 127, 0xFFFD)))
    if odd > max(4, len(text) // 200):
        raise UnreadableText("This is not a text file. Save it as plain text, or paste the words themselves.", field="text")
    return text.removeprefix("\ufeff")


def _posting(text: str) -> Mapping[str, Any] | None:
    """The JobPosting in a JSON text, or in a page that carries one; None where there is none."""
    sources = [text] if text.lstrip()[:1] in "{[" else _POSTING.findall(text)
    for source in sources:
        try:
            found = next(_postings(json.loads(source)), None)
        except (ValueError, RecursionError):
            continue
        if found is not None:
            return found
    return None


def _postings(value: object, depth: int = 0) -> Iterator[Mapping[str, Any]]:
    if depth > MAX_DEPTH:
        return
    if isinstance(value, list):
        for item in value:
            yield from _postings(item, depth + 1)
    elif isinstance(value, dict):
        kinds = value.get("@type")
        if "JobPosting" in (kinds if isinstance(kinds, list) else [kinds]):
            yield value
        for item in value.values():
            if isinstance(item, dict | list):
                yield from _postings(item, depth + 1)


def _posting_text(posting: Mapping[str, Any]) -> tuple[str, str]:
    title = page_text(_words(posting.get("title"))).strip()
    parts = [title] if title else []
    for name, heading in _PARTS:
        text = page_text(_words(posting.get(name))).strip()
        if text and not any(text in part for part in parts):
            parts.append(f"{heading}:\n{text}" if heading else text)
    if posting.get("experienceInPlaceOfEducation") is True:
        parts.append("Experience in place of education is accepted.")
    return title, "\n\n".join(parts)


def _words(value: object) -> str:
    """A property in words: texts as they are, months of experience and credentials as sentences."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return "\n".join(filter(None, (_words(item) for item in value)))
    if not isinstance(value, dict):
        return ""
    months = value.get("monthsOfExperience")
    if isinstance(months, int | float) and not isinstance(months, bool) and 0 < months < 1000:
        return f"{months / 12:g} years of experience" if months % 12 == 0 else f"{months:g} months of experience"
    category = value.get("credentialCategory")
    if isinstance(category, str):
        return _CREDENTIALS.get(category.lower(), category.capitalize())
    return "\n".join(filter(None, (_words(value.get(name)) for name in ("name", "description", "text"))))


class _Page(HTMLParser):
    """The words of a page, a line for each block, a dash before each list item."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._hidden += tag in _HIDDEN
        if tag in _BLOCKS:
            self.parts.append("\n- " if tag == "li" else "\n")

    def handle_endtag(self, tag: str) -> None:
        self._hidden = max(0, self._hidden - (tag in _HIDDEN))
        if tag in _BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.parts.append(data)


def page_text(markup: str) -> str:
    """The readable text of a piece of HTML; a text without any is only freed of its character references."""
    if not _TAG.search(markup):
        text = unescape(markup)
        return page_text(text) if _TAG.search(text) else text
    page = _Page()
    page.feed(
        re.sub(r"[ \t]*\r?\n[ \t]*", " ", markup)
        if "<p" in markup.lower() or "<br" in markup.lower() or "<li" in markup.lower()
        else markup
    )
    page.close()
    text = re.sub(r"[ \t\xa0]+", " ", "".join(page.parts))
    return re.sub(r" ?\n(?: ?\n)+ ?", "\n\n", text).strip()
