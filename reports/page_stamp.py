"""The number of a page in a document that is bound of several: on paper there are no bookmarks."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from reports.font_cut import cut_font
from reports.pdf_file import PdfFile

FONT = "/PackPage"
"""The font's name in the resources of a page."""

# As the foot in paper.css: its size and colour, and the page's right margin by the width of the sheet in points.
SIZE, COLOUR = 6.75, "0.337 0.376 0.447"
MARGINS = {595: 45.35, 612: 53.86, 842: 39.69, 792: 39.69}
LETTERS = tuple(map(ord, sorted(set("Pack page of 0123456789"))))
_FIRST, _LAST = LETTERS[0], LETTERS[-1]


@dataclass(frozen=True, slots=True)
class Numbering:
    """Words with a place for the number, and how many points above the sheet's lower edge they stand."""

    words: str
    baseline: float


IN_PACK = Numbering("Pack page {}", 20.0)
"""Below the foot that the page has already, still inside what printers reach."""


def all_pages(count: int) -> Numbering:
    """In the place of the page's own number, for parts of one document that are set without it."""
    return Numbering(f"Page {{}} of {count}", 26.57)


class PageStamp:
    """The stamp in one document: its font is written once, its words for each page."""

    def __init__(self, templates: Path, file: PdfFile, numbering: Numbering) -> None:
        self._cut = cut_font(templates / "static" / "fonts" / "paper" / "Inter-Regular.ttf", LETTERS)
        self._widths = {letter: self._cut.widths[glyph] for glyph, letter in self._cut.letters}
        self._file = file
        self._numbering = numbering
        self.before = file.add_stream(b"q")
        self.font = self._write_font()

    def after(self, number: int, width: float) -> int:
        """The stream with the number of a page of this width. `before` belongs in front of the page's own drawing, this behind it."""
        words = self._numbering.words.format(number)
        left = width - MARGINS[round(width)] - SIZE * sum(self._widths[ord(letter)] for letter in words) / 1000
        shown = f"BT {FONT} {SIZE} Tf {COLOUR} rg {left:.2f} {self._numbering.baseline:g} Td ({words}) Tj ET"
        return self._file.add_stream(f"Q /Artifact <</Type /Pagination /Subtype /Footer>> BDC {shown} EMC".encode())

    def _write_font(self) -> int:
        cut = self._cut
        program = self._file.add_stream(cut.content, b"/Length1 %d" % len(cut.content))
        name = "/PACKNO+Inter"
        descriptor = self._file.add(
            f"<< /Type /FontDescriptor /FontName {name} /Flags 32 /FontBBox {_array(cut.box)} /ItalicAngle 0 /Ascent {cut.ascent}"
            f" /Descent {cut.descent} /CapHeight {cut.capitals} /StemV 80 /FontFile2 {program} 0 R >>".encode()
        )
        widths = tuple(self._widths.get(code, 0) for code in range(_FIRST, _LAST + 1))
        return self._file.add(
            f"<< /Type /Font /Subtype /TrueType /BaseFont {name} /Encoding /WinAnsiEncoding /FirstChar {_FIRST} /LastChar {_LAST}"
            f" /Widths {_array(widths)} /FontDescriptor {descriptor} 0 R >>".encode()
        )


def _array(numbers: tuple[int, ...]) -> str:
    return f"[{' '.join(map(str, numbers))}]"
