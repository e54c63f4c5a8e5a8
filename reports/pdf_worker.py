"""The process that sets PDFs: `python -m reports.pdf_worker TEMPLATES MEGABYTES SECONDS`.

It says `READY` once, then answers one request after the other until its standard input ends. Both directions carry frames: four bytes of
length (big-endian), then the content. A request is JSON with what `to_pdf` takes; a reply is one byte of `Outcome`, then the PDF or a few
words. It holds no secrets and needs none, and from `READY` on it can read nothing but software, our style sheets and fonts where the kernel
can see to that; whatever a document makes it do ends with this process.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import sys
import tempfile
from enum import IntEnum
from pathlib import Path
from typing import BinaryIO, Literal

from reports.confinement import SOFTWARE, confine
from reports.errors import PdfFailed, PdfLibraryMissing
from reports.frames import framed, read_frame
from reports.limits import OUT_OF_MEMORY, limit_memory, limit_processor_time

Variant = Literal["ua-1", "a"]

NICENESS = 2
BLANK = '<html lang="en"><head><title>Blank</title></head><body><p>Blank <b>page</b></p></body></html>'


class Outcome(IntEnum):
    """What a reply means. After `DONE_AND_LEAVING` and `LIBRARY_MISSING` the process ends by itself."""

    READY = 0
    DONE = 1
    DONE_AND_LEAVING = 2
    FAILED = 3
    LIBRARY_MISSING = 4


LAST_WORDS = (Outcome.DONE_AND_LEAVING, Outcome.LIBRARY_MISSING)


def request_frame(html: str, stylesheet: str, *, variant: Variant = "ua-1", forms: bool = False) -> bytes:
    return framed(json.dumps({"html": html, "stylesheet": stylesheet, "variant": variant, "forms": forms}).encode())


def main(arguments: list[str]) -> int:
    templates, megabytes, seconds = Path(arguments[0]), int(arguments[1]), float(arguments[2])
    requests, replies = sys.stdin.buffer, _replies_alone_on_standard_output()
    os.nice(NICENESS)
    try:
        from reports.pdf import to_pdf

        to_pdf(BLANK, templates=templates)  # reads fonts and style sheets before anybody waits
    except PdfLibraryMissing as error:
        return _reply(replies, Outcome.LIBRARY_MISSING, error.detail.encode())
    except PdfFailed as error:
        return _reply(replies, Outcome.FAILED, error.detail.encode())
    limit_memory(megabytes)
    confine(readable=_needed(templates), writable=[Path(tempfile.gettempdir())])
    # No collection while a document is set: what it builds is dropped as a whole, and looking through it on the way costs a tenth.
    gc.collect()
    gc.freeze()
    gc.disable()
    _reply(replies, Outcome.READY, b"")
    try:
        _serve(requests, replies, templates, megabytes=megabytes, seconds=seconds)
    except (MemoryError, SystemError):  # the latter is what the interpreter makes of memory refused at the wrong moment
        os._exit(OUT_OF_MEMORY)  # at once: without memory, nothing that an orderly end does is sure to work
    return 0


def _serve(requests: BinaryIO, replies: BinaryIO, templates: Path, *, megabytes: int, seconds: float) -> None:
    while request := read_frame(requests):
        limit_processor_time(seconds)
        outcome, content = _set(request, templates, heavy=_peak() + megabytes * 2**20 // 2)
        _reply(replies, outcome, content)
        if outcome in LAST_WORDS:
            break
        gc.collect()


def _set(request: bytes, templates: Path, *, heavy: int) -> tuple[Outcome, bytes]:
    from reports.pdf import to_pdf

    try:
        pdf = to_pdf(templates=templates, **json.loads(request))
    except PdfFailed as error:
        return Outcome.FAILED, error.detail.encode()
    # A process that has grown that much keeps the space in pieces: a fresh one serves the next document better.
    return (Outcome.DONE_AND_LEAVING if _peak() > heavy else Outcome.DONE), pdf


def _replies_alone_on_standard_output() -> BinaryIO:
    """The pipe to the parent, while anything that a library prints goes to standard error."""
    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return replies


def _needed(templates: Path) -> list[Path]:
    """Style sheets and fonts, and the software that may be loaded later."""
    return [templates / "static", Path(__file__).parent, *SOFTWARE]


def _peak() -> int:
    """The most memory ever held, in bytes (Linux counts in kilobytes, macOS in bytes)."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def _reply(replies: BinaryIO, outcome: Outcome, content: bytes) -> int:
    """Sends it; returns the exit code that fits when it is the last one."""
    replies.write(framed(bytes([outcome]) + content))
    replies.flush()
    return 0 if outcome in (Outcome.READY, Outcome.DONE, Outcome.DONE_AND_LEAVING) else 1


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except BrokenPipeError:
        os._exit(0)  # whoever asked is gone: there is nobody to tell, and nothing to tidy up
