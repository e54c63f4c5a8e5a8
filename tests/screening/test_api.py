"""The interface for programs: what each key may do, what it gets, that changes count once and overwrite nothing unseen."""

from __future__ import annotations

import csv
import io
import secrets
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from screening.clock import now, set_back
from screening.models import Application, Candidate, Event, Revision, Scorecard, Submission
from screening.services import api_tokens
from screening.services.api_tokens import Scope
from tests.support.hiring_round import HiringRound, viewer_of
from tests.support.programs import Program, key_of
from tests.support.signing_in import give_passwords
from tests.support.web import Browser, Site

FULL = {
    "name": "Ngozi  Ádám",
    "email": "Ngozi@Example.org",
    "phone": "+48 22 123",
    "reference": "ATS-77",
    "source": "Fair",
    "notes": "Line one\r\nline two 😀 שלום",
    "years": 3,
    "months": 2,
    "relatedness": "same",
    "field": "hotels",
    "education": "bachelor",
    "education_field": "history",
}


def program(site: Site, hiring: HiringRound, person: str, *scopes: Scope) -> Program:
    return Program(site, hiring.people[person], scopes or tuple(Scope))


def test_a_candidate_comes_along_as_sent_and_counts_once(site: Site, hiring: HiringRound) -> None:
    sender, path, key = program(site, hiring, "recruiter"), f"/api/v1/openings/{hiring.opening}/candidates", secrets.token_urlsafe(16)
    first = sender.post(path, FULL, Idempotency_Key=key)
    assert first.status_code == 201, first.text
    made = first.json
    assert (first.headers["Location"], made["href"]) == (f"/api/v1/candidates/{made['id']}",) * 2
    assert (made["version"], first.headers["ETag"]) == (1, '"1"')
    again = sender.post(path, FULL, Idempotency_Key=key)
    assert (again.status_code, again.json, again.headers["Location"]) == (201, made, made["href"])
    assert (again.headers["Idempotency-Replayed"], first.headers.get("Idempotency-Replayed")) == ("true", None)
    other = sender.post(path, {**FULL, "name": "Somebody Else"}, Idempotency_Key=key)
    assert (other.status_code, "with something else" in other.json["error"]) == (422, True)
    found = sender.get(made["href"])
    assert found.json == {
        **FULL,
        "id": made["id"],
        "href": made["href"],
        "opening_id": hiring.opening,
        "version": 1,
        "requirements": {},
        "email": "ngozi@example.org",
        "notes": "Line one\nline two 😀 שלום",
    }
    assert found.headers["ETag"] == '"1"'
    with site.database.reading() as session:
        assert session.scalar(select(func.count()).where(Candidate.email == "ngozi@example.org")) == 1
        assert session.scalar(select(func.count()).where(Event.action == "candidate_added")) == 4


def test_the_same_key_of_another_person_is_another_request(site: Site, hiring: HiringRound) -> None:
    path, key = f"/api/v1/openings/{hiring.opening}/candidates", secrets.token_urlsafe(16)
    assert program(site, hiring, "recruiter").post(path, {"name": "One"}, Idempotency_Key=key).status_code == 201
    assert program(site, hiring, "manager").post(path, {"name": "One"}, Idempotency_Key=key).status_code == 404


def test_what_was_refused_is_looked_at_anew_under_the_same_key(site: Site, hiring: HiringRound) -> None:
    sender, path, key = program(site, hiring, "recruiter"), f"/api/v1/openings/{hiring.opening}/candidates", secrets.token_urlsafe(16)
    assert sender.post(path, {"name": " "}, Idempotency_Key=key).status_code == 422
    taken = sender.post(path, {"name": "Double", "email": "maria@example.org"}, Idempotency_Key=key)
    assert (taken.status_code, list(taken.json["fields"])) == (422, ["email"])
    assert sender.post(path, {"name": "Double"}, Idempotency_Key=key).status_code == 201


