"""A small hiring round, made through the services: every hat, a stranger, three candidates, two interviewers on the first of them."""

from __future__ import annotations

import itertools
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from rubrics import library
from rubrics.model import Rubric, Stage, Weighted
from rubrics.qualifications import Facts
from screening.database import Database
from screening.models import Account, Application, Candidate, Decision, Interview, Opening, Scorecard
from screening.policy import Hat, Viewer, viewer_for
from screening.services import accounts, candidates, decisions, interviews, openings, rubrics, scorecards
from screening.services.scorecards import Content, Entry

_numbers = itertools.count()
PEOPLE = ("admin", "recruiter", "manager", "ada", "ben", "cleo", "ivo", "stranger")


def fresh_number() -> str:
    return f"{os.getpid()}_{next(_numbers)}"


def small_rubric() -> Rubric:
    """Three rated criteria and experience; two stages."""
    shipped = library.criteria()
    items = [
        Weighted(shipped["spoken_communication"].criterion, Decimal(40), "Most of the day is spent on the telephone.", minimum=3),
        Weighted(shipped["composure"].criterion, Decimal(30), "Angry callers are daily work.", required=True),
        Weighted(shipped["teamwork"].criterion, Decimal(20), "Shifts are shared."),
        Weighted(shipped["experience"].criterion, Decimal(10), "Helps, but can be learned."),
    ]
    stages = (
        Stage("phone", "Phone screen", ("spoken_communication", "composure"), minutes=20, script="Welcome."),
        Stage("panel", "Panel", ("composure", "teamwork"), minutes=45, interviewers=2),
    )
    return Rubric("Agent", tuple(items), stages)


@dataclass(frozen=True)
class HiringRound:
    """Public ids of what is there. `cards` is keyed by (interviewer, candidate, stage)."""

    database: Database
    opening: str
    people: Mapping[str, str]
    candidates: Mapping[str, str]
    cards: Mapping[tuple[str, str, str], str]

    def viewer(self, name: str) -> Viewer:
        with self.database.reading() as session:
            return viewer_of(session, self.people[name])

    def submit(self, interviewer: str, candidate: str, stage: str = "phone", **levels: int | None) -> None:
        """Submit the whole card; a criterion that is not named gets a 3, one that is None is not assessed."""
        with self.database.transaction() as session:
            viewer = viewer_of(session, self.people[interviewer])
            card = scorecards.get(session, viewer, self.cards[interviewer, candidate, stage])
            entries = {}
            for item in card.criteria:
                level = levels.get(item.key, 3)
                note = f"{interviewer} on {item.key} of {candidate}"
                entries[item.key] = Entry(level, "" if level else "no_time", note)
            content = Content(entries, "yes", f"{interviewer} says yes", "Slip of the key" if card.state == "amending" else "")
            scorecards.submit(session, viewer, card.public_id, content, version=card.version, rubric_number=card.rubric_number)


def viewer_of(session: Session, public_id: str) -> Viewer:
    return viewer_for(session, session.scalars(select(Account).where(Account.public_id == public_id)).one())


def build(database: Database) -> HiringRound:
    with database.transaction() as session:
        made = {
            name: accounts.create_account(
                session, None, email=f"{name}@example.org", name=name.title(), administrator=name == "admin", may_open=name == "recruiter"
            )
            for name in PEOPLE
        }
    with database.transaction() as session:
        recruiter = viewer_for(session, made["recruiter"])
        opening = openings.create(session, recruiter, title="Agent", template="customer_service_representative")
    with database.transaction() as session:
        recruiter = viewer_for(session, made["recruiter"])
        hats = {
            "manager": Hat.HIRING_MANAGER,
            "ada": Hat.INTERVIEWER,
            "ben": Hat.INTERVIEWER,
            "cleo": Hat.CALIBRATION_LEAD,
            "ivo": Hat.IMPACT_ANALYST,
        }
        for name, hat in hats.items():
            openings.set_hats(session, recruiter, opening.public_id, made[name].public_id, [hat])
        draft = rubrics.save_draft(session, recruiter, opening.public_id, small_rubric(), version=1)
        rubrics.publish(session, recruiter, opening.public_id, version=draft.version, note="")
    with database.transaction() as session:
        people = {
            "maria": candidates.Details(
                "Maria Kowalska", "maria@example.org", facts=Facts(months=30, relatedness="same", education="bachelor")
            ),
            "tom": candidates.Details("Tom Okafor", "tom@example.org", reference="R-2", facts=Facts(months=3, relatedness="related")),
            "linh": candidates.Details("Linh Nguyễn"),
        }
        added = {name: candidates.add(session, recruiter, opening.public_id, details) for name, details in people.items()}
        for name, who in (("maria", ("ada", "ben")), ("tom", ("ada",))):
            interviews.plan(
                session,
                recruiter,
                opening.public_id,
                applications=[added[name].public_id],
                stage="phone",
                interviewers_=[made[person].public_id for person in who],
            )
        cards = _cards(session, made, added)
    return HiringRound(
        database=database,
        opening=opening.public_id,
        people={name: account.public_id for name, account in made.items()},
        candidates={name: application.public_id for name, application in added.items()},
        cards=cards,
    )


