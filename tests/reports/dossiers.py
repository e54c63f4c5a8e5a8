"""A decision dossier with everything in it that can be: two rubric versions, amended cards, final ratings, voids, decisions taken back."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

from reports.dossier import document as d
from reports.dossier import numbers, sealing
from rubrics import codec
from rubrics.model import Rubric
from rubrics.qualifications import Facts
from tests.support.hiring_round import small_rubric

KEY = "a-key-for-tests-only-0123456789abcdef"
FORMER_KEY = "the-key-of-last-year-0123456789abcdef"
BEGIN = datetime(2026, 3, 2, 9, 0, 0, 120000, tzinfo=UTC)
ADA, BEN, ZOE, RITA, MAX = (
    d.Person(f"{name:-<22}", name.replace("_", " ")) for name in ("Ada_Śliwińska", "Ben_Okafor", "Zoë_李明", "Rita_Παππά", "Max_Θεοδώρου")
)


def at(hours: float) -> datetime:
    return BEGIN + timedelta(hours=hours)


def second_rubric() -> Rubric:
    first = small_rubric()
    weights = dict(zip(first.keys, (Decimal(35), Decimal(35), Decimal(20), Decimal(10)), strict=True))
    return replace(first, criteria=tuple(replace(item, weight=weights[item.key]) for item in first.criteria))


def published(number: int, rubric: Rubric, *, in_force: bool) -> d.PublishedRubric:
    note = "" if number == 1 else "Composure weighs as much as speech, agreed with the team."
    return d.PublishedRubric(f"rubric-{number:-<15}", number, codec.digest(rubric), at(number), RITA, note, in_force, codec.to_dict(rubric))


def version(
    number: int, hours: float, levels: Mapping[str, int | None], *, rubric: int = 1, reveal: bool = False, note: str = ""
) -> d.CardVersion:
    return d.CardVersion(
        number=number,
        rubric=rubric,
        submitted_at=at(hours),
        counts=not reveal,
        after_reveal=reveal,
        recommendation="no" if reveal else "yes",
        reason="Keeps callers calm.",
        amend_reason="Read the panel and remembered the refund." if number > 1 else "",
        ratings=tuple(
            d.Rated(key, level, "" if level else "no_time", note or f"What was said about {key}.")  # type: ignore[arg-type]
            for key, level in levels.items()
        ),
    )


def card(who: d.Person, stage: str, *versions: d.CardVersion) -> d.Card:
    return d.Card(f"card-{who.id[:3]}-{stage:-<12}", who, stage, at(20), at(3), None, False, versions)


CARDS = (
    card(
        ADA,
        "phone",
        version(1, 21, {"spoken_communication": 4, "composure": 2}),
        version(2, 30, {"spoken_communication": 4, "composure": 3}, reveal=True),
    ),
    card(BEN, "phone", version(1, 22, {"spoken_communication": 5, "composure": 5})),
    card(BEN, "panel", version(1, 40, {"composure": 4, "teamwork": None}, rubric=2)),
    card(ZOE, "panel"),
)
FINALS = (
    d.FinalRating(ADA, "composure", 4, "Ben’s example convinced me.", at(41), "replaced", at(42)),
    d.FinalRating(ADA, "composure", 3, "Half of it only.", at(42), "", None),
)
VOIDS = (
    d.Void("void-1----------------", "teamwork", "A question that leaked?", "It was on a forum.", RITA, at(35), None, None, ""),
    d.Void("void-2----------------", "composure", "", "Tried out.", RITA, at(36), RITA, at(37), "It was fair after all."),
)
DECISIONS = (
    d.Decision("decision-1------------", "phone", "hold", "One card is missing.", RITA, at(21.5), 1, MAX, at(23), "It is in."),
    d.Decision(
        "decision-2------------",
        "phone",
        "advance",
        "Both would hire her.\nThe refund call was the best of the week.",
        MAX,
        at(24),
        1,
        None,
        None,
        "",
    ),
)
EVENTS = (
    (at(1), RITA, "rubric_published", "Rubric version 1 published", True),
    (at(3), RITA, "candidate_added", "Candidate added", False),
    (at(21), ADA, "scorecard_submitted", "Scorecard submitted: Phone screen", True),
    (at(21.5), RITA, "decided", "Decision: hold", False),
    (at(22), BEN, "scorecard_submitted", "Scorecard submitted: Phone screen", True),
    (at(23), MAX, "decision_undone", "Decision taken back: hold", False),
    (at(24), MAX, "decided", "Decision: advance", False),
    (at(25), None, "candidate_changed", "Record of the candidate changed", True),
    (at(30), ADA, "scorecard_amended", "Scorecard amended: Phone screen, version 2", True),
    (at(40), BEN, "scorecard_submitted", "Scorecard submitted: Panel", True),
    (at(41), ADA, "final_given", "Final rating 4 given: Composure", True),
    (at(42), ADA, "final_given", "Final rating 3 given: Composure", True),
)


def dossier(cards: tuple[d.Card, ...] = CARDS, **changes: Any) -> d.Dossier:
    """The dossier with these cards; its numbers follow from them."""
    rubric, facts = second_rubric(), Facts(months=30, relatedness="same", education="bachelor")
    void = numbers.void_criteria(VOIDS)
    result = d.Result(
        rubric=2,
        counted="independent",
        independent=numbers.total(rubric, numbers.counting_levels(cards), facts, void),
        final=numbers.total(rubric, numbers.counting_levels(cards, FINALS), facts, void),
        cards=sum(bool(one.versions) for one in cards),
        cards_expected=len(cards),
        recommendations=numbers.recommendations(cards),
        standing=d.Standing(2, False, 7, 9, (), False, 3.912345678, 3.25, 4.75, "Places follow the total."),
    )
    made = d.Dossier(
        format=d.FORMAT,
        version=d.VERSION,
        edition=d.EDITION,
        software=d.Software("Screening", "0.1.0"),
        organisation="Blue River Utilities",
        as_of=at(42),
        opening=d.Opening("opening---------------", "Agent", "Care", "Harbour", "open", at(0), False, False, True),
        candidate=d.Candidate(
            "candidate-------------", "Maria Kowalska", "R-1", "Job board وظائف", "Met at a fair.", "panel", at(3), facts
        ),
        rubrics=(published(1, small_rubric(), in_force=False), published(2, rubric, in_force=True)),
        cards=cards,
        finals=FINALS,
        voids=VOIDS,
        result=result,
        decisions=DECISIONS,
        events=tuple(d.Event(number, *rest) for number, rest in enumerate(EVENTS, start=1)),
        left_out=d.LEFT_OUT,
    )
    return replace(made, **changes)


@cache
def file() -> bytes:
    return sealing.file_of(dossier(), KEY)


def tampered(change: Callable[[dict[str, Any]], object], *, digest: bool = True, key: str | None = None) -> bytes:
    """The file with its content changed; with a new digest, and a new seal if there is a key for it."""
    envelope = copy.deepcopy(json.loads(file()))
    change(envelope["content"])
    if digest:
        envelope["digest"]["value"] = sealing.digest(envelope["content"])
    if key is not None:
        made = sealing.seal(envelope["digest"]["value"], key)
        envelope["seal"] |= {"key": made.key, "value": made.value}
    return json.dumps(envelope, ensure_ascii=False).encode()
