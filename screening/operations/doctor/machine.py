"""The machine: room on the disk, the clock, and whether papers can be set."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import DateTime, column, func, select, table

from reports.errors import ReportError
from reports.pdf_worker import Variant
from screening import schema
from screening.clock import now
from screening.config import Settings
from screening.database import Database
from screening.jobs import PdfRenderer
from screening.models.columns import UtcDateTime
from screening.operations.disk import folder_of, free_megabytes
from screening.operations.doctor.findings import Finding, advice, ok, problem
from screening.operations.readiness import LEAST_MEGABYTES
from screening.paths import template_root

LITTLE_MEGABYTES = 1024
MOST_AHEAD = timedelta(seconds=60)
SAMPLE = '<!DOCTYPE html><html lang="en"><head><title>Sample</title></head><body><h1>Sample</h1></body></html>'


def disk(settings: Settings) -> Iterator[Finding]:
    folder = folder_of(settings.database_url)
    try:
        free = free_megabytes(folder)
    except OSError as error:
        yield problem("disk", f"{folder} cannot be looked at ({error.strerror}).")
        return
    words = f"{free:,} MB free in {folder}"
    if free < LEAST_MEGABYTES:
        yield problem("disk", f"{words}: nothing can be saved any more. Make room.")
    elif free < LITTLE_MEGABYTES:
        yield advice("disk", f"{words}: make room before it is full; then nothing can be saved.")
    else:
        yield ok("disk", words)


def clock(database: Database) -> Iterator[Finding]:
    """Against the last entry of the record, which cannot lie ahead, and against the database server's own clock."""
    with database.engine.connect() as connection:
        if schema.revision(connection) is None:
            return
        last = connection.scalar(select(func.max(column("at", UtcDateTime()))).select_from(table("events")))
        there = connection.scalar(select(func.now(type_=DateTime(timezone=True)))) if connection.dialect.name == "postgresql" else None
    here = now()
    if last is not None and last - here > MOST_AHEAD:
        yield problem(
            "clock", f"it says {here:%Y-%m-%d %H:%M} UTC, and the record's last entry is of {last:%Y-%m-%d %H:%M}. Set the clock."
        )
    elif there is not None and abs(there - here) > MOST_AHEAD:
        yield problem("clock", f"the database's is {abs(there - here).total_seconds():.0f} seconds off this machine's. Keep both by NTP.")
    else:
        yield ok("clock", f"{here:%Y-%m-%d %H:%M} UTC")


def papers(variant: Variant = "ua-1") -> Iterator[Finding]:
    """Sets a small one."""
    renderer = PdfRenderer(template_root(), variant=variant)
    try:
        size = len(renderer.render(SAMPLE))
    except ReportError as error:
        yield problem("papers", str(error))
        return
    finally:
        renderer.close()
    yield ok("papers", f"a sample was set ({size:,} bytes)")
