"""The record of who did what. Names are looked up when it is shown, so that it holds no personal text."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from screening.clock import now
from screening.models import Event

CHANGES_NOTHING = frozenset(
    {
        "agenda_made",
        "dossier_made",
        "job_asked",
        "job_cancelled",
        "job_done",
        "job_fetched",
        "kit_made",
        "kit_taken",
        "ratings_exported",
        "reminded",
        "rubric_saved",
        "summary_made",
        "table_exported",
    }
)
"""What leaves the comparison and the summaries as they were: looking, printing, and work on drafts."""


def record(
    session: Session,
    actor: int | None,
    action: str,
    *,
    opening_id: int | None = None,
    application_id: int | None = None,
    **detail: Any,
) -> None:
    """Add an entry; `detail` may hold keys, numbers and public identifiers, never what somebody wrote."""
    session.add(Event(at=now(), account_id=actor, action=action, opening_id=opening_id, application_id=application_id, detail=detail))
