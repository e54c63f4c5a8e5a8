"""An interviewer comes back from a place without a network: two filled kits are brought in, looked at, and become drafts."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import expect

from screening.services import scorecards
from screening.services.scorecards import Content, Entry
from tests.journeys.conftest import Live, Opener
from tests.journeys.test_pages import findings
from tests.support.hiring_round import viewer_of
from tests.support.kits import filled_kit


def test_filled_kits_are_looked_at_and_become_drafts(open_as: Opener, live: Live, tmp_path: Path) -> None:
    with live.hiring.database.transaction() as session:
        viewer = viewer_of(session, live.hiring.people["ada"])
        card = scorecards.get(session, viewer, live.hiring.cards["ada", "tom", "phone"])
        begun = Content({"composure": Entry(3, "", "Takes a breath before he answers.")})
        scorecards.save(session, viewer, card.public_id, begun, version=card.version, rubric_number=1)
    files = {
        "maria.pdf": filled_kit(
            live.hiring, "ada", "maria", rating_composure="4", note_composure="Lowered her voice.", recommendation="yes"
        ),
        "tom.pdf": filled_kit(live.hiring, "ada", "tom", rating_composure="2"),
        "holiday.pdf": b"%PDF-1.7 not much of one",
    }
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)

    page = open_as("ada", width=360, quiet=True)  # Chromium reports a page of status 422 as an error
    page.goto("/")
    page.get_by_role("link", name="Interview kits").click()
    page.locator("input[type=file]").set_input_files([tmp_path / name for name in files])
    page.get_by_role("button", name="Upload and look").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What your kits say")
    expect(page.get_by_role("alert")).to_contain_text("holiday.pdf")
    assert findings(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    # Maria's card was empty, so the file is what one wants; Tom's draft says something else, so nothing is chosen.
    maria, tom = page.get_by_role("group", name="Maria Kowalska"), page.get_by_role("group", name="Tom Okafor")
    expect(maria.get_by_label("Take what the file says")).to_be_checked()
    expect(tom.locator("input:checked")).to_have_count(0)
    page.get_by_role("button", name="Write the drafts").click()
    expect(page.get_by_role("alert")).to_contain_text(["Choose what the draft shall say."])
    tom.get_by_label("Keep the draft as it is").check()
    page.get_by_role("button", name="Write the draft").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Maria Kowalska: Phone screen")
    expect(page.get_by_label("Evidence: what did they say or do? Calm under stress")).to_have_value("Lowered her voice.")
    expect(page.get_by_role("group", name="Calm under stress").get_by_label("4")).to_be_checked()
    page.goto(f"/scorecards/{live.hiring.cards['ada', 'tom', 'phone']}")
    expect(page.get_by_role("group", name="Calm under stress").get_by_label("3")).to_be_checked()
