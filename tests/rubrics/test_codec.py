from __future__ import annotations

import copy
import json
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from rubrics import codec, library
from rubrics.errors import RubricError
from rubrics.model import Criterion, Rubric, Stage, Weighted
from tests.rubrics.strategies import rubrics

TEMPLATE = library.templates()["customer_service_representative"].rubric


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rubrics())
def test_a_rubric_survives_the_way_through_json(rubric: Rubric) -> None:
    stored = json.loads(json.dumps(codec.to_dict(rubric)))
    again = codec.from_dict(stored)
    assert again == rubric
    assert codec.to_dict(again) == stored
    assert codec.digest(again) == codec.digest(rubric)


def test_the_digest_is_that_of_the_canonical_json_for_ever() -> None:
    rubric = Rubric(
        "Café", (Weighted(Criterion("a", "A", anchors=("1", "2", "3", "4", "5")), Decimal("12.5"), "Why"),), (Stage("s", "S", ("a",)),)
    )
    assert codec.digest(rubric) == "2579cc5b5324f7ccfda71cfdf602031eee352b3ed698631eb69df371d38bc090"


@pytest.mark.parametrize(
    "change",
    [
        lambda r: replace(r, title=r.title + " "),
        lambda r: replace(r, criteria=r.criteria[::-1]),
        lambda r: replace(r, criteria=(replace(r.criteria[0], weight=Decimal("12.01")), *r.criteria[1:])),
        lambda r: replace(r, criteria=(replace(r.criteria[0], minimum=None), *r.criteria[1:])),
        lambda r: replace(r, stages=r.stages[::-1]),
        lambda r: replace(r, stages=(replace(r.stages[0], criteria=r.stages[0].criteria[::-1]), *r.stages[1:])),
    ],
)
def test_every_change_changes_the_digest(change: Callable[[Rubric], Rubric]) -> None:
    assert codec.digest(change(TEMPLATE)) != codec.digest(TEMPLATE)


def test_equal_weights_written_differently_have_one_digest() -> None:
    plain = codec.to_dict(TEMPLATE)
    other = copy.deepcopy(plain)
    other["criteria"][0]["weight"] = "12"
    other["criteria"][1]["weight"] = 12
    assert codec.digest(codec.from_dict(other)) == codec.digest(TEMPLATE)


def changed(*path: Any, to: Any) -> dict[str, Any]:
    """The template's dict with one value replaced, or taken out where `to` is Ellipsis."""
    plain = copy.deepcopy(codec.to_dict(TEMPLATE))
    place: Any = plain
    for step in path[:-1]:
        place = place[step]
    if to is ...:
        del place[path[-1]]
    else:
        place[path[-1]] = to
    return plain


EXPERIENCE = next(place for place, item in enumerate(TEMPLATE.criteria) if item.key == "experience")
EDUCATION = next(place for place, item in enumerate(TEMPLATE.criteria) if item.key == "education")
FIRST = ("criteria", 0)


