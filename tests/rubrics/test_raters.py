"""The severity model against the analysis of variance, a likelihood written out with whole matrices, and its own promises."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rubrics import raters
from rubrics.combining import Ratings, combine
from tests.rubrics.panels import SHROUT_FLEISS, from_table, known, plain_scale, simulated


def fitted(ratings: Ratings, people: int, weights: tuple[float, ...] = (1,)) -> tuple[raters.Pairs, raters.Severity]:
    scale = plain_scale(weights)
    combined = combine(scale, ratings, np.full((people, len(weights)), np.nan))
    pairs = raters.pairs(scale, ratings, combined.coverage)
    model = raters.fit(pairs)
    assert model is not None
    return pairs, model


def test_a_complete_table_gives_the_variances_of_the_published_analysis_of_variance() -> None:
    _, model = fitted(from_table(SHROUT_FLEISS), 6)
    rows, columns = SHROUT_FLEISS.mean(axis=1, keepdims=True), SHROUT_FLEISS.mean(axis=0, keepdims=True)
    error = ((SHROUT_FLEISS - rows - columns + SHROUT_FLEISS.mean()) ** 2).sum() / 15
    judges = 6 * ((columns - SHROUT_FLEISS.mean()) ** 2).sum() / 3
    assert (error, judges) == (pytest.approx(1.02, abs=0.005), pytest.approx(32.49, abs=0.005))  # as printed in the article
    assert model.sigma**2 == pytest.approx(error, rel=1e-8)
    assert model.sigma_severity**2 == pytest.approx((judges - error) / 6, rel=1e-8)
    # In a complete table the prediction is the judge's mean difference, shrunk by one factor for all.
    shrink = 6 * model.sigma_severity**2 / (6 * model.sigma_severity**2 + model.sigma**2)
    assert model.estimate.tolist() == pytest.approx(((columns - SHROUT_FLEISS.mean()) * shrink)[0].tolist(), rel=1e-8)


def restricted(pairs: raters.Pairs, sigma: float, sigma_severity: float) -> float:
    """-2 log restricted likelihood (without its constant) with whole matrices: ln|V| + ln|X'V^-1X| + r'V^-1r."""
    size = len(pairs)
    by_candidate, by_interviewer = np.zeros((size, len(pairs.people))), np.zeros((size, len(pairs.raters)))
    by_candidate[np.arange(size), pairs.candidate] = 1
    by_interviewer[np.arange(size), pairs.interviewer] = 1
    covariance = sigma**2 * np.eye(size) + sigma_severity**2 * by_interviewer @ by_interviewer.T
    inverse = np.linalg.inv(covariance)
    middle = by_candidate.T @ inverse @ by_candidate
    rest = pairs.deviation - by_candidate @ np.linalg.solve(middle, by_candidate.T @ inverse @ pairs.deviation)
    return float(np.linalg.slogdet(covariance)[1] + np.linalg.slogdet(middle)[1] + rest @ inverse @ rest)


@pytest.mark.parametrize("seed", range(6))
def test_the_fit_is_at_the_bottom_of_the_restricted_likelihood(seed: int) -> None:
    ratings, _, _ = simulated(seed, people=25, interviewers=6, each=3, gaps=0.25)
    pairs, model = fitted(ratings, 25)
    best = restricted(pairs, model.sigma, model.sigma_severity)
    for factor in (0.999, 1.001):
        assert restricted(pairs, model.sigma * factor, model.sigma_severity) > best
        assert restricted(pairs, model.sigma, model.sigma_severity * factor) > best
    without = min(
        restricted(pairs, sigma, 0.0) for sigma in np.sqrt(model.sigma**2 + model.sigma_severity**2) * np.linspace(0.7, 1.3, 1201)
    )
    assert model.lrt == pytest.approx(without - best, abs=1e-4)


@pytest.mark.parametrize("seed", range(4))
def test_predictions_and_their_variance_are_those_of_the_mixed_model_equations(seed: int) -> None:
    ratings, _, _ = simulated(seed, people=20, interviewers=7, each=3, gaps=0.2, severity=0.9)
    pairs, model = fitted(ratings, 20)
    size = len(pairs)
    design = np.zeros((size, len(pairs.people) + len(pairs.raters)))
    design[np.arange(size), pairs.candidate] = 1
    design[np.arange(size), len(pairs.people) + pairs.interviewer] = 1
    left = design.T @ design / model.sigma**2
    left[len(pairs.people) :, len(pairs.people) :] += np.eye(len(pairs.raters)) / model.sigma_severity**2
    inverse = np.linalg.inv(left)
    found = inverse @ design.T @ pairs.deviation / model.sigma**2
    assert model.estimate.tolist() == pytest.approx(found[len(pairs.people) :].tolist(), abs=1e-8)
    assert np.allclose(model.variance, inverse[len(pairs.people) :, len(pairs.people) :], atol=1e-9)


def shuffled(ratings: Ratings, seed: int) -> Ratings:
    order = np.random.default_rng(seed).permutation(len(ratings.level))
    return Ratings(ratings.candidate[order], ratings.interviewer[order], ratings.criterion[order], ratings.level[order])


@settings(max_examples=25)
@given(st.integers(0, 10_000))
def test_the_order_of_the_rows_says_nothing(seed: int) -> None:
    ratings, _, _ = simulated(seed, people=15, interviewers=5, each=3, gaps=0.2)
    _, one = known(ratings, 15)
    _, two = known(shuffled(ratings, seed), 15)
    assert np.allclose(one.adjusted, two.adjusted, atol=1e-9, equal_nan=True)
    assert np.allclose(one.adjusted_se, two.adjusted_se, atol=1e-9, equal_nan=True)


def two_groups(seed: int, shift: float) -> Ratings:
    """Interviewers 0-4 rate candidates 0-19 and 5-9 rate 20-39, on two criteria with gaps; the first group's ratings are shifted."""
    draw = np.random.default_rng(seed)
    rows = []
    for candidate in range(40):
        first = 0 if candidate < 20 else 5
        for interviewer in first + draw.permutation(5)[:3]:
            for criterion in range(2):
                level = draw.normal(3, 1) + 0.4 * (interviewer % 5) + (shift if first == 0 else 0.0)
                if draw.random() > 0.2:
                    rows.append((candidate, int(interviewer), criterion, level))
    return Ratings.of(rows)


