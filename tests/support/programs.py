"""A program as the interface meets it: with a key of its owner, and without any cookie."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import func, select
from werkzeug.test import TestResponse

from screening.models import Account, Event
from screening.services import api_tokens
from screening.services.api_tokens import Scope
from tests.support.hiring_round import HiringRound
from tests.support.web import Site


def key_of(site: Site, public_id: str, scopes: Collection[Scope] = tuple(Scope), *, days: int = 7) -> str:
    with site.database.transaction() as session:
        account = session.scalars(select(Account).where(Account.public_id == public_id)).one()
        return api_tokens.make(session, account, name="A program", scopes=scopes, days=days)


class Program:
    """Sends a key of this account with every request, and with every change an Idempotency-Key, unless told another one."""

    def __init__(self, site: Site, public_id: str = "", scopes: Collection[Scope] = tuple(Scope), *, key: str = "") -> None:
        self.client = site.app.test_client(use_cookies=False)
        self.key = key or (key_of(site, public_id, scopes) if public_id else "")

    def ask(self, method: str, path: str, body: Any = None, headers: Mapping[str, str | None] | None = None) -> TestResponse:
        sent: dict[str, str | None] = {"Authorization": f"Bearer {self.key}"} if self.key else {}
        if method not in ("GET", "HEAD"):
            sent["Idempotency-Key"] = secrets.token_urlsafe(16)
        sent |= headers or {}
        kept = {name: value for name, value in sent.items() if value is not None}
        return self.client.open(path, method=method, headers=kept, **({} if body is None else {"json": body}))

    def get(self, path: str) -> TestResponse:
        return self.ask("GET", path)

    def post(self, path: str, body: Any = None, **headers: str | None) -> TestResponse:
        return self.ask("POST", path, body, {name.replace("_", "-"): value for name, value in headers.items()})


def program(site: Site, hiring: HiringRound, person: str, *scopes: Scope) -> Program:
    return Program(site, hiring.people[person], scopes or tuple(Scope))


def sent(card: dict[str, Any], **ratings: int | None) -> dict[str, Any]:
    said = {key: {"level": level, "not_assessed": None if level else "no_time", "note": f"On {key}"} for key, level in ratings.items()}
    return {"version": card["version"], "rubric": card["rubric"], "ratings": said}


def count_of(site: Site, action: str) -> int:
    with site.database.reading() as session:
        return session.scalar(select(func.count()).where(Event.action == action)) or 0
