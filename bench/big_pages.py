"""What the pages of a very large opening take: `python -m bench.big_pages [CANDIDATES] [--postgres]` (10,000 by default, 4 cards each).

The round is written straight into the tables, and each page asked for over HTTP again and again by a recruiter. Prints how long the first
answer took, the 95th percentile of the others, and the size.
"""

from __future__ import annotations

import sys
import time

from sqlalchemy import select

from bench.big_round import BigRound, build
from bench.serving import Person, Place, percentile, place
from screening.models import Account
from screening.services import results

TIMES = 20


def main() -> int:
    numbers = [int(word) for word in sys.argv[1:] if word.isdigit()]
    with place(postgres="--postgres" in sys.argv) as where:
        begun = time.perf_counter()
        built = build(where.database, numbers[0] if numbers else 10_000, notes=4)
        print(f"made in {time.perf_counter() - begun:.0f} s", flush=True)
        results.forget()
        with where.serving() as server:
            recruiter = person(where, built.recruiter)
            for name, path in pages(built).items():
                show(recruiter, name, path)
            print(f"the server's processes: {server.memory():.0f} MiB")
    return 0


def person(where: Place, public_id: str) -> Person:
    with where.database.reading() as session:
        return where.person(session.scalars(select(Account.id).where(Account.public_id == public_id)).one())


def pages(built: BigRound) -> dict[str, str]:
    opening = f"/openings/{built.opening}"
    return {
        "home": "/",
        "opening": opening,
        "table": f"{opening}/compare",
        "table by a criterion": f"{opening}/compare?sort=c.composure",
        "table, last page": f"{opening}/compare?page=100",
        "table, a name": f"{opening}/compare?text=Candidate+0123",
        "candidate": f"/candidates/{built.application}",
        "planning": f"{opening}/interviews/plan",
        "files": f"{opening}/files",
        "voiding": f"{opening}/voids",
        "debrief": f"/candidates/{built.application}/debrief",
        "CSV": f"{opening}/compare.csv",
    }


def show(reader: Person, name: str, path: str) -> None:
    first, *others = [reader.get(path) for _ in range(TIMES + 1)]
    later = percentile([answer.seconds for answer in others], 0.95)
    size = max(len(answer.body) for answer in (first, *others)) / 1024
    statuses = {answer.status for answer in (first, *others)}
    if statuses != {200}:
        raise SystemExit(f"{path}: {statuses}")
    print(f"{name:22} first {first.seconds * 1000:6.0f} ms, p95 {later * 1000:6.0f} ms, {size:6.0f} KiB", flush=True)


if __name__ == "__main__":
    sys.exit(main())
