from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, String, false, true
from sqlalchemy.orm import Mapped, mapped_column, relationship

from screening.database import Base
from screening.models.accounts import Account
from screening.models.columns import AccountRef, Created, OpeningRef, PublicId, ShortText, When, one_of

STATES = ("draft", "open", "closed")
LONG_AGO = "2000-01-01 00:00:00"
"""For rows from before this was kept, until the migration fills them in."""
HATS = ("recruiter", "interviewer", "hiring_manager", "calibration_lead", "impact_analyst")


class Opening(Base):
    """A job to fill. `revision` grows with every change that the comparison or a summary could show, so that what was computed can be kept;
    `changed_at` is when it last grew.

    `panel_open`: interviewers read others' cards for a candidate once all of their own are in; otherwise never. `panel_open_until` is
    when that was last taken from them. `manager_sees_names`: hiring managers see who gave which rating; otherwise totals and evidence
    without who. `ranks_adjusted`: places follow the severity-adjusted score instead of the default one. `finals_count`: a final rating
    given after a debrief replaces the independent one in the scores. `retention_days`: how long candidates are kept after the last
    decision, None for as long as everywhere.
    """

    __tablename__ = "openings"
    __table_args__ = (
        CheckConstraint(one_of("state", STATES), name="state"),
        CheckConstraint("retention_days >= 1", name="retention_days"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[PublicId]
    title: Mapped[str] = mapped_column(String(200))
    department: Mapped[ShortText]
    location: Mapped[ShortText]
    state: Mapped[str] = mapped_column(String(10), default="draft")
    panel_open: Mapped[bool] = mapped_column(default=True, server_default=true())
    panel_open_until: Mapped[When | None]
    manager_sees_names: Mapped[bool] = mapped_column(default=True)
    ranks_adjusted: Mapped[bool] = mapped_column(default=False, server_default=false())
    finals_count: Mapped[bool] = mapped_column(default=False, server_default=false())
    revision: Mapped[int] = mapped_column(default=1)
    changed_at: Mapped[Created] = mapped_column(server_default=LONG_AGO)
    created_at: Mapped[Created]
    created_by: Mapped[AccountRef]
    retention_days: Mapped[int | None]


class Membership(Base):
    """A hat that somebody wears in an opening."""

    __tablename__ = "memberships"
    __table_args__ = (CheckConstraint(one_of("hat", HATS), name="hat"),)

    opening_id: Mapped[OpeningRef] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True, index=True)
    hat: Mapped[str] = mapped_column(String(20), primary_key=True)
    account: Mapped[Account] = relationship()


class FormerLead(Base):
    """Somebody who led the opening as recruiter or hiring manager until then: what others had submitted by that time was open to them."""

    __tablename__ = "former_leads"

    opening_id: Mapped[OpeningRef] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True, index=True)
    until: Mapped[When]
