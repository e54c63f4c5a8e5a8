"""Where the program's own files are: in a checkout, or inside the installed package."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).parent


def template_root() -> Path:
    """`screening/templates` of an installed wheel if it exists, else the checkout's `templates`."""
    packed = PACKAGE / "templates"
    return packed if packed.is_dir() else PACKAGE.parent / "templates"


def migrations() -> Path:
    return PACKAGE / "migrations"
