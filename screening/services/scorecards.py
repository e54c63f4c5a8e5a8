"""Filling in a scorecard: opening it, saving the draft, submitting.

Only its interviewer ever reads or writes a draft. What is submitted is frozen; an amendment (`amending`) is a new revision with a reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from rubrics.model import Stage, Weighted
from screening.clock import now
from screening.errors import AlreadySubmitted, Invalid, NotFound, Stale
from screening.models import Application, Candidate, Interview, Opening, Rating, Revision, RubricVersion, Scorecard
from screening.policy import Viewer, require_own_card
from screening.services import rubrics
from screening.services.events import record
from screening.services.lookup import check_public_id, touch
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
    content: Content
    struck: Struck

    @property
    def is_open(self) -> bool:
        return self.state != "submitted"

    @property
    def gaps(self) -> tuple[Weighted, ...]:
        asked = (item for item in self.criteria if item.key not in self.struck.criteria)
        return tuple(item for item in asked if self.content.entries.get(item.key, Entry()).is_gap)


@dataclass(frozen=True, slots=True)
class Found:
    """A card with what it belongs to."""

    card: Scorecard
    interview: Interview
    application: Application
    opening: Opening
    candidate: Candidate


def own_card(session: Session, viewer: Viewer, public_id: str, *, lock: bool = False) -> Found:
    """The viewer's own card with what it belongs to (one query); `lock` keeps other writers of the card out."""
    check_public_id(public_id)
    query = (
        select(Scorecard, Interview, Application, Opening, Candidate)
        .join(Interview, Scorecard.interview_id == Interview.id)
        .join(Application, Interview.application_id == Application.id)
        .join(Opening, Application.opening_id == Opening.id)
        .join(Candidate, Application.candidate_id == Candidate.id)
        .where(Scorecard.public_id == public_id)
    )
    if lock:
        query = query.with_for_update(of=Scorecard).execution_options(populate_existing=True)
    row = session.execute(query).one_or_none()
    if row is None:
        raise NotFound
    found = Found(*row)
    require_own_card(viewer, found.card, found.application, found.candidate)
    return found


def require_own(session: Session, viewer: Viewer, public_id: str) -> None:
    """Raise `NotFound` unless this is a card of the viewer's own."""
    own_card(session, viewer, public_id)


def get(session: Session, viewer: Viewer, public_id: str) -> Card:
    """The viewer's own card. Reading never begins a draft: a new card shows the rubric version in force."""
    found = own_card(session, viewer, public_id)
    revision = latest(session, found.card)
    key = found.interview.stage
    published = rubrics.published(session, revision.rubric_version_id) if revision else rubrics.with_stage(session, found.opening.id, key)
    stage = published.rubric.stage(key)
    if stage is None:
        raise NotFound
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
        content=content_of(session, revision) if revision else Content({}),
        struck=struck_in(session, found.opening.id),
    )


def state_of(card: Scorecard, revision: Revision | None) -> str:
    """`new`, `draft`, `submitted` or `amending`, from the card and its latest revision."""
    if revision is None:
        return "new"
    if revision.submitted_at is not None:
        return "submitted"
    return "draft" if card.submitted_at is None else "amending"


def latest(session: Session, card: Scorecard) -> Revision | None:
    return session.scalar(select(Revision).where(Revision.scorecard_id == card.id).order_by(Revision.number.desc()).limit(1))


def content_of(session: Session, revision: Revision) -> Content:
    rows = session.execute(
        select(Rating.criterion, Rating.level, Rating.not_assessed, Rating.note).where(Rating.revision_id == revision.id)
    )
    entries = {criterion: Entry(level, reason, note) for criterion, level, reason, note in rows}
    return Content(entries, revision.recommendation, revision.reason, revision.amend_reason)


@dataclass(frozen=True, slots=True)
class Saved:
    """The version that the next save must name, and when this one was made."""

    version: int
    at: datetime


def save(session: Session, viewer: Viewer, public_id: str, changes: Content, *, version: int, rubric_number: int) -> Saved:
    """Save what changed on the draft, if nothing else did since `version`. Only the named criteria are touched.

    Raises `Stale` when another tab saved meanwhile (its `current` is the version there is now), `AlreadySubmitted` when frozen.
    """
    found = own_card(session, viewer, public_id, lock=True)
    draft = _writable(session, found, version=version, rubric_number=rubric_number)
    _write(session, found, draft, changes)
    return Saved(found.card.version, draft.saved_at)


