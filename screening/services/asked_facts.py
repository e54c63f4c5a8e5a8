"""Experience and education as a text asks for them: the library's rules with the text's own numbers put in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from rubrics import library
from rubrics.model import Weighted
from rubrics.qualifications import EDUCATION_LEVELS, MAX_MONTHS, STEPS, EducationRule, ExperienceRule

EXPERIENCE, EDUCATION = "experience", "education"
_ORDER = tuple(EDUCATION_LEVELS)
_NO_ANCHORS = ("",) * 5
"""The library's anchors say its own numbers in words; with others put in, the rule speaks for itself."""


@dataclass(frozen=True, slots=True)
class AskedExperience:
    """`months` at least, `wished` months better still; None where no length is said. `field`: what it is to be in."""

    required: bool
    months: int | None = None
    wished: int | None = None
    field: str = ""


@dataclass(frozen=True, slots=True)
class AskedEducation:
    """Names of `EDUCATION_LEVELS`; `equivalent`: relevant experience may stand for the education."""

    required: bool
    minimum: str | None = None
    preferred: str | None = None
    equivalent: bool = False


def experience(asked: AskedExperience) -> Weighted:
    """The criterion without a weight. What is required becomes the minimum; what is only preferred sets no minimum."""
    entry = library.criteria()[EXPERIENCE]
    rule = entry.criterion.rule
    if not isinstance(rule, ExperienceRule):
        raise TypeError("the library's experience is judged by a rule about experience")
    same, related, minimum = dict(rule.same), dict(rule.related), entry.minimum or STEPS[0]
    wished = asked.wished if (asked.wished or 0) > (asked.months or 0) else None
    if asked.months:
        # A level stays free above what is asked for, wherever there is more to have.
        minimum = _put(asked.months, same, related, STEPS[:-1] if wished or asked.months < same[STEPS[-1]] else STEPS)
    if wished:
        _put(wished, same, related, [step for step in STEPS if step > minimum or not asked.months])
    filled = ExperienceRule(same, related, asked.field)
    anchors = _NO_ANCHORS if (same, related) != (rule.same, rule.related) else entry.criterion.anchors
    criterion = replace(entry.criterion, rule=filled, anchors=anchors)
    return Weighted(criterion, minimum=minimum if asked.required else None, required=asked.required)


def _put(months: int, same: dict[int, int], related: dict[int, int], steps: Sequence[int]) -> int:
    """Put a length at the first of these levels that asks for as much, else at the last; related work counts half. Gives the level."""
    level = next((step for step in steps if same[step] >= months), steps[-1])
    if same[level] != months:
        same[level] = months
        related[level] = min(max(2 * months, related.get(level - 1, 0)), MAX_MONTHS)
    return level


def education(asked: AskedEducation) -> Weighted:
    """The criterion without a weight. Experience stands for the education only where the text says so."""
    entry = library.criteria()[EDUCATION]
    rule = entry.criterion.rule
    if not isinstance(rule, EducationRule):
        raise TypeError("the library's education is judged by a rule about education")
    levels, minimum, criterion = dict(rule.levels), None, entry.criterion
    if asked.minimum:
        needed = _ORDER.index(asked.minimum)
        minimum = next((step for step in STEPS if _ORDER.index(levels[step]) >= needed), STEPS[-1])
        levels[minimum] = asked.minimum
    stands_for = (asked.minimum or asked.preferred or rule.equivalent_to) if asked.equivalent else None
    filled = EducationRule(levels, rule.equivalent_months if stands_for else None, stands_for, asked.preferred)
    criterion = replace(criterion, rule=filled, anchors=_NO_ANCHORS if filled != rule else criterion.anchors)
    return Weighted(criterion, minimum=minimum if asked.required else None, required=asked.required)
