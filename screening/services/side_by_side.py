"""Two to five candidates of an opening beside each other, as far as the viewer may see them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from reports.comparison import Comparison, Row
from reports.documents import RecommendationLine
from reports.side_by_side import Column, SideBySide, groups, initials, qualifications
from screening.errors import Invalid, NotFound
from screening.models import Application, Opening
from screening.policy import Action, Sight, Viewer, sight
from screening.services import panel, reporting, results
from screening.services.comparison import as_seen
from screening.services.lookup import opening_for

FEWEST, MOST = 2, 5


def of(session: Session, viewer: Viewer, opening_id: str, wanted: Sequence[str], *, order: str) -> tuple[Opening, SideBySide]:
    """The opening and the page for these applications, in this order.

    Raises `Invalid` for a number of candidates that cannot be shown and while no rubric is published, `NotFound` where one of them is
    not a candidate of the opening that the viewer may know of.
    """
    opening = opening_for(session, viewer, opening_id, Action.COMPARE)
    _check(wanted)
    seen = sight(session, viewer, opening.id, manager_sees_names=opening.manager_sees_names)
    found = results.of(session, opening, seen)
    if found is None:
        raise Invalid("There is nothing to compare yet: publish the rubric first.")
    comparison = as_seen(opening, found, seen)
    places = {entrant.id: place for place, entrant in enumerate(comparison.entrants)}
    if not places.keys() >= set(wanted):
        raise NotFound
    columns, labels = _columns(session, comparison, seen, [places[one] for one in wanted])
    rubric = comparison.rubric
    return opening, SideBySide(
        opening=comparison.opening,
        rubric_version=comparison.rubric_version,
        rubric_digest=comparison.rubric_digest,
        made_at=comparison.made_at,
        ranked=comparison.ranked,
        finals_count=opening.finals_count,
        ranks_adjusted=comparison.standing.by_adjusted,
        order=order,
        columns=columns,
        people=tuple((label, name) for name, label in labels.items()),
        groups=groups(rubric, columns, labels=labels, void=comparison.void, order=order),
        qualifications=qualifications(rubric, columns, void=comparison.void),
    )


def _check(wanted: Sequence[str]) -> None:
    if len(set(wanted)) < len(wanted):
        raise Invalid("A candidate is named twice. Choose each of them once.", field="candidate")
    if len(wanted) < FEWEST:
        raise Invalid(f"Choose at least {FEWEST} candidates.", field="candidate")
    if len(wanted) > MOST:
        raise Invalid(f"Choose at most {MOST} candidates: more do not fit beside each other.", field="candidate")


def _columns(session: Session, comparison: Comparison, seen: Sight, places: Sequence[int]) -> tuple[tuple[Column, ...], dict[str, str]]:
    """The candidates' columns, and the label of each interviewer by the name shown."""
    rows = comparison.rows(np.array(places, dtype=np.int64), range(len(comparison.rubric.criteria)))
    # Nothing is read of whoever is closed: what is not there cannot show, be counted, or name anybody.
    applications = {
        application.public_id: application
        for application in session.scalars(select(Application).where(Application.public_id.in_([row.id for row in rows if not row.hidden])))
    }
    cards = panel.cards_by_application(session, [application.id for application in applications.values()])
    names = reporting.display_names([card for of_one in cards.values() for card in of_one], seen)
    columns = []
    for place, row in zip(places, rows, strict=True):
        application = applications.get(row.id)
        if application is None:
            columns.append(Column(row.id, row.name))
        else:
            columns.append(_column(comparison, place, row, application, cards.get(application.id, []), names))
    return tuple(columns), _labels(names, seen)


def _labels(names: Mapping[int, str], seen: Sight) -> dict[str, str]:
    if seen.names:
        return initials(dict.fromkeys(names.values()))
    # `Interviewer A` has no initials worth the name: the letter says who is meant.
    return {name: name.rpartition(" ")[2] for name in names.values()}


def _column(
    comparison: Comparison,
    place: int,
    row: Row,
    application: Application,
    cards: Sequence[panel.SubmittedCard],
    names: Mapping[int, str],
) -> Column:
    rubric, stages = comparison.rubric, comparison.stages
    return Column(
        id=row.id,
        name=row.name,
        row=row,
        recommendations=tuple(
            RecommendationLine(
                names[card.interviewer_id], stages.get(card.stage, card.stage), card.recommendation, card.reason, card.submitted_at
            )
            for card in cards
            if card.counts
        ),
        marks={item.key: reporting.marks(cards, item.key, names, stages, rubric) for item in rubric.rated},
        qualifications={line.key: line for line in reporting.qualification_lines(comparison, place, application)},
    )
