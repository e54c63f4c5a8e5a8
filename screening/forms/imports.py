from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_wtf.file import FileField, FileRequired
from wtforms import HiddenField, SelectField
from wtforms.fields.choices import SelectChoice

from screening.forms.base import Form, Version
from screening.services.importing import Target

_LEAVE_OUT = SelectChoice("", "Leave out")


class UploadForm(Form):
    file = FileField("File", [FileRequired("Choose the file with the candidates.")], render_kw={"accept": ".csv,.tsv,.txt,.xlsx,.xlsm"})


class MappingForm(Form):
    """`mapping_form` adds a `column_<number>` for each column of the file. `version` is that of the review that was shown."""

    version = Version(shape="[ -~]{1,100}")
    do = HiddenField(default="check")
    header: Sequence[str] = ()

    def show(self, mapping: Mapping[str, str], faults: Mapping[str, str], version: str) -> None:
        """Fill the form with a mapping and hang its faults on the columns they speak of."""
        self.version.data = version
        for place, name in enumerate(self.header):
            field = self[f"column_{place}"]
            field.data = mapping[name]
            field.errors = [faults[name]] if name in faults else []
        self.form_errors = [faults[""]] if "" in faults else []

    def mapping(self) -> dict[str, str]:
        return {name: self[f"column_{place}"].data for place, name in enumerate(self.header)}


def mapping_form(header: Sequence[str], offered: Mapping[str, Target]) -> type[MappingForm]:
    choices = [_LEAVE_OUT, *(SelectChoice(target.key, target.label) for target in offered.values())]
    fields: dict[str, Any] = {f"column_{place}": SelectField(name, choices=choices) for place, name in enumerate(header)}
    return type("BoundMappingForm", (MappingForm,), {**fields, "header": tuple(header)})
