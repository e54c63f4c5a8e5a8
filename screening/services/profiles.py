"""How interviewers rate: each one's own profile, and the calibration of an opening. Both only from candidates open to whoever looks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from rubrics.combining import Ratings, Scale
from rubrics.profiles import Profile, Skipped, Use, profiles, uses
from screening.models import Account, Application, Interview, Opening, Rating, Revision, Scorecard
from screening.policy import Action, Hat, Sight, Viewer, sight
from screening.services import openings, results
from screening.services.lookup import opening_for
from screening.services.naming import letters


@dataclass(frozen=True, slots=True)
class OwnProfile:
    """The viewer's own profile, from `candidates` whom they rated and whose panel is open to them; `closed` are left out until it is,
    which without `panel_open` it never will be.
    """

    opening: Opening
    profile: Profile
    candidates: int
    closed: int
    panel_open: bool


@dataclass(frozen=True, slots=True)
class Rater:
    """An interviewer of the opening with the profile; `name` as this viewer may know it."""

    name: str
    profile: Profile


@dataclass(frozen=True, slots=True)
class CriterionUse:
    name: str
    use: Use


@dataclass(frozen=True, slots=True)
class Calibration:
    """`raters` by name, `criteria` in the rubric's order without void ones. `candidates` were rated; `closed` are left out."""

    opening: Opening
    raters: tuple[Rater, ...]
    criteria: tuple[CriterionUse, ...]
    candidates: int
    closed: int

    @property
    def plan_is_wrong(self) -> tuple[CriterionUse, ...]:
        return tuple(line for line in self.criteria if line.use.plan_is_wrong)

    @property
    def anchors_are_wrong(self) -> tuple[CriterionUse, ...]:
        return tuple(line for line in self.criteria if line.use.anchors_are_wrong)


@dataclass(frozen=True, slots=True, eq=False)
class _Given:
    """What was given independently on the candidates that may be looked at; interviewers are places in `accounts`."""

    scale: Scale
    ratings: Ratings
    skipped: Skipped
    coverage: np.ndarray
    accounts: tuple[int, ...]

    @property
    def candidates(self) -> int:
        return len(np.unique(self.ratings.candidate))

    def profiles(self) -> dict[int, Profile]:
        """By account id, of whoever rated one of these candidates: that somebody has rated another one may not be known."""
        found = profiles(self.scale, self.ratings, self.skipped, self.coverage, len(self.accounts))
        return {self.accounts[place]: found[place] for place in np.unique(self.ratings.interviewer)}


def own(session: Session, viewer: Viewer, opening_id: str) -> OwnProfile:
    """The viewer's own profile. Nothing of a candidate for whom they still owe a card has a part in it, nor of one they did not meet."""
    opening = opening_for(session, viewer, opening_id, Action.OWN_PROFILE)
    seen = sight(session, viewer, opening.id)
    chosen = frozenset(person for person in seen.assigned if seen.is_open(person))
    given = _given(session, opening, seen, chosen, among=chosen)
    profile = given.profiles().get(viewer.account_id, Profile(0)) if given else Profile(0)
    return OwnProfile(opening, profile, given.candidates if given else 0, len(seen.blind - seen.own), seen.panel_open)


def calibration(session: Session, viewer: Viewer, opening_id: str) -> Calibration:
    """All interviewers' profiles and how each criterion is used, from every candidate whose panel is not closed to the viewer.

    It names no candidate, so that a viewer need not be one who may know of them.
    """
    opening = opening_for(session, viewer, opening_id, Action.CALIBRATE)
    seen = sight(session, viewer, opening.id, manager_sees_names=opening.manager_sees_names)
    everybody = session.scalars(select(Application.id).where(Application.opening_id == opening.id))
    given = _given(session, opening, seen, frozenset(everybody) - seen.blind - seen.own)
    found = given.profiles() if given else {}
    return Calibration(
        opening=opening,
        raters=tuple(Rater(name, found.get(account, Profile(0))) for account, name in _names(session, opening, found, seen).items()),
        criteria=_criteria(session, opening, seen, given) if given else (),
        candidates=given.candidates if given else 0,
        closed=len(seen.blind - seen.own),
    )


def _given(
    session: Session, opening: Opening, seen: Sight, chosen: frozenset[int], *, among: frozenset[int] | None = None
) -> _Given | None:
    """None while no rubric is published."""
    found = results.of(session, opening, seen, among=among)
    if found is None:
        return None
    open_ = np.array([person.application_id in chosen for person in found.people], dtype=bool)
    ratings = found.independent.where(open_[found.independent.candidate])
    skipped = _skipped(session, opening.id, found)
    scale = Scale.of(found.published.rubric, void=found.void)
    return _Given(scale, ratings, skipped.where(open_[skipped.candidate]), found.combined.coverage, found.interviewers)


def _skipped(session: Session, opening_id: int, found: results.Results) -> Skipped:
    """What was not assessed on cards that count."""
    column = {key: place for place, key in enumerate(found.published.rubric.keys)}
    who = {account: place for place, account in enumerate(found.interviewers)}
    rows = session.execute(
        select(Interview.application_id, Scorecard.interviewer_id, Rating.criterion)
        .join(Revision, Rating.revision_id == Revision.id)
        .join(Scorecard, Revision.scorecard_id == Scorecard.id)
        .join(Interview, Scorecard.interview_id == Interview.id)
        .join(Application, Interview.application_id == Application.id)
        .where(Application.opening_id == opening_id, Revision.counts, Scorecard.withdrawn_at.is_(None), Rating.not_assessed != "")
    )
    return Skipped.of(
        [(found.place[person], who[account], column[key]) for person, account, key in rows if person in found.place and key in column]
    )


def _criteria(session: Session, opening: Opening, seen: Sight, given: _Given) -> tuple[CriterionUse, ...]:
    found = results.of(session, opening, seen)
    items = found.published.rubric.criteria if found else ()
    used = uses(given.ratings, given.skipped, len(items))
    return tuple(
        CriterionUse(item.criterion.name, use)
        for item, use, void in zip(items, used, given.scale.void, strict=True)
        if item.criterion.is_rated and not void
    )


def _names(session: Session, opening: Opening, rated: Mapping[int, Profile], seen: Sight) -> dict[int, str]:
    """Whoever interviews here or has rated here, in the order of names; letters where names are not for this viewer."""
    names = {account.id: account.name for account, hats in openings.team(session, opening.id) if Hat.INTERVIEWER in hats}
    gone = [account for account in rated if account not in names]
    left = session.execute(select(Account.id, Account.name).where(Account.id.in_(gone)))
    names |= {account: name for account, name in left}  # noqa: C416  (rows are not plain pairs to the type checker)
    if not seen.names:
        return letters(sorted(names))
    return dict(sorted(names.items(), key=lambda pair: (pair[1].casefold(), pair[0])))
