"""How a process of the server takes what it is asked: gunicorn's worker with threads, and two rules.

Nobody waits for a process that is busy while another is free. Browsers and proxies keep their connections, and a process has those for
good that it took: of two, one may well have nearly all. So a process that has enough to do takes no new connections, and keeps none of
those it has: they come back through the line that all processes take from.

And requests are answered one after another, see `line`.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from gunicorn.workers.gthread import ThreadWorker  # type: ignore[import-untyped]

from screening import line

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

ENOUGH = 4
"""Requests, other than those that wait for something else: one is answered, the next are at hand, and clients may be slow."""


class Worker(ThreadWorker):
    """Takes and keeps connections only while it has not enough to do, and a thread for them."""

    _connections = _kept = 0

    def get_thread_pool(self) -> _Threads:
        return _Threads(self.cfg.threads)

    def _has_enough(self) -> bool:
        busy = self.tpool.under_way if self.tpool else 0
        return busy >= self.cfg.threads or busy - line.REQUESTS.aside_now >= ENOUGH

    @property
    def worker_connections(self) -> int:
        """How many it may have before it takes no more."""
        return 0 if self._has_enough() else self._connections

    @worker_connections.setter
    def worker_connections(self, most: int) -> None:
        self._connections = most

    @property
    def max_keepalived(self) -> int:
        """How many may wait for their next request before one that was answered is closed."""
        return 0 if self._has_enough() else self._kept

    @max_keepalived.setter
    def max_keepalived(self, most: int) -> None:
        self._kept = most


class _Threads(ThreadPoolExecutor):
    """Counts what it was given and has not ended."""

    def __init__(self, threads: int) -> None:
        super().__init__(max_workers=threads)
        self.under_way = 0
        self._counting = threading.Lock()

    def submit(self, *call: Any, **arguments: Any) -> Future[Any]:
        self._count(1)
        given = super().submit(*call, **arguments)
        given.add_done_callback(lambda _: self._count(-1))
        return given

    def _count(self, more: int) -> None:
        with self._counting:
            self.under_way += more


class OneAtATime:
    """The application, asked by one thread at a time."""

    def __init__(self, application: WSGIApplication) -> None:
        self._application = application

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        with line.REQUESTS.alone():
            return self._application(environ, start_response)
