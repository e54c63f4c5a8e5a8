"""From the comparison to a file in the hand, with a real worker at its side."""

from __future__ import annotations

import threading
from pathlib import Path

import pikepdf
from playwright.sync_api import expect
from sqlalchemy import select

from screening.background.queue import Queue
from screening.background.shop import Shop
from screening.background.worker import Worker
from screening.jobs import PdfRenderer
from screening.models import Job
from screening.paths import template_root
from tests.journeys.conftest import Live, Opener
from tests.reports import papers
from tests.support import web


def test_ticked_candidates_become_one_pdf(open_as: Opener, live: Live, tmp_path: Path) -> None:
    live.hiring.submit("ada", "maria")
    page = open_as("recruiter")
    page.goto(f"/openings/{live.hiring.opening}/compare")
    page.get_by_label("Pick Maria Kowalska").check()
    page.get_by_label("Pick Linh Nguyễn").check()
    page.get_by_role("button", name="Their summaries").click()
    expect(page.get_by_label("Those ticked in the table: 2")).to_be_checked()
    page.get_by_role("button", name="Make the file").click()
    expect(page.get_by_text("Waiting for its turn")).to_be_visible()

    renderer = PdfRenderer(template_root(), seconds=60)
    shop = Shop(web.settings(), live.hiring.database, renderer, template_root(), 1)
    with live.hiring.database.reading() as session:
        job = session.scalars(select(Job.public_id)).one()
    thread = threading.Thread(target=Worker(shop, Queue("memory:")).work_on, args=(job,))
    thread.start()
    # Nothing is clicked: the page finds out by itself.
    expect(page.get_by_text("Ready")).to_be_visible(timeout=60_000)
    thread.join()
    renderer.close()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download").click()
    file = tmp_path / "pack.pdf"
    download.value.save_as(file)

    content = file.read_bytes()
    assert download.value.suggested_filename == "Agent summaries.pdf"
    assert papers.failed_rules(content) == 0
    with pikepdf.open(file) as document, document.open_outline() as outline:
        assert [item.title for item in outline.root] == ["Maria Kowalska", "Linh Nguyễn"]
    texts = papers.pages(content)
    assert "Those ticked in the table" in texts[0]
    assert "Maria Kowalska" in texts[1]
