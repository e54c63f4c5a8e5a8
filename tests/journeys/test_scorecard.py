"""The interviewer's day in the browser: keys, saving by itself, two windows, a dead network, an ended session."""

from __future__ import annotations

import re
import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from screening.services import scorecards
from screening.services.scorecards import Content, Entry
from tests.journeys.conftest import WIDTHS, Live, Opener


def card_path(live: Live, candidate: str = "maria") -> str:
    return f"/scorecards/{live.hiring.cards['ada', candidate, 'phone']}"


def saved(live: Live, candidate: str = "maria") -> Content:
    with live.hiring.database.reading() as session:
        return scorecards.get(session, live.hiring.viewer("ada"), live.hiring.cards["ada", candidate, "phone"]).content


def state(page: Page):  # type: ignore[no-untyped-def]
    return page.locator("#save-state")


def two_windows(open_as: Opener, live: Live) -> tuple[Page, Page]:
    """One card in both. The refused save is what the browser reports as an error."""
    pages = open_as("ada", quiet=True), open_as("ada", quiet=True)
    for page in pages:
        page.goto(card_path(live))
    return pages


@pytest.mark.parametrize("width", WIDTHS)
def test_a_whole_card_with_one_key_for_each_criterion(open_as: Opener, live: Live, width: int) -> None:
    page = open_as("ada", width=width)
    page.goto("/")
    page.get_by_role("link", name="Maria Kowalska", exact=True).click()
    page.locator("#criterion-spoken_communication h2").click()
    page.keyboard.press("4")
    page.keyboard.press("2")
    expect(state(page)).to_have_text(re.compile(r"Saved \d\d:\d\d UTC"))
    expect(page.locator(".gaps")).to_contain_text("Every criterion is rated")
    page.get_by_label("Yes", exact=True).check()
    page.get_by_label("Why, in one line").fill("Calm, and explains in plain words.")
    # With all of it saved, one click is still enough.
    expect(state(page)).to_have_text(re.compile("Saved"))
    page.get_by_role("button", name="Submit scorecard").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Maria Kowalska")
    found = saved(live)
    assert {key: entry.level for key, entry in found.entries.items()} == {"spoken_communication": 4, "composure": 2}
    assert (found.recommendation, found.reason) == ("yes", "Calm, and explains in plain words.")


def test_digits_typed_into_the_evidence_rate_nothing(open_as: Opener, live: Live) -> None:
    page = open_as("ada")
    page.goto(card_path(live))
    page.locator("#note_composure").press_sequentially("Took 3 calls in 15 minutes")
    expect(state(page)).to_have_text(re.compile("Saved"))
    assert saved(live).entries == {"composure": Entry(None, "", "Took 3 calls in 15 minutes")}


