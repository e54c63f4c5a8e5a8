"""Makes the fonts that documents are set in: `python tools/paper_fonts.py [FOLDER]`. Run by hand when a version below changes.

Inter is unpacked from the files that the site serves: the layout library would do that again in every process. What Inter lacks comes
from Noto families and Vazirmatn, fetched whole with npm into FOLDER (a temporary one if none is named) and cut down to what names and
notes are written in. Nothing is drawn anew: only characters, hinting and tables that no document needs are left out.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from fontTools import subset  # type: ignore[import-untyped]
from fontTools.ttLib import TTFont, woff2  # type: ignore[import-untyped]
from fontTools.ttLib.tables._g_l_y_f import Glyph  # type: ignore[import-untyped]

FONTS = Path(__file__).resolve().parent.parent / "templates" / "static" / "fonts"
PAPER = FONTS / "paper"

REGULAR, SEMI_BOLD = "400Regular", "600SemiBold"
Ranges = tuple[tuple[int, int], ...]

# Together they encode nearly all that names in China, Hong Kong, Taiwan, Japan and Korea are written with ...
NATIONAL_STANDARDS = ("gbk", "big5hkscs", "euc_jisx0213", "johab")
# ... and these are on China's list of 2013 of the characters that names may have, beyond the standards above.
ALSO_IN_NAMES = (
    "㑇㑊㕮㘎㙍㙘㙦㛃㛚㛹㟃㠇㠓㤘㥄㧐㧑㧟㫰㬊㬎㬚㭎㭕㮾㰀㳇㳘㳚㴔㵐㶲㸆㸌㺄㻬㽏㿠䁖䂮䃅䃎䅟䌹䎃䎖䏝䏡䏲䐃"
    "䓖䓛䓨䓫䓬䗖䗛䗪䗴䜣䝙䢺䢼䣘䥽䦃䲟䲠䲢䴓䴔䴕䴖䴗䴘䴙䶮"
)
EAST_ASIAN: Ranges = ((0x2E80, 0x312F), (0x3190, 0x9FFF), (0xF900, 0xFAFF), (0xFE30, 0xFE4F), (0xFF00, 0xFFEF), (0x20000, 0x323AF))
HANGUL: Ranges = ((0x1100, 0x11FF), (0x3130, 0x318F), (0xAC00, 0xD7A3))
SYMBOLS: Ranges = ((0x2000, 0x2BFF),)
# A space is drawn with the font of the word before it, whichever that is.
SPACES = {0x20, 0xA0}
# Line ends, and what steers the characters around it without being drawn: these need no typeface.
UNDRAWN: Ranges = (
    (0x09, 0x0D),
    (0xAD, 0xAD),
    (0x034F, 0x034F),
    (0x061C, 0x061C),
    (0x115F, 0x1160),
    (0x17B4, 0x17B5),
    (0x180B, 0x180E),
    (0x200B, 0x200F),
    (0x202A, 0x202E),
    (0x2060, 0x206F),
    (0x3164, 0x3164),
    (0xFE00, 0xFE0F),
    (0xFEFF, 0xFEFF),
    (0xE0000, 0xE0FFF),
)


@dataclass(frozen=True)
class Source:
    """A family of the npm packages @expo-google-fonts/<package>; `ranges` says which characters are kept, all if it is empty.

    `encoded` drops those of them that are in no national standard, `lacking` those that a family before it has.
    """

    package: str
    version: str
    weights: tuple[str, ...] = (REGULAR,)
    ranges: Ranges = ()
    encoded: bool = False
    lacking: bool = False


BOTH = (REGULAR, SEMI_BOLD)
SOURCES = (
    # Noto's own draws Arabic letters as a body and its dots: copied text would be the bodies alone. It adds what is rare.
    Source("vazirmatn", "0.4.1", BOTH),
    Source("noto-sans-arabic", "0.4.3", lacking=True),
    Source("noto-sans-armenian", "0.4.2"),
    Source("noto-sans-bengali", "0.4.4"),
    Source("noto-sans-devanagari", "0.4.1", BOTH),
    Source("noto-sans-ethiopic", "0.4.2"),
    Source("noto-sans-georgian", "0.4.3"),
    Source("noto-sans-gujarati", "0.4.2"),
    Source("noto-sans-gurmukhi", "0.4.1"),
    Source("noto-sans-hebrew", "0.4.1", BOTH),
    Source("noto-sans-kannada", "0.4.3"),
    Source("noto-sans-khmer", "0.4.3"),
    Source("noto-sans-lao", "0.4.2"),
    Source("noto-sans-malayalam", "0.4.2"),
    Source("noto-sans-myanmar", "0.4.2"),
    Source("noto-sans-sinhala", "0.4.2"),
    Source("noto-sans-tamil", "0.4.3"),
    Source("noto-sans-telugu", "0.4.2"),
    Source("noto-sans-thai", "0.4.2", BOTH),
    Source("noto-sans-sc", "0.4.3", ranges=EAST_ASIAN, encoded=True),
    Source("noto-sans-jp", "0.4.3", ranges=EAST_ASIAN, lacking=True),
    Source("noto-sans-kr", "0.4.3", ranges=HANGUL),
    Source("noto-sans-symbols-2", "0.4.1", ranges=SYMBOLS),
    Source("noto-sans-math", "0.4.2", ranges=SYMBOLS),
    Source("noto-emoji", "0.4.7"),
)
UNUSED_TABLES = ["BASE", "DSIG", "HVAR", "MVAR", "STAT", "VORG", "gasp", "meta", "vhea", "vmtx"]
MOST_SHAPED = 5000


def main(folder: Path) -> None:
    for old in PAPER.glob("*.ttf"):
        old.unlink()
    covered: set[int] = set()
    for weight in ("Regular", "SemiBold"):
        woff2.decompress(FONTS / f"Inter-{weight}.woff2", PAPER / f"Inter-{weight}.ttf")
        covered |= set(TTFont(PAPER / f"Inter-{weight}.ttf").getBestCmap())
    for source in SOURCES:
        kept = set()
        for weight in source.weights:
            (original,) = (fetched(source, folder) / weight).glob("*.ttf")
            font = TTFont(original)
            kept = wanted(source, font, covered)
            cut_down(font, kept)
            target = PAPER / original.name.replace("_400", "-").replace("_600", "-")
            font.save(target)
            print(f"{target.name:34} {len(kept):6} characters {target.stat().st_size:10,} bytes")  # noqa: T201
        covered |= kept
    for family, package in (("Noto", "noto-sans-sc"), ("Vazirmatn", "vazirmatn")):
        shutil.copy(folder / package / "LICENSE_FONT", PAPER / f"{family}-LICENSE.txt")
    (PAPER / "characters.txt").write_text("".join(f"{first:X} {last:X}\n" for first, last in runs(covered | set(spread(UNDRAWN)))))


def fetched(source: Source, folder: Path) -> Path:
    package = folder / source.package
    if not package.exists():
        command = ["npm", "pack", "--silent", f"@expo-google-fonts/{source.package}@{source.version}"]
        done = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True)  # noqa: S603 - our own words
        archive = folder / done.stdout.split()[-1]
        with tarfile.open(archive) as packed:
            packed.extractall(folder, filter="data")
        (folder / "package").rename(package)
    return package


def wanted(source: Source, font: TTFont, covered: set[int]) -> set[int]:
    kept: set[int] = set(font.getBestCmap())
    if source.ranges:
        kept &= set(spread(source.ranges))
    if source.encoded:
        kept = {code for code in kept if code > 0xFFFF or is_encoded(chr(code))}
    if source.lacking:
        kept -= covered
    return kept | SPACES


def is_encoded(character: str) -> bool:
    return character in ALSO_IN_NAMES or any(character.encode(standard, "ignore") for standard in NATIONAL_STANDARDS)


def cut_down(font: TTFont, characters: set[int]) -> None:
    if 0x20 not in font.getBestCmap():
        add_space(font)
    options = subset.Options()
    options.hinting = False
    # The forms for vertical text and other regions are as many glyphs again, and no document asks for them.
    options.layout_features = [] if len(characters) > MOST_SHAPED else ["*"]
    options.drop_tables += UNUSED_TABLES
    options.name_IDs = ["*"]
    options.notdef_outline = True
    options.glyph_names = False
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=characters)
    cutter.subset(font)


def add_space(font: TTFont) -> None:
    font.setGlyphOrder([*font.getGlyphOrder(), "space"])
    font["glyf"]["space"] = Glyph()
    font["hmtx"]["space"] = (font["head"].unitsPerEm // 4, 0)
    if "vmtx" in font:
        font["vmtx"]["space"] = (font["head"].unitsPerEm, 0)
    for table in font["cmap"].tables:
        if table.isUnicode():
            table.cmap |= dict.fromkeys(SPACES, "space")


def spread(ranges: Ranges) -> Iterable[int]:
    return chain.from_iterable(range(first, last + 1) for first, last in ranges)


def runs(codes: Iterable[int]) -> list[tuple[int, int]]:
    """The same numbers as first and last of each unbroken run."""
    found: list[tuple[int, int]] = []
    for code in sorted(codes):
        if found and found[-1][1] == code - 1:
            found[-1] = (found[-1][0], code)
        else:
            found.append((code, code))
    return found


if __name__ == "__main__":
    if len(sys.argv) > 1:
        main(Path(sys.argv[1]))
    else:
        with tempfile.TemporaryDirectory() as temporary:
            main(Path(temporary))
