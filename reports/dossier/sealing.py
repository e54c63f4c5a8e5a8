"""A dossier's digest, its seal, and the file that carries both.

The digest is SHA-256 over the canonical JSON of the content. It shows that the content is the one that was printed; anybody can compute it.
The seal is an HMAC over the digest with a key that is derived from the installation's secret key: only who has that key can make it.
A seal names the key that made it by an identifier that tells nothing about the key, so that after a change of keys the former ones can
still be tried. Whoever got hold of a key can seal with it: what a former key sealed is said to be so.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from reports.dossier.canonical import canonical
from reports.dossier.codec import to_plain
from reports.dossier.document import Dossier
from reports.keys import Key

DIGEST = {"algorithm": "SHA-256", "over": "content as canonical JSON (RFC 8785)"}
SEAL = {"algorithm": "HMAC-SHA-256", "over": "the digest, in lower-case hexadecimal"}
_PURPOSE = b"screening decision dossier seal 1"


@dataclass(frozen=True, slots=True)
class Seal:
    """`key` identifies the key that made it, `value` is the HMAC; both in hexadecimal."""

    key: str
    value: str


def digest(plain: Any) -> str:
    """SHA-256 over a content's canonical JSON, in hexadecimal. Raises `NotCanonical`."""
    return hashlib.sha256(canonical(plain)).hexdigest()


def seal(of: str, secret: str) -> Seal:
    """The seal over a digest under the key derived from this secret."""
    key = Key.of(secret, _PURPOSE)
    return Seal(key.id, key.mac(of.encode()))


def place_of_key(given: Seal, of: str, secrets: Sequence[str]) -> int | None:
    """Which of the secrets made this seal over the digest; None: none of them."""
    matching = (place for place, secret in enumerate(secrets) if _same(given, seal(of, secret)))
    return next(matching, None)


def _same(one: Seal, other: Seal) -> bool:
    # The key's identifier is not trusted: only the HMAC says which key it was.
    return hmac.compare_digest(one.value.encode(), other.value.encode())


def file_of(dossier: Dossier, secret: str) -> bytes:
    """The file: easy to read, always the same for the same dossier and key."""
    content = to_plain(dossier)
    value = digest(content)
    made = seal(value, secret)
    envelope = {"digest": {**DIGEST, "value": value}, "seal": {**SEAL, "key": made.key, "value": made.value}, "content": content}
    return json.dumps(envelope, ensure_ascii=False, indent=1).encode() + b"\n"


def digest_of(dossier: Dossier) -> str:
    return digest(to_plain(dossier))
