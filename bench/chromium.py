"""Headless Chromium as the other way to make a PDF from the same page: a browser that runs already, and a new page for each document."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import sync_playwright

EXECUTABLE = "/usr/bin/chromium"
ARGUMENTS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync"
)


class Chromium:
    """One browser. `pdf` prints the page of a file."""

    def __init__(self) -> None:
        self._playwright = sync_playwright().start()
        self._browser = self._playwright.chromium.launch(executable_path=EXECUTABLE, args=ARGUMENTS.split())

    def pdf(self, page: Path) -> bytes:
        sheet = self._browser.new_page()
        sheet.goto(page.as_uri())
        printed = sheet.pdf(prefer_css_page_size=True, print_background=True, tagged=True)
        sheet.close()
        return printed

    def close(self) -> None:
        self._browser.close()
        self._playwright.stop()
