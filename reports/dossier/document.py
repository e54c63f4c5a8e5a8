"""What a dossier says: frozen values under public identifiers, nothing of which depends on who fetched it or when.

Order has a meaning everywhere: versions and events as they came, criteria as the rubric has them. `None` means "there is none".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from rubrics.qualifications import Facts

FORMAT = "screening-dossier"
VERSION = 1
EDITION = "Decision dossier, confidential: names everybody"
LEFT_OUT = (
    "Exports, prints and downloads, this dossier's own among them: they change nothing about the candidate, and leaving them out keeps "
    "the dossier of the same record the same to the last byte.",
    "Drafts that were never submitted: only their writer ever reads them.",
    "Contact details of the candidate, and anything that candidates said of themselves for statistics.",
    "Ratings and names of other candidates: of them only how many there are and how many stand before this one.",
)

Level = Literal[1, 2, 3, 4, 5]
Recommendation = Literal["strong_no", "no", "yes", "strong_yes"]
NotAssessed = Literal["", "no_time", "not_asked", "not_applicable", "candidate_declined", "other"]


@dataclass(frozen=True, slots=True)
class Software:
    name: str
    version: str


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with an account. Two people may share a name; the identifier tells them apart."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Opening:
    """`finals_count`: ratings given after a debrief take the place of independent ones. `ranks_adjusted`: places are to follow the
    severity-adjusted total. `managers_see_names`: hiring managers see who gave which rating.
    """

    id: str
    title: str
    department: str
    location: str
    state: Literal["draft", "open", "closed"]
    created_at: datetime
    finals_count: bool
    ranks_adjusted: bool
    managers_see_names: bool


@dataclass(frozen=True, slots=True)
class Candidate:
    """The candidate as recorded; `stage` is the key of the present stage, `facts` what qualifications are judged from."""

    id: str
    name: str
    reference: str
    source: str
    notes: str
    stage: str
    added_at: datetime
    facts: Facts


@dataclass(frozen=True, slots=True)
class PublishedRubric:
    """A published version with its content as `rubrics.codec` writes it; `digest` is the one that `rubrics.codec.digest` gives."""

    id: str
    number: int
    digest: str
    published_at: datetime
    published_by: Person
    note: str
    in_force: bool
    content: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Rated:
    """One criterion on one version of a card: a level, or why there is none; and the evidence as it was written."""

    criterion: str
    level: Level | None
    not_assessed: NotAssessed
    note: str


@dataclass(frozen=True, slots=True)
class CardVersion:
    """A submitted version, filled in against the rubric version `rubric`. At most one of a card counts: the last one that was not
    written `after_reveal`, that is when others' cards for the candidate were open to the writer.
    """

    number: int
    rubric: int
    submitted_at: datetime
    counts: bool
    after_reveal: bool
    recommendation: Recommendation
    reason: str
    amend_reason: str
    ratings: tuple[Rated, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """An interviewer's card for a stage. Without versions it was never submitted. `exposed`: others' cards were open to the interviewer
    before this one was assigned.
    """

    id: str
    interviewer: Person
    stage: str
    scheduled_at: datetime | None
    assigned_at: datetime
    withdrawn_at: datetime | None
    exposed: bool
    versions: tuple[CardVersion, ...]

    @property
    def counting(self) -> CardVersion | None:
        return next((version for version in self.versions if version.counts), None)


@dataclass(frozen=True, slots=True)
class FinalRating:
    """A rating given after the debrief; `ended` is '' while it stands."""

    interviewer: Person
    criterion: str
    level: Level
    reason: str
    given_at: datetime
    ended: Literal["", "replaced", "withdrawn"]
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Void:
    """A criterion (`question` is '') or one of its questions struck out for everybody; `undone_*` where it was taken back."""

    id: str
    criterion: str
    question: str
    reason: str
    by: Person
    at: datetime
    undone_by: Person | None
    undone_at: datetime | None
    undone_reason: str


@dataclass(frozen=True, slots=True)
class Decision:
    """`rubric` is the version in force when it was made; `undone_*` where it was taken back or replaced."""

    id: str
    stage: str
    kind: Literal["advance", "hold", "reject", "offer"]
    reason: str
    by: Person
    at: datetime
    rubric: int | None
    undone_by: Person | None
    undone_at: datetime | None
    undone_reason: str


@dataclass(frozen=True, slots=True)
class Event:
    """`by` is None for what was done at the command line. `numbers`: it may have changed the figures of this candidate."""

    number: int
    at: datetime
    by: Person | None
    action: str
    what: str
    numbers: bool


@dataclass(frozen=True, slots=True)
class Given:
    """What one interviewer's ratings of a criterion come to: `level` is the mean of `levels`, one for each stage that asked for it."""

    interviewer: str
    levels: tuple[int, ...]
    level: float


@dataclass(frozen=True, slots=True)
class Part:
    """A criterion's part of the total. `weight` in points; `variance` among interviewers (n - 1), None for fewer than two of them.

    A qualification has nothing given: its `mean` is the level by its rule. What is void has no mean, whatever was given.
    """

    criterion: str
    weight: float
    void: bool
    given: tuple[Given, ...]
    mean: float | None
    low: float | None
    high: float | None
    variance: float | None
    below_minimum: bool
    disagreement: bool
    missing: bool


@dataclass(frozen=True, slots=True)
class Total:
    """total = sum of weight x mean / sum of weight, over the parts with a mean; `coverage` is the share of weight that they have.

    `complete`: enough is assessed to be ranked.
    """

    parts: tuple[Part, ...]
    total: float | None
    coverage: float
    spread: float | None
    complete: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """What depends on the other candidates too and cannot follow from this record alone. `low` and `high` bound the range of the total
    that places follow: the adjusted one if `by_adjusted`.
    """

    rank: int | None
    tied: bool
    ranked: int
    candidates: int
    incomplete: tuple[str, ...]
    by_adjusted: bool
    adjusted: float | None
    low: float | None
    high: float | None
    sureness: str


@dataclass(frozen=True, slots=True)
class Result:
    """The combined result under rubric version `rubric`. `final` is there where final ratings stand; `counted` says which of the two
    counts. `cards` are those submitted, `recommendations` those of cards with a version that counts.
    """

    rubric: int
    counted: Literal["independent", "final"]
    independent: Total
    final: Total | None
    cards: int
    cards_expected: int
    recommendations: Mapping[str, int]
    standing: Standing

    @property
    def counting(self) -> Total:
        return self.final if self.counted == "final" and self.final is not None else self.independent


@dataclass(frozen=True, slots=True)
class Dossier:
    """The whole. `as_of` is the moment of the last change that it shows."""

    format: str
    version: int
    edition: str
    software: Software
    organisation: str
    as_of: datetime
    opening: Opening
    candidate: Candidate
    rubrics: tuple[PublishedRubric, ...]
    cards: tuple[Card, ...]
    finals: tuple[FinalRating, ...]
    voids: tuple[Void, ...]
    result: Result
    decisions: tuple[Decision, ...]
    events: tuple[Event, ...]
    left_out: tuple[str, ...]

    @property
    def in_force(self) -> PublishedRubric:
        return next(rubric for rubric in self.rubrics if rubric.in_force)
