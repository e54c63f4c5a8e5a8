from __future__ import annotations

from typing import Any

from wtforms.validators import ValidationError

from screening.forms.base import Form, Version, text
from screening.models.privacy import MAX_REASON

WORD = "erase"


def _says_so(form: Form, field: Any) -> None:
    if (field.data or "").casefold() != WORD:
        raise ValidationError(f"Type the word {WORD} to say that you mean it. Nothing was erased.")


class FindForm(Form):
    words = text(
        "E-mail address or identifier",
        most=254,
        required="Enter an e-mail address, or the identifier in the address of the person’s page.",
        render_kw={"autocomplete": "off"},
    )


class EraseForm(Form):
    version = Version(shape="[0-9a-f]{32}")
    confirmation = text(f"Type “{WORD}” to confirm", most=20, checks=[_says_so], required=f"Type the word {WORD} to say that you mean it.")


class HoldForm(Form):
    reason = text(
        "Why these data must be kept",
        most=MAX_REASON,
        lines=True,
        required="Say why these data must be kept: it stands beside the hold.",
        description="A law suit or an open complaint, for instance. It belongs to the person’s record until they are erased.",
    )


class ReleaseForm(Form):
    version = Version(shape="[A-Za-z0-9_-]{22}")
