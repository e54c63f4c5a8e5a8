"""Making a key for a program: it is shown once, and a second click does not take it away."""

from __future__ import annotations

import re
import time

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import func, select

from screening.models import ApiToken
from screening.services import api_tokens
from tests.journeys.conftest import Live, Opener
from tests.support.signing_in import PASSWORD, give_passwords


def fill_in(page: Page, name: str) -> None:
    page.get_by_label("What is it for?").fill(name)
    page.get_by_role("checkbox").first.check()
    page.get_by_label("Present password").fill(PASSWORD)


def test_a_second_click_leaves_the_key_on_the_page(open_as: Opener, live: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    give_passwords(live.hiring, "recruiter")
    page = open_as("recruiter")
    page.goto("/me/keys")
    fill_in(page, "Nightly import")
    slowly = api_tokens.make
    monkeypatch.setattr(api_tokens, "make", lambda *given, **named: (time.sleep(1), slowly(*given, **named))[1])
    page.get_by_role("button", name="Make the key").evaluate("button => { button.click(); setTimeout(() => button.click(), 300); }")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your new key")
    expect(page.locator("main")).to_contain_text(re.compile(r"scr_[A-Za-z0-9_-]{20,}"))
    with live.site.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(ApiToken)) == 1
    page.get_by_role("link", name="I have kept it").click()
    expect(page.get_by_role("main")).to_contain_text("Nightly import")
    # Back on the form, another one can be made.
    fill_in(page, "Another one")
    page.get_by_role("button", name="Make the key").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your new key")
