"""Adverse-impact figures against published ones, by hand, and by what must hold whatever the counts are."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats

from rubrics import impact
from rubrics.impact import CommonOdds, Figures, Group, ImpossibleCounts, assess, common_odds, scoring_groups, suppressed
from rubrics.impact_words import Selection, odds_sentence, sentences
from rubrics.proportions import (
    DifferenceTest,
    below_four_fifths,
    common_odds_ratio,
    difference_test,
    fisher,
    holm,
    impact_ratio,
    one_person_turns_it,
    ratio_interval,
)

# Applicants admitted to the six largest departments of Berkeley, 1973 (Bickel, Hammel & O'Connell 1975): men, then women.
BERKELEY = [
    [Group("Male", men, all_men), Group("Female", women, all_women)]
    for men, all_men, women, all_women in [
        (512, 825, 89, 108),
        (353, 560, 17, 25),
        (120, 325, 202, 593),
        (138, 417, 131, 375),
        (53, 191, 94, 393),
        (22, 373, 24, 341),
    ]
]


def by_name(groups: list[Group]) -> dict[str, Figures]:
    return {item.group: item for item in assess(groups)}


@st.composite
def group(draw: st.DrawFn, name: str = "g", most: int = 120) -> Group:
    total = draw(st.integers(0, most))
    return Group(name, draw(st.integers(0, total)), total)


tables = st.integers(0, 5).flatmap(lambda size: st.tuples(*(group(name=f"g{place}", most=60) for place in range(size)))).map(list)
two_by_two = st.tuples(group(name="a"), group(name="b"))


def test_the_example_of_question_12() -> None:
    rates = {"White": 60, "American Indian": 45, "Hispanic": 48, "Black": 51}
    found = by_name([Group(name, rate, 100) for name, rate in rates.items()])
    assert {name: (item.impact_ratio, item.flag) for name, item in found.items()} == {
        "White": (1.0, False),
        "American Indian": (0.75, True),
        "Hispanic": (0.8, False),
        "Black": (0.85, False),
    }


def test_the_example_of_question_11_in_full() -> None:
    white, black = assess([Group("White", 48, 80), Group("Black", 12, 40)])
    # Chi-square by hand: 120 (48 * 28 - 32 * 12)^2 / (80 * 40 * 60 * 60) = 9.6, of which Z is the root.
    p = math.erfc(math.sqrt(9.6 / 2))
    half = 1.96 * math.sqrt(0.7 / 12 + 0.4 / 48)
    assert black == Figures(
        group="Black",
        selected=12,
        total=40,
        rate=0.3,
        reference="White",
        chosen=60,
        impact_ratio=0.5,
        interval=(pytest.approx(0.5 * math.exp(-half)), pytest.approx(0.5 * math.exp(half))),
        test="z",
        p=pytest.approx(p),
        p_holm=pytest.approx(p),
        flag=True,
        flip=False,
        reasons={"p_mid": impact.NOT_EXACT},
    )
    assert (white.rate, white.reference, white.impact_ratio, white.flag, white.p, white.interval) == (0.6, "White", 1.0, False, None, None)
    assert set(white.reasons) == {"interval", "test", "p", "p_mid", "p_holm", "flip"}


@pytest.mark.parametrize(
    ("counts", "p", "p_mid"),
    [
        # The lady tasting tea, three of four right: 34 of 70 tables are no more probable; 32 of them are exactly as probable.
        ((3, 4, 1, 4), 34 / 70, 18 / 70),
        # All four right.
        ((4, 4, 0, 4), 2 / 70, 1 / 70),
        # Fagerland, Lydersen & Laake's package and R's fisher.test on a table with a tie.
        ((2, 38, 8, 38), 0.08600352, 0.04998656),
        # One margin empty: there is one table only.
        ((0, 5, 0, 7), 1.0, 0.5),
        ((0, 0, 3, 7), 1.0, 0.5),
    ],
)
def test_fisher_against_published_values(counts: tuple[int, int, int, int], p: float, p_mid: float) -> None:
    found = fisher(Group("a", *counts[:2]), Group("b", *counts[2:]))
    assert (found.p, found.p_mid) == (pytest.approx(p, rel=1e-6), pytest.approx(p_mid, rel=1e-6))


@settings(max_examples=50)
@given(two_by_two)
def test_fisher_is_that_of_scipy(pair: tuple[Group, Group]) -> None:
    a, b = pair
    assume(a.total and b.total)
    expected = stats.fisher_exact([[a.selected, a.left], [b.selected, b.left]]).pvalue
    assert fisher(a, b).p == pytest.approx(expected, rel=1e-9, abs=1e-12)


@given(two_by_two)
def test_a_test_is_the_same_from_both_sides_and_for_those_left(pair: tuple[Group, Group]) -> None:
    a, b = pair
    found = difference_test(a, b)
    if found is None:
        assert not (a.total and b.total)
        return
    left = [Group(item.name, item.left, item.total) for item in pair]
    for other in (difference_test(b, a), difference_test(*left)):
        assert other is not None
        assert (other.name, other.p) == (found.name, pytest.approx(found.p, rel=1e-9))
        assert other.p_mid == (None if found.p_mid is None else pytest.approx(found.p_mid, rel=1e-9))
    assert 0 <= (found.p_mid if found.p_mid is not None else found.p) <= found.p <= 1


def test_large_counts_take_no_time_and_the_far_tail_is_zero() -> None:
    assert fisher(Group("a", 0, 10**9), Group("b", 5, 10**9)) == DifferenceTest("fisher", pytest.approx(2 / 32), pytest.approx(1 / 32))
    assert fisher(Group("a", 0, 3000), Group("b", 3000, 3000)) == DifferenceTest("fisher", 0.0, 0.0)


@pytest.mark.parametrize(
    ("counts", "name"),
    [((10, 15, 5, 15), "z"), ((10, 15, 4, 14), "fisher"), ((5, 50, 5, 50), "z"), ((4, 50, 5, 50), "fisher"), ((46, 50, 45, 50), "fisher")],
)
def test_the_exact_test_is_for_expected_counts_below_five_and_fewer_than_thirty_people(
    counts: tuple[int, int, int, int], name: str
) -> None:
    found = difference_test(Group("a", *counts[:2]), Group("b", *counts[2:]))
    assert found is not None
    assert found.name == name


def test_four_fifths_is_compared_in_whole_numbers() -> None:
    assert not below_four_fifths(Group("g", 4, 10), Group("h", 5, 10))
    assert below_four_fifths(Group("g", 4 * 10**8 - 1, 10**9), Group("h", 5 * 10**8, 10**9))
    assert not below_four_fifths(Group("g", 0, 10), Group("h", 0, 10))


def test_a_half_is_added_to_every_cell_where_one_is_empty() -> None:
    half = 1.96 * math.sqrt((1 - 0.5 / 11) / 0.5 + (1 - 5.5 / 11) / 5.5)
    expected = (pytest.approx(0.5 / 5.5 * math.exp(-half)), pytest.approx(0.5 / 5.5 * math.exp(half)))
    assert ratio_interval(Group("g", 0, 10), Group("h", 5, 10)) == expected
    assert impact_ratio(Group("g", 0, 10), Group("h", 5, 10)) == 0.0
    assert ratio_interval(Group("g", 0, 0), Group("h", 5, 10)) is None
    assert impact_ratio(Group("g", 2, 10), Group("h", 0, 10)) is None


def test_holm_as_r_adjusts() -> None:
    assert holm([0.01, 0.02, 0.03, 0.04, 0.05]) == pytest.approx([0.05, 0.08, 0.09, 0.09, 0.09])
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([]) == []
    assert holm([0.6, 0.7]) == [1.0, 1.0]


def test_one_person_turns_small_numbers_round() -> None:
    assert one_person_turns_it(Group("g", 1, 5), Group("h", 2, 5))
    # The rates would be equal, which is not the other way round.
    assert one_person_turns_it(Group("g", 1, 5), Group("h", 3, 5)) is False
    assert one_person_turns_it(Group("g", 10, 40), Group("h", 12, 40)) is False
    assert one_person_turns_it(Group("g", 11, 40), Group("h", 12, 40))
    assert one_person_turns_it(Group("g", 2, 4), Group("h", 3, 6)) is None


@pytest.mark.parametrize(
    ("totals", "hidden"),
    [
        ([40, 30, 20], {}),
        ([40, 30, 4], {"g2": impact.FEW, "g1": impact.BESIDE_FEW}),
        ([40, 4], {"g1": impact.FEW, "g0": impact.BESIDE_FEW}),
        ([40, 30, 3, 2], {"g2": impact.FEW, "g3": impact.FEW}),
        ([40, 30, 2, 1], {"g2": impact.FEW, "g3": impact.FEW, "g1": impact.BESIDE_FEW}),
        ([40, 30, 0], {"g2": impact.FEW}),
        ([40, 5, 1], {"g2": impact.FEW, "g1": impact.BESIDE_FEW}),
        ([3], {"g0": impact.FEW}),
        ([], {}),
    ],
)
def test_who_is_hidden(totals: list[int], hidden: dict[str, str]) -> None:
    assert suppressed([Group(f"g{place}", 0, total) for place, total in enumerate(totals)]) == hidden


def test_a_group_that_is_small_in_a_part_is_hidden_in_the_whole() -> None:
    groups = [Group("a", 10, 40), Group("b", 5, 30), Group("c", 5, 20)]
    assert suppressed(groups, {"b"}) == {"b": impact.ELSEWHERE, "c": impact.BESIDE_FEW}
    assert [item.suppressed for item in assess(groups, also_hidden={"b", "c", "not here"})] == [False, True, True]


@given(tables, st.data())
def test_nothing_shown_depends_on_how_the_hidden_ones_fared(groups: list[Group], data: st.DataObject) -> None:
    hidden = suppressed(groups)
    otherwise = [replace(item, selected=data.draw(st.integers(0, item.total))) if item.name in hidden else item for item in groups]
    assert assess(otherwise) == assess(groups)


@given(tables)
def test_hidden_people_cannot_be_found_by_subtraction(groups: list[Group]) -> None:
    hidden = [item.total for item in groups if item.name in suppressed(groups) and item.total]
    assert not hidden or sum(hidden) >= impact.MIN_SHOWN or len(hidden) == sum(1 for item in groups if item.total)
    assert len(hidden) != 1 or sum(1 for item in groups if item.total) == 1


@given(tables)
def test_every_table_gives_figures_or_reasons(groups: list[Group]) -> None:
    for item in assess(groups):
        fields = asdict(item)
        json.dumps(fields, allow_nan=False)
        words = sentences(item)
        assert "passed" not in words
        assert "nan" not in words.casefold()
        missing = {name for name, value in fields.items() if value is None}
        if item.suppressed:
            assert item.reason
            assert missing == set(fields) - {"group", "suppressed", "reason", "reasons"}
        else:
            assert missing - {"chosen"} == set(item.reasons)
            assert item.total is not None
            assert item.total >= impact.MIN_SHOWN


@given(tables, st.integers(2, 9))
def test_rates_ratios_and_flags_do_not_depend_on_the_size(groups: list[Group], times: int) -> None:
    assume(all(item.total >= impact.MIN_FLAGGED for item in groups))
    grown = [Group(item.name, item.selected * times, item.total * times) for item in groups]
    for small, large in zip(assess(groups), assess(grown), strict=True):
        assert (small.rate, small.reference, small.impact_ratio) == (large.rate, large.reference, pytest.approx(large.impact_ratio))
        assert small.flag is None or small.flag == large.flag
        if small.interval and large.interval and 0 not in (small.selected, large.selected):
            assert large.interval[1] - large.interval[0] < small.interval[1] - small.interval[0]


def test_small_groups_get_no_flag() -> None:
    large, small = Group("large", 50, 100), Group("small", 5, 29)
    assert by_name([large, small])["small"].reasons["flag"] == impact.TOO_SMALL
    assert by_name([large, Group("just", 5, 30)])["just"].flag is True
    rare = by_name([Group("large", 6, 100), Group("other", 1, 40)])["other"]
    assert (rare.flag, rare.reasons["flag"]) == (None, impact.TOO_RARE)
    # The group compared with is as small as the other one could be.
    assert by_name([Group("high", 20, 29), Group("low", 20, 100)])["low"].flag is None


def test_without_anything_to_compare_there_are_rates_and_reasons() -> None:
    (alone,) = assess([Group("a", 3, 10)])
    assert (alone.rate, alone.impact_ratio, set(alone.reasons.values())) == (0.3, None, {impact.ALONE})
    for item in assess([Group("a", 0, 10), Group("b", 0, 20)]):
        assert (item.rate, item.impact_ratio, item.flag, set(item.reasons.values())) == (0.0, None, None, {impact.NOBODY_SELECTED})
    assert assess([]) == ()
    assert [item.suppressed for item in assess([Group("a", 0, 0)])] == [True]


def test_of_equally_high_groups_the_largest_is_compared_with() -> None:
    found = by_name([Group("a", 5, 10), Group("b", 20, 40), Group("c", 10, 40)])
    assert {name: item.reference for name, item in found.items()} == {"a": "b", "b": "b", "c": "b"}
    assert (found["a"].impact_ratio, found["a"].flip, found["a"].reasons["flip"]) == (1.0, None, impact.TIED)


def test_a_group_too_small_to_show_is_never_the_one_compared_with() -> None:
    found = by_name([Group("tiny", 3, 3), Group("small", 2, 2), Group("a", 20, 40), Group("b", 10, 40)])
    assert (found["a"].reference, found["b"].impact_ratio) == ("a", 0.5)


@pytest.mark.parametrize(("selected", "total"), [(3, 2), (-1, 2), (0, -1), (1.0, 2), (True, 2)])
def test_impossible_counts_are_named(selected: int, total: int) -> None:
    with pytest.raises(ImpossibleCounts, match="Group B"):
        Group("Group B", selected, total)
    with pytest.raises(ImpossibleCounts, match="a: the group is listed twice"):
        assess([Group("a", 1, 9), Group("a", 1, 9)])


def test_berkeley_admissions_as_r_gives_them() -> None:
    """`mantelhaen.test(UCBAdmissions)`; of the counts added up, women had two thirds of the men's rate."""
    assert common_odds(BERKELEY) == (
        CommonOdds(
            "Male",
            "Female",
            estimate=pytest.approx(0.9046968, abs=5e-8),
            interval=(pytest.approx(0.7719074, rel=1e-5), pytest.approx(1.0603298, rel=1e-5)),
            strata=6,
        ),
    )
    men = Group("Male", sum(men.selected for men, _ in BERKELEY), sum(men.total for men, _ in BERKELEY))
    women = Group("Female", sum(women.selected for _, women in BERKELEY), sum(women.total for _, women in BERKELEY))
    assert assess([men, women])[1].flag is True


