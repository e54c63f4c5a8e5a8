"""Which passwords are taken, and that checking one says nothing by the time it takes."""

from __future__ import annotations

import time
from statistics import median

import pytest

from screening import passwords
from screening.errors import Invalid

EMAIL = "dana.reyes@example.org"
TAKEN = (
    "the blue kettle sings",
    "Grüße aus Köln im Mai",
    "東京の夜はとても静かで美しいですね",
    "xK9#mQ2$vL7@pR4",
    "administrator loves tea and toast",
    "   spaces around count   ",
    "tab\tand\nline are characters",
    "a" * 50 + " bright lantern " + "z" * 134,
)
GUESSABLE = (
    "passwordpassword",
    "P@ssw0rdP@ssw0rd",
    "passw0rd12345678",
    "123456789012345",
    "987654321987654321",
    "!@#$%^&*()!@#$%^&*()",
    "qwertyuiopasdfgh",
    "zxcvbnmasdfghjklqwertyuiop",
    "1qaz2wsx3edc4rfv",
    "q1w2e3r4t5y6u7i8",
    "1a2b3c4d5e6f7g8h",
    "aaaaaaaaaaaaaaa",
    "abcabcabcabcabc",
    "Welcome2024!!!!!",
    "iloveyouiloveyou",
    "correcthorsebatterystaple",
    "dana.reyes@example.org",
    "danareyesdanareyes",
)


@pytest.mark.parametrize("password", TAKEN)
def test_a_long_password_of_any_characters_is_taken_as_typed(password: str) -> None:
    passwords.check_new(password, EMAIL)
    stored = passwords.hash_password(password)
    assert passwords.matches(stored, password)
    assert not passwords.matches(stored, password.strip() + "x")


@pytest.mark.parametrize("password", GUESSABLE)
def test_a_password_that_is_guessed_first_is_refused(password: str) -> None:
    with pytest.raises(Invalid, match="too easy to guess"):
        passwords.check_new(password, EMAIL)


def test_the_length_has_a_least_and_a_most() -> None:
    sentence = "quiet harbour lanterns " * 10
    passwords.check_new(sentence[:15], EMAIL)
    passwords.check_new(sentence[:200], EMAIL)
    for password, words in ((sentence[:14], "at least 15"), (sentence[:201], "at most 200")):
        with pytest.raises(Invalid, match=words) as refusal:
            passwords.check_new(password, EMAIL)
        assert refusal.value.field == "password"


def test_the_cost_is_the_one_that_is_written_down() -> None:
    assert passwords.hash_password("the blue kettle sings").startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_nothing_matches_where_nothing_is_stored() -> None:
    assert [passwords.matches(stored, "") for stored in ("", "not a hash")] == [False, False]


def test_checking_takes_as_long_where_there_is_no_account() -> None:
    stored = passwords.hash_password("the blue kettle sings")
    passwords.matches("", "warm up")

    def took(of: str) -> float:
        begun = time.perf_counter()
        passwords.matches(of, "a wrong password")
        return time.perf_counter() - begun

    pairs = [(took(stored), took("")) for _ in range(9)]
    assert 0.5 < median(known for known, _ in pairs) / median(unknown for _, unknown in pairs) < 2
