"""The database: reachable, up to date, and set so that nothing that was acknowledged can be lost."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, make_url
from sqlalchemy.exc import DBAPIError

from screening import schema, turns
from screening.config import Settings
from screening.database import POOL, SAFE_WAL, Database, sqlite_module
from screening.errors import DatabaseNotReady
from screening.operations import demonstration
from screening.operations.doctor.findings import Finding, advice, ok, problem

OLDEST_POSTGRESQL = 13
_POWERS = """
SELECT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) AS superuser,
    pg_has_role(relowner, 'MEMBER') OR pg_has_role(nspowner, 'MEMBER') OR pg_has_role(datdba, 'MEMBER') AS owner,
    concat_ws(', ',
        CASE WHEN has_any_column_privilege(events.oid, 'UPDATE') THEN 'UPDATE' END,
        CASE WHEN has_table_privilege(events.oid, 'DELETE') THEN 'DELETE' END,
        CASE WHEN has_table_privilege(events.oid, 'TRUNCATE') THEN 'TRUNCATE' END,
        CASE WHEN has_table_privilege(events.oid, 'TRIGGER') THEN 'TRIGGER' END) AS granted
FROM pg_class AS events JOIN pg_namespace ON pg_namespace.oid = relnamespace JOIN pg_database ON datname = current_database()
WHERE events.oid = to_regclass('events')
"""
_TWO_ROLES = (
    "Give the server the role screening and migrations the role screening_owner: run deploy/make-database.sh (again), as in "
    "docs/deployment.md under “SQLite or PostgreSQL?”, then screening migrate as the owner."
)
SPARE_CONNECTIONS = 10
"""For workers, commands and whoever looks after the server."""


def settled(settings: Settings, database: Database) -> Iterator[Finding]:
    """Is there a database, and does it answer?"""
    address = make_url(settings.database_url)
    where = address.render_as_string(hide_password=True)
    if address.get_backend_name() == "sqlite" and address.database and not Path(address.database).exists():
        yield problem("database", f"there is none at {address.database} yet. Run: screening migrate")
        return
    try:
        with database.engine.connect() as connection:
            connection.exec_driver_sql("SELECT 1")
    except DBAPIError as error:
        reason = " ".join(str(error.orig).split())
        yield problem("database", f"{where} does not answer ({reason}). Is it running, and is SCREENING_DATABASE_URL right?")
        return
    yield ok("database", f"{where} answers")


def tables(settings: Settings, database: Database) -> Iterator[Finding]:
    try:
        schema.check(database)
    except DatabaseNotReady as error:
        yield problem("tables", str(error))
        return
    yield ok("tables", f"up to date, revision {schema.revisions()[-1]}")
    if not settings.demo and demonstration.is_in(database):
        yield problem("demonstration", "the database holds the invented people of a demonstration: use another one for real work.")


def kind_of(settings: Settings, database: Database) -> Iterator[Finding]:
    """What can be wrong with a database of its kind."""
    with database.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            yield from _sqlite(connection)
            yield from _rights(make_url(settings.database_url).database)
        else:
            yield from _postgresql(connection, settings)


def _sqlite(connection: Connection) -> Iterator[Finding]:
    def pragma(name: str) -> Any:
        return connection.exec_driver_sql(f"PRAGMA {name}").scalar()

    yield _version(str(pragma("journal_mode")))
    wanted = {"synchronous": (2, "FULL"), "foreign_keys": (1, "ON"), "secure_delete": (1, "ON")}
    wrong = [f"{name} is not {words}" for name, (value, words) in wanted.items() if pragma(name) != value]
    if wrong:
        yield problem(
            "SQLite settings", f"{', '.join(wrong)}: this SQLite was built so that it cannot be set. Use another one, or PostgreSQL."
        )
    else:
        yield ok("SQLite settings", ", ".join(f"{name} {words}" for name, (_, words) in wanted.items()))
    whole = pragma("quick_check")
    if whole == "ok":
        yield ok("SQLite file", "whole")
    else:
        yield problem("SQLite file", f"it is damaged ({whole}). Stop the services, keep a copy of it, and restore the last backup.")


def _version(journal: str) -> Finding:
    module = sqlite_module()
    words = f"{module.sqlite_version}, journal mode {journal.upper()}"
    if module.sqlite_version_info >= SAFE_WAL:
        return ok("SQLite", words)
    if journal == "wal":
        return problem(
            "SQLite",
            f"{words}: versions 3.7.0 to 3.51.2 can damage a database in this mode when several processes write. Install the package "
            "pysqlite3 into the environment of Screening, which brings a newer one.",
        )
    return advice(
        "SQLite",
        f"{words}: safe, but slower, and changes wait while somebody reads for long. The package pysqlite3 brings a newer version.",
    )


def _rights(path: str | None) -> Iterator[Finding]:
    if not path or path == ":memory:":
        return
    file = Path(path).absolute()
    readable = [
        each for ending in turns.FILES if (each := file.with_name(file.name + ending)).exists() and each.stat().st_mode & stat.S_IROTH
    ]
    if readable and _can_pass(file.parent):
        yield problem("rights", f"every user of this machine can read the database. Run: chmod o-rwx {' '.join(map(str, readable))}")
    elif not os.access(file.parent, os.W_OK):
        yield problem("rights", f"{file.parent} cannot be written to by this user: SQLite needs that for its journal.")
    else:
        yield ok("rights", "the database is readable by its owner only")


def _can_pass(folder: Path) -> bool:
    """Whether strangers get as far as this folder."""
    return all(each.stat().st_mode & stat.S_IXOTH for each in (folder, *folder.parents))


def _postgresql(connection: Connection, settings: Settings) -> Iterator[Finding]:
    def show(name: str) -> str:
        return str(connection.exec_driver_sql(f"SHOW {name}").scalar())

    number = int(show("server_version_num")) // 10000
    if number < OLDEST_POSTGRESQL:
        yield problem("PostgreSQL", f"version {number} no longer gets security fixes: use {OLDEST_POSTGRESQL} or newer.")
    else:
        yield ok("PostgreSQL", f"version {show('server_version').split()[0]}")
    unsafe = [name for name in ("fsync", "synchronous_commit", "full_page_writes") if show(name) == "off"]
    if unsafe:
        yield problem("PostgreSQL settings", f"{', '.join(unsafe)} is off: what was acknowledged is lost with the power. Set it to on.")
    yield _user(connection)
    yield _connections(int(show("max_connections")), settings)


def _user(connection: Connection) -> Finding:
    """Whoever runs the server must not be able to change or delete what the record of events holds."""
    found = connection.exec_driver_sql(_POWERS).first()
    if found is None:
        return ok("database user", "not looked at: there is no record of events yet")
    if found.superuser:
        who = "is a superuser of PostgreSQL, who may do anything there"
    elif found.owner:
        who = "owns the database or its tables, so that it could take off the triggers that keep the record of events, and delete entries"
    elif found.granted:
        who = f"may do more to the record of events than add to it and read it ({found.granted})"
    else:
        return ok("database user", "may only add to the record of events, and read it")
    # One role for everything works, and some servers give no second one: a superuser is what nobody may be.
    judged = problem if found.superuser else advice
    return judged("database user", f"{connection.engine.url.username or 'the user'} {who}. {_TWO_ROLES}")


def _connections(most: int, settings: Settings) -> Finding:
    needed = settings.workers * min(settings.threads, sum(POOL)) + SPARE_CONNECTIONS
    words = f"max_connections is {most}; this server may use {needed}"
    if needed > most:
        return problem("connections", f"{words}. Raise it in postgresql.conf, or lower SCREENING_WORKERS or SCREENING_THREADS.")
    return ok("connections", f"{words} (others on the same database need theirs too)")
