"""How a process of the server takes requests: none that another process could answer sooner, and one after another. What it keeps."""

from __future__ import annotations

import http.client
import platform
import queue
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from wsgiref.types import WSGIEnvironment

import pytest

from bench.serving import free_port
from screening.server_worker import OneAtATime

SERVER = """
import sys
from gunicorn.app.base import BaseApplication
from screening.config import Settings
from screening.server import options

def application(environ, start_response):
    environ["wsgi.input"].read()
    start_response("200 OK", [("Content-Length", "2")])
    return [b"ok"]

class Plain(BaseApplication):
    def load_config(self):
        bind, workers, threads = sys.argv[1:]
        chosen = Settings(database_url="sqlite://", secret_key="k" * 32, bind=bind, workers=int(workers), threads=int(threads))
        for name, value in options(chosen).items():
            self.cfg.set(name, value)

    def load(self):
        return application

Plain().run()
"""


@contextmanager
def serving(*, workers: int, threads: int) -> Iterator[int]:
    """The port of a server with the settings of the real one, whose application answers once it has read all that was sent."""
    port = free_port()
    process = subprocess.Popen([sys.executable, "-c", SERVER, f"127.0.0.1:{port}", str(workers), str(threads)])
    try:
        until(lambda: answers(port))
        yield port
    finally:
        process.terminate()
        process.wait()


def until(reached: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not reached():
        assert time.monotonic() < end
        time.sleep(0.01)


def answers(port: int) -> bool:
    asking = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        asking.request("GET", "/")
        return asking.getresponse().status == 200
    except ConnectionError:
        return False
    finally:
        asking.close()


@contextmanager
def slow_client(port: int) -> Iterator[socket.socket]:
    """One that says it sends a letter, and holds a thread until it does."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as slow:
        slow.sendall(b"POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 1\r\n\r\n")
        yield slow


def test_nobody_waits_for_a_process_that_is_busy_while_another_is_free() -> None:
    with serving(workers=2, threads=1) as port, slow_client(port) as slow:
        assert all(answers(port) for _ in range(40))
        slow.sendall(b"x")
        assert slow.recv(100).startswith(b"HTTP/1.1 200 OK")


def test_a_process_keeps_connections_only_while_it_has_a_thread_for_them() -> None:
    with serving(workers=1, threads=2) as port:
        kept = http.client.HTTPConnection("127.0.0.1", port, timeout=10)

        def is_closed() -> bool:
            kept.request("GET", "/")
            answer = kept.getresponse()
            answer.read()
            return answer.will_close

        until(lambda: not is_closed())
        with slow_client(port) as slow:
            until(is_closed)
            slow.sendall(b"x")
        until(lambda: not is_closed())
        kept.close()


def test_requests_are_answered_one_after_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("screening.line.ALONE_SECONDS", 30)
    begun, end = queue.Queue[str](), threading.Event()

    def application(environ: WSGIEnvironment, start_response: object) -> list[bytes]:
        begun.put(environ["PATH_INFO"])
        end.wait(30)
        return [b"ok"]

    asked = OneAtATime(application)
    threads = [threading.Thread(target=asked, args=({"PATH_INFO": path}, None)) for path in ("/a", "/b")]
    for thread in threads:
        thread.start()
    assert begun.get(timeout=30) in {"/a", "/b"}
    with pytest.raises(queue.Empty):
        begun.get(timeout=0.1)
    end.set()
    assert begun.get(timeout=30) in {"/a", "/b"}
    for thread in threads:
        thread.join()


PLACES = """
import ctypes, sys, threading
from screening.server import keep_memory_in_one_place

if sys.argv[1] == "one":
    keep_memory_in_one_place()
library = ctypes.CDLL(None)
there = [threading.Barrier(4), threading.Barrier(4)]

def use():
    there[0].wait()
    bytes(1000)
    there[1].wait()

threads = [threading.Thread(target=use) for _ in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
library.malloc_info(0, ctypes.c_void_p.in_dll(library, "stdout"))
library.fflush(None)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="the places of memory are those of glibc")
def test_threads_share_one_place_of_memory() -> None:
    def places(of: str) -> int:
        return subprocess.run([sys.executable, "-c", PLACES, of], capture_output=True, text=True, check=True).stdout.count("<heap nr=")

    assert places("one") == 1 < places("each its own")
