"""What every route for programs has: its place, the action and the scope it needs, what it takes and gives."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal, TypeVar

from flask import Blueprint, Response, abort, current_app, jsonify, request

from screening.blueprints.session import asks
from screening.errors import Invalid, PreconditionRequired
from screening.policy import Action
from screening.services.api_tokens import Scope

V1 = "/api/v1"
PAGE_SIZE = 100
MOST = 999_999_999
"""The largest version that anything can have."""

bp = Blueprint("api", __name__)
View = TypeVar("View", bound=Callable[..., Any])
_ETAG = re.compile(r'(?:W/)?"([0-9]{1,9})"')
"""Also as a proxy makes it of ours that packs what goes through it."""


@dataclass(frozen=True, slots=True)
class Told:
    """What the description says of a route. `takes` names the body, `gives` is the shape of the answer with this `status`.

    `versioned`: the request says which version it was made from. `parameters` are those of the address with what they mean.
    """

    summary: str
    scope: Scope
    gives: type
    status: int = 200
    takes: Literal["", "candidate", "scorecard"] = ""
    versioned: bool = False
    parameters: tuple[tuple[str, str], ...] = ()


def route(method: str, rule: str, action: Action, told: Told) -> Callable[[View], View]:
    """Register a view of the interface, named after its function."""

    def register(view: View) -> View:
        view.told = told  # type: ignore[attr-defined]
        bp.add_url_rule(f"{V1}{rule}", view_func=asks(action)(view), methods=[method])
        return view

    return register


def reply(shape: Any, *, version: int | None = None) -> Response:
    """One of the `shapes` as JSON."""
    answer = jsonify(plain(asdict(shape)))
    if version is not None:
        answer.headers["ETag"] = f'"{version}"'
    return answer


def plain(value: Any) -> Any:
    """Times as texts, in UTC and to the second; the rest as it is."""
    if isinstance(value, dict):
        return {name: plain(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [plain(part) for part in value]
    return value.isoformat(timespec="seconds") if isinstance(value, datetime) else value


def body() -> dict[str, Any]:
    """The object that was sent. Raises `Invalid` for anything else."""
    if not request.is_json:
        abort(415, "Send JSON, with Content-Type: application/json.")
    try:
        sent = current_app.json.loads(request.get_data(), object_pairs_hook=_once_each)
    except ValueError:
        sent = None
    if not isinstance(sent, dict):
        raise Invalid("The body is no JSON object, or one with a name that stands twice.")
    return sent


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name stands twice")
    return found


def versioned(sent: dict[str, Any]) -> dict[str, Any]:
    """The body with the version it was made from, out of the `If-Match` header where that says so. Raises `PreconditionRequired`."""
    header = request.headers.get("If-Match")
    if header is not None:
        match = _ETAG.fullmatch(header.strip())
        if match is None:
            raise Invalid("If-Match is no version: send back the ETag as it came.")
        return {**sent, "version": int(match[1])}
    return {**sent, "version": number_of(sent, "version", "Say which version the change was made from, as version or as If-Match.")}


def number_of(sent: dict[str, Any], name: str, missing: str) -> int:
    """One of the numbers that say what a change was made from. Raises `PreconditionRequired`, or `Invalid` for what is none."""
    number = sent.get(name)
    if number is None:
        raise PreconditionRequired(missing)
    if not isinstance(number, int) or isinstance(number, bool) or not 0 <= number <= MOST:
        raise Invalid(f"{name} must be the number that came with what is changed.", field=name)
    return number
