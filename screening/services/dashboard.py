"""An opening at a glance, and the openings on the home page. Counts leave out whatever is closed to the viewer."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from rubrics.model import Stage
from screening.models import (
    ERASED_TOO,
    Account,
    Application,
    Candidate,
    Decision,
    Interview,
    Opening,
    PastDecision,
    RubricDraft,
    RubricVersion,
    Scorecard,
)
from screening.policy import Action, Hat, Sight, Viewer, allows, sight
from screening.services import interviews, openings, queue, rubrics
from screening.services.lookup import opening_for

LATEST = 8


@dataclass(frozen=True, slots=True)
class StageCount:
    stage: Stage
    candidates: int
    cards: int
    cards_expected: int

    @property
    def share(self) -> float:
        return self.cards / self.cards_expected if self.cards_expected else 0.0


@dataclass(frozen=True, slots=True)
class LatestDecision:
    application: str
    candidate: str
    kind: str
    reason: str
    who: str
    when: datetime


@dataclass(frozen=True, slots=True)
class Ready:
    """A candidate whose cards of the present stage are all in, with no decision at that stage yet."""

    application: str
    candidate: str
    stage: str


@dataclass(frozen=True, slots=True)
class Board:
    """What the page of an opening shows. `may` holds the actions open to the viewer; `own_cards` are the viewer's scorecards here.

    `erased` people are in no count but that of the outcome.
    """

    opening: Opening
    may: frozenset[Action]
    published: rubrics.Published | None
    publisher: str
    draft_differs: bool
    stages: tuple[StageCount, ...]
    outcome: tuple[tuple[str, int], ...]
    candidates: int
    closed: int
    erased: int
    missing: tuple[interviews.MissingCard, ...]
    due: int
    latest: tuple[LatestDecision, ...]
    ready: tuple[Ready, ...]
    team: tuple[tuple[Account, tuple[Hat, ...]], ...]
    panel_open: bool
    own_cards: tuple[queue.QueuedCard, ...]

    @property
    def cards(self) -> int:
        return sum(stage.cards for stage in self.stages)

    @property
    def cards_expected(self) -> int:
        return sum(stage.cards_expected for stage in self.stages)


def of(session: Session, viewer: Viewer, opening_id: str) -> Board:
    opening = opening_for(session, viewer, opening_id, Action.SEE_OPENING)
    return _board(session, viewer, opening)


def mine(session: Session, viewer: Viewer) -> list[Board]:
    """The open openings that the viewer leads, the newest first."""
    led = [opening_id for opening_id in viewer.hats if allows(viewer, Action.COMPARE, opening_id)]
    found = session.scalars(select(Opening).where(Opening.id.in_(led), Opening.state != "closed").order_by(Opening.id.desc()))
    return [_board(session, viewer, opening) for opening in found.all()]


@dataclass(frozen=True, slots=True)
class Figures:
    """An opening whose figures about groups (`impact`) or about interviewers (`calibration`) the viewer may see."""

    opening: Opening
    impact: bool
    calibration: bool


def figures(session: Session, viewer: Viewer) -> list[Figures]:
    """The openings where the viewer looks at figures only, the newest first."""
    wanted = [key for key in viewer.hats if allows(viewer, Action.SEE_IMPACT, key) or allows(viewer, Action.CALIBRATE, key)]
    found = session.scalars(select(Opening).where(Opening.id.in_(wanted)).order_by(Opening.id.desc()))
    return [
        Figures(opening, allows(viewer, Action.SEE_IMPACT, opening.id), allows(viewer, Action.CALIBRATE, opening.id)) for opening in found
    ]


def _board(session: Session, viewer: Viewer, opening: Opening) -> Board:
    seen = sight(session, viewer, opening.id, manager_sees_names=opening.manager_sees_names)
    published = rubrics.current(session, opening.id)
    leads = allows(viewer, Action.COMPARE, opening.id)
    missing = tuple(interviews.missing_cards(session, opening.id, seen)) if leads else ()
    people = _people(session, opening.id)
    return Board(
        opening=opening,
        may=frozenset(action for action in Action if allows(viewer, action, opening.id)),
        published=published,
        publisher=_publisher(session, published),
        draft_differs=_draft_differs(session, opening, published),
        stages=_stages(session, opening.id, published, seen, people) if leads else (),
        outcome=_outcome(session, opening.id, seen) if leads else (),
        candidates=sum(seen.knows(application_id) for application_id in people),
        closed=sum(seen.knows(application_id) and not seen.is_open(application_id) for application_id in people),
        erased=_erased(session, opening.id) if leads else 0,
        missing=missing,
        due=sum(card.is_due for card in missing),
        latest=_latest(session, opening.id, seen) if leads else (),
        ready=_ready(session, opening.id, published, seen) if leads else (),
        team=tuple(openings.team(session, opening.id)),
        panel_open=seen.panel_open,
        own_cards=tuple(queue.mine(session, viewer, opening.id)),
    )


def _people(session: Session, opening_id: int) -> dict[int, str]:
    rows = session.execute(select(Application.id, Application.stage).where(Application.opening_id == opening_id))
    return {application_id: stage for application_id, stage in rows}  # noqa: C416  (rows are not plain pairs to the type checker)


def _erased(session: Session, opening_id: int) -> int:
    marks = select(func.count()).select_from(Application).where(Application.opening_id == opening_id, Application.erased_at.is_not(None))
    return session.scalar(marks, execution_options=dict(ERASED_TOO)) or 0


def _publisher(session: Session, published: rubrics.Published | None) -> str:
    if published is None:
        return ""
    return session.scalars(
        select(Account.name).join(RubricVersion, RubricVersion.published_by == Account.id).where(RubricVersion.id == published.id)
    ).one()


def _draft_differs(session: Session, opening: Opening, published: rubrics.Published | None) -> bool:
    if published is None:
        return True
    saved = session.scalars(select(RubricDraft.saved_at).where(RubricDraft.opening_id == opening.id)).one()
    return saved > published.published_at


def _stages(
    session: Session, opening_id: int, published: rubrics.Published | None, seen: Sight, people: dict[int, str]
) -> tuple[StageCount, ...]:
    rows = session.execute(
        select(Interview.stage, Application.id, func.count(), func.count(Scorecard.submitted_at))
        .join(Interview, Scorecard.interview_id == Interview.id)
        .join(Application, Interview.application_id == Application.id)
        .where(Application.opening_id == opening_id, Scorecard.withdrawn_at.is_(None))
        .group_by(Interview.stage, Application.id)
    )
    expected: Counter[str] = Counter()
    submitted: Counter[str] = Counter()
    for stage, application_id, cards, done in rows:
        if seen.is_open(application_id):
            expected[stage] += cards
            submitted[stage] += done
    at = Counter(stage for application_id, stage in people.items() if seen.is_open(application_id))
    stages = published.rubric.stages if published else ()
    return tuple(StageCount(stage, at[stage.key], submitted[stage.key], expected[stage.key]) for stage in stages)


def _outcome(session: Session, opening_id: int, seen: Sight) -> tuple[tuple[str, int], ...]:
    rows = session.execute(
        select(Decision.application_id, Decision.kind)
        .join(Application, Decision.application_id == Application.id)
        .where(Application.opening_id == opening_id, Decision.undone_at.is_(None))
        .order_by(Decision.id)
    )
    latest = {application_id: kind for application_id, kind in rows if seen.is_open(application_id)}
    latest |= _past_outcome(session, opening_id)
    counts = Counter(latest.values())
    return tuple((kind, counts[kind]) for kind in ("offer", "advance", "hold", "reject") if counts[kind])


def _past_outcome(session: Session, opening_id: int) -> dict[int, str]:
    """How it ended for people who were erased since."""
    rows = session.execute(
        select(PastDecision.application_id, PastDecision.kind)
        .join(Application, PastDecision.application_id == Application.id)
        .where(Application.opening_id == opening_id, PastDecision.undone_at.is_(None))
        .order_by(PastDecision.id),
        execution_options=dict(ERASED_TOO),
    )
    return dict(rows.all())


def _latest(session: Session, opening_id: int, seen: Sight) -> tuple[LatestDecision, ...]:
    rows = session.execute(
        select(Application, Decision, Account.name)
        .options(joinedload(Application.candidate))
        .join(Decision, Decision.application_id == Application.id)
        .join(Account, Decision.decided_by == Account.id)
        .join(Candidate, Application.candidate_id == Candidate.id)
        # Left out before they are counted off: a decision that is closed to the viewer must not take the place of an open one.
        .where(Application.opening_id == opening_id, Decision.undone_at.is_(None), Application.id.not_in(seen.blind | seen.own))
        .order_by(Decision.id.desc())
        .limit(LATEST)
    )
    return tuple(
        LatestDecision(application.public_id, application.candidate.name, row.kind, row.reason, who, row.decided_at)
        for application, row, who in rows
    )


def _ready(session: Session, opening_id: int, published: rubrics.Published | None, seen: Sight) -> tuple[Ready, ...]:
    decided = select(Decision.id).where(
        Decision.application_id == Application.id, Decision.stage == Application.stage, Decision.undone_at.is_(None)
    )
    rows = session.execute(
        select(Application.id, Application.public_id, Candidate.name, Application.stage)
        .join(Candidate, Application.candidate_id == Candidate.id)
        .join(Interview, (Interview.application_id == Application.id) & (Interview.stage == Application.stage))
        .join(Scorecard, Scorecard.interview_id == Interview.id)
        .where(Application.opening_id == opening_id, Scorecard.withdrawn_at.is_(None), ~decided.exists())
        .group_by(Application.id, Application.public_id, Candidate.name, Application.stage)
        .having(func.count() == func.count(Scorecard.submitted_at))
        .order_by(Application.id)
    )
    names = {stage.key: stage.name for stage in published.rubric.stages} if published else {}
    return tuple(
        Ready(application, candidate, names.get(stage, stage))
        for application_id, application, candidate, stage in rows
        if seen.is_open(application_id)
    )
