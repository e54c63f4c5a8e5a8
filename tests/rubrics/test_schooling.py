"""What one sentence says of schooling: its levels, what ties them, and which of them a wish is about."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rubrics.drafting.model import Level
from rubrics.drafting.schooling import Link, Schooling, Sign, required, schooling

WISH, MUST = Level.PREFERRED, Level.REQUIRED


def signed(sentence: str) -> tuple[str, list[Sign]]:
    """`[a plus]` is a wish, `<required>` a must, `[ideally>` a wish said of what follows."""
    signs, plain = [], ""
    for part in sentence.replace("[", "\0[").replace("<", "\0<").split("\0"):
        if part[:1] in ("[", "<"):
            end = min(place for place in (part.find("]"), part.find(">")) if place > 0)
            said = part[1:end]
            level = MUST if part[0] == "<" else WISH
            signs.append(Sign(len(plain), len(plain) + len(said), level, ahead=part[0] == "[" and part[end] == ">"))
            part = said + part[end + 1 :]
        plain += part
    return plain, signs


def read(sentence: str) -> list[tuple[str, Level]]:
    return [(one.name, one.level) for one in schooling(*signed(sentence), MUST)]


@pytest.mark.parametrize(
    ("sentence", "levels"),
    [
        ("GED or equivalent, some college [preferred]", [("high_school", MUST), ("some_college", WISH)]),
        ("GED, associate's or bachelor's degree [preferred]", [("high_school", WISH), ("associate", WISH), ("bachelor", WISH)]),
        ("Bachelor's [a plus], associate's degree <required>", [("bachelor", WISH), ("associate", MUST)]),
        ("High school diploma (university degree [preferred])", [("high_school", MUST), ("bachelor", WISH)]),
        ("GED, [preferred] bachelor's", [("high_school", MUST), ("bachelor", WISH)]),
        ("GED [preferred], bachelor's <required>", [("high_school", WISH), ("bachelor", MUST)]),
        ("Degree (history [preferred])", [("bachelor", MUST)]),
        ("Degree ([preferred])", [("bachelor", WISH)]),
        ("Degree (strongly [preferred])", [("bachelor", WISH)]),
        ("GED, hotel experience [preferred]", [("high_school", MUST)]),
        ("GED, or equivalent experience, [preferred]", [("high_school", WISH)]),
        ("GED with a [preferred] major in art", [("high_school", MUST)]),
        ("Calm, [ideally> with a bachelor's degree", [("bachelor", WISH)]),
        ("C++ ([ideally> two years) and a bachelor's degree", [("bachelor", MUST)]),
        ("Grade 12, a bachelor's degree will be [an advantage]", [("high_school", MUST), ("bachelor", WISH)]),
        ("A certificate in tourism may substitute for a year of work", []),
        ("Associate's degree, or work in lieu of a bachelor's degree", [("associate", MUST)]),
        ("Bachelor of Science degree", [("bachelor", MUST)]),
        ("M.A. or higher degree", [("master", MUST)]),
        ("Diploma", [("high_school", MUST)]),
        ("Qualification: diploma", [("certificate", MUST)]),
        ("A hotel diploma", [("certificate", MUST)]),
        ("A high degree of tact", []),
        ("ba or be", []),
    ],
)
def test_a_wish_is_about_the_nearest_level(sentence: str, levels: list[tuple[str, Level]]) -> None:
    assert read(sentence) == levels


@pytest.mark.parametrize(
    ("sentence", "names"),
    [
        ("Grade 12 and a national diploma", ["certificate"]),
        ("A national diploma and grade 12", ["certificate"]),
        ("Grade 12 or a national diploma", ["high_school", "certificate"]),
        ("GED plus an associate's degree or a bachelor's degree", ["associate", "bachelor"]),
        ("GED; associate's degree", ["high_school", "associate"]),
    ],
)
def test_of_levels_that_are_asked_for_together_the_lower_does_not_count(sentence: str, names: list[str]) -> None:
    assert [one.name for one in required(schooling(sentence, [], MUST))] == names


def test_what_no_sign_speaks_of_is_asked_for_as_its_part_of_the_text_says() -> None:
    assert [one.level for one in schooling("Bachelor's degree", [], WISH)] == [WISH]


WORDS = st.sampled_from(
    [
        "GED",
        "bachelor's degree",
        "associate's",
        "MBA",
        "Grade 12",
        "diploma",
        "or",
        "and",
        ",",
        ";",
        "(",
        ")",
        "plus",
        "equivalent",
        "but",
        "a",
    ]
)


@given(words=st.lists(WORDS, max_size=14), signs=st.lists(st.tuples(st.integers(0, 60), st.booleans(), st.booleans()), max_size=4))
def test_any_sentence_gives_places_in_order_and_of_what_is_required_something_stays(
    words: list[str], signs: list[tuple[int, bool, bool]]
) -> None:
    sentence = " ".join(words)
    found = schooling(sentence, [Sign(start, start + 3, WISH if wish else MUST, wish and ahead) for start, wish, ahead in signs], MUST)
    places = [place for one in found for place in (one.start, one.end)]
    assert places == sorted(places)
    assert all(0 <= place <= len(sentence) for place in places)
    asked = [one for one in found if one.level is MUST]
    assert bool(asked) == bool(list(required(found)))
    assert all(isinstance(one, Schooling) and one.link in Link for one in found)
