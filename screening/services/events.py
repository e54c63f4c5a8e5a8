"""The record of who did what. Names are looked up when it is shown, so that it holds no personal text."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from screening.clock import now
from screening.models import Event


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
