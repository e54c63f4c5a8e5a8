"""The debrief about a candidate: its agenda, the final ratings given after talking, and what they would change.

It opens when every card that is assigned for the candidate and not withdrawn is submitted.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from rubrics.combining import TIE, Combined, ranks
from rubrics.model import LEVELS
from screening.clock import now
from screening.errors import Invalid, NotFound, Stale
from screening.models import Application, FinalRating, Opening
from screening.policy import Action, Sight, Viewer, allows, require_open, sight
from screening.services import agenda, panel, results
from screening.services.agenda import Point
from screening.services.events import record
from screening.services.lookup import by_public_id, hold_application, touch


@dataclass(frozen=True, slots=True)
class Standing:
    """A total and its place; `rank` is None for a candidate who is not ranked."""

    score: float | None
    rank: int | None
    tied: bool


@dataclass(frozen=True, slots=True)
class BothWays:
    """The totals that independent and final ratings give, and which of them counts. `ranked` is 0 for who may not compare."""

    independent: Standing
    final: Standing
    ranked: int
    finals_count: bool

    @property
    def difference(self) -> float | None:
        """How much the final ratings add; None without a total, 0 where they change nothing."""
        if self.independent.score is None or self.final.score is None:
            return None
        gap = self.final.score - self.independent.score
        return gap if abs(gap) >= TIE else 0.0


@dataclass(frozen=True, slots=True)
class Missing:
    """A card that keeps the debrief closed."""

    stage: str
    interviewer: str
    scheduled_at: datetime | None


@dataclass(frozen=True, slots=True)
class Debrief:
    """`points`, `agreed` (criteria rated by several, less than two levels apart) and `totals` are empty until every card is in.

    `missing` names the cards for leads; `waiting` is how many they are, of `cards`.
    """

    application: Application
    opening: Opening
    name: str
    stage: str
    may: frozenset[Action]
    cards: int
    waiting: int
    missing: tuple[Missing, ...]
    points: tuple[Point, ...]
    agreed: tuple[str, ...]
    totals: BothWays | None

    @property
    def is_ready(self) -> bool:
        return self.cards > 0 and self.waiting == 0

    @property
    def is_closed(self) -> bool:
        return self.opening.state == "closed"


def of(session: Session, viewer: Viewer, application_id: str) -> Debrief:
    """The debrief, for who may see the panel's ratings of this candidate."""
    application, opening, seen = _open(session, viewer, application_id, Action.DEBRIEF)
    found = results.of(session, opening, seen, among=None if seen.whole else seen.assigned)
    stages = {stage.key: stage.name for stage in found.published.rubric.stages} if found else {}
    planned = panel.interviews(session, viewer, application, seen)
    missing = tuple(
        Missing(stages.get(interview.stage, interview.stage), person.interviewer, interview.scheduled_at)
        for interview in planned
        for person in interview.assigned
        if person.state != "submitted"
    )
    cards = sum(len(interview.assigned) for interview in planned)
    is_ready = found is not None and cards > 0 and not missing
    points, agreed = agenda.of(session, viewer, application, found, seen) if found and is_ready else ((), ())
    return Debrief(
        application=application,
        opening=opening,
        name=application.candidate.name,
        stage=stages.get(application.stage, application.stage),
        may=frozenset(action for action in Action if allows(viewer, action, opening.id)),
        cards=cards,
        waiting=len(missing),
        missing=missing if seen.whole else (),
        points=points,
        agreed=agreed,
        totals=totals_both_ways(session, opening, found, seen, application.id) if found and is_ready else None,
    )


def _open(session: Session, viewer: Viewer, application_id: str, action: Action) -> tuple[Application, Opening, Sight]:
    application = by_public_id(session, Application, application_id)
    require_open(session, viewer, action, application)
    opening = session.get_one(Opening, application.opening_id)
    return application, opening, sight(session, viewer, opening.id, manager_sees_names=opening.manager_sees_names)


def totals_both_ways(session: Session, opening: Opening, found: results.Results, seen: Sight, application_id: int) -> BothWays:
    """The candidate's total and place with the independent ratings and with the final ones, among those open to the viewer."""
    with_finals = found.ratings
    if not opening.finals_count:
        with_finals, replaced = results.with_finals(
            session, opening.id, found.independent, found.place, found.interviewers, found.published.rubric.keys
        )
        with_finals = with_finals if replaced else found.ratings
    row = found.place[application_id]
    is_open = np.array([seen.whole and seen.is_open(person.application_id) for person in found.people], dtype=bool)
    independent, final = (found.combined_from(ratings) for ratings in (found.independent, with_finals))
    return BothWays(
        independent=_standing(independent, row, is_open),
        final=_standing(final, row, is_open),
        ranked=int((independent.complete & is_open).sum()),
        finals_count=opening.finals_count,
    )


