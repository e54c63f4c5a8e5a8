from __future__ import annotations

from collections.abc import Callable
from dataclasses import FrozenInstanceError, replace
from decimal import Decimal

import pytest

from rubrics.errors import RubricError
from rubrics.model import MAX_CRITERIA, MAX_STAGES, Criterion, Kind, Question, Rubric, Stage, Weighted
from rubrics.qualifications import EducationRule, ExperienceRule, RequirementRule

EMPATHY = Criterion("empathy", "Empathy")
DRIVING = Criterion("driving", "Driving licence", kind=Kind.REQUIREMENT, rule=RequirementRule("driving"))


def rubric(*weights: str, stages: tuple[Stage, ...] = ()) -> Rubric:
    return Rubric(
        "R", tuple(Weighted(Criterion(f"c{place}", f"C{place}"), Decimal(weight)) for place, weight in enumerate(weights)), stages
    )


@pytest.mark.parametrize("key", ["", "Empathy", "1st", "_a", "a-b", "a b", "é", "a" * 61, "a\n"])
def test_a_key_is_lower_case_letters_digits_and_underscores(key: str) -> None:
    for make in (lambda: Criterion(key, "X"), lambda: Stage(key, "X")):
        with pytest.raises(RubricError) as refused:
            make()
        assert refused.value.field == "key"


def test_the_longest_key_is_taken() -> None:
    assert Criterion("a" * 60, "X").key == "a" * 60


@pytest.mark.parametrize(
    ("make", "message", "field"),
    [
        (lambda: Criterion("a", " \n"), "a: a criterion needs a name", "name"),
        (lambda: Criterion("a", "A", anchors=("x",) * 4), "A: needs an anchor for each of the 5 levels, has 4", "anchors"),
        (lambda: Criterion("a", "A", rule=RequirementRule("a")), "A: a rated criterion has no rule: interviewers rate it", "rule"),
        (
            lambda: Criterion("a", "A", kind=Kind.EXPERIENCE),
            "A: needs the rule that turns the recorded experience into a level",
            "rule",
        ),
        (
            lambda: Criterion("a", "A", kind=Kind.EXPERIENCE, rule=EducationRule({2: "bachelor"})),
            "A: needs the rule that turns the recorded experience into a level",
            "rule",
        ),
        (
            lambda: Criterion("a", "A", kind=Kind.REQUIREMENT, rule=ExperienceRule({2: 1}, {})),
            "A: needs the rule that turns the recorded requirement into a level",
            "rule",
        ),
        (lambda: Question("funny", "Why?"), "question kind must be one of behavioural, situational, not 'funny'", "questions"),
        (lambda: Question("behavioural", " "), "a question needs its words", "questions"),
        (lambda: Weighted(EMPATHY, Decimal("-0.01")), "Empathy: the weight must be between 0 and 100", "weight"),
        (lambda: Weighted(EMPATHY, Decimal("100.01")), "Empathy: the weight must be between 0 and 100", "weight"),
        (lambda: Weighted(EMPATHY, Decimal("NaN")), "Empathy: the weight must be between 0 and 100", "weight"),
        (lambda: Weighted(EMPATHY, Decimal("Infinity")), "Empathy: the weight must be between 0 and 100", "weight"),
        (lambda: Weighted(EMPATHY, Decimal("1.005")), "Empathy: the weight may have two decimals at most", "weight"),
        (lambda: Weighted(EMPATHY, minimum=0), "Empathy: the minimum must be a level from 1 to 5", "minimum"),
        (lambda: Weighted(EMPATHY, minimum=6), "Empathy: the minimum must be a level from 1 to 5", "minimum"),
        (lambda: Stage("s", ""), "s: a stage needs a name", "name"),
        (lambda: Stage("s", "S", ("a", "a")), "S: a criterion is listed twice", "criteria"),
        (lambda: Stage("s", "S", minutes=4), "S: a stage lasts between 5 and 480 minutes", "minutes"),
        (lambda: Stage("s", "S", minutes=481), "S: a stage lasts between 5 and 480 minutes", "minutes"),
        (lambda: Stage("s", "S", interviewers=0), "S: a stage has 1 to 12 interviewers", "interviewers"),
        (lambda: Stage("s", "S", interviewers=13), "S: a stage has 1 to 12 interviewers", "interviewers"),
        (
            lambda: Rubric("R", (Weighted(EMPATHY), Weighted(EMPATHY))),
            "the criterion 'empathy' is there twice",
            "criterion",
        ),
        (lambda: Rubric("R", stages=(Stage("s", "S"), Stage("s", "T"))), "the stage 's' is there twice", "stage"),
        (
            lambda: Rubric("R", stages=(Stage("s", "S", ("empathy",)),)),
            "S: asks for a criterion 'empathy' that is not in the rubric",
            "criteria",
        ),
        (
            lambda: Rubric("R", (Weighted(DRIVING),), (Stage("s", "S", ("driving",)),)),
            "S: Driving licence is judged from facts, not asked in a stage",
            "criteria",
        ),
    ],
)
def test_what_can_never_be_right_is_refused_with_its_place(make: Callable[[], object], message: str, field: str) -> None:
    with pytest.raises(RubricError) as refused:
        make()
    assert (str(refused.value), refused.value.field) == (message, field)


