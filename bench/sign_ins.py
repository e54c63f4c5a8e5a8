"""What signing in costs: `python -m bench.sign_ins [PEOPLE]` signs that many people (200) in at one moment, over HTTP on loopback.

Prints how long it took, what was answered, and what memory the server's processes had at most; then how long wrong tries take for addresses
that have an account and for addresses that have none, in turns.
"""

from __future__ import annotations

import statistics
import sys
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from bench.serving import Meter, Page, Place, Server, place
from screening import passwords
from screening.services import accounts

PASSWORD = "seven blue kettles sing"  # noqa: S105
WRONG_TRIES = 5


def main(people: int) -> None:
    with place() as where:
        make_people(where, people)
        with where.serving() as server:
            sign_all_in(server, people)
            compare_wrong_tries(where.port)


def make_people(where: Place, people: int) -> None:
    stored = passwords.hash_password(PASSWORD)
    with where.database.transaction() as session:
        for number in range(people):
            accounts.create_account(session, None, email=f"{number}@example.org", name=f"Person {number}").password_hash = stored


def sign_all_in(server: Server, people: int) -> None:
    pages = [Page(server.where.port, "/sign-in") for _ in range(people)]
    meter = Meter(server)
    with Peak(server) as peak, ThreadPoolExecutor(people) as pool:
        answers = list(pool.map(lambda number: tried(pages[number], f"{number}@example.org", PASSWORD), range(people)))
    used = meter.spent()
    taken = sorted(seconds for _, seconds in answers)
    print(f"{people} sign-ins at once: median {statistics.median(taken):.1f} s, the last after {taken[-1]:.1f} s")
    print(f"answered: {dict(Counter(status for status, _ in answers))}")
    print(f"processor time of the server: {used:.1f} s, {used / people * 1000:.0f} ms for each")
    print(f"memory of all processes at most: {peak.resident:.0f} MiB resident, {peak.shared_once:.0f} MiB counting shared pages once")


def tried(page: Page, email: str, password: str) -> tuple[int, float]:
    answer = page.post(email=email, password=password)
    return answer.status, answer.seconds


class Peak:
    """The most memory that the server's processes had while the block lasted."""

    def __init__(self, server: Server) -> None:
        self.resident = self.shared_once = 0.0
        self._server, self._over = server, threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def __enter__(self) -> Peak:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(0.2):
            self.resident = max(self.resident, self._server.memory("rss"))
            self.shared_once = max(self.shared_once, self._server.memory("pss"))


def compare_wrong_tries(port: int) -> None:
    taken: dict[str, list[float]] = {"{}@example.org": [], "nobody{}@example.org": []}
    for number in range(WRONG_TRIES):
        for email, seconds in taken.items():
            status, needed = tried(Page(port, "/sign-in"), email.format(number // 4), "seven red kettles sing")
            assert status == 422, status
            seconds.append(needed * 1000)
    for what, seconds in zip(("an account", "no account"), taken.values(), strict=True):
        print(f"a wrong try, {what}: median {statistics.median(seconds):.0f} ms, {min(seconds):.0f} to {max(seconds):.0f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
