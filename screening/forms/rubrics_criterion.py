"""The form of one criterion's texts: what is meant, why it matters, questions, anchors, and the rule of a qualification."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from wtforms import Field, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from rubrics import limits
from rubrics.errors import RubricError
from rubrics.model import LEVELS, QUESTION_KINDS, Criterion, Kind, Question
from rubrics.qualifications import EDUCATION_LEVELS, MAX_MONTHS, STEPS, EducationRule, ExperienceRule, RequirementRule, Rule
from screening.forms.base import Form, clean, text
from screening.forms.rubrics_draft import DraftForm, number_field, one_line

KINDS = {"behavioural": "Something they did", "situational": "Something that could happen"}
_SLOT = re.compile(r"(?:question|probes)_([0-9]{1,2})")


class CriterionForm(DraftForm):
    """The texts; `criterion_form` adds `question_kind_<n>`, `question_<n>`, `probes_<n>`, `anchor_<level>` and the rule's fields."""

    slots: int = 0

    def criterion(self, base: Criterion) -> Criterion:
        """The criterion as the page says it, where it is valid. Raises `RubricError` for a rule that cannot be."""
        return replace(
            base,
            name=self["name"].data,
            definition=self["definition"].data,
            job_related=self["job_related"].data,
            questions=tuple(self._questions()),
            anchors=tuple(self[f"anchor_{level}"].data for level in LEVELS) if "anchor_1" in self else base.anchors,
            rule=self._rule(base.rule),
        )

    def _questions(self) -> Iterator[Question]:
        for slot in range(self.slots):
            words = self[f"question_{slot}"].data
            if words:
                yield Question(self[f"question_kind_{slot}"].data, words, tuple(probes_of(self[f"probes_{slot}"].data)))

    def _rule(self, base: Rule | None) -> Rule | None:
        match base:
            case ExperienceRule():
                same, related = ({level: int(t) for level, t in self._steps(name).items()} for name in ("same", "related"))
                return ExperienceRule(same, related, self["asked_field"].data)
            case EducationRule():
                months = self["equivalent_months"].data
                return EducationRule(
                    self._steps("education"),
                    int(months) if months else None,
                    self["equivalent_to"].data or None,
                    self["preferred"].data or None,
                )
            case RequirementRule():
                return RequirementRule(base.key, self["asked_for"].data)
            case None:
                return None

    def _steps(self, name: str) -> dict[int, str]:
        given = {level: self[f"{name}_{level}"].data for level in STEPS}
        return {level: value for level, value in given.items() if value}

    def place_of(self, error: RubricError) -> str:
        """The field at which a refusal of the rule is shown."""
        return next((name for name in ("same_2", "education_2", "asked_for") if error.field == "rule" and name in self), error.field)


def probes_of(lines: str) -> list[str]:
    """Follow-up questions, one in a line; empty lines do not count."""
    return [line.strip() for line in lines.splitlines() if line.strip()]


def _check_probes(form: Form, field: Field) -> None:
    probes = probes_of(field.data or "")
    if len(probes) > limits.PROBES:
        raise ValidationError(f"Give at most {limits.PROBES} follow-up questions; these are {len(probes)}.")
    for place, probe in enumerate(probes, start=1):
        if len(probe) > limits.PROBE:
            raise ValidationError(f"Line {place} is {len(probe):,} characters long; use at most {limits.PROBE}.")
    if probes and not form[field.name.replace("probes_", "question_")].data:
        raise ValidationError("Write the question that these follow up, or delete them.")


def criterion_form(criterion: Criterion, sent: Mapping[str, str] | None = None) -> type[CriterionForm]:
    """The form for a criterion, with a place for one question more than there are."""
    parts: dict[str, Field] = {
        "name": text("Name", most=limits.NAME, required="Give the criterion a name.", checks=[one_line], default=criterion.name),
        "definition": text("What is meant", most=limits.DEFINITION, lines=True, default=criterion.definition),
        "job_related": text("How it serves the job", most=limits.NOTE, lines=True, default=criterion.job_related),
    }
    slots = 0
    if criterion.kind is not Kind.REQUIREMENT:
        slots = _slots(criterion, sent or {})
        for slot in range(slots):
            parts.update(_question_fields(slot, criterion.questions[slot] if slot < len(criterion.questions) else None))
        for level in LEVELS:
            parts[f"anchor_{level}"] = text(f"Level {level}", most=limits.ANCHOR, lines=True, default=criterion.anchor(level))
    parts.update(_rule_fields(criterion.rule))
    return type("BoundCriterionForm", (CriterionForm,), {**parts, "slots": slots, "parts": tuple(parts)})


def _slots(criterion: Criterion, sent: Mapping[str, str]) -> int:
    """As many places as questions were sent, or one more than there are; never over the limit, unless so many are there already."""
    sent_to = max((int(found[1]) + 1 for name in sent if (found := _SLOT.fullmatch(name))), default=0)
    return max(len(criterion.questions), min(max(sent_to, len(criterion.questions) + 1), limits.QUESTIONS))


def _question_fields(slot: int, question: Question | None) -> Iterator[tuple[str, Field]]:
    number = slot + 1
    choices = [SelectChoice(kind, KINDS[kind]) for kind in QUESTION_KINDS]
    lines = "\n".join(question.probes) if question else ""
    yield (
        f"question_kind_{slot}",
        SelectField(f"Question {number}, kind", choices=choices, default=question.kind if question else "behavioural"),
    )
    yield f"question_{slot}", text(f"Question {number}", most=limits.QUESTION, lines=True, default=question.text if question else "")
    # The limit of the whole is never felt: it only keeps the lines from being counted one by one in a text without end.
    most = limits.PROBES * (limits.PROBE + 20)
    yield f"probes_{slot}", text(f"Question {number}, follow-up", most=most, lines=True, checks=[_check_probes], default=lines)


def _rule_fields(rule: Rule | None) -> Iterator[tuple[str, Field]]:
    match rule:
        case ExperienceRule():
            yield "asked_field", text("Field of work", most=limits.ASKED_FIELD, checks=[one_line], default=rule.asked_field)
            for name, label, steps in (("same", "same kind of work", rule.same), ("related", "related work", rule.related)):
                for level in STEPS:
                    default = str(steps[level]) if level in steps else ""
                    yield f"{name}_{level}", number_field(f"Level {level}, months of {label}", 0, MAX_MONTHS, default=default)
        case EducationRule():
            for level in STEPS:
                yield f"education_{level}", _education(f"Level {level} from", "Not by education", rule.levels.get(level))
            months = str(rule.equivalent_months or "")
            yield "equivalent_months", number_field("Months of relevant work", 1, MAX_MONTHS, default=months)
            yield "equivalent_to", _education("Count as", "Nothing", rule.equivalent_to)
            yield "preferred", _education("Preferred", "None", rule.preferred)
        case RequirementRule():
            yield "asked_for", text("What is asked", most=limits.NOTE, lines=True, default=rule.asked_for)


def _education(label: str, without: str, chosen: str | None) -> Any:
    choices = [SelectChoice("", without), *(SelectChoice(level, name) for level, name in EDUCATION_LEVELS.items())]
    return SelectField(label, choices=choices, default=chosen or "")


def typed(sent: Mapping[str, str]) -> list[tuple[str, str]]:
    """Every text that was sent, with the field's name in words: for a page whose criterion or stage is gone."""
    page = {"csrf_token", "version", "seen", "do", "order", "listed"}
    return [(name.replace("_", " ").capitalize(), clean(value)) for name, value in sent.items() if name not in page and clean(value)]
