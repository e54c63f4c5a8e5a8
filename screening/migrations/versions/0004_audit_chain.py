"""The events as a chain that shows every change.

Events of the time before are numbered without gaps, in their order, and sealed now; an entry of its own says how many they are.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

from screening import chain
from screening.chain import Chain, Head
from screening.clock import now
from screening.errors import NoKey
from screening.models.columns import UtcDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

NEVER = "an entry of the record of events never changes and never goes"
AT_ONCE = 1000
ENTRY = {
    "id": sa.Integer(),
    "at": UtcDateTime(),
    "account_id": sa.Integer(),
    "action": sa.String(),
    "opening_id": sa.Integer(),
    "application_id": sa.Integer(),
    "detail": sa.JSON(),
}
SEAL = {"key": sa.String(), "previous": sa.String(), "mac": sa.String()}
HEAD = ("id", "number", "mac", "key", "seal")


def upgrade() -> None:
    _set_aside()
    op.create_table(
        "events",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        *_columns(),
        sa.Column("key", sa.String(length=16), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("mac", sa.String(length=64), nullable=False),
        *_constraints("RESTRICT"),
    )
    op.create_table(
        "event_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("mac", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=16), nullable=False),
        sa.Column("seal", sa.String(length=64), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_event_head_only")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_head")),
    )
    _seal_earlier()
    op.drop_table("earlier_events")
    op.create_index("ix_events_application_id", "events", ["application_id"])
    op.create_index("ix_events_opening_id", "events", ["opening_id"])
    op.create_index("ix_events_account_id_at", "events", ["account_id", "at"])
    op.create_index("ix_events_action", "events", ["action", "id"])
    _guard()


def _set_aside() -> None:
    op.execute("ALTER TABLE events RENAME TO earlier_events")
    op.drop_index("ix_events_application_id", table_name="earlier_events")
    op.drop_index("ix_events_opening_id", table_name="earlier_events")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE earlier_events RENAME CONSTRAINT pk_events TO pk_earlier_events")


def _columns() -> Iterator[sa.Column[Any]]:
    yield sa.Column("at", sa.DateTime(timezone=True), nullable=False)
    yield sa.Column("account_id", sa.Integer(), nullable=True)
    yield sa.Column("action", sa.String(length=60), nullable=False)
    yield sa.Column("opening_id", sa.Integer(), nullable=True)
    yield sa.Column("application_id", sa.Integer(), nullable=True)
    yield sa.Column("detail", sa.JSON(), nullable=False)


def _constraints(ondelete: str) -> Iterator[sa.Constraint]:
    yield sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_events_account_id"), ondelete="RESTRICT")
    yield sa.ForeignKeyConstraint(["application_id"], ["applications.id"], name=op.f("fk_events_application_id"), ondelete=ondelete)
    yield sa.ForeignKeyConstraint(["opening_id"], ["openings.id"], name=op.f("fk_events_opening_id"), ondelete=ondelete)
    yield sa.PrimaryKeyConstraint("id", name=op.f("pk_events"))


def _seal_earlier() -> None:
    connection = op.get_bind()
    batches = _earlier(connection)
    some = next(batches, None)
    if some is None:
        return
    known = connection.get_execution_options().get(chain.KEYS)
    if not known:
        raise NoKey
    end = Chain(known, Head())
    statement = sa.insert(sa.table("events", *itertools.starmap(sa.column, {**ENTRY, **SEAL}.items())))
    while some:
        connection.execute(statement, [end.add(entry) for entry in some])
        some = next(batches, None)
    begun = {"at": now(), "account_id": None, "action": chain.BEGUN, "opening_id": None, "application_id": None}
    connection.execute(statement, end.add({**begun, "detail": {"earlier": end.head.number}}))
    connection.execute(sa.insert(sa.table("event_head", *map(sa.column, HEAD))), end.head_row())


def _earlier(connection: sa.Connection) -> Iterator[list[dict[str, Any]]]:
    """The events of before, so many at a time."""
    earlier = sa.table("earlier_events", *itertools.starmap(sa.column, ENTRY.items()))
    last = 0
    while True:
        rows = connection.execute(sa.select(earlier).where(earlier.c.id > last).order_by(earlier.c.id).limit(AT_ONCE)).mappings().all()
        if not rows:
            return
        last = rows[-1]["id"]
        yield [dict(row) for row in rows]


def _guard() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for name, when in (
            ("unchanged", "UPDATE ON events"),
            ("kept", "DELETE ON events"),
            # INSERT OR REPLACE deletes without asking the trigger above.
            ("not_replaced", "INSERT ON events WHEN EXISTS (SELECT 1 FROM events WHERE events.id = NEW.id)"),
        ):
            op.execute(f"CREATE TRIGGER events_{name} BEFORE {when} BEGIN SELECT RAISE(ABORT, '{NEVER}'); END")
        return
    op.execute(
        "CREATE FUNCTION events_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"RAISE EXCEPTION '{NEVER}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    op.execute("CREATE TRIGGER events_unchanged BEFORE UPDATE OR DELETE ON events FOR EACH ROW EXECUTE FUNCTION events_refuse()")
    op.execute("CREATE TRIGGER events_kept BEFORE TRUNCATE ON events FOR EACH STATEMENT EXECUTE FUNCTION events_refuse()")


def downgrade() -> None:
    op.drop_index("ix_events_account_id_at", table_name="events")
    op.drop_index("ix_events_action", table_name="events")
    _set_aside()
    op.create_table("events", sa.Column("id", sa.Integer(), nullable=False), *_columns(), *_constraints("CASCADE"))
    names = ", ".join(ENTRY)
    op.execute(f"INSERT INTO events ({names}) SELECT {names} FROM earlier_events ORDER BY id")  # nosec B608  # noqa: S608 - names of columns
    op.drop_table("earlier_events")
    op.drop_table("event_head")
    op.create_index("ix_events_application_id", "events", ["application_id"])
    op.create_index("ix_events_opening_id", "events", ["opening_id"])
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION events_refuse")
        op.execute("SELECT setval(pg_get_serial_sequence('events', 'id'), (SELECT coalesce(max(id), 0) + 1 FROM events), false)")
