"""Ranges, the gate, and what degenerate input gives: the default score and a sentence, never NaN where a number is promised."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rubrics import reliability, stability
from rubrics.combining import Ratings
from tests.rubrics.panels import SHROUT_FLEISS, from_table, known, simulated


@pytest.mark.parametrize("severity", [0.0, 0.3, 0.6])
def test_ranges_cover_the_truth_as_often_as_they_say(severity: float) -> None:
    inside = inside_adjusted = total = 0
    for seed in range(40):
        ratings, truth, _ = simulated(seed, people=80, interviewers=10, each=4, severity=severity)
        _, found = known(ratings, 80)
        # What everybody's severity has in common cannot be seen by anybody: the truth is relative to this panel's mean.
        inside += int(((found.low <= truth) & (truth <= found.high)).sum())
        inside_adjusted += int(((found.adjusted_low <= truth) & (truth <= found.adjusted_high)).sum())
        total += 80
    assert 0.93 <= inside / total <= 0.97
    if severity == 0:
        assert 0.93 <= inside_adjusted / total <= 0.97


def test_adjusted_ranges_cover_the_truth_on_the_panels_own_scale() -> None:
    inside = total = 0
    for seed in range(60):
        ratings, truth, strict = simulated(seed, people=80, interviewers=10, each=4, severity=0.5)
        _, found = known(ratings, 80)
        own = truth + strict.mean()
        inside += int(((found.adjusted_low <= own) & (own <= found.adjusted_high)).sum())
        total += 80
    assert 0.93 <= inside / total <= 0.97


def test_the_gate_is_open_where_severity_matters_and_says_why_it_is_closed() -> None:
    def gate(ratings: Ratings, people: int) -> tuple[bool, str]:
        _, found = known(ratings, people)
        return found.gate.open, found.gate.reason

    assert gate(simulated(1, severity=0.6)[0], 60) == (True, "")
    none = "The interviewers do not differ in severity by more than chance would make them differ."
    assert gate(simulated(1, severity=0.0)[0], 60) == (False, none)
    few = "Only 4 interviewers share candidates; severity is not estimated with fewer than 5."
    assert gate(simulated(1, interviewers=4, severity=0.6)[0], 60) == (False, few)
    assert (
        gate(from_table(np.full((6, 6), 3.0)), 6)[1]
        == "Interviewers agree completely on the candidates they share: there is nothing to adjust."
    )
    assert gate(simulated(1, people=3, interviewers=6, each=3)[0], 3)[1].startswith("Only 6 comparisons on the same candidate")
    alone = from_table(np.where(np.eye(7, dtype=bool), 3.0, np.nan))
    assert gate(alone, 7)[1].startswith("No two interviewers rated the same candidate")


def test_default_error_counts_who_sat_there_and_the_published_table_gives_it_by_hand() -> None:
    _, found = known(from_table(SHROUT_FLEISS), 6, span=9)
    # (MS error + variance of judges) / 4 judges
    assert found.se.tolist() == pytest.approx([np.sqrt((1.0194444 + 5.2444444) / 4)] * 6, rel=1e-6)
    assert found.reach == pytest.approx(2.1009, abs=1e-4)  # t(.975, 18)
    assert (found.assumed, found.degrees) == (False, 18)


def test_without_enough_comparisons_the_error_is_assumed_and_says_so() -> None:
    table = np.array([[4.0, np.nan], [2.0, np.nan], [3.0, 5.0]])
    combined, found = known(from_table(table), 3)
    assert found.assumed
    deviation = np.std([4.0, 2.0, 4.0], ddof=1)
    two = 0.44 * 2 / 1.44
    assert found.se.tolist() == pytest.approx([deviation * np.sqrt(0.56), deviation * np.sqrt(0.56), deviation * np.sqrt(1 - two)])
    assert combined.score.tolist() == [4.0, 2.0, 4.0]


@pytest.mark.parametrize(
    "ratings",
    [
        Ratings.of([]),
        Ratings.of([(0, 0, 0, 3)]),
        Ratings.of([(0, 0, 0, 3), (1, 0, 0, 5), (2, 0, 0, 1)]),
        Ratings.of([(0, 0, 0, 3), (0, 1, 0, 5), (0, 2, 0, 1)]),
        Ratings.of([(who, by, 0, 4) for who in range(3) for by in range(3)]),
        Ratings.of([(who, who, 0, who % 5 + 1) for who in range(3)]),
        Ratings.of([(who, by, 0, 1 + by) for who in range(3) for by in range(3)]),
    ],
    ids=["nothing", "one rating", "one interviewer", "one candidate", "all equal", "nobody shared", "only severity"],
)
def test_degenerate_input_gives_the_default_score_and_a_sentence(ratings: Ratings) -> None:
    combined, found = known(ratings, 3)
    rated = np.isin(np.arange(3), ratings.candidate)
    assert np.isnan(combined.score).tolist() == (~rated).tolist()
    assert not found.gate.open
    assert found.gate.reason
    assert not np.isinf(found.se).any()
    assert found.why_no_range or not np.isnan(found.se[rated]).any()
    assert not np.isnan(found.adjusted[rated]).any()
    said = reliability.repeatability(found)
    assert said.g.value is None
    assert said.g.reason
    if rated.any():
        error = np.nan_to_num(found.se[rated])
        assert stability.among_best(found.score[rated], error, 1).sum() == pytest.approx(1)
    assert stability.bands(found, adjusted=False).shape == (3,)


@settings(max_examples=20)
@given(st.integers(0, 10_000), st.integers(0, 19), st.integers(0, 19))
def test_the_variance_of_a_difference_is_that_of_the_written_out_quadratic_form(seed: int, one: int, two: int) -> None:
    ratings, _, _ = simulated(seed, people=20, interviewers=6, each=3, gaps=0.1)
    _, found = known(ratings, 20)
    assert found.severity is not None
    places = found.place(one), found.place(two)
    if None in places or one == two:
        return
    apart = found.pairs.part(places[0]) - found.pairs.part(places[1])  # type: ignore[arg-type]
    noise = found.severity.sigma**2 * found.pairs.squared_share[list(places)].sum()  # type: ignore[arg-type]
    assert found.differences(one, adjusted=True)[two] == pytest.approx(noise + apart @ found.severity.variance @ apart, abs=1e-9)
    assert found.differences(one, adjusted=False)[two] == pytest.approx(
        noise + found.severity.sigma_severity**2 * (apart @ apart), abs=1e-9
    )