def test_a_change_says_what_it_was_made_from_and_replaces_all(site: Site, hiring: HiringRound) -> None:
    sender, path = program(site, hiring, "recruiter"), f"/api/v1/candidates/{hiring.candidates['tom']}"
    before = sender.get(path)
    assert (before.json["reference"], before.json["months"], before.json["years"], before.json["version"]) == ("R-2", 3, 0, 1)
    assert sender.ask("PUT", path, {"name": "Tom Okafor"}).status_code == 428
    changed = sender.ask("PUT", path, {"name": "Tom Okafor", "reference": "R-3"}, {"If-Match": before.headers["ETag"]})
    assert (changed.status_code, changed.json) == (200, {"id": hiring.candidates["tom"], "href": path, "version": 2})
    assert changed.headers["ETag"] == '"2"'
    now_there = sender.get(path)
    assert (now_there.json["reference"], now_there.json["email"], now_there.headers["ETag"]) == ("R-3", "", '"2"')
    late = sender.ask("PUT", path, {"name": "Written over", "version": 1})
    assert (late.status_code, late.json["version"]) == (409, 2)
    assert sender.get(path).json == now_there.json
    for header in ("2", '"x"', '"2", "3"', "*"):
        assert sender.ask("PUT", path, {"name": "Tom"}, {"If-Match": header}).status_code == 422, header


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, {"name": ["Enter the candidate's name."]}),
        ({"name": None}, {"name": ["Enter the candidate's name."]}),
        ({"name": 7}, {"name": ["Send a text or null."]}),
        ({"name": ["x"]}, {"name": ["Send a text or null."]}),
        ({"name": "x", "years": "3"}, {"years": ["Send a whole number or null."]}),
        ({"name": "x", "years": True}, {"years": ["Send a whole number or null."]}),
        ({"name": "x", "years": 2.5}, {"years": ["Send a whole number or null."]}),
        ({"name": "x", "years": 61}, {"years": ["Enter whole years from 0 to 60."]}),
        ({"name": "x", "stage": "panel"}, {"stage": ["There is no such field."]}),
        ({"name": "x", "csrf_token": "y"}, {"csrf_token": ["There is no such field."]}),
        ({"name": "x", "version": 1}, {"version": ["There is no such field."]}),
        ({"name": "x", "requirements": ["driving"]}, {"requirements": ["Send an object with true, false or null by key."]}),
        ({"name": "x", "requirements": {"driving": 1}}, {"requirements": ["Send an object with true, false or null by key."]}),
        ({"name": "x", "requirements": {"driving": True}}, {"requirements.driving": ["There is no such field."]}),
        ({"name": "x", "requirement_driving": "yes"}, {"requirement_driving": ["There is no such field."]}),
        ({"name": "x", "years": 10**400}, {"years": ["Enter whole years from 0 to 60."]}),
        ({"name": "x", "months": -(10**9)}, {"months": ["Enter whole months from 0 to 11."]}),
        ({"name": "x" * 201}, {"name": ["Use at most 200 characters here."]}),
        ({"name": "a\x00b"}, {"name": ["The character at place 2 cannot be printed. Delete it; it often comes with copied text."]}),
        ({"name": "a\ud800b"}, {"name": ["The character at place 2 cannot be printed. Delete it; it often comes with copied text."]}),
        ({"name": "x", "education": "wizard"}, {"education": ["Not a valid choice."]}),
    ],
)
def test_what_does_not_fit_is_said_by_field_and_nothing_is_stored(
    site: Site, hiring: HiringRound, body: dict[str, Any], fields: dict[str, list[str]]
) -> None:
    answer = program(site, hiring, "recruiter").post(f"/api/v1/openings/{hiring.opening}/candidates", body)
    assert (answer.status_code, answer.json["fields"]) == (422, fields)
    with site.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Application)) == 3


@pytest.mark.parametrize(
    ("content_type", "data", "status"),
    [
        ("text/plain", b"{}", 415),
        ("application/x-www-form-urlencoded", b"name=x", 415),
        ("application/json", b"", 422),
        ("application/json", b"{", 422),
        ("application/json", b"[]", 422),
        ("application/json", b'"x"', 422),
        ("application/json", b'{"name": NaN}', 422),
        ("application/json", b'{"name": "A", "name": "B"}', 422),
        ("application/json", b'{"name": "A", "requirements": {"x": true, "x": false}}', 422),
        ("application/json", b'{"name": "\xff"}', 422),
        ("application/json", b"[" * 100_000, 422),
        ("application/json", b'{"years": ' + b"9" * 5000 + b"}", 422),
        ("application/json", b" " * (3 * 2**20), 413),
    ],
)
def test_what_is_no_object_is_refused(site: Site, hiring: HiringRound, content_type: str, data: bytes, status: int) -> None:
    sender = program(site, hiring, "recruiter")
    headers = {"Authorization": f"Bearer {sender.key}", "Content-Type": content_type, "Idempotency-Key": "k" * 16}
    answer = sender.client.post(f"/api/v1/openings/{hiring.opening}/candidates", headers=headers, data=data)
    assert (answer.status_code, list(answer.json)[:1]) == (status, ["error"]), answer.text


@pytest.mark.parametrize(("key", "status"), [(None, 428), ("", 422), ("short", 422), ("x" * 65, 422), ("ä" * 16, 422)])
def test_a_request_that_makes_something_has_a_name(site: Site, hiring: HiringRound, key: str | None, status: int) -> None:
    sender = program(site, hiring, "recruiter")
    answer = sender.post(f"/api/v1/openings/{hiring.opening}/candidates", {"name": "x"}, Idempotency_Key=key)
    assert answer.status_code == status


