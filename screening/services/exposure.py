"""Who may have read others' scorecards before they were given one of their own: what such a card says cannot be independent."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from screening.clock import now
from screening.models import Account, FormerLead, Interview, Membership, Opening, Revision, Scorecard
from screening.policy import Hat

LEADING = frozenset({Hat.RECRUITER, Hat.HIRING_MANAGER})
"""The hats whose wearers see all scorecards of an opening that are in."""


def note_led(session: Session, opening: Opening, account: Account) -> None:
    """Keep until when somebody led the opening: they do no longer."""
    session.merge(FormerLead(opening_id=opening.id, account_id=account.id, until=now()))


def may_have_seen(session: Session, interview: Interview, account: Account, opening_id: int) -> bool:
    """True where another's card for this interview is submitted and was open to this person at some time since then.

    It was to whoever leads the opening or led it then, and to whoever has submitted a card of their own for the candidate. Whether they
    looked, or owed another card for a while, is not asked: what counts must be independent beyond doubt.
    """
    first = session.scalar(
        select(func.min(Revision.submitted_at))
        .join(Scorecard, Revision.scorecard_id == Scorecard.id)
        .where(Scorecard.interview_id == interview.id, Scorecard.interviewer_id != account.id)
    )
    if first is None:
        return False
    here = (Membership.opening_id == opening_id, Membership.account_id == account.id)
    leads = select(Membership.hat).where(*here, Membership.hat.in_(LEADING))
    led = select(FormerLead.until).where(
        FormerLead.opening_id == opening_id, FormerLead.account_id == account.id, FormerLead.until >= first
    )
    own = (
        select(Scorecard.id)
        .join(Interview, Scorecard.interview_id == Interview.id)
        .where(
            Interview.application_id == interview.application_id,
            Scorecard.interviewer_id == account.id,
            Scorecard.submitted_at.is_not(None),
        )
    )
    return any(session.scalar(query.limit(1)) is not None for query in (leads, led, own))
