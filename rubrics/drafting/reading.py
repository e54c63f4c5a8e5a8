"""What the reader knows: the phrases of the library's criteria, and the words, headings and signs of `reading.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from rubrics import library
from rubrics.drafting.phrases import Phrasebook


@cache
def headings() -> Phrasebook:
    """Headings; a meaning is the part of the text that the heading begins."""
    return _book("headings")


@cache
def signals() -> Phrasebook:
    """Signs of what is wished, required, addressed to a candidate, or none of these."""
    return _book("signals")


@cache
def demands() -> Phrasebook:
    """The phrases of all criteria; a meaning is `kind:key`, with the kinds of `library.Reading`."""
    pairs = [
        (f"{kind}:{key}", phrase)
        for key, reading in library.readings().items()
        for kind, phrases in (
            ("named", reading.named),
            ("duty", reading.duties),
            ("trait", reading.traits),
            ("heading", reading.headings),
            ("not", reading.lookalikes),
        )
        for phrase in phrases
    ]
    return Phrasebook(pairs, _known()["groups"])


@cache
def unlisted() -> Phrasebook:
    """What texts often ask for and the library has no criterion for; a meaning is its name."""
    return _book("unlisted")


@cache
def _known() -> Mapping[str, Any]:
    with Path(__file__).with_name("reading.toml").open("rb") as file:
        return tomllib.load(file)


def _book(table: str) -> Phrasebook:
    pairs = [(meaning, phrase) for meaning, phrases in _known()[table].items() for phrase in phrases]
    return Phrasebook(pairs, _known()["groups"])
