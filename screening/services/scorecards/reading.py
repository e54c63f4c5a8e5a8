"""A scorecard as its interviewer reads it, and what stands on its revisions. Only its interviewer ever reads a draft."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session, joinedload

from rubrics.model import Stage, Weighted
from screening.errors import NotFound
from screening.models import Application, Candidate, Interview, Opening, Rating, Revision, RubricVersion, Scorecard
from screening.models.erased import built_once
from screening.policy import Viewer, panel_opens, require_own_card
from screening.services import rubrics
from screening.services.lookup import check_public_id
from screening.services.rubrics import Published
from screening.services.struck import Struck, struck_in


@dataclass(frozen=True, slots=True)
class Entry:
    """What stands on a card for one criterion: a level, or why there is none, and the evidence."""

    level: int | None = None
    not_assessed: str = ""
    note: str = ""

    @property
    def is_gap(self) -> bool:
        return self.level is None and not self.not_assessed


@dataclass(frozen=True, slots=True)
class Content:
    """What stands on a whole card, or, for saving, what changed on it: None leaves a field as it is."""

    entries: Mapping[str, Entry]
    recommendation: str | None = None
    reason: str | None = None
    amend_reason: str | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """A scorecard as its interviewer sees it, with what it is bound to.

    `state` is `new`, `draft`, `submitted` or `amending`; `submitted_at` is the time of the latest submitted revision. `criteria` has void
    ones too: what stands there is kept, and nothing more is asked.
    """

    public_id: str
    version: int
    state: str
    opening: str
    opening_id: str
    candidate: str
    application_id: str
    stage: Stage
    criteria: tuple[Weighted, ...]
    rubric_number: int
    rubric_digest: str
    scheduled_at: datetime | None
    place: str
    saved_at: datetime | None
    submitted_at: datetime | None
    opening_closed: bool
    panel_open: bool
    content: Content
    struck: Struck

    @property
    def is_open(self) -> bool:
        return self.state != "submitted"

    @property
    def gaps(self) -> tuple[Weighted, ...]:
        return gaps(self.criteria, self.struck, self.content.entries)


def gaps(criteria: Sequence[Weighted], struck: Struck, entries: Mapping[str, Entry]) -> tuple[Weighted, ...]:
    """The criteria, other than void ones, that have neither a level nor a reason why not."""
    asked = (item for item in criteria if item.key not in struck.criteria)
    return tuple(item for item in asked if entries.get(item.key, Entry()).is_gap)


@dataclass(frozen=True, slots=True)
class Found:
    """A card with what it belongs to."""

    card: Scorecard
    interview: Interview
    application: Application
    opening: Opening
    candidate: Candidate


Everything = tuple[Scorecard, Interview, Application, Opening, Candidate]

# Built once: putting a query together takes longer than most of these take in the database.
_OWN = built_once(
    select(Scorecard, Interview, Application, Opening, Candidate)
    .join(Interview, Scorecard.interview_id == Interview.id)
    .join(Application, Interview.application_id == Application.id)
    .join(Opening, Application.opening_id == Opening.id)
    .join(Candidate, Application.candidate_id == Candidate.id)
    .where(Scorecard.public_id == bindparam("public_id"))
)
_OWN_TO_CHANGE = _OWN.with_for_update(of=Scorecard).execution_options(populate_existing=True)
# The opening, which a submitted card changes as well, is held first, as everybody holds them: so nobody waits in a circle.
OWN_TO_SUBMIT = _OWN.with_for_update(of=(Opening, Scorecard), key_share=True).execution_options(populate_existing=True)
_LATEST = built_once(
    select(Revision)
    .options(joinedload(Revision.rubric_version, innerjoin=True).defer(RubricVersion.content))
    .where(Revision.scorecard_id == bindparam("card"))
    .order_by(Revision.number.desc())
    .limit(1)
)
_RATINGS = built_once(
    select(Rating.criterion, Rating.level, Rating.not_assessed, Rating.note).where(Rating.revision_id == bindparam("revision"))
)


def own_card(session: Session, viewer: Viewer, public_id: str, *, lock: bool = False) -> Found:
    """The viewer's own card with what it belongs to (one query); `lock` keeps other writers of the card out."""
    return own(session, viewer, public_id, _OWN_TO_CHANGE if lock else _OWN)


