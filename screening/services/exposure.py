"""Who may have read others' scorecards before they were given one of their own: what such a card says cannot be independent."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, aliased

from screening.clock import now
from screening.models import (
    Account,
    Application,
    Candidate,
    Decision,
    FormerLead,
    Interview,
    Membership,
    Opening,
    Revision,
    Scorecard,
    same_person,
)
from screening.policy import LEADING


def note_led(session: Session, opening: Opening, account: Account) -> None:
    """Keep until when somebody led the opening: they do no longer."""
    session.merge(FormerLead(opening_id=opening.id, account_id=account.id, until=_end(session, opening)))


def note_closed(session: Session, opening: Opening) -> None:
    """Keep until when interviewers read the panel: they do no longer."""
    opening.panel_open_until = _end(session, opening)


def _end(session: Session, opening: Opening) -> datetime:
    """Now, and after every card that is in: the clock may have been set back, or be another host's."""
    last = session.scalar(
        select(func.max(Revision.submitted_at))
        .join(Scorecard, Revision.scorecard_id == Scorecard.id)
        .join(Interview, Scorecard.interview_id == Interview.id)
        .join(Application, Interview.application_id == Application.id)
        .where(Application.opening_id == opening.id)
    )
    return max(now(), last) if last else now()


def may_have_seen(session: Session, interview: Interview, account: Account, opening: Opening) -> bool:
    """True where another's card for this interview is submitted and was open to this person at some time since then.

    It was to whoever leads the opening or led it then, and to whoever has submitted a card of their own for the candidate, unless the
    opening closes the panel to interviewers. Whether they looked, or owed another card for a while, is not asked: what counts must be
    independent beyond doubt.
    """
    first = session.scalar(_first_of_others(account.id).where(Scorecard.interview_id == interview.id))
    return first is not None and _was_open(session, interview.application_id, opening, account.id, first)


def may_have_read(session: Session, application: Application, account_id: int) -> bool:
    """Whether what others wrote about the candidate was open to somebody who submitted a card, at some time since then.

    That is their cards and decisions, in this opening and in every other one where the same person applies: all of them open at the moment
    at which the last card that is owed for the person is in.
    """
    record = aliased(Candidate)
    everywhere = session.execute(
        select(Application, Opening)
        .join(Opening, Application.opening_id == Opening.id)
        .join(record, Application.candidate_id == record.id)
        .join(Candidate, same_person(record, Candidate))
        .where(Candidate.id == application.candidate_id)
    )
    return any(
        (since := _first_judgement(session, one.id, account_id)) is not None and _was_open(session, one.id, opening, account_id, since)
        for one, opening in everywhere.all()
    )


def _first_judgement(session: Session, application_id: int, account_id: int) -> datetime | None:
    """When the first of others submitted a card on the candidate or decided about them."""
    cards = _first_of_others(account_id).join(Interview, Scorecard.interview_id == Interview.id)
    decisions = select(func.min(Decision.decided_at)).where(Decision.application_id == application_id, Decision.decided_by != account_id)
    moments = [session.scalar(query) for query in (cards.where(Interview.application_id == application_id), decisions)]
    return min((moment for moment in moments if moment is not None), default=None)


def _was_open(session: Session, application_id: int, opening: Opening, account_id: int, since: datetime) -> bool:
    """Whether what others wrote about the candidate in this opening since then was open to this person."""
    own = (
        select(Scorecard.id)
        .join(Interview, Scorecard.interview_id == Interview.id)
        .where(
            Interview.application_id == application_id,
            Scorecard.interviewer_id == account_id,
            Scorecard.submitted_at.is_not(None),
        )
    )
    return _leads_or_led(session, opening, account_id, since) or (
        _panel_was_open(opening, since) and session.scalar(own.limit(1)) is not None
    )


def _first_of_others(account_id: int) -> Select[datetime | None]:
    return (
        select(func.min(Revision.submitted_at))
        .join(Scorecard, Revision.scorecard_id == Scorecard.id)
        .where(Scorecard.interviewer_id != account_id)
    )


def _panel_was_open(opening: Opening, since: datetime) -> bool:
    return opening.panel_open or (opening.panel_open_until is not None and opening.panel_open_until >= since)


def _leads_or_led(session: Session, opening: Opening, account_id: int, since: datetime) -> bool:
    leads = select(Membership.hat).where(
        Membership.opening_id == opening.id, Membership.account_id == account_id, Membership.hat.in_(LEADING)
    )
    led = select(FormerLead.until).where(
        FormerLead.opening_id == opening.id, FormerLead.account_id == account_id, FormerLead.until >= since
    )
    return any(session.scalar(query.limit(1)) is not None for query in (leads, led))
