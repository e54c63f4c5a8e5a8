"""The comparison's view from and to the address of the page. Values that make no sense are refused, not guessed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest

from reports.view import CRITERION_SORT, FIXED_SORTS, HIDEABLE, TOP, UNDECIDED, View
from reports.wording import DECISIONS, points
from rubrics.model import Rubric
from screening.forms.base import clean

PAGE_SIZE = 100
MAX_TEXT = 200
FLAGS = ("minimum_missed", "incomplete", "disagreement")
WEIGHT = "w."
"""What the name of a weight to try begins with; the criterion's key follows."""

_POINTS = re.compile(r"\d{1,3}([.,]\d{1,2})?")
_DIRECTIONS = {"ascending": False, "descending": True}


def view_from(args: MultiDict[str, str], rubric: Rubric) -> View:
    """The view that an address asks for. Raises `BadRequest` naming the value that is not one of those allowed."""
    keys = set(rubric.keys)
    sorts = {*FIXED_SORTS, *(f"{CRITERION_SORT}{key}" for key in keys)}
    sort = _one_of(args, "sort", sorts, "total")
    natural = View().sorted_by(sort).descending if sort != "total" else True
    direction = _one_of(args, "direction", set(_DIRECTIONS), "descending" if natural else "ascending")
    return View(
        text=searched(args, "text"),
        stage=_one_of(args, "stage", {stage.key for stage in rubric.stages}, ""),
        decision=_one_of(args, "decision", {*DECISIONS, UNDECIDED}, ""),
        minimum_missed=_one_of(args, "minimum_missed", {"1"}, "") == "1",
        incomplete=_one_of(args, "incomplete", {"1"}, "") == "1",
        disagreement=_one_of(args, "disagreement", {"1"}, "") == "1",
        # A column that a later rubric version dropped may still stand in an old address.
        hidden=frozenset(name for name in args.getlist("hide") if name in keys or name in HIDEABLE),
        sort=sort,
        descending=_DIRECTIONS[direction],
        page=whole(args, "page", 1),
        top=whole(args, "top", TOP),
        weights=weights_from(args),
    )


def searched(args: MultiDict[str, str], name: str) -> str:
    """What is searched for. Raises `BadRequest` for more than anybody types."""
    text = clean(args.get(name))
    if len(text) > MAX_TEXT:
        raise BadRequest(f"Search for at most {MAX_TEXT} characters.")
    return text


def weights_from(args: MultiDict[str, str]) -> dict[str, float]:
    """The weights to try, in points by criterion key. Raises `BadRequest` for what is no number from 0 to 100."""
    found = {}
    for name, text in args.items():
        if not name.startswith(WEIGHT) or not text.strip():
            continue
        if not _POINTS.fullmatch(text.strip()) or (value := float(text.replace(",", "."))) > 100:
            raise BadRequest(f"“{text[:20]}” is no weight: give points from 0 to 100, with at most two decimals.")
        found[name.removeprefix(WEIGHT)] = value
    return found


def _one_of(args: MultiDict[str, str], name: str, allowed: set[str], default: str) -> str:
    value = args.get(name, "") or default
    if value and value not in allowed:
        raise BadRequest(f"{name}={value[:60]} is not known here. Go back to the table and choose again.")
    return value


def whole(args: MultiDict[str, str], name: str, default: int) -> int:
    """A number from 1 on. Raises `BadRequest` for what is none."""
    text = args.get(name, "") or str(default)
    if not (text.isascii() and text.isdecimal() and 1 <= int(text[:7]) <= 1_000_000 and len(text) <= 7):
        raise BadRequest(f"{name} must be a whole number from 1.")
    return int(text)


def address(view: View, **changes: Any) -> str:
    """The view as a query string, without what is the default; `changes` are put over it."""
    values: dict[str, Any] = {
        "text": view.text,
        "stage": view.stage,
        "decision": view.decision,
        **{flag: "1" if getattr(view, flag) else "" for flag in FLAGS},
        "hide": sorted(view.hidden),
        **sort_values(view),
        "page": str(view.page) if view.page > 1 else "",
        **sureness_values(view),
    }
    values.update(changes)
    return urlencode({name: value for name, value in values.items() if value}, doseq=True)


def sureness_values(view: View) -> Mapping[str, str]:
    """How many are the best, and the weights to try."""
    top = {"top": str(view.top)} if view.top != TOP else {}
    return {**top, **{f"{WEIGHT}{key}": points(value) for key, value in sorted(view.weights.items())}}


def sort_values(view: View) -> Mapping[str, str]:
    if view.sort == "total" and view.descending:
        return {}
    return {"sort": view.sort, "direction": "descending" if view.descending else "ascending"}
