"""Work in the background, for the process that does it: take a job, say that one is still at it, end it.

A worker holds a job by a lease that it renews. Each taking counts up `attempts`, and everything a worker writes names the number it took
the job under: one that was thought dead and comes back writes nothing.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import and_, delete, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from screening.clock import now
from screening.models import Application, Job, JobPart, KeptPaper
from screening.services.events import record
from screening.services.jobs import KEPT_FOR

DIGEST = hashlib.sha256().digest_size
LEASE = timedelta(seconds=20)
MOST_ATTEMPTS = 3
PAPERS_KEPT_FOR = timedelta(days=7)
TRACES_KEPT_FOR = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Claim:
    """A job in the hands of a worker."""

    job_id: int
    attempt: int
    opening_id: int
    account_id: int
    kind: str
    request: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Made:
    """A finished file: its name, its media type, its size in bytes, and its content in pieces."""

    filename: str
    media_type: str
    size: int
    parts: Iterable[bytes]


def due(session: Session) -> Sequence[str]:
    """Jobs that nobody is at: waiting, or left by a worker that no longer renews its lease."""
    left = and_(Job.state == "running", Job.lease_until < now())
    return session.scalars(select(Job.public_id).where(or_(Job.state == "queued", left)).order_by(Job.id)).all()


def claim(session: Session, public_id: str) -> Claim | None:
    """Take the job, unless somebody else is at it or it has ended. One that was left too often has failed."""
    job = session.scalar(select(Job).where(Job.public_id == public_id).with_for_update())
    if job is None or not (job.state == "queued" or (job.state == "running" and job.lease_until is not None and job.lease_until < now())):
        return None
    if job.attempts >= MOST_ATTEMPTS:
        _end(job, "failed", f"The program that makes it stopped {MOST_ATTEMPTS} times while it was at this file. Ask for fewer candidates.")
        _drop_stretches(session, job.id)
        return None
    job.state, job.attempts, job.lease_until, job.done = "running", job.attempts + 1, now() + LEASE, 0
    return Claim(job.id, job.attempts, job.opening_id, job.account_id, job.kind, job.request)


def renew(session: Session, held: Claim, *, done: int) -> bool:
    """Say that the worker is still at it; False where the job was cancelled or taken over."""
    renewed = session.execute(_still(held).values(lease_until=now() + LEASE, done=done))
    return bool(renewed.rowcount)  # type: ignore[attr-defined]


def finish(session: Session, held: Claim, made: Made) -> bool:
    """Store the file and end the job, both or neither; False where it was cancelled or taken over."""
    ended = session.execute(
        _still(held).values(
            state="done",
            done=Job.total,
            lease_until=None,
            finished_at=now(),
            filename=made.filename,
            media_type=made.media_type,
            size=made.size,
        )
    )
    if not ended.rowcount:  # type: ignore[attr-defined]
        return False
    _drop_stretches(session, held.job_id)
    for number, content in enumerate(made.parts):
        session.execute(insert(JobPart).values(job_id=held.job_id, number=number, content=content))
    record(session, held.account_id, "job_done", opening_id=held.opening_id, kind=held.kind)
    return True


def fail(session: Session, held: Claim, message: str) -> None:
    ended = session.execute(_still(held).values(state="failed", message=message[:500], lease_until=None, finished_at=now()))
    if ended.rowcount:  # type: ignore[attr-defined]
        _drop_stretches(session, held.job_id)


def release(session: Session, held: Claim) -> None:
    """Give it back, for another worker to take at once; this taking does not count against it."""
    session.execute(_still(held).values(state="queued", attempts=held.attempt - 1, lease_until=None))


def _still(held: Claim) -> Any:
    return update(Job).where(Job.id == held.job_id, Job.state == "running", Job.attempts == held.attempt)


def _end(job: Job, state: str, message: str) -> None:
    job.state, job.message, job.lease_until, job.finished_at = state, message, None, now()


def kept(session: Session, digests: Sequence[str]) -> dict[str, bytes]:
    """The kept documents among these."""
    rows = session.execute(select(KeptPaper.digest, KeptPaper.content).where(KeptPaper.digest.in_(digests)))
    return {row.digest: row.content for row in rows}


def keep(session: Session, digest: str, application_id: str, content: bytes) -> None:
    """Keep a document for the next time, unless another worker has kept the very same meanwhile."""
    within = select(Application.id).where(Application.public_id == application_id).scalar_subquery()
    with contextlib.suppress(IntegrityError), session.begin_nested():
        session.execute(insert(KeptPaper).values(digest=digest, application_id=within, content=content))


def stretches(session: Session, held: Claim) -> dict[bytes, bytes]:
    """What earlier takings of the job have set already, by the digest of all that it depends on."""
    rows = session.scalars(select(JobPart.content).where(JobPart.job_id == held.job_id))
    return {content[:DIGEST]: content[DIGEST:] for content in rows}


def keep_stretch(session: Session, held: Claim, digest: bytes, content: bytes) -> None:
    """Keep a stretch of the file to come with its job: it goes with it, or when that ends."""
    last = select(func.coalesce(func.max(JobPart.number), -1)).where(JobPart.job_id == held.job_id).scalar_subquery()
    if session.execute(_still(held).values(lease_until=now() + LEASE)).rowcount:  # type: ignore[attr-defined]
        session.execute(insert(JobPart).values(job_id=held.job_id, number=last + 1, content=digest + content))


def _drop_stretches(session: Session, job_id: int) -> None:
    session.execute(delete(JobPart).where(JobPart.job_id == job_id))


def tidy(session: Session) -> None:
    """Remove files that were kept long enough, traces of jobs that ended without one, and kept documents that are old."""
    moment = now()
    over = or_(
        and_(Job.state == "done", Job.finished_at < moment - KEPT_FOR),
        and_(Job.state.in_(("failed", "cancelled")), Job.finished_at < moment - TRACES_KEPT_FOR),
    )
    session.execute(delete(Job).where(over))
    session.execute(delete(KeptPaper).where(KeptPaper.kept_at < moment - PAPERS_KEPT_FOR))
