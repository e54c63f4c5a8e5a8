from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ColumnElement, ForeignKey, LargeBinary, String, UniqueConstraint, and_, or_
from sqlalchemy.orm import Mapped, mapped_column, relationship

from rubrics.qualifications import EDUCATION_LEVELS, MAX_MONTHS, RELATEDNESS
from screening.database import Base
from screening.models.columns import AccountRef, Created, LongText, OpeningRef, PublicId, ShortText, UtcDateTime, one_of


class Candidate(Base):
    """A person who applies. One person may have applications in several openings, and `version` grows with every change of what they share.

    Records with one e-mail address are of one person too (`same_person`): openings under different recruiters have one each.
    Of somebody who was erased the row stays as a mark without a word about them; no query finds it (see `models/erased.py`).
    """

    __tablename__ = "candidates"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[PublicId]
    name: Mapped[str] = mapped_column(String(200))
    email: Mapped[str] = mapped_column(String(254), default="", index=True)
    phone: Mapped[str] = mapped_column(String(40), default="")
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    created_at: Mapped[Created]
    erased_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


def same_address(one: type[Candidate], other: type[Candidate]) -> ColumnElement[bool]:
    """Whether two records have one e-mail address, however the names are spelled: then they are of one person."""
    return and_(one.email != "", one.email == other.email)


def same_person(one: type[Candidate], other: type[Candidate]) -> ColumnElement[bool]:
    """Whether two records are of one person: they are the same, or have the same e-mail address."""
    return or_(one.id == other.id, same_address(one, other))


class Application(Base):
    """A candidate in an opening, with the recorded facts that qualifications are judged from (None: not recorded)."""

    __tablename__ = "applications"
    __table_args__ = (
        UniqueConstraint("opening_id", "candidate_id"),
        CheckConstraint(f"months BETWEEN 0 AND {MAX_MONTHS}", name="months"),
        CheckConstraint(one_of("relatedness", list(RELATEDNESS)), name="relatedness"),
        CheckConstraint(one_of("education", list(EDUCATION_LEVELS)), name="education"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[PublicId]
    opening_id: Mapped[OpeningRef]
    candidate_id: Mapped[int] = mapped_column(ForeignKey("candidates.id", ondelete="CASCADE"), index=True)
    reference: Mapped[ShortText]
    source: Mapped[ShortText]
    notes: Mapped[LongText]
    stage: Mapped[str] = mapped_column(String(60), default="")
    months: Mapped[int | None]
    relatedness: Mapped[str | None] = mapped_column(String(10))
    field: Mapped[ShortText]
    education: Mapped[str | None] = mapped_column(String(20))
    education_field: Mapped[ShortText]
    requirements: Mapped[dict[str, bool]] = mapped_column(JSON, default=dict)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[Created]
    erased_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    candidate: Mapped[Candidate] = relationship()


class PendingImport(Base):
    """An uploaded candidate file between its dry run and its confirmation. `content` is the file as it came."""

    __tablename__ = "pending_imports"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[PublicId]
    opening_id: Mapped[OpeningRef]
    account_id: Mapped[AccountRef]
    filename: Mapped[ShortText]
    content: Mapped[bytes] = mapped_column(LargeBinary)
    mapping: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    created_at: Mapped[Created]