def test_the_list_of_candidates_goes_page_by_page(site: Site, hiring: HiringRound, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("screening.blueprints.api.candidates.PAGE_SIZE", 2)
    reader, path = program(site, hiring, "recruiter"), f"/api/v1/openings/{hiring.opening}/candidates"
    first = reader.get(path).json
    second = reader.get(first["next"]).json
    assert [item["name"] for page in (first, second) for item in page["candidates"]] == ["Maria Kowalska", "Tom Okafor", "Linh Nguyễn"]
    assert (first["candidates"][1]["reference"], second["next"]) == ("R-2", None)
    assert [reader.get(f"{path}?page={bad}").status_code for bad in ("0", "-1", "x", "9" * 400, "1.0")] == [400] * 5


def sent(card: dict[str, Any], **ratings: int | None) -> dict[str, Any]:
    said = {key: {"level": level, "not_assessed": None if level else "no_time", "note": f"On {key}"} for key, level in ratings.items()}
    return {"version": card["version"], "rubric": card["rubric"], "ratings": said}


def test_a_scorecard_is_filled_in_saved_and_submitted(site: Site, hiring: HiringRound) -> None:
    mine = program(site, hiring, "ada")
    listed = mine.get("/api/v1/scorecards").json["scorecards"]
    assert {(item["candidate_name"], item["state"]) for item in listed} == {("Maria Kowalska", "new"), ("Tom Okafor", "new")}
    path = next(item["href"] for item in listed if item["candidate_name"] == "Maria Kowalska")
    card = mine.get(path).json
    assert (card["state"], [item["key"] for item in card["asks"]], card["ratings"]) == ("new", ["spoken_communication", "composure"], {})
    assert set(card["asks"][0]["levels"]) == set("12345")
    saved = mine.ask("PATCH", path, {**sent(card, composure=2), "reason": "Calm"})
    assert (saved.status_code, saved.json["version"], saved.headers["ETag"]) == (200, card["version"] + 1, f'"{card["version"] + 1}"')
    draft = mine.get(path).json
    assert (draft["state"], draft["reason"], draft["recommendation"]) == ("draft", "Calm", "")
    assert draft["ratings"] == {"composure": {"level": 2, "not_assessed": "", "note": "On composure"}}
    assert mine.ask("PATCH", path, {**sent(card, composure=5)}).status_code == 409
    assert mine.ask("PATCH", path, {**sent(draft), "rubric": 2}).status_code == 409
    early = mine.post(f"{path}/submission", sent(draft))
    assert (early.status_code, list(early.json["fields"])) == (422, ["ratings"])
    key, last = secrets.token_urlsafe(16), {**sent(draft, spoken_communication=4), "recommendation": "yes"}
    done = mine.post(f"{path}/submission", last, Idempotency_Key=key)
    assert (done.status_code, done.json["href"]) == (201, path)
    assert mine.post(f"{path}/submission", last, Idempotency_Key=key).json == done.json
    assert mine.post(f"{path}/submission", last).status_code == 409
    assert mine.ask("PATCH", path, sent(mine.get(path).json, composure=5)).status_code == 409
    frozen = mine.get(path).json
    assert (frozen["state"], frozen["ratings"]["spoken_communication"]["level"], frozen["ratings"]["composure"]["level"]) == (
        "submitted",
        4,
        2,
    )
    with site.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Revision)) == 1
        assert session.scalar(select(func.count()).where(Event.action == "scorecard_submitted")) == 1


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"ratings": {"teamwork": {"level": 3}}}, {"ratings.teamwork": ["This scorecard does not ask for it."]}),
        ({"ratings": {"composure": {"levels": 3}}}, {"ratings.composure.levels": ["There is no such field."]}),
        ({"ratings": {"composure": {"level": 6}}}, {"ratings.composure.level": ["Choose a level from 1 to 5."]}),
        ({"ratings": {"composure": {"level": 10**400}}}, {"ratings.composure.level": ["Choose a level from 1 to 5."]}),
        (
            {"ratings": {"composure": {"level": 4, "not_assessed": "no_time"}}},
            {"ratings.composure": ["Give a level, or say why there is none, not both."]},
        ),
        ({"rating_composure": 4}, {"rating_composure": ["There is no such field."]}),
        ({"why": "x", "amend_reason": "y"}, {"why": ["There is no such field."]}),
        ({"ratings": {"composure": {"level": "4"}}}, {"ratings.composure.level": ["Send a whole number or null."]}),
        ({"ratings": {"composure": {"note": "x" * 4001}}}, {"ratings.composure.note": ["Use at most 4,000 characters here."]}),
        ({"ratings": {"composure": 4}}, {"ratings": ["Send an object by criterion, with level, not_assessed, note."]}),
        ({"recommendation": "maybe"}, {"recommendation": ["Not a valid choice."]}),
        ({"amend_reason": "x" * 301}, {"amend_reason": ["Use at most 300 characters here."]}),
        ({"submitted_at": "2026-01-01"}, {"submitted_at": ["There is no such field."]}),
    ],
)
def test_what_a_card_does_not_take_is_said_by_field(
    site: Site, hiring: HiringRound, changes: dict[str, Any], fields: dict[str, list[str]]
) -> None:
    answer = program(site, hiring, "ada").ask(
        "PATCH", f"/api/v1/scorecards/{hiring.cards['ada', 'maria', 'phone']}", {"version": 1, "rubric": 1, **changes}
    )
    assert (answer.status_code, answer.json["fields"]) == (422, fields)
    with site.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Revision)) == 0