def test_what_is_typed_while_a_save_is_on_its_way_is_not_called_saved(open_as: Opener, live: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, go_on, save = threading.Event(), threading.Event(), scorecards.save

    def slowly(*given: Any, **named: Any) -> object:
        begun.set()
        assert go_on.wait(20)
        return save(*given, **named)

    monkeypatch.setattr(scorecards, "save", slowly)
    page = open_as("ada")
    page.goto(card_path(live))
    page.locator("#note_composure").press_sequentially("Took 3 calls")
    assert begun.wait(20)
    page.locator("#note_composure").press_sequentially(" in 15 minutes")
    go_on.set()
    expect(state(page)).to_have_text(re.compile("Saved"))
    assert saved(live).entries == {"composure": Entry(None, "", "Took 3 calls in 15 minutes")}


def test_not_assessed_and_a_level_exclude_each_other(open_as: Opener, live: Live) -> None:
    page = open_as("ada")
    page.goto(card_path(live))
    page.locator("label[for=rating_composure-4]").click()
    page.locator("#na_composure").select_option("no_time")
    expect(page.locator("#rating_composure-4")).not_to_be_checked()
    expect(state(page)).to_have_text(re.compile("Saved"))
    assert saved(live).entries["composure"] == Entry(None, "no_time", "")


def test_two_windows_show_both_and_overwrite_nothing(open_as: Opener, live: Live) -> None:
    first, second = two_windows(open_as, live)
    first.locator("#note_composure").fill("Written in the first window")
    expect(state(first)).to_have_text(re.compile("Saved"))
    second.locator("#note_composure").fill("Written in the second window")
    conflict = second.locator("[data-conflict=composure]")
    expect(conflict).to_contain_text("Written in the first window")
    assert saved(live).entries["composure"].note == "Written in the first window"
    # Neither is a word on something else a decision, nor is the card sent without one.
    second.locator("#note_composure").press_sequentially(", and more of it")
    second.get_by_label("Why, in one line").fill("Explains in plain words.")
    expect(state(second)).to_have_text("Changed in another window: choose in 1 place below")
    second.get_by_role("button", name="Submit scorecard").click()
    expect(conflict).to_be_in_viewport()
    second.get_by_role("button", name="Keep what is here").click()
    expect(state(second)).to_have_text(re.compile("Saved"))
    assert saved(live).entries["composure"].note == "Written in the second window, and more of it"
    first.locator("#note_composure").fill("Written in the first window, later")
    first.get_by_role("button", name="Take the other").click()
    expect(state(first)).to_have_text("Saved in the other window")
    expect(first.locator("#note_composure")).to_have_value("Written in the second window, and more of it")
    assert saved(live).entries["composure"].note == "Written in the second window, and more of it"
    second.get_by_role("button", name="Submit scorecard").click()
    expect(second.locator("#error-summary")).to_contain_text("Spoken communication: rate it, or say why it was not assessed")


def test_two_windows_show_both_recommendations_and_both_reasons(open_as: Opener, live: Live) -> None:
    first, second = two_windows(open_as, live)
    first.get_by_label("No", exact=True).check()
    first.get_by_label("Why, in one line").fill("Interrupts")
    expect(state(first)).to_have_text(re.compile("Saved"))
    second.get_by_label("Strong yes").check()
    second.get_by_label("Why, in one line").fill("Explains in plain words")
    expect(state(second)).to_have_text("Changed in another window: choose in 2 places below")
    expect(second.locator("[data-conflict=recommendation]")).to_contain_text("There: No.")
    expect(second.locator("[data-conflict=reason]")).to_contain_text("Interrupts")
    assert (saved(live).recommendation, saved(live).reason) == ("no", "Interrupts")
    second.locator("[data-conflict=recommendation]").get_by_role("button", name="Keep what is here").click()
    second.locator("[data-conflict=reason]").get_by_role("button", name="Take the other").click()
    expect(second.get_by_label("Why, in one line")).to_have_value("Interrupts")
    expect(second.get_by_label("Why, in one line")).to_be_focused()
    expect(state(second)).to_have_text(re.compile("Saved"))
    expect(second.locator("[data-conflict]")).to_have_count(0)
    second.get_by_role("button", name="Save", exact=True).click()
    expect(second.get_by_text("Saved.", exact=True)).to_be_visible()
    assert (saved(live).recommendation, saved(live).reason) == ("strong_yes", "Interrupts")


def test_what_was_not_decided_is_asked_again_after_a_reload(open_as: Opener, live: Live) -> None:
    first, second = two_windows(open_as, live)
    first.locator("#note_composure").fill("Written in the first window")
    expect(state(first)).to_have_text(re.compile("Saved"))
    second.locator("#note_composure").fill("Written in the second window")
    conflict = second.locator("[data-conflict=composure]")
    for _ in range(2):
        expect(conflict).to_contain_text("Written in the first window")
        expect(second.locator("#note_composure")).to_have_value("Written in the second window")
        second.on("dialog", lambda dialog: dialog.accept())
        second.reload()
    expect(conflict).to_contain_text("Written in the first window")
    assert saved(live).entries["composure"].note == "Written in the first window"


def test_the_way_back_shows_what_is_saved_and_not_what_was_typed_before(open_as: Opener, live: Live) -> None:
    first, second = open_as("ada", quiet=True), open_as("ada", quiet=True)
    first.goto(card_path(live))
    first.locator("#note_composure").fill("The first thought")
    expect(state(first)).to_have_text(re.compile("Saved"))
    first.get_by_role("link", name="My interviews").click()
    expect(first.get_by_role("heading", level=1)).to_have_text("Home")
    second.goto(card_path(live))
    second.locator("#note_composure").fill("The second thought")
    expect(state(second)).to_have_text(re.compile("Saved"))
    first.go_back()
    expect(first.locator("#note_composure")).to_have_value("The second thought")
    first.get_by_role("button", name="Save", exact=True).click()
    expect(first.get_by_text("Saved.", exact=True)).to_be_visible()
    assert saved(live).entries["composure"].note == "The second thought"


def test_what_is_typed_beside_a_submitted_card_is_said_to_be_on_this_page_alone(open_as: Opener, live: Live) -> None:
    page = open_as("ada", quiet=True)
    page.goto(card_path(live))
    live.hiring.submit("ada", "maria")
    page.locator("#note_composure").fill("One more thing")
    expect(state(page)).to_contain_text("What you typed since is on this page alone")


def test_what_another_window_changed_elsewhere_is_taken_over(open_as: Opener, live: Live) -> None:
    first, second = two_windows(open_as, live)
    first.locator("label[for=rating_spoken_communication-5]").click()
    expect(state(first)).to_have_text(re.compile("Saved"))
    second.locator("label[for=rating_composure-2]").click()
    expect(state(second)).to_have_text(re.compile("Saved"))
    expect(second.locator("#rating_spoken_communication-5")).to_be_checked()
    assert {key: entry.level for key, entry in saved(live).entries.items()} == {"spoken_communication": 5, "composure": 2}


def test_a_dead_network_loses_nothing(open_as: Opener, live: Live) -> None:
    page = open_as("ada", quiet=True)
    page.goto(card_path(live))
    page.context.set_offline(True)
    page.locator("#note_composure").fill("Typed in a cellar without reception")
    expect(state(page)).to_contain_text("Kept in this browser")
    assert saved(live).entries == {}
    page.context.set_offline(False)
    expect(state(page)).to_have_text(re.compile("Saved"))
    assert saved(live).entries["composure"].note == "Typed in a cellar without reception"


def test_what_could_not_be_sent_is_there_after_the_browser_was_closed(open_as: Opener, live: Live) -> None:
    page = open_as("ada", quiet=True)
    page.goto(card_path(live))
    page.context.set_offline(True)
    page.locator("#note_composure").fill("Typed before the battery died")
    expect(state(page)).to_contain_text("Kept in this browser")
    page.close(run_before_unload=False)
    page.context.set_offline(False)
    again = page.context.new_page()
    again.goto(card_path(live))
    expect(again.locator("#note_composure")).to_have_value("Typed before the battery died")
    expect(state(again)).to_have_text(re.compile("Saved"))
    assert saved(live).entries["composure"].note == "Typed before the battery died"


def test_what_nobody_came_back_for_is_let_go_after_thirty_days(open_as: Opener, live: Live) -> None:
    page = open_as("ada", quiet=True)
    page.goto(card_path(live))
    page.context.set_offline(True)
    page.locator("#note_composure").fill("Typed about somebody who is not held any more")
    expect(state(page)).to_contain_text("Kept in this browser")
    page.close(run_before_unload=False)
    page.context.set_offline(False)
    home = page.context.new_page()
    home.goto("/")
    home.evaluate("localStorage.setItem('another program', 'its own')")
    for days, kept in ((29, 2), (31, 1)):
        home.clock.set_fixed_time(datetime.now(UTC) + timedelta(days=days))
        home.goto("/")
        assert home.evaluate("localStorage.length") == kept
    assert saved(live).entries == {}


def test_an_ended_session_keeps_the_text_until_one_is_back(open_as: Opener, live: Live) -> None:
    page = open_as("ada", quiet=True)
    page.goto(card_path(live))
    page.context.clear_cookies()
    page.locator("#note_composure").fill("Typed after the session had ended")
    expect(state(page)).to_contain_text("Sign in again")
    page.context.add_cookies([live.cookie("ada")])  # type: ignore[list-item]
    expect(state(page)).to_have_text(re.compile("Saved"), timeout=20_000)
    assert saved(live).entries["composure"].note == "Typed after the session had ended"


def test_without_scripts_the_form_saves_and_submits(open_as: Opener, live: Live) -> None:
    page = open_as("ada", script=False, quiet=True)
    page.goto(card_path(live))
    page.locator("label[for=rating_composure-4]").click()
    page.locator("#note_composure").fill("Named the next step")
    page.get_by_role("button", name="Submit scorecard").click()
    expect(page.locator("#error-summary")).to_contain_text("Spoken communication: rate it, or say why it was not assessed")
    expect(page.locator("#note_composure")).to_have_value("Named the next step")
    page.locator("#na_spoken_communication").select_option("not_asked")
    page.get_by_label("No", exact=True).check()
    page.get_by_label("Why, in one line").fill("Too little to go on")
    page.get_by_role("button", name="Submit scorecard").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Maria Kowalska")
    assert saved(live).entries == {"composure": Entry(4, "", "Named the next step"), "spoken_communication": Entry(None, "not_asked", "")}
