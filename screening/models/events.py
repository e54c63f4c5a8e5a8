from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from screening.database import Base
from screening.models.columns import When


class Event(Base):
    """Who did what to which object, in the order of `id`. Only ever added to. Holds no personal text: names are looked up when shown.

    Triggers refuse to change or delete an entry, and what an entry speaks of cannot be deleted. `key`, `previous` and `mac` are the
    entry's place in the chain (see `screening/chain.py`).
    """

    __tablename__ = "events"
    __table_args__ = (
        Index("ix_events_application_id", "application_id"),
        Index("ix_events_opening_id", "opening_id"),
        Index("ix_events_account_id_at", "account_id", "at"),
        Index("ix_events_action", "action", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[When]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="RESTRICT"))
    action: Mapped[str] = mapped_column(String(60))
    opening_id: Mapped[int | None] = mapped_column(ForeignKey("openings.id", ondelete="RESTRICT"))
    application_id: Mapped[int | None] = mapped_column(ForeignKey("applications.id", ondelete="RESTRICT"))
    detail: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    key: Mapped[str] = mapped_column(String(16))
    previous: Mapped[str] = mapped_column(String(64))
    mac: Mapped[str] = mapped_column(String(64))


class EventHead(Base):
    """Where the chain of events ends, sealed. There is one row, once there is an event."""

    __tablename__ = "event_head"
    __table_args__ = (CheckConstraint("id = 1", name="only"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int]
    mac: Mapped[str] = mapped_column(String(64))
    key: Mapped[str] = mapped_column(String(16))
    seal: Mapped[str] = mapped_column(String(64))
