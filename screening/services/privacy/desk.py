"""Data rights for the administrator at a browser: whom it is about, what would go, and doing it.

Of a candidate the administrator sees name, address and openings, and no score. Their own record as a candidate does not exist for them.
While they owe a scorecard for anybody, nobody's data are handed out, counted or erased by them one by one: what piles up around colleagues
and openings tells when others wrote. Where interviewers never read the panel, those who are administrators hand out no data of whom they
met, nor of their colleagues, which say what those wrote. Another administrator, or the command, sees to it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from screening.errors import Invalid, NotFound, Stale
from screening.models import Account, Application, Candidate, Membership, Opening
from screening.policy import Action, Viewer, closed_people, require
from screening.services.lookup import by_public_id, check_public_id
from screening.services.privacy import erasing, holds, leaving, mentions, package, retention, subjects
from screening.services.privacy.erasing import Erased
from screening.services.privacy.holds import Standing
from screening.services.privacy.inventory import TABLES, Kind, Subject, belongs, below, columns_of, table_of
from screening.services.privacy.subjects import Person

OWED = "You still owe a scorecard for this person. Submit it first, or ask another administrator: these data say what others wrote."
OWING = "You still owe a scorecard. Submit it first, or ask another administrator: these data would say when others wrote or decided."
UNREAD = (
    "You interview in an opening where interviewers do not read each other’s scorecards, and these data say what others wrote. Ask another "
    "administrator."
)
OWN = "This is your own account: ask another administrator to erase it."
PASSING = frozenset({"rates", "submissions"})
"""What every step of somebody's work leaves behind for a minute or a day: counted, it would say what they are at."""

AT_ONCE = 100
"""How many people one request erases; the rest is for the next, or for the command."""


@dataclass(frozen=True, slots=True)
class Place:
    """An opening that the person is or was in."""

    title: str
    state: str
    since: datetime | None


@dataclass(frozen=True, slots=True)
class Look:
    """What the administrator sees of somebody. `closed` says why nothing can be done with them, '' where it can; of their `own` account
    they may have the file all the same.
    """

    person: Person
    places: tuple[Place, ...]
    holds: tuple[Standing, ...]
    closed: str
    own: bool = False

    @property
    def held(self) -> Standing | None:
        return next((hold for hold in self.holds if hold.lifted_at is None), None)


@dataclass(frozen=True, slots=True)
class Going:
    """What an erasure would take: rows by table in words, texts about others that name the person, and a version of all that."""

    rows: tuple[tuple[str, int], ...]
    named: tuple[mentions.Mention, ...]
    version: str


def find(session: Session, viewer: Viewer, words: str) -> Sequence[Person]:
    """Everybody there is whom an e-mail address or an identifier points to. Raises `Invalid` where there is nobody."""
    require(viewer, Action.DATA_RIGHTS)
    own = closed_people(session, viewer).own
    found = [one for one in subjects.find(session, words) if one.kind is Subject.ACCOUNT or one.id not in own]
    if not found:
        raise Invalid("Nobody is recorded here under that. Give the whole e-mail address, or the identifier of the person.", field="words")
    return found


def candidate(session: Session, viewer: Viewer, public_id: str) -> Look:
    person = _candidate(session, viewer, public_id)
    rows = session.execute(
        select(Opening.title, Opening.state, Application.created_at)
        .join(Opening, Application.opening_id == Opening.id)
        .where(Application.candidate_id == person.id)
        .order_by(Application.id)
    )
    return Look(person, tuple(Place(*row) for row in rows), tuple(holds.of(session, person.id)), _why_not(session, viewer, person))


def account(session: Session, viewer: Viewer, public_id: str) -> Look:
    person = _account(session, viewer, public_id)
    rows = session.execute(
        select(Opening.title, Opening.state)
        .join(Membership, Membership.opening_id == Opening.id)
        .where(Membership.account_id == person.id)
        .distinct()
        .order_by(Opening.title)
    )
    places = tuple(Place(title, state, None) for title, state in rows)
    return Look(person, places, (), _why_not(session, viewer, person), own=_is_own_account(viewer, person))


