"""The font of what people type into a form: ours, with the letters of the Latin, Greek and Cyrillic scripts.

Readers draw typed text with the font that the form names. The fourteen that every reader has know Western European letters only, and some
readers leave out what a font lacks. For other scripts they all fall back on fonts of the machine.
"""

from __future__ import annotations

from pathlib import Path

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from reports.font_cut import cut_font

LETTERS = (*range(0x20, 0x7F), *range(0xA0, 0x530), *range(0x1E00, 0x2000), *range(0x2010, 0x2060), *range(0x20A0, 0x20C1), 0x2122, 0x2212)
_CMAP = """/CIDInit /ProcSet findresource begin 12 dict begin begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /Adobe-Identity-UCS def /CMapType 2 def
1 begincodespacerange <0000> <ffff> endcodespacerange
{pairs}
endcmap CMapName currentdict /CMap defineresource pop end end"""
_PAIRS_AT_ONCE = 100
_NAME = Name("/Inter-Regular")


def form_font(document: pikepdf.Pdf, fonts: Path) -> pikepdf.Object:
    """The font as an object of the document; `fonts` is the folder of our font files."""
    cut = cut_font(fonts / "Inter-Regular.woff2", LETTERS)
    descriptor = Dictionary(
        Type=Name.FontDescriptor,
        FontName=_NAME,
        Flags=4,
        FontBBox=Array(cut.box),
        ItalicAngle=0,
        Ascent=cut.ascent,
        Descent=cut.descent,
        CapHeight=cut.capitals,
        StemV=80,
        FontFile2=document.make_stream(cut.content, Length1=len(cut.content)),
    )
    descendant = Dictionary(
        Type=Name.Font,
        Subtype=Name.CIDFontType2,
        BaseFont=_NAME,
        CIDSystemInfo=Dictionary(Registry=String("Adobe"), Ordering=String("Identity"), Supplement=0),
        CIDToGIDMap=Name.Identity,
        W=Array([0, Array(cut.widths)]),
        FontDescriptor=document.make_indirect(descriptor),
    )
    font = Dictionary(
        Type=Name.Font,
        Subtype=Name.Type0,
        BaseFont=_NAME,
        Encoding=Name("/Identity-H"),
        DescendantFonts=Array([document.make_indirect(descendant)]),
        ToUnicode=document.make_stream(_CMAP.format(pairs=_pairs(cut.letters)).encode()),
    )
    return document.make_indirect(font)


def _pairs(letters: tuple[tuple[int, int], ...]) -> str:
    chunks = [letters[start : start + _PAIRS_AT_ONCE] for start in range(0, len(letters), _PAIRS_AT_ONCE)]
    lines = [[f"{len(chunk)} beginbfchar", *(f"<{glyph:04x}> <{letter:04x}>" for glyph, letter in chunk), "endbfchar"] for chunk in chunks]
    return "\n".join(line for chunk in lines for line in chunk)
