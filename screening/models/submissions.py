from __future__ import annotations

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from screening.database import Base
from screening.models.columns import Created


class Submission(Base):
    """A form that was sent and did what it asks for. Written together with that, so that the same form sent again does nothing more.

    `digest` is that of the form's token, its address and all that was filled in, under the installation's key. `address` is the page
    that it led to, '' where that is not known (yet). A program's request is known by its key alone; then `content` is the digest of the
    rest, so that the same key with something else is found out.
    """

    __tablename__ = "submissions"
    __table_args__ = (Index("ix_submissions_at", "at"),)

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), index=True)
    address: Mapped[str] = mapped_column(String(2000), default="")
    content: Mapped[str] = mapped_column(String(64), default="", server_default="")
    at: Mapped[Created]
