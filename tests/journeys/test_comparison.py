"""The comparison table in the browser: with scripts nothing reloads, without them everything works."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.conftest import Live, Opener


@pytest.fixture
def rated(live: Live) -> Live:
    live.hiring.submit("ada", "maria", spoken_communication=4, composure=2)
    live.hiring.submit("ben", "maria", spoken_communication=5, composure=4)
    live.hiring.submit("ada", "tom", spoken_communication=2, composure=5)
    return live


def names(page: Page) -> Locator:
    """To be compared with `to_have_text`, which waits: a click is over before the table it asks for is there."""
    return page.locator("table.comparison tbody .who-name > a")


def test_sorting_and_filtering_keep_the_page_and_change_the_address(open_as: Opener, rated: Live) -> None:
    page = open_as("manager")
    page.goto(f"/openings/{rated.hiring.opening}/compare")
    expect(names(page)).to_have_text(["Maria Kowalska", "Tom Okafor", "Linh Nguyễn"])
    page.evaluate("window.stayed = true")
    page.get_by_role("link", name="Calm under stress").click()
    expect(page).to_have_url(re.compile("sort=c.composure"))
    expect(page.locator("th[aria-sort=descending]")).to_contain_text("Calm under stress")
    expect(names(page)).to_have_text(["Tom Okafor", "Maria Kowalska", "Linh Nguyễn"])
    page.get_by_label("Disagreement", exact=True).check()
    expect(page.locator(".pager")).to_contain_text("1–1 of 1 candidates")
    expect(names(page)).to_have_text(["Maria Kowalska"])
    assert page.evaluate("window.stayed") is True
    page.go_back()
    expect(page.locator(".pager")).to_contain_text("of 3 candidates")
    expect(names(page)).to_have_text(["Tom Okafor", "Maria Kowalska", "Linh Nguyễn"])


def test_without_scripts_the_address_does_it_all(open_as: Opener, rated: Live) -> None:
    page = open_as("recruiter", script=False)
    page.goto(f"/openings/{rated.hiring.opening}/compare")
    page.get_by_role("link", name="Candidate", exact=True).click()
    expect(names(page)).to_have_text(["Linh Nguyễn", "Maria Kowalska", "Tom Okafor"])
    page.get_by_label("Name or reference").fill("r-2")
    page.get_by_role("button", name="Apply").click()
    expect(names(page)).to_have_text(["Tom Okafor"])


def test_columns_can_be_hidden_and_the_address_carries_it(open_as: Opener, rated: Live) -> None:
    page = open_as("recruiter")
    page.goto(f"/openings/{rated.hiring.opening}/compare")
    page.get_by_text("Columns", exact=True).click()
    page.get_by_role("checkbox", name="Teamwork").check()
    page.get_by_role("button", name="Show these columns").click()
    expect(page).to_have_url(re.compile("hide=teamwork"))
    expect(page.get_by_role("columnheader", name="Teamwork")).to_have_count(0)
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV of this table").click()
    header = download.value.path().read_text(encoding="utf-8-sig").splitlines()[0]
    assert "Calm under stress" in header
    assert "Teamwork" not in header


def test_weights_are_tried_with_sliders_and_everything_comes_back(open_as: Opener, rated: Live) -> None:
    page = open_as("recruiter")
    page.goto(f"/openings/{rated.hiring.opening}/compare")
    page.evaluate("window.stayed = true")
    page.get_by_text("What if the weights were different?").click()
    totals = page.locator("tbody .total")
    published = ["3.87", "3.00", "No total yet"]
    expect(totals).to_contain_text(published)
    page.get_by_role("slider", name="Calm under stress").fill("60")
    expect(page).to_have_url(re.compile(r"w\.composure=60"))
    expect(page.get_by_text("You are trying other weights.")).to_be_visible()
    expect(page.get_by_role("spinbutton", name="Calm under stress")).to_have_value("60")
    expect(totals).to_contain_text(["3.64", "3.55", "No total yet"])
    tried = page.url
    number = page.get_by_role("spinbutton", name="Calm under stress")
    for wrong in ("-4", ""):
        number.fill(wrong)
        expect(number).to_have_attribute("aria-invalid", "true")
        expect(page).not_to_have_url(re.compile(r"w\.composure"))
    number.fill("60")
    expect(number).not_to_have_attribute("aria-invalid", "true")
    expect(page).to_have_url(tried)
    page.get_by_role("link", name="Back to the published weights").click()
    expect(page.get_by_text("You are trying other weights.")).to_have_count(0)
    expect(page.get_by_role("slider", name="Calm under stress")).to_have_value("30")
    expect(totals).to_contain_text(published)
    assert page.evaluate("window.stayed") is True
    page.goto(tried)
    expect(page.get_by_role("slider", name="Calm under stress")).to_have_value("60")


def test_without_scripts_weights_are_numbers_and_a_button(open_as: Opener, rated: Live) -> None:
    page = open_as("manager", script=False)
    page.goto(f"/openings/{rated.hiring.opening}/compare?sort=candidate")
    page.get_by_text("What if the weights were different?").click()
    page.get_by_role("spinbutton", name="Calm under stress").fill("80")
    page.get_by_role("button", name="Try these weights").click()
    expect(page).to_have_url(re.compile(r"sort=candidate.*w\.composure=80"))
    expect(page.get_by_text("You are trying other weights.")).to_be_visible()
    expect(names(page)).to_have_text(["Linh Nguyễn", "Maria Kowalska", "Tom Okafor"])


def test_two_candidates_are_picked_and_stand_side_by_side(open_as: Opener, rated: Live) -> None:
    page = open_as("manager")
    page.goto(f"/openings/{rated.hiring.opening}/compare")
    for name in ("Maria Kowalska", "Tom Okafor"):
        page.get_by_role("checkbox", name=f"Pick {name}").check()
    # Whoever is ticked stays so in another table, shown there or not.
    page.get_by_role("link", name="Candidate", exact=True).click()
    expect(page).to_have_url(re.compile("sort=candidate"))
    expect(page.get_by_role("checkbox", name="Pick Tom Okafor")).to_be_checked()
    page.get_by_label("Name or reference").fill("linh")
    page.get_by_role("button", name="Apply").click()
    expect(names(page)).to_have_text(["Linh Nguyễn"])
    expect(page.get_by_text("Ticked and not shown here")).to_have_text("Ticked and not shown here: Maria Kowalska, Tom OkaforUntick")
    page.get_by_role("button", name="Untick").click()
    page.get_by_role("checkbox", name="Pick Linh Nguyễn").check()
    page.get_by_role("link", name="Clear").click()
    expect(names(page)).to_have_count(3)
    expect(page.get_by_role("checkbox", checked=True)).to_have_count(1)
    page.get_by_role("checkbox", name="Pick Maria Kowalska").check()
    page.get_by_label("Name or reference").fill("r-2")
    page.get_by_role("button", name="Apply").click()
    expect(names(page)).to_have_text(["Tom Okafor"])
    page.get_by_role("checkbox", name="Pick Tom Okafor").check()
    page.get_by_role("button", name="Side by side").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_role("columnheader", name="Maria Kowalska")).to_be_visible()
    expect(page.get_by_role("columnheader", name="Tom Okafor")).to_be_visible()
    expect(page.get_by_role("columnheader", name="Linh Nguyễn")).to_be_visible()


def test_on_a_narrow_screen_the_filter_stays_as_it_was_and_keeps_the_focus(open_as: Opener, rated: Live) -> None:
    page = open_as("manager", width=360)
    page.goto(f"/openings/{rated.hiring.opening}/compare")
    filters = page.locator("details.fold")
    expect(filters).not_to_have_attribute("open", "")
    page.get_by_text("Filter and columns").click()
    page.get_by_label("Disagreement", exact=True).focus()
    page.keyboard.press("Space")
    expect(names(page)).to_have_text(["Maria Kowalska"])
    expect(filters).to_have_attribute("open", "")
    expect(page.get_by_label("Disagreement", exact=True)).to_be_focused()
