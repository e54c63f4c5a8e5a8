"""The web application as a test's browser meets it: signed in as somebody, with tokens in every form it sends."""

from __future__ import annotations

import secrets
from functools import cache
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy import select
from werkzeug.test import TestResponse

from screening.config import Settings
from screening.database import Database
from screening.models import Account
from screening.services import accounts
from screening.web import build
from tests.support import recorded
from tests.support.keys import KEY

RAW_TOKEN = "0123456789abcdef0123456789abcdef01234567"


def settings(**changes: Any) -> Settings:
    return Settings(**{"database_url": "sqlite://", "secret_key": KEY, "organisation": "Blue River Utilities", **changes})


class Compiled(BytecodeCache):
    """Templates as they were compiled for the first application of this process: that takes longer than most tests."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key] = bucket.bytecode_to_string()


COMPILED = Compiled()


@cache
def usual() -> Flask:
    """The application as most tests want it, made once: only its database is another each time. So is the process that sets its PDFs."""
    return build(settings(), Database("sqlite://", secrets=(KEY,)))


class Site:
    """The application over a database. `own`: made for this test alone, which may change it or have other sites beside it."""

    def __init__(self, database: Database, *, own: bool = True, **changes: Any) -> None:
        self.database = database
        self.own = own
        self.app = build(settings(**changes), database) if own else usual()
        self.app.extensions["database"] = database
        recorded.watch(database.engine)
        recorded.watch_files(self.app)
        self.app.jinja_env.bytecode_cache = COMPILED
        self.app.testing = True
        # A bug must fail the test with its own traceback, not as a page.
        self.app.config["PROPAGATE_EXCEPTIONS"] = True

    def close(self) -> None:
        if self.own:
            self.app.extensions["pdf"].close()

    def visitor(self) -> Browser:
        return Browser(self)

    def signed_in(self, public_id: str) -> Browser:
        """A browser with a session of this account."""
        browser = Browser(self)
        with self.database.transaction() as session:
            account = session.scalars(select(Account).where(Account.public_id == public_id)).one()
            token = accounts.sign_in(session, account)
        with browser.client.session_transaction() as cookie:
            cookie["sign_in"] = token
            cookie["csrf_token"] = RAW_TOKEN
        return browser


class Browser:
    """A client that sends the CSRF token with every form unless told not to."""

    def __init__(self, site: Site) -> None:
        self.client: FlaskClient = site.app.test_client()
        self.token = URLSafeTimedSerializer(KEY, salt="wtf-csrf-token").dumps(RAW_TOKEN)
        with self.client.session_transaction() as cookie:
            cookie["csrf_token"] = RAW_TOKEN

    def get(self, path: str, **options: Any) -> TestResponse:
        return self.client.get(path, **options)

    def post(self, path: str, data: dict[str, Any] | None = None, **options: Any) -> TestResponse:
        return self.client.post(path, data={**self.tokens(), **(data or {})}, **options)

    def tokens(self) -> dict[str, str]:
        """What the page of a form would have put into it: a form of its own each time."""
        return {"csrf_token": self.token, "submission_token": secrets.token_urlsafe(16)}

    def send_json(self, path: str, body: Any) -> TestResponse:
        return self.client.post(path, json=body, headers={"X-CSRFToken": self.token, "Accept": "application/json"})
