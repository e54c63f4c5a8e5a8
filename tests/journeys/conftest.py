"""A real browser on a real server: Chromium over loopback, with every console error and page error failing the test."""

from __future__ import annotations

import logging
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from werkzeug.serving import make_server

from screening.database import Database
from tests.support.hiring_round import HiringRound, build
from tests.support.keys import KEY
from tests.support.web import Site, settings

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WIDTHS = (1280, 360)
# Long enough for a machine with other work to do; nothing waits longer than it must.
expect.set_options(timeout=20_000)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, the one named in CHROMIUM, or the one Playwright installed."""
    found = os.environ.get("CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=ARGUMENTS)
        yield browser
        browser.close()


@dataclass
class Live:
    """A served site and its round."""

    address: str
    site: Site
    hiring: HiringRound

    def cookie(self, name: str) -> dict[str, str]:
        """A session cookie of this person, as signing in would have set it."""
        browser = self.site.signed_in(self.hiring.people[name])
        value = browser.client.get_cookie("screening")
        assert value is not None
        return {"name": "screening", "value": value.value, "url": self.address}


@pytest.fixture
def live(tmp_path: Path, migrated_file: Path) -> Iterator[Live]:
    shutil.copy(migrated_file, tmp_path / "journey.sqlite3")
    database = Database(f"sqlite:///{tmp_path / 'journey.sqlite3'}", secrets=(KEY,))
    hiring = build(database)
    site = Site(database)
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", 0, site.app, threaded=True)
    # A browser says where its forms come from, which must be the address that is configured.
    site.app.extensions["settings"] = settings(base_url=f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield Live(f"http://127.0.0.1:{server.server_port}", site, hiring)
    server.shutdown()
    thread.join()
    server.server_close()
    site.close()
    database.close()


Opener = Callable[..., Page]


@pytest.fixture
def open_as(chromium: Browser, live: Live) -> Iterator[Opener]:
    """Opens a page as somebody; what the browser complains of afterwards fails the test."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def opened(name: str = "", *, width: int = 1280, scheme: str = "light", script: bool = True, quiet: bool = False) -> Page:
        context = chromium.new_context(
            viewport={"width": width, "height": 900},
            color_scheme=scheme,  # type: ignore[arg-type]
            java_script_enabled=script,
            base_url=live.address,
        )
        contexts.append(context)
        if name:
            context.add_cookies([live.cookie(name)])  # type: ignore[list-item]
        page = context.new_page()
        page.set_default_timeout(30_000)
        if not quiet:
            page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []
