"""Which editions of a candidate summary somebody may have."""

from __future__ import annotations

from sqlalchemy.orm import Session

from reports.editions import Edition
from screening.errors import NotFound
from screening.models import Opening
from screening.policy import Action, Sight, Viewer, allows, sight

__all__ = ["Edition", "allowed", "allowed_with", "choose"]


def allowed(session: Session, viewer: Viewer, opening: Opening) -> tuple[Edition, ...]:
    """The editions that the viewer may have of candidates who are open to them, the fullest first; none for who may see no summary."""
    return allowed_with(viewer, opening, sight(session, viewer, opening.id, manager_sees_names=opening.manager_sees_names))


def allowed_with(viewer: Viewer, opening: Opening, seen: Sight) -> tuple[Edition, ...]:
    """The same for whoever knows the viewer's sight already."""
    if not allows(viewer, Action.SEE_SUMMARY, opening.id):
        return ()
    named = (Edition.FULL,) if seen.names else ()
    for_others = (Edition.OWN, Edition.RECORDS) if allows(viewer, Action.COPY_FOR_OTHERS, opening.id) else ()
    return (*named, Edition.MANAGER, *for_others)


def choose(viewer: Viewer, opening: Opening, seen: Sight, wanted: Edition | None) -> Edition:
    """The edition wanted, or the fullest there is. Raises `NotFound` where the viewer may not have it."""
    there_are = allowed_with(viewer, opening, seen)
    if not there_are or (wanted and wanted not in there_are):
        raise NotFound
    return wanted or there_are[0]
