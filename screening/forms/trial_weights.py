from __future__ import annotations

from rubrics.limits import NOTE
from screening.forms.base import Form, Version, text


class TrialWeightsForm(Form):
    """Why the tried weights should be those of the next version; `version` is that of the draft that was seen."""

    rationale = text(
        "Why these weights?",
        most=NOTE,
        required="Say why the weights change: it is kept with each of them.",
        lines=True,
        description="It stands beside every changed weight in the rubric.",
    )
    version = Version()
