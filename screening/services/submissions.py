"""Forms that were sent, so that one sent twice counts once.

What a form asks for and the note that it was sent are one transaction: both are there or neither. Of two that are sent at the same time
the database lets one enter; the other waits for it, and then finds that it came second.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from screening.clock import now
from screening.errors import SentBefore
from screening.models import Submission
from screening.models.erased import built_once

_ENTER = insert(Submission.__table__)  # type: ignore[arg-type]
_ANSWER = built_once(select(Submission.address, Submission.content, Submission.at).where(Submission.digest == bindparam("digest")))
KEPT_FOR = timedelta(days=1)
UNDER_WAY = timedelta(seconds=30)
MOST_LETTERS = 2000
"""Of an address that is kept; one that is longer is not, and a form sent again then leads to the page it was on."""


class Answer(NamedTuple):
    """The address that a form led to, '' while that is not known, and the digest of its content where that is not part of its own."""

    address: str
    content: str
    at: datetime

    @property
    def is_young(self) -> bool:
        """Whether it may be under way still."""
        return now() - self.at < UNDER_WAY


def enter(session: Session, digest: str, account_id: int, address: str = "", content: str = "") -> None:
    """Note that this form is being sent. Raises `SentBefore` where it was; then nothing else may be done in this transaction."""
    row = {"digest": digest, "account_id": account_id, "address": _kept(address), "content": content, "at": now()}
    try:
        session.connection().execute(_ENTER, row)
    except IntegrityError:
        raise SentBefore from None


def led_to(session: Session, digest: str, address: str) -> None:
    session.execute(update(Submission).where(Submission.digest == digest).values(address=_kept(address)))


def drop(session: Session, digest: str) -> None:
    """It did not do what it asks for after all: the same form sent again is looked at anew."""
    session.execute(delete(Submission).where(Submission.digest == digest))


def answer(session: Session, digest: str) -> Answer | None:
    """What the form led to; None where it was not sent, or did nothing."""
    row = session.execute(_ANSWER, {"digest": digest}).one_or_none()
    return Answer(*row) if row else None


def sweep(session: Session) -> None:
    """Forget what was sent long ago: nobody has such a page open any more."""
    session.execute(delete(Submission).where(Submission.at < now() - KEPT_FOR))


def _kept(address: str) -> str:
    return address if len(address) <= MOST_LETTERS else ""
