"""What a candidate's openings share has a version of its own; who led an opening before is kept; nobody erased is put on hold or added again.

A column that nothing was ever written into goes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

from screening.models.columns import UtcDateTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

LEADING = {"recruiter", "hiring_manager"}
NOTHING = "nothing is written about somebody who was erased"
ABOUT_CANDIDATES = {"holds": "", "applications": "NEW.erased_at IS NULL AND "}
"""With what has to be true besides: the mark of somebody erased may be put back, from a backup."""


def upgrade() -> None:
    # In place, as nothing of these tables may be rebuilt.
    op.execute("ALTER TABLE candidates ADD COLUMN version INTEGER DEFAULT 1 NOT NULL")
    op.execute("ALTER TABLE jobs DROP COLUMN fetched_at")
    op.create_table(
        "former_leads",
        sa.Column("opening_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["opening_id"], ["openings.id"], name=op.f("fk_former_leads_opening_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_former_leads_account_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("opening_id", "account_id", name=op.f("pk_former_leads")),
    )
    op.create_index("ix_former_leads_opening_id", "former_leads", ["opening_id"])
    op.create_index("ix_former_leads_account_id", "former_leads", ["account_id"])
    if former := list(_former_leads(op.get_bind())):
        op.bulk_insert(
            sa.table("former_leads", sa.column("opening_id"), sa.column("account_id"), sa.column("until", UtcDateTime())), former
        )
    for table, condition in ABOUT_CANDIDATES.items():
        _refuse_about_erased(table, condition)


def _former_leads(connection: sa.Connection) -> Iterator[dict[str, Any]]:
    """Who led which opening until when, as the record of events has it."""
    events = sa.table(
        "events",
        sa.column("id"),
        sa.column("at", UtcDateTime()),
        sa.column("action"),
        sa.column("account_id"),
        sa.column("opening_id"),
        sa.column("detail", sa.JSON()),
    )
    accounts = sa.table("accounts", sa.column("id"), sa.column("public_id"))
    ids = {row.public_id: row.id for row in connection.execute(sa.select(accounts))}
    told = sa.select(events).where(events.c.action.in_(("opening_created", "hats_changed")), events.c.opening_id.is_not(None))
    leads: set[tuple[Any, Any]] = set()
    until: dict[tuple[Any, Any], Any] = {}
    for row in connection.execute(told.order_by(events.c.id)):
        whose = row.account_id if row.action == "opening_created" else ids.get(row.detail.get("account"))
        pair = row.opening_id, whose
        if row.action == "opening_created" or LEADING.intersection(row.detail.get("hats", ())):
            leads.add(pair)
        elif pair in leads:
            leads.remove(pair)
            until[pair] = row.at
    for (opening, account), at in until.items():
        if account is not None:
            yield {"opening_id": opening, "account_id": account, "until": at}


def _is_sqlite() -> bool:
    return bool(op.get_bind().dialect.name == "sqlite")


def _refuse_about_erased(table: str, condition: str) -> None:
    name = f"{table}_of_erased"
    erased = "EXISTS (SELECT 1 FROM candidates c WHERE c.id = NEW.candidate_id AND c.erased_at IS NOT NULL)"
    if _is_sqlite():
        op.execute(
            f"CREATE TRIGGER {name} BEFORE INSERT ON {table} FOR EACH ROW WHEN {condition}{erased} "
            f"BEGIN SELECT RAISE(ABORT, '{NOTHING}'); END"
        )
        return
    # The share lock makes a writer wait for an erasure that is under way, and an erasure for a writer.
    op.execute(
        f"CREATE FUNCTION {name}_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "PERFORM 1 FROM candidates c WHERE c.id = NEW.candidate_id FOR SHARE; "
        f"IF {condition}{erased} THEN RAISE EXCEPTION '{NOTHING}' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$"
    )
    op.execute(f"CREATE TRIGGER {name} BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION {name}_refuse()")


def downgrade() -> None:
    for table in ABOUT_CANDIDATES:
        op.execute(f"DROP TRIGGER {table}_of_erased" if _is_sqlite() else f"DROP TRIGGER {table}_of_erased ON {table}")
        if not _is_sqlite():
            op.execute(f"DROP FUNCTION {table}_of_erased_refuse")
    op.drop_table("former_leads")
    kind = "DATETIME" if _is_sqlite() else "TIMESTAMP WITH TIME ZONE"
    op.execute(f"ALTER TABLE jobs ADD COLUMN fetched_at {kind}")
    op.execute("ALTER TABLE candidates DROP COLUMN version")
