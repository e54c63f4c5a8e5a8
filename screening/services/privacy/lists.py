"""Uploaded candidate lists that wait for their confirmation: which rows are about somebody.

Erasing looks for the person wherever they could be, and takes a whole list rather than leave a trace. A file for the person looks closely:
it must not hold what is said of anybody else.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from screening.errors import ScreeningError
from screening.models import Candidate, Opening, PendingImport
from screening.services.accounts import canonical_email
from screening.services.importing.columns import guess, plain, targets
from screening.spreadsheets import Sheet, read_sheet

_NAMES = ("name", "first_name", "last_name")


def forget(session: Session, candidate: Candidate, openings: Sequence[Opening]) -> int:
    """Delete the lists that may hold the person, and all of these openings; returns how many. Who brought one along brings it again."""
    inside = {opening.id for opening in openings}
    found = [pending for pending in _all(session) if pending.opening_id in inside or _may_hold(pending, candidate)]
    for pending in found:
        session.delete(pending)
    return len(found)


def rows_about(session: Session, candidate: Candidate) -> list[dict[str, str]]:
    """The rows about the person in all waiting lists, by column name."""
    found = []
    for pending in _all(session):
        if (sheet := _read(pending)) is not None:
            found += [dict(zip(sheet.header, cells, strict=True)) for cells in _rows_of(pending, sheet, candidate)]
    return found


def _all(session: Session) -> Sequence[PendingImport]:
    return session.scalars(select(PendingImport).order_by(PendingImport.id)).all()


def _read(pending: PendingImport) -> Sheet | None:
    """The list as a table; None for one that cannot be read any more, of which nobody can say whom it holds."""
    try:
        return read_sheet(pending.content, pending.filename)
    except ScreeningError:
        return None


def _may_hold(pending: PendingImport, candidate: Candidate) -> bool:
    """Whether the address, or all words of the name, stand anywhere in a row."""
    sheet = _read(pending)
    if sheet is None:
        return True
    words = set(candidate.name.casefold().split())
    texts = (" ".join(row.cells).casefold() for row in sheet.rows)
    return any((candidate.email and candidate.email in text) or (words and words <= set(text.split())) for text in texts)


def _rows_of(pending: PendingImport, sheet: Sheet, candidate: Candidate) -> Iterator[tuple[str, ...]]:
    """The rows that are the person's own: with their address where both have one, otherwise with their name.

    Columns are read as whoever brought the list along said, or as an import would. Where that finds none, every cell counts, as a whole.
    """
    meaning = {**guess(sheet.header, targets(None)), **pending.mapping}
    place = {meaning.get(name): number for number, name in enumerate(sheet.header)}
    names = [place[key] for key in _NAMES if key in place]
    name = _words(candidate.name)
    for row in sheet.rows:
        address = canonical_email(row.cells[place["email"]]) if "email" in place else ""
        if candidate.email and address:
            is_theirs = address == candidate.email
        else:
            whole = [" ".join(row.cells[number] for number in names)] if names else row.cells
            is_theirs = bool(name) and any(_words(cell) == name for cell in whole)
            if "email" not in place:
                is_theirs |= bool(candidate.email) and candidate.email in map(canonical_email, row.cells)
        if is_theirs:
            yield row.cells


def _words(name: str) -> list[str]:
    """The words of a name, in whatever order they were written."""
    return sorted(plain(name).split())
