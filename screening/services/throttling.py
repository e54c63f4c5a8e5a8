"""Slowing down guesses at passwords, by account and by address, for all server processes together.

A try is entered before the password is checked and taken out again when it was right, so that tries made at the same time count too.
After `FREE_TRIES` wrong ones in a row each further try has to wait, a minute at first and twice as long every time; it opens by itself.
An address from which many different accounts were tried within a minute has to wait until that minute is over.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network
from math import ceil

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from screening.clock import now
from screening.errors import TooMany
from screening.models import Attempt
from screening.passwords import digest

FREE_TRIES = 10
ACCOUNTS_PER_ADDRESS = 10
WINDOW = timedelta(minutes=1)
LONGEST_WAIT = timedelta(days=1)
KEEP = timedelta(days=7)


def enter(session: Session, who: str, address: str) -> None:
    """Note a try for `who` before its password is checked. Raises `TooMany`, and notes nothing, while either has to wait."""
    one_at_a_time(session, digest(who))
    tries, _, last = _found(session, digest(who), KEEP)
    if tries >= FREE_TRIES:
        # The exponent is capped only to keep the number small: the wait stops growing long before.
        _open_at(last + min(WINDOW * 2 ** min(tries - FREE_TRIES, 20), LONGEST_WAIT))
    accounts, first, _ = _found(session, _of_address(address), WINDOW)
    if accounts >= ACCOUNTS_PER_ADDRESS:
        _open_at(first + WINDOW)
    session.add(Attempt(subject_hash=digest(who), at=now()))


def note_failure(session: Session, who: str, address: str) -> None:
    """The try was wrong. It counts for the address too, once a minute for each account."""
    where = _of_address(address)
    both = digest(f"{who} at {where}")
    one_at_a_time(session, both)
    if not _found(session, both, WINDOW)[0]:
        session.add_all(Attempt(subject_hash=subject, at=now()) for subject in (both, where))


def clear(session: Session, who: str) -> None:
    """The tries of `who` no longer count: one was right, or there is a new password."""
    session.execute(delete(Attempt).where((Attempt.subject_hash == digest(who)) | (Attempt.at < now() - KEEP)))


def _found(session: Session, subject: str, within: timedelta) -> tuple[int, datetime, datetime]:
    """How many tries, the first and the last of them (this moment where there are none).

    What was tried long after now is from a clock that was set back since, and must not lock anybody out until then.
    """
    moment = now()
    tried = select(func.count(), func.min(Attempt.at), func.max(Attempt.at)).where(Attempt.subject_hash == subject)
    count, first, last = session.execute(tried.where(Attempt.at > moment - within, Attempt.at <= moment + WINDOW)).one()
    return count, first or now(), last or now()


def _open_at(moment: datetime) -> None:
    seconds = ceil((moment - now()).total_seconds())
    if seconds > 0:
        raise TooMany(seconds)


def _of_address(address: str) -> str:
    """The digest of an address; of IPv6 the network of 64 bits, all of which one customer has."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return digest(f"address:{address}")
    if isinstance(parsed, IPv6Address):
        network = ip_network((int(parsed) >> 64 << 64, 64))
        return digest(f"address:{parsed.ipv4_mapped or network}")
    return digest(f"address:{parsed}")


def one_at_a_time(session: Session, subject: str) -> None:
    """Count and add without another transaction in between. SQLite has one writer at a time anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(int(subject[:15], 16))))
