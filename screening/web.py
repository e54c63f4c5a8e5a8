"""The parts of the web application put together: configuration, security headers, sessions, blueprints."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from flask import Flask, Response, request
from flask.json.provider import DefaultJSONProvider
from flask_wtf.csrf import CSRFProtect
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

from screening import blueprints
from screening.background.queue import Queue
from screening.blueprints import api, errors, filters, origins, rates, session, sizes, submissions
from screening.blueprints.api import bearer
from screening.config import Settings
from screening.cookies import Cookies
from screening.database import Database
from screening.jobs import PdfRenderer
from screening.paths import template_root

if TYPE_CHECKING:
    from screening.identity_provider import IdentityProvider

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "object-src 'none'",
    )
)
csrf = CSRFProtect()


def build(settings: Settings, database: Database) -> Flask:
    root = template_root()
    app = Flask("screening", template_folder=str(root), static_folder=str(root / "static"), static_url_path="/static")
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SECRET_KEY_FALLBACKS=list(settings.former_keys),
        SESSION_COOKIE_NAME="__Host-screening" if settings.secure else "screening",
        SESSION_COOKIE_SECURE=settings.secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
        PERMANENT_SESSION_LIFETIME=timedelta(hours=settings.session_hours),
        SEND_FILE_MAX_AGE_DEFAULT=timedelta(hours=1),
        # As with the session: a form that was open when the key was changed can still be sent.
        WTF_CSRF_SECRET_KEY=settings.signing_keys,
        # The token lives as long as the session: an interviewer may leave a form open for hours.
        WTF_CSRF_TIME_LIMIT=None,
        # It would compare the page a form was on with the Host header; `origins` compares it with the configured address.
        WTF_CSRF_SSL_STRICT=False,
    )
    app.json = Json(app)
    app.session_interface = Cookies()
    app.extensions["settings"] = settings
    app.extensions["database"] = database
    app.extensions["pdf"] = PdfRenderer(root, variant=settings.pdf)
    app.extensions["queue"] = Queue.of(settings)
    app.extensions["identity_provider"] = _identity_provider(settings)
    # What is not an address here is not found, and never sent on to where the Host header says.
    app.url_map.merge_slashes = False
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    if settings.proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies, x_host=0, x_prefix=0
        )
    # What is registered first runs last: whatever the others answer with gets these headers.
    app.after_request(_security_headers)
    sizes.init_app(app)
    origins.init_app(app)
    csrf.init_app(app)
    # No browser sends a key by itself, and a cookie means nothing there.
    csrf.exempt(api.bp)
    session.init_app(app)
    bearer.init_app(app)
    rates.init_app(app)
    bearer.init_scopes(app)
    submissions.init_app(app)
    filters.init_app(app)
    errors.init_app(app)
    blueprints.register(app)
    return app


def _identity_provider(settings: Settings) -> IdentityProvider | None:
    if settings.provider is None:
        return None
    from screening.identity_provider import IdentityProvider  # takes a second to load, which nobody pays who has none

    # Never from the Host header: the provider would send people, with what proves who they are, wherever that says.
    return IdentityProvider(settings.provider, f"{settings.base_url}/sign-in/provider/return")


class Json(DefaultJSONProvider):
    """As usual; what is nested without end is no JSON that anybody could mean."""

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        try:
            return super().loads(s, **kwargs)
        except RecursionError:
            raise ValueError("nested too deeply") from None


def _security_headers(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "same-origin"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
    headers["Strict-Transport-Security"] = "max-age=63072000; includeSubDomains"
    if request.endpoint != "static" or response.status_code >= 400:
        # A page belongs to whoever asked for it: no cache may hand it to anybody else.
        headers["Cache-Control"] = "no-store"
        headers.add("Vary", "Authorization" if session.for_programs() else "Cookie")
    return response
