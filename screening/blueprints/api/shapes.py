"""What the interface for programs answers with, under the names and types of its description. What is null is not known, or not there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

OpeningState = Literal["draft", "open", "closed"]
CardState = Literal["new", "draft", "submitted", "amending"]
Total = Literal["total", "adjusted_total"]


@dataclass(frozen=True, slots=True)
class Done:
    """What was made or changed, where it is, and the version that the next change of it has to be made from."""

    id: str
    href: str
    version: int


@dataclass(frozen=True, slots=True)
class Problem:
    """Why something was refused. `fields` has messages by field, `version` the version there is now."""

    error: str
    fields: dict[str, list[str]] | None = None
    version: int | None = None


@dataclass(frozen=True, slots=True)
class Opening:
    """`hats` are those that the key's owner wears there."""

    id: str
    href: str
    title: str
    department: str
    location: str
    state: OpeningState
    hats: list[str]


@dataclass(frozen=True, slots=True)
class Openings:
    openings: list[Opening]


@dataclass(frozen=True, slots=True)
class Rubric:
    """The published version in force. `content` is what `screening rubric` reads and writes; its digest is `digest`."""

    version: int
    digest: str
    published_at: datetime
    content: dict[str, Any]


@dataclass(frozen=True, slots=True)
class ListedCandidate:
    id: str
    href: str
    name: str
    reference: str


@dataclass(frozen=True, slots=True)
class Candidates:
    """A page of candidates, in the order in which they came. `next` is the address of the next page."""

    candidates: list[ListedCandidate]
    next: str | None


@dataclass(frozen=True, slots=True)
class Candidate:
    """What is recorded about a candidate of an opening. `years` and `months` together are the relevant experience."""

    id: str
    href: str
    opening_id: str
    version: int
    name: str
    email: str
    phone: str
    reference: str
    source: str
    notes: str
    years: int | None
    months: int | None
    relatedness: str | None
    field: str
    education: str | None
    education_field: str
    requirements: dict[str, bool]


@dataclass(frozen=True, slots=True)
class ListedScorecard:
    """`state` is `new`, `draft`, `submitted` or `amending`; `answered` of `asked` criteria have a level or a reason why not."""

    id: str
    href: str
    candidate_name: str
    opening_title: str
    stage: str
    state: CardState
    scheduled_at: datetime | None
    answered: int
    asked: int
    submitted_at: datetime | None


@dataclass(frozen=True, slots=True)
class Scorecards:
    scorecards: list[ListedScorecard]


@dataclass(frozen=True, slots=True)
class Asked:
    """A criterion that the scorecard asks for. `void`: nothing more is asked of it. `levels` are the anchors, from the lowest."""

    key: str
    name: str
    void: bool
    levels: dict[str, str]


@dataclass(frozen=True, slots=True)
class Rating:
    """`level` is from 1 to 5; where it is null, `not_assessed` says why, or nothing is said yet."""

    level: int | None
    not_assessed: str
    note: str


@dataclass(frozen=True, slots=True)
class Scorecard:
    """One's own scorecard. `rubric` is the version of the rubric that it is, or would be, bound to."""

    id: str
    href: str
    version: int
    state: CardState
    opening_id: str
    candidate_id: str
    candidate_name: str
    stage: str
    rubric: int
    rubric_digest: str
    asks: list[Asked]
    ratings: dict[str, Rating]
    recommendation: str
    reason: str
    amend_reason: str
    saved_at: datetime | None
    submitted_at: datetime | None


@dataclass(frozen=True, slots=True)
class Weight:
    """A criterion with its share of the total, in points of 100. `void`: it counts nowhere."""

    key: str
    name: str
    weight: float
    void: bool


@dataclass(frozen=True, slots=True)
class Mean:
    """A criterion of a candidate: the mean of the panel's levels, the lowest and the highest, from how many scorecards.

    `count` 0 with a mean is a level judged from facts.
    """

    mean: float | None
    low: float | None
    high: float | None
    count: int
    below_minimum: bool
    disagreement: bool


@dataclass(frozen=True, slots=True)
class Result:
    """A candidate in the comparison. `hidden`: the key's owner owes a scorecard for them, and nothing of the panel is shown.

    `total` is the criterion-first weighted mean, `adjusted_total` the same without what sets severe raters apart from lenient ones; from
    `low` to `high` goes the range of the one that places follow, as wide as `ranges` says. Candidates with the same `tie_band` are level
    within the noise. `rank` is null for whoever is not ranked; `not_ranked_because` says why.
    """

    candidate_id: str
    name: str
    reference: str
    hidden: bool
    rank: int | None
    tied: bool
    total: float | None
    adjusted_total: float | None
    low: float | None
    high: float | None
    tie_band: int | None
    chance_among_best: float | None
    spread: float | None
    criteria: dict[str, Mean]
    recommendations: dict[str, int] | None
    scorecards: int | None
    scorecards_expected: int | None
    coverage: float | None
    minimums_missed: list[str]
    disagreements: list[str]
    stage: str
    decision: str
    not_ranked_because: list[str]


@dataclass(frozen=True, slots=True)
class Results:
    """The comparison as its page shows it, 100 candidates at a time.

    `ranked_by` says which total places follow, `ranges` how sure the ranges are; `best` is how many `chance_among_best` is about.
    `weights_as_published` is false where the address tries others.
    """

    opening_id: str
    rubric: int
    rubric_digest: str
    made_at: datetime
    ranked_by: Total
    ranges: str
    best: int
    weights_as_published: bool
    criteria: list[Weight]
    candidates: int
    ranked: int
    found: int
    results: list[Result]
    next: str | None


@dataclass(frozen=True, slots=True)
class SingleRating:
    """One rating of one version of a scorecard. `counts`: it enters the scores. Interviewers are letters where their names are hidden."""

    opening: str
    candidate_id: str
    candidate: str
    stage: str
    interviewer: str
    criterion: str
    rubric_version: int
    rating: int | None
    scale_min: int
    scale_max: int
    not_assessed: str
    note: str
    submitted_at: datetime
    version: int
    after_reveal: bool
    counts: bool


@dataclass(frozen=True, slots=True)
class Ratings:
    """The ratings of 100 versions of scorecards at a time."""

    ratings: list[SingleRating]
    next: str | None