def test_the_bounds_themselves_are_taken() -> None:
    assert [Weighted(EMPATHY, Decimal(weight)).weight for weight in ("0", "0.01", "99.99", "100")] == [
        Decimal("0"),
        Decimal("0.01"),
        Decimal("99.99"),
        Decimal("100"),
    ]
    assert [Weighted(EMPATHY, minimum=level).minimum for level in (None, 1, 5)] == [None, 1, 5]
    assert [(Stage("s", "S", (), minutes, people).minutes, people) for minutes, people in ((5, 1), (480, 12))] == [(5, 1), (480, 12)]


def test_a_rubric_has_forty_criteria_at_most() -> None:
    full = rubric(*["2.5"] * MAX_CRITERIA)
    assert len(full.criteria) == 40
    with pytest.raises(RubricError, match=r"A rubric has at most 40 criteria; this would be 41\.") as refused:
        replace(full, criteria=(*full.criteria, Weighted(EMPATHY)))
    assert refused.value.field == "criterion"


def test_a_rubric_has_twelve_stages_at_most() -> None:
    stages = tuple(Stage(f"s{number}", "S") for number in range(MAX_STAGES))
    assert len(Rubric("R", stages=stages).stages) == 12
    with pytest.raises(RubricError, match=r"A rubric has at most 12 stages; this would be 13\."):
        Rubric("R", stages=(*stages, Stage("more", "S")))


def test_values_do_not_change() -> None:
    with pytest.raises(FrozenInstanceError):
        EMPATHY.name = "Other"  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError):
        rubric("100").criteria = ()  # type: ignore[misc]


def test_a_rubric_finds_what_it_holds() -> None:
    stage = Stage("s", "S", ("c1", "c0"))
    found = Rubric("R", (*rubric("60", "30").criteria, Weighted(DRIVING, Decimal(10))), (stage,))
    assert found.keys == ("c0", "c1", "driving")
    assert [item.key for item in found.rated] == ["c0", "c1"]
    assert [item.key for item in found.qualifications] == ["driving"]
    assert [item.key for item in found.asked_in(stage)] == ["c1", "c0"]
    assert (found.find("c1"), found.find("nope")) == (found.criteria[1], None)
    assert (found.stage("s"), found.stage("t")) == (stage, None)
    assert found.total_weight == Decimal(100)
    assert [EMPATHY.anchor(level) for level in (1, 5)] == ["", ""]


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (0, []),
        (1, ["100"]),
        (3, ["33.34", "33.33", "33.33"]),
        (7, ["14.29"] * 4 + ["14.28"] * 3),
        (12, ["8.34"] * 4 + ["8.33"] * 8),
        (40, ["2.5"] * 40),
    ],
)
def test_equal_weights_total_one_hundred(count: int, expected: list[str]) -> None:
    equal = rubric(*["1"] * count).with_equal_weights()
    assert [item.weight for item in equal.criteria] == [Decimal(weight) for weight in expected]
    assert equal.total_weight == (100 if count else 0)
    assert not any(equal.is_unequal(item) for item in equal.criteria)


def test_a_weight_is_unequal_from_a_full_point_on() -> None:
    four = rubric("26", "25.99", "24", "24.01")
    assert [four.is_unequal(item) for item in four.criteria] == [True, False, True, False]
