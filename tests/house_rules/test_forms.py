"""Every way to change something: what proves that it was meant, that it is meant once, and that nothing unseen is overwritten."""

from __future__ import annotations

import csv
import secrets
from pathlib import Path

import pytest
from flask import Flask

from screening.blueprints.submissions import SAVED_BY_VERSION
from screening.database import Base
from screening.web import build
from tests.house_rules.conftest import Walked
from tests.house_rules.test_access import ONLY_WITH_SETTINGS, ROLES, for_programs, matrix
from tests.house_rules.test_access import PEOPLE as OF_ROLE
from tests.support import typesetter
from tests.support.crawl import Found
from tests.support.forms import form_at
from tests.support.programs import Program
from tests.support.web import Site, settings

TABLE = Path(__file__).with_name("writes.csv")
UNSAFE = ("POST", "PUT", "PATCH", "DELETE")


def writes() -> dict[str, dict[str, str]]:
    """The reviewed table: for each rule that changes something its field that says what was seen, or why it needs none."""
    with TABLE.open(newline="") as file:
        return {row["rule"]: row for row in csv.DictReader(file)}


def unsafe_rules(app: Flask) -> set[str]:
    return {rule.rule for rule in app.url_map.iter_rules() if not {*UNSAFE}.isdisjoint(rule.methods or ())}


def test_every_way_to_change_something_is_in_the_reviewed_table(walked: Walked) -> None:
    assert sorted(unsafe_rules(walked.site.app)) == sorted(writes())
    assert [rule for rule, row in writes().items() if bool(row["version"]) == bool(row["why none is needed"])] == []


def test_pages_take_nothing_but_get_and_post(walked: Walked) -> None:
    taken = {for_them: set[str]() for for_them in (False, True)}
    for rule in walked.site.app.url_map.iter_rules():
        taken[for_programs(rule.rule)] |= rule.methods or set()
    assert taken == {False: {"GET", "HEAD", "OPTIONS", "POST"}, True: {"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH"}}


def test_every_form_carries_both_tokens_and_each_form_its_own(walked: Walked) -> None:
    assert len(walked.forms) > 30
    without = [str(found) for found in walked.forms if not {"csrf_token", "submission_token"} <= found.form.fields.keys()]
    assert without == []
    tokens = [found.form.fields["submission_token"] for found in walked.forms]
    assert len(set(tokens)) == len(tokens)


def test_every_form_has_a_rule_and_the_version_that_the_table_says(walked: Walked) -> None:
    table = writes()
    wrong = []
    for found in walked.forms:
        assert found.rule, found.form.action
        wanted = table[found.rule]["version"]
        names = {name for name in found.form.kinds if name == wanted or name.endswith(f"-{wanted}")}
        if wanted and not names:
            wrong.append(str(found))
    assert wrong == []


DRAFT = "/scorecards/<scorecard_id>/draft"
"""What no form sends, but a script."""


def with_version() -> list[str]:
    return [rule for rule, row in writes().items() if row["version"] == "version" and rule != DRAFT and not for_programs(rule)]


@pytest.mark.parametrize("rule", with_version())
def test_without_the_version_that_was_seen_nothing_is_saved(walked: Walked, rule: str) -> None:
    before = walked.state()
    tried = [found for found in walked.forms if found.rule == rule]
    assert tried
    for found in tried:
        name = next(name for name in found.form.kinds if name.endswith("version"))
        # What erases is asked for a word beside it.
        meant = {"confirmation": "erase"} if "confirmation" in found.form.kinds else {}
        # What says the same as before is no change, whatever it was made from.
        unknown = ("0" * 32, {409}) if meant else ("none such", {303, 409, 422})
        for value, allowed in ((None, {428}), ("\x00", {422}), ("9" * 5000, {422}), unknown):
            found.form.fields["submission_token"] = secrets.token_urlsafe(16)
            answer = found.form.send(walked.browser(found.person), **{**meant, name: value})
            assert answer.status_code in allowed, (str(found), value and value[:20], answer.status_code)
    assert walked.state() == before


