"""What a process keeps in memory for a while, so that it need not be computed again: a little of it, and not for long."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, NamedTuple, TypeVar

KEEP = 8
KEEP_SECONDS = 600.0
"""How long: with the names of people in it, erased by another process too, until somebody asks for anything that is kept alike."""

Value = TypeVar("Value")


class _Entry(NamedTuple, Generic[Value]):
    state: object
    until: float
    value: Value


class Kept(Generic[Value]):
    """The latest few values, for all threads of this process, each as long as it is asked for in the same state."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._entries: OrderedDict[Hashable, _Entry[Value]] = OrderedDict()

    def get(self, key: Hashable, state: object) -> Value | None:
        with self._lock:
            entry = self._entries.get(key)
            if entry is None or entry.state != state:
                return None
            self._entries.move_to_end(key)
            return entry.value

    def put(self, key: Hashable, state: object, value: Value) -> None:
        with self._lock:
            self._entries.pop(key, None)
            self._entries[key] = _Entry(state, time.monotonic() + KEEP_SECONDS, value)
            while len(self._entries) > KEEP:
                self._entries.popitem(last=False)

    def drop_old(self) -> None:
        with self._lock:
            moment = time.monotonic()
            for key in [key for key, entry in self._entries.items() if entry.until < moment]:
                del self._entries[key]

    def clear(self) -> None:
        with self._lock:
            self._entries.clear()

    def values(self) -> list[Value]:
        with self._lock:
            return [entry.value for entry in self._entries.values()]
