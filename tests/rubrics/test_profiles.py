"""Interviewer profiles on panels whose strictness and halo are known, and what must never change them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rubrics.combining import Ratings, Scale, combine
from rubrics.profiles import MIN_SHARED, Beside, Leniency, Profile, Skipped, Use, profiles, uses

NOBODY = Skipped.of([])


def scale(criteria: int, void: tuple[int, ...] = ()) -> Scale:
    struck = np.isin(np.arange(criteria), void)
    weight = np.where(struck, 0.0, 1.0)
    nothing = np.full(criteria, np.nan)
    return Scale(weight / weight.sum(), nothing, np.zeros(criteria, bool), np.ones(criteria, bool), struck)


def told(chosen: Scale, ratings: Ratings, skipped: Skipped = NOBODY, interviewers: int | None = None) -> tuple[Profile, ...]:
    people = int(ratings.candidate.max(initial=-1)) + 1
    combined = combine(chosen, ratings, np.full((people, len(chosen.weight)), np.nan))
    return profiles(chosen, ratings, skipped, combined.coverage, interviewers or int(ratings.interviewer.max(initial=-1)) + 1)


def panel(
    seed: int,
    *,
    severity: list[float],
    candidates: int = 60,
    each: int = 3,
    criteria: int = 6,
    halo: tuple[int, ...] = (),
    whole: bool = False,
) -> Ratings:
    """Candidates with a level of their own on each criterion, rated by `each` of the interviewers; those in `halo` see only the average."""
    chance = np.random.default_rng(seed)
    ability = chance.normal(3.0, 0.5, candidates)
    shown = ability[:, None] + chance.normal(0, 0.7, (candidates, criteria))
    rows = []
    for candidate in range(candidates):
        for interviewer in chance.choice(len(severity), each, replace=False):
            seen = np.full(criteria, shown[candidate].mean()) if interviewer in halo else shown[candidate]
            levels = seen + severity[interviewer] + chance.normal(0, 0.25, criteria)
            if whole:
                levels = np.clip(np.round(levels), 1, 5)
            rows += [(candidate, int(interviewer), criterion, float(level)) for criterion, level in enumerate(levels)]
    return Ratings.of(rows)


@pytest.mark.parametrize("seed", range(5))
def test_known_strictness_is_found_and_named_only_where_it_is_clear(seed: int) -> None:
    severity = [-0.8, -0.1, 0.0, 0.1, 0.8]
    found = told(scale(6), panel(seed, severity=severity))
    for profile, true in zip(found, severity, strict=True):
        assert profile.leniency is not None
        assert profile.leniency.estimate == pytest.approx(true, abs=0.2)
        assert profile.leniency.low < profile.leniency.estimate < profile.leniency.high
    assert [profile.leniency.word for profile in found if profile.leniency] == ["strict", "", "", "", "lenient"]


def test_the_range_holds_what_it_promises() -> None:
    inside = times = 0
    for seed in range(60):
        chance = np.random.default_rng(1000 + seed)
        severity = chance.normal(0, 0.4, 8)
        for profile, true in zip(told(scale(4), panel(seed, severity=list(severity), criteria=4)), severity, strict=True):
            assert profile.leniency is not None
            inside += profile.leniency.low <= true <= profile.leniency.high
            times += 1
    assert inside / times == pytest.approx(0.90, abs=0.05)


@pytest.mark.parametrize("seed", range(5))
def test_a_halo_shows_as_criteria_rated_alike(seed: int) -> None:
    found = told(scale(6), panel(seed, severity=[0.0] * 5, halo=(2,)))
    halo = [profile.halo for profile in found]
    assert halo[2] is not None
    assert halo[2].colleagues is not None
    assert halo[2].own < 0.5 * halo[2].colleagues
    for place in (0, 1, 3, 4):
        other = halo[place]
        assert other is not None
        assert other.colleagues is not None
        assert other.own > 0.8 * other.colleagues
    # Seeing only the average leaves less to tell candidates apart by on each criterion.
    spread = found[2].spread
    assert spread is not None
    assert spread.colleagues is not None
    assert spread.own < spread.colleagues


def test_strictness_is_taken_out_of_agreement() -> None:
    strict = told(scale(6), panel(3, severity=[-1.0, 0.0, 0.0, 0.0, 0.0]))[0].agreement
    plain = told(scale(6), panel(3, severity=[0.0] * 5))[0].agreement
    assert strict is not None
    assert plain is not None
    assert strict.own == pytest.approx(plain.own, abs=0.05)


def by_hand() -> Ratings:
    """Eight candidates rated by two on two criteria; the second is one level above on every candidate but the last."""
    rows = []
    for candidate in range(8):
        first = (2, 4) if candidate % 2 else (3, 3)
        second = first if candidate == 7 else (first[0] + 1, first[1] + 1)
        rows += [
            (candidate, who, criterion, float(level)) for who, pair in enumerate((first, second)) for criterion, level in enumerate(pair)
        ]
    return Ratings.of(rows)


def test_the_figures_can_be_redone_by_hand() -> None:
    skipped = Skipped.of([(0, 0, 1), (0, 0, 0)])
    first = told(scale(2), by_hand(), skipped)[0]
    # First: criterion 0 has 3, 2, 3, 2, ...; criterion 1 has 3, 4, 3, 4, ...: sums of squares 2 each over 14 degrees.
    assert first.spread is not None
    assert first.spread.own == pytest.approx(np.sqrt(4 / 14))
    # Threes: of the first all on even candidates; of the second both 2 + 1 on odd ones but the last, and none else (3 + 1 = 4, 4 + 1 = 5).
    assert first.middle == Beside(8 / 16, 3 / 16)
    assert first.not_assessed == Beside(2 / 18, 0.0)
    # Criterion means: 2.9375 and 3.9375, so one level apart on both: on even candidates the deviations differ by 1, on odd ones 2 - 1 = 1.
    assert first.halo is not None
    assert first.halo.own == pytest.approx(np.sqrt(0.5))
    assert first.leniency is not None
    assert -0.5 < first.leniency.estimate < -0.3  # half of 7/8, shrunk a little


def test_too_few_shared_candidates_say_nothing() -> None:
    few = panel(1, severity=[0.0, 0.5], candidates=MIN_SHARED - 1, each=2)
    alone = Ratings.of([(100 + place, 0, 0, 3.0) for place in range(20)])
    both = Ratings(
        *(np.concatenate([getattr(few, name), getattr(alone, name)]) for name in ("candidate", "interviewer", "criterion", "level"))
    )
    assert told(scale(6), both, interviewers=3) == (Profile(7), Profile(7), Profile(0))
    assert not Profile(7).enough
    assert Profile(8).enough


def test_nothing_at_all_is_no_error() -> None:
    nothing = Ratings.of([])
    assert profiles(scale(2), nothing, NOBODY, np.zeros(0), 2) == (Profile(0), Profile(0))
    assert uses(nothing, NOBODY, 2) == (Use(0, 0, 0, 0, 0),) * 2


def test_no_difference_is_not_an_exact_nought() -> None:
    same = panel(5, severity=[0.0, 0.0], each=2, candidates=10)
    equal = replace(same, level=np.full(len(same.level), 4.0))
    assert [profile.leniency for profile in told(scale(6), equal)] == [None, None]
    assert told(scale(6), equal)[0].agreement == Beside(0.0, 0.0)


@pytest.mark.parametrize(
    ("leniency", "word"),
    [
        (Leniency(0.3, 0.1, 0.5), "lenient"),
        (Leniency(-0.3, -0.5, -0.1), "strict"),
        (Leniency(0.24, 0.1, 0.38), ""),
        (Leniency(0.6, -0.1, 1.3), ""),
        (Leniency(-0.25, -0.5, 0.0), ""),
        (Leniency(-0.25, -0.5, -0.01), "strict"),
    ],
)
def test_a_word_needs_a_clear_range_and_a_difference_worth_it(leniency: Leniency, word: str) -> None:
    assert leniency.word == word


def close(one: tuple[Profile, ...], other: tuple[Profile, ...]) -> bool:
    def numbers(found: tuple[Profile, ...]) -> np.ndarray:
        rows = []
        for profile in found:
            leniency = profile.leniency
            rows.append([profile.shared, *([np.nan] * 3 if leniency is None else [leniency.estimate, leniency.low, leniency.high])])
            for figure in (profile.spread, profile.middle, profile.halo, profile.agreement, profile.not_assessed):
                values = (None, None) if figure is None else (figure.own, figure.colleagues)
                rows[-1] += [np.nan if value is None else value for value in values]
        return np.array(rows)

    return bool(np.allclose(numbers(one), numbers(other), atol=1e-6, equal_nan=True))


panels = st.builds(
    panel,
    st.integers(0, 10_000),
    severity=st.lists(st.floats(-1, 1), min_size=2, max_size=5),
    candidates=st.integers(8, 16),
    each=st.just(2),
    criteria=st.integers(1, 4),
    whole=st.booleans(),
)


@settings(max_examples=40)
@given(panels, st.integers(0, 10_000))
def test_order_and_unshared_candidates_and_void_criteria_change_nothing(ratings: Ratings, seed: int) -> None:
    criteria = int(ratings.criterion.max()) + 1
    expected = told(scale(criteria), ratings)
    chance = np.random.default_rng(seed)
    order = chance.permutation(len(ratings.level))
    people = int(ratings.candidate.max()) + 1
    moved = chance.permutation(people)
    shuffled = Ratings(moved[ratings.candidate[order]], ratings.interviewer[order], ratings.criterion[order], ratings.level[order])
    assert close(told(scale(criteria), shuffled), expected)
    alone = [(people + place, 0, criterion, float(chance.integers(1, 6))) for place in range(5) for criterion in range(criteria)]
    void = [(candidate, 0, criteria, float(chance.integers(1, 6))) for candidate in range(people)]
    more = Ratings.of([*zip(ratings.candidate, ratings.interviewer, ratings.criterion, ratings.level, strict=True), *alone, *void])
    skipped = Skipped.of([(people, 0, 0), (0, 0, criteria)])
    assert close(told(scale(criteria + 1, void=(criteria,)), more, skipped), expected)


@settings(max_examples=40)
@given(panels)
def test_every_figure_is_one_that_can_be(ratings: Ratings) -> None:
    for profile in told(scale(int(ratings.criterion.max()) + 1), ratings):
        assert profile.enough == (profile.shared >= MIN_SHARED)
        for figure in (profile.spread, profile.middle, profile.halo, profile.agreement, profile.not_assessed):
            if figure is not None:
                assert figure.own >= 0
                assert figure.colleagues is None or figure.colleagues >= 0
        for share in (profile.middle, profile.not_assessed):
            assert share is None or share.own <= 1
        if profile.leniency is not None:
            assert profile.leniency.low <= profile.leniency.estimate <= profile.leniency.high


def test_how_criteria_are_used() -> None:
    rows = [(candidate, who, 0, 5.0) for candidate in range(4) for who in (0, 1)]
    rows += [(candidate, 0, 1, 1.0) for candidate in range(4)] + [(candidate, 1, 1, 3.0) for candidate in range(4)]
    skipped = Skipped.of([(candidate, 0, 2) for candidate in range(2)] + [(4, 1, 0)] * 2)
    found = uses(Ratings.of(rows + [(candidate, 1, 2, 4.0) for candidate in range(8)]), skipped, 4)
    assert found == (Use(8, 2, 8, 0, 0), Use(8, 0, 0, 4, 4), Use(8, 2, 0, 0, 0), Use(0, 0, 0, 0, 0))
    assert [use.anchors_are_wrong for use in found] == [True, True, False, False]
    # Exactly one in five is not more than one in five.
    assert [(use.share_skipped, use.plan_is_wrong) for use in found] == [(0.2, False), (0.0, False), (0.2, False), (0.0, False)]
    assert Use(79, 21, 0, 0, 0).plan_is_wrong
    assert not Use(3, 4, 0, 0, 0).plan_is_wrong  # too few to say
    assert not Use(10, 0, 4, 4, 0).anchors_are_wrong
