"""The chain that the record of events is: each entry is sealed together with the seal of the one before it.

A seal (MAC) is HMAC-SHA-256, with a key made from the secret key, over the canonical JSON (RFC 8785) of a list: the seal before it, then
the fields of `Entry`. Numbers follow one another without a gap. So an entry that was changed no longer fits its seal, one that was put in
has no seal, and of one that was taken out the number is missing. What was cut off at the end shows in the head: the number and seal of the
last entry, sealed once more. Only an older state of the whole record, put back with its head, fits: that shows by what was done since then
(see `services/audit/facts.py`), or, if that was taken away as well, against a head that was kept elsewhere.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from reports.dossier.canonical import canonical
from reports.keys import Key

KEYS = "chain_keys"
"""The execution option by which a database's connections carry the keys: the present one, then former ones."""

BEGINNING = "0" * 64
"""What stands for the seal before the first entry."""

BEGUN = "chain_begun"
"""The action of the entry that says how many were written before there was a chain, and were sealed when it began."""

RESUMED = "chain_resumed"
"""The action of the entry that says what head there was when none was there that could be known to be genuine."""

_PURPOSE = b"screening audit chain 1"
_HEAD = re.compile(r"([0-9]{1,15}):([0-9a-f]{64})")


@lru_cache(maxsize=16)
def keys(secrets: tuple[str, ...]) -> tuple[Key, ...]:
    return tuple(Key.of(secret, _PURPOSE) for secret in secrets)


class Entry(NamedTuple):
    """What is sealed of an entry, in the order in which it is sealed after the seal before it."""

    number: int
    at: datetime
    account_id: int | None
    action: str
    opening_id: int | None
    application_id: int | None
    detail: Mapping[str, Any]


def mac(key: Key, previous: str, entry: Entry) -> str:
    """The seal of an entry. Raises `ValueError` or `TypeError` for what no entry can hold."""
    number, at, *rest = entry
    return key.mac(canonical((previous, number, at.astimezone(UTC).isoformat(timespec="microseconds"), *rest)))


@dataclass(frozen=True, slots=True)
class Head:
    """The last entry's number and seal. As text, `1234:5f3a…`, it can be kept elsewhere."""

    number: int = 0
    mac: str = BEGINNING

    def __str__(self) -> str:
        return f"{self.number}:{self.mac}"

    @classmethod
    def read(cls, text: str) -> Head:
        """Raises `ValueError`."""
        found = _HEAD.fullmatch(text.strip())
        if not found:
            raise ValueError("a head is a number, a colon, and 64 digits and letters from a to f, as `screening audit head` prints it")
        return cls(int(found[1]), found[2])

    def seal(self, key: Key) -> str:
        return key.mac(canonical({"head": self.mac, "number": self.number}))

    def is_sealed_by(self, key_id: str, seal: str, known: Iterable[Key]) -> bool:
        return any(key.id == key_id and hmac.compare_digest(seal.encode(), self.seal(key).encode()) for key in known)


class Chain:
    """The end of the chain, to add entries to. `head` moves on with each."""

    def __init__(self, known: Sequence[Key], head: Head) -> None:
        self._key = known[0]
        self.head = head

    def add(self, entry: Mapping[str, Any]) -> dict[str, Any]:
        """The row for an entry, given by its columns: numbered and sealed."""
        previous, number = self.head.mac, self.head.number + 1
        sealed = mac(self._key, previous, Entry(number, **{name: entry[name] for name in Entry._fields[1:]}))
        self.head = Head(number, sealed)
        return {**entry, "id": number, "key": self._key.id, "previous": previous, "mac": sealed}

    def skip_to(self, number: int) -> None:
        """Leave numbers that are taken alone."""
        self.head = Head(max(self.head.number, number), self.head.mac)

    def head_row(self) -> dict[str, Any]:
        """The columns of the table's only row."""
        return {"id": 1, "number": self.head.number, "mac": self.head.mac, "key": self._key.id, "seal": self.head.seal(self._key)}
