"""Who asked for what is not there or not open to them.

Both leave the same trace and take the same time, as nobody may learn which it was.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import Select, String, bindparam, null, select
from sqlalchemy.orm import Session

from screening.clock import now
from screening.models import Application, Candidate, Decision, Event, Interview, Opening, Scorecard
from screening.passwords import digest
from screening.policy import Viewer
from screening.services.events import DENIED, record
from screening.services.throttling import one_at_a_time

AGAIN_AFTER = timedelta(minutes=1)
MOST_AN_HOUR = 500
"""Entries of one person: so many can be told apart by nobody, and more would only fill the disk."""

OFTEN = "denied_often"
"""The entry that stands for all further ones of the hour."""

_ID = re.compile(r"[A-Za-z0-9_-]{21}[AQgw]")
"""What 128 bits look like in an address: nothing else is kept of what was asked for, as it may be words."""


def note(session: Session, viewer: Viewer, endpoint: str, asked: Mapping[str, Any]) -> None:
    """Enter that this was refused, at most once a minute for the same thing."""
    one_at_a_time(session, digest(f"denied:{viewer.account_id}"))
    ids = {name: value for name, value in sorted(asked.items()) if isinstance(value, str) and _ID.fullmatch(value)}
    detail = {"endpoint": endpoint, "asked": ids}
    moment = now()
    lately = session.execute(
        select(Event.at, Event.detail, Event.action).where(
            Event.account_id == viewer.account_id, Event.action.in_((DENIED, OFTEN)), Event.at > moment - timedelta(hours=1)
        )
    ).all()
    if len(lately) > MOST_AN_HOUR or any(row.detail == detail and row.at > moment - AGAIN_AFTER for row in lately):
        return
    if len(lately) == MOST_AN_HOUR:
        record(session, viewer.account_id, OFTEN)
        return
    opening_id, application_id = _place(session, ids)
    record(session, viewer.account_id, DENIED, opening_id=opening_id, application_id=application_id, **detail)


def _place(session: Session, ids: Mapping[str, str]) -> tuple[int | None, int | None]:
    """The opening and the candidate that this is about, so that it is hidden from whoever may not know of the candidate."""
    for name, query in _PLACES.items():
        if name in ids and (found := session.execute(query, {"asked": ids[name]}).first()):
            return found[0], found[1]
    return None, None


_APPLICATION = select(Application.opening_id, Application.id)
_ASKED = bindparam("asked", type_=String())
_PLACES: Mapping[str, Select[Any, Any]] = {
    "application_id": _APPLICATION.where(Application.public_id == _ASKED),
    "scorecard_id": _APPLICATION.join(Interview).join(Scorecard).where(Scorecard.public_id == _ASKED),
    "decision_id": _APPLICATION.join(Decision).where(Decision.public_id == _ASKED),
    "candidate_id": _APPLICATION.join(Application.candidate).where(Candidate.public_id == _ASKED).order_by(Application.id).limit(1),
    "opening_id": select(Opening.id, null()).where(Opening.public_id == _ASKED),
}
"""By what an address names, the most particular first."""