@pytest.mark.parametrize("seed", range(4))
def test_a_constant_added_to_one_group_does_not_move_a_disconnected_one(seed: int) -> None:
    _, one = known(two_groups(seed, 0.0), 40, (0.7, 0.3))
    _, two = known(two_groups(seed, 1.5), 40, (0.7, 0.3))
    assert one.pairs.group.tolist() == [0] * 5 + [1] * 5
    assert np.allclose(one.adjusted[20:], two.adjusted[20:], atol=1e-9)
    assert np.allclose(one.adjusted[:20] + 1.5, two.adjusted[:20], atol=1e-9)
    assert np.allclose(one.adjusted_se, two.adjusted_se, atol=1e-9)
    assert one.severity is not None
    for group in (0, 1):
        assert one.severity.estimate[one.pairs.group == group].sum() == pytest.approx(0, abs=1e-9)
    assert len(one.gates) == 2


def test_long_chains_of_shared_candidates_are_one_group() -> None:
    rows = [(place, place + step, 0, float(3 + step)) for place in range(60) for step in (0, 1)]
    rows += [(100, 90, 0, 2.0), (101, 91, 0, 2.0)]
    pairs, _ = fitted(Ratings.of(rows), 102)
    assert pairs.group.tolist() == [0] * 61 + [1, 2]
    assert pairs.shared.tolist() == [1, *[2] * 59, 1, 0, 0]


def test_who_met_weaker_candidates_is_not_corrected_for_it() -> None:
    draw = np.random.default_rng(5)
    rows = []
    for candidate in range(80):
        weak = candidate < 40
        panel = draw.permutation(4)[:2] + (0 if weak else 3)  # interviewer 3 links the two halves
        rows += [(candidate, int(who), 0, (2.0 if weak else 4.0) + draw.normal(0, 0.3)) for who in panel]
    _, model = fitted(Ratings.of(rows), 80)
    assert np.abs(model.estimate).max() < 0.25
