"""Settings, from the environment only. Each is checked at start, with a message that says how to mend it."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, cast, get_args
from urllib.parse import urlsplit

from screening.errors import ConfigError

MIN_KEY_BYTES = 32
LOOPBACK = ("127.0.0.1", "localhost", "::1")
_EXAMPLES = ("change-me", "changeme", "change_me", "replace-me", "replaceme", "your-secret", "insecure", "example")
LONGEST_PATTERN = 16
"""A key that repeats so many letters or fewer was typed, not drawn."""


SecondFactorRule = Literal["off", "optional", "administrators", "everybody"]


@dataclass(frozen=True, slots=True)
class ProviderSettings:
    """An OpenID Connect provider. `label` is what people know it by; `asks_code`: our own second factor is asked for after it too."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    label: str = "single sign-on"
    asks_code: bool = False

    def to_environment(self) -> dict[str, str]:
        return {
            "SCREENING_OIDC_ISSUER": self.issuer,
            "SCREENING_OIDC_CLIENT_ID": self.client_id,
            "SCREENING_OIDC_CLIENT_SECRET": self.client_secret,
            "SCREENING_OIDC_LABEL": self.label,
            "SCREENING_OIDC_CODE": "yes" if self.asks_code else "no",
        }


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that can be set. The README has the table of the environment variables.

    `base_url` is the address people use; cookies are Secure when it is https. `proxies` is the number of reverse proxies in front
    whose X-Forwarded headers are believed. `demo` offers sign-in without passwords and is refused for an address that is not loopback.
    `pdf` is the kind of PDF: PDF/UA-1, or `a` for PDF/A-2a as well.
    `second_factor` says who must confirm a sign-in by a code of their own. `provider` is the identity provider people may sign in through.
    `retention_days` is how long candidates are kept after the decision that ended their application.
    `former_keys` are earlier secret keys: they still open what was sealed with them, and seal nothing new.
    `background` is how many documents this machine sets at a time for packs, 0 for none; `queue_url` where workers are woken through, empty
    for the database itself.
    """

    database_url: str
    secret_key: str = field(repr=False)
    base_url: str = "http://127.0.0.1:8000"
    organisation: str = "Your organisation"
    bind: str = "127.0.0.1:8000"
    workers: int = 2
    threads: int = 12
    proxies: int = 0
    demo: bool = False
    paper: Literal["a4", "letter"] = "a4"
    pdf: Literal["ua-1", "a"] = "ua-1"
    session_hours: int = 12
    idle_minutes: int = 120
    background: int = 2
    queue_url: str = field(default="", repr=False)
    former_keys: tuple[str, ...] = field(default=(), repr=False)
    second_factor: SecondFactorRule = "optional"
    provider: ProviderSettings | None = None
    retention_days: int = 730

    @property
    def secure(self) -> bool:
        return self.base_url.startswith("https://")

    @property
    def secrets(self) -> tuple[str, ...]:
        """The present secret key, then former ones."""
        return (self.secret_key, *self.former_keys)

    @property
    def signing_keys(self) -> list[str]:
        """The same the other way round: of these a signer signs with the last, and takes what any of them signed."""
        return list(reversed(self.secrets))


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
        threads=_number(environment, "SCREENING_THREADS", 12, 1, 64, problems),
        proxies=_number(environment, "SCREENING_PROXIES", 0, 0, 5, problems),
        demo=demo,
        paper=_paper(environment, problems),
        pdf=_pdf(environment, problems),
        session_hours=_number(environment, "SCREENING_SESSION_HOURS", 12, 1, 720, problems),
        idle_minutes=_number(environment, "SCREENING_IDLE_MINUTES", 120, 5, 10080, problems),
        background=_number(environment, "SCREENING_BACKGROUND", 2, 0, 64, problems),
        queue_url=_queue_url(environment, problems),
        former_keys=_former_keys(environment, problems),
        second_factor=_second_factor(environment, problems),
        provider=_provider(environment, problems),
        retention_days=_number(environment, "SCREENING_RETENTION_DAYS", 730, 1, 36500, problems),
    )
    if demo and not (urlsplit(settings.base_url).hostname in LOOPBACK and listens_here_only(bind)):
        problems.append("SCREENING_DEMO=1 lets anybody in without a password: it works on a loopback address only. Unset it.")
    problems += [
        f"{name} is set: it shows the program's insides to whoever meets an error. Unset it."
        for name in ("FLASK_DEBUG", "SCREENING_DEBUG")
        if environment.get(name, "").lower() not in ("", "0", "false", "no", "off")
    ]
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
        "SCREENING_RETENTION_DAYS": str(settings.retention_days),
        "SCREENING_FORMER_KEYS": " ".join(settings.former_keys),
        "SCREENING_SECOND_FACTOR": settings.second_factor,
        **(settings.provider.to_environment() if settings.provider else {}),
    }


def names() -> frozenset[str]:
    """Every environment variable of this program's own that means something."""
    sample = Settings("", "", provider=ProviderSettings("", "", ""))
    return frozenset({*to_environment(sample), "SCREENING_BACKUP_FOLDER"})


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
    elif _is_weak(key):
        problems.append(f"SCREENING_SECRET_KEY is too short or too simple ({MIN_KEY_BYTES} bytes at least): {advice}")
    return key


