"""A font of ours cut down to some letters, with what a PDF must say about it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from pathlib import Path

from fontTools.subset import Options, Subsetter  # type: ignore[import-untyped]
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]


@dataclass(frozen=True, slots=True)
class FontCut:
    """A font file; `widths` by glyph and all heights in thousandths of the size, `letters` as pairs of glyph and letter."""

    content: bytes
    widths: tuple[int, ...]
    letters: tuple[tuple[int, int], ...]
    box: tuple[int, ...]
    ascent: int
    descent: int
    capitals: int


@lru_cache(maxsize=4)
def cut_font(path: Path, letters: tuple[int, ...]) -> FontCut:
    """The font without all that is not needed to draw these letters one beside the other."""
    options = Options(layout_features=[], hinting=False, glyph_names=False, notdef_outline=True, name_IDs=[6], desubroutinize=True)
    options.drop_tables += ["GDEF", "GPOS", "GSUB", "STAT", "kern"]
    options.recalc_timestamp = False
    cutter = Subsetter(options)
    cutter.populate(unicodes=letters)
    font = TTFont(path, recalcTimestamp=False)
    cutter.subset(font)
    font.flavor = None
    saved = BytesIO()
    font.save(saved)
    return _described(font, saved.getvalue())


def _described(font: TTFont, content: bytes) -> FontCut:
    head, line, marks = font["head"], font["hhea"], font["OS/2"]
    scale: float = 1000 / head.unitsPerEm

    def thousandths(units: float) -> int:
        return round(units * scale)

    return FontCut(
        content=content,
        widths=tuple(thousandths(font["hmtx"][glyph][0]) for glyph in font.getGlyphOrder()),
        letters=tuple(sorted((font.getGlyphID(glyph), letter) for letter, glyph in font.getBestCmap().items())),
        box=tuple(map(thousandths, (head.xMin, head.yMin, head.xMax, head.yMax))),
        ascent=thousandths(line.ascent),
        descent=thousandths(line.descent),
        capitals=thousandths(marks.sCapHeight),
    )
