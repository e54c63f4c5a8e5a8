"""What goes on beside the site: the queue, the worker, and backups."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import and_, func, or_, select

from screening import schema
from screening.background.queue import QUEUE_GONE, Queue
from screening.clock import now
from screening.config import Settings, seal_keys
from screening.database import Database
from screening.models import Job
from screening.operations.backup_file import BackupRefused, opened
from screening.operations.doctor.findings import Finding, advice, ok, problem

FOLDER = "SCREENING_BACKUP_FOLDER"
PATIENCE = timedelta(minutes=2)
OLDEST_BACKUP = timedelta(hours=36)


def queue(settings: Settings) -> Iterator[Finding]:
    """What wakes the workers."""
    try:
        Queue.of(settings).answer()
    except QUEUE_GONE as error:
        yield problem(
            "queue", f"what wakes the workers does not answer ({type(error).__name__}): files come late. Look at SCREENING_QUEUE_URL."
        )
        return
    yield ok("queue", "what wakes the workers answers")


def jobs(database: Database) -> Iterator[Finding]:
    """A worker has been alive if nothing waits for one for long."""
    late = now() - PATIENCE
    waiting = or_(and_(Job.state == "queued", Job.created_at < late), and_(Job.state == "running", Job.lease_until < late))
    with database.reading() as session:
        if schema.revision(session.connection()) != schema.revisions()[-1]:
            return
        count = session.scalar(select(func.count()).select_from(Job).where(waiting)) or 0
    if count:
        yield problem(
            "worker",
            f"files that have been waiting for more than {PATIENCE.seconds // 60} minutes: {count}. No worker is at them. Start "
            "screening-worker, or set SCREENING_BACKGROUND above 0.",
        )
    else:
        yield ok("worker", "no file waits for one")


def backups(environment: Mapping[str, str]) -> Iterator[Finding]:
    """The newest backup, where the folder of them is known."""
    where = environment.get(FOLDER, "")
    if not where:
        yield advice("backup", f"whether there are any is not known. Set {FOLDER} to the folder that they are put in.")
        return
    try:
        found = max(Path(where).glob("*.backup"), key=os.path.getmtime, default=None)
        yield (
            _newest(found, seal_keys(environment)) if found else problem("backup", f"there is none in {where}. Run: screening backup FILE")
        )
    except OSError as error:
        yield problem("backup", f"{error.filename or where}: {error.strerror}")


def _newest(path: Path, secrets: tuple[str, ...]) -> Finding:
    age = now() - datetime.fromtimestamp(path.stat().st_mtime, UTC)
    words = f"{path}, {age.total_seconds() / 3600:.0f} hours old"
    try:
        with opened(path, secrets) as backup:
            is_sealed = backup.is_sealed
    except BackupRefused as error:
        return problem("backup", str(error))
    if not is_sealed:
        return problem("backup", f"{words}, was made with another secret key than this installation's, or changed since.")
    if age > OLDEST_BACKUP:
        return problem("backup", f"{words}: make one every day. Is the timer running? systemctl status screening-backup.timer")
    return ok("backup", f"{words}, is whole")
