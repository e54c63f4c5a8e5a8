"""What goes along with every answer, whatever it is: a page, a file, an error, something static; and where addresses come from."""

from __future__ import annotations

import re
import zlib
from base64 import urlsafe_b64decode
from itertools import product

import pytest
from sqlalchemy import select
from werkzeug.http import parse_options_header
from werkzeug.test import TestResponse

from screening.blueprints.downloads import download
from screening.blueprints.sizes import MAX_FORM_BYTES, MAX_FORM_FIELDS, MAX_REQUEST_BYTES
from screening.database import Base
from screening.models.columns import new_public_id
from screening.paths import file_name
from screening.web import CONTENT_SECURITY_POLICY
from tests.house_rules.conftest import Walked
from tests.support.forms import form_at, forms
from tests.support.hiring_round import HiringRound
from tests.support.web import Site

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
}
SANDBOX = "sandbox; default-src 'none'"
REFERRERS = {"same-origin", "no-referrer"}
EVIL = ("evil.example", "evil.example:8000", "127.0.0.1:8000@evil.example", "evil.example/x?", "[::1")


def lacking(answer: TestResponse, *, kept: bool = False) -> list[str]:
    """What is wrong with the headers; `kept`: a browser may keep the answer."""
    headers = answer.headers
    wrong = [name for name, value in ALWAYS.items() if headers.get(name) != value]
    wrong += [name for name in ("Server", "X-Powered-By") if name in headers]
    if headers.get("Referrer-Policy") not in REFERRERS:
        wrong.append("Referrer-Policy")
    if headers.getlist("Content-Security-Policy") not in ([CONTENT_SECURITY_POLICY], [SANDBOX]):
        wrong.append("Content-Security-Policy")
    asked_by = "Authorization" if answer.request.path.startswith(("/api/", "/openapi.json")) else "Cookie"
    if not kept and (headers.get("Cache-Control") != "no-store" or asked_by not in headers.get("Vary", "")):
        wrong.append("Cache-Control or Vary")
    if headers.get("Content-Disposition", "inline").startswith("attachment") != (headers.get("Content-Security-Policy") == SANDBOX):
        wrong.append("a file to save that is no attachment in a sandbox")
    return wrong


def test_the_policy_says_what_it_must() -> None:
    given = dict(part.split(" ", 1) for part in CONTENT_SECURITY_POLICY.split("; "))
    assert "unsafe" not in CONTENT_SECURITY_POLICY
    assert {name: given[name] for name in ("default-src", "object-src", "base-uri", "form-action", "frame-ancestors", "script-src")} == {
        "default-src": "'none'",
        "object-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
        "script-src": "'self'",
    }


def test_every_page_that_anybody_reaches_has_the_headers(walked: Walked) -> None:
    assert len(walked.pages) > 100
    wrong = {(page.person, page.address): lacking(page.answer) for page in walked.pages}
    assert {where: problems for where, problems in wrong.items() if problems} == {}
    assert {page.address: page.answer.status_code for page in walked.pages if page.answer.status_code not in (200, 303)} == {}


def test_every_route_has_the_headers_for_everybody(walked: Walked) -> None:
    """Allowed or not, signed in or not, with the wrong method, without a token."""
    rules = sorted(rule.rule for rule in walked.site.app.url_map.iter_rules() if rule.endpoint != "static")
    assert len(rules) > 80
    wrong = {}
    for rule, (person, method) in product(
        rules, (("", "GET"), ("", "POST"), ("", "PUT"), ("", "OPTIONS"), ("ivo", "GET"), ("ivo", "POST"))
    ):
        answer = walked.browser(person).client.open(walked.rich.path(rule), method=method)
        if problems := lacking(answer):
            wrong[rule, person, method] = problems
    assert wrong == {}


FILES = [
    ("/openings/<opening_id>/compare.csv", "text/csv; charset=utf-8"),
    ("/openings/<opening_id>/compare.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ("/openings/<opening_id>/import/sample.csv", "text/csv; charset=utf-8"),
]


@pytest.mark.parametrize(("rule", "kind"), FILES)
def test_files_are_saved_and_never_shown(walked: Walked, rule: str, kind: str) -> None:
    answer = walked.browser("recruiter").get(walked.rich.path(rule))
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, kind)
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
    assert lacking(answer) == []


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nothing-here", 404),
        ("GET", "/static/nothing.css", 404),
        ("GET", "/static/../config.py", 404),
        ("GET", "/static/../base.html", 404),
        ("GET", "/.git/HEAD", 404),
        ("GET", "/console", 404),
        ("GET", "//evil.example/", 404),
        ("GET", "/openings//new", 404),
        ("GET", "/openings/", 404),
        ("POST", "/", 405),
        ("TRACE", "/", 405),
        ("NONSENSE", "/sign-in", 405),
        ("POST", "/sign-in", 400),
    ],
)
def test_errors_have_the_headers_too(walked: Walked, method: str, path: str, status: int) -> None:
    for person in ("", "recruiter"):
        # Taken as it stands: a client would make another address of some of these.
        answer = walked.browser(person).client.open("/", method=method, environ_overrides={"PATH_INFO": path})
        assert (answer.status_code, lacking(answer), answer.headers.get("Location")) == (status, [], None), person


