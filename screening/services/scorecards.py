"""Filling in a scorecard: opening it, saving the draft, submitting.

Only its interviewer ever reads or writes a draft. What is submitted is frozen; an amendment (`amending`) is a new revision with a reason.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import BindParameter, Select, bindparam, insert, select, update
from sqlalchemy.orm import Session, joinedload

from rubrics.model import Stage, Weighted
from screening.clock import now
from screening.errors import AlreadySubmitted, Invalid, NotFound, Stale
from screening.models import Application, Candidate, Interview, Opening, Rating, Revision, RubricVersion, Scorecard
from screening.models.erased import built_once
from screening.policy import Viewer, require_own_card
from screening.services import rubrics
from screening.services.events import record
from screening.services.lookup import check_public_id, touch
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
_OWN_TO_SUBMIT = _OWN.with_for_update(of=(Opening, Scorecard), key_share=True).execution_options(populate_existing=True)
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
_GIVEN: dict[str, BindParameter[object]] = {name: bindparam(name) for name in ("level", "not_assessed", "note")}
_ADD_RATING = insert(Rating).values(revision_id=bindparam("of"), criterion=bindparam("about"), **_GIVEN)
_CHANGE_RATING = update(Rating).where(Rating.revision_id == bindparam("of"), Rating.criterion == bindparam("about")).values(_GIVEN)


def own_card(session: Session, viewer: Viewer, public_id: str, *, lock: bool = False) -> Found:
    """The viewer's own card with what it belongs to (one query); `lock` keeps other writers of the card out."""
    return _own(session, viewer, public_id, _OWN_TO_CHANGE if lock else _OWN)


def _own(session: Session, viewer: Viewer, public_id: str, query: Select[*Everything]) -> Found:
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
    """What a form of the card has to ask for: criteria, void ones too, of an application."""

    application_id: str
    criteria: tuple[Weighted, ...]


def asked(session: Session, viewer: Viewer, public_id: str) -> Asked:
    """What the viewer's own card asks for, without what stands on it."""
    found = own_card(session, viewer, public_id)
    published, stage = _bound(session, found, latest(session, found.card))
    return Asked(found.application.public_id, published.rubric.asked_in(stage))


def get(session: Session, viewer: Viewer, public_id: str) -> Card:
    """The viewer's own card. Reading never begins a draft: a new card shows the rubric version in force."""
    found = own_card(session, viewer, public_id)
    revision = latest(session, found.card)
    published, stage = _bound(session, found, revision)
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


def _bound(session: Session, found: Found, revision: Revision | None) -> tuple[Published, Stage]:
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
    return Content(_standing(session, revision), revision.recommendation, revision.reason, revision.amend_reason)


def _standing(session: Session, revision: Revision) -> dict[str, Entry]:
    """What stands on the revision by criterion; nothing where it was only just begun."""
    if revision.id is None:
        return {}
    rows = session.execute(_RATINGS, {"revision": revision.id})
    return {criterion: Entry(level, reason, note) for criterion, level, reason, note in rows}


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
    before = _standing(session, draft)
    _change(session, found, draft, changes)
    _store(session, draft, before, changes.entries)
    return Saved(found.card.version, draft.saved_at)


def submit(session: Session, viewer: Viewer, public_id: str, content: Content, *, version: int, rubric_number: int) -> int:
    """Save, then freeze; gives the card's version then.

    Raises `Invalid` where a criterion has neither a level nor a reason, or the recommendation is missing.
    """
    found = _own(session, viewer, public_id, _OWN_TO_SUBMIT)
    draft = _writable(session, found, version=version, rubric_number=rubric_number)
    before, struck = _standing(session, draft), struck_in(session, found.opening.id)
    amending = found.card.submitted_at is not None
    after_reveal = found.card.exposed or (amending and _others_submitted(session, found))
    if amending and not after_reveal:
        _stop_counting(session, found.card)
    _change(session, found, draft, content)
    _check_complete(gaps(_asked(session, found, draft), struck, {**before, **content.entries}), draft, amending=amending)
    found.card.submitted_at = at = now()
    touch(found.opening)
    _store(session, draft, before, content.entries)
    # Frozen last: from then on the database lets nobody change what belongs to it.
    draft.after_reveal, draft.counts, draft.submitted_at = after_reveal, not after_reveal, at
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
    return found.card.version


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
    shown = rubrics.numbered(session, found.opening.id, rubric_number)
    if shown is None:
        raise Invalid("This scorecard was filled in against a rubric version that does not exist. Reload the page.")
    return Revision(
        scorecard_id=found.card.id, number=1, rubric_version=shown, recommendation="", reason="", amend_reason="", saved_at=now()
    )


def _asked(session: Session, found: Found, draft: Revision) -> tuple[Weighted, ...]:
    """What the rubric version of the draft asks for; nothing where it does not have the stage."""
    rubric = rubrics.rubric_of(session, draft.rubric_version)
    stage = rubric.stage(found.interview.stage)
    return rubric.asked_in(stage) if stage else ()


def _change(session: Session, found: Found, draft: Revision, changes: Content) -> None:
    """Put the changes on the draft, except for the ratings, of which it only checks that the card asks for them."""
    if unknown := set(changes.entries) - {item.key for item in _asked(session, found, draft)}:
        raise Invalid(f"This scorecard does not ask for {', '.join(sorted(unknown))}.")
    for name in ("recommendation", "reason", "amend_reason"):
        if (value := getattr(changes, name)) is not None:
            setattr(draft, name, value)
    draft.saved_at = now()
    found.card.version += 1


def _store(session: Session, draft: Revision, before: Mapping[str, Entry], entries: Mapping[str, Entry]) -> None:
    """Write the draft with the ratings that differ from those before."""
    session.add(draft)
    session.flush()
    connection = session.connection()
    for statement, keys in ((_ADD_RATING, entries.keys() - before.keys()), (_CHANGE_RATING, entries.keys() & before.keys())):
        rows = [{"of": draft.id, "about": key, **asdict(entries[key])} for key in sorted(keys) if entries[key] != before.get(key)]
        if rows:
            connection.execute(statement, rows)


def _check_complete(missing: Sequence[Weighted], draft: Revision, *, amending: bool) -> None:
    if missing:
        names = ", ".join(item.criterion.name for item in missing)
        raise Invalid(f"Rate these, or say why they were not assessed: {names}.", field="gaps")
    if not draft.recommendation:
        raise Invalid("Give your overall recommendation.", field="recommendation")
    if not draft.reason:
        raise Invalid("Give the reason for your recommendation in a line.", field="reason")
    if amending and not draft.amend_reason:
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
