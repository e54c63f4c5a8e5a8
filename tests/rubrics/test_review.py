from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from rubrics import library, review
from rubrics.model import Criterion, Kind, Question, Remark, Rubric, Stage, Weighted
from rubrics.qualifications import EducationRule, ExperienceRule, RequirementRule

FULL = Criterion(
    "a",
    "Listening",
    definition="Listens.",
    job_related="Needed daily.",
    questions=(Question("behavioural", "When did you listen?"),),
    anchors=("one", "two", "three", "four", "five"),
)


def rubric(*items: Weighted, asked: tuple[str, ...] = ("a",)) -> Rubric:
    return Rubric("R", items, (Stage("s", "Screen", asked),))


WHOLE = rubric(Weighted(FULL, Decimal(100)))


def with_criterion(**changes: object) -> Rubric:
    return rubric(Weighted(replace(FULL, **changes), Decimal(100)))  # type: ignore[arg-type]


def test_a_whole_rubric_has_nothing_to_mend_or_question() -> None:
    assert (review.problems(WHOLE), review.warnings(WHOLE)) == ((), ())


def test_an_empty_rubric_lacks_criteria_and_stages() -> None:
    assert review.problems(Rubric("R")) == (
        Remark("Criteria", "Add at least one criterion that interviewers rate.", part="criteria"),
        Remark("Stages", "Add at least one stage, so that interviewers know what to ask when.", part="stages"),
    )


def test_qualifications_alone_do_not_make_a_rubric() -> None:
    licence = Criterion("l", "Licence", definition="Has one.", kind=Kind.REQUIREMENT, rule=RequirementRule("l"))
    found = review.problems(Rubric("R", (Weighted(licence, Decimal(100)),), (Stage("s", "Screen"),)))
    assert [(remark.where, remark.part) for remark in found] == [("Criteria", "criteria"), ("Screen", "stage")]


@pytest.mark.parametrize(
    ("weight", "message"),
    [
        ("99", "The weights total 99, not 100: 1 point is missing."),
        ("98.5", "The weights total 98.5, not 100: 1.5 points are missing."),
        ("0", "The weights total 0, not 100: 100 points are missing."),
    ],
)
def test_weights_that_do_not_reach_one_hundred(weight: str, message: str) -> None:
    found = review.problems(rubric(Weighted(FULL, Decimal(weight), "Because.")))
    assert found == (Remark("Weights", message, part="weights"),)


def test_weights_over_one_hundred() -> None:
    other = replace(FULL, key="b", name="Calm")
    found = review.problems(rubric(Weighted(FULL, Decimal(60), "x"), Weighted(other, Decimal("40.01"), "x"), asked=("a", "b")))
    assert found == (Remark("Weights", "The weights total 100.01, not 100: 0.01 points are too many.", part="weights"),)


@pytest.mark.parametrize(
    ("changes", "message", "part"),
    [
        ({"definition": " "}, "Say in a sentence what is meant.", "definition"),
        ({"anchors": ("one", "", "three", "four", " ")}, "Write the anchor for levels 2, 5.", "anchors"),
        ({"anchors": ("", "two", "three", "four", "five")}, "Write the anchor for level 1.", "anchors"),
        ({"questions": ()}, "Add at least one question.", "questions"),
    ],
)
def test_texts_that_are_missing(changes: dict[str, object], message: str, part: str) -> None:
    assert review.problems(with_criterion(**changes)) == (Remark("Listening", message, key="a", part=part),)


def test_an_unequal_weight_needs_its_reason() -> None:
    items = (Weighted(FULL, Decimal("51.5")), Weighted(replace(FULL, key="b", name="Calm"), Decimal("48.5"), "Less often needed."))
    assert review.problems(rubric(*items, asked=("a", "b"))) == (
        Remark("Listening", "Say why the weight is 51.5 and not an equal share.", key="a", part="rationale"),
    )


