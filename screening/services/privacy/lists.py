"""Uploaded candidate lists that wait for their confirmation: which rows are about somebody."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from screening.errors import ScreeningError
from screening.models import Candidate, Opening, PendingImport
from screening.spreadsheets import Sheet, read_sheet


def forget(session: Session, candidate: Candidate, openings: Sequence[Opening]) -> int:
    """Delete the lists that hold the person, and all of these openings; returns how many. Who brought one along brings it again."""
    inside = {opening.id for opening in openings}
    found = [pending for pending in _all(session) if pending.opening_id in inside or _may_hold(pending, candidate)]
    for pending in found:
        session.delete(pending)
    return len(found)


def rows_about(session: Session, candidate: Candidate) -> list[dict[str, str]]:
    """The rows about the person in all waiting lists, by column name."""
    sheets = [sheet for pending in _all(session) if (sheet := _read(pending)) is not None]
    return [row for sheet in sheets for row in _lines(sheet, candidate)]


def _all(session: Session) -> Sequence[PendingImport]:
    return session.scalars(select(PendingImport).order_by(PendingImport.id)).all()


def _may_hold(pending: PendingImport, candidate: Candidate) -> bool:
    sheet = _read(pending)
    return sheet is None or next(_lines(sheet, candidate), None) is not None


def _read(pending: PendingImport) -> Sheet | None:
    """The list as a table; None for one that cannot be read any more, of which nobody can say whom it holds."""
    try:
        return read_sheet(pending.content, pending.filename)
    except ScreeningError:
        return None


def _lines(sheet: Sheet, candidate: Candidate) -> Iterator[dict[str, str]]:
    words = set(candidate.name.casefold().split())
    for row in sheet.rows:
        text = " ".join(row.cells).casefold()
        if (candidate.email and candidate.email in text) or (words and words <= set(text.split())):
            yield dict(zip(sheet.header, row.cells, strict=True))
