from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wtforms import Field, RadioField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, NumberRange, Optional

from reports.wording import DECISIONS
from rubrics.qualifications import EDUCATION_LEVELS, MAX_MONTHS, RELATEDNESS, Facts
from screening.forms.base import Form, Version, WholeNumber, email, text
from screening.models.decisions import MAX_REASON
from screening.services.candidates import Details

_ANSWERS = [SelectChoice("", "Not recorded"), SelectChoice("yes", "Yes"), SelectChoice("no", "No")]


class CandidateForm(Form):
    """A new candidate. `candidate_form` adds a `requirement_<key>` for each yes/no requirement of the rubric."""

    name = text("Name", most=200, required="Enter the candidate's name.")
    email = email(required="")
    phone = text("Phone", most=40)
    reference = text("Reference", most=200, description="Your own number or code for this candidate, if you have one.")
    source = text("Source", most=200, description="How the candidate came to you.")
    years = WholeNumber("Relevant experience, years", [Optional(), NumberRange(0, 60, "Enter whole years from 0 to 60.")])
    months = WholeNumber("and months", [Optional(), NumberRange(0, 11, "Enter whole months from 0 to 11.")])
    relatedness = SelectField(
        "How near was that work?",
        choices=[SelectChoice("", "Not recorded"), *(SelectChoice(key, name.capitalize()) for key, name in RELATEDNESS.items())],
    )
    field = text("Field of work", most=200)
    education = SelectField(
        "Highest education",
        choices=[SelectChoice("", "Not recorded"), *(SelectChoice(key, name) for key, name in EDUCATION_LEVELS.items())],
    )
    education_field = text("Subject", most=200)
    notes = text("Notes", most=4000, lines=True, description="Facts from the application. Opinions belong on scorecards.")
    requirements: Mapping[str, str] = {}

    def details(self) -> Details:
        answers = {key: self[f"requirement_{key}"].data for key in self.requirements}
        return Details(
            name=self.name.data,
            email=self.email.data,
            phone=self.phone.data,
            reference=self.reference.data,
            source=self.source.data,
            notes=self.notes.data,
            facts=Facts(
                months=self._all_months(),
                relatedness=self.relatedness.data or None,
                field=self.field.data,
                education=self.education.data or None,
                education_field=self.education_field.data,
                requirements={key: answer == "yes" for key, answer in answers.items() if answer},
            ),
        )

    def _all_months(self) -> int | None:
        if self.years.data is None and self.months.data is None:
            return None
        return min((self.years.data or 0) * 12 + (self.months.data or 0), MAX_MONTHS)

    def show(self, details: Details) -> None:
        """Fill the form with what is recorded."""
        facts = details.facts
        for name in ("name", "email", "phone", "reference", "source", "notes"):
            self[name].data = getattr(details, name)
        for name in ("field", "education_field"):
            self[name].data = getattr(facts, name)
        self.relatedness.data, self.education.data = facts.relatedness or "", facts.education or ""
        if facts.months is not None:
            self.years.data, self.months.data = divmod(facts.months, 12)
        for key in self.requirements:
            answer = facts.requirements.get(key)
            self[f"requirement_{key}"].data = "" if answer is None else "yes" if answer else "no"

    def in_words(self, details: Details) -> list[tuple[str, str]]:
        """What is recorded: the label of each field, and what the field would show."""
        recorded = type(self)(formdata=None)
        recorded.show(details)
        return [(field.label.text, _shown(field)) for field in recorded if field.type not in ("CSRFTokenField", "Version")]


def _shown(field: Field) -> str:
    if isinstance(field, SelectField):
        return next(str(choice.label) for choice in field.choices if choice.value == (field.data or ""))
    return "" if field.data is None else str(field.data)


def candidate_form(requirements: Mapping[str, str], *, there: bool = False) -> type[CandidateForm]:
    """The form with these requirements; of a candidate who is `there` it also carries the version of the record."""
    fields: dict[str, Any] = {f"requirement_{key}": SelectField(name, choices=_ANSWERS) for key, name in requirements.items()}
    if there:
        fields["version"] = Version()
    return type("BoundCandidateForm", (CandidateForm,), {**fields, "requirements": dict(requirements)})


class DecisionForm(Form):
    """`version` is the public id of the last decision in force, '' for none: deciding goes on from the one that was seen, and no other."""

    kind = RadioField("Decision", [InputRequired("Choose a decision.")], choices=[SelectChoice(*item) for item in DECISIONS.items()])
    reason = text("Reason", most=MAX_REASON, lines=True, required="Give the reason: it is kept with the decision.")
    version = Version(shape="|[A-Za-z0-9_-]{22}")


class UndoForm(Form):
    undo_reason = text(
        "Why is it taken back?", most=MAX_REASON, required="Give the reason for taking it back: it is kept with the decision."
    )
