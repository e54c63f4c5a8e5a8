"""Agreement figures against published tables."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rubrics.reliability import (
    ALPHA_LEVELS,
    concordance,
    interviewers_needed,
    intraclass,
    krippendorff_alpha,
    repeatability,
    spearman_brown,
    weighted_kappa,
)
from tests.rubrics.panels import SHROUT_FLEISS, from_table, known, simulated

NO = np.nan
KRIPPENDORFF = np.array(
    [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, NO, NO, NO],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, NO, 3],
        [NO, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, NO],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, NO],
    ]
).T
"""Reliability data of Krippendorff (2011), "Computing Krippendorff's Alpha-Reliability": four observers, twelve units, gaps."""

ANXIETY = np.array(
    [
        [3, 3, 3, 4, 5, 5, 2, 3, 5, 2, 2, 6, 1, 5, 2, 2, 1, 2, 4, 3],
        [3, 6, 4, 6, 2, 4, 2, 4, 3, 3, 2, 3, 3, 3, 2, 2, 1, 3, 3, 4],
        [2, 1, 4, 4, 3, 2, 1, 6, 1, 1, 1, 2, 3, 3, 1, 1, 3, 3, 2, 2],
    ],
    dtype=float,
).T
"""Anxiety ratings of 20 subjects by three raters, the example data of R's package irr."""


def values(figures: dict[str, object]) -> dict[str, float]:
    return {name: figure.value for name, figure in figures.items()}  # type: ignore[attr-defined]


def test_intraclass_correlations_are_those_of_shrout_and_fleiss() -> None:
    published = {"1,1": 0.17, "2,1": 0.29, "3,1": 0.71, "1,k": 0.44, "2,k": 0.62, "3,k": 0.91}
    found = intraclass(SHROUT_FLEISS)
    assert values(dict(found)) == pytest.approx(published, abs=0.005)
    assert {(figure.n.people, figure.n.raters, figure.n.ratings) for figure in found.values()} == {(6, 4, 24)}


def test_two_way_intraclass_of_the_anxiety_ratings() -> None:
    found = intraclass(ANXIETY)
    assert found["2,1"].value == pytest.approx(0.198, abs=0.0005)  # irr: icc(anxiety, "twoway", "agreement")
    assert found["3,1"].value == pytest.approx(0.216, abs=0.0005)  # irr: icc(anxiety, "twoway", "consistency")


def test_unequal_panels_have_one_way_correlations_only() -> None:
    found = intraclass(KRIPPENDORFF)
    assert found["1,1"].value is not None
    assert found["2,1"].value is None
    assert found["2,1"].reason.startswith("Not every interviewer rated every candidate")
    # The analysis of variance of the eleven units that anybody rated once or more, written out.
    groups = [row[~np.isnan(row)] for row in KRIPPENDORFF]
    total = sum(map(len, groups))
    grand = sum(group.sum() for group in groups) / total
    between = sum(len(group) * (group.mean() - grand) ** 2 for group in groups) / (len(groups) - 1)
    within = sum(((group - group.mean()) ** 2).sum() for group in groups) / (total - len(groups))
    size = (total - sum(len(group) ** 2 for group in groups) / total) / (len(groups) - 1)
    assert found["1,1"].value == pytest.approx((between - within) / (between + (size - 1) * within))
    assert found["1,k"].value == pytest.approx((between - within) / between)


def test_alpha_is_that_of_krippendorff() -> None:
    found = krippendorff_alpha(from_table(KRIPPENDORFF))
    assert values(dict(found)) == pytest.approx({"nominal": 0.743, "ordinal": 0.815, "interval": 0.849, "ratio": 0.797}, abs=0.0005)
    assert (found["nominal"].n.people, found["nominal"].n.ratings) == (11, 40)


def test_concordance_with_ties_is_that_of_irr() -> None:
    found = concordance(ANXIETY)
    assert found.w.value == pytest.approx(0.540, abs=0.0005)
    assert found.chi2 == pytest.approx(30.8, abs=0.05)
    assert (found.df, found.p) == (19, pytest.approx(0.0429, abs=0.00005))


