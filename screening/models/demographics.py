from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from screening.database import Base


class Demographic(Base):
    """A group that a candidate said of themselves to belong to (`attribute`: of what kind). Read by the impact report only."""

    __tablename__ = "demographics"
    __table_args__ = (
        CheckConstraint("attribute <> ''", name="attribute"),
        CheckConstraint("\"group\" <> ''", name="group"),
    )

    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id", ondelete="CASCADE"), primary_key=True)
    attribute: Mapped[str] = mapped_column(String(60), primary_key=True)
    group: Mapped[str] = mapped_column(String(60))
