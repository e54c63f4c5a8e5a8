"""Made-up comparisons of any size, the same each time."""

from __future__ import annotations

import math
import random
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from decimal import Decimal

import numpy as np

from reports.comparison import Comparison, Entrant
from reports.standing import Standing
from rubrics.combining import Ratings, Scale, combine
from rubrics.confidence import assess
from rubrics.model import Criterion, Rubric, Weighted

AS_OF = datetime(2026, 11, 22, 14, 5, tzinfo=UTC)
NAMES = (
    "Zofia Wiśniewska-Łęcka",
    "Ελένη Παπαδοπούλου",
    "محمد عبد الله",
    "王小明",
    "Jörg Müller",
    "Ana Petrović",
    "Nguyễn Thị Minh Khai",
    "Ola 🙂 Berg",
)
CRITERIA = (
    "Spoken communication",
    "Composure under pressure",
    "Teamwork",
    "Problem solving with incomplete information",
    "Empathy",
    "Written communication",
    "Attention to detail",
    "Product knowledge",
    "Learning and feedback",
    "Time management",
    "Conflict resolution",
    "Customer focus",
)
DECISIONS = ("", "", "advance", "hold", "reject", "offer")


def rubric(criteria: int) -> Rubric:
    names = [CRITERIA[at] if at < len(CRITERIA) else f"{CRITERIA[at % len(CRITERIA)]}, part {at}" for at in range(criteria)]
    first = 100 - (criteria - 1) * (100 // criteria)
    return Rubric(
        "Agent",
        tuple(
            Weighted(
                Criterion(f"c{at}", name),
                Decimal(first if at == 0 else 100 // criteria),
                minimum=3 if at % 4 == 1 else None,
                required=at == 0,
            )
            for at, name in enumerate(names)
        ),
    )


def made_up(
    people: int, criteria: int, *, hidden: Collection[int] = (), weights: Mapping[str, float] | None = None, interviewers: int = 4
) -> Comparison:
    chance = random.Random(people * 100 + criteria)
    wanted = rubric(criteria)
    worth = [chance.gauss(3.4, 0.8) for _ in range(people)]
    rows = [
        (person, rater, criterion, float(min(5, max(1, round(worth[person] + chance.gauss(0, 0.8))))))
        for person in range(people)
        for criterion in range(criteria)
        for rater in chance.sample(range(interviewers), 2)
        if person not in hidden and (person % 9 != 8 or criterion < criteria // 3)
    ]
    mask = np.array([person in hidden for person in range(people)])
    ratings = Ratings.of(rows)
    facts = np.full((people, criteria), math.nan)
    published = combine(Scale.of(wanted), ratings, facts)
    before = Standing(assess(Scale.of(wanted), ratings, published), wants_adjusted=False)
    scale = Scale.of(wanted, weights=weights)
    combined = published if weights is None else combine(scale, ratings, facts)
    says = np.array([[chance.choice((0, 0, 1, 2)) for _ in range(4)] for _ in range(people)])
    return Comparison(
        opening="Customer service representative",
        rubric=wanted,
        rubric_version=3,
        rubric_digest="9f2c41d07be3" + "0" * 52,
        stages={"phone": "Phone screen", "panel": "Panel interview"},
        entrants=[
            Entrant(
                f"id{at}",
                f"{NAMES[at % len(NAMES)]}{f' {at}' if at >= len(NAMES) else ''}",
                f"CSR-{at:04}",
                "" if mask[at] else ("panel" if at % 3 else "phone"),
                "" if mask[at] else DECISIONS[at % len(DECISIONS)],
            )
            for at in range(people)
        ],
        hidden=mask,
        scale=scale,
        combined=combined,
        standing=before if weights is None else Standing(assess(scale, ratings, combined), wants_adjusted=False),
        ratings=ratings,
        published=None if weights is None else before,
        void=frozenset(),
        finals=0,
        cards=np.full(people, 3) * ~mask,
        cards_expected=np.full(people, 3) * ~mask,
        recommendations=says * ~mask[:, None],
        older=np.zeros(people, dtype=np.int64),
        made_at=AS_OF,
    )
