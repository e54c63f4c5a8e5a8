"""Erased people, holds and retention.

What was submitted can be deleted of somebody who is marked as erased, and of nobody else; and nothing can be written about them any more.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

NO_SAMPLES = {
    "accounts": ("email", "name"),
    "applications": ("reference", "source", "notes", "field", "education_field"),
    "candidates": ("name", "email", "phone"),
    "decisions": ("reason", "undone_reason"),
    "demographics": ("attribute", "group"),
    "final_ratings": ("reason",),
    "holds": ("reason",),
    "identities": ("subject",),
    "interviews": ("place",),
    "job_parts": ("content",),
    "jobs": ("filename",),
    "kept_papers": ("content",),
    "pending_imports": ("filename", "content"),
    "ratings": ("note",),
    "revisions": ("reason", "amend_reason"),
}
"""PostgreSQL keeps samples of columns for its planning, also after their rows are gone: of what people are called and wrote, none."""

MARKED = ("accounts", "candidates", "applications")
ABOUT_APPLICATIONS = ("interviews", "decisions", "final_ratings", "demographics", "kept_papers")

# A row that goes together with the one above it finds its way to the application broken: the rule was asked further up.
KEPT = {
    "ratings": """EXISTS (SELECT 1 FROM revisions r JOIN scorecards s ON s.id = r.scorecard_id JOIN interviews i ON i.id = s.interview_id
        JOIN applications a ON a.id = i.application_id
        WHERE r.id = OLD.revision_id AND r.submitted_at IS NOT NULL AND a.erased_at IS NULL)""",
    "revisions": """OLD.submitted_at IS NOT NULL AND EXISTS (SELECT 1 FROM scorecards s JOIN interviews i ON i.id = s.interview_id
        JOIN applications a ON a.id = i.application_id WHERE s.id = OLD.scorecard_id AND a.erased_at IS NULL)""",
    "scorecards": """OLD.submitted_at IS NOT NULL AND EXISTS (SELECT 1 FROM interviews i JOIN applications a ON a.id = i.application_id
        WHERE i.id = OLD.interview_id AND a.erased_at IS NULL)""",
    "interviews": """EXISTS (SELECT 1 FROM scorecards s WHERE s.interview_id = OLD.id AND s.submitted_at IS NOT NULL)
        AND EXISTS (SELECT 1 FROM applications a WHERE a.id = OLD.application_id AND a.erased_at IS NULL)""",
    "applications": """OLD.erased_at IS NOT NULL OR EXISTS (SELECT 1 FROM scorecards s JOIN interviews i ON i.id = s.interview_id
        WHERE i.application_id = OLD.id AND s.submitted_at IS NOT NULL)""",
}


def upgrade() -> None:
    kind = "DATETIME" if _is_sqlite() else "TIMESTAMP WITH TIME ZONE"
    # In place, as none of these tables may be rebuilt; the check belongs to its column, so that SQLite can drop both together.
    for table in MARKED:
        op.execute(f"ALTER TABLE {table} ADD COLUMN erased_at {kind}")
    op.execute("ALTER TABLE openings ADD COLUMN retention_days INTEGER CONSTRAINT ck_openings_retention_days CHECK (retention_days >= 1)")
    _tables()
    _take_no_samples()
    for table, condition in KEPT.items():
        _refuse(f"{table}_kept", "DELETE", table, condition, "what was submitted stays in the record")
    for table in ("candidates", "applications"):
        _refuse(f"{table}_erased", "UPDATE", table, "OLD.erased_at IS NOT NULL", "what was erased stays erased")
    for table in ABOUT_APPLICATIONS:
        _refuse_about_erased(table)


def _is_sqlite() -> bool:
    return bool(op.get_bind().dialect.name == "sqlite")


def _tables() -> None:
    op.create_table(
        "holds",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.Column("candidate_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=1000), nullable=False),
        sa.Column("set_by", sa.Integer(), nullable=True),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lifted_by", sa.Integer(), nullable=True),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_holds_reason")),
        sa.ForeignKeyConstraint(["candidate_id"], ["candidates.id"], name=op.f("fk_holds_candidate_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["set_by"], ["accounts.id"], name=op.f("fk_holds_set_by"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["lifted_by"], ["accounts.id"], name=op.f("fk_holds_lifted_by"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_holds")),
        sa.UniqueConstraint("public_id", name=op.f("uq_holds_public_id")),
    )
    with op.batch_alter_table("holds") as batch:
        batch.create_index("ix_holds_candidate_id", ["candidate_id"])
        batch.create_index(
            "uq_holds_standing",
            ["candidate_id"],
            unique=True,
            sqlite_where=sa.text("lifted_at IS NULL"),
            postgresql_where=sa.text("lifted_at IS NULL"),
        )
    op.create_table(
        "past_decisions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('advance', 'hold', 'reject', 'offer')", name=op.f("ck_past_decisions_kind")),
        sa.ForeignKeyConstraint(["application_id"], ["applications.id"], name=op.f("fk_past_decisions_application_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_past_decisions")),
    )
    with op.batch_alter_table("past_decisions") as batch:
        batch.create_index("ix_past_decisions_application_id", ["application_id"])
    op.create_table(
        "impact_figures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("opening_id", sa.Integer(), nullable=False),
        sa.Column("attribute", sa.String(length=60), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("shown_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["opening_id"], ["openings.id"], name=op.f("fk_impact_figures_opening_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_impact_figures")),
    )
    with op.batch_alter_table("impact_figures") as batch:
        batch.create_index("ix_impact_figures_opening_id", ["opening_id"])


def _take_no_samples() -> None:
    if _is_sqlite():
        return
    for table, names in NO_SAMPLES.items():
        types = {column["name"]: column["type"] for column in sa.inspect(op.get_bind()).get_columns(table)}
        for name in names:
            kind = types[name].compile(op.get_bind().dialect)
            # Given the type that it has, a column loses the samples that were taken.
            op.execute(f'ALTER TABLE {table} ALTER COLUMN "{name}" TYPE {kind}, ALTER COLUMN "{name}" SET STATISTICS 0')


def _refuse(name: str, deed: str, table: str, condition: str, message: str) -> None:
    if _is_sqlite():
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {deed} ON {table} FOR EACH ROW WHEN {condition} BEGIN SELECT RAISE(ABORT, '{message}'); END"
        )
        return
    kept = "OLD" if deed == "DELETE" else "NEW"
    op.execute(
        f"CREATE FUNCTION {name}_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {condition} THEN "
        f"RAISE EXCEPTION '{message}' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN {kept}; END $$"
    )
    op.execute(f"CREATE TRIGGER {name} BEFORE {deed} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}_refuse()")


def _refuse_about_erased(table: str) -> None:
    message = "nothing is written about somebody who was erased"
    if _is_sqlite():
        condition = "EXISTS (SELECT 1 FROM applications a WHERE a.id = NEW.application_id AND a.erased_at IS NOT NULL)"
        _refuse(f"{table}_erased", "INSERT", table, condition, message)
        return
    # The share lock makes a writer wait for an erasure that is under way, and an erasure for a writer.
    op.execute(
        f"CREATE FUNCTION {table}_erased_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "  # nosec B608  # noqa: S608 - the name of a table of ours
        "PERFORM 1 FROM applications a WHERE a.id = NEW.application_id FOR SHARE; "
        "IF EXISTS (SELECT 1 FROM applications a WHERE a.id = NEW.application_id AND a.erased_at IS NOT NULL) THEN "
        f"RAISE EXCEPTION '{message}' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$"
    )
    op.execute(f"CREATE TRIGGER {table}_erased BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_erased_refuse()")


def downgrade() -> None:
    kept = [(f"{table}_kept", table) for table in KEPT]
    for name, table in (*kept, *((f"{table}_erased", table) for table in ("candidates", "applications", *ABOUT_APPLICATIONS))):
        op.execute(f"DROP TRIGGER {name}" if _is_sqlite() else f"DROP TRIGGER {name} ON {table}")
        if not _is_sqlite():
            op.execute(f"DROP FUNCTION {name}_refuse")
    op.drop_table("impact_figures")
    op.drop_table("past_decisions")
    op.drop_table("holds")
    if not _is_sqlite():
        for table, name in ((table, name) for table, names in NO_SAMPLES.items() for name in names if table != "holds"):
            op.execute(f'ALTER TABLE {table} ALTER COLUMN "{name}" SET STATISTICS -1')
    # To a program that knows no marks, they are candidates without a name.
    op.execute("UPDATE candidates SET name = 'Erased' WHERE erased_at IS NOT NULL")
    op.execute("ALTER TABLE openings DROP COLUMN retention_days")
    for table in MARKED:
        op.execute(f"ALTER TABLE {table} DROP COLUMN erased_at")
