"""Changes to a draft rubric. Each takes a rubric and gives the changed one; the frozen values check themselves again on the way."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import TypeVar

from rubrics import library
from rubrics.errors import RubricError
from rubrics.model import Criterion, Kind, Rubric, Stage, Weighted
from rubrics.qualifications import RequirementRule

Keyed = TypeVar("Keyed", Weighted, Stage)
Row = TypeVar("Row")
MAX_KEY = 60


def new_key(name: str, taken: Collection[str], fallback: str) -> str:
    """A key made from the letters of a name, unlike those `taken`; `fallback` where no letter of the name can be part of a key."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    stem = re.sub(r"[^a-z0-9]+", "_", plain).strip("_") or fallback
    stem = (stem if stem[0].isalpha() else f"{fallback}_{stem}")[:MAX_KEY].rstrip("_")
    key, number = stem, 1
    while key in taken:
        number += 1
        ending = f"_{number}"
        key = stem[: MAX_KEY - len(ending)] + ending
    return key


def add_from_library(rubric: Rubric, key: str) -> Rubric:
    """The rubric with a shipped criterion at its end, with no weight yet."""
    entry = library.criteria().get(key)
    if entry is None:
        raise RubricError(f"the library has no criterion {key!r}", field="add")
    if rubric.find(key) is not None:
        raise RubricError(f"{entry.criterion.name} is in the rubric already", field="add")
    added = Weighted(entry.criterion, minimum=entry.minimum, required=entry.required)
    return replace(rubric, criteria=(*rubric.criteria, added))


def write_own(rubric: Rubric, name: str, kind: Kind) -> tuple[Rubric, str]:
    """The rubric with a new criterion at its end, to be written: one that interviewers rate, or a yes/no requirement. And its key."""
    if kind not in (Kind.RATED, Kind.REQUIREMENT):
        raise RubricError("one's own criterion is rated or a yes/no requirement", field="own_kind")
    # Shipped keys stay free, so that the criterion of the library can still be added beside it.
    key = new_key(name, {*rubric.keys, *library.criteria()}, "criterion")
    criterion = Criterion(key, name, kind=kind, rule=RequirementRule(key) if kind is Kind.REQUIREMENT else None)
    return replace(rubric, criteria=(*rubric.criteria, Weighted(criterion))), key


def remove(rubric: Rubric, key: str) -> Rubric:
    """The rubric without a criterion, which no stage asks for any more."""
    _place(rubric.criteria, key, "criterion")
    stages = tuple(replace(stage, criteria=tuple(asked for asked in stage.criteria if asked != key)) for stage in rubric.stages)
    return replace(rubric, criteria=tuple(item for item in rubric.criteria if item.key != key), stages=stages)


def move(rubric: Rubric, key: str, by: int) -> Rubric:
    """The rubric with a criterion further down by so many places (up where negative); at an end it stays."""
    return replace(rubric, criteria=_moved(rubric.criteria, _place(rubric.criteria, key, "criterion"), by))


def with_criterion(rubric: Rubric, criterion: Criterion) -> Rubric:
    """The rubric with the criterion of the same key replaced."""
    place = _place(rubric.criteria, criterion.key, "criterion")
    changed = replace(rubric.criteria[place], criterion=criterion)
    return replace(rubric, criteria=(*rubric.criteria[:place], changed, *rubric.criteria[place + 1 :]))


def add_stage(rubric: Rubric, name: str) -> tuple[Rubric, str]:
    """The rubric with a new stage at its end, and its key."""
    key = new_key(name, [stage.key for stage in rubric.stages], "stage")
    return replace(rubric, stages=(*rubric.stages, Stage(key, name))), key


def remove_stage(rubric: Rubric, key: str) -> Rubric:
    _place(rubric.stages, key, "stage")
    return replace(rubric, stages=tuple(stage for stage in rubric.stages if stage.key != key))


def move_stage(rubric: Rubric, key: str, by: int) -> Rubric:
    return replace(rubric, stages=_moved(rubric.stages, _place(rubric.stages, key, "stage"), by))


def move_asked(stage: Stage, key: str, by: int) -> Stage:
    """The stage asking for a criterion so many places later (earlier where negative)."""
    return replace(stage, criteria=_moved(stage.criteria, _asked(stage, key), by))


def stop_asking(stage: Stage, key: str) -> Stage:
    place = _asked(stage, key)
    return replace(stage, criteria=(*stage.criteria[:place], *stage.criteria[place + 1 :]))


def _asked(stage: Stage, key: str) -> int:
    if key not in stage.criteria:
        raise RubricError(f"there is no criterion {key!r} in this stage", where=stage.name, field="criteria")
    return stage.criteria.index(key)


def with_stage(rubric: Rubric, stage: Stage) -> Rubric:
    """The rubric with the stage of the same key replaced."""
    place = _place(rubric.stages, stage.key, "stage")
    return replace(rubric, stages=(*rubric.stages[:place], stage, *rubric.stages[place + 1 :]))


def _place(rows: Sequence[Keyed], key: str, what: str) -> int:
    for place, row in enumerate(rows):
        if row.key == key:
            return place
    raise RubricError(f"there is no {what} {key!r} in this rubric", field=what)


def move_question(criterion: Criterion, place: int, by: int) -> Criterion:
    """The criterion with a question further down by so many places; raises `RubricError` where there is none at that place."""
    _question(criterion, place)
    return replace(criterion, questions=_moved(criterion.questions, place, by))


def remove_question(criterion: Criterion, place: int) -> Criterion:
    _question(criterion, place)
    return replace(criterion, questions=(*criterion.questions[:place], *criterion.questions[place + 1 :]))


def _question(criterion: Criterion, place: int) -> None:
    if not 0 <= place < len(criterion.questions):
        raise RubricError(f"there is no question {place + 1}", where=criterion.name, field="questions")


def _moved(rows: Sequence[Row], place: int, by: int) -> tuple[Row, ...]:
    rest = [*rows[:place], *rows[place + 1 :]]
    there = min(max(place + by, 0), len(rest))
    return (*rest[:there], rows[place], *rest[there:])
