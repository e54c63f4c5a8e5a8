"""The one place that says who may see and do what.

Three questions, asked by the services on the very object they serve:

- `require(viewer, action, opening_id)`: may this person do this at all, here?
- `sight(session, viewer, opening_id)`: which candidates of the opening may the person know of, and whose scores are hidden?
- `require_candidate(session, viewer, action, application)`: both together, for one candidate.

Blindness: while somebody has a scorecard for a candidate that is assigned and not submitted, nothing of anybody else's cards for that
candidate is open to them, whatever other hats they wear: with several roles the strictest rule wins. It is about the person: a card that
is owed in one opening closes what others wrote about the same candidate in every other. Where an opening's panel is closed to interviewers,
it stays closed to them when their cards are in, unless they lead the opening. Nobody sees a candidate record that is their own.
What one may not see looks like what is not there: `NotFound`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session, aliased

from screening.errors import NotFound
from screening.models import Account, Application, Candidate, Interview, Scorecard
from screening.models.erased import built_once
from screening.models.openings import Membership, Opening


class Hat(StrEnum):
    RECRUITER = "recruiter"
    INTERVIEWER = "interviewer"
    HIRING_MANAGER = "hiring_manager"
    CALIBRATION_LEAD = "calibration_lead"
    IMPACT_ANALYST = "impact_analyst"


DECIDING = frozenset({Hat.RECRUITER, Hat.INTERVIEWER, Hat.HIRING_MANAGER})
"""The hats whose wearers judge candidates or decide about them."""


class Role(StrEnum):
    """Who may ask a route: everybody, anybody signed in, the administrator, those who may open openings, or a hat in the opening."""

    EVERYBODY = "everybody"
    SIGNED_IN = "signed_in"
    ADMINISTRATOR = "administrator"
    OPENER = "opener"
    RECRUITER = "recruiter"
    INTERVIEWER = "interviewer"
    HIRING_MANAGER = "hiring_manager"
    CALIBRATION_LEAD = "calibration_lead"
    IMPACT_ANALYST = "impact_analyst"


class Action(StrEnum):
    """Everything that can be asked for. Each route names one."""

    VISIT = "visit"
    USE_ACCOUNT = "use_account"
    MANAGE_PEOPLE = "manage_people"
    CREATE_OPENING = "create_opening"
    SEE_OPENING = "see_opening"
    SEE_RUBRIC = "see_rubric"
    EDIT_RUBRIC = "edit_rubric"
    EDIT_OPENING = "edit_opening"
    MANAGE_TEAM = "manage_team"
    MANAGE_CANDIDATES = "manage_candidates"
    SEE_CANDIDATE = "see_candidate"
    PLAN_INTERVIEWS = "plan_interviews"
    OWN_SCORECARD = "own_scorecard"
    SEE_PANEL = "see_panel"
    COMPARE = "compare"
    EXPORT_RATINGS = "export_ratings"
    DECIDE = "decide"
    SEE_SUMMARY = "see_summary"
    COPY_FOR_OTHERS = "copy_for_others"
    MAKE_DOSSIER = "make_dossier"
    DEBRIEF = "debrief"
    GIVE_FINAL = "give_final"
    VOID = "void"
    OWN_PROFILE = "own_profile"
    CALIBRATE = "calibrate"
    SEE_IMPACT = "see_impact"
    DATA_RIGHTS = "data_rights"
    READ_AUDIT = "read_audit"


_LEADS = frozenset({Role.RECRUITER, Role.HIRING_MANAGER})
_TEAM = _LEADS | {Role.INTERVIEWER}

RULES: Mapping[Action, frozenset[Role]] = MappingProxyType(
    {
        Action.VISIT: frozenset({Role.EVERYBODY}),
        Action.USE_ACCOUNT: frozenset({Role.SIGNED_IN}),
        Action.MANAGE_PEOPLE: frozenset({Role.ADMINISTRATOR}),
        Action.CREATE_OPENING: frozenset({Role.OPENER, Role.ADMINISTRATOR}),
        Action.SEE_OPENING: _TEAM | {Role.CALIBRATION_LEAD, Role.IMPACT_ANALYST},
        Action.SEE_RUBRIC: _TEAM,
        Action.EDIT_RUBRIC: frozenset({Role.RECRUITER}),
        Action.EDIT_OPENING: frozenset({Role.RECRUITER}),
        Action.MANAGE_TEAM: frozenset({Role.RECRUITER, Role.ADMINISTRATOR}),
        Action.MANAGE_CANDIDATES: frozenset({Role.RECRUITER}),
        Action.SEE_CANDIDATE: _TEAM,
        Action.PLAN_INTERVIEWS: frozenset({Role.RECRUITER}),
        Action.OWN_SCORECARD: frozenset({Role.INTERVIEWER}),
        Action.SEE_PANEL: _TEAM,
        Action.COMPARE: _LEADS,
        Action.EXPORT_RATINGS: _LEADS,
        Action.DECIDE: _LEADS,
        Action.SEE_SUMMARY: _LEADS,
        Action.COPY_FOR_OTHERS: frozenset({Role.RECRUITER}),
        Action.MAKE_DOSSIER: frozenset({Role.RECRUITER}),
        Action.DEBRIEF: _TEAM,
        Action.GIVE_FINAL: frozenset({Role.INTERVIEWER}),
        Action.VOID: frozenset({Role.RECRUITER}),
        Action.OWN_PROFILE: frozenset({Role.INTERVIEWER}),
        Action.CALIBRATE: frozenset({Role.CALIBRATION_LEAD}),
        Action.SEE_IMPACT: frozenset({Role.IMPACT_ANALYST}),
        Action.DATA_RIGHTS: frozenset({Role.ADMINISTRATOR}),
        Action.READ_AUDIT: frozenset({Role.ADMINISTRATOR}),
    }
)
"""Which roles may do what. A hat counts in the opening it is worn in."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """The person acting, with the hats worn in each opening (by its internal id). `closed_panels`: those of these openings in which
    interviewers do not read others' cards.
    """

    account_id: int
    public_id: str
    name: str
    email: str
    is_administrator: bool = False
    may_open: bool = False
    hats: Mapping[int, frozenset[Hat]] = field(default_factory=lambda: MappingProxyType({}))
    closed_panels: frozenset[int] = frozenset()

    def roles(self, opening_id: int | None) -> frozenset[Role]:
        held = {Role.EVERYBODY, Role.SIGNED_IN}
        if self.is_administrator:
            held.add(Role.ADMINISTRATOR)
        if self.may_open:
            held.add(Role.OPENER)
        if opening_id is not None:
            held.update(Role(hat) for hat in self.hats.get(opening_id, ()))
        # Figures about groups are for nobody who still decides about these candidates.
        if not held.isdisjoint(_TEAM):
            held.discard(Role.IMPACT_ANALYST)
        return frozenset(held)

    def wears(self, hat: Hat, opening_id: int) -> bool:
        return hat in self.hats.get(opening_id, ())


_HATS = built_once(
    select(Membership.opening_id, Membership.hat, Opening.panel_open)
    .join(Opening, Membership.opening_id == Opening.id)
    .where(Membership.account_id == bindparam("account"))
)


def viewer_for(session: Session, account: Account) -> Viewer:
    """The viewer with the hats as they are now: a change takes effect on the next request."""
    hats: dict[int, set[Hat]] = {}
    closed_panels = set()
    for opening_id, hat, panel_open in session.execute(_HATS, {"account": account.id}):
        hats.setdefault(opening_id, set()).add(Hat(hat))
        if not panel_open:
            closed_panels.add(opening_id)
    return Viewer(
        account_id=account.id,
        public_id=account.public_id,
        name=account.name,
        email=account.email,
        is_administrator=account.is_administrator,
        may_open=account.may_open,
        hats=MappingProxyType({opening_id: frozenset(worn) for opening_id, worn in hats.items()}),
        closed_panels=frozenset(closed_panels),
    )


def allows(viewer: Viewer, action: Action, opening_id: int | None = None) -> bool:
    return not RULES[action].isdisjoint(viewer.roles(opening_id))


def require(viewer: Viewer, action: Action, opening_id: int | None = None) -> None:
    """Raise `NotFound` unless the viewer may do this (in this opening)."""
    if not allows(viewer, action, opening_id):
        raise NotFound


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
    return opening_id not in viewer.closed_panels or not _LEADS.isdisjoint(viewer.roles(opening_id))


_HERE = aliased(Application)
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
_OWN = built_once(
    select(Application.id)
    .join(Candidate, Application.candidate_id == Candidate.id)
    .where(Application.opening_id == bindparam("opening"), Candidate.email == bindparam("email"))
)


def sight(session: Session, viewer: Viewer, opening_id: int, *, manager_sees_names: bool = True) -> Sight:
    """The viewer's sight in an opening (two queries)."""
    cards = session.execute(_CARDS, {"opening": opening_id, "viewer": viewer.account_id}).all()
    own = session.scalars(_OWN, {"opening": opening_id, "email": viewer.email})
    roles = viewer.roles(opening_id)
    panel_open = panel_opens(viewer, opening_id)
    owed = frozenset(here for here, _, submitted_at in cards if submitted_at is None)
    assigned = frozenset(here for here, carded, _ in cards if here == carded) if Role.INTERVIEWER in roles else frozenset()
    return Sight(
        own=frozenset(own),
        blind=owed if panel_open else owed | assigned,
        assigned=assigned,
        whole=not _LEADS.isdisjoint(roles),
        names=manager_sees_names or Role.HIRING_MANAGER not in roles,
        panel_open=panel_open,
        account_id=viewer.account_id,
    )


@dataclass(frozen=True, slots=True)
class Closed:
    """Candidates, by internal id and over all openings, whose data a viewer does not handle: `own` records do not exist for them, and of
    those for whom they still owe a scorecard (`owed`) they may know no more than who they are.
    """

    own: frozenset[int]
    owed: frozenset[int]


def closed_people(session: Session, viewer: Viewer) -> Closed:
    """Whom the viewer must leave to another administrator (two queries)."""
    own = select(Candidate.id).where(Candidate.email == viewer.email)
    owed = (
        select(Application.candidate_id)
        .join(Interview, Interview.application_id == Application.id)
        .join(Scorecard, Scorecard.interview_id == Interview.id)
        .where(Scorecard.interviewer_id == viewer.account_id, Scorecard.submitted_at.is_(None), Scorecard.withdrawn_at.is_(None))
    )
    return Closed(frozenset(session.scalars(own)), frozenset(session.scalars(owed)))


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
