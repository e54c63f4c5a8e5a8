"""HTML becomes a tagged PDF: PDF/UA-1, and PDF/A-2a too where that is asked for. No file of the host is read but our own, and no network.

Importing this module loads the layout library, which takes more than a second and raises `PdfLibraryMissing` where it is not installed:
only the worker process does it. One `FontConfiguration` serves one process; it must not be shared between threads.
"""

from __future__ import annotations

import logging
import os
import re
from functools import lru_cache
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError, fromstring

from cssselect2 import ElementWrapper  # type: ignore[import-untyped]

from reports import typefaces
from reports.errors import PdfFailed, PdfLibraryMissing
from reports.finishing import accessible_archive, every_glyph_has_a_text, saying_what_is_shaped
from reports.pdf_worker import Variant

try:
    from weasyprint import CSS, HTML
    from weasyprint.pdf.stream import Stream
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse
except OSError as error:
    raise PdfLibraryMissing(str(error)) from error

# The library goes on without a part that it cannot draw and says so in its log, quoting the document. Here neither is wanted.
LIBRARY_LOG = logging.getLogger("weasyprint")
LIBRARY_LOG.propagate = False

Stream.marked = saying_what_is_shaped(Stream.marked)

PAPER_STYLESHEET = "paper.css"
ELEMENTS_STYLESHEET = "paper-elements.css"
_STYLESHEET_NAME = re.compile(r"[a-z][a-z0-9-]*\.css")

VARIANTS: dict[Variant, dict[str, Any]] = {
    "ua-1": {"pdf_variant": "pdf/ua-1", "finisher": every_glyph_has_a_text},
    # For archives, and no less accessible.
    "a": {"pdf_variant": "pdf/a-2a", "finisher": accessible_archive},
}


class Failures(logging.Handler):
    """Notes whether the library has left something out, and keeps its words to itself."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.any = False

    def emit(self, record: logging.LogRecord) -> None:
        self.any = True

    def __enter__(self) -> Failures:
        LIBRARY_LOG.handlers = [self]
        return self

    def __exit__(self, *_: object) -> None:
        LIBRARY_LOG.handlers = []


class NothingOutside(URLFetcher):
    """Refuses every address, which stops the document: style sheets are handed over as text, and fonts are found without addresses."""

    def __init__(self) -> None:
        super().__init__(allowed_protocols=(), allow_redirects=False, fail_on_errors=True)

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
        raise ValueError("a document refers to nothing outside itself")


class WellFormedPage(HTML):
    """A page read as XML: a tenth of the time that parsing it as HTML takes, and a tag left open is an error instead of a guess.

    Stands in for the library's own constructor, so it sets what that one sets, and for its sheet of what elements are before any design
    (pinned below 71; a test compares the bytes of both).
    """

    def __init__(self, html: str, url_fetcher: URLFetcher, elements: CSS) -> None:
        self.base_url = None
        self.url_fetcher = url_fetcher
        self.media_type = "print"
        # Our own template wrote it and escaped every text in it; expat expands no outside entity.
        self.wrapper_element = ElementWrapper.from_html_root(fromstring(html), content_language=None)  # nosec B314  # noqa: S314
        self.etree_element = self.wrapper_element.etree_element
        self._elements = elements

    def _ua_stylesheets(self, forms: bool = False) -> list[CSS]:
        library: list[CSS] = super()._ua_stylesheets(forms) if forms else []
        return library or [self._elements]


class Typesetter:
    """Sets documents with the style sheets and fonts of one template root, each read once."""

    def __init__(self, templates: Path) -> None:
        os.environ.update(typefaces.environment(templates))
        self._templates = templates
        self._styles = templates.resolve() / "static" / "css"
        self._fetcher = NothingOutside()
        self._fonts = FontConfiguration()
        self._sheets: dict[str, CSS] = {}

    def pdf(self, html: str, stylesheet: str, *, variant: Variant = "ua-1", forms: bool = False) -> bytes:
        page = WellFormedPage(typefaces.spelled_out(html, self._templates), self._fetcher, self._sheet(ELEMENTS_STYLESHEET))
        sheets = [self._sheet(name) for name in dict.fromkeys((PAPER_STYLESHEET, stylesheet))]
        with Failures() as failures:
            pdf: bytes = page.write_pdf(stylesheets=sheets, font_config=self._fonts, pdf_forms=forms, **VARIANTS[variant])
        if failures.any:
            raise PdfFailed("a part of it could not be drawn")
        return pdf

    def _sheet(self, name: str) -> CSS:
        if name not in self._sheets:
            if not _STYLESHEET_NAME.fullmatch(name):
                raise PdfFailed("its style sheet has no plain name")
            text = (self._styles / name).read_text(encoding="utf-8")
            self._sheets[name] = CSS(string=text, url_fetcher=self._fetcher, font_config=self._fonts)
        return self._sheets[name]


def to_pdf(html: str, *, templates: Path, stylesheet: str = PAPER_STYLESHEET, variant: Variant = "ua-1", forms: bool = False) -> bytes:
    """The HTML page set with `paper.css`, and a style sheet of its own if one is named, both of `templates`/static/css.

    `variant` is a key of `VARIANTS`; with `forms` its input elements can be filled in. Raises `PdfFailed` if the document refers to
    anything outside itself or cannot be set. Runs for as long as it takes: whoever calls it on text typed by people does so in a process
    that can be ended.
    """
    try:
        return _typesetter(templates).pdf(html, stylesheet, variant=variant, forms=forms)
    except FatalURLFetchingError as error:  # not an Exception: it would pass every handler above us
        raise PdfFailed("it refers to something outside itself") from error
    except ParseError as error:
        raise PdfFailed("its page is not well-formed") from error
    except (MemoryError, SystemError, PdfFailed):
        raise
    except Exception as error:  # whatever a layout engine trips over in somebody's text is one refused document
        raise PdfFailed(f"{type(error).__name__} while it was laid out") from error


@lru_cache(maxsize=1)
def _typesetter(templates: Path) -> Typesetter:
    return Typesetter(templates)
