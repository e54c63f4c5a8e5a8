from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from screening.database import Base
from screening.models.columns import ApplicationRef, PublicId, UtcDateTime, When, one_of
from screening.models.decisions import KINDS

MAX_REASON = 1000


class Hold(Base):
    """Why a candidate's data must be kept for now, a law suit for instance: while it stands, nobody can erase them.

    Lifting keeps the record until the candidate is erased; one at most stands for each candidate. `set_by` is None for the command line.
    """

    __tablename__ = "holds"
    __table_args__ = (
        CheckConstraint("reason <> ''", name="reason"),
        Index(
            "uq_holds_standing",
            "candidate_id",
            unique=True,
            sqlite_where=text("lifted_at IS NULL"),
            postgresql_where=text("lifted_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[PublicId]
    candidate_id: Mapped[int] = mapped_column(ForeignKey("candidates.id", ondelete="CASCADE"), index=True)
    reason: Mapped[str] = mapped_column(String(MAX_REASON))
    set_by: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="RESTRICT"))
    set_at: Mapped[When]
    lifted_by: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="RESTRICT"))
    lifted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class PastDecision(Base):
    """What is left of a decision about somebody who was erased: its kind and its times, for counts. No reason, and nobody's name."""

    __tablename__ = "past_decisions"
    __table_args__ = (CheckConstraint(one_of("kind", KINDS), name="kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[ApplicationRef]
    stage: Mapped[str] = mapped_column(String(60))
    kind: Mapped[str] = mapped_column(String(10))
    decided_at: Mapped[When]
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
