"""What candidate summaries cost beside headless Chromium printing the same page: `python -m bench.summary_pdf [ROUNDS [DOCUMENTS]]`.

All start from the finished HTML and end with the bytes of a PDF. Ours go through the worker process as the site uses it; Chromium opens a
new page for each document in a browser that is already running. They take turns, so that other work on the machine meets all alike. Fails
if a summary takes longer than Chromium takes to print it; the other figures are for reading, on a machine that has nothing else to do.
"""

from __future__ import annotations

import multiprocessing
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

import psutil  # type: ignore[import-untyped]

from bench.chromium import Chromium
from reports.errors import ReportError
from reports.render import SUMMARY_STYLESHEET, summary_html
from rubrics.model import MAX_CRITERIA
from screening.jobs import PdfRenderer
from screening.paths import template_root
from tests.reports.factories import candidate_summary, criterion, mark, small_summary

STYLESHEETS = ("fonts.css", "paper.css", SUMMARY_STYLESHEET)
WARM_UP = 3
CHUNK = 10
# About as long as one summary.
ADDITIONS = 20_000_000
LIMIT = 1.0
LONGEST = ((12, 4), (MAX_CRITERIA, 4), (MAX_CRITERIA, 8))
"""Criteria and interviewers. The second is the most that a rubric may ask, with a large panel; the third is too long for one paper."""
NOTE = 4000

Way = Callable[[], object]


def main(rounds: int, documents: int) -> int:
    templates = template_root()
    html = summary_html(small_summary(), templates=templates)
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "summary.html"
        page.write_text(html.replace("</head>", _links(templates) + "</head>"), encoding="utf-8")
        show_cold(html, page)
        ratio = show_warm(html, page, rounds)
        show_many(html, page, documents)
    for criteria, interviewers in LONGEST:
        show_longest(criteria, interviewers)
    return 0 if ratio <= LIMIT else 1


def show_cold(html: str, page: Path) -> None:
    """From no process at all to the first document."""
    with our_setter(1) as renderer:
        ours = _seconds(lambda: renderer.render(html))
    started = time.perf_counter()
    chromium = Chromium()
    chromium.pdf(page)
    theirs = time.perf_counter() - started
    chromium.close()
    print(f"first summary, process and all     worker {ours:6.2f} s     chromium {theirs:6.2f} s")


def show_warm(html: str, page: Path, rounds: int) -> float:
    """The ratio of the medians."""
    chromium = Chromium()
    with our_setter(1) as renderer:
        ours, theirs = _taking_turns(rounds, lambda: renderer.render(html), lambda: chromium.pdf(page))
    chromium.close()
    for name, times in (("worker", ours), ("chromium", theirs)):
        print(f"one summary, warm: {name:9} median {statistics.median(times) * 1000:5.0f} ms   fastest {min(times) * 1000:5.0f} ms")
    ratio = statistics.median(ours) / statistics.median(theirs)
    print(f"                   ratio     {ratio:.2f} of the medians (at most {LIMIT:.1f}), {min(ours) / min(theirs):.2f} of the fastest")
    return ratio


