"""What the pages of the rubric show, prepared for their templates."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from flask import request, url_for

from rubrics import library, review
from rubrics.changes import changes
from rubrics.model import LEVELS, TOTAL_WEIGHT, Kind, Remark, Rubric
from rubrics.qualifications import STEPS
from screening.forms.rubrics import EditorForm
from screening.forms.rubrics_criterion import CriterionForm
from screening.forms.rubrics_draft import Clash, DraftForm, points_typed
from screening.forms.rubrics_stage import StageForm
from screening.models import Opening, RubricVersion
from screening.policy import Action, Viewer, allows
from screening.services.rubrics import Draft, Published
from screening.services.struck import Struck

_OFF_PAGE = ("name", "definition", "questions", "anchors", "rule")
"""Parts that are written on the criterion's own page."""


def opening_of(title: str, public_id: str) -> dict[str, str]:
    return {
        "title": title,
        "href": url_for("openings.show", opening_id=public_id),
        "versions_href": url_for("rubrics.versions", opening_id=public_id),
        "public_id": public_id,
    }


def _shared(draft: Draft, form: DraftForm, clashes: Sequence[Clash] | None) -> dict[str, Any]:
    return {
        "opening": opening_of(draft.title, draft.opening_id),
        "rubric_href": url_for("rubrics.edit", opening_id=draft.opening_id),
        "draft": {"number": (draft.latest or 0) + 1, "latest": draft.latest, "saved_at": f"{draft.saved_at:%H:%M} UTC"},
        "form": form,
        "conflict": None if clashes is None else _conflict(draft, clashes),
    }


def _conflict(draft: Draft, clashes: Sequence[Clash]) -> dict[str, Any]:
    who = "You" if draft.own else draft.saved_by
    where = " in another window" if draft.own else ""
    return {
        "title": f"{who} saved the rubric{where} at {draft.saved_at:%H:%M} UTC on {draft.saved_at:%-d %B}, after you opened this page",
        "who": "You" if draft.own else draft.saved_by,
        "clashes": clashes,
        "by_field": {clash.field: clash for clash in clashes},
    }


def editor(
    draft: Draft,
    form: EditorForm,
    *,
    clashes: Sequence[Clash] | None = None,
    lost: Sequence[tuple[str, Sequence[tuple[str, str]]]] = (),
) -> dict[str, Any]:
    # Where the form cannot be a rubric yet, the saved one stands in for names and reasons, but is not what should be judged.
    rubric = form.rubric(draft.rubric) if form.sound else draft.rubric
    checked = form.sound or request.method == "GET"
    blockers, remarks = (review.problems(rubric), review.warnings(rubric)) if checked else ((), ())
    return {
        **_shared(draft, form, clashes),
        "lost": lost,
        "checked": checked,
        "criteria": [_row(rubric, draft.rubric, key) for key in form["order"].data if draft.rubric.find(key)],
        "stages": [stage for key in form["stage_order"].data if (stage := draft.rubric.stage(key))],
        "total": _total([points_typed(form[f"weight_{key}"].data) for key in draft.rubric.keys]),
        "share": review.number(round(TOTAL_WEIGHT / len(draft.rubric.criteria), 2)) if draft.rubric.criteria else "",
        "groups": _library(draft.rubric, form),
        "blockers": [_remark(remark) for remark in blockers],
        "remarks": [_remark(remark) for remark in remarks],
        "unchanged": draft.is_published,
    }


def _row(rubric: Rubric, saved: Rubric, key: str) -> dict[str, Any]:
    item = rubric.find(key) or saved.find(key)
    if item is None:
        raise KeyError(key)
    criterion = item.criterion
    return {
        "key": key,
        "name": criterion.name,
        "rated": criterion.is_rated,
        "about": criterion.rule.asked(item.minimum) if criterion.rule else criterion.definition,
        "has_reasons": bool(item.rationale or criterion.job_related),
        "reason_missing": bool(rubric.criteria) and rubric.is_unequal(item) and not item.rationale,
    }


def _total(weights: Sequence[Decimal]) -> dict[str, Any]:
    total = sum(weights, Decimal(0))
    left = TOTAL_WEIGHT - total
    gap = f"{review.points(abs(left))} {'to give' if left > 0 else 'too many'}"
    return {
        "text": review.number(total),
        "left_text": gap if left else "Exactly 100",
        "share": float(min(max(total / TOTAL_WEIGHT, Decimal(0)), Decimal(1))),
        "exact": not left,
    }


