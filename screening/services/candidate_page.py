"""Everything that a candidate's page shows, as far as the viewer may see it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from reports.comparison import Cell, Comparison, Row
from reports.documents import CriterionLine, QualificationLine
from reports.editions import Edition
from reports.sureness import ranges, ranked_by
from screening.models import Account, Application, Event, Opening
from screening.policy import Action, Sight, Viewer, allows, sight
from screening.services import candidates, decisions, editions, finals, panel, reporting, results
from screening.services.comparison import as_seen
from screening.services.decisions import Recorded

_TOLD = {
    "candidate_added": "Added",
    "candidates_imported": "Brought in from a file",
    "candidate_changed": "Record changed",
    "interview_planned": "Interview planned",
    "interviewer_removed": "Interviewer taken off",
    "scorecard_submitted": "Scorecard submitted",
    "scorecard_amended": "Scorecard amended",
    "final_given": "Final rating given",
    "final_withdrawn": "Final rating withdrawn",
    "decided": "Decision",
    "decision_undone": "Decision taken back",
    "summary_made": "Summary made",
}
"""What the timeline tells of; anything else is only in the log."""
_RATERS_EVENTS = {"scorecard_submitted", "scorecard_amended", "final_given", "final_withdrawn"}
_PANEL_EVENTS = _RATERS_EVENTS | {"decided", "decision_undone", "interviewer_removed", "summary_made"}


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    action: str
    who: str
    at: datetime
    stage: str
    kind: str


@dataclass(frozen=True, slots=True)
class PanelLine:
    """A criterion of the panel's table; `marks` has one entry per card, None where the card did not ask for it."""

    line: CriterionLine
    cell: Cell
    marks: tuple[object | None, ...]


@dataclass(frozen=True, slots=True)
class CandidatePage:
    """`row`, `panel`, `decisions` and the panel's part of the timeline are empty while the candidate is closed to the viewer, which without
    `panel_open` is for good.

    `sureness` says what the total and its range are, for those who compare candidates; others know too few to say. `editions` are those of
    the summary that the viewer may have, the fullest first.
    """

    application: Application
    opening: Opening
    is_open: bool
    panel_open: bool
    may: frozenset[Action]
    editions: tuple[Edition, ...]
    stage: str
    details: candidates.Details
    row: Row | None
    ranked: int
    by_adjusted: bool
    sureness: str
    interviews: tuple[panel.PlannedInterview, ...]
    stage_names: dict[str, str]
    columns: tuple[tuple[str, str], ...]
    lines: tuple[PanelLine, ...]
    qualifications: tuple[QualificationLine, ...]
    decisions: tuple[decisions.Recorded, ...]
    in_force: Recorded | None
    timeline: tuple[TimelineEntry, ...]

    @property
    def decision_seen(self) -> str:
        """What a decision made from this page names, see `decisions.decide`."""
        return self.in_force.public_id if self.in_force else ""

    @property
    def is_last_stage(self) -> bool:
        return not self.stage_names or list(self.stage_names)[-1] == self.application.stage


def of(session: Session, viewer: Viewer, application_id: str) -> CandidatePage:
    application, _ = candidates.get(session, viewer, application_id, Action.SEE_CANDIDATE)
    opening = session.get_one(Opening, application.opening_id)
    seen = sight(session, viewer, opening.id, manager_sees_names=opening.manager_sees_names)
    is_open = seen.is_open(application.id)
    may = frozenset(action for action in Action if allows(viewer, action, opening.id))
    # Whoever does not compare candidates needs those that they interview, and no others.
    found = results.of(session, opening, seen, among=None if seen.whole else seen.assigned)
    stages = {stage.key: stage.name for stage in found.published.rubric.stages} if found else {}
    row, comparison, columns, lines, facts = _numbers(session, application, opening, found, seen, is_open)
    standing = comparison.standing if comparison and Action.COMPARE in may else None
    history = tuple(decisions.history(session, application.id)) if is_open else ()
    return CandidatePage(
        application=application,
        opening=opening,
        is_open=is_open,
        panel_open=seen.panel_open,
        may=may,
        editions=editions.allowed_with(viewer, opening, seen) if is_open else (),
        stage=stages.get(application.stage, application.stage) if is_open else "",
        details=candidates.details_of(application),
        row=row,
        ranked=comparison.ranked if comparison and standing else 0,
        by_adjusted=standing is not None and standing.by_adjusted,
        sureness=f"{ranked_by(standing)} {ranges(standing)}" if standing else "",
        interviews=tuple(panel.interviews(session, viewer, application, seen)),
        stage_names=stages,
        columns=columns,
        lines=lines,
        qualifications=facts,
        decisions=history,
        in_force=decisions.last_in_force(list(history)),
        timeline=_timeline(session, application, seen, stages) if seen.whole else (),
    )


def _numbers(
    session: Session, application: Application, opening: Opening, found: results.Results | None, seen: Sight, is_open: bool
) -> tuple[Row | None, Comparison | None, tuple[tuple[str, str], ...], tuple[PanelLine, ...], tuple[QualificationLine, ...]]:
    if found is None:
        return None, None, (), (), ()
    comparison = as_seen(opening, found, seen)
    index = next(place for place, entrant in enumerate(comparison.entrants) if entrant.id == application.public_id)
    facts = reporting.qualification_lines(comparison, index, application)
    if not is_open:
        return None, None, (), (), facts
    rubric = found.published.rubric
    row = comparison.rows(np.array([index]), range(len(rubric.criteria)))[0]
    cards = panel.submitted_cards(session, application.id)
    trails = finals.trails(session, application.id)
    names = reporting.display_names(cards, seen)
    columns = tuple((names[card.interviewer_id], comparison.stages.get(card.stage, card.stage)) for card in cards)
    lines = []
    for place, item in enumerate(rubric.criteria):
        if not item.criterion.is_rated:
            continue
        by_card = [reporting.marks([card], item.key, names, comparison.stages, rubric, trails) for card in cards]
        given = tuple(mark for marks in by_card for mark in marks)
        line = reporting.criterion_line(comparison, index, place, item, given)
        lines.append(PanelLine(line, row.cells[place], tuple(marks[0] if marks else None for marks in by_card)))
    return row, comparison, columns, tuple(lines), facts


def _timeline(session: Session, application: Application, seen: Sight, stages: dict[str, str]) -> tuple[TimelineEntry, ...]:
    rows = session.execute(
        select(Event, Account.name)
        .outerjoin(Account, Event.account_id == Account.id)
        .where(Event.application_id == application.id, Event.action.in_(_TOLD))
        .order_by(Event.id.desc())
    )
    is_open = seen.is_open(application.id)
    return tuple(
        TimelineEntry(
            action=_TOLD[event.action],
            who=(name or "") if seen.names or event.action not in _RATERS_EVENTS else "",
            at=event.at,
            stage=stages.get(event.detail.get("stage", ""), ""),
            kind=str(event.detail.get("kind", "")),
        )
        for event, name in rows
        if is_open or event.action not in _PANEL_EVENTS
    )
