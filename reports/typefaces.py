"""The typefaces that documents are set in: Inter, and for what it lacks the Noto families beside it. None of the machine's own is read.

`tools/paper_fonts.py` makes the folder; its `fonts.conf` says which comes before which.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

FOLDER = Path("static", "fonts", "paper")


def environment(templates: Path) -> dict[str, str]:
    """What a process must have in its environment before it looks for fonts, so that it finds ours and no others."""
    return {"FONTCONFIG_FILE": str(templates.resolve() / FOLDER / "fonts.conf")}


def spelled_out(page: str, templates: Path) -> str:
    """The page with each character that no typeface has as its number in the standard, such as [U+12000].

    An empty box would say nothing, and a document that draws one breaks the rules of PDF/UA and PDF/A.
    """
    return _without_typeface(templates).sub(lambda match: f"[U+{ord(match[0]):04X}]", page)


@lru_cache(maxsize=1)
def _without_typeface(templates: Path) -> re.Pattern[str]:
    runs = (templates / FOLDER / "characters.txt").read_text(encoding="ascii").split()
    codes = [rf"\U{int(code, 16):08X}" for code in runs]
    return re.compile(f"[^{''.join(f'{first}-{last}' for first, last in zip(codes[::2], codes[1::2], strict=True))}]")
