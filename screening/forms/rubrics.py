"""The form of the rubric editor, made from the draft: weights and reasons of every criterion, and what is asked in which stage."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, Field, SelectField, StringField
from wtforms.fields.choices import SelectChoice

from rubrics import library, limits
from rubrics.model import Kind, Rubric, Stage, Weighted
from rubrics.review import number
from screening.forms.base import clean, text
from screening.forms.rubrics_draft import DraftForm, Keys, as_points, number_field, one_line, points

OWN_KINDS = {Kind.RATED: "Rated by interviewers, 1 to 5", Kind.REQUIREMENT: "Yes/no requirement, from the facts"}


class EditorForm(DraftForm):
    """The commands of the page; `editor_form` adds the fields of each criterion and stage.

    `order`, `weight_<key>`, `minimum_<key>`, `required_<key>`, `rationale_<key>`, `job_related_<key>`;
    `stage_order`, `stage_name_<key>`, `stage_minutes_<key>`, `stage_interviewers_<key>`, `asks_<key>` (keys of criteria).
    """

    find = text("Search the library", most=100)
    own_name = text("Its name", most=limits.NAME, checks=[one_line])
    own_kind = SelectField("How it is judged", choices=[SelectChoice(kind, label) for kind, label in OWN_KINDS.items()], default=Kind.RATED)
    new_stage = text("Name of a new stage", most=limits.NAME, checks=[one_line])
    note = text("Note on this version", most=limits.NOTE, lines=True)

    def rubric(self, base: Rubric) -> Rubric:
        """The rubric as the page says it, where it is valid."""
        items = {item.key: item for item in base.criteria}
        stages = {stage.key: stage for stage in base.stages}
        return replace(
            base,
            criteria=tuple(self._weighted(items[key]) for key in self["order"].data),
            stages=tuple(self._stage(stages[key], base) for key in self["stage_order"].data),
        )

    def _weighted(self, item: Weighted) -> Weighted:
        minimum = self[f"minimum_{item.key}"].data
        return replace(
            item,
            criterion=replace(item.criterion, job_related=self[f"job_related_{item.key}"].data),
            weight=as_points(self[f"weight_{item.key}"].data),
            rationale=self[f"rationale_{item.key}"].data,
            minimum=int(minimum) if minimum else None,
            required=bool(self[f"required_{item.key}"].data),
        )

    def _stage(self, stage: Stage, rubric: Rubric) -> Stage:
        ticked = self[f"asks_{stage.key}"].data
        kept = [key for key in stage.criteria if key in ticked]
        return replace(
            stage,
            name=self[f"stage_name_{stage.key}"].data,
            minutes=int(self[f"stage_minutes_{stage.key}"].data),
            interviewers=int(self[f"stage_interviewers_{stage.key}"].data),
            # What is newly ticked comes last, in the rubric's order; the stage's own page changes the order.
            criteria=(*kept, *(key for key in rubric.keys if key in ticked and key not in kept)),
        )


def editor_form(rubric: Rubric) -> type[EditorForm]:
    names = {item.key: item.criterion.name for item in rubric.criteria}
    stages = {stage.key: stage.name for stage in rubric.stages}
    parts: dict[str, Field] = {
        "order": Keys("Order of the criteria", names=names, what="criterion", complete=True, ordered=True, default=list(names)),
        "stage_order": Keys("Order of the stages", names=stages, what="stage", complete=True, ordered=True, default=list(stages)),
    }
    for item in rubric.criteria:
        parts.update(_criterion_fields(item))
    rated = {item.key: item.criterion.name for item in rubric.rated}
    for stage in rubric.stages:
        parts.update(_stage_fields(stage, rated))
    shipped = {key: entry.criterion.name for key, entry in library.criteria().items()}
    add = Keys("Criteria of the library", names=shipped, what="criterion of the library", default=[])
    return type("BoundEditorForm", (EditorForm,), {**parts, "add": add, "parts": tuple(parts)})


def _criterion_fields(item: Weighted) -> Iterator[tuple[str, Field]]:
    key, name = item.key, item.criterion.name
    levels = [level for level in range(1, 6) if level > 1 or item.minimum == 1]
    choices = [SelectChoice("", "None"), *(SelectChoice(str(level), str(level)) for level in levels)]
    yield f"weight_{key}", StringField(f"{name}: weight", [points], filters=[clean], default=number(item.weight))
    yield f"minimum_{key}", SelectField(f"{name}: minimum", choices=choices, default=str(item.minimum or ""))
    yield f"required_{key}", BooleanField(f"{name}: must be assessed", default=item.required)
    yield f"rationale_{key}", text(f"{name}: why this weight", most=limits.NOTE, lines=True, default=item.rationale)
    yield (
        f"job_related_{key}",
        text(f"{name}: how it serves the job", most=limits.NOTE, lines=True, default=item.criterion.job_related),
    )


def _stage_fields(stage: Stage, rated: dict[str, str]) -> Iterator[tuple[str, Field]]:
    key, name = stage.key, stage.name
    yield (
        f"stage_name_{key}",
        text(f"{name}: name", most=limits.NAME, required="Give the stage a name.", checks=[one_line], default=name),
    )
    yield f"stage_minutes_{key}", number_field(f"{name}: minutes", 5, 480, required=True, default=str(stage.minutes))
    yield f"stage_interviewers_{key}", number_field(f"{name}: interviewers", 1, 12, required=True, default=str(stage.interviewers))
    yield f"asks_{key}", Keys(f"{name}: criteria asked", names=rated, what="criterion to be rated", default=list(stage.criteria))


def editor_sent(rubric: Rubric, sent: MultiDict[str, str]) -> EditorForm:
    """The form as it was sent. What the page did not hold stays as it is in the draft: a box that was not there was not unticked."""
    form = editor_form(rubric)(formdata=sent)
    there, stages_there = set(sent.getlist("order")), set(sent.getlist("stage_order"))
    for item in rubric.criteria:
        if item.key not in there:
            form[f"required_{item.key}"].data = item.required
    for stage in rubric.stages:
        if stage.key not in stages_there:
            form[f"asks_{stage.key}"].data = list(stage.criteria)
    return form


def fit_lists(form: EditorForm, rubric: Rubric) -> None:
    """Let the lists hold what the rubric holds now: in the page's order, without what is gone, then what was added."""
    for name, keys in (("order", rubric.keys), ("stage_order", tuple(stage.key for stage in rubric.stages))):
        listed = form[name].data
        form[name].data = [*(key for key in listed if key in keys), *(key for key in keys if key not in listed)]
    rated = {item.key for item in rubric.rated}
    for stage in rubric.stages:
        ticks = form[f"asks_{stage.key}"]
        ticks.data = [key for key in ticks.data if key in rated]


def gone(rubric: Rubric, sent: MultiDict[str, str]) -> list[tuple[str, list[tuple[str, str]]]]:
    """What was typed for criteria and stages that somebody took out meanwhile: (name, [(label, text), ...])."""
    found = []
    for list_name, keys, labels in (
        ("order", rubric.keys, {"weight": "Weight", "rationale": "Why this weight", "job_related": "How it serves the job"}),
        (
            "stage_order",
            tuple(stage.key for stage in rubric.stages),
            {"stage_name": "Name", "stage_minutes": "Minutes", "stage_interviewers": "Interviewers"},
        ),
    ):
        for key in sent.getlist(list_name):
            if key not in keys:
                typed = [(label, clean(sent.get(f"{part}_{key}"))) for part, label in labels.items()]
                found.append((_name(key, sent), [(label, words) for label, words in typed if words]))
    return found


def _name(key: str, sent: MultiDict[str, str]) -> str:
    entry = library.criteria().get(key)
    return entry.criterion.name if entry else key.replace("_", " ").capitalize()
