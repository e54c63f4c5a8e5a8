"""What the site does under load: `python -m bench.load steady|instant|flat|ten|papers|soak|kill`.

steady   interviewers who each save a draft and submit a card every five seconds
instant  as many who all submit at the same moment
flat     fewer who submit without a pause
ten      steady, and in the middle of it ten PDFs are asked for at the same moment
papers   steady, while ten people ask for PDFs without a pause
soak     fewer for long, while a recruiter reads and saves: does memory grow, does the write-ahead log? What is read grows too, so a server
         begun anew over the same data is looked at for comparison
kill     submits without a pause, and the whole server killed with SIGKILL after so many seconds, round after round

Prints figures beside those of /healthz, asked at the same time. Afterwards, whatever was asked: every card that was acknowledged is in the
database once, with its entry in the audit log; none is half there; the chain of the audit log is whole. Exits with 1 where that fails.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import random
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from bench.load_faults import faults
from bench.load_round import READERS, Interviewer, Round, filled, prepare
from bench.serving import Meter, Person, Place, Pulse, Server, percentile, place

CYCLE = 5.0
ANEW_SECONDS = 90.0


@dataclass
class Tally:
    """What was answered. `acknowledged` are the cards of which somebody was told that they are submitted."""

    acknowledged: list[str] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    statuses: Counter[str] = field(default_factory=Counter)

    def note(self, what: str, status: int | str) -> None:
        self.statuses[f"{what} {status}"] += 1


def save(worker: Interviewer, card: str, version: int, fields: dict[str, str], tally: Tally) -> int:
    answer = worker.person.post(f"/scorecards/{card}", {**fields, "version": version, "rubric": 1, "do": "save"})
    tally.note("save", answer.status)
    return version + (answer.status == 303)


def submit(worker: Interviewer, card: str, version: int, fields: dict[str, str], tally: Tally) -> None:
    answer = worker.person.post(f"/scorecards/{card}", {**fields, "version": version, "rubric": 1, "do": "submit"})
    tally.note("submit", answer.status)
    tally.seconds.append(answer.seconds)
    if answer.status == 303:
        tally.acknowledged.append(card)


def everybody(workers: Sequence[Interviewer], act: Callable[[int, Interviewer], None]) -> None:
    with ThreadPoolExecutor(len(workers)) as pool:
        for done in [pool.submit(act, number, worker) for number, worker in enumerate(workers)]:
            done.result()


def steady(there: Round, tally: Tally, seconds: float) -> None:
    end = time.monotonic() + seconds

    def work(number: int, worker: Interviewer) -> None:
        chance = random.Random(number)
        time.sleep(chance.random() * CYCLE)
        while worker.cards and (begun := time.monotonic()) < end:
            card, fields = worker.cards.pop(), filled(chance)
            version = save(worker, card, 1, fields, tally)
            time.sleep(CYCLE / 2)
            submit(worker, card, version, fields, tally)
            time.sleep(max(0.0, begun + CYCLE - time.monotonic()))

    everybody(there.interviewers, work)


def instant(there: Round, tally: Tally) -> float:
    """The seconds until the last had an answer."""
    gate = threading.Barrier(len(there.interviewers) + 1)

    def work(number: int, worker: Interviewer) -> None:
        fields = filled(random.Random(number))
        worker.person.get("/healthz")
        gate.wait()
        submit(worker, worker.cards.pop(), 1, fields, tally)

    runner = threading.Thread(target=everybody, args=(there.interviewers, work))
    runner.start()
    gate.wait()
    begun = time.perf_counter()
    runner.join()
    return time.perf_counter() - begun


def flat(there: Round, tally: Tally, seconds: float) -> None:
    end = time.monotonic() + seconds

    def work(number: int, worker: Interviewer) -> None:
        chance = random.Random(number)
        while worker.cards and time.monotonic() < end:
            submit(worker, worker.cards.pop(), 1, filled(chance), tally)

    everybody(there.interviewers, work)


def papers_at_once(there: Round, tally: Tally) -> None:
    """Each reader asks for a PDF."""
    begun = time.monotonic()

    def read(number: int) -> None:
        reader = Person(there.recruiter.port, there.recruiter.cookie, there.recruiter.csrf)
        tally.note("pdf", reader.get(there.papers[number]).status)
        reader.close()

    with ThreadPoolExecutor(READERS) as pool:
        for done in [pool.submit(read, number) for number in range(len(there.papers))]:
            done.result()
    print(f"{len(there.papers)} PDFs asked for at the same moment were there after {time.monotonic() - begun:.1f} s")


@contextlib.contextmanager
def papers(there: Round, tally: Tally) -> Iterator[None]:
    """As many PDFs at a time as there are readers, until the block ends."""
    over = threading.Event()

    def read(number: int) -> None:
        reader = Person(there.recruiter.port, there.recruiter.cookie, there.recruiter.csrf)
        while not over.is_set():
            tally.note("pdf", reader.get(there.papers[number]).status)
        reader.close()

    with ThreadPoolExecutor(READERS) as pool:
        reading = [pool.submit(read, number) for number in range(len(there.papers))]
        try:
            yield
        finally:
            over.set()
            for one in reading:
                one.result()


@contextlib.contextmanager
def soak(there: Round, tally: Tally, server: Server) -> Iterator[None]:
    """Read what recruiters read until the block ends, and print each minute how large the server's processes and the log are."""
    over, begun = threading.Event(), time.monotonic()

    def read() -> None:
        while not over.is_set():
            for what, path in (*there.pages, ("pdf", random.choice(there.papers))):
                tally.note(what, there.recruiter.get(path).status)
                over.wait(3)

    def look() -> None:
        while not over.is_set():
            log = server.where.folder / "bench.sqlite3-wal"
            size = log.stat().st_size / 2**20 if log.exists() else 0
            minute = (time.monotonic() - begun) / 60
            print(f"after {minute:5.1f} min: {server.memory():.0f} MiB, write-ahead log {size:.1f} MiB", flush=True)
            over.wait(60)

    with ThreadPoolExecutor(2) as pool:
        going = [pool.submit(read), pool.submit(look)]
        try:
            yield
        finally:
            over.set()
            for one in going:
                one.result()


