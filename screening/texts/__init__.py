"""Job texts that people upload: plain text, Word documents and PDFs become plain text."""

from __future__ import annotations

from screening.texts.reading import MOST_BYTES, MOST_LETTERS, read

__all__ = ["MOST_BYTES", "MOST_LETTERS", "read"]
