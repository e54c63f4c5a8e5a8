"""Where the program's own files are: in a checkout, or inside the installed package."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).parent
LONGEST_NAME = 180


def template_root() -> Path:
    """`screening/templates` of an installed wheel if it exists, else the checkout's `templates`."""
    packed = PACKAGE / "templates"
    return packed if packed.is_dir() else PACKAGE.parent / "templates"


def migrations() -> Path:
    return PACKAGE / "migrations"


def file_name(name: str) -> str:
    """The name without what some system takes for a folder, a drive or a command; of a long one the end, where its kind stands."""
    return "".join("-" if letter in '\\/:*?"<>|' or not letter.isprintable() else letter for letter in name)[-LONGEST_NAME:]


def child_environment(folder: str) -> dict[str, str]:
    """All that a process of ours which handles strange texts and files is told: where the program is, and a folder that goes with it.

    No key and no database address, so that nothing can make it give them away; and no machine's own language.
    """
    return {
        "PYTHONPATH": str(PACKAGE.resolve().parent),
        "TMPDIR": folder,
        "HOME": folder,
        "PYTHONDONTWRITEBYTECODE": "1",
        "LC_ALL": "C.UTF-8",
    }
