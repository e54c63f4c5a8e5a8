"""The side-by-side view from and to the address of the page. Values that make no sense are refused, not guessed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest

from reports.side_by_side import DISAGREEMENT, ORDERS

OPEN = "open"


@dataclass(frozen=True, slots=True)
class View:
    """Who is to be shown, in this order of columns; the order of rows; whether the evidence is unfolded; `choosing` asks for the chooser.

    `asked`: the address says something, so that too few candidates are worth a message.
    """

    candidates: tuple[str, ...]
    order: str = DISAGREEMENT
    unfolded: bool = False
    choosing: bool = False
    asked: bool = True

    def without(self, candidate: str) -> View:
        return replace(self, candidates=tuple(one for one in self.candidates if one != candidate))

    @property
    def values(self) -> dict[str, Any]:
        """The view as the values of an address, without what is the default."""
        found = {
            "candidate": list(self.candidates),
            "order": [self.order] if self.order != DISAGREEMENT else [],
            "evidence": [OPEN] if self.unfolded else [],
            "choose": ["1"] if self.choosing else [],
        }
        return {name: values for name, values in found.items() if values}


def view_from(args: MultiDict[str, str]) -> View:
    """The view that an address asks for. Raises `BadRequest` naming the value that is not one of those allowed."""
    return View(
        candidates=tuple(args.getlist("candidate")),
        order=_one_of(args, "order", {*ORDERS}) or DISAGREEMENT,
        unfolded=_one_of(args, "evidence", {OPEN}) == OPEN,
        choosing=_one_of(args, "choose", {"1"}) == "1",
        asked=bool(args),
    )


def _one_of(args: MultiDict[str, str], name: str, allowed: set[str]) -> str:
    value = args.get(name, "")
    if value and value not in allowed:
        raise BadRequest(f"{name}={value[:60]} is not known here. Go back to the page and choose again.")
    return value
