"""The round with something of every kind in it, so that every page has all its forms."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from screening.clock import now
from screening.models import Account, Application, Demographic, Job, JobPart, PendingImport, Void
from screening.services import accounts, amending, debriefs, decisions, jobs
from screening.services.privacy import holds
from tests.support.forms import PageForm
from tests.support.hiring_round import HiringRound, opening_row, viewer_of


@dataclass(frozen=True)
class Rich:
    """`starts`: pages that no link leads to, by person ('' is nobody). `ids`: an object of every kind, by its name in rules."""

    starts: dict[str, tuple[str, ...]]
    ids: dict[str, str]

    def path(self, rule: str) -> str:
        for name, value in self.ids.items():
            rule = rule.replace(f"<{name}>", value)
        return rule.replace("<int(min=1, max=9999):number>", "1").replace("<path:filename>", "css/base.css")


def fill(hiring: HiringRound) -> Rich:
    """Two cards apart, one card being amended, a decision, a void, a final rating, groups, a list being brought in, files, a legal hold."""
    hiring.submit("ada", "maria", spoken_communication=4, composure=1)
    hiring.submit("ben", "maria", spoken_communication=5, composure=4)
    hiring.submit("ada", "tom")
    with hiring.database.transaction() as session:
        recruiter, ada = (viewer_of(session, hiring.people[name]) for name in ("recruiter", "ada"))
        maria = hiring.candidates["maria"]
        decision = decisions.decide(session, recruiter, maria, kind="hold", reason="Wait for the panel", standing="")
        debriefs.give(session, ada, maria, criterion="composure", level=2, reason="Heard it again")
        amending.begin(session, ada, hiring.cards["ada", "tom", "phone"])
        held = session.scalars(select(Application).where(Application.public_id == hiring.candidates["linh"])).one().candidate
        holds.place(session, viewer_of(session, hiring.people["admin"]).account_id, held.id, "A complaint is open")
        ids = {
            "opening_id": hiring.opening,
            "application_id": maria,
            "candidate_id": session.scalars(select(Application).where(Application.public_id == maria)).one().candidate.public_id,
            "decision_id": decision.public_id,
            "account_id": hiring.people["ben"],
            "scorecard_id": hiring.cards["ada", "tom", "phone"],
            "key": "phone",
            **_rows(session, hiring),
        }
    opening = f"/openings/{hiring.opening}"
    recruiters = (
        f"{opening}/import/{ids['import_id']}",
        f"{opening}/files/{ids['job_id']}",
        f"{opening}/rubric/weights?w.composure=60",
        f"{opening}/rubric/criteria/composure",
        f"{opening}/rubric/criteria/experience",
        f"{opening}/rubric/stages/phone",
    )
    people = "/data-rights/candidates"
    administrators = (f"{people}/{ids['candidate_id']}", f"{people}/{held.public_id}", f"/data-rights/accounts/{ids['account_id']}")
    starts = {"": (f"/link/{ids['code']}",), "recruiter": recruiters, "ivo": (f"{opening}/impact/groups",), "admin": administrators}
    return Rich(starts, ids)


def _rows(session: Session, hiring: HiringRound) -> dict[str, str]:
    opening, recruiter = opening_row(session, hiring), viewer_of(session, hiring.people["recruiter"])
    stranger = session.scalars(select(Account).where(Account.public_id == hiring.people["stranger"])).one()
    tom = session.scalars(select(Application).where(Application.public_id == hiring.candidates["tom"])).one()
    request = {"all_versions": False, "rights": jobs.rights(session, recruiter, opening)}
    job = Job(opening_id=opening.id, kind="ratings", request=request, digest="0" * 64, state="queued", filename="a.xlsx")
    job.account_id = recruiter.account_id
    file = Job(opening_id=opening.id, kind="ratings", request=request, digest="1" * 64, state="done", filename="a.xlsx", size=4)
    file.account_id = recruiter.account_id
    pending = PendingImport(opening_id=opening.id, account_id=recruiter.account_id, filename="a.csv", content=b"name\nSomebody New\n")
    void = Void(opening_id=opening.id, criterion="teamwork", reason="Leaked", voided_by=recruiter.account_id, voided_at=now())
    session.add_all([pending, void, job, file, Demographic(application_id=tom.id, attribute="sex", group="man")])
    code = accounts.new_link(session, None, stranger, "invitation")
    session.flush()
    session.add(JobPart(job_id=file.id, number=0, content=b"file"))
    ids = {"import_id": pending, "void_id": void, "job_id": job, "file_id": file}
    return {"code": code, **{name: row.public_id for name, row in ids.items()}}


def unlisted(rich: Rich) -> list[tuple[str, str, PageForm]]:
    """Forms that stand on no page as it is shown in the round: who may send each, its rule, and its fields."""
    fields = {
        ("ada", "/kits/take"): ("kept", "take_0"),
        ("recruiter", "/openings/<opening_id>/files/comparison"): (),
        ("", "/sign-in/demo"): ("hat",),
    }
    return [
        (person, rule, PageForm(rich.path(rule), "post", False, kinds=dict.fromkeys(names, "text")))
        for (person, rule), names in fields.items()
    ]
