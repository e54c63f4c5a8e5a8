"""What an address of the audit log asks for. Values that make no sense are refused, not guessed."""

from __future__ import annotations

import re
from datetime import date
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest

from screening.services.audit.reading import NOBODY, Choice

_ID = re.compile(r"[A-Za-z0-9_-]{22}")
_ACTION = re.compile(r"[a-z_]{1,60}")


def choice_from(args: MultiDict[str, str]) -> Choice:
    """Raises `BadRequest` naming the value that cannot be meant."""
    person = args.get("person", "")
    return Choice(
        person=person if person == NOBODY else _fitting(args, "person", _ID),
        action=_fitting(args, "action", _ACTION),
        opening=_fitting(args, "opening", _ID),
        candidate=_fitting(args, "candidate", _ID),
        since=_day(args, "since"),
        until=_day(args, "until"),
        page=_page(args),
    )


def address(choice: Choice, *, page: int | None = None) -> str:
    """The query that asks for this choice, on this page of it."""
    values = {
        "person": choice.person,
        "action": choice.action,
        "opening": choice.opening,
        "candidate": choice.candidate,
        "since": choice.since.isoformat() if choice.since else "",
        "until": choice.until.isoformat() if choice.until else "",
        "page": str(page) if page and page > 1 else "",
    }
    return urlencode({name: value for name, value in values.items() if value})


def _fitting(args: MultiDict[str, str], name: str, pattern: re.Pattern[str]) -> str:
    value = args.get(name, "").strip()
    if value and not pattern.fullmatch(value):
        raise BadRequest(f"{name}={value[:60]} is not known here. Go back to the audit log and choose again.")
    return value


def _day(args: MultiDict[str, str], name: str) -> date | None:
    value = args.get(name, "").strip()
    try:
        found = date.fromisoformat(value) if value else None
    except ValueError:
        found = None
    if value and (found is None or not 1970 <= found.year < 9999):
        raise BadRequest(f"“{value[:20]}” is no day: write it as 2026-03-01.")
    return found


def _page(args: MultiDict[str, str]) -> int:
    text = args.get("page", "") or "1"
    if not (text.isascii() and text.isdecimal() and len(text) <= 7 and int(text) >= 1):
        raise BadRequest("page must be a whole number from 1.")
    return int(text)