@given(st.lists(two_by_two, min_size=1, max_size=6))
def test_the_common_odds_ratio_seen_from_the_other_side_is_its_reciprocal(strata: list[tuple[Group, Group]]) -> None:
    one, other = common_odds_ratio(strata), common_odds_ratio([(b, a) for a, b in strata])
    if one.interval is None or one.estimate is None:
        assert other.interval is None
        return
    assert other.estimate == pytest.approx(1 / one.estimate)
    assert other.interval == pytest.approx((1 / one.interval[1], 1 / one.interval[0]))
    assert one.interval[0] < one.estimate < one.interval[1]


def test_with_one_stratum_the_common_odds_ratio_is_that_of_the_table() -> None:
    found = common_odds_ratio([(Group("g", 10, 40), Group("h", 20, 50))])
    # Woolf's interval, which that of Robins, Breslow & Greenland becomes.
    half = 1.96 * math.sqrt(1 / 10 + 1 / 30 + 1 / 20 + 1 / 30)
    assert found.estimate == pytest.approx(10 * 30 / (30 * 20))
    assert found.interval == pytest.approx((0.5 * math.exp(-half), 0.5 * math.exp(half)))


def test_a_suppressed_stratum_that_could_be_worked_out_is_left_out() -> None:
    large = [Group("a", 20, 40), Group("b", 10, 40)]
    small = [Group("a", 3, 9), Group("b", 1, 3)]
    (without,) = common_odds([large])
    (one,) = common_odds([large, small])
    assert (one.estimate, one.interval, one.strata, one.left_out) == (without.estimate, without.interval, 1, 1)
    (told,) = common_odds([large, large], [(), {"a"}])
    assert (told.estimate, told.strata, told.left_out) == (without.estimate, 1, 1)
    (two,) = common_odds([large, small, small])
    assert (two.strata, two.left_out) == (3, 0)
    assert two.estimate == common_odds_ratio([(large[1], large[0]), (small[1], small[0]), (small[1], small[0])]).estimate