def test_nor_does_a_script_save_without_it(walked: Walked) -> None:
    before, browser, address = walked.state(), walked.browser("ada"), walked.rich.path("/scorecards/<scorecard_id>")
    form = form_at(browser, address)
    seen = {"version": int(form.fields["version"]), "rubric": int(form.fields["rubric"])}
    wrong = ((None, 428), ("\x00", 422), ("9" * 5000, 422), ("none such", 422), (seen["version"] + 1, 409))
    for value, status in wrong:
        sent = {name: said for name, said in {**seen, "version": value}.items() if said is not None}
        answer = browser.send_json(walked.rich.path(DRAFT), {**sent, "fields": {"reason": "Written over"}})
        assert answer.status_code == status, value
    assert walked.state() == before


def resend(walked: Walked, found: Found, **values: object) -> int:
    found.form.fields["submission_token"] = secrets.token_urlsafe(16)
    return found.form.send(walked.browser(found.person), **values).status_code


def test_a_form_without_its_token_is_sent_in_vain(walked: Walked) -> None:
    """Nothing of a form that a signed-in person sends is looked at before it says which form it is."""
    before = walked.state()
    statuses = {
        str(found): found.form.send(walked.browser(found.person), submission_token=None).status_code
        for found in walked.forms
        if found.person
    }
    assert {name: status for name, status in statuses.items() if status != 428} == {}
    assert walked.state() == before


def test_only_what_a_version_protects_needs_no_form(walked: Walked) -> None:
    views = {rule.endpoint: rule.rule for rule in walked.site.app.url_map.iter_rules()}
    assert {views[endpoint]: writes()[views[endpoint]]["version"] for endpoint in SAVED_BY_VERSION} == {
        "/scorecards/<scorecard_id>/draft": "version"
    }


@pytest.mark.parametrize(
    ("method", "rule", "owner"),
    [
        ("PUT", "/api/v1/candidates/<application_id>", "recruiter"),
        ("PATCH", "/api/v1/scorecards/<scorecard_id>", "ada"),
        ("POST", "/api/v1/scorecards/<scorecard_id>/submission", "ada"),
    ],
)
def test_nor_does_a_program(walked_copy: Walked, method: str, rule: str, owner: str) -> None:
    assert {one for one, row in writes().items() if for_programs(one) and row["version"]} >= {rule}
    program, path = Program(walked_copy.site, walked_copy.hiring.people[owner]), walked_copy.rich.path(rule)
    now = program.get(path.removesuffix("/submission")).json
    before, body = walked_copy.state(), {"name": "Written over"} if method == "PUT" else {"rubric": now["rubric"], "reason": "Written over"}
    wrong: tuple[tuple[object, int], ...] = ((None, 428), ("1", 422), (True, 422), (-1, 422), (10**30, 422), (now["version"] + 1, 409))
    for version, status in wrong:
        assert program.ask(method, path, {**body, "version": version}).status_code == status, version
    assert walked_copy.state() == before


FOREIGN = [
    ("Origin", "https://evil.example"),
    ("Origin", "null"),
    ("Origin", ""),
    ("Origin", "http://["),
    ("Origin", "http://127.0.0.1.evil.example"),
    ("Origin", "https://127.0.0.1:8000"),
    ("Origin", "http://127.0.0.1:8001"),
    ("Referer", "https://evil.example/http://127.0.0.1:8000/"),
    ("Referer", "http://127.0.0.1:8000@evil.example/"),
    ("Referer", "about:blank"),
]


def test_what_comes_from_another_site_changes_nothing(walked: Walked) -> None:
    before, browser = walked.state(), walked.browser("recruiter")
    remind = walked.rich.path("/openings/<opening_id>/remind")
    assert [sent for sent in FOREIGN if browser.post(remind, headers=dict([sent])).status_code != 400] == []
    foreign = {"Origin": "https://evil.example", "Referer": "https://evil.example/"}
    paths = [walked.rich.path(rule) for rule in sorted(unsafe_rules(walked.site.app))]
    assert [path for path in paths if browser.post(path, headers=foreign).status_code != 400] == []
    assert walked.state() == before


@pytest.mark.parametrize("origin", ["http://127.0.0.1:8000", "http://localhost:8000"])
def test_our_own_pages_are_no_other_site(walked: Walked, origin: str) -> None:
    answer = walked.browser("recruiter").post("/openings/new", headers={"Origin": origin, "Referer": f"{origin}/openings/new"})
    assert answer.status_code == 422


