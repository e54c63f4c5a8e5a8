"""Whatever people type is text, and a document reaches for nothing outside itself."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import ClassVar

import pytest

from reports import typefaces
from reports.documents import CandidateSummary
from reports.errors import PdfFailed
from reports.frames import LENGTH
from reports.pdf import NothingOutside, to_pdf
from reports.pdf_worker import Outcome, request_frame
from reports.render import summary_html
from screening import jobs
from tests.reports import papers
from tests.reports.factories import QUALIFICATIONS, candidate_summary, criterion, mark, recommendations

HOSTILE = (
    "<img src=file:///etc/passwd>",
    "<script>alert(1)</script>",
    "<style>*{display:none}</style>",
    '"><link rel=stylesheet href=//example.org/x.css>',
    "{{ 7*7 }} {% include 'x' %} {# no #}",
    "]]> &lt;b&gt; &amp;amp; <!-- x -->",
    "</p></td></tr></table></body></html>",
    "url(http://example.org/x) @import 'y'; \\0000",
)


class CountingHandler(BaseHTTPRequestHandler):
    asked: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        self.asked.append(self.path)
        self.send_error(404)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def address() -> Iterator[str]:
    CountingHandler.asked.clear()
    server = HTTPServer(("127.0.0.1", 0), CountingHandler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/x"
    server.shutdown()
    thread.join()
    server.server_close()


def hostile_summary(text: str) -> CandidateSummary:
    """A summary with the text in every field that a person fills in."""
    lines = (criterion(text, [mark(4, text, interviewer=text, stage=text), mark(None, not_assessed=text)], anchors=(text,) * 5),)
    facts = (replace(QUALIFICATIONS[0], name=text, asked=text, fact=text, rule=text),)
    said = tuple(replace(line, interviewer=text, stage=text, reason=text) for line in recommendations(1))
    return candidate_summary(
        candidate=text,
        organisation=text,
        opening=text,
        reference=text,
        stage=text,
        rank=None,
        incomplete=(text,),
        criteria=lines,
        qualifications=facts,
        recommendations=said,
    )


@pytest.mark.parametrize("text", HOSTILE)
def test_markup_in_any_field_shows_as_text(text: str) -> None:
    pdf = papers.summary_pdf(hostile_summary(text))
    squeezed = "".join("".join(papers.pages(pdf)).split())

    assert squeezed.count("".join(text.split())) >= 15
    assert "49" not in squeezed
    assert papers.embedded_files(pdf) == 0
    assert papers.failed_rules(pdf) == 0


def test_characters_that_no_page_can_show_do_not_stop_the_document() -> None:
    text = "".join(map(chr, range(0x20))) + "\x7f\x85\u2028\u2029\ufeff\ud800\uffff\U0010ffff\u202eright"
    pages = papers.pages(papers.summary_pdf(candidate_summary(candidate=text, criteria=(criterion("Empathy", [mark(4, text)]),))))

    # Written from right to left, as its override character asks; what follows it is not touched.
    assert "thgir Customer service representative" in pages[0]
    assert "thgir" in pages[1]


def page_with(body: str) -> str:
    return f'<html lang="en"><head><title>t</title></head><body><p>x</p>{body}</body></html>'


@pytest.mark.parametrize(
    "body",
    [
        '<img src="{}" alt="x"/>',
        '<object data="{}"></object>',
        '<embed src="{}"/>',
        '<p style="background: url({})">x</p>',
        '<p style="content: url({})">x</p>',
        '<ul style="list-style: url({})"><li>x</li></ul>',
        "<style>@import '{}';</style>",
        "<style>@font-face {{ font-family: x; src: url({}) }} p {{ font-family: x }}</style>",
        '<link rel="stylesheet" href="{}"/>',
        '<link rel="attachment" href="{}"/>',
        '<a rel="attachment" href="{}">x</a>',
        '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><title>x</title><image href="{}" width="9" height="9"/></svg>',
        '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><title>x</title><use href="{}#a"/></svg>',
    ],
)
def test_even_a_page_that_asks_for_it_fetches_nothing(body: str, address: str) -> None:
    for target in (address, "file:///etc/hostname", "data:text/css,x", "ftp://127.0.0.1/x"):
        try:
            pdf = to_pdf(page_with(body.format(target)), templates=papers.TEMPLATES)
        except PdfFailed:
            continue  # refused as a whole: as good as drawn without it
        assert papers.embedded_files(pdf) == 0
        assert papers.pages(pdf) in (["x Page 1 of 1"], ["x x Page 1 of 1"])

    assert CountingHandler.asked == []


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "{fonts}/fonts.conf",
        "{fonts}/Inter-Regular.ttf",
        "{fonts}/%2e%2e/Inter-LICENSE.txt",
        "file://example.org{path}/Inter-Regular.ttf",
        "http://127.0.0.1:9/Inter-Regular.ttf",
        "data:font/woff2;base64,AAAA",
        "Inter-Regular.ttf",
        "",
    ],
)
def test_the_fetcher_refuses_every_address(url: str) -> None:
    fonts = papers.FONTS.resolve()

    with pytest.raises(ValueError, match="nothing outside itself"):
        NothingOutside().fetch(url.format(fonts=fonts.as_uri(), path=fonts))


@pytest.mark.skipif(sys.platform == "darwin", reason="macOS has no strace")
def test_seen_from_outside_the_worker_opens_our_sheets_and_fonts_and_no_socket(tmp_path: Path) -> None:
    text = " ".join(HOSTILE) + " file:///etc/passwd http://example.org/x 王小明 فاطمة 😀 \U00012000"
    html = summary_html(hostile_summary(text), templates=papers.TEMPLATES)
    called = calls_of_the_worker(html, tmp_path)
    opened = {match[1] for call in called if (match := re.search(r'^\d+ +open(?:at2?)?\(.*?"(.*?)"', call))}
    static = papers.TEMPLATES.resolve() / "static"

    assert {path for path in opened if not Path(path).is_relative_to(static) and not Path(path).is_relative_to(tmp_path)} == set()
    assert {Path(path).name for path in opened} >= {"summary-print.css", "NotoSansSC-Regular.ttf", "Vazirmatn-Regular.ttf"}
    assert [call for call in called if re.search(r"\b(socket|connect|bind|sendto|sendmsg|execve|execveat|io_uring_setup)\(", call)] == []


def calls_of_the_worker(html: str, folder: Path) -> list[str]:
    """What the worker asks of the system about files, the network and other programs, from `READY` to the end of its answer."""
    log = folder / "calls.txt"
    command = ["strace", "-f", "-qq", "-o", str(log), "-e", "trace=%file,%network,%process,write,io_uring_setup"]
    worker = [sys.executable, "-P", "-m", "reports.pdf_worker", str(papers.TEMPLATES), "512", "60"]
    environment = jobs._environment(str(folder)) | typefaces.environment(papers.TEMPLATES) | {"PATH": os.environ["PATH"]}
    frame = request_frame(html, "summary-print.css")
    ended = subprocess.run([*command, *worker], input=frame, capture_output=True, env=environment, cwd=folder, check=True)
    assert ended.stdout.startswith(LENGTH.pack(1) + bytes([Outcome.READY]))
    assert ended.stdout[9:].startswith(bytes([Outcome.DONE]) + b"%PDF-1.7")
    calls = log.read_text().splitlines()
    ready, answer = (at for at, call in enumerate(calls) if re.search(r"write\(\d+, \"\\0", call))
    return calls[ready:answer]


def test_a_confined_process_reads_and_reaches_nothing_else(tmp_path: Path, address: str) -> None:
    code = """
