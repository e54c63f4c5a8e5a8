from __future__ import annotations

from collections.abc import Sequence

from wtforms import HiddenField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from reports.wording import excerpt
from screening.forms.base import Form, text
from screening.models.voids import MAX_REASON
from screening.services.voids import Part

CONFIRM, CHANGE = "confirm", "change"
SHOWN = 90
"""How much of a question stands in the list, in characters."""


class _Steps(Form):
    """`do` is '' for "show me what would change", `confirm`, or `change` (go back to what was typed); `seen` says what was shown."""

    do = HiddenField()
    seen = HiddenField()


class VoidForm(_Steps):
    # Whether the part is there and not void yet is for the service to say, which knows why.
    what = SelectField(
        "What is void?",
        [InputRequired("Choose the criterion or the question.")],
        validate_choice=False,
        description="A whole criterion leaves every total. A question is only no longer asked: ratings are given per criterion.",
    )
    reason = text(
        "Why?",
        most=MAX_REASON,
        lines=True,
        required="Give the reason: everybody who interviews reads it, and it stays in the record.",
        description="Everybody who interviews reads this, before they have rated too: write about the question, not about candidates.",
    )

    def offer(self, parts: Sequence[Part]) -> None:
        """A group for each criterion: the whole of it, then its questions."""
        groups: dict[str, list[tuple[str, str]]] = {}
        for part in parts:
            label = f"Question: {excerpt(part.question, SHOWN)}" if part.question else f"{part.name}, the whole criterion"
            groups.setdefault(part.name, []).append((part.handle, label))
        self.what.choices = [
            SelectChoice("", "Choose"),
            *(SelectChoice(handle, label, optgroup=name) for name, choices in groups.items() for handle, label in choices),
        ]


class UndoVoidForm(_Steps):
    undo_reason = text(
        "Why does it count again?",
        most=MAX_REASON,
        lines=True,
        required="Give the reason for taking it back: it stays in the record.",
    )
    void_id = ""

    @classmethod
    def of(cls, void_id: str, *, sent: bool = True) -> UndoVoidForm:
        """The form of one void. Its names begin with the void's id, as there may be several on a page."""
        prefix = f"{void_id}-"
        form = cls(prefix=prefix) if sent else cls(None, prefix=prefix)
        form.void_id = void_id
        return form