def show_many(html: str, page: Path, documents: int) -> None:
    """Documents a second on one process and on two, and the memory that the first of ours has gained at the end.

    A loop that only adds, on one process and on two in the same turns, says how many cores this machine gave meanwhile.
    """
    with (
        our_setter(1) as one,
        our_setter(2) as two,
        browsers(1) as chromium,
        browsers(2) as two_chromiums,
        ProcessPoolExecutor(2, multiprocessing.get_context("spawn")) as adders,
        ThreadPoolExecutor(2) as threads,
    ):
        _worker_memory(one, html)

        def each_of(renderer: PdfRenderer) -> Way:
            return lambda: list(threads.map(renderer.render, [html] * CHUNK))

        def printed_by(pool: ProcessPoolExecutor) -> Way:
            return lambda: list(pool.map(_print_once, [page] * CHUNK))

        ways = (
            lambda: [one.render(html) for _ in range(CHUNK)],
            each_of(two),
            printed_by(chromium),
            printed_by(two_chromiums),
            lambda: [_add(n) for n in range(CHUNK)],
            lambda: list(adders.map(_add, range(CHUNK))),
        )
        for way in ways:
            way()
        before = _worker_memory(one, html)
        rates = [CHUNK / statistics.median(times) for times in _taking_turns(documents // CHUNK, *ways, warm_up=0)]
        grown = _worker_memory(one, html) - before
    print(f"{documents} summaries: worker    {rates[0]:5.2f} a second, two {rates[1]:5.2f} ({rates[1] / rates[0]:.2f} times)")
    print(f"               chromium  {rates[2]:5.2f} a second, two {rates[3]:5.2f} ({rates[3] / rates[2]:.2f} times)")
    print(f"               a loop    {rates[4]:5.2f} a second, two {rates[5]:5.2f} ({rates[5] / rates[4]:.2f} times)")
    print(f"               memory of the worker has grown by {grown / 2**20:.1f} MiB")


def show_longest(criteria: int, interviewers: int) -> None:
    """Every note as long as it may be, set within the bounds of the site."""
    note = ("Asked what the caller wanted, wrote it down, repeated it in her own words and named the next step. " * 50)[:NOTE]
    people = [f"Interviewer {number}" for number in range(interviewers)]
    lines = tuple(
        criterion(f"Criterion {number}", [mark(1 + (number + place) % 5, note, interviewer=who) for place, who in enumerate(people)])
        for number in range(criteria)
    )
    html = summary_html(candidate_summary(criteria=lines), templates=template_root())
    renderer = PdfRenderer(template_root())
    with closing(renderer):
        renderer.start()
        try:
            taken = f"{_seconds(lambda: renderer.render(html)):5.1f} s"
        except ReportError as error:
            taken = str(error)
    print(f"{criteria} criteria, {interviewers} interviewers, {criteria * interviewers} notes of {NOTE:,} letters: {taken}")


@contextmanager
def our_setter(processes: int) -> Iterator[PdfRenderer]:
    renderer = PdfRenderer(template_root(), processes=processes, seconds=120, start_seconds=120)
    yield renderer
    renderer.close()


@contextmanager
def browsers(processes: int) -> Iterator[ProcessPoolExecutor]:
    # Started anew and not forked: this process has threads of its own.
    with ProcessPoolExecutor(processes, multiprocessing.get_context("spawn"), initializer=_open_browser) as pool:
        yield pool


def _open_browser() -> None:
    global _browser
    _browser = Chromium()


def _print_once(page: Path) -> int:
    return len(_browser.pdf(page))


def _worker_memory(renderer: PdfRenderer, html: str) -> int:
    """What the renderer's one process holds after a document, in bytes."""
    renderer.render(html)
    child = renderer._setters[0]._child
    assert child is not None
    held: int = psutil.Process(child._process.pid).memory_info().rss
    return held


def _add(start: int) -> int:
    return sum(range(start, start + ADDITIONS))


def _taking_turns(rounds: int, *ways: Way, warm_up: int = WARM_UP) -> list[list[float]]:
    times: list[list[float]] = [[] for _ in ways]
    for turn in range(rounds + warm_up):
        for way, taken in zip(ways, times, strict=True):
            seconds = _seconds(way)
            if turn >= warm_up:
                taken.append(seconds)
    return times


def _seconds(way: Way) -> float:
    started = time.perf_counter()
    way()
    return time.perf_counter() - started


def _links(templates: Path) -> str:
    return "".join(f'<link rel="stylesheet" href="{(templates / "static" / "css" / name).as_uri()}"/>' for name in STYLESHEETS)


if __name__ == "__main__":
    given = [int(argument) for argument in sys.argv[1:]]
    sys.exit(main(*(given + [30, 200][len(given) :])))
