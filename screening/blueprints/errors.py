"""One table that turns refusals into pages (and into JSON for scripts that ask for it)."""

from __future__ import annotations

from typing import Any, cast

from flask import Flask, current_app, jsonify, render_template, request
from flask_wtf.csrf import CSRFError, generate_csrf
from werkzeug.exceptions import HTTPException, InternalServerError
from werkzeug.wrappers import Response

from reports.errors import PdfBusy, PdfBusyForYou, PdfFailed, PdfLibraryMissing, PdfOutOfMemory, PdfTimedOut, PdfTooLong, ReportError
from rubrics.errors import RubricError
from screening.blueprints import denials, kept_text
from screening.blueprints.kept_text import KeptForm
from screening.blueprints.origins import is_said_to_be_ours
from screening.blueprints.session import for_programs
from screening.blueprints.sizes import TOO_LARGE
from screening.database import UNAVAILABLE, is_full
from screening.errors import (
    AlreadySubmitted,
    Invalid,
    InvalidFields,
    LinkInvalid,
    NotAllowed,
    NotFound,
    NotLinked,
    PreconditionRequired,
    ProviderAway,
    ProviderRefused,
    ScreeningError,
    Stale,
    TooMany,
)
from screening.logs import told

STATUS: dict[type[Exception], int] = {
    NotFound: 404,
    Invalid: 422,
    RubricError: 422,
    Stale: 409,
    AlreadySubmitted: 409,
    PreconditionRequired: 428,
    NotAllowed: 403,
    NotLinked: 403,
    ProviderRefused: 403,
    ProviderAway: 503,
    TooMany: 429,
    LinkInvalid: 410,
    PdfLibraryMissing: 503,
    PdfBusy: 503,
    PdfBusyForYou: 429,
    PdfTimedOut: 503,
    PdfTooLong: 422,
    PdfOutOfMemory: 422,
    PdfFailed: 500,
}
TITLES = {
    400: "This address or form does not fit",
    403: "This sign-in was refused",
    404: "Nothing here",
    405: "That cannot be done here",
    409: "Somebody else was here",
    410: "This link no longer works",
    413: "Too large",
    422: "That cannot be accepted",
    428: "Reload the page first",
    429: "Too many in a short time",
    503: "Not available right now",
}


def init_app(app: Flask) -> None:
    app.log_exception = _log  # type: ignore[method-assign, assignment]
    for refused in (ScreeningError, RubricError, ReportError):
        app.register_error_handler(refused, _refusal)
    app.register_error_handler(CSRFError, _csrf)
    for gone in UNAVAILABLE:
        app.register_error_handler(gone, _database_gone)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(InternalServerError, _bug)


def _log(error: tuple[Any, ...]) -> None:
    """Neither the address, in which a token may stand, nor the error's message, which may quote what somebody wrote."""
    current_app.logger.error("%s failed: %s", request.endpoint, told(error[1]))


def _refusal(error: Exception) -> Response:
    status = next((code for kind, code in STATUS.items() if isinstance(error, kind)), 500)
    if isinstance(error, NotFound | NotAllowed):
        denials.note()
    response = page(status, str(error), **_more(error))
    if after := getattr(error, "retry_after", None):
        response.headers["Retry-After"] = str(after)
    return response


def _more(error: Exception) -> dict[str, Any]:
    """What a program is told beside the message: which fields are wrong, or which version there is now."""
    if isinstance(error, InvalidFields):
        return {"fields": error.fields}
    if isinstance(error, Invalid) and error.field:
        return {"fields": {_FIELDS.get(error.field, error.field): [str(error)]}}
    return {"version": error.current} if isinstance(error, Stale) and error.current is not None else {}


_FIELDS = {"gaps": "ratings"}
"""What pages and programs call differently."""


def _csrf(error: CSRFError) -> Response:
    """What was typed comes back with a token of now, but only to one of our pages: else another site could have it sent by a click here."""
    kept = kept_text.of_request(token=generate_csrf()) if is_said_to_be_ours() else None
    if kept is None:
        message = "This form was not sent from one of our pages, or you were signed out meanwhile. Reload the page, then send it again."
    else:
        message = (
            "You were signed out, or signed in anew, since this page was opened. If need be sign in in another tab, then send it again."
        )
    return page(400, message, kept=kept)


def _database_gone(error: Exception) -> Response:
    current_app.logger.error("database not available: %s", type(error).__name__)
    if is_full(error):
        message = "There is no room left on the server's disk. Nothing was changed. Tell whoever runs the server; reading goes on."
    else:
        message = "The database does not answer. Nothing was changed. Wait a moment, then send the page again."
    response = page(503, message, kept=kept_text.of_request())
    response.headers["Retry-After"] = "10"
    return response


def _http(error: HTTPException) -> Response:
    code = error.code or 500
    if code < 400 and error.response is not None:
        return cast(Response, error.response)
    messages = {
        404: str(NotFound()),
        405: "This address does not take that kind of request.",
        413: TOO_LARGE,
    }
    response = page(code, messages.get(code, error.description or "Something was wrong with the request."))
    for name, value in error.get_headers():
        if name in ("Allow", "Retry-After"):
            response.headers[name] = value
    return response


def _bug(error: InternalServerError) -> Response:
    return page(500, "Something went wrong on our side. Nothing was half-saved. It has been noted in the server's log.")


def page(status: int, message: str, *, kept: KeptForm | None = None, **extra: Any) -> Response:
    """The error as a page, with what was typed where that was `kept`; or as JSON where that was asked for."""
    if wants_json():
        response: Response = jsonify(error=message, **extra)
    else:
        title = TITLES.get(status, "Something went wrong" if status >= 500 else "That did not work")
        response = current_app.make_response(render_template("errors/error.html", title=title, message=message, status=status, kept=kept))
    response.status_code = status
    return response


def wants_json() -> bool:
    return for_programs() or request.is_json or request.accept_mimetypes.best == "application/json"
