"""Reads the fields of uploaded PDFs in a process of its own, which is ended when a file takes too much."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reports.frames import framed
from screening.errors import TooMany
from screening.paths import child_environment
from screening.services.kits.refusals import Damaged, KitRefused, OutOfTime, Protected, TooMuch

MEGABYTES = 256
SECONDS = 4.0
"""Processor time for one file."""
ALL_SECONDS = 20.0
"""Time for the files of one upload."""
_AT_ONCE = threading.BoundedSemaphore(2)
_REFUSALS = {"password": Protected, "damaged": Damaged, "too much": TooMuch}


@dataclass(frozen=True, slots=True)
class FilledForm:
    """The values of a file's fields by name, and the seal from its hidden field and from its document information (None: not there)."""

    values: Mapping[str, str]
    seal: str | None
    info: str | None


def read_all(files: Sequence[bytes]) -> list[FilledForm | KitRefused]:
    """What stands in each file, or why it cannot be read, in order. Raises `TooMany` where others are reading just now."""
    found: list[FilledForm | KitRefused] = []
    deadline = time.monotonic() + ALL_SECONDS
    with _a_turn():
        while len(found) < len(files) and time.monotonic() < deadline:
            answers = _answers(files[len(found) :], deadline - time.monotonic())
            found += map(_reading, answers)
            # The process ended at the file after its last answer: the next one begins behind it.
            if len(found) < len(files):
                found.append(TooMuch())
    return found + [OutOfTime() for _ in files[len(found) :]]


@contextlib.contextmanager
def _a_turn() -> Iterator[None]:
    if not _AT_ONCE.acquire(timeout=ALL_SECONDS):
        raise TooMany(round(ALL_SECONDS))
    try:
        yield
    finally:
        _AT_ONCE.release()


def _answers(files: Sequence[bytes], seconds: float) -> list[dict[str, Any]]:
    """The answers that a new process gave before it ended."""
    with tempfile.TemporaryDirectory(prefix="screening-kits-") as folder:
        try:
            printed = subprocess.run(  # noqa: S603 - our own module and numbers
                # -P: modules come from the installation, never from the folder the server happens to run in
                [sys.executable, "-P", "-m", "reports.kit_reader", str(MEGABYTES), str(SECONDS)],
                input=b"".join(map(framed, files)),
                capture_output=True,
                timeout=seconds,
                check=False,
                cwd=folder,
                env=child_environment(folder),
            ).stdout
        except subprocess.TimeoutExpired as late:
            printed = late.stdout or b""
    whole, _, _ = printed.rpartition(b"\n")
    return [json.loads(line) for line in whole.splitlines()]


def _reading(answer: Mapping[str, Any]) -> FilledForm | KitRefused:
    if "problem" in answer:
        return _REFUSALS[answer["problem"]]()
    return FilledForm(answer["values"], answer["seal"], answer["info"])
