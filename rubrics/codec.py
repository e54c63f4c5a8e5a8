"""Rubric <-> plain dict, as stored in a JSON column or written in a TOML file, and the digest that names a version.

Reading is strict: an unknown field or a wrong type is refused with its place, so that a stored rubric means what it meant.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from rubrics.errors import RubricError
from rubrics.model import Criterion, Kind, Occupation, Question, Rubric, Source, Stage, Weighted
from rubrics.qualifications import EducationRule, ExperienceRule, RequirementRule, Rule

Plain = dict[str, Any]
FORMAT = 1


def digest(rubric: Rubric) -> str:
    """SHA-256 (hex) over the rubric's canonical JSON: sorted keys, no spaces, UTF-8."""
    canonical = json.dumps(to_dict(rubric), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def to_dict(rubric: Rubric) -> Plain:
    return {
        "format": FORMAT,
        "title": rubric.title,
        "criteria": [weighted_to_dict(item) for item in rubric.criteria],
        "stages": [stage_to_dict(stage) for stage in rubric.stages],
    }


def from_dict(plain: Mapping[str, Any]) -> Rubric:
    """The rubric that `to_dict` wrote. Raises `RubricError` naming the field that is unknown, missing or of a wrong type."""
    _table(plain, "rubric")
    if plain.get("format") != FORMAT:
        raise RubricError(f"rubric format {plain.get('format')!r} is not known here; this version reads format {FORMAT}")
    _only(plain, {"format", "title", "criteria", "stages"}, "rubric")
    return Rubric(
        title=_text(plain, "title", "rubric"),
        criteria=tuple(weighted_from_dict(item) for item in _rows(plain, "criteria", "rubric")),
        stages=tuple(stage_from_dict(stage) for stage in _rows(plain, "stages", "rubric")),
    )


def stage_to_dict(stage: Stage) -> Plain:
    return {
        "key": stage.key,
        "name": stage.name,
        "criteria": list(stage.criteria),
        "minutes": stage.minutes,
        "interviewers": stage.interviewers,
        "purpose": stage.purpose,
        "script": stage.script,
        "closing": stage.closing,
    }


def stage_from_dict(plain: Mapping[str, Any]) -> Stage:
    _table(plain, "stage")
    where = f"stage {plain.get('key', '?')}"
    _only(plain, {"key", "name", "criteria", "minutes", "interviewers", "purpose", "script", "closing"}, where)
    return Stage(
        key=_text(plain, "key", where),
        name=_text(plain, "name", where),
        criteria=_texts(plain, "criteria", where),
        minutes=_whole(plain, "minutes", where, 45),
        interviewers=_whole(plain, "interviewers", where, 1),
        purpose=_text(plain, "purpose", where, ""),
        script=_text(plain, "script", where, ""),
        closing=_text(plain, "closing", where, ""),
    )


def weighted_to_dict(item: Weighted) -> Plain:
    return {
        "criterion": criterion_to_dict(item.criterion),
        "weight": f"{item.weight:.2f}",
        "rationale": item.rationale,
        "minimum": item.minimum,
        "required": item.required,
    }


def weighted_from_dict(plain: Mapping[str, Any]) -> Weighted:
    _table(plain, "criteria")
    criterion = criterion_from_dict(plain.get("criterion", {}))
    _only(plain, {"criterion", "weight", "rationale", "minimum", "required"}, criterion.name)
    return Weighted(
        criterion=criterion,
        weight=weight(plain.get("weight"), criterion.name),
        rationale=_text(plain, "rationale", criterion.name, ""),
        minimum=_number_or_none(plain, "minimum", criterion.name),
        required=_yes_or_no(plain, "required", criterion.name),
    )


def weight(value: object, where: str) -> Decimal:
    """A weight from text or a number; raises `RubricError` where it is neither, or finer than hundredths."""
    try:
        given = Decimal(str(value))
        hundredths = given.quantize(Decimal("0.01"))
    except InvalidOperation:
        raise RubricError(f"the weight must be a number, not {value!r}", where=where, field="weight") from None
    if given != hundredths:
        raise RubricError(f"the weight may have two decimals at most, not {value!r}", where=where, field="weight")
    return hundredths


def criterion_to_dict(criterion: Criterion) -> Plain:
    plain: Plain = {
        "key": criterion.key,
        "name": criterion.name,
        "kind": str(criterion.kind),
        "definition": criterion.definition,
        "job_related": criterion.job_related,
        "questions": [{"kind": q.kind, "text": q.text, "probes": list(q.probes)} for q in criterion.questions],
        "anchors": {str(level): sentence for level, sentence in enumerate(criterion.anchors, start=1)},
        "aliases": list(criterion.aliases),
        "subskills": list(criterion.subskills),
        "sources": [{"file": source.file, "heading": source.heading} for source in criterion.sources],
        "onet": [{"id": element.id, "name": element.name, "fit": element.fit} for element in criterion.onet],
    }
    if criterion.rule is not None:
        plain["rule"] = rule_to_dict(criterion.rule)
    return plain


_LISTS = {"questions", "aliases", "subskills", "sources", "onet"}
_CRITERION_FIELDS = {"key", "name", "kind", "definition", "job_related", "anchors", "rule"} | _LISTS


def criterion_from_dict(plain: Mapping[str, Any]) -> Criterion:
    _table(plain, "criterion")
    where = f"criterion {plain.get('key', '?')}"
    _only(plain, _CRITERION_FIELDS, where)
    kind = _kind(plain.get("kind", "rated"), where)
    return Criterion(
        key=_text(plain, "key", where),
        name=_text(plain, "name", where),
        kind=kind,
        definition=_text(plain, "definition", where, ""),
        job_related=_text(plain, "job_related", where, ""),
        questions=tuple(_question(row, where) for row in _rows(plain, "questions", where, ())),
        anchors=anchors_from(plain.get("anchors", {}), where),
        rule=_rule(kind, plain, where),
        aliases=_texts(plain, "aliases", where, ()),
        subskills=_texts(plain, "subskills", where, ()),
        sources=tuple(_source(row, where) for row in _rows(plain, "sources", where, ())),
        onet=tuple(_occupation(row, where) for row in _rows(plain, "onet", where, ())),
    )


def _rule(kind: Kind, plain: Mapping[str, Any], where: str) -> Rule | None:
    if kind is not Kind.RATED:
        return rule_from_dict(kind, plain.get("rule", {}), _text(plain, "key", where))
    if "rule" in plain:
        raise RubricError("a rated criterion has no rule: interviewers rate it", where=where, field="rule")
    return None


def _source(plain: Mapping[str, Any], where: str) -> Source:
    _only(plain, {"file", "heading"}, f"{where}, source")
    return Source(_text(plain, "file", where), _text(plain, "heading", where))


def _occupation(plain: Mapping[str, Any], where: str) -> Occupation:
    _only(plain, {"id", "name", "fit"}, f"{where}, onet")
    return Occupation(_text(plain, "id", where), _text(plain, "name", where), _text(plain, "fit", where, ""))


def anchors_from(plain: Mapping[str, Any], where: str) -> tuple[str, ...]:
    """Anchors from `{"1": sentence, ... "5": sentence}`; a level left out is a gap."""
    _only(plain, set("12345"), f"{where}, anchors")
    return tuple(_text(plain, str(level), f"{where}, anchors", "") for level in range(1, 6))


def rule_to_dict(rule: Rule) -> Plain:
    match rule:
        case ExperienceRule():
            return {"same": _steps(rule.same), "related": _steps(rule.related), "asked_field": rule.asked_field}
        case EducationRule():
            return {
                "levels": _steps(rule.levels),
                "equivalent_months": rule.equivalent_months,
                "equivalent_to": rule.equivalent_to,
                "preferred": rule.preferred,
            }
        case RequirementRule():
            return {"asked_for": rule.asked_for}


def rule_from_dict(kind: Kind, plain: Mapping[str, Any], key: str) -> Rule:
    where = f"criterion {key}, rule"
    _table(plain, where)
    match kind:
        case Kind.EXPERIENCE:
            _only(plain, {"same", "related", "asked_field"}, where)
            return ExperienceRule(
                same=_levels(plain.get("same", {}), where, int),
                related=_levels(plain.get("related", {}), where, int),
                asked_field=_text(plain, "asked_field", where, ""),
            )
        case Kind.EDUCATION:
            _only(plain, {"levels", "equivalent_months", "equivalent_to", "preferred"}, where)
            return EducationRule(
                levels=_levels(plain.get("levels", {}), where, str),
                equivalent_months=_number_or_none(plain, "equivalent_months", where),
                equivalent_to=_text_or_none(plain, "equivalent_to", where),
                preferred=_text_or_none(plain, "preferred", where),
            )
        case _:
            _only(plain, {"asked_for"}, where)
            return RequirementRule(key=key, asked_for=_text(plain, "asked_for", where, ""))


def _steps(steps: Mapping[int, Any]) -> Plain:
    return {str(level): value for level, value in sorted(steps.items())}


def _levels(plain: Mapping[str, Any], where: str, wanted: type[Any]) -> dict[int, Any]:
    _only(plain, set("2345"), where)
    for level, value in plain.items():
        if not isinstance(value, wanted) or isinstance(value, bool):
            raise RubricError(f"level {level} must be {'a whole number' if wanted is int else 'text'}, not {value!r}", where=where)
    return {int(level): value for level, value in plain.items()}


def _kind(value: object, where: str) -> Kind:
    try:
        return Kind(str(value))
    except ValueError:
        raise RubricError(f"kind must be one of {', '.join(Kind)}, not {value!r}", where=where, field="kind") from None


def _question(plain: Mapping[str, Any], where: str) -> Question:
    _only(plain, {"kind", "text", "probes"}, f"{where}, question")
    return Question(_text(plain, "kind", where), _text(plain, "text", where), _texts(plain, "probes", where, ()))


def _table(plain: object, where: str) -> None:
    if not isinstance(plain, Mapping):
        raise RubricError(f"must be a table of fields, not {plain!r}", where=where)


def _only(plain: Mapping[str, Any], allowed: set[str], where: str) -> None:
    _table(plain, where)
    if unknown := sorted(str(name) for name in plain if name not in allowed):
        raise RubricError(f"unknown field {', '.join(map(repr, unknown))}", where=where)


def _text(plain: Mapping[str, Any], name: str, where: str, default: str | None = None) -> str:
    value = plain.get(name, default)
    if not isinstance(value, str):
        raise RubricError(f"needs the text {name!r}" if value is None else f"{name} must be text, not {value!r}", where=where, field=name)
    return value


def _whole(plain: Mapping[str, Any], name: str, where: str, default: int) -> int:
    value = plain.get(name, default)
    if not isinstance(value, int) or isinstance(value, bool):
        raise RubricError(f"{name} must be a whole number, not {value!r}", where=where, field=name)
    return value


def _number_or_none(plain: Mapping[str, Any], name: str, where: str) -> int | None:
    return None if plain.get(name) is None else _whole(plain, name, where, 0)


def _text_or_none(plain: Mapping[str, Any], name: str, where: str) -> str | None:
    return None if plain.get(name) is None else _text(plain, name, where)


def _yes_or_no(plain: Mapping[str, Any], name: str, where: str) -> bool:
    value = plain.get(name, False)
    if not isinstance(value, bool):
        raise RubricError(f"{name} must be true or false, not {value!r}", where=where, field=name)
    return value


def _rows(plain: Mapping[str, Any], name: str, where: str, default: Sequence[Any] | None = None) -> Sequence[Mapping[str, Any]]:
    value = plain.get(name, default)
    if not isinstance(value, (list, tuple)):
        raise RubricError(f"needs the list {name!r}", where=where, field=name)
    return value


def _texts(plain: Mapping[str, Any], name: str, where: str, default: Sequence[str] | None = None) -> tuple[str, ...]:
    values = _rows(plain, name, where, default)
    if not all(isinstance(value, str) for value in values):
        raise RubricError(f"{name} must be a list of texts", where=where, field=name)
    return tuple(values)  # type: ignore[arg-type]
