from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from screening.database import Base
from screening.models.columns import OpeningRef, UtcDateTime


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


class ImpactFigure(Base):
    """The counts of one table of the impact report as they were shown from `shown_at` on: of groups of five people at least.

    Each later one differs from all before by five people or by nobody, in every group: so nothing that happens to one person can be read
    off them. They stay when people are erased, and nobody is in them by name.
    """

    __tablename__ = "impact_figures"

    id: Mapped[int] = mapped_column(primary_key=True)
    opening_id: Mapped[OpeningRef]
    attribute: Mapped[str] = mapped_column(String(60))
    key: Mapped[str] = mapped_column(String(80))
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    shown_at: Mapped[datetime] = mapped_column(UtcDateTime)