def going(session: Session, viewer: Viewer, person: Person) -> Going:
    """A second look before anything goes. Raises `Invalid` for whom the viewer may not look at so closely."""
    if why := _why_not(session, viewer, person):
        raise Invalid(why)
    root = "candidates" if person.kind is Subject.CANDIDATE else "accounts"
    rows = tuple(
        (TABLES[name].title, count)
        for name in (root, *reversed(below(root)))
        if columns_of(name, Kind.HELD, Kind.COPY, Kind.KEY)
        and not TABLES[name].apart
        and name not in PASSING
        and (count := session.scalar(select(func.count()).select_from(table_of(name)).where(belongs(name, person.id))) or 0)
    )
    # Even how many texts name somebody would tell of texts about the viewer.
    told = person.kind is Subject.CANDIDATE and not closed_people(session, viewer).own
    named = tuple(mentions.of(session, person)) if told else ()
    version = hashlib.sha256(json.dumps([person.public_id, rows]).encode()).hexdigest()[:32]
    return Going(rows, named, version)


def erase(session: Session, viewer: Viewer, person: Person, *, version: str) -> Erased:
    """Erase what was looked at. Raises `Stale` where there is something else now, `OnHold`, and `Invalid` as in `going`."""
    if person.erased_at is None and going(session, viewer, person).version != version:
        raise Stale("What is held about this person")
    how = erasing.erase if person.kind is Subject.CANDIDATE else leaving.erase
    return how(session, viewer.account_id, person.id)


def packed(session: Session, viewer: Viewer, person: Person, look: package.Look) -> package.Package:
    if (why := _why_not(session, viewer, person)) and not _is_own_account(viewer, person):
        raise Invalid(why)
    return package.of(session, person, look)


def note_export(session: Session, viewer: Viewer, person: Person) -> None:
    require(viewer, Action.DATA_RIGHTS)
    package.note(session, viewer.account_id, person)


def hold(session: Session, viewer: Viewer, public_id: str, reason: str) -> None:
    holds.place(session, viewer.account_id, _candidate(session, viewer, public_id).id, reason)


def release(session: Session, viewer: Viewer, public_id: str, *, seen: str) -> None:
    """Lift the hold `seen`. Raises `Stale` where it stands no more."""
    holds.lift(session, viewer.account_id, _candidate(session, viewer, public_id).id, seen=seen)


@dataclass(frozen=True, slots=True)
class Run:
    """Whose time is over, of those the viewer may erase; `others`: somebody is left to another administrator or the command, be their
    time over or not: that would tell when something was decided.
    """

    due: tuple[retention.Due, ...]
    others: bool
    version: str


def due(session: Session, viewer: Viewer, days: int) -> Run:
    require(viewer, Action.DATA_RIGHTS)
    closed = closed_people(session, viewer)
    everybody = retention.due(session, days)
    mine = tuple(one for one in everybody if one.id not in closed.people)
    version = hashlib.sha256(json.dumps([one.public_id for one in mine]).encode()).hexdigest()[:32]
    return Run(mine, bool(closed.owed | closed.unread), version)


def _candidate(session: Session, viewer: Viewer, public_id: str) -> Person:
    require(viewer, Action.DATA_RIGHTS)
    row = by_public_id(session, Candidate, public_id)
    if row.id in closed_people(session, viewer).own:
        raise NotFound
    return Person.of(row)


def _account(session: Session, viewer: Viewer, public_id: str) -> Person:
    require(viewer, Action.DATA_RIGHTS)
    check_public_id(public_id)
    row = session.scalar(select(Account).where(Account.public_id == public_id, Account.erased_at.is_(None)))
    if row is None:
        raise NotFound
    return Person.of(row)


def _is_own_account(viewer: Viewer, person: Person) -> bool:
    return person.kind is Subject.ACCOUNT and person.id == viewer.account_id


def _why_not(session: Session, viewer: Viewer, person: Person) -> str:
    """Why nothing of this person is counted, handed out or erased by the viewer, '' where it may be. Raises `NotFound` for the viewer's own
    record as a candidate.
    """
    require(viewer, Action.DATA_RIGHTS)
    if _is_own_account(viewer, person):
        return OWN
    closed = closed_people(session, viewer)
    if person.kind is Subject.CANDIDATE:
        if person.id in closed.own:
            raise NotFound
        if person.id in closed.owed:
            return OWED
    unread = person.id in closed.unread if person.kind is Subject.CANDIDATE else bool(closed.unread)
    if unread:
        return UNREAD
    return OWING if closed.owed else ""
