"""What can be read back from a printed dossier: the words that it draws, page by page, and what its metadata say.

Reads the text that our own documents draw (glyph numbers with a table of their characters), enough to compare two prints of one file.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import pikepdf

from reports.fit import Paper

MAX_BYTES = 100_000_000
MAX_PAGES = 5000
_DIGEST = re.compile(r"SHA-256([0-9a-f]{64})")
_KEYWORD = re.compile(r"sha256:([0-9a-f]{64})")
_LETTER_WIDTH = 612
_PAIR = re.compile(rb"<([0-9a-fA-F]{4})>\s*<((?:[0-9a-fA-F]{4})+)>")


class NotPrinted(ValueError):
    """Not a PDF that could be read."""


@dataclass(frozen=True, slots=True)
class Printed:
    """`pages` holds each page's text without white space, `paper` the size of the first one."""

    pages: tuple[str, ...]
    in_metadata: str
    paper: Paper

    @property
    def digests(self) -> tuple[frozenset[str], ...]:
        """The digests that each page prints."""
        return tuple(frozenset(_DIGEST.findall(page)) for page in self.pages)


def read(pdf: bytes) -> Printed:
    """Raises `NotPrinted`."""
    if len(pdf) > MAX_BYTES:
        raise NotPrinted("it is far larger than any dossier")
    try:
        with pikepdf.open(BytesIO(pdf)) as document:
            if not 0 < len(document.pages) <= MAX_PAGES:
                raise NotPrinted("it has no pages, or far more than any dossier")
            pages = tuple(_text(page) for page in document.pages)
            keywords = _KEYWORD.search(str(document.docinfo.get("/Keywords", "")))
            width = float(document.pages[0].mediabox[2])
    except NotPrinted:
        raise
    except pikepdf.PasswordError:
        raise NotPrinted("it is locked with a password") from None
    except Exception as error:  # whatever a damaged file makes the reader trip over is one answer: it cannot be read
        raise NotPrinted("it is damaged, or not a PDF") from error
    return Printed(pages, keywords[1] if keywords else "", "letter" if round(width) == _LETTER_WIDTH else "a4")


def _text(page: Any) -> str:
    characters = {str(name): _characters(font) for name, font in page.resources.get("/Font", {}).items()}
    said: list[str] = []
    known: dict[bytes, str] = {}
    for instruction in pikepdf.parse_content_stream(page, "Tf Tj TJ"):
        operands, operator = instruction.operands, str(instruction.operator)
        if operator == "Tf":
            known = characters.get(str(operands[0]), {})
        for piece in operands[0] if operator == "TJ" else operands[:1] if operator == "Tj" else ():
            if isinstance(piece, pikepdf.String):
                glyphs = bytes(piece)
                said += [known.get(glyphs[at : at + 2], "\ufffd") for at in range(0, len(glyphs), 2)]
    return "".join("".join(said).split())


def _characters(font: Any) -> dict[bytes, str]:
    """Each glyph's number, two bytes, with what it stands for."""
    table = font["/ToUnicode"].read_bytes() if "/ToUnicode" in font else b""
    return {
        bytes.fromhex(glyph.decode()): bytes.fromhex(meant.decode()).decode("utf-16-be", "replace") for glyph, meant in _PAIR.findall(table)
    }
