"""Passwords for the people of the round, and browsers that go through the sign-in page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import cache
from typing import Any

from sqlalchemy import select, update
from werkzeug.test import TestResponse

from screening import passwords
from screening.database import Database
from screening.models import Account, Attempt
from tests.support.hiring_round import HiringRound
from tests.support.web import RAW_TOKEN, Browser

PASSWORD = "seven blue kettles sing"
WRONG = "seven red kettles sing"


@cache
def _hash() -> str:
    return passwords.hash_password(PASSWORD)


def give_passwords(hiring: HiringRound, *names: str) -> None:
    """The people named, or everybody, can sign in with `PASSWORD`."""
    wanted = [hiring.people[name] for name in names or hiring.people]
    with hiring.database.transaction() as session:
        session.execute(update(Account).where(Account.public_id.in_(wanted)).values(password_hash=_hash()))


def account(database: Database, public_id: str) -> Account:
    with database.reading() as session:
        return session.scalars(select(Account).where(Account.public_id == public_id)).one()


def attempt(browser: Browser, email: str, password: str = PASSWORD, *, address: str = "192.0.2.7", **data: Any) -> TestResponse:
    """Send the sign-in form, with a token that fits whatever session the browser has by now."""
    renew(browser)
    return browser.post("/sign-in", {"email": email, "password": password, **data}, environ_base={"REMOTE_ADDR": address})


def renew(browser: Browser) -> Browser:
    """Signing in begins a new cookie, with a new token for forms: give the browser one that it can send."""
    with browser.client.session_transaction() as cookie:
        cookie["csrf_token"] = RAW_TOKEN
    return browser


def let_pass(database: Database, time: timedelta) -> None:
    """As if the tries had been so much earlier."""
    with database.transaction() as session:
        for row in session.scalars(select(Attempt)):
            row.at -= time


def stolen(browser: Browser, site_browser: Callable[[], Browser]) -> Browser:
    """Another browser with the same cookie, as it is now."""
    thief = site_browser()
    with browser.client.session_transaction() as cookie, thief.client.session_transaction() as copy:
        copy.update(cookie)
    return thief