def _as_in_csv(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def test_numbers_are_those_of_the_files(site: Site, hiring: HiringRound) -> None:
    hiring.submit("ada", "maria", spoken_communication=4, composure=2)
    hiring.submit("ben", "maria", spoken_communication=5, composure=None)
    hiring.submit("ada", "tom", spoken_communication=1, composure=5)
    reader, browser = program(site, hiring, "recruiter"), site.signed_in(hiring.people["recruiter"])
    found = reader.get(f"/api/v1/openings/{hiring.opening}/results").json
    table = list(csv.DictReader(io.StringIO(browser.get(f"/openings/{hiring.opening}/compare.csv").data.decode("utf-8-sig"))))
    names = {"total": "total", "spread": "spread", "low": "range from", "high": "range to", "coverage": "coverage", "rank": "rank"}
    names |= {
        "chance_among_best": "among the best 3",
        "scorecards": "scorecards",
        "tie_band": "tie band",
        "adjusted_total": "adjusted total",
    }
    assert [row["name"] for row in found["results"]] == [row["candidate"] for row in table]
    for row, line in zip(found["results"], table, strict=True):
        assert {name: "" if row[name] is None else str(row[name]) for name in names} == {name: line[title] for name, title in names.items()}
        means = {item["name"]: row["criteria"][item["key"]]["mean"] for item in found["criteria"]}
        assert {name: "" if mean is None else str(mean) for name, mean in means.items()} == {name: line[name] for name in means}
    assert (found["candidates"], found["found"], found["next"], found["ranked_by"]) == (3, 3, None, "total")
    assert [item["weight"] for item in found["criteria"]] == [40, 30, 20, 10]
    single = reader.get(f"/api/v1/openings/{hiring.opening}/ratings").json["ratings"]
    assert {row.pop("candidate_id") for row in single} == {hiring.candidates["maria"], hiring.candidates["tom"]}
    long = list(csv.DictReader(io.StringIO(browser.get(f"/openings/{hiring.opening}/ratings.csv?versions=all").data.decode("utf-8-sig"))))
    as_text = [{name: _as_in_csv(value) for name, value in row.items()} for row in single]
    assert as_text == long


def test_weights_to_try_are_said_to_be_only_tried(site: Site, hiring: HiringRound) -> None:
    hiring.submit("ada", "tom", spoken_communication=1, composure=5)
    reader, path = program(site, hiring, "manager"), f"/api/v1/openings/{hiring.opening}/results"
    assert reader.get(path).json["weights_as_published"] is True
    assert reader.get(f"{path}?w.composure=100").json["weights_as_published"] is False
    assert [reader.get(f"{path}?{bad}").status_code for bad in ("sort=none", "page=0", "w.composure=101", "top=x")] == [400] * 4


def test_whoever_owes_a_card_gets_nothing_of_the_panel(site: Site, hiring: HiringRound) -> None:
    from screening.policy import Hat
    from screening.services import openings

    with site.database.transaction() as session:
        recruiter = viewer_of(session, hiring.people["recruiter"])
        openings.set_hats(session, recruiter, hiring.opening, hiring.people["ada"], [Hat.INTERVIEWER, Hat.HIRING_MANAGER])
    reader, path = program(site, hiring, "ada"), f"/api/v1/openings/{hiring.opening}"
    before = [reader.get(f"{path}/{what}").json for what in ("results", "ratings")]
    hiring.submit("ben", "maria", spoken_communication=5)
    after = [reader.get(f"{path}/{what}").json for what in ("results", "ratings")]
    assert [{**answer, "made_at": ""} for answer in after] == [{**answer, "made_at": ""} for answer in before]
    maria = next(row for row in after[0]["results"] if row["name"] == "Maria Kowalska")
    assert (maria["hidden"], maria["total"], maria["scorecards"], maria["stage"]) == (True, None, None, "")
    hiring.submit("ada", "maria", spoken_communication=3)
    assert len(reader.get(f"{path}/ratings").json["ratings"]) == 4


ASKED = [
    ("GET", "/openings", Scope.READ_OPENINGS),
    ("GET", "/openings/{opening}", Scope.READ_OPENINGS),
    ("GET", "/openings/{opening}/rubric", Scope.READ_OPENINGS),
    ("GET", "/openings/{opening}/candidates", Scope.READ_CANDIDATES),
    ("GET", "/candidates/{maria}", Scope.READ_CANDIDATES),
    ("POST", "/openings/{opening}/candidates", Scope.WRITE_CANDIDATES),
    ("PUT", "/candidates/{maria}", Scope.WRITE_CANDIDATES),
    ("GET", "/scorecards", Scope.READ_SCORECARDS),
    ("GET", "/scorecards/{card}", Scope.READ_SCORECARDS),
    ("PATCH", "/scorecards/{card}", Scope.WRITE_SCORECARDS),
    ("POST", "/scorecards/{card}/submission", Scope.WRITE_SCORECARDS),
    ("GET", "/openings/{opening}/results", Scope.READ_RESULTS),
    ("GET", "/openings/{opening}/ratings", Scope.READ_RESULTS),
]


def count_of(site: Site, action: str) -> int:
    with site.database.reading() as session:
        return session.scalar(select(func.count()).where(Event.action == action)) or 0


def address(hiring: HiringRound, path: str) -> str:
    card = hiring.cards["ada", "maria", "phone"]
    return "/api/v1" + path.format(opening=hiring.opening, maria=hiring.candidates["maria"], card=card)


def test_every_route_of_the_interface_is_tried(site: Site) -> None:
    rules = {
        (method, rule.rule.replace("<opening_id>", "{opening}").replace("<application_id>", "{maria}").replace("<scorecard_id>", "{card}"))
        for rule in site.app.url_map.iter_rules()
        if rule.rule.startswith("/api/")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert rules == {(method, f"/api/v1{path}") for method, path, _ in ASKED}


@pytest.mark.parametrize(("method", "path", "scope"), ASKED)
def test_a_key_does_what_it_was_made_for_and_no_more(site: Site, hiring: HiringRound, method: str, path: str, scope: Scope) -> None:
    owner = "ada" if "scorecard" in path else "recruiter"
    enough = program(site, hiring, owner, scope).ask(method, address(hiring, path), {} if method != "GET" else None)
    assert enough.status_code in (200, 422, 428)
    before = count_of(site, "denied")
    least = program(site, hiring, owner, *(other for other in Scope if other is not scope))
    refused = least.ask(method, address(hiring, path), {})
    assert (refused.status_code, scope in refused.json["error"]) == (403, True)
    # Said before anything is looked for: what there is and what there is not look alike.
    nowhere = {"opening": "0" * 22, "maria": "0" * 22, "card": "0" * 22}
    assert least.ask(method, "/api/v1" + path.format(**nowhere), {}).data == refused.data
    assert count_of(site, "denied") > before


@pytest.mark.parametrize(("method", "path", "scope"), ASKED)
def test_strangers_get_what_there_is_not(site: Site, hiring: HiringRound, method: str, path: str, scope: Scope) -> None:
    body = None if method == "GET" else {"name": "x", "version": 0, "rubric": 1}
    nobody = Program(site)
    answer = nobody.ask(method, address(hiring, path), body)
    assert (answer.status_code, answer.headers["WWW-Authenticate"], list(answer.json)) == (401, 'Bearer realm="screening"', ["error"])
    stranger = program(site, hiring, "stranger")
    answer = stranger.ask(method, address(hiring, path), body)
    if "{" in path:
        unknown = stranger.ask(method, "/api/v1" + path.format(opening="0" * 22, maria="0" * 22, card="0" * 22), body)
        assert (answer.status_code, answer.data) == (404, unknown.data)
    else:
        assert list(answer.json.values()) == [[]]
    if "{card}" in path:
        assert program(site, hiring, "ben").ask(method, address(hiring, path), body).status_code == 404
        assert program(site, hiring, "recruiter").ask(method, address(hiring, path), body).status_code == 404
    if "{maria}" in path:
        assert program(site, hiring, "manager").ask(method, address(hiring, path), body).status_code == 404
    with site.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Revision)) == 0
        assert session.scalar(select(func.count()).select_from(Application)) == 3
        denied = session.scalar(select(func.count()).where(Event.action == "denied"))
        assert bool(denied) == ("{" in path)


