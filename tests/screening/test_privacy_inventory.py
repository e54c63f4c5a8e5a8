"""Every column of every table is classified in one place, and the classes fit what the columns are."""

from __future__ import annotations

from sqlalchemy import JSON, LargeBinary, String, text

import screening.models  # noqa: F401  (fills the metadata)
from screening.database import Base, Database
from screening.services.privacy.inventory import TABLES, Kind, Subject, below, columns_of, table_of

WORDS_WITHOUT_ANYBODY = {
    ("events", "action"),
    ("past_decisions", "stage"),
    ("past_decisions", "kind"),
    ("memberships", "hat"),
}
"""Texts of the program's own that stay: names of acts, stages and hats."""


def test_every_column_has_a_class_and_no_class_is_left_over() -> None:
    there = {name: sorted(table.columns.keys()) for name, table in Base.metadata.tables.items()}
    assert {name: sorted(table.columns) for name, table in TABLES.items()} == there


def test_references_to_accounts_are_never_handed_out_as_they_are() -> None:
    for name, table in Base.metadata.tables.items():
        for key in table.foreign_keys:
            if key.column.table.name != "accounts":
                continue
            own = TABLES[name].of is Subject.ACCOUNT
            allowed = {Kind.PLAIN} if own else {Kind.INTERVIEWER, Kind.COLLEAGUE}
            assert TABLES[name].columns[key.parent.name] in allowed, (name, key.parent.name)


def test_no_text_about_a_candidate_stays_when_they_are_erased() -> None:
    """What stays is a number, a time, an identifier, or a word of the program's own."""
    for name, table in TABLES.items():
        if table.of is not Subject.CANDIDATE or not table.stays:
            continue
        for column, kind in table.columns.items():
            of_text = isinstance(table_of(name).c[column].type, String | JSON | LargeBinary)
            if kind is not Kind.HELD and of_text and (name, column) not in WORDS_WITHOUT_ANYBODY:
                assert column in ("public_id", "detail", "key", "previous", "mac"), (name, column)


def test_everything_that_refers_to_a_candidate_or_an_application_goes_with_them() -> None:
    for name, table in Base.metadata.tables.items():
        for key in table.foreign_keys:
            parent = key.column.table.name
            if parent in ("candidates", *below("candidates")):
                assert TABLES[name].under == (key.parent.name, parent)
                assert name in below("candidates")


def test_what_lets_one_sign_in_is_no_part_of_a_copy() -> None:
    kept = {(name, column) for name in TABLES for column in columns_of(name, Kind.KEY)}
    looks_secret = {
        (name, column)
        for name, table in Base.metadata.tables.items()
        for column in list(table.columns.keys())
        if "hash" in column or "secret" in column or "token" in column
    }
    assert looks_secret - kept == {("attempts", "subject_hash")}


CODED = {
    "stage", "relatedness", "education", "criterion", "not_assessed", "recommendation", "kind", "state", "purpose", "way", "device",
    "media_type", "message", "issuer", "address", "digest", "scopes",
}  # fmt: skip
"""Keys and words of the program's own, of which PostgreSQL may keep samples."""


def test_postgresql_takes_no_samples_of_what_people_are_called_and_wrote(postgres_database: Database) -> None:
    wanted = {
        (name, column)
        for name in TABLES
        for column in columns_of(name, Kind.HELD, Kind.COPY)
        if isinstance(table_of(name).c[column].type, String | LargeBinary) and column not in CODED
    }
    with postgres_database.reading() as session:
        rows = session.execute(text("SELECT attrelid::regclass::text, attname FROM pg_attribute WHERE attstattarget = 0 AND attnum > 0"))
        assert {tuple(row) for row in rows} & {(name, column) for name in TABLES for column in TABLES[name].columns} == wanted
