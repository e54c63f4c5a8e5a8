"""How an opening ranks, final ratings after a debrief, voided criteria, self-reported groups, and two rights more."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

OLD_HATS = ("recruiter", "interviewer", "hiring_manager")
HATS = (*OLD_HATS, "calibration_lead", "impact_analyst")


def upgrade() -> None:
    # Columns are added in place on both databases: to rebuild this table would delete everything that refers to it.
    op.execute("ALTER TABLE openings ADD COLUMN ranks_adjusted BOOLEAN DEFAULT FALSE NOT NULL")
    op.execute("ALTER TABLE openings ADD COLUMN finals_count BOOLEAN DEFAULT FALSE NOT NULL")
    _allow_hats(HATS)
    op.create_table(
        "final_ratings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("criterion", sa.String(length=60), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=1000), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("level BETWEEN 1 AND 5", name=op.f("ck_final_ratings_level")),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_final_ratings_reason")),
        sa.ForeignKeyConstraint(["application_id"], ["applications.id"], name=op.f("fk_final_ratings_application_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_final_ratings_account_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_final_ratings")),
    )
    with op.batch_alter_table("final_ratings") as batch:
        batch.create_index("ix_final_ratings_application_id", ["application_id"])
        batch.create_index(
            "uq_final_ratings_standing",
            ["application_id", "account_id", "criterion"],
            unique=True,
            sqlite_where=sa.text("replaced_at IS NULL"),
            postgresql_where=sa.text("replaced_at IS NULL"),
        )
    op.create_table(
        "voids",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.Column("opening_id", sa.Integer(), nullable=False),
        sa.Column("criterion", sa.String(length=60), nullable=False),
        sa.Column("question", sa.String(length=1000), nullable=False),
        sa.Column("reason", sa.String(length=1000), nullable=False),
        sa.Column("voided_by", sa.Integer(), nullable=False),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_by", sa.Integer(), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_reason", sa.String(length=1000), nullable=False),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_voids_reason")),
        sa.ForeignKeyConstraint(["opening_id"], ["openings.id"], name=op.f("fk_voids_opening_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["voided_by"], ["accounts.id"], name=op.f("fk_voids_voided_by"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["undone_by"], ["accounts.id"], name=op.f("fk_voids_undone_by"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_voids")),
        sa.UniqueConstraint("public_id", name=op.f("uq_voids_public_id")),
    )
    with op.batch_alter_table("voids") as batch:
        batch.create_index("ix_voids_opening_id", ["opening_id"])
        batch.create_index(
            "uq_voids_standing",
            ["opening_id", "criterion", "question"],
            unique=True,
            sqlite_where=sa.text("undone_at IS NULL"),
            postgresql_where=sa.text("undone_at IS NULL"),
        )
    op.create_table(
        "demographics",
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("attribute", sa.String(length=60), nullable=False),
        sa.Column("group", sa.String(length=60), nullable=False),
        sa.CheckConstraint("attribute <> ''", name=op.f("ck_demographics_attribute")),
        sa.CheckConstraint("\"group\" <> ''", name=op.f("ck_demographics_group")),
        sa.ForeignKeyConstraint(["application_id"], ["applications.id"], name=op.f("fk_demographics_application_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("application_id", "attribute", name=op.f("pk_demographics")),
    )


def _allow_hats(hats: tuple[str, ...]) -> None:
    allowed = ", ".join(f"'{hat}'" for hat in hats)
    if op.get_bind().dialect.name != "sqlite":
        op.drop_constraint(op.f("ck_memberships_hat"), "memberships", type_="check")
        op.create_check_constraint(op.f("ck_memberships_hat"), "memberships", f"hat IN ({allowed})")
        return
    op.execute("ALTER TABLE memberships RENAME TO old_memberships")
    op.execute("DROP INDEX ix_memberships_account_id")
    op.execute("DROP INDEX ix_memberships_opening_id")
    op.create_table(
        "memberships",
        sa.Column("opening_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("hat", sa.String(length=20), nullable=False),
        sa.CheckConstraint(f"hat IN ({allowed})", name=op.f("ck_memberships_hat")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_memberships_account_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["opening_id"], ["openings.id"], name=op.f("fk_memberships_opening_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("opening_id", "account_id", "hat", name=op.f("pk_memberships")),
    )
    op.execute("INSERT INTO memberships (opening_id, account_id, hat) SELECT opening_id, account_id, hat FROM old_memberships")
    op.execute("DROP TABLE old_memberships")
    op.create_index("ix_memberships_account_id", "memberships", ["account_id"])
    op.create_index("ix_memberships_opening_id", "memberships", ["opening_id"])


def downgrade() -> None:
    op.drop_table("demographics")
    op.drop_table("voids")
    op.drop_table("final_ratings")
    op.execute("DELETE FROM memberships WHERE hat IN ('calibration_lead', 'impact_analyst')")
    _allow_hats(OLD_HATS)
    op.execute("ALTER TABLE openings DROP COLUMN finals_count")
    op.execute("ALTER TABLE openings DROP COLUMN ranks_adjusted")
