"""What is void in an opening now, for the pages that mark it. Striking out and taking back are in `voids`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from screening.models import Void
from screening.models.erased import built_once

_STRUCK = built_once(
    select(Void.criterion, Void.question, Void.reason).where(Void.opening_id == bindparam("opening"), Void.undone_at.is_(None))
)


@dataclass(frozen=True, slots=True)
class Struck:
    """The reasons of void criteria by key, and of void questions by criterion key and the question's text."""

    criteria: Mapping[str, str]
    questions: Mapping[tuple[str, str], str]


def struck_in(session: Session, opening_id: int) -> Struck:
    """What is void now; the caller has asked the policy for the opening."""
    rows = session.execute(_STRUCK, {"opening": opening_id}).all()
    return Struck(
        criteria={key: reason for key, question, reason in rows if not question},
        questions={(key, question): reason for key, question, reason in rows if question},
    )
