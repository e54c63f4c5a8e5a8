"""Signing in with a second factor, and through an identity provider, as a person does it."""

from __future__ import annotations

import logging
import re
import shutil
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from oidc_provider_mock import run_server_in_thread
from playwright.sync_api import Page, expect
from werkzeug.serving import make_server

from screening.config import ProviderSettings
from screening.database import Database
from tests.journeys.conftest import Live, Opener
from tests.support.codes import Phone
from tests.support.hiring_round import build
from tests.support.keys import KEY
from tests.support.signing_in import PASSWORD, give_passwords
from tests.support.web import Site


@pytest.fixture
def live(tmp_path: Path, migrated_file: Path) -> Iterator[Live]:
    """The site with an identity provider, both on loopback, at addresses that each knows of the other."""
    shutil.copy(migrated_file, tmp_path / "journey.sqlite3")
    database = Database(f"sqlite:///{tmp_path / 'journey.sqlite3'}", secrets=(KEY,))
    hiring = build(database)
    give_passwords(hiring, "ada")
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    with run_server_in_thread() as provider, socket.create_server(("127.0.0.1", 0)) as listening:
        address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        known = ProviderSettings(f"http://localhost:{provider.server_port}", "screening", "a secret", "River ID")
        site = Site(database, provider=known, base_url=address)
        server = make_server("127.0.0.1", 0, site.app, threaded=True, fd=listening.fileno())
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield Live(address, site, hiring)
        server.shutdown()
        thread.join()
        site.close()
        database.close()


def sign_out(page: Page) -> None:
    page.get_by_role("button", name="Sign out", exact=True).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")


def give_password(page: Page) -> None:
    page.goto("/sign-in")
    page.get_by_label("E-mail address").fill("ada@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def test_a_phone_and_a_company_account(open_as: Opener) -> None:
    page = open_as()
    # The provider's own page asks the network for its looks; ours would not be let by their content security policy.
    page.route(re.compile(r"https?://(?!127\.0\.0\.1|localhost)"), lambda route: route.fulfill(body="", content_type="text/css"))
    give_password(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Home")
    page.goto("/me")
    page.get_by_role("link", name="Set up").click()
    page.get_by_label("Present password").fill(PASSWORD)
    page.get_by_role("button", name="Begin").click()
    picture = page.get_by_role("img", name="QR code with the key below")
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 100
    phone = Phone(page.locator(".secret-key").inner_text().replace(" ", ""), [])
    page.get_by_label("Code").fill(phone.code())
    page.get_by_role("button", name="Switch on").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Keep your recovery codes")
    first = page.locator(".recovery-codes code").first.inner_text()
    page.get_by_role("link", name="I have kept them").click()
    sign_out(page)

    give_password(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Enter your code")
    page.goto("/openings")
    expect(page).to_have_url(re.compile("/sign-in/code"))
    page.get_by_label("Code").fill(first.lower())
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Openings")

    page.goto("/me")
    page.get_by_role("link", name="Link", exact=True).click()
    page.get_by_label("Present password").fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()
    page.get_by_role("link", name="Continue to River ID").click()
    at_the_provider(page, "ada@river.example")
    expect(page.get_by_role("status")).to_contain_text("Your account is linked with “River ID”")
    sign_out(page)

    page.get_by_role("link", name="Continue with River ID").click()
    at_the_provider(page, "ada@river.example")
    expect(page.get_by_role("link", name="Ada")).to_be_visible()


def at_the_provider(page: Page, who: str) -> None:
    """Its own page: there one says who one is."""
    page.locator("input[name=sub]").fill(who)
    page.get_by_role("button", name="Authorize").first.click()
