"""Whatever people type is text, and a document reaches for nothing outside itself."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import ClassVar

import pytest

from reports.errors import PdfFailed
from reports.pdf import OwnFontsOnly, to_pdf
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


@pytest.mark.parametrize("text", HOSTILE)
def test_markup_in_any_field_shows_as_text(text: str) -> None:
    from dataclasses import replace

    lines = (criterion(text, [mark(4, text, interviewer=text, stage=text), mark(None, not_assessed=text)], anchors=(text,) * 5),)
    facts = (replace(QUALIFICATIONS[0], name=text, asked=text, fact=text, rule=text),)
    said = tuple(replace(line, interviewer=text, stage=text, reason=text) for line in recommendations(1))
    pdf = papers.summary_pdf(
        candidate_summary(
            candidate=text,
            organisation=text,
            opening=text,
            reference=text,
            stage=text,
            edition=text,
            rank=None,
            incomplete=(text,),
            criteria=lines,
            qualifications=facts,
            recommendations=said,
        )
    )
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
        "{fonts}/../css/fonts.css",
        "{fonts}/%2e%2e/css/fonts.css",
        "{fonts}/Inter-LICENSE.txt",
        "{fonts}/Inter-Regular.woff2/../../css/fonts.css",
        "{fonts}/nothing.woff2",
        "{fonts}/sub/Inter-Regular.woff2",
        "file://example.org{path}/Inter-Regular.woff2",
        "http://127.0.0.1:9/Inter-Regular.woff2",
        "data:font/woff2;base64,AAAA",
    ],
)
def test_the_fetcher_refuses_everything_but_our_fonts(url: str) -> None:
    fonts = papers.FONTS.resolve()
    fetcher = OwnFontsOnly(fonts)

    with pytest.raises((ValueError, FileNotFoundError)):
        fetcher(url.format(fonts=fonts.as_uri(), path=fonts))
    assert fetcher((fonts / "Inter-Regular.woff2").as_uri()).read() == (fonts / "Inter-Regular.woff2").read_bytes()


def test_a_link_out_of_the_fonts_folder_leads_nowhere(tmp_path: Path) -> None:
    secret = tmp_path / "secret.woff2"
    secret.write_bytes(b"secret")
    folder = tmp_path / "fonts"
    folder.mkdir()
    (folder / "link.woff2").symlink_to(secret)

    with pytest.raises(ValueError, match="not one of our fonts"):
        OwnFontsOnly(folder)((folder / "link.woff2").as_uri())


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
