"""The pages of the rubric editor. They differ in what they show and what their buttons do; how they are saved is one way for all."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from flask import flash, redirect, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from rubrics import editing
from rubrics.errors import RubricError
from rubrics.model import Kind, Rubric
from screening.blueprints import rubric_pages as pages
from screening.blueprints.session import viewer
from screening.errors import Invalid, NotFound
from screening.forms.rubrics import EditorForm, editor_form, editor_sent, fit_lists, gone
from screening.forms.rubrics_criterion import CriterionForm, criterion_form
from screening.forms.rubrics_draft import Clash, DraftForm
from screening.forms.rubrics_stage import StageForm, stage_form, stage_sent
from screening.services import rubrics
from screening.services.rubrics import Draft

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

AnyForm = TypeVar("AnyForm", bound=DraftForm)
Sent = MultiDict[str, str]


@dataclass(frozen=True, slots=True)
class Command:
    """What a button asks for: `save`, `up:<key>`, `criterion:<key>:<part>` ..."""

    action: str
    key: str = ""
    part: str = ""

    @classmethod
    def of(cls, text: str) -> Command:
        action, _, rest = text.partition(":")
        key, _, part = rest.partition(":")
        return cls(action, key, part)

    @property
    def place(self) -> int:
        """The key as a place in a list; -1 where it is none."""
        return int(self.key) if re.fullmatch(r"[0-9]{1,2}", self.key) else -1

    def unknown(self) -> Invalid:
        return Invalid("The page asked for something that cannot be done here. Reload it.")


class Sheet(ABC, Generic[AnyForm]):
    """One page of the editor. `form` is None where what it is about is not in the draft (any more)."""

    template: str
    what: str

    @abstractmethod
    def form(self, draft: Draft, sent: Sent | None) -> AnyForm | None: ...

    def saved(self, draft: Draft, sent: Sent) -> AnyForm:
        """What the draft says, in a form with the fields of the one that was sent."""
        form = self.form(draft, None)
        if form is None:
            raise NotFound
        return form

    @abstractmethod
    def context(self, draft: Draft, form: AnyForm, clashes: Sequence[Clash] | None) -> dict[str, Any]: ...

    @abstractmethod
    def changed(self, draft: Draft, form: AnyForm, command: Command) -> tuple[Rubric, str]:
        """The rubric after the button, and the key of what was made or moved, if anything. Raises `Invalid` or `RubricError`."""

    def also(self, session: Session, draft: Draft, form: AnyForm, command: Command, version: int) -> str:
        """What the button does besides saving, in the same transaction; gives what was made by it, if anything."""
        return ""

    @abstractmethod
    def after(self, draft: Draft, command: Command, made: str) -> Response: ...

    def refusal(self, form: AnyForm, error: RubricError) -> Invalid:
        return Invalid(str(error), field=error.field)


def _to(draft: Draft, endpoint: str, anchor: str = "", **values: Any) -> Response:
    return redirect(url_for(f"rubrics.{endpoint}", opening_id=draft.opening_id, _anchor=anchor or None, **values), 303)


class EditorSheet(Sheet[EditorForm]):
    template = "rubrics/edit.html"
    what = "rubric"

    def form(self, draft: Draft, sent: Sent | None) -> EditorForm:
        return editor_form(draft.rubric)(formdata=None) if sent is None else editor_sent(draft.rubric, sent)

    def context(self, draft: Draft, form: EditorForm, clashes: Sequence[Clash] | None) -> dict[str, Any]:
        # A page whose list of criteria was refused still shows every one of them, with what was typed.
        fit_lists(form, draft.rubric)
        lost = gone(draft.rubric, request.form) if clashes is not None else ()
        return pages.editor(draft, form, clashes=clashes, lost=lost)

    def changed(self, draft: Draft, form: EditorForm, command: Command) -> tuple[Rubric, str]:
        """Whatever is filled in on the page is done with any button, so that nothing typed is dropped."""
        rubric, made = form.rubric(draft.rubric), ""
        for key in form["add"].data:
            rubric, made = editing.add_from_library(rubric, key), key
        if form.own_name.data:
            rubric, made = editing.write_own(rubric, form.own_name.data, Kind(form.own_kind.data))
        if form.new_stage.data:
            rubric, made = editing.add_stage(rubric, form.new_stage.data)
        return _after_button(form, rubric, command), made

    def also(self, session: Session, draft: Draft, form: EditorForm, command: Command, version: int) -> str:
        if command.action != "publish":
            return ""
        return str(rubrics.publish(session, viewer(), draft.opening_id, version=version, note=form.note.data).number)

    def after(self, draft: Draft, command: Command, made: str) -> Response:
        key = command.key
        match command.action:
            case "publish":
                flash(f"Version {made} is published: interviews are held with it from now on.", "success")
                return _to(draft, "version", number=int(made))
            case "own":
                return _to(draft, "criterion", key=made)
            case "criterion":
                return _to(draft, "criterion", command.part, key=key)
            case "stage":
                return _to(draft, "stage", key=key)
            case "save":
                flash("Saved.", "success")
                return _to(draft, "edit")
            case "up" | "down":
                return _to(draft, "edit", f"criterion-{key}")
            case "add":
                return _to(draft, "edit", f"criterion-{made}")
            case "up_stage" | "down_stage" | "add_stage":
                return _to(draft, "edit", f"stage-{made or key}")
            case "remove_stage":
                return _to(draft, "edit", "stages")
        return _to(draft, "edit", "criteria")


def _after_button(form: EditorForm, rubric: Rubric, command: Command) -> Rubric:
    match command.action:
        case "up":
            return editing.move(rubric, command.key, -1)
        case "down":
            return editing.move(rubric, command.key, 1)
        case "remove":
            return editing.remove(rubric, command.key)
        case "up_stage":
            return editing.move_stage(rubric, command.key, -1)
        case "down_stage":
            return editing.move_stage(rubric, command.key, 1)
        case "remove_stage":
            return editing.remove_stage(rubric, command.key)
        case "equal":
            return rubric.with_equal_weights()
    _check(form, rubric, command)
    return rubric


def _check(form: EditorForm, rubric: Rubric, command: Command) -> None:
    """Refuse a button that lacks what it needs, or that is none."""
    match command.action:
        case "add" if not form["add"].data:
            raise Invalid("Tick at least one criterion of the library.", field="add")
        case "own" if not form.own_name.data:
            raise Invalid("Give the criterion a name.", field="own_name")
        case "add_stage" if not form.new_stage.data:
            raise Invalid("Give the stage a name.", field="new_stage")
        case "criterion" if rubric.find(command.key) is None:
            raise command.unknown()
        case "stage" if rubric.stage(command.key) is None:
            raise command.unknown()
        case "save" | "publish" | "add" | "own" | "add_stage" | "criterion" | "stage":
            return
    raise command.unknown()


class CriterionSheet(Sheet[CriterionForm]):
    template = "rubrics/criterion.html"
    what = "criterion"

    def __init__(self, key: str) -> None:
        self.key = key

    def form(self, draft: Draft, sent: Sent | None) -> CriterionForm | None:
        item = draft.rubric.find(self.key)
        return None if item is None else criterion_form(item.criterion, sent)(formdata=sent)

    def saved(self, draft: Draft, sent: Sent) -> CriterionForm:
        item = draft.rubric.find(self.key)
        if item is None:
            raise NotFound
        return criterion_form(item.criterion, sent)(formdata=None)

    def context(self, draft: Draft, form: CriterionForm, clashes: Sequence[Clash] | None) -> dict[str, Any]:
        return pages.criterion(draft, self.key, form, clashes=clashes)

    def changed(self, draft: Draft, form: CriterionForm, command: Command) -> tuple[Rubric, str]:
        item = draft.rubric.find(self.key)
        if item is None:
            raise NotFound
        criterion = form.criterion(item.criterion)
        match command.action:
            case "up" | "down":
                criterion = editing.move_question(criterion, command.place, -1 if command.action == "up" else 1)
            case "remove":
                criterion = editing.remove_question(criterion, command.place)
            case "save" | "next" | "more":
                pass
            case _:
                raise command.unknown()
        return editing.with_criterion(draft.rubric, criterion), str(len(criterion.questions))

    def after(self, draft: Draft, command: Command, made: str) -> Response:
        following = draft.rubric.keys[draft.rubric.keys.index(self.key) + 1 :]
        match command.action:
            case "more":
                return _to(draft, "criterion", f"question_{made}", key=self.key)
            case "up" | "down" | "remove":
                return _to(draft, "criterion", "questions", key=self.key)
            case "next" if following:
                return _to(draft, "criterion", key=following[0])
        flash("Saved.", "success")
        return _to(draft, "edit", f"criterion-{self.key}")

    def refusal(self, form: CriterionForm, error: RubricError) -> Invalid:
        return Invalid(str(error), field=form.place_of(error))


class StageSheet(Sheet[StageForm]):
    template = "rubrics/stage.html"
    what = "stage"

    def __init__(self, key: str) -> None:
        self.key = key

    def form(self, draft: Draft, sent: Sent | None) -> StageForm | None:
        stage = draft.rubric.stage(self.key)
        if stage is None:
            return None
        return stage_form(stage, draft.rubric)(formdata=None) if sent is None else stage_sent(stage, draft.rubric, sent)

    def context(self, draft: Draft, form: StageForm, clashes: Sequence[Clash] | None) -> dict[str, Any]:
        return pages.stage(draft, self.key, form, clashes=clashes)

    def changed(self, draft: Draft, form: StageForm, command: Command) -> tuple[Rubric, str]:
        stage = draft.rubric.stage(self.key)
        if stage is None:
            raise NotFound
        stage = form.stage(stage)
        match command.action:
            case "up" | "down":
                stage = editing.move_asked(stage, command.key, -1 if command.action == "up" else 1)
            case "remove":
                stage = editing.stop_asking(stage, command.key)
            case "add" if not form["more"].data:
                raise Invalid("Tick at least one criterion.", field="more")
            case "save" | "add":
                pass
            case _:
                raise command.unknown()
        return editing.with_stage(draft.rubric, stage), ""

    def after(self, draft: Draft, command: Command, made: str) -> Response:
        if command.action != "save":
            return _to(draft, "stage", "asked", key=self.key)
        flash("Saved.", "success")
        return _to(draft, "edit", f"stage-{self.key}")


def met(sheet: Sheet[AnyForm], draft: Draft, sent: Sent) -> tuple[AnyForm, list[Clash]] | None:
    """The form with both people's changes, and where they clash; None where what it is about is gone."""
    form = sheet.form(draft, sent)
    if form is None:
        return None
    if isinstance(form, EditorForm):
        fit_lists(form, draft.rubric)
    clashes = form.meet(sheet.saved(draft, sent), sent)
    form.validate()
    return form, clashes
