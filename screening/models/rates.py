from __future__ import annotations

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from screening.database import Base
from screening.models.columns import When


class Rate(Base):
    """How often somebody asked for something costly since `began`; begun anew when that is a minute ago."""

    __tablename__ = "rates"

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    began: Mapped[When]
    count: Mapped[int]
