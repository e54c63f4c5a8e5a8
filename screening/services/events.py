"""The record of who did what. Names are looked up when it is shown, so that it holds no personal text.

Entries are collected while a transaction lasts and written when it commits, in one go: they form a chain (see `screening/chain.py`), and
while one transaction adds to it every other has to wait. So nobody can read an entry in the transaction that made it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Set
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import ScalarSelect, Table, bindparam, event, func, insert, select, update
from sqlalchemy.orm import Session, SessionTransaction

from screening import chain
from screening.chain import Chain, Head
from screening.clock import now
from screening.database import PROGRAM
from screening.errors import NoKey
from screening.models import Account, Application, Event, EventHead, Opening

DENIED = "denied"
"""Somebody asked for what is not there or not open to them."""

CHANGES_NOTHING = frozenset(
    {
        "account_exported",
        "backup_made",
        "cleaned_up",
        "agenda_made",
        DENIED,
        "dossier_made",
        "figures_shown",
        "hold_lifted",
        "hold_set",
        "job_asked",
        "job_cancelled",
        "job_done",
        "job_fetched",
        "kit_made",
        "kit_taken",
        "person_exported",
        "problems_exported",
        "ratings_exported",
        "reminded",
        "retention_set",
        "restored",
        "rubric_saved",
        "summary_made",
        "table_exported",
    }
)
"""What leaves the comparison and the summaries as they were: looking, printing, and work on drafts."""

JOINED = "account_created"
"""Somebody got an account. The first entry there is tells of the first one."""

_PENDING = "events"
_ADDING = 0x5C4EE4
"""The number of the lock that whoever adds to the chain holds."""

_LAST = select(Event.id, Event.mac).order_by(Event.id.desc()).limit(1)
_HEAD = select(EventHead.number, EventHead.mac, EventHead.key, EventHead.seal)
_ADD = insert(Event)
_MOVE_HEAD = update(EventHead)
_HELD: Mapping[str, Table] = {
    name: cast(Table, table.__table__)
    for name, table in (("account_id", Account), ("opening_id", Opening), ("application_id", Application))
}


def _counted(name: str, rows: Table) -> ScalarSelect[int]:
    held = select(rows.c.id).where(rows.c.id.in_(bindparam(name, expanding=True))).with_for_update(read=True, key_share=True)
    return select(func.count()).select_from(held.cte(name)).scalar_subquery()


_HOLD = select(*(_counted(name, rows) for name, rows in _HELD.items()))
"""In one go, as PostgreSQL takes up each of them for its count."""


@dataclass(frozen=True, slots=True)
class _Pending:
    within: SessionTransaction | None
    entry: dict[str, Any]


def record(
    session: Session,
    actor: int | None,
    action: str,
    *,
    opening_id: int | None = None,
    application_id: int | None = None,
    **detail: Any,
) -> None:
    """Add an entry; `detail` may hold keys, numbers and public identifiers, never what somebody wrote.

    What a program does for somebody is entered as theirs, with the identifier of its key as `program`.
    """
    if program := session.info.get(PROGRAM):
        detail["program"] = program
    if _PENDING not in session.info:
        session.info[_PENDING] = []
        event.listen(session, "before_commit", _write)
        event.listen(session, "after_soft_rollback", _forget)
    entry = {
        "at": now(),
        "account_id": actor,
        "action": action,
        "opening_id": opening_id,
        "application_id": application_id,
        # As it will be read again: the seal is over that.
        "detail": json.loads(json.dumps(detail, allow_nan=False)),
    }
    session.info[_PENDING].append(_Pending(session.get_nested_transaction() or session.get_transaction(), entry))


def _forget(session: Session, undone: SessionTransaction) -> None:
    """What was undone did not happen, be it the whole transaction or a part of it."""
    session.info[_PENDING] = [one for one in session.info[_PENDING] if not _is_inside(one.within, undone)]


def _is_inside(transaction: SessionTransaction | None, outer: SessionTransaction) -> bool:
    return transaction is not None and (transaction is outer or _is_inside(transaction.parent, outer))


def _write(session: Session) -> None:
    if session.in_nested_transaction() or not session.info[_PENDING]:
        return
    entries = [one.entry for one in session.info[_PENDING]]
    session.flush()
    _hold_what_is_named(session, entries)
    end = _end(session, newcomers={entry["detail"].get("account") for entry in entries if entry["action"] == JOINED})
    connection = session.connection()
    connection.execute(_ADD, [end.add(entry) for entry in entries])
    head = end.head_row()
    if not connection.execute(_MOVE_HEAD, head).rowcount:
        connection.execute(insert(EventHead).values(head))
    session.info[_PENDING] = []


def _hold_what_is_named(session: Session, entries: list[dict[str, Any]]) -> None:
    """Wait for whoever holds the rows that the entries refer to before the chain is held, never after: nobody waits in a circle."""
    if session.get_bind().dialect.name != "postgresql":
        return
    named = {column: sorted({entry[column] for entry in entries} - {None}) for column in _HELD}
    if any(named.values()):
        session.connection().execute(_HOLD, named)


def _end(session: Session, *, newcomers: Set[str]) -> Chain:
    """The end of the chain, which nobody else adds to until this transaction ends. SQLite has one writer at a time anyway.

    `newcomers` are the accounts that are made in this transaction. Where there is no chain yet, nobody can have been here before them.
    """
    connection = session.connection()
    known = connection.get_execution_options().get(chain.KEYS)
    if not known:
        raise NoKey
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(_ADDING)))
    last = connection.execute(_LAST).first()
    found = connection.execute(_HEAD).first()
    if last is None and found is None:
        others = select(Account.id).where(Account.public_id.not_in(newcomers))
        if session.scalar(others.limit(1)) is None:
            return Chain(known, Head())
    head = Head(found.number, found.mac) if found else None
    if head and found and head.is_sealed_by(found.key, found.seal, known):
        end = Chain(known, head)
        end.skip_to(last.id if last else 0)
        return end
    return _resumed(session, Chain(known, Head(last.id, last.mac) if last else Head()), found._asdict() if found else {})


def _resumed(session: Session, end: Chain, head: dict[str, Any]) -> Chain:
    """The chain goes on from its last entry, and says in an entry of its own what head was there: one that cannot be checked with the keys
    that are known may be checked with others later.
    """
    entry: dict[str, Any] = {"at": now(), "account_id": None, "action": chain.RESUMED, "opening_id": None, "application_id": None}
    session.connection().execute(insert(Event).values(end.add({**entry, "detail": head})))
    return end
