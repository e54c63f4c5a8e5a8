"""Candidates and their applications: adding, changing facts, reading."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from rubrics.model import Rubric
from rubrics.qualifications import Facts
from screening.errors import Invalid, Stale
from screening.models import Application, Candidate, Opening
from screening.policy import Action, Sight, Viewer, require_candidate
from screening.services import rubrics
from screening.services.accounts import canonical_email
from screening.services.events import record
from screening.services.lookup import by_public_id, opening_for, touch


@dataclass(frozen=True, slots=True)
class Details:
    """What is entered about a candidate."""

    name: str
    email: str = ""
    phone: str = ""
    reference: str = ""
    source: str = ""
    notes: str = ""
    facts: Facts = field(default_factory=Facts)


def facts_of(application: Application) -> Facts:
    return Facts(
        months=application.months,
        relatedness=application.relatedness,
        field=application.field,
        education=application.education,
        education_field=application.education_field,
        requirements=application.requirements or {},
    )


def details_of(application: Application) -> Details:
    person = application.candidate
    return Details(
        person.name, person.email, person.phone, application.reference, application.source, application.notes, facts_of(application)
    )


def _fill(application: Application, details: Details) -> None:
    facts = details.facts
    application.reference, application.source, application.notes = details.reference, details.source, details.notes
    application.months, application.relatedness, application.field = facts.months, facts.relatedness, facts.field
    application.education, application.education_field = facts.education, facts.education_field
    application.requirements = dict(facts.requirements)


def add(session: Session, viewer: Viewer, opening_id: str, details: Details) -> Application:
    """Add a candidate to the opening. The same e-mail address or reference twice in an opening is refused."""
    opening = opening_for(session, viewer, opening_id, Action.MANAGE_CANDIDATES)
    _one_at_a_time(session, opening)
    check_new(details, known(session, opening.id))
    application = insert(session, opening, details, first_stage(rubrics.current(session, opening.id)))
    record(session, viewer.account_id, "candidate_added", opening_id=opening.id, application_id=application.id)
    return application


def _one_at_a_time(session: Session, opening: Opening) -> None:
    """Keep other writers of the opening's candidates out until the transaction ends, so that what was checked stays true."""
    touch(opening)
    session.flush()


@dataclass(frozen=True, slots=True)
class Known:
    """What is taken in an opening: e-mail addresses and references, each with the candidate's name."""

    emails: Mapping[str, str]
    references: Mapping[str, str]


def known(session: Session, opening_id: int, *, but: int = 0) -> Known:
    rows = session.execute(
        select(Candidate.email, Application.reference, Candidate.name)
        .join(Application, Application.candidate_id == Candidate.id)
        .where(Application.opening_id == opening_id, Application.id != but)
    ).all()
    return Known(
        emails={email: name for email, _, name in rows if email},
        references={reference: name for _, reference, name in rows if reference},
    )


def check_new(details: Details, taken: Known) -> None:
    """Raise `Invalid` where the e-mail address or the reference belongs to another candidate of the opening."""
    email = canonical_email(details.email)
    if email in taken.emails:
        raise Invalid(f"{taken.emails[email]} in this opening has this e-mail address already.", field="email")
    if details.reference in taken.references:
        raise Invalid(f"{taken.references[details.reference]} in this opening has this reference already.", field="reference")


def first_stage(published: rubrics.Published | None) -> str:
    return published.rubric.stages[0].key if published and published.rubric.stages else ""


def insert(session: Session, opening: Opening, details: Details, stage: str) -> Application:
    """The application, for a person already known by e-mail *and* name, else for a new one: nobody's record is ever overwritten."""
    email = canonical_email(details.email)
    person = None
    if email:
        person = session.scalar(
            select(Candidate).where(Candidate.email == email, func.lower(Candidate.name) == details.name.lower()).limit(1)
        )
    if person is None:
        person = Candidate(name=details.name, email=email, phone=details.phone)
        session.add(person)
    application = Application(opening_id=opening.id, candidate=person, stage=stage)
    _fill(application, details)
    session.add(application)
    session.flush()
    return application


def change(session: Session, viewer: Viewer, application_id: str, details: Details, *, version: int) -> Application:
    """Change what is recorded, if nobody else did since `version`. Raises `Stale`."""
    application, _ = get(session, viewer, application_id, Action.MANAGE_CANDIDATES)
    opening = session.get_one(Opening, application.opening_id)
    _one_at_a_time(session, opening)
    session.refresh(application)
    if application.version != version:
        raise Stale("This candidate's record", current=application.version)
    check_new(details, known(session, application.opening_id, but=application.id))
    person = application.candidate
    person.name, person.email, person.phone = details.name, canonical_email(details.email), details.phone
    _touch_elsewhere(session, viewer, person, opening)
    _fill(application, details)
    application.version += 1
    record(session, viewer.account_id, "candidate_changed", opening_id=application.opening_id, application_id=application.id)
    return application


def _touch_elsewhere(session: Session, viewer: Viewer, person: Candidate, opening: Opening) -> None:
    """The person's other openings show the name too."""
    others = session.scalars(
        select(Application).where(Application.candidate_id == person.id, Application.opening_id != opening.id).order_by(Application.id)
    )
    for other in others:
        touch(session.get_one(Opening, other.opening_id))
        record(session, viewer.account_id, "candidate_changed", opening_id=other.opening_id, application_id=other.id)


def get(session: Session, viewer: Viewer, application_id: str, action: Action) -> tuple[Application, Sight]:
    """The application with its candidate, if the viewer may do this with it."""
    application = by_public_id(session, Application, application_id)
    seen = require_candidate(session, viewer, action, application)
    return application, seen


def requirements_of(rubric: Rubric | None) -> dict[str, str]:
    """The yes/no requirements that a rubric asks for: key and name."""
    items = rubric.qualifications if rubric else ()
    return {item.key: item.criterion.name for item in items if item.criterion.kind == "requirement"}
