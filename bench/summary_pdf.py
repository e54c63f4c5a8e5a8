"""How long a two-page candidate summary takes beside headless Chromium printing the same page: `python -m bench.summary_pdf [ROUNDS]`.

Both start from the finished HTML and end with the bytes of a PDF. Ours goes through the worker process as the site uses it; Chromium opens
a new page for each document in a browser that is already running. They take turns, so that other work on the machine meets both alike.
Fails if ours takes more than 1.2 times as long.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from reports.render import summary_html
from screening.jobs import PdfRenderer
from screening.paths import template_root
from tests.reports.factories import small_summary

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync"
)
STYLESHEETS = ("fonts.css", "paper.css", "summary-print.css")
WARM_UP = 3
LIMIT = 1.2


def main(rounds: int) -> int:
    templates = template_root()
    html = summary_html(small_summary(), templates=templates)
    renderer = PdfRenderer(templates, seconds=60)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        page = Path(folder) / "summary.html"
        page.write_text(html.replace("</head>", _links(templates) + "</head>"), encoding="utf-8")
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS.split())
        ours, theirs = _taking_turns(rounds, lambda: renderer.render(html), lambda: _printed(browser, page.as_uri()))
        browser.close()
    renderer.close()
    ratio = statistics.median(ours) / statistics.median(theirs)
    for name, times in (("worker", ours), ("chromium", theirs)):
        print(f"{name:9} median {statistics.median(times) * 1000:5.0f} ms   fastest {min(times) * 1000:5.0f} ms   of {len(times)}")
    print(f"ratio     {ratio:.2f} (at most {LIMIT})")
    return 0 if ratio <= LIMIT else 1


def _taking_turns(rounds: int, *ways: Callable[[], bytes]) -> list[list[float]]:
    times: list[list[float]] = [[] for _ in ways]
    for turn in range(rounds + WARM_UP):
        for way, taken in zip(ways, times, strict=True):
            started = time.perf_counter()
            way()
            if turn >= WARM_UP:
                taken.append(time.perf_counter() - started)
    return times


def _printed(browser: Browser, address: str) -> bytes:
    page = browser.new_page()
    page.goto(address)
    pdf = page.pdf(prefer_css_page_size=True, print_background=True, tagged=True)
    page.close()
    return pdf


def _links(templates: Path) -> str:
    return "".join(f'<link rel="stylesheet" href="{(templates / "static" / "css" / name).as_uri()}"/>' for name in STYLESHEETS)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 30))
