"""What the site does under load: `python -m bench.load steady|instant|flat|papers|kill [--people N --seconds S --rounds R --postgres]`.

steady   interviewers who each save a draft and submit a card every five seconds
instant  as many who all submit at the same moment
flat     fewer who submit without a pause
papers   steady, while ten PDFs are asked for again and again
kill     submits without a pause, and the whole server killed with SIGKILL, round after round

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

from sqlalchemy import func, insert, select, text

from bench.big_round import CRITERIA, rubric
from bench.serving import Person, Place, Pulse, Server, percentile, place
from screening.models import Account, Application, Candidate, Event, Interview, Opening, Rating, Revision, Scorecard
from screening.policy import Hat, viewer_for
from screening.services import openings, rubrics

CYCLE = 5.0
NOTE = "Let the caller finish, then named the next step."
READERS = 10


@dataclass
class Interviewer:
    person: Person
    cards: list[str]
    """Public ids of cards still to be filled in."""


@dataclass
class Round:
    """An opening in which everybody has many cards to fill in."""

    interviewers: list[Interviewer]
    recruiter: Person
    papers: list[str]


@dataclass
class Tally:
    """What was answered. `acknowledged` are the cards of which somebody was told that they are submitted."""

    acknowledged: list[str] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    statuses: Counter[str] = field(default_factory=Counter)

    def note(self, what: str, status: int | str) -> None:
        self.statuses[f"{what} {status}"] += 1


def prepare(where: Place, people: int, cards_each: int) -> Round:
    """`people` interviewers with that many cards each: every candidate is interviewed by ten."""
    panel = min(10, people)
    with where.database.transaction() as session:
        staff = [Account(email=f"p{number}@example.org", name=f"Person {number}", may_open=number == 0) for number in range(people + 1)]
        session.add_all(staff)
        session.flush()
        recruiter = viewer_for(session, staff[0])
        opening = openings.create(session, recruiter, title="Agent")
    with where.database.transaction() as session:
        recruiter = viewer_for(session, staff[0])
        draft = rubrics.save_draft(session, recruiter, opening.public_id, rubric(), version=1)
        rubrics.publish(session, recruiter, opening.public_id, version=draft.version, note="")
        for account in staff[1:]:
            openings.set_hats(session, recruiter, opening.public_id, account.public_id, [Hat.INTERVIEWER])
        _candidates(session, opening.id, [account.id for account in staff[1:]], cards_each, panel)
    with where.database.reading() as session:
        owed: dict[int, list[str]] = {}
        for account_id, card in session.execute(select(Scorecard.interviewer_id, Scorecard.public_id).order_by(Scorecard.id)):
            owed.setdefault(account_id, []).append(card)
        papers = session.scalars(select(Application.public_id).order_by(Application.id).limit(READERS)).all()
    workers = [Interviewer(where.person(account_id), cards) for account_id, cards in owed.items()]
    return Round(workers, where.person(staff[0].id), [f"/candidates/{application}/summary.pdf" for application in papers])


def _candidates(session, opening_id: int, interviewers: Sequence[int], cards_each: int, panel: int) -> None:  # type: ignore[no-untyped-def]
    number = 0
    for _ in range(cards_each):
        for start in range(0, len(interviewers), panel):
            number += 1
            candidate = Candidate(name=f"Candidate {number:05}", email=f"c{number}@example.com")
            session.add(candidate)
            session.flush()
            application = Application(opening_id=opening_id, candidate_id=candidate.id, stage="panel", requirements={})
            session.add(application)
            session.flush()
            interview = Interview(application_id=application.id, stage="panel")
            session.add(interview)
            session.flush()
            session.execute(
                insert(Scorecard),
                [{"interview_id": interview.id, "interviewer_id": one} for one in interviewers[start : start + panel]],
            )


def filled(chance: random.Random) -> dict[str, str]:
    """A whole card."""
    fields = {"recommendation": chance.choice(("no", "yes", "strong_yes")), "reason": "Calm and clear throughout.", "why": ""}
    for item in rubric().criteria:
        fields |= {f"rating_{item.key}": str(chance.randint(1, 5)), f"na_{item.key}": "", f"note_{item.key}": NOTE}
    return fields


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


def kill(where: Place, there: Round, tally: Tally, rounds: int) -> list[float]:
    """The seconds that each new start took until its first answer."""
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
        time.sleep(0.3 + chance.random())
        server.kill()
        server = where.start()
        starts.append(server.wait_until_up())
    over.set()
    runner.join()
    server.stop()
    return starts


def faults(where: Place, tally: Tally) -> list[str]:
    """What must never be, in words; empty where all is well."""
    found = []
    with where.database.reading() as session:
        counted = dict(
            session.execute(
                select(Scorecard.public_id, func.count())
                .join(Revision, Revision.scorecard_id == Scorecard.id)
                .where(Revision.counts)
                .group_by(Scorecard.public_id)
            ).all()
        )
        submitted = set(session.scalars(select(Scorecard.public_id).where(Scorecard.submitted_at.is_not(None))))
        ratings = session.execute(
            select(Scorecard.public_id, func.count(Rating.level))
            .join(Revision, Revision.scorecard_id == Scorecard.id)
            .join(Rating, Rating.revision_id == Revision.id)
            .where(Revision.counts)
            .group_by(Scorecard.public_id)
        )
        half = [card for card, levels in ratings if levels != CRITERIA]
        events = session.scalar(select(func.count()).where(Event.action == "scorecard_submitted"))
        if where.url.startswith("sqlite") and (said := session.scalar(text("PRAGMA integrity_check"))) != "ok":
            found.append(f"the database says: {said}")
        if session.scalar(select(func.count()).select_from(Opening)) != 1:
            found.append("the opening is gone")
    if lost := set(tally.acknowledged) - submitted:
        found.append(f"{len(lost)} acknowledged cards are lost")
    if len(set(tally.acknowledged)) != len(tally.acknowledged) or any(number != 1 for number in counted.values()):
        found.append("a card is there more than once")
    if half or set(counted) != submitted:
        found.append(f"{len(half) + len(set(counted) ^ submitted)} cards are half there")
    if events != len(submitted):
        found.append(f"{len(submitted)} cards are submitted, and the audit log has {events}")
    if (checked := where.command("audit", "verify")).returncode:
        found.append(f"audit verify: {checked.stdout}{checked.stderr}")
    return found


def show(tally: Tally, pulse: Pulse | None, server: Server | None, seconds: float) -> None:
    milliseconds = percentile(tally.seconds, 0.95) * 1000
    print(f"answered: {dict(sorted(tally.statuses.items()))}")
    print(f"{len(tally.acknowledged)} submitted in {seconds:.0f} s, {len(tally.acknowledged) / seconds:.0f} a second", end="")
    print(f"; median {percentile(tally.seconds, 0.5) * 1000:.0f} ms, p95 {milliseconds:.0f} ms")
    if pulse is not None:
        beat = percentile(pulse.seconds, 0.95) * 1000
        print(f"/healthz meanwhile: median {percentile(pulse.seconds, 0.5) * 1000:.1f} ms, p95 {beat:.1f} ms", end="")
        print(f"; ratio of the p95 {milliseconds / beat:.1f}")
    if server is not None:
        print(f"memory of the server's processes: {server.memory():.0f} MiB")


def run(what: str, *, people: int, seconds: float, rounds: int, postgres: bool) -> list[str]:
    """Do it, print figures, and return what is wrong afterwards."""
    with place(postgres=postgres) as where:
        there, tally = prepare(where, people, cards_each(what, people, seconds, rounds)), Tally()
        begun = time.monotonic()
        if what == "kill":
            starts = kill(where, there, tally, rounds)
            show(tally, None, None, time.monotonic() - begun)
            print(f"{rounds} times killed; up again after {percentile(starts, 0.5):.1f} s, at most {max(starts):.1f} s")
        else:
            with where.serving() as server, Pulse(where.port) as pulse:
                begun = time.monotonic()
                _load(what, there, tally, seconds)
                show(tally, pulse, server, time.monotonic() - begun)
        wrong = faults(where, tally)
    wrong += [f"answered {what}: {number} times" for what, number in tally.statuses.items() if " 5" in what]
    print("\n".join(wrong) or "nothing lost, nothing twice, nothing half there; the audit log is whole", flush=True)
    return wrong


def cards_each(what: str, people: int, seconds: float, rounds: int) -> int:
    """More than anybody can fill in."""
    if what == "instant":
        return 1
    if what in ("steady", "papers"):
        return int(seconds / CYCLE) + 2
    return int(200 * (2 * rounds if what == "kill" else seconds) / people) + 2


def _load(what: str, there: Round, tally: Tally, seconds: float) -> None:
    if what == "instant":
        print(f"the last of {len(there.interviewers)} had an answer after {instant(there, tally):.1f} s")
    elif what == "flat":
        flat(there, tally, seconds)
    elif what == "papers":
        with papers(there, tally):
            steady(there, tally, seconds)
    else:
        steady(there, tally, seconds)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.load", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("steady", "instant", "flat", "papers", "kill"))
    parser.add_argument("--people", type=int)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--postgres", action="store_true")
    chosen = parser.parse_args()
    people = chosen.people or {"flat": 50, "kill": 20}.get(chosen.what, 200)
    return 1 if run(chosen.what, people=people, seconds=chosen.seconds, rounds=chosen.rounds, postgres=chosen.postgres) else 0


if __name__ == "__main__":
    sys.exit(main())
