"""How the figures of a dossier follow from its ratings: the calculation of `rubrics.combining` with what is written in the record."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from statistics import fmean
from typing import TYPE_CHECKING

import numpy as np

from reports.dossier.document import Card, Dossier, FinalRating, Given, Part, Total, Void
from rubrics.combining import Ratings, Scale, combine

if TYPE_CHECKING:
    from rubrics.combining import Combined
    from rubrics.model import Rubric
    from rubrics.qualifications import Facts

By = Mapping[tuple[str, str], Sequence[int]]
"""The levels that count, by criterion key and interviewer's identifier, in the order of the cards."""


def counting_levels(cards: Sequence[Card], finals: Sequence[FinalRating] = ()) -> By:
    """The levels of the versions that count; a final rating that stands takes the place of its interviewer's own, where there is one."""
    found: dict[tuple[str, str], list[int]] = {}
    for card in cards:
        for rated in card.counting.ratings if card.counting else ():
            if rated.level is not None:
                found.setdefault((rated.criterion, card.interviewer.id), []).append(rated.level)
    for final in finals:
        key = (final.criterion, final.interviewer.id)
        if not final.ended and key in found:
            found[key] = [final.level] * len(found[key])
    return found


def void_criteria(voids: Sequence[Void]) -> frozenset[str]:
    return frozenset(void.criterion for void in voids if not void.question and void.undone_at is None)


def total(rubric: Rubric, levels: By, facts: Facts, void: Collection[str]) -> Total:
    """The combined result of one candidate under a rubric."""
    place = {key: at for at, key in enumerate(rubric.keys)}
    people = {person: at for at, person in enumerate(dict.fromkeys(person for _, person in levels))}
    rows = [(0, people[person], place[key], level) for (key, person), given in levels.items() if key in place for level in given]
    by_rule = [None if item.criterion.rule is None else item.criterion.rule.level(facts) for item in rubric.criteria]
    qualification_levels = np.array([[np.nan if level is None else level for level in by_rule]], dtype=np.float64)
    combined = combine(Scale.of(rubric, void=void), Ratings.of(rows), qualification_levels)
    return Total(
        parts=tuple(_part(rubric, at, combined, _given(rubric.keys[at], levels), void) for at in range(len(place))),
        total=_number(combined.score[0]),
        coverage=float(combined.coverage[0]),
        spread=_number(combined.spread[0]),
        complete=bool(combined.complete[0]),
    )


def independent(dossier: Dossier, rubric: Rubric) -> Total:
    return total(rubric, counting_levels(dossier.cards), dossier.candidate.facts, void_criteria(dossier.voids))


def final(dossier: Dossier, rubric: Rubric) -> Total | None:
    """With final ratings in the place of independent ones; None where none stands."""
    if all(final.ended for final in dossier.finals):
        return None
    levels = counting_levels(dossier.cards, dossier.finals)
    return total(rubric, levels, dossier.candidate.facts, void_criteria(dossier.voids))


def recommendations(cards: Sequence[Card]) -> dict[str, int]:
    counts = dict.fromkeys(("strong_no", "no", "yes", "strong_yes"), 0)
    for card in cards:
        if card.counting:
            counts[card.counting.recommendation] += 1
    return counts


def _given(key: str, levels: By) -> tuple[Given, ...]:
    return tuple(Given(person, tuple(given), fmean(given)) for (criterion, person), given in levels.items() if criterion == key)


def _part(rubric: Rubric, at: int, combined: Combined, given: tuple[Given, ...], void: Collection[str]) -> Part:
    item = rubric.criteria[at]
    struck = item.key in void
    mean = _number(combined.mean[0, at])
    several = len(given) > 1 and not struck
    return Part(
        criterion=item.key,
        weight=float(item.weight),
        void=struck,
        given=given if item.criterion.is_rated else (),
        mean=mean,
        low=_number(combined.low[0, at]),
        high=_number(combined.high[0, at]),
        variance=sum((one.level - (mean or 0)) ** 2 for one in given) / (len(given) - 1) if several else None,
        below_minimum=bool(combined.below_minimum[0, at]),
        disagreement=bool(combined.disagreement[0, at]),
        missing=bool(combined.missing[0, at]),
    )


def _number(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