def signed_in(site: Site, hiring: HiringRound) -> Browser:
    return site.signed_in(hiring.people["recruiter"])


def test_a_browsers_cookie_means_nothing_here(site: Site, hiring: HiringRound) -> None:
    browser = signed_in(site, hiring)
    assert browser.get("/api/v1/openings").status_code == 401
    assert browser.send_json(f"/api/v1/openings/{hiring.opening}/candidates", {"name": "x"}).status_code == 401
    assert browser.get("/openings").status_code == 200


def test_a_key_means_nothing_to_pages(site: Site, hiring: HiringRound) -> None:
    assert program(site, hiring, "recruiter").get("/openings").status_code == 303


@pytest.mark.parametrize(
    "shape", ["", "Bearer", "Bearer x", "Basic {}", "{}", "Bearer {}x", "Bearer scr_", "Bearer  {}", "Bearer scr_" + "x" * 9000]
)
def test_what_is_no_key_lets_nobody_in(site: Site, hiring: HiringRound, shape: str) -> None:
    key = key_of(site, hiring.people["recruiter"])
    answer = Program(site).ask("GET", "/api/v1/openings", headers={"Authorization": shape.format(key)})
    assert answer.status_code == 401


def test_a_key_ends_with_its_time_and_with_its_owner(site: Site, hiring: HiringRound) -> None:
    from screening.models import Account
    from screening.services import accounts

    with set_back(now() - timedelta(days=7, seconds=-30)):
        soon = program(site, hiring, "recruiter")
    with set_back(now() - timedelta(days=7, seconds=1)):
        late = program(site, hiring, "recruiter")
    assert (soon.get("/api/v1/openings").status_code, late.get("/api/v1/openings").status_code) == (200, 401)
    with site.database.transaction() as session:
        owner = session.scalars(select(Account).where(Account.public_id == hiring.people["recruiter"])).one()
        owner.is_active = False
    assert soon.get("/api/v1/openings").status_code == 401
    with site.database.transaction() as session:
        owner = session.scalars(select(Account).where(Account.public_id == hiring.people["recruiter"])).one()
        owner.is_active = True
        accounts.set_password(session, owner, "x")
    assert soon.get("/api/v1/openings").status_code == 401


