"""Migrations and models say the same, one step down and up again loses no table, and what is frozen stays frozen."""

from __future__ import annotations

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError

from screening import schema
from screening.database import Base, Database
from screening.errors import DatabaseNotReady
from tests.support.hiring_round import HiringRound


def test_the_migrations_make_the_tables_of_the_models(database: Database) -> None:
    schema.check(database)
    with database.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


def test_down_and_up_again(database: Database) -> None:
    before = sorted(inspect(database.engine).get_table_names())
    schema.downgrade(database, "base")
    assert inspect(database.engine).get_table_names() == ["alembic_version"]
    with pytest.raises(DatabaseNotReady, match="screening migrate"):
        schema.check(database)
    schema.upgrade(database)
    assert sorted(inspect(database.engine).get_table_names()) == before


def test_a_database_of_a_newer_program_is_refused(database: Database) -> None:
    with database.transaction() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(DatabaseNotReady, match="newer version"):
        schema.check(database)


@pytest.mark.parametrize("statement", ["UPDATE rubric_versions SET note = 'x'", "UPDATE ratings SET level = 5"])
def test_published_rubrics_and_submitted_ratings_never_change(hiring: HiringRound, statement: str) -> None:
    hiring.submit("ada", "maria", composure=2)
    with pytest.raises(DBAPIError, match="never changes"), hiring.database.transaction() as session:
        session.execute(text(statement))


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO ratings (revision_id, criterion, level, not_assessed, note) VALUES (1, 'x', 6, '', '')",
        "INSERT INTO ratings (revision_id, criterion, level, not_assessed, note) VALUES (1, 'x', 3, 'no_time', '')",
        "INSERT INTO ratings (revision_id, criterion, level, not_assessed, note) VALUES (999, 'x', 3, '', '')",
        "UPDATE openings SET state = 'gone'",
        "UPDATE applications SET months = -1",
        "UPDATE revisions SET after_reveal = true WHERE counts",
    ],
)
def test_the_schema_refuses_what_can_never_be(hiring: HiringRound, statement: str) -> None:
    hiring.submit("ada", "maria", composure=2)
    with pytest.raises(DBAPIError), hiring.database.transaction() as session:
        session.execute(text(statement))
