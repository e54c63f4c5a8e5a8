"""What a debrief is about: the criteria on which the panel is two or more levels apart, with both sides' evidence.

The agenda follows from the independent ratings alone: a final rating takes nothing off it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy.orm import Session

from reports.documents import RatingMark
from rubrics.combining import TIE, Combined
from rubrics.model import Weighted
from screening.models import Application
from screening.policy import Action, Sight, Viewer, allows
from screening.services import finals, panel, reporting, results, rubrics
from screening.services.finals import Final


@dataclass(frozen=True, slots=True)
class Said:
    """An independent rating with its note and the anchor that the interviewer saw.

    `version` is the rubric version it was given against where that is not the one in force.
    """

    mark: RatingMark
    anchor: str
    version: int | None


@dataclass(frozen=True, slots=True)
class Voice:
    """An interviewer on one criterion. `level` is the mean where they rated it in two stages. `earlier` final ratings do not stand."""

    name: str
    is_viewer: bool
    level: float
    said: tuple[Said, ...]
    final: Final | None
    earlier: tuple[Final, ...]

    @property
    def version(self) -> int:
        """How often final ratings were given or ended: what a form carries to say over which it was filled in."""
        return 2 * len(self.earlier) + (self.final is not None)


@dataclass(frozen=True, slots=True)
class Side:
    """Those who rated alike, with what the levels that they gave mean."""

    voices: tuple[Voice, ...]

    @property
    def anchors(self) -> tuple[tuple[int, str], ...]:
        """(level, anchor), the lowest first. A level is there twice where two rubric versions say it differently."""
        given = {(said.mark.level or 0, said.anchor) for voice in self.voices for said in voice.said}
        return tuple(sorted(given))


@dataclass(frozen=True, slots=True)
class Point:
    """A criterion on the agenda: `apart` is how many levels lie between the lowest and the highest rating.

    `own` is the viewer's own voice where they may give a final rating.
    """

    item: Weighted
    apart: float
    low: float
    high: float
    mean: float
    low_end: Side
    between: Side
    high_end: Side
    own: Voice | None

    @property
    def key(self) -> str:
        return self.item.key


def of(
    session: Session, viewer: Viewer, application: Application, found: results.Results, seen: Sight
) -> tuple[tuple[Point, ...], tuple[str, ...]]:
    """The criteria in dispute, those furthest apart first, then by weight; and the names of those that several agree on.

    Every card must be in, and the candidate open to the viewer.
    """
    combined, row = found.combined_from(found.independent), found.place[application.id]
    rubric = found.published.rubric
    apart = combined.high[row] - combined.low[row]
    disputed = combined.disagreement[row]
    places = sorted(np.flatnonzero(disputed).tolist(), key=lambda place: (-apart[place], -rubric.criteria[place].weight))
    people = _People(session, viewer, application, found, seen)
    points = tuple(_point(people, rubric.criteria[place], combined, row, place) for place in places)
    several = (combined.count[row] >= 2) & ~disputed
    return points, tuple(rubric.criteria[place].criterion.name for place in np.flatnonzero(several))


class _People:
    """The panel's cards that count, and what is needed to show them."""

    def __init__(self, session: Session, viewer: Viewer, application: Application, found: results.Results, seen: Sight) -> None:
        cards = panel.submitted_cards(session, application.id)
        order = {stage.key: place for place, stage in enumerate(found.published.rubric.stages)}
        self.names = reporting.display_names(cards, seen)
        self.cards = sorted(
            (card for card in cards if card.counts), key=lambda card: (order.get(card.stage, len(order)), card.scorecard_id)
        )
        self.versions = {card.rubric_version_id: rubrics.published(session, card.rubric_version_id) for card in self.cards}
        self.trails = finals.trails(session, application.id)
        self.in_force = found.published
        self.stages = {stage.key: stage.name for stage in found.published.rubric.stages}
        self.viewer = viewer
        self.may_give = allows(viewer, Action.GIVE_FINAL, application.opening_id)

    def voices(self, key: str) -> list[Voice]:
        """Everybody with an independent rating of the criterion, in the order of the stages."""
        by_person: dict[int, list[tuple[panel.SubmittedCard, int]]] = {}
        for card in self.cards:
            entry = card.entries.get(key)
            if entry is not None and entry.level is not None:
                by_person.setdefault(card.interviewer_id, []).append((card, entry.level))
        return [self._voice(account_id, key, rated) for account_id, rated in by_person.items()]

    def _voice(self, account_id: int, key: str, rated: Sequence[tuple[panel.SubmittedCard, int]]) -> Voice:
        trail = self.trails.get((account_id, key), ())
        return Voice(
            name=self.names[account_id],
            is_viewer=account_id == self.viewer.account_id,
            level=sum(level for _, level in rated) / len(rated),
            said=tuple(self._said(card, key, level) for card, level in rated),
            final=finals.standing(trail),
            earlier=tuple(entry for entry in trail if entry.ended),
        )

    def _said(self, card: panel.SubmittedCard, key: str, level: int) -> Said:
        version = self.versions[card.rubric_version_id]
        rated_as = version.rubric.find(key)
        (mark,) = reporting.marks([card], key, self.names, self.stages, self.in_force.rubric)
        anchor = rated_as.criterion.anchor(level) if rated_as else ""
        return Said(mark, anchor, None if version.id == self.in_force.id else version.number)


def _point(people: _People, item: Weighted, combined: Combined, row: int, place: int) -> Point:
    low, high = float(combined.low[row, place]), float(combined.high[row, place])
    voices = people.voices(item.key)
    return Point(
        item=item,
        apart=high - low,
        low=low,
        high=high,
        mean=float(combined.mean[row, place]),
        low_end=Side(tuple(voice for voice in voices if voice.level <= low + TIE)),
        between=Side(tuple(voice for voice in voices if low + TIE < voice.level < high - TIE)),
        high_end=Side(tuple(voice for voice in voices if voice.level >= high - TIE)),
        own=next((voice for voice in voices if voice.is_viewer and people.may_give), None),
    )
