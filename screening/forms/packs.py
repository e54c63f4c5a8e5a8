"""What is asked for in a pack of summaries, and for the workbook of all ratings."""

from __future__ import annotations

from wtforms import HiddenField, RadioField
from wtforms.fields.choices import SelectChoice

from reports.editions import LABELS
from screening.forms.base import Form
from screening.services.packs import Offer


class PackForm(Form):
    """Whom the file is about, for which reader, and as what. Which choices there are is for the offer to say."""

    whom = RadioField("Whose summaries?", validate_choice=False)
    edition = RadioField("For which reader?", validate_choice=False)
    form = RadioField(
        "As what?",
        validate_choice=False,
        choices=[SelectChoice("pdf", "One PDF, with a contents page and bookmarks"), SelectChoice("zip", "A ZIP of single PDFs")],
        default="pdf",
    )

    def show(self, offer: Offer) -> None:
        self.whom.choices = [SelectChoice(group.key, f"{group.label}: {len(group.applications):,}") for group in offer.groups]
        self.edition.choices = [SelectChoice(edition, LABELS[edition]) for edition in offer.editions]
        if not self.is_submitted():
            self.whom.data = offer.groups[0].key if offer.groups else None
            self.edition.data = offer.editions[0] if offer.editions else None


class RatingsFileForm(Form):
    all_versions = HiddenField()
