"""Bounds for the running process, for code that handles what people typed or uploaded. They are never taken back."""

from __future__ import annotations

import math
import resource
from pathlib import Path

OUT_OF_MEMORY = 77
"""The exit status of a process that says so."""


def limit_memory(megabytes: int) -> None:
    """What is in use so far stays; this much may be taken more. Nothing is dumped when it goes wrong."""
    limit(resource.RLIMIT_CORE, 0)
    limit(resource.RLIMIT_AS, address_space() + megabytes * 2**20)


def limit_processor_time(seconds: float) -> None:
    """This much may be used more: the process ends even if nobody is left who would end it."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    limit(resource.RLIMIT_CPU, math.ceil(used.ru_utime + used.ru_stime + seconds) + 1)


def limit(what: int, most: int) -> None:
    hard = resource.getrlimit(what)[1]
    resource.setrlimit(what, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


def address_space() -> int:
    """Bytes in use now; a generous guess where the system does not say."""
    pages = Path("/proc/self/statm")
    return int(pages.read_text().split()[0]) * resource.getpagesize() if pages.exists() else 2**30
