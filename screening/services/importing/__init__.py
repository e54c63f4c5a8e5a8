"""Bring candidates in from a file: a dry run first, then all of it or nothing.

An uploaded file waits as a `PendingImport`, for a day at most, until it is confirmed or cancelled. Every time it is shown it is checked
anew against the opening as it is then, and once more inside the transaction that adds the candidates.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, defer

from rubrics.model import Rubric
from screening.clock import now
from screening.errors import Invalid, NotFound, ScreeningError, Stale
from screening.models import Account, Opening, PendingImport
from screening.policy import Action, Viewer
from screening.services import rubrics
from screening.services.events import record
from screening.services.importing.adding import Outcome, add, existing
from screening.services.importing.columns import Target, faults, guess, sample, targets
from screening.services.importing.preview import first_values, preview
from screening.services.importing.rows import Check, Entry, Problem, Repeat, check
from screening.services.lookup import check_public_id, hold, opening_for
from screening.spreadsheets import Sheet, read_sheet

__all__ = ["Check", "Entry", "Outcome", "Problem", "Repeat", "Target", "check", "faults", "first_values", "guess", "sample", "targets"]

LIFE = timedelta(days=1)


class NotWaiting(NotFound):
    """The pending import is not there (any more)."""

    def __init__(self) -> None:
        ScreeningError.__init__(
            self,
            "This list is not waiting any more: it was added, discarded, replaced by a later upload, or is more than a day old. "
            "If candidates are missing, upload it again: whoever is in the opening already is left out.",
        )


class Refused(Invalid):
    """The file cannot be added as it is: `problems` says where."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        count = len(self.problems)
        super().__init__(f"Nothing was added: {count:,} {'thing has' if count == 1 else 'things have'} to be mended first.")


@dataclass(frozen=True, slots=True)
class Waiting:
    """A pending import in the list of an opening."""

    public_id: str
    filename: str
    who: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Review:
    """A pending import with its dry run. `check` is None while the mapping has `faults`.

    `version` stands for what is shown: the mapping and the candidates that would be added.
    """

    opening: Opening
    public_id: str
    filename: str
    sheet: Sheet
    offered: Mapping[str, Target]
    mapping: Mapping[str, str]
    faults: Mapping[str, str]
    check: Check | None
    version: str
    rubric: Rubric | None

    @property
    def counts_lines(self) -> bool:
        """True where a row's number is not what a spreadsheet program shows: in a CSV file with texts of several lines."""
        return self.sheet.sheet_name is None and any("\n" in cell for row in self.sheet.rows for cell in row.cells)

    @property
    def preview(self) -> tuple[list[str], list[list[str]]]:
        return preview(self.check.entries if self.check else (), self.mapping, self.offered, self.rubric)


@dataclass(frozen=True, slots=True)
class Start:
    """An opening, what can be brought in there, and the files that wait for confirmation."""

    opening: Opening
    offered: Mapping[str, Target]
    waiting: Sequence[Waiting]


def start(session: Session, viewer: Viewer, opening_id: str) -> Start:
    opening = opening_for(session, viewer, opening_id, Action.MANAGE_CANDIDATES)
    rows = session.execute(
        select(PendingImport.public_id, PendingImport.filename, Account.name, PendingImport.created_at)
        .join(Account, PendingImport.account_id == Account.id)
        .where(PendingImport.opening_id == opening.id, PendingImport.created_at > now() - LIFE)
        .order_by(PendingImport.id)
    )
    return Start(opening, targets(_rubric(session, opening)), [Waiting(*row) for row in rows])


def read(data: bytes, filename: str) -> Sheet:
    """The file's table; raises `SheetError`, or `Invalid` where no row follows the header."""
    sheet = read_sheet(data, filename)
    if not sheet.rows:
        raise Invalid("The file names columns, but holds no row under them.")
    return sheet


def keep(session: Session, viewer: Viewer, opening_id: str, *, data: bytes, filename: str, header: Sequence[str]) -> str:
    """Keep a file until it is confirmed, in place of the one the viewer uploaded before; returns its public identifier."""
    opening = opening_for(session, viewer, opening_id, Action.MANAGE_CANDIDATES)
    delete_expired(session)
    session.execute(delete(PendingImport).where(PendingImport.opening_id == opening.id, PendingImport.account_id == viewer.account_id))
    mapping = guess(header, targets(_rubric(session, opening)))
    pending = PendingImport(
        opening_id=opening.id, account_id=viewer.account_id, filename=_shown_name(filename), content=data, mapping=mapping
    )
    session.add(pending)
    session.flush()
    return pending.public_id


def review(session: Session, viewer: Viewer, opening_id: str, import_id: str) -> Review:
    opening = opening_for(session, viewer, opening_id, Action.MANAGE_CANDIDATES)
    pending = _pending(session, opening, import_id, content=True)
    return _review(session, opening, pending, read(pending.content, pending.filename), viewer.email)


