"""What in a dossier contradicts itself. Each check gives its complaints as sentences; none means that everything fits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import fields
from typing import Any

from reports.dossier import numbers
from reports.dossier.document import Card, CardVersion, Dossier, Part, Result, Total
from rubrics import codec
from rubrics.combining import TIE
from rubrics.errors import RubricError
from rubrics.model import Rubric, Stage

Rubrics = dict[int, Rubric]
_SUBMITTING = ("scorecard_submitted", "scorecard_amended")
_FIGURES = {"below_minimum": "below its minimum", "disagreement": "a disagreement", "missing": "missing though required", "void": "void"}


def rubrics(dossier: Dossier) -> tuple[Rubrics, list[str]]:
    """The rubrics that could be read, by number, and what is wrong with versions and digests."""
    found, wrong = {}, []
    for entry in dossier.rubrics:
        name = f"Rubric version {entry.number}"
        try:
            rubric = codec.from_dict(entry.content)
        except RubricError as error:
            wrong.append(f"{name} cannot be read: {error}.")
            continue
        if entry.number in found:
            wrong.append(f"{name} is there twice.")
        if codec.digest(rubric) != entry.digest:
            wrong.append(f"{name} does not have the digest that it was published with: its words, weights or rules were changed.")
        found[entry.number] = rubric
    standing = [entry.number for entry in dossier.rubrics if entry.in_force]
    if standing != [max((entry.number for entry in dossier.rubrics), default=0)]:
        wrong.append("Not exactly the latest of the rubric versions is marked as in force.")
    elif dossier.result.rubric != standing[0]:
        wrong.append(f"The result is said to rest on rubric version {dossier.result.rubric}, which is not the one in force.")
    return found, wrong


def record(dossier: Dossier, known: Rubrics) -> list[str]:
    """What is missing, there twice, or marked against the rules."""
    return [
        *_twice("scorecard", [card.id for card in dossier.cards]),
        *_twice("scorecard of", [f"{card.interviewer.name} at the stage {card.stage}" for card in dossier.cards if card.versions]),
        *_twice("decision", [decision.id for decision in dossier.decisions]),
        *_twice("void", [void.id for void in dossier.voids]),
        *(complaint for card in dossier.cards for complaint in _card(card, known, {void.criterion for void in dossier.voids})),
        *_standing(dossier),
        *_taken_back(dossier),
        *_events(dossier),
        *_place(dossier.result),
    ]


def _twice(what: str, names: Sequence[str]) -> Iterator[str]:
    for name, times in Counter(names).items():
        if times > 1:
            yield f"The {what} {name} is there {times} times."


def _card(card: Card, known: Rubrics, void: set[str]) -> Iterator[str]:
    name = f"The scorecard of {card.interviewer.name} at the stage {card.stage}"
    versions = card.versions
    if [version.number for version in versions] != list(range(1, len(versions) + 1)):
        yield f"{name} does not have all its versions, in their order."
    if card.withdrawn_at is not None and versions:
        yield f"{name} was taken away before it was submitted, and has a submitted version."
    independent = [version for version in versions if not version.after_reveal]
    if [version for version in versions if version.counts] != independent[-1:]:
        yield f"{name}: the version that counts is not the last one written before others’ cards were open."
    if card.exposed and independent:
        yield f"{name}: others’ cards were open from the beginning, and a version is not marked so."
    for version in versions:
        yield from _version(f"{name}, version {version.number},", card, version, known, void)


def _version(name: str, card: Card, version: CardVersion, known: Rubrics, void: set[str]) -> Iterator[str]:
    rubric = known.get(version.rubric)
    stage = rubric.stage(card.stage) if rubric else None
    if rubric is None or stage is None:
        yield f"{name} was filled in against rubric version {version.rubric}, which is not there or has no such stage."
        return
    yield from _entries(name, version, stage, void)


def _entries(name: str, version: CardVersion, stage: Stage, void: set[str]) -> Iterator[str]:
    given = [rated.criterion for rated in version.ratings]
    for key in dict.fromkeys(given):
        if given.count(key) > 1 or key not in stage.criteria:
            yield f"{name} has {'two entries' if key in stage.criteria else 'an entry'} for {key}{_not_asked(key, stage)}."
    for key in stage.criteria:
        if key not in given and key not in void:
            yield f"{name} has no entry for {key}, which the stage asks for."
    for rated in version.ratings:
        if rated.level is not None and rated.not_assessed:
            yield f"{name} both rates {rated.criterion} and says that it was not assessed."


def _not_asked(key: str, stage: Stage) -> str:
    return "" if key in stage.criteria else ", which the stage does not ask for"


def _standing(dossier: Dossier) -> Iterator[str]:
    finals = [f"{final.interviewer.name} on {final.criterion}" for final in dossier.finals if not final.ended]
    decisions = [decision.stage for decision in dossier.decisions if decision.undone_at is None]
    voids = [f"{void.criterion} {void.question}".strip() for void in dossier.voids if void.undone_at is None]
    yield from _twice("standing final rating of", finals)
    yield from _twice("standing decision at the stage", decisions)
    yield from _twice("standing void of", voids)
    numbers_known = {entry.number for entry in dossier.rubrics}
    for decision in dossier.decisions:
        if decision.rubric is not None and decision.rubric not in numbers_known:
            yield f"Rubric version {decision.rubric}, in force at the decision {decision.id}, is not there."


def _taken_back(dossier: Dossier) -> Iterator[str]:
    for what, several in (("decision", dossier.decisions), ("void", dossier.voids)):
        for one in several:
            if (one.undone_at is None) != (one.undone_by is None):
                yield f"The {what} {one.id} says only half of who took it back and when."
    for final in dossier.finals:
        if bool(final.ended) != (final.ended_at is not None):
            yield f"The final rating of {final.interviewer.name} on {final.criterion} says only half of how it ended."


def _events(dossier: Dossier) -> Iterator[str]:
    if [event.number for event in dossier.events] != list(range(1, len(dossier.events) + 1)):
        yield "The record of events is not complete or not in its order: its numbers do not count up by one."
    told = Counter(event.action for event in dossier.events)
    versions = sum(len(card.versions) for card in dossier.cards)
    for actions, there, what in (
        (_SUBMITTING, versions, "submitted version(s) of scorecards"),
        (("decided",), len(dossier.decisions), "decision(s)"),
        (("final_given",), len(dossier.finals), "final rating(s)"),
    ):
        count = sum(told[action] for action in actions)
        if count != there:
            yield f"The record of events tells of {count} {what}, and {there} are there."


def _place(result: Result) -> Iterator[str]:
    standing = result.standing
    if standing.rank is not None and not (result.counting.complete and 1 <= standing.rank <= standing.ranked <= standing.candidates):
        yield f"The place {standing.rank} of {standing.ranked} ranked and {standing.candidates} in all cannot be."


def figures(dossier: Dossier, rubric: Rubric) -> list[str]:
    """Numbers that are not what the ratings of the file give."""
    result = dossier.result
    names = {item.key: item.criterion.name for item in rubric.criteria}
    names |= {card.interviewer.id: card.interviewer.name for card in dossier.cards}
    submitted = sum(bool(card.versions) for card in dossier.cards)
    expected = sum(card.withdrawn_at is None for card in dossier.cards)
    final = numbers.final(dossier, rubric)
    wrong = [
        *_total("", result.independent, numbers.independent(dossier, rubric), names),
        *_differs("cards submitted", result.cards, submitted),
        *_differs("cards expected", result.cards_expected, expected),
        *_differs("recommendations", dict(result.recommendations), numbers.recommendations(dossier.cards)),
    ]
    if (final is None) != (result.final is None):
        wrong.append("There is a result with final ratings where none stands, or none where one does.")
    elif final is not None and result.final is not None:
        wrong += _total("With final ratings, ", result.final, final, names)
    counted = "final" if dossier.opening.finals_count and final is not None else "independent"
    return [*wrong, *_differs("result that counts", result.counted, counted)]


def _total(which: str, stated: Total, found: Total, names: dict[str, str]) -> Iterator[str]:
    there, wanted = [part.criterion for part in stated.parts], [part.criterion for part in found.parts]
    if there != wanted:
        yield f"{which}the criteria of the calculation are not those of the rubric, in its order."
        return
    for one, other in zip(stated.parts, found.parts, strict=True):
        yield from _part(f"{which}{names[one.criterion]}", one, other, names)
    for field in ("total", "coverage", "spread", "complete"):
        yield from _differs(f"{which}{field}", getattr(stated, field), getattr(found, field))


def _part(where: str, stated: Part, found: Part, names: dict[str, str]) -> Iterator[str]:
    if [(one.interviewer, one.levels) for one in stated.given] != [(one.interviewer, one.levels) for one in found.given]:
        yield f"{where}: the levels in the calculation are not those on the scorecards."
    for one, other in zip(stated.given, found.given, strict=False):
        yield from _differs(f"{where}, level of {names[other.interviewer]}", one.level, other.level)
    for field in fields(Part):
        if field.name not in ("criterion", "given"):
            name = _FIGURES.get(field.name, field.name)
            yield from _differs(f"{where}, {name}", getattr(stated, field.name), getattr(found, field.name))


def _differs(what: str, stated: Any, found: Any) -> Iterator[str]:
    if isinstance(stated, float) and isinstance(found, float) and abs(stated - found) < TIE:
        return
    if stated != found:
        yield f"{what[0].upper()}{what[1:]}: {_said(stated)} in the file; the record gives {_said(found)}."


def _said(value: Any) -> str:
    if isinstance(value, bool) or value is None:
        return {True: "yes", False: "no", None: "none"}[value]
    if isinstance(value, dict):
        return ", ".join(f"{count} {name}" for name, count in value.items())
    return f"{value:.6g}" if isinstance(value, float) else str(value)
