"""Figures that are harmless alone and tell of few together."""

from __future__ import annotations

from collections import Counter
from itertools import combinations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rubrics.differencing import MOST_TRIED, nearly_contain, steps_too_little, tell_of_few
from rubrics.proportions import Group

Grouping = dict[int, str]


def grouped(**sizes: int) -> Grouping:
    names = [name for name, size in sizes.items() for _ in range(size)]
    return dict(enumerate(names))


@pytest.mark.parametrize(
    ("before", "after", "few"),
    [
        ((18, 30), (18, 30), False),
        ((18, 30), (19, 30), True),
        ((18, 30), (17, 29), True),
        ((18, 30), (22, 34), True),
        ((18, 30), (23, 35), False),
        ((18, 30), (23, 36), True),
        ((18, 30), (23, 40), False),
        ((18, 30), (18, 25), False),
    ],
)
def test_counts_move_by_five_people_or_not_at_all(before: tuple[int, int], after: tuple[int, int], few: bool) -> None:
    assert steps_too_little(Group("x", *before), Group("x", *after)) is few


def test_one_person_put_into_another_group_is_found_out() -> None:
    before = grouped(red=30, blue=30)
    assert not tell_of_few(before, before)
    assert tell_of_few(before, {**before, 0: "blue"})
    assert tell_of_few(before, {**before, 0: ""})
    assert tell_of_few(before, {person: group for person, group in before.items() if person})
    assert tell_of_few(before, {**before, **dict.fromkeys(range(4), "blue")})
    assert not tell_of_few(before, {**before, **dict.fromkeys(range(5), "blue")})


def test_other_names_and_finer_groups_hide_nothing() -> None:
    before = grouped(red=30, blue=30)
    finer = grouped(a=10, b=10, c=10, d=30)
    assert not tell_of_few(before, finer)
    # b and c and one of the blue ones: taken from red, what is left of a is known but for one.
    assert tell_of_few(before, {**finer, 59: "a"})


def test_groupings_that_have_nothing_to_do_with_each_other_are_harmless() -> None:
    sex = {person: "woman" if person % 2 else "man" for person in range(60)}
    origin = {person: "xyz"[person % 3] for person in range(60)}
    assert not tell_of_few(sex, origin)
    assert tell_of_few(sex, {**origin, 60: "w", 61: "w"} | {62: "w"}) is True
    assert not tell_of_few(sex, {**origin, 60: "w", 61: "w", 62: "w"}, (), ("w",))


@given(st.lists(st.tuples(st.sampled_from(["", "a", "b", "c"]), st.sampled_from(["", "x", "y"])), max_size=24))
def test_it_is_every_sum_of_groups_that_could_be_made(people: list[tuple[str, str]]) -> None:
    one, other = dict(enumerate(left for left, _ in people)), dict(enumerate(right for _, right in people))
    assert tell_of_few(one, other) is by_hand(people)


def by_hand(people: list[tuple[str, str]]) -> bool:
    """All ways to take some groups of the one from some of the other."""
    lefts, rights = ({side[place] for side in people} - {""} for place in (0, 1))
    for some, others in product(subsets(lefts), subsets(rights)):
        rest = sum((left in some) != (right in others) for left, right in people)
        if 0 < rest < 5:
            return True
    return False


def subsets(names: set[str]) -> list[set[str]]:
    return [set(found) for size in range(len(names) + 1) for found in combinations(sorted(names), size)]


@given(st.lists(st.tuples(st.sampled_from(["", "a", "b", "c"]), st.sampled_from(["", "x", "y"])), max_size=40))
def test_what_lies_nearly_inside_is_found_in_every_union(people: list[tuple[str, str]]) -> None:
    # Small groups are hidden, as wherever figures are shown.
    often = [Counter(side) for side in zip(*people, strict=True)] or [Counter(), Counter()]
    people = [(left if often[0][left] >= 5 else "", right if often[1][right] >= 5 else "") for left, right in people]
    one, other = dict(enumerate(left for left, _ in people)), dict(enumerate(right for _, right in people))
    assert nearly_contain(one, other) is (inside_by_hand(people) or inside_by_hand([(right, left) for left, right in people]))


def inside_by_hand(people: list[tuple[str, str]]) -> bool:
    lefts, rights = ({side[place] for side in people} - {""} for place in (0, 1))
    for some, others in product(subsets(lefts), subsets(rights)):
        more = sum(left in some and right not in others for left, right in people)
        less = sum(left not in some and right in others for left, right in people)
        if 0 < more < 5 and not less:
            return True
    return False


def test_a_chance_mixture_of_few_is_no_containment() -> None:
    one = grouped(a=10, b=10)
    other = {**grouped(x=10, y=10), 0: "y", 1: "y", 10: "x", 11: "x"}
    assert tell_of_few(one, other)
    assert not nearly_contain(one, other)
    assert not tell_of_few(one, other, fewer_than=3)


def test_of_very_many_groups_what_may_be_harmful_is_taken_for_harmful() -> None:
    one = {person: f"g{person // 10}" for person in range(10 * (MOST_TRIED + 1))}
    assert not nearly_contain(one, one)
    assert nearly_contain(one, {**one, 0: "g1", 10: "g0"})
