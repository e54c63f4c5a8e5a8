"""Self-reported groups of candidates: brought in from a list, and deleted. Nothing here ever gives a candidate's group back.

Candidates say it of their own will, outside the hiring flow; only an impact analyst brings it in, who judges nobody in the opening. What
is matched with what stays unsaid: the analyst learns how many rows matched, never which.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from rubrics.impact import MIN_SHOWN
from screening.errors import Invalid, NotFound, Stale
from screening.models import Application, Candidate, Demographic, Event, Opening
from screening.policy import Action, Viewer, sight
from screening.services.accounts import canonical_email
from screening.services.events import record
from screening.services.importing import Problem, guess, targets
from screening.services.importing.columns import plain
from screening.services.importing.values import line, quoted
from screening.services.lookup import opening_for
from screening.spreadsheets import Sheet, SheetRow, read_sheet

MAX_TEXT = 60
MAX_SIGN = 254
MAX_ATTRIBUTES = 8
MAX_GROUPS = 20
"""Different groups that one attribute may have: more are rather a text that tells people apart."""

IDENTIFIER = "identifier"
_ALSO_IDENTIFIER = frozenset({IDENTIFIER, "candidate identifier", "application identifier", "screening identifier"})
_PERSONAL = frozenset({"name", "first_name", "last_name", "phone", "notes"})
_PRIVATE = re.compile(r"\b(birth|birthday|birthdate|dob|address|street|postcode|zip)\b")
_UNSAID = frozenset(
    {"prefer not to say", "prefers not to say", "not said", "declined", "declined to say", "unknown", "not known", "no answer"}
)
HEADING = 0
"""In place of a row's number: the problem is with the column itself."""

IMPORTED, DELETED = "demographics_imported", "demographics_deleted"


class Refused(Invalid):
    """The list cannot be brought in as it is: `problems` says where."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        count = len(self.problems)
        super().__init__(
            f"Nothing was brought in: {count:,} {'thing has' if count == 1 else 'things have'} to be mended first.", field="file"
        )


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a list: what tells whom it is about, and the groups by attribute. What somebody did not say is not there."""

    line: int
    email: str = ""
    reference: str = ""
    identifier: str = ""
    groups: Mapping[str, str] = field(default_factory=dict)

    @property
    def keys(self) -> list[tuple[str, str]]:
        named = (("email", self.email), ("reference", self.reference), (IDENTIFIER, self.identifier))
        return [(kind, value) for kind, value in named if value]


@dataclass(frozen=True, slots=True)
class Brought:
    """What an import did: candidates whose groups are held now, and rows that are about nobody in the opening."""

    matched: int
    unmatched: int


def opening_of(session: Session, viewer: Viewer, opening_id: str) -> Opening:
    """The opening, for an impact analyst who owes no scorecard in it."""
    opening = opening_for(session, viewer, opening_id, Action.SEE_IMPACT)
    if sight(session, viewer, opening.id).blind:
        # Whoever has still to judge somebody, from the time before, must not see figures about others' judgements.
        raise NotFound
    return opening


def version(session: Session, opening: Opening) -> int:
    """How often the groups of the opening were brought in or deleted: what a form carries to say which state it was filled in over."""
    changes = select(func.count(Event.id)).where(Event.opening_id == opening.id, Event.action.in_((IMPORTED, DELETED)))
    return int(session.scalar(changes) or 0)


def are_held(session: Session, opening: Opening) -> bool:
    held = select(Demographic.application_id).join(Application, Demographic.application_id == Application.id)
    return session.scalar(held.where(Application.opening_id == opening.id).limit(1)) is not None


def read(data: bytes, filename: str) -> list[Row]:
    """The rows of a CSV or XLSX list. Raises `SheetError` for a file that cannot be read and `Refused` for what must be mended."""
    sheet = read_sheet(data, filename)
    if not sheet.rows:
        raise Invalid("The file names columns, but holds no row under them.", field="file")
    kinds, problems = _kinds(sheet)
    if problems:
        raise Refused(problems)
    rows, problems = _rows(sheet, kinds)
    if problems:
        raise Refused(problems)
    return rows


def _kinds(sheet: Sheet) -> tuple[list[str], list[Problem]]:
    """For each column `email`, `reference`, `identifier`, or "" for an attribute; and what is wrong with the columns."""
    guessed = guess(sheet.header, targets(None))
    kinds: list[str] = []
    problems: list[Problem] = []
    for name in sheet.header:
        guessed_kind = IDENTIFIER if plain(name) in _ALSO_IDENTIFIER else guessed[name]
        kind = guessed_kind if guessed_kind in ("email", "reference", IDENTIFIER) else ""
        kinds.append(kind)
        if not kind and (guessed_kind in _PERSONAL or _PRIVATE.search(plain(name))):
            problems.append(
                Problem(HEADING, name, "This says who somebody is and is not kept here. Take it out; for an age, give age groups.")
            )
        elif not kind and len(name) > MAX_TEXT:
            problems.append(Problem(HEADING, name[:MAX_TEXT], f"This name has {len(name):,} characters; {MAX_TEXT} is the most."))
    attributes = kinds.count("")
    if not problems and not any(kinds):
        problems.append(
            Problem(HEADING, sheet.header[0], "No column says whom a row is about. Add one called e-mail, reference or identifier.")
        )
    if not problems and not 1 <= attributes <= MAX_ATTRIBUTES:
        said = f"There are {attributes} columns of groups, such as sex; from 1 to {MAX_ATTRIBUTES} can be kept."
        problems.append(Problem(HEADING, sheet.header[-1], said))
    return kinds, problems


