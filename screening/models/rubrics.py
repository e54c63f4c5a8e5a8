from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, CheckConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from screening.database import Base
from screening.models.accounts import Account
from screening.models.columns import AccountRef, Created, LongText, OpeningRef, PublicId


class RubricDraft(Base):
    """The rubric being edited; `version` is compared on saving, so that nobody overwrites another's change unseen."""

    __tablename__ = "rubric_drafts"

    opening_id: Mapped[OpeningRef] = mapped_column(primary_key=True)
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    version: Mapped[int] = mapped_column(default=1)
    saved_at: Mapped[Created]
    saved_by: Mapped[AccountRef]


class RubricVersion(Base):
    """A published rubric. It never changes: triggers refuse it, and the digest is checked on reading."""

    __tablename__ = "rubric_versions"
    __table_args__ = (UniqueConstraint("opening_id", "number"), CheckConstraint("number >= 1", name="number"))

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[PublicId]
    opening_id: Mapped[OpeningRef]
    number: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    note: Mapped[LongText]
    published_at: Mapped[Created]
    published_by: Mapped[AccountRef]
    publisher: Mapped[Account] = relationship()
