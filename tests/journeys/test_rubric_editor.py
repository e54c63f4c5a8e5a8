"""The recruiter at the rubric editor in the browser: what scripts add, what works without them, and pages with something to say."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import WIDTHS, Live, Opener
from tests.journeys.test_pages import findings
from tests.screening.rubric_desk import Desk


@pytest.fixture
def desk(live: Live) -> Desk:
    """A second look at what is saved, and a second person who saves."""
    return Desk(live.site.signed_in(live.hiring.people["recruiter"]), live.hiring)


def editor(open_as: Opener, live: Live, path: str = "", **options: object) -> Page:
    page = open_as("recruiter", **options)
    page.goto(f"/openings/{live.hiring.opening}/rubric{path}")
    return page


def test_the_total_follows_the_typing(open_as: Opener, live: Live) -> None:
    page = editor(open_as, live)
    total, left = page.locator("[data-weight-total]"), page.locator("[data-weight-left]")
    weight = page.get_by_label("Weight of Calm under stress", exact=True)
    for typed, shown, gap in (
        ("28,5", "98.5", "1.5 points to give"),
        ("31", "101", "1 point too many"),
        ("abc", "70", "30 points to give"),
        ("", "70", "30 points to give"),
        ("0.1", "70.1", "29.9 points to give"),
        ("30", "100", "Exactly 100"),
    ):
        weight.fill(typed)
        expect(total).to_have_text(shown)
        expect(left).to_have_text(gap)
    expect(page.locator("[data-save-state]")).to_have_text("Not saved yet")


def test_moving_and_sharing_need_no_new_page(open_as: Opener, live: Live, desk: Desk) -> None:
    page = editor(open_as, live)
    page.evaluate("window.stayed = true")
    page.get_by_role("button", name="Move down: Spoken communication").click()
    expect(page.get_by_role("button", name="Move down: Spoken communication")).to_be_focused()
    expect(page.locator("[data-save-state]")).to_have_text("Spoken communication is number 2 now, not saved yet")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Move up: Calm under stress").click()
    names = ["Calm under stress", "Teamwork", "Spoken communication", "Relevant work experience"]
    expect(page.locator("[data-criteria] h3")).to_contain_text(names)
    page.get_by_label("Weight of Calm under stress", exact=True).fill("1")
    page.get_by_role("button", name="Share the weight equally").click()
    expect(page.locator("[data-weight-left]")).to_have_text("Exactly 100")
    assert page.evaluate("window.stayed")
    assert desk.draft()[0] == 2
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved.", exact=True)).to_be_visible()
    version, rubric = desk.draft()
    moved = ["composure", "teamwork", "spoken_communication", "experience"]
    assert (version, list(rubric.keys), {str(item.weight) for item in rubric.criteria}) == (3, moved, {"25.00"})


def test_the_library_narrows_down_while_typing(open_as: Opener, live: Live, desk: Desk) -> None:
    page = editor(open_as, live)
    page.get_by_text("Add criteria from the library").click()
    page.get_by_label("Patience").check()
    search = page.get_by_label("Search names, other names and meanings")
    search.fill("cool head")
    expect(page.locator("[data-words]:visible")).to_have_count(2)
    expect(page.get_by_label("Patience")).to_be_visible()
    search.press("Enter")
    search.fill("zzz")
    page.get_by_label("Patience").uncheck()
    search.fill("zzzz")
    expect(page.get_by_text("Nothing in the library matches.")).to_be_visible()
    search.fill("empathy")
    page.get_by_label("Empathy").check()
    page.get_by_role("button", name="Add what is ticked").first.click()
    expect(page.locator("#criterion-empathy")).to_be_visible()
    assert desk.draft()[1].keys[-1] == "empathy"


@pytest.mark.parametrize("script", [True, False])
def test_from_a_template_to_a_published_rubric(open_as: Opener, live: Live, script: bool) -> None:
    page = open_as("recruiter", script=script)
    page.goto("/openings/new")
    page.get_by_label("Title").fill("Shop assistant")
    page.get_by_label(re.compile("Retail associate")).first.check()
    page.get_by_role("button", name=re.compile("opening", re.IGNORECASE)).last.click()
    page.get_by_role("button", name="Publish version 1").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Rubric, version 1")
    expect(page.get_by_text("Version 1 is published")).to_be_visible()


def test_removing_asks_first_and_works_without_scripts(open_as: Opener, live: Live, desk: Desk) -> None:
    page = editor(open_as, live, script=False)
    page.locator("#criterion-teamwork .popover > summary").click()
    page.get_by_role("button", name="Yes, remove Teamwork").click()
    expect(page.locator("#criterion-teamwork")).to_have_count(0)
    page.get_by_label("Weight of Calm under stress", exact=True).fill("50")
    page.get_by_role("button", name="Move up: Calm under stress").click()
    expect(page.locator("[data-criteria] h3").first).to_contain_text("Calm under stress")
    assert [item.key for item in desk.draft()[1].criteria] == ["composure", "spoken_communication", "experience"]
    assert desk.draft()[1].criteria[0].weight == 50


def test_enter_in_a_field_saves(open_as: Opener, live: Live, desk: Desk) -> None:
    page = editor(open_as, live, "/criteria/composure")
    page.get_by_label("Name", exact=False).first.fill("Calm")
    page.keyboard.press("Enter")
    expect(page.locator("#criterion-composure h3")).to_contain_text("Calm")
    assert desk.draft()[1].criteria[1].criterion.name == "Calm"


def test_leaving_with_unsaved_texts_asks(open_as: Opener, live: Live) -> None:
    page = editor(open_as, live)
    page.get_by_label("Weight of Calm under stress", exact=True).fill("31")
    asked: list[str] = []

    def answer(dialog) -> None:  # type: ignore[no-untyped-def]
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", answer)
    page.get_by_role("link", name="Published versions").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Versions of the rubric")
    assert asked == ["beforeunload"]


@pytest.mark.long
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_with_something_to_say_are_accessible(open_as: Opener, live: Live, desk: Desk, scheme: str, width: int) -> None:
    """Open panels, bad input, a conflict, things to mend."""
    page = editor(open_as, live, width=width, scheme=scheme, quiet=True)
    wrong: dict[str, list[str]] = {}

    def look(what: str) -> None:
        found = findings(page)
        wide = page.evaluate("document.documentElement.scrollWidth")
        wrong[what] = [*found, *([f"{wide} px wide"] if wide > width else [])]

    page.locator("details:not(.popover)").evaluate_all("all => all.forEach(one => one.open = true)")
    look("everything open")
    page.locator("#criterion-composure .popover > summary").click()
    look("asking")
    page.keyboard.press("Escape")
    page.get_by_label("Weight of Calm under stress", exact=True).fill("abc")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#error-summary")).to_contain_text("“abc” is not a number")
    look("bad input")
    desk.set(weight_composure="20", rationale_composure="By somebody else", add=["empathy"]).saved("remove:teamwork")
    page.get_by_label("Weight of Calm under stress", exact=True).fill("33")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#conflict")).to_contain_text("Nothing was overwritten")
    look("conflict")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#publish")).to_contain_text("Before it can be published")
    look("to mend")
    page.goto(f"/openings/{live.hiring.opening}/rubric/criteria/empathy")
    page.get_by_label("Name", exact=False).first.fill("")
    page.get_by_role("button", name="Save", exact=True).last.click()
    expect(page.locator("#error-summary")).to_contain_text("Give the criterion a name.")
    look("criterion, bad input")
    assert wrong == {what: [] for what in wrong}
    assert len(wrong) == 6