def _library(rubric: Rubric, form: EditorForm) -> list[tuple[str, list[dict[str, Any]]]]:
    ticked = set(form["add"].data)
    return [
        (
            group,
            [
                {
                    "key": criterion.key,
                    "name": criterion.name,
                    "definition": criterion.definition,
                    "there": rubric.find(criterion.key) is not None,
                    "ticked": criterion.key in ticked,
                    "words": library.wording(criterion),
                }
                for criterion in members
            ],
        )
        for group, members in library.grouped(form["find"].data or "")
    ]


def _remark(remark: Remark) -> dict[str, str]:
    """A remark with the place where it is mended: one on this page, or a button that saves and goes to the criterion's."""
    key = remark.key
    places = {"criteria": "library", "weights": "criteria", "stages": "stages", "asked": f"asked-{key}", "stage": f"stage-{key}"}
    off_page = remark.part in _OFF_PAGE
    return {
        "text": f"{remark.where}: {remark.message}",
        "reason": remark.reason,
        "go": f"criterion:{key}:{remark.part}" if off_page else "",
        "href": "" if off_page else f"#{places.get(remark.part, f'{remark.part}_{key}')}",
    }


def criterion(draft: Draft, key: str, form: CriterionForm, *, clashes: Sequence[Clash] | None = None) -> dict[str, Any]:
    rubric = draft.rubric
    place = rubric.keys.index(key)
    item = rubric.criteria[place]
    remarks = (*review.problems(rubric), *review.warnings(rubric))
    return {
        **_shared(draft, form, clashes),
        "criterion": item.criterion,
        "kind": _KIND_WORDS[item.criterion.kind],
        "place": place + 1,
        "count": len(rubric.criteria),
        "next": rubric.criteria[place + 1].criterion.name if place + 1 < len(rubric.criteria) else "",
        "existing": len(item.criterion.questions),
        "remarks": [remark for remark in remarks if remark.key == key and remark.part in (*_OFF_PAGE, "job_related")],
        "levels": LEVELS,
        "steps": STEPS,
    }


_KIND_WORDS = {
    Kind.RATED: "Rated by interviewers on five levels",
    Kind.EXPERIENCE: "Judged from the recorded experience, by the rule below",
    Kind.EDUCATION: "Judged from the recorded education, by the rule below",
    Kind.REQUIREMENT: "A yes/no requirement, judged from the recorded facts: met is level 5, not met is level 1",
}


def stage(draft: Draft, key: str, form: StageForm, *, clashes: Sequence[Clash] | None = None) -> dict[str, Any]:
    names = {item.key: item.criterion.name for item in draft.rubric.rated}
    asked = [asked_key for asked_key in form["order"].data if asked_key in names]
    return {
        **_shared(draft, form, clashes),
        "stage": draft.rubric.stage(key),
        "asked": [(asked_key, names[asked_key]) for asked_key in asked],
        "others": [(other, name, other in form["more"].data) for other, name in names.items() if other not in asked],
    }


def gone(draft: Draft, what: str, typed: Sequence[tuple[str, str]]) -> dict[str, Any]:
    return {
        "opening": opening_of(draft.title, draft.opening_id),
        "rubric_href": url_for("rubrics.edit", opening_id=draft.opening_id),
        "what": what,
        "who": "You" if draft.own else draft.saved_by,
        "typed": typed,
    }


def versions(opening: Opening, rows: Sequence[RubricVersion], viewer: Viewer) -> dict[str, Any]:
    return {
        "opening": opening_of(opening.title, opening.public_id),
        "rows": rows,
        "edit_href": _edit_href(opening, viewer),
    }


def version(
    opening: Opening, row: RubricVersion, published: Published, before: Published | None, struck: Struck, viewer: Viewer
) -> dict[str, Any]:
    rubric = published.rubric
    return {
        "opening": opening_of(opening.title, opening.public_id),
        "row": row,
        "rubric": rubric,
        "stages_of": {key: [stage.name for stage in rubric.stages if key in stage.criteria] for key in rubric.keys},
        "before": before,
        "changes": changes(before.rubric, rubric) if before else (),
        "levels": LEVELS,
        "struck": struck,
        "voids_href": url_for("voids.show", opening_id=opening.public_id) if allows(viewer, Action.VOID, opening.id) else "",
        "number": review.number,
        "edit_href": _edit_href(opening, viewer),
    }


def _edit_href(opening: Opening, viewer: Viewer) -> str:
    allowed = allows(viewer, Action.EDIT_RUBRIC, opening.id)
    return url_for("rubrics.edit", opening_id=opening.public_id) if allowed else ""
