"""Whether interviewers read the panel's scorecards at all, and until when they last did."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("openings", sa.Column("panel_open", sa.Boolean(), server_default=sa.true(), nullable=False))
    op.add_column("openings", sa.Column("panel_open_until", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.execute("ALTER TABLE openings DROP COLUMN panel_open_until")
    op.execute("ALTER TABLE openings DROP COLUMN panel_open")
