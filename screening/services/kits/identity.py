"""What a fillable kit belongs to: sealed when it is made, checked when it comes back."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass

from itsdangerous import BadData, URLSafeSerializer

from screening.services.kits.refusals import Altered, KitRefused, OtherInstallation

MOST_LETTERS = 500
_SALT = "screening.interview-kit.1"


@dataclass(frozen=True, slots=True)
class Identity:
    """The scorecard, by its public id, and the rubric version that a kit was made for."""

    scorecard: str
    rubric_number: int
    rubric_digest: str


class KitSeals:
    """Seals with a key of its own, made from the installation's secret ones. Whoever has a kit cannot make one for another card.

    `secrets`: the present key first, which seals; kits sealed with a former one are still known.
    """

    def __init__(self, secrets: Sequence[str]) -> None:
        self._serializer = URLSafeSerializer(
            secrets[::-1], salt=_SALT, signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256}
        )
        # Says which installation, without anything about its key: it stands in the file unsealed as well.
        self._installations = [hmac.new(key.encode(), b"screening.installation", hashlib.sha256).hexdigest()[:16] for key in secrets]

    def seal(self, identity: Identity) -> str:
        content = [self._installations[0], identity.scorecard, identity.rubric_number, identity.rubric_digest]
        return str(self._serializer.dumps(content))

    def identity(self, sealed: str) -> Identity:
        """What was sealed here. Raises `OtherInstallation` or `Altered`."""
        if len(sealed) > MOST_LETTERS:
            raise Altered
        try:
            _, scorecard, number, digest = self._serializer.loads(sealed)
        except BadData:
            raise self._why_not(sealed) from None
        return Identity(scorecard, number, digest)

    def _why_not(self, sealed: str) -> KitRefused:
        _, claimed = self._serializer.loads_unsafe(sealed)
        is_whole = isinstance(claimed, list) and len(claimed) == 4
        return OtherInstallation() if is_whole and claimed[0] not in self._installations else Altered()
