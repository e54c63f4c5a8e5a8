"""Lengths of time as people write them: `2+ years`, `one to two years`, `6 months to a year`."""

from __future__ import annotations

import re

_WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_NUMBERS = {word: float(place) for place, word in enumerate(_WORDS)} | {
    "a": 1.0,
    "an": 1.0,
    "fifteen": 15.0,
    "eighteen": 18.0,
    "twenty": 20.0,
}
_NUMBER = r"(?:\d{1,2}(?:\.\d)?|half an?|zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|eighteen|twenty|an?)"
_UNIT = r"(?:years?|yrs?|months?|mos?)\b\.?['’]?s?"
_AGAIN = r"(?:[ ]?\(\d{1,2}(?:\.\d)?\+?\))?"
LENGTH = re.compile(
    rf"(?<![\w.$£€])(?<!grade )(?<!class )(?P<low>{_NUMBER}){_AGAIN}[ ]?(?:\+|plus|or more)?[ -]*(?:full |solid )?(?P<unit>{_UNIT})?"
    r"(?:[ ]?(?:-|–|—|\bto\b|\bor\b|/|(?<!s )(?<!r )\band\b)[ ]?(?:an? )?"
    rf"(?P<high>{_NUMBER}){_AGAIN}[ ]?\+?[ -]*(?P<unit2>{_UNIT})|(?(unit)|(?!)))",
    re.IGNORECASE,
)
"""A length of time, or a range: groups `low`, `unit`, `high` and `unit2`."""


def years(match: re.Match[str]) -> tuple[float, float | None]:
    """The least and the most of a found `LENGTH`, in years; six months are 0.5."""
    unit2 = match["unit2"] or match["unit"] or "years"
    unit = match["unit"] or unit2
    low = number(match["low"]) * _scale(unit)
    high = number(match["high"]) * _scale(unit2) if match["high"] else None
    return low, high if high is None or high >= low else None


def number(word: str) -> float:
    word = word.lower()
    return 0.5 if word.startswith("half") else _NUMBERS[word] if word in _NUMBERS else float(word)


def _scale(unit: str) -> float:
    return 1 / 12 if unit.lower().startswith("mo") else 1.0
