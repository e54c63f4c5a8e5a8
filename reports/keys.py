"""Keys made from an installation's secret key, one for each purpose: who learns of one knows nothing of the others."""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Key:
    """A key that seals. `id` tells which key it is, and nothing about it."""

    id: str
    derived: bytes = field(repr=False)

    @classmethod
    def of(cls, secret: str, purpose: bytes) -> Key:
        derived = hmac.digest(secret.encode(), purpose, "sha256")
        return cls(hmac.digest(derived, b"identifier", "sha256").hex()[:16], derived)

    def mac(self, content: bytes) -> str:
        """The HMAC-SHA-256 over the content, in hexadecimal."""
        return hmac.digest(self.derived, content, "sha256").hex()
