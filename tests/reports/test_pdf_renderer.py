"""The worker process and its keeper: deadlines, memory, crashes, queues, secrets."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path

import pikepdf
import psutil  # type: ignore[import-untyped]
import pytest
from weasyprint.html import UA_STYLESHEET

from reports.errors import PdfBusy, PdfFailed, PdfLibraryMissing, PdfOutOfMemory, PdfTimedOut, PdfTooLong
from reports.frames import LENGTH
from reports.pdf import Typesetter, to_pdf
from reports.pdf_worker import Outcome, _set, request_frame
from reports.render import SUMMARY_STYLESHEET, summary_html
from screening import jobs
from screening.jobs import PdfRenderer
from tests.reports.factories import small_summary
from tests.reports.papers import TEMPLATES, failed_rules, pages

LONG_START = 120.0


def short_page(text: str = "Short.") -> str:
    return f'<html lang="en"><head><title>t</title></head><body><p>{text}</p></body></html>'


def endless_page() -> str:
    """Takes minutes to be set."""
    return short_page("</p><p>".join(["Much to say, and then again. " * 40] * 4000))


def greedy_page() -> str:
    """Takes far more memory than time."""
    return short_page("<b>x</b>" * 300_000)


@pytest.fixture
def renderer() -> Iterator[PdfRenderer]:
    keeper = PdfRenderer(TEMPLATES, seconds=60, start_seconds=LONG_START)
    yield keeper
    keeper.close()


def workers() -> list[psutil.Process]:
    return [child for child in psutil.Process().children() if "reports.pdf_worker" in child.cmdline()]


OTHERS: set[int] = set()


@pytest.fixture(autouse=True, scope="module")
def _others() -> None:
    """Workers that belong to sites which other tests of this run keep."""
    OTHERS.update(worker.pid for worker in workers())


def children() -> list[psutil.Process]:
    """The worker processes of this module's tests."""
    return [worker for worker in workers() if worker.pid not in OTHERS]


def test_the_worker_sets_the_bytes_that_this_process_would(renderer: PdfRenderer) -> None:
    page = summary_html(small_summary(), templates=TEMPLATES)

    assert renderer.render(page) == to_pdf(page, templates=TEMPLATES, stylesheet=SUMMARY_STYLESHEET) == renderer.render(page)
    assert len(children()) == 1


def test_several_processes_set_documents_at_a_time_and_start_when_they_are_needed() -> None:
    keeper = PdfRenderer(TEMPLATES, processes=2, seconds=60, start_seconds=LONG_START)
    keeper.render(short_page())
    keeper.render(short_page())
    assert len(children()) == 1

    with ThreadPoolExecutor(4) as threads:
        set_pages = list(threads.map(lambda number: keeper.render(short_page(f"Number {number}.")), range(8)))
    assert [pages(pdf) for pdf in set_pages] == [[f"Number {number}. Page 1 of 1"] for number in range(8)]
    assert len(children()) == 2

    keeper.close()
    assert children() == []


def test_a_file_for_archives_is_pdf_a_2a_and_pdf_ua_1_and_the_same_each_time() -> None:
    keeper = PdfRenderer(TEMPLATES, variant="a", seconds=60, start_seconds=LONG_START)
    page = summary_html(small_summary(candidate="فاطمة प्रियंका 😀👩\u200d💻"), templates=TEMPLATES)
    pdf = keeper.render(page)

    assert failed_rules(pdf, "PDF_A_2A") == 0
    assert failed_rules(pdf) == 0
    assert keeper.render(page) == pdf == to_pdf(page, templates=TEMPLATES, stylesheet=SUMMARY_STYLESHEET, variant="a")
    keeper.close()


def test_form_fields_can_be_filled_in_where_that_is_asked_for(renderer: PdfRenderer) -> None:
    page = short_page('</p><form><p><label>Name <input name="who"/></label></p></form><p>')
    form = renderer.render(page, forms=True)

    assert renderer.render(page, forms=True) == form
    with pikepdf.open(BytesIO(form)) as document:
        assert [str(field.T) for field in document.Root.AcroForm.Fields] == ["who"]
    with pikepdf.open(BytesIO(renderer.render(page))) as document:
        assert "/AcroForm" not in document.Root


