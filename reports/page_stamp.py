"""The number of a page in the whole pack, set below the foot that the page has already: on paper there are no bookmarks."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from pathlib import Path

from fontTools.subset import Options, Subsetter  # type: ignore[import-untyped]
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

from reports.pdf_file import PdfFile

WORDS = "Pack page {}"
FONT = "/PackPage"
"""The font's name in the resources of a page."""

# As the foot in paper.css: its size and colour, and the page's right margin by the width of the sheet (19 mm on Letter).
SIZE, COLOUR, MARGIN = 6.75, "0.337 0.376 0.447", 45.35
MARGINS = {612: 53.86}
BASELINE = 20.0
"""Points above the sheet's lower edge: the line below the foot's, still inside what printers reach."""

_FIRST, _LAST = ord(" "), ord("p")


class PageStamp:
    """The stamp in one document: its font is written once, its words for each page."""

    def __init__(self, templates: Path, file: PdfFile) -> None:
        self._letters = _letters(templates / "static" / "fonts" / "paper" / "Inter-Regular.ttf")
        self._file = file
        self.before = file.add_stream(b"q")
        self.font = self._letters.written_to(file)

    def after(self, number: int, width: float) -> int:
        """The stream with the number of a page of this width. `before` belongs in front of the page's own drawing, this behind it."""
        words = WORDS.format(number)
        left = width - MARGINS.get(round(width), MARGIN) - SIZE * sum(map(self._letters.width, words)) / 1000
        shown = f"BT {FONT} {SIZE} Tf {COLOUR} rg {left:.2f} {BASELINE:g} Td ({words}) Tj ET"
        return self._file.add_stream(f"Q /Artifact <</Type /Pagination /Subtype /Footer>> BDC {shown} EMC".encode())


@dataclass(frozen=True, slots=True)
class _Letters:
    """The few letters that the stamp needs of our typeface, with their widths in thousandths of the size."""

    program: bytes
    widths: tuple[int, ...]
    box: tuple[int, ...]
    ascent: int
    descent: int
    capitals: int

    def width(self, letter: str) -> int:
        return self.widths[ord(letter) - _FIRST]

    def written_to(self, file: PdfFile) -> int:
        program = file.add_stream(self.program, b"/Length1 %d" % len(self.program))
        name = "/PACKNO+Inter"
        descriptor = file.add(
            f"<< /Type /FontDescriptor /FontName {name} /Flags 32 /FontBBox {_array(self.box)} /ItalicAngle 0 /Ascent {self.ascent}"
            f" /Descent {self.descent} /CapHeight {self.capitals} /StemV 80 /FontFile2 {program} 0 R >>".encode()
        )
        return file.add(
            f"<< /Type /Font /Subtype /TrueType /BaseFont {name} /Encoding /WinAnsiEncoding /FirstChar {_FIRST} /LastChar {_LAST}"
            f" /Widths {_array(self.widths)} /FontDescriptor {descriptor} 0 R >>".encode()
        )


def _array(numbers: tuple[int, ...]) -> str:
    return f"[{' '.join(map(str, numbers))}]"


@lru_cache(maxsize=1)
def _letters(path: Path) -> _Letters:
    font = TTFont(path)
    used = sorted(set(WORDS.format("0123456789")))
    subsetter = Subsetter(Options(layout_features=[], drop_tables=["GSUB", "GPOS", "GDEF", "STAT"], hinting=False, glyph_names=False))
    subsetter.populate(text="".join(used))
    subsetter.subset(font)
    font.recalcTimestamp = False
    program = BytesIO()
    font.save(program)
    table, metrics, head = font.getBestCmap(), font["hmtx"], font["head"]

    def thousandths(length: int) -> int:
        return round(1000 * length / int(head.unitsPerEm))

    return _Letters(
        program=program.getvalue(),
        widths=tuple(thousandths(metrics[table[code]][0]) if code in table else 0 for code in range(_FIRST, _LAST + 1)),
        box=tuple(thousandths(edge) for edge in (head.xMin, head.yMin, head.xMax, head.yMax)),
        ascent=thousandths(font["hhea"].ascent),
        descent=thousandths(font["hhea"].descent),
        capitals=thousandths(font["OS/2"].sCapHeight),
    )
