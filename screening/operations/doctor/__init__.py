"""What is wrong with this installation, and how to mend it.

`findings` what a look finds, `reliance` what the settings say together, `storage` the database, `machine` disk, clock and papers,
`background` queue, worker and backups.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from screening.config import Settings, from_environment
from screening.database import Database
from screening.errors import ConfigError
from screening.operations.doctor import background, machine, reliance, storage
from screening.operations.doctor.findings import Finding, problem


def examine(environment: Mapping[str, str]) -> Iterator[Finding]:
    """Everything that was looked at, one after the other. Without settings that can be used only the machine is."""
    try:
        settings = from_environment(environment)
    except ConfigError as error:
        yield from (problem("settings", words) for words in error.problems)
        yield from machine.papers()
        return
    yield from reliance.settings(settings, environment)
    database = Database(settings.database_url)
    try:
        yield from _examine(settings, database, environment)
    finally:
        database.close()


def _examine(settings: Settings, database: Database, environment: Mapping[str, str]) -> Iterator[Finding]:
    settled = list(storage.settled(settings, database))
    yield from settled
    if all(finding.state == "ok" for finding in settled):
        yield from storage.tables(settings, database)
        yield from storage.kind_of(settings, database)
        yield from machine.clock(database)
        yield from background.jobs(database)
        yield from background.queue(settings)
    yield from machine.disk(settings)
    yield from machine.papers(settings.pdf)
    yield from background.backups(environment)
