"""Slowing down guesses at passwords, by account and by address, for all server processes together.

A try is entered before the password is checked and taken out again when it was right, so that tries made at the same time count too.
After `FREE_TRIES` wrong ones in a row each further try has to wait, a minute at first and twice as long every time; it opens by itself.
After `MOST_IN_A_ROW` it no longer does: wrong tries are remembered until one is right, or until there is a new password.
An address from which there were `TRIES_PER_ADDRESS` wrong tries within a minute has to wait until the first of them is a minute ago.

What tries are counted under is a word for what was tried, a colon, and of whom. The word stays readable in the table, so that what need
not be remembered can be swept away.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network
from math import ceil

from sqlalchemy import ColumnElement, and_, delete, func, or_, select
from sqlalchemy.orm import Session

from screening.clock import now
from screening.errors import ShutOut, TooMany
from screening.models import Attempt
from screening.passwords import digest

FREE_TRIES = 9
TRIES_PER_ADDRESS = 10
"""More than one account has, so that one forgotten password does not keep everybody at the same address waiting."""

MOST_IN_A_ROW = 100
WINDOW = timedelta(minutes=1)
LONGEST_WAIT = timedelta(days=1)
STILL_COUNTS = timedelta(days=7)
"""So old may tries be that go on counting when the owner got in by another way: who guesses gets no new free ones with each sign-in."""

_FORGOTTEN_AFTER = {"address": timedelta(days=1), "journey": timedelta(days=1), "nobody": timedelta(days=90)}
"""What is swept away: of addresses and ways to the provider soon; of accounts that there are not when hundred tries have long fitted in."""

_OF_THEIR_OWN = frozenset({"browser", "code-browser", "confirm"})
"""Tries of whoever signed in before: they neither count for an address nor wait for it, so strangers there can shut nobody out."""


def enter(session: Session, who: str, address: str) -> None:
    """Note a try for `who` before its password is checked. Raises `TooMany`, and notes nothing, while either has to wait."""
    subject = _subject(who)
    one_at_a_time(session, subject)
    _check_run(session, subject)
    if not _has_own_tries(who):
        _check_address(session, _of_address(address))
    session.add(Attempt(subject_hash=subject, at=now()))


def note_failure(session: Session, who: str, address: str) -> None:
    """The try was wrong: it counts for the address too."""
    if not _has_own_tries(who):
        session.add(Attempt(subject_hash=_of_address(address), at=now()))


def clear(session: Session, *whose: str) -> None:
    """The tries of all these no longer count: one was right, or there is a new password."""
    session.execute(delete(Attempt).where(or_(Attempt.subject_hash.in_([_subject(who) for who in whose]), *_to_be_forgotten())))


def end_run(session: Session, *whose: str) -> None:
    """Their owner got in by another way, which ends the run: of these only the tries of the last days still count."""
    subjects = [_subject(who) for who in whose]
    session.execute(delete(Attempt).where(Attempt.subject_hash.in_(subjects), Attempt.at < now() - STILL_COUNTS))


def _check_run(session: Session, subject: str) -> None:
    """What was tried long after now is from a clock that was set back since, and must not lock anybody out until then."""
    past = Attempt.at <= now() + WINDOW
    found = select(func.count(), func.count().filter(past), func.max(Attempt.at).filter(past)).where(Attempt.subject_hash == subject)
    in_a_row, tries, last = session.execute(found).one()
    if in_a_row >= MOST_IN_A_ROW:
        raise ShutOut(int(LONGEST_WAIT.total_seconds()))
    if tries >= FREE_TRIES:
        # The exponent is capped only to keep the number small: the wait stops growing long before.
        _open_at(last + min(WINDOW * 2 ** min(tries - FREE_TRIES, 20), LONGEST_WAIT))


def _check_address(session: Session, subject: str) -> None:
    moment = now()
    found = select(func.count(), func.min(Attempt.at)).where(Attempt.subject_hash == subject)
    tries, first = session.execute(found.where(Attempt.at > moment - WINDOW, Attempt.at <= moment + WINDOW)).one()
    if tries >= TRIES_PER_ADDRESS:
        _open_at(first + WINDOW)


def _to_be_forgotten() -> list[ColumnElement[bool]]:
    # "g" comes after all that a digest is written with; a range, as the index is of use for it.
    return [
        and_(Attempt.subject_hash.between(f"{kind}:", f"{kind}:g"), Attempt.at < now() - life) for kind, life in _FORGOTTEN_AFTER.items()
    ]


def _has_own_tries(who: str) -> bool:
    return who.partition(":")[0] in _OF_THEIR_OWN


def _subject(who: str) -> str:
    """What is stored of it: no name and no address."""
    return f"{who.partition(':')[0]}:{digest(who)}"[:64]


def _open_at(moment: datetime) -> None:
    seconds = ceil((moment - now()).total_seconds())
    if seconds > 0:
        raise TooMany(seconds)


def _of_address(address: str) -> str:
    """What tries of an address are counted under; of IPv6 the network of 64 bits, all of which one customer has."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return _subject(f"address:{address}")
    if isinstance(parsed, IPv6Address):
        network = ip_network((int(parsed) >> 64 << 64, 64))
        return _subject(f"address:{parsed.ipv4_mapped or network}")
    return _subject(f"address:{parsed}")


def one_at_a_time(session: Session, subject: str) -> None:
    """Count and add without another transaction in between. SQLite has one writer at a time anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(int(digest(subject)[:15], 16))))
