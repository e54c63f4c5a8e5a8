"""Criteria and rubrics: frozen values that check themselves when made.

A `Rubric` may be a draft that cannot be published yet; what stands in the way is listed by `Rubric.problems`, what a careful reader
would question by `Rubric.warnings`. What can never be right (a level 6, two criteria with one key) is refused when the value is made.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from rubrics.errors import RubricError
from rubrics.qualifications import EducationRule, ExperienceRule, RequirementRule, Rule

LEVELS = (1, 2, 3, 4, 5)
TOTAL_WEIGHT = Decimal(100)
MAX_CRITERIA = 40
MAX_STAGES = 12
_KEY = re.compile(r"[a-z][a-z0-9_]{0,59}\Z")


class Kind(StrEnum):
    """How a criterion gets its level: rated by interviewers, or judged from recorded facts by a published rule."""

    RATED = "rated"
    EXPERIENCE = "experience"
    EDUCATION = "education"
    REQUIREMENT = "requirement"


RULES: dict[Kind, type[Rule]] = {Kind.EXPERIENCE: ExperienceRule, Kind.EDUCATION: EducationRule, Kind.REQUIREMENT: RequirementRule}
QUESTION_KINDS = {"behavioural": "Tell me about a time", "situational": "What would you do"}


def check_key(key: str, what: str) -> None:
    if not _KEY.match(key):
        raise RubricError(f"{what} key {key!r} must be lower-case letters, digits and underscores, starting with a letter", field="key")


@dataclass(frozen=True, slots=True)
class Question:
    """An interview question with its follow-up probes; `kind` is `behavioural` (past) or `situational` (hypothetical)."""

    kind: str
    text: str
    probes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.kind not in QUESTION_KINDS:
            raise RubricError(f"question kind must be one of {', '.join(QUESTION_KINDS)}, not {self.kind!r}", field="questions")
        if not self.text.strip():
            raise RubricError("a question needs its words", field="questions")


@dataclass(frozen=True, slots=True)
class Source:
    """Where a criterion comes from: a source text's file name and the heading in it."""

    file: str
    heading: str


@dataclass(frozen=True, slots=True)
class Occupation:
    """An element of the O*NET content model; `fit` says how near it is (`direct`, `closest`, `related`, ...)."""

    id: str
    name: str
    fit: str


@dataclass(frozen=True, slots=True)
class Criterion:
    """Something looked for. `anchors` holds five sentences, one for each level 1-5 (an empty one is a gap in a draft)."""

    key: str
    name: str
    definition: str = ""
    kind: Kind = Kind.RATED
    job_related: str = ""
    questions: tuple[Question, ...] = ()
    anchors: tuple[str, ...] = ("",) * 5
    rule: Rule | None = None
    aliases: tuple[str, ...] = ()
    subskills: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()
    onet: tuple[Occupation, ...] = ()

    def __post_init__(self) -> None:
        check_key(self.key, "criterion")
        if not self.name.strip():
            raise RubricError("a criterion needs a name", where=self.key, field="name")
        if len(self.anchors) != len(LEVELS):
            raise RubricError(
                f"needs an anchor for each of the {len(LEVELS)} levels, has {len(self.anchors)}", where=self.name, field="anchors"
            )
        wanted = RULES.get(self.kind)
        if wanted is None and self.rule is not None:
            raise RubricError("a rated criterion has no rule: interviewers rate it", where=self.name, field="rule")
        if wanted is not None and not isinstance(self.rule, wanted):
            raise RubricError(f"needs the rule that turns the recorded {self.kind} into a level", where=self.name, field="rule")

    @property
    def is_rated(self) -> bool:
        return self.kind is Kind.RATED

    def anchor(self, level: int) -> str:
        return self.anchors[level - 1]


@dataclass(frozen=True, slots=True)
class Weighted:
    """A criterion's place in a rubric: `weight` in points of 100, why it is what it is, the minimum level, required or not.

    `required`: a candidate for whom it was not assessed is incomplete and not ranked. `minimum`: below it the candidate is flagged.
    """

    criterion: Criterion
    weight: Decimal = Decimal(0)
    rationale: str = ""
    minimum: int | None = None
    required: bool = False

    def __post_init__(self) -> None:
        name = self.criterion.name
        if not self.weight.is_finite() or not 0 <= self.weight <= TOTAL_WEIGHT:
            raise RubricError("the weight must be between 0 and 100", where=name, field="weight")
        if self.weight != round(self.weight, 2):
            raise RubricError("the weight may have two decimals at most", where=name, field="weight")
        if self.minimum is not None and self.minimum not in LEVELS:
            raise RubricError("the minimum must be a level from 1 to 5", where=name, field="minimum")

    @property
    def key(self) -> str:
        return self.criterion.key


