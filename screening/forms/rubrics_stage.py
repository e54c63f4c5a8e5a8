"""The form of one stage: its words, and what is asked there in which order."""

from __future__ import annotations

from dataclasses import replace

from werkzeug.datastructures import MultiDict
from wtforms import Field

from rubrics import limits
from rubrics.model import Rubric, Stage
from screening.forms.base import text
from screening.forms.rubrics_draft import DraftForm, Keys, number_field, one_line


class StageForm(DraftForm):
    """`order` holds the criteria that are asked; `more` those that are ticked to be asked too."""

    def stage(self, base: Stage) -> Stage:
        """The stage as the page says it, where it is valid."""
        return replace(
            base,
            name=self["name"].data,
            minutes=int(self["minutes"].data),
            interviewers=int(self["interviewers"].data),
            purpose=self["purpose"].data,
            script=self["script"].data,
            closing=self["closing"].data,
            criteria=tuple(dict.fromkeys([*self["order"].data, *self["more"].data])),
        )


def stage_form(stage: Stage, rubric: Rubric) -> type[StageForm]:
    rated = {item.key: item.criterion.name for item in rubric.rated}
    what = "criterion to be rated"
    parts: dict[str, Field] = {
        "name": text("Name", most=limits.NAME, required="Give the stage a name.", checks=[one_line], default=stage.name),
        "minutes": number_field("Minutes", 5, 480, required=True, default=str(stage.minutes)),
        "interviewers": number_field("Interviewers", 1, 12, required=True, default=str(stage.interviewers)),
        "purpose": text("Purpose", most=limits.NOTE, lines=True, default=stage.purpose),
        "script": text("Opening script, read aloud", most=limits.SCRIPT, lines=True, default=stage.script),
        "closing": text("Closing, read aloud", most=limits.SCRIPT, lines=True, default=stage.closing),
        "order": Keys("Criteria asked", names=rated, what=what, ordered=True, default=list(stage.criteria)),
    }
    more = Keys("Ask for these too", names=rated, what=what, default=[])
    return type("BoundStageForm", (StageForm,), {**parts, "more": more, "parts": tuple(parts)})


def stage_sent(stage: Stage, rubric: Rubric, sent: MultiDict[str, str]) -> StageForm:
    """The form as it was sent; a page that does not say that it lists the criteria (`listed`) leaves them as they are."""
    form = stage_form(stage, rubric)(formdata=sent)
    if "listed" not in sent:
        form["order"].data = list(stage.criteria)
    return form
