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


def upgrade(database: Database, revision: str = "head") -> None:
    """Run the outstanding migrations in one transaction: all of them or none."""
    with database.engine.execution_options(writes=True).begin() as connection:
        command.upgrade(_config(connection), revision)


def downgrade(database: Database, revision: str) -> None:
    with database.engine.execution_options(writes=True).begin() as connection:
        command.downgrade(_config(connection), revision)


def check(database: Database) -> None:
    """Raise `DatabaseNotReady`, with the command that mends it, unless the tables are those of this program."""
    with database.engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    script = ScriptDirectory(str(migrations()))
    if current == script.get_current_head():
        return
    if current is None:
        raise DatabaseNotReady("The database has no tables yet. Run: screening db upgrade")
    if current not in {revision.revision for revision in script.walk_revisions()}:
        raise DatabaseNotReady("The database was made by a newer version of Screening. Install that version, or restore an older backup.")
    raise DatabaseNotReady("The database is of an earlier version. Make a backup, then run: screening db upgrade")


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(migrations()))
    config.attributes["connection"] = connection
    return config
