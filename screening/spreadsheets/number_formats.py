"""Numbers of a workbook -> the text a user sees, as far as the look is part of the datum: dates, leading zeros, percentages."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

# Shows a number, or raises ValueError or ArithmeticError if a spreadsheet program would show no value either.
Show = Callable[[float], str]

# The codes that workbooks refer to by number alone; those of the East Asian versions are dates and times in their own ways.
_DATE, _TIME = "yyyy-mm-dd", "hh:mm:ss"
BUILT_IN_CODES = {
    9: "0%",
    10: "0.00%",
    22: f"{_DATE} {_TIME}",
    46: "[h]:mm:ss",
    **dict.fromkeys((14, 15, 16, 17, 27, 28, 29, 30, 31, 36, 50, 51, 52, 53, 54, 57, 58), _DATE),
    **dict.fromkeys((18, 19, 20, 21, 32, 33, 34, 35, 45, 47, 55, 56), _TIME),
}

_PERCENT = re.compile(r"0(?:\.(0+))?%")
_DIGIT_MASK = re.compile(r'(?:[0#\-() +]|\\.|"[^"]*")+')
# Words for a positive number, a negative one and zero: how a yes or no, a TRUE or FALSE may be kept.
_WORDS = re.compile(r'"([^"]*)";"([^"]*)";"([^"]*)"')
_MASK_TOKEN = re.compile(r'\\(.)|"([^"]*)"|(.)')
_ELAPSED = re.compile(r"\[(?:h+|m+|s+)\]", re.IGNORECASE)
# Texts, single characters, colours and locales, and the halves of the day: their letters do not stand for parts of a date.
_NOT_A_PART = re.compile(r'"[^"]*"|[\\_*].|\[[^\]]*\]|am/pm|a/p|general', re.IGNORECASE)

_DAY = 86_400
_LAST_DAY = 2_958_466
_FALSE_LEAP_DAY = 60


def show_as(code: str, *, from_1904: bool) -> Show | None:
    """How to show numbers under a format code; None where the plain number is what counts."""
    if words := _WORDS.fullmatch(code):
        return lambda number: words[1] if number > 0 else words[2] if number < 0 else words[3]
    code = code.partition(";")[0]
    if _ELAPSED.search(code):
        return _elapsed
    parts = set(_NOT_A_PART.sub("", code).lower())
    has_time = bool(parts & {"h", "s"})
    if parts & {"y", "d"} or ("m" in parts and not has_time):
        return lambda serial: _moment(serial, with_time=has_time, from_1904=from_1904)
    if has_time:
        return _time_of_day
    if percent := _PERCENT.fullmatch(code):
        step = Decimal(1).scaleb(-len(percent[1] or ""))
        return lambda number: f"{(Decimal(number_text(number)) * 100).quantize(step, ROUND_HALF_UP)}%"
    if _DIGIT_MASK.fullmatch(code) and code.count("0") + code.count("#") > 1:
        return lambda number: _masked(number, code)
    return None


def number_text(number: float) -> str:
    """The number in full with the 15 digits that spreadsheet programs keep: 7.0 is "7", 0.1 + 0.2 is "0.3"."""
    text = f"{number:.15g}"
    if "n" in text:
        raise ValueError(text)
    return f"{Decimal(text):f}" if "e" in text and abs(number) < 1e21 else text


def _masked(number: float, code: str) -> str:
    """7 under "000" is "007", 12345 under "00-000" is "12-345"."""
    digits = number_text(number)
    if not digits.isdigit():
        return digits
    tokens = _MASK_TOKEN.findall(code)
    first_place = next((index for index, token in enumerate(tokens) if token[2] in ("0", "#")), 0)
    shown = ""
    for index in range(len(tokens) - 1, -1, -1):
        escaped, quoted, bare = tokens[index]
        if bare not in ("0", "#"):
            shown = (escaped or quoted or bare) + shown
            continue
        # Digits left over go before the first place.
        taken = digits if index == first_place else digits[-1:]
        digits = digits[: len(digits) - len(taken)]
        shown = (taken or bare.replace("#", "")) + shown
    return shown


def _moment(serial: float, *, with_time: bool, from_1904: bool) -> str:
    """An ISO 8601 date, with the time if the format shows it. `serial` counts days."""
    # Times are fractions of a day, so that a full second may come back a little short: round.
    days, seconds = divmod(round(serial * _DAY), _DAY)
    if not (0 if from_1904 else 1) <= days < _LAST_DAY:
        raise ValueError(serial)
    if days == _FALSE_LEAP_DAY and not from_1904:
        date = "1900-02-29"
    else:
        # Spreadsheet programs count a 29 February 1900 that never was, so later days are one too high.
        start = datetime(1904, 1, 1) if from_1904 else datetime(1899, 12, 31 if days < _FALSE_LEAP_DAY else 30)
        date = (start + timedelta(days)).date().isoformat()
    return f"{date}T{_clock(seconds)}" if with_time else date


def _time_of_day(serial: float) -> str:
    if serial < 0:
        raise ValueError(serial)
    return _clock(round(serial * _DAY) % _DAY)


def _elapsed(serial: float) -> str:
    """Hours, minutes and seconds, the hours beyond a day."""
    seconds = round(abs(serial) * _DAY)
    return f"{'-' if serial < 0 and seconds else ''}{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
