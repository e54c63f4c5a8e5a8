"""Filling in a scorecard: opening it, saving the draft, submitting.

Only its interviewer ever reads or writes a draft. What is submitted is frozen; an amendment (`amending`) is a new revision with a reason.
"""

from __future__ import annotations

from screening.services.scorecards.reading import (
    Asked,
    Card,
    Content,
    Entry,
    asked,
    content_of,
    get,
    latest,
    own_card,
    require_own,
    state_of,
)
from screening.services.scorecards.writing import refuse_closed, save, submit

__all__ = [
    "Asked",
    "Card",
    "Content",
    "Entry",
    "asked",
    "content_of",
    "get",
    "latest",
    "own_card",
    "refuse_closed",
    "require_own",
    "save",
    "state_of",
    "submit",
]
