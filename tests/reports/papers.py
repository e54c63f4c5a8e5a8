"""Looking at a finished PDF: its text, where the words stand, its fonts and the rules of PDF/UA-1."""

from __future__ import annotations

import re
import subprocess
import tempfile
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

import page as pdf_rules
import pikepdf
from fontTools.pens.recordingPen import DecomposingRecordingPen  # type: ignore[import-untyped]
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

from reports.documents import CandidateSummary
from reports.fit import Paper
from reports.pdf import to_pdf
from reports.render import summary_html
from screening.paths import template_root

TEMPLATES = template_root()
FONTS = TEMPLATES / "static" / "fonts"


@dataclass(frozen=True)
class Word:
    """A word as drawn: its page (from 1) and its box in points from the page's top left."""

    text: str
    page: int
    left: float
    top: float
    right: float
    bottom: float


def summary_pdf(summary: CandidateSummary, paper: Paper = "a4") -> bytes:
    return to_pdf(summary_html(summary, templates=TEMPLATES, paper=paper), templates=TEMPLATES)


def pages(pdf: bytes) -> list[str]:
    """The text of each page in reading order, with every run of white space as one space."""
    return [" ".join(text.split()) for text in _poppler("pdftotext", pdf, "-raw").split("\f")[:-1]]


def words(pdf: bytes) -> list[Word]:
    found, number = [], 0
    for line in _poppler("pdftotext", pdf, "-bbox").splitlines():
        if "<page " in line:
            number += 1
        elif match := re.search(r'xMin="([\d.]+)" yMin="([\d.-]+)" xMax="([\d.]+)" yMax="([\d.]+)">(.*)</word>', line):
            left, top, right, bottom = map(float, match.groups()[:4])
            found.append(Word(match[5], number, left, top, right, bottom))
    return found


def fonts(pdf: bytes) -> set[str]:
    """The names of the fonts used, without the six letters that mark a subset."""
    rows = _poppler("pdffonts", pdf, output=None).splitlines()[2:]
    return {row.split()[0].split("+")[-1] for row in rows}


def failed_rules(pdf: bytes) -> int:
    return pdf_rules.validate_pdf_bytes(pdf, profile=pdf_rules.ValidationProfile.PDF_UA_1).rules.failed


def metadata(pdf: bytes) -> dict[str, str]:
    with pikepdf.open(BytesIO(pdf)) as document:
        return {str(key): str(value) for key, value in document.docinfo.items()}


def embedded_files(pdf: bytes) -> int:
    with pikepdf.open(BytesIO(pdf)) as document:
        return len(document.attachments)


def letters_drawn_wrong(pdf: bytes) -> dict[str, str]:
    """Letters whose drawn outline is not the one that our font has for them; extracted text cannot show that.

    Only letters: figures and signs are also drawn with the font's tabular and contextual forms.
    """
    wrong = {}
    with pikepdf.open(BytesIO(pdf)) as document:
        seen = {font.objgen: font for sheet in document.pages for font in sheet.Resources.Font.values()}
        for font in seen.values():
            drawn = TTFont(BytesIO(font.DescendantFonts[0].FontDescriptor.FontFile2.read_bytes()))
            ours = _own_font("SemiBold" if "Semi" in str(font.BaseFont) else "Regular")
            glyphs, table = drawn.getGlyphSet(), ours.getBestCmap()
            for number, character in _characters(font):
                name = drawn.getGlyphName(number)
                if (
                    character.isalpha()
                    and ord(character) in table
                    and _outline(glyphs, name) != _outline(ours.getGlyphSet(), table[ord(character)])
                ):
                    wrong[character] = name
    return wrong


@lru_cache
def _own_font(weight: str) -> TTFont:
    return TTFont(FONTS / f"Inter-{weight}.woff2")


def _characters(font: Any) -> list[tuple[int, str]]:
    table = font.ToUnicode.read_bytes().decode("latin-1")
    pairs = re.findall(r"<([0-9a-fA-F]{4})>\s*<([0-9a-fA-F]{4})>", table)
    return [(int(glyph, 16), chr(int(character, 16))) for glyph, character in pairs]


def _outline(glyphs: Any, name: str) -> list[Any]:
    pen = DecomposingRecordingPen(glyphs)
    glyphs[name].draw(pen)
    return list(pen.value)


def _poppler(command: str, pdf: bytes, *options: str, output: str | None = "-") -> str:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "paper.pdf"
        path.write_bytes(pdf)
        result = subprocess.run([command, *options, str(path), *([output] if output else [])], capture_output=True, check=True)
    assert result.stderr == b""
    return result.stdout.decode()
