"""The second factor: codes of an app on somebody's phone (TOTP), each taken once, and recovery codes for when the phone is lost.

Guessing is slowed down like guessing at passwords: a try is entered (`enter`) before its code is looked at, and counts when it was wrong.
"""

from __future__ import annotations

import re
import secrets
from base64 import b32encode
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, Executable, delete, func, select, update
from sqlalchemy.orm import Session

from screening import passwords
from screening.clock import now
from screening.config import SecondFactorRule
from screening.errors import CannotOpen, Invalid
from screening.models import Account, RecoveryCode, SecondFactor
from screening.policy import Viewer
from screening.sealing import Sealer
from screening.services import throttling
from screening.services.accounts import end_sessions, own
from screening.services.events import record

RECOVERY_CODES = 10
RECOVERY_BYTES = 15
"""120 bits: so many that a plain digest of a code is safe to keep."""

SET_UP_WITHIN = timedelta(minutes=30)
STEPS_EITHER_SIDE = 1
WRONG = "This code is not right, or was used already. Wait for the next one in your app, or use a recovery code."


@dataclass(frozen=True, slots=True)
class Rule:
    """Whom the installation asks for a second factor. `after_provider`: also after a sign-in through the identity provider."""

    who: SecondFactorRule
    after_provider: bool

    def asks(self, way: str) -> bool:
        """Whether a session that began this way owes a code where there is a second factor. A demonstration proves nothing at all."""
        return self.who != "off" and (way == "password" or (way == "provider" and self.after_provider))

    def demands(self, way: str, *, administrator: bool) -> bool:
        """Whether somebody must have a second factor to do anything in a session that began this way."""
        return self.asks(way) and (self.who == "everybody" or (self.who == "administrators" and administrator))


@dataclass(frozen=True, slots=True)
class SetUp:
    """A secret for an app: to be typed, as an address for a QR code, and sealed, as the form carries it until a first code."""

    secret: str
    address: str
    sealed: str


def is_on(session: Session, account_id: int) -> bool:
    return session.get(SecondFactor, account_id) is not None


def recovery_codes_left(session: Session, account_id: int) -> int:
    return session.scalar(select(func.count()).select_from(RecoveryCode).where(RecoveryCode.account_id == account_id)) or 0


def propose(viewer: Viewer, sealer: Sealer, token: str, organisation: str) -> SetUp:
    """A fresh secret for this person in this session. Nothing is stored until `switch_on`."""
    from pyotp import random_base32

    secret = random_base32()
    return _set_up(viewer, secret, sealer.seal(f"{now().timestamp():.0f} {secret}", _proposal_of(viewer, token)), organisation)


def proposed(viewer: Viewer, sealer: Sealer, token: str, sealed: str, organisation: str) -> SetUp:
    """What was proposed, out of the form that carried it. Raises `Invalid` for that of somebody else, or of too long ago."""
    try:
        made, secret = sealer.open(sealed, _proposal_of(viewer, token)).split(" ")
    except CannotOpen:
        raise Invalid("This page is no longer valid. Begin the set-up again.") from None
    if now().timestamp() - int(made) > SET_UP_WITHIN.total_seconds():
        raise Invalid("This page has been open for too long. Begin the set-up again.")
    return _set_up(viewer, secret, sealed, organisation)


def _set_up(viewer: Viewer, secret: str, sealed: str, organisation: str) -> SetUp:
    from pyotp import TOTP

    # A colon would end the issuer in the label that the app shows.
    issuer = f"Screening ({organisation.replace(':', ' ')[:40]})"
    return SetUp(secret, TOTP(secret).provisioning_uri(name=viewer.email, issuer_name=issuer), sealed)


def switch_on(session: Session, viewer: Viewer, sealer: Sealer, secret: str, code: str) -> list[str]:
    """Keep the secret, once a code shows that the app has it; all sessions end. Returns the recovery codes, which nobody sees again."""
    account = own(session, viewer)
    if is_on(session, account.id):
        raise Invalid("Your second factor is on already.")
    step = _step(secret, _canonical(code))
    if step is None:
        raise Invalid(
            "This code is not right. Check that the clock of your phone is, and type the code that the app shows now.", field="code"
        )
    session.add(SecondFactor(account_id=account.id, secret=sealer.seal(secret, _owner(account)), last_step=step))
    end_sessions(session, account.id)
    record(session, account.id, "second_factor_on")
    return _new_codes(session, account.id)


