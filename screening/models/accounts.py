from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from screening.database import Base
from screening.models.columns import Created, PublicId, UtcDateTime, When, one_of

PURPOSES = ("invitation", "password_reset")
WAYS = ("password", "provider", "demo")


class Account(Base):
    """A person who signs in. `email` is stored case-folded; `password_hash` is empty until the invitation is taken up.

    Of somebody who was erased (`erased_at`) the row stays under another name, for what they wrote in the course of their work.
    """

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
    erased_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    identity: Mapped[Identity | None] = relationship(back_populates="account", passive_deletes="all")
    second_factor: Mapped[SecondFactor | None] = relationship(passive_deletes="all")

    @property
    def is_taken_up(self) -> bool:
        """Whether its owner can sign in: by a password, or through the identity provider."""
        return bool(self.password_hash) or self.identity is not None


class Identity(Base):
    """Who somebody is at the identity provider. What binds an account is this pair, never an e-mail address."""

    __tablename__ = "identities"
    __table_args__ = (UniqueConstraint("issuer", "subject", name="uq_identities_subject"),)

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True)
    issuer: Mapped[str] = mapped_column(String(500))
    subject: Mapped[str] = mapped_column(String(255))
    linked_at: Mapped[When]
    account: Mapped[Account] = relationship(back_populates="identity")


class SecondFactor(Base):
    """The secret an app makes codes from, sealed, and the last step of time whose code was used: none counts twice."""

    __tablename__ = "second_factors"

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True)
    secret: Mapped[str] = mapped_column(String(200))
    last_step: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[Created]


class RecoveryCode(Base):
    """A code that is taken once instead of the app's, kept as a digest until then."""

    __tablename__ = "recovery_codes"

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True)
    code_hash: Mapped[str] = mapped_column(String(64), primary_key=True)


class SignIn(Base):
    """A session, kept on the server so that it can be ended there. Only the digest of its token is stored.

    `is_half`: the password was right, and the second factor is still owed. `device` is a browser and a system in two words.
    """

    __tablename__ = "sign_ins"
    __table_args__ = (CheckConstraint(one_of("way", WAYS), name="way"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[Created]
    seen_at: Mapped[When]
    way: Mapped[str] = mapped_column(String(10), default="password")
    is_half: Mapped[bool] = mapped_column(default=False)
    device: Mapped[str] = mapped_column(String(40), default="")
    account: Mapped[Account] = relationship()


class ApiToken(Base):
    """A key that a program signs in with for its owner, for what its `scopes` (words with spaces between them) allow, until it expires.

    Only the digest of the key is stored. `used_at` is within the hour, None for one that was never used.
    """

    __tablename__ = "api_tokens"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[PublicId]
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(60))
    scopes: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[Created]
    expires_at: Mapped[When]
    used_at: Mapped[When | None]
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
    """A failed sign-in, by the digest of what was tried (an e-mail or an address), so that guessing can be slowed down.

    `subject_hash` begins with a word for what that was, see `services/throttling.py`.
    """

    __tablename__ = "attempts"
    __table_args__ = (Index("ix_attempts_subject_hash_at", "subject_hash", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    subject_hash: Mapped[str] = mapped_column(String(64))
    at: Mapped[When]
