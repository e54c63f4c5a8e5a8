"""A form that is sent twice counts once: a double click, going back and sending again, a proxy that repeats a request.

Every form carries a `submission_token` of its own. The first transaction of a view notes it in the same breath as the change; what is not
the change, such as a try to confirm a password, is written through the plain database before it. Whoever comes later with the same token
and the same content gets the answer of the first time: 303 to the page it led to. The same token with other content is another form
(somebody went back and typed something else): nothing that was typed is dropped without a word. A form that was refused has done nothing:
sent again, it is looked at anew.

Programs name each request by an `Idempotency-Key` of their own; the same key with other content is refused.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Flask, abort, current_app, flash, g, jsonify, redirect, request, url_for
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from screening.blueprints.origins import SAFE
from screening.blueprints.session import database, for_programs
from screening.database import UNAVAILABLE, Database
from screening.errors import Invalid, PreconditionRequired, ScreeningError, SentBefore
from screening.services import submissions
from screening.services.submissions import Answer

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

TOKEN = "submission_token"  # noqa: S105  (the name of a field)
KEY = "Idempotency-Key"
SAVED_BY_VERSION = frozenset({"scorecards.autosave"})
"""Views that scripts send to, without a form: the version that they send says whether the same was saved before."""

PATIENCE = 3.0
"""Seconds that a form sent again waits for the answer of the first time."""

_WELL_FORMED = re.compile(r"[A-Za-z0-9_-]{16,64}")
_RELOAD = "The form came without the token that tells it from others. Reload the page, then send it again."


@dataclass(slots=True)
class Sent:
    """The form that the request under way sends. `entered`: its change is made. `address`: where that leads, if known beforehand.

    `content`: the digest of what was sent, where `digest` does not cover that. `dropped`: the transaction under way does not do what the
    form asks for. `broken`: one that came after the change failed.
    """

    digest: str
    account_id: int
    content: str = ""
    entered: bool = False
    address: str = ""
    dropped: bool = False
    broken: bool = False


class _Once(Database):
    """The database of a request that sends a form: its first transaction notes that too."""

    def __init__(self, whole: Database, sent: Sent) -> None:
        # The same engine, and not another one with connections of its own.
        self.__dict__.update(whole.__dict__)
        self._sent = sent

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        sent, later = self._sent, self._sent.entered
        try:
            with super().transaction() as session:
                if not later:
                    submissions.enter(session, sent.digest, sent.account_id, sent.address, sent.content)
                before = sent.address
                yield session
                if not later and not sent.dropped and sent.address != before:
                    submissions.led_to(session, sent.digest, sent.address)
        except BaseException:
            sent.broken = sent.broken or later
            raise
        finally:
            dropped, sent.dropped = sent.dropped, False
        sent.entered = not dropped


def init_app(app: Flask) -> None:
    app.before_request(_look)
    app.after_request(_note)
    app.register_error_handler(SentBefore, _again)
    app.jinja_env.globals[TOKEN] = lambda: secrets.token_urlsafe(16)


def leads_to(address: str) -> None:
    """Say before the change, or with it, where its answer leads; needed where that is no redirect, and saves a transaction besides."""
    if (sent := g.get("sent")) is not None:
        sent.address = address


def drop(session: Session) -> None:
    """Say inside the transaction that it does not do what the form asks for, though it writes something: that a try failed, say."""
    if (sent := g.get("sent")) is not None:
        submissions.drop(session, sent.digest)
        sent.dropped = True


def _look() -> Response | None:
    if request.method in SAFE or request.endpoint in {None, *SAVED_BY_VERSION} or g.viewer is None:
        return None
    sent = _of_program() if for_programs() else _of_form()
    if (answer := _answer(sent)) is not None:
        return _shown(_wait(sent, answer))
    g.sent, g.database = sent, _Once(database(), sent)
    return None


def _of_form() -> Sent:
    token = request.form.get(TOKEN)
    if token is None:
        raise PreconditionRequired(_RELOAD)
    if not _WELL_FORMED.fullmatch(token):
        raise Invalid("The token that tells this form from others is broken. Reload the page, then send it again.")
    return Sent(_digest(*_of_sender(), *_content()), g.viewer.account_id)


def _of_program() -> Sent:
    key = request.headers.get(KEY)
    if key is None:
        raise PreconditionRequired(f"Send an {KEY}: a fresh random text for each request, and the same one when that is sent again.")
    if not _WELL_FORMED.fullmatch(key):
        raise Invalid(f"The {KEY} must have 16 to 64 letters, digits, - or _.")
    return Sent(_digest(g.viewer.public_id.encode(), key.encode()), g.viewer.account_id, _digest(*_of_sender(), request.get_data()))


def _of_sender() -> tuple[bytes, bytes]:
    """Who sends it, and where to."""
    return g.viewer.public_id.encode(), request.full_path.encode("utf-8", "surrogatepass")


def _content() -> Iterator[bytes]:
    """All that was filled in."""
    for name, value in request.form.items(multi=True):
        if name != "csrf_token":
            yield name.encode("utf-8", "surrogatepass")
            yield value.encode("utf-8", "surrogatepass")
    for name, file in request.files.items(multi=True):
        yield f"{name} {file.filename}".encode("utf-8", "surrogatepass")
        yield hashlib.file_digest(file.stream, "sha256").digest()  # type: ignore[arg-type]
        file.stream.seek(0)


def _digest(*parts: bytes) -> str:
    """Keyed, as there may be passwords in it."""
    whole = hmac.new(str(current_app.config["SECRET_KEY"]).encode(), digestmod=hashlib.sha256)
    for part in parts:
        whole.update(len(part).to_bytes(8) + part)
    return whole.hexdigest()


def _answer(sent: Sent) -> Answer | None:
    """What the same led to the first time; None where it was not sent. Raises `Invalid` for a key that was, with something else."""
    with database().reading() as session:
        found = submissions.answer(session, sent.digest)
    if found is not None and found.content != sent.content:
        raise Invalid(f"This {KEY} was sent before with something else. Take a fresh one for each request.")
    return found


def _wait(sent: Sent, answer: Answer | None) -> str:
    """Where it led the first time, which may be on its way still; whatever began long ago is not."""
    end = time.monotonic() + PATIENCE
    while (answer is None or (not answer.address and answer.is_young)) and time.monotonic() < end:
        time.sleep(0.05)
        answer = _answer(sent)
    return (answer.address if answer else "") or _fallback()


def done(address: str, version: int) -> Response:
    """Tell a program what it made or changed, where that is, and its version now. The same is told again when the request comes again.

    Said inside the transaction of the change, as `leads_to` is.
    """
    leads_to(f"{address}#{version}")
    return _told(address, version)


def _told(address: str, version: int) -> Response:
    answer: Response = jsonify(id=address.rpartition("/")[2], href=address, version=version)
    answer.headers["ETag"] = f'"{version}"'
    if request.method == "POST":
        answer.status_code, answer.location = 201, address
    return answer


def _shown(address: str) -> Response:
    if for_programs():
        place, _, version = address.partition("#")
        _look_there(place)
        answer = _told(place, int(version))
        answer.headers["Idempotency-Replayed"] = "true"
        return answer
    flash("This form was sent more than once. It counts once.", "info")
    return redirect(address, 303)


def _look_there(address: str) -> None:
    """Raise what asking for it now would: what was theirs when they changed it may not be theirs any more."""
    there, values = current_app.create_url_adapter(request).match(address.removeprefix(request.root_path), method="GET")  # type: ignore[union-attr]
    current_app.view_functions[there](**values)


def _again(error: SentBefore) -> Response:
    try:
        return _shown(_wait(g.sent, None))
    except (ScreeningError, HTTPException) as refusal:
        # Nothing is caught by itself any more where an error is being answered.
        return current_app.make_response(current_app.handle_user_exception(refusal))


def _fallback() -> str:
    """Where a change leads that did not say: the page of the form, where it has one."""
    if for_programs():
        abort(409, f"The request with this {KEY} is still under way. Send it again in a moment.")
    has_page = request.url_rule is not None and "GET" in (request.url_rule.methods or ())
    return request.full_path.rstrip("?") if has_page else url_for("home.index")


def _note(response: Response) -> Response:
    """Note where the form led, or that it was refused; or, where that was because of what the same form did just before, give the answer of
    that.
    """
    sent: Sent | None = g.get("sent")
    if sent is None:
        return response
    try:
        if sent.entered and _is_refused(sent, response):
            with database().transaction() as session:
                submissions.drop(session, sent.digest)
        elif sent.entered and not sent.address:
            with database().transaction() as session:
                submissions.led_to(session, sent.digest, response.location or _fallback())
        elif not sent.entered and 400 <= response.status_code < 500 and (answer := _answer(sent)) is not None:
            return _shown(_wait(sent, answer))
    except (ScreeningError, HTTPException):
        # Another request with the same key was under way, or what it made is not theirs any more: what this one was refused for stands.
        return response
    except UNAVAILABLE as error:
        # What the form asked for is done, or refused, whether or not this can be noted.
        current_app.logger.error("database not available: %s", type(error).__name__)
    return response


def _is_refused(sent: Sent, response: Response) -> bool:
    """Whether the answer says that the form did not do what it asks for. A failure after all of the change is made takes nothing back."""
    return 400 <= response.status_code < 500 or (sent.broken and response.status_code >= 500)