def own(session: Session, viewer: Viewer, public_id: str, query: Select[*Everything]) -> Found:
    check_public_id(public_id)
    row = session.execute(query, {"public_id": public_id}).one_or_none()
    if row is None:
        raise NotFound
    found = Found(*row)
    require_own_card(viewer, found.card, found.application, found.candidate)
    return found


def require_own(session: Session, viewer: Viewer, public_id: str) -> None:
    """Raise `NotFound` unless this is a card of the viewer's own."""
    own_card(session, viewer, public_id)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a form of the card has to ask for: criteria, void ones too, of an application. `panel_open`: then others' cards open."""

    application_id: str
    criteria: tuple[Weighted, ...]
    panel_open: bool


def asked(session: Session, viewer: Viewer, public_id: str) -> Asked:
    """What the viewer's own card asks for, without what stands on it."""
    found = own_card(session, viewer, public_id)
    published, stage = bound(session, found, latest(session, found.card))
    return Asked(found.application.public_id, published.rubric.asked_in(stage), panel_opens(viewer, found.opening.id))


def get(session: Session, viewer: Viewer, public_id: str) -> Card:
    """The viewer's own card. Reading never begins a draft: a new card shows the rubric version in force."""
    found = own_card(session, viewer, public_id)
    revision = latest(session, found.card)
    published, stage = bound(session, found, revision)
    return Card(
        public_id=found.card.public_id,
        version=found.card.version,
        state=state_of(found.card, revision),
        opening=found.opening.title,
        opening_id=found.opening.public_id,
        candidate=found.candidate.name,
        application_id=found.application.public_id,
        stage=stage,
        criteria=published.rubric.asked_in(stage),
        rubric_number=published.number,
        rubric_digest=published.digest,
        scheduled_at=found.interview.scheduled_at,
        place=found.interview.place,
        saved_at=revision.saved_at if revision else None,
        submitted_at=found.card.submitted_at,
        opening_closed=found.opening.state == "closed",
        panel_open=panel_opens(viewer, found.opening.id),
        content=content_of(session, revision) if revision else Content({}),
        struck=struck_in(session, found.opening.id),
    )


def bound(session: Session, found: Found, revision: Revision | None) -> tuple[Published, Stage]:
    """The rubric version that the card is bound to, or would be now, and its stage in it."""
    key = found.interview.stage
    published = rubrics.published(session, revision.rubric_version_id) if revision else rubrics.with_stage(session, found.opening.id, key)
    stage = published.rubric.stage(key)
    if stage is None:
        raise NotFound
    return published, stage


def state_of(card: Scorecard, revision: Revision | None) -> str:
    """`new`, `draft`, `submitted` or `amending`, from the card and its latest revision."""
    if revision is None:
        return "new"
    if revision.submitted_at is not None:
        return "submitted"
    return "draft" if card.submitted_at is None else "amending"


def latest(session: Session, card: Scorecard) -> Revision | None:
    """The card's latest revision; its rubric version comes with it, so that nobody has to ask for that again."""
    return session.scalar(_LATEST, {"card": card.id})


def content_of(session: Session, revision: Revision) -> Content:
    return Content(standing(session, revision), revision.recommendation, revision.reason, revision.amend_reason)


def standing(session: Session, revision: Revision) -> dict[str, Entry]:
    """What stands on the revision by criterion; nothing where it was only just begun."""
    if revision.id is None:
        return {}
    rows = session.execute(_RATINGS, {"revision": revision.id})
    return {criterion: Entry(level, reason, note) for criterion, level, reason, note in rows}
