"""Erasing an account: its name, its address and all that lets one sign in go; what its owner wrote in the course of work stays.

Notes and decisions belong to the candidates' records, which others rely on: they go on under "Former colleague 3".
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import Session

from screening.clock import now
from screening.errors import Invalid
from screening.models import ERASED_TOO, Account, Application, Event, Interview, Job, KeptPaper, Membership, Scorecard
from screening.services import throttling
from screening.services.accounts import tries_on
from screening.services.events import record
from screening.services.privacy.erasing import Erased
from screening.services.privacy.inventory import TABLES, belongs, below, table_of

ERASED = "account_erased"


def erase(session: Session, actor: int | None, account_id: int) -> Erased:
    """Erase the account with this internal id; of one erased before, nothing is done and said again.

    Raises `Invalid` for one's own account, and for the only administrator who can sign in.
    """
    # All administrators are held, so that of two who erase each other one is refused.
    administrators = session.scalars(
        select(Account).where(Account.is_administrator, Account.is_active).order_by(Account.id).with_for_update()
    ).all()
    account = session.scalars(select(Account).where(Account.id == account_id).with_for_update()).one()
    if account.erased_at is not None:
        return Erased(account.erased_at, already=True)
    if account.id == actor:
        raise Invalid("You cannot erase your own account: ask another administrator.")
    if account.is_administrator and not any(other.id != account.id and other.is_taken_up for other in administrators):
        raise Invalid("This is the only administrator who can sign in: make somebody else one first.")
    files = _drop_papers(session, account)
    rows = []
    for name in below("accounts"):
        if not TABLES[name].stays:
            gone = session.execute(delete(table_of(name)).where(belongs(name, account.id)))
            rows.append((TABLES[name].title, gone.rowcount))  # type: ignore[attr-defined]
    throttling.clear(session, *tries_on(account))
    at = _mark(session, account)
    record(session, actor, ERASED, account=account.public_id)
    return Erased(at, False, 0, tuple(rows), files)


def _mark(session: Session, account: Account) -> datetime:
    at = now()
    number = (session.scalar(select(func.count()).where(Account.erased_at.is_not(None))) or 0) + 1
    session.execute(
        update(table_of("accounts"))
        .where(belongs("accounts", account.id))
        .values(
            name=f"Former colleague {number}",
            # No mail can ever go there (RFC 2606), and nobody can sign in with it.
            email=f"former-colleague-{number}@erased.invalid",
            password_hash="",
            is_administrator=False,
            may_open=False,
            is_active=False,
            erased_at=at,
        )
    )
    return at


def _drop_papers(session: Session, account: Account) -> int:
    """Files and typeset papers of every opening the person was in: their name may stand in them."""
    worked = select(Scorecard.interview_id).where(Scorecard.interviewer_id == account.id)
    inside = [
        select(Membership.opening_id).where(Membership.account_id == account.id),
        select(Event.opening_id).where(Event.account_id == account.id, Event.opening_id.is_not(None)),
        select(Application.opening_id).join(Interview).where(Interview.id.in_(worked)),
    ]
    openings = {one for query in inside for one in session.scalars(query)}
    applications = session.scalars(
        select(Application.id).where(Application.opening_id.in_(openings)), execution_options=dict(ERASED_TOO)
    ).all()
    files = session.execute(
        delete(Job).where(or_(Job.opening_id.in_(openings), Job.account_id == account.id)), execution_options={"synchronize_session": False}
    )
    session.execute(delete(KeptPaper).where(KeptPaper.application_id.in_(applications)), execution_options={"synchronize_session": False})
    return int(files.rowcount)  # type: ignore[attr-defined]
