"""The worker as a process beside the web server's: started, started again when it ends, and ended."""

from __future__ import annotations

import os
import subprocess
import sys
import time

from screening.config import Settings, to_environment

# Of the server's surroundings: where its libraries, fonts and time zone are. The settings come besides.
PASSED_ON = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "FONTCONFIG_FILE", "FONTCONFIG_PATH", "DYLD_FALLBACK_LIBRARY_PATH")
SECONDS_TO_END = 8.0
SECONDS_BETWEEN = 3.0
"""One that cannot start is not tried again at once."""


class WorkerProcess:
    """`keep_alive` is called every now and then by whoever owns it; a worker whose owner is gone ends by itself."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._process: subprocess.Popen[bytes] | None = None
        self._started = -SECONDS_BETWEEN

    def keep_alive(self) -> None:
        if not self._settings.background or (self._process is not None and self._process.poll() is None):
            return
        if time.monotonic() - self._started < SECONDS_BETWEEN:
            return
        self._started = time.monotonic()
        environment = {name: os.environ[name] for name in PASSED_ON if name in os.environ} | to_environment(self._settings)
        # -P: modules come from the installation, never from the folder the server happens to run in
        command = [sys.executable, "-P", "-m", "screening.background.worker", str(os.getpid())]
        self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, env=environment)  # noqa: S603 - our own module and a number

    def tell_to_end(self) -> None:
        """A job in hand is given back; one that does not stop in time is found again when its lease is over."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()

    def end(self) -> None:
        self.tell_to_end()
        if self._process is None:
            return
        try:
            self._process.wait(SECONDS_TO_END)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
