"""How much room there is where the program writes."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from sqlalchemy import make_url

MEGABYTE = 1024 * 1024


def folder_of(database_url: str) -> Path:
    """Where the embedded database is; with a database server, where documents are put while they are made."""
    parsed = make_url(database_url)
    if parsed.get_backend_name() != "sqlite" or not parsed.database or parsed.database == ":memory:":
        return Path(tempfile.gettempdir())
    return Path(parsed.database).absolute().parent


def free_megabytes(folder: Path) -> int:
    """Raises `OSError` where there is no such folder."""
    return shutil.disk_usage(folder).free // MEGABYTE
