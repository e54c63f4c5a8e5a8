"""The default score against a second, slow and obvious way of computing it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rubrics.combining import Combined, Ratings, Scale, combine, ranks
from tests.support.hiring_round import small_rubric

Row = tuple[int, int, int, int]
CANDIDATES, INTERVIEWERS, CRITERIA = 4, 3, 4
rows_of_ratings = st.lists(
    st.tuples(st.integers(0, CANDIDATES - 1), st.integers(0, INTERVIEWERS - 1), st.integers(0, CRITERIA - 2), st.integers(1, 5)),
    max_size=40,
)
weights = st.lists(st.integers(1, 50), min_size=CRITERIA, max_size=CRITERIA)
facts = st.lists(st.sampled_from([math.nan, 1.0, 3.0, 5.0]), min_size=CANDIDATES, max_size=CANDIDATES)


def scale(weight: Sequence[float], minimum: float = math.nan, required: Sequence[bool] = (False,) * CRITERIA) -> Scale:
    share = np.array(weight, dtype=float)
    rated = np.array([True] * (CRITERIA - 1) + [False])
    return Scale(share / share.sum(), np.full(CRITERIA, minimum), np.array(required), rated, np.zeros(CRITERIA, dtype=bool))


def levels(facts_: Sequence[float]) -> np.ndarray:
    table = np.full((len(facts_), CRITERIA), math.nan)
    table[:, -1] = facts_
    return table


def by_hand(rows: Sequence[Row], weight: Sequence[float], facts_: Sequence[float], candidate: int) -> tuple[float, float]:
    """(score, coverage) in plain loops."""
    total = covered = rated = 0.0
    share = [one / sum(weight) for one in weight]
    for criterion in range(CRITERIA):
        if criterion == CRITERIA - 1:
            mean = facts_[candidate]
        else:
            given_: dict[int, list[int]] = {}
            for who, interviewer, what, level in rows:
                if (who, what) == (candidate, criterion):
                    given_.setdefault(interviewer, []).append(level)
            own = [sum(values) / len(values) for values in given_.values()]
            mean = sum(own) / len(own) if own else math.nan
            rated += bool(own)
        if not math.isnan(mean):
            total += share[criterion] * mean
            covered += share[criterion]
    return (total / covered if rated else math.nan), covered


@given(rows_of_ratings, weights, facts)
def test_score_and_coverage_are_those_of_the_plain_arithmetic(rows: list[Row], weight: list[float], facts_: list[float]) -> None:
    found = combine(scale(weight), Ratings.of(rows), levels(facts_))
    expected = [by_hand(rows, weight, facts_, candidate) for candidate in range(CANDIDATES)]
    assert found.score == pytest.approx([score for score, _ in expected], nan_ok=True)
    assert found.coverage == pytest.approx([coverage for _, coverage in expected])


@given(rows_of_ratings, weights, facts, st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(rows: list[Row], weight: list[float], facts_: list[float], random) -> None:  # type: ignore[no-untyped-def]
    shuffled = random.sample(rows, len(rows))
    first = combine(scale(weight), Ratings.of(rows), levels(facts_))
    second = combine(scale(weight), Ratings.of(shuffled), levels(facts_))
    assert first.score == pytest.approx(second.score, abs=1e-12, nan_ok=True)
    assert ranks(first.score, first.complete).tolist() == ranks(second.score, second.complete).tolist()


@given(rows_of_ratings, weights, facts)
def test_a_score_lies_between_the_lowest_and_highest_level_it_is_made_of(rows: list[Row], weight: list[float], facts_: list[float]) -> None:
    found = combine(scale(weight), Ratings.of(rows), levels(facts_))
    for candidate in range(CANDIDATES):
        if not math.isnan(found.score[candidate]):
            means = found.mean[candidate][~np.isnan(found.mean[candidate])]
            assert means.min() - 1e-9 <= found.score[candidate] <= means.max() + 1e-9


@given(rows_of_ratings, weights)
def test_an_unassessed_criterion_is_absent_and_never_counts_as_zero(rows: list[Row], weight: list[float]) -> None:
    kept = [row for row in rows if row[2] != 0]
    nothing = [math.nan] * CANDIDATES
    with_gap = combine(scale(weight), Ratings.of(kept), levels(nothing))
    without = combine(scale([0, *weight[1:]]), Ratings.of(kept), levels(nothing))
    assert with_gap.score == pytest.approx(without.score, nan_ok=True)


def test_the_worked_example() -> None:
    """Three interviewers, four criteria, one gap: every number can be redone on paper."""
    rows = [(0, 0, 0, 4), (0, 1, 0, 5), (0, 2, 0, 3), (0, 0, 1, 2), (0, 1, 1, 4), (1, 0, 0, 4)]
    found = combine(scale([40, 30, 20, 10], minimum=3.5, required=(False, False, True, False)), Ratings.of(rows), levels([4, math.nan]))
    assert found.mean[0].tolist() == pytest.approx([4, 3, math.nan, 4], nan_ok=True)
    assert found.score[0] == pytest.approx((40 * 4 + 30 * 3 + 10 * 4) / 80)
    assert found.coverage.tolist() == pytest.approx([0.8, 0.4])
    assert found.low[0].tolist() == pytest.approx([3, 2, math.nan, math.nan], nan_ok=True)
    assert found.high[0].tolist() == pytest.approx([5, 4, math.nan, math.nan], nan_ok=True)
    assert found.count[0].tolist() == [3, 2, 0, 0]
    assert found.disagreement[0].tolist() == [True, True, False, False]
    assert found.below_minimum[0].tolist() == [False, True, False, False]
    assert found.missing[0].tolist() == [False, False, True, False]
    # spread: variances 1 (n = 3) and 2 (n = 2), weights 40 and 30
    assert found.spread[0] == pytest.approx(math.sqrt((40 * 1 + 30 * 2) / 70))
    assert math.isnan(found.spread[1])
    assert found.complete.tolist() == [False, False]


def test_an_interviewer_who_rates_twice_counts_once() -> None:
    found = combine(scale([1, 1, 1, 1]), Ratings.of([(0, 0, 0, 1), (0, 0, 0, 3), (0, 1, 0, 5)]), levels([math.nan]))
    assert (found.mean[0, 0], found.count[0, 0]) == (3.5, 2)


def test_facts_alone_make_no_score() -> None:
    found = combine(scale([1, 1, 1, 1]), Ratings.of([]), levels([5.0]))
    assert math.isnan(found.score[0])
    assert found.coverage[0] == pytest.approx(0.25)


@given(rows_of_ratings, weights, facts, st.integers(0, CRITERIA - 1))
def test_a_void_criterion_is_as_if_nobody_had_been_asked(rows: list[Row], weight: list[float], facts_: list[float], void: int) -> None:
    whole = scale(weight, minimum=3, required=[True] * CRITERIA)
    struck = replace(
        whole,
        void=np.arange(CRITERIA) == void,
        weight=np.where(np.arange(CRITERIA) == void, 0, whole.weight) / (1 - whole.weight[void]),
        required=np.arange(CRITERIA) != void,
    )
    known = levels([math.nan] * CANDIDATES if void == CRITERIA - 1 else facts_)
    found = combine(struck, Ratings.of(rows), levels(facts_))
    expected = combine(replace(struck, void=np.zeros(CRITERIA, dtype=bool)), Ratings.of([row for row in rows if row[2] != void]), known)
    for field in fields(Combined):
        assert np.array_equal(
            getattr(found, field.name), getattr(expected, field.name), equal_nan=getattr(found, field.name).dtype.kind == "f"
        )
    assert np.isnan(found.mean[:, void]).all()


def test_a_scale_without_void_criteria_keeps_the_proportions_of_the_others() -> None:
    rubric = small_rubric()
    assert Scale.of(rubric).weight.tolist() == pytest.approx([0.4, 0.3, 0.2, 0.1])
    struck = Scale.of(rubric, void={"composure"})
    assert struck.weight.tolist() == pytest.approx([4 / 7, 0, 2 / 7, 1 / 7])
    assert (struck.required.any(), struck.void.tolist()) == (False, [False, True, False, False])
    tried = Scale.of(rubric, weights={"spoken_communication": 1, "teamwork": 3})
    assert tried.weight.tolist() == pytest.approx([0.25, 0, 0.75, 0])


def test_nobody_at_all() -> None:
    found = combine(scale([1, 1, 1, 1]), Ratings.of([]), levels([]))
    assert isinstance(found, Combined)
    assert ranks(found.score, found.complete).tolist() == []


@pytest.mark.parametrize(
    ("scores", "eligible", "expected"),
    [
        ([3.0, 4.0, 4.0 + 1e-12, math.nan, 2.0], [True, True, True, False, True], [3, 1, 1, 0, 4]),
        ([4.0, 4.0 - 2e-9], [True, True], [1, 2]),
        ([4.0, 5.0], [True, False], [1, 0]),
    ],
)
def test_places_are_shared_by_ties_only(scores: list[float], eligible: list[bool], expected: list[int]) -> None:
    assert ranks(np.array(scores), np.array(eligible)).tolist() == expected
