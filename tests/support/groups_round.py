"""A round with enough candidates to say something about groups: sixty, half of them in each of two, decided about at the first stage."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select

from screening.clock import now
from screening.models import Application, Decision, Opening
from screening.policy import Hat
from screening.services import demographics, impact, importing, openings, rubrics
from screening.services.lookup import touch
from tests.support.hiring_round import HiringRound, viewer_of

GROUPS = ("red", "blue")
# Of thirty each: so many of the red and of the blue ones advance; of those who advance, a third gets an offer at the panel.
ADVANCED = {"red": 18, "blue": 9}
OFFERS = {"red": 6, "blue": 3}


def references(group: str) -> list[str]:
    return [f"{group}-{number}" for number in range(30)]


def build(hiring: HiringRound, opening: str = "") -> None:
    """Sixty candidates with the references `red-0` to `blue-29` in the opening, and what was decided about them."""
    names = [reference for group in GROUPS for reference in references(group)]
    content = "name,email,reference\n" + "".join(f"Person {name},{name}@example.org,{name}\n" for name in names)
    with hiring.database.transaction() as session:
        row = session.scalars(select(Opening).where(Opening.public_id == (opening or hiring.opening))).one()
        actor = viewer_of(session, hiring.people["recruiter"]).account_id
        assert importing.import_file(session, row, content.encode(), "candidates.csv", actor).added == len(names)
        people = session.scalars(select(Application).where(Application.opening_id == row.id, Application.reference.in_(names)))
        for application in people.all():
            group, number = application.reference.split("-")
            kinds = {"phone": "advance" if int(number) < ADVANCED[group] else "reject"}
            if kinds["phone"] == "advance":
                application.stage = "panel"
                kinds["panel"] = "offer" if int(number) < OFFERS[group] else "reject"
            for stage, kind in kinds.items():
                session.add(
                    Decision(application_id=application.id, stage=stage, kind=kind, reason="Seen", decided_by=actor, decided_at=now())
                )
        touch(row)


def listed(groups: Mapping[str, str] | None = None, column: str = "team") -> str:
    """The list of everybody's groups; `groups` says otherwise for some references."""
    said = {reference: group for group in GROUPS for reference in references(group)} | dict(groups or {})
    return f"reference,{column}\n" + "".join(f"{reference},{group}\n" for reference, group in said.items())


def bring_in(hiring: HiringRound, content: str, *, who: str = "ivo", seen: int = 0, opening: str = "") -> demographics.Brought:
    rows = demographics.read(content.encode(), "groups.csv")
    with hiring.database.transaction() as session:
        return impact.bring_in(session, viewer_of(session, hiring.people[who]), opening or hiring.opening, rows, seen=seen)


def second_opening(hiring: HiringRound) -> str:
    """Another opening with the same rubric, sixty candidates of its own, and the same analyst."""
    with hiring.database.transaction() as session:
        recruiter = viewer_of(session, hiring.people["recruiter"])
        opening = openings.create(session, recruiter, title="Agent, evenings", copy_of=hiring.opening)
        public_id = opening.public_id
    with hiring.database.transaction() as session:
        recruiter = viewer_of(session, hiring.people["recruiter"])
        rubrics.publish(session, recruiter, public_id, version=1, note="")
        openings.set_hats(session, recruiter, public_id, hiring.people["ivo"], [Hat.IMPACT_ANALYST])
    build(hiring, public_id)
    return public_id


def application_id(hiring: HiringRound, reference: str) -> int:
    with hiring.database.reading() as session:
        found = select(Application.id).join(Opening).where(Application.reference == reference, Opening.public_id == hiring.opening)
        return session.scalars(found).one()
