"""The comparison of all candidates of an opening: which rows, in which order, and what each says.

A `Comparison` holds what may be shown to its reader: whatever is hidden from that reader is not in it, so that no order, count or
filter can depend on it. Rows become objects only for the page that is drawn.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from reports.view import CRITERION_SORT, TOP, UNDECIDED, View
from rubrics.combining import MIN_COVERAGE, TIE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from reports.standing import Standing
    from rubrics.combining import Combined, Ratings, Scale
    from rubrics.model import Rubric

    Flags = NDArray[np.bool_]
    Ints = NDArray[np.int64]

_RECOMMENDATION_VALUES = np.array([-2.0, -1.0, 1.0, 2.0])


@dataclass(frozen=True, slots=True)
class Entrant:
    """A candidate's texts. `decision` is the kind in force, '' for none."""

    id: str
    name: str
    reference: str
    stage: str
    decision: str


@dataclass(frozen=True, slots=True)
class Cell:
    """A criterion of a candidate; `mean` None is "not rated". `count` 0 with a mean is a level judged from facts."""

    mean: float | None
    low: float | None
    high: float | None
    count: int
    below_minimum: bool
    disagreement: bool


@dataclass(frozen=True, slots=True)
class Row:
    """A candidate as shown. `hidden`: the reader still owes a scorecard for this candidate, and nothing of the panel is shown.

    `score` is the one that places follow, with its range from `low` to `high`; `other` the other one of default and adjusted, where there
    are two. `band` is the tie band (0: none), `chance` the probability to be among the best, `moved` the places won by trying weights.
    """

    id: str
    name: str
    reference: str
    hidden: bool
    rank: int | None
    tied: bool
    score: float | None
    low: float | None
    high: float | None
    other: float | None
    band: int
    chance: float | None
    moved: int | None
    spread: float | None
    cells: tuple[Cell, ...]
    cards: int
    cards_expected: int
    coverage: float
    minimums_missed: tuple[str, ...]
    disagreements: tuple[str, ...]
    recommendations: Mapping[str, int]
    stage: str
    decision: str
    incomplete: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Comparison:
    """All candidates that the reader may know of. Arrays have one entry per candidate; `hidden` marks those whose scores are closed.

    `combined`, `standing`, `ratings`, `cards`, `cards_expected` and `recommendations` (columns: strong no, no, yes, strong yes) must hold
    nothing of hidden candidates: NaN, zero, no row. `stages` maps keys to names in the rubric's order. `scale` has the weights that count
    here; where others than the published ones are tried, `published` is the standing under those. `void` holds the keys of void
    criteria; `finals` says how many of the ratings were changed in a debrief.
    """

    opening: str
    rubric: Rubric
    rubric_version: int
    rubric_digest: str
    stages: Mapping[str, str]
    entrants: Sequence[Entrant]
    hidden: Flags
    scale: Scale
    combined: Combined
    standing: Standing
    ratings: Ratings
    published: Standing | None
    void: frozenset[str]
    finals: int
    cards: Ints
    cards_expected: Ints
    recommendations: Ints
    older: Ints
    made_at: datetime

    def __len__(self) -> int:
        return len(self.entrants)

    @property
    def ranks(self) -> Ints:
        """Places among the complete candidates; 0 for those not ranked."""
        return self.standing.ranks

    @cached_property
    def moved(self) -> NDArray[np.float64]:
        """Places won against the published weights (NaN: none to compare)."""
        if self.published is None:
            return np.full(len(self), np.nan)
        return self.standing.moved_from(self.published)

    @property
    def ranked(self) -> int:
        return int((self.ranks > 0).sum())

    def matching(self, view: View) -> Ints:
        """Indices of the candidates that pass the filters, in the order asked for. A hidden candidate passes no filter but the text's."""
        keep = np.ones(len(self), dtype=bool)
        if view.text:
            needle = view.text.casefold()
            keep &= np.array([needle in f"{entrant.name} · {entrant.reference}".casefold() for entrant in self.entrants], bool)
        if view.stage:
            keep &= np.array([entrant.stage == view.stage for entrant in self.entrants], bool) & ~self.hidden
        if view.decision:
            wanted = "" if view.decision == UNDECIDED else view.decision
            keep &= np.array([entrant.decision == wanted for entrant in self.entrants], bool) & ~self.hidden
        if view.minimum_missed:
            keep &= self.combined.below_minimum.any(axis=1)
        if view.incomplete:
            keep &= (self.ranks == 0) & ~self.hidden
        if view.disagreement:
            keep &= self.combined.disagreement.any(axis=1)
        found = np.flatnonzero(keep)
        return found[self._order(view, found)]

    def _order(self, view: View, found: Ints) -> Ints:
        # Unranked candidates stay below the ranked ones when sorting by total, and whatever is absent stays last, in either direction.
        frame = pd.DataFrame(
            {
                "ranked": (self.ranks[found] > 0) if view.sort == "total" else True,
                "key": self._sort_key(view)[found],
                "name": [self.entrants[index].name.casefold() for index in found],
            }
        )
        ordered = frame.sort_values(
            ["ranked", "key", "name"], ascending=[False, not view.descending, True], na_position="last", kind="stable"
        )
        places: Ints = ordered.index.to_numpy(dtype=np.int64)
        return places

    def _sort_key(self, view: View) -> NDArray[np.float64]:
        column = view.sort
        combined, standing = self.combined, self.standing
        if column.startswith(CRITERION_SORT):
            return combined.mean[:, self.rubric.keys.index(column.removeprefix(CRITERION_SORT))]
        match column:
            case "total":
                # Rounded far below a tie's width, so that equal scores are ordered by name and not by floating-point noise.
                return np.round(standing.score / TIE) * TIE
            case "other":
                return standing.other
            case "chance":
                return standing.chances(view.top)
            case "moved":
                return self.moved
            case "spread":
                return combined.spread
            case "cards":
                return self._shown(self.cards)
            case "coverage":
                return self._shown(combined.coverage)
            case "minimums":
                return self._shown(combined.below_minimum.sum(axis=1))
            case "disagreement":
                return self._shown(combined.disagreement.sum(axis=1))
            case "recommendations":
                with np.errstate(invalid="ignore"):
                    leaning: NDArray[np.float64] = self.recommendations @ _RECOMMENDATION_VALUES / self.recommendations.sum(axis=1)
                return leaning
            case "stage":
                order = {key: place for place, key in enumerate(self.stages)}
                return self._shown(np.array([order.get(entrant.stage, np.nan) for entrant in self.entrants]))
            case "decision":
                order = {kind: place for place, kind in enumerate(("offer", "advance", "hold", "reject"))}
                return np.array([order.get(entrant.decision, np.nan) for entrant in self.entrants])
            case _:
                names = sorted({entrant.name.casefold() for entrant in self.entrants})
                places = {name: place for place, name in enumerate(names)}
                return np.array([places[entrant.name.casefold()] for entrant in self.entrants], dtype=np.float64)

    def _shown(self, values: NDArray[np.generic]) -> NDArray[np.float64]:
        return np.where(self.hidden, np.nan, values.astype(np.float64))

    def incomplete(self, index: int) -> tuple[str, ...]:
        """Why a candidate is not ranked, in words; empty for a ranked one."""
        if self.hidden[index] or self.ranks[index] > 0:
            return ()
        combined = self.combined
        if combined.coverage[index] == 0:
            return ("nothing assessed yet",)
        names = [item.criterion.name for item, missing in zip(self.rubric.criteria, combined.missing[index], strict=True) if missing]
        reasons = [f"required and not assessed: {', '.join(names)}"] if names else []
        if combined.coverage[index] < MIN_COVERAGE - TIE:
            reasons.append(f"only {combined.coverage[index]:.0%} of the weight assessed, {MIN_COVERAGE:.0%} needed")
        return tuple(reasons)

    def rows(self, indices: Ints, columns: Sequence[int], top: int = TOP) -> tuple[Row, ...]:
        """Row objects for these candidates, with cells of these criteria (places in the rubric), and the chance to be among the `top`."""
        combined = self.combined
        chosen = np.asarray(columns, dtype=np.int64)
        grids = [
            grid[np.ix_(indices, chosen)].tolist()
            for grid in (combined.mean, combined.low, combined.high, combined.count, combined.below_minimum, combined.disagreement)
        ]
        chances = self.standing.chances(top)
        return tuple(
            self._row(int(index), tuple(map(_cell, *(grid[place] for grid in grids))), float(chances[index]))
            for place, index in enumerate(indices)
        )

    def _row(self, index: int, cells: tuple[Cell, ...], chance: float) -> Row:
        entrant, combined, standing = self.entrants[index], self.combined, self.standing
        moved = self.moved[index]
        hidden = bool(self.hidden[index])
        counts = self.recommendations[index].tolist()
        return Row(
            id=entrant.id,
            name=entrant.name,
            reference=entrant.reference,
            hidden=hidden,
            rank=int(self.ranks[index]) or None,
            tied=bool(standing.tied[index]),
            score=_number(standing.score[index]),
            low=_number(standing.low[index]),
            high=_number(standing.high[index]),
            other=_number(standing.other[index]),
            band=int(standing.bands[index]),
            chance=_number(chance),
            moved=None if np.isnan(moved) else int(moved),
            spread=_number(combined.spread[index]),
            cells=cells,
            cards=int(self.cards[index]),
            cards_expected=int(self.cards_expected[index]),
            coverage=float(combined.coverage[index]),
            minimums_missed=self._names(combined.below_minimum[index]),
            disagreements=self._names(combined.disagreement[index]),
            recommendations=dict(zip(("strong_no", "no", "yes", "strong_yes"), counts, strict=True)),
            stage="" if hidden else self.stages.get(entrant.stage, entrant.stage),
            decision="" if hidden else entrant.decision,
            incomplete=self.incomplete(index),
        )

    def _names(self, flags: Flags) -> tuple[str, ...]:
        return tuple(self.rubric.criteria[place].criterion.name for place in np.flatnonzero(flags))


def _cell(mean: float, low: float, high: float, count: int, below_minimum: bool, disagreement: bool) -> Cell:
    return Cell(_number(mean), _number(low), _number(high), count, below_minimum, disagreement)


def _number(value: float) -> float | None:
    # NaN is the one value that differs from itself.
    return None if value != value else float(value)
