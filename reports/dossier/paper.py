"""What the printed dossier needs beyond the document: names for keys, anchors for levels, and the calculation line by line.

Everything on paper comes from the document alone, so a file that was read back prints the same pages.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from reports.dossier.document import Card, CardVersion, Decision, Dossier, Part, Person, PublishedRubric, Rated, Total
from reports.dossier.sealing import digest_of
from reports.wording import NOT_ASSESSED
from rubrics import codec
from rubrics.model import Rubric, Weighted

GROUP = 4
LONG = 900
"""Characters of a note from which on its row may be torn at the foot of a page."""


@dataclass(frozen=True, slots=True)
class RubricPages:
    """A version as it is printed. `why` says what it was used for, `stages` what each stage asks, by name; `same` names the criteria whose
    words are those of the version in force, and `spelled_out` holds the others.
    """

    entry: PublishedRubric
    rubric: Rubric
    why: str
    stages: tuple[tuple[str, tuple[str, ...]], ...]
    same: tuple[str, ...]
    spelled_out: tuple[Weighted, ...]


@dataclass(frozen=True, slots=True)
class RatedLine:
    """A criterion on a version of a card. `changed`: it differs from the version before; `long`: its row may be torn."""

    name: str
    rated: Rated
    anchor: str
    not_assessed: str
    changed: bool
    long: bool


@dataclass(frozen=True, slots=True)
class VersionPages:
    version: CardVersion
    lines: tuple[RatedLine, ...]


@dataclass(frozen=True, slots=True)
class CardPages:
    card: Card
    stage: str
    versions: tuple[VersionPages, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A criterion's line of the calculation; `given` says who gave what, `product` is weight x mean."""

    item: Weighted
    part: Part
    given: str
    product: float | None


@dataclass(frozen=True, slots=True)
class Calculation:
    """`weight` and `product` are the sums over the lines with a mean, `all_weight` that over all that is not void.

    `spread_weight` and `spread_product` (weight x variance) are over the criteria that several interviewers rated.
    """

    total: Total
    lines: tuple[Line, ...]
    weight: float
    all_weight: float
    product: float
    spread_weight: float
    spread_product: float


