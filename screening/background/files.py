"""Finished files in pieces of a size that a database row holds well."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from typing import IO, BinaryIO, cast

PIECE = 1 << 20
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PDF = "application/pdf"
ZIP = "application/zip"


def temporary_file() -> BinaryIO:
    """It is gone when it is closed, which `pieces_from` does."""
    return cast(BinaryIO, tempfile.TemporaryFile())


def pieces_of(content: bytes) -> Iterator[bytes]:
    for start in range(0, len(content), PIECE):
        yield content[start : start + PIECE]


def pieces_from(file: IO[bytes]) -> Iterator[bytes]:
    """The whole file from its beginning; it is closed at the end."""
    with file:
        file.seek(0)
        while piece := file.read(PIECE):
            yield piece
