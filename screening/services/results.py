"""Everything that the comparison and the summary compute from, for one opening, in a fixed number of queries.

Results are computed from the ratings and never stored. What was computed for a revision of an opening is kept in memory, because it
cannot change while the revision is the same; every change that a comparison could show grows the revision.

How long an answer takes must not tell of what is closed to whoever asks. So somebody to whom a candidate is closed neither takes from what
others have had computed nor leaves anything there: what is kept for them is dropped when something changes that they may know of, and
otherwise only when it is old.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from reports.standing import Standing
from rubrics.combining import Combined, Ratings, Scale, combine
from rubrics.confidence import assess
from rubrics.qualifications import Facts
from screening.database import plain_rows
from screening.models import Application, Candidate, Decision, Event, FinalRating, Interview, Opening, Rating, Revision, Scorecard, Void
from screening.models.interviews import RECOMMENDATIONS
from screening.policy import Sight
from screening.services import rubrics
from screening.services.events import CHANGES_NOTHING
from screening.services.keeping import Kept


@dataclass(frozen=True, slots=True)
class Person:
    """A row of the comparison before anything is counted."""

    application_id: int
    public_id: str
    name: str
    reference: str
    stage: str
    decision: str


@dataclass(frozen=True, eq=False)
class Results:
    """The results of all candidates of an opening; arrays follow the order of `people` (that of adding).

    `cards` and `cards_expected` count submitted and assigned scorecards; `recommendations` has a column for each value of
    `RECOMMENDATIONS`; `older` counts cards per candidate that were filled in against an earlier rubric version. `ratings` are those
    that count (their candidates and interviewers are places in `people` and in `interviewers`, which holds account ids), `independent`
    the same as they were given before any debrief, `levels` those of the qualifications, all with what is void; `void` holds the keys of
    void criteria. `finals` says how many interviewers' ratings of a criterion were replaced by a final one.
    """

    revision: int
    published: rubrics.Published
    people: tuple[Person, ...]
    place: Mapping[int, int]
    interviewers: tuple[int, ...]
    ratings: Ratings
    independent: Ratings
    levels: np.ndarray
    void: frozenset[str]
    finals: int
    ranks_adjusted: bool
    combined: Combined
    cards: np.ndarray
    cards_expected: np.ndarray
    recommendations: np.ndarray
    older: np.ndarray

    @cached_property
    def standing(self) -> Standing:
        """Ranges, adjusted scores and places of everybody, for those who may know of all."""
        return self.standing_with(self.combined, self.ratings)

    def standing_with(self, combined: Combined, ratings: Ratings, weights: Mapping[str, float] | None = None) -> Standing:
        """The same from other ratings or weights; `combined` must be what those give."""
        scale = Scale.of(self.published.rubric, void=self.void, weights=weights)
        return Standing(assess(scale, ratings, combined), self.ranks_adjusted)

    def combined_from(self, ratings: Ratings) -> Combined:
        """Other ratings of the same candidates combined as those that count are: `independent` ones, or with final ones in their place."""
        if ratings is self.ratings:
            return self.combined
        return combine(Scale.of(self.published.rubric, void=self.void), ratings, self.levels)

    def combined_with(self, *, void: Collection[str], weights: Mapping[str, float] | None = None) -> Combined:
        """The same ratings combined with other criteria void, or with other weights."""
        return combine(Scale.of(self.published.rubric, void=void, weights=weights), self.ratings, self.levels)


_kept: Kept[Results] = Kept()
"""Of openings, for whoever may know of everybody."""
_kept_apart: Kept[Results] = Kept()
"""For others, each for one of them."""


def forget() -> None:
    """Drop what is kept; it is computed again when asked for."""
    _kept.clear()
    _kept_apart.clear()


def of(session: Session, opening: Opening, seen: Sight, *, among: Collection[int] | None = None) -> Results | None:
    """The opening's results for somebody with this sight, or None while no rubric is published.

    They are those of all candidates, and what of that may be shown is for the caller to say; or those of the applications `among` alone,
    which are computed each time.
    """
    _kept.drop_old()
    _kept_apart.drop_old()
    if among is not None:
        return _published(session, opening, among)
    if seen.blind or seen.own:
        kept, key, state = _kept_apart, (opening.public_id, seen.account_id), _known_state(session, opening, seen)
    else:
        kept, key, state = _kept, (opening.public_id, 0), opening.revision
    found = kept.get(key, state)
    if found is None:
        found = _published(session, opening, None)
        if found is not None:
            kept.put(key, state, found)
    return found


def _known_state(session: Session, opening: Opening, seen: Sight) -> object:
    """Changes with what the viewer may know of the opening, and with nothing else. Those for whom they owe a card they know by name."""
    named = and_(Event.application_id.in_(seen.blind - seen.own), Event.action == "candidate_changed")
    open_ = or_(Event.application_id.is_(None), Event.application_id.not_in(seen.blind | seen.own))
    last = select(Event.id).where(Event.opening_id == opening.id, Event.action.not_in(CHANGES_NOTHING), or_(open_, named))
    return seen.blind, seen.own, session.scalar(last.order_by(Event.id.desc()).limit(1))


def _published(session: Session, opening: Opening, among: Collection[int] | None) -> Results | None:
    published = rubrics.current(session, opening.id)
    return None if published is None else _compute(session, opening, published, among)


def _compute(session: Session, opening: Opening, published: rubrics.Published, among: Collection[int] | None) -> Results:
    chosen = [Application.opening_id == opening.id, *([] if among is None else [Application.id.in_(among)])]
    people, facts = _people(session, chosen)
    place = {person.application_id: index for index, person in enumerate(people)}
    size = len(people)
    cards, expected, older = (np.zeros(size, dtype=np.int64) for _ in range(3))
    recommendations = np.zeros((size, len(RECOMMENDATIONS)), dtype=np.int64)
    counted: dict[int, tuple[int, int]] = {}
    interviewers: dict[int, int] = {}
    for application_id, interviewer_id, submitted, revision_id, version_id, recommendation in _cards(session, chosen):
        row = place[application_id]
        expected[row] += 1
        if not submitted:
            continue
        cards[row] += 1
        if revision_id is None:
            continue
        counted[revision_id] = (row, interviewers.setdefault(interviewer_id, len(interviewers)))
        recommendations[row, RECOMMENDATIONS.index(recommendation)] += 1
        older[row] += version_id != published.id
    rubric = published.rubric
    void = frozenset(
        session.scalars(select(Void.criterion).where(Void.opening_id == opening.id, Void.question == "", Void.undone_at.is_(None)))
    )
    independent, levels = _ratings(session, chosen, counted, rubric.keys), _levels(published, facts)
    ratings, finals = independent, 0
    if opening.finals_count:
        ratings, finals = with_finals(session, opening.id, independent, place, tuple(interviewers), rubric.keys)
    return Results(
        revision=opening.revision,
        published=published,
        people=people,
        place=place,
        interviewers=tuple(interviewers),
        ratings=ratings,
        independent=independent,
        levels=levels,
        void=void,
        finals=finals,
        ranks_adjusted=opening.ranks_adjusted,
        combined=combine(Scale.of(rubric, void=void), ratings, levels),
        cards=cards,
        cards_expected=expected,
        recommendations=recommendations,
        older=older,
    )


def with_finals(
    session: Session, opening_id: int, ratings: Ratings, place: Mapping[int, int], interviewers: tuple[int, ...], keys: tuple[str, ...]
) -> tuple[Ratings, int]:
    """The ratings with final ones in the place of independent ones, and how many those are. Arguments are as in `Results`."""
    column = {key: index for index, key in enumerate(keys)}
    number = {account_id: index for index, account_id in enumerate(interviewers)}
    rows = session.execute(
        select(FinalRating.application_id, FinalRating.account_id, FinalRating.criterion, FinalRating.level)
        .join(Application, FinalRating.application_id == Application.id)
        .where(Application.opening_id == opening_id, FinalRating.replaced_at.is_(None))
    )
    levels = ratings.level.copy()
    replaced = 0
    for application_id, account_id, criterion, level in rows:
        if application_id not in place or account_id not in number or criterion not in column:
            continue
        given = (ratings.candidate == place[application_id]) & (ratings.interviewer == number[account_id])
        given &= ratings.criterion == column[criterion]
        levels[given] = level
        replaced += bool(given.any())
    return replace(ratings, level=levels), replaced


def _people(session: Session, chosen: Sequence[ColumnElement[bool]]) -> tuple[tuple[Person, ...], list[Facts]]:
    last = (
        select(Decision.application_id, func.max(Decision.id).label("id"))
        .where(Decision.undone_at.is_(None))
        .group_by(Decision.application_id)
        .subquery()
    )
    rows = session.execute(
        select(
            Application.id,
            Application.public_id,
            Candidate.name,
            Application.reference,
            Application.stage,
            Decision.kind,
            Application.months,
            Application.relatedness,
            Application.field,
            Application.education,
            Application.education_field,
            Application.requirements,
        )
        .join(Candidate, Application.candidate_id == Candidate.id)
        .outerjoin(last, last.c.application_id == Application.id)
        .outerjoin(Decision, Decision.id == last.c.id)
        .where(*chosen)
        .order_by(Application.id)
    ).all()
    people = tuple(Person(*row[:5], decision=row[5] or "") for row in rows)
    return people, [Facts(row[6], row[7], row[8], row[9], row[10], row[11] or {}) for row in rows]


def _cards(session: Session, chosen: Sequence[ColumnElement[bool]]) -> Iterator[tuple[Any, ...]]:
    """Application, interviewer, whether it is submitted, and the revision that counts, its rubric version and recommendation."""
    return plain_rows(
        session,
        select(
            Interview.application_id,
            Scorecard.interviewer_id,
            Scorecard.submitted_at.is_not(None),
            Revision.id,
            Revision.rubric_version_id,
            Revision.recommendation,
        )
        .select_from(Scorecard)
        .join(Interview, Scorecard.interview_id == Interview.id)
        .join(Application, Interview.application_id == Application.id)
        .outerjoin(Revision, (Revision.scorecard_id == Scorecard.id) & Revision.counts)
        .where(*chosen, Scorecard.withdrawn_at.is_(None)),
    )


def _ratings(
    session: Session, chosen: Sequence[ColumnElement[bool]], counted: Mapping[int, tuple[int, int]], keys: tuple[str, ...]
) -> Ratings:
    column = {key: index for index, key in enumerate(keys)}
    rows = plain_rows(
        session,
        select(Rating.revision_id, Rating.criterion, Rating.level)
        .join(Revision, Rating.revision_id == Revision.id)
        .join(Scorecard, Revision.scorecard_id == Scorecard.id)
        .join(Interview, Scorecard.interview_id == Interview.id)
        .join(Application, Interview.application_id == Application.id)
        .where(*chosen, Revision.counts, Scorecard.withdrawn_at.is_(None), Rating.level.is_not(None)),
    )
    return Ratings.of((*counted[revision_id], column[criterion], level) for revision_id, criterion, level in rows if criterion in column)


def _levels(published: rubrics.Published, facts: list[Facts]) -> np.ndarray:
    """Levels of the qualifications by their rules, candidates x criteria; NaN for rated criteria and where nothing is recorded."""
    levels = np.full((len(facts), len(published.rubric.criteria)), np.nan)
    for column, item in enumerate(published.rubric.criteria):
        rule = item.criterion.rule
        if rule is not None:
            found = [rule.level(fact) for fact in facts]
            levels[:, column] = [np.nan if level is None else level for level in found]
    return levels
