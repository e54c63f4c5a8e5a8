"""A candidate who stands wherever a candidate can stand, with a text of its own in each place: none may be left when they are erased."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta

from sqlalchemy import select

from rubrics.qualifications import Facts
from screening.clock import now
from screening.models import Application, Candidate, Demographic, Hold, Job, JobPart, KeptPaper, PendingImport
from screening.services import amending, candidates, debriefs, decisions, interviews, jobs, scorecards
from screening.services.scorecards import Content, Entry
from tests.support.hiring_round import HiringRound, opening_row, viewer_of

NAME, EMAIL, PHONE = "Żółwina Canarywood-Øye", "zolwina@canary.example", "+48 600 777 555"
WORD = "canary"
"""Every other text holds this, and a word of its own."""


def said(about: str) -> str:
    return f"{WORD} {about} żółć 金糸雀"


def letters(text: str) -> bytes:
    return text.encode()


TRACES = tuple(letters(text) for text in (NAME, "Canarywood", EMAIL, "canary.example", PHONE, WORD, "żółć", "金糸雀"))


def build(hiring: HiringRound) -> int:
    """Maria becomes the canary; returns her internal id."""
    with hiring.database.transaction() as session:
        recruiter = viewer_of(session, hiring.people["recruiter"])
        application = session.scalars(select(Application).where(Application.public_id == hiring.candidates["maria"])).one()
        facts = Facts(months=30, relatedness="same", field=said("field"), education="bachelor", education_field=said("education_field"))
        details = candidates.Details(NAME, EMAIL, PHONE, said("reference"), said("source"), said("notes"), facts)
        candidates.change(session, recruiter, hiring.candidates["maria"], details, version=application.version)
        ids = application.id, application.candidate_id
        interviews.plan(
            session,
            recruiter,
            hiring.opening,
            applications=[hiring.candidates["maria"]],
            stage="phone",
            interviewers_=[hiring.people["ada"]],
            scheduled_at=now() - timedelta(days=1),
            place=said("place"),
        )
    _submit(hiring, "ada", 2)
    _submit(hiring, "ben", 5)
    _amend(hiring, "ben")
    _decide(hiring)
    with hiring.database.transaction() as session:
        ada = viewer_of(session, hiring.people["ada"])
        for reason in ("final", "another final"):
            debriefs.give(session, ada, hiring.candidates["maria"], criterion="composure", level=4, reason=said(reason))
    _besides(hiring, *ids)
    return ids[1]


def _submit(hiring: HiringRound, who: str, level: int) -> None:
    with hiring.database.transaction() as session:
        viewer = viewer_of(session, hiring.people[who])
        card = scorecards.get(session, viewer, hiring.cards[who, "maria", "phone"])
        # Not by name: what names a colleague is told otherwise in a copy.
        which = {"ada": "first", "ben": "second"}[who]
        entries = {item.key: Entry(level, "", said(f"{which} note on {item.key}")) for item in card.criteria}
        content = Content(entries, "yes", said(f"{which} recommendation"), said("amended") if card.state == "amending" else "")
        scorecards.submit(session, viewer, card.public_id, content, version=card.version, rubric_number=card.rubric_number)


def _amend(hiring: HiringRound, who: str) -> None:
    """Once to the end, and once more as a draft."""
    for submitted in (True, False):
        with hiring.database.transaction() as session:
            amending.begin(session, viewer_of(session, hiring.people[who]), hiring.cards[who, "maria", "phone"])
        if submitted:
            _submit(hiring, who, 4)


def _decide(hiring: HiringRound) -> None:
    maria = hiring.candidates["maria"]
    with hiring.database.transaction() as session:
        manager = viewer_of(session, hiring.people["manager"])
        first = decisions.decide(session, manager, maria, kind="reject", reason=said("decision"), standing="")
        decisions.undo(session, manager, first.public_id, reason=said("undoing"))
        decisions.decide(session, manager, maria, kind="hold", reason=said("standing decision"), standing="")


def _besides(hiring: HiringRound, application_id: int, candidate_id: int) -> None:
    """What the services make elsewhere, or from other people's work."""
    with hiring.database.transaction() as session:
        opening, recruiter = opening_row(session, hiring), viewer_of(session, hiring.people["recruiter"])
        listed = f"name,email\nSomebody Else,else@example.org\n{NAME},{EMAIL}\n".encode()
        request = {"all_versions": False, "rights": jobs.rights(session, recruiter, opening)}
        job = Job(opening_id=opening.id, account_id=recruiter.account_id, kind="ratings", request=request, digest="1" * 64)
        job.state, job.filename, job.size = "done", "a.zip", 1
        at = now()
        hold = Hold(candidate_id=candidate_id, reason=said("hold"), set_at=at, lifted_at=at)
        hold.set_by = hold.lifted_by = recruiter.account_id
        session.add_all(
            [
                job,
                hold,
                Demographic(application_id=application_id, attribute=said("attribute"), group=said("group")),
                KeptPaper(digest="2" * 64, application_id=application_id, content=letters(said("paper"))),
                PendingImport(opening_id=opening.id, account_id=recruiter.account_id, filename="people.csv", content=listed),
            ]
        )
        session.flush()
        session.add(JobPart(job_id=job.id, number=0, content=_zip()))


def _zip() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(f"{NAME}.txt", said("file"))
    return file.getvalue()


def another_opening_list(hiring: HiringRound, content: bytes, filename: str = "list.csv") -> str:
    """A waiting list in an opening of its own that the candidate is not in."""
    from screening.services import openings

    with hiring.database.transaction() as session:
        recruiter = viewer_of(session, hiring.people["recruiter"])
        opening = openings.create(session, recruiter, title="Agent, nights", copy_of=hiring.opening)
        waiting = PendingImport(opening_id=opening.id, account_id=recruiter.account_id, filename=filename, content=content)
        session.add(waiting)
        session.flush()
        return waiting.public_id


def candidate_of(hiring: HiringRound) -> str:
    """The public id of the canary."""
    with hiring.database.reading() as session:
        return session.scalars(select(Candidate.public_id).where(Candidate.email == EMAIL)).one()