def test_what_is_too_large_is_refused_in_the_same_manner(walked: Walked) -> None:
    answer = walked.browser("recruiter").client.post("/openings/new", data=b"x" * (MAX_REQUEST_BYTES + 1))
    assert (answer.status_code, lacking(answer)) == (413, [])


PART = b'--x\r\nContent-Disposition: form-data; name="title"\r\n\r\n'


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/x-www-form-urlencoded", b"title=" + b"x" * MAX_FORM_BYTES),
        ("application/x-www-form-urlencoded", b"&".join([b"title=x"] * (MAX_FORM_FIELDS + 1))),
        ("application/json", b'"' + b"x" * MAX_FORM_BYTES + b'"'),
        ("multipart/form-data; boundary=x", PART + b"x" * (MAX_FORM_BYTES + 1) + b"\r\n--x--\r\n"),
        ("multipart/form-data; boundary=x", (PART + b"x\r\n") * (MAX_FORM_FIELDS + 1) + b"--x--\r\n"),
    ],
    ids=["long", "fields", "json", "long with files", "fields with files"],
)
def test_a_form_without_files_may_be_far_smaller_than_one_with(walked: Walked, content_type: str, body: bytes) -> None:
    answer = walked.browser("recruiter").client.post("/openings/new", data=body, content_type=content_type)
    assert (answer.status_code, lacking(answer)) == (413, [])
    assert "2 MB and 5,000 fields" in answer.text


