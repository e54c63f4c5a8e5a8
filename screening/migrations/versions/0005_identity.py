"""Second factors and sign-in through an identity provider."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # In place, so that nobody is signed out; the check belongs to its column, so that SQLite can drop both together.
    op.execute(
        "ALTER TABLE sign_ins ADD COLUMN way VARCHAR(10) DEFAULT 'password' NOT NULL "
        "CONSTRAINT ck_sign_ins_way CHECK (way IN ('password', 'provider', 'demo'))"
    )
    op.execute("ALTER TABLE sign_ins ADD COLUMN is_half BOOLEAN DEFAULT FALSE NOT NULL")
    op.execute("ALTER TABLE sign_ins ADD COLUMN device VARCHAR(40) DEFAULT '' NOT NULL")
    op.create_table(
        "identities",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("issuer", sa.String(length=500), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("linked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_identities_account_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_identities")),
        sa.UniqueConstraint("issuer", "subject", name=op.f("uq_identities_subject")),
    )
    op.create_table(
        "second_factors",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("secret", sa.String(length=200), nullable=False),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_second_factors_account_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_second_factors")),
    )
    op.create_table(
        "recovery_codes",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_recovery_codes_account_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("account_id", "code_hash", name=op.f("pk_recovery_codes")),
    )


def downgrade() -> None:
    op.drop_table("recovery_codes")
    op.drop_table("second_factors")
    op.drop_table("identities")
    # Sessions that still owe a code must not become whole ones.
    op.execute("DELETE FROM sign_ins WHERE is_half")
    op.execute("ALTER TABLE sign_ins DROP COLUMN device")
    op.execute("ALTER TABLE sign_ins DROP COLUMN is_half")
    op.execute("ALTER TABLE sign_ins DROP COLUMN way")
