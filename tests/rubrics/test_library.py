"""The shipped library against the source texts it was derived from, and against what a criterion and a template must have."""

from __future__ import annotations

import csv
from collections import Counter
from itertools import combinations
from pathlib import Path

import pytest

from rubrics import codec, library, limits
from rubrics.errors import RubricError
from rubrics.model import LEVELS, QUESTION_KINDS, TOTAL_WEIGHT, Criterion, Kind, Question

ORACLE = Path(__file__).with_name("seed_headings.csv")
CRITERIA = {key: entry.criterion for key, entry in library.criteria().items()}
TEMPLATES = library.templates()


def headings() -> dict[tuple[str, str], set[str]]:
    """Every heading or paragraph of the source texts, with the criteria that are derived from it."""
    with ORACLE.open(newline="", encoding="utf-8") as file:
        rows = [(row["file"], row["heading"], row["criteria"].split()) for row in csv.DictReader(file)]
    assert len({(file, heading) for file, heading, _ in rows}) == len(rows)
    return {(file, heading): set(keys) for file, heading, keys in rows}


def test_every_heading_of_the_sources_leads_to_its_criteria_and_back() -> None:
    claimed: dict[tuple[str, str], set[str]] = {place: set() for place in headings()}
    for key, criterion in CRITERIA.items():
        for source in criterion.sources:
            claimed.setdefault((source.file, source.heading), set()).add(key)
    assert claimed == headings()


def test_no_source_is_named_twice() -> None:
    repeated = {key: [s for s, count in Counter(criterion.sources).items() if count > 1] for key, criterion in CRITERIA.items()}
    assert not any(repeated.values())


def test_there_are_twenty_six_and_every_one_comes_from_a_source() -> None:
    assert len(CRITERIA) == 26
    assert [key for key, criterion in CRITERIA.items() if not criterion.sources] == []
    assert set().union(*headings().values()) == set(CRITERIA)


def test_two_are_judged_from_the_facts_and_the_others_are_rated() -> None:
    kinds = {key: criterion.kind for key, criterion in CRITERIA.items() if criterion.kind is not Kind.RATED}
    assert kinds == {"experience": Kind.EXPERIENCE, "education": Kind.EDUCATION}


def test_they_are_listed_by_name() -> None:
    names = [criterion.name for criterion in CRITERIA.values()]
    assert names == sorted(names)
    assert len({name.casefold() for name in names}) == 26


each = pytest.mark.parametrize("criterion", [pytest.param(criterion, id=key) for key, criterion in CRITERIA.items()])


@each
def test_the_anchors_are_complete_distinct_and_say_something(criterion: Criterion) -> None:
    assert all(anchor.strip() == anchor and len(anchor.split()) >= 8 for anchor in criterion.anchors)
    assert all(anchor.endswith(".") for anchor in criterion.anchors)
    assert len({anchor.casefold() for anchor in criterion.anchors}) == len(LEVELS)
    # The levels of experience differ in their numbers, so their words are alike.
    for low, high in combinations(criterion.anchors, 2) if criterion.is_rated else ():
        first, second = set(low.casefold().split()), set(high.casefold().split())
        assert len(first & second) / len(first | second) < 0.8, (low, high)


@each
def test_it_asks_about_the_past_and_about_a_case_with_follow_ups(criterion: Criterion) -> None:
    assert {question.kind for question in criterion.questions} == set(QUESTION_KINDS)
    assert all(2 <= len(question.probes) <= 3 for question in criterion.questions)
    assert all(len(set(question.probes)) == len(question.probes) for question in criterion.questions)
    assert all(question.text[-1] in ".?" for question in criterion.questions)


@each
def test_it_says_what_is_meant_and_why_it_matters(criterion: Criterion) -> None:
    assert len(criterion.definition.split()) >= 6
    assert len(criterion.job_related.split()) >= 10
    assert criterion.definition != criterion.job_related
    assert len(criterion.aliases) == len({alias.casefold() for alias in criterion.aliases}) >= 6
    assert criterion.subskills
    assert criterion.onet


