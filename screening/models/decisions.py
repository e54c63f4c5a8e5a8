from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from screening.database import Base
from screening.models.columns import AccountRef, ApplicationRef, PublicId, UtcDateTime, When, one_of

KINDS = ("advance", "hold", "reject", "offer")
MAX_REASON = 1000


class Decision(Base):
    """What was decided about an application at a stage. Undoing keeps the record; one decision at most stands for each stage."""

    __tablename__ = "decisions"
    __table_args__ = (
        CheckConstraint(one_of("kind", KINDS), name="kind"),
        CheckConstraint("reason <> ''", name="reason"),
        Index(
            "uq_decisions_standing",
            "application_id",
            "stage",
            unique=True,
            sqlite_where=text("undone_at IS NULL"),
            postgresql_where=text("undone_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[PublicId]
    application_id: Mapped[ApplicationRef]
    stage: Mapped[str] = mapped_column(String(60))
    kind: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str] = mapped_column(String(MAX_REASON))
    decided_by: Mapped[AccountRef]
    decided_at: Mapped[When]
    undone_by: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="RESTRICT"))
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    undone_reason: Mapped[str] = mapped_column(String(MAX_REASON), default="")
