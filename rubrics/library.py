"""The shipped library: criteria and role templates, read from the TOML files beside this module."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from rubrics.codec import criterion_from_dict, stage_from_dict, weight
from rubrics.errors import RubricError
from rubrics.model import Criterion, Rubric, Weighted

_HERE = Path(__file__).parent

GROUPS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "Talking and writing with customers": (
            "spoken_communication",
            "written_communication",
            "active_listening",
            "interpersonal_skills",
            "cultural_competence",
        ),
        "Caring for customers": ("customer_focus", "empathy", "patience", "positive_attitude"),
        "Difficult moments": ("composure", "conflict_resolution", "escalation"),
        "Finding solutions": ("problem_solving", "decision_making", "product_knowledge", "technical_proficiency", "sales_persuasion"),
        "Ways of working": (
            "time_management",
            "attention_to_detail",
            "reliability",
            "professionalism",
            "teamwork",
            "adaptability",
            "learning_and_feedback",
        ),
        "Judged from the facts": ("experience", "education"),
    }
)
"""The shipped criteria by what they are about, as they are offered to choose from."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A shipped criterion with what its file suggests for a rubric: required or not, and a minimum."""

    criterion: Criterion
    required: bool = False
    minimum: int | None = None


@dataclass(frozen=True, slots=True)
class Template:
    """A role template: a rubric to begin with, and who the role is."""

    key: str
    name: str
    summary: str
    rubric: Rubric


@cache
def criteria() -> Mapping[str, Entry]:
    """All shipped criteria by key, in the order of their names."""
    entries = [_entry(path) for path in sorted((_HERE / "criteria").glob("*.toml"))]
    return MappingProxyType({entry.criterion.key: entry for entry in sorted(entries, key=lambda entry: entry.criterion.name)})


@dataclass(frozen=True, slots=True)
class Reading:
    """How employers write a criterion, in the phrases of `rubrics.drafting.phrases`.

    `named` says it wherever something is asked; `duties` say it of the work in an advertisement, while in an article they name an aim;
    `traits` are words that say it only of a person; `headings` say it as a heading of an article; `lookalikes` hold one of these and
    mean something else.
    """

    named: tuple[str, ...] = ()
    duties: tuple[str, ...] = ()
    traits: tuple[str, ...] = ()
    headings: tuple[str, ...] = ()
    lookalikes: tuple[str, ...] = ()


@cache
def readings() -> Mapping[str, Reading]:
    """How each shipped criterion is written, by key. Experience and education have none: they are read as values."""
    plain = {path.stem: _read(path).get("reading") for path in sorted((_HERE / "criteria").glob("*.toml"))}
    return MappingProxyType({key: Reading(**{name: tuple(row) for name, row in table.items()}) for key, table in plain.items() if table})


@cache
def templates() -> Mapping[str, Template]:
    """All shipped role templates by key, in the order of their names."""
    found = [_template(path) for path in sorted((_HERE / "templates").glob("*.toml"))]
    return MappingProxyType({template.key: template for template in sorted(found, key=lambda template: template.name)})


def grouped(text: str = "") -> list[tuple[str, list[Criterion]]]:
    """The shipped criteria by group; with a text, those that hold each of its words in their name, other names or definition."""
    words = text.casefold().split()
    found = [(group, [criteria()[key].criterion for key in keys]) for group, keys in GROUPS.items()]
    kept = [(group, [criterion for criterion in members if all(word in wording(criterion) for word in words)]) for group, members in found]
    return [(group, members) for group, members in kept if members]


def wording(criterion: Criterion) -> str:
    """What a search looks through, in lower case."""
    return " ".join([criterion.name, *criterion.aliases, criterion.definition]).casefold()


def _read(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        plain = tomllib.load(file)
    if plain.get("key") != path.stem:
        raise RubricError(f"the key {plain.get('key')!r} must be the file's name", where=path.name, field="key")
    return plain


def _entry(path: Path) -> Entry:
    plain = _read(path)
    asked = plain.pop("asked", {})
    plain.pop("reading", None)
    rule = plain.get("rule")
    if rule is not None:
        plain["rule"] = dict(rule)
        for given, name in (("field", "asked_field"), ("preferred", "preferred")):
            if given in asked:
                plain["rule"][name] = asked[given]
    return Entry(criterion_from_dict(plain), bool(asked.get("required", False)), asked.get("minimum_level"))


def _template(path: Path) -> Template:
    plain = _read(path)
    rubric = Rubric(
        title=plain["name"],
        criteria=tuple(_weighted(row, path.name) for row in plain["criteria"]),
        stages=tuple(stage_from_dict(stage) for stage in plain["stages"]),
    )
    return Template(plain["key"], plain["name"], plain["summary"], rubric)


def _weighted(row: Mapping[str, Any], where: str) -> Weighted:
    entry = criteria().get(row["key"])
    if entry is None:
        raise RubricError(f"the library has no criterion {row['key']!r}", where=where, field="key")
    criterion = replace(entry.criterion, job_related=row["job_related"]) if "job_related" in row else entry.criterion
    return Weighted(
        criterion=criterion,
        weight=weight(row["weight"], where),
        rationale=row.get("rationale", ""),
        minimum=row.get("minimum", entry.minimum),
        required=bool(row.get("required", entry.required)),
    )
