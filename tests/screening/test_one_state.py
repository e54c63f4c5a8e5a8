"""What is read while others work: each document shows one state, never a part of the one before and a part of the one after."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from reports.dossier.sealing import digest_of
from screening.database import Database
from screening.services import amending, comparison, dossiers, reporting, results
from tests.support.hiring_round import HiringRound, viewer_of


def summary(session: Session, hiring: HiringRound) -> object:
    return reporting.summary(session, hiring.viewer("recruiter"), hiring.candidates["maria"], organisation="")


def dossier(session: Session, hiring: HiringRound) -> object:
    return digest_of(dossiers.gather(session, hiring.viewer("recruiter"), hiring.candidates["maria"], organisation=""))


def table(session: Session, hiring: HiringRound) -> object:
    _, compared = comparison.compare(session, hiring.viewer("recruiter"), hiring.opening)
    return repr((compared.entrants, compared.combined.score.tolist(), compared.cards.tolist()))


@pytest.fixture
def database(postgres_database: Database) -> Database:
    """SQLite reads one state by itself."""
    return postgres_database


@pytest.mark.parametrize("read", [summary, dossier, table])
def test_a_card_that_comes_in_between_two_statements_is_in_all_of_a_document_or_in_none(
    hiring: HiringRound, read: Callable[[Session, HiringRound], object]
) -> None:
    hiring.submit("ben", "maria")
    statements = number = 0
    while number <= statements:
        number += 1
        reopen(hiring)
        before = fresh(hiring, read)
        with before_statement(hiring.database, number, partial(hiring.submit, "ben", "maria", composure=1 + number % 5)) as seen:
            met = fresh(hiring, read)
        after = fresh(hiring, read)
        statements = len(seen)
        if number <= statements:
            assert before != after
            assert met in (before, after), f"the card came before statement {number}"
    assert statements > 5


def test_whoever_reads_cannot_write(postgres_database: Database) -> None:
    with postgres_database.reading() as session, pytest.raises(DBAPIError, match="read-only"):
        session.execute(text("UPDATE openings SET title = 'x'"))


def reopen(hiring: HiringRound) -> None:
    with hiring.database.transaction() as session:
        amending.begin(session, viewer_of(session, hiring.people["ben"]), hiring.cards["ben", "maria", "phone"])


@contextmanager
def before_statement(database: Database, number: int, act: Callable[[], None]) -> Iterator[list[str]]:
    """Somebody else does this just before that statement of the block. Gives the statements."""
    here, seen = threading.current_thread(), list[str]()

    def meet(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if threading.current_thread() is here:
            seen.append(statement)
            if len(seen) == number:
                other = threading.Thread(target=act)
                other.start()
                other.join()

    event.listen(database.engine, "before_cursor_execute", meet)
    yield seen
    event.remove(database.engine, "before_cursor_execute", meet)


def fresh(hiring: HiringRound, read: Callable[[Session, HiringRound], object]) -> object:
    results.forget()
    with hiring.database.reading() as session:
        return read(session, hiring)


def test_what_is_read_often_is_planned_once(database: Database) -> None:
    """The driver prepares a statement that it has sent a few times, and forgets it where a transaction is rolled back."""
    often = text("SELECT count(*) FROM accounts")
    for _ in range(10):
        with database.reading() as session:
            session.execute(often)
    with database.reading() as session:
        prepared = session.scalars(text("SELECT statement FROM pg_prepared_statements")).all()
    assert str(often) in prepared
