"""The agenda of a debrief as a printed document: what each saw first, levels after it, and room to write down what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from reports.documents import RatingMark

LONG = 900
"""Characters of a note in half the width of a page: about a quarter of its height."""


@dataclass(frozen=True, slots=True)
class Saying:
    """A rating with its note, and the anchor that the interviewer saw; `version` is set where that is another than the one in force."""

    mark: RatingMark
    anchor: str
    version: int | None


@dataclass(frozen=True, slots=True)
class Speaker:
    """An interviewer on one criterion: `level` is the mean where they rated it in two stages, `final` the rating after an earlier talk."""

    name: str
    level: float
    sayings: tuple[Saying, ...]
    final: int | None = None
    final_reason: str = ""


@dataclass(frozen=True, slots=True)
class Topic:
    """A criterion to talk about, with those who rated it low, high and between; `apart` is how many levels lie between the ends."""

    name: str
    definition: str
    weight: float
    minimum: int | None
    apart: float
    mean: float
    low_end: tuple[Speaker, ...]
    between: tuple[Speaker, ...]
    high_end: tuple[Speaker, ...]

    @property
    def speakers(self) -> tuple[Speaker, ...]:
        return self.low_end + self.between + self.high_end

    def may_be_torn(self, at: int) -> bool:
        """Whether this row of both ends holds a note so long that, kept in one piece, it would leave much of a page empty."""
        row = (*self.low_end[at : at + 1], *self.high_end[at : at + 1])
        return any(len(saying.mark.note) > LONG for speaker in row for saying in speaker.sayings)


@dataclass(frozen=True, slots=True)
class Total:
    """A total and the place that it gives; `rank` is None where there is none, or where the reader may not know it."""

    score: float | None
    rank: int | None
    tied: bool


@dataclass(frozen=True, slots=True)
class AgendaReport:
    """`topics` are those furthest apart first, `agreed` the criteria that several rated less than two levels apart.

    `independent` and `final` are the totals without and with the ratings given after a debrief; `finals_count` says which of them counts
    here, `ranked` how many candidates have a place (0 for who may not compare).
    """

    organisation: str
    opening: str
    candidate: str
    reference: str
    stage: str
    edition: str
    as_of: datetime
    cards: int
    topics: tuple[Topic, ...]
    agreed: tuple[str, ...]
    independent: Total
    final: Total
    ranked: int
    finals_count: bool

    @property
    def has_finals(self) -> bool:
        """Whether anybody gave a rating after a debrief."""
        return any(speaker.final is not None for topic in self.topics for speaker in topic.speakers)
