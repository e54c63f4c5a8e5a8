"""Qualifications: facts about a candidate, and the published rules that turn a fact into a level.

A rule is part of the rubric, so it is frozen and printed with it: everybody is judged by the same numbers, written down beforehand.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from types import MappingProxyType

from rubrics.errors import RubricError

EDUCATION_LEVELS: Mapping[str, str] = MappingProxyType(
    {
        "none": "No school certificate",
        "high_school": "High school diploma or equivalent",
        "certificate": "Vocational certificate",
        "some_college": "Some college, no degree",
        "associate": "Associate's degree",
        "bachelor": "Bachelor's degree",
        "master": "Master's degree",
        "doctorate": "Doctorate",
    }
)
"""Education levels, lowest first, with their names."""

NO_CERTIFICATE = "none"
"""The lowest education level, which everybody has."""

RELATEDNESS: Mapping[str, str] = MappingProxyType({"same": "the same kind of work", "related": "related work", "other": "other work"})
"""How near earlier work is to the opening's, nearest first."""

_ORDER = {level: place for place, level in enumerate(EDUCATION_LEVELS)}
STEPS = (2, 3, 4, 5)
MAX_MONTHS = 720


@dataclass(frozen=True, slots=True)
class Facts:
    """What is recorded about a candidate. `None` means not recorded, which is never the same as "none".

    `months` of relevant work, `relatedness` one of `RELATEDNESS`, `field` in free words; `education` the highest level of
    `EDUCATION_LEVELS`; `requirements` answers yes/no requirements by criterion key.
    """

    months: int | None = None
    relatedness: str | None = None
    field: str = ""
    education: str | None = None
    education_field: str = ""
    requirements: Mapping[str, bool] = dataclasses.field(default_factory=lambda: MappingProxyType({}))

    def __post_init__(self) -> None:
        if self.months is not None and not 0 <= self.months <= MAX_MONTHS:
            raise RubricError(f"months of experience must be between 0 and {MAX_MONTHS}, not {self.months}", field="months")
        if self.relatedness is not None and self.relatedness not in RELATEDNESS:
            raise RubricError(f"relatedness must be one of {', '.join(RELATEDNESS)}, not {self.relatedness!r}", field="relatedness")
        if self.education is not None and self.education not in EDUCATION_LEVELS:
            raise RubricError(f"education must be one of {', '.join(EDUCATION_LEVELS)}, not {self.education!r}", field="education")

    @property
    def relevant_months(self) -> int:
        """Months that count as relevant experience: work of the same or a related kind."""
        return self.months or 0 if self.relatedness in ("same", "related") else 0


def span(months: int) -> str:
    """A length of time in words: `2 years 3 months`."""
    years, rest = divmod(months, 12)
    parts = [f"{years} year{'s' * (years != 1)}"] * bool(years) + [f"{rest} month{'s' * (rest != 1)}"] * bool(rest or not years)
    return " ".join(parts)


def _rising(steps: Mapping[int, int], where: str) -> None:
    if set(steps) - set(STEPS):
        raise RubricError("a rule gives numbers for levels 2 to 5 only", where=where, field="rule")
    values = [steps[level] for level in sorted(steps)]
    if any(later < earlier for earlier, later in pairwise(values)):
        raise RubricError("a higher level may not ask for less than a lower one", where=where, field="rule")


def _first_step(steps: Mapping[int, object], minimum: int) -> int | None:
    """The lowest level of a rule that satisfies the minimum; None where no step reaches it."""
    return min((level for level in steps if level >= minimum), default=None)


@dataclass(frozen=True, slots=True)
class ExperienceRule:
    """Months needed for each level, by how near the work was. A level without a number cannot be reached that way.

    The level is the highest one whose number is reached; below the first step it is 1. Other work counts for nothing.
    """

    same: Mapping[int, int]
    related: Mapping[int, int]
    asked_field: str = ""

    def __post_init__(self) -> None:
        _rising(self.same, "experience, the same kind of work")
        _rising(self.related, "experience, related work")
        if not self.same:
            raise RubricError("give the months for at least one level", where="experience", field="rule")
        if any(not 0 <= months <= MAX_MONTHS for months in (*self.same.values(), *self.related.values())):
            raise RubricError(f"months must be between 0 and {MAX_MONTHS}", where="experience", field="rule")

    def level(self, facts: Facts) -> int | None:
        """Level 1-5, or None where the months or the relatedness are not recorded (0 months need no relatedness)."""
        if facts.months is None or (facts.months and facts.relatedness is None):
            return None
        steps = {"same": self.same, "related": self.related}.get(facts.relatedness or "other", {})
        return max((level for level, months in steps.items() if facts.months >= months), default=1)

    def reaches(self, minimum: int) -> bool:
        """Whether anybody can get this level by the rule."""
        return minimum < 2 or any(_first_step(steps, minimum) is not None for steps in (self.same, self.related))

    def asked(self, minimum: int | None) -> str:
        wanted = f"Experience in {self.asked_field}" if self.asked_field else "Relevant work experience"
        if minimum is None or minimum < 2:
            return f"{wanted}, any length"
        ways = [
            f"{span(steps[level])} of {RELATEDNESS[kind]}"
            for kind, steps in (("same", self.same), ("related", self.related))
            if (level := _first_step(steps, minimum)) is not None
        ]
        return f"{wanted}: at least {' or '.join(ways)}" if ways else wanted

    def fact(self, facts: Facts) -> str:
        if facts.months is None:
            return ""
        if not facts.months:
            return "No work experience"
        near = f", {RELATEDNESS[facts.relatedness]}" if facts.relatedness else ""
        return f"{span(facts.months)}{near}{f' ({facts.field})' if facts.field else ''}"

    def sentence(self) -> str:
        """The rule in words, as printed."""
        return "; ".join(
            f"{RELATEDNESS[kind]}: " + ", ".join(f"level {level} from {span(steps[level])}" for level in sorted(steps))
            for kind, steps in (("same", self.same), ("related", self.related))
            if steps
        )


