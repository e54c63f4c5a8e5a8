"""The impact report of an opening: how self-reported groups fare at each step and by score. Aggregates only, small groups suppressed.

There is no choice of candidates in it, and no table of two attributes at once: together such choices could single out one person.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from rubrics.impact import CommonOdds, Figures, Group, assess, common_odds, scoring_groups, suppressed
from rubrics.impact_words import Selection
from screening.models import Account, Application, Candidate, Decision, Demographic, Event, Opening
from screening.policy import Action, Viewer, allows, sight
from screening.services import demographics, results, rubrics

ADVANCED = Selection("advanced", "person who advanced", "people who advanced")
OFFERED = Selection("was offered the job", "offer", "offers")
ABOVE = Selection("scored above the median", "score above the median", "scores above the median")
_SELECTED, _DECIDED = frozenset({"advance", "offer"}), frozenset({"advance", "offer", "reject"})


@dataclass(frozen=True, slots=True)
class Table:
    """One comparison: of whom, what being selected means in it, and the figures of each group."""

    key: str
    title: str
    note: str
    selection: Selection
    figures: tuple[Figures, ...]


@dataclass(frozen=True, slots=True)
class Attribute:
    """What is said about one attribute, such as sex. `over` compares over several openings: empty where there is one."""

    name: str
    tables: tuple[Table, ...]
    over: tuple[CommonOdds, ...]
    openings: int


@dataclass(frozen=True, slots=True)
class Report:
    """`who` and `when` say who brought the groups in last."""

    opening: Opening
    attributes: tuple[Attribute, ...]
    who: str
    when: datetime | None


def report(session: Session, viewer: Viewer, opening_id: str) -> Report:
    opening = demographics.opening_of(session, viewer, opening_id)
    openings = [opening, *_others(session, viewer, opening)]
    groups = _groups(session, viewer, openings)
    decisions = _decisions(session, openings)
    here = groups[opening.id]
    scores = _scores(session, opening) if here else {}
    steps = _steps(session, opening)
    attributes = []
    for name, members in here.items():
        tables = _tables(members, decisions, steps, scores)
        finals = _finals(name, groups, decisions)
        over = common_odds([table for table, _ in finals], [small for _, small in finals]) if len(finals) > 1 else ()
        attributes.append(Attribute(name, tables, over, len(finals)))
    who, when = _last_import(session, opening)
    return Report(opening, tuple(attributes), who, when)


def _others(session: Session, viewer: Viewer, opening: Opening) -> list[Opening]:
    """The other openings that the viewer is the analyst of, without owing a scorecard there."""
    found = [key for key in viewer.hats if key != opening.id and allows(viewer, Action.SEE_IMPACT, key)]
    rows = session.scalars(select(Opening).where(Opening.id.in_(found)).order_by(Opening.id))
    return [row for row in rows if not sight(session, viewer, row.id).blind]


Members = dict[int, str]
"""Group by application."""


def _groups(session: Session, viewer: Viewer, openings: Sequence[Opening]) -> dict[int, dict[str, Members]]:
    """By opening and attribute, without whoever is the viewer."""
    found: dict[int, dict[str, Members]] = {opening.id: {} for opening in openings}
    rows = session.execute(
        select(Application.opening_id, Demographic.attribute, Application.id, Demographic.group)
        .join(Application, Demographic.application_id == Application.id)
        .join(Candidate, Application.candidate_id == Candidate.id)
        .where(Application.opening_id.in_(found), Candidate.email != viewer.email)
        .order_by(Demographic.attribute, Application.id)
    )
    for opening_id, attribute, application_id, group in rows:
        found[opening_id].setdefault(attribute, {})[application_id] = group
    return found


def _decisions(session: Session, openings: Sequence[Opening]) -> dict[int, dict[str, str]]:
    """The decisions in force by application and stage, in the order in which they were made."""
    found: dict[int, dict[str, str]] = {}
    rows = session.execute(
        select(Decision.application_id, Decision.stage, Decision.kind)
        .join(Application, Decision.application_id == Application.id)
        .where(Application.opening_id.in_([opening.id for opening in openings]), Decision.undone_at.is_(None))
        .order_by(Decision.id)
    )
    for application_id, stage, kind in rows:
        found.setdefault(application_id, {})[stage] = kind
    return found


def _steps(session: Session, opening: Opening) -> dict[str, str]:
    published = rubrics.current(session, opening.id)
    return {stage.key: stage.name for stage in published.rubric.stages} if published else {}


def _scores(session: Session, opening: Opening) -> dict[int, float]:
    """The scores of all candidates who may be ranked, by application."""
    found = results.of(session, opening)
    if found is None:
        return {}
    ranked = zip(found.people, found.combined.score, found.combined.complete, strict=True)
    return {person.application_id: float(score) for person, score, complete in ranked if complete}


def _tables(
    members: Members, decisions: Mapping[int, Mapping[str, str]], steps: Mapping[str, str], scores: Mapping[int, float]
) -> tuple[Table, ...]:
    found: list[Table] = []
    for key, name in steps.items():
        counted = _counted(members, _at(key, decisions), _SELECTED)
        note = "Candidates who were decided about at this stage. Who advanced or got an offer counts as advanced."
        found += _table(f"stage-{len(found)}", name, note, ADVANCED, counted)
    note = "Candidates whose round ended with an offer or a rejection, at any stage."
    found += _table(
        "offers", "From first stage to offer", note, OFFERED, _counted(members, _ends(decisions), {"offer"}), _small(members, decisions)
    )
    note = "Candidates whose total may be ranked, against the median of all such candidates, those without a stated group included."
    found += _table(
        "scores", "By total score", note, ABOVE, scoring_groups((members.get(person), score) for person, score in scores.items())
    )
    return tuple(found)


def _table(key: str, title: str, note: str, selection: Selection, groups: Sequence[Group], small: Collection[str] = ()) -> list[Table]:
    return [Table(key, title, note, selection, assess(groups, also_hidden=small))] if groups else []


def _at(stage: str, decisions: Mapping[int, Mapping[str, str]]) -> dict[int, str]:
    return {person: kinds[stage] for person, kinds in decisions.items() if stage in kinds}


def _small(members: Members, decisions: Mapping[int, Mapping[str, str]]) -> set[str]:
    """Groups that are hidden at some stage: what adds the stages up would give away how they fared there."""
    stages = {stage for person in members for stage in decisions.get(person, {})}
    return {group for stage in stages for group in suppressed(_counted(members, _at(stage, decisions), _SELECTED))}


def _ends(decisions: Mapping[int, Mapping[str, str]]) -> dict[int, str]:
    """How each round ended: the last decision of each candidate."""
    return {person: list(kinds.values())[-1] for person, kinds in decisions.items() if kinds}


def _counted(members: Members, kinds: Mapping[int, str], selected: Collection[str]) -> list[Group]:
    """Who is decided about, by group; those on hold are not yet. Of an ended round, whoever has advanced is still in it."""
    wanted = _DECIDED if "advance" in selected else _DECIDED - {"advance"}
    counts: dict[str, list[bool]] = {}
    for person, group in members.items():
        if kinds.get(person) in wanted:
            counts.setdefault(group, []).append(kinds[person] in selected)
    return [Group(name, sum(chosen), len(chosen)) for name, chosen in sorted(counts.items())]


def _finals(
    name: str, groups: Mapping[int, Mapping[str, Members]], decisions: Mapping[int, Mapping[str, str]]
) -> list[tuple[list[Group], set[str]]]:
    """Offers by group in each opening that has the attribute, whatever its spelling, and the groups to be hidden there.

    Groups are spelt as they are first met.
    """
    spelling: dict[str, str] = {}
    found = []
    for attributes in groups.values():
        for attribute, members in attributes.items():
            if attribute.casefold() == name.casefold():
                alike = {person: spelling.setdefault(group.casefold(), group) for person, group in members.items()}
                found.append((_counted(alike, _ends(decisions), {"offer"}), _small(alike, decisions)))
    return [(table, small) for table, small in found if table]


def _last_import(session: Session, opening: Opening) -> tuple[str, datetime | None]:
    row = session.execute(
        select(Account.name, Event.at)
        .join(Account, Event.account_id == Account.id)
        .where(Event.opening_id == opening.id, Event.action == demographics.IMPORTED)
        .order_by(Event.id.desc())
        .limit(1)
    ).first()
    return (row[0], row[1]) if row else ("", None)
