"""How a process of the server takes what it is asked: gunicorn's worker with threads, and two rules.

Nobody waits for a process that is busy while another is free. Browsers and proxies keep their connections, and a process has those for
good that it took: of two, one may well have nearly all. So a process whose threads are all at work takes no new connections, and keeps
none of those it has: they come back through the line that all processes take from.

And requests are answered one after another (`OneAtATime`), as Python runs one thread of a process at a time anyway.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from gunicorn.workers.gthread import ThreadWorker  # type: ignore[import-untyped]

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

ALONE_SECONDS = 0.2
"""For so long at most a request has the process to itself: ten times what most take. A few wait for a document or another process."""


class Worker(ThreadWorker):
    """Keeps and takes connections only while it has a thread for them."""

    _connections = _kept = 0

    def get_thread_pool(self) -> _Threads:
        return _Threads(self.cfg.threads)

    def _has_a_thread(self) -> bool:
        return self.tpool is None or self.tpool.under_way < self.cfg.threads

    @property
    def worker_connections(self) -> int:
        """How many it may have before it takes no more."""
        return self._connections if self._has_a_thread() else 0

    @worker_connections.setter
    def worker_connections(self, most: int) -> None:
        self._connections = most

    @property
    def max_keepalived(self) -> int:
        """How many may wait for their next request before one that was answered is closed."""
        return self._kept if self._has_a_thread() else 0

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
    """The application, asked by one thread at a time.

    Threads that take turns at every few statements all end late, and meanwhile each holds what it has locked in the database. Nobody waits
    longer than `ALONE_SECONDS` for the same request: whoever takes longer goes on beside the next one.
    """

    def __init__(self, application: WSGIApplication) -> None:
        self._application = application
        self._change = threading.Condition()
        self._alone: object | None = None
        self._since = 0.0

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        request = object()
        self._begin(request)
        try:
            return self._application(environ, start_response)
        finally:
            self._end(request)

    def _begin(self, request: object) -> None:
        with self._change:
            while self._alone is not None and (left := self._since + ALONE_SECONDS - time.monotonic()) > 0:
                self._change.wait(left)
            self._alone, self._since = request, time.monotonic()

    def _end(self, request: object) -> None:
        with self._change:
            if self._alone is request:
                self._alone = None
                self._change.notify()
