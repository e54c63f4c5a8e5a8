"""What a backup holds: which tables, and how a value of each kind of column is written.

It is read from the database itself, not from the models: a database that waits for its migrations can be backed up as well.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    DateTime,
    Float,
    Integer,
    LargeBinary,
    MetaData,
    Numeric,
    String,
    TableClause,
    column,
    inspect,
    select,
    table,
)
from sqlalchemy.types import TypeEngine

from screening.errors import ScreeningError
from screening.models.columns import UtcDateTime

LEFT_OUT = {
    "api_tokens": "keys of programs, some of which may have been ended since: they are made anew",
    "attempts": "failed sign-ins, which are counted anew",
    "kept_papers": "typeset papers, which are set again when asked for",
    "links": "one-time links: invitations are made anew",
    "sign_ins": "sessions: everybody signs in again",
    "submissions": "forms that were sent in those sessions",
}
"""Tables whose rows are no part of a backup, and why. Everything else is."""

_PROGRAM = ("alembic_version",)
_QUEUE = "queue_"
"""What wakes workers may have tables of its own in the same database; nothing in them is needed."""

FEW, MANY = 8, 500


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of column: how it is declared, and how its values are written as JSON and read back."""

    type: TypeEngine[Any]
    write: Callable[[Any], Any] = lambda value: value
    read: Callable[[Any], Any] = lambda value: value


KINDS: dict[str, Kind] = {
    "time": Kind(UtcDateTime(), lambda moment: moment.isoformat(), datetime.fromisoformat),
    "json": Kind(JSON(none_as_null=True)),
    "bytes": Kind(LargeBinary(), lambda content: base64.b64encode(content).decode(), lambda text: base64.b64decode(text, validate=True)),
    "flag": Kind(Boolean()),
    "number": Kind(Integer()),
    "real": Kind(Float()),
    "text": Kind(String()),
}
_DECLARED: tuple[tuple[type[TypeEngine[Any]], str], ...] = (
    (DateTime, "time"),
    (JSON, "json"),
    (LargeBinary, "bytes"),
    (Boolean, "flag"),
    (Integer, "number"),
    (Float, "real"),
    (String, "text"),
)


@dataclass(frozen=True, slots=True)
class Stored:
    """A table: its columns as (name, kind), and those of its primary key."""

    name: str
    columns: tuple[tuple[str, str], ...]
    key: tuple[str, ...]

    @property
    def clause(self) -> TableClause:
        return table(self.name, *(column(name, KINDS[kind].type) for name, kind in self.columns))

    @property
    def at_once(self) -> int:
        """Rows to have in memory at a time: few where a row may hold a file."""
        return FEW if any(kind == "bytes" for _, kind in self.columns) else MANY

    def written(self, row: Sequence[Any]) -> list[Any]:
        kinds = (KINDS[kind] for _, kind in self.columns)
        return [None if value is None else kind.write(value) for value, kind in zip(row, kinds, strict=True)]

    def read(self, row: Sequence[Any]) -> dict[str, Any]:
        """The values by column. Raises `ValueError` or `TypeError` for what cannot have been written here."""
        pairs = zip(row, self.columns, strict=True)
        return {name: None if value is None else KINDS[kind].read(value) for value, (name, kind) in pairs}


def stored(connection: Connection) -> list[Stored]:
    """The tables that a backup of this database holds, what is referred to before what refers to it."""
    found = MetaData()
    found.reflect(connection, only=[name for name in present(connection) if name not in LEFT_OUT])
    # A table that is left out comes along where it is referred to; none of ours is.
    return [
        Stored(each.name, tuple((one.name, _kind(one)) for one in each.columns), tuple(one.name for one in each.primary_key))
        for each in found.sorted_tables
        if each.name not in LEFT_OUT
    ]


def present(connection: Connection) -> list[str]:
    """All tables of the program that there are, also those that are left out."""
    return [name for name in inspect(connection).get_table_names() if name not in _PROGRAM and not name.startswith(_QUEUE)]


def rows(connection: Connection, of: Stored) -> Iterator[list[Any]]:
    """Every row in the order of its key, as it is written; only a few are in memory at a time."""
    clause = of.clause
    statement = select(clause).order_by(*(clause.c[name] for name in of.key))
    found = connection.execution_options(yield_per=of.at_once).execute(statement)
    return map(of.written, found)


def _kind(of: Column[Any]) -> str:
    for declared, kind in _DECLARED:
        if isinstance(of.type, declared) and not (isinstance(of.type, Numeric) and kind != "real"):
            return kind
    raise ScreeningError(f"{of.table.name}.{of.name} is of a kind that backups do not know: {of.type}.")
