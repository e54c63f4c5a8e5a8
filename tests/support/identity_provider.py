"""An identity provider on loopback that keeps to the protocol unless a test bends it, and the way through one."""

from __future__ import annotations

import hashlib
import secrets
import threading
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import requests
from flask import Flask, jsonify, redirect, request
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from werkzeug.serving import make_server
from werkzeug.test import TestResponse

from screening.config import ProviderSettings
from tests.support.web import Browser

CLIENT, SECRET = "screening at the river", "a secret of the client"
BACK = "http://127.0.0.1:8000/sign-in/provider/return"


@dataclass
class Provider:
    """`subject` is who signs in next. `claims` and `header` change the ID token, `sign` makes it, `about` changes the discovery document,
    `answer` the way back, and `token` the answer of the token endpoint."""

    address: str = ""
    subject: str = "ada-at-the-provider"
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "first", "use": "sig"}))
    claims: dict[str, Any] = field(default_factory=dict)
    header: dict[str, Any] = field(default_factory=dict)
    about: dict[str, Any] = field(default_factory=dict)
    answer: dict[str, Any] = field(default_factory=dict)
    token: Callable[[str], Any] | None = None
    sign: Callable[[dict[str, Any]], str] | None = None
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def settings(self, **changes: Any) -> ProviderSettings:
        return ProviderSettings(**{"issuer": self.address, "client_id": CLIENT, "client_secret": SECRET, "label": "River ID", **changes})

    def straighten(self) -> None:
        """Keep to the protocol again."""
        fresh = Provider(self.address, key=self.key)
        for name in ("subject", "claims", "header", "about", "answer", "token", "sign"):
            setattr(self, name, getattr(fresh, name))

    def discovery(self) -> dict[str, Any]:
        return without_none(
            {
                "issuer": self.address,
                "authorization_endpoint": f"{self.address}/authorize",
                "token_endpoint": f"{self.address}/token",
                "jwks_uri": f"{self.address}/keys",
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256"],
                "authorization_response_iss_parameter_supported": True,
                **self.about,
            }
        )

    def id_token(self, granted: dict[str, str]) -> str:
        at = int(time.time())
        claims = {"iss": self.address, "sub": self.subject, "aud": CLIENT, "iat": at, "exp": at + 300, "nonce": granted["nonce"]}
        claims = without_none({**claims, **self.claims})
        return self.sign(claims) if self.sign else jwt.encode({"alg": "RS256", "kid": self.key.kid, **self.header}, claims, self.key)

    def grant(self, sent: dict[str, str], secret: str | None) -> dict[str, str] | None:
        """What the code stands for, once, to the client that it was made for."""
        granted = self.codes.pop(sent.get("code", ""), None)
        if granted is None or secret != SECRET or sent.get("redirect_uri") != granted["redirect_uri"]:
            return None
        digest = hashlib.sha256(sent.get("code_verifier", "").encode()).digest()
        return granted if urlsafe_b64encode(digest).rstrip(b"=").decode() == granted["code_challenge"] else None


def without_none(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def _app(provider: Provider) -> Flask:
    app = Flask("provider")

    @app.before_request
    def note() -> None:
        provider.asked.append(request.path)

    @app.get("/.well-known/openid-configuration")
    def discovery() -> Any:
        return jsonify(provider.discovery())

    @app.get("/keys")
    def keys() -> Any:
        return jsonify(KeySet([provider.key]).as_dict(private=False))

    @app.get("/authorize")
    def authorize() -> Any:
        sent = dict(request.args)
        assert (sent["client_id"], sent["response_type"], sent["scope"]) == (CLIENT, "code", "openid")
        assert sent["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(16)
        provider.codes[code] = sent
        back = without_none({"code": code, "state": sent["state"], "iss": provider.address, **provider.answer})
        return redirect(f"{sent['redirect_uri']}?{urlencode(back)}", 303)

    @app.post("/token")
    def token() -> Any:
        granted = provider.grant(dict(request.form), request.authorization.password if request.authorization else None)
        if granted is None:
            return jsonify(error="invalid_grant"), 400
        made = provider.id_token(granted)
        if provider.token is not None:
            return provider.token(made)
        return jsonify(access_token="an access token", token_type="Bearer", expires_in=60, id_token=made)

    @app.get("/elsewhere")
    def elsewhere() -> Any:
        return jsonify(access_token="an access token", token_type="Bearer", id_token=request.args["id_token"])

    return app


@contextmanager
def running() -> Iterator[Provider]:
    provider = Provider()
    server = make_server("127.0.0.1", 0, _app(provider), threaded=True)
    provider.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield provider
    server.shutdown()
    thread.join()
    server.server_close()


def set_off(browser: Browser, path: str = "/sign-in/provider") -> str:
    """To the provider, and as far as the address that it sends people back to."""
    away = browser.get(path)
    assert away.status_code == 303, away.text
    back = requests.get(away.headers["Location"], allow_redirects=False, timeout=10)
    assert back.status_code == 303, back.text
    return back.headers["Location"]


def come_back(browser: Browser, address: str, *, host: str = "192.0.2.7", **changes: str | None) -> TestResponse:
    """Follow the way back, perhaps with other parameters."""
    parts = urlsplit(address)
    assert address.startswith(BACK)
    sent = without_none({**dict(parse_qsl(parts.query)), **changes})
    return browser.get(f"{parts.path}?{urlencode(sent)}", environ_base={"REMOTE_ADDR": host})


def travel(browser: Browser, path: str = "/sign-in/provider", **options: Any) -> TestResponse:
    return come_back(browser, set_off(browser, path), **options)
