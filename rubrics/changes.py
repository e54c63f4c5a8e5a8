"""What differs between two versions of a rubric, in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rubrics.model import LEVELS, Criterion, Question, Rubric, Stage, Weighted
from rubrics.qualifications import RequirementRule
from rubrics.review import number


@dataclass(frozen=True, slots=True)
class Change:
    """`where` names the criterion or stage, `what` the part of it; `before` and `after` are empty where there was or is nothing."""

    where: str
    what: str
    before: str = ""
    after: str = ""


def changes(before: Rubric, after: Rubric) -> tuple[Change, ...]:
    """Every difference; empty only where the two are equal."""
    title = _differing("Rubric", [("Title", before.title, after.title)])
    return (*title, *_of_criteria(before, after), *_of_stages(before, after))


def _differing(where: str, parts: Sequence[tuple[str, str, str]]) -> Iterator[Change]:
    for what, old, new in parts:
        if old != new:
            yield Change(where, what, old, new)


def _of_criteria(before: Rubric, after: Rubric) -> Iterator[Change]:
    for item in after.criteria:
        old = before.find(item.key)
        if old is None:
            yield Change(item.criterion.name, "Added", "", f"weight {number(item.weight)}")
        else:
            yield from _of_criterion(old, item)
    for item in before.criteria:
        if after.find(item.key) is None:
            yield Change(item.criterion.name, "Removed", f"weight {number(item.weight)}", "")
    yield from _of_order(
        "Criteria", [(i.key, i.criterion.name) for i in before.criteria], [(i.key, i.criterion.name) for i in after.criteria]
    )


def _of_order(where: str, before: Sequence[tuple[str, str]], after: Sequence[tuple[str, str]]) -> Iterator[Change]:
    both = {key for key, _ in before} & {key for key, _ in after}
    old = [(key, name) for key, name in before if key in both]
    new = [(key, name) for key, name in after if key in both]
    if [key for key, _ in old] != [key for key, _ in new]:
        yield Change(where, "Order", ", ".join(name for _, name in old), ", ".join(name for _, name in new))


def _of_criterion(before: Weighted, after: Weighted) -> Iterator[Change]:
    old, new = before.criterion, after.criterion
    parts = [
        ("Name", old.name, new.name),
        ("Kind", str(old.kind), str(new.kind)),
        ("Weight", number(before.weight), number(after.weight)),
        ("Why this weight", before.rationale, after.rationale),
        ("Minimum", _minimum(before), _minimum(after)),
        ("Must be assessed", "Yes" if before.required else "No", "Yes" if after.required else "No"),
        ("Definition", old.definition, new.definition),
        ("How it serves the job", old.job_related, new.job_related),
        *((f"Anchor {level}", old.anchor(level), new.anchor(level)) for level in LEVELS),
    ]
    yield from _differing(new.name, parts)
    if old.rule != new.rule:
        yield Change(new.name, "Rule", _rule(old), _rule(new))
    if old.questions != new.questions:
        yield Change(new.name, "Questions", _questions(old.questions), _questions(new.questions))
    if _background(old) != _background(new):
        yield Change(new.name, "Other names and sources")


def _minimum(item: Weighted) -> str:
    return "" if item.minimum is None else f"level {item.minimum}"


def _rule(criterion: Criterion) -> str:
    match criterion.rule:
        case None:
            return ""
        case RequirementRule(asked_for=asked_for):
            return asked_for
        case rule:
            return f"{rule.asked(None)} ({rule.sentence()})"


def _questions(questions: Sequence[Question]) -> str:
    return "\n".join(
        "\n".join([f"{question.text} ({question.kind})", *(f"– {probe}" for probe in question.probes)]) for question in questions
    )


def _background(criterion: Criterion) -> tuple[object, ...]:
    return criterion.aliases, criterion.subskills, criterion.sources, criterion.onet


def _of_stages(before: Rubric, after: Rubric) -> Iterator[Change]:
    for stage in after.stages:
        old = before.stage(stage.key)
        if old is None:
            yield Change(stage.name, "Stage added", "", _asked(after, stage))
        else:
            yield from _of_stage(before, old, after, stage)
    for stage in before.stages:
        if after.stage(stage.key) is None:
            yield Change(stage.name, "Stage removed", _asked(before, stage), "")
    yield from _of_order("Stages", [(s.key, s.name) for s in before.stages], [(s.key, s.name) for s in after.stages])


def _of_stage(rubric_before: Rubric, before: Stage, rubric_after: Rubric, after: Stage) -> Iterator[Change]:
    parts = [
        ("Name", before.name, after.name),
        ("Minutes", str(before.minutes), str(after.minutes)),
        ("Interviewers", str(before.interviewers), str(after.interviewers)),
        ("Purpose", before.purpose, after.purpose),
        ("Opening script", before.script, after.script),
        ("Closing", before.closing, after.closing),
    ]
    yield from _differing(after.name, parts)
    if before.criteria != after.criteria:
        yield Change(after.name, "Asks for", _asked(rubric_before, before), _asked(rubric_after, after))


def _asked(rubric: Rubric, stage: Stage) -> str:
    return ", ".join(item.criterion.name for item in rubric.asked_in(stage))
