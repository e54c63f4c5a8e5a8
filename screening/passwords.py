"""Password hashing and the rules for a new password."""

from __future__ import annotations

import hashlib
import re
import secrets
from functools import cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from screening.errors import Invalid

MIN_LENGTH = 15
MAX_LENGTH = 200
_HASHER = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
_AT_ONCE = BoundedSemaphore(4)
"""Each hash needs 19 MiB: many sign-ins at the same moment wait for each other instead of filling the memory."""

_COMMON = (
    *("password", "passphrase", "passwort", "letmein", "welcome", "iloveyou", "iloveu", "admin", "administrator", "screening", "default"),
    *("secret", "login", "master", "monkey", "dragon", "football", "baseball", "basketball", "superman", "batman", "princess", "sunshine"),
    *("shadow", "michael", "jordan", "whatever", "trustno1", "starwars", "computer", "internet", "samsung", "google", "facebook"),
    *("changeme", "please", "forever", "mynameis", "thisis", "hello", "summer", "winter", "spring", "autumn", "correct", "horse"),
    *("battery", "staple", "company", "hiring", "interview", "recruiter", "interviewer", "manager", "guest", "qwerty", "azerty", "test"),
)
_KEYS = (
    *("abcdefghijklmnopqrstuvwxyz", "12345678901234567890", "!@#$%^&*()", "qwertyuiop", "asdfghjkl", "zxcvbnm"),
    *("qwertzuiop", "azertyuiop", "qsdfghjklm", "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p", "qazwsxedcrfvtgbyhnujmikolp"),
    *("1q2w3e4r5t6y7u8i9o0p", "q1w2e3r4t5y6u7i8o9p0", "1a2b3c4d5e6f7g8h9i0j", "a1b2c3d4e5f6g7h8i9j0"),
)
_ROWS = tuple(row for line in _KEYS for row in (line, line[::-1]))
_LOOKALIKES = str.maketrans("@4301!5$7", "aaeoiisst")


def hash_password(password: str) -> str:
    with _AT_ONCE:
        return _HASHER.hash(password)


@cache
def _nobody() -> str:
    """The hash of a password that nobody has, checked where there is no account, so that both take the same time."""
    return _HASHER.hash(secrets.token_hex())


def matches(stored: str, password: str) -> bool:
    """Whether the password is the one stored; takes as long where nothing is stored."""
    with _AT_ONCE:
        spare = _nobody()
        try:
            return _HASHER.verify(stored or spare, password) and bool(stored)
        except (VerifyMismatchError, InvalidHashError):
            return False


def check_new(password: str, email: str, field: str = "password") -> None:
    """Raise `Invalid` for a password that is short, common or made of the e-mail address. Any characters are allowed, as typed."""
    if len(password) < MIN_LENGTH:
        raise Invalid(f"Choose a password of at least {MIN_LENGTH} characters; a short sentence is easy to remember.", field=field)
    if len(password) > MAX_LENGTH:
        raise Invalid(f"Choose a password of at most {MAX_LENGTH} characters.", field=field)
    plain = password.casefold()
    spellings = (plain, plain.translate(_LOOKALIKES), _without_rows(plain).translate(_LOOKALIKES))
    if any(_is_guessable(spelling, email.casefold()) for spelling in spellings):
        raise Invalid("This password is too easy to guess: it is a common word, a row of keys or your own address.", field=field)


def _is_guessable(password: str, email: str) -> bool:
    """Whether little is left without common words, the parts of the address, rows of keys and repetition."""
    rest = password
    for word in sorted({*_COMMON, email, *re.split(r"[^\w]+", email)}, key=len, reverse=True):
        rest = rest.replace(word, " ") if len(word) >= 4 else rest
    rest = _without_repetition(_without_rows(rest).replace(" ", ""))
    return len(set(rest)) < 5 or len(rest) < 6


def _without_rows(text: str) -> str:
    """The text without its runs of four or more neighbouring keys."""
    kept, place = [], 0
    while place < len(text):
        run = next(
            (size for size in range(min(36, len(text) - place), 3, -1) if any(text[place : place + size] in row for row in _ROWS)), 0
        )
        kept.append("" if run else text[place])
        place += run or 1
    return "".join(kept)


def _without_repetition(text: str) -> str:
    """The piece that the text consists of, where it repeats one, else the text."""
    size = (text + text).find(text, 1) if text else 0
    return text[:size] if size else text


def digest(token: str) -> str:
    """What is stored of a random token: its SHA-256."""
    return hashlib.sha256(token.encode()).hexdigest()
