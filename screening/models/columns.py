"""Column kinds that several tables share."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import Annotated, Any

from sqlalchemy import DateTime, Dialect, ForeignKey, FunctionElement, String, TypeDecorator
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import mapped_column
from sqlalchemy.sql.compiler import SQLCompiler

from screening.clock import now


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC time; SQLite has no time zones, so there it is stored as UTC without one."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.astimezone(UTC).replace(tzinfo=None) if dialect.name == "sqlite" else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class utc_stamp(FunctionElement[str]):  # noqa: N801 - used as a function, as SQLAlchemy's own are
    """The text `2026-03-01T10:42:07+00:00` of a `UtcDateTime`, made by the database: no conversion for thousands of rows."""

    type = String()
    inherit_cache = True


@compiles(utc_stamp, "sqlite")
def _on_sqlite(element: utc_stamp, compiler: SQLCompiler, **kw: Any) -> str:
    return f"replace(substr({compiler.process(element.clauses, **kw)}, 1, 19), ' ', 'T') || '+00:00'"


@compiles(utc_stamp, "postgresql")
def _on_postgresql(element: utc_stamp, compiler: SQLCompiler, **kw: Any) -> str:
    return f"""to_char(timezone('UTC', {compiler.process(element.clauses, **kw)}), 'YYYY-MM-DD"T"HH24:MI:SS+00:00')"""


def new_public_id() -> str:
    """An identifier for addresses: 128 random bits, less the few that a command would take for an option, with no time or counter in it."""
    while (drawn := secrets.token_urlsafe(16)).startswith("-"):
        pass
    return drawn


PublicId = Annotated[str, mapped_column(String(22), unique=True, default=new_public_id)]
When = Annotated[datetime, mapped_column(UtcDateTime)]
Created = Annotated[datetime, mapped_column(UtcDateTime, default=now)]
ShortText = Annotated[str, mapped_column(String(200), default="")]
LongText = Annotated[str, mapped_column(String(4000), default="")]
AccountRef = Annotated[int, mapped_column(ForeignKey("accounts.id", ondelete="RESTRICT"))]
OpeningRef = Annotated[int, mapped_column(ForeignKey("openings.id", ondelete="CASCADE"), index=True)]
ApplicationRef = Annotated[int, mapped_column(ForeignKey("applications.id", ondelete="CASCADE"), index=True)]


def one_of(column: str, values: tuple[str, ...] | list[str]) -> str:
    """The text of a check constraint that allows only these values."""
    return f"{column} IN ({', '.join(repr(str(value)) for value in values)})"
