"""The form of a scorecard, made from the criteria it asks for. Pages post it whole, the autosave only what changed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import HiddenField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import NumberRange, Optional

from reports.wording import NOT_ASSESSED as REASONS
from reports.wording import RECOMMENDATIONS as RECOMMENDATION_WORDS
from rubrics.model import MAX_CRITERIA
from screening.errors import Invalid
from screening.forms.base import Form, Version, WholeNumber, text
from screening.models.interviews import MAX_NOTE, MAX_REASON, NOT_ASSESSED, RECOMMENDATIONS
from screening.services.scorecards import Content, Entry

PLAIN = ("recommendation", "reason", "why")
_PART = re.compile(r"(rating|na|note)_(?P<key>[a-z][a-z0-9_]{0,59})")


class ScorecardForm(Form):
    """The fixed fields; `scorecard_form` adds `rating_<key>`, `na_<key>` and `note_<key>` for each criterion."""

    version = Version()
    rubric = Version()
    recommendation = SelectField(
        "Should this candidate go on?",
        choices=[SelectChoice("", ""), *(SelectChoice(value, RECOMMENDATION_WORDS[value]) for value in RECOMMENDATIONS)],
        default="",
    )
    reason = text("Why, in one line", most=MAX_REASON)
    why = text("Why do you amend this scorecard?", most=MAX_REASON)
    do = HiddenField()
    keys: Sequence[str] = ()

    def content(self, sent: Mapping[str, Any]) -> Content:
        """What was sent, as values: criteria and fields that were not sent are left out, so that saving does not touch them."""
        entries = {key: self._entry(key) for key in self.keys if f"note_{key}" in sent or f"rating_{key}" in sent or f"na_{key}" in sent}
        return Content(
            entries,
            recommendation=self.recommendation.data if "recommendation" in sent else None,
            reason=self.reason.data if "reason" in sent else None,
            amend_reason=self.why.data if "why" in sent else None,
        )

    def _entry(self, key: str) -> Entry:
        not_assessed = self[f"na_{key}"].data or ""
        # Without scripts a radio button cannot be taken back, so a reason given beside it means "not assessed".
        return Entry(None if not_assessed else self[f"rating_{key}"].data, not_assessed, self[f"note_{key}"].data or "")


def scorecard_form(names: Mapping[str, str]) -> type[ScorecardForm]:
    """The form for these criteria: key and name."""
    return _form_of(tuple(names.items()))


@lru_cache(maxsize=64)
def _form_of(names: Sequence[tuple[str, str]]) -> type[ScorecardForm]:
    fields: dict[str, Any] = {"keys": tuple(key for key, _ in names)}
    reasons = [SelectChoice("", "–"), *(SelectChoice(value, REASONS[value]) for value in NOT_ASSESSED)]
    for key, name in names:
        fields[f"rating_{key}"] = WholeNumber(f"{name}: level", [Optional(), NumberRange(1, 5, "Choose a level from 1 to 5.")])
        fields[f"na_{key}"] = SelectField(f"{name}: not assessed", choices=reasons, default="")
        fields[f"note_{key}"] = text(f"{name}: evidence", most=MAX_NOTE, lines=True)
    return type("BoundScorecardForm", (ScorecardForm,), fields)


def sent_by_script(body: object) -> tuple[ScorecardForm, dict[str, str]]:
    """The form of an autosave, `{"version": 3, "rubric": 1, "fields": {"rating_empathy": "4", ...}}`, or `Invalid` for anything else.

    Whether the card asks for these criteria is for the service to say.
    """
    if not isinstance(body, dict) or not isinstance(body.get("fields"), dict):
        raise Invalid("Send an object with version, rubric and fields.")
    fields = {str(name): "" if value is None else str(value) for name, value in body["fields"].items()}
    parts = {name: _PART.fullmatch(name) for name in fields if name not in PLAIN}
    if unknown := sorted(name for name, part in parts.items() if part is None):
        raise Invalid(f"A scorecard has no field {unknown[0][:80]!r}.")
    keys = dict.fromkeys(part["key"] for part in parts.values() if part)
    if len(keys) > MAX_CRITERIA:
        raise Invalid(f"A scorecard has at most {MAX_CRITERIA} criteria.")
    data = MultiDict({**fields, **{name: str(body[name]) for name in ("version", "rubric") if name in body}})
    # The token of this request came in its header and is checked for the whole application.
    return scorecard_form({key: key for key in keys})(formdata=data, meta={"csrf": False}), fields
