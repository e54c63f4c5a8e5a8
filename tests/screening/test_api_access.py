"""The interface for programs: what each key may do, who gets nothing, what the log says of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from screening.clock import now, set_back
from screening.models import Application, Event, Revision, Scorecard
from screening.services import api_tokens
from screening.services.api_tokens import Scope
from tests.support.hiring_round import HiringRound, viewer_of
from tests.support.programs import Program, count_of, key_of, program
from tests.support.signing_in import give_passwords
from tests.support.web import Browser, Site

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
