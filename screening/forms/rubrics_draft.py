"""What the forms of the rubric editor share: fields that keep every text as typed, and the meeting of two people's changes.

A page carries the draft's `version`, and in `seen` a fingerprint of what each of its fields said when it was opened. When somebody
else saved meanwhile, the fingerprints tell who changed what: fields that one of the two changed are taken from that one, and only
where both did is there something to choose.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Self

from wtforms import BooleanField, Field, HiddenField, SelectField, StringField
from wtforms.validators import ValidationError

from screening.forms.base import Form, clean

_NUMBER = re.compile(r"[+-]?[0-9]+(?:[.,]([0-9]+))?")


@dataclass(frozen=True, slots=True)
class Clash:
    """A field that both changed: its name and label, and what the other one saved, in words."""

    field: str
    label: str
    saved: str


class Keys(Field):
    """Keys of criteria or stages, as ticked or in the order of the page. `names` are those that there are, with their names."""

    def __init__(
        self, label: str, *, names: Mapping[str, str], what: str, complete: bool = False, ordered: bool = False, **options: Any
    ) -> None:
        super().__init__(label, **options)
        self.names = names
        self.what = what
        self.complete = complete
        self.ordered = ordered

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        if valuelist or not self.complete:
            self.data = list(dict.fromkeys(valuelist))

    def pre_validate(self, form: Any) -> None:
        for key in self.data:
            if key not in self.names:
                raise ValidationError(f"There is no {self.what} “{key[:60]}” here. Reload the page, then try again.")
        if self.complete and len(self.data) != len(self.names):
            raise ValidationError(f"The page does not list every {self.what} of this rubric. Reload it, then try again.")


class DraftForm(Form):
    version = HiddenField()
    seen = HiddenField()
    parts: Sequence[str] = ()
    """The fields that say something of the rubric; the others are commands, or belong to the page."""
    sound = False
    """Whether what was sent is well-formed; a refusal by a service afterwards does not change that."""

    def validate(self, extra_validators: Any = None) -> bool:
        self.sound = bool(super().validate(extra_validators))
        return self.sound

    def remember(self, version: int, saved: Self) -> None:
        """Note which version the page is made from and what it says, for when it comes back."""
        self.version.data = str(version)
        self.seen.data = " ".join(f"{name}={_fingerprint(saved[name])}" for name in self.parts)

    def meet(self, saved: Self, sent: Mapping[str, str]) -> list[Clash]:
        """Take over what only the other one changed; the fields that both changed keep what was typed and are returned."""
        pairs = (pair.partition("=") for pair in (self.seen.data or "").split())
        seen = {name: print_ for name, _, print_ in pairs}
        clashes = []
        for name in self.parts:
            mine, theirs = self[name], saved[name]
            if _said(mine) == _said(theirs):
                continue
            if _fingerprint(mine) == seen.get(name) or (name not in seen and name not in sent):
                mine.data = theirs.data
            elif _fingerprint(theirs) != seen.get(name):
                clashes.append(Clash(name, mine.label.text, _in_words(theirs)))
        return clashes


def _said(field: Field) -> str:
    if isinstance(field, Keys):
        return " ".join(field.data if field.ordered else sorted(field.data))
    return str(field.data or "")


def _fingerprint(field: Field) -> str:
    return hashlib.blake2b(_said(field).encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()


def _in_words(field: Field) -> str:
    if isinstance(field, Keys):
        return ", ".join(field.names[key] for key in field.data) or "none"
    if isinstance(field, BooleanField):
        return "yes" if field.data else "no"
    if isinstance(field, SelectField):
        return next((choice.label for choice in field.iter_choices() if choice.value == field.data), "")
    return _said(field) or "nothing"


def points(form: Form, field: Field) -> None:
    """A weight: a number from 0 to 100 with two decimals at most; a comma will do for the point."""
    found = _NUMBER.fullmatch(field.data or "")
    if not field.data:
        raise ValidationError("Enter a weight; it may be 0.")
    if found is None:
        raise ValidationError(f"“{field.data[:30]}” is not a number. Enter points from 0 to 100, such as 12.5.")
    if not 0 <= as_points(field.data) <= 100:
        raise ValidationError("Enter points from 0 to 100.")
    if len(found[1] or "") > 2:
        raise ValidationError("Use two decimals at most.")


def as_points(text: str) -> Decimal:
    return Decimal(text.replace(",", "."))


def points_typed(text: str | None) -> Decimal:
    """What a typed weight adds to the total: nothing where it is not a number."""
    return as_points(text) if text and _NUMBER.fullmatch(text) else Decimal(0)


class Whole:
    """A whole number within bounds; nothing is fine unless `required`."""

    def __init__(self, low: int, high: int, *, required: bool = False) -> None:
        self.low, self.high, self.required = low, high, required

    def __call__(self, form: Form, field: Field) -> None:
        text = field.data or ""
        if not text and not self.required:
            return
        if not re.fullmatch(r"[0-9]{1,9}", text) or not self.low <= int(text) <= self.high:
            raise ValidationError(f"Enter a whole number from {self.low} to {self.high}.")


def number_field(label: str, low: int, high: int, *, required: bool = False, **options: Any) -> Field:
    # A text field, since browsers throw away what is no number in a number field: what was typed must come back with the message.
    return StringField(label, [Whole(low, high, required=required)], filters=[clean], **options)


def one_line(form: Form, field: Field) -> None:
    if set(field.data or "") & {"\n", "\t"}:
        raise ValidationError("Write this in one line, without tabs.")
