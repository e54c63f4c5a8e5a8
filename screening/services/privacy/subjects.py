"""Whose data it is about: found by an identifier or an e-mail address."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from screening.errors import ScreeningError
from screening.models import ERASED_TOO, Account, Application, Candidate
from screening.services.accounts import canonical_email
from screening.services.privacy.inventory import Subject


class NobodyOrSeveral(ScreeningError):
    """The words point to nobody, or to more than one person."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody that data are held about. `erased_at` is None unless only the mark of them is left."""

    kind: Subject
    id: int
    public_id: str
    name: str
    email: str
    erased_at: datetime | None

    @classmethod
    def of(cls, row: Candidate | Account) -> Person:
        kind = Subject.CANDIDATE if isinstance(row, Candidate) else Subject.ACCOUNT
        return cls(kind, row.id, row.public_id, row.name, row.email, row.erased_at)


def one(session: Session, words: str) -> Person:
    """The person with this e-mail address, or with the identifier of a candidate, an application or an account; erased ones too."""
    found = find(session, words)
    if len(found) == 1:
        return found[0]
    if not found:
        raise NobodyOrSeveral(
            "Nobody is recorded here under that. Give the e-mail address, or the identifier in the address of the person's page. "
            "Somebody who was erased is found by the identifier only."
        )
    choices = "; ".join(f"{person.public_id} ({person.kind.value})" for person in found)
    raise NobodyOrSeveral(f"{len(found)} people are recorded under that. Give the identifier of one: {choices}.")


def find(session: Session, words: str) -> Sequence[Person]:
    """Everybody whom the words point to, candidates first."""
    words = words.strip()
    if "@" in words:
        email = canonical_email(words)
        chosen = select(Candidate).where(Candidate.email == email), select(Account).where(Account.email == email)
    else:
        inside = select(Application.candidate_id).where(Application.public_id == words)
        chosen = (
            select(Candidate).where((Candidate.public_id == words) | Candidate.id.in_(inside)),
            select(Account).where(Account.public_id == words),
        )
    rows = [row for query in chosen for row in session.scalars(query.order_by("id"), execution_options=dict(ERASED_TOO))]
    return [Person.of(row) for row in rows]


def erased(session: Session) -> list[str]:
    """The identifiers of everybody erased, in the order of erasing."""
    marks = [
        row
        for table in (Candidate, Account)
        for row in session.execute(
            select(table.erased_at, table.public_id).where(table.erased_at.is_not(None)), execution_options=dict(ERASED_TOO)
        )
    ]
    return [public_id for _, public_id in sorted(marks)]
