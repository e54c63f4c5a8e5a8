"""Numbers, dates and the fixed words of the reports, as a reader meets them: one place, so that every page and file agrees."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime

from markupsafe import Markup

RECOMMENDATIONS = {"strong_yes": "Strong yes", "yes": "Yes", "no": "No", "strong_no": "Strong no"}
DECISIONS = {"advance": "Advance", "hold": "Hold", "reject": "Reject", "offer": "Offer"}
DECISIONS_TOLD = {
    "advance": "You go on to the next step",
    "hold": "The decision about you waits",
    "reject": "Your application goes no further",
    "offer": "You are offered the job",
}
"""The decisions as the candidate is told them."""
RECOMMENDATIONS_TOLD = {"strong_yes": "Clearly for you", "yes": "For you", "no": "Against", "strong_no": "Clearly against"}
NOT_ASSESSED = {
    "no_time": "No time left",
    "not_asked": "Not asked",
    "not_applicable": "Does not apply",
    "candidate_declined": "Candidate declined",
    "other": "Other (say in the note)",
}
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

# No page can show these: XML knows no control characters, a lone surrogate cannot be written as UTF-8, the rest are no characters at all.
_NO_CHARACTERS = "".join(chr(plane * 0x10000 + last) for plane in range(17) for last in (0xFFFE, 0xFFFF))
_UNPRINTABLE = re.compile(f"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff{_NO_CHARACTERS}]")
_SEPARATORS = str.maketrans({"\u2028": "\n", "\u2029": "\n"})


def decimal(value: float) -> str:
    """Scores and means, with two decimals."""
    return f"{value:.2f}"


def points(value: float) -> str:
    """A weight in points of 100, with as many decimals as it has, at most two."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def percent(share: float) -> str:
    """A share of 1 in whole per cent; only a full share reads 100."""
    whole = round(share * 100)
    return f"{99 if whole == 100 and share < 1 - 1e-9 else whole} %"


def plural(count: int, noun: str, several: str = "") -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {several or noun + 's'}"


def utc(moment: datetime) -> datetime:
    """The moment in UTC; one without a zone is UTC already, as everything that is stored."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def day(moment: datetime) -> str:
    at = utc(moment)
    return f"{at.day} {MONTHS[at.month - 1]} {at.year}"


def stamp(moment: datetime) -> str:
    return f"{day(moment)}, {utc(moment):%H:%M} UTC"


def iso(moment: datetime) -> str:
    return f"{utc(moment):%Y-%m-%dT%H:%M:%SZ}"


def printable(text: str) -> str:
    """The text with what no page can show replaced by the sign for that, and the rare line separators by the usual one."""
    return _UNPRINTABLE.sub("\ufffd", text).translate(_SEPARATORS)


def on_one_line(text: str) -> str:
    return " ".join(text.split())


def excerpt(text: str, limit: int) -> str:
    """The text on one line, cut at a word's end so that it is at most `limit` characters with its ellipsis."""
    line = on_one_line(text)
    if len(line) <= limit:
        return line
    kept = line[: limit - 1]
    cut = kept.rfind(" ")
    return (kept[:cut] if cut > limit // 2 else kept).rstrip(" ,;:.") + "…"


def runs_left(text: str) -> bool:
    """Whether the text reads from right to left: its first letter says so, as in HTML's `dir="auto"`."""
    kinds = (unicodedata.bidirectional(letter) for letter in text)
    return next((kind for kind in kinds if kind in ("L", "R", "AL")), "L") != "L"


def bidi(text: str) -> str:
    """A name to stand within a line: kept together as one piece where it runs from right to left, so that its neighbours stay in place."""
    return Markup('<bdi dir="rtl">{}</bdi>').format(printable(text)) if runs_left(text) else text
