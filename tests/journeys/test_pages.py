"""Every page as its hats see it, wide and light, narrow and dark: no WCAG 2.2 AA finding, nothing wider than the screen."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.journeys.conftest import Live, Opener
from tests.support.hiring_round import data_rights_of

# Only violations are described in full: the thousands of nodes that pass would take longer to hand over than to check.
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"], "resultTypes": ["violations"]}


def pages(live: Live) -> dict[str, list[str]]:
    """Paths by who looks at them."""
    opening, maria = f"/openings/{live.hiring.opening}", f"/candidates/{live.hiring.candidates['maria']}"
    return {
        "": ["/sign-in"],
        "recruiter": [
            "/",
            "/openings",
            "/openings/new",
            "/openings/new/from-text",
            opening,
            f"{opening}/compare",
            f"{opening}/compare?text=nobody",
            f"{opening}/compare?w.composure=60&top=1",
            f"{opening}/files",
            "/files",
            f"{opening}/methods",
            f"{opening}/rubric/weights?w.composure=60",
            f"{opening}/side-by-side",
            f"{opening}/side-by-side?candidate={live.hiring.candidates['maria']}&candidate={live.hiring.candidates['tom']}&evidence=open",
            f"{opening}/settings",
            f"{opening}/team",
            f"{opening}/import",
            f"{opening}/candidates/new",
            f"{opening}/interviews/plan",
            f"{opening}/rubric",
            f"{opening}/rubric/criteria/composure",
            f"{opening}/rubric/criteria/experience",
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
        "manager": ["/", opening, f"{opening}/compare", maria],
        "ada": [
            "/",
            opening,
            f"/scorecards/{live.hiring.cards['ada', 'maria', 'phone']}",
            f"/scorecards/{live.hiring.cards['ada', 'tom', 'phone']}",
            maria,
            f"{maria}/debrief",
            f"{opening}/profile",
            "/kits",
        ],
        "cleo": ["/", opening, f"{opening}/calibration"],
        "ivo": ["/", opening, f"{opening}/impact", f"{opening}/impact/groups"],
        "admin": [
            "/",
            "/audit",
            "/openings",
            "/people",
            "/people/invite",
            f"/people/{live.hiring.people['ben']}",
            f"{opening}/team",
            *data_rights(live),
        ],
    }


def data_rights(live: Live) -> list[str]:
    person, account = data_rights_of(live.hiring, "maria"), f"/data-rights/accounts/{live.hiring.people['ben']}"
    return ["/data-rights", "/data-rights/retention", person, f"{person}/erase", account, f"{account}/erase"]


def findings(page: Page) -> list[str]:
    found = Axe().run(page, options=RULES).response["violations"]
    return [f"{one['id']}: {one['help']} ({node['target']})" for one in found for node in one["nodes"]]


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), pytest.param(360, "dark", marks=pytest.mark.long)])
@pytest.mark.parametrize(
    "name", ["", "recruiter", "ada", "admin", *(pytest.param(name, marks=pytest.mark.long) for name in ("manager", "cleo", "ivo"))]
)
def test_pages_are_accessible_and_fit_the_screen(open_as: Opener, live: Live, name: str, width: int, scheme: str) -> None:
    live.hiring.submit("ada", "maria", spoken_communication=4, composure=2)
    live.hiring.submit("ben", "maria", spoken_communication=5, composure=4)
    page = open_as(name, width=width, scheme=scheme)
    wrong: dict[str, list[str]] = {}
    for path in pages(live)[name]:
        answer = page.goto(path)
        assert answer is not None
        assert answer.status == 200, path
        heading = page.get_by_role("heading", level=1)
        problems = findings(page)
        if page.title() != f"{heading.inner_text()} · Screening":
            problems.append(f"title {page.title()!r}")
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > width:
            problems.append(f"{wide} px wide")
        if problems:
            wrong[path] = problems
    assert wrong == {}
