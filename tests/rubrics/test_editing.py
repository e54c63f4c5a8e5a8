from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest

from rubrics import editing, library
from rubrics.errors import RubricError
from rubrics.model import MAX_CRITERIA, Criterion, Kind, Question, Rubric, Stage, Weighted
from rubrics.qualifications import RequirementRule

A, B, C = (Weighted(Criterion(key, key.upper()), Decimal(10)) for key in "abc")
RUBRIC = Rubric("R", (A, B, C), (Stage("s", "S", ("a", "b")), Stage("t", "T", ("b",))))


@pytest.mark.parametrize(
    ("name", "taken", "key"),
    [
        ("Telephone manner", [], "telephone_manner"),
        ("  Café & Bar!  ", [], "cafe_bar"),
        ("2nd language", [], "criterion_2nd_language"),
        ("接客", [], "criterion"),
        ("🙂", ["criterion"], "criterion_2"),
        ("Empathy", ["empathy", "empathy_2"], "empathy_3"),
        ("x" * 200, [], "x" * 60),
        ("x" * 200, ["x" * 60], "x" * 58 + "_2"),
        ("a" * 59 + " b", [], "a" * 59),
        ("___", [], "criterion"),
    ],
)
def test_a_key_is_made_from_the_name_and_unlike_the_others(name: str, taken: list[str], key: str) -> None:
    made = editing.new_key(name, taken, "criterion")
    assert made == key
    assert Criterion(made, "X").key == key


def test_a_shipped_criterion_comes_last_with_what_its_file_suggests() -> None:
    added = editing.add_from_library(RUBRIC, "experience")
    entry = library.criteria()["experience"]
    assert added == replace(RUBRIC, criteria=(A, B, C, Weighted(entry.criterion, minimum=2)))


@pytest.mark.parametrize(
    ("key", "message"), [("nothing", "the library has no criterion 'nothing'"), ("empathy", "Empathy is in the rubric already")]
)
def test_what_the_library_lacks_or_the_rubric_has_is_not_added(key: str, message: str) -> None:
    rubric = editing.add_from_library(RUBRIC, "empathy")
    with pytest.raises(RubricError) as refused:
        editing.add_from_library(rubric, key)
    assert (str(refused.value), refused.value.field) == (message, "add")


def test_own_criteria_are_rated_or_requirements() -> None:
    rubric, key = editing.write_own(RUBRIC, "Driving licence", Kind.REQUIREMENT)
    assert rubric.criteria[-1] == Weighted(
        Criterion("driving_licence", "Driving licence", kind=Kind.REQUIREMENT, rule=RequirementRule("driving_licence"))
    )
    rubric, again = editing.write_own(rubric, "Driving licence", Kind.RATED)
    assert rubric.criteria[-1] == Weighted(Criterion("driving_licence_2", "Driving licence"))
    assert (key, again) == ("driving_licence", "driving_licence_2")
    with pytest.raises(RubricError) as refused:
        editing.write_own(RUBRIC, "Years", Kind.EXPERIENCE)
    assert refused.value.field == "own_kind"


def test_an_own_criterion_leaves_the_shipped_key_free() -> None:
    rubric, key = editing.write_own(RUBRIC, "Empathy", Kind.RATED)
    assert key == "empathy_2"
    assert editing.add_from_library(rubric, "empathy").keys == ("a", "b", "c", "empathy_2", "empathy")


def test_the_forty_first_is_refused() -> None:
    full = Rubric("R", tuple(Weighted(Criterion(f"c{number}", "C")) for number in range(MAX_CRITERIA)))
    for add in (lambda: editing.add_from_library(full, "empathy"), lambda: editing.write_own(full, "X", Kind.RATED)):
        with pytest.raises(RubricError, match="A rubric has at most 40 criteria; this would be 41"):
            add()


def test_what_is_removed_is_asked_nowhere() -> None:
    assert editing.remove(RUBRIC, "b") == Rubric("R", (A, C), (Stage("s", "S", ("a",)), Stage("t", "T", ())))
    assert editing.remove_stage(RUBRIC, "s") == Rubric("R", (A, B, C), (RUBRIC.stages[1],))


@pytest.mark.parametrize(
    ("key", "by", "order"), [("a", 1, "bac"), ("a", -1, "abc"), ("c", 1, "abc"), ("c", -1, "acb"), ("a", 5, "bca"), ("c", -9, "cab")]
)
def test_moving_stops_at_the_ends(key: str, by: int, order: str) -> None:
    assert "".join(editing.move(RUBRIC, key, by).keys) == order


def test_stages_move_and_are_added_and_replaced() -> None:
    assert [stage.key for stage in editing.move_stage(RUBRIC, "t", -1).stages] == ["t", "s"]
    added, key = editing.add_stage(RUBRIC, "S")
    assert (key, added.stages[-1]) == ("s_2", Stage("s_2", "S"))
    assert editing.with_stage(RUBRIC, Stage("t", "Tea")).stages == (RUBRIC.stages[0], Stage("t", "Tea"))


def test_what_a_stage_asks_is_ordered_and_taken_out() -> None:
    stage = RUBRIC.stages[0]
    assert editing.move_asked(stage, "b", -1).criteria == ("b", "a")
    assert editing.stop_asking(stage, "a").criteria == ("b",)
    changes: tuple[Callable[[], object], ...] = (lambda: editing.move_asked(stage, "c", 1), lambda: editing.stop_asking(stage, "c"))
    for change in changes:
        with pytest.raises(RubricError, match="S: there is no criterion 'c' in this stage"):
            change()


def test_a_criterion_is_replaced_in_its_place() -> None:
    changed = editing.with_criterion(RUBRIC, Criterion("b", "Bee"))
    assert [item.criterion.name for item in changed.criteria] == ["A", "Bee", "C"]
    assert changed.criteria[1].weight == Decimal(10)


def test_questions_move_and_are_removed() -> None:
    one, two = Question("behavioural", "One?"), Question("situational", "Two?")
    criterion = Criterion("a", "A", questions=(one, two))
    assert editing.move_question(criterion, 0, 1).questions == (two, one)
    assert editing.remove_question(criterion, 1).questions == (one,)
    for place in (-1, 2):
        with pytest.raises(RubricError, match=f"A: there is no question {place + 1}"):
            editing.remove_question(criterion, place)
        with pytest.raises(RubricError, match=f"A: there is no question {place + 1}"):
            editing.move_question(criterion, place, 1)


def test_what_is_not_there_cannot_be_changed() -> None:
    changes: tuple[Callable[[], object], ...] = (
        lambda: editing.remove(RUBRIC, "z"),
        lambda: editing.move(RUBRIC, "z", 1),
        lambda: editing.with_criterion(RUBRIC, Criterion("z", "Z")),
        lambda: editing.remove_stage(RUBRIC, "z"),
        lambda: editing.move_stage(RUBRIC, "z", 1),
        lambda: editing.with_stage(RUBRIC, Stage("z", "Z")),
    )
    for change in changes:
        with pytest.raises(RubricError, match=r"there is no (criterion|stage) 'z' in this rubric"):
            change()
