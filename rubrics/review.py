"""What stands in the way of publishing a rubric, and what a careful reader would question."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from itertools import combinations

from rubrics.model import LEVELS, TOTAL_WEIGHT, Criterion, Remark, Rubric, Weighted
from rubrics.qualifications import NO_CERTIFICATE, EducationRule


def problems(rubric: Rubric) -> tuple[Remark, ...]:
    """Everything that must be mended before the rubric can be published; empty when it can."""
    return (*_problems_of_the_whole(rubric), *_problems_of_criteria(rubric), *_problems_of_stages(rubric))


def _problems_of_the_whole(rubric: Rubric) -> Iterator[Remark]:
    if not rubric.rated:
        yield Remark("Criteria", "Add at least one criterion that interviewers rate.", part="criteria")
    if rubric.criteria and rubric.total_weight != TOTAL_WEIGHT:
        off = TOTAL_WEIGHT - rubric.total_weight
        verb = "is" if abs(off) == 1 else "are"
        gap = f"{points(abs(off))} {verb} {'missing' if off > 0 else 'too many'}"
        yield Remark("Weights", f"The weights total {number(rubric.total_weight)}, not 100: {gap}.", part="weights")
    if not rubric.stages:
        yield Remark("Stages", "Add at least one stage, so that interviewers know what to ask when.", part="stages")


def number(value: Decimal) -> str:
    """A weight as it is written: no zeros at its end."""
    return f"{value.normalize():f}"


def points(value: Decimal) -> str:
    return f"{number(value)} point{'s' * (value != 1)}"


def _problems_of_criteria(rubric: Rubric) -> Iterator[Remark]:
    asked = {key for stage in rubric.stages for key in stage.criteria}
    names = Counter(item.criterion.name.casefold() for item in rubric.criteria)
    for item in rubric.criteria:
        criterion, key = item.criterion, item.key
        if names[criterion.name.casefold()] > 1:
            yield Remark(criterion.name, "Another criterion has the same name: give one of them another.", key=key, part="name")
        if not criterion.definition.strip():
            yield Remark(criterion.name, "Say in a sentence what is meant.", key=key, part="definition")
        if rubric.is_unequal(item) and not item.rationale.strip():
            message = f"Say why the weight is {number(item.weight)} and not an equal share."
            yield Remark(criterion.name, message, key=key, part="rationale")
        if criterion.is_rated:
            yield from _problems_of_rated(criterion, asked=not rubric.stages or key in asked)
        elif criterion.rule is not None and item.minimum is not None and not criterion.rule.reaches(item.minimum):
            message = f"By its rule nobody can reach the minimum, level {item.minimum}: lower it, or add that level to the rule."
            yield Remark(criterion.name, message, key=key, part="minimum")


def _problems_of_rated(criterion: Criterion, *, asked: bool) -> Iterator[Remark]:
    if gaps := [str(level) for level in LEVELS if not criterion.anchor(level).strip()]:
        words = f"level{'s' * (len(gaps) > 1)} {', '.join(gaps)}"
        yield Remark(criterion.name, f"Write the anchor for {words}.", key=criterion.key, part="anchors")
    if not criterion.questions:
        yield Remark(criterion.name, "Add at least one question.", key=criterion.key, part="questions")
    if not asked:
        message = "No stage asks for it: put it into one, or take it out of the rubric."
        yield Remark(criterion.name, message, key=criterion.key, part="asked")


def _problems_of_stages(rubric: Rubric) -> Iterator[Remark]:
    for stage in rubric.stages:
        if not stage.criteria:
            yield Remark(stage.name, "Choose the criteria that are asked in this stage.", key=stage.key, part="stage")


def warnings(rubric: Rubric) -> tuple[Remark, ...]:
    """What does not stop publishing but should be thought about, each with the reason."""
    return tuple(remark for item in rubric.criteria for remark in _warnings_of(item))


def _warnings_of(item: Weighted) -> Iterator[Remark]:
    criterion = item.criterion
    if not criterion.job_related.strip():
        yield Remark(
            criterion.name,
            "It has no job-relatedness note.",
            "A criterion that nobody can tie to the work is hard to defend, and interviewers fill it with taste. "
            "Write in a sentence what goes wrong on the job without it.",
            key=item.key,
            part="job_related",
        )
    if isinstance(criterion.rule, EducationRule) and is_hard_minimum(item, criterion.rule):
        yield Remark(
            criterion.name,
            "Education is a hard minimum without “or equivalent experience”.",
            "A certificate that the work does not need shuts out people who learned it on the job, more often some groups than others, "
            "and must be shown to be job-related. Allow equivalent experience, or take the minimum away.",
            key=item.key,
            part="rule",
        )
    if alike := _alike(criterion):
        yield Remark(
            criterion.name,
            f"The anchors for levels {alike[0]} and {alike[1]} read the same.",
            "Interviewers cannot tell the two apart, so their ratings will differ by chance.",
            key=item.key,
            part="anchors",
        )


def _alike(criterion: Criterion) -> tuple[int, int] | None:
    """The first two levels with the same anchor, if any."""
    said = [" ".join(anchor.casefold().split()) for anchor in criterion.anchors]
    return next(((low, high) for low, high in combinations(LEVELS, 2) if said[low - 1] and said[low - 1] == said[high - 1]), None)


def is_hard_minimum(item: Weighted, rule: EducationRule) -> bool:
    """True where a certificate alone decides: it is required, or at the minimum, and no experience can stand for it."""
    if item.required and rule.equivalent_to is None:
        return True
    needed = rule.needed(item.minimum)
    return needed is not None and needed != NO_CERTIFICATE and not rule.counts_as(needed)
