"""Which candidates the table shows, in which order, and what is said about each."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import numpy as np
import pytest

from reports.comparison import Comparison, Entrant
from reports.exports import about, wide_table
from reports.standing import Standing
from reports.view import View
from rubrics.combining import Ratings, Scale, combine
from rubrics.confidence import assess
from rubrics.model import Criterion, Rubric, Weighted

RUBRIC = Rubric(
    "Agent",
    (
        Weighted(Criterion("calm", "Calm"), Decimal(60), minimum=3),
        Weighted(Criterion("clear", "Clear"), Decimal(40), required=True),
    ),
)
# candidate, interviewer, criterion, level
ROWS = [(0, 0, 0, 4), (0, 0, 1, 4), (1, 0, 0, 5), (1, 1, 0, 3), (1, 0, 1, 4), (2, 0, 0, 2), (2, 0, 1, 5), (3, 0, 0, 5)]
NAMES = ["Bo", "ada", "Cem", "Dia", "Eve"]


def comparison(hidden: tuple[int, ...] = ()) -> Comparison:
    people = len(NAMES)
    mask = np.array([place in hidden for place in range(people)])
    ratings = Ratings.of([row for row in ROWS if row[0] not in hidden])
    scale = Scale.of(RUBRIC)
    combined = combine(scale, ratings, np.full((people, 2), math.nan))
    return Comparison(
        opening="Agent",
        rubric=RUBRIC,
        rubric_version=1,
        rubric_digest="0" * 64,
        stages={"phone": "Phone", "panel": "Panel"},
        entrants=[
            Entrant(f"id{place}", name, f"R-{place}", "" if mask[place] else ("panel" if place % 2 else "phone"), "")
            for place, name in enumerate(NAMES)
        ],
        hidden=mask,
        scale=scale,
        combined=combined,
        standing=Standing(assess(scale, ratings, combined), wants_adjusted=False),
        ratings=ratings,
        published=None,
        void=frozenset(),
        finals=0,
        cards=np.array([1, 2, 1, 1, 0]) * ~mask,
        cards_expected=np.array([1, 2, 2, 1, 0]) * ~mask,
        recommendations=np.array([[0, 0, 1, 0], [0, 0, 1, 1], [1, 0, 0, 0], [0, 0, 0, 1], [0, 0, 0, 0]]) * ~mask[:, None],
        older=np.zeros(people, dtype=np.int64),
        made_at=datetime(2026, 3, 2, tzinfo=UTC),
    )


def order(view: View, hidden: tuple[int, ...] = ()) -> list[str]:
    compared = comparison(hidden)
    return [NAMES[index] for index in compared.matching(view)]


def test_equal_totals_share_a_place_and_stand_by_name() -> None:
    # Bo and ada both have 4.00, Cem 3.20; Dia lacks a required criterion, Eve has nothing.
    rows = comparison().rows(comparison().matching(View()), [0, 1])
    assert [(row.name, row.rank, row.tied) for row in rows] == [
        ("ada", 1, True),
        ("Bo", 1, True),
        ("Cem", 3, False),
        ("Dia", None, False),
        ("Eve", None, False),
    ]
    assert [row.incomplete for row in rows[3:]] == [
        ("required and not assessed: Clear", "only 60% of the weight assessed, 80% needed"),
        ("nothing assessed yet",),
    ]
    assert rows[2].minimums_missed == ("Calm",)
    assert rows[0].disagreements == ("Calm",)


@pytest.mark.parametrize(
    ("view", "expected"),
    [
        (View(descending=False), ["Cem", "ada", "Bo", "Dia", "Eve"]),
        (View(sort="candidate", descending=False), ["ada", "Bo", "Cem", "Dia", "Eve"]),
        (View(sort="c.clear"), ["Cem", "ada", "Bo", "Dia", "Eve"]),
        (View(sort="minimums"), ["Cem", "ada", "Bo", "Dia", "Eve"]),
        (View(sort="recommendations"), ["Dia", "ada", "Bo", "Cem", "Eve"]),
        (View(sort="stage", descending=False), ["Bo", "Cem", "Eve", "ada", "Dia"]),
        (View(text="R-3"), ["Dia"]),
        (View(text="A"), ["ada", "Dia"]),
        (View(stage="panel"), ["ada", "Dia"]),
        (View(minimum_missed=True), ["Cem"]),
        (View(incomplete=True), ["Dia", "Eve"]),
        (View(disagreement=True), ["ada"]),
        (View(decision="undecided"), ["ada", "Bo", "Cem", "Dia", "Eve"]),
        (View(decision="offer"), []),
    ],
)
def test_sorting_and_filtering(view: View, expected: list[str]) -> None:
    assert order(view) == expected


@pytest.mark.parametrize(
    "view",
    [
        View(),
        View(sort="cards"),
        View(sort="coverage"),
        View(sort="c.calm"),
        View(sort="stage"),
        View(sort="recommendations", descending=False),
    ],
)
def test_a_hidden_candidate_stands_last_whatever_is_sorted_by(view: View) -> None:
    assert order(view, hidden=(1,))[-1] in ("ada", "Eve")
    assert {"ada", "Eve"} == set(order(view, hidden=(1,))[-2:])


@pytest.mark.parametrize(
    "view",
    [View(stage="panel"), View(decision="undecided"), View(minimum_missed=True), View(incomplete=True), View(disagreement=True)],
)
def test_a_hidden_candidate_passes_no_filter_that_could_tell(view: View) -> None:
    assert "ada" not in order(view, hidden=(1,))


def test_the_table_as_a_file_has_the_rows_and_columns_of_the_page() -> None:
    header, rows = wide_table(
        comparison(), replace(View(minimum_missed=True), hidden=frozenset({"clear", "range", "chance", "evidence", "outcome"}))
    )
    assert header == [
        *("candidate", "reference", "rank", "total", "spread", "Calm"),
        *("strong no", "no", "yes", "strong yes", "minimums missed", "disagreements", "not ranked because"),
    ]
    assert rows == [["Cem", "R-2", 3, pytest.approx(3.2), None, 2.0, 1, 0, 0, 0, "Calm", "", ""]]


def test_ranges_and_chances_stand_in_the_file_unless_hidden() -> None:
    compared = comparison()
    header, rows = wide_table(compared, View(top=1))
    assert header[:11] == [
        *(
            "candidate",
            "reference",
            "rank",
            "total",
            "spread",
            "range from",
            "range to",
            "adjusted total",
            "tie band",
            "among the best 1",
            "Calm",
        )
    ]
    known = compared.standing.known
    assert rows[0][:2] == ["ada", "R-1"]
    assert rows[0][5:10] == pytest.approx([known.low[1], known.high[1], None, 1, compared.standing.chances(1)[1]])
    said = dict(about(compared, View()))
    assert said["Weights"] == "as published: Calm 60, Clear 40"
    assert said["Range"].startswith("Ranges are assumed from published interview studies")


def test_a_hidden_candidate_leaves_no_trace_in_anybodys_range() -> None:
    shown, without = comparison((3,)), comparison()
    assert not np.array_equal(shown.standing.known.se, without.standing.known.se, equal_nan=True)
    assert math.isnan(shown.standing.known.se[3])
    assert shown.rows(np.array([3]), [0])[0].chance is None
