"""The candidate summary as a document, for those who may see it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from sqlalchemy.orm import Session

from reports.comparison import Comparison
from reports.documents import CandidateSummary, CriterionLine, DecisionLine, QualificationLine, RatingMark, RecommendationLine
from reports.sureness import ranges, ranked_by
from reports.wording import NOT_ASSESSED
from rubrics.model import Rubric, Weighted
from screening.errors import Invalid
from screening.models import Application, Opening
from screening.policy import Action, Sight, Viewer, require_open, sight
from screening.services import candidates, decisions, finals, panel, results
from screening.services.comparison import as_seen
from screening.services.events import record
from screening.services.lookup import by_public_id
from screening.spreadsheets import column_letter

FULL = "Full edition: who rated what"
WITHOUT_NAMES = "Hiring manager's edition: ratings without names"
EVERYTHING = Sight(own=frozenset(), blind=frozenset(), assigned=frozenset(), whole=True, names=True)
"""The sight of whoever has the database itself and runs the command."""


def summary(session: Session, viewer: Viewer, application_id: str, *, organisation: str) -> CandidateSummary:
    """The summary, if the viewer may see the candidate's scores; in the edition that the opening allows the viewer."""
    application = by_public_id(session, Application, application_id)
    require_open(session, viewer, Action.SEE_SUMMARY, application)
    opening = session.get_one(Opening, application.opening_id)
    seen = sight(session, viewer, opening.id, manager_sees_names=opening.manager_sees_names)
    return _summary(session, application, opening, seen, organisation=organisation)


def summary_for_command(session: Session, application: Application, *, organisation: str) -> CandidateSummary:
    opening = session.get_one(Opening, application.opening_id)
    return _summary(session, application, opening, EVERYTHING, organisation=organisation)


def note_made(session: Session, viewer: Viewer, application_id: str) -> None:
    application = by_public_id(session, Application, application_id)
    record(session, viewer.account_id, "summary_made", opening_id=application.opening_id, application_id=application.id)


def _summary(session: Session, application: Application, opening: Opening, seen: Sight, *, organisation: str) -> CandidateSummary:
    found = results.of(session, opening)
    if found is None:
        raise Invalid("There is no summary yet: publish the rubric first.")
    comparison = as_seen(opening, found, seen)
    index = next(place for place, entrant in enumerate(comparison.entrants) if entrant.id == application.public_id)
    row = comparison.rows(np.array([index]), [])[0]
    rubric = found.published.rubric
    cards = panel.submitted_cards(session, application.id)
    trails = finals.trails(session, application.id)
    names = display_names(cards, seen)
    stages = comparison.stages
    return CandidateSummary(
        organisation=organisation,
        opening=opening.title,
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
            criterion_line(comparison, index, place, item, marks(cards, item.key, names, stages, rubric, trails))
            for place, item in enumerate(rubric.criteria)
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
            for entry in decisions.history(session, application.id)
        ),
        rubric_version=found.published.number,
        rubric_digest=found.published.digest,
        rubric_published_at=found.published.published_at,
        older_cards=int(comparison.older[index]),
        finals_count=opening.finals_count,
        edition=FULL if seen.names else WITHOUT_NAMES,
        as_of=opening.changed_at,
    )


def display_names(cards: Sequence[panel.SubmittedCard], seen: Sight) -> dict[int, str]:
    """What to call each interviewer: the name, or a letter (AA after Z) where names are not for this reader."""
    people = {card.interviewer_id: card.interviewer for card in cards}
    if seen.names:
        return people
    return {account_id: f"Interviewer {column_letter(place)}" for place, account_id in enumerate(people)}


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
