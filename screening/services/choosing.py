"""Finding an opening, a candidate or an account by what somebody types at the command line: an identifier or the exact name."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, joinedload

from screening.errors import ScreeningError
from screening.models import Account, Application, Candidate, Opening
from screening.services.accounts import canonical_email

SHOWN = 10


class NoneOrSeveral(ScreeningError):
    """Nothing has this name, or more than one thing has it."""


def opening(session: Session, words: str) -> Opening:
    """The opening with this identifier or title."""
    found = session.scalars(
        select(Opening).where(or_(Opening.public_id == words, func.lower(Opening.title) == words.lower())).order_by(Opening.id)
    ).all()
    if len(found) == 1:
        return found[0]
    if found:
        raise NoneOrSeveral(_several(words, "openings", [(row.public_id, row.state) for row in found]))
    others = session.scalars(select(Opening.title).order_by(Opening.id.desc()).limit(SHOWN)).all()
    there_are = f" There are: {'; '.join(others)}." if others else " There are no openings yet."
    raise NoneOrSeveral(f"There is no opening “{words}”.{there_are}")


def application(session: Session, words: str, within: Opening | None = None) -> Application:
    """The application with this identifier, or of the candidate with this name (in the opening, if one is given)."""
    query = (
        select(Application, Opening.title)
        .join(Candidate, Application.candidate_id == Candidate.id)
        .join(Opening, Application.opening_id == Opening.id)
        .options(joinedload(Application.candidate))
        .where(or_(Application.public_id == words, func.lower(Candidate.name) == words.lower(), Candidate.name == words))
        .order_by(Application.id)
    )
    rows = session.execute(query if within is None else query.where(Application.opening_id == within.id)).all()
    if len(rows) == 1:
        return rows[0][0]
    if rows:
        raise NoneOrSeveral(_several(words, "candidates", [(row.public_id, title) for row, title in rows]))
    where = f" in “{within.title}”" if within else ""
    raise NoneOrSeveral(
        f"There is no candidate “{words}”{where}: give the whole name as recorded, or the identifier in the page's address."
    )


def account(session: Session, email: str) -> Account:
    """The active account with this e-mail address."""
    found = session.scalar(select(Account).where(Account.email == canonical_email(email)))
    if found is None:
        raise NoneOrSeveral(f"There is no account with the e-mail address {email}.")
    if not found.is_active:
        raise NoneOrSeveral(f"The account {email} is switched off: an administrator can switch it on again.")
    return found


def _several(words: str, what: str, choices: Sequence[tuple[str, str]]) -> str:
    shown = "; ".join(f"{public_id} ({about})" for public_id, about in choices[:SHOWN])
    more = f"; and {len(choices) - SHOWN} more" if len(choices) > SHOWN else ""
    return f"{len(choices)} {what} are called “{words}”. Give the identifier of one: {shown}{more}."
