"""The application server, started inside this program: gunicorn with threads. Only this and `server_worker` know it."""

from __future__ import annotations

import contextlib
import ctypes
import errno
import gc
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Any

from gunicorn.app.base import BaseApplication  # type: ignore[import-untyped]
from gunicorn.arbiter import Arbiter  # type: ignore[import-untyped]
from gunicorn.glogging import Logger  # type: ignore[import-untyped]
from gunicorn.http import wsgi  # type: ignore[import-untyped]
from gunicorn.util import parse_address  # type: ignore[import-untyped]

from reports.errors import ReportError
from screening import blueprints, create_app, logs, schema, server_worker
from screening.background.process import WorkerProcess
from screening.config import Settings
from screening.database import Database
from screening.errors import ScreeningError
from screening.jobs import PdfRenderer
from screening.operations import demonstration

if TYPE_CHECKING:
    from flask import Flask

SHARED_MEMORY = "/dev/shm"  # nosec B108  # noqa: S108  (the heartbeat files of workers; on a disk they can stall a worker)

ARENA_MAX = -8
"""The name of glibc's setting (`M_ARENA_MAX` in malloc.h)."""


class AddressTaken(ScreeningError):
    """Another program listens at the address."""

    def __init__(self, bind: str) -> None:
        super().__init__(f"Another program listens at {bind} already: stop it, or choose another port.")


def run(settings: Settings, *, ready: Callable[[], None]) -> None:
    """Serve until SIGINT or SIGTERM; requests under way are finished first. `ready` is called once connections are taken.

    Raises `DatabaseNotReady` or `AddressTaken` instead of starting workers that could not work.
    """
    logs.set_up()
    keep_memory_in_one_place()
    database = Database(settings.database_url, secrets=settings.secrets)
    schema.check(database)
    if not settings.demo:
        demonstration.refuse(database)
    # Workers are forked: an open connection must not be shared with them.
    database.close()
    if sys.platform != "darwin":  # whose library for calculating does not stand being forked
        # Imported once for all of them, it is there sooner and takes less memory; also what is otherwise left to whoever needs it first.
        blueprints.load()
        import_module("scipy.special")
    if not is_free(settings.bind):
        raise AddressTaken(settings.bind)
    wsgi.SERVER = "Screening"
    _Application(settings, ready).run()


def keep_memory_in_one_place() -> None:
    """glibc lets each thread take its memory from a place of its own, and what a large page once needed stays there for each of them.
    Nothing is lost without: requests are answered one after another.
    """
    if sys.platform == "linux":
        # Other C libraries have no such places.
        with contextlib.suppress(AttributeError):
            ctypes.CDLL(None).mallopt(ARENA_MAX, 1)


def is_free(bind: str) -> bool:
    """Whether the address `host:port` can be listened at; anything but TCP is left to the server."""
    address = parse_address(bind)
    if not isinstance(address, tuple):
        return True
    family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return False
            raise ScreeningError(f"Cannot listen at {bind}: {error.strerror}. Check SCREENING_BIND.") from None
    return True


def options(settings: Settings) -> dict[str, Any]:
    """The server's own settings. Forwarded headers are not its business: the application believes the proxies it was told of."""
    return {
        "bind": settings.bind,
        "worker_class": server_worker.Worker,
        "workers": settings.workers,
        "threads": settings.threads,
        "timeout": 60,
        "graceful_timeout": 20,
        "keepalive": 15,
        "worker_tmp_dir": SHARED_MEMORY if os.access(SHARED_MEMORY, os.W_OK) else None,
        # The address of the comparison holds the whole view.
        "limit_request_line": 8190,
        "forwarded_allow_ips": "",
        "secure_scheme_headers": {},
        "forwarder_headers": "",
        "accesslog": None,
        "errorlog": "-",
        "loglevel": "error",
        "logger_class": _Log,
        "proc_name": "screening",
        "control_socket_disable": True,
    }


class _Log(Logger):
    """The server's own messages, as all others are written."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(logs.OneLine())


class _Application(BaseApplication):
    def __init__(self, settings: Settings, ready: Callable[[], None]) -> None:
        self._settings = settings
        self._ready = ready
        super().__init__()

    def load_config(self) -> None:
        hooks = {"when_ready": lambda _: self._ready(), "post_worker_init": self._begin}
        for name, value in (options(self._settings) | hooks).items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        app = create_app(self._settings)
        app.wsgi_app = server_worker.OneAtATime(app.wsgi_app)  # type: ignore[method-assign]
        return app

    def run(self) -> None:
        _Arbiter(self, WorkerProcess(self._settings)).run()

    def _begin(self, worker: Any) -> None:
        # The keyboard's interrupt reaches the workers as well, and would cut off what they are answering.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        # What is loaded by now stays: looking through it again and again would cost more than all the rest of collecting.
        gc.collect()
        gc.freeze()
        threading.Thread(target=_start_typesetter, args=(worker.wsgi.extensions["pdf"],), daemon=True).start()


class _Arbiter(Arbiter):
    """An interrupt from the keyboard stops as gently as SIGTERM does. Looks after the worker for background work as well."""

    handle_int = Arbiter.handle_term

    def __init__(self, application: _Application, beside: WorkerProcess) -> None:
        self._beside = beside
        super().__init__(application)

    def manage_workers(self) -> None:
        """Called every second."""
        super().manage_workers()
        self._beside.keep_alive()

    def stop(self, graceful: bool = True) -> None:
        self._beside.tell_to_end()
        super().stop(graceful)
        self._beside.end()


def _start_typesetter(renderer: PdfRenderer) -> None:
    # Whoever asks for the first document is told what is wrong; here nobody listens.
    with contextlib.suppress(ReportError):
        renderer.start()
