"""The seal of a backup: an HMAC with a key derived from the installation's secret key, which itself is nowhere in the file."""

from __future__ import annotations

import hmac
from collections.abc import Sequence

_PURPOSE = b"screening backup seal 1"


def seal(digest: bytes, secret: str) -> str:
    """The seal over a file's digest, in hexadecimal."""
    derived = hmac.digest(secret.encode(), _PURPOSE, "sha256")
    return hmac.new(derived, digest, "sha256").hexdigest()


def is_known(given: str, digest: bytes, secrets: Sequence[str]) -> bool:
    """Whether one of the secrets made the seal."""
    return any(hmac.compare_digest(given, seal(digest, secret)) for secret in secrets)
