"""Every route as every hat, as a stranger and as nobody. What each may do stands in `access.csv`; a route without a row fails."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from screening.clock import now
from screening.database import Base, Database
from screening.models import Account, Candidate, Job, Opening, PendingImport, Void
from screening.policy import RULES, Action, Role
from screening.services import accounts, decisions, jobs
from tests.support import typesetter
from tests.support.hiring_round import HiringRound, viewer_of
from tests.support.programs import Program
from tests.support.web import Browser, Site

MATRIX = Path(__file__).with_name("access.csv")
ROLES = ("nobody", "stranger", "admin", "recruiter", "manager", "interviewer", "calibration", "impact")
PEOPLE = {"interviewer": "ada", "calibration": "cleo", "impact": "ivo"}
NOT_COMPARED = {"sign_ins", "events", "event_head", "attempts", "rates"}
"""Tables that being denied may write to: the session of the test itself, the log, and how often somebody asked."""

ONLY_WITH_SETTINGS = {
    "/sign-in/demo",
    *("/sign-in/provider", "/sign-in/provider/return", "/link/<code>/provider", "/me/provider", "/me/provider/go"),
}
"""Addresses that installations without a demonstration or an identity provider do not have; `test_identity_provider` walks those."""


def routes(app: Flask) -> dict[tuple[str, str], Action | None]:
    """(rule, method) -> the action that its view names."""
    return {
        (rule.rule, method): getattr(app.view_functions[rule.endpoint], "action", None)
        for rule in app.url_map.iter_rules()
        if rule.endpoint != "static"
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    }


def matrix() -> dict[tuple[str, str], dict[str, str]]:
    with MATRIX.open(newline="") as file:
        return {(row["rule"], row["method"]): row for row in csv.DictReader(file)}


def test_every_route_names_an_action_and_has_a_reviewed_row(site: Site) -> None:
    found = routes(site.app)
    assert [route for route, action in found.items() if action is None] == []
    assert sorted(found) == sorted(matrix())


def test_the_reviewed_rows_say_what_the_policy_says(site: Site) -> None:
    held = {
        "nobody": {Role.EVERYBODY},
        "stranger": {Role.EVERYBODY, Role.SIGNED_IN},
        "admin": {Role.EVERYBODY, Role.SIGNED_IN, Role.ADMINISTRATOR},
        "recruiter": {Role.EVERYBODY, Role.SIGNED_IN, Role.OPENER, Role.RECRUITER},
        "manager": {Role.EVERYBODY, Role.SIGNED_IN, Role.HIRING_MANAGER},
        "interviewer": {Role.EVERYBODY, Role.SIGNED_IN, Role.INTERVIEWER},
        "calibration": {Role.EVERYBODY, Role.SIGNED_IN, Role.CALIBRATION_LEAD},
        "impact": {Role.EVERYBODY, Role.SIGNED_IN, Role.IMPACT_ANALYST},
    }
    rows = matrix()
    for route, action in routes(site.app).items():
        assert action is not None
        assert {role: rows[route][role] == "yes" for role in ROLES} == {role: bool(RULES[action] & held[role]) for role in ROLES}, route


def fill(rule: str, ids: dict[str, str]) -> str:
    for name, value in ids.items():
        rule = rule.replace(f"<{name}>", value)
    return rule.replace("<int(min=1, max=9999):number>", "1")


def job(hiring: HiringRound, who: str) -> str:
    """A finished file of this person."""
    with hiring.database.transaction() as session:
        opening = session.scalars(select(Opening).where(Opening.public_id == hiring.opening)).one()
        viewer = viewer_of(session, hiring.people[who])
        request = {"all_versions": False, "rights": jobs.rights(session, viewer, opening)}
        made = Job(opening_id=opening.id, kind="ratings", request=request, digest="0" * 64, state="done", filename="a.xlsx")
        made.account_id = viewer.account_id
        session.add(made)
        session.flush()
        return made.public_id


def objects(hiring: HiringRound) -> dict[str, str]:
    """An object of every kind in the round."""
    hiring.submit("ada", "maria", spoken_communication=4, composure=2)
    hiring.submit("ben", "maria", spoken_communication=5, composure=4)
    file = job(hiring, "recruiter")
    with hiring.database.transaction() as session:
        recruiter = viewer_of(session, hiring.people["recruiter"])
        decision = decisions.decide(session, recruiter, hiring.candidates["maria"], kind="hold", reason="Wait for the panel", standing="")
        opening = session.scalars(select(Opening).where(Opening.public_id == hiring.opening)).one()
        pending = PendingImport(opening_id=opening.id, account_id=recruiter.account_id, filename="a.csv", content=b"name\nSomebody New\n")
        void = Void(opening_id=opening.id, criterion="teamwork", reason="Leaked", voided_by=recruiter.account_id, voided_at=now())
        session.add_all([pending, void])
        person = session.scalars(select(Account).where(Account.public_id == hiring.people["stranger"])).one()
        code = accounts.new_link(session, None, person, "invitation")
        session.flush()
        return {
            "opening_id": hiring.opening,
            "application_id": hiring.candidates["maria"],
            "candidate_id": session.scalars(select(Candidate.public_id).where(Candidate.email == "maria@example.org")).one(),
            "decision_id": decision.public_id,
            "import_id": pending.public_id,
            "void_id": void.public_id,
            "job_id": file,
            "account_id": hiring.people["stranger"],
            "scorecard_id": hiring.cards["ada", "tom", "phone"],
            "key": "phone",
            "code": code,
        }


GOES_ON = "api_tokens.used_at"
"""A column that says what goes on, and not what somebody did."""


def everything(database: Database) -> dict[str, list[tuple[object, ...]]]:
    with database.reading() as session:
        return {
            name: sorted((tuple(row) for row in session.execute(select(*(one for one in table.c if str(one) != GOES_ON)))), key=repr)
            for name, table in Base.metadata.tables.items()
            if name not in NOT_COMPARED
        }


def for_programs(rule: str) -> bool:
    return rule.startswith("/api/")


def program_of(site: Site, hiring: HiringRound, role: str) -> Program:
    """With a key for all there is."""
    return Program(site) if role == "nobody" else Program(site, hiring.people[PEOPLE.get(role, role)])


def ask(browser: Browser, program: Program, method: str, path: str) -> TestResponse:
    """As it is meant to be asked: pages by browsers, with the tokens of their forms, and the rest by programs."""
    if for_programs(path):
        return program.ask(method, path, None if method == "GET" else {})
    return browser.get(path) if method == "GET" else browser.post(path)


def browser_of(site: Site, hiring: HiringRound, role: str) -> Browser:
    return site.visitor() if role == "nobody" else site.signed_in(hiring.people[PEOPLE.get(role, role)])


# Who may do what is asked of the same statements on both, and every refusal leaves an entry: dear where others have to be waited for.
@pytest.mark.parametrize("database", ["sqlite", pytest.param("postgresql", marks=pytest.mark.long)], indirect=True)
@pytest.mark.parametrize("role", ROLES)
def test_who_may_not_gets_what_an_unknown_address_gets_and_changes_nothing(site: Site, hiring: HiringRound, role: str) -> None:
    ids = objects(hiring)
    browser, program = browser_of(site, hiring, role), program_of(site, hiring, role)
    before = everything(hiring.database)
    denied = [route for route, row in matrix().items() if row[role] == "no"]
    for rule, method in denied:
        answer = ask(browser, program, method, fill(rule, ids))
        if role == "nobody" and for_programs(rule):
            assert (answer.status_code, list(answer.json)) == (401, ["error"]), (rule, method)
        elif role == "nobody":
            assert (answer.status_code, answer.headers.get("Location", "")[:8]) == (303, "/sign-in"), (rule, method)
        else:
            assert answer.status_code == 404, (rule, method, role)
            assert "There is nothing here that you can open." in answer.text
    assert everything(hiring.database) == before


@pytest.mark.parametrize("role", ROLES)
def test_who_may_is_let_in(site: Site, hiring: HiringRound, role: str, monkeypatch: pytest.MonkeyPatch) -> None:
    typesetter.leave_out(monkeypatch, site)
    ids, reader, program = objects(hiring), browser_of(site, hiring, role), program_of(site, hiring, role)
    special = {
        "/openings/<opening_id>/rubric/criteria/<key>": {"key": "spoken_communication"},
        "/openings/<opening_id>/team/<account_id>": {"account_id": hiring.people["ben"]},
    }
    if role == "manager":  # files belong to who asked for them
        ids["job_id"] = job(hiring, role)
    # Reading comes before writing, which may use the object up.
    for (rule, method), row in sorted(matrix().items(), key=lambda item: item[0][1]):
        if row[role] == "no" or rule in ONLY_WITH_SETTINGS:
            continue
        path = fill(rule, {**ids, **special.get(rule, {})})
        # What is sent may end the session.
        browser = reader if method == "GET" or for_programs(rule) else browser_of(site, hiring, role)
        answer = ask(browser, program, method, path)
        assert answer.status_code < 500, (rule, method, role, answer.status_code)
        # A route may refuse the empty form or the state of the object, but not say that there is nothing.
        assert answer.status_code != 404, (rule, method, role)


def test_no_form_is_taken_without_its_token(site: Site, hiring: HiringRound) -> None:
    ids = objects(hiring)
    before = everything(hiring.database)
    for person in ("recruiter", "ada", "admin"):
        browser = site.signed_in(hiring.people[person])
        for rule, method in routes(site.app):
            if method == "POST" and not for_programs(rule):
                assert browser.client.post(fill(rule, ids), data={"csrf_token": "wrong"}).status_code == 400, (rule, person)
    assert everything(hiring.database) == before


@pytest.mark.parametrize("odd", ["0", "%00" * 22, "x" * 22, "%F0%9F%98%80", "-" * 22, "1" * 5000])
def test_identifiers_that_cannot_be_are_not_found(site: Site, hiring: HiringRound, odd: str) -> None:
    browser = site.signed_in(hiring.people["recruiter"])
    for rule in ("/openings/{}", "/candidates/{}", "/scorecards/{}", "/openings/{}/compare"):
        assert browser.get(rule.format(odd)).status_code == 404
