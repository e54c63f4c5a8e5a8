"""Templates take in no macro that they do not use."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from screening.paths import template_root

TAKEN_IN = re.compile(r"{%-? *from +\"[^\"]+\" +import +(?P<names>.+?) *(?:with context)? *-?%}", re.DOTALL)
TEMPLATES = sorted(template_root().rglob("*.html"))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(Path(path).relative_to(template_root())))
def test_every_macro_that_is_taken_in_is_used(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    code = " ".join(re.findall(r"{[{%].*?[}%]}", TAKEN_IN.sub("", source), re.DOTALL))
    names = [part.split(" as ")[-1].strip() for found in TAKEN_IN.finditer(source) for part in found["names"].split(",")]
    assert [name for name in names if not re.search(rf"\b{name}\b", code)] == []
