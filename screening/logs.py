"""What the server writes into its log: a line for each event, and nothing that anybody typed.

Of an error it says the kind and where in the program it arose, never its message: that may quote what somebody wrote, a value of the
database, or an address with a token in it. Whatever text is in a line, it stays one line.
"""

from __future__ import annotations

import logging
import sys
import threading
import time
import traceback
import unicodedata
from collections.abc import Iterator
from pathlib import Path

LONGEST = 2000
FRAMES = 12
OWN = "screening"


class OneLine(logging.Formatter):
    """A record as one line, beginning with its time in UTC."""

    converter = staticmethod(time.gmtime)
    default_time_format = "%Y-%m-%dT%H:%M:%S"
    default_msec_format = "%s.%03dZ"

    def format(self, record: logging.LogRecord) -> str:
        said = record.getMessage() if record.name.partition(".")[0] == OWN else _without_values(record)
        if record.exc_info and record.exc_info[1]:
            said = f"{said}: {told(record.exc_info[1])}"
        return one_line(f"{self.formatTime(record)} {record.levelname} {record.process} {record.name}: {said}")


def _without_values(record: logging.LogRecord) -> str:
    """Libraries put addresses and contents of requests into their messages: of those only the pattern is kept."""
    return str(record.msg).replace("%s", "…") if record.args or record.exc_info else str(record.msg)


def one_line(text: str) -> str:
    """The text without anything that could begin a line of its own or move a terminal's cursor."""
    safe = "".join(letter if unicodedata.category(letter) not in ("Cc", "Cf", "Cs", "Zl", "Zp") else "·" for letter in text[:LONGEST])
    return safe if len(text) <= LONGEST else f"{safe}…"


def told(error: BaseException) -> str:
    """The kinds of an error and of what led to it, and where the last of them arose."""
    return f"{' from '.join(_kinds(error))} at {' < '.join(_places(error)) or 'an unknown place'}"


def _kinds(error: BaseException) -> Iterator[str]:
    seen: BaseException | None = error
    while seen is not None:
        # What a database driver says is kept beside the error of the library above it.
        original = getattr(seen, "orig", None)
        yield type(seen).__name__ + (f"({type(original).__name__})" if original is not None else "")
        seen = seen.__cause__ or (None if seen.__suppress_context__ else seen.__context__)


def _places(error: BaseException) -> Iterator[str]:
    for frame in reversed(traceback.extract_tb(error.__traceback__)[-FRAMES:]):
        yield f"{'/'.join(Path(frame.filename).parts[-2:])}:{frame.lineno}"


def set_up() -> None:
    """Let everything this process logs, and every error that nobody catches, come out so."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(OneLine())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.captureWarnings(True)
    sys.excepthook = lambda _, error, __: logging.getLogger(OWN).critical("ended by %s", told(error))
    threading.excepthook = lambda ended: logging.getLogger(OWN).error(
        "a thread ended by %s", told(ended.exc_value) if ended.exc_value else "nothing known"
    )
