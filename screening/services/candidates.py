"""Candidates and their applications: adding, changing facts, reading."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from sqlalchemy import ColumnElement, exists, func, or_, select, true
from sqlalchemy.orm import Session

from rubrics.model import Rubric
from rubrics.qualifications import Facts
from screening.errors import Invalid, NotFound, Stale
from screening.models import ERASED_TOO, Application, Candidate, Hold, Opening
from screening.policy import Action, Sight, Viewer, allows, require_candidate
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


def version_of(application: Application) -> int:
    """Grows with every change of what `details_of` says: of the application, or of the person, whom several openings may share."""
    return application.version + application.candidate.version - 1


def _fill(application: Application, details: Details) -> None:
    facts = details.facts
    application.reference, application.source, application.notes = details.reference, details.source, details.notes
    application.months, application.relatedness, application.field = facts.months, facts.relatedness, facts.field
    application.education, application.education_field = facts.education, facts.education_field
    application.requirements = dict(facts.requirements)


def add(session: Session, viewer: Viewer, opening_id: str, details: Details) -> Application:
    """Add a candidate to the opening. The same e-mail address or reference twice in an opening is refused.

    So is the viewer's own address, be it there or not: a record of their own does not exist for them.
    """
    opening = opening_for(session, viewer, opening_id, Action.MANAGE_CANDIDATES)
    _refuse_own(viewer, details)
    _one_at_a_time(session, opening)
    check_new(details, known(session, opening.id, own_email=viewer.email))
    application = _insert(session, viewer, opening, details, first_stage(rubrics.current(session, opening.id)))
    record(session, viewer.account_id, "candidate_added", opening_id=opening.id, application_id=application.id)
    return application


def _refuse_own(viewer: Viewer, details: Details) -> None:
    if canonical_email(details.email) == viewer.email:
        raise Invalid("This is your own address. Another recruiter of the opening has to add you.", field="email")


def _one_at_a_time(session: Session, opening: Opening) -> None:
    """Keep other writers of the opening's candidates out until the transaction ends, so that what was checked stays true."""
    touch(opening)
    session.flush()


@dataclass(frozen=True, slots=True)
class Known:
    """What is taken in an opening: e-mail addresses and references, each with the candidate's name."""

    emails: Mapping[str, str]
    references: Mapping[str, str]


def known(session: Session, opening_id: int, *, but: int = 0, own_email: str = "") -> Known:
    """Without the application `but`, and without the record of whoever has the address `own_email`."""
    rows = session.execute(
        select(Candidate.email, Application.reference, Candidate.name)
        .join(Application, Application.candidate_id == Candidate.id)
        .where(Application.opening_id == opening_id, Application.id != but)
    ).all()
    rows = [row for row in rows if not own_email or row.email != own_email]
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


def may_share(viewer: Viewer | None) -> ColumnElement[bool]:
    """Records of people who are in no opening but those whose candidates the viewer manages; without a viewer it is the command, and all.

    What an opening holds about somebody is neither shown nor changed from another one that happens to know their name and address.
    """
    if viewer is None:
        return true()
    return ~exists().where(Application.candidate_id == Candidate.id, Application.opening_id.not_in(_managed(viewer)))


def _managed(viewer: Viewer) -> list[int]:
    return [opening_id for opening_id in viewer.hats if allows(viewer, Action.MANAGE_CANDIDATES, opening_id)]


def _insert(session: Session, viewer: Viewer, opening: Opening, details: Details, stage: str) -> Application:
    """The application, for a person known by e-mail *and* name whose record the viewer may share, else for a new one."""
    email = canonical_email(details.email)
    person = None
    if email:
        same = select(Candidate).where(Candidate.email == email, func.lower(Candidate.name) == details.name.lower(), may_share(viewer))
        # Held, so that nobody is erased or renamed meanwhile; whoever was is not found any more.
        person = session.scalar(same.order_by(Candidate.id).limit(1).with_for_update(read=True))
    if person is None:
        person = Candidate(name=details.name, email=email, phone=details.phone)
        session.add(person)
    application = Application(opening_id=opening.id, candidate=person, stage=stage)
    _fill(application, details)
    session.add(application)
    session.flush()
    return application


def change(session: Session, viewer: Viewer, application_id: str, details: Details, *, version: int) -> Application:
    """Change what is recorded, if nobody else did since `version`, of the application or of the person. Raises `Stale`."""
    application, _ = get(session, viewer, application_id, Action.MANAGE_CANDIDATES)
    person, openings = hold(session, application.candidate_id)
    session.refresh(application)
    if application.erased_at is not None:
        raise NotFound
    if version_of(application) != version:
        raise Stale("This candidate's record", current=version_of(application))
    details = _with_former_answers(session, application, details)
    if replace(details, email=canonical_email(details.email)) == details_of(application):
        return application
    _refuse_own(viewer, details)
    check_new(details, known(session, application.opening_id, but=application.id, own_email=viewer.email))
    shared = _identity(person) != _identity(details)
    if shared:
        person, openings = _own_record(session, viewer, person, openings)
        person.name, person.email, person.phone = _identity(details)
        person.version += 1
    _fill(application, details)
    if not shared:
        application.version += 1  # or else the person's has grown
    for opening in openings:
        # The person's other openings show the name too.
        if shared or opening.id == application.opening_id:
            touch(opening)
    _record_change(session, viewer, application, everywhere=shared)
    return application


