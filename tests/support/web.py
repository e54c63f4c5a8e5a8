"""The web application as a test's browser meets it: signed in as somebody, with tokens in every form it sends."""

from __future__ import annotations

from typing import Any

from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import select
from werkzeug.test import TestResponse

from screening.config import Settings
from screening.database import Database
from screening.models import Account
from screening.services import accounts
from screening.web import build

KEY = "a-key-for-tests-only-0123456789abcdef"
RAW_TOKEN = "0123456789abcdef0123456789abcdef01234567"


def settings(**changes: Any) -> Settings:
    return Settings(**{"database_url": "sqlite://", "secret_key": KEY, "organisation": "Blue River Utilities", **changes})


class Site:
    """The application over a database."""

    def __init__(self, database: Database, **changes: Any) -> None:
        self.database = database
        self.app = build(settings(**changes), database)
        self.app.testing = True
        # A bug must fail the test with its own traceback, not as a page.
        self.app.config["PROPAGATE_EXCEPTIONS"] = True

    def close(self) -> None:
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
        return self.client.post(path, data={"csrf_token": self.token, **(data or {})}, **options)

    def send_json(self, path: str, body: Any) -> TestResponse:
        return self.client.post(path, json=body, headers={"X-CSRFToken": self.token, "Accept": "application/json"})
