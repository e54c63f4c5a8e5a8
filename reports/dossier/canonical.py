"""Canonical JSON, and the strict reading of what claims to be JSON.

The canonical form is RFC 8785 (JCS): no space between tokens; the members of an object in the order of their names' UTF-16 code units;
texts in UTF-8 as they are (stored in NFC, never normalised here), with escapes only for the quotation mark, the backslash and control
characters; numbers as ECMAScript writes them, the shortest digits that read back as the same double. Of JSON, only what RFC 8785
can carry is taken: no name twice in an object, no number beyond doubles or beyond the whole numbers that they hold exactly, no lone
surrogate. Any implementation of RFC 8785 gives the same bytes.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from decimal import Decimal
from json.encoder import encode_basestring
from typing import Any, NoReturn

MAX_BYTES = 64_000_000
MAX_DEPTH = 40
MAX_CONTAINERS = 1_000_000
LARGEST_WHOLE = 2**53 - 1


class NotCanonical(ValueError):
    """Bytes that are not JSON of the kind above, or a value that has no such form. Says what and, where known, in which line."""


def canonical(value: Any) -> bytes:
    """The value in canonical form. Raises `NotCanonical`."""
    try:
        return "".join(_written(value)).encode()
    except UnicodeEncodeError:
        raise NotCanonical("a text has half a character in it (a lone surrogate)") from None


def _written(value: Any) -> list[str]:
    if isinstance(value, Mapping):
        members = sorted(value.items(), key=lambda member: member[0].encode("utf-16-be", "surrogatepass"))
        inside = [f"{_text(name)}:{''.join(_written(item))}" for name, item in members]
        return ["{", ",".join(inside), "}"]
    if isinstance(value, list | tuple):
        return ["[", ",".join("".join(_written(item)) for item in value), "]"]
    if isinstance(value, bool) or value is None:
        return [{True: "true", False: "false", None: "null"}[value]]
    if isinstance(value, int | float):
        return [number(value)]
    if isinstance(value, str):
        return [_text(value)]
    raise NotCanonical(f"JSON has no {type(value).__name__}")


_text = encode_basestring
"""A text as JSON, as `json.dumps` writes it with `ensure_ascii=False`, many times as fast."""


def number(value: float) -> str:
    """The number as ECMAScript's `Number::toString` writes it."""
    if isinstance(value, int):
        if abs(value) > LARGEST_WHOLE:
            raise NotCanonical(f"the whole number {str(value)[:20]} is too large")
        return str(value)
    if not math.isfinite(value):
        raise NotCanonical("JSON has no infinite number and no “not a number”")
    sign, found, exponent = Decimal(repr(value)).normalize().as_tuple()
    digits = "".join(map(str, found))
    point = len(digits) + int(exponent)
    return ("-" if sign and digits != "0" else "") + _placed(digits, point)


def _placed(digits: str, point: int) -> str:
    """Shortest digits, with the decimal point after so many of them (ECMA-262, 6.1.6.1.20)."""
    if digits == "0":
        return "0"
    if len(digits) <= point <= 21:
        return digits + "0" * (point - len(digits))
    if 0 < point <= 21:
        return f"{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return f"0.{'0' * -point}{digits}"
    mantissa = digits[0] + (f".{digits[1:]}" if digits[1:] else "")
    return f"{mantissa}e{point - 1:+d}"


def read(data: bytes) -> Any:
    """The value in these bytes. Raises `NotCanonical` for whatever could be read in two ways or cannot be read at all."""
    if len(data) > MAX_BYTES or data.count(b"[") + data.count(b"{") > MAX_CONTAINERS:
        raise NotCanonical("it is far larger than any dossier")
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise NotCanonical(f"it is not UTF-8 text (at byte {error.start:,})") from None
    if text.startswith("\ufeff"):
        raise NotCanonical("it begins with a byte order mark: some program has written it anew")
    try:
        value = json.loads(text, object_pairs_hook=_object, parse_constant=_no_constant, parse_int=_whole, parse_float=_decimal)
    except json.JSONDecodeError as error:
        raise NotCanonical(f"it is not JSON: line {error.lineno:,}, column {error.colno:,} cannot be read") from None
    except RecursionError:
        raise NotCanonical("it is nested deeper than any dossier") from None
    if _depth(value) > MAX_DEPTH:
        raise NotCanonical("it is nested deeper than any dossier")
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise NotCanonical(f"“{twice[:60]}” is there twice in one object: readers would differ on which one counts")
    return found


def _no_constant(name: str) -> NoReturn:
    raise NotCanonical(f"{name} is not a number that JSON has")


def _whole(digits: str) -> int | float:
    if len(digits) <= len(str(LARGEST_WHOLE)) and abs(int(digits)) <= LARGEST_WHOLE:
        return int(digits)
    # Larger doubles are written without an exponent too, up to 21 digits.
    if len(digits) > 22 or number(float(digits)) != digits:
        raise NotCanonical(f"the whole number {digits[:20]} is too large")
    return float(digits)


def _decimal(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value):
        raise NotCanonical(f"the number {digits[:20]} is too large")
    return value


def _depth(value: Any) -> int:
    """How deep containers are nested, counted layer by layer."""
    depth, layer = 0, [value]
    while layer := [item for item in layer if isinstance(item, dict | list)]:
        depth += 1
        layer = [inner for outer in layer for inner in (outer.values() if isinstance(outer, dict) else outer)]
    return depth
