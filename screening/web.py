"""The parts of the web application put together: configuration, security headers, sessions, blueprints."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask, Response, request
from flask_wtf.csrf import CSRFProtect
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

from screening import blueprints
from screening.background.queue import Queue
from screening.blueprints import errors, filters, session
from screening.config import Settings
from screening.database import Database
from screening.jobs import PdfRenderer
from screening.paths import template_root

MAX_REQUEST_BYTES = 12 * 1024 * 1024
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
        SESSION_COOKIE_NAME="__Host-screening" if settings.secure else "screening",
        SESSION_COOKIE_SECURE=settings.secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
        PERMANENT_SESSION_LIFETIME=timedelta(hours=settings.session_hours),
        MAX_CONTENT_LENGTH=MAX_REQUEST_BYTES,
        MAX_FORM_MEMORY_SIZE=2 * 1024 * 1024,
        MAX_FORM_PARTS=5000,
        SEND_FILE_MAX_AGE_DEFAULT=timedelta(hours=1),
        # The token lives as long as the session: an interviewer may leave a form open for hours.
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=settings.secure,
    )
    app.extensions["settings"] = settings
    app.extensions["database"] = database
    app.extensions["pdf"] = PdfRenderer(root, variant=settings.pdf)
    app.extensions["queue"] = Queue.of(settings)
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    if settings.proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies, x_host=0, x_prefix=0
        )
    csrf.init_app(app)
    session.init_app(app)
    filters.init_app(app)
    errors.init_app(app)
    blueprints.register(app)
    app.after_request(_security_headers)
    return app


def _security_headers(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "same-origin"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["Strict-Transport-Security"] = "max-age=63072000; includeSubDomains"
    if request.endpoint != "static":
        # A page belongs to whoever asked for it: no cache may hand it to anybody else.
        headers["Cache-Control"] = "no-store"
        headers.add("Vary", "Cookie")
    return response
