"""Guessing is slowed down for an account and for an address, opens by itself, and shuts nobody else out."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from screening.database import Database
from screening.errors import TooMany
from screening.models import Attempt, Event
from screening.services import throttling
from tests.support.hiring_round import HiringRound
from tests.support.signing_in import PASSWORD, WRONG, attempt, give_passwords, let_pass
from tests.support.web import Site

HERE, THERE = "192.0.2.7", "198.51.100.9"


def enter(database: Database, who: str, address: str = HERE, *, wrong: bool = True) -> int:
    """Seconds to wait, 0 when the try was taken."""
    try:
        with database.transaction() as session:
            throttling.enter(session, who, address)
    except TooMany as refusal:
        return refusal.retry_after
    with database.transaction() as session:
        if wrong:
            throttling.note_failure(session, who, address)
        else:
            throttling.clear(session, who)
    return 0


@pytest.mark.parametrize("email", ["ada@example.org", "nobody@example.org"])
def test_the_eleventh_try_within_a_minute_has_to_wait_whoever_it_is(site: Site, hiring: HiringRound, email: str) -> None:
    give_passwords(hiring)
    browser = site.visitor()
    assert [attempt(browser, email, WRONG).status_code for _ in range(10)] == [422] * 10
    for password in (WRONG, PASSWORD):
        refused = attempt(browser, email, password)
        assert refused.status_code == 429
        assert 0 < int(refused.headers["Retry-After"]) <= 60
        assert f'value="{email}"' in refused.text
        assert "Too many attempts. Wait" in refused.text
        assert password not in refused.text
    assert attempt(site.visitor(), email, WRONG, address=THERE).status_code == 429


def test_others_go_on_signing_in(site: Site, hiring: HiringRound) -> None:
    give_passwords(hiring)
    for _ in range(12):
        attempt(site.visitor(), "ada@example.org", WRONG)
    assert attempt(site.visitor(), "ben@example.org").status_code == 303
    assert attempt(site.visitor(), "recruiter@example.org", address=THERE).status_code == 303


def test_it_opens_by_itself_and_a_right_password_ends_it(site: Site, hiring: HiringRound) -> None:
    give_passwords(hiring)
    browser = site.visitor()
    for _ in range(10):
        attempt(browser, "ada@example.org", WRONG)
    let_pass(site.database, timedelta(seconds=61))
    assert attempt(browser, "ada@example.org").status_code == 303
    assert [attempt(site.visitor(), "ada@example.org", WRONG).status_code for _ in range(10)] == [422] * 10


def test_a_browser_that_signed_in_before_is_not_shut_out_by_strangers(site: Site, hiring: HiringRound) -> None:
    give_passwords(hiring)
    own = site.visitor()
    assert attempt(own, "ada@example.org").status_code == 303
    for _ in range(11):
        attempt(site.visitor(), "ada@example.org", WRONG, address=THERE)
    assert attempt(site.visitor(), "ada@example.org").status_code == 429
    assert attempt(own, "ada@example.org").status_code == 303
    statuses = [attempt(own, "ada@example.org", WRONG).status_code for _ in range(11)]
    assert statuses == [422] * 10 + [429]
    assert attempt(own, "ben@example.org").status_code == 303
    own.client.set_cookie("screening-known", "forged")
    assert attempt(own, "ada@example.org").status_code == 429


def test_the_wait_doubles_so_that_a_week_has_few_tries(database: Database) -> None:
    waits = []
    tries = 0
    passed = timedelta()
    while passed < timedelta(days=7):
        wait = enter(database, "account:ada@example.org")
        tries += not wait
        if wait:
            waits.append(wait)
            passed += timedelta(seconds=wait)
            let_pass(database, timedelta(seconds=wait))
    assert [round(wait / 60) for wait in waits[:12]] == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 1440]
    assert tries < 30


def test_tries_made_at_the_same_time_count_too(database: Database) -> None:
    with ThreadPoolExecutor(12) as pool:
        waits = list(pool.map(lambda _: enter(database, "account:ada@example.org"), range(24)))
    assert waits.count(0) == 10


def test_right_passwords_at_the_same_time_are_all_taken(database: Database) -> None:
    with ThreadPoolExecutor(8) as pool:
        waits = list(pool.map(lambda _: enter(database, "account:ada@example.org", wrong=False), range(40)))
    assert waits == [0] * 40
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Attempt)) == 0


def test_an_address_that_tries_many_accounts_has_to_wait(database: Database) -> None:
    assert [enter(database, f"account:{number}@example.org") for number in range(10)] == [0] * 10
    assert 0 < enter(database, "account:10@example.org") <= 60
    assert enter(database, "account:10@example.org", THERE) == 0
    let_pass(database, timedelta(seconds=61))
    assert enter(database, "account:11@example.org") == 0


def test_one_account_tried_often_counts_once_for_its_address(database: Database) -> None:
    assert [enter(database, "account:ada@example.org") for _ in range(10)] == [0] * 10
    assert [enter(database, f"account:{number}@example.org") for number in range(9)] == [0] * 9
    assert enter(database, "account:9@example.org") > 0


@pytest.mark.parametrize(
    ("address", "same", "other"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", "2001:db8:1:3::1"),
        ("192.0.2.7", "::ffff:192.0.2.7", "192.0.2.8"),
        ("not an address", "not an address", ""),
    ],
)
def test_what_one_address_is(sqlite_database: Database, address: str, same: str, other: str) -> None:
    for number in range(10):
        enter(sqlite_database, f"account:{number}@example.org", address)
    assert enter(sqlite_database, "account:ada@example.org", same) > 0
    assert enter(sqlite_database, "account:ada@example.org", other) == 0


def test_a_refused_try_is_not_counted_and_old_ones_are_swept_away(sqlite_database: Database) -> None:
    for _ in range(15):
        enter(sqlite_database, "account:ada@example.org")
    with sqlite_database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Attempt)) == 12
    let_pass(sqlite_database, timedelta(days=8))
    enter(sqlite_database, "account:ben@example.org", wrong=False)
    with sqlite_database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Attempt)) == 0


def test_the_record_says_that_a_sign_in_failed_and_not_whose(site: Site, hiring: HiringRound) -> None:
    attempt(site.visitor(), "ada@example.org", WRONG)
    with site.database.reading() as session:
        last = session.scalars(select(Event).order_by(Event.id.desc()).limit(1)).one()
    assert (last.action, last.account_id, last.detail) == ("sign_in_failed", None, {})
