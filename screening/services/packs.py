"""Whom a pack can be made of, and asking for one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.orm import Session

from reports.comparison import Comparison
from reports.comparison_parts import parts
from reports.comparison_report import Size, size_of
from reports.fit import Paper
from reports.view import View
from screening.errors import Invalid
from screening.models import Job, Opening
from screening.policy import Action, Viewer, allows
from screening.services import comparison, copies, editions, jobs
from screening.services.lookup import opening_for

MOST = 2000
SHORTLIST = ("advance", "offer")
PICKED, SHOWN, SHORTLISTED, EVERYBODY = "picked", "shown", "shortlist", "everybody"
FORMS = ("pdf", "zip")


@dataclass(frozen=True, slots=True)
class Group:
    """Candidates that a pack can be made of, in the order of the table: public identifiers of their applications."""

    key: str
    label: str
    applications: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Offer:
    """What the viewer can ask for. `closed`: candidates left out because the viewer still owes a scorecard for them."""

    opening: Opening
    groups: tuple[Group, ...]
    editions: tuple[editions.Edition, ...]
    closed: int
    may_export: bool
    table: Size

    def group(self, key: str) -> Group:
        found = next((group for group in self.groups if group.key == key), None)
        if found is None:
            raise Invalid("Choose whom the file is about.", field="whom")
        return found


def offer(session: Session, viewer: Viewer, opening_id: str, view: View | None, picked: Sequence[str], *, paper: Paper = "a4") -> Offer:
    """The groups there are: those picked, those shown by the view's filter, the shortlist, everybody. Raises `Invalid` without a rubric."""
    opening = opening_for(session, viewer, opening_id, Action.SEE_SUMMARY)
    _, compared = comparison.compare(session, viewer, opening_id)
    return Offer(
        opening=opening,
        groups=tuple(group for group in _groups(compared, view, picked) if group.applications),
        editions=editions.allowed(session, viewer, opening),
        closed=int(compared.hidden.sum()),
        may_export=allows(viewer, Action.EXPORT_RATINGS, opening.id),
        table=size_of(compared, view or View(), paper),
    )


def _groups(compared: Comparison, view: View | None, picked: Sequence[str]) -> list[Group]:
    everybody = _open(compared, View())
    wanted = set(picked)
    decided = {entrant.id for entrant in compared.entrants if entrant.decision in SHORTLIST}
    groups = [
        Group(PICKED, "Those ticked in the table", tuple(one for one in everybody if one in wanted)),
        Group(SHORTLISTED, "The shortlist: decided to advance, or offered the job", tuple(one for one in everybody if one in decided)),
        Group(EVERYBODY, "Everybody in the opening", everybody),
    ]
    if view is not None and view.filtered:
        groups.insert(1, Group(SHOWN, "Those the table’s filter shows", _open(compared, view)))
    return groups


def _open(compared: Comparison, view: View) -> tuple[str, ...]:
    found = compared.matching(view)
    return tuple(compared.entrants[place].id for place in found[~compared.hidden[found]])


def ask_summaries(session: Session, viewer: Viewer, chosen: Offer, whom: str, edition: str, form: str, *, look: str) -> Job:
    group = chosen.group(whom)
    if edition not in chosen.editions:
        raise Invalid("Choose the edition.", field="edition")
    if form not in FORMS:
        raise Invalid("Choose the kind of file.", field="form")
    if len(group.applications) > MOST:
        raise Invalid(f"A file holds at most {MOST:,} summaries: filter the table first, then ask for those it shows.", field="whom")
    request = {"applications": list(group.applications), "whom": group.label, "edition": edition, "form": form}
    look = f"{look} {copies.team_digest(session, chosen.opening)}"
    return jobs.ask(session, viewer, chosen.opening, "summaries", request, total=len(group.applications), look=look)


@dataclass(frozen=True, slots=True)
class Table:
    """A comparison as it is asked for: `parts` are the pieces that its paper is set in."""

    opening: Opening
    request: Mapping[str, Any]
    parts: int


def table(session: Session, viewer: Viewer, opening_id: str, view: View, *, paper: Paper) -> Table:
    """The table of the view. Whom its text finds stands in the request by identifiers, as a job holds no name."""
    opening, compared = comparison.compare(session, viewer, opening_id, weights=view.weights)
    found = [compared.entrants[place].id for place in compared.matching(view)]
    nameless = replace(view, text="", page=1)
    report = comparison.report(session, viewer, opening, compared, view, organisation="", paper=paper)
    request = {"view": nameless.to_plain(), "only": found if view.text else None, "candidates": len(found)}
    return Table(opening, request, sum(1 for _ in parts(report, paper)))


def ask_comparison(session: Session, viewer: Viewer, wanted: Table, *, look: str) -> Job:
    return jobs.ask(session, viewer, wanted.opening, "comparison", wanted.request, total=wanted.parts, look=look)


def ask_ratings(session: Session, viewer: Viewer, opening_id: str, *, all_versions: bool, look: str) -> Job:
    opening = opening_for(session, viewer, opening_id, Action.EXPORT_RATINGS)
    return jobs.ask(session, viewer, opening, "ratings", {"all_versions": all_versions}, total=1, look=look)
