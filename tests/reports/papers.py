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
import uharfbuzz
from fontTools.pens.recordingPen import DecomposingRecordingPen  # type: ignore[import-untyped]
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

from reports.documents import CandidateSummary
from reports.fit import Paper
from reports.pdf import to_pdf
from reports.render import SUMMARY_STYLESHEET, summary_html
from screening.paths import template_root

TEMPLATES = template_root()
FONTS = TEMPLATES / "static" / "fonts" / "paper"


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
    return to_pdf(summary_html(summary, templates=TEMPLATES, paper=paper), templates=TEMPLATES, stylesheet=SUMMARY_STYLESHEET)


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


def failed_rules(pdf: bytes, profile: str = "PDF_UA_1") -> int:
    return pdf_rules.validate_pdf_bytes(pdf, profile=pdf_rules.ValidationProfile[profile]).rules.failed


def metadata(pdf: bytes) -> dict[str, str]:
    with pikepdf.open(BytesIO(pdf)) as document:
        return {str(key): str(value) for key, value in document.docinfo.items()}


def embedded_files(pdf: bytes) -> int:
    with pikepdf.open(BytesIO(pdf)) as document:
        return len(document.attachments)


def letters_drawn_wrong(pdf: bytes) -> dict[str, str]:
    """Letters whose drawn outline is not the one that our font has for them; extracted text cannot show that.

    Only letters of scripts that are not shaped: figures and signs are also drawn with the font's tabular and contextual forms, and
    `glyphs_drawn` is for the rest.
    """
    wrong = {}
    for name, (characters, drawn) in _fonts_of(pdf).items():
        ours = own_font(name)
        glyphs, table = drawn.getGlyphSet(), ours.getBestCmap()
        for number, character in characters:
            glyph = drawn.getGlyphName(number)
            if (
                character.isalpha()
                and ord(character) in table
                and _outline(glyphs, glyph) != _outline(ours.getGlyphSet(), table[ord(character)])
            ):
                wrong[character] = glyph
    return wrong


def glyphs_drawn(pdf: bytes) -> list[tuple[str, int]]:
    """Font and number of each glyph in the order in which they are drawn. Their outlines are those of our fonts, or it fails."""
    found, current = [], ""
    with pikepdf.open(BytesIO(pdf)) as document:
        names = {key: _plain_name(font) for sheet in document.pages for key, font in sheet.Resources.Font.items()}
        for sheet in document.pages:
            for operands, operator in pikepdf.parse_content_stream(sheet):
                if str(operator) == "Tf":
                    current = names[str(operands[0])]
                elif str(operator) in ("TJ", "Tj"):
                    parts = operands[0] if str(operator) == "TJ" else operands
                    for part in (bytes(part) for part in parts if isinstance(part, pikepdf.String)):
                        found += [(current, int.from_bytes(part[at : at + 2])) for at in range(0, len(part), 2)]
    for name, (_, drawn) in _fonts_of(pdf).items():
        ours = own_font(name)
        for number in {number for used, number in found if used == name}:
            assert _outline(drawn.getGlyphSet(), drawn.getGlyphName(number)) == _outline(ours.getGlyphSet(), ours.getGlyphName(number))
    return found


def glyphs_of(font: str, text: str) -> list[tuple[str, int]]:
    """The same, as they should be: the text shaped with one of our fonts, from left to right as it is drawn."""
    buffer = uharfbuzz.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    uharfbuzz.shape(uharfbuzz.Font(uharfbuzz.Face((FONTS / own_file(font)).read_bytes())), buffer)
    return [(font, glyph.codepoint) for glyph in buffer.glyph_infos]


def own_file(name: str) -> str:
    """The file of a font by its name in a PDF: Noto-Sans-Thai-Semi-Bold is NotoSansThai-SemiBold.ttf."""
    family, bold, _ = name.partition("-Semi-Bold")
    return f"{family.strip(',').replace('-', '')}-{'SemiBold' if bold else 'Regular'}.ttf"


@lru_cache
def own_font(name: str) -> TTFont:
    return TTFont(FONTS / own_file(name))


def _fonts_of(pdf: bytes) -> dict[str, tuple[list[tuple[int, str]], TTFont]]:
    """Of each font by its name: the character that each glyph stands for, and the part of the font that is in the file."""
    with pikepdf.open(BytesIO(pdf)) as document:
        fonts = [font for sheet in document.pages for font in sheet.Resources.Font.values()]
        return {_plain_name(font): (_characters(font), _embedded(font)) for font in fonts}


def _plain_name(font: Any) -> str:
    return str(font.BaseFont).split("+")[-1]


def _embedded(font: Any) -> TTFont:
    return TTFont(BytesIO(font.DescendantFonts[0].FontDescriptor.FontFile2.read_bytes()))


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
