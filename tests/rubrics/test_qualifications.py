"""The published rules, by the examples that the shipped criteria print."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import pytest

from rubrics import library
from rubrics.errors import RubricError
from rubrics.qualifications import EDUCATION_LEVELS, EducationRule, ExperienceRule, Facts, RequirementRule, span

EXPERIENCE = cast(ExperienceRule, library.criteria()["experience"].criterion.rule)
EDUCATION = cast(EducationRule, library.criteria()["education"].criterion.rule)


@pytest.mark.parametrize(
    ("months", "relatedness", "level"),
    [
        (None, None, None),
        (None, "same", None),
        (12, None, None),
        (0, None, 1),
        (0, "same", 1),
        (1, "same", 2),
        (11, "same", 2),
        (12, "same", 3),
        (23, "same", 3),
        (24, "same", 4),
        (47, "same", 4),
        (48, "same", 5),
        (720, "same", 5),
        (5, "related", 1),
        (6, "related", 2),
        (24, "related", 3),
        (47, "related", 3),
        (48, "related", 4),
        (720, "related", 4),
        (720, "other", 1),
    ],
)
def test_experience_by_months_and_relatedness(months: int | None, relatedness: str | None, level: int | None) -> None:
    assert EXPERIENCE.level(Facts(months=months, relatedness=relatedness)) == level


@pytest.mark.parametrize(
    ("education", "level"),
    [
        (None, None),
        ("none", 1),
        ("high_school", 2),
        ("certificate", 3),
        ("some_college", 3),
        ("associate", 4),
        ("bachelor", 5),
        ("master", 5),
        ("doctorate", 5),
    ],
)
def test_education_by_the_highest_level_held(education: str | None, level: int | None) -> None:
    assert EDUCATION.level(Facts(education=education)) == level


@pytest.mark.parametrize(
    ("facts", "level"),
    [
        (Facts(months=23, relatedness="same", education="none"), 1),
        (Facts(months=24, relatedness="same", education="none"), 4),
        (Facts(months=24, relatedness="related", education="high_school"), 4),
        (Facts(months=24, relatedness="other", education="high_school"), 2),
        (Facts(months=24, relatedness="same"), 4),
        (Facts(months=23, relatedness="same"), None),
        (Facts(months=600, relatedness="same", education="bachelor"), 5),
    ],
)
def test_equivalent_experience_lifts_to_its_education_and_no_further(facts: Facts, level: int | None) -> None:
    assert EDUCATION.level(facts) == level


def test_without_equivalence_only_certificates_count() -> None:
    rule = EducationRule({3: "high_school"})
    assert [rule.level(Facts(months=720, relatedness="same", education=name)) for name in (None, "none", "high_school")] == [None, 1, 3]


@pytest.mark.parametrize(
    ("met", "level", "fact"),
    [({}, None, ""), ({"licence": True}, 5, "Yes"), ({"licence": False}, 1, "No"), ({"other": True}, None, "")],
)
def test_a_requirement_is_met_or_not_or_not_recorded(met: dict[str, bool], level: int | None, fact: str) -> None:
    rule = RequirementRule("licence", "Holds a driving licence")
    facts = Facts(requirements=met)
    assert (rule.level(facts), rule.fact(facts)) == (level, fact)
    assert (rule.asked(None), RequirementRule("x").asked(3), rule.sentence()) == (
        "Holds a driving licence",
        "Yes",
        "met: level 5, not met: level 1",
    )
    assert rule.reaches(5)


def test_a_level_left_out_cannot_be_reached_that_way() -> None:
    rule = ExperienceRule({2: 1, 5: 48}, {})
    assert [rule.level(Facts(months=months, relatedness="same")) for months in (0, 1, 47, 48)] == [1, 2, 2, 5]
    assert rule.level(Facts(months=600, relatedness="related")) == 1


@pytest.mark.parametrize(
    ("rule", "minimum", "asked"),
    [
        (EXPERIENCE, None, "Experience in customer service, retail or another job serving the public, any length"),
        (EXPERIENCE, 1, "Experience in customer service, retail or another job serving the public, any length"),
        (
            EXPERIENCE,
            3,
            "Experience in customer service, retail or another job serving the public: "
            "at least 1 year of the same kind of work or 2 years of related work",
        ),
        (
            EXPERIENCE,
            5,
            "Experience in customer service, retail or another job serving the public: at least 4 years of the same kind of work",
        ),
        (ExperienceRule({2: 3, 4: 18}, {}), 3, "Relevant work experience: at least 1 year 6 months of the same kind of work"),
        (ExperienceRule({2: 3}, {}), 4, "Relevant work experience"),
        (EDUCATION, None, "Associate's degree preferred, or 2 years of relevant experience"),
        (EDUCATION, 2, "High school diploma or equivalent at least, Associate's degree preferred, or 2 years of relevant experience"),
        (EducationRule({2: "high_school", 5: "bachelor"}), 3, "Bachelor's degree at least"),
        (EducationRule({2: "high_school"}), None, "Recorded, not asked for"),
        (EducationRule({2: "high_school"}), 5, "Recorded, not asked for"),
    ],
)
def test_what_is_asked_in_words(rule: ExperienceRule | EducationRule, minimum: int | None, asked: str) -> None:
    assert rule.asked(minimum) == asked


def test_the_rule_in_words() -> None:
    assert EXPERIENCE.sentence() == (
        "the same kind of work: level 2 from 1 month, level 3 from 1 year, level 4 from 2 years, level 5 from 4 years; "
        "related work: level 2 from 6 months, level 3 from 2 years, level 4 from 4 years"
    )
    assert EDUCATION.sentence() == (
        "level 2 from High school diploma or equivalent, level 3 from Vocational certificate, level 4 from Associate's degree, "
        "level 5 from Bachelor's degree; 2 years of relevant experience counts as Associate's degree"
    )


@pytest.mark.parametrize(
    ("facts", "experience", "education"),
    [
        (Facts(), "", ""),
        (Facts(months=0), "No work experience", ""),
        (Facts(months=27, relatedness="related", field="shop"), "2 years 3 months, related work (shop)", ""),
        (Facts(months=1, education="bachelor", education_field="History"), "1 month", "Bachelor's degree (History)"),
        (
            Facts(months=24, relatedness="same", education="high_school"),
            "2 years, the same kind of work",
            "High school diploma or equivalent; experience counts as equivalent",
        ),
        (Facts(months=24, relatedness="same", education="master"), "2 years, the same kind of work", "Master's degree"),
    ],
)
def test_facts_in_words(facts: Facts, experience: str, education: str) -> None:
    assert (EXPERIENCE.fact(facts), EDUCATION.fact(facts)) == (experience, education)


@pytest.mark.parametrize(
    ("months", "words"),
    [(0, "0 months"), (1, "1 month"), (11, "11 months"), (12, "1 year"), (13, "1 year 1 month"), (720, "60 years")],
)
def test_a_length_of_time_in_words(months: int, words: str) -> None:
    assert span(months) == words


@pytest.mark.parametrize("minimum", [1, 2, 3, 4, 5])
def test_which_minimum_a_rule_can_reach(minimum: int) -> None:
    assert ExperienceRule({2: 1}, {4: 60}).reaches(minimum) == (minimum <= 4)
    assert EducationRule({2: "none", 3: "bachelor"}).reaches(minimum) == (minimum <= 3)


def test_the_education_that_a_minimum_needs() -> None:
    assert [EDUCATION.needed(minimum) for minimum in (None, 1, 2, 3, 4, 5)] == [
        None,
        None,
        "high_school",
        "certificate",
        "associate",
        "bachelor",
    ]
    assert [EDUCATION.counts_as(name) for name in EDUCATION_LEVELS] == [True] * 5 + [False] * 3


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Facts(months=-1), "months of experience must be between 0 and 720, not -1"),
        (lambda: Facts(months=721), "months of experience must be between 0 and 720, not 721"),
        (lambda: Facts(relatedness="near"), "relatedness must be one of same, related, other, not 'near'"),
        (
            lambda: Facts(education="phd"),
            f"education must be one of {', '.join(EDUCATION_LEVELS)}, not 'phd'",
        ),
        (lambda: ExperienceRule({}, {2: 1}), "experience: give the months for at least one level"),
        (lambda: ExperienceRule({1: 1}, {}), "experience, the same kind of work: a rule gives numbers for levels 2 to 5 only"),
        (
            lambda: ExperienceRule({2: 12, 3: 11}, {}),
            "experience, the same kind of work: a higher level may not ask for less than a lower one",
        ),
        (
            lambda: ExperienceRule({2: 12}, {2: 2, 5: 1}),
            "experience, related work: a higher level may not ask for less than a lower one",
        ),
        (lambda: ExperienceRule({2: 721}, {}), "experience: months must be between 0 and 720"),
        (lambda: ExperienceRule({2: -1}, {}), "experience: months must be between 0 and 720"),
        (lambda: EducationRule({}), "education: give the education for at least one level"),
        (lambda: EducationRule({6: "bachelor"}), "education: a rule gives numbers for levels 2 to 5 only"),
        (
            lambda: EducationRule({2: "bachelor", 3: "high_school"}),
            "education: a higher level may not ask for less than a lower one",
        ),
        (lambda: EducationRule({2: "phd"}), f"education: education must be one of {', '.join(EDUCATION_LEVELS)}, not 'phd'"),
        (
            lambda: EducationRule({2: "bachelor"}, equivalent_months=12),
            "education: equivalent experience needs both the months and the education they stand for",
        ),
        (
            lambda: EducationRule({2: "bachelor"}, equivalent_to="bachelor"),
            "education: equivalent experience needs both the months and the education they stand for",
        ),
        (lambda: EducationRule({2: "bachelor"}, 0, "bachelor"), "education: equivalent months must be between 1 and 720"),
        (lambda: EducationRule({2: "bachelor"}, 721, "bachelor"), "education: equivalent months must be between 1 and 720"),
    ],
)
def test_facts_and_rules_that_cannot_be_are_refused(make: Callable[[], object], message: str) -> None:
    with pytest.raises(RubricError) as refused:
        make()
    assert str(refused.value) == message
