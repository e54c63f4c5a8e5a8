"""Work outside the web's threads: PDFs are set in processes of their own, which can be ended when a document takes too much."""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Hashable, Iterator
from pathlib import Path

from reports import typefaces
from reports.errors import PdfBusy, PdfBusyForYou, PdfFailed, PdfLibraryMissing, PdfOutOfMemory, PdfTimedOut, PdfTooLong, ReportError
from reports.frames import LENGTH
from reports.limits import OUT_OF_MEMORY
from reports.pdf_worker import LAST_WORDS, Outcome, Variant, request_frame
from reports.render import SUMMARY_STYLESHEET
from screening.line import REQUESTS, FairLine, NoPlace, NoPlaceOfOwn
from screening.paths import child_environment

# The child gets these and nothing else: no key, no database address, no proxy.
PASSED_ON = ("DYLD_FALLBACK_LIBRARY_PATH",)
CHUNK = 1 << 16
# Its own word for it, how the layout libraries end when they are refused memory, and what the kernel sends when it has none left.
ENDS_WITHOUT_MEMORY = (OUT_OF_MEMORY, -signal.SIGABRT, -signal.SIGTRAP, -signal.SIGKILL)


WORK = 0.75
"""Of the time that a document may take: how much a processor may work on it. What needs that is too long; what only waits is not."""


def share(waiting: int, processes: int) -> int:
    """How many documents of one person may be under way: three quarters of those that wait, and what is at work.

    Ten at once, spread over two server processes unevenly, still fit; and somebody else always finds a place.
    """
    return waiting * 3 // 4 + processes


class PdfRenderer:
    """Sets PDFs in `processes` child processes, each of which starts with its first document. Its methods may be called from any thread.

    A document may take `seconds`, of these `work_seconds` of a processor, and `megabytes`; beyond that its child is ended, `PdfTimedOut`,
    `PdfTooLong` or `PdfOutOfMemory` is raised, and the next document gets a new child. At most `waiting` calls queue behind those at work,
    each for `seconds` at most: more of either, `PdfBusy`. One person may have most of the places; for more of theirs, `PdfBusyForYou`.
    `variant` is the kind of PDF: `ua-1`, or `a` for an archive's.
    """

    def __init__(
        self,
        templates: Path,
        *,
        processes: int = 1,
        variant: Variant = "ua-1",
        seconds: float = 20.0,
        work_seconds: float | None = None,
        megabytes: int = 512,
        waiting: int = 8,
        start_seconds: float = 30.0,
    ) -> None:
        self._variant = variant
        self._seconds = seconds
        self._waiting = waiting
        self._share = share(waiting, processes)
        work = seconds * WORK if work_seconds is None else work_seconds
        self._setters = [_Setter(templates.resolve(), megabytes, seconds, work, start_seconds) for _ in range(processes)]
        # The one that was at work last is taken first: the others need not even start while one is enough.
        self._line = FairLine(self._setters, waiting=waiting, share=self._share)

    def render(self, html: str, *, stylesheet: str = SUMMARY_STYLESHEET, forms: bool = False, whose: Hashable = None) -> bytes:
        """The page as PDF; with `forms` it can be filled in, which an archive's variant does not allow. Raises a `ReportError`.

        `whose` is who asked for it and waits.
        """
        request = request_frame(html, stylesheet, variant="ua-1" if forms else self._variant, forms=forms)
        with REQUESTS.aside(), self._idle_setter(whose) as setter:
            return setter.pdf(request)

    def start(self) -> None:
        """Starts a child now, so that the first document does not wait for it. Raises what `render` would."""
        with self._idle_setter() as setter:
            setter.start()

    def close(self) -> None:
        """Ends the children, each after the document it is at. A later call of `render` starts another."""
        for setter in self._setters:
            setter.close()

    @contextlib.contextmanager
    def _idle_setter(self, whose: Hashable = None) -> Iterator[_Setter]:
        try:
            with self._line.lent(whose, at_most=self._seconds) as setter:
                yield setter
        except NoPlace:
            raise PdfBusy(self._waiting) from None
        except NoPlaceOfOwn:
            raise PdfBusyForYou(self._share) from None


