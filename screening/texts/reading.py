"""From the bytes of an upload to its text. Whatever is more than a plain text is taken apart in a process of its own."""

from __future__ import annotations

import codecs
import json
import subprocess
import sys
import tempfile
import threading
import unicodedata

from screening.errors import Invalid
from screening.paths import child_environment

MOST_BYTES = 5 * 1024 * 1024
MOST_LETTERS = 50_000
"""As many as the reader of job texts takes."""
SECONDS, MEGABYTES = 10, 512
_turns = threading.BoundedSemaphore(2)
"""Each may take much memory, so only so many are read at a time."""

_BYTE_ORDER_MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_PDF, _ZIP, _OLD_WORD = b"%PDF-", b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_PASTE = "Open it, copy the text and paste it instead."
_PROBLEMS = {
    "password": f"This file is protected by a password. {_PASTE}",
    "damaged": f"This file is damaged or not what its beginning says it is. {_PASTE}",
    "no text": "This PDF holds pictures of pages and no text, as scanners make them. Type or paste the text instead.",
    "not word": f"This is an archive, but not a Word document (.docx). {_PASTE}",
    "too long": f"The text is longer than {MOST_LETTERS:,} characters. Paste the part that describes one job.",
    "too much": f"This file takes too long or too much memory to read. {_PASTE}",
}


def read(data: bytes) -> str:
    """The text of a plain text file (UTF-8, UTF-16 with its mark, else Windows-1252), a Word document (.docx) or a PDF.

    What it is is told by its content, not its name. Raises `Invalid`, at the field `file`, with a message that says how to mend it.
    """
    if not data.strip():
        raise Invalid("This file is empty. Choose another, or paste the text.", field="file")
    if len(data) > MOST_BYTES:
        raise Invalid(f"This file is larger than {MOST_BYTES // 2**20} MB. Paste the text instead.", field="file")
    if data.startswith(_OLD_WORD):
        raise Invalid("This is a Word document of the old kind (.doc). Save it as .docx or PDF, or paste its text.", field="file")
    kind = "pdf" if _PDF in data[:1024] else "docx" if data.startswith(_ZIP) else ""
    text = _taken_apart(data, kind) if kind else _decoded(data)
    if len(text) > MOST_LETTERS:
        raise _refusal("too long")
    return text


def _decoded(data: bytes) -> str:
    encoding = next((name for mark, name in _BYTE_ORDER_MARKS.items() if data.startswith(mark)), "utf-8")
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        # Every other byte sequence is Windows-1252 or not a text at all.
        text = data.decode("cp1252", errors="replace") if encoding == "utf-8" else ""
    start = text[:10_000]
    strange = sum(unicodedata.category(letter) in ("Cc", "Cn", "Co", "Cs") and letter not in "\n\r\t\f" for letter in start)
    if not text or strange * 200 > len(start) or "\ufffd" in start:
        raise Invalid("This is not a text: upload a plain text (.txt), a Word document (.docx) or a PDF, or paste the text.", field="file")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(letter for letter in text if letter in "\n\t" or unicodedata.category(letter) not in ("Cc", "Cs"))


def _taken_apart(data: bytes, kind: str) -> str:
    if not _turns.acquire(timeout=SECONDS):
        raise Invalid("Other files are being read just now. Wait a moment, then send it again.", field="file")
    try:
        return _by_another_process(data, kind)
    finally:
        _turns.release()


def _by_another_process(data: bytes, kind: str) -> str:
    with tempfile.TemporaryDirectory(prefix="screening-text-") as folder:
        try:
            done = subprocess.run(  # noqa: S603 - our own module, a word and numbers
                [sys.executable, "-P", "-m", "screening.texts.extractor", kind, str(MEGABYTES), str(SECONDS), str(MOST_LETTERS)],
                input=data,
                capture_output=True,
                cwd=folder,
                timeout=3 * SECONDS,
                env=child_environment(folder),
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise _refusal("too much") from None
    if done.returncode:
        raise _refusal("too much")
    answer = json.loads(done.stdout)
    if "problem" in answer:
        raise _refusal(answer["problem"])
    return str(answer["text"])


def _refusal(problem: str) -> Invalid:
    return Invalid(_PROBLEMS[problem], field="file")
