"""What may this person know? Which candidates, whose scores are hidden, and whom administrators leave to others."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import and_, bindparam, or_, select
from sqlalchemy.orm import Session, aliased

from screening.errors import NotFound
from screening.models import Application, Candidate, Interview, Opening, Scorecard, same_address, same_person
from screening.models.erased import built_once
from screening.policy.rules import LEADS, Action, Role, Viewer, require


@dataclass(frozen=True, slots=True)
class Sight:
    """What a viewer may know of an opening's candidates, by application id.

    `own`: records of the viewer as a candidate, which do not exist for them. `blind`: candidates known by name, with everything of others
    hidden: the viewer still owes a scorecard for them, here or in another opening, or `panel_open` is False and it stays like that.
    `assigned`: candidates whom the viewer interviews. `whole`: the viewer leads the opening and may know of every candidate; otherwise only
    of the assigned ones. `names`: may see who gave which rating. `account_id` says whose sight it is, 0 that it is nobody's.
    """

    own: frozenset[int]
    blind: frozenset[int]
    assigned: frozenset[int]
    whole: bool
    names: bool
    panel_open: bool = True
    account_id: int = 0

    def knows(self, application_id: int) -> bool:
        return application_id not in self.own and (self.whole or application_id in self.assigned)

    def is_open(self, application_id: int) -> bool:
        """True where others' ratings, decisions and progress may be shown."""
        return self.knows(application_id) and application_id not in self.blind


def panel_opens(viewer: Viewer, opening_id: int) -> bool:
    """Whether others' cards for a candidate of the opening open to the viewer once all of their own are in."""
    return opening_id not in viewer.closed_panels or not LEADS.isdisjoint(viewer.roles(opening_id))


_HERE = aliased(Application)
_RECORD = aliased(Candidate)
_CARDS = built_once(
    select(_HERE.id, Application.id, Scorecard.submitted_at)
    .select_from(Scorecard)
    .join(Interview, Scorecard.interview_id == Interview.id)
    .join(Application, Interview.application_id == Application.id)
    .join(_HERE, _HERE.candidate_id == Application.candidate_id)
    .where(
        _HERE.opening_id == bindparam("opening"),
        Scorecard.interviewer_id == bindparam("viewer"),
        Scorecard.withdrawn_at.is_(None),
        or_(Application.id == _HERE.id, Scorecard.submitted_at.is_(None)),
    )
)
"""The viewer's cards for the candidates of an opening: all from that opening, from others those that are owed."""
_OWED_ELSEWHERE = built_once(
    select(_HERE.id)
    .select_from(Scorecard)
    .join(Interview, Scorecard.interview_id == Interview.id)
    .join(Application, Interview.application_id == Application.id)
    .join(Candidate, Application.candidate_id == Candidate.id)
    .join(_RECORD, and_(same_address(_RECORD, Candidate), _RECORD.id != Candidate.id))
    .join(_HERE, _HERE.candidate_id == _RECORD.id)
    .where(
        _HERE.opening_id == bindparam("opening"),
        Scorecard.interviewer_id == bindparam("viewer"),
        Scorecard.withdrawn_at.is_(None),
        Scorecard.submitted_at.is_(None),
    )
)
"""Candidates of an opening for whom the viewer owes a card under another record; with `_CARDS` every pair of them would be looked at."""
_OWN = built_once(
    select(Application.id)
    .join(Candidate, Application.candidate_id == Candidate.id)
    .where(Application.opening_id == bindparam("opening"), Candidate.email == bindparam("email"))
)


def sight(session: Session, viewer: Viewer, opening_id: int, *, manager_sees_names: bool = True) -> Sight:
    """The viewer's sight in an opening (three queries)."""
    asked = {"opening": opening_id, "viewer": viewer.account_id}
    cards = session.execute(_CARDS, asked).all()
    own = session.scalars(_OWN, {"opening": opening_id, "email": viewer.email})
    roles = viewer.roles(opening_id)
    panel_open = panel_opens(viewer, opening_id)
    owed = frozenset(here for here, _, submitted_at in cards if submitted_at is None).union(session.scalars(_OWED_ELSEWHERE, asked))
    assigned = frozenset(here for here, carded, _ in cards if here == carded) if Role.INTERVIEWER in roles else frozenset()
    return Sight(
        own=frozenset(own),
        blind=owed if panel_open else owed | assigned,
        assigned=assigned,
        whole=not LEADS.isdisjoint(roles),
        names=manager_sees_names or Role.HIRING_MANAGER not in roles,
        panel_open=panel_open,
        account_id=viewer.account_id,
    )


@dataclass(frozen=True, slots=True)
class Closed:
    """Candidates, by internal id and over all openings, whose data a viewer does not handle: `own` records do not exist for them. Of those
    for whom they still owe a scorecard (`owed`), or whose panel stays closed to them (`unread`), they may know no more than who they are.
    """

    own: frozenset[int]
    owed: frozenset[int]
    unread: frozenset[int]

    @property
    def people(self) -> frozenset[int]:
        return self.own | self.owed | self.unread


def closed_people(session: Session, viewer: Viewer) -> Closed:
    """Whom the viewer must leave to another administrator (two queries)."""
    own = select(Candidate.id).where(Candidate.email == viewer.email)
    led = [opening_id for opening_id in viewer.hats if not LEADS.isdisjoint(viewer.roles(opening_id))]
    cards = session.execute(
        select(_RECORD.id, Scorecard.submitted_at)
        .select_from(Application)
        .join(Candidate, Application.candidate_id == Candidate.id)
        .join(_RECORD, same_person(_RECORD, Candidate))
        .join(Interview, Interview.application_id == Application.id)
        .join(Scorecard, Scorecard.interview_id == Interview.id)
        .join(Opening, Application.opening_id == Opening.id)
        .where(
            Scorecard.interviewer_id == viewer.account_id,
            Scorecard.withdrawn_at.is_(None),
            or_(Scorecard.submitted_at.is_(None), and_(Opening.panel_open.is_(False), Opening.id.not_in(led))),
        )
    ).all()
    return Closed(
        own=frozenset(session.scalars(own)),
        owed=frozenset(person for person, submitted_at in cards if submitted_at is None),
        unread=frozenset(person for person, submitted_at in cards if submitted_at is not None),
    )


def require_candidate(session: Session, viewer: Viewer, action: Action, application: Application) -> Sight:
    """Raise `NotFound` unless the viewer may do this and may know of this candidate; give the sight for what follows."""
    require(viewer, action, application.opening_id)
    seen = sight(session, viewer, application.opening_id)
    if not seen.knows(application.id):
        raise NotFound
    return seen


def require_open(session: Session, viewer: Viewer, action: Action, application: Application) -> Sight:
    """As `require_candidate`, and the candidate's scores must not be hidden from the viewer."""
    seen = require_candidate(session, viewer, action, application)
    if not seen.is_open(application.id):
        raise NotFound
    return seen


def require_own_card(viewer: Viewer, card: Scorecard, application: Application, candidate: Candidate) -> None:
    """Raise `NotFound` unless the card is the viewer's own, still assigned, for a candidate who is somebody else."""
    require(viewer, Action.OWN_SCORECARD, application.opening_id)
    mine = card.interviewer_id == viewer.account_id and card.withdrawn_at is None
    if not mine or (candidate.email and candidate.email == viewer.email):
        raise NotFound
