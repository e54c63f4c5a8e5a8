"""The record of events for the administrator to read: who did what and when, without candidates' names and without any rating.

Whoever still owes a scorecard for a candidate, never reads the panel's, or is the candidate, gets nothing of that candidate's entries; and
no numbers and no counts that would tell how many there are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, false, func, not_, or_, select, true
from sqlalchemy.orm import Session

from screening.errors import Invalid
from screening.models import Account, Application, Candidate, Event, Opening
from screening.models.erased import ERASED_TOO
from screening.policy import Action, Viewer, closed_people, require
from screening.services.audit.verifying import verify
from screening.services.events import DENIED, record

PAGE_SIZE = 100
MOST_SAVED = 20_000
"""Entries in one file."""

CHECKED = "audit_checked"
EXPORTED = "audit_exported"
NEWEST_CHECKED = 20_000
"""Entries that are checked while somebody waits for a page; the command checks them all."""

NOBODY = "nobody"
"""Instead of a person: entries of the command line, of the program itself, and of whoever was not signed in."""

TELLING_OF_CARDS = (DENIED, "reminded", "figures_shown", "job_asked", "job_cancelled", "job_done", "job_fetched")
"""What is entered of an opening and follows from which scorecards are in: a file is only made again where something has changed."""

SHOWN_OF_A_CANDIDATE = ("stage", "revision", "after_reveal", "edition", "endpoint", "asked")
"""Details of an entry about a candidate that say nothing of how he or she was rated."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Which entries: by public identifiers, by what was done, by days in UTC. What is empty does not matter."""

    person: str = ""
    action: str = ""
    opening: str = ""
    candidate: str = ""
    since: date | None = None
    until: date | None = None
    page: int = 1


@dataclass(frozen=True, slots=True)
class Line:
    """An entry. `number` is None where numbers would tell too much; `who` is empty for nobody, `is_there` for whoever was not erased since;
    `candidate` is the identifier.
    """

    number: int | None
    at: datetime
    who: str
    who_id: str
    is_there: bool
    what: str
    opening: str
    opening_id: str
    candidate: str
    details: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class LastCheck:
    at: datetime
    who: str
    whole: bool


@dataclass(frozen=True, slots=True)
class Page:
    """A page of entries, the newest first; `total` of those that were chosen and may be known of. `people`, `actions` and `openings`
    are what can be chosen from, as (value, words).
    """

    lines: tuple[Line, ...]
    total: int
    page: int
    numbered: bool
    last_check: LastCheck | None
    people: tuple[tuple[str, str], ...]
    actions: tuple[tuple[str, str], ...]
    openings: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class _Closed:
    """Candidates (by internal id of the application) whom the viewer may know nothing of, and the openings that they are in."""

    applications: frozenset[int]
    openings: frozenset[int]

    def conditions(self) -> list[ColumnElement[bool]]:
        """What entries have to be so that the viewer may know of them."""
        if not self.applications:
            return []
        telling = and_(Event.opening_id.in_(self.openings), Event.action.in_(TELLING_OF_CARDS))
        return [
            or_(Event.application_id.is_(None), Event.application_id.not_in(self.applications)),
            or_(Event.opening_id.is_(None), not_(telling)),
        ]


def words(action: str) -> str:
    return action.replace("_", " ").capitalize()


