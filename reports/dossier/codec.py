"""A dossier as plain JSON values, and back. What the document's classes say is the schema: reading takes that and nothing else.

Times are UTC with six decimals of a second. Numbers are the doubles that were calculated, not rounded: what is read back is shown with the
same decimals as everywhere else.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from functools import lru_cache
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from reports.wording import utc
from rubrics.errors import RubricError

_STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")
_NAMES = {
    str: "text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    datetime: "a time such as 2026-03-01T10:42:07.000000Z",
}
T = TypeVar("T")


class WrongShape(ValueError):
    """Something is missing, unknown or of another kind than it should be; the message says where."""


def to_plain(value: Any) -> Any:
    """The document, or a part of it, as plain values."""
    if isinstance(value, datetime):
        return f"{utc(value):%Y-%m-%dT%H:%M:%S.%f}Z"
    if isinstance(value, float):
        return int(value) if value.is_integer() else value
    if is_dataclass(value):
        return {field.name: to_plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {name: to_plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [to_plain(item) for item in value]
    return value


def from_plain(kind: type[T], plain: Any, where: str) -> T:
    """What `to_plain` wrote of a document class. Raises `WrongShape`."""
    if not isinstance(plain, dict):
        raise WrongShape(f"{where} must be an object with members")
    hints = _hints(kind)  # type: ignore[arg-type]  # a class is hashable
    if unknown := [name for name in plain if name not in hints]:
        raise WrongShape(f"{where}.{unknown[0][:60]} is not known")
    if missing := [name for name in hints if name not in plain]:
        raise WrongShape(f"{where}.{missing[0]} is missing")
    try:
        return kind(**{name: _read(hint, plain[name], f"{where}.{name}") for name, hint in hints.items()})
    except RubricError as error:
        raise WrongShape(f"{where}: {error}") from None


@lru_cache
def _hints(kind: Any) -> dict[str, Any]:
    hints = get_type_hints(kind)
    return {field.name: hints[field.name] for field in fields(kind)}


def _read(kind: Any, value: Any, where: str) -> Any:
    origin, of = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        return None if value is None else _read(next(one for one in of if one is not NoneType), value, where)
    if origin is Literal:
        return _one_of(of, value, where)
    if origin is tuple:
        if not isinstance(value, list):
            raise WrongShape(f"{where} must be a list")
        return tuple(_read(of[0], item, f"{where}[{place}]") for place, item in enumerate(value))
    if origin is Mapping:
        if not isinstance(value, dict):
            raise WrongShape(f"{where} must be an object with members")
        return value if of[1] is Any else {name: _read(of[1], item, f"{where}.{name[:60]}") for name, item in value.items()}
    if isinstance(kind, type) and is_dataclass(kind):
        return from_plain(kind, value, where)
    return _single(kind, value, where)


def _one_of(allowed: tuple[Any, ...], value: Any, where: str) -> Any:
    # By kind too: true is equal to 1, and 1.0 is.
    if not any(type(value) is type(one) and value == one for one in allowed):
        raise WrongShape(f"{where} must be one of {', '.join(map(repr, allowed))}")
    return value


def _single(kind: Any, value: Any, where: str) -> Any:
    if kind is datetime and isinstance(value, str) and _STAMP.fullmatch(value):
        try:
            return datetime.fromisoformat(value).astimezone(UTC)
        except ValueError:
            raise WrongShape(f"{where} is not a time that there is") from None
    if kind is float and type(value) in (int, float):
        return float(value)
    if kind is datetime or type(value) is not kind:
        raise WrongShape(f"{where} must be {_NAMES[kind]}")
    return value
