"""Setting several documents of one file, so many at a time."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from reports.render import SUMMARY_STYLESHEET
from screening.background.shop import Shop

AHEAD = 3
"""How many documents may wait for each that is being set: enough to keep the processes busy, few enough to stop soon."""

What = TypeVar("What")


def set_in_order(
    shop: Shop, pages: Iterable[tuple[What, str]], take: Callable[[What, Future[bytes]], None], *, stylesheet: str = SUMMARY_STYLESHEET
) -> None:
    """Calls `take` with what each page is of and its document to come, in the order of the pages. What `take` raises ends the work."""
    threads = ThreadPoolExecutor(shop.at_once)
    try:
        waiting: deque[tuple[What, Future[bytes]]] = deque()
        for what, html in pages:
            waiting.append((what, threads.submit(shop.pdf, html, stylesheet)))
            while len(waiting) > AHEAD * shop.at_once:
                take(*waiting.popleft())
        while waiting:
            take(*waiting.popleft())
    finally:
        threads.shutdown(cancel_futures=True)