@dataclass(frozen=True, slots=True)
class Fact:
    """A qualification: what was asked, what is recorded, and the rule that gives the level."""

    item: Weighted
    asked: str
    fact: str
    rule: str
    level: int | None


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision with the numbers of the events since then that may have changed the figures."""

    decision: Decision
    stage: str
    since: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Pages:
    """`who` names people by identifier, `criteria` and `stages` by key. `other` is the calculation that does not count, if any."""

    digest: str
    groups: tuple[str, ...]
    who: Mapping[str, str]
    criteria: Mapping[str, str]
    stages: Mapping[str, str]
    rubrics: tuple[RubricPages, ...]
    cards: tuple[CardPages, ...]
    counted: Calculation
    other: Calculation | None
    facts: tuple[Fact, ...]
    decisions: tuple[Decided, ...]
    standing: Decision | None


def pages(dossier: Dossier) -> Pages:
    digest = digest_of(dossier)
    read = {entry.number: codec.from_dict(entry.content) for entry in dossier.rubrics}
    in_force, result = read[dossier.result.rubric], dossier.result
    who = _who(dossier)
    stages = {stage.key: stage.name for rubric in read.values() for stage in rubric.stages}
    other = result.independent if result.counting is result.final else result.final
    standing = [one for one in dossier.decisions if one.undone_at is None]
    return Pages(
        digest=digest,
        groups=tuple(digest[at : at + GROUP] for at in range(0, len(digest), GROUP)),
        who=who,
        criteria={item.key: item.criterion.name for rubric in read.values() for item in rubric.criteria},
        stages=stages,
        rubrics=tuple(_rubric(dossier, entry, read[entry.number], in_force) for entry in reversed(dossier.rubrics)),
        cards=tuple(_card(card, stages, read) for card in dossier.cards),
        counted=_calculation(in_force, result.counting, who),
        other=None if other is None else _calculation(in_force, other, who),
        facts=tuple(_facts(dossier, in_force)),
        decisions=tuple(_decided(dossier, one, stages) for one in dossier.decisions),
        standing=standing[-1] if standing else None,
    )


def _who(dossier: Dossier) -> dict[str, str]:
    """Names by identifier, with the start of the identifier where two people share one."""
    names = {person.id: person.name for person in _people(dossier)}
    shared = list(names.values())
    return {key: name if shared.count(name) == 1 else f"{name} ({key[:6]})" for key, name in names.items()}


def _people(value: Any) -> Iterator[Person]:
    if isinstance(value, Person):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from _people(item)
    elif is_dataclass(value):
        for field in fields(value):
            yield from _people(getattr(value, field.name))


def _rubric(dossier: Dossier, entry: PublishedRubric, rubric: Rubric, in_force: Rubric) -> RubricPages:
    cards = sum(version.rubric == entry.number for card in dossier.cards for version in card.versions)
    decisions = sum(decision.rubric == entry.number for decision in dossier.decisions)
    reasons = [
        "in force now: the total rests on its weights" if entry.in_force else "",
        f"{cards} submitted version{'s' * (cards != 1)} of scorecards filled in against it" if cards else "",
        f"in force at {decisions} decision{'s' * (decisions != 1)}" if decisions else "",
    ]
    asked = tuple((stage.name, tuple(item.criterion.name for item in rubric.asked_in(stage))) for stage in rubric.stages)
    known = () if entry.in_force else tuple(item.criterion for item in in_force.criteria)
    return RubricPages(
        entry=entry,
        rubric=rubric,
        why="; ".join(filter(None, reasons)),
        stages=asked,
        same=tuple(item.criterion.name for item in rubric.criteria if item.criterion in known),
        spelled_out=tuple(item for item in rubric.criteria if item.criterion not in known),
    )


def _card(card: Card, stages: Mapping[str, str], read: Mapping[int, Rubric]) -> CardPages:
    found, before = [], dict[str, Rated]()
    for version in card.versions:
        rubric = read[version.rubric]
        found.append(VersionPages(version, tuple(_rated(rated, rubric, before, version.number) for rated in version.ratings)))
        before = {rated.criterion: rated for rated in version.ratings}
    return CardPages(card, stages.get(card.stage, card.stage), tuple(found))


def _rated(rated: Rated, rubric: Rubric, before: Mapping[str, Rated], number: int) -> RatedLine:
    item = rubric.find(rated.criterion)
    return RatedLine(
        name=item.criterion.name if item else rated.criterion,
        rated=rated,
        anchor=item.criterion.anchor(rated.level) if item and rated.level is not None else "",
        not_assessed=NOT_ASSESSED.get(rated.not_assessed, ""),
        changed=number > 1 and before.get(rated.criterion) != rated,
        long=len(rated.note) > LONG,
    )


def _calculation(rubric: Rubric, total: Total, who: Mapping[str, str]) -> Calculation:
    lines = tuple(_line(item, part, who) for item, part in zip(rubric.criteria, total.parts, strict=True))
    assessed = [line for line in lines if line.product is not None]
    several = [part for part in total.parts if part.variance is not None]
    return Calculation(
        total=total,
        lines=lines,
        weight=sum(line.part.weight for line in assessed),
        all_weight=sum(part.weight for part in total.parts if not part.void),
        product=sum(line.product or 0 for line in assessed),
        spread_weight=sum(part.weight for part in several),
        spread_product=sum(part.weight * (part.variance or 0) for part in several),
    )


def _line(item: Weighted, part: Part, who: Mapping[str, str]) -> Line:
    given = (f"{who[one.interviewer]} {' and '.join(map(str, one.levels))}" for one in part.given)
    return Line(item, part, ", ".join(given), None if part.mean is None else part.weight * part.mean)


def _facts(dossier: Dossier, rubric: Rubric) -> Iterator[Fact]:
    facts = dossier.candidate.facts
    for item in rubric.qualifications:
        rule = item.criterion.rule
        if rule is not None:
            yield Fact(item, rule.asked(item.minimum), rule.fact(facts), rule.sentence(), rule.level(facts))


def _decided(dossier: Dossier, decision: Decision, stages: Mapping[str, str]) -> Decided:
    since = tuple(event.number for event in dossier.events if event.numbers and event.at > decision.at)
    return Decided(decision, stages.get(decision.stage, decision.stage), since)


def figure(value: float) -> str:
    """A number of the calculation, with at most four decimals."""
    return f"{value:.4f}".rstrip("0").rstrip(".")