@each
def test_its_texts_keep_the_limits_of_the_editor(criterion: Criterion) -> None:
    def longest(questions: tuple[Question, ...]) -> tuple[int, int]:
        return max(len(question.text) for question in questions), max(len(probe) for question in questions for probe in question.probes)

    assert len(criterion.name) <= limits.NAME
    assert len(criterion.definition) <= limits.DEFINITION
    assert len(criterion.job_related) <= limits.NOTE
    assert max(map(len, criterion.anchors)) <= limits.ANCHOR
    question, probe = longest(criterion.questions)
    assert (question <= limits.QUESTION, probe <= limits.PROBE, len(criterion.questions) <= limits.QUESTIONS) == (True, True, True)


def test_no_two_criteria_share_a_sentence() -> None:
    sentences = Counter(
        sentence
        for criterion in CRITERIA.values()
        for sentence in (criterion.definition, *criterion.anchors, *(question.text for question in criterion.questions))
    )
    assert [sentence for sentence, count in sentences.items() if count > 1] == []


def test_every_criterion_is_in_exactly_one_group() -> None:
    listed = [key for keys in library.GROUPS.values() for key in keys]
    assert sorted(listed) == sorted(CRITERIA)
    assert [key for _, members in library.grouped() for key in (criterion.key for criterion in members)] == listed


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", 26),
        ("   ", 26),
        ("calm under", ["composure"]),
        ("CALL CENTRE experience", ["experience"]),
        ("degree", ["education"]),
        ("no such thing", []),
        ("%", []),
    ],
)
def test_the_library_is_searched_by_all_words(text: str, found: int | list[str]) -> None:
    keys = [criterion.key for _, members in library.grouped(text) for criterion in members]
    assert (len(keys) if isinstance(found, int) else keys) == found


def test_there_are_five_templates_by_name() -> None:
    assert list(TEMPLATES) == [
        "contact_centre_agent",
        "customer_service_representative",
        "customer_service_team_lead",
        "retail_associate",
        "technical_support_specialist",
    ]


@pytest.mark.parametrize("key", sorted(TEMPLATES))
def test_a_template_weighs_and_asks_for_everything(key: str) -> None:
    template = TEMPLATES[key]
    rubric = template.rubric
    assert (rubric.title, bool(template.summary.strip()), rubric.total_weight) == (template.name, True, TOTAL_WEIGHT)
    assert 9 <= len(rubric.criteria) <= 13
    assert len(rubric.stages) == 3
    assert {item.key for item in rubric.qualifications} == {"experience", "education"}
    asked = {asked for stage in rubric.stages for asked in stage.criteria}
    assert asked == {item.key for item in rubric.rated}
    assert all(stage.script.strip() and stage.closing.strip() and stage.purpose.strip() for stage in rubric.stages)
    assert codec.from_dict(codec.to_dict(rubric)) == rubric


@pytest.mark.parametrize("key", sorted(TEMPLATES))
def test_a_template_takes_its_criteria_from_the_library(key: str) -> None:
    for item in TEMPLATES[key].rubric.criteria:
        shipped = CRITERIA[item.key]
        assert (item.criterion.anchors, item.criterion.questions, item.criterion.rule) == (shipped.anchors, shipped.questions, shipped.rule)


@pytest.mark.parametrize("key", sorted(TEMPLATES))
def test_a_template_keeps_the_limits_of_the_editor(key: str) -> None:
    rubric = TEMPLATES[key].rubric
    assert max(len(item.rationale) for item in rubric.criteria) <= limits.NOTE
    assert max(len(item.criterion.job_related) for item in rubric.criteria) <= limits.NOTE
    assert max(len(text) for stage in rubric.stages for text in (stage.script, stage.closing)) <= limits.SCRIPT
    assert max(len(stage.purpose) for stage in rubric.stages) <= limits.NOTE


def test_a_file_must_be_named_after_its_key(tmp_path: Path) -> None:
    path = tmp_path / "empathy.toml"
    path.write_text('key = "patience"\n', encoding="utf-8")
    with pytest.raises(RubricError, match=r"empathy\.toml: the key 'patience' must be the file's name"):
        library._read(path)
