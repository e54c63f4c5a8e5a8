"""How sure the order is: probabilities against simulation and closed forms, weight shifts against a search."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from rubrics.stability import Flip, Move, ahead, among_best, bands, flip_of_one, smallest_flip, words
from tests.rubrics.panels import from_table, known, simulated

scores = st.lists(st.floats(1, 5), min_size=2, max_size=30)


@given(scores, st.integers(1, 10), st.floats(0.05, 1))
def test_probabilities_sum_to_k_and_follow_the_scores(values: list[float], k: int, error: float) -> None:
    score = np.array(values)
    found = among_best(score, np.full(len(score), error), k)
    assert found.sum() == pytest.approx(min(k, len(score)), abs=1e-6)
    order = np.argsort(-score, kind="stable")
    assert (np.diff(found[order]) <= 1e-9).all()


def test_among_best_is_what_repeating_the_round_would_show() -> None:
    draw = np.random.default_rng(2)
    hits, said = np.zeros(5), np.zeros(5)
    for _ in range(4000):
        truth = draw.normal(3, 0.6, 12)
        seen = truth + draw.normal(0, 0.3, 12)
        chance = among_best(seen, np.full(12, 0.3), 4)
        best = np.zeros(12)
        best[np.argsort(-truth)[:4]] = 1
        place = np.minimum((chance * 5).astype(int), 4)
        hits += np.bincount(place, weights=best, minlength=5)
        said += np.bincount(place, weights=chance, minlength=5)
    assert (np.abs(hits - said) / np.maximum(said, 1) < 0.12)[1:].all()


def test_without_error_the_best_are_the_best_and_ties_share() -> None:
    assert among_best(np.array([4.0, 3.0, 3.0, 1.0]), np.zeros(4), 2).tolist() == [1, 0.5, 0.5, 0]
    assert among_best(np.array([4.0, 3.0]), np.full(2, 0.2), 2).tolist() == [1, 1]
    assert among_best(np.array([4.0, 3.0]), np.full(2, 0.2), 0).tolist() == [0, 0]


def test_ahead_is_one_half_for_oneself_and_adds_up_for_any_pair() -> None:
    ratings, _, _ = simulated(4, people=30, severity=0.5)
    _, found = known(ratings, 30)
    for adjusted in (False, True):
        table = np.stack([ahead(found, place, adjusted=adjusted) for place in range(30)])
        assert np.allclose(np.diag(table), 0.5)
        assert np.allclose(table + table.T, 1)


def test_the_same_panel_makes_an_order_surer_than_two_panels_do() -> None:
    ratings, _, _ = simulated(4, people=40, interviewers=8, each=2, severity=0.8, noise=0.3)
    _, found = known(ratings, 40)
    panels = {}
    for candidate in range(40):
        panels.setdefault(frozenset(ratings.interviewer[ratings.candidate == candidate].tolist()), []).append(candidate)
    same = next(group for group in panels.values() if len(group) > 1)
    apart = next(
        group[0] for members, group in panels.items() if members.isdisjoint(ratings.interviewer[ratings.candidate == same[0]].tolist())
    )
    variances = found.differences(same[0], adjusted=False)
    assert variances[same[1]] < variances[apart]


def test_bands_hold_everybody_who_may_be_level_with_their_first() -> None:
    ratings, _, _ = simulated(7, people=40, each=4, noise=0.3)
    _, found = known(ratings, 40)
    number = bands(found, adjusted=False)
    order = np.argsort(-found.score)
    assert number[order[0]] == 1
    assert (np.diff(number[order]) >= 0).all()
    assert number.max() > 1
    for band in range(1, number.max() + 1):
        inside = order[number[order] == band]
        chances = ahead(found, int(inside[0]), adjusted=False)
        assert (chances[inside] < 0.95).all()
        following = order[number[order] == band + 1]
        assert not len(following) or chances[following[0]] >= 0.95
    _, equal = known(from_table(np.full((4, 3), 3.0)), 4)
    assert bands(equal, adjusted=False).tolist() == [1, 1, 1, 1]


means = st.lists(st.integers(1, 5), min_size=3, max_size=5)


@given(st.data(), means)
def test_the_smallest_shift_makes_them_equal_and_less_does_not(data: st.DataObject, first: list[int]) -> None:
    size = len(first)
    second = data.draw(st.lists(st.integers(1, 5), min_size=size, max_size=size))
    points = np.array(data.draw(st.lists(st.integers(1, 40), min_size=size, max_size=size)), dtype=float)
    weight, one, two = points / points.sum(), np.array(first, dtype=float), np.array(second, dtype=float)
    lead = float(weight @ (one - two))
    assume(abs(lead) > 1e-9)
    found = smallest_flip(weight, one, two)
    assert found.ahead == (0 if lead > 0 else 1)
    gap = (one - two) * math.copysign(1, lead)
    if found.points is None:
        assert gap.min() > 0 or math.isclose(gap.min(), 0)
        return
    moved = weight.copy()
    for move in found.moves:
        moved[move.source] -= move.points / 100
        moved[move.target] += move.points / 100
    assert (moved >= -1e-9).all()
    assert moved @ gap == pytest.approx(0, abs=1e-9)
    # No exchange moves the lead faster than from the largest gap to the smallest: a bound that the answer must reach where it is one move.
    if len(found.moves) == 1:
        assert found.points / 100 == pytest.approx(abs(lead) / (gap.max() - gap.min()))


def test_the_shift_in_words() -> None:
    weight = np.array([0.4, 0.3, 0.3])
    found = smallest_flip(weight, np.array([4.0, 3.0, 3.0]), np.array([3.0, 3.0, 4.0]))
    assert found == Flip(0, pytest.approx(5.0), (Move(0, 2, pytest.approx(5.0)),))  # type: ignore[arg-type]
    assert found.word == "fragile"
    assert smallest_flip(weight, np.array([4.0, 4.0, 4.0]), np.array([3.0, 3.0, 3.0])).word == "stable"
    assert smallest_flip(weight, np.array([3.0, np.nan, 3.0]), np.array([np.nan, 3.0, np.nan])) == Flip(None, None, ())


def test_the_weight_of_one_criterion_at_which_two_are_equal() -> None:
    weight = np.array([0.5, 0.25, 0.25])
    first, second = np.array([4.0, 3.0, 3.0]), np.array([3.0, 4.0, 3.0])
    there = flip_of_one(weight, first, second, 0)
    assert there is not None
    others = weight[1:] / weight[1:].sum() * (1 - there)
    assert there * 1 + others @ (first - second)[1:] == pytest.approx(0)
    assert flip_of_one(weight, np.full(3, 4.0), np.full(3, 3.0), 0) is None


@pytest.mark.parametrize(
    ("chance", "said"), [(0.96, "> 95 %"), (0.95, "95 %"), (0.71, "70 %"), (0.05, "5 %"), (0.049, "< 5 %"), (1, "> 95 %")]
)
def test_probabilities_are_said_in_steps(chance: float, said: str) -> None:
    assert words(chance) == said
