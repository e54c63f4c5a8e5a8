from __future__ import annotations

from flask_wtf.file import FileField, FileRequired

from screening.forms.base import SeenForm


class GroupsForm(SeenForm):
    file = FileField("File", [FileRequired("Choose the file with the groups.")], render_kw={"accept": ".csv,.tsv,.txt,.xlsx,.xlsm"})
