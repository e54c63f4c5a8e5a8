"""A rule over every request of every test: what changes something, or hands out a file, leaves an entry in the record of events.

It is asked of each transaction that a request commits, so the change and its entry are there both or neither.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from flask import Flask, g, has_request_context, request, request_finished
from sqlalchemy import Connection, Engine, event
from werkzeug.wrappers import Response

BOOKKEEPING = {"attempts", "event_head", "rates", "sign_ins", "submissions"}
"""Tables of what goes on, not of what somebody did."""

_DRAFT = frozenset({"scorecards", "revisions", "ratings"})
_LIST = frozenset({"pending_imports"})
LEAVES_NONE = {
    "api.save_scorecard": _DRAFT,
    "imports.cancel": _LIST,
    "imports.settle": _LIST,
    "imports.upload": _LIST,
    "scorecards.amend": _DRAFT,
    "scorecards.autosave": _DRAFT,
    "scorecards.discard": _DRAFT,
    "scorecards.send": _DRAFT,
}
"""What views may write without an entry: a draft, which nobody but its writer knows of, until it is submitted; a list that was uploaded to
be looked at, until somebody is added by it.
"""

SAYS_NOTHING = {"imports.sample"}
"""Files with nothing of anybody in them: an invented list."""

_WRITES = re.compile(r'\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+"?(\w+)')
_GOES_ON = re.compile(r"UPDATE api_tokens SET used_at=[^,]+ WHERE")
"""The same for a column: that a key is in use, and nothing else of it."""

_SEEN = "written_by_a_request"
_aside: ContextVar[bool] = ContextVar("aside", default=False)


def watch(engine: Engine) -> None:
    """Ask it of every transaction on this engine that a request commits."""
    for moment, asked in (("after_cursor_execute", _note), ("commit", _judge), ("rollback", _forget)):
        if not event.contains(engine, moment, asked):
            event.listen(engine, moment, asked)


def watch_files(app: Flask) -> None:
    """Ask it of every file that the application hands out."""
    request_finished.connect(_judge_file, app)


@contextmanager
def aside() -> Iterator[None]:
    """What a test does itself in the middle of a request is no business of the rule's."""
    token = _aside.set(True)
    try:
        yield
    finally:
        _aside.reset(token)


def _note(connection: Connection, cursor: Any, statement: str, *_: Any) -> None:
    found = _WRITES.match(statement)
    if has_request_context() and not _aside.get() and found and cursor.rowcount and not _GOES_ON.match(statement):
        connection.info.setdefault(_SEEN, set()).add(found[1])
        g.recorded = g.get("recorded", False) or found[1] == "events"


def _forget(connection: Connection) -> None:
    # One that broke has lost what was noted of it, and cannot be asked.
    if not connection.invalidated:
        connection.info.pop(_SEEN, None)


def _judge(connection: Connection) -> None:
    written = connection.info.pop(_SEEN, set())
    if not has_request_context() or "events" in written:
        return
    forgotten = written - BOOKKEEPING - LEAVES_NONE.get(request.endpoint or "", frozenset())
    assert not forgotten, f"{request.method} {request.endpoint} changes {sorted(forgotten)} and leaves no entry"


def _judge_file(app: Flask, response: Response, **_: Any) -> None:
    if request.endpoint in SAYS_NOTHING or request.method == "HEAD":  # which asks for the headers alone
        return
    if response.status_code == 200 and "attachment" in response.headers.get("Content-Disposition", ""):
        assert g.get("recorded"), f"{request.method} {request.endpoint} hands out a file and leaves no entry"