class _Setter:
    """Sets one document after the other in a child process that it replaces when need be."""

    def __init__(self, templates: Path, megabytes: int, seconds: float, work_seconds: float, start_seconds: float) -> None:
        self._templates = templates
        self._megabytes = megabytes
        self._seconds = seconds
        self._work_seconds = work_seconds
        self._start_seconds = start_seconds
        self._turn = threading.Lock()
        self._child: _Child | None = None

    def pdf(self, request: bytes) -> bytes:
        with self._turn:
            outcome, content = self._ask(self._running_child(), request)
            if outcome in LAST_WORDS:
                self._end_child()
        if outcome in (Outcome.DONE, Outcome.DONE_AND_LEAVING):
            return content
        raise self._refusal(outcome, content)

    def start(self) -> None:
        with self._turn:
            self._running_child()

    def close(self) -> None:
        with self._turn:
            self._end_child()

    def _running_child(self) -> _Child:
        # A child belongs to the process that started it: after a fork, two would read each other's replies.
        if self._child is not None and (self._child.owner != os.getpid() or self._child.has_ended()):
            self._end_child()
        if self._child is None:
            self._child = _Child(self._templates, self._megabytes, self._work_seconds)
            outcome, content = self._ask(self._child, b"", seconds=self._start_seconds)
            if outcome is not Outcome.READY:
                self._end_child()
                raise self._refusal(outcome, content)
        return self._child

    def _ask(self, child: _Child, request: bytes, *, seconds: float | None = None) -> tuple[Outcome, bytes]:
        """The child's answer; a child that gives none is ended, and the reason raised."""
        allowed = self._seconds if seconds is None else seconds
        try:
            reply = child.exchange(request, deadline=time.monotonic() + allowed)
        except TimeoutError:
            self._end_child()
            raise PdfTimedOut(allowed) from None
        except (EOFError, BrokenPipeError):
            code = self._end_child()
            raise self._death(code) from None
        except BaseException:
            self._end_child()  # its answer would be taken for the next document's
            raise
        return Outcome(reply[0]), reply[1:]

    def _refusal(self, outcome: Outcome, content: bytes) -> ReportError:
        detail = content.decode(errors="replace")
        return PdfLibraryMissing(detail) if outcome is Outcome.LIBRARY_MISSING else PdfFailed(detail)

    def _death(self, code: int) -> ReportError:
        if code == -signal.SIGXCPU:
            return PdfTooLong(self._work_seconds)
        if code in ENDS_WITHOUT_MEMORY:
            return PdfOutOfMemory(self._megabytes)
        return PdfFailed(f"the process that sets it ended with status {code}")

    def _end_child(self) -> int:
        """Its exit status, 0 if there is no child of this process."""
        child, self._child = self._child, None
        return child.end() if child else 0


class _Child:
    """One worker process, its pipes and its folder for temporary files."""

    def __init__(self, templates: Path, megabytes: int, work_seconds: float) -> None:
        self.owner = os.getpid()
        self._folder = tempfile.TemporaryDirectory(prefix="screening-pdf-")
        self._process = subprocess.Popen(  # noqa: S603 - our own module and numbers
            # -P: modules come from the installation, never from the folder the server happens to run in
            [sys.executable, "-P", "-m", "reports.pdf_worker", str(templates), str(megabytes), str(work_seconds)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=self._folder.name,
            env=_environment(self._folder.name) | typefaces.environment(templates),
        )
        assert self._process.stdin is not None  # noqa: S101 - both are pipes
        assert self._process.stdout is not None  # noqa: S101
        self._to_child = self._process.stdin
        self._from_child = self._process.stdout
        for pipe in (self._to_child, self._from_child):
            os.set_blocking(pipe.fileno(), False)

    def has_ended(self) -> bool:
        return self._process.poll() is not None

    def exchange(self, request: bytes, *, deadline: float) -> bytes:
        """Sends the request and returns the content of the next frame. Raises `TimeoutError`, or `EOFError` when the child is gone."""
        unsent, received = memoryview(request), bytearray()
        with selectors.DefaultSelector() as selector:
            selector.register(self._from_child, selectors.EVENT_READ)
            if unsent:
                selector.register(self._to_child, selectors.EVENT_WRITE)
            while not _complete(received):
                ready = selector.select(timeout=max(0.0, deadline - time.monotonic()))
                if not ready:
                    raise TimeoutError
                for key, _ in ready:
                    if key.fileobj is self._from_child:
                        received += self._read_some()
                        continue
                    unsent = unsent[os.write(key.fd, unsent[:CHUNK]) :]
                    if not unsent:
                        selector.unregister(self._to_child)
        return bytes(received[LENGTH.size :])

    def end(self) -> int:
        """The exit status. A child that still runs is killed; one of another process (before a fork) is left alone."""
        self._to_child.close()
        self._from_child.close()
        if self.owner != os.getpid():
            self._process.returncode = 0  # not ours to wait for
            return 0
        with contextlib.suppress(subprocess.TimeoutExpired):
            # A moment for one that is on its way out, so that its own status is seen and not our signal.
            self._process.wait(timeout=0.2)
        self._process.kill()
        code = self._process.wait()
        self._folder.cleanup()
        return code

    def _read_some(self) -> bytes:
        data = os.read(self._from_child.fileno(), CHUNK)
        if not data:
            raise EOFError
        return data


def _complete(received: bytearray) -> bool:
    return len(received) >= LENGTH.size and len(received) >= LENGTH.size + LENGTH.unpack_from(received)[0]


def _environment(temporary: str) -> dict[str, str]:
    # Fontconfig keeps its cache in the folder that goes when the child goes.
    return {name: os.environ[name] for name in PASSED_ON if name in os.environ} | child_environment(temporary)
