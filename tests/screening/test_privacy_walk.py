"""After an erasure the whole site is walked: no page, file or search shows a word of the person, and all their addresses are gone."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from screening.database import Database
from screening.models import Application, Candidate, Decision, Event, Job
from screening.services import decisions, interviews
from screening.services.privacy import erasing
from tests.house_rules.test_access import ask as asked
from tests.house_rules.test_access import fill, matrix
from tests.reports import papers
from tests.screening.test_blindness import pages
from tests.screening.test_worker import Worker, ask, file_of, renderer, worker  # noqa: F401  (fixtures)
from tests.support import canaries
from tests.support.hiring_round import HiringRound, viewer_of
from tests.support.programs import Program
from tests.support.web import Site

PEOPLE = {"admin": "admin", "recruiter": "recruiter", "manager": "manager", "interviewer": "ada", "calibration": "cleo", "impact": "ivo"}
OF_THE_PERSON = ("<application_id>", "<decision_id>", "<candidate_id>", "<import_id>", "<job_id>", "<scorecard_id>")


@pytest.fixture
def database(sqlite_database: Database) -> Database:
    """What is left in the tables is looked at on both databases elsewhere; what is shown comes from the same queries."""
    return sqlite_database


def ids_of(hiring: HiringRound, candidate: str) -> dict[str, str]:
    with hiring.database.reading() as session:
        row = session.execute(
            select(Candidate.public_id, Decision.public_id)
            .join(Application, Application.candidate_id == Candidate.id)
            .join(Decision, Decision.application_id == Application.id)
            .where(Application.public_id == hiring.candidates[candidate], Decision.undone_at.is_(None))
        ).one()
        job = session.scalars(select(Job.public_id).order_by(Job.id.desc())).first() or "x" * 22
        return {
            "opening_id": hiring.opening,
            "application_id": hiring.candidates[candidate],
            "candidate_id": row[0],
            "decision_id": row[1],
            "scorecard_id": hiring.cards["ada", candidate, "phone"],
            "account_id": hiring.people["ada"],
            "job_id": job,
            "import_id": "x" * 22,
            "void_id": "x" * 22,
            "key": "phone",
            "code": "x" * 43,
        }


def decide(hiring: HiringRound, candidate: str) -> None:
    with hiring.database.transaction() as session:
        decisions.decide(
            session, viewer_of(session, hiring.people["recruiter"]), hiring.candidates[candidate], kind="hold", reason="Later", standing=""
        )


def said_by(answer: TestResponse) -> Iterator[bytes]:
    """Everything that somebody can read in an answer: headers, the body, what is packed into it, and what is drawn on its pages."""
    yield str(answer.headers).encode()
    yield from unpacked(answer.data)


def unpacked(content: bytes) -> Iterator[bytes]:
    yield content
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for name in archive.namelist():
                yield name.encode()
                yield from unpacked(archive.read(name))
    if content.startswith(b"%PDF"):
        yield "\n".join(papers.pages(content)).encode()
        yield repr(papers.metadata(content)).encode()


def leaks(answer: TestResponse) -> set[bytes]:
    return {trace for content in said_by(answer) for trace in canaries.TRACES if trace.lower() in content.lower()}


def test_the_walk_would_find_the_person(site: Site, hiring: HiringRound) -> None:
    canaries.build(hiring)
    recruiter = site.signed_in(hiring.people["recruiter"])
    maria, opening = f"/candidates/{hiring.candidates['maria']}", f"/openings/{hiring.opening}"
    for path in (maria, f"{maria}/summary.pdf", f"{opening}/ratings.csv", f"{opening}/compare.xlsx", f"{opening}/compare?text=Canarywood"):
        assert leaks(recruiter.get(path)) != set(), path


def test_nothing_of_an_erased_person_is_shown_to_anybody(
    site: Site,
    hiring: HiringRound,
    worker: Worker,  # noqa: F811
) -> None:
    hiring.submit("ada", "tom", composure=4)
    candidate_id = canaries.build(hiring)
    of_hers = ids_of(hiring, "maria")
    decide(hiring, "tom")
    with hiring.database.transaction() as session:
        erasing.erase(session, None, candidate_id)
    of_tom, rows = ids_of(hiring, "tom"), matrix()
    found: dict[tuple[str, str], object] = {}
    for role, name in PEOPLE.items():
        browser, program = site.signed_in(hiring.people[name]), Program(site, hiring.people[name])
        open_to = [rule for (rule, method), row in rows.items() if method == "GET" and row[role] == "yes" and "<code>" not in rule]
        # A paper takes a second to set, and says the same to everybody who may have it.
        open_to = [rule for rule in open_to if role in ("recruiter", "interviewer") or not rule.endswith((".pdf", ".zip"))]
        for rule in open_to:
            answer = asked(browser, program, "GET", fill(rule, of_tom))
            if answer.status_code >= 500 or leaks(answer):
                found[role, rule] = (answer.status_code, leaks(answer))
            hers = [one for one in OF_THE_PERSON if one in rule]
            if hers and asked(browser, program, "GET", fill(rule, of_hers)).status_code != 404:
                found[role, rule] = "still there"
        for path in [
            *pages(hiring),
            f"/openings/{hiring.opening}/compare?text=Canarywood",
            f"/openings/{hiring.opening}/compare?text=canary",
        ]:
            asked_for = {b"Canarywood", b"canary"} if "text=" in path else set()
            if leaks(browser.get(path)) - asked_for:
                found[role, path] = leaks(browser.get(path))
    assert found == {}
    for kind in ("pdf", "zip"):
        file = pack(hiring, worker, kind)
        assert not {trace for content in unpacked(file) for trace in canaries.TRACES if trace.lower() in content.lower()}


def pack(hiring: HiringRound, worker: Worker, form: str) -> bytes:  # noqa: F811
    job = ask(hiring, form=form)
    worker.work_on(job)
    return file_of(hiring, job)


@pytest.mark.parametrize("rule", ["<application_id>", "<candidate_id>", "<decision_id>", "<scorecard_id>"])
def test_forms_about_an_erased_person_meet_nothing(site: Site, hiring: HiringRound, rule: str) -> None:
    candidate_id = canaries.build(hiring)
    ids, rows = ids_of(hiring, "maria"), matrix()
    with hiring.database.transaction() as session:
        erasing.erase(session, None, candidate_id)
    for (path, method), row in rows.items():
        if method == "GET" or rule not in path:
            continue
        for role, name in PEOPLE.items():
            if row[role] == "yes":
                browser, program = site.signed_in(hiring.people[name]), Program(site, hiring.people[name])
                assert asked(browser, program, method, fill(path, ids)).status_code == 404, (path, role)


def test_interviews_cannot_be_planned_with_an_erased_person(hiring: HiringRound) -> None:
    candidate_id = canaries.build(hiring)
    with hiring.database.transaction() as session:
        erasing.erase(session, None, candidate_id)
    with hiring.database.reading() as session:
        choices = interviews.choices(session, viewer_of(session, hiring.people["recruiter"]), hiring.opening)
        assert [public_id for public_id, _ in choices.applications] == [hiring.candidates["linh"], hiring.candidates["tom"]]


def test_the_log_holds_no_text(hiring: HiringRound) -> None:
    """Keys, numbers, identifiers, times: nothing that somebody wrote, before and after an erasure."""
    candidate_id = canaries.build(hiring)
    with hiring.database.transaction() as session:
        erasing.erase(session, None, candidate_id)
    with hiring.database.reading() as session:
        entries = session.execute(select(Event.action, Event.detail)).all()
    assert len(entries) > 15
    for action, detail in entries:
        content = f"{action} {detail!r}".lower()
        assert not [trace for trace in canaries.TRACES if trace.decode().lower() in content]