def _cards(session: Session, people: Mapping[str, Account], added: Mapping[str, Application]) -> dict[tuple[str, str, str], str]:
    names = {account.id: name for name, account in people.items()}
    candidates_ = {application.id: name for name, application in added.items()}
    rows = session.execute(
        select(Scorecard.interviewer_id, Interview.application_id, Interview.stage, Scorecard.public_id)
        .join(Interview, Scorecard.interview_id == Interview.id)
        .where(Interview.application_id.in_(list(candidates_)))
    )
    return {(names[who], candidates_[whom], stage): public_id for who, whom, stage, public_id in rows}


def opening_row(session: Session, hiring: HiringRound) -> Opening:
    return session.scalars(select(Opening).where(Opening.public_id == hiring.opening)).one()


def change_settings(hiring: HiringRound, **changes: bool) -> None:
    """As the recruiter saves them, with everything else as it is."""
    with hiring.database.transaction() as session:
        row = opening_row(session, hiring)
        names = ("title", "department", "location", "panel_open", "manager_sees_names", "finals_count", "ranks_adjusted")
        now = {name: getattr(row, name) for name in names}
        openings.change(session, viewer_of(session, hiring.people["recruiter"]), hiring.opening, **now | changes)


def data_rights_of(hiring: HiringRound, candidate: str) -> str:
    """The page on the data rights of a candidate: it is about the person, not about an application."""
    with hiring.database.reading() as session:
        wanted = select(Candidate.public_id).join(Application).where(Application.public_id == hiring.candidates[candidate])
        return f"/data-rights/candidates/{session.scalars(wanted).one()}"


def plan(hiring: HiringRound, candidate: str, stage: str, *interviewers: str) -> HiringRound:
    """The round with one more interview."""
    with hiring.database.transaction() as session:
        recruiter = viewer_of(session, hiring.people["recruiter"])
        interviews.plan(
            session,
            recruiter,
            hiring.opening,
            applications=[hiring.candidates[candidate]],
            stage=stage,
            interviewers_=[hiring.people[name] for name in interviewers],
        )
        people = {
            name: session.scalars(select(Account).where(Account.public_id == public_id)).one() for name, public_id in hiring.people.items()
        }
        added = {
            name: session.scalars(select(Application).where(Application.public_id == public_id)).one()
            for name, public_id in hiring.candidates.items()
        }
        cards = _cards(session, people, added)
    return HiringRound(hiring.database, hiring.opening, hiring.people, hiring.candidates, cards)


def decide(session: Session, viewer: Viewer, application_id: str, kind: str, reason: str) -> Decision:
    """Decide after a look at what is in force."""
    application = session.scalars(select(Application.id).where(Application.public_id == application_id)).one()
    seen = decisions.last_in_force(decisions.history(session, application))
    return decisions.decide(session, viewer, application_id, kind=kind, reason=reason, standing=seen.public_id if seen else "")


def in_another_opening(hiring: HiringRound, candidate: str, name: str, email: str, *interviewers_: str) -> HiringRound:
    """A second opening in which the same person applies and is interviewed at the first stage; its only candidate."""
    with hiring.database.transaction() as session:
        recruiter = viewer_of(session, hiring.people["recruiter"])
        opening = openings.create(session, recruiter, title="Agent, nights", copy_of=hiring.opening).public_id
    with hiring.database.transaction() as session:
        recruiter = viewer_of(session, hiring.people["recruiter"])
        rubrics.publish(session, recruiter, opening, version=1, note="")
        for interviewer in ("ada", "ben"):
            openings.set_hats(session, recruiter, opening, hiring.people[interviewer], [Hat.INTERVIEWER])
    with hiring.database.transaction() as session:
        recruiter = viewer_of(session, hiring.people["recruiter"])
        there = candidates.add(session, recruiter, opening, candidates.Details(name, email)).public_id
    elsewhere = replace(hiring, opening=opening, candidates={candidate: there}, cards={})
    return plan(elsewhere, candidate, "phone", *interviewers_)
