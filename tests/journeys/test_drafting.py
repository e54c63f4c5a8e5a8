"""A recruiter with a job description: pastes it, looks from the lines to the words and back, drops one, and lands in the rubric editor."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.journeys.conftest import Live, Opener
from tests.journeys.test_pages import findings
from tests.screening.test_drafting_page import ADVERTISEMENT


def test_from_a_job_description_to_the_rubric(open_as: Opener, live: Live) -> None:
    page = open_as("recruiter")
    page.goto("/openings/new")
    page.get_by_role("link", name="From a job description").click()
    page.get_by_label("Paste the text").fill(ADVERTISEMENT)
    page.get_by_role("button", name="Read the text").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What the text asks for")
    assert findings(page) == []

    words, caption = page.locator(".evidence.is-lit"), page.locator("[data-caption]")
    page.get_by_role("checkbox", name="Teamwork").focus()
    expect(words).to_have_text(["Team player"])
    expect(caption).to_have_text("3 Teamwork")
    page.get_by_role("link", name="Evidence for 4, Calm under stress").focus()
    expect(words).to_have_text(["Calm under pressure"])
    expect(page.locator(".draft-line.is-lit")).to_have_id("line-4")
    page.locator("mark", has_text="Patience and empathy").hover()
    expect(page.locator(".draft-line.is-lit")).to_have_count(2)
    expect(caption).to_have_text("1 Patience · 2 Empathy")

    page.set_viewport_size({"width": 360, "height": 800})
    page.emulate_media(color_scheme="dark")
    page.get_by_label("Grey out 2 passages read as no demand").check()
    page.get_by_role("checkbox", name="Teamwork").uncheck()
    page.get_by_role("checkbox", name="Driving licence or own transport").check()
    page.get_by_text("Another criterion in place of Patience").click()
    expect(page.locator(".evidence-dropped")).to_have_text(["Team player"])
    assert findings(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == 360

    page.get_by_role("button", name="Make the opening").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Edit the rubric")
    expect(page.locator(".editor-name h3")).to_have_text(
        [
            "Patience",
            "Empathy",
            "Calm under stress",
            "Relevant work experience From the facts",
            "Education From the facts",
            "Driving licence or own transport",
        ]
    )
    expect(page.locator("[data-weight-left]")).to_have_text("Exactly 100")