def test_over_strata_what_is_not_defined_has_a_reason() -> None:
    assert common_odds([]) == ()
    assert common_odds([[Group("a", 1, 9)], [Group("a", 2, 9)]]) == ()
    assert common_odds([[Group("a", 5, 9)], [Group("b", 2, 9)]])[0].reason == impact.NEVER_TOGETHER
    one_sided = common_odds([[Group("a", 5, 9), Group("b", 0, 9)]])[0]
    assert (one_sided.estimate, one_sided.interval, one_sided.reason) == (0.0, None, impact.ONE_SIDED)
    few = common_odds([[Group("a", 5, 9), Group("b", 3, 9), Group("c", 1, 2)], [Group("c", 1, 2)]])
    assert few[1] == CommonOdds("c", "a", reason=impact.FEW)


def test_the_scoring_rate_is_the_share_strictly_above_the_median_of_everybody() -> None:
    rows = [("a", 3.0), ("a", 4.0), ("b", 2.0), ("b", 3.0 + 1e-12), (None, 1.0), (None, 5.0)]
    assert scoring_groups(rows) == [Group("a", 1, 2), Group("b", 0, 2)]
    assert scoring_groups([]) == []
    assert scoring_groups([("a", 1.0), ("b", 2.0)]) == [Group("a", 0, 1), Group("b", 1, 1)]
    with pytest.raises(ImpossibleCounts, match="not a number"):
        scoring_groups([("a", math.nan)])


