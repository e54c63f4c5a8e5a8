"""What a typeset document looks like depends on our templates, style sheets and fonts, and on the program that sets it."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path


@lru_cache(maxsize=4)
def look(templates: Path) -> str:
    """A digest of all that: documents made from the same data under the same look are the same."""
    digest = hashlib.sha256(f"{version('screening')} {version('weasyprint')}".encode())
    for path in sorted(path for folder in ("reports", "static/css", "static/fonts") for path in (templates / folder).rglob("*")):
        if path.is_file():
            digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()