@given(st.lists(st.tuples(st.integers(1, 5), st.integers(1, 5)), min_size=2, max_size=30))
def test_quadratic_kappa_is_the_concordance_coefficient_of_lin(pairs: list[tuple[int, int]]) -> None:
    first, second = np.array(pairs, dtype=float).T
    figure = weighted_kappa(first, second)["quadratic"]
    below = first.var() + second.var() + (first.mean() - second.mean()) ** 2
    if below < 1e-12:
        assert figure.value is None
    else:
        covariance = ((first - first.mean()) * (second - second.mean())).mean()
        assert figure.value == pytest.approx(2 * covariance / below, abs=1e-9)


def test_linear_kappa_by_hand() -> None:
    first, second = np.array([1, 1, 2, 3, 3, NO]), np.array([1, 2, 2, 3, 1, 4])
    # Distances 0 1 0 0 2; expected: all 25 combinations of both sides.
    expected = np.abs(first[:5, None] - second[:5]).mean()
    assert weighted_kappa(first, second)["linear"].value == pytest.approx(1 - (3 / 5) / expected)


def test_prophecy_and_its_reverse() -> None:
    assert spearman_brown(0.44, 3) == pytest.approx(0.702, abs=0.0005)
    assert interviewers_needed(0.44, 1, 0.7) == pytest.approx(2.97, abs=0.005)
    assert spearman_brown(0.5, interviewers_needed(0.5, 2, 0.8) / 2) == pytest.approx(0.8)  # type: ignore[operator]
    assert interviewers_needed(0.0, 3, 0.8) is None


@pytest.mark.parametrize(
    "table",
    [np.zeros((0, 0)), np.zeros((0, 3)), np.full((3, 3), NO), np.full((4, 3), 2.0), np.array([[3.0]]), np.array([[3.0, 4.0]])],
    ids=["nothing", "no candidates", "no ratings", "all equal", "one rating", "one candidate"],
)
def test_what_cannot_be_estimated_is_absent_with_a_reason(table: np.ndarray) -> None:
    figures = [*intraclass(table).values(), *krippendorff_alpha(from_table(table)).values(), concordance(table).w]
    assert all((figure.value is None) == bool(figure.reason) for figure in figures)
    assert all(figure.value is None or np.isfinite(figure.value) for figure in figures)
    if table.shape == (1, 2):
        # Alpha does not mind a single unit: two different ratings of it agree no better than chance.
        assert values(dict(krippendorff_alpha(from_table(table)))) == pytest.approx(dict.fromkeys(ALPHA_LEVELS, 0.0))
    else:
        assert {figure.value for figure in figures} == {None}


def test_repeatability_of_a_crossed_panel_is_the_generalizability_coefficient() -> None:
    # Everybody rates everybody: what judges have in common moves nobody, so G is ICC(3,k).
    draw = np.random.default_rng(3)
    table = draw.normal(3, 0.6, 30)[:, None] + draw.normal(0, 0.5, 5) + draw.normal(0, 0.7, (30, 5))
    _, found = known(from_table(table), 30)
    said = repeatability(found)
    expected = intraclass(table)["3,k"].value
    assert said.g.value == pytest.approx(expected, abs=1e-9)
    assert said.g_adjusted.value is None or said.g_adjusted.value == pytest.approx(expected, abs=1e-9)
    assert (said.n, said.panel, said.exact) == (30, pytest.approx(5), True)
    assert said.band() == {0: "noisy", 1: "usable", 2: "solid"}[(expected >= 0.6) + (expected >= 0.8)]  # type: ignore[operator]


def test_repeatability_is_how_well_two_panels_would_agree() -> None:
    correlations, stated = [], []
    for seed in range(25):
        one, truth, _ = simulated(seed, people=150, interviewers=60, each=3, severity=0.4)
        draw = np.random.default_rng(1000 + seed)
        again = np.argsort(draw.random((150, 60)), axis=1)[:, :3]
        other = truth[:, None] + draw.normal(0, 0.4, 60)[again] + draw.normal(0, 0.6, (150, 3))
        combined, found = known(one, 150)
        correlations.append(np.corrcoef(combined.score, other.mean(axis=1))[0, 1])
        stated.append(repeatability(found).g.value)
    assert np.mean(stated) == pytest.approx(np.mean(correlations), abs=0.03)  # type: ignore[arg-type]
