"""Guessing is slowed down for an account and for an address, opens by itself, and shuts nobody else out."""

from __future__ import annotations

import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from screening.clock import now
from screening.database import Database
from screening.errors import ShutOut, TooMany
from screening.models import Account, Attempt, Event
from screening.services import accounts, throttling
from screening.services.accounts import tries_on
from tests.support.hiring_round import HiringRound
from tests.support.signing_in import PASSWORD, WRONG, account, attempt, give_passwords, let_pass, renew
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
def test_the_tenth_try_within_a_minute_has_to_wait_whoever_it_is(site: Site, hiring: HiringRound, email: str) -> None:
    give_passwords(hiring)
    browser = site.visitor()
    assert [attempt(browser, email, WRONG).status_code for _ in range(9)] == [422] * 9
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
    statuses = [attempt(browser, "ada@example.org", WRONG).status_code for _ in range(10)]
    assert statuses == [422] * 9 + [429]
    let_pass(site.database, timedelta(seconds=61))
    assert attempt(browser, "ada@example.org").status_code == 303
    assert [attempt(site.visitor(), "ada@example.org", WRONG).status_code for _ in range(9)] == [422] * 9


def test_a_browser_that_signed_in_before_is_not_shut_out_by_strangers(site: Site, hiring: HiringRound) -> None:
    give_passwords(hiring)
    own = site.visitor()
    assert attempt(own, "ada@example.org").status_code == 303
    for _ in range(10):
        attempt(site.visitor(), "ada@example.org", WRONG, address=THERE)
    assert attempt(site.visitor(), "ada@example.org").status_code == 429
    assert attempt(own, "ada@example.org").status_code == 303
    statuses = [attempt(own, "ada@example.org", WRONG).status_code for _ in range(10)]
    assert statuses == [422] * 9 + [429]
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
    assert waits.count(0) == 9


def test_right_passwords_at_the_same_time_are_all_taken(database: Database) -> None:
    with ThreadPoolExecutor(8) as pool:
        waits = list(pool.map(lambda _: enter(database, "account:ada@example.org", wrong=False), range(40)))
    assert waits == [0] * 40
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Attempt)) == 0


def test_nobody_waits_for_the_right_passwords_of_others_at_the_same_address(database: Database) -> None:
    with ThreadPoolExecutor(8) as pool:
        waits = list(pool.map(lambda number: enter(database, f"account:{number}@example.org", wrong=False), range(200)))
    assert waits == [0] * 200


def test_an_address_that_tries_many_accounts_has_to_wait(database: Database) -> None:
    assert [enter(database, f"account:{number}@example.org") for number in range(10)] == [0] * 10
    assert 0 < enter(database, "account:10@example.org") <= 60
    assert enter(database, "account:10@example.org", THERE) == 0
    let_pass(database, timedelta(seconds=61))
    assert enter(database, "account:11@example.org") == 0


def test_every_wrong_try_counts_for_its_address_whichever_account_it_is_for(site: Site, hiring: HiringRound) -> None:
    statuses = [attempt(site.visitor(), f"{number % 3}@example.org", WRONG) for number in range(11)]
    assert [answer.status_code for answer in statuses] == [422] * 10 + [429]
    assert 0 < int(statuses[-1].headers["Retry-After"]) <= 60


def test_one_account_alone_does_not_shut_its_address(database: Database) -> None:
    for _ in range(15):
        enter(database, "account:ada@example.org")
    assert enter(database, "account:ben@example.org", wrong=False) == 0
    assert [enter(database, "account:ben@example.org"), enter(database, "account:maria@example.org") > 0] == [0, True]


def test_an_office_is_not_shut_out_by_strangers_at_its_address(site: Site, hiring: HiringRound) -> None:
    give_passwords(hiring)
    known = site.visitor()
    attempt(known, "ada@example.org")
    for number in range(12):
        attempt(site.visitor(), f"{number}@example.org", WRONG)
    assert attempt(site.visitor(), "ada@example.org").status_code == 429
    assert attempt(known, "ada@example.org", WRONG).status_code == 422
    assert attempt(known, "ada@example.org").status_code == 303
    assert attempt(known, "ben@example.org").status_code == 429
    assert attempt(site.visitor(), "ben@example.org", address=THERE).status_code == 303


def test_wrong_tries_of_a_browser_that_signed_in_before_shut_out_nobody_at_its_address(site: Site, hiring: HiringRound) -> None:
    give_passwords(hiring)
    for name in ("ada", "recruiter"):
        known = site.visitor()
        attempt(known, f"{name}@example.org")
        assert [attempt(known, f"{name}@example.org", WRONG).status_code for _ in range(10)] == [422] * 9 + [429]
    assert attempt(site.visitor(), "ben@example.org").status_code == 303


def fail_for(database: Database, who: str, time: timedelta) -> int:
    """How many wrong tries are taken within this time from whoever waits as long as asked to; all of it lies in the past then."""
    tries, passed = 0, timedelta()
    while passed < time:
        wait = timedelta(seconds=enter(database, who))
        tries += not wait
        passed += wait
        let_pass(database, wait)
    return tries


