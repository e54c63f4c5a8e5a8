"""Planning interviews: who interviews whom at which stage, and whose cards are missing."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from screening.clock import now
from screening.errors import Invalid, Stale
from screening.models import Account, Application, Candidate, Decision, Event, Interview, Membership, Opening, Scorecard
from screening.policy import Action, Hat, Sight, Viewer, require_open, sight
from screening.services import exposure, rubrics
from screening.services.events import record
from screening.services.lookup import by_public_id, hold, hold_application, opening_for, touch

LISTED = 300
"""Names to tick on one page."""
PLANNED = "interview_planned"
"""The event of a planned interview."""


@dataclass(frozen=True, slots=True)
class MissingCard:
    """A scorecard that is assigned and not submitted."""

    scorecard_id: int
    application: str
    candidate: str
    stage: str
    interviewer: str
    interviewer_id: str
    scheduled_at: datetime | None
    reminded_at: datetime | None

    @property
    def is_due(self) -> bool:
        """True from the time the interview was to begin; one without a time is due at once. Future interviews are never reminded of."""
        return self.scheduled_at is None or self.scheduled_at <= now()


@dataclass(frozen=True, slots=True)
class Choices:
    """What can be planned: stages, candidates and interviewers as (identifier, label). So many `more` candidates are not listed."""

    opening: Opening
    stages: tuple[tuple[str, str], ...]
    applications: tuple[tuple[str, str], ...]
    interviewers: tuple[tuple[str, str], ...]
    version: int
    more: int


def choices(session: Session, viewer: Viewer, opening_id: str, *, find: str = "", picked: Collection[str] = ()) -> Choices:
    """Stages of the published rubric, candidates without a final decision, and the opening's interviewers.

    Of very many candidates only the first by name are listed, of those whose name or reference has what is to be found; and those `picked`.
    """
    opening = opening_for(session, viewer, opening_id, Action.PLAN_INTERVIEWS)
    published = rubrics.current(session, opening.id)
    stages = {stage.key: stage.name for stage in published.rubric.stages} if published else {}
    seen = sight(session, viewer, opening.id)
    final = select(Decision.application_id).where(Decision.undone_at.is_(None), Decision.kind.in_(("reject", "offer")))
    # A candidate closed to the viewer stays in the list whatever was decided: leaving them out would tell.
    gone = {application_id for application_id in session.scalars(final) if seen.is_open(application_id)}
    rows = session.execute(
        select(Application.id, Application.public_id, Candidate.name, Application.reference, Application.stage)
        .join(Candidate, Application.candidate_id == Candidate.id)
        .where(Application.opening_id == opening.id)
        .order_by(Candidate.name)
    )
    there = [row for row in rows if seen.knows(row.id) and row.id not in gone]
    found = [row for row in there if find.casefold() in f"{row.name} · {row.reference}".casefold()][:LISTED]
    listed = {row.public_id for row in found}.union(picked)
    return Choices(
        opening=opening,
        stages=tuple(stages.items()),
        applications=tuple(
            (row.public_id, f"{row.name} · {stages.get(row.stage, row.stage)}" if seen.is_open(row.id) else row.name)
            for row in there
            if row.public_id in listed
        ),
        interviewers=tuple((account.public_id, account.name) for account in interviewers(session, opening.id)),
        version=version(session, viewer, opening),
        more=sum(row.public_id not in listed for row in there),
    )


def interviewers(session: Session, opening_id: int) -> list[Account]:
    """Active accounts with the interviewer's hat in the opening, by name."""
    query = (
        select(Account)
        .join(Membership, Membership.account_id == Account.id)
        .where(Membership.opening_id == opening_id, Membership.hat == Hat.INTERVIEWER, Account.is_active)
        .order_by(Account.name)
    )
    return list(session.scalars(query))


def version(session: Session, viewer: Viewer, opening: Opening) -> int:
    """How often interviews of candidates whom the viewer may know of were planned: over what a plan was made."""
    own = sight(session, viewer, opening.id).own
    planned = select(func.count(Event.id)).where(
        Event.opening_id == opening.id, Event.action == PLANNED, or_(Event.application_id.is_(None), Event.application_id.not_in(own))
    )
    return int(session.scalar(planned) or 0)