def test_our_sheet_of_elements_makes_of_them_what_the_library_s_own_does() -> None:
    """Also of those that no document has yet; what differs is only what it leaves out."""
    texts = "".join(f"<h{level}>Heading {level}</h{level}><p>Text.</p>" for level in range(1, 7))
    inline = "".join(
        f"<{name}>{name}</{name}> " for name in ["b", "strong", "i", "em", "cite", "small", "sub", "sup", "mark", "ins", "u", "del", "s"]
    )
    page = short_page(
        f"</p>{texts}<p>{inline}<a href='#top'>link</a><br/>next<wbr/></p><ul id='top'><li>One</li></ul><ol><li>Two</li></ol><hr/>"
        "<dl><dt>Term</dt><dd>Said</dd></dl><blockquote>Quoted</blockquote><figure><figcaption>Drawn</figcaption></figure><pre>a  b</pre>"
        "<table><caption>Rows</caption><colgroup><col/></colgroup><thead><tr><th scope='col'>Head</th></tr></thead>"
        "<tbody><tr><td>Cell</td></tr>"
        "</tbody></table><address>Here</address><div dir='rtl'>מילה</div><p>"
    )
    ours, theirs = Typesetter(TEMPLATES), Typesetter(TEMPLATES)
    theirs._sheets["paper-elements.css"] = UA_STYLESHEET

    assert ours.pdf(page, "paper.css") == theirs.pdf(page, "paper.css")


def test_a_document_past_its_deadline_is_given_up_and_the_next_one_is_set() -> None:
    keeper = PdfRenderer(TEMPLATES, seconds=5, work_seconds=60, start_seconds=LONG_START)
    keeper.render(short_page())
    (before,) = children()

    with pytest.raises(PdfTimedOut, match=r"not ready after 5 seconds: the server has too much to do now\. Try again"):
        keeper.render(endless_page())

    assert not before.is_running()
    assert pages(keeper.render(short_page("Next."))) == ["Next. Page 1 of 1"]
    keeper.close()


def test_a_document_that_is_too_much_work_is_too_long_whoever_else_is_busy() -> None:
    keeper = PdfRenderer(TEMPLATES, seconds=120, work_seconds=1, start_seconds=LONG_START)

    with pytest.raises(PdfTooLong) as caught:
        keeper.render(endless_page())

    assert str(caught.value).startswith("Setting the PDF took more than 1 s of work and was given up. The document is too long to be set. ")
    assert "have the longest ones amended, or choose fewer candidates" in str(caught.value)
    assert pages(keeper.render(short_page("Next."))) == ["Next. Page 1 of 1"]
    keeper.close()


def test_a_document_past_its_memory_is_given_up_and_the_next_one_is_set() -> None:
    keeper = PdfRenderer(TEMPLATES, seconds=120, megabytes=24, start_seconds=LONG_START)

    with pytest.raises(PdfOutOfMemory) as caught:
        keeper.render(greedy_page())

    assert caught.value.megabytes == 24
    assert pages(keeper.render(short_page("Next."))) == ["Next. Page 1 of 1"]
    keeper.close()


def test_a_worker_that_has_grown_says_that_it_leaves() -> None:
    request = request_frame(short_page(), "summary-print.css")[LENGTH.size :]

    assert _set(request, TEMPLATES, heavy=1)[0] is Outcome.DONE_AND_LEAVING
    assert _set(request, TEMPLATES, heavy=2**50)[0] is Outcome.DONE


def test_a_killed_worker_is_replaced(renderer: PdfRenderer) -> None:
    renderer.render(short_page())
    (first,) = children()
    first.send_signal(signal.SIGKILL)
    psutil.wait_procs([first], timeout=10)

    assert pages(renderer.render(short_page("Next."))) == ["Next. Page 1 of 1"]
    assert [child.pid for child in children()] != [first.pid]


def test_the_kernel_taking_the_worker_during_a_document_is_reported(renderer: PdfRenderer) -> None:
    renderer.render(short_page())
    (worker,) = children()
    threading.Timer(0.5, worker.kill).start()

    with pytest.raises(PdfOutOfMemory):
        renderer.render(endless_page())
    assert pages(renderer.render(short_page("Next."))) == ["Next. Page 1 of 1"]


def test_a_refused_document_leaves_the_worker_in_place(renderer: PdfRenderer) -> None:
    renderer.render(short_page())
    (before,) = children()

    with pytest.raises(PdfFailed) as caught:
        renderer.render(short_page('<img src="file:///etc/passwd" alt="x"/>'))

    assert str(caught.value) == "The PDF could not be made: it refers to something outside itself."
    assert pages(renderer.render(short_page("Next."))) == ["Next. Page 1 of 1"]
    assert children() == [before]


def test_threads_get_their_own_documents(renderer: PdfRenderer) -> None:
    with ThreadPoolExecutor(6) as threads:
        set_pages = threads.map(lambda number: pages(renderer.render(short_page(f"Number {number}."))), range(6))

    assert list(set_pages) == [[f"Number {number}. Page 1 of 1"] for number in range(6)]


