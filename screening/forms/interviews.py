from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from wtforms import DateTimeLocalField, RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional

from screening.forms.base import Form, Ticks, Version, text


class PlanForm(Form):
    stage = RadioField("Stage", [InputRequired("Choose a stage.")])
    applications = Ticks("Candidates", [InputRequired("Tick at least one candidate.")])
    interviewers = Ticks("Interviewers", [InputRequired("Tick at least one interviewer.")])
    at = DateTimeLocalField(
        "When (UTC)", [Optional()], description="Leave empty if it is not fixed yet.", format=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]
    )
    version = Version()
    place = text("Where", most=200, description="A room, a telephone number or a link.")

    def offer(
        self, stages: Sequence[tuple[str, str]], applications: Sequence[tuple[str, str]], interviewers: Sequence[tuple[str, str]]
    ) -> None:
        self.stage.choices = [SelectChoice(*item) for item in stages]
        self.applications.choices = [SelectChoice(*item) for item in applications]
        self.interviewers.choices = [SelectChoice(*item) for item in interviewers]

    @property
    def scheduled_at(self) -> datetime | None:
        return self.at.data.replace(tzinfo=UTC) if self.at.data else None
