"""The impact report of an opening: how self-reported groups fare at each step and by score. Aggregates only, small groups suppressed.

There is no choice of candidates in it, and no table of two attributes at once: together such choices could single out one person. Nor do
its figures follow every change: see `impact_figures`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from rubrics.differencing import tell_of_few
from rubrics.impact import MIN_SHOWN, CommonOdds, Figures, Group, common_odds, scoring_groups, suppressed
from rubrics.impact_words import Selection
from screening.errors import Invalid
from screening.models import Account, Application, Candidate, Decision, Demographic, Event, Opening
from screening.policy import Action, Viewer, allows, sight
from screening.services import demographics, impact_figures, results, rubrics
from screening.services.events import record
from screening.services.impact_figures import Counted

ADVANCED = Selection("advanced", "person who advanced", "people who advanced")
OFFERED = Selection("was offered the job", "offer", "offers")
ABOVE = Selection("scored above the median", "score above the median", "scores above the median")
_SELECTED, _DECIDED, _ENDED = frozenset({"advance", "offer"}), frozenset({"advance", "offer", "reject"}), frozenset({"offer", "reject"})
SHOWN = "figures_shown"
OFFERS, SCORES = "offers!", "scores!"
"""Keys of the tables that are about no stage; no stage is called so."""
_KINDS = {
    "": (ADVANCED, "Candidates who were decided about at this stage. Who advanced or got an offer counts as advanced."),
    OFFERS: (OFFERED, "Candidates whose round ended with an offer or a rejection, at any stage."),
    SCORES: (
        ABOVE,
        "Candidates whose total may be ranked, against the median of all such candidates, those without a stated group included.",
    ),
}


@dataclass(frozen=True, slots=True)
class Table:
    """One comparison: of whom, what being selected means in it, the figures of each group, and since when they are shown."""

    key: str
    title: str
    note: str
    selection: Selection
    figures: tuple[Figures, ...]
    at: datetime


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
    """The figures that are shown now (see `impact_figures`) of the attributes that are held now."""
    opening = demographics.opening_of(session, viewer, opening_id)
    openings = [opening, *_others(session, viewer, opening)]
    held = {key: {name.casefold(): name for name in attributes} for key, attributes in _groups(session, viewer, openings).items()}
    shown = impact_figures.shown(session, list(held))
    attributes = []
    for said, name in held[opening.id].items():
        found = shown.get(opening.id, {}).get(said, {})
        tables = tuple(_table(found[key]) for key in (*_steps(session, opening), OFFERS, SCORES) if key in found and found[key].figures)
        finals = [shown[key][said][OFFERS].groups for key in held if said in held[key] and OFFERS in shown.get(key, {}).get(said, {})]
        over = common_odds(_spelt_alike(finals)) if len(finals) > 1 else ()
        attributes.append(Attribute(name, tables, over, len(finals)))
    who, when = _last_import(session, opening)
    return Report(opening, tuple(attributes), who, when)


def _table(shown: impact_figures.Shown) -> Table:
    selection, note = _KINDS.get(shown.key, _KINDS[""])
    return Table(shown.key, shown.title, note, selection, shown.figures, shown.at)


def _spelt_alike(tables: Sequence[Sequence[Group]]) -> list[list[Group]]:
    """Groups that differ in capitals only are one, spelt as it is first met."""
    spelling: dict[str, str] = {}
    return [[replace(group, name=spelling.setdefault(group.name.casefold(), group.name)) for group in table] for table in tables]


def bring_in(session: Session, viewer: Viewer, opening_id: str, rows: Sequence[demographics.Row], *, seen: int) -> demographics.Brought:
    """Hold the groups of these rows in place of those before, and show their figures as far as they may be shown.

    Raises `Invalid` where the list groups so few people otherwise than the one before that the figures would tell how those fared; and
    what `demographics.bring_in` raises.
    """
    opening = demographics.opening_of(session, viewer, opening_id)
    before = _groups(session, viewer, [opening])[opening.id]
    brought = demographics.bring_in(session, viewer, opening_id, rows, seen=seen)
    session.flush()
    after = _groups(session, viewer, [opening])[opening.id]
    if any(_tells_of_few(one, other) for one in before.values() for other in after.values()):
        raise Invalid(
            f"Nothing was brought in: this list groups fewer than {MIN_SHOWN} people otherwise than the one that is held. The figures "
            "before and after would tell how those few fared.",
            field="file",
        )
    _show(session, viewer, opening)
    return brought


def _tells_of_few(one: Members, other: Members) -> bool:
    small = [suppressed([Group(name, 0, count) for name, count in Counter(members.values()).items()]) for members in (one, other)]
    return tell_of_few(one, other, *small)


def bring_up_to_date(session: Session, viewer: Viewer, opening_id: str) -> None:
    """Show what was decided and scored since, as far as it may be shown."""
    opening = demographics.opening_of(session, viewer, opening_id)
    session.execute(select(Opening.id).where(Opening.id == opening.id).with_for_update())
    _show(session, viewer, opening)


def _show(session: Session, viewer: Viewer, opening: Opening) -> None:
    here = _groups(session, viewer, [opening])[opening.id]
    decisions, steps = _decisions(session, [opening]), _steps(session, opening)
    scores = _scores(session, viewer, opening) if here else {}
    tables = {name: list(_counted_tables(members, decisions, steps, scores)) for name, members in here.items()}
    if changed := impact_figures.bring_up_to_date(session, opening, tables):
        record(session, viewer.account_id, SHOWN, opening_id=opening.id, tables=changed)


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


def _scores(session: Session, viewer: Viewer, opening: Opening) -> dict[int, float]:
    """The scores of all candidates who may be ranked, by application."""
    found = results.of(session, opening, sight(session, viewer, opening.id))
    if found is None:
        return {}
    ranked = zip(found.people, found.combined.score, found.combined.complete, strict=True)
    return {person.application_id: float(score) for person, score, complete in ranked if complete}


def _counted_tables(
    members: Members, decisions: Mapping[int, Mapping[str, str]], steps: Mapping[str, str], scores: Mapping[int, float]
) -> Iterator[Counted]:
    for key, name in steps.items():
        kinds = _at(key, decisions)
        yield Counted(key, name, _counted(members, kinds, _SELECTED), _among(members, kinds, _DECIDED))
    ends = _ends(decisions)
    groups = _counted(members, ends, {"offer"})
    yield Counted(OFFERS, "From first stage to offer", groups, _among(members, ends, _ENDED), _small(members, decisions))
    groups = scoring_groups((members.get(person), score) for person, score in scores.items())
    yield Counted(SCORES, "By total score", groups, {person: members[person] for person in scores if person in members})


def _among(members: Members, kinds: Mapping[int, str], wanted: Collection[str]) -> Members:
    return {person: group for person, group in members.items() if kinds.get(person) in wanted}


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
    wanted = _DECIDED if "advance" in selected else _ENDED
    counts: dict[str, list[bool]] = {}
    for person, group in members.items():
        if kinds.get(person) in wanted:
            counts.setdefault(group, []).append(kinds[person] in selected)
    return [Group(name, sum(chosen), len(chosen)) for name, chosen in sorted(counts.items())]


def _last_import(session: Session, opening: Opening) -> tuple[str, datetime | None]:
    row = session.execute(
        select(Account.name, Event.at)
        .join(Account, Event.account_id == Account.id)
        .where(Event.opening_id == opening.id, Event.action == demographics.IMPORTED)
        .order_by(Event.id.desc())
        .limit(1)
    ).first()
    return (row[0], row[1]) if row else ("", None)
