"""What is erased is not there: every query of every session leaves the marks of erased people out.

So no page, search, export or file can forget to. Only the few that count or erase ask for the marks too, with `ERASED_TOO`.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TypeVarTuple

from sqlalchemy import Select, event
from sqlalchemy.orm import ORMExecuteState, Session, with_loader_criteria

from screening.models.candidates import Application, Candidate

ERASED_TOO: Mapping[str, bool] = MappingProxyType({"erased_too": True})
"""Execution options of a statement that is about the marks of erased people as well."""

Columns = TypeVarTuple("Columns")
_BUILT = "left_out_already"
# Made for each alias of its own: given as it is, the condition of the table itself would stand beside a joined alias.
_LEFT_OUT = tuple(
    with_loader_criteria(table, lambda row: row.erased_at.is_(None), include_aliases=True) for table in (Application, Candidate)
)


def built_once(query: Select[*Columns]) -> Select[*Columns]:
    """A query to be kept and asked again and again: it leaves erased people out already, so that nobody puts it together anew each time."""
    return query.options(*_LEFT_OUT).execution_options(**{_BUILT: True})


@event.listens_for(Session, "do_orm_execute")
def _leave_out(state: ORMExecuteState) -> None:
    # What is loaded for a row that is there already (its columns, what it refers to) has passed this before.
    if not state.is_select or state.is_column_load or state.is_relationship_load:
        return
    if not state.execution_options.get("erased_too") and not state.execution_options.get(_BUILT):
        state.statement = state.statement.options(*_LEFT_OUT)