def _with_former_answers(session: Session, application: Application, details: Details) -> Details:
    """With what was answered to requirements that the rubric in force does not have: nobody was asked for it, and it may come back."""
    published = rubrics.current(session, application.opening_id)
    asked = requirements_of(published.rubric if published else None)
    former = {key: answer for key, answer in (application.requirements or {}).items() if key not in asked}
    return replace(details, facts=replace(details.facts, requirements={**former, **details.facts.requirements}))


def _identity(who: Candidate | Details) -> tuple[str, str, str]:
    """What all openings that share a record know of the person."""
    return who.name, canonical_email(who.email), who.phone


def _own_record(session: Session, viewer: Viewer, person: Candidate, openings: list[Opening]) -> tuple[Candidate, list[Opening]]:
    """The record that the viewer may change, and the openings that share it: where the person is in others too, one for the viewer's alone.

    A legal hold that stands goes with it.
    """
    managed = _managed(viewer)
    mine = [opening for opening in openings if opening.id in managed]
    if len(mine) == len(openings):
        return person, openings
    record = Candidate(name=person.name, email=person.email, phone=person.phone, version=person.version)
    session.add(record)
    session.flush()
    there = select(Application).where(Application.candidate_id == person.id, Application.opening_id.in_([opening.id for opening in mine]))
    for application in session.scalars(there):
        application.candidate = record
    for hold in session.scalars(select(Hold).where(Hold.candidate_id == person.id, Hold.lifted_at.is_(None))):
        session.add(Hold(candidate_id=record.id, reason=hold.reason, set_by=hold.set_by, set_at=hold.set_at))
    session.flush()
    return record, mine


def _record_change(session: Session, viewer: Viewer, application: Application, *, everywhere: bool) -> None:
    changed = [application]
    if everywhere:
        others = select(Application).where(Application.candidate_id == application.candidate_id, Application.id != application.id)
        changed += session.scalars(others.order_by(Application.id))
    for one in changed:
        record(session, viewer.account_id, "candidate_changed", opening_id=one.opening_id, application_id=one.id)


def hold(session: Session, candidate_id: int) -> tuple[Candidate, list[Opening]]:
    """The person, erased or not, and the openings they are in, held and read as they are now: first the openings, see `lookup.hold`."""
    inside = select(Application.opening_id).where(Application.candidate_id == candidate_id)
    openings = select(Opening).where(Opening.id.in_(inside)).order_by(Opening.id).with_for_update(key_share=True)
    person = select(Candidate).where(Candidate.id == candidate_id).with_for_update(key_share=True)
    while True:
        with session.begin_nested() as attempt:
            found = list(session.scalars(openings, execution_options={"populate_existing": True}))
            held = session.scalars(person, execution_options={**ERASED_TOO, "populate_existing": True}).one()
            if set(session.scalars(inside)) == {opening.id for opening in found}:
                return held, found
            # Somebody added them to another opening meanwhile: let all go, and begin with that one too.
            attempt.rollback()


def get(session: Session, viewer: Viewer, application_id: str, action: Action) -> tuple[Application, Sight]:
    """The application with its candidate, if the viewer may do this with it."""
    application = by_public_id(session, Application, application_id)
    seen = require_candidate(session, viewer, action, application)
    return application, seen


@dataclass(frozen=True, slots=True)
class Listed:
    """Who a candidate is, and nothing of how they do."""

    public_id: str
    name: str
    reference: str


def listed(session: Session, viewer: Viewer, opening_id: str, *, offset: int, most: int) -> list[Listed]:
    """Candidates of the opening in the order in which they came, `most` of them from the `offset` on; never the viewer's own record."""
    opening = opening_for(session, viewer, opening_id, Action.MANAGE_CANDIDATES)
    rows = session.execute(
        select(Application.public_id, Candidate.name, Application.reference)
        .join(Candidate, Application.candidate_id == Candidate.id)
        .where(Application.opening_id == opening.id, or_(Candidate.email == "", Candidate.email != viewer.email))
        .order_by(Application.id)
        .offset(offset)
        .limit(most)
    )
    return [Listed(*row) for row in rows]


def requirements_of(rubric: Rubric | None) -> dict[str, str]:
    """The yes/no requirements that a rubric asks for: key and name."""
    items = rubric.qualifications if rubric else ()
    return {item.key: item.criterion.name for item in items if item.criterion.kind == "requirement"}