@pytest.mark.parametrize(
    ("origin", "status"), [("https://hiring.example.org", 422), ("http://hiring.example.org", 400), ("https://localhost", 400)]
)
def test_behind_a_proxy_our_site_is_what_is_configured(walked: Walked, origin: str, status: int) -> None:
    site = Site(walked.hiring.database, base_url="https://hiring.example.org", proxies=1)
    try:
        browser = site.signed_in(walked.hiring.people["recruiter"])
        headers = {"Origin": origin, "X-Forwarded-Proto": "https", "X-Forwarded-Host": "evil.example"}
        assert browser.post("/openings/new", headers=headers).status_code == status
    finally:
        site.close()


def test_a_token_is_worth_something_in_its_own_session_alone(walked: Walked) -> None:
    before = walked.state()
    for person in ("recruiter", "ada", "admin", "ivo"):
        own, stranger = walked.browser(person), walked.fresh_browser(person)
        with stranger.client.session_transaction() as cookie:
            cookie["csrf_token"] = secrets.token_hex(20)
        for found in (found for found in walked.forms if found.person == person):
            assert found.form.send(stranger).status_code == 400, str(found)
            assert found.form.send(own, csrf_token=None).status_code == 400, str(found)
    assert walked.state() == before


def test_asking_changes_nothing(walked: Walked, monkeypatch: pytest.MonkeyPatch) -> None:
    """GET and HEAD of every address, those too that forms are sent to, by everybody who may ask for it. What documents leave behind is
    the page that was typeset, to be taken again.
    """
    typesetter.leave_out(monkeypatch, walked.site)
    programs = {name: Program(walked.site, walked.hiring.people[name]) for name in {OF_ROLE.get(role, role) for role in ROLES} - {"nobody"}}
    before, table = walked.state(), matrix()
    answered: dict[tuple[str, str], set[int]] = {}
    for (rule, method), row in table.items():
        if rule in ONLY_WITH_SETTINGS:
            continue
        path = walked.rich.path(rule.replace("<job_id>/content", "<file_id>/content"))
        people = ["" if role == "nobody" else OF_ROLE.get(role, role) for role in ROLES if row[role] == "yes"]
        if for_programs(rule):
            statuses = {programs[person].ask(way, path).status_code for person in people for way in ("HEAD", "GET")}
        else:
            statuses = {walked.browser(person).client.head(path).status_code for person in people[:1]}
            statuses |= {walked.browser(person).get(path).status_code for person in people}
        answered[rule, method] = statuses
    assert {route: statuses for route, statuses in answered.items() if max(statuses) >= 500} == {}
    # Of an address that takes forms alone nothing can be asked, or another rule is.
    assert [rule for (rule, method), statuses in answered.items() if method == "GET" and statuses == {404}] == []
    after = walked.state()
    assert {name for name in before if before[name] != after[name]} <= {"kept_papers"}


@pytest.mark.parametrize("header", ["X-HTTP-Method-Override", "X-Method-Override", "X-HTTP-Method"])
def test_no_header_turns_asking_into_changing(walked: Walked, header: str) -> None:
    before = walked.state()
    browser = walked.browser("recruiter")
    path = walked.rich.path("/openings/<opening_id>/remind")
    assert browser.get(path, headers={header: "POST"}, query_string={"_method": "POST"}).status_code == 405
    assert browser.post(path, {"_method": "DELETE"}, headers={header: "DELETE"}, query_string={"_method": "DELETE"}).status_code == 303
    after = walked.state()
    assert {name for name in before if before[name] != after[name]} <= {"scorecards", "submissions"}


def test_fields_that_a_form_does_not_have_change_nothing(walked: Walked) -> None:
    """Columns of the tables, sent along as if they were fields."""
    columns = {column.name: "1" for table in Base.metadata.tables.values() for column in table.columns}
    people = walked.state()["accounts"], walked.state()["memberships"]
    found = next(found for found in walked.forms if found.rule == "/openings/<opening_id>/candidates/new")
    extra = {name: value for name, value in columns.items() if name not in found.form.kinds}
    assert resend(walked, found, **{**extra, "name": "Extra Fields"}) == 303
    newest = max(walked.state()["applications"])
    assert newest[1] not in ("1", 1)
    assert (walked.state()["accounts"], walked.state()["memberships"]) == people


def test_the_application_has_no_route_outside_the_table(walked: Walked) -> None:
    """With every setting on, too."""
    app = build(settings(demo=True), walked.hiring.database)
    try:
        assert unsafe_rules(app) == set(writes())
    finally:
        app.extensions["pdf"].close()
