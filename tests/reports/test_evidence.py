"""How a criterion's evidence is cut into rows: nothing is lost, and what stands beside the name and dots is never torn."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from reports.documents import RatingMark
from reports.evidence import LevelGroup, head_height, is_long, level_groups, mark_height, rows_of
from tests.reports.factories import criterion, mark

MARKS = st.lists(st.builds(mark, st.sampled_from([None, 1, 2, 3, 4, 5]), st.text("ab \n", max_size=400)), max_size=12)


def all_marks(groups: tuple[LevelGroup, ...]) -> list[RatingMark]:
    return [one for group in groups for one in (*group.marks, *group.silent)]


def test_levels_come_highest_first_and_those_who_did_not_assess_last() -> None:
    line = criterion("Empathy", [mark(None, not_assessed="No time"), mark(2, "a"), mark(4, "b"), mark(2, "c"), mark(2, " ")])

    assert [(group.level, group.anchor, [one.note for one in group.marks], len(group.silent)) for group in level_groups(line)] == [
        (4, "The anchor sentence of level 4.", ["b"], 0),
        (2, "The anchor sentence of level 2.", ["a", "c"], 1),
        (None, "", [""], 0),
    ]
    assert rows_of(criterion("Empathy", [])) == ()


def test_little_evidence_stays_in_one_row() -> None:
    line = criterion("Empathy", [mark(4, "Two short sentences. Like these.")] * 4)

    assert rows_of(line) == (level_groups(line),)


def test_much_evidence_is_cut_below_what_stands_beside_the_name_and_the_anchor_is_not_said_again() -> None:
    line = criterion("Empathy", [mark(4, "One sentence of an ordinary length, as people write it.")] * 12)
    first, rest = rows_of(line)

    assert [(group.anchor, len(group.marks), group.goes_on) for group in (*first, *rest)] == [
        ("The anchor sentence of level 4.", 7, False),
        ("The anchor sentence of level 4.", 5, True),
    ]


def test_a_cut_at_the_end_of_a_level_begins_the_rest_with_the_next_level() -> None:
    line = criterion("Empathy", [mark(4, "x" * 600), mark(2, "y" * 600)])

    assert [[(group.level, group.goes_on) for group in row] for row in rows_of(line)] == [[(4, False)], [(2, False)]]


@given(MARKS)
def test_no_mark_is_lost_or_said_twice(marks: list[RatingMark]) -> None:
    line = criterion("Empathy", marks)
    rows = rows_of(line)

    assert [one for row in rows for one in all_marks(row)] == all_marks(level_groups(line))
    assert len(rows) <= 2
    if len(rows) == 2:
        assert sum(mark_height(one) for one in all_marks(rows[0])) + 9 * len(rows[0]) >= head_height(line)


def test_only_a_note_of_many_lines_may_be_torn() -> None:
    assert not is_long(mark(4, "x" * 1000))
    assert is_long(mark(4, "x" * 1500))
    assert is_long(mark(4, "line\n" * 13))


def test_flags_and_stacked_dots_make_what_stands_beside_the_evidence_taller() -> None:
    alone = criterion("Empathy", [mark(4)])
    apart = criterion("Empathy", [mark(4), mark(4), mark(1)], minimum=4)

    assert head_height(apart) == head_height(alone) + 6 + 2 * 9
