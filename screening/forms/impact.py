from __future__ import annotations

from flask_wtf.file import FileField, FileRequired
from wtforms import HiddenField

from screening.forms.base import Form


class _OverVersion(Form):
    """A form about the groups as they were when the page was shown; `version` says which state that was."""

    version = HiddenField()

    @property
    def seen(self) -> int | None:
        text = self.version.data or ""
        return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None


class GroupsForm(_OverVersion):
    file = FileField("File", [FileRequired("Choose the file with the groups.")], render_kw={"accept": ".csv,.tsv,.txt,.xlsx,.xlsm"})


class ForgetForm(_OverVersion):
    pass
