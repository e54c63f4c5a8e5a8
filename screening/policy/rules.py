"""May this person do this at all, here? Hats, roles, actions, and which roles may do what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from screening.errors import NotFound
from screening.models import Account
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


LEADING = frozenset({Hat.RECRUITER, Hat.HIRING_MANAGER})
"""The hats whose wearers see all candidates of an opening, and all scorecards that are in."""


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


LEADS = frozenset(Role(hat) for hat in LEADING)
_TEAM = LEADS | {Role.INTERVIEWER}

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
        Action.COMPARE: LEADS,
        Action.EXPORT_RATINGS: LEADS,
        Action.DECIDE: LEADS,
        Action.SEE_SUMMARY: LEADS,
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
