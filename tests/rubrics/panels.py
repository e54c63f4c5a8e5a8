"""Pools of ratings for the tests of severity, ranges and reliability."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rubrics.combining import Combined, Ratings, Scale, combine
from rubrics.confidence import Confidence, assess

SHROUT_FLEISS = np.array([[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]], dtype=float)
"""Table 2 of Shrout & Fleiss (1979): six targets, four judges."""


def plain_scale(weights: Sequence[float]) -> Scale:
    share = np.array(weights, dtype=float)
    no = np.zeros(len(share), dtype=bool)
    return Scale(share / share.sum(), np.full(len(share), np.nan), no, ~no, no)


def from_table(table: np.ndarray) -> Ratings:
    """One criterion; candidates x interviewers, NaN: not rated."""
    who, by = np.nonzero(~np.isnan(table))
    return Ratings(who, by, np.zeros(len(who), dtype=np.int64), table[who, by])


def known(ratings: Ratings, people: int, weights: Sequence[float] = (1,), span: float = 4.0) -> tuple[Combined, Confidence]:
    scale = plain_scale(weights)
    combined = combine(scale, ratings, np.full((people, len(weights)), np.nan))
    return combined, assess(scale, ratings, combined, span=span)


def simulated(
    seed: int, *, people: int = 60, interviewers: int = 8, each: int = 3, severity: float = 0.4, noise: float = 0.6, gaps: float = 0.0
) -> tuple[Ratings, np.ndarray, np.ndarray]:
    """Ratings without rounding on one criterion in the ordinary design, the candidates' true scores, and the interviewers' severities."""
    draw = np.random.default_rng(seed)
    truth, strict = draw.normal(3, 0.5, people), draw.normal(0, severity, interviewers)
    panel = np.argsort(draw.random((people, interviewers)), axis=1)[:, :each]
    level = truth[:, None] + strict[panel] + draw.normal(0, noise, (people, each))
    kept = draw.random((people, each)) >= gaps
    who, place = np.nonzero(kept)
    return Ratings(who, panel[who, place], np.zeros(len(who), dtype=np.int64), level[who, place]), truth, strict
