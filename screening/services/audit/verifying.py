"""Whether the record of events is what was recorded, and if not, where; and whether it speaks of all that it has to (see `facts`).

Entries are read one after another, so that any number of them takes no more memory than a few. What is said of an entry follows from the
chain (see `screening/chain.py`), never from what the database says of its columns: whoever changed it may have written anything into them.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hmac import compare_digest
from typing import Any, Literal

from sqlalchemy import Row, Select, Text, cast, func, select, true, type_coerce
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.types import NullType

from reports.keys import Key
from screening import chain
from screening.chain import BEGINNING, Entry, Head
from screening.errors import NoKey
from screening.models import Account, Event, EventHead
from screening.services.audit.facts import Fact, unentered

Kind = Literal[
    "changed",
    "inserted",
    "removed",
    "misplaced",
    "cut",
    "resumed",
    "unknown_key",
    "head_changed",
    "head_removed",
    "head_of_unknown_key",
    "emptied",
]
AT_ONCE = 1000
MOST_TOLD = 100
"""Further findings are counted only."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong with the entries from `first` to `last`, or with the head or the whole, which have no numbers."""

    kind: Kind
    first: int = 0
    last: int = 0

    def followed_by(self, other: Finding) -> bool:
        return self.kind == other.kind and self.last + 1 == other.first and self.kind != "misplaced"


@dataclass(frozen=True, slots=True)
class Sealed:
    """Entries in a row that were sealed with the same key. `is_present`: with the one that new entries are sealed with."""

    key: str
    first: int
    last: int
    is_present: bool


@dataclass(slots=True)
class Verdict:
    """What was found. `entries` were looked at, up to `head`; `earlier` of them were sealed at `begun`, having been written before.

    `findings` are the first so many of `wrong`, `facts` of the `lacking` ones: what stands in the tables without an entry.
    """

    entries: int = 0
    head: Head = field(default_factory=Head)
    wrong: int = 0
    findings: list[Finding] = field(default_factory=list)
    lacking: int = 0
    facts: list[Fact] = field(default_factory=list)
    sealed: list[Sealed] = field(default_factory=list)
    earlier: int = 0
    begun: datetime | None = None

    @property
    def holds(self) -> bool:
        return not self.wrong and not self.lacking

    def lacks(self, fact: Fact) -> None:
        self.lacking += 1
        if len(self.facts) < MOST_TOLD:
            self.facts.append(fact)

    def add(self, found: Finding) -> None:
        if self.findings and len(self.findings) == self.wrong and self.findings[-1].followed_by(found):
            self.findings[-1] = Finding(found.kind, self.findings[-1].first, found.last)
            return
        self.wrong += 1
        if len(self.findings) < MOST_TOLD:
            self.findings.append(found)


def verify(session: Session, *, kept: Head | None = None, newest: int | None = None) -> Verdict:
    """Look at every entry, and for one of each fact in the tables; or only at so many of the newest entries.

    `kept` is a head that was noted earlier, elsewhere. Where an entry is not genuine, facts are not looked at: nothing follows from entries
    then, and reading them may fail.
    """
    known: tuple[Key, ...] = session.connection().get_execution_options().get(chain.KEYS, ())
    if not known:
        raise NoKey
    found = session.execute(select(EventHead.number, EventHead.mac, EventHead.key, EventHead.seal)).first()
    verdict = Verdict()
    ends = [kept] if kept else []
    is_genuine = False
    if found is not None:
        recorded = Head(found.number, found.mac)
        is_genuine = recorded.is_sealed_by(found.key, found.seal, known)
        if is_genuine:
            ends.append(recorded)
        else:
            verdict.add(Finding("head_changed" if any(key.id == found.key for key in known) else "head_of_unknown_key"))
    look = _Look(session, known, verdict, ends, is_end_known=is_genuine)
    look.along(newest)
    if found is None and verdict.entries:
        verdict.add(Finding("head_removed"))
    elif found is None and session.scalar(select(Account.id).limit(1)) is not None:
        verdict.add(Finding("emptied"))
    if newest is None and look.all_are_genuine:
        for fact in unentered(session):
            verdict.lacks(fact)
    return verdict


