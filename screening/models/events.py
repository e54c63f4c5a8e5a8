from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from screening.database import Base
from screening.models.columns import When


class Event(Base):
    """Who did what to which object, in the order of `id`. Only ever added to. Holds no personal text: names are looked up when shown."""

    __tablename__ = "events"
    __table_args__ = (Index("ix_events_application_id", "application_id"), Index("ix_events_opening_id", "opening_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[When]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="RESTRICT"))
    action: Mapped[str] = mapped_column(String(60))
    opening_id: Mapped[int | None] = mapped_column(ForeignKey("openings.id", ondelete="CASCADE"))
    application_id: Mapped[int | None] = mapped_column(ForeignKey("applications.id", ondelete="CASCADE"))
    detail: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