@dataclass(frozen=True, slots=True)
class Stage:
    """A step of the plan: what is asked there (criterion keys, in order), for how long, and the words around it."""

    key: str
    name: str
    criteria: tuple[str, ...] = ()
    minutes: int = 45
    interviewers: int = 1
    purpose: str = ""
    script: str = ""
    closing: str = ""

    def __post_init__(self) -> None:
        check_key(self.key, "stage")
        if not self.name.strip():
            raise RubricError("a stage needs a name", where=self.key, field="name")
        if len(set(self.criteria)) != len(self.criteria):
            raise RubricError("a criterion is listed twice", where=self.name, field="criteria")
        if not 5 <= self.minutes <= 480:
            raise RubricError("a stage lasts between 5 and 480 minutes", where=self.name, field="minutes")
        if not 1 <= self.interviewers <= 12:
            raise RubricError("a stage has 1 to 12 interviewers", where=self.name, field="interviewers")


@dataclass(frozen=True, slots=True)
class Remark:
    """Something to mend (a problem) or to think about (a warning): where, what, and why it matters.

    `key` is the criterion's or the stage's, `part` what of it is meant (`weight`, `anchors`, `stage`, ...), for a page to lead there.
    """

    where: str
    message: str
    reason: str = ""
    key: str = ""
    part: str = ""


def _twice(keys: Iterable[str]) -> str | None:
    seen: set[str] = set()
    return next((key for key in keys if key in seen or seen.add(key)), None)  # type: ignore[func-returns-value]


@dataclass(frozen=True, slots=True)
class Rubric:
    """A weighted set of criteria and the stages in which they are asked."""

    title: str
    criteria: tuple[Weighted, ...] = ()
    stages: tuple[Stage, ...] = ()

    def __post_init__(self) -> None:
        for what, several, keys, most in (
            ("criterion", "criteria", [item.key for item in self.criteria], MAX_CRITERIA),
            ("stage", "stages", [stage.key for stage in self.stages], MAX_STAGES),
        ):
            if (twice := _twice(keys)) is not None:
                raise RubricError(f"the {what} {twice!r} is there twice", field=what)
            if len(keys) > most:
                raise RubricError(f"A rubric has at most {most} {several}; this would be {len(keys)}.", field=what)
        for stage in self.stages:
            for key in stage.criteria:
                found = self.find(key)
                if found is None:
                    raise RubricError(f"asks for a criterion {key!r} that is not in the rubric", where=stage.name, field="criteria")
                if not found.criterion.is_rated:
                    raise RubricError(
                        f"{found.criterion.name} is judged from facts, not asked in a stage", where=stage.name, field="criteria"
                    )

    def find(self, key: str) -> Weighted | None:
        return next((item for item in self.criteria if item.key == key), None)

    def stage(self, key: str) -> Stage | None:
        return next((stage for stage in self.stages if stage.key == key), None)

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(item.key for item in self.criteria)

    @property
    def rated(self) -> tuple[Weighted, ...]:
        return tuple(item for item in self.criteria if item.criterion.is_rated)

    @property
    def qualifications(self) -> tuple[Weighted, ...]:
        return tuple(item for item in self.criteria if not item.criterion.is_rated)

    def asked_in(self, stage: Stage) -> tuple[Weighted, ...]:
        """The stage's criteria in the order in which the stage asks them."""
        by_key = {item.key: item for item in self.criteria}
        return tuple(by_key[key] for key in stage.criteria)

    @property
    def total_weight(self) -> Decimal:
        return sum((item.weight for item in self.criteria), Decimal(0))

    def is_unequal(self, item: Weighted) -> bool:
        """True where the weight is a point or more away from an equal share, so that rounding to whole points still counts as equal."""
        return abs(item.weight - TOTAL_WEIGHT / len(self.criteria)) >= 1

    def with_equal_weights(self) -> Rubric:
        """The same rubric with weights as equal as two decimals allow; the first criteria take the odd hundredths."""
        if not self.criteria:
            return self
        share, odd = divmod(int(TOTAL_WEIGHT * 100), len(self.criteria))
        weights = [Decimal(share + (place < odd)) / 100 for place in range(len(self.criteria))]
        return replace(self, criteria=tuple(replace(item, weight=w) for item, w in zip(self.criteria, weights, strict=True)))
