"""What a review shows of a file: the first values of each column, and the first candidates as they would be recorded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any

from rubrics.model import Rubric
from rubrics.qualifications import EDUCATION_LEVELS, RELATEDNESS, span
from screening.services.importing.columns import REQUIREMENT, Target
from screening.services.importing.rows import Entry
from screening.spreadsheets import Sheet

_ROWS = 5
_VALUES = 3
_LETTERS = 40
_WHOLE_NAME = ("name", "first_name", "last_name")


def first_values(sheet: Sheet) -> list[list[str]]:
    """For each column the first few different values."""
    return [_first([row.cells[place] for row in sheet.rows]) for place in range(len(sheet.header))]


def _first(cells: Sequence[str]) -> list[str]:
    different = dict.fromkeys(cell for cell in islice(cells, 200) if cell)
    return [_short(cell) for cell in islice(different, _VALUES)]


def _short(text: str) -> str:
    return text if len(text) <= _LETTERS else text[: _LETTERS - 1] + "…"


def preview(
    entries: Sequence[Entry], mapping: Mapping[str, str], offered: Mapping[str, Target], rubric: Rubric | None
) -> tuple[list[str], list[list[str]]]:
    """Headers and rows: the first candidates with what is brought in of them, in words."""
    mapped = {"name" if key in _WHOLE_NAME else key for key in mapping.values() if key}
    keys = [key for key in offered if key in mapped]
    stages = {stage.key: stage.name for stage in rubric.stages} if rubric else {}
    rows = [[values.get(key) or "" for key in keys] for values in (_values(entry, stages) for entry in entries[:_ROWS])]
    labels = ["Experience" if key.startswith("experience_") and key != "experience_field" else offered[key].label for key in keys]
    return labels, rows


def _values(entry: Entry, stages: Mapping[str, str]) -> dict[str, Any]:
    details, facts = entry.details, entry.details.facts
    experience = None if facts.months is None else span(facts.months)
    return {
        "name": details.name,
        "email": details.email,
        "phone": details.phone,
        "reference": details.reference,
        "source": details.source,
        "notes": _short(details.notes),
        "stage": stages.get(entry.stage, ""),
        "experience_years": experience,
        "experience_months": experience,
        "relatedness": RELATEDNESS.get(facts.relatedness or ""),
        "experience_field": facts.field,
        "education": EDUCATION_LEVELS.get(facts.education or ""),
        "education_field": facts.education_field,
        **{REQUIREMENT + key: "Yes" if met else "No" for key, met in facts.requirements.items()},
    }
