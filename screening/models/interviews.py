from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from screening.database import Base
from screening.models.accounts import Account
from screening.models.columns import ApplicationRef, Created, PublicId, ShortText, UtcDateTime, When, one_of
from screening.models.rubrics import RubricVersion

RECOMMENDATIONS = ("strong_no", "no", "yes", "strong_yes")
NOT_ASSESSED = ("no_time", "not_asked", "not_applicable", "candidate_declined", "other")
MAX_NOTE = 4000
MAX_REASON = 300


class Interview(Base):
    """One application at one stage."""

    __tablename__ = "interviews"
    __table_args__ = (UniqueConstraint("application_id", "stage"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[PublicId]
    application_id: Mapped[ApplicationRef]
    stage: Mapped[str] = mapped_column(String(60))
    scheduled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    place: Mapped[ShortText]
    created_at: Mapped[Created]


class Scorecard(Base):
    """One interviewer's card for one interview. Its content is in revisions: a draft, and what was submitted.

    `version` grows with every save; a writer says which version it saw. `exposed`: others' cards for this interview were open to the
    interviewer at some time before this one was assigned, so that it cannot be independent: it is kept and shown, and does not count.
    """

    __tablename__ = "scorecards"
    __table_args__ = (UniqueConstraint("interview_id", "interviewer_id"), Index("ix_scorecards_interviewer_id", "interviewer_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[PublicId]
    interview_id: Mapped[int] = mapped_column(ForeignKey("interviews.id", ondelete="CASCADE"))
    interviewer_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="RESTRICT"))
    version: Mapped[int] = mapped_column(default=1)
    exposed: Mapped[bool] = mapped_column(default=False)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reminded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    submitted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[Created]
    interviewer: Mapped[Account] = relationship()
    interview: Mapped[Interview] = relationship()


class Revision(Base):
    """One version of a card's content, bound to the rubric version it was filled in against. A submitted one never changes.

    `counts`: the one submitted revision whose ratings enter the scores. `after_reveal`: written when other cards for the candidate were
    already open to the writer; it is kept and shown, and does not count.
    """

    __tablename__ = "revisions"
    __table_args__ = (
        UniqueConstraint("scorecard_id", "number"),
        CheckConstraint(one_of("recommendation", ["", *RECOMMENDATIONS]), name="recommendation"),
        CheckConstraint("NOT counts OR submitted_at IS NOT NULL", name="counts"),
        CheckConstraint("NOT (counts AND after_reveal)", name="independent"),
        Index("uq_revisions_counts", "scorecard_id", unique=True, sqlite_where=text("counts"), postgresql_where=text("counts")),
        Index(
            "uq_revisions_draft",
            "scorecard_id",
            unique=True,
            sqlite_where=text("submitted_at IS NULL"),
            postgresql_where=text("submitted_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    scorecard_id: Mapped[int] = mapped_column(ForeignKey("scorecards.id", ondelete="CASCADE"))
    number: Mapped[int]
    rubric_version_id: Mapped[int] = mapped_column(ForeignKey("rubric_versions.id", ondelete="RESTRICT"))
    recommendation: Mapped[str] = mapped_column(String(20), default="")
    reason: Mapped[str] = mapped_column(String(MAX_REASON), default="")
    amend_reason: Mapped[str] = mapped_column(String(MAX_REASON), default="")
    after_reveal: Mapped[bool] = mapped_column(default=False)
    counts: Mapped[bool] = mapped_column(default=False)
    saved_at: Mapped[When]
    submitted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    rubric_version: Mapped[RubricVersion] = relationship()


class Rating(Base):
    """One criterion on one revision: a level, or a reason why it was not assessed, or neither yet; and the evidence."""

    __tablename__ = "ratings"
    __table_args__ = (
        CheckConstraint("level BETWEEN 1 AND 5", name="level"),
        CheckConstraint(one_of("not_assessed", ["", *NOT_ASSESSED]), name="not_assessed"),
        CheckConstraint("level IS NULL OR not_assessed = ''", name="one_answer"),
        Index("ix_ratings_level", "revision_id", "criterion", "level"),
    )

    revision_id: Mapped[int] = mapped_column(ForeignKey("revisions.id", ondelete="CASCADE"), primary_key=True)
    criterion: Mapped[str] = mapped_column(String(60), primary_key=True)
    level: Mapped[int | None]
    not_assessed: Mapped[str] = mapped_column(String(20), default="")
    note: Mapped[str] = mapped_column(String(MAX_NOTE), default="")
