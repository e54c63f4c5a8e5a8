"""Rules that hold on every page: tokens in forms, unique ids, one heading that is the title, nothing inline, nothing from elsewhere."""

from __future__ import annotations

import re
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

import pytest
from sqlalchemy import event
from werkzeug.test import TestResponse

from rubrics.qualifications import Facts
from screening.paths import template_root
from screening.services import candidates
from screening.web import CONTENT_SECURITY_POLICY
from tests.support.hiring_round import HiringRound, data_rights_of, viewer_of
from tests.support.web import Site


class Reader(HTMLParser):
    """What the rules ask about a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.ids: Counter[str] = Counter()
        self.headings: list[str] = []
        self.title = ""
        self.forms: list[dict[str, bool]] = []
        self.problems: list[str] = []
        self._within: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        # A drawing has a title of its own, after the page's.
        if tag == "h1" or (tag == "title" and not self.title):
            self._within.append(tag)
        if tag == "h1":
            self.headings.append("")
        if given.get("id"):
            self.ids[str(given["id"])] += 1
        if tag == "form":
            self.forms.append({"post": given.get("method", "get") == "post", "token": False})
        if tag == "input" and given.get("name") == "csrf_token":
            self.forms[-1]["token"] = True
        if tag == "script" and not given.get("src"):
            self.problems.append("inline script")
        if tag == "style" or "style" in given or any(name.startswith("on") for name in given):
            self.problems.append(f"inline style or handler on <{tag}>")
        for name in ("href", "src", "action", "formaction"):
            if re.match(r"(?i)\s*(https?:|//|javascript:)", str(given.get(name) or "")):
                self.problems.append(f"<{tag} {name}={given[name]}>")

    def handle_endtag(self, tag: str) -> None:
        if self._within and self._within[-1] == tag:
            self._within.pop()

    def handle_data(self, data: str) -> None:
        if "h1" in self._within:
            self.headings[-1] += data
        elif "title" in self._within:
            self.title += data


def broken(answer: TestResponse) -> list[str]:
    page = Reader(answer.text)
    found = list(page.problems)
    found += [f"id {name!r} is there {times} times" for name, times in page.ids.items() if times > 1]
    found += ["a form that posts has no token" for form in page.forms if form["post"] and not form["token"]]
    if len(page.headings) != 1 or page.title != f"{page.headings[0]} · Screening":
        found.append(f"title {page.title!r} for headings {page.headings!r}")
    headers = {
        "Content-Security-Policy": CONTENT_SECURITY_POLICY,
        "Cache-Control": "no-store",
        "Vary": "Cookie",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
    }
    found += [f"{name}: {answer.headers.get(name)}" for name, value in headers.items() if answer.headers.get(name) != value]
    return found


def paths(hiring: HiringRound) -> dict[str, list[str]]:
    opening, maria = f"/openings/{hiring.opening}", f"/candidates/{hiring.candidates['maria']}"
    own = f"/scorecards/{hiring.cards['ada', 'maria', 'phone']}"
    return {
        "recruiter": [
            "/",
            "/openings",
            "/openings/new",
            "/openings/new/from-text",
            opening,
            f"{opening}/compare",
            f"{opening}/compare?w.composure=60&top=1",
            f"{opening}/files",
            "/files",
            f"{opening}/methods",
            f"{opening}/rubric/weights?w.composure=60",
            f"{opening}/side-by-side",
            f"{opening}/side-by-side?candidate={hiring.candidates['maria']}&candidate={hiring.candidates['tom']}",
            f"{opening}/settings",
            f"{opening}/team",
            f"{opening}/import",
            f"{opening}/candidates/new",
            f"{opening}/interviews/plan",
            f"{opening}/rubric",
            f"{opening}/rubric/criteria/composure",
            f"{opening}/rubric/stages/phone",
            f"{opening}/rubric/versions",
            f"{opening}/rubric/versions/1",
            f"{opening}/voids",
            maria,
            f"{maria}/edit",
            f"{maria}/debrief",
            "/me",
            "/me/keys",
            "/me/second-factor",
        ],
        "ada": ["/", opening, own, maria, f"{opening}/profile", "/kits"],
        "cleo": [opening, f"{opening}/calibration"],
        "ivo": [opening, f"{opening}/impact", f"{opening}/impact/groups"],
        "admin": [
            "/audit",
            "/audit?action=signed_in",
            "/people",
            "/people/invite",
            f"/people/{hiring.people['ben']}",
            *data_rights(hiring),
        ],
    }


def data_rights(hiring: HiringRound) -> list[str]:
    person, account = data_rights_of(hiring, "maria"), f"/data-rights/accounts/{hiring.people['ben']}"
    return ["/data-rights", "/data-rights/retention", person, f"{person}/erase", account, f"{account}/erase"]


def test_every_page_keeps_the_rules(site: Site, hiring: HiringRound) -> None:
    hiring.submit("ben", "maria")
    wrong = {}
    for person, addresses in paths(hiring).items():
        browser = site.signed_in(hiring.people[person])
        for address in addresses:
            answer = browser.get(address)
            assert answer.status_code == 200, address
            if problems := broken(answer):
                wrong[person, address] = problems
    assert wrong == {}


@pytest.mark.parametrize("address", ["/sign-in", "/nothing-here", "/openings/xxxxxxxxxxxxxxxxxxxxxx"])
def test_pages_for_everybody_keep_the_rules(site: Site, hiring: HiringRound, address: str) -> None:
    browser = site.signed_in(hiring.people["stranger"]) if address.startswith("/openings") else site.visitor()
    problems = broken(browser.get(address))
    # A page that nobody may see yet is about nobody: its referrer rule may be stricter.
    assert problems == []


SOURCES = sorted(template_root().rglob("*.html"))


@pytest.mark.parametrize("source", SOURCES, ids=[str(path.relative_to(template_root())) for path in SOURCES])
def test_templates_escape_everything_and_hold_no_logic_of_their_own(source: Path) -> None:
    text = source.read_text(encoding="utf-8")
    forbidden = ["|safe", "| safe", "autoescape false", " style=", "<style", "javascript:", "request."]
    assert [word for word in forbidden if word in text] == []


@pytest.mark.parametrize(
    ("person", "address"),
    [
        ("recruiter", "/openings/{opening}/compare"),
        ("recruiter", "/openings/{opening}"),
        ("recruiter", "/openings/{opening}/interviews/plan"),
        ("recruiter", "/openings/{opening}/ratings.csv"),
        ("recruiter", "/openings/{opening}/voids"),
        ("cleo", "/openings/{opening}/calibration"),
        ("ada", "/openings/{opening}/profile"),
        ("ada", "/"),
    ],
)
def test_the_number_of_statements_does_not_grow_with_the_candidates(site: Site, hiring: HiringRound, person: str, address: str) -> None:
    path = address.format(opening=hiring.opening)
    few = statements(site, hiring, person, path)
    with hiring.database.transaction() as session:
        recruiter = viewer_of(session, hiring.people["recruiter"])
        for number in range(27):
            details = candidates.Details(f"Candidate {number}", facts=Facts(months=number))
            candidates.add(session, recruiter, hiring.opening, details)
    many = statements(site, hiring, person, path)
    assert many == few
    assert many <= 30
    if address.endswith("compare"):
        assert many <= 12


def statements(site: Site, hiring: HiringRound, person: str, path: str) -> int:
    browser = site.signed_in(hiring.people[person])
    sent: list[str] = []

    def note(*arguments: object) -> None:
        sent.append(str(arguments[2]))

    event.listen(hiring.database.engine, "before_cursor_execute", note)
    try:
        assert browser.get(path).status_code == 200
    finally:
        event.remove(hiring.database.engine, "before_cursor_execute", note)
    return len([statement for statement in sent if not statement.startswith("BEGIN")])
