"""Texts that the database keeps but must not be readable in it: sealed with a key made from the secret key.

What is sealed is sealed for one purpose and one owner: a sealed text that was copied to another row does not open there.
"""

from __future__ import annotations

import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from dataclasses import dataclass, field

from screening.errors import CannotOpen

_NONCE = 12


@dataclass(frozen=True, slots=True)
class Sealer:
    """Seals with the present key (the first), and opens what it or a former one sealed."""

    keys: tuple[str, ...] = field(repr=False)

    def seal(self, text: str, owner: str) -> str:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # not a cost of every start

        nonce = secrets.token_bytes(_NONCE)
        return urlsafe_b64encode(nonce + AESGCM(_key(self.keys[0])).encrypt(nonce, text.encode(), owner.encode())).decode()

    def open(self, sealed: str, owner: str) -> str:
        """The text. Raises `CannotOpen` for what no key here sealed, or sealed for another owner."""
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        try:
            raw = urlsafe_b64decode(sealed.encode())
        except (NotBase64, UnicodeError, ValueError):
            raise CannotOpen from None
        for key in self.keys:
            try:
                return AESGCM(_key(key)).decrypt(raw[:_NONCE], raw[_NONCE:], owner.encode()).decode()
            except (InvalidTag, ValueError):
                continue
        raise CannotOpen


def _key(secret: str) -> bytes:
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return HKDF(SHA256(), 32, salt=None, info=b"screening: texts sealed in the database").derive(secret.encode())