def test_hats_count_as_they_are_now(site: Site, hiring: HiringRound) -> None:
    from screening.services import openings

    reader = program(site, hiring, "manager")
    path = f"/api/v1/openings/{hiring.opening}/results"
    assert reader.get(path).status_code == 200
    with site.database.transaction() as session:
        openings.set_hats(session, viewer_of(session, hiring.people["recruiter"]), hiring.opening, hiring.people["manager"], [])
    assert reader.get(path).status_code == 404


def test_who_must_have_a_second_factor_and_has_none_gets_no_further(hiring: HiringRound) -> None:
    give_passwords(hiring, "recruiter")
    site = Site(hiring.database, second_factor="everybody")
    try:
        answer = program(site, hiring, "recruiter").get("/api/v1/openings")
        assert (answer.status_code, "second factor" in answer.json["error"]) == (403, True)
    finally:
        site.close()


def test_only_the_digest_of_a_key_is_stored(site: Site, hiring: HiringRound) -> None:
    key = key_of(site, hiring.people["recruiter"])
    with site.database.reading() as session:
        assert key not in repr([row.__dict__ for row in api_tokens.own(session, viewer_of(session, hiring.people["recruiter"]))])
        details = [event.detail for event in session.scalars(select(Event).where(Event.action == "token_made"))]
    assert [set(detail) for detail in details] == [{"days", "scopes", "token"}]
    assert key not in repr(details)


@pytest.mark.parametrize("path", ["/api", "/api/", "/api/v1", "/api/v1/nothing", "/api/v2/openings", "/api/v1/openings/"])
def test_what_is_not_there_says_so_as_json(site: Site, hiring: HiringRound, path: str) -> None:
    answer = program(site, hiring, "recruiter").get(path)
    assert answer.status_code == 404
    if path != "/api":
        assert list(answer.json) == ["error"]


@pytest.mark.parametrize("method", ["DELETE", "PUT", "PATCH"])
def test_there_is_no_other_way_to_ask(site: Site, hiring: HiringRound, method: str) -> None:
    answer = program(site, hiring, "recruiter").ask(method, "/api/v1/openings")
    assert (answer.status_code, "GET" in answer.headers["Allow"], list(answer.json)) == (405, True, ["error"])


def test_asking_changes_nothing_but_the_log(site: Site, hiring: HiringRound) -> None:
    from tests.house_rules.test_access import everything

    owners = {person: program(site, hiring, person) for person in ("ada", "recruiter")}
    before = everything(site.database)
    for method, path, _ in ASKED:
        if method == "GET":
            assert owners["ada" if "scorecard" in path else "recruiter"].get(address(hiring, path)).status_code == 200
    assert everything(site.database) == before
    with site.database.reading() as session:
        assert session.scalars(select(Event.action).order_by(Event.id.desc()).limit(2)).all() == ["ratings_exported", "table_exported"]
        assert session.scalar(select(func.count()).select_from(Scorecard)) == 3


