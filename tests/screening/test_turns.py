"""Changes of one SQLite database: in line, whichever thread or process they come from, and nobody is held back for good."""

from __future__ import annotations

import stat
import subprocess
import sys
import threading
import time
from pathlib import Path

from screening.turns import Turns

HOLDER = """
import sys, pathlib
from screening.turns import Turns
with Turns(pathlib.Path(sys.argv[1])).turn():
    print("held", flush=True)
    sys.stdin.readline()
"""


def held_elsewhere(path: Path) -> subprocess.Popen[str]:
    """Another process whose turn it is, until it is told to end."""
    process = subprocess.Popen([sys.executable, "-c", HOLDER, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_threads_have_their_turns_one_after_another(tmp_path: Path) -> None:
    inside, most, lock = 0, 0, threading.Lock()

    def change() -> None:
        nonlocal inside, most
        for _ in range(20):
            with Turns(tmp_path / "d.sqlite3").turn():
                with lock:
                    inside += 1
                    most = max(most, inside)
                time.sleep(0.0005)
                with lock:
                    inside -= 1

    threads = [threading.Thread(target=change) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 1
    assert stat.S_IMODE((tmp_path / "d.sqlite3-turns").stat().st_mode) == 0o600


def test_a_turn_ends_with_its_process(tmp_path: Path) -> None:
    other = held_elsewhere(tmp_path / "d.sqlite3")
    with Turns(tmp_path / "d.sqlite3").turn(at_most=0.05) as waited:
        assert waited >= 0.05
    other.kill()
    other.communicate()
    with Turns(tmp_path / "d.sqlite3").turn(at_most=60) as waited:
        assert waited < 60


def test_whoever_waits_is_let_in_when_the_turn_is_over(tmp_path: Path) -> None:
    other = held_elsewhere(tmp_path / "d.sqlite3")
    threading.Timer(0.2, lambda: other.communicate("\n")).start()
    with Turns(tmp_path / "d.sqlite3").turn() as waited:
        assert waited > 0.1
    assert other.wait() == 0


def test_where_nothing_can_be_written_there_are_no_turns(tmp_path: Path) -> None:
    with Turns(tmp_path / "nowhere" / "d.sqlite3").turn() as waited:
        assert waited == 0
