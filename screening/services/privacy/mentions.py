"""Texts about other people and things that name somebody. Erasing leaves them: they are parts of others' records, which never change."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import ColumnElement, String, func, or_, select
from sqlalchemy.orm import Session

from screening.services.privacy.inventory import TABLES, Kind, Subject, belongs, columns_of, table_of
from screening.services.privacy.subjects import Person

WRITTEN = {"openings": ("title",), "voids": ("reason", "undone_reason"), "rubric_versions": ("note",)}
"""Texts outside the records of candidates that people write."""


@dataclass(frozen=True, slots=True)
class Mention:
    """How many rows of a table name the person."""

    where: str
    count: int


def of(session: Session, candidate: Person) -> Iterator[Mention]:
    """Tables with texts not about this candidate in which their whole name or e-mail address stands.

    What is kept apart is not looked through: somebody's name may be that of a group, and the number of its members is for nobody here.
    """
    for name, table in TABLES.items():
        if table.apart:
            continue
        texts = [column for column in columns_of(name, Kind.HELD) if table.of is Subject.CANDIDATE] or list(WRITTEN.get(name, ()))
        columns = [table_of(name).c[column] for column in texts if isinstance(table_of(name).c[column].type, String)]
        if not columns:
            continue
        query = select(func.count()).select_from(table_of(name)).where(or_(*(_names(column, candidate) for column in columns)))
        if table.of is Subject.CANDIDATE:
            query = query.where(~belongs(name, candidate.id))
        if count := session.scalar(query):
            yield Mention(table.title, count)


def _names(column: ColumnElement[str], candidate: Person) -> ColumnElement[bool]:
    words = [word for word in (candidate.name, candidate.email) if word]
    return or_(*(func.lower(column).contains(word.lower(), autoescape=True) for word in words))
