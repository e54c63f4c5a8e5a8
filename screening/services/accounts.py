"""Signing in and out, a person's own account, and one-time links.

Checking and hashing a password is slow on purpose. So the callers do it between two transactions (`claim`, then `settle`): nobody else's
write waits for it, and what was checked is compared again when it is acted upon.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from unicodedata import normalize

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload

from screening import passwords
from screening.clock import now
from screening.errors import Invalid, LinkInvalid, NotFound
from screening.models import Account, ApiToken, Link, SignIn
from screening.models.erased import built_once
from screening.policy import Viewer, viewer_for
from screening.services import throttling
from screening.services.events import record

LINK_LIFE = timedelta(minutes=60)
HALF_LIFE = timedelta(minutes=10)
"""So long a session waits for the second factor."""

SEEN_EVERY = timedelta(minutes=1)
KEEP_ENDED = timedelta(days=31)
"""Sessions are swept away after this; no setting lets one live longer."""


@dataclass(frozen=True, slots=True)
class Claim:
    """Who somebody says they are, before the password is checked. `password_hash` is empty where no password can be right."""

    account_id: int | None
    password_hash: str = field(repr=False)
    tries_of: str
    address: str


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a session's token. Half a session proves a password and no more: whoever holds it may give the second factor, or go.

    `way` is how it began; `note`: its last use should be noted; `is_fresh`: it began a moment ago.
    """

    viewer: Viewer
    way: str
    is_half: bool
    is_fresh: bool
    note: bool


@dataclass(frozen=True, slots=True)
class OwnSession:
    """One of a person's sessions. `key` names it in a form without saying anything of its token."""

    key: str
    begun: datetime
    seen: datetime
    device: str
    is_this: bool


@dataclass(frozen=True, slots=True)
class OwnAccount:
    """How a person can sign in. `issuer` is that of the identity provider the account is linked with, or ''."""

    has_password: bool
    has_second_factor: bool
    issuer: str


def canonical_email(email: str) -> str:
    """As it is stored and compared, however it was typed: on a page, in a list, by a program or as a command."""
    return normalize("NFC", email.strip().casefold())


def claim(session: Session, email: str, *, address: str, known: tuple[str, str] | None = None) -> Claim:
    """Enter a try to sign in. Raises `TooMany` while the account or the address has to wait.

    `known` is (account's public id, browser) of a browser that signed in before: its tries are counted apart, so that strangers who
    guess cannot shut the owner out.
    """
    email = canonical_email(email)
    account = session.scalar(select(Account).where(Account.email == email))
    tries_of = f"account:{email}" if account is not None else f"nobody:{email}"
    if account is not None and known is not None and known[0] == account.public_id:
        tries_of = f"browser:{known[1]}"
    throttling.enter(session, tries_of, address)
    if account is None or not account.is_active:
        return Claim(None, "", tries_of, address)
    return Claim(account.id, account.password_hash, tries_of, address)


def claim_again(session: Session, viewer: Viewer, *, address: str) -> Claim:
    """Enter a try of somebody signed in to confirm their password. Raises `TooMany`."""
    tries_of = f"confirm:{viewer.public_id}"
    throttling.enter(session, tries_of, address)
    return Claim(viewer.account_id, session.get_one(Account, viewer.account_id).password_hash, tries_of, address)


def settle(session: Session, claimed: Claim, *, right: bool, failure: str = "sign_in_failed") -> Account | None:
    """The account when the password was right and nothing changed meanwhile; otherwise None, and the try counts."""
    account = session.get(Account, claimed.account_id, with_for_update=True) if right and claimed.account_id is not None else None
    if account is not None and account.is_active and account.password_hash == claimed.password_hash:
        throttling.clear(session, claimed.tries_of)
        return account
    throttling.note_failure(session, claimed.tries_of, claimed.address)
    record(session, None, failure)
    return None


def sign_in(session: Session, account: Account, *, replacing: str = "", way: str = "password", half: bool = False, device: str = "") -> str:
    """Begin a session in place of the one with the token `replacing`. Returns the token for the cookie; its digest is what is stored."""
    # Whichever way they came: wrong tries on the others are no longer all in a row. Half a session says nothing about codes.
    throttling.end_run(session, *(tries for tries in tries_on(account) if not (half and tries.startswith("code:"))))
    ended = SignIn.token_hash == passwords.digest(replacing)
    session.execute(delete(SignIn).where(ended | (SignIn.created_at < now() - KEEP_ENDED)))
    token = secrets.token_urlsafe(32)
    row = SignIn(token_hash=passwords.digest(token), account_id=account.id, seen_at=now(), way=way, is_half=half, device=device)
    session.add(row)
    record(session, account.id, "half_signed_in" if half else "signed_in", way=way)
    return token


def tries_on(account: Account) -> tuple[str, str, str]:
    """What tries to get into the account, or past its owner's confirmation, are counted under where no browser has its own."""
    return f"account:{account.email}", f"confirm:{account.public_id}", f"code:{account.public_id}"


def sign_out(session: Session, token: str) -> None:
    row = _of_token(session, token)
    if row is not None:
        session.delete(row)
        record(session, row.account_id, "signed_out")


def holder_of(session: Session, token: str, *, idle: timedelta, life: timedelta) -> Holder | None:
    """Who holds the token; None when its session has ended."""
    found, at = _of_token(session, token), now()
    if found is None or not found.account.is_active:
        return None
    unused, age = at - found.seen_at, at - found.created_at
    if unused > idle or age > (HALF_LIFE if found.is_half else life):
        return None
    return Holder(viewer_for(session, found.account), found.way, found.is_half, age < HALF_LIFE, unused > SEEN_EVERY)