def remap(session: Session, viewer: Viewer, opening_id: str, import_id: str, mapping: Mapping[str, str], *, version: str) -> None:
    """Say anew what the columns are, if nobody else did since `version`. Raises `Stale`."""
    opening = opening_for(session, viewer, opening_id, Action.MANAGE_CANDIDATES)
    hold(session, opening)
    pending = _pending(session, opening, import_id, for_change=True)
    if version.partition(".")[0] != _digest(pending.mapping):
        raise Stale("The choice of columns")
    pending.mapping = dict(mapping)


def confirm(session: Session, viewer: Viewer, seen: Review, *, version: str) -> Outcome:
    """Add the candidates of a reviewed file, all or none, and let the file go.

    Everything is checked again here. Raises `Refused` where there are problems now, `Stale` where something else would be added than
    was shown under `version`.
    """
    opening = opening_for(session, viewer, seen.opening.public_id, Action.MANAGE_CANDIDATES)
    hold(session, opening)
    pending = _pending(session, opening, seen.public_id)
    current = _review(session, opening, pending, seen.sheet, viewer.email)
    if current.check is None:
        raise Invalid(next(iter(current.faults.values())))
    if current.check.problems:
        raise Refused(current.check.problems)
    if current.version != version:
        raise Stale("The list of candidates to add")
    outcome = add(session, opening, current.check, viewer.account_id)
    # Last, as whoever erases one of the people lets the list go after that too.
    if session.scalar(delete(PendingImport).where(PendingImport.id == pending.id).returning(PendingImport.id)) is None:
        raise NotWaiting
    return outcome


def cancel(session: Session, viewer: Viewer, opening_id: str, import_id: str) -> None:
    opening = opening_for(session, viewer, opening_id, Action.MANAGE_CANDIDATES)
    session.delete(_pending(session, opening, import_id))


def note_problems_saved(session: Session, viewer: Viewer, seen: Review) -> None:
    record(session, viewer.account_id, "problems_exported", opening_id=seen.opening.id)


def delete_expired(session: Session) -> int:
    """Delete the files that nobody confirmed in time, of all openings; returns how many."""
    return len(session.scalars(delete(PendingImport).where(PendingImport.created_at <= now() - LIFE).returning(PendingImport.id)).all())


def import_file(
    session: Session, opening: Opening, data: bytes, filename: str, actor_id: int | None, mapping: Mapping[str, str] | None = None
) -> Outcome:
    """Add the candidates of a file at once, all or none; for the command line, which answers for who may.

    `mapping` gives targets (keys of `targets`) by column name, by default as guessed. Raises `SheetError` for a file that cannot be
    read and `Invalid` for a mapping that does not fit; problems in rows are in the outcome.
    """
    sheet = read(data, filename)
    hold(session, opening)
    rubric = _rubric(session, opening)
    offered = targets(rubric)
    if unknown := [name for name in mapping or () if name not in sheet.header]:
        raise Invalid(f"The file has no column “{unknown[0]}”. Its columns are: {', '.join(sheet.header)}.")
    chosen = guess(sheet.header, offered) if mapping is None else mapping
    for name, message in faults(chosen, offered).items():
        raise Invalid(f"Column “{name}”: {message}" if name else message)
    actor = session.get(Account, actor_id) if actor_id is not None else None
    own_email = actor.email if actor else ""
    result = check(sheet, chosen, offered, rubric, existing(session, opening, own_email), own_email=own_email)
    return Outcome(0, result.repeats, result.problems) if result.problems else add(session, opening, result, actor_id)


def _rubric(session: Session, opening: Opening) -> Rubric | None:
    published = rubrics.current(session, opening.id)
    return published.rubric if published else None


def _shown_name(filename: str) -> str:
    """The name a file came with, without its folders and without what cannot be shown."""
    name = unicodedata.normalize("NFC", filename).replace("\\", "/").rpartition("/")[2]
    return "".join(letter for letter in name if letter.isprintable()).strip()[:200] or "candidates"


def _pending(session: Session, opening: Opening, import_id: str, *, content: bool = False, for_change: bool = False) -> PendingImport:
    check_public_id(import_id)
    query = select(PendingImport).where(
        PendingImport.public_id == import_id, PendingImport.opening_id == opening.id, PendingImport.created_at > now() - LIFE
    )
    query = query if content else query.options(defer(PendingImport.content))
    found = session.scalar(query.with_for_update() if for_change else query)
    if found is None:
        raise NotWaiting
    return found


def _review(session: Session, opening: Opening, pending: PendingImport, sheet: Sheet, own_email: str) -> Review:
    rubric = _rubric(session, opening)
    offered = targets(rubric)
    # A requirement may have left the rubric since the columns were chosen.
    mapping = {name: key if (key := pending.mapping.get(name, "")) in offered else "" for name in sheet.header}
    wrong = faults(mapping, offered)
    result = None if wrong else check(sheet, mapping, offered, rubric, existing(session, opening, own_email), own_email=own_email)
    added = [[entry.row, entry.stage] for entry in result.entries] if result else []
    version = f"{_digest(pending.mapping)}.{_digest([mapping, added])}"
    return Review(opening, pending.public_id, pending.filename, sheet, offered, mapping, wrong, result, version, rubric)


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:32]
