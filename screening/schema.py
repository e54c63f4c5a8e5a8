"""The database's tables: bring them up to date, and say whether they are."""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from screening.database import Database
from screening.errors import DatabaseNotReady
from screening.paths import migrations

_CHANGING_TABLES = 0x5C4EE2
"""The number of the lock that whoever changes the tables holds."""

_TAKE_BACK = """
DO $$ DECLARE grantee text; BEGIN
    FOR grantee IN
        SELECT DISTINCT CASE given.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(given.grantee)) END
        FROM pg_class, aclexplode(relacl) AS given
        WHERE pg_class.oid = to_regclass('events') AND given.grantee <> relowner
            AND given.privilege_type IN ('UPDATE', 'DELETE', 'TRUNCATE', 'TRIGGER')
    LOOP EXECUTE 'REVOKE UPDATE, DELETE, TRUNCATE, TRIGGER ON events FROM ' || grantee; END LOOP;
END $$
"""


def upgrade(database: Database, revision: str = "head") -> None:
    """Run the outstanding migrations in one transaction: all of them or none."""
    with database.engine.execution_options(writes=True).begin() as connection:
        upgrade_on(connection, revision)


def downgrade(database: Database, revision: str) -> None:
    with database.engine.execution_options(writes=True).begin() as connection:
        downgrade_on(connection, revision)


def upgrade_on(connection: Connection, revision: str) -> None:
    """The same as a part of a transaction that writes."""
    _alone(connection)
    command.upgrade(_config(connection), revision)
    _only_added_to(connection)


def downgrade_on(connection: Connection, revision: str) -> None:
    _alone(connection)
    command.downgrade(_config(connection), revision)


def _alone(connection: Connection) -> None:
    """Until the transaction ends nobody else changes the tables: on SQLite whoever writes is alone already."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_CHANGING_TABLES})")


def _only_added_to(connection: Connection) -> None:
    """Whoever does not own the record of events keeps no right to it but to read and to add, whatever new tables bring with them."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(_TAKE_BACK)


def check(database: Database) -> None:
    """Raise `DatabaseNotReady`, with the command that mends it, unless the tables are those of this program."""
    with database.engine.connect() as connection:
        current = known_revision(connection)
    if current != _script().get_current_head():
        raise DatabaseNotReady("The database is of an earlier version. Make a backup, then run: screening migrate")


def known_revision(connection: Connection) -> str:
    """The revision of the tables. Raises `DatabaseNotReady` where there are none, or none that this program knows."""
    current = revision(connection)
    if current is None:
        raise DatabaseNotReady("The database has no tables yet. Run: screening migrate")
    if not is_known(current):
        raise DatabaseNotReady("The database was made by a newer version of Screening. Install that version, or restore an older backup.")
    return current


def revision(connection: Connection) -> str | None:
    """The revision of the tables; None: there are none."""
    return MigrationContext.configure(connection).get_current_revision()


def is_known(wanted: str) -> bool:
    return wanted in revisions()


def revisions() -> list[str]:
    """Every revision, the first one first."""
    return [each.revision for each in _script().walk_revisions()][::-1]


def _script() -> ScriptDirectory:
    return ScriptDirectory(str(migrations()))


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(migrations()))
    config.attributes["connection"] = connection
    return config
