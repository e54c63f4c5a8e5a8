"""The process that reads filled kits: `python -m reports.kit_reader MEGABYTES SECONDS`.

A PDF from outside may be made to harm whoever reads it, so it is read here: in a process that holds no secrets, writes no files, is refused
memory and time beyond its limits, and can be ended. It takes frames (four bytes of length, big-endian, then a file) from its standard input
and answers each with a line of JSON: `{"problem": ...}`, or `values`, `seal` and `info`. Nothing in a file is run, drawn or followed: the
values of its fields are all that is looked at.
"""

from __future__ import annotations

import gc
import json
import os
import re
import resource
import sys
from io import BytesIO
from typing import Any

import pikepdf

from reports.confinement import SOFTWARE, confine
from reports.frames import read_frame
from reports.kit_form import SEAL_FIELD, SEAL_INFO
from reports.limits import OUT_OF_MEMORY, limit, limit_memory, limit_processor_time

_NO_MEMORY = "bad_alloc"  # the library's word where it is refused memory while it unpacks
MOST_FIELDS = 1000
MOST_LETTERS = 500_000
VALUE_LETTERS = 20_000
"""Longer than any field may be: what is cut here is refused further on."""
_NAME = re.compile(r"(rating|na|note)_[a-z][a-z0-9_]{0,59}|recommendation|reason")


def main(arguments: list[str]) -> int:
    megabytes, seconds = int(arguments[0]), float(arguments[1])
    limit(resource.RLIMIT_FSIZE, 0)
    limit_memory(megabytes)
    confine(readable=SOFTWARE, writable=())
    try:
        while content := read_frame(sys.stdin.buffer):
            limit_processor_time(seconds)
            sys.stdout.write(json.dumps(answer(content)) + "\n")
            sys.stdout.flush()
            gc.collect()
    except MemoryError:
        os._exit(OUT_OF_MEMORY)  # at once: without memory, nothing that an orderly end does is sure to work
    return 0


def answer(content: bytes) -> dict[str, Any]:
    """What stands in the fields of a PDF, or why it cannot be read: `password`, `damaged` or `too much`."""
    try:
        # Without recovery: a file that arrived in part would otherwise pass for one that was filled in in part.
        with pikepdf.open(BytesIO(content), attempt_recovery=False, suppress_warnings=True) as document:
            return _fields(document)
    except pikepdf.PasswordError:
        return {"problem": "password"}
    except (MemoryError, SystemError):
        raise MemoryError from None
    except Exception as error:  # whatever the library trips over in somebody's file is one file that cannot be read
        if _NO_MEMORY in str(error):
            raise MemoryError from None
        return {"problem": "damaged"}


def _fields(document: pikepdf.Pdf) -> dict[str, Any]:
    values: dict[str, str] = {}
    seal = None
    form = document.Root.get("/AcroForm")
    fields = form.get("/Fields", ()) if form is not None else ()
    if len(fields) > MOST_FIELDS:
        return {"problem": "too much"}
    for field in fields:
        name = str(field.get("/T", ""))
        if name == SEAL_FIELD:
            seal = _value(field)
        elif _NAME.fullmatch(name):
            values[name] = _value(field)
    if sum(map(len, values.values())) > MOST_LETTERS:
        return {"problem": "too much"}
    info = document.trailer.get("/Info")
    kept = info.get(SEAL_INFO) if info is not None else None
    return {"values": values, "seal": seal, "info": None if kept is None else str(kept)[:VALUE_LETTERS]}


def _value(field: Any) -> str:
    value = field.get("/V")
    if isinstance(value, pikepdf.Name):
        return "" if value == "/Off" else str(value)[1 : VALUE_LETTERS + 1]
    if isinstance(value, pikepdf.Stream):
        value = pikepdf.String(value.read_bytes())
    return str(value)[:VALUE_LETTERS] if isinstance(value, pikepdf.String) else ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
