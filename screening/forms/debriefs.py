"""The form of a final rating. A page has one for each criterion on the agenda, so that the names of its fields begin with the key."""

from __future__ import annotations

from typing import Any

from wtforms.validators import InputRequired, NumberRange

from screening.forms.base import Form, WholeNumber, text
from screening.models.debriefs import MAX_REASON


class FinalForm(Form):
    level = WholeNumber("Level", [InputRequired("Choose the level you now hold right."), NumberRange(1, 5, "Choose a level from 1 to 5.")])
    reason = text("Why, after talking", most=MAX_REASON, lines=True, required="Give the reason: it is kept beside your final rating.")

    def about(self, criterion: str) -> FinalForm:
        """The same form, saying which criterion it is about where its problems are listed."""
        for field in (self.level, self.reason):
            field.label.text = f"{criterion}, {field.label.text.lower()}"
        return self


def final_form(key: str, **options: Any) -> FinalForm:
    """The form for the criterion of this key."""
    return FinalForm(prefix=f"{key}-", **options)
