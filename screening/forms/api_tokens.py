from __future__ import annotations

from wtforms import SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from screening.forms.accounts import PresentPasswordForm
from screening.forms.base import Ticks, text
from screening.services.api_tokens import DAYS, IN_WORDS, MAX_NAME, Scope


class NewKeyForm(PresentPasswordForm):
    """A key for a program: what it is for, what it may do, and how long it holds."""

    name = text("What is it for?", most=MAX_NAME, required="Say which program the key is for.")
    scopes = Ticks(
        "What may the program do?",
        [InputRequired("Tick at least one.")],
        choices=[SelectChoice(scope.value, f"{words} ({scope})") for scope, words in IN_WORDS.items()],
        description="Never more than you may do yourself.",
    )
    days = SelectField(
        "It holds for", choices=[SelectChoice(str(days), f"{days} days") for days in DAYS], default="90", validators=[InputRequired()]
    )

    def chosen(self) -> list[Scope]:
        return [Scope(value) for value in self.scopes.data]
