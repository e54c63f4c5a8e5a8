"""A job text as it is pasted or uploaded, and what is taken of the draft that was read in it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask_wtf.file import FileField
from wtforms import BooleanField, Field, RadioField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from rubrics import library, limits
from rubrics.drafting import Draft
from rubrics.drafting.model import Asked, Level, Requirement, Unlisted, Years
from rubrics.model import Kind
from rubrics.qualifications import EDUCATION_LEVELS, MAX_MONTHS, NO_CERTIFICATE
from screening import texts
from screening.errors import Invalid
from screening.forms.base import Form, clean, text
from screening.forms.openings import OpeningForm
from screening.forms.rubrics import OWN_KINDS
from screening.forms.rubrics_draft import number_field, one_line
from screening.services import drafting
from screening.services.asked_facts import EDUCATION, EXPERIENCE, AskedEducation, AskedExperience
from screening.services.drafting import Choice, Listed, ToWrite

LEVELS = {Level.REQUIRED: "Required", Level.PREFERRED: "Preferred"}
_NOT_ASKED = SelectChoice("", "Not asked for")


class TextForm(Form):
    """One of the two is to be given. How long a text may be is for its reader to say: a browser would cut a long one without a word."""

    text = TextAreaField("Paste the text", filters=[clean])
    file = FileField("Or upload it", render_kw={"accept": ".txt,.docx,.pdf"})

    def draft(self) -> Draft:
        """What the given text asks for; `text` then holds it, wherever it came from. Raises `Invalid`."""
        if not self.file.data:
            if not self.text.data:
                raise Invalid("Paste the text here, or choose a file that holds it.", field="text")
            return drafting.read(self.text.data)
        if self.text.data:
            message = "There is a text above as well. Empty it to have the file read, and choose the file again; or go on with the text."
            raise Invalid(message, field="file")
        words = clean(texts.read(self.file.data.read()))
        draft = drafting.read(words, field="file")
        self.text.data = words
        return draft


class ReviewForm(OpeningForm):
    """`review_form` adds the fields of each line: `take_<key>`, `level_<key>`, and `as_<key>` or the values of a qualification;
    `write_<n>` and `kind_<n>` for the n-th thing without a criterion.
    """

    read: Draft

    def validate(self, extra_validators: Any = None) -> bool:
        sound = super().validate(extra_validators)
        return self._each_criterion_once() and sound

    def _each_criterion_once(self) -> bool:
        lines: dict[str, str] = {}
        for asked in self._rated():
            chosen = self[f"as_{asked.key}"]
            if chosen.data in lines:
                other = lines[chosen.data]
                chosen.errors = [*chosen.errors, f"{named(chosen.data)} is taken already, in the line “{other}”: drop one of the two."]
                return False
            lines[chosen.data] = named(asked.key)
        return True

    def _rated(self) -> Iterator[Asked]:
        """The lines taken whose criterion interviewers rate."""
        for asked in drafting.in_reading_order(self.read):
            if asked.key not in (EXPERIENCE, EDUCATION) and self[f"take_{asked.key}"].data:
                yield asked

    def choices(self) -> list[Choice]:
        """What is taken, in the order of the page."""
        rated = [Choice(Listed(self[f"as_{asked.key}"].data, self.required(asked.key)), self._quote(asked)) for asked in self._rated()]
        return [*rated, *self._facts(), *self._to_write()]

    def _facts(self) -> Iterator[Choice]:
        for asked in drafting.in_reading_order(self.read):
            if asked.key in (EXPERIENCE, EDUCATION) and self[f"take_{asked.key}"].data:
                yield Choice(self.experience() if asked.key == EXPERIENCE else self.education(), self._quote(asked))

    def _quote(self, asked: Asked | Unlisted) -> str:
        return asked.evidence[0].of(self.read.text) if asked.evidence else ""

    def _to_write(self) -> Iterator[Choice]:
        for number, asked in enumerate(self.read.unlisted, start=1):
            if self[f"write_{number}"].data:
                kind = Kind(self[f"kind_{number}"].data)
                yield Choice(ToWrite(asked.name, kind, asked.level is Level.REQUIRED), self._quote(asked))

    def required(self, key: str) -> bool:
        return bool(self[f"level_{key}"].data == Level.REQUIRED)

    def experience(self) -> AskedExperience:
        months, wished = (int(field.data) if field.data else None for field in (self.experience_months, self.experience_wished))
        return AskedExperience(self.required(EXPERIENCE), months, wished, self.experience_field.data)

    def education(self) -> AskedEducation:
        minimum, preferred = self.education_minimum.data or None, self.education_preferred.data or None
        return AskedEducation(self.required(EDUCATION), minimum, preferred, self.education_equivalent.data)


def review_form(draft: Draft) -> type[ReviewForm]:
    """The form for what was read, filled with it."""
    fields: dict[str, Any] = {"read": draft, "title": _title(draft)}
    for asked in draft.criteria:
        fields |= _line(asked)
        if asked.key == EXPERIENCE:
            fields |= dict(_experience(draft))
        elif asked.key == EDUCATION:
            fields |= dict(_education(draft))
        else:
            fields[f"as_{asked.key}"] = SelectField(f"{named(asked.key)}: criterion", choices=_library(), default=asked.key)
    kinds = [SelectChoice(kind, label) for kind, label in OWN_KINDS.items()]
    for number, wanted in enumerate(draft.unlisted, start=1):
        fields[f"write_{number}"] = BooleanField(wanted.name)
        fields[f"kind_{number}"] = SelectField(f"{wanted.name}: how it is judged", choices=kinds, default=Kind.RATED)
    return type("BoundReviewForm", (ReviewForm,), fields)


def named(key: str) -> str:
    return library.criteria()[key].criterion.name


def _title(draft: Draft) -> Field:
    needed = "Give the opening a title, such as “Customer service representative”."
    return text("Title of the opening", most=200, required=needed, default=drafting.printable(draft.title, 200))


def _line(asked: Asked) -> dict[str, Field]:
    name = named(asked.key)
    levels = [SelectChoice(level, label) for level, label in LEVELS.items()]
    needed = InputRequired("Say whether it is required or preferred.")
    return {
        f"take_{asked.key}": BooleanField(name, default=True),
        f"level_{asked.key}": RadioField(f"{name}: how strongly", [needed], choices=levels, default=asked.level),
    }


def _library() -> list[SelectChoice]:
    """The criteria that interviewers rate, by group."""
    return [SelectChoice(one.key, one.name, optgroup=group) for group, members in library.grouped() for one in members if one.is_rated]


def _experience(draft: Draft) -> Iterator[tuple[str, Field]]:
    read = draft.experience
    least, wished = (read.asked, read.wished) if read.requirement is Requirement.REQUIRED else (None, read.asked)
    for name, label, years in (("months", "At least", least), ("wished", "Better still", wished)):
        yield f"experience_{name}", number_field(f"Experience: {label.lower()}", 1, MAX_MONTHS, default=_months(years))
    field = drafting.printable(read.asked.field, limits.ASKED_FIELD)
    yield "experience_field", text("Experience: in what", most=limits.ASKED_FIELD, checks=[one_line], default=field)


def _months(years: Years | None) -> str:
    return str(round(years.minimum * 12)) if years is not None and years.minimum else ""


def _education(draft: Draft) -> Iterator[tuple[str, Field]]:
    read = draft.education
    levels = [_NOT_ASKED, *(SelectChoice(key, label) for key, label in EDUCATION_LEVELS.items() if key != NO_CERTIFICATE)]
    offered = {choice.value for choice in levels}
    for name, label, level in (("minimum", "at least", read.minimum), ("preferred", "preferred", read.preferred)):
        chosen = level if level in offered else ""
        yield f"education_{name}", SelectField(f"Education: {label}", choices=levels, default=chosen)
    yield "education_equivalent", BooleanField("Or equivalent experience", default=read.equivalent_experience)
