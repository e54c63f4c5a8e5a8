"""Work in the background, for the people who ask for it: ask, look how far it is, cancel, fetch."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from reports.editions import LABELS, Edition
from reports.wording import plural
from screening.clock import now
from screening.errors import Invalid, NotFound
from screening.models import Job, JobPart, Opening
from screening.policy import Action, Viewer, require, sight
from screening.services.events import record
from screening.services.lookup import by_public_id, state_of

KINDS: Mapping[str, Action] = {"summaries": Action.SEE_SUMMARY, "comparison": Action.COMPARE, "ratings": Action.EXPORT_RATINGS}
"""What can be asked for, and what one must be allowed to do for it."""

AT_ONCE = 3
UNFINISHED = ("queued", "running")
KEPT_FOR = timedelta(hours=24)
"""From its end, however often the file is fetched."""


@dataclass(frozen=True, slots=True)
class Progress:
    """A job as its owner sees it. `title` is the opening's; `about` says in a line what the file holds."""

    id: str
    kind: str
    title: str
    opening_id: str
    state: str
    done: int
    total: int
    message: str
    filename: str
    size: int
    about: str

    @property
    def unfinished(self) -> bool:
        return self.state in UNFINISHED


def ask(session: Session, viewer: Viewer, opening: Opening, kind: str, request: Mapping[str, Any], *, total: int, look: str) -> Job:
    """A job for this, or the one that is under way or finished for the very same: nothing is made twice from unchanged data.

    `request` names things by public identifiers; `look` stands for all that the result depends on besides the opening's data.
    """
    require(viewer, KINDS[kind], opening.id)
    request = {**request, "rights": rights(session, viewer, opening)}
    digest = _digest(kind, request, opening.public_id, state_of(session, opening, sight(session, viewer, opening.id)), look)
    standing = _standing(session, viewer, digest)
    if standing is not None:
        return standing
    waiting = session.scalar(select(func.count()).where(Job.account_id == viewer.account_id, Job.state.in_(UNFINISHED)))
    if (waiting or 0) >= AT_ONCE:
        raise Invalid(f"{AT_ONCE} files are being made for you already. Wait for one of them, or cancel one, then ask again.")
    job = Job(opening_id=opening.id, account_id=viewer.account_id, kind=kind, request=dict(request), digest=digest, total=total)
    try:
        with session.begin_nested():
            session.add(job)
    except IntegrityError:  # the same was asked for at the same moment
        found = _standing(session, viewer, digest)
        if found is None:
            raise
        return found
    record(session, viewer.account_id, "job_asked", opening_id=opening.id, job=job.public_id, kind=kind)
    return job


def rights(session: Session, viewer: Viewer, opening: Opening) -> str:
    """Stands for all that the viewer may do and know of in the opening: what was made under other rights is not theirs any more."""
    seen = sight(session, viewer, opening.id, manager_sees_names=opening.manager_sees_names)
    return _digest(sorted(viewer.roles(opening.id)), sorted(seen.own), sorted(seen.blind), seen.whole, seen.names)


def _digest(*parts: Any) -> str:
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def _standing(session: Session, viewer: Viewer, digest: str) -> Job | None:
    return session.scalar(
        select(Job).where(Job.account_id == viewer.account_id, Job.digest == digest, Job.state.in_((*UNFINISHED, "done")))
    )


def of(session: Session, viewer: Viewer, opening_id: str, job_id: str) -> Progress:
    """The viewer's own job, as long as they may do what it does."""
    job = _own(session, viewer, opening_id, job_id)
    return _progress(job, session.get_one(Opening, job.opening_id))


def all_of(session: Session, viewer: Viewer) -> list[Progress]:
    """The viewer's jobs, newest first, in openings where they may still do what each does."""
    rows = session.execute(
        select(Job, Opening).join(Opening, Job.opening_id == Opening.id).where(Job.account_id == viewer.account_id).order_by(Job.id.desc())
    )
    return [_progress(job, opening) for job, opening in rows if _may(viewer, job)]


def cancel(session: Session, viewer: Viewer, opening_id: str, job_id: str) -> Progress:
    """Stop it if it has not ended; whoever works on it finds out at the next step."""
    job = _own(session, viewer, opening_id, job_id)
    if job.state in UNFINISHED and _stopped(session, job):
        record(session, viewer.account_id, "job_cancelled", opening_id=job.opening_id, job=job.public_id)
        session.execute(delete(JobPart).where(JobPart.job_id == job.id))
        session.refresh(job)
    return _progress(job, session.get_one(Opening, job.opening_id))


def _stopped(session: Session, job: Job) -> bool:
    """False where the worker was faster and it has ended."""
    stop = update(Job).where(Job.id == job.id, Job.state.in_(UNFINISHED))
    return bool(session.execute(stop.values(state="cancelled", finished_at=now(), lease_until=None)).rowcount)  # type: ignore[attr-defined]


def fetch(session: Session, viewer: Viewer, opening_id: str, job_id: str, *, note: bool = True) -> Job:
    """The job whose finished file the viewer may have now, noted unless they only look. Raises `NotFound` also where their rights are
    others than those that it was made under.
    """
    job = _own(session, viewer, opening_id, job_id)
    opening = session.get_one(Opening, job.opening_id)
    if job.state != "done" or job.request["rights"] != rights(session, viewer, opening):
        raise NotFound
    if note:
        record(session, viewer.account_id, "job_fetched", opening_id=job.opening_id, job=job.public_id)
    return job


def pieces(session: Session, job: Job) -> Sequence[int]:
    """The numbers of the pieces of the file, in order."""
    return session.scalars(select(JobPart.number).where(JobPart.job_id == job.id).order_by(JobPart.number)).all()


def piece(session: Session, job: Job, number: int) -> bytes:
    return session.scalars(select(JobPart.content).where(JobPart.job_id == job.id, JobPart.number == number)).one()


def _own(session: Session, viewer: Viewer, opening_id: str, job_id: str) -> Job:
    job = by_public_id(session, Job, job_id)
    opening = by_public_id(session, Opening, opening_id)
    if job.account_id != viewer.account_id or job.opening_id != opening.id or not _may(viewer, job):
        raise NotFound
    return job


def _may(viewer: Viewer, job: Job) -> bool:
    try:
        require(viewer, KINDS[job.kind], job.opening_id)
    except NotFound:
        return False
    return True


def _progress(job: Job, opening: Opening) -> Progress:
    return Progress(
        id=job.public_id,
        kind=job.kind,
        title=opening.title,
        opening_id=opening.public_id,
        state=job.state,
        done=job.done,
        total=job.total,
        message=job.message,
        filename=job.filename,
        size=job.size,
        about=_about(job),
    )


def _about(job: Job) -> str:
    if job.kind == "ratings":
        return "Workbook with all versions of each scorecard" if job.request["all_versions"] else "Workbook"
    if job.kind == "comparison":
        tried = " · with weights only tried" if job.request["view"]["weights"] else ""
        return f"{plural(job.request['candidates'], 'candidate')}{tried} · PDF"
    return f"{plural(job.total, 'candidate')} · {LABELS[Edition(job.request['edition'])]} · {job.request['form'].upper()}"
