from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from decimal import Decimal
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.charts import Given, panel_plot, panel_plot_text
from reports.comparison import Cell, Row
from reports.documents import QualificationLine, RatingMark
from reports.side_by_side import DISAGREEMENT, RUBRIC, Column, RatedCell, groups, initials, qualifications
from rubrics import library
from rubrics.model import Rubric, Weighted

SVG = "{http://www.w3.org/2000/svg}"
KEYS = ("spoken_communication", "composure", "teamwork", "patience")
NOTHING = Cell(None, None, None, 0, False, False)


def rubric() -> Rubric:
    shipped = library.criteria()
    rated = [Weighted(shipped[key].criterion, Decimal(20), minimum=3 if key == "composure" else None) for key in KEYS]
    return Rubric("Agent", (*rated, Weighted(shipped["experience"].criterion, Decimal(20), minimum=2)))


def figures(levels: tuple[int, ...]) -> Cell:
    if not levels:
        return NOTHING
    low, high = min(levels), max(levels)
    return Cell(sum(levels) / len(levels), float(low), float(high), len(levels), False, high - low >= 2)


def column(name: str, **levels: tuple[int, ...]) -> Column:
    """A candidate with the levels that Ada, Ben and so on gave each criterion."""
    cells = tuple(figures(levels.get(key, ())) for key in KEYS)
    marks = {
        key: tuple(RatingMark(who, "Phone", level) for who, level in zip(("Ada", "Ben"), given_, strict=False))
        for key, given_ in levels.items()
    }
    row = Row(**dict.fromkeys(part.name for part in fields(Row)) | {"id": name, "name": name, "cells": (*cells, NOTHING)})  # type: ignore[arg-type]
    return Column(name, name, row, marks=marks)


def order(*columns: Column, void: tuple[str, ...] = (), by: str = DISAGREEMENT) -> list[tuple[str, list[str]]]:
    found = groups(rubric(), columns, labels={"Ada": "Ad", "Ben": "Be"}, void=void, order=by)
    return [(group.title, [line.key for line in group.lines]) for group in found]


def test_where_interviewers_are_apart_comes_first_then_where_candidates_differ() -> None:
    maria = column("Maria", spoken_communication=(3, 3), composure=(2, 4), teamwork=(1, 4), patience=(4, 4))
    tom = column("Tom", spoken_communication=(3, 4), composure=(3, 3), teamwork=(3, 3), patience=(1, 1))

    assert order(maria, tom) == [
        ("Interviewers two or more levels apart, widest first", ["teamwork", "composure"]),
        ("The other criteria, where the candidates differ most first", ["patience", "spoken_communication"]),
    ]


def test_without_any_disagreement_there_is_one_group_with_what_cannot_differ_last() -> None:
    maria = column("Maria", spoken_communication=(3,), composure=(4,), patience=(4,))
    tom = column("Tom", composure=(1,), patience=(4,))

    title, keys = order(maria, tom)[0]

    assert title == "Criteria, where the candidates differ most first"
    assert keys == ["composure", "patience", "spoken_communication", "teamwork"]


def test_in_the_rubrics_order_disagreement_moves_nothing() -> None:
    maria = column("Maria", teamwork=(1, 5))

    assert order(maria, column("Tom"), by=RUBRIC) == [("Criteria", list(KEYS))]


@pytest.mark.parametrize("by", [DISAGREEMENT, RUBRIC])
def test_what_is_void_comes_last_in_every_order(by: str) -> None:
    maria = column("Maria", teamwork=(1, 5), composure=(3, 3))

    last = order(maria, column("Tom"), void=("teamwork",), by=by)[-1]

    assert last == ("Void: struck out for everybody, not counted", ["teamwork"])


def test_a_closed_candidate_has_no_cell_and_moves_no_row() -> None:
    maria, tom = column("Maria", composure=(2, 4), patience=(1,)), column("Tom", patience=(5,))
    closed = Column("Linh", "Linh")

    assert order(maria, closed, tom) == order(maria, tom)
    lines = groups(rubric(), [maria, closed, tom], labels={"Ada": "Ad", "Ben": "Be"}, void=(), order=RUBRIC)[0].lines
    assert [line.cells[1] for line in lines] == [None] * 4
    assert [row.cells[1] for row in qualifications(rubric(), [maria, closed, tom], void=())] == [None]


def test_a_cell_holds_each_rating_with_who_gave_it_and_no_rating_is_no_zero() -> None:
    silent = RatingMark("Ben", "Phone", None, not_assessed="No time left")
    maria = column("Maria", composure=(2,))
    maria = Column("Maria", "Maria", maria.row, marks={"composure": (RatingMark("Ada", "Phone", 2, note="Raised her voice"), silent)})

    line = groups(rubric(), [maria], labels={"Ada": "Ad", "Ben": "Be"}, void=(), order=RUBRIC)[0].lines[1]

    ada = RatingMark("Ada", "Phone", 2, note="Raised her voice")
    assert line.cells == (RatedCell(Cell(2.0, 2.0, 2.0, 1, False, False), (Given(2, "Ada", "Ad"),), (ada, silent)),)
    assert (line.name, line.weight, line.minimum, line.apart, line.reach, line.notes) == ("Calm under stress", 20.0, 3, 0.0, None, 2)


