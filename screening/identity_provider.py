"""The way through an OpenID Connect provider and back: authorization code with PKCE, by Authlib. The only module that knows Authlib.

What is asked of the provider is one thing: the subject, an identifier of somebody that never changes. No name, no address, and its tokens
are dropped as soon as they were checked. Loaded only where a provider is configured.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from time import monotonic
from typing import Any, NoReturn

from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet, import_key
from joserfc.jws import JWSRegistry
from requests import RequestException, Response

from screening.clock import now
from screening.config import ProviderSettings, is_safe_address
from screening.errors import ProviderAway, ProviderRefused
from screening.logs import told

SIGNATURES = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519")
"""By a private key alone: never none, and never a secret, for which a public key could be passed off."""

KEY_TYPES = ("RSA", "EC", "OKP")
SECONDS = 5
FRESH_FOR = 3600
SAME_KEYS_FOR = 30
SILENT_FOR = 5.0
"""So long after it gave no answer the provider is not asked: who waits for it keeps a thread of the server from everybody else."""

LEEWAY = 60
LONGEST_SUBJECT = 255
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Proof:
    """What the browser must bring back for its answer to count. Each belongs to one try."""

    state: str
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)

    @classmethod
    def new(cls) -> Proof:
        return cls(secrets.token_urlsafe(32), secrets.token_urlsafe(32), secrets.token_urlsafe(48))


class _Session(OAuth2Session):
    """Waits for nobody long, and goes nowhere but where it was sent."""

    def request(self, method: str, url: str, **options: Any) -> Response:
        answer: Response = super().request(method, url, **{**options, "timeout": SECONDS, "allow_redirects": False})
        if answer.is_redirect:
            raise RequestException("the provider answered with a redirect")
        return answer


class IdentityProvider:
    """The provider of these settings. `return_to` is our own address that it sends people back to."""

    def __init__(self, settings: ProviderSettings, return_to: str) -> None:
        self.label = settings.label
        self.issuer = settings.issuer
        self.asks_code = settings.asks_code
        self._settings = settings
        self._return_to = return_to
        self._said: dict[str, tuple[float, dict[str, Any]]] = {}
        self._silent_at = -SILENT_FOR

    def address(self, proof: Proof) -> str:
        """Where to send the browser. Raises `ProviderAway`."""
        about = self._about()
        with self._session() as session:
            url, _ = session.create_authorization_url(
                about["authorization_endpoint"], state=proof.state, code_verifier=proof.verifier, nonce=proof.nonce
            )
        return str(url)

    def subject(self, answer: Mapping[str, str], proof: Proof) -> str:
        """Who somebody is, from the answer that the browser brought back. Raises `ProviderRefused`, `ProviderAway`."""
        if not secrets.compare_digest(answer.get("state", "").encode(), proof.state.encode()):
            self._refuse("state")
        about = self._about()
        said_by = answer.get("iss", "" if about.get("authorization_response_iss_parameter_supported") else self.issuer)
        if said_by != self.issuer:
            self._refuse("issuer of the answer")
        if "error" in answer or not answer.get("code"):
            self._refuse("no code")
        return self._checked(self._id_token(about, answer["code"], proof), proof.nonce, about)

    def _id_token(self, about: dict[str, Any], code: str, proof: Proof) -> dict[str, Any]:
        try:
            with self._session(about.get("token_endpoint_auth_methods_supported", ())) as session:
                token = session.fetch_token(
                    about["token_endpoint"], grant_type="authorization_code", code=code, code_verifier=proof.verifier
                )
        except AuthlibBaseError as error:
            self._refuse(f"the token endpoint refused: {told(error)}")
        except (RequestException, ValueError) as error:
            self._away(error)
        if not isinstance(token.get("id_token"), str):
            self._refuse("no ID token")
        return dict(token)

    def _checked(self, token: dict[str, Any], nonce: str, about: dict[str, Any]) -> str:
        """The subject of an ID token whose signature, issuer, audience, times and nonce are right."""
        options = {"iss": {"essential": True, "value": self.issuer}, "aud": {"essential": True, "value": self._settings.client_id}}
        expected = {"nonce": nonce, "client_id": self._settings.client_id, "access_token": token.get("access_token")}
        try:
            signed = self._signed(token["id_token"], about)
            claims = CodeIDToken(signed.claims, signed.header, options, expected)
            claims.validate(now=int(now().timestamp()), leeway=LEEWAY)
        except (JoseError, AuthlibBaseError, ValueError, TypeError, KeyError, AttributeError) as error:
            self._refuse(type(error).__name__)
        subject = claims["sub"]
        if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST_SUBJECT or not subject.isprintable():
            self._refuse("subject")
        return subject

    def _signed(self, id_token: str, about: dict[str, Any]) -> jwt.Token:
        registry = JWSRegistry(algorithms=_taken(about), strict_check_header=False)
        try:
            return jwt.decode(id_token, key=self._keys(about, FRESH_FOR), registry=registry)
        except InvalidKeyIdError:
            # The provider may have changed its keys since.
            return jwt.decode(id_token, key=self._keys(about, SAME_KEYS_FOR), registry=registry)

    def _keys(self, about: dict[str, Any], fresh_for: float) -> KeySet:
        described = self._fetched(about["jwks_uri"], fresh_for).get("keys", [])
        return KeySet([import_key(key) for key in described if key.get("kty") in KEY_TYPES and key.get("use", "sig") == "sig"])

    def _about(self) -> dict[str, Any]:
        """What the provider says of itself; it must be what it is to us, and its addresses as safe as its own."""
        about = self._fetched(f"{self.issuer.rstrip('/')}/.well-known/openid-configuration", FRESH_FOR)
        if about.get("issuer") != self.issuer:
            self._away(ValueError("another issuer than SCREENING_OIDC_ISSUER"))
        for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
            if not is_safe_address(about.get(name)):
                self._away(ValueError(f"no safe {name}"))
        if not _taken(about):
            # The library would take an empty list for all that it knows.
            self._away(ValueError("no signature that can be trusted"))
        return about

    def _fetched(self, address: str, fresh_for: float) -> dict[str, Any]:
        at, said = self._said.get(address, (0.0, {}))
        if said and monotonic() - at < fresh_for:
            return said
        try:
            with self._session() as session:
                answer = session.request("GET", address, withhold_token=True)
            answer.raise_for_status()
            said = answer.json()
        except (RequestException, ValueError) as error:
            self._away(error)
        if not isinstance(said, dict):
            self._away(ValueError("no JSON object"))
        self._said[address] = (monotonic(), said)
        return said

    def _session(self, methods: Sequence[str] = ()) -> _Session:
        if monotonic() - self._silent_at < SILENT_FOR:
            raise ProviderAway(self.label)
        return _Session(
            self._settings.client_id,
            self._settings.client_secret,
            scope="openid",
            redirect_uri=self._return_to,
            code_challenge_method="S256",
            token_endpoint_auth_method="client_secret_post" if methods and "client_secret_basic" not in methods else "client_secret_basic",
        )

    def _refuse(self, reason: str) -> NoReturn:
        _log.warning("sign-in through the identity provider refused: %s", reason)
        raise ProviderRefused(self.label) from None

    def _away(self, error: Exception) -> NoReturn:
        self._silent_at = monotonic()
        self._said.clear()
        _log.error("the identity provider gives no usable answer: %s", told(error))
        raise ProviderAway(self.label) from None


def _taken(about: dict[str, Any]) -> list[str]:
    """The signatures that the provider makes and that are good enough."""
    return [name for name in SIGNATURES if name in about.get("id_token_signing_alg_values_supported", ["RS256"])]