def _former_keys(environment: Mapping[str, str], problems: list[str]) -> tuple[str, ...]:
    """Checked like the key itself: nothing ever started with a weak one, and whoever knows one could make sessions and seals with it."""
    keys = tuple(environment.get("SCREENING_FORMER_KEYS", "").split())
    problems += [
        f"SCREENING_FORMER_KEYS: number {number} of its {len(keys)} keys is too short or too simple to have ever been one "
        f"({MIN_KEY_BYTES} bytes at least). Take it out; write keys in full, with spaces between them."
        for number, key in enumerate(keys, start=1)
        if _is_weak(key)
    ]
    return keys


def _is_weak(key: str) -> bool:
    return len(key.encode()) < MIN_KEY_BYTES or _is_simple(key)


def _is_simple(key: str) -> bool:
    """Whether it is one out of an example, or a pattern again and again."""
    if len(set(key)) < 8 or any(words in key.lower() for words in _EXAMPLES):
        return True
    return any(key == (key[:length] * len(key))[: len(key)] for length in range(1, LONGEST_PATTERN + 1))


def _base_url(value: str, problems: list[str]) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path not in ("", "/") or parts.query:
        problems.append(f"SCREENING_BASE_URL is {value!r}; give the address people use, such as https://hiring.example.org")
    elif parts.scheme == "http" and parts.hostname not in LOOPBACK:
        problems.append(
            f"SCREENING_BASE_URL is {value!r}: without https, passwords cross the network readable. Use https, or a loopback address."
        )
    return value.rstrip("/")


def listens_here_only(bind: str) -> bool:
    return bind.startswith("unix:") or urlsplit(f"//{bind}").hostname in LOOPBACK


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


def _second_factor(environment: Mapping[str, str], problems: list[str]) -> SecondFactorRule:
    text = environment.get("SCREENING_SECOND_FACTOR", "optional").lower()
    if text not in get_args(SecondFactorRule):
        problems.append(f"SCREENING_SECOND_FACTOR is {text!r}; choose off, optional, administrators or everybody.")
        return "everybody"
    return cast(SecondFactorRule, text)


def _provider(environment: Mapping[str, str], problems: list[str]) -> ProviderSettings | None:
    issuer, client_id, client_secret = (environment.get(f"SCREENING_OIDC_{name}", "") for name in ("ISSUER", "CLIENT_ID", "CLIENT_SECRET"))
    if not (issuer or client_id or client_secret):
        return None
    if not (issuer and client_id and client_secret):
        problems.append("Of SCREENING_OIDC_ISSUER, _CLIENT_ID and _CLIENT_SECRET all are needed, or none: the provider gives you them.")
    if issuer and not _is_issuer(issuer):
        problems.append(f"SCREENING_OIDC_ISSUER is {issuer!r}; give the https:// address of the provider, without ? and #.")
    label = environment.get("SCREENING_OIDC_LABEL") or "single sign-on"
    if len(label) > 60 or not label.isprintable():
        problems.append("SCREENING_OIDC_LABEL is too long: give the name people know the provider by, of 60 characters at most.")
    asks_code = environment.get("SCREENING_OIDC_CODE") or "no"
    if asks_code not in ("yes", "no"):
        problems.append(f"SCREENING_OIDC_CODE is {asks_code!r}; choose yes or no.")
    return ProviderSettings(issuer, client_id, client_secret, label, asks_code == "yes")


def _is_issuer(address: str) -> bool:
    parts = urlsplit(address) if is_safe_address(address) else None
    return parts is not None and not (parts.query or parts.fragment or parts.username or parts.password)


def is_safe_address(address: object) -> bool:
    """Whether what is sent there cannot be read on the way: it is https, or it never leaves this machine."""
    try:
        parts = urlsplit(address if isinstance(address, str) else "")
        return bool(parts.hostname) and (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK))
    except ValueError:
        return False


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