def test_a_bug_is_told_without_a_word_about_the_program(walked: Walked, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("screening.services.openings.mine", lambda *arguments: 1 / 0)
    monkeypatch.setattr(walked.site.app, "testing", False)
    monkeypatch.setitem(walked.site.app.config, "PROPAGATE_EXCEPTIONS", False)
    answer = walked.browser("recruiter").get("/openings")
    assert (answer.status_code, lacking(answer)) == (500, [])
    assert [word for word in ("Traceback", "ZeroDivision", "division", ".py", "SELECT") if word in answer.text] == []


def test_what_is_static_may_be_kept_and_is_the_same_for_everybody(walked: Walked) -> None:
    answer = walked.browser("").get("/static/css/base.css")
    assert (answer.status_code, lacking(answer, kept=True)) == (200, [])
    assert "Set-Cookie" not in answer.headers
    assert "no-store" not in answer.headers["Cache-Control"]
    answer.close()


@pytest.mark.parametrize("host", EVIL)
def test_no_address_comes_from_what_a_client_says_it_is(walked: Walked, host: str) -> None:
    """On the pages that anybody reaches, and in what redirects and headers say."""
    headers = {"Host": host, "X-Forwarded-Host": "evil.example", "X-Forwarded-Server": "evil.example", "Forwarded": "host=evil.example"}
    headers |= {"X-Original-URL": "//evil.example", "X-Rewrite-URL": "//evil.example", "X-Forwarded-Prefix": "//evil.example"}
    cookies = {name: cookie.value for person in ("recruiter", "admin") for name, cookie in _cookies(walked, person).items()}
    client = walked.site.app.test_client(use_cookies=False)
    for address in (
        "/",
        "/sign-in",
        "/openings",
        "/people",
        "/nothing-here",
        "/openings/new",
        "//evil.example/x",
        "/sign-in?next=//evil.example",
    ):
        for cookie in ({}, {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}):
            answer = client.get(address, headers={**headers, **cookie})
            assert answer.status_code < 500
            said = f"{answer.text.replace('%2F', '/')} {dict(answer.headers)}"
            assert "evil.example" not in said.replace("next=//evil.example", ""), (address, cookie)


def _cookies(walked: Walked, person: str) -> dict[str, object]:
    client = walked.browser(person).client
    return {cookie.key: cookie for cookie in (client.get_cookie("screening"),) if cookie is not None}


def test_a_link_that_is_handed_out_has_the_configured_address(walked: Walked) -> None:
    site = Site(walked.hiring.database, base_url="https://hiring.example.org", proxies=1)
    try:
        browser = site.signed_in(walked.hiring.people["admin"])
        headers = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https", "X-Forwarded-Port": "444"}
        page = browser.post(f"/people/{walked.hiring.people['cleo']}/link", headers=headers).text
        assert "https://hiring.example.org/link/" in page
        assert "evil.example" not in page
        assert ":444" not in page
    finally:
        site.close()


def test_cookies_say_nothing_and_go_nowhere_else(walked: Walked) -> None:
    from tests.support.signing_in import PASSWORD, attempt, give_passwords

    give_passwords(walked.hiring, "stranger")
    site = Site(walked.hiring.database, base_url="https://hiring.example.org", proxies=1)
    try:
        answer = attempt(site.visitor(), "stranger@example.org", PASSWORD)
        assert answer.status_code == 303
        cookies = answer.headers.getlist("Set-Cookie")
        assert cookies
        for cookie in cookies:
            name, *parts = cookie.split("; ")
            assert name.startswith("__Host-")
            assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= {*parts}
            assert not any(part.startswith("Domain") for part in parts)
            assert "stranger" not in cookie.lower()
    finally:
        site.close()


def read(cookie: str) -> str:
    """What a session cookie says: it is signed, and anybody can read it."""
    value = cookie.split(";")[0].partition("=")[2].strip('"')
    packed = urlsafe_b64decode(value.lstrip(".").split(".")[0] + "==")
    return (zlib.decompress(packed) if value.startswith(".") else packed).decode()


def test_no_cookie_names_anybody(site: Site, hiring: HiringRound) -> None:
    recruiter, admin = site.signed_in(hiring.people["recruiter"]), site.signed_in(hiring.people["admin"])
    team, person = f"/openings/{hiring.opening}/team", f"/people/{hiring.people['ben']}"
    sent = [
        recruiter.post(f"/openings/{hiring.opening}/candidates/new", {"name": "Zenobia", "email": "", "relatedness": "", "education": ""}),
        recruiter.post(team, {"account": hiring.people["stranger"], "hats": ["interviewer"]}),
        next(form for form in forms(recruiter.get(team).text, team) if hiring.people["stranger"] in form.action).send(recruiter, hats=[]),
        form_at(admin, person).send(admin, may_open=True),
        admin.post(f"{person}/second-factor/reset", {}),
    ]
    assert [answer.status_code for answer in sent] == [303] * len(sent)
    said = [read(cookie) for answer in sent for cookie in answer.headers.getlist("Set-Cookie")]
    assert len(said) == len(sent)
    assert all("success" in words for words in said)
    assert [words for words in said for name in ("zenobia", "stranger", "ben") if name in words.lower()] == []


NAMES = (
    'Agent "A"; filename="page.html"',
    "Agent\r\nSet-Cookie: a=b",
    "../../etc/passwd",
    "C:\\Windows\\start.bat",
    "Łódź, ręce 😀 客服",
    "Agent \u202ecod.exe",
    "a%0d%0ab; x=''",
)


@pytest.mark.parametrize("title", NAMES)
def test_a_file_is_called_as_its_opening_as_far_as_a_name_may_be(walked: Walked, title: str) -> None:
    with walked.site.app.test_request_context():
        answer = download(b"", f"{title}.csv", "text/csv; charset=utf-8")
    assert "\n" not in str(answer.headers["Content-Disposition"])
    how, given = parse_options_header(answer.headers["Content-Disposition"])
    assert (how, set(given)) == ("attachment", {"filename"})
    assert given["filename"] == file_name(f"{title}.csv")
    assert given["filename"].isprintable()
    assert set('\\/:*?"<>|').isdisjoint(given["filename"])


def test_in_addresses_things_have_random_identifiers_alone(walked: Walked) -> None:
    """As many random bits as a UUID has, with neither a time nor a number counted up; numbers lead nowhere."""
    kept = {mapper.class_: mapper.columns["public_id"] for mapper in Base.registry.mappers if "public_id" in mapper.columns}
    assert len(kept) > 10
    with walked.hiring.database.reading() as session:
        given = [value for column in kept.values() for value in session.scalars(select(column))]
    assert len(given) > 20
    assert {len(urlsafe_b64decode(f"{value}==")) * 8 for value in given} == {128}
    drawn = [new_public_id() for _ in range(2000)]
    ones = [sum(int.from_bytes(urlsafe_b64decode(f"{value}==")) >> place & 1 for value in drawn) for place in range(128)]
    # Each bit by itself like a coin: six standard deviations of 2,000 throws, and the first few a little off as no hyphen comes first.
    assert max(abs(count - 1000) for count in ones) < 6 * 22.4 + 2000 / 64

    rules = [rule for rule in walked.site.app.url_map.iter_rules() if any(name.endswith("_id") for name in rule.arguments)]
    assert len(rules) > 40
    asked = {re.sub(r"<\w+_id>", "1", rule.rule) for rule in rules if "GET" in (rule.methods or ()) and "/api/" not in rule.rule}
    assert {walked.browser("recruiter").get(walked.rich.path(path)).status_code for path in asked} == {404}
