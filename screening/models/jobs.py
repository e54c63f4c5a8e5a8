from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from screening.database import Base
from screening.models.columns import AccountRef, ApplicationRef, Created, OpeningRef, PublicId, ShortText, UtcDateTime, one_of

JOB_STATES = ("queued", "running", "done", "failed", "cancelled")
_STANDING = text("state IN ('queued', 'running', 'done')")


class Job(Base):
    """Work that is done outside the web: who asked for what, how far it is, and what became of it. Holds no personal text.

    `request` says what to make, by public identifiers; `digest` is that of the request and of the opening's state when it was asked for, so
    that the same thing asked for again is the same job. While it runs, a worker holds it until `lease_until` and renews that again and
    again: whoever finds the time past takes the job over. `done` of `total` steps are finished.
    """

    __tablename__ = "jobs"
    __table_args__ = (
        CheckConstraint(one_of("state", JOB_STATES), name="state"),
        Index("uq_jobs_standing", "account_id", "digest", unique=True, sqlite_where=_STANDING, postgresql_where=_STANDING),
        Index("ix_jobs_state", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[PublicId]
    opening_id: Mapped[OpeningRef]
    account_id: Mapped[AccountRef]
    kind: Mapped[str] = mapped_column(String(30))
    request: Mapped[dict[str, Any]] = mapped_column(JSON)
    digest: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(10), default="queued")
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    message: Mapped[str] = mapped_column(String(500), default="")
    attempts: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[Created]
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    filename: Mapped[ShortText]
    media_type: Mapped[str] = mapped_column(String(100), default="")
    size: Mapped[int] = mapped_column(default=0)


class JobPart(Base):
    """A piece of a finished job's file, in order: whichever server is asked can serve it. Written together with the job's end."""

    __tablename__ = "job_parts"

    job_id: Mapped[int] = mapped_column(ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)


class KeptPaper(Base):
    """A typeset document about one candidate, so that unchanged data need not be set again. `digest` is that of all that it depends on."""

    __tablename__ = "kept_papers"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    application_id: Mapped[ApplicationRef]
    content: Mapped[bytes] = mapped_column(LargeBinary)
    kept_at: Mapped[Created]
