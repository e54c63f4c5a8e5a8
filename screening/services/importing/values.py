"""The text of a cell -> a fact. Each function raises `Invalid` with what it cannot read and what it could."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from functools import partial

from rubrics.model import Rubric
from rubrics.qualifications import EDUCATION_LEVELS, MAX_MONTHS, RELATEDNESS
from screening.errors import Invalid
from screening.services.accounts import canonical_email
from screening.services.importing.columns import REQUIREMENT, Target, plain

Value = str | int | bool
_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(?:\.[^@\s.]+)+")
_UNSET_LETTERS = ("Cc", "Cs")
_LONGEST_SPAN = 60
_YEARS = r"(?P<years>[0-9]{1,4}(?:[.,][0-9]{1,17})?)"
# Three decimals of a month are rather thousands: "1,200" must not become one month.
_MONTHS = r"(?P<months>[0-9]{1,4}(?:[.,](?:[0-9]{1,2}|[0-9]{4,17}))?)"
_ALONE = {"years": re.compile(_YEARS), "months": re.compile(_MONTHS)}
_SPAN = re.compile(
    rf"(?:{_YEARS}\s*(?:years?|yrs?|y)\.?)?(?:\s*(?:,|and)?\s*{_MONTHS}\s*(?:months?|mths?|mos?|m)\.?)?",
    re.IGNORECASE,
)
_YES = frozenset({"yes", "y", "true", "1", "met"})
_NO = frozenset({"no", "n", "false", "0", "not met"})
_ALSO_EDUCATION = {
    "none": "none, no certificate, no diploma, no school leaving certificate",
    "high_school": "high school, high school diploma, hs diploma, ged, secondary school, secondary education, a levels",
    "certificate": "certificate, vocational, vocational training, vocational qualification, apprenticeship, trade school",
    "some_college": "some college, some university, college no degree, unfinished degree",
    "associate": "associate, associates, associate degree, associates degree, aa, as, aas",
    "bachelor": "bachelor, bachelors, bachelor degree, bachelors degree, bachelor of arts, bachelor of science, ba, bs, bsc, beng, bba",
    "master": "master, masters, master degree, masters degree, master of arts, master of science, ma, ms, msc, meng, mba",
    "doctorate": "doctor, doctoral, doctoral degree, doctorate degree, phd, dphil",
}
_ALSO_RELATEDNESS = {"same": "same work, same kind of work, same job", "related": "similar, similar work", "other": "unrelated, different"}


def readers(rubric: Rubric | None, offered: Mapping[str, Target]) -> dict[str, Callable[[str], Value]]:
    """For each target the function that reads its cells."""
    stages = {stage.key: stage.name for stage in rubric.stages} if rubric else {}
    found: dict[str, Callable[[str], Value]] = {
        key: requirement if key.startswith(REQUIREMENT) else partial(line, most=target.most) for key, target in offered.items()
    }
    return found | {
        "email": partial(email, most=offered["email"].most),
        "notes": partial(text, most=offered["notes"].most),
        "experience_years": partial(months, unit="years"),
        "experience_months": partial(months, unit="months"),
        "relatedness": partial(one_of, accepted=_accepted(RELATEDNESS, _ALSO_RELATEDNESS), allowed=list(RELATEDNESS)),
        "education": partial(one_of, accepted=_accepted(EDUCATION_LEVELS, _ALSO_EDUCATION), allowed=list(EDUCATION_LEVELS.values())),
        "stage": partial(one_of, accepted=_accepted(stages, {}), allowed=list(stages.values())),
    }


def _accepted(names: Mapping[str, str], also: Mapping[str, str]) -> dict[str, str]:
    """Every way of writing a choice, made plain, with the key it stands for. Keys win over names, and names over what is said besides."""
    besides = {word.strip(): key for key, words in also.items() for word in words.split(",")}
    return besides | {plain(name): key for key, name in names.items()} | {plain(key): key for key in names}


def text(cell: str, *, most: int) -> str:
    if len(cell) > most:
        raise Invalid(f"The text has {len(cell):,} characters; {most:,} is the most.")
    for place, letter in enumerate(cell if not cell.isprintable() else "", start=1):
        if unicodedata.category(letter) in _UNSET_LETTERS and letter not in "\n\t":
            raise Invalid(f"The character at place {place} cannot be printed. Type the text again.")
    return cell


def line(cell: str, *, most: int) -> str:
    if "\n" in cell or "\t" in cell:
        raise Invalid("There is a line break or a tab in the text. Write it in one line.")
    return text(cell, most=most)


def email(cell: str, *, most: int) -> str:
    line(canonical_email(cell), most=most)
    if not _EMAIL.fullmatch(cell):
        raise Invalid(f"{quoted(cell)} is not an e-mail address such as name@example.org.")
    return cell


def months(cell: str, *, unit: str) -> int:
    """Whole months, from a bare number in the column's unit or from words such as `2 years 3 months`."""
    # The length first: the pattern takes the square of it.
    found = (_ALONE[unit].fullmatch(cell) or _SPAN.fullmatch(cell)) if len(cell) <= _LONGEST_SPAN else None
    if not found:
        bare = "2.5" if unit == "years" else "30"
        raise Invalid(f"{quoted(cell)} is not a length of time. Write it as {bare}, “2.5 years” or “30 months”.")
    parts = found.groupdict()
    total = _number(parts.get("years")) * 12 + _number(parts.get("months"))
    whole = int(total.quantize(Decimal(1), ROUND_HALF_UP))
    if whole > MAX_MONTHS:
        raise Invalid(f"{quoted(cell)} is more than the limit of {MAX_MONTHS // 12} years ({MAX_MONTHS} months); the column is in {unit}.")
    return whole


def _number(digits: str | None) -> Decimal:
    return Decimal((digits or "0").replace(",", "."))


def one_of(cell: str, *, accepted: Mapping[str, str], allowed: list[str]) -> str:
    key = accepted.get(plain(cell)) or accepted.get(plain(cell.replace(".", "")))
    if key is None:
        raise Invalid(f"{quoted(cell)} is not one of the values that can be read: {'; '.join(allowed)}.")
    return key


def requirement(cell: str) -> bool:
    answer = plain(cell)
    if answer not in _YES | _NO:
        raise Invalid(f"{quoted(cell)} is neither “yes” nor “no”.")
    return answer in _YES


def quoted(cell: str) -> str:
    return f"“{cell if len(cell) <= 60 else cell[:59] + '…'}”"
