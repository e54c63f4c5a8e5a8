from __future__ import annotations

from collections.abc import Sequence

from wtforms import SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from screening.forms.base import Form, Ticks, Version
from screening.models import Account
from screening.policy import Hat
from screening.services.openings import hats_version
from screening.services.people import HAT_WORDS


def _hats(label: str, validators: Sequence[object] = ()) -> Ticks:
    return Ticks(label, list(validators), choices=[SelectChoice(hat.value, words) for hat, words in HAT_WORDS.items()])


class HatsForm(Form):
    """The hats of one member. Its names begin with the account's id, as there are many such forms on a page."""

    hats = _hats("Hats")
    version = Version(shape="[a-z_ ]{0,200}")

    @classmethod
    def of(cls, account: Account, hats: Sequence[Hat], *, sent: bool = False) -> HatsForm:
        """Filled with the hats worn; `sent`: with what was sent instead."""
        prefix = f"{account.public_id}-"
        form = cls(prefix=prefix) if sent else cls(None, prefix=prefix, hats=[hat.value for hat in hats], version=hats_version(hats))
        form.hats.label.text = f"What {account.name} does here"
        return form


class JoinForm(Form):
    """Somebody who is not in the team yet, with the hats they get."""

    account = SelectField("Person", [InputRequired("Choose the person.")])
    hats = _hats("What they do here", [InputRequired("Choose at least one.")])

    @classmethod
    def offering(cls, accounts: Sequence[Account], *, sent: bool = False) -> JoinForm:
        form = cls() if sent else cls(None)
        form.account.choices = [
            SelectChoice("", "Choose a person"),
            *(SelectChoice(account.public_id, f"{account.name} ({account.email})") for account in accounts),
        ]
        return form