def test_who_asks_without_end_waits(site: Site, hiring: HiringRound, monkeypatch: pytest.MonkeyPatch) -> None:
    from screening.services import rates

    monkeypatch.setattr(rates, "MOST", {**rates.MOST, rates.Kind.REQUESTS: 3, rates.Kind.FETCHES: 2})
    reader = program(site, hiring, "recruiter")
    statuses = [reader.get("/api/v1/openings").status_code for _ in range(4)]
    assert statuses == [200, 200, 200, 429]
    assert 1 <= int(reader.get("/api/v1/openings").headers["Retry-After"]) <= 60
    other = program(site, hiring, "manager")
    assert other.get("/api/v1/openings").status_code == 200
    path = f"/api/v1/openings/{hiring.opening}/ratings"
    assert [other.get(path).status_code for _ in range(3)] == [200, 200, 429]
    assert site.signed_in(hiring.people["manager"]).get(f"/openings/{hiring.opening}/ratings.csv").status_code == 200
    # Whoever is refused has asked, too.
    least = program(site, hiring, "ada", Scope.READ_SCORECARDS)
    assert [least.get("/api/v1/openings").status_code for _ in range(4)] == [403, 403, 403, 429]


def test_of_many_at_once_with_one_key_one_counts(site: Site, hiring: HiringRound) -> None:
    path, name = f"/api/v1/openings/{hiring.opening}/candidates", secrets.token_urlsafe(16)
    senders = [program(site, hiring, "recruiter") for _ in range(12)]
    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda sender: sender.post(path, {"name": "Twelve Times"}, Idempotency_Key=name), senders))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json["id"] for answer in answers}) == 1
    assert sum("Idempotency-Replayed" in answer.headers for answer in answers) == 11
    with site.database.reading() as session:
        assert session.scalar(select(func.count()).where(Candidate.name == "Twelve Times")) == 1


def test_of_two_with_one_key_and_other_content_at_once_one_counts(site: Site, hiring: HiringRound) -> None:
    path, name = f"/api/v1/openings/{hiring.opening}/candidates", secrets.token_urlsafe(16)
    senders = [program(site, hiring, "recruiter") for _ in range(6)]
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda place: senders[place].post(path, {"name": f"N {place}"}, Idempotency_Key=name), range(6)))
    assert sorted(answer.status_code for answer in answers) == [201] + [422] * 5
    with site.database.reading() as session:
        assert session.scalar(select(func.count()).where(Candidate.name.like("N %"))) == 1


def test_a_change_sent_again_counts_once_and_gets_the_same_answer(site: Site, hiring: HiringRound) -> None:
    sender, path = program(site, hiring, "recruiter"), f"/api/v1/candidates/{hiring.candidates['tom']}"
    body, name = {"name": "Tom Okafor", "reference": "R-9", "version": 1}, {"Idempotency-Key": secrets.token_urlsafe(16)}
    first, again = sender.ask("PUT", path, body, name), sender.ask("PUT", path, body, name)
    assert (first.status_code, first.json["version"]) == (200, 2)
    assert (again.status_code, again.json, again.headers["ETag"]) == (200, first.json, '"2"')
    assert sender.ask("PUT", path, body).status_code == 409
    assert sender.ask("PUT", path, body, {"Idempotency-Key": None}).status_code == 428
    mine, card = program(site, hiring, "ada"), f"/api/v1/scorecards/{hiring.cards['ada', 'tom', 'phone']}"
    said = sent(mine.get(card).json, composure=4)
    saved, once_more = mine.ask("PATCH", card, said, name), mine.ask("PATCH", card, said, name)
    assert (saved.status_code, once_more.status_code, once_more.json) == (200, 200, saved.json)


