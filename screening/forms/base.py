"""What all forms share: text as typed (NFC), control characters refused, limits that the page knows of."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Any

from flask_wtf import FlaskForm
from wtforms import EmailField, Field, HiddenField, IntegerField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional, Regexp, StopValidation, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from screening.errors import Invalid, PreconditionRequired

EMAIL = Regexp(r"^[^@\s]+@[^@\s]+\.[^@\s]+$", message="Enter an e-mail address, such as name@example.org.")


class Form(FlaskForm):
    """A form whose refusals by a service can be hung on the field they speak of."""

    def refuse(self, error: Invalid) -> None:
        """Show the refusal at its field, or above the form where it has none."""
        field = self._fields.get(error.field)
        if field is not None:
            field.errors = [*field.errors, str(error)]
        else:
            self.form_errors.append(str(error))


class Version(HiddenField):
    """Which state of a thing the page was made from, so that saving overwrites nothing that the person did not see.

    A number, unless `shape` says otherwise. Validating a form that came without it raises `PreconditionRequired`, and one with a text
    that no page ever holds `Invalid`: both are for the whole request, as there is no field to hang them on.
    """

    def __init__(self, *, shape: str = "[0-9]{1,9}", **options: Any) -> None:
        super().__init__(**options)
        self.shape = shape

    def pre_validate(self, form: Any) -> None:
        sent, fits = self.data or "", re.fullmatch(self.shape, self.data or "")
        if not self.raw_data or not (sent or fits):
            raise PreconditionRequired("The page was sent without the version that it was made from. Reload it, then send it again.")
        if not fits:
            raise Invalid("The version that the page was made from is none. Reload the page, then send it again.")

    @property
    def number(self) -> int:
        return int(self.data)


class WholeNumber(IntegerField):
    """A whole number in a range. One too long to reckon with is none: the check of the range says what is wanted."""

    def process_formdata(self, valuelist: list[str]) -> None:
        if not valuelist or len(valuelist[0].strip()) <= 9:
            super().process_formdata(valuelist)


class Ticks(SelectMultipleField):
    """Several choices as tick boxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class SeenForm(Form):
    """A form of one button, about something as the page showed it."""

    version = Version()


def clean(value: str | None) -> str:
    """Text as it is stored: NFC, no spaces around it, line ends as one character."""
    return unicodedata.normalize("NFC", value or "").replace("\r\n", "\n").replace("\r", "\n").strip()


def no_control_characters(form: FlaskForm, field: Field) -> None:
    for place, letter in enumerate(field.data or "", start=1):
        if unicodedata.category(letter) in ("Cc", "Cs") and letter not in "\n\t":
            raise ValidationError(f"The character at place {place} cannot be printed. Delete it; it often comes with copied text.")


class _NotBlank(InputRequired):
    def __call__(self, form: FlaskForm, field: Field) -> None:
        if not (field.data or "").strip():
            field.errors[:] = []
            raise StopValidation(self.message)


class _AtMost(Length):
    """A text that is too long is not looked at any further: what comes after may take long for long texts."""

    def __init__(self, most: int) -> None:
        super().__init__(max=most, message=f"Use at most {most:,} characters here.")

    def __call__(self, form: FlaskForm, field: Field) -> None:
        try:
            super().__call__(form, field)
        except ValidationError as error:
            raise StopValidation(str(error)) from None


def text(label: str, *, most: int, required: str = "", lines: bool = False, checks: Sequence[Any] = (), **options: Any) -> Field:
    """A text field. `required` is the message when it is empty; `lines` makes it a text area."""
    validators = [
        *([_NotBlank(required)] if required else []),
        _AtMost(most),
        no_control_characters,
        *([] if required or not checks else [Optional()]),
        *checks,
    ]
    attributes = {"maxlength": str(most), **options.pop("render_kw", {})}
    kind = TextAreaField if lines else StringField
    return kind(label, validators, filters=[clean], render_kw=attributes, **options)


def email(label: str = "E-mail address", *, required: str = "Enter the e-mail address.", **options: Any) -> Field:
    validators = [
        *([_NotBlank(required)] if required else []),
        _AtMost(254),
        no_control_characters,
        *([] if required else [Optional()]),
        EMAIL,
    ]
    attributes = {"maxlength": "254", "autocomplete": "off", **options.pop("render_kw", {})}
    return EmailField(label, validators, filters=[clean], render_kw=attributes, **options)