import socket, sys
from pathlib import Path
from reports.confinement import confine
own, port = Path(sys.argv[1]), int(sys.argv[2])
if not confine(readable=[Path(sys.prefix), Path(sys.base_prefix)], writable=[own]):
    sys.exit("the kernel cannot")
(own / "written").write_text("yes")
print((own / "written").read_text())
for forbidden in (lambda: open("/etc/passwd"), lambda: open(own.parent / "secret"), lambda: (own.parent / "new").write_text("x"),
                  lambda: socket.create_connection(("127.0.0.1", port))):
    try:
        forbidden()
    except PermissionError:
        print("refused")
"""
    own = tmp_path / "own"
    own.mkdir()
    (tmp_path / "secret").write_text("secret")
    port = address.split(":")[2].split("/")[0]
    environment = os.environ | {"PYTHONPATH": str(papers.TEMPLATES.parent)}
    ended = subprocess.run([sys.executable, "-c", code, str(own), port], capture_output=True, env=environment, text=True)
    if ended.stderr == "the kernel cannot\n":
        pytest.skip("this kernel has no Landlock, or an old one")

    assert ended.stderr == ""
    # Connections are refused from version 4 of the kernel's interface on (Linux 6.7).
    assert ended.stdout.split() in (["yes", *["refused"] * 4], ["yes", *["refused"] * 3])


def test_a_page_that_is_not_well_formed_is_refused() -> None:
    for page in (
        "<p>open",
        "",
        "<html><body>&nbsp;</body></html>",
        '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><html>&e;</html>',
    ):
        with pytest.raises(PdfFailed) as caught:
            to_pdf(page, templates=papers.TEMPLATES)
        assert caught.value.detail == "its page is not well-formed"
