"""The comparison's view from and to the address of the page. Values that make no sense are refused, not guessed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest

from reports.comparison import CRITERION_SORT, FIXED_SORTS, HIDEABLE, UNDECIDED, View
from reports.wording import DECISIONS
from rubrics.model import Rubric

PAGE_SIZE = 100
MAX_TEXT = 200
_FLAGS = ("minimum_missed", "incomplete", "disagreement")
_DIRECTIONS = {"ascending": False, "descending": True}


def view_from(args: MultiDict[str, str], rubric: Rubric) -> View:
    """The view that an address asks for. Raises `BadRequest` naming the value that is not one of those allowed."""
    keys = set(rubric.keys)
    sorts = {*FIXED_SORTS, *(f"{CRITERION_SORT}{key}" for key in keys)}
    sort = _one_of(args, "sort", sorts, "total")
    natural = View().sorted_by(sort).descending if sort != "total" else True
    direction = _one_of(args, "direction", set(_DIRECTIONS), "descending" if natural else "ascending")
    text = args.get("text", "").strip()
    if len(text) > MAX_TEXT:
        raise BadRequest(f"Search for at most {MAX_TEXT} characters.")
    return View(
        text=text,
        stage=_one_of(args, "stage", {stage.key for stage in rubric.stages}, ""),
        decision=_one_of(args, "decision", {*DECISIONS, UNDECIDED}, ""),
        **{flag: _one_of(args, flag, {"1"}, "") == "1" for flag in _FLAGS},
        # A column that a later rubric version dropped may still stand in an old address.
        hidden=frozenset(name for name in args.getlist("hide") if name in keys or name in HIDEABLE),
        sort=sort,
        descending=_DIRECTIONS[direction],
        page=_page(args.get("page", "1")),
    )


def _one_of(args: MultiDict[str, str], name: str, allowed: set[str], default: str) -> str:
    value = args.get(name, "") or default
    if value and value not in allowed:
        raise BadRequest(f"{name}={value[:60]} is not known here. Go back to the table and choose again.")
    return value


def _page(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and 1 <= int(text[:7]) <= 1_000_000 and len(text) <= 7):
        raise BadRequest("page must be a whole number from 1.")
    return int(text)


def address(view: View, **changes: Any) -> str:
    """The view as a query string, without what is the default; `changes` are put over it."""
    values: dict[str, Any] = {
        "text": view.text,
        "stage": view.stage,
        "decision": view.decision,
        **{flag: "1" if getattr(view, flag) else "" for flag in _FLAGS},
        "hide": sorted(view.hidden),
        **sort_values(view),
        "page": str(view.page) if view.page > 1 else "",
    }
    values.update(changes)
    return urlencode({name: value for name, value in values.items() if value}, doseq=True)


def sort_values(view: View) -> Mapping[str, str]:
    if view.sort == "total" and view.descending:
        return {}
    return {"sort": view.sort, "direction": "descending" if view.descending else "ascending"}
