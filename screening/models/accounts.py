from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from screening.database import Base
from screening.models.columns import Created, PublicId, UtcDateTime, When, one_of

PURPOSES = ("invitation", "password_reset")


class Account(Base):
    """A person who signs in. `email` is stored case-folded; `password_hash` is empty until the invitation is taken up."""

    __tablename__ = "accounts"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[PublicId]
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    password_hash: Mapped[str] = mapped_column(String(200), default="")
    is_administrator: Mapped[bool] = mapped_column(default=False)
    may_open: Mapped[bool] = mapped_column(default=False)
    is_active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[Created]


class SignIn(Base):
    """A session, kept on the server so that it can be ended there. Only the digest of its token is stored."""

    __tablename__ = "sign_ins"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[Created]
    seen_at: Mapped[When]
    account: Mapped[Account] = relationship()


class Link(Base):
    """A one-time link: an invitation or a password reset. Only the digest of its token is stored."""

    __tablename__ = "links"
    __table_args__ = (CheckConstraint(one_of("purpose", PURPOSES), name="purpose"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), index=True)
    purpose: Mapped[str] = mapped_column(String(20))
    created_at: Mapped[Created]
    expires_at: Mapped[When]
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    account: Mapped[Account] = relationship()


class Attempt(Base):
    """A failed sign-in, by the digest of what was tried (an e-mail or an address), so that guessing can be slowed down."""

    __tablename__ = "attempts"
    __table_args__ = (Index("ix_attempts_subject_hash_at", "subject_hash", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    subject_hash: Mapped[str] = mapped_column(String(64))
    at: Mapped[When]