def test_more_than_the_queue_holds_is_refused_at_once() -> None:
    keeper = PdfRenderer(TEMPLATES, seconds=5, work_seconds=60, waiting=0, start_seconds=LONG_START)
    keeper.render(short_page())
    with ThreadPoolExecutor(1) as threads:
        at_work = threads.submit(keeper.render, endless_page())
        time.sleep(0.5)
        with pytest.raises(PdfBusy):
            keeper.render(short_page())
        assert not at_work.done()
        with pytest.raises(PdfTimedOut):
            at_work.result()
    keeper.close()


def test_the_worker_sees_no_secret(renderer: PdfRenderer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCREENING_SECRET_KEY", "top secret")
    monkeypatch.setenv("DATABASE_URL", "postgresql://user:password@host/db")
    monkeypatch.setenv("LANG", "C.UTF-8")
    renderer.render(short_page())
    (worker,) = children()
    seen = worker.environ()

    assert set(seen) == {
        "LC_ALL",
        "FONTCONFIG_FILE",
        "PYTHONPATH",
        "TMPDIR",
        "HOME",
        "PYTHONDONTWRITEBYTECODE",
    }
    assert "secret" not in str(seen)
    assert "password" not in str(seen)


def test_closing_ends_the_worker_and_removes_what_it_wrote(renderer: PdfRenderer) -> None:
    renderer.render(short_page())
    (worker,) = children()
    folder = Path(worker.environ()["TMPDIR"])
    assert folder.is_dir()

    renderer.close()

    assert not worker.is_running()
    assert not folder.exists()
    assert pages(renderer.render(short_page("Again."))) == ["Again. Page 1 of 1"]


def test_a_forked_process_starts_a_worker_of_its_own(renderer: PdfRenderer) -> None:
    renderer.render(short_page())
    (worker,) = children()
    child = os.fork()
    if child == 0:
        try:
            right = pages(renderer.render(short_page("Forked."))) == ["Forked. Page 1 of 1"]
            renderer.close()
            os._exit(0 if right else 1)
        except BaseException:
            os._exit(2)

    assert os.waitpid(child, 0)[1] == 0
    assert pages(renderer.render(short_page("Parent."))) == ["Parent. Page 1 of 1"]
    assert children() == [worker]


def test_without_pango_the_message_says_how_to_install_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "weasyprint.py").write_text("raise OSError(\"cannot load library 'libpango-1.0-0'\")")
    usual = jobs._environment
    monkeypatch.setattr(jobs, "_environment", lambda folder: usual(folder) | {"PYTHONPATH": f"{tmp_path}:{usual(folder)['PYTHONPATH']}"})
    keeper = PdfRenderer(TEMPLATES, start_seconds=LONG_START)

    with pytest.raises(PdfLibraryMissing) as caught:
        keeper.render(short_page())

    assert caught.value.detail == "cannot load library 'libpango-1.0-0'"
    assert str(caught.value) == (
        "PDFs need the Pango library. Debian and Ubuntu: apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0. "
        "macOS: brew install pango."
    )
    assert children() == []


def test_the_site_does_not_load_the_layout_library() -> None:
    code = "import sys, screening.jobs, reports.render, reports.pdf_worker; sys.exit('weasyprint' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], cwd=TEMPLATES.parent).returncode == 0


def test_the_worker_ends_by_itself_when_nobody_writes_to_it_any_more() -> None:
    command = [sys.executable, "-P", "-m", "reports.pdf_worker", str(TEMPLATES), "256", "60"]
    environment = os.environ | {"PYTHONPATH": str(TEMPLATES.parent)}
    # A frame that promises more than follows, as from a parent that died while writing.
    ended = subprocess.run(command, input=LENGTH.pack(100) + b"cut", capture_output=True, timeout=LONG_START, env=environment)

    assert ended.returncode == 0
    assert ended.stdout == LENGTH.pack(1) + bytes([Outcome.READY])


def test_a_worker_that_nobody_watches_is_ended_by_its_processor_time() -> None:
    command = [sys.executable, "-P", "-m", "reports.pdf_worker", str(TEMPLATES), "2048", "1"]
    environment = os.environ | {"PYTHONPATH": str(TEMPLATES.parent)}
    frame = request_frame(endless_page(), "summary-print.css")
    ended = subprocess.run(command, input=frame, capture_output=True, timeout=LONG_START, env=environment)

    assert ended.returncode == -signal.SIGXCPU
