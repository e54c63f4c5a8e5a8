"""Put checked rows into an opening: a fixed number of statements, however many rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from rubrics.qualifications import Facts
from screening.database import Base
from screening.models import Account, Application, Candidate, Opening
from screening.models.columns import new_public_id
from screening.policy import Viewer, viewer_for
from screening.services.accounts import canonical_email
from screening.services.candidates import Details, may_share
from screening.services.events import record
from screening.services.importing.rows import Check, Entry, Problem, Repeat
from screening.services.lookup import touch

# A database takes a limited number of values in one statement.
_AT_A_TIME = 500
# Rows go in as plain values: objects for ten thousand of them would take seconds.
_CANDIDATES, _APPLICATIONS = (Base.metadata.tables[table.__tablename__] for table in (Candidate, Application))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an import did. With problems, nothing was added."""

    added: int
    repeats: tuple[Repeat, ...] = ()
    problems: tuple[Problem, ...] = ()


def existing(session: Session, opening: Opening, own_email: str) -> Iterator[Details]:
    """The candidates of the opening, but for the acting person's own record, which does not exist for them."""
    who = (Candidate.name, Candidate.email, Candidate.phone)
    about = (Application.reference, Application.source, Application.notes)
    facts = (
        Application.months,
        Application.relatedness,
        Application.field,
        Application.education,
        Application.education_field,
        Application.requirements,
    )
    rows = session.execute(
        select(*who, *about, *facts)
        .join(Candidate, Application.candidate_id == Candidate.id)
        .where(Application.opening_id == opening.id)
        .order_by(Application.id)
    )
    for name, email, phone, reference, source, notes, *recorded in rows:
        if not own_email or email != own_email:
            yield Details(name, email, phone, reference, source, notes, Facts(*recorded))


def add(session: Session, opening: Opening, result: Check, actor_id: int | None) -> Outcome:
    """Add the entries of a check without problems, with one event for all of them."""
    if result.entries:
        viewer = viewer_for(session, session.get_one(Account, actor_id)) if actor_id is not None else None
        people = _people(session, viewer, result.entries)
        session.execute(insert(_APPLICATIONS), [_application(opening, entry, people[entry.row]) for entry in result.entries])
        touch(opening)
        record(session, actor_id, "candidates_imported", opening_id=opening.id, added=len(result.entries), left_out=len(result.repeats))
    return Outcome(len(result.entries), result.repeats)


def _people(session: Session, viewer: Viewer | None, entries: Sequence[Entry]) -> dict[int, int]:
    """The candidate's id for each row: of a person known by e-mail *and* name whose record the viewer may share, else of a new one."""
    known = _known_people(session, viewer, entries)
    found = {entry.row: known[key] for entry in entries if (key := _identity(entry.details.email, entry.details.name)) in known}
    new = [entry for entry in entries if entry.row not in found]
    public_ids = {entry.row: new_public_id() for entry in new}
    if new:
        session.execute(insert(_CANDIDATES), [_person(entry, public_ids[entry.row]) for entry in new])
    ids = _ids(session, list(public_ids.values()))
    return found | {row: ids[public_id] for row, public_id in public_ids.items()}


def _ids(session: Session, public_ids: Sequence[str]) -> dict[str, int]:
    # Not through RETURNING: with rows in order, SQLite would be asked once for each.
    found: dict[str, int] = {}
    for some in _portions(public_ids):
        query = select(Candidate.public_id, Candidate.id).where(Candidate.public_id.in_(some))
        found.update((row.public_id, row.id) for row in session.execute(query))
    return found


def _portions(values: Sequence[str]) -> Iterator[Sequence[str]]:
    return (values[place : place + _AT_A_TIME] for place in range(0, len(values), _AT_A_TIME))


def _identity(email: str, name: str) -> tuple[str, str]:
    return canonical_email(email), name.casefold()


def _known_people(session: Session, viewer: Viewer | None, entries: Sequence[Entry]) -> dict[tuple[str, str], int]:
    emails = sorted({canonical_email(entry.details.email) for entry in entries} - {""})
    known: dict[tuple[str, str], int] = {}
    for some in _portions(emails):
        query = select(Candidate.email, Candidate.name, Candidate.id).where(Candidate.email.in_(some), may_share(viewer))
        # Held, so that nobody is erased or renamed meanwhile; whoever was is not found any more.
        for email, name, person in session.execute(query.order_by(Candidate.id).with_for_update(read=True)):
            known.setdefault(_identity(email, name), person)
    return known


def _person(entry: Entry, public_id: str) -> dict[str, Any]:
    details = entry.details
    return {"public_id": public_id, "name": details.name, "email": canonical_email(details.email), "phone": details.phone}


def _application(opening: Opening, entry: Entry, person: int) -> dict[str, Any]:
    details = entry.details
    facts = details.facts
    return {
        "opening_id": opening.id,
        "candidate_id": person,
        "stage": entry.stage,
        "reference": details.reference,
        "source": details.source,
        "notes": details.notes,
        "months": facts.months,
        "relatedness": facts.relatedness,
        "field": facts.field,
        "education": facts.education,
        "education_field": facts.education_field,
        "requirements": dict(facts.requirements),
    }