def _rows(sheet: Sheet, kinds: Sequence[str]) -> tuple[list[Row], list[Problem]]:
    reading = _Reading(sheet.header, kinds)
    rows = [reading.row(source) for source in sheet.rows]
    for name, found in reading.spelling.items():
        if len(found) > MAX_GROUPS:
            said = f"There are {len(found):,} different values; {MAX_GROUPS} groups are the most. Put them into broader groups."
            reading.problems.append(Problem(HEADING, name, said))
    return rows, sorted(reading.problems, key=lambda problem: problem.row)


class _Reading:
    """The rows of a sheet read one after another; what cannot be kept becomes a problem."""

    def __init__(self, header: Sequence[str], kinds: Sequence[str]) -> None:
        self.problems: list[Problem] = []
        self._columns = list(zip(header, kinds, strict=True))
        self._label = {kind: name for name, kind in self._columns if kind}
        self._first: dict[tuple[str, str], int] = {}
        self.spelling: dict[str, dict[str, str]] = {name: {} for name, kind in self._columns if not kind}

    def row(self, source: SheetRow) -> Row:
        named: dict[str, str] = {}
        groups: dict[str, str] = {}
        for (name, kind), cell in zip(self._columns, source.cells, strict=True):
            try:
                if kind:
                    named[kind] = line(canonical_email(cell) if kind == "email" else cell, most=MAX_SIGN)
                elif cell and plain(cell) not in _UNSAID:
                    # Groups that differ in capitals only are one; the first way of writing it stays.
                    groups[name] = self.spelling[name].setdefault(line(cell, most=MAX_TEXT).casefold(), cell)
            except Invalid as error:
                self.problems.append(Problem(source.line, name, str(error)))
        found = Row(source.line, **named, groups=groups)
        self._check(found)
        return found

    def _check(self, row: Row) -> None:
        if not row.keys:
            column = next(iter(self._label.values()))
            self.problems.append(Problem(row.line, column, "Nothing says whom this row is about. Fill it in, or delete the row."))
        for kind, value in row.keys:
            if (other := self._first.setdefault((kind, value), row.line)) != row.line:
                said = f"{quoted(value)} is in row {other} too. Leave one row for each person."
                self.problems.append(Problem(row.line, self._label[kind], said))


def bring_in(session: Session, viewer: Viewer, opening_id: str, rows: Sequence[Row], *, seen: int) -> Brought:
    """Hold the groups of these rows in place of all held before, all or none.

    Rows about nobody in the opening are left out and counted. Raises `Stale` where the groups changed since the `version` `seen`, and
    `Invalid` where so few rows match that nothing could ever be shown of them.
    """
    opening = _locked(session, viewer, opening_id, seen)
    found = _People(session, viewer, opening)
    matched: dict[int, Mapping[str, str]] = {}
    for row in rows:
        application_id = found.of(row)
        if application_id is not None and application_id in matched:
            raise Invalid(
                "Two rows are about the same candidate, once by one sign and once by another. Leave one row for each.", field="file"
            )
        if application_id is not None:
            matched[application_id] = row.groups
    if len(matched) < MIN_SHOWN:
        raise Invalid(
            f"Nothing was brought in: fewer than {MIN_SHOWN} rows are about candidates of this opening. Check that the list is for it, and "
            "that its e-mail addresses or references are written as in the opening.",
            field="file",
        )
    _delete(session, opening)
    held = [
        {"application_id": application_id, "attribute": attribute, "group": group}
        for application_id, groups in matched.items()
        for attribute, group in groups.items()
    ]
    if held:
        session.execute(insert(Demographic), held)
    record(session, viewer.account_id, IMPORTED, opening_id=opening.id, candidates=len(matched), rows=len(rows))
    return Brought(len(matched), len(rows) - len(matched))


def forget(session: Session, viewer: Viewer, opening_id: str, *, seen: int) -> None:
    """Delete every group held about candidates of the opening. Raises `Stale` where they changed since the `version` `seen`."""
    opening = _locked(session, viewer, opening_id, seen)
    _delete(session, opening)
    record(session, viewer.account_id, DELETED, opening_id=opening.id)


def _locked(session: Session, viewer: Viewer, opening_id: str, seen: int) -> Opening:
    opening = opening_of(session, viewer, opening_id)
    session.execute(select(Opening.id).where(Opening.id == opening.id).with_for_update())
    if version(session, opening) != seen:
        raise Stale("The list of groups")
    return opening


def _delete(session: Session, opening: Opening) -> None:
    inside = select(Application.id).where(Application.opening_id == opening.id)
    session.execute(delete(Demographic).where(Demographic.application_id.in_(inside)), execution_options={"synchronize_session": False})


class _People:
    """The candidates of an opening by what tells them apart; whoever shares a sign with another is not told apart by it."""

    def __init__(self, session: Session, viewer: Viewer, opening: Opening) -> None:
        self._places: dict[tuple[str, str], set[int]] = {}
        rows = session.execute(
            select(Application.id, Application.public_id, Application.reference, Candidate.email)
            .join(Candidate, Application.candidate_id == Candidate.id)
            .where(Application.opening_id == opening.id)
        )
        for application_id, public_id, reference, email in rows:
            # One's own record as a candidate does not exist for oneself.
            if email and canonical_email(email) == canonical_email(viewer.email):
                continue
            for key in Row(0, canonical_email(email), reference, public_id).keys:
                self._places.setdefault(key, set()).add(application_id)

    def of(self, row: Row) -> int | None:
        """The application that every sign of the row points to, if it is one."""
        found = [self._places.get(key, set()) for key in row.keys]
        common = set.intersection(*found) if found else set()
        return common.pop() if len(common) == 1 else None
