"""All scorecards of one candidate, as far as the viewer may see them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from screening.clock import now
from screening.models import Account, Application, Interview, Rating, Revision, Scorecard
from screening.policy import Action, Sight, Viewer, allows
from screening.services.naming import letters
from screening.services.scorecards import Entry


@dataclass(frozen=True, slots=True)
class SubmittedCard:
    """A submitted card: the revision that counts, and, where there is one, a later revision written after the panel was open.

    `entries` and `revised` are by criterion key. A card that never could be independent has no counting revision: `counts` is False
    and `entries` are those of its latest one.
    """

    scorecard_id: int
    interviewer_id: int
    interviewer: str
    stage: str
    rubric_version_id: int
    recommendation: str
    reason: str
    submitted_at: datetime
    number: int
    counts: bool
    entries: dict[str, Entry]
    revised: dict[str, Entry] = field(default_factory=dict)
    amend_reason: str = ""


@dataclass(frozen=True, slots=True)
class Assigned:
    """Somebody's place in an interview. `state` is `planned`, `missing`, `draft` or `submitted`; '' while closed to the viewer.

    `scorecard` is the card's identifier where it is the viewer's own, `withdraw` where the viewer may take it away.
    """

    scorecard: str
    withdraw: str
    interviewer: str
    is_viewer: bool
    state: str
    recommendation: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PlannedInterview:
    public_id: str
    stage: str
    scheduled_at: datetime | None
    place: str
    assigned: tuple[Assigned, ...]


def submitted_cards(session: Session, application_id: int) -> list[SubmittedCard]:
    """Every submitted card of the application, in the order of submitting. The caller has asked the policy."""
    return cards_by_application(session, [application_id]).get(application_id, [])


def cards_by_application(session: Session, application_ids: Sequence[int]) -> dict[int, list[SubmittedCard]]:
    """The same for several applications, in one statement; one without a card has no entry."""
    rows = session.execute(
        select(Interview.application_id, Scorecard, Interview.stage, Account.name, Revision, Rating)
        .join_from(Scorecard, Interview, Scorecard.interview_id == Interview.id)
        .join(Account, Scorecard.interviewer_id == Account.id)
        .join(Revision, Revision.scorecard_id == Scorecard.id)
        .outerjoin(Rating, Rating.revision_id == Revision.id)
        .where(Interview.application_id.in_(application_ids), Revision.submitted_at.is_not(None), Scorecard.withdrawn_at.is_(None))
        .order_by(Scorecard.id, Revision.number)
    )
    entries: dict[int, dict[str, Entry]] = {}
    versions: dict[int, dict[int, tuple[Scorecard, str, str, Revision]]] = {}
    applications: dict[int, int] = {}
    for application_id, card, stage, name, revision, rating in rows:
        applications[card.id] = application_id
        versions.setdefault(card.id, {})[revision.id] = (card, stage, name, revision)
        if rating is not None:
            entries.setdefault(revision.id, {})[rating.criterion] = Entry(rating.level, rating.not_assessed, rating.note)
    found: dict[int, list[SubmittedCard]] = {}
    for card_id, written in versions.items():
        found.setdefault(applications[card_id], []).append(_submitted(list(written.values()), entries))
    return found


def _submitted(versions: Sequence[tuple[Scorecard, str, str, Revision]], entries: dict[int, dict[str, Entry]]) -> SubmittedCard:
    card, stage, name, last = versions[-1]
    shown = next((revision for *_, revision in versions if revision.counts), last)
    later = last if last.id != shown.id else None
    return SubmittedCard(
        scorecard_id=card.id,
        interviewer_id=card.interviewer_id,
        interviewer=name,
        stage=stage,
        rubric_version_id=shown.rubric_version_id,
        recommendation=shown.recommendation,
        reason=shown.reason,
        submitted_at=shown.submitted_at or shown.saved_at,
        number=shown.number,
        counts=shown.counts,
        entries=entries.get(shown.id, {}),
        revised=entries.get(later.id, {}) if later else {},
        amend_reason=last.amend_reason,
    )


def interviews(session: Session, viewer: Viewer, application: Application, seen: Sight) -> list[PlannedInterview]:
    """The candidate's interviews with who sits in them. While closed to the viewer, only the viewer's own place has a state."""
    rows = session.execute(
        select(Interview, Scorecard, Account, Revision)
        .join(Scorecard, Scorecard.interview_id == Interview.id)
        .join(Account, Scorecard.interviewer_id == Account.id)
        .outerjoin(Revision, (Revision.scorecard_id == Scorecard.id) & Revision.counts)
        .where(Interview.application_id == application.id, Scorecard.withdrawn_at.is_(None))
        .order_by(Interview.id, Account.name)
    ).all()
    drafts = set(
        session.scalars(
            select(Revision.scorecard_id).where(
                Revision.scorecard_id.in_([card.id for _, card, _, _ in rows]), Revision.submitted_at.is_(None)
            )
        )
    )
    may_plan = allows(viewer, Action.PLAN_INTERVIEWS, application.opening_id)
    called = _letters([card for _, card, _, _ in rows], seen.is_open(application.id))
    by_interview: dict[int, tuple[Interview, list[Assigned]]] = {}
    for interview, card, account, revision in rows:
        place = by_interview.setdefault(interview.id, (interview, []))[1]
        mine = account.id == viewer.account_id
        open_ = mine or seen.is_open(application.id)
        named = mine or seen.names
        place.append(
            Assigned(
                scorecard=card.public_id if mine else "",
                withdraw=card.public_id if open_ and card.submitted_at is None and may_plan else "",
                interviewer=account.name if named else called[account.id],
                is_viewer=mine,
                state=_state(interview, card, card.id in drafts) if open_ else "",
                recommendation=revision.recommendation if revision and open_ else "",
                reason=revision.reason if revision and open_ else "",
            )
        )
    return [
        PlannedInterview(interview.public_id, interview.stage, interview.scheduled_at, interview.place, tuple(assigned))
        for interview, assigned in by_interview.values()
    ]


def _letters(cards: Sequence[Scorecard], is_open: bool) -> dict[int, str]:
    """The letters that the candidate's ratings go by; whoever has not submitted comes after those. While it is closed to the viewer, who
    has submitted changes nothing."""
    order = sorted(cards, key=lambda card: (is_open and card.submitted_at is None, card.id))
    return letters(card.interviewer_id for card in order)


def _state(interview: Interview, card: Scorecard, has_draft: bool) -> str:
    if card.submitted_at is not None:
        return "submitted"
    if has_draft:
        return "draft"
    return "planned" if interview.scheduled_at is not None and interview.scheduled_at > now() else "missing"
