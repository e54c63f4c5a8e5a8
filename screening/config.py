"""Settings, from the environment only. Each is checked at start, with a message that says how to mend it."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from screening.errors import ConfigError

MIN_KEY_BYTES = 32
_EXAMPLE_KEYS = {"change-me", "changeme", "secret", "example"}


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that can be set. The README has the table of the environment variables.

    `base_url` is the address people use; cookies are Secure when it is https. `proxies` is the number of reverse proxies in front
    whose X-Forwarded headers are believed. `demo` offers sign-in without passwords and is refused for an address that is not loopback.
    """

    database_url: str
    secret_key: str = field(repr=False)
    base_url: str = "http://127.0.0.1:8000"
    organisation: str = "Your organisation"
    bind: str = "127.0.0.1:8000"
    workers: int = 2
    threads: int = 4
    proxies: int = 0
    demo: bool = False
    paper: Literal["a4", "letter"] = "a4"
    session_hours: int = 12
    idle_minutes: int = 120

    @property
    def secure(self) -> bool:
        return self.base_url.startswith("https://")


def from_environment(environment: Mapping[str, str]) -> Settings:
    """The settings, or `ConfigError` with every problem at once."""
    problems: list[str] = []
    demo = environment.get("SCREENING_DEMO", "") == "1"
    bind = environment.get("SCREENING_BIND", "127.0.0.1:8000")
    settings = Settings(
        database_url=environment.get("SCREENING_DATABASE_URL") or f"sqlite:///{default_data_folder(environment) / 'screening.sqlite3'}",
        secret_key=_secret_key(environment, problems, demo=demo),
        base_url=_base_url(environment.get("SCREENING_BASE_URL", f"http://{bind}"), problems),
        organisation=environment.get("SCREENING_ORGANISATION", "Your organisation"),
        bind=bind,
        workers=_number(environment, "SCREENING_WORKERS", 2, 1, 64, problems),
        threads=_number(environment, "SCREENING_THREADS", 4, 1, 64, problems),
        proxies=_number(environment, "SCREENING_PROXIES", 0, 0, 5, problems),
        demo=demo,
        paper=_paper(environment, problems),
        session_hours=_number(environment, "SCREENING_SESSION_HOURS", 12, 1, 720, problems),
        idle_minutes=_number(environment, "SCREENING_IDLE_MINUTES", 120, 5, 10080, problems),
    )
    if demo and urlsplit(settings.base_url).hostname not in ("127.0.0.1", "localhost", "::1"):
        problems.append("SCREENING_DEMO=1 lets anybody in without a password: it works on a loopback address only. Unset it.")
    if problems:
        raise ConfigError(problems)
    return settings


def default_data_folder(environment: Mapping[str, str]) -> Path:
    """Where the embedded database lives unless `SCREENING_DATABASE_URL` says otherwise."""
    base = environment.get("XDG_DATA_HOME") or str(Path(environment.get("HOME", ".")) / ".local" / "share")
    return Path(base) / "screening"


def _secret_key(environment: Mapping[str, str], problems: list[str], *, demo: bool) -> str:
    key = environment.get("SCREENING_SECRET_KEY", "")
    advice = f"set it to a fresh random one, for example: export SCREENING_SECRET_KEY={secrets.token_hex(32)}"
    if not key:
        problems.append(f"SCREENING_SECRET_KEY is not set: {advice}")
    elif len(key.encode()) < MIN_KEY_BYTES or key.lower() in _EXAMPLE_KEYS or len(set(key)) < 8:
        problems.append(f"SCREENING_SECRET_KEY is too short or too simple ({MIN_KEY_BYTES} bytes at least): {advice}")
    return key


def _base_url(value: str, problems: list[str]) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path not in ("", "/") or parts.query:
        problems.append(f"SCREENING_BASE_URL is {value!r}; give the address people use, such as https://hiring.example.org")
    elif parts.scheme == "http" and parts.hostname not in ("127.0.0.1", "localhost", "::1"):
        problems.append(
            f"SCREENING_BASE_URL is {value!r}: without https, passwords cross the network readable. Use https, or a loopback address."
        )
    return value.rstrip("/")


def _number(environment: Mapping[str, str], name: str, default: int, low: int, high: int, problems: list[str]) -> int:
    text = environment.get(name, str(default))
    if text.isascii() and text.isdecimal() and low <= int(text) <= high:
        return int(text)
    problems.append(f"{name} is {text!r}; give a whole number from {low} to {high}.")
    return default


def _paper(environment: Mapping[str, str], problems: list[str]) -> Literal["a4", "letter"]:
    text = environment.get("SCREENING_PAPER", "A4").lower()
    if text == "letter":
        return "letter"
    if text != "a4":
        problems.append(f"SCREENING_PAPER is {text!r}; choose A4 or Letter.")
    return "a4"
