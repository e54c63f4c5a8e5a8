"""Finding things by the identifier in the address; whatever is not there is `NotFound`."""

from __future__ import annotations

import re
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from screening.clock import now
from screening.database import Base
from screening.errors import NotFound
from screening.models import Opening
from screening.policy import Action, Viewer, require

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
