"""The session cookie, which is as good as its signature."""

from __future__ import annotations

from flask import Flask, Request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from itsdangerous import BadSignature


class Cookies(SecureCookieSessionInterface):
    """How old a session may be is asked of what the server keeps about it. The time at which the cookie was signed says nothing: another
    host, whose clock is a second ahead, may have signed it, or this one before its clock was set right.
    """

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        signer, sent = self.get_signing_serializer(app), request.cookies.get(self.get_cookie_name(app))
        if signer is None:
            return None
        try:
            return SecureCookieSession(signer.loads(sent)) if sent else SecureCookieSession()
        except BadSignature:
            return SecureCookieSession()