def enter(session: Session, who: Viewer, *, address: str, known: tuple[str, str] | None) -> str:
    """Enter a try to give a code; returns what its tries are counted under. Raises `TooMany`. `known` as for `accounts.claim`."""
    tries_of = f"code-browser:{known[1]}" if known is not None and known[0] == who.public_id else f"code:{who.public_id}"
    throttling.enter(session, tries_of, address)
    return tries_of


def settle(session: Session, who: Viewer, sealer: Sealer, code: str, *, tries_of: str, address: str) -> Account | None:
    """The account when the code was right, which uses it up; otherwise None, and the try counts."""
    account = own(session, who)
    if account.is_active and use(session, account, sealer, code):
        throttling.clear(session, tries_of)
        return account
    throttling.note_failure(session, tries_of, address)
    record(session, account.id, "code_refused")
    return None


def use(session: Session, account: Account, sealer: Sealer, code: str) -> bool:
    """Use the code up, of the app or for recovery: True for one of all who try it, and only once."""
    code = _canonical(code)
    if re.fullmatch("[0-9]{6}", code):
        return _use_step(session, account, sealer, code)
    taken = delete(RecoveryCode).where(RecoveryCode.account_id == account.id, RecoveryCode.code_hash == passwords.digest(code))
    if not _changed_one(session, taken):
        return False
    record(session, account.id, "recovery_code_used")
    return True


def _use_step(session: Session, account: Account, sealer: Sealer, code: str) -> bool:
    factor = session.get(SecondFactor, account.id)
    if factor is None:
        return False
    try:
        secret = sealer.open(factor.secret, _owner(account))
    except CannotOpen:
        message = (
            "Codes of your app cannot be checked, because the server’s key was changed. Use a recovery code, or ask your administrator."
        )
        raise Invalid(message, field="code") from None
    step = _step(secret, code)
    if step is None:
        return False
    # Sealed anew each time, so that former keys are needed for a while only.
    fresh = update(SecondFactor).where(SecondFactor.account_id == account.id, SecondFactor.last_step < step)
    return _changed_one(session, fresh.values(last_step=step, secret=sealer.seal(secret, _owner(account))))


def _step(secret: str, code: str) -> int | None:
    """The step of time whose code this is, of those near enough."""
    from pyotp import TOTP
    from pyotp.exceptions import OTPVerificationError

    try:
        return TOTP(secret).verify_and_get_timecode(code, for_time=now(), valid_window=STEPS_EITHER_SIDE)
    except OTPVerificationError:
        return None


def renew_codes(session: Session, account: Account) -> list[str]:
    """Fresh recovery codes in place of those there were."""
    record(session, account.id, "recovery_codes_renewed")
    return _new_codes(session, account.id)


def switch_off(session: Session, account: Account) -> None:
    _take_away(session, account.id)
    record(session, account.id, "second_factor_off")


def reset(session: Session, actor: int | None, account: Account) -> bool:
    """Take somebody's second factor away, and end their sessions; whether there was one."""
    if not is_on(session, account.id):
        return False
    _take_away(session, account.id)
    throttling.clear(session, f"code:{account.public_id}")
    end_sessions(session, account.id)
    record(session, actor, "second_factor_reset", account=account.public_id)
    return True


def _take_away(session: Session, account_id: int) -> None:
    session.execute(delete(SecondFactor).where(SecondFactor.account_id == account_id))
    session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account_id))


def _new_codes(session: Session, account_id: int) -> list[str]:
    session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account_id))
    codes = [b32encode(secrets.token_bytes(RECOVERY_BYTES)).decode() for _ in range(RECOVERY_CODES)]
    session.add_all(RecoveryCode(account_id=account_id, code_hash=passwords.digest(code)) for code in codes)
    return ["-".join(code[place : place + 4] for place in range(0, len(code), 4)) for code in codes]


def _canonical(code: str) -> str:
    return re.sub(r"[\s-]", "", code).upper()


def _owner(account: Account) -> str:
    return f"second factor of {account.public_id}"


def _proposal_of(viewer: Viewer, token: str) -> str:
    return f"second factor proposed to {viewer.public_id} in {passwords.digest(token)}"


def _changed_one(session: Session, statement: Executable) -> bool:
    return cast("CursorResult[Any]", session.execute(statement)).rowcount == 1
