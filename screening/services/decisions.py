"""Decisions about a candidate: recording and undoing. Nothing is ever removed from the record."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, aliased

from screening.clock import now
from screening.errors import Invalid, NotFound, Stale
from screening.models import Account, Application, Decision, Opening
from screening.models.decisions import KINDS
from screening.policy import Action, Viewer, require_open
from screening.services import rubrics
from screening.services.events import record
from screening.services.lookup import by_public_id, hold_application, touch


@dataclass(frozen=True, slots=True)
class Recorded:
    """A decision as it is shown: who, when, at which stage; `undone_*` where it was taken back."""

    public_id: str
    kind: str
    stage: str
    reason: str
    who: str
    when: datetime
    undone_by: str
    undone_at: datetime | None
    undone_reason: str


def history(session: Session, application_id: int) -> list[Recorded]:
    """All decisions about an application in the order in which they were made."""
    return histories(session, [application_id]).get(application_id, [])


def histories(
    session: Session, application_ids: Sequence[int], called: Callable[[int, str], str] = lambda _, name: name
) -> dict[int, list[Recorded]]:
    """The same for several applications, in one statement; one without a decision has no entry.

    `called` says by account id and name what to call whoever decided.
    """
    undoer = aliased(Account)
    rows = session.execute(
        select(Decision, Account.name, undoer.name)
        .join(Account, Decision.decided_by == Account.id)
        .outerjoin(undoer, Decision.undone_by == undoer.id)
        .where(Decision.application_id.in_(application_ids))
        .order_by(Decision.id)
    )
    found: dict[int, list[Recorded]] = {}
    for row, decided_by, undone_by in rows:
        who, taken_back = called(row.decided_by, decided_by), called(row.undone_by, undone_by) if row.undone_by else ""
        found.setdefault(row.application_id, []).append(
            Recorded(row.public_id, row.kind, row.stage, row.reason, who, row.decided_at, taken_back, row.undone_at, row.undone_reason)
        )
    return found


def decide(session: Session, viewer: Viewer, application_id: str, *, kind: str, reason: str, standing: str) -> Decision:
    """Record a decision at the candidate's present stage. Advancing moves the candidate to the next stage.

    `standing` is the public id of the last decision in force that the viewer saw, at whatever stage (empty for none): where it was made at
    this one it is replaced, and kept in the record. Raises `Stale`, naming who decided, when another decision was made meanwhile.
    """
    application = by_public_id(session, Application, application_id)
    require_open(session, viewer, Action.DECIDE, application)
    opening = hold_application(session, application)
    if kind not in KINDS:
        raise Invalid("Choose advance, hold, reject or offer.", field="kind")
    if not reason.strip():
        raise Invalid("Give the reason: it is kept with the decision.", field="reason")
    former = _last_in_force(session, application)
    if (former.public_id if former else "") != standing:
        raise _stale(session, former)
    at = now()
    if former is not None and former.stage == application.stage:
        former.undone_by, former.undone_at, former.undone_reason = viewer.account_id, at, f"Replaced by “{kind}”"
        session.flush()
    decision = Decision(
        application_id=application.id,
        stage=application.stage,
        kind=kind,
        reason=reason.strip(),
        decided_by=viewer.account_id,
        decided_at=at,
    )
    session.add(decision)
    try:
        session.flush()
    except IntegrityError:
        raise Stale("The decision") from None
    if kind == "advance":
        application.stage = _next_stage(session, application)
    _finish(session, viewer, opening, application, "decided", kind)
    return decision


def undo(session: Session, viewer: Viewer, decision_id: str, *, reason: str) -> Application:
    """Take a decision back. It stays in the record; an undone advance moves the candidate back to the stage it was made at."""
    decision = by_public_id(session, Decision, decision_id)
    application = session.get_one(Application, decision.application_id)
    require_open(session, viewer, Action.DECIDE, application)
    opening = hold_application(session, application)
    session.refresh(decision)
    if decision.undone_at is not None:
        raise _stale(session, decision)
    if not reason.strip():
        raise Invalid("Give the reason for taking it back: it is kept with the decision.", field="undo_reason")
    later = select(Decision.id).where(Decision.application_id == application.id, Decision.id > decision.id, Decision.undone_at.is_(None))
    if session.scalar(later.limit(1)) is not None:
        raise Invalid("A later decision rests on this one: undo that first.")
    decision.undone_by, decision.undone_at, decision.undone_reason = viewer.account_id, now(), reason.strip()
    application.stage = decision.stage
    _finish(session, viewer, opening, application, "decision_undone", decision.kind)
    return application


def _last_in_force(session: Session, application: Application) -> Decision | None:
    in_force = select(Decision).where(Decision.application_id == application.id, Decision.undone_at.is_(None))
    return session.scalar(in_force.order_by(Decision.id.desc()).limit(1))


def last_in_force(history_: list[Recorded]) -> Recorded | None:
    """Of a candidate's decisions in the order in which they were made."""
    return next((entry for entry in reversed(history_) if entry.undone_at is None), None)


def _stale(session: Session, decision: Decision | None) -> Stale:
    if decision is None:
        return Stale("The decision")
    by, at = (decision.undone_by or decision.decided_by), (decision.undone_at or decision.decided_at)
    return Stale("The decision", who=session.get_one(Account, by).name, when=at)


def _next_stage(session: Session, application: Application) -> str:
    published = rubrics.current(session, application.opening_id)
    keys = [stage.key for stage in published.rubric.stages] if published else []
    if application.stage not in keys:
        raise NotFound
    place = keys.index(application.stage) + 1
    if place == len(keys):
        raise Invalid("This is the last stage: decide hold, reject or offer.", field="kind")
    return keys[place]


def _finish(session: Session, viewer: Viewer, opening: Opening, application: Application, action: str, kind: str) -> None:
    touch(opening)
    record(session, viewer.account_id, action, opening_id=opening.id, application_id=application.id, kind=kind)


def require_deciding(session: Session, viewer: Viewer, application_id: str) -> None:
    require_open(session, viewer, Action.DECIDE, by_public_id(session, Application, application_id))


def application_of(session: Session, viewer: Viewer, decision_id: str) -> str:
    """The public id of the application that a decision is about, if the viewer may decide there."""
    decision = by_public_id(session, Decision, decision_id)
    application = session.get_one(Application, decision.application_id)
    require_open(session, viewer, Action.DECIDE, application)
    return application.public_id