def test_there_are_never_more_than_a_hundred_wrong_tries_in_a_row(sqlite_database: Database) -> None:
    assert fail_for(sqlite_database, "account:ada@example.org", timedelta(days=200)) == 100
    # Other people's sign-ins sweep the table.
    assert enter(sqlite_database, "account:ben@example.org", THERE, wrong=False) == 0
    let_pass(sqlite_database, timedelta(days=400))
    with sqlite_database.transaction() as session, pytest.raises(ShutOut) as refused:
        throttling.enter(session, "account:ada@example.org", THERE)
    assert refused.value.retry_after == 24 * 60 * 60


def shut_out(hiring: HiringRound, *whose: str) -> None:
    """As after hundred wrong tries, a day between one and the next."""
    kinds = [throttling._subject(who) for who in whose]
    with hiring.database.transaction() as session:
        session.add_all(Attempt(subject_hash=subject, at=now() - timedelta(days=number)) for subject in kinds for number in range(2, 102))


@pytest.mark.parametrize("email", ["ada@example.org", "nobody@example.org"])
def test_after_a_hundred_waiting_does_not_help_whoever_it_is(site: Site, hiring: HiringRound, email: str) -> None:
    give_passwords(hiring)
    shut_out(hiring, "account:ada@example.org", "nobody:nobody@example.org")
    answer = attempt(site.visitor(), email)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "86400")
    assert "waiting no longer helps. Sign in with a browser that you used before, or ask your administrator for a link" in answer.text


def test_what_was_shut_for_good_opens_when_the_owner_gets_in_by_a_browser_used_before(site: Site, hiring: HiringRound) -> None:
    give_passwords(hiring)
    known = site.visitor()
    attempt(known, "ada@example.org")
    shut_out(hiring, *tries_on(account(site.database, hiring.people["ada"])))
    assert attempt(site.visitor(), "ada@example.org").status_code == 429
    assert attempt(known, "ada@example.org").status_code == 303
    # What was tried in the last days still counts, so that a guesser gets few new tries of it.
    assert [attempt(site.visitor(), "ada@example.org", WRONG).status_code for _ in range(5)] == [422] * 4 + [429]
    new = "nine green ladders hum"
    assert renew(known).post("/me", {"current": PASSWORD, "password": new, "again": new}).status_code == 303


def test_what_was_shut_for_good_opens_with_a_new_password_by_a_link(site: Site, hiring: HiringRound) -> None:
    give_passwords(hiring)
    shut_out(hiring, *tries_on(account(site.database, hiring.people["ada"])))
    with site.database.transaction() as session:
        ada = session.scalars(select(Account).where(Account.public_id == hiring.people["ada"])).one()
        link = accounts.new_link(session, None, ada, "password_reset")
    new = "nine green ladders hum"
    assert renew(site.visitor()).post(f"/link/{link}", {"password": new, "again": new}).status_code == 303
    assert attempt(site.visitor(), "ada@example.org", new).status_code == 303
    with site.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Attempt)) == 0


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


def counted(database: Database) -> dict[str, int]:
    """How many rows there are by the word for what was tried."""
    with database.reading() as session:
        return Counter(subject.partition(":")[0] for subject in session.scalars(select(Attempt.subject_hash)))


def test_a_refused_try_is_not_counted(sqlite_database: Database) -> None:
    for _ in range(15):
        enter(sqlite_database, "account:ada@example.org")
    assert counted(sqlite_database) == {"account": 9, "address": 9}


@pytest.mark.parametrize(
    ("days", "left"),
    [(0.5, {"account", "nobody", "address", "journey"}), (2, {"account", "nobody"}), (91, {"account"}), (3000, {"account"})],
)
def test_what_need_not_be_remembered_is_swept_away(sqlite_database: Database, days: float, left: set[str]) -> None:
    for who in ("account:ada@example.org", "nobody:x@example.org", "journey:x"):
        enter(sqlite_database, who)
    let_pass(sqlite_database, timedelta(days=days))
    enter(sqlite_database, "account:ben@example.org", THERE, wrong=False)
    assert set(counted(sqlite_database)) == left


def test_no_name_and_no_address_is_kept(sqlite_database: Database) -> None:
    for who in ("account:ada@example.org", "code-browser:x"):
        enter(sqlite_database, who)
    with sqlite_database.reading() as session:
        kept = session.scalars(select(Attempt.subject_hash)).all()
    assert all(re.fullmatch("(account|address|code-browser):[0-9a-f]{50,}", subject) and len(subject) <= 64 for subject in kept)


def test_the_record_says_that_a_sign_in_failed_and_not_whose(site: Site, hiring: HiringRound) -> None:
    attempt(site.visitor(), "ada@example.org", WRONG)
    with site.database.reading() as session:
        last = session.scalars(select(Event).order_by(Event.id.desc()).limit(1)).one()
    assert (last.action, last.account_id, last.detail) == ("sign_in_failed", None, {})
