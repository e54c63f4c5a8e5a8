"""Figures of the impact report as they may be shown: they change by five people or not at all.

Otherwise whoever looks before and after one decision, one erasure or one changed line of the list of groups could read off how one person
fared. So figures are made at certain moments, and a table stays as it was until every group in it has changed enough.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from rubrics.differencing import nearly_contain, steps_too_little, tell_of_few
from rubrics.impact import Figures, Group, assess, suppressed
from screening.clock import now
from screening.models import ImpactFigure, Opening

EXCHANGED = 2
AGAIN = "beside the same people in other groups, this would tell of fewer than 5 people"


@dataclass(frozen=True, slots=True)
class Counted:
    """One table as it is now: `members` are the people counted in it, by group, `small` groups that are hidden in a table beside it."""

    key: str
    title: str
    groups: Sequence[Group]
    members: Mapping[int, str]
    small: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Shown:
    """One table as it is shown since `at`: groups with their counts, and why others have none."""

    key: str
    title: str
    groups: tuple[Group, ...]
    hidden: Mapping[str, str]
    at: datetime

    @property
    def figures(self) -> tuple[Figures, ...]:
        told = {figure.group: figure for figure in assess(self.groups)}
        told |= {name: Figures(name, suppressed=True, reason=reason) for name, reason in self.hidden.items()}
        return tuple(told[name] for name in sorted(told))


def shown(session: Session, openings: Sequence[int]) -> dict[int, dict[str, dict[str, Shown]]]:
    """What is shown now, by opening, attribute (in small letters) and key of the table."""
    found: dict[int, dict[str, dict[str, Shown]]] = {}
    for row in _history(session, openings):
        found.setdefault(row.opening_id, {}).setdefault(row.attribute, {})[row.key] = _read(row)
    return found


def bring_up_to_date(session: Session, opening: Opening, tables: Mapping[str, Sequence[Counted]]) -> int:
    """Show the present figures, by attribute, of each table that may change; returns how many did.

    The caller holds the opening against others.
    """
    before: dict[tuple[str, str], list[Shown]] = {}
    for row in _history(session, [opening.id]):
        before.setdefault((row.attribute, row.key), []).append(_read(row))
    changed = 0
    accepted: dict[str, list[tuple[Counted, Collection[str]]]] = {}
    for attribute, counted in tables.items():
        for table in counted:
            hidden = _hidden(table, accepted.setdefault(table.key, []))
            accepted[table.key].append((table, hidden))
            earlier = before.get((attribute.casefold(), table.key), [])
            if _may_change(table, earlier) and not (earlier and _same(table, hidden, earlier[-1])):
                session.add(_row(opening, attribute.casefold(), table, hidden))
                changed += 1
    return changed


def _hidden(table: Counted, beside: Sequence[tuple[Counted, Collection[str]]]) -> dict[str, str]:
    hidden = suppressed(table.groups, table.small)
    if any(_tell_too_much(other.members, theirs, table.members, hidden) for other, theirs in beside):
        return {group.name: AGAIN for group in table.groups}
    return hidden


def _tell_too_much(one: Mapping[int, str], hidden: Collection[str], other: Mapping[int, str], hidden_too: Collection[str]) -> bool:
    """Two attributes of the same people: fewer than five singled out, or two exchanged. Any mixture of a few is there by chance alone."""
    return nearly_contain(one, other, hidden, hidden_too) or tell_of_few(one, other, hidden, hidden_too, fewer_than=EXCHANGED + 1)


def _may_change(table: Counted, earlier: Sequence[Shown]) -> bool:
    """Whether no group's counts are one to four people away from any that were ever shown of it; a group that is gone counts nobody."""
    present = {group.name.casefold(): group for group in table.groups}
    return not any(
        steps_too_little(group, present.get(group.name.casefold(), Group(group.name, 0, 0))) for one in earlier for group in one.groups
    )


def _same(table: Counted, hidden: Mapping[str, str], last: Shown) -> bool:
    groups = tuple(group for group in table.groups if group.name not in hidden)
    return (groups, dict(hidden), table.title) == (last.groups, dict(last.hidden), last.title)


def _row(opening: Opening, attribute: str, table: Counted, hidden: Mapping[str, str]) -> ImpactFigure:
    groups = [[group.name, group.selected, group.total] for group in table.groups if group.name not in hidden]
    content = {"title": table.title, "groups": groups, "hidden": dict(hidden)}
    return ImpactFigure(opening_id=opening.id, attribute=attribute, key=table.key, content=content, shown_at=now())


def _history(session: Session, openings: Sequence[int]) -> Iterator[ImpactFigure]:
    yield from session.scalars(select(ImpactFigure).where(ImpactFigure.opening_id.in_(openings)).order_by(ImpactFigure.id))


def _read(row: ImpactFigure) -> Shown:
    content: Mapping[str, Any] = row.content
    return Shown(row.key, content["title"], tuple(Group(*counts) for counts in content["groups"]), content["hidden"], row.shown_at)
