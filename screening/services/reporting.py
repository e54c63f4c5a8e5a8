"""The candidate summary as a document, for those who may see it, in the edition that is theirs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from reports.comparison import Comparison, Row
from reports.documents import CandidateSummary, CriterionLine, DecisionLine, QualificationLine, RatingMark, RecommendationLine
from reports.editions import Edition
from reports.sureness import ranges, ranked_by
from reports.wording import NOT_ASSESSED
from rubrics.model import Rubric, Weighted
from screening.errors import Invalid
from screening.models import Application, Opening
from screening.policy import Action, Sight, Viewer, require, require_open, sight
from screening.services import candidates, copies, decisions, editions, finals, panel, results
from screening.services.comparison import as_seen
from screening.services.events import record
from screening.services.lookup import as_of, by_public_id
from screening.services.naming import letters

EVERYTHING = Sight(own=frozenset(), blind=frozenset(), assigned=frozenset(), whole=True, names=True)
"""The sight of whoever has the database itself and runs the command."""


def summary(
    session: Session, viewer: Viewer, application_id: str, *, organisation: str, edition: Edition | None = None
) -> CandidateSummary:
    """The summary, if the viewer may see the candidate's scores; in the fullest edition that they may have, or the one asked for.

    Raises `NotFound` where they may not have that.
    """
    application = by_public_id(session, Application, application_id)
    require_open(session, viewer, Action.SEE_SUMMARY, application)
    opening = session.get_one(Opening, application.opening_id)
    seen = sight(session, viewer, opening.id, manager_sees_names=opening.manager_sees_names)
    chosen = editions.choose(viewer, opening, seen, edition)
    return _one(session, application, opening, seen, edition=chosen, organisation=organisation)


def summary_for_command(
    session: Session, application: Application, *, organisation: str, edition: Edition = Edition.FULL
) -> CandidateSummary:
    opening = session.get_one(Opening, application.opening_id)
    return _one(session, application, opening, EVERYTHING, edition=edition, organisation=organisation)


def summaries(
    session: Session, viewer: Viewer, opening: Opening, application_ids: Sequence[str], *, edition: Edition, organisation: str
) -> Iterator[tuple[Application, CandidateSummary]]:
    """The summaries of these candidates in the order asked for, with as many statements for many as for one.

    Whoever is not a candidate of the opening, or is not open to the viewer, is left out. Raises `NotFound` where the viewer may not have
    the edition.
    """
    require(viewer, Action.SEE_SUMMARY, opening.id)
    seen = sight(session, viewer, opening.id, manager_sees_names=opening.manager_sees_names)
    editions.choose(viewer, opening, seen, edition)
    query = select(Application).where(Application.opening_id == opening.id, Application.public_id.in_(application_ids))
    found = {one.public_id: one for one in session.scalars(query.options(joinedload(Application.candidate))) if seen.is_open(one.id)}
    chosen = [found[key] for key in dict.fromkeys(application_ids) if key in found]
    return _documents(session, chosen, opening, seen, edition=edition, organisation=organisation)


def note_made(session: Session, viewer: Viewer, application_id: str, edition: Edition) -> None:
    application = by_public_id(session, Application, application_id)
    note_summary(session, viewer.account_id, application, edition)


def note_summary(session: Session, actor: int | None, application: Application, edition: Edition) -> None:
    record(session, actor, "summary_made", opening_id=application.opening_id, application_id=application.id, edition=edition.value)


@dataclass(frozen=True, slots=True)
class _Source:
    """What the documents of one opening are made from; by application id where it is about candidates."""

    organisation: str
    edition: Edition
    opening: Opening
    as_of: datetime
    found: results.Results
    comparison: Comparison
    seen: Sight
    cards: Mapping[int, Sequence[panel.SubmittedCard]]
    trails: Mapping[int, finals.Trails]
    history: Mapping[int, Sequence[decisions.Recorded]]


def _one(
    session: Session, application: Application, opening: Opening, seen: Sight, *, edition: Edition, organisation: str
) -> CandidateSummary:
    ((_, document),) = _documents(session, [application], opening, seen, edition=edition, organisation=organisation)
    return document


def _documents(
    session: Session, applications: Sequence[Application], opening: Opening, seen: Sight, *, edition: Edition, organisation: str
) -> Iterator[tuple[Application, CandidateSummary]]:
    """The caller has asked the policy, for each of the applications."""
    found = results.of(session, opening, seen)
    if found is None:
        raise Invalid("There is no summary yet: publish the rubric first.")
    comparison = as_seen(opening, found, seen)
    ids = [application.id for application in applications]
    for_others = edition in (Edition.OWN, Edition.RECORDS)
    roles = copies.roles(session, opening.id) if for_others else {}
    source = _Source(
        organisation=organisation,
        edition=edition,
        opening=opening,
        as_of=as_of(session, opening, seen),
        found=found,
        comparison=comparison,
        seen=replace(seen, names=edition is Edition.FULL),
        cards=panel.cards_by_application(session, ids),
        trails=finals.trails_by_application(session, ids),
        history=decisions.histories(session, ids, lambda who, name: roles.get(who, copies.NO_ROLE) if for_others else name),
    )
    copying = copies.of(session, opening, found.published.rubric, applications, edition) if for_others else None
    places = {entrant.id: place for place, entrant in enumerate(comparison.entrants)}
    indices = [places[application.public_id] for application in applications]
    rows = comparison.rows(np.array(indices, dtype=np.int64), [])
    for application, index, row in zip(applications, indices, rows, strict=True):
        document = _summary(source, application, index, row)
        yield application, copying.made(document, application) if copying else document


def _summary(source: _Source, application: Application, index: int, row: Row) -> CandidateSummary:
    comparison, published = source.comparison, source.found.published
    cards = source.cards.get(application.id, ())
    trails = source.trails.get(application.id, finals.NONE)
    names = display_names(cards, source.seen)
    stages = comparison.stages
    return CandidateSummary(
        organisation=source.organisation,
        opening=source.opening.title,
        candidate=application.candidate.name,
        reference=application.reference,
        stage=stages.get(application.stage, application.stage),
        score=row.score,
        low=row.low,
        high=row.high,
        other=row.other,
        by_adjusted=comparison.standing.by_adjusted,
        sureness=f"{ranked_by(comparison.standing)} {ranges(comparison.standing)}",
        spread=row.spread,
        cards=row.cards,
        cards_expected=row.cards_expected,
        coverage=row.coverage,
        rank=row.rank,
        tied=row.tied,
        ranked=comparison.ranked,
        candidates=len(comparison),
        incomplete=row.incomplete,
        criteria=tuple(
            criterion_line(comparison, index, place, item, marks(cards, item.key, names, stages, published.rubric, trails))
            for place, item in enumerate(published.rubric.criteria)
            if item.criterion.is_rated
        ),
        qualifications=qualification_lines(comparison, index, application),
        recommendations=tuple(
            RecommendationLine(
                names[card.interviewer_id], stages.get(card.stage, card.stage), card.recommendation, card.reason, card.submitted_at
            )
            for card in cards
            if card.counts
        ),
        decisions=tuple(
            DecisionLine(entry.kind, entry.reason, entry.who, entry.when, entry.undone_by, entry.undone_at, entry.undone_reason)
            for entry in source.history.get(application.id, ())
        ),
        rubric_version=published.number,
        rubric_digest=published.digest,
        rubric_published_at=published.published_at,
        older_cards=int(comparison.older[index]),
        finals_count=source.opening.finals_count,
        edition=source.edition,
        as_of=source.as_of,
    )


def display_names(cards: Sequence[panel.SubmittedCard], seen: Sight) -> dict[int, str]:
    """What to call each interviewer: the name, or a letter where names are not for this reader."""
    people = {card.interviewer_id: card.interviewer for card in cards}
    return people if seen.names else letters(people)


def marks(
    cards: Sequence[panel.SubmittedCard],
    key: str,
    names: Mapping[int, str],
    stages: Mapping[str, str],
    rubric: Rubric,
    trails: finals.Trails = finals.NONE,
) -> tuple[RatingMark, ...]:
    """Every interviewer's rating of a criterion, in the order of the rubric's stages."""
    order = {stage.key: place for place, stage in enumerate(rubric.stages)}
    found = []
    for card in sorted(cards, key=lambda card: (order.get(card.stage, len(order)), card.scorecard_id)):
        entry = card.entries.get(key)
        if entry is None:
            continue
        later = card.revised.get(key) if card.counts else entry
        changed = later is not None and (not card.counts or later != entry)
        rated = card.counts and entry.level is not None
        final = finals.standing(trails.get((card.interviewer_id, key), ())) if rated else None
        found.append(
            RatingMark(
                interviewer=names[card.interviewer_id],
                stage=stages.get(card.stage, card.stage),
                level=entry.level if card.counts else None,
                not_assessed=NOT_ASSESSED.get(entry.not_assessed, "")
                if card.counts
                else "Does not count: written after reading other cards",
                note=entry.note,
                revised=later.level if changed and later else None,
                revised_note=later.note if changed and later and card.counts and later.note != entry.note else "",
                final=final.level if final else None,
                final_reason=final.reason if final else "",
            )
        )
    return tuple(found)


def criterion_line(comparison: Comparison, index: int, place: int, item: Weighted, given: tuple[RatingMark, ...]) -> CriterionLine:
    combined = comparison.combined
    mean, low, high = (grid[index, place] for grid in (combined.mean, combined.low, combined.high))
    rated = not np.isnan(mean)
    return CriterionLine(
        key=item.key,
        name=item.criterion.name,
        weight=float(item.weight),
        mean=float(mean) if rated else None,
        low=round(float(low)) if rated else None,
        high=round(float(high)) if rated else None,
        minimum=item.minimum,
        required=item.required,
        below_minimum=bool(combined.below_minimum[index, place]),
        disagreement=bool(combined.disagreement[index, place]),
        anchors=item.criterion.anchors,
        marks=given,
        void=item.key in comparison.void,
    )


def qualification_lines(comparison: Comparison, index: int, application: Application) -> tuple[QualificationLine, ...]:
    """Each qualification: what was asked, what is recorded, and the level by the published rule."""
    facts = candidates.facts_of(application)
    lines = []
    for place, item in enumerate(comparison.rubric.criteria):
        rule = item.criterion.rule
        if rule is None:
            continue
        lines.append(
            QualificationLine(
                key=item.key,
                name=item.criterion.name,
                weight=float(item.weight),
                asked=rule.asked(item.minimum),
                fact=rule.fact(facts),
                level=rule.level(facts),
                rule=rule.sentence(),
                minimum=item.minimum,
                required=item.required,
                below_minimum=bool(comparison.combined.below_minimum[index, place]),
            )
        )
    return tuple(lines)
