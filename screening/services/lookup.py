"""Finding things by the identifier in the address; whatever is not there is `NotFound`."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TypeVar

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from screening.clock import now
from screening.database import Base
from screening.errors import NotFound
from screening.models import Application, Event, Opening
from screening.policy import Action, Sight, Viewer, require
from screening.services.events import CHANGES_NOTHING

Entity = TypeVar("Entity", bound=Base)
_PUBLIC_ID = re.compile(r"[A-Za-z0-9_-]{22}")


def check_public_id(public_id: str) -> None:
    """Raise `NotFound` for what cannot be an identifier: a database may refuse such text with an error of its own."""
    if not _PUBLIC_ID.fullmatch(public_id):
        raise NotFound


def by_public_id(session: Session, table: type[Entity], public_id: str) -> Entity:
    check_public_id(public_id)
    found: Entity | None = session.scalars(select(table).filter_by(public_id=public_id)).one_or_none()
    if found is None:
        raise NotFound
    return found


def opening_for(session: Session, viewer: Viewer, public_id: str, action: Action) -> Opening:
    """The opening, if the viewer may do this in it."""
    opening = by_public_id(session, Opening, public_id)
    require(viewer, action, opening.id)
    return opening


def touch(opening: Opening) -> None:
    """Say that something the comparison or a summary could show has changed."""
    opening.revision = Opening.revision + 1  # in SQL, so that two writers cannot both write the same number
    opening.changed_at = now()


def hold(session: Session, opening: Opening) -> None:
    """Keep out everybody else who changes something in the opening until the transaction ends, and read it as it is now.

    Whoever holds several things begins with openings, by their number, and goes on to candidates, applications and scorecards: all in one
    order, nobody waits in a circle. Who only writes its number down, as the record of events does, need not wait.
    """
    session.refresh(opening, with_for_update={"key_share": True})


def hold_application(session: Session, application: Application) -> Opening:
    """The opening and then the application, held and read as they are now. Raises `NotFound` for somebody who was erased meanwhile."""
    opening = session.get_one(Opening, application.opening_id)
    hold(session, opening)
    session.refresh(application, with_for_update={"key_share": True})
    if application.erased_at is not None:
        raise NotFound
    return opening


def as_of(session: Session, opening: Opening, seen: Sight) -> datetime:
    """When what the viewer may know of the opening last changed: what happens to a candidate who is closed to them must not show in it."""
    if not seen.blind and not seen.own:
        return opening.changed_at
    hidden = seen.blind | seen.own
    last = session.scalar(
        select(func.max(Event.at)).where(
            Event.opening_id == opening.id,
            or_(Event.application_id.is_(None), Event.application_id.not_in(hidden)),
            Event.action.not_in(CHANGES_NOTHING),
        )
    )
    return last or opening.created_at


def state_of(session: Session, opening: Opening, seen: Sight) -> str:
    """Changes with what the viewer may know of the opening, and with nothing else: what is made anew tells that something has changed."""
    return as_of(session, opening, seen).isoformat() if seen.blind or seen.own else str(opening.revision)