@dataclass(frozen=True, slots=True)
class EducationRule:
    """The lowest education for each level, and what counts as equivalent.

    With `equivalent_months`, that much work of the same or a related kind counts as the education `equivalent_to`
    ("or equivalent experience"); without it, only certificates count.
    """

    levels: Mapping[int, str]
    equivalent_months: int | None = None
    equivalent_to: str | None = None
    preferred: str | None = None

    def __post_init__(self) -> None:
        for name in (*self.levels.values(), *filter(None, (self.equivalent_to, self.preferred))):
            if name not in _ORDER:
                raise RubricError(f"education must be one of {', '.join(_ORDER)}, not {name!r}", where="education", field="rule")
        if not self.levels:
            raise RubricError("give the education for at least one level", where="education", field="rule")
        _rising({level: _ORDER[name] for level, name in self.levels.items()}, "education")
        if (self.equivalent_months is None) != (self.equivalent_to is None):
            raise RubricError(
                "equivalent experience needs both the months and the education they stand for", where="education", field="rule"
            )
        if self.equivalent_months is not None and not 1 <= self.equivalent_months <= MAX_MONTHS:
            raise RubricError(f"equivalent months must be between 1 and {MAX_MONTHS}", where="education", field="rule")

    def level(self, facts: Facts) -> int | None:
        """Level 1-5, or None where nothing is recorded that could decide it."""
        held = [_ORDER[name] for name in (facts.education, self._equivalent(facts)) if name is not None]
        if not held:
            return None
        return max((level for level, name in self.levels.items() if max(held) >= _ORDER[name]), default=1)

    def _equivalent(self, facts: Facts) -> str | None:
        enough = self.equivalent_months is not None and facts.relevant_months >= self.equivalent_months
        return self.equivalent_to if enough else None

    def reaches(self, minimum: int) -> bool:
        """Whether anybody can get this level by the rule."""
        return minimum < 2 or _first_step(self.levels, minimum) is not None

    def needed(self, minimum: int | None) -> str | None:
        """The lowest education that satisfies the minimum; None where everybody does or no step reaches it."""
        level = None if minimum is None or minimum < 2 else _first_step(self.levels, minimum)
        return None if level is None else self.levels[level]

    def counts_as(self, name: str) -> bool:
        """Whether experience can stand for this education."""
        return self.equivalent_to is not None and _ORDER[self.equivalent_to] >= _ORDER[name]

    def asked(self, minimum: int | None) -> str:
        wanted = []
        needed = self.needed(minimum)
        if needed is not None:
            wanted.append(f"{EDUCATION_LEVELS[needed]} at least")
        if self.preferred:
            wanted.append(f"{EDUCATION_LEVELS[self.preferred]} preferred")
        if self.equivalent_months is not None:
            wanted.append(f"or {span(self.equivalent_months)} of relevant experience")
        return ", ".join(wanted) or "Recorded, not asked for"

    def fact(self, facts: Facts) -> str:
        if facts.education is None:
            return ""
        subject = f" ({facts.education_field})" if facts.education_field else ""
        equivalent = self._equivalent(facts)
        counts = equivalent is not None and _ORDER[equivalent] > _ORDER[facts.education]
        return EDUCATION_LEVELS[facts.education] + subject + ("; experience counts as equivalent" if counts else "")

    def sentence(self) -> str:
        steps = ", ".join(f"level {level} from {EDUCATION_LEVELS[self.levels[level]]}" for level in sorted(self.levels))
        if self.equivalent_months is None or self.equivalent_to is None:
            return steps
        return f"{steps}; {span(self.equivalent_months)} of relevant experience counts as {EDUCATION_LEVELS[self.equivalent_to]}"


@dataclass(frozen=True, slots=True)
class RequirementRule:
    """A yes/no requirement of the criterion `key`: met is level 5, not met is level 1."""

    key: str
    asked_for: str = ""

    def level(self, facts: Facts) -> int | None:
        met = facts.requirements.get(self.key)
        return None if met is None else 5 if met else 1

    def reaches(self, minimum: int) -> bool:
        return True

    def asked(self, minimum: int | None) -> str:
        return self.asked_for or "Yes"

    def fact(self, facts: Facts) -> str:
        met = facts.requirements.get(self.key)
        return "" if met is None else "Yes" if met else "No"

    def sentence(self) -> str:
        return "met: level 5, not met: level 1"


Rule = ExperienceRule | EducationRule | RequirementRule