def test_the_words() -> None:
    hires = Selection("advanced", "hire", "hires")
    a, b = assess([Group("A", 7, 80), Group("B", 3, 70)])
    assert sentences(b, hires) == (
        "Group B advanced at 49 % of group A’s rate (plausible range 13 %–182 %). With 10 hires this could easily be chance."
    )
    assert sentences(a, hires) == "Group A has the highest rate, 9 %; the others are compared with it."
    turned = assess([Group("Group A", 3, 10), Group("Group B", 2, 10)])[1]
    assert sentences(turned) == (
        "Group B was selected at 67 % of Group A’s rate (plausible range 14 %–317 %). With 5 selections this could easily be chance. "
        "One person decided otherwise in each group would turn the order round: too small to conclude anything."
    )
    sure = assess([Group("A", 48, 80), Group("B", 12, 40)])[1]
    assert sentences(sure) == (
        "Group B was selected at 50 % of group A’s rate (plausible range 30 %–83 %). Chance alone would seldom bring about as much "
        "(p = 0.002); why it is so, the numbers do not say. The ratio is below four fifths, where closer looking is due."
    )
    assert [sentences(item) for item in assess([Group("A", 1, 2), Group("B", 0, 10)])] == [
        "Group A is not shown: fewer than 5 people.",
        f"Group B is not shown: {impact.BESIDE_FEW}.",
    ]
    assert sentences(assess([Group("A", 0, 10), Group("B", 0, 10)])[0]) == (
        "Group A: 0 % were selected. No comparison: nobody was selected in any group."
    )
    assert sentences(assess([Group("A", 5, 10), Group("B", 5, 10)])[1]) == (
        "Group B was selected at the same rate as group A (plausible range 42 %–240 %)."
    )
    assert odds_sentence(common_odds(BERKELEY)[0], "departments") == (
        "Within departments, group Male’s odds of being selected were 0.90 times group Female’s (plausible range 0.77–1.06). "
        "That includes no difference at all."
    )
