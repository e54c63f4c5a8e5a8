"""Keys that a person's programs sign in with: what each may do, how long it holds, and ending it.

A program may do what its owner may, at the most: whatever the policy says of the person holds for the key, on every request anew.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from sqlalchemy import bindparam, delete, func, select, update
from sqlalchemy.orm import Session, joinedload

from screening import passwords
from screening.clock import now
from screening.errors import Invalid, NotFound
from screening.models import Account, ApiToken
from screening.models.erased import built_once
from screening.policy import Viewer, viewer_for
from screening.services.events import record

MAX_NAME = 60
MAX_TOKENS = 20
DAYS = (7, 30, 90, 365)
USED_EVERY = timedelta(hours=1)
"""That a key is in use is noted as often as this."""

PREFIX = "scr_"
"""So that whoever finds one in a file knows what it is."""


class Scope(StrEnum):
    """What a key may be allowed; each route of the interface for programs needs one of these."""

    READ_OPENINGS = "openings:read"
    READ_CANDIDATES = "candidates:read"
    WRITE_CANDIDATES = "candidates:write"
    READ_SCORECARDS = "scorecards:read"
    WRITE_SCORECARDS = "scorecards:write"
    READ_RESULTS = "results:read"


IN_WORDS = {
    Scope.READ_OPENINGS: "See your openings and their rubrics",
    Scope.READ_CANDIDATES: "See what is recorded about candidates",
    Scope.WRITE_CANDIDATES: "Add candidates, and change what is recorded",
    Scope.READ_SCORECARDS: "See your own scorecards",
    Scope.WRITE_SCORECARDS: "Fill in and submit your own scorecards",
    Scope.READ_RESULTS: "See the comparison, and all ratings that it is made of",
}


@dataclass(frozen=True, slots=True)
class Bearer:
    """Which key it is, whose, and what it may do. `way` is how its owner signs in. `note`: that it is used is to be noted again."""

    public_id: str
    viewer: Viewer
    scopes: frozenset[Scope]
    way: str
    note: bool


def make(session: Session, account: Account, *, name: str, scopes: Collection[Scope], days: int) -> str:
    """A new key, which nobody sees again. Raises `Invalid` where there are too many."""
    session.execute(delete(ApiToken).where(ApiToken.account_id == account.id, ApiToken.expires_at <= now()))
    if (session.scalar(select(func.count()).where(ApiToken.account_id == account.id)) or 0) >= MAX_TOKENS:
        raise Invalid(f"You have {MAX_TOKENS} keys. End one of them first.")
    key = PREFIX + secrets.token_urlsafe(32)
    chosen = sorted(scopes, key=list(Scope).index)
    row = ApiToken(account_id=account.id, token_hash=passwords.digest(key), name=name, scopes=" ".join(chosen))
    row.expires_at = now() + timedelta(days=days)
    session.add(row)
    session.flush()
    record(session, account.id, "token_made", token=row.public_id, scopes=[str(scope) for scope in chosen], days=days)
    return key


def own(session: Session, viewer: Viewer) -> Sequence[ApiToken]:
    """The viewer's keys that hold still, the newest first."""
    mine = select(ApiToken).where(ApiToken.account_id == viewer.account_id, ApiToken.expires_at > now())
    return session.scalars(mine.order_by(ApiToken.id.desc())).all()


def scopes_of(row: ApiToken) -> list[Scope]:
    return [Scope(word) for word in row.scopes.split()]


def end(session: Session, viewer: Viewer, public_id: str) -> None:
    """End one of the viewer's keys. Raises `NotFound` for any other."""
    row = session.scalar(select(ApiToken).where(ApiToken.public_id == public_id, ApiToken.account_id == viewer.account_id))
    if row is None:
        raise NotFound
    session.delete(row)
    record(session, viewer.account_id, "token_ended", token=public_id)


_OF_KEY = built_once(
    select(ApiToken).options(joinedload(ApiToken.account, innerjoin=True)).where(ApiToken.token_hash == bindparam("digest"))
)


def bearer_of(session: Session, key: str) -> Bearer | None:
    """Who signs in with the key; None where it is none, has expired, or its owner's account is switched off."""
    row, at = session.scalar(_OF_KEY, {"digest": passwords.digest(key)}), now()
    if row is None or row.expires_at <= at or not row.account.is_active:
        return None
    way = "password" if row.account.password_hash else "provider"
    note = row.used_at is None or at - row.used_at > USED_EVERY
    return Bearer(row.public_id, viewer_for(session, row.account), frozenset(scopes_of(row)), way, note)


def note_used(session: Session, public_id: str) -> None:
    session.execute(update(ApiToken).where(ApiToken.public_id == public_id).values(used_at=now()))
