from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from screening.database import Base
from screening.models.columns import ApplicationRef, UtcDateTime, When

MAX_REASON = 1000


class FinalRating(Base):
    """An interviewer's rating of a criterion after the debrief, beside the independent one, which never changes.

    A later one replaces it and both stay in the record; one at most stands for each interviewer and criterion.
    """

    __tablename__ = "final_ratings"
    __table_args__ = (
        CheckConstraint("level BETWEEN 1 AND 5", name="level"),
        CheckConstraint("reason <> ''", name="reason"),
        Index(
            "uq_final_ratings_standing",
            "application_id",
            "account_id",
            "criterion",
            unique=True,
            sqlite_where=text("replaced_at IS NULL"),
            postgresql_where=text("replaced_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[ApplicationRef]
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="RESTRICT"))
    criterion: Mapped[str] = mapped_column(String(60))
    level: Mapped[int]
    reason: Mapped[str] = mapped_column(String(MAX_REASON))
    given_at: Mapped[When]
    replaced_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
