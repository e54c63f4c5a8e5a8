"""Can this server do its work right now? Asked often, by whatever sends requests to it, so it is answered in a moment."""

from __future__ import annotations

from collections.abc import Callable

from screening.background.queue import QUEUE_GONE, Queue
from screening.config import Settings
from screening.database import UNAVAILABLE, Database
from screening.operations.disk import folder_of, free_megabytes

LEAST_MEGABYTES = 8
"""With less room than this, the next upload may not fit."""


def missing(settings: Settings, database: Database, queue: Queue) -> list[str]:
    """The parts that do not do their work: of database, disk and queue."""
    parts: dict[str, tuple[Callable[[], object], tuple[type[BaseException], ...]]] = {
        "database": (database.answer, UNAVAILABLE),
        "disk": (lambda: _require_room(settings), (OSError,)),
        "queue": (queue.answer, QUEUE_GONE),
    }
    return [name for name, (ask, refusals) in parts.items() if not _answers(ask, refusals)]


def _answers(ask: Callable[[], object], refusals: tuple[type[BaseException], ...]) -> bool:
    try:
        ask()
    except refusals:
        return False
    return True


def _require_room(settings: Settings) -> None:
    if free_megabytes(folder_of(settings.database_url)) < LEAST_MEGABYTES:
        raise OSError("no room")
