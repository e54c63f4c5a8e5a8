"""What the copies for people outside the hiring team need besides the summary: who is known here by name, in which role somebody decided,
and what else is held about a candidate. A fixed number of statements for any number of candidates.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Row, or_, select
from sqlalchemy.orm import Session

from reports.copies import own_copy, records_copy
from reports.documents import CandidateSummary, HeldFact, InterviewLine
from reports.editions import Edition
from reports.redaction import Person, Redactor
from rubrics.model import Rubric
from rubrics.qualifications import EDUCATION_LEVELS, RELATEDNESS, span
from screening.models import Account, Application, Candidate, Decision, Event, Interview, Membership, Opening, Scorecard
from screening.policy import Hat
from screening.services import candidates
from screening.services.events import DENIED

ROLES = {Hat.RECRUITER: "Recruiter", Hat.HIRING_MANAGER: "Hiring manager"}
NO_ROLE = "Member of the hiring team"


@dataclass(frozen=True, slots=True)
class Copies:
    """Makes the copies of one opening's candidates. `interviews` by application id, with stages by key."""

    edition: Edition
    rubric: Rubric
    redactor: Redactor
    interviews: Mapping[int, Sequence[InterviewLine]]

    def made(self, summary: CandidateSummary, application: Application) -> CandidateSummary:
        """The copy from a summary that names neither interviewers nor deciders."""
        person = known(application.candidate, application.reference)
        if self.edition is Edition.RECORDS:
            return records_copy(summary, self.redactor.also(person), application_id=application.public_id)
        return own_copy(
            summary,
            self.redactor.but(person),
            held=tuple(_held(application, candidates.requirements_of(self.rubric))),
            interviews=tuple(self.interviews.get(application.id, ())),
        )


def of(session: Session, opening: Opening, rubric: Rubric, applications: Sequence[Application], edition: Edition) -> Copies:
    return Copies(edition, rubric, redactor(session, opening), _interviews(session, rubric, applications))


def known(candidate: Candidate, reference: str) -> Person:
    """Whom a text that tells of this candidate may name, or must not."""
    return Person(candidate.name, candidate.email, candidate.phone, reference)


def redacted(session: Session, opening: Opening, text: str) -> str:
    """The text with the names known in the opening replaced."""
    return redactor(session, opening).text(text)


def roles(session: Session, opening_id: int) -> dict[int, str]:
    """In which role each of those who may decide does so, by account id."""
    rows = session.execute(select(Membership.account_id, Membership.hat).where(Membership.opening_id == opening_id))
    worn: dict[int, set[str]] = {}
    for account_id, hat in rows:
        worn.setdefault(account_id, set()).add(hat)
    said = {account_id: [role for hat, role in ROLES.items() if hat in hats] for account_id, hats in worn.items()}
    return {account_id: " and ".join(names).capitalize() for account_id, names in said.items() if names}


def team_digest(session: Session, opening: Opening) -> str:
    """Changes with the names, addresses and hats that the papers of an opening show or replace: its revision does not grow with those."""
    hats = session.execute(select(Membership.account_id, Membership.hat).where(Membership.opening_id == opening.id))
    said = [[tuple(row) for row in _team(session, opening)], sorted(tuple(row) for row in hats)]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def _team(session: Session, opening: Opening) -> Sequence[Row[str, str]]:
    """Name and e-mail address of everybody who belongs or belonged to the team."""
    here = select(Application.id).where(Application.opening_id == opening.id)
    return session.execute(
        select(Account.name, Account.email)
        .where(
            Account.erased_at.is_(None),  # what they are called now is a word of everyday
            or_(
                Account.id == opening.created_by,
                Account.id.in_(select(Membership.account_id).where(Membership.opening_id == opening.id)),
                Account.id.in_(select(Scorecard.interviewer_id).join(Interview).where(Interview.application_id.in_(here))),
                Account.id.in_(select(Decision.decided_by).where(Decision.application_id.in_(here))),
                Account.id.in_(select(Decision.undone_by).where(Decision.application_id.in_(here))),
                Account.id.in_(select(Event.account_id).where(Event.opening_id == opening.id, Event.action != DENIED)),
            ),
        )
        .order_by(Account.id)
    ).all()


def redactor(session: Session, opening: Opening) -> Redactor:
    """Knows the team and all candidates of the opening."""
    people = session.execute(
        select(Candidate.name, Candidate.email, Candidate.phone)
        .join(Application, Application.candidate_id == Candidate.id)
        .where(Application.opening_id == opening.id)
        .order_by(Application.id)
    )
    return Redactor([Person(*row) for row in _team(session, opening)], [Person(*row) for row in people])


def _interviews(session: Session, rubric: Rubric, applications: Sequence[Application]) -> dict[int, list[InterviewLine]]:
    stages = {stage.key: stage.name for stage in rubric.stages}
    rows = session.execute(
        select(Interview, Scorecard.id)
        .join(Scorecard, Scorecard.interview_id == Interview.id)
        .where(Interview.application_id.in_([application.id for application in applications]), Scorecard.withdrawn_at.is_(None))
        .order_by(Interview.id)
    ).all()
    invited = Counter(row.id for row, _ in rows)
    found: dict[int, list[InterviewLine]] = {}
    for row in dict.fromkeys(row for row, _ in rows):
        line = InterviewLine(stages.get(row.stage, row.stage), row.scheduled_at, row.place, invited[row.id])
        found.setdefault(row.application_id, []).append(line)
    return found


def _held(application: Application, requirements: Mapping[str, str]) -> Iterator[HeldFact]:
    """What is recorded about the candidate besides ratings; what is not recorded is not listed."""
    person, facts = application.candidate, candidates.facts_of(application)
    work = span(facts.months) if facts.months is not None else ""
    related = RELATEDNESS[facts.relatedness] if facts.relatedness else ""
    school = EDUCATION_LEVELS[facts.education] if facts.education else ""
    found = (
        HeldFact("Name", person.name),
        HeldFact("E-mail", person.email),
        HeldFact("Phone", person.phone),
        HeldFact("Reference", application.reference),
        HeldFact("How you came to us", application.source, by_team=True),
        HeldFact("Experience", ", ".join(filter(None, (work, related)))),
        HeldFact("Field of work", facts.field, by_team=True),
        HeldFact("Education", school),
        HeldFact("Subject", facts.education_field, by_team=True),
        *(HeldFact(name, "Yes" if facts.requirements[key] else "No") for key, name in requirements.items() if key in facts.requirements),
        HeldFact("Notes from your application", application.notes, by_team=True),
    )
    return (fact for fact in found if fact.said)
