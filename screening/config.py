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
    `pdf` is the kind of PDF: PDF/UA-1, or `a` for PDF/A-2a as well.
    `background` is how many documents this machine sets at a time for packs, 0 for none; `queue_url` where workers are woken through, empty
    for the database itself.
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
    pdf: Literal["ua-1", "a"] = "ua-1"
    session_hours: int = 12
    idle_minutes: int = 120
    background: int = 2
    queue_url: str = field(default="", repr=False)

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
        pdf=_pdf(environment, problems),
        session_hours=_number(environment, "SCREENING_SESSION_HOURS", 12, 1, 720, problems),
        idle_minutes=_number(environment, "SCREENING_IDLE_MINUTES", 120, 5, 10080, problems),
        background=_number(environment, "SCREENING_BACKGROUND", 2, 0, 64, problems),
        queue_url=_queue_url(environment, problems),
    )
    if demo and urlsplit(settings.base_url).hostname not in ("127.0.0.1", "localhost", "::1"):
        problems.append("SCREENING_DEMO=1 lets anybody in without a password: it works on a loopback address only. Unset it.")
    if problems:
        raise ConfigError(problems)
    return settings


def to_environment(settings: Settings) -> dict[str, str]:
    """The environment that `from_environment` reads these settings from, for a process of our own."""
    return {
        "SCREENING_DATABASE_URL": settings.database_url,
        "SCREENING_SECRET_KEY": settings.secret_key,
        "SCREENING_BASE_URL": settings.base_url,
        "SCREENING_ORGANISATION": settings.organisation,
        "SCREENING_BIND": settings.bind,
        "SCREENING_WORKERS": str(settings.workers),
        "SCREENING_THREADS": str(settings.threads),
        "SCREENING_PROXIES": str(settings.proxies),
        "SCREENING_DEMO": "1" if settings.demo else "",
        "SCREENING_PAPER": settings.paper,
        "SCREENING_PDF": settings.pdf,
        "SCREENING_SESSION_HOURS": str(settings.session_hours),
        "SCREENING_IDLE_MINUTES": str(settings.idle_minutes),
        "SCREENING_BACKGROUND": str(settings.background),
        "SCREENING_QUEUE_URL": settings.queue_url,
    }


def seal_keys(environment: Mapping[str, str]) -> tuple[str, ...]:
    """The keys that a dossier may be sealed with: the present one, then former ones, which nothing new is ever sealed with."""
    return tuple(filter(None, (environment.get("SCREENING_SECRET_KEY"), *environment.get("SCREENING_FORMER_KEYS", "").split())))


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


def _queue_url(environment: Mapping[str, str], problems: list[str]) -> str:
    text = environment.get("SCREENING_QUEUE_URL", "")
    if text and urlsplit(text).scheme not in ("redis", "rediss", "unix", "postgresql", "sqlite"):
        problems.append("SCREENING_QUEUE_URL is not understood: give a redis:// or postgresql:// address, or unset it to use the database.")
    return text


def _pdf(environment: Mapping[str, str], problems: list[str]) -> Literal["ua-1", "a"]:
    text = environment.get("SCREENING_PDF", "UA-1").lower()
    if text == "a":
        return "a"
    if text != "ua-1":
        problems.append(f"SCREENING_PDF is {text!r}; choose UA-1, or A for files that an archive takes.")
    return "ua-1"


def _paper(environment: Mapping[str, str], problems: list[str]) -> Literal["a4", "letter"]:
    text = environment.get("SCREENING_PAPER", "A4").lower()
    if text == "letter":
        return "letter"
    if text != "a4":
        problems.append(f"SCREENING_PAPER is {text!r}; choose A4 or Letter.")
    return "a4"