def submit(session: Session, viewer: Viewer, public_id: str, content: Content, *, version: int, rubric_number: int) -> Card:
    """Save, then freeze. Raises `Invalid` where a criterion has neither a level nor a reason, or the recommendation is missing."""
    found = own_card(session, viewer, public_id, lock=True)
    draft = _writable(session, found, version=version, rubric_number=rubric_number)
    _write(session, found, draft, content)
    session.flush()
    card = get(session, viewer, public_id)
    _check_complete(card)
    amending = found.card.submitted_at is not None
    draft.after_reveal = found.card.exposed or (amending and _others_submitted(session, found))
    draft.submitted_at = now()
    if not draft.after_reveal:
        _stop_counting(session, found.card)
        draft.counts = True
    found.card.submitted_at = draft.submitted_at
    touch(found.opening)
    record(
        session,
        viewer.account_id,
        "scorecard_amended" if amending else "scorecard_submitted",
        opening_id=found.opening.id,
        application_id=found.application.id,
        stage=found.interview.stage,
        revision=draft.number,
        after_reveal=draft.after_reveal,
    )
    session.flush()
    return get(session, viewer, public_id)


def refuse_closed(found: Found) -> None:
    if found.opening.state == "closed":
        raise Invalid("This opening is closed: scorecards can be read, but not changed. Ask the recruiter to open it again.")


def _writable(session: Session, found: Found, *, version: int, rubric_number: int) -> Revision:
    """The draft revision, begun if there is none. Bound to the rubric version that the interviewer had on the screen."""
    refuse_closed(found)
    last = latest(session, found.card)
    if last is not None and last.submitted_at is not None:
        raise AlreadySubmitted
    if found.card.version != version:
        raise Stale("This scorecard", current=found.card.version, when=last.saved_at if last else None)
    if last is not None:
        return last
    shown = session.scalar(
        select(RubricVersion.id).where(RubricVersion.opening_id == found.opening.id, RubricVersion.number == rubric_number)
    )
    if shown is None:
        raise Invalid("This scorecard was filled in against a rubric version that does not exist. Reload the page.")
    draft = Revision(scorecard_id=found.card.id, number=1, rubric_version_id=shown, saved_at=now())
    session.add(draft)
    session.flush()
    return draft


def _write(session: Session, found: Found, draft: Revision, changes: Content) -> None:
    rubric = rubrics.published(session, draft.rubric_version_id).rubric
    stage = rubric.stage(found.interview.stage)
    if unknown := set(changes.entries) - set(stage.criteria if stage else ()):
        raise Invalid(f"This scorecard does not ask for {', '.join(sorted(unknown))}.")
    named = select(Rating).where(Rating.revision_id == draft.id, Rating.criterion.in_(changes.entries))
    standing = {row.criterion: row for row in session.scalars(named)}
    for key, entry in changes.entries.items():
        row = standing.get(key)
        if row is None:
            row = Rating(revision_id=draft.id, criterion=key)
            session.add(row)
        row.level, row.not_assessed, row.note = entry.level, entry.not_assessed, entry.note
    for name in ("recommendation", "reason", "amend_reason"):
        if (value := getattr(changes, name)) is not None:
            setattr(draft, name, value)
    draft.saved_at = now()
    found.card.version += 1


def _check_complete(card: Card) -> None:
    if card.gaps:
        names = ", ".join(item.criterion.name for item in card.gaps)
        raise Invalid(f"Rate these, or say why they were not assessed: {names}.", field="gaps")
    if not card.content.recommendation:
        raise Invalid("Give your overall recommendation.", field="recommendation")
    if not card.content.reason:
        raise Invalid("Give the reason for your recommendation in a line.", field="reason")
    if card.state == "amending" and not card.content.amend_reason:
        raise Invalid("Say why you amend the card: it is kept with the new version.", field="amend_reason")


def _others_submitted(session: Session, found: Found) -> bool:
    others = (
        select(Scorecard.id)
        .join(Interview, Scorecard.interview_id == Interview.id)
        .where(
            Interview.application_id == found.application.id,
            Scorecard.interviewer_id != found.card.interviewer_id,
            Scorecard.submitted_at.is_not(None),
        )
    )
    return session.scalar(others.limit(1)) is not None


def _stop_counting(session: Session, card: Scorecard) -> None:
    for revision in session.scalars(select(Revision).where(Revision.scorecard_id == card.id, Revision.counts)):
        revision.counts = False
    session.flush()
