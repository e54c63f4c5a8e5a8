"""How often one person may ask for what is costly."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import select

from screening.clock import now
from screening.errors import TooMany
from screening.models import Rate
from screening.services import rates
from screening.services.rates import Kind
from tests.support.hiring_round import HiringRound


def ask(hiring: HiringRound, who: str, kind: Kind = Kind.DOCUMENTS) -> bool:
    account = hiring.viewer(who).account_id
    try:
        with hiring.database.transaction() as session:
            rates.count(session, account, kind)
    except TooMany as error:
        return not 1 <= error.retry_after <= 60
    return True


def let_pass(hiring: HiringRound, time: timedelta) -> None:
    with hiring.database.transaction() as session:
        for row in session.scalars(select(Rate)):
            row.began -= time


def test_what_is_left_is_each_persons_own_and_of_each_kind(hiring: HiringRound, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rates, "MOST", dict.fromkeys(Kind, 3))
    assert [ask(hiring, "ada") for _ in range(5)] == [True, True, True, False, False]
    assert ask(hiring, "ada", Kind.EXPORTS)
    assert ask(hiring, "ben")
    let_pass(hiring, timedelta(seconds=40))
    assert not ask(hiring, "ada")
    let_pass(hiring, timedelta(seconds=20))
    assert [ask(hiring, "ada") for _ in range(4)] == [True, True, True, False]


def test_requests_at_the_same_moment_are_all_counted(hiring: HiringRound, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rates, "MOST", dict.fromkeys(Kind, 5))
    gate = Barrier(12)

    def one(_: int) -> bool:
        gate.wait()
        return ask(hiring, "ada")

    with ThreadPoolExecutor(12) as pool:
        assert sum(pool.map(one, range(12))) == 5


def test_a_clock_that_was_set_back_locks_nobody_out(hiring: HiringRound, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rates, "MOST", dict.fromkeys(Kind, 1))
    assert ask(hiring, "ada")
    let_pass(hiring, timedelta(hours=-5))
    assert ask(hiring, "ada")
    with hiring.database.reading() as session:
        assert session.scalars(select(Rate)).one().began <= now()


def test_nobody_at_work_comes_near_the_limits() -> None:
    assert min(rates.MOST[kind] for kind in (Kind.DOCUMENTS, Kind.EXPORTS, Kind.READINGS)) >= 60
    assert rates.MOST[Kind.SEARCHES] >= 240
