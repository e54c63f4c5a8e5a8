"""Where a form was sent from, as the browser says: from our own pages, or not at all. What pages and links say comes from no header."""

from __future__ import annotations

from urllib.parse import SplitResult, urlsplit

from flask import Flask, current_app, request
from flask_wtf.csrf import CSRFError

from screening.blueprints.session import settings

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_TELLING = ("Origin", "Referer")
_PORTS = {"http": 80, "https": 443}
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


def init_app(app: Flask) -> None:
    app.before_request(_refuse_foreign)


def _refuse_foreign() -> None:
    """Refuse a form that a browser says was on another site. What sends neither header is no browser, and needs the token all the same."""
    if request.method in SAFE:
        return
    for name in _TELLING:
        if (said := request.headers.get(name)) is not None and not is_ours(said, settings().base_url):
            # No more than the site: a Referer may hold an address that lets somebody in.
            current_app.logger.warning("refused a form from %.200r: SCREENING_BASE_URL is %s", _site(said), settings().base_url)
            raise CSRFError(f"The {name} is not this site.")


def is_said_to_be_ours() -> bool:
    """Whether the browser itself says that the form was on one of our pages, which no other site can make it say."""
    said = [request.headers[name] for name in _TELLING if name in request.headers]
    return "Origin" in request.headers and all(is_ours(address, settings().base_url) for address in said)


def is_ours(address: str, base_url: str) -> bool:
    try:
        return _place(urlsplit(address)) == _place(urlsplit(base_url))
    except ValueError:
        return False


def _site(address: str) -> str:
    try:
        parts = urlsplit(address)
    except ValueError:
        return "an address that is none"
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"


def _place(parts: SplitResult) -> tuple[str, str, int | None]:
    """Scheme, host and port. The names of this machine for itself are one: nobody else can serve pages there."""
    host = (parts.hostname or "").lower()
    return parts.scheme, "localhost" if host in _LOOPBACK else host, parts.port or _PORTS.get(parts.scheme)
