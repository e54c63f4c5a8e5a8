"""HTML becomes a tagged PDF (PDF/UA-1), with no file of the host but our fonts and no network.

Importing this module loads the layout library, which takes more than a second and raises `PdfLibraryMissing` where it is not installed:
only the worker process does it. One `FontConfiguration` serves one process; it must not be shared between threads.
"""

from __future__ import annotations

import logging
import re
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit
from xml.etree.ElementTree import ParseError, fromstring

from cssselect2 import ElementWrapper  # type: ignore[import-untyped]

from reports.errors import PdfFailed, PdfLibraryMissing
from reports.render import SUMMARY_STYLESHEET

try:
    from weasyprint import CSS, HTML
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse
except OSError as error:
    raise PdfLibraryMissing(str(error)) from error

# The library goes on without a part that it cannot draw and says so in its log, quoting the document. Here neither is wanted.
LIBRARY_LOG = logging.getLogger("weasyprint")
LIBRARY_LOG.propagate = False

_STYLESHEET_NAME = re.compile(r"[a-z][a-z0-9-]*\.css")


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


class OwnFontsOnly(URLFetcher):
    """Serves the font files of one folder and refuses everything else, which stops the document."""

    def __init__(self, folder: Path) -> None:
        super().__init__(allowed_protocols=("file",), allow_redirects=False, fail_on_errors=True)
        self._folder = folder.resolve()

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
        parts = urlsplit(url)
        # Resolved before it is judged: an encoded "../" or a link would walk past a look at the text.
        path = Path(unquote(parts.path)).resolve()
        if parts.scheme != "file" or parts.netloc or path.parent != self._folder or path.suffix != ".woff2":
            raise ValueError("not one of our fonts")
        return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": "font/woff2"})


class WellFormedPage(HTML):
    """A page read as XML: a tenth of the time that parsing it as HTML takes, and a tag left open is an error instead of a guess.

    Stands in for the library's own constructor, so it sets what that one sets (pinned below 71; a test compares the bytes of both).
    """

    def __init__(self, html: str, url_fetcher: URLFetcher) -> None:
        self.base_url = None
        self.url_fetcher = url_fetcher
        self.media_type = "print"
        # Our own template wrote it and escaped every text in it; expat expands no outside entity.
        self.wrapper_element = ElementWrapper.from_html_root(fromstring(html), content_language=None)  # noqa: S314
        self.etree_element = self.wrapper_element.etree_element


class Typesetter:
    """Sets documents with the style sheets and fonts of one template root, each read once."""

    def __init__(self, templates: Path) -> None:
        self._styles = templates.resolve() / "static" / "css"
        self._fetcher = OwnFontsOnly(templates / "static" / "fonts")
        self._fonts = FontConfiguration()
        self._sheets: dict[str, CSS] = {}

    def pdf(self, html: str, stylesheet: str) -> bytes:
        sheets = [self._sheet(name) for name in ("fonts.css", "paper.css", stylesheet)]
        with Failures() as failures:
            pdf: bytes = WellFormedPage(html, self._fetcher).write_pdf(stylesheets=sheets, font_config=self._fonts, pdf_variant="pdf/ua-1")
        if failures.any:
            raise PdfFailed("a part of it could not be drawn")
        return pdf

    def _sheet(self, name: str) -> CSS:
        if name not in self._sheets:
            if not _STYLESHEET_NAME.fullmatch(name):
                raise PdfFailed("its style sheet has no plain name")
            path = self._styles / name
            self._sheets[name] = CSS(
                string=path.read_text(encoding="utf-8"), base_url=path.as_uri(), url_fetcher=self._fetcher, font_config=self._fonts
            )
        return self._sheets[name]


def to_pdf(html: str, *, templates: Path, stylesheet: str = SUMMARY_STYLESHEET) -> bytes:
    """The HTML page set with a style sheet of `templates`/static/css.

    Raises `PdfFailed` if the document refers to anything outside itself or cannot be set. Runs for as long as it takes: whoever calls it
    on text typed by people does so in a process that can be ended.
    """
    try:
        return _typesetter(templates).pdf(html, stylesheet)
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
