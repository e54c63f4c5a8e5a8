"""Filled kits: the upload, what a file says checked as the scorecard's own form checks it, and what is taken of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass
from typing import Any

from flask_wtf.file import FileRequired, MultipleFileField
from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.datastructures import MultiDict
from wtforms import HiddenField, RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from reports.wording import NOT_ASSESSED
from rubrics.model import Weighted
from screening.errors import Invalid
from screening.forms.base import Form
from screening.forms.scorecard import ScorecardForm, scorecard_form
from screening.services.kits import Identity, Offer
from screening.services.scorecards import Content

FILE, MINE = "file", "mine"
LIFE_SECONDS = 24 * 60 * 60
MOST_LETTERS = 1_500_000
_SALT = "screening.filled-kits"


class UploadForm(Form):
    files = MultipleFileField(
        "Filled kits", [FileRequired("Choose the kits that you filled in.")], render_kw={"accept": ".pdf,.zip", "multiple": True}
    )


@dataclass(frozen=True, slots=True)
class Said:
    """What a kit says. `problems` are reasons to refuse the file, each with the name of its field; `remarks` are worth a look."""

    content: Content
    problems: tuple[str, ...]
    remarks: tuple[str, ...]


def said(items: Sequence[Weighted], values: Mapping[str, str]) -> Said:
    """The values of a file's fields, under the limits and rules of the scorecard's form; other fields are not looked at."""
    form = scorecard_form({item.key: item.criterion.name for item in items})(
        # The page that the file came with had its token; a file has none.
        formdata=MultiDict({**values, "version": "0", "rubric": "0"}),
        meta={"csrf": False},
    )
    form.validate()
    problems = [f"{form[name].label.text}: {message}" for name, messages in form.errors.items() for message in messages]
    both = [item for item in items if values.get(f"rating_{item.key}") and values.get(f"na_{item.key}")]
    remarks = [] if problems else [_both(item.criterion.name, form, item.key) for item in both]
    return Said(form.content(values), tuple(problems), tuple(remarks))


def _both(name: str, form: ScorecardForm, key: str) -> str:
    reason = NOT_ASSESSED[form[f"na_{key}"].data]
    return f"{name}: both level {form[f'rating_{key}'].data} and “{reason}” are marked. It counts as not assessed."


@dataclass(frozen=True, slots=True)
class Brought:
    """What was read from a file and goes along with the page: its name, what it belongs to, the version of the card that was shown."""

    name: str
    identity: Identity
    version: int
    values: Mapping[str, str]


class Keeper:
    """Seals what was read into the page that shows it, for the one who uploaded it, for a day."""

    def __init__(self, secrets: Sequence[str], account_id: str) -> None:
        self._serializer = URLSafeTimedSerializer(secrets[::-1], salt=f"{_SALT}.{account_id}")

    def keep(self, brought: Iterable[Brought]) -> str:
        """Raises `Invalid` where it is more than a page can carry."""
        kept = str(self._serializer.dumps([[one.name, astuple(one.identity), one.version, dict(one.values)] for one in brought]))
        if len(kept) > MOST_LETTERS:
            raise Invalid("These kits hold more text than can be looked through at once. Upload them in parts.", field="files")
        return kept

    def kept(self, sealed: str) -> list[Brought]:
        """Raises `Invalid` where it is not what was sealed, or too old."""
        try:
            kept = self._serializer.loads(sealed, max_age=LIFE_SECONDS)
            return [Brought(name, Identity(*identity), version, values) for name, identity, version, values in kept]
        except BadData:
            raise Invalid("What was read from your files is not on this page any more. Upload them again.", field="files") from None


class TakeForm(Form):
    """`take_form` adds `take_<place>` for each card."""

    kept = HiddenField()

    def taken(self, place: int) -> bool:
        return bool(self[f"take_{place}"].data == FILE)


def take_form(offers: Sequence[Offer]) -> type[TakeForm]:
    """A choice for each card. Where something in the draft would give way nothing is chosen beforehand."""
    fields: dict[str, Any] = {}
    for place, offer in enumerate(offers):
        fields[f"take_{place}"] = RadioField(
            f"{offer.card.candidate}, {offer.card.stage.name}",
            [InputRequired("Choose what the draft shall say.")],
            choices=[SelectChoice(FILE, "Take what the file says"), SelectChoice(MINE, "Keep the draft as it is")],
            default=None if offer.replaces else FILE if offer.changes else MINE,
        )
    return type("BoundTakeForm", (TakeForm,), fields)
