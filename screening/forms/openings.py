from __future__ import annotations

from collections.abc import Sequence

from wtforms import BooleanField, HiddenField, RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from screening.forms.base import Form, Version, text


class OpeningForm(Form):
    title = text("Title", most=200, required="Give the opening a title, such as “Customer service representative”.")
    department = text("Department", most=200)
    location = text("Location", most=200)


class OpeningSettingsForm(OpeningForm):
    panel_open = BooleanField("Interviewers read the panel’s scorecards once their own are in")
    manager_sees_names = BooleanField("Hiring managers see who gave which rating")
    ranks_adjusted = BooleanField("Places follow the severity-adjusted total")
    finals_count = BooleanField("Final ratings given after a debrief count in the totals")
    version = Version(shape="[0-9a-f]{16}")


class StateForm(Form):
    """`version` is the state that the opening was in."""

    state = HiddenField()
    version = Version(shape="draft|open|closed")


class NewOpeningForm(OpeningForm):
    """`start` is `template:<key>`, `copy:<opening id>` or `empty`."""

    start = RadioField("Begin with", [InputRequired("Choose what to begin with.")])

    def offer(self, templates: Sequence[tuple[str, str]], openings: Sequence[tuple[str, str]]) -> None:
        self.start.choices = [
            *(SelectChoice(f"template:{key}", name) for key, name in templates),
            *(SelectChoice(f"copy:{public_id}", f"Copy the rubric of “{title}”") for public_id, title in openings),
            SelectChoice("empty", "An empty rubric"),
        ]

    def beginning(self) -> dict[str, str]:
        kind, _, value = self.start.data.partition(":")
        return {"template": value if kind == "template" else "", "copy_of": value if kind == "copy" else ""}
