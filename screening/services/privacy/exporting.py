"""Everything that is held about somebody, as a table of contents reads: every field of every row that the inventory names.

Of other people it says no more than the own copy: interviewers are letters, who decided is a role, and known names in texts are replaced.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, select
from sqlalchemy.orm import Session

from screening.clock import now
from screening.database import Base
from screening.models import Account, Candidate, Opening
from screening.services import copies, panel, rubrics
from screening.services.naming import letters
from screening.services.privacy import lists
from screening.services.privacy.inventory import TABLES, Kind, belongs, below, children, table_of

HANDED_OUT = (Kind.HELD, Kind.RECORD)
OF_COLLEAGUES = frozenset({"interviewers", "account", "job"})
"""What an entry of the log may say that is about somebody else."""
LEFT_OUT = (
    "Who of the organisation interviewed or decided: interviewers are letters, the others are called by their role.",
    "What is said of other people: their known names in texts are replaced.",
    "What you said of yourself to find out how groups fare: it is kept apart, and comes in a file of its own.",
    "Files made from these data, such as summaries that wait to be downloaded: they say the same.",
)


def of_candidate(session: Session, candidate: Candidate, organisation: str) -> dict[str, Any]:
    """All that is held about a candidate, by table and column in words."""
    rows = _rows(session, candidate.id)
    return {
        **_heading(organisation),
        "Person": _Voice().said("candidates", rows["candidates"][0]),
        "Applications": [_application(session, rows, row, candidate) for row in rows["applications"]],
        "Legal holds": [_Voice().said("holds", row) for row in rows["holds"]],
        "Rows of uploaded lists that nobody has confirmed yet": lists.rows_about(session, candidate),
        "Not in this file": list(LEFT_OUT),
    }


def apart(session: Session, candidate: Candidate) -> dict[str, Any]:
    """What is kept apart from all else, for a file of its own; {} where there is nothing."""
    found: dict[str, Any] = {}
    for name in below("candidates"):
        if TABLES[name].apart and (rows := session.execute(select(table_of(name)).where(belongs(name, candidate.id))).mappings().all()):
            found[TABLES[name].title] = [_Voice().said(name, row) for row in rows]
    return found


def of_account(session: Session, account: Account, organisation: str) -> dict[str, Any]:
    """All that is held about somebody who works with this program; what they wrote about candidates belongs to those."""
    titles = dict(session.execute(select(Opening.id, Opening.title)).all())
    found: dict[str, Any] = {**_heading(organisation)}
    for name in ("accounts", *children("accounts")):
        table = table_of(name)
        rows = session.execute(select(table).where(belongs(name, account.id)).order_by(*table.primary_key)).mappings()
        found[TABLES[name].title] = [_with_opening(_Voice().said(name, row), row, titles) for row in rows]
    found["What you did"] = list(_acts(session, account, titles))
    found["Not in this file"] = ["What you wrote about candidates: it is part of their records."]
    return found


def as_json(found: Mapping[str, Any]) -> bytes:
    return json.dumps(found, ensure_ascii=False, indent=2).encode()


def _heading(organisation: str) -> dict[str, Any]:
    return {"About": f"Everything that {organisation} holds about you in Screening", "Made": now().isoformat(timespec="seconds")}


def _rows(session: Session, candidate_id: int) -> dict[str, Sequence[RowMapping]]:
    """Every row about the candidate, by table."""
    return {
        name: session.execute(select(table_of(name)).where(belongs(name, candidate_id)).order_by(*table_of(name).primary_key))
        .mappings()
        .all()
        for name in ("candidates", *below("candidates"))
    }


def _as_typed(text: str) -> str:
    return text


@dataclass(frozen=True, slots=True)
class _Voice:
    """How a row is told: names of stages and criteria by key, what interviewers and others are called, and how texts are cleaned."""

    names: Mapping[str, str] | None = None
    interviewers: Mapping[int, str] | None = None
    roles: Mapping[int, str] | None = None
    clean: Callable[[str], str] = _as_typed

    def said(self, name: str, row: RowMapping) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for column, kind in TABLES[name].columns.items():
            value = row[column]
            if kind in HANDED_OUT:
                found[column.replace("_", " ")] = self._value(column, value)
            elif kind is Kind.INTERVIEWER:
                found["interviewer"] = (self.interviewers or {}).get(value, copies.NO_ROLE)
            elif kind is Kind.COLLEAGUE:
                found[column.removesuffix("_id").replace("_", " ")] = (
                    None if value is None else (self.roles or {}).get(value, copies.NO_ROLE)
                )
        return found

    def _value(self, column: str, value: Any) -> Any:
        if isinstance(value, datetime):
            return value.isoformat(timespec="seconds")
        if isinstance(value, dict):
            return {(self.names or {}).get(key, key): self._value(key, part) for key, part in value.items() if key not in OF_COLLEAGUES}
        if isinstance(value, str):
            named = (self.names or {}).get(value) if column in ("stage", "criterion") else None
            return named or self.clean(value)
        return value


def _application(session: Session, rows: Mapping[str, Sequence[RowMapping]], row: RowMapping, candidate: Candidate) -> dict[str, Any]:
    opening = session.get_one(Opening, row["opening_id"])
    voice = _Voice(
        _names(session, opening),
        letters(_interviewers(session, rows, row["id"])),
        copies.roles(session, opening.id),
        copies.redactor(session, opening).but(copies.known(candidate, row["reference"])).text,
    )
    return {"opening": opening.title, **_tree(rows, "applications", row, voice)}


def _tree(rows: Mapping[str, Sequence[RowMapping]], name: str, row: RowMapping, voice: _Voice) -> dict[str, Any]:
    """A row with everything that hangs on it."""
    found = voice.said(name, row)
    for child in children(name):
        if TABLES[child].apart:
            continue
        column = (TABLES[child].under or ("", ""))[0]
        found[TABLES[child].title] = [_tree(rows, child, one, voice) for one in rows[child] if one[column] == row["id"]]
    return found


def _names(session: Session, opening: Opening) -> dict[str, str]:
    published = rubrics.current(session, opening.id)
    if published is None:
        return {}
    stages = {stage.key: stage.name for stage in published.rubric.stages}
    return stages | {item.key: item.criterion.name for item in published.rubric.criteria}


def _interviewers(session: Session, rows: Mapping[str, Sequence[RowMapping]], application_id: int) -> list[int]:
    """In the order of the own copy, so that a letter is the same person in both; then those whose cards are in no paper."""
    submitted = [card.interviewer_id for card in panel.cards_by_application(session, [application_id]).get(application_id, ())]
    interviews = {row["id"] for row in rows["interviews"] if row["application_id"] == application_id}
    assigned = [row["interviewer_id"] for row in rows["scorecards"] if row["interview_id"] in interviews]
    return [*submitted, *assigned]


def _with_opening(said: dict[str, Any], row: RowMapping, titles: Mapping[int, str]) -> dict[str, Any]:
    return {"opening": titles.get(row["opening_id"], ""), **said} if "opening_id" in row else said


def _acts(session: Session, account: Account, titles: Mapping[int, str]) -> list[dict[str, Any]]:
    """Where the account is named elsewhere, as what, and when; not about whom."""
    found = []
    for name, table in Base.metadata.tables.items():
        if name in ("accounts", *children("accounts")):
            continue
        for key in table.foreign_keys:
            if key.column.table.name != "accounts":
                continue
            for row in session.execute(select(table).where(key.parent == account.id).order_by(*table.primary_key)).mappings():
                times = {
                    column.replace("_", " "): at.isoformat(timespec="seconds") for column, at in row.items() if isinstance(at, datetime)
                }
                act = {"what": row["action"]} if name == "events" else {}
                found.append(
                    _with_opening({"in": TABLES[name].title, "as": key.parent.name.replace("_", " "), **act, **times}, row, titles)
                )
    return found
