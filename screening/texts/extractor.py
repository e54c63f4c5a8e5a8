"""The process that takes a file apart: `python -m screening.texts.extractor KIND MEGABYTES SECONDS LETTERS`, the file on standard input.

A document from outside may be made to harm whoever reads it. Here there are no secrets and nothing to write to, and the process ends when
it takes more memory or time than it may. It answers with one line of JSON: `{"text": ...}` or `{"problem": ...}`.
"""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Callable, Iterator
from io import BytesIO

from reports.confinement import SOFTWARE, confine
from reports.limits import OUT_OF_MEMORY, limit_memory, limit_processor_time

LOOKED_AT = 3
"""Pages without a letter after which a PDF is taken for a scan."""


class _Unreadable(Exception):
    """Says why in one of the words that `screening.texts.reading` has a message for."""


def main(arguments: list[str]) -> int:
    kind, megabytes, seconds, letters = arguments[0], int(arguments[1]), float(arguments[2]), int(arguments[3])
    # Loaded before anything is closed off.
    take = {"pdf": _from_pdf, "docx": _from_word}[kind]()
    data = sys.stdin.buffer.read()
    limit_memory(megabytes)
    limit_processor_time(seconds)
    confine(readable=SOFTWARE, writable=())
    try:
        answer = _answer(take, data, letters)
    except MemoryError:
        os._exit(OUT_OF_MEMORY)  # at once: without memory, nothing that an orderly end does is sure to work
    sys.stdout.write(json.dumps(answer) + "\n")
    return 0


def _answer(take: Callable[[bytes], Iterator[str]], data: bytes, letters: int) -> dict[str, str]:
    pieces: list[str] = []
    length = 0
    try:
        for piece in take(data):
            pieces.append(piece)
            length += len(piece) + 1
            if length > letters:
                return {"problem": "too long"}
    except _Unreadable as error:
        return {"problem": str(error)}
    except (MemoryError, RecursionError):
        raise MemoryError from None
    except Exception:  # whatever the library trips over in somebody's file is one file that cannot be read
        return {"problem": "damaged"}
    return {"text": "\n".join(pieces)}


def _from_pdf() -> Callable[[bytes], Iterator[str]]:
    import pikepdf
    import pypdf

    logging.getLogger("pypdf").disabled = True

    def opened(data: bytes) -> pypdf.PdfReader:
        """Mended, and without the encryption that many programs put on with no password."""
        plain = BytesIO()
        try:
            with pikepdf.open(BytesIO(data), suppress_warnings=True) as document:
                document.save(plain, encryption=False)
        except pikepdf.PasswordError:
            raise _Unreadable("password") from None
        return pypdf.PdfReader(plain)

    def pages(data: bytes) -> Iterator[str]:
        found = 0
        for number, page in enumerate(opened(data).pages, start=1):
            text = page.extract_text()
            found += len(text.strip())
            yield text
            if number == LOOKED_AT and not found:
                raise _Unreadable("no text")
        if not found:
            raise _Unreadable("no text")

    return pages


def _from_word() -> Callable[[bytes], Iterator[str]]:
    import zipfile

    import docx
    from docx.table import Table

    def paragraphs(data: bytes) -> Iterator[str]:
        if "word/document.xml" not in zipfile.ZipFile(BytesIO(data)).namelist():
            raise _Unreadable("not word")
        for block in docx.Document(BytesIO(data)).iter_inner_content():
            if isinstance(block, Table):
                yield from (" ".join(dict.fromkeys(cell.text for cell in row.cells)) for row in block.rows)
            else:
                # Word draws the mark of a list item itself; a reader of the plain text needs to see it.
                item = block.style is not None and str(block.style.name).startswith("List")
                yield f"• {block.text}" if item or block._p.xpath("./w:pPr/w:numPr") else block.text

    return paragraphs


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