def plan(
    session: Session,
    viewer: Viewer,
    opening_id: str,
    *,
    applications: Sequence[str],
    stage: str,
    interviewers_: Sequence[str],
    scheduled_at: datetime | None = None,
    place: str = "",
    seen: int | None = None,
) -> int:
    """Give each of these candidates an interview at the stage with these interviewers; returns how many cards were added.

    Whoever is assigned already stays so; a withdrawn card is given back. `seen` is the `version` that the viewer saw; raises `Stale`
    where more was planned meanwhile, as it may be another time or place for the same interview.
    """
    opening = opening_for(session, viewer, opening_id, Action.PLAN_INTERVIEWS)
    hold(session, opening)
    if seen is not None and version(session, viewer, opening) != seen:
        raise Stale("The plan of this opening")
    if opening.state == "closed":
        raise Invalid("This opening is closed: open it again before you plan interviews.")
    published = rubrics.current(session, opening.id)
    if published is None or published.rubric.stage(stage) is None:
        raise Invalid("Choose one of the stages of the published rubric.", field="stage")
    people = {account.public_id: account for account in interviewers(session, opening.id)}
    if not interviewers_ or any(public_id not in people for public_id in interviewers_):
        raise Invalid("Choose at least one of the opening's interviewers.", field="interviewers")
    visible = sight(session, viewer, opening.id)
    wanted = select(Application).where(Application.opening_id == opening.id, Application.public_id.in_(applications))
    found = session.scalars(wanted.order_by(Application.id).with_for_update(key_share=True)).all()  # nobody is erased meanwhile
    chosen = [application for application in found if visible.knows(application.id)]
    if not applications or len(chosen) != len(set(applications)):
        raise Invalid("Choose at least one candidate of this opening.", field="applications")
    _refuse_own_interview(session, chosen, [people[public_id] for public_id in interviewers_])
    added = 0
    for application in chosen:
        interview = _interview(session, application, stage)
        interview.scheduled_at = scheduled_at or interview.scheduled_at
        interview.place = place or interview.place
        session.flush()
        added += sum(_assign(session, interview, people[public_id], opening) for public_id in interviewers_)
        record(
            session,
            viewer.account_id,
            PLANNED,
            opening_id=opening.id,
            application_id=application.id,
            stage=stage,
            interviewers=sorted(interviewers_),
        )
    touch(opening)
    return added


def _refuse_own_interview(session: Session, applications: Sequence[Application], accounts: Sequence[Account]) -> None:
    emails = {account.email: account.name for account in accounts}
    query = select(Candidate.email).where(Candidate.id.in_([application.candidate_id for application in applications]))
    for email in session.scalars(query):
        if email in emails:
            raise Invalid(f"{emails[email]} cannot interview in their own application.", field="interviewers")


def _interview(session: Session, application: Application, stage: str) -> Interview:
    interview = session.scalar(select(Interview).where(Interview.application_id == application.id, Interview.stage == stage))
    if interview is None:
        interview = Interview(application_id=application.id, stage=stage)
        session.add(interview)
        session.flush()
    return interview


def _assign(session: Session, interview: Interview, account: Account, opening: Opening) -> bool:
    """Give the interviewer a card, or the withdrawn one back; False where they have it already."""
    card = session.scalar(select(Scorecard).where(Scorecard.interview_id == interview.id, Scorecard.interviewer_id == account.id))
    if card is not None and card.withdrawn_at is None:
        return False
    seen_before = exposure.may_have_seen(session, interview, account, opening)
    if card is None:
        card = Scorecard(interview_id=interview.id, interviewer_id=account.id, exposed=False)
        session.add(card)
    card.withdrawn_at = None
    card.exposed = card.exposed or seen_before
    session.flush()
    return True


def unassign(session: Session, viewer: Viewer, scorecard_id: str) -> Application:
    """Take a card away from its interviewer. A submitted one stays; a draft is kept in case the interviewer is assigned again."""
    card = by_public_id(session, Scorecard, scorecard_id)
    interview = session.get_one(Interview, card.interview_id)
    application = session.get_one(Application, interview.application_id)
    require_open(session, viewer, Action.PLAN_INTERVIEWS, application)
    opening = hold_application(session, application)
    session.refresh(card, with_for_update=True)
    if card.submitted_at is not None:
        raise Invalid("This scorecard is submitted: its ratings are part of the record and cannot be taken away.")
    card.withdrawn_at = now()
    touch(opening)
    record(session, viewer.account_id, "interviewer_removed", opening_id=opening.id, application_id=application.id, stage=interview.stage)
    return application


def missing_cards(session: Session, opening_id: int, seen: Sight) -> list[MissingCard]:
    """Cards assigned and not submitted, for the candidates whose progress the viewer may see; the longest due first."""
    rows = session.execute(
        select(
            Scorecard.id,
            Application.id,
            Application.public_id,
            Candidate.name,
            Interview.stage,
            Account.name,
            Account.public_id,
            Interview.scheduled_at,
            Scorecard.reminded_at,
        )
        .join(Interview, Scorecard.interview_id == Interview.id)
        .join(Application, Interview.application_id == Application.id)
        .join(Candidate, Application.candidate_id == Candidate.id)
        .join(Account, Scorecard.interviewer_id == Account.id)
        .where(Application.opening_id == opening_id, Scorecard.submitted_at.is_(None), Scorecard.withdrawn_at.is_(None))
    )
    cards = [MissingCard(row[0], *row[2:]) for row in rows if seen.is_open(row[1])]
    return sorted(cards, key=lambda card: (card.scheduled_at is None, card.scheduled_at or now(), card.candidate))


def remind_all(session: Session, viewer: Viewer, opening_id: str) -> int:
    """Remind everybody whose card is due; the reminder stands on their home page. Returns how many cards."""
    opening = opening_for(session, viewer, opening_id, Action.PLAN_INTERVIEWS)
    hold(session, opening)
    due = [card.scorecard_id for card in missing_cards(session, opening.id, sight(session, viewer, opening.id)) if card.is_due]
    for card in session.scalars(select(Scorecard).where(Scorecard.id.in_(due))):
        card.reminded_at = now()
    record(session, viewer.account_id, "reminded", opening_id=opening.id, cards=len(due))
    return len(due)