def test_a_request_whose_answer_was_lost_is_told_what_it_made(site: Site, hiring: HiringRound, monkeypatch: pytest.MonkeyPatch) -> None:
    """The server was killed after the change, before anything was answered."""
    sender, path, name = program(site, hiring, "recruiter"), f"/api/v1/openings/{hiring.opening}/candidates", secrets.token_urlsafe(16)
    with monkeypatch.context() as patch:
        patch.setattr("screening.blueprints.api.candidates.done", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            sender.post(path, {"name": "Lost"}, Idempotency_Key=name)
    assert sender.post(path, {"name": "Lost"}, Idempotency_Key=name).status_code == 201
    made = sender.post(path, {"name": "Lost"}, Idempotency_Key=name)
    assert sender.get(made.json["href"]).json["name"] == "Lost"
    with site.database.transaction() as session:
        rows = session.scalars(select(Submission).where(Submission.address.like("/api/%"))).all()
        assert [row.address for row in rows] == [f"{made.json['href']}#1"]
        # One whose answer nobody can know any more, of a version before this.
        rows[0].address, rows[0].at = "", now() - timedelta(minutes=5)
    begun = time.monotonic()
    assert sender.post(path, {"name": "Lost"}, Idempotency_Key=name).status_code == 409
    assert time.monotonic() - begun < 2


def test_what_was_read_can_be_sent_back_and_changes_nothing(site: Site, hiring: HiringRound) -> None:
    sender, path = program(site, hiring, "recruiter"), f"/api/v1/candidates/{hiring.candidates['maria']}"
    with site.database.transaction() as session:
        row = session.scalars(select(Application).where(Application.public_id == hiring.candidates["maria"])).one()
        # To a requirement that an earlier version of the rubric had.
        row.requirements = {"driving_licence": True}
    before = sender.get(path).json
    assert before["requirements"] == {}
    changes = count_of(site, "candidate_changed")
    back = sender.ask("PUT", path, before)
    assert (back.status_code, back.json["version"], count_of(site, "candidate_changed")) == (200, before["version"], changes)
    assert sender.ask("PUT", path, {**before, "opening_id": "0" * 22}).status_code == 422
    assert sender.ask("PUT", path, {**before, "source": "Fair"}).json["version"] == before["version"] + 1
    with site.database.reading() as session:
        row = session.scalars(select(Application).where(Application.public_id == hiring.candidates["maria"])).one()
        assert (row.source, row.requirements) == ("Fair", {"driving_licence": True})


def test_of_a_criterion_only_what_is_sent_changes(site: Site, hiring: HiringRound) -> None:
    mine, path = program(site, hiring, "ada"), f"/api/v1/scorecards/{hiring.cards['ada', 'tom', 'phone']}"
    for said, stands in (
        ({"level": 2, "note": "Calm"}, {"level": 2, "not_assessed": "", "note": "Calm"}),
        ({"level": 3}, {"level": 3, "not_assessed": "", "note": "Calm"}),
        ({"not_assessed": "no_time"}, {"level": None, "not_assessed": "no_time", "note": "Calm"}),
        ({"level": 4}, {"level": 4, "not_assessed": "", "note": "Calm"}),
        ({"level": None, "note": ""}, {"level": None, "not_assessed": "", "note": ""}),
    ):
        card = mine.get(path).json
        assert (
            mine.ask("PATCH", path, {"version": card["version"], "rubric": card["rubric"], "ratings": {"composure": said}}).status_code
            == 200
        )
        assert mine.get(path).json["ratings"] == {"composure": stands}


def test_a_version_as_a_proxy_writes_it_is_one(site: Site, hiring: HiringRound) -> None:
    sender, path = program(site, hiring, "recruiter"), f"/api/v1/candidates/{hiring.candidates['tom']}"
    assert sender.ask("PUT", path, {"name": "Tom"}, {"If-Match": 'W/"1"'}).status_code == 200


def test_ratings_come_page_by_page(site: Site, hiring: HiringRound, monkeypatch: pytest.MonkeyPatch) -> None:
    hiring.submit("ada", "maria", composure=4)
    hiring.submit("ben", "maria", composure=5)
    hiring.submit("ada", "tom", composure=2)
    reader, path = program(site, hiring, "recruiter"), f"/api/v1/openings/{hiring.opening}/ratings"
    whole = reader.get(path).json
    monkeypatch.setattr("screening.blueprints.api.results.PAGE_SIZE", 2)
    first = reader.get(path).json
    second = reader.get(first["next"]).json
    assert (first["ratings"] + second["ratings"], second["next"]) == (whole["ratings"], None)
    assert len(first["ratings"]) == 4


def test_a_hundred_thousand_wrong_fields_get_a_short_answer(site: Site, hiring: HiringRound) -> None:
    answer = program(site, hiring, "recruiter").post(
        f"/api/v1/openings/{hiring.opening}/candidates", dict.fromkeys(map(str, range(100_000)))
    )
    assert (answer.status_code, len(answer.json["fields"])) == (422, 20)


def test_the_log_says_which_program_it_was(site: Site, hiring: HiringRound) -> None:
    sender = program(site, hiring, "recruiter")
    with site.database.reading() as session:
        (key,) = (row.public_id for row in api_tokens.own(session, viewer_of(session, hiring.people["recruiter"])))
    assert sender.post(f"/api/v1/openings/{hiring.opening}/candidates", {"name": "x"}).status_code == 201
    assert sender.get(f"/api/v1/openings/{hiring.opening}/results").status_code == 200
    assert sender.get(f"/api/v1/candidates/{'0' * 22}").status_code == 404
    assert site.signed_in(hiring.people["recruiter"]).get(f"/openings/{hiring.opening}/compare.csv").status_code == 200
    with site.database.reading() as session:
        newest = session.execute(select(Event.action, Event.detail).order_by(Event.id.desc()).limit(5)).all()
    assert [(action, detail.get("program")) for action, detail in reversed(newest) if action != "signed_in"] == [
        ("candidate_added", key),
        ("table_exported", key),
        ("denied", key),
        ("table_exported", None),
    ]
