"""The regular expressions of `patterns.toml`."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any


@cache
def pattern(table: str, name: str, *, before: str = "", after: str = "") -> re.Pattern[str]:
    """One list of alternatives as an expression, with what stands before and after all of them."""
    alternatives = "|".join(_read()[table][name])
    return re.compile(f"{before}(?:{alternatives}){after}", re.IGNORECASE)


@cache
def named(table: str, part: str = "") -> re.Pattern[str]:
    """All lists of a table as one expression, each a group of its own name; where several fit, the first list."""
    lists: Mapping[str, list[str]] = _read()[table][part] if part else _read()[table]
    return re.compile("|".join(f"(?P<{name}>{'|'.join(alternatives)})" for name, alternatives in lists.items()), re.IGNORECASE)


@cache
def words_of(table: str, name: str) -> frozenset[str]:
    """One list as plain words."""
    return frozenset(_read()[table][name])


def names(table: str) -> tuple[str, ...]:
    """The lists of a table, in order."""
    return tuple(_read()[table])


@cache
def _read() -> Mapping[str, Any]:
    with Path(__file__).with_name("patterns.toml").open("rb") as file:
        return tomllib.load(file)