class _Look:
    """The way along the chain."""

    def __init__(self, session: Session, known: tuple[Key, ...], verdict: Verdict, ends: list[Head], *, is_end_known: bool) -> None:
        self._session = session
        self._keys = {key.id: key for key in known}
        self._present = known[0].id
        self._verdict = verdict
        self._ends = ends
        self._end = max((end.number for end in ends), default=0)
        self._is_end_known = is_end_known
        self._number, self._mac, self._is_sound = 0, BEGINNING, True
        self.all_are_genuine = True

    def along(self, newest: int | None) -> None:
        after = None if newest is None else self._before(newest)
        while True:
            try:
                for row in self._session.execute(_rows(after).execution_options(yield_per=AT_ONCE)):
                    self._pass(row)
                    after = row.id
                return self._arrive()
            except DBAPIError as error:
                _require_unreadable(error)
                after = self._past_the_unreadable(after)

    def _before(self, newest: int) -> int | None:
        """The number after which to begin; the entry of that number is taken as it is."""
        last = self._session.scalar(select(func.max(Event.id))) or 0
        before = self._session.execute(
            select(Event.id, Event.mac).where(Event.id <= last - newest).order_by(Event.id.desc()).limit(1)
        ).first()
        if before is None or before.id < 1:
            return None
        self._number, self._mac = before.id, before.mac
        self._ends = [end for end in self._ends if end.number > before.id]
        return self._number

    def _past_the_unreadable(self, after: int | None) -> int:
        """Go on one by one, as far as behind the entry that cannot be read."""
        numbers = select(Event.id).where(true() if after is None else Event.id > after).order_by(Event.id).limit(AT_ONCE)
        for number in self._session.scalars(numbers).all():
            after = number
            try:
                self._pass(self._session.execute(_rows(number - 1).limit(1)).one())
            except DBAPIError as error:
                _require_unreadable(error)
                self._step(number, "")
                self._verdict.add(Finding("changed", number, number))
                self._is_sound = self.all_are_genuine = False
                break
        return after or 0

    def _pass(self, row: Row[Any]) -> None:
        key = self._keys.get(row.key)
        before = self._mac
        follows = self._step(row.id, row.mac) and self._is_sound
        wrong = self._wrong_with(row, key, before=before if follows else None)
        if wrong:
            self._verdict.add(Finding(wrong, row.id, row.id))
        self._is_sound = wrong not in ("changed", "inserted")
        if key and wrong in (None, "resumed"):
            self._note(row, key)

    def _step(self, number: int, mac: str) -> bool:
        """To the next entry; whether it has the next number."""
        follows = number <= self._number + 1
        if not follows:
            self._verdict.add(Finding("removed", self._number + 1, number - 1))
        self._number, self._mac = number, mac
        self._verdict.entries += 1
        return follows

    def _wrong_with(self, row: Row[Any], key: Key | None, *, before: str | None) -> Kind | None:
        """`before` is the seal that has to stand before this entry's; None where nobody can tell."""
        if key is None or not _is_genuine(row, key):
            self.all_are_genuine = False
            if row.id < 1 or (self._is_end_known and row.id > self._end):
                return "inserted"
            return "changed" if key else "unknown_key"
        if before is not None and row.previous != before:
            return "misplaced"
        if any(end.number == row.id and end.mac != row.mac for end in self._ends):
            return "changed"
        return "resumed" if row.action == chain.RESUMED and not self._was_the_end(row, before) else None

    def _was_the_end(self, row: Row[Any], before: str | None) -> bool:
        """Whether the head that a resuming entry found was genuine after all, and that of the entry before it."""
        found = json.loads(row.detail)
        if not found or before is None:
            return False
        head = Head(found["number"], found["mac"])
        return head == Head(row.id - 1, before) and head.is_sealed_by(found["key"], found["seal"], self._keys.values())

    def _note(self, row: Row[Any], key: Key) -> None:
        runs = self._verdict.sealed
        if runs and runs[-1].key == key.id:
            runs[-1] = Sealed(key.id, runs[-1].first, row.id, runs[-1].is_present)
        else:
            runs.append(Sealed(key.id, row.id, row.id, key.id == self._present))
        if row.action == chain.BEGUN:
            self._verdict.earlier, self._verdict.begun = int(json.loads(row.detail)["earlier"]), _moment(row.at)

    def _arrive(self) -> None:
        self._verdict.head = Head(self._number, self._mac)
        if self._end > self._number:
            self._verdict.add(Finding("cut", self._number + 1, self._end))


def _require_unreadable(error: DBAPIError) -> None:
    """Bytes that are no text, which nothing of ours writes, are refused by the driver."""
    if "decode" not in str(error.orig):
        raise error


def _rows(after: int | None) -> Select[*tuple[Any, ...]]:
    # As they are stored: a value that cannot be what was recorded must not stop the look.
    found = select(
        Event.id,
        type_coerce(Event.at, NullType()).label("at"),
        Event.account_id,
        Event.action,
        Event.opening_id,
        Event.application_id,
        cast(Event.detail, Text).label("detail"),
        Event.key,
        Event.previous,
        Event.mac,
    ).order_by(Event.id)
    return found if after is None else found.where(Event.id > after)


def _is_genuine(row: Sequence[Any], key: Key) -> bool:
    number, at, account_id, action, opening_id, application_id, detail, _, previous, mac = row
    try:
        entry = Entry(number, _moment(at), account_id, action, opening_id, application_id, json.loads(detail))
        return compare_digest(chain.mac(key, previous, entry).encode(), mac.encode())
    except (TypeError, ValueError, AttributeError, RecursionError):
        return False


def _moment(stored: Any) -> datetime:
    """On SQLite a text of UTC."""
    return stored if isinstance(stored, datetime) else datetime.fromisoformat(stored).replace(tzinfo=UTC)