def read(session: Session, viewer: Viewer, choice: Choice) -> Page:
    """The page that was asked for, or the last one there is."""
    require(viewer, Action.READ_AUDIT)
    closed = _closed(session, viewer)
    wanted = and_(true(), *closed.conditions(), *_chosen(session, choice))
    total = session.scalar(select(func.count()).select_from(Event).where(wanted)) or 0
    number = min(choice.page, max(1, -(-total // PAGE_SIZE)))
    actions = session.scalars(select(Event.action).where(*closed.conditions()).distinct().order_by(Event.action))
    return Page(
        lines=_lines(session, wanted, first=(number - 1) * PAGE_SIZE, most=PAGE_SIZE, closed=closed),
        total=total,
        page=number,
        numbered=not closed.applications,
        last_check=_last_check(session),
        people=tuple(_pairs(session, Account.public_id, Account.name)),
        actions=tuple((action, words(action)) for action in actions),
        openings=tuple(_pairs(session, Opening.public_id, Opening.title)),
    )


def save(session: Session, viewer: Viewer, choice: Choice) -> tuple[Line, ...]:
    """All entries that were chosen, for a file. Raises `Invalid` where they are too many for one."""
    require(viewer, Action.READ_AUDIT)
    closed = _closed(session, viewer)
    wanted = and_(true(), *closed.conditions(), *_chosen(session, choice))
    lines = _lines(session, wanted, first=0, most=MOST_SAVED + 1, closed=closed)
    if len(lines) > MOST_SAVED:
        raise Invalid(f"These are more than {MOST_SAVED:,} entries, the most that one file takes. Choose a shorter time.", field="since")
    record(session, viewer.account_id, EXPORTED)
    return lines


def check(session: Session, viewer: Viewer) -> bool:
    """Whether the newest entries are whole. For `note_check` to enter in a transaction of its own: meanwhile others go on writing."""
    require(viewer, Action.READ_AUDIT)
    return verify(session, newest=NEWEST_CHECKED).holds


def note_check(session: Session, viewer: Viewer, *, whole: bool) -> None:
    require(viewer, Action.READ_AUDIT)
    record(session, viewer.account_id, CHECKED, whole=whole)


def _closed(session: Session, viewer: Viewer) -> _Closed:
    closed = closed_people(session, viewer)
    rows = session.execute(
        select(Application.id, Application.opening_id).where(Application.candidate_id.in_(closed.people)).order_by(Application.id),
        execution_options=ERASED_TOO,
    ).all()
    return _Closed(frozenset(row.id for row in rows), frozenset(row.opening_id for row in rows))


def _chosen(session: Session, choice: Choice) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if choice.person == NOBODY:
        found.append(Event.account_id.is_(None))
    elif choice.person:
        found.append(Event.account_id.in_(select(Account.id).where(Account.public_id == choice.person)))
    if choice.action:
        found.append(Event.action == choice.action)
    if choice.opening:
        found.append(Event.opening_id.in_(select(Opening.id).where(Opening.public_id == choice.opening)))
    if choice.candidate:
        found.append(_about(session, choice.candidate))
    if choice.since:
        found.append(Event.at >= datetime.combine(choice.since, time(), UTC))
    if choice.until:
        found.append(Event.at < datetime.combine(choice.until, time(), UTC) + timedelta(days=1))
    return found


def _about(session: Session, public_id: str) -> ColumnElement[bool]:
    """By the identifier in the address of the candidate's page in an opening, or by that of the person."""
    person = select(Candidate.id).where(Candidate.public_id == public_id)
    query = select(Application.id).where(or_(Application.public_id == public_id, Application.candidate_id.in_(person)))
    ids = session.scalars(query, execution_options=ERASED_TOO).all()
    return Event.application_id.in_(ids) if ids else false()


def _lines(session: Session, wanted: ColumnElement[bool], *, first: int, most: int, closed: _Closed) -> tuple[Line, ...]:
    query = _entries().where(wanted).order_by(Event.id.desc()).offset(first).limit(most)
    rows = session.execute(query, execution_options=ERASED_TOO).all()
    names = _names(session, [row.detail for row in rows])
    return tuple(_line(row, names, closed) for row in rows)


def _entries() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Event.id,
            Event.at,
            Event.action,
            Event.opening_id,
            Event.application_id,
            Event.detail,
            Account.name,
            Account.public_id.label("who_id"),
            Account.erased_at,
            Opening.title,
            Opening.public_id.label("opening"),
            Application.public_id.label("candidate"),
        )
        .outerjoin(Account, Event.account_id == Account.id)
        .outerjoin(Opening, Event.opening_id == Opening.id)
        .outerjoin(Application, Event.application_id == Application.id)
    )


def _line(row: Row[Any], names: Mapping[str, str], closed: _Closed) -> Line:
    # Of an opening with somebody closed to the viewer not even a detail: it may be a count of cards.
    told = {} if row.opening_id in closed.openings else row.detail
    return Line(
        number=None if closed.applications else row.id,
        at=row.at,
        who=row.name or "",
        who_id=row.who_id or "",
        is_there=row.who_id is not None and row.erased_at is None,
        what=words(row.action),
        opening=row.title or "",
        opening_id=row.opening or "",
        candidate=row.candidate or "",
        details=tuple(_details(told, names, about_candidate=row.application_id is not None)),
    )


def _names(session: Session, details: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Of the people whom details name, by public identifier."""
    wanted = {detail["account"] for detail in details if isinstance(detail.get("account"), str)}
    rows = session.execute(select(Account.public_id, Account.name).where(Account.public_id.in_(wanted)))
    return dict(rows.all())


def _details(detail: Mapping[str, Any], names: Mapping[str, str], *, about_candidate: bool) -> list[tuple[str, str]]:
    shown = SHOWN_OF_A_CANDIDATE if about_candidate else tuple(detail)
    return [(words(name), _written(detail[name], names)) for name in shown if name in detail and detail[name] not in ({}, [], "")]


def _written(value: Any, names: Mapping[str, str]) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return ", ".join(_written(one, names) for one in value.values())
    if isinstance(value, list):
        return ", ".join(_written(one, names) for one in value)
    return names.get(str(value), str(value))


def _pairs(session: Session, value: Any, label: Any) -> list[tuple[str, str]]:
    return [(public_id, text) for public_id, text in session.execute(select(value, label).order_by(func.lower(label), value))]


def _last_check(session: Session) -> LastCheck | None:
    row = session.execute(
        select(Event.at, Event.detail, Account.name)
        .join(Account, Event.account_id == Account.id)
        .where(Event.action == CHECKED)
        .order_by(Event.id.desc())
        .limit(1)
    ).first()
    return LastCheck(row.at, row.name, bool(row.detail["whole"])) if row else None