def kill(where: Place, there: Round, tally: Tally, rounds: int, seconds: float) -> list[float]:
    """The seconds that each new start took until its first answer. It is killed after 0.4 to 1.6 times that many seconds."""
    chance, starts = random.Random(rounds), []
    server = where.start()
    server.wait_until_up()
    over = threading.Event()

    def work(number: int, worker: Interviewer) -> None:
        own = random.Random(number)
        while worker.cards and not over.is_set():
            card = worker.cards.pop()
            try:
                submit(worker, card, 1, filled(own), tally)
            except (OSError, http.client.HTTPException):
                # Nobody knows what became of it: it may be there, whole, or not at all.
                tally.note("submit", "no answer")
                time.sleep(0.05)

    runner = threading.Thread(target=everybody, args=(there.interviewers, work))
    runner.start()
    for _ in range(rounds):
        time.sleep(seconds * chance.uniform(0.4, 1.6))
        server.kill()
        server = where.start()
        starts.append(server.wait_until_up())
    over.set()
    runner.join()
    server.stop()
    return starts


def show(tally: Tally, pulse: Pulse | None, meter: Meter | None, seconds: float) -> None:
    milliseconds = percentile(tally.seconds, 0.95) * 1000
    print(f"answered: {dict(sorted(tally.statuses.items()))}")
    print(f"{len(tally.acknowledged)} submitted in {seconds:.0f} s, {len(tally.acknowledged) / seconds:.0f} a second", end="")
    print(f"; median {percentile(tally.seconds, 0.5) * 1000:.0f} ms, p95 {milliseconds:.0f} ms")
    if pulse is not None:
        beat = percentile(pulse.seconds, 0.95) * 1000
        print(f"/healthz meanwhile: median {percentile(pulse.seconds, 0.5) * 1000:.1f} ms, p95 {beat:.1f} ms", end="")
        print(f"; ratio of the p95 {milliseconds / beat:.1f}")
    if meter is not None:
        each = meter.spent() * 1000 / max(1, len(tally.acknowledged))
        print(f"the server's processes: {meter.server.memory():.0f} MiB, {each:.1f} ms of processor for each submitted card", end="")
        print(f"; others had {meter.stolen() * 100:.0f} % of the processors")


