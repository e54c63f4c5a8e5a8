"""Every step of the tables, down and up again with data in them: what both sides know of is kept, and the tables are the same after."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import inspect, select, text

from screening import chain, schema
from screening.database import Database
from screening.errors import DatabaseNotReady
from screening.models import FormerLead
from screening.operations import contents
from screening.policy import Hat
from screening.services import openings
from tests.support import rich_round
from tests.support.hiring_round import HiringRound, viewer_of

STEPS = list(zip(schema.revisions(), schema.revisions()[1:], strict=False))
LATER_HATS = ("calibration_lead", "impact_analyst")
"""They came together with the table of voids."""
LEFT_OUT = {("events", "id"), ("jobs", "fetched_at")}
"""The number of an entry may move up; into the other nothing was ever written, and it went."""

Rows = dict[str, list[dict[str, Any]]]


def rows(database: Database) -> Rows:
    """Every row of the tables as they are now, but for some columns, and without the entry that begins a chain."""
    with database.engine.connect() as connection:
        found = {
            stored.name: sorted((_plain(stored, row) for row in contents.rows(connection, stored)), key=repr)
            for stored in contents.stored(connection)
        }
    return found | {"events": [row for row in found["events"] if row["action"] != chain.BEGUN]}


def _plain(stored: contents.Stored, row: list[Any]) -> dict[str, Any]:
    named = dict(zip((name for name, _ in stored.columns), row, strict=True))
    return {name: value for name, value in named.items() if (stored.name, name) not in LEFT_OUT}


def within(wide: Rows, narrow: Rows) -> Rows:
    """Of the first what the second has tables and columns for, and hats it knows."""
    wide = wide | {"memberships": [row for row in wide["memberships"] if "voids" in narrow or row["hat"] not in LATER_HATS]}
    return {
        name: sorted(({column: row[column] for column in some[0]} for row in wide[name]), key=repr) for name, some in narrow.items() if some
    }


def shape(database: Database) -> dict[str, Any]:
    """Tables, columns, keys, checks, indexes and triggers."""
    look = inspect(database.engine)
    found: dict[str, Any] = {
        name: {
            "columns": sorted((column["name"], str(column["type"]), column["nullable"]) for column in look.get_columns(name)),
            "keys": sorted(map(repr, look.get_foreign_keys(name))),
            "unique": sorted(map(repr, look.get_unique_constraints(name))),
            "checks": sorted(str(check["name"]) for check in look.get_check_constraints(name)),
            "indexes": sorted(str(index["name"]) for index in look.get_indexes(name)),
        }
        for name in look.get_table_names()
    }
    triggers = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger' ORDER BY name",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal ORDER BY tgname",
    }
    with database.engine.connect() as connection:
        return found | {"triggers": list(connection.scalars(text(triggers[database.engine.dialect.name])))}


def test_every_step_down_and_up_again_keeps_what_is_there(hiring: HiringRound) -> None:
    rich_round.fill(hiring)
    database = hiring.database
    for lower, upper in reversed(STEPS):
        before, shape_before = rows(database), shape(database)
        assert len(before["ratings"]) > 3
        schema.downgrade(database, lower)
        with pytest.raises(DatabaseNotReady, match="earlier version"):
            schema.check(database)
        down = rows(database)
        assert within(before, down) == {name: some for name, some in down.items() if some}, f"{upper} down"
        schema.upgrade(database, upper)
        assert within(rows(database), down) == within(before, down), f"{upper} up again"
        assert shape(database) == shape_before, f"{upper} up again"
        schema.downgrade(database, lower)
    schema.upgrade(database)
    schema.check(database)


def test_who_led_an_opening_before_is_known_from_the_record(hiring: HiringRound) -> None:
    """The recruiter who made it, a manager who came back and left again, and somebody who leads once more."""
    changes = (
        ("admin", "stranger", [Hat.RECRUITER]),
        ("admin", "recruiter", [Hat.INTERVIEWER]),
        ("stranger", "manager", []),
        ("stranger", "manager", [Hat.HIRING_MANAGER]),
        ("stranger", "manager", [Hat.INTERVIEWER]),
        ("stranger", "ben", [Hat.HIRING_MANAGER, Hat.INTERVIEWER]),
        ("stranger", "ben", [Hat.RECRUITER]),
    )
    for actor, who, hats in changes:
        with hiring.database.transaction() as session:
            openings.set_hats(session, viewer_of(session, hiring.people[actor]), hiring.opening, hiring.people[who], hats)

    def former() -> list[FormerLead]:
        with hiring.database.reading() as session:
            return list(session.scalars(select(FormerLead).order_by(FormerLead.account_id)))

    written = former()
    assert len(written) == 2
    schema.downgrade(hiring.database, "0007")
    schema.upgrade(hiring.database)
    read = former()
    assert [(row.opening_id, row.account_id) for row in read] == [(row.opening_id, row.account_id) for row in written]
    assert all(abs(one.until - other.until).total_seconds() < 1 for one, other in zip(read, written, strict=True))