def test_qualifications_say_what_was_asked_with_what_each_brings() -> None:
    fact = QualificationLine("experience", "Experience", 20, "asked", "3 months", 1, "rule", 2, False, True)
    maria = Column("Maria", "Maria", column("Maria").row, qualifications={"experience": fact})

    (row,) = qualifications(rubric(), [maria, Column("Linh", "Linh")], void=("experience",))

    assert row.asked.startswith("Experience in customer service")
    assert (row.void, row.minimum, row.cells) == (True, 2, (fact, None))


@pytest.mark.parametrize(
    ("names", "labels"),
    [
        (["Ada Lovelace", "Ben Ross"], {"Ada Lovelace": "AL", "Ben Ross": "BR"}),
        (["Ana Petrović", "Ivo Kos", "Adam van der Pol"], {"Ana Petrović": "AP1", "Ivo Kos": "IK", "Adam van der Pol": "AP2"}),
        (["Ben", "李小龙", "ß ß", "(*)"], {"Ben": "Be", "李小龙": "李小", "ß ß": "SS", "(*)": "?"}),
        (["A", "(A)", "A1"], {"A": "A2", "(A)": "A3", "A1": "A1"}),
        ([], {}),
    ],
)
def test_initials_tell_people_apart(names: list[str], labels: Mapping[str, str]) -> None:
    assert initials(names) == labels


@given(st.lists(st.text(min_size=1, max_size=12), unique=True, max_size=9))
def test_no_two_people_share_a_label_and_every_label_fits_its_dot(names: list[str]) -> None:
    found = initials(names)

    assert list(found) == names
    assert len(set(found.values())) == len(names)
    assert all(1 <= len(label) <= 3 for label in found.values())


def test_a_dozen_who_share_their_letters_still_have_a_label_each() -> None:
    found = initials([f"Ada L{'i' * times}" for times in range(12)])

    assert [*found.values()] == ["AL1", "AL2", "AL3", "AL4", "AL5", "AL6", "AL7", "AL8", "AL9", "A10", "A11", "A12"]


def test_dots_carry_who_gave_them_and_equal_ones_are_stacked() -> None:
    drawn = ElementTree.fromstring(  # noqa: S314 - drawn by ourselves
        panel_plot([Given(4, "Ada", "Ad"), Given(2, "Ben", "Be"), Given(4, "Cy", "Cy")], mean=10 / 3, minimum=3)
    )
    dots = [(node.get("cx"), float(node.get("cy", 0))) for node in drawn.iter(f"{SVG}circle")]
    labels = [(node.text, node.get("x")) for node in drawn.iter(f"{SVG}text") if node.get("class") == "chart-label"]

    assert [x for x, _ in dots] == ["82", "34", "82"]
    assert dots[0][1] - dots[2][1] == pytest.approx(19.4)
    assert labels == [("Ad", "82"), ("Be", "34"), ("Cy", "82")]
    assert drawn.findtext(f"{SVG}title") == "Ada 4, Ben 2, Cy 4; mean 3.33; minimum 3."
    assert panel_plot_text([], mean=None, minimum=None) == "Not rated."


@given(st.lists(st.builds(Given, st.integers(1, 5), st.just("Ada"), st.just("AL")), max_size=12))
def test_every_dot_stays_inside_its_picture_and_covers_no_other(given_: list[Given]) -> None:
    drawn = ElementTree.fromstring(panel_plot(given_, mean=None, minimum=None))  # noqa: S314 - drawn by ourselves
    width, height = float(drawn.attrib["width"]), float(drawn.attrib["height"])
    dots = [tuple(float(node.attrib[name]) for name in ("cx", "cy", "r")) for node in drawn.iter(f"{SVG}circle")]

    assert len(dots) == len(given_)
    assert all(r <= x <= width - r and r <= y <= height - r for x, y, r in dots)
    apart = [((x - u) ** 2 + (y - v) ** 2) ** 0.5 - r - s for at, (x, y, r) in enumerate(dots) for u, v, s in dots[:at]]
    assert min(apart, default=1) > 0


def test_a_name_cannot_break_out_of_the_chart() -> None:
    drawn = panel_plot([Given(3, "</title><script>x()</script>", "<b")], mean=3, minimum=None)

    assert "<script" not in drawn
    assert "style=" not in drawn
    assert "&lt;/title&gt;" in drawn