@pytest.mark.parametrize(
    ("plain", "message"),
    [
        (None, "rubric: must be a table of fields, not None"),
        ([], "rubric: must be a table of fields, not []"),
        ({}, "rubric format None is not known here; this version reads format 1"),
        (changed("format", to=2), "rubric format 2 is not known here; this version reads format 1"),
        (changed("colour", to="red"), "rubric: unknown field 'colour'"),
        (changed("title", to=...), "rubric: needs the text 'title'"),
        (changed("title", to=5), "rubric: title must be text, not 5"),
        (changed("criteria", to="all"), "rubric: needs the list 'criteria'"),
        (changed("stages", to=...), "rubric: needs the list 'stages'"),
        (changed(*FIRST, to="empathy"), "criteria: must be a table of fields, not 'empathy'"),
        (changed(*FIRST, "criterion", to=...), "criterion ?: needs the text 'key'"),
        (changed(*FIRST, "criterion", to="empathy"), "criterion: must be a table of fields, not 'empathy'"),
        (changed(*FIRST, "note", to=""), "Spoken communication: unknown field 'note'"),
        (changed(*FIRST, "weight", to="abc"), "Spoken communication: the weight must be a number, not 'abc'"),
        (changed(*FIRST, "weight", to=None), "Spoken communication: the weight must be a number, not None"),
        (changed(*FIRST, "weight", to=True), "Spoken communication: the weight must be a number, not True"),
        (changed(*FIRST, "weight", to="12.345"), "Spoken communication: the weight may have two decimals at most, not '12.345'"),
        (changed(*FIRST, "weight", to="NaN"), "Spoken communication: the weight may have two decimals at most, not 'NaN'"),
        (changed(*FIRST, "weight", to="Infinity"), "Spoken communication: the weight must be a number, not 'Infinity'"),
        (changed(*FIRST, "weight", to="-1"), "Spoken communication: the weight must be between 0 and 100"),
        (changed(*FIRST, "minimum", to="3"), "Spoken communication: minimum must be a whole number, not '3'"),
        (changed(*FIRST, "minimum", to=True), "Spoken communication: minimum must be a whole number, not True"),
        (changed(*FIRST, "minimum", to=6), "Spoken communication: the minimum must be a level from 1 to 5"),
        (changed(*FIRST, "required", to="no"), "Spoken communication: required must be true or false, not 'no'"),
        (changed(*FIRST, "rationale", to=1), "Spoken communication: rationale must be text, not 1"),
        (changed(*FIRST, "criterion", "kind", to="guess"), "kind must be one of rated, experience, education, requirement"),
        (changed(*FIRST, "criterion", "rule", to={}), "a rated criterion has no rule: interviewers rate it"),
        (changed(*FIRST, "criterion", "anchors", "6", to="x"), "criterion spoken_communication, anchors: unknown field '6'"),
        (changed(*FIRST, "criterion", "anchors", "2", to=2), "criterion spoken_communication, anchors: 2 must be text, not 2"),
        (changed(*FIRST, "criterion", "anchors", to="good"), "criterion spoken_communication, anchors: must be a table of fields"),
        (changed(*FIRST, "criterion", "questions", 0, to="Why?"), "criterion spoken_communication, question: must be a table"),
        (changed(*FIRST, "criterion", "questions", 0, "probes", to="Why?"), "needs the list 'probes'"),
        (changed(*FIRST, "criterion", "questions", 0, "probes", to=[1]), "probes must be a list of texts"),
        (changed(*FIRST, "criterion", "sources", 0, to="seed"), "criterion spoken_communication, source: must be a table of fields"),
        (changed(*FIRST, "criterion", "sources", 0, "page", to="1"), "criterion spoken_communication, source: unknown field 'page'"),
        (changed(*FIRST, "criterion", "onet", 0, "id", to=...), "criterion spoken_communication: needs the text 'id'"),
        (changed(*FIRST, "criterion", "aliases", to=[None]), "aliases must be a list of texts"),
        (changed("criteria", EXPERIENCE, "criterion", "rule", to=[]), "criterion experience, rule: must be a table of fields, not []"),
        (changed("criteria", EXPERIENCE, "criterion", "rule", to=...), "experience: give the months for at least one level"),
        (changed("criteria", EXPERIENCE, "criterion", "rule", "same", "2", to="1"), "level 2 must be a whole number, not '1'"),
        (changed("criteria", EXPERIENCE, "criterion", "rule", "same", "2", to=True), "level 2 must be a whole number, not True"),
        (changed("criteria", EXPERIENCE, "criterion", "rule", "same", "1", to=0), "criterion experience, rule: unknown field '1'"),
        (changed("criteria", EDUCATION, "criterion", "rule", "equivalent_months", to="24"), "must be a whole number, not '24'"),
        (changed("criteria", EDUCATION, "criterion", "rule", "preferred", to=4), "preferred must be text, not 4"),
        (changed("criteria", EDUCATION, "criterion", "rule", "levels", "2", to=2), "level 2 must be text, not 2"),
        (changed("stages", 0, to=1), "stage: must be a table of fields, not 1"),
        (changed("stages", 0, "minutes", to="20"), "stage phone_screen: minutes must be a whole number, not '20'"),
        (changed("stages", 0, "room", to="5"), "stage phone_screen: unknown field 'room'"),
        (changed("stages", 0, "criteria", to=["nobody"]), "asks for a criterion 'nobody' that is not in the rubric"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_place(plain: Any, message: str) -> None:
    with pytest.raises(RubricError) as refused:
        codec.from_dict(plain)
    assert message in str(refused.value)


def test_what_may_be_left_out_takes_its_default() -> None:
    plain = {
        "format": 1,
        "title": "R",
        "criteria": [{"criterion": {"key": "a", "name": "A"}, "weight": 5}],
        "stages": [{"key": "s", "name": "S"}],
    }
    expected = Rubric("R", (Weighted(Criterion("a", "A"), Decimal(5)),), (Stage("s", "S"),))
    with pytest.raises(RubricError, match="needs the list 'criteria'"):
        codec.from_dict(plain)
    plain["stages"] = [{"key": "s", "name": "S", "criteria": []}]
    assert codec.from_dict(plain) == expected
