"""Accounts and who their owners are at the identity provider. What links them is the provider's own identifier, never an e-mail address."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from screening.clock import now
from screening.errors import Invalid
from screening.models import Account, Identity
from screening.services import throttling
from screening.services.accounts import drop_links, end_sessions
from screening.services.events import record


def enter(session: Session, state: str, address: str) -> None:
    """Note that somebody came back from the provider, before it is asked what that is worth. Raises `TooMany`."""
    throttling.enter(session, _tries_of(state), address)


def note_failure(session: Session, state: str, address: str) -> None:
    throttling.note_failure(session, _tries_of(state), address)
    record(session, None, "sign_in_failed", way="provider")


def clear(session: Session, state: str) -> None:
    throttling.clear(session, _tries_of(state))


def _tries_of(state: str) -> str:
    return f"journey:{state}"


def account_of(session: Session, issuer: str, subject: str) -> Account | None:
    """The account linked with somebody at the provider, if it may be used."""
    query = select(Account).join(Identity).where(Identity.issuer == issuer, Identity.subject == subject, Account.is_active)
    return session.scalar(query)


def link(session: Session, account: Account, issuer: str, subject: str) -> None:
    """Link the account with somebody at the provider, in place of whom it was linked with. The caller has seen proof of both.

    Raises `Invalid` while somebody else's account is linked with them.
    """
    session.merge(Identity(account_id=account.id, issuer=issuer, subject=subject, linked_at=now()))
    try:
        session.flush()
    except IntegrityError:
        raise Invalid("Your account at the provider is linked with somebody else’s account here. Ask your administrator.") from None
    record(session, account.id, "identity_linked", account=account.public_id)


def take_up(session: Session, account: Account, issuer: str, subject: str) -> None:
    """Link the account whose one-time link was used: its sessions and its other links end, as with a new password."""
    link(session, account, issuer, subject)
    end_sessions(session, account.id)
    drop_links(session, account.id)


def unlink(session: Session, account: Account) -> None:
    """Raises `Invalid` where nothing would be left to sign in with."""
    identity = session.get(Identity, account.id)
    if identity is None:
        return
    if not account.password_hash:
        raise Invalid("Without a password you could no longer sign in. Ask your administrator for a link, and choose a password first.")
    session.delete(identity)
    record(session, account.id, "identity_unlinked", account=account.public_id)