def test_a_rated_criterion_must_be_asked_somewhere_and_a_stage_must_ask() -> None:
    assert review.problems(rubric(Weighted(FULL, Decimal(100)), asked=())) == (
        Remark("Listening", "No stage asks for it: put it into one, or take it out of the rubric.", key="a", part="asked"),
        Remark("Screen", "Choose the criteria that are asked in this stage.", key="s", part="stage"),
    )


def test_two_criteria_may_not_share_a_name() -> None:
    twin = replace(FULL, key="b", name="LISTENING")
    found = review.problems(rubric(Weighted(FULL, Decimal(50)), Weighted(twin, Decimal(50)), asked=("a", "b")))
    message = "Another criterion has the same name: give one of them another."
    assert found == (Remark("Listening", message, key="a", part="name"), Remark("LISTENING", message, key="b", part="name"))


@pytest.mark.parametrize(("minimum", "refused"), [(None, False), (3, False), (4, True), (5, True)])
def test_a_minimum_that_no_fact_can_reach(minimum: int | None, refused: bool) -> None:
    years = Criterion("y", "Years", definition="d", job_related="j", kind=Kind.EXPERIENCE, rule=ExperienceRule({2: 1, 3: 12}, {2: 6}))
    found = review.problems(rubric(Weighted(FULL, Decimal(50)), Weighted(years, Decimal(50), minimum=minimum)))
    message = f"By its rule nobody can reach the minimum, level {minimum}: lower it, or add that level to the rule."
    assert found == ((Remark("Years", message, key="y", part="minimum"),) if refused else ())


def test_a_criterion_without_a_tie_to_the_job_is_questioned() -> None:
    (remark,) = review.warnings(with_criterion(job_related="\n"))
    assert (remark.where, remark.message, remark.key, remark.part) == ("Listening", "It has no job-relatedness note.", "a", "job_related")
    assert "hard to defend" in remark.reason


def test_anchors_that_read_the_same_are_questioned() -> None:
    (remark,) = review.warnings(with_criterion(anchors=("one", "Two  things", "three", "two things", "five")))
    assert (remark.message, remark.part) == ("The anchors for levels 2 and 4 read the same.", "anchors")


@pytest.mark.parametrize(
    ("rule", "minimum", "required", "questioned"),
    [
        (EducationRule({2: "high_school", 5: "bachelor"}), None, False, False),
        (EducationRule({2: "high_school", 5: "bachelor"}), 1, False, False),
        (EducationRule({2: "high_school", 5: "bachelor"}), 2, False, True),
        (EducationRule({2: "high_school", 5: "bachelor"}), 4, False, True),
        (EducationRule({2: "high_school"}), None, True, True),
        (EducationRule({2: "none", 5: "bachelor"}), 2, False, False),
        (EducationRule({2: "high_school", 5: "bachelor"}, 24, "associate"), 2, False, False),
        (EducationRule({2: "high_school", 5: "bachelor"}, 24, "associate"), None, True, False),
        (EducationRule({2: "high_school", 5: "bachelor"}, 24, "associate"), 4, False, True),
        (EducationRule({2: "high_school", 5: "bachelor"}, 24, "bachelor"), 5, True, False),
    ],
)
def test_a_certificate_as_a_hard_minimum_is_questioned(rule: EducationRule, minimum: int | None, required: bool, questioned: bool) -> None:
    school = Criterion("e", "Education", definition="d", job_related="j", kind=Kind.EDUCATION, rule=rule)
    found = review.warnings(rubric(Weighted(FULL, Decimal(50)), Weighted(school, Decimal(50), minimum=minimum, required=required)))
    assert [(remark.where, remark.message, remark.key, remark.part) for remark in found] == [
        ("Education", "Education is a hard minimum without “or equivalent experience”.", "e", "rule")
    ] * questioned


@pytest.mark.parametrize("key", sorted(library.templates()))
def test_the_shipped_templates_can_be_published_as_they_are(key: str) -> None:
    template = library.templates()[key].rubric
    assert (review.problems(template), review.warnings(template)) == ((), ())
