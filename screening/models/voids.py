from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from screening.database import Base
from screening.models.columns import AccountRef, OpeningRef, PublicId, UtcDateTime, When

MAX_REASON = 1000


class Void(Base):
    """A criterion, or one question of it, struck out for everybody in an opening. Undoing keeps the record.

    `question` is the question's text, '' where the whole criterion is void. Ratings of a void criterion are kept and do not count.
    """

    __tablename__ = "voids"
    __table_args__ = (
        CheckConstraint("reason <> ''", name="reason"),
        Index(
            "uq_voids_standing",
            "opening_id",
            "criterion",
            "question",
            unique=True,
            sqlite_where=text("undone_at IS NULL"),
            postgresql_where=text("undone_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[PublicId]
    opening_id: Mapped[OpeningRef]
    criterion: Mapped[str] = mapped_column(String(60))
    question: Mapped[str] = mapped_column(String(1000), default="")
    reason: Mapped[str] = mapped_column(String(MAX_REASON))
    voided_by: Mapped[AccountRef]
    voided_at: Mapped[When]
    undone_by: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="RESTRICT"))
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    undone_reason: Mapped[str] = mapped_column(String(MAX_REASON), default="")
