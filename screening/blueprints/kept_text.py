"""What somebody typed into a form that could not be taken: it goes back with the refusal, to be sent again or copied."""

from __future__ import annotations

import re
from dataclasses import dataclass

from flask import request

_SECRET = re.compile(r"password|again|code|secret|current|sealed")
LONG = 40
"""From so many letters on a text is shown; what is shorter was chosen rather than written, and only goes along."""


@dataclass(frozen=True, slots=True)
class KeptForm:
    """`texts` are (name, label, text), `rest` are (name, value). A form with a file cannot be sent again without choosing it anew."""

    address: str
    texts: list[tuple[str, str, str]]
    rest: list[tuple[str, str]]
    has_files: bool


TOKEN = "csrf_token"  # noqa: S105  (the name of a field)


def of_request(*, token: str = "") -> KeptForm | None:
    """The form of this request; None: there is none, or one with a password or a code in it, which no page may repeat.

    With a `token`, it goes back with that in place of the one it was sent with.
    """
    if request.method != "POST" or not request.form or any(_SECRET.search(name) for name in request.form):
        return None
    sent = [(name, value) for name, values in request.form.lists() for value in values if not (token and name == TOKEN)]
    shown = {name for name, values in request.form.lists() if len(values) == 1 and len(values[0]) >= LONG and not name.endswith("_token")}
    return KeptForm(
        address=request.full_path.rstrip("?"),
        texts=[(name, _label(name), value) for name, value in sent if name in shown],
        rest=[*([(TOKEN, token)] if token else []), *((name, value) for name, value in sent if name not in shown)],
        has_files=any(file.filename for file in request.files.values()),
    )


def _label(name: str) -> str:
    return name.replace("_", " ").replace("-", " ").capitalize()
