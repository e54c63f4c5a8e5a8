"""Second factors for the people of the round, and the codes that their apps would show."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from pyotp import TOTP, random_base32
from werkzeug.test import TestResponse

from screening.clock import now, set_back
from screening.sealing import Sealer
from screening.services import second_factor
from tests.support.hiring_round import HiringRound
from tests.support.keys import KEY
from tests.support.signing_in import attempt, renew
from tests.support.web import Browser

STEP = timedelta(seconds=30)


@dataclass
class Phone:
    """An app with one secret, and the recovery codes that came with it."""

    secret: str
    recovery: list[str]

    def code(self, at: datetime | None = None) -> str:
        return TOTP(self.secret).at(at or now())


def give_phone(hiring: HiringRound, name: str, *, sealer: Sealer | None = None) -> Phone:
    """This person has a second factor, whose codes from a minute ago on are not used yet."""
    secret = random_base32()
    before = now() - 4 * STEP
    with set_back(before), hiring.database.transaction() as session:
        codes = second_factor.switch_on(session, hiring.viewer(name), sealer or Sealer((KEY,)), secret, TOTP(secret).at(before))
    return Phone(secret, codes)


def give_code(browser: Browser, code: str, *, address: str = "192.0.2.7", **data: str) -> TestResponse:
    renew(browser)
    return browser.post("/sign-in/code", {"code": code, **data}, environ_base={"REMOTE_ADDR": address})


def half_signed_in(browser: Browser, email: str, **data: str) -> Browser:
    answer = attempt(browser, email, **data)
    assert (answer.status_code, answer.headers["Location"].partition("?")[0]) == (303, "/sign-in/code")
    return renew(browser)


def hidden(page: str, name: str) -> str:
    [value] = re.findall(rf'name="{name}"[^>]* value="([^"]*)"', page)
    return str(value)
