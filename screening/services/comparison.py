"""The comparison table, and the long form of all ratings, as far as the viewer may see them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import fields, replace
from typing import NamedTuple

import numpy as np
from sqlalchemy import ScalarSelect, String, func, select
from sqlalchemy.orm import Session

from reports.comparison import Comparison, Entrant
from reports.comparison_report import ComparisonReport, comparison_report
from reports.exports import BETWEEN_RATINGS, RATING_LINE, LongCard
from reports.fit import Paper
from reports.view import CRITERION_SORT, View
from rubrics.combining import Combined, Ratings, Scale
from screening.clock import now
from screening.database import plain_rows
from screening.errors import Invalid
from screening.models import Account, Application, Candidate, Interview, Opening, Rating, Revision, RubricVersion, Scorecard, utc_stamp
from screening.policy import Action, Sight, Viewer, sight
from screening.services import results, rubrics
from screening.services.events import record
from screening.services.lookup import as_of, opening_for
from screening.services.naming import letters


def compare(session: Session, viewer: Viewer, opening_id: str, *, weights: Mapping[str, float] | None = None) -> tuple[Opening, Comparison]:
    """The opening and its comparison. Raises `Invalid` while no rubric is published.

    `weights`: points by criterion to try in the place of the published ones; a criterion that is not named keeps its own.
    """
    opening = opening_for(session, viewer, opening_id, Action.COMPARE)
    seen = sight(session, viewer, opening.id)
    found = results.of(session, opening, seen)
    if found is None:
        raise Invalid("There is nothing to compare yet: publish the rubric first.")
    return opening, as_seen(opening, found, seen, weights=tried(found, weights or {}))


def report(
    session: Session,
    viewer: Viewer,
    opening: Opening,
    compared: Comparison,
    view: View,
    *,
    organisation: str,
    paper: Paper,
    only: Collection[str] | None = None,
) -> ComparisonReport:
    """What the view shows of a comparison, to be printed. `only`: those whom the view's text found, where it is not in the view any more.

    Raises `Invalid` where the view sorts by a criterion that a later version of the rubric has dropped.
    """
    if view.sort.startswith(CRITERION_SORT) and view.sort.removeprefix(CRITERION_SORT) not in compared.rubric.keys:
        raise Invalid("The table is sorted by a criterion that the rubric does not have any more. Go back to the table and ask again.")
    state = as_of(session, opening, sight(session, viewer, opening.id))
    return comparison_report(compared, view, organisation=organisation, as_of=state, paper=paper, only=only)


def file_name(compared: Comparison) -> str:
    return f"{compared.opening} comparison{'' if compared.published is None else ' with weights only tried'}"


def tried(found: results.Results, weights: Mapping[str, float]) -> dict[str, float] | None:
    """All weights with these in the place of the published ones; None where that changes nothing. Raises `Invalid` if nothing weighs."""
    own = {item.key: float(item.weight) for item in found.published.rubric.criteria}
    wanted = {key: weights.get(key, weight) for key, weight in own.items()}
    if wanted == own:
        return None
    if not sum(weight for key, weight in wanted.items() if key not in found.void) > 0:
        raise Invalid("At least one criterion must weigh something: give one of them more than 0 points.")
    return wanted


def as_seen(opening: Opening, found: results.Results, seen: Sight, *, weights: Mapping[str, float] | None = None) -> Comparison:
    """The comparison without anything that the viewer may not know; under these weights instead of the published ones, if given."""
    known = [place for place, person in enumerate(found.people) if seen.knows(person.application_id)]
    rows = np.array(known, dtype=np.int64)
    hidden = np.array([not seen.is_open(found.people[place].application_id) for place in known], dtype=bool)
    whole = len(known) == len(found.people) and not hidden.any()
    rubric = found.published.rubric
    ratings = found.ratings if whole else open_to(found.ratings, rows, hidden)
    independent = found.independent if whole else open_to(found.independent, rows, hidden)
    published = found.combined if whole else _masked(found.combined, rows, hidden)
    before = found.standing if whole else found.standing_with(published, ratings)
    combined, standing = published, before
    if weights is not None:
        combined = found.combined_with(void=found.void, weights=weights)
        combined = combined if whole else _masked(combined, rows, hidden)
        standing = found.standing_with(combined, ratings, weights)
    return Comparison(
        opening=opening.title,
        rubric=rubric,
        rubric_version=found.published.number,
        rubric_digest=found.published.digest,
        stages={stage.key: stage.name for stage in rubric.stages},
        entrants=[_entrant(found.people[place], closed) for place, closed in zip(known, hidden, strict=True)],
        hidden=hidden,
        scale=Scale.of(rubric, void=found.void, weights=weights),
        combined=combined,
        standing=standing,
        ratings=ratings,
        published=before if weights is not None else None,
        void=found.void,
        finals=int((ratings.level != independent.level).sum()),
        cards=np.where(hidden, 0, found.cards[rows]),
        cards_expected=np.where(hidden, 0, found.cards_expected[rows]),
        recommendations=np.where(hidden[:, None], 0, found.recommendations[rows]),
        older=np.where(hidden, 0, found.older[rows]),
        made_at=now(),
    )


def _entrant(person: results.Person, closed: bool) -> Entrant:
    stage, decision = ("", "") if closed else (person.stage, person.decision)
    return Entrant(person.public_id, person.name, person.reference, stage, decision)


def _masked(combined: Combined, rows: np.ndarray, hidden: np.ndarray) -> Combined:
    """The rows asked for, with nothing left in the hidden ones."""
    cut = {}
    for field in fields(combined):
        values = getattr(combined, field.name)[rows]
        nothing = np.nan if values.dtype.kind == "f" and field.name != "coverage" else 0
        values[hidden] = nothing
        cut[field.name] = values
    return replace(combined, **cut)


def open_to(ratings: Ratings, rows: np.ndarray, hidden: np.ndarray) -> Ratings:
    """The ratings of the candidates who are open to the viewer, numbered by their rows: no other may leave a trace in any figure."""
    row = np.full(int(max(ratings.candidate.max(initial=-1), rows.max(initial=-1))) + 1, -1)
    row[rows[~hidden]] = np.flatnonzero(~hidden)
    chosen = ratings.where(row[ratings.candidate] >= 0)
    return replace(chosen, candidate=row[chosen.candidate])


def note_export(session: Session, viewer: Viewer, opening: Opening, action: str) -> None:
    record(session, viewer.account_id, action, opening_id=opening.id)


def ratings(session: Session, viewer: Viewer, opening_id: str) -> tuple[Opening, list[LongCard]]:
    """Every submitted version of every scorecard that the viewer may see, in the order of candidates, stages and interviewers."""
    opening = opening_for(session, viewer, opening_id, Action.EXPORT_RATINGS)
    return opening, _long_cards(session, opening, sight(session, viewer, opening.id, manager_sees_names=opening.manager_sees_names))


def all_ratings(session: Session, opening: Opening) -> list[LongCard]:
    """The same without a viewer: for whoever has the database and runs the command."""
    return _long_cards(session, opening, None)


def _long_cards(session: Session, opening: Opening, seen: Sight | None) -> list[LongCard]:
    published = rubrics.current(session, opening.id)
    if published is None:
        return []
    names = {stage.key: stage.name for stage in published.rubric.stages}
    stage_order = {key: place for place, key in enumerate(names)}
    cards = [card for card in _submitted(session, opening.id) if seen is None or seen.is_open(card.application_id)]
    cards.sort(key=lambda card: (card.application_id, stage_order.get(card.stage, len(names)), card.scorecard_id, card.number))
    named = select(Application.id, Candidate.name, Application.public_id).join(Candidate).where(Application.opening_id == opening.id)
    people = list(plain_rows(session, named))
    candidates, public_ids = _distinct(people), {key: public_id for key, _, public_id in people}
    raters = dict.fromkeys(card.account_id for card in cards)
    interviewers = _distinct(list(plain_rows(session, select(Account.id, Account.name, Account.public_id).where(Account.id.in_(raters)))))
    if seen is not None and not seen.names:
        interviewers = letters(raters)
    return [
        LongCard(
            opening.title,
            candidates[card.application_id],
            names.get(card.stage, card.stage),
            interviewers[card.account_id],
            card.submitted_at,
            card.number,
            card.after_reveal,
            card.counts,
            card.ratings or "",
            public_ids[card.application_id],
        )
        for card in cards
    ]


class _Submitted(NamedTuple):
    """A submitted revision."""

    number: int
    submitted_at: str
    after_reveal: bool
    counts: bool
    scorecard_id: int
    stage: str
    application_id: int
    account_id: int
    ratings: str | None


def _submitted(session: Session, opening_id: int) -> list[_Submitted]:
    rows = plain_rows(
        session,
        select(
            Revision.number,
            utc_stamp(Revision.submitted_at),
            Revision.after_reveal,
            Revision.counts,
            Scorecard.id,
            Interview.stage,
            Interview.application_id,
            Scorecard.interviewer_id,
            _packed_ratings(),
        )
        .select_from(Revision)
        .join(Scorecard, Revision.scorecard_id == Scorecard.id)
        .join(Interview, Scorecard.interview_id == Interview.id)
        .join(Application, Interview.application_id == Application.id)
        .join(RubricVersion, Revision.rubric_version_id == RubricVersion.id)
        .where(Application.opening_id == opening_id, Revision.submitted_at.is_not(None), Scorecard.withdrawn_at.is_(None)),
    )
    return [_Submitted._make(row) for row in rows]


def _packed_ratings() -> ScalarSelect[str]:
    """A revision's ratings packed into one text (see `LongCard.ratings`) by the database.

    Tens of thousands of rows would cost several times as much to bring over one by one.
    """
    # What is missing becomes an empty text, in both databases.
    line = func.format(RATING_LINE, Rating.criterion, RubricVersion.number, Rating.level, Rating.not_assessed, Rating.note, type_=String)
    packed = select(func.aggregate_strings(line, BETWEEN_RATINGS)).where(Rating.revision_id == Revision.id)
    return packed.correlate(Revision, RubricVersion).scalar_subquery()


def _distinct(rows: Sequence[tuple[int, str, str]]) -> dict[int, str]:
    """A label for each row of key, name and identifier: the name, with the start of the identifier where two share one."""
    often = Counter(name for _, name, _ in rows)
    return {key: name if often[name] == 1 else f"{name} ({public_id[:6]})" for key, name, public_id in rows}