def _standing(combined: Combined, row: int, is_open: np.ndarray) -> Standing:
    places = ranks(combined.score, combined.complete & is_open)
    score, rank = float(combined.score[row]), int(places[row])
    return Standing(None if np.isnan(score) else score, rank or None, tied=bool(rank) and int((places == rank).sum()) > 1)


def require_giving(session: Session, viewer: Viewer, application_id: str) -> None:
    """Raise `NotFound` unless the viewer may give final ratings of this candidate."""
    _open(session, viewer, application_id, Action.GIVE_FINAL)


def give(
    session: Session, viewer: Viewer, application_id: str, *, criterion: str, level: int, reason: str, seen: int | None = None
) -> None:
    """The viewer's final rating of a criterion on the agenda, with its reason. It replaces an earlier one; both stay in the record.

    The independent rating does not change. Giving once more what stands already changes nothing, so that a form sent twice counts once.
    `seen` is the `version` of the final ratings that the viewer saw; raises `Stale` where there are others meanwhile.
    """
    application, opening = _hold(session, viewer, application_id)
    if level not in LEVELS:
        raise Invalid("Choose a level from 1 to 5.", field="level")
    if not reason.strip():
        raise Invalid("Give the reason: it is kept beside your final rating.", field="reason")
    page = of(session, viewer, application_id)
    if not page.is_ready:
        raise Invalid("Not every scorecard of this candidate is in: final ratings are given after the debrief.")
    point = next((point for point in page.points if point.key == criterion), None)
    if point is None:
        raise Invalid("This criterion is not on the agenda: ratings of it are less than two levels apart, or it is void.")
    if point.own is None:
        raise NotFound
    standing = _standing_final(session, viewer, application, criterion)
    if standing is not None and (standing.level, standing.reason) == (level, reason.strip()):
        return
    _check_seen(point.own.version, seen)
    at = now()
    if standing is not None:
        standing.replaced_at = at
        session.flush()
    session.add(
        FinalRating(
            application_id=application.id,
            account_id=viewer.account_id,
            criterion=criterion,
            level=level,
            reason=reason.strip(),
            given_at=at,
        )
    )
    _note(session, viewer, application, opening, "final_given", criterion, level)


def _check_seen(version: int, seen: int | None) -> None:
    if seen is not None and version != seen:
        raise Stale("Your final rating")


def withdraw(session: Session, viewer: Viewer, application_id: str, *, criterion: str, seen: int | None = None) -> bool:
    """Take the viewer's final rating of a criterion back; it stays in the record. False where none stands. Raises `Stale` as `give`."""
    application, opening = _hold(session, viewer, application_id)
    standing = _standing_final(session, viewer, application, criterion)
    if standing is None:
        return False
    _check_seen(_given(session, standing), seen)
    standing.replaced_at = now()
    _note(session, viewer, application, opening, "final_withdrawn", criterion, standing.level)
    return True


def _hold(session: Session, viewer: Viewer, application_id: str) -> tuple[Application, Opening]:
    """The application, held until the transaction ends: of two forms sent at once the second sees what the first did."""
    application, opening, _ = _open(session, viewer, application_id, Action.GIVE_FINAL)
    hold_application(session, application)
    if opening.state == "closed":
        raise Invalid("This opening is closed: final ratings can be read, but not given or withdrawn. Ask the recruiter to open it again.")
    return application, opening


def _standing_final(session: Session, viewer: Viewer, application: Application, criterion: str) -> FinalRating | None:
    own: Iterable[FinalRating] = session.scalars(
        select(FinalRating).where(
            FinalRating.application_id == application.id,
            FinalRating.account_id == viewer.account_id,
            FinalRating.replaced_at.is_(None),
        )
    )
    # Compared here: a database may refuse the text that somebody sends as a criterion with an error of its own.
    return next((row for row in own if row.criterion == criterion), None)


def _given(session: Session, standing: FinalRating) -> int:
    """The `version` of the final ratings of which this one stands, as `agenda.Voice` counts it."""
    own = select(func.count(FinalRating.id)).where(
        FinalRating.application_id == standing.application_id,
        FinalRating.account_id == standing.account_id,
        FinalRating.criterion == standing.criterion,
    )
    return 2 * int(session.scalar(own) or 0) - 1


def _note(session: Session, viewer: Viewer, application: Application, opening: Opening, action: str, criterion: str, level: int) -> None:
    touch(opening)
    record(session, viewer.account_id, action, opening_id=opening.id, application_id=application.id, criterion=criterion, level=level)
