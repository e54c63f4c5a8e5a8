"""`python -m bench.severity`: what adjusting for severity gains and costs, in simulated hiring rounds. Prints figures, asserts nothing.

Standard deviations in levels: candidates 0.48, a criterion within a candidate 0.5, one interviewer's impression of one candidate 0.37, a
single rating 0.7, interviewers' severity as given; levels are rounded to 1-5. Kendall's tau-b is with the true weighted mean.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable

import numpy as np

from rubrics import confidence, stability
from rubrics.combining import Combined, Ratings, Scale, combine
from rubrics.confidence import Confidence

CRITERIA = 12


def simulate(people: int, interviewers: int, each: int, severity: float, seed: int) -> tuple[Ratings, np.ndarray]:
    """Ratings of `each` random interviewers per candidate on all criteria, and the candidates' true totals."""
    draw = np.random.default_rng(seed)
    panel = np.argsort(draw.random((people, interviewers)), axis=1)[:, :each]
    truth = 3 + draw.normal(0, 0.48, people)[:, None] + draw.normal(0, 0.5, (people, CRITERIA))
    strict = draw.normal(0, severity, interviewers)
    # What one interviewer sees of a candidate on a day is common to all their ratings.
    impression = draw.normal(0, 0.37, (people, each))
    seen = truth[:, None, :] + (strict[panel] + impression)[:, :, None] + draw.normal(0, 0.7, (people, each, CRITERIA))
    level = np.clip(np.rint(seen), 1, 5)
    who = np.repeat(np.arange(people), each * CRITERIA)
    return Ratings(who, np.repeat(panel.ravel(), CRITERIA), np.tile(np.arange(CRITERIA), people * each), level.ravel()), truth.mean(axis=1)


def scale() -> Scale:
    no = np.zeros(CRITERIA, dtype=bool)
    return Scale(np.full(CRITERIA, 1 / CRITERIA), np.full(CRITERIA, np.nan), no, ~no, no)


def judged(ratings: Ratings, people: int) -> tuple[Combined, Confidence]:
    combined = combine(scale(), ratings, np.full((people, CRITERIA), np.nan))
    return combined, confidence.assess(scale(), ratings, combined)


def tau(first: np.ndarray, second: np.ndarray) -> float:
    """Kendall's tau-b by comparing all pairs."""
    one, two = np.sign(first[:, None] - first), np.sign(second[:, None] - second)
    return float((one * two).sum() / np.sqrt((one != 0).sum() * (two != 0).sum()))


def gains(rounds: int = 3) -> None:
    print("Kendall's tau with the truth: 1,000 candidates, 40 interviewers, 4 each")
    print(f"{'severity SD':>12} {'default':>9} {'adjusted':>9} {'gate open':>10} {'severity found':>15}")
    for severity in (0.0, 0.3, 1.0):
        rows = []
        for seed in range(rounds):
            ratings, truth = simulate(1000, 40, 4, severity, seed)
            combined, known = judged(ratings, 1000)
            found = known.severity.sigma_severity if known.severity else 0.0
            rows.append((tau(combined.score, truth), tau(known.standing, truth), float(known.gate.open), found))
        default, adjusted, opened, found = np.mean(rows, axis=0)
        print(f"{severity:12.1f} {default:9.3f} {adjusted:9.3f} {opened:10.0%} {found:15.3f}")


def costs() -> None:
    print(f"\n{'adjusted score, ranges, chance of the top 10':52} {'median':>9} {'min':>9} {'max':>9}   combine alone")
    for people, interviewers in ((1000, 40), (10_000, 400)):
        ratings, _ = simulate(people, interviewers, 4, 0.3, 1)
        combined = combine(scale(), ratings, np.full((people, CRITERIA), np.nan))

        def whole(ratings: Ratings = ratings, combined: Combined = combined) -> None:
            known = confidence.assess(scale(), ratings, combined)
            assert len(known.adjusted_low) == len(known.low)
            stability.among_best(known.standing, known.standing_se, 10)

        def alone(ratings: Ratings = ratings, people: int = people) -> None:
            combine(scale(), ratings, np.full((people, CRITERIA), np.nan))

        times, base = measured(whole), measured(alone)
        name = f"{people:,} candidates x {interviewers} interviewers x 4 x {CRITERIA}"
        print(f"{name:52} {statistics.median(times):7.1f}ms {min(times):7.1f}ms {max(times):7.1f}ms {statistics.median(base):13.1f}ms")


def measured(act: Callable[[], None], runs: int = 9) -> list[float]:
    act()
    times = []
    for _ in range(runs):
        begin = time.process_time()
        act()
        times.append((time.process_time() - begin) * 1000)
    return times


if __name__ == "__main__":
    gains(int(sys.argv[1]) if len(sys.argv) > 1 else 3)
    costs()
