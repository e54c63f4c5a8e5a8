"""Interview kits: fetched as PDF, filled in on paper or on a screen without a network, and brought back as a draft.

Nothing of an upload is kept on the server: what was read from it goes to the page that shows it, sealed, and comes back with the
confirmation.
"""

from __future__ import annotations

from screening.errors import NotFound
from screening.policy import Action, Viewer, allows
from screening.services.kits.identity import Identity, KitSeals
from screening.services.kits.making import note_blank_made, note_made, of_card, of_stage
from screening.services.kits.reading import FilledForm, read_all
from screening.services.kits.refusals import KitRefused, Twice
from screening.services.kits.taking import Line, Offer, Overall, asked, card_for, card_of, offer, take
from screening.services.kits.unpacking import MOST_BYTES, MOST_FILES, KitFile, unpacked

__all__ = [
    "MOST_BYTES",
    "MOST_FILES",
    "FilledForm",
    "Identity",
    "KitFile",
    "KitRefused",
    "KitSeals",
    "Line",
    "Offer",
    "Overall",
    "Twice",
    "asked",
    "card_for",
    "card_of",
    "note_blank_made",
    "note_made",
    "of_card",
    "of_stage",
    "offer",
    "read_all",
    "require_interviewer",
    "take",
    "unpacked",
]


def require_interviewer(viewer: Viewer) -> None:
    """Raise `NotFound` unless the viewer fills in scorecards in some opening."""
    if not any(allows(viewer, Action.OWN_SCORECARD, opening_id) for opening_id in viewer.hats):
        raise NotFound
