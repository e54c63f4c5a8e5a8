"""A hiring round from nothing to a PDF, by links and forms only: administrator, recruiter, interviewer, hiring manager."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Live, Opener

PASSWORD = "quiet rivers carry small boats"
CANDIDATES = """\
Full name;E-mail;Ref;Education
Zofia Wiśniewska;zofia@example.com;007;Bachelor's degree
Dafydd Pugh;dafydd@example.com;008;
"""


def invite(page: Page, name: str, *rights: str) -> str:
    """Invite somebody by the form; gives the one-time link."""
    page.get_by_role("navigation", name="Main").get_by_role("link", name="People").click()
    page.get_by_role("link", name="Invite").first.click()
    page.get_by_label("Name").fill(name)
    page.get_by_label("E-mail address").fill(f"{name.split()[0].lower()}@tidemark.example")
    for right in rights:
        page.get_by_label(right).check()
    page.get_by_role("button", name="Make the invitation").click()
    return page.get_by_label("Link").input_value()


def take_up(page: Page, link: str) -> None:
    page.goto(link)
    page.get_by_label("Password", exact=False).first.fill(PASSWORD)
    page.get_by_label("The same again").fill(PASSWORD)
    page.get_by_role("button", name="Save and sign in").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()


@pytest.mark.parametrize("width", [1280, pytest.param(360, marks=pytest.mark.long)])
def test_from_an_invitation_to_the_summary(open_as: Opener, live: Live, width: int, tmp_path: Path) -> None:
    live.site.app.extensions["settings"] = live.site.app.extensions["settings"].__class__(
        database_url="", secret_key=live.site.app.secret_key, base_url=live.address, organisation="Tidemark"
    )
    admin = open_as("admin", width=width)
    admin.goto("/")
    links = {
        name: invite(admin, name, *rights) for name, rights in (("Nora Berg", ["May open openings"]), ("Ivo Marin", []), ("Hana Sato", []))
    }
    recruiter, interviewer, manager = (open_as(width=width) for _ in links)
    for page, link in zip((recruiter, interviewer, manager), links.values(), strict=True):
        take_up(page, link)

    recruiter.get_by_role("link", name="New opening").click()
    recruiter.get_by_label("Title").fill("Customer service representative")
    recruiter.get_by_label("Customer service representative", exact=True).check()
    recruiter.get_by_role("button", name="Create the opening").click()
    recruiter.get_by_role("button", name="Publish version 1").click()
    expect(recruiter.get_by_role("heading", level=1)).to_contain_text("1")
    recruiter.get_by_role("link", name="Customer service representative").first.click()

    recruiter.get_by_role("link", name="Change the team").click()
    for name, hat in (("Ivo Marin", "Interviewer"), ("Hana Sato", "Hiring manager")):
        adding = recruiter.locator("form").filter(has=recruiter.get_by_role("button", name="Add to the team"))
        person = adding.locator("option", has_text=name).get_attribute("value")
        adding.locator("select").select_option(person)
        adding.get_by_label(hat).check()
        adding.get_by_role("button", name="Add to the team").click()
        expect(recruiter.locator("ul.team")).to_contain_text(name)
    recruiter.get_by_role("link", name="Customer service representative").first.click()

    listed = tmp_path / "candidates.csv"
    listed.write_text(CANDIDATES, encoding="utf-8")
    recruiter.get_by_role("link", name="Import candidates").click()
    recruiter.locator("input[type=file]").set_input_files(listed)
    recruiter.get_by_role("button", name="Upload and check").click()
    recruiter.get_by_role("button", name="Add 2 candidates").first.click()
    expect(recruiter.get_by_role("status")).to_contain_text("2 candidates")

    recruiter.get_by_role("link", name="Openings").first.click()
    recruiter.get_by_role("link", name="Customer service representative").click()
    recruiter.get_by_role("link", name="Plan interviews").click()
    for label in ("Zofia Wiśniewska", "Dafydd Pugh", "Ivo Marin"):
        recruiter.get_by_label(label).check()
    recruiter.get_by_role("button", name="Plan these interviews").click()
    expect(recruiter.locator("main")).to_contain_text("Planned: 2 new scorecards")

    for name, key in (("Zofia Wiśniewska", "4"), ("Dafydd Pugh", "2")):
        interviewer.goto("/")
        interviewer.get_by_role("link", name=name, exact=True).click()
        interviewer.locator("[data-criterion] h2").first.click()
        criteria = interviewer.locator("[data-criterion]").count()
        for _ in range(criteria):
            interviewer.keyboard.press(key)
        interviewer.get_by_label("Yes" if key == "4" else "No", exact=True).check()
        interviewer.get_by_label("Why, in one line").fill("Names the next step before the call ends.")
        interviewer.get_by_role("button", name="Submit scorecard").click()
        expect(interviewer.get_by_role("heading", level=1)).to_have_text(name)

    manager.goto("/")
    manager.get_by_role("link", name="Zofia Wiśniewska").first.click()
    manager.get_by_label("Advance").check()
    manager.get_by_label("Reason").fill("Clear and calm; wants to see her write.")
    manager.get_by_role("button", name="Record the decision").click()
    expect(manager.locator("#decisions")).to_contain_text("Clear and calm")
    # The first document waits for the typesetter to start.
    with manager.expect_download(timeout=60_000) as download:
        manager.get_by_role("link", name="PDF summary").click(timeout=60_000)
    assert download.value.suggested_filename == "Zofia Wiśniewska - Customer service representative.pdf"
    assert download.value.path().read_bytes().startswith(b"%PDF-")

    recruiter.get_by_role("link", name=re.compile("^Compare")).first.click()
    expect(recruiter.locator("table.comparison tbody .who-name > a")).to_have_text(["Zofia Wiśniewska", "Dafydd Pugh"])
    expect(recruiter.locator("table.comparison tbody tr").first).to_contain_text("Advance")