_OF_TOKEN = built_once(select(SignIn).options(joinedload(SignIn.account, innerjoin=True)).where(SignIn.token_hash == bindparam("digest")))


def _of_token(session: Session, token: str) -> SignIn | None:
    return session.scalar(_OF_TOKEN, {"digest": passwords.digest(token)})


def note_seen(session: Session, token: str) -> None:
    session.execute(update(SignIn).where(SignIn.token_hash == passwords.digest(token)).values(seen_at=now()))


def end_sessions(session: Session, account_id: int, *, but: str = "") -> None:
    """End every session of an account, except the one with the token `but`.

    Where none is to stay, the keys of its programs end as well: whoever had a session may have made one.
    """
    session.execute(delete(SignIn).where(SignIn.account_id == account_id, SignIn.token_hash != passwords.digest(but)))
    if not but:
        session.execute(delete(ApiToken).where(ApiToken.account_id == account_id))


def own(session: Session, viewer: Viewer) -> Account:
    """The viewer's account, held until the transaction ends."""
    return session.get_one(Account, viewer.account_id, with_for_update=True)


def own_account(session: Session, viewer: Viewer) -> OwnAccount:
    account = session.get_one(Account, viewer.account_id, options=[joinedload(Account.identity), joinedload(Account.second_factor)])
    issuer = account.identity.issuer if account.identity else ""
    return OwnAccount(bool(account.password_hash), account.second_factor is not None, issuer)


def own_sessions(session: Session, viewer: Viewer, token: str, *, idle: timedelta, life: timedelta) -> list[OwnSession]:
    """The viewer's sessions that have not ended, the one in use first."""
    this, at = passwords.digest(token), now()
    found = _sign_ins(session, viewer, SignIn.seen_at >= at - idle, SignIn.created_at >= at - life, ~SignIn.is_half)
    listed = [OwnSession(_key(row), row.created_at, row.seen_at, row.device, row.token_hash == this) for row in found]
    return sorted(listed, key=lambda row: not row.is_this)


def end_own(session: Session, viewer: Viewer, key: str) -> None:
    """End one of the viewer's sessions. Raises `NotFound` for any other."""
    found = [row for row in _sign_ins(session, viewer) if _key(row) == key]
    if not found:
        raise NotFound
    session.delete(found[0])
    record(session, viewer.account_id, "session_ended")


def end_others(session: Session, viewer: Viewer, token: str) -> None:
    end_sessions(session, viewer.account_id, but=token)
    record(session, viewer.account_id, "other_sessions_ended")


def _sign_ins(session: Session, viewer: Viewer, *conditions: object) -> Sequence[SignIn]:
    query = select(SignIn).where(SignIn.account_id == viewer.account_id, *conditions)  # type: ignore[arg-type]
    return session.scalars(query.order_by(SignIn.seen_at.desc())).all()


def _key(row: SignIn) -> str:
    return passwords.digest(f"session:{row.token_hash}")[:32]


def create_account(
    session: Session, actor: int | None, *, email: str, name: str, administrator: bool = False, may_open: bool = False
) -> Account:
    """An account without a password, to be opened by an invitation link."""
    email = canonical_email(email)
    taken = Invalid("There is already an account with this e-mail address.", field="email")
    if session.scalar(select(Account.id).where(Account.email == email)) is not None:
        raise taken
    account = Account(email=email, name=normalize("NFC", name.strip()), is_administrator=administrator, may_open=may_open)
    session.add(account)
    try:
        session.flush()
    except IntegrityError:
        # Somebody else created it in the same moment.
        raise taken from None
    record(session, actor, "account_created", account=account.public_id)
    return account


def set_password(session: Session, account: Account, password_hash: str) -> None:
    """Give the account this password: all its sessions and unused links end, and earlier wrong tries no longer count."""
    account.password_hash = password_hash
    end_sessions(session, account.id)
    drop_links(session, account.id)
    throttling.clear(session, *tries_on(account))
    record(session, account.id, "password_set")


def drop_links(session: Session, account_id: int) -> None:
    session.execute(delete(Link).where(Link.account_id == account_id, Link.used_at.is_(None)))


def new_link(session: Session, actor: int | None, account: Account, purpose: str) -> str:
    """A one-time token; earlier unused links of the account stop working."""
    drop_links(session, account.id)
    token = secrets.token_urlsafe(32)
    session.add(Link(token_hash=passwords.digest(token), account_id=account.id, purpose=purpose, expires_at=now() + LINK_LIFE))
    record(session, actor, f"{purpose}_link_made", account=account.public_id)
    return token


def find_link(session: Session, token: str) -> Link:
    """The unused link, without using it up. Raises `LinkInvalid`."""
    link = session.scalar(select(Link).options(joinedload(Link.account)).where(Link.token_hash == passwords.digest(token)))
    if link is None or link.used_at is not None or link.expires_at < now() or not link.account.is_active:
        raise LinkInvalid
    return link


def take_link(session: Session, token: str) -> Account:
    """Use the link up. Of two who try at once, one gets `LinkInvalid`."""
    link = find_link(session, token)
    session.refresh(link, ["used_at"], with_for_update=True)
    if link.used_at is not None:
        raise LinkInvalid
    link.used_at = now()
    return link.account