def run(what: str, *, people: int, seconds: float, rounds: int, postgres: bool) -> list[str]:
    """Do it, print figures, and return what is wrong afterwards."""
    with place(postgres=postgres) as where:
        there, tally = prepare(where, people, cards_each(what, people, seconds, rounds)), Tally()
        begun = time.monotonic()
        if what == "kill":
            starts = kill(where, there, tally, rounds, seconds)
            show(tally, None, None, time.monotonic() - begun)
            print(f"{rounds} times killed; up again after {percentile(starts, 0.5):.1f} s, at most {max(starts):.1f} s")
        else:
            with where.serving() as server, Pulse(where.port) as pulse:
                begun, meter = time.monotonic(), Meter(server)
                _load(what, there, tally, seconds, server)
                show(tally, pulse, meter, time.monotonic() - begun)
            if what == "soak":
                print("begun anew over the same data:")
                with where.serving() as server:
                    _load(what, there, tally, min(seconds, ANEW_SECONDS), server)
                    print(f"at the end: {server.memory():.0f} MiB")
        wrong = faults(where, tally.acknowledged)
        if any(" 5" in what for what in tally.statuses):
            # Which views failed, and how: the log has neither addresses nor what anybody wrote.
            print(*[line for line in (where.folder / "serve.log").read_text().splitlines() if "failed" in line][-20:], sep="\n")
    wrong += [f"answered {what}: {number} times" for what, number in tally.statuses.items() if " 5" in what]
    print("\n".join(wrong) or "nothing lost, nothing twice, nothing half there; the audit log is whole", flush=True)
    return wrong


def cards_each(what: str, people: int, seconds: float, rounds: int) -> int:
    """More than anybody can fill in."""
    if what == "instant":
        return 1
    if what in ("steady", "ten", "papers", "soak"):
        return int((seconds + (ANEW_SECONDS if what == "soak" else 0)) / CYCLE) + 4
    return int(100 * (rounds * (seconds + 1) if what == "kill" else 2 * seconds) / people) + 2


def _load(what: str, there: Round, tally: Tally, seconds: float, server: Server) -> None:
    if what == "instant":
        print(f"the last of {len(there.interviewers)} had an answer after {instant(there, tally):.1f} s")
    elif what == "flat":
        flat(there, tally, seconds)
    elif what == "ten":
        once = threading.Timer(seconds / 2, papers_at_once, (there, tally))
        once.start()
        steady(there, tally, seconds)
        once.join()
    elif what == "papers":
        with papers(there, tally):
            steady(there, tally, seconds)
    elif what == "soak":
        with soak(there, tally, server):
            steady(there, tally, seconds)
    else:
        steady(there, tally, seconds)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.load", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("steady", "instant", "flat", "ten", "papers", "soak", "kill"))
    parser.add_argument("--people", type=int)
    parser.add_argument("--seconds", type=float)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--postgres", action="store_true")
    chosen = parser.parse_args()
    people = chosen.people or {"flat": 50, "soak": 20, "kill": 20}.get(chosen.what, 200)
    seconds = chosen.seconds or {"soak": 3600.0, "kill": 0.8}.get(chosen.what, 60.0)
    return 1 if run(chosen.what, people=people, seconds=seconds, rounds=chosen.rounds, postgres=chosen.postgres) else 0


if __name__ == "__main__":
    sys.exit(main())
