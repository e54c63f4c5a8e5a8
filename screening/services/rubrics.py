"""Rubric drafts and published versions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session, defer, joinedload

from rubrics import codec, review
from rubrics.model import Rubric
from screening.clock import now
from screening.errors import Invalid, NotFound, Stale
from screening.models import Account, Opening, RubricDraft, RubricVersion
from screening.models.erased import built_once
from screening.policy import Action, Viewer
from screening.services.events import record
from screening.services.lookup import opening_for, touch


@dataclass(frozen=True, slots=True)
class Published:
    """A published version with its rubric, checked against its digest."""

    id: int
    public_id: str
    number: int
    digest: str
    published_at: datetime
    rubric: Rubric


@dataclass(frozen=True, slots=True)
class Draft:
    """The rubric being edited; who saved it last (`own`: the viewer did); number and digest of the version it would follow, if any."""

    opening_id: str
    title: str
    version: int
    saved_by: str
    saved_at: datetime
    own: bool
    rubric: Rubric
    latest: int | None
    latest_digest: str | None

    @property
    def is_published(self) -> bool:
        """True where nothing has changed since the latest version."""
        return codec.digest(self.rubric) == self.latest_digest


def draft_of(session: Session, viewer: Viewer, opening_id: str) -> Draft:
    opening = opening_for(session, viewer, opening_id, Action.EDIT_RUBRIC)
    draft = session.get_one(RubricDraft, opening.id)
    saver = session.get_one(Account, draft.saved_by)
    latest = session.execute(
        select(RubricVersion.number, RubricVersion.digest)
        .where(RubricVersion.opening_id == opening.id)
        .order_by(RubricVersion.number.desc())
        .limit(1)
    ).one_or_none()
    return Draft(
        opening_id=opening.public_id,
        title=opening.title,
        version=draft.version,
        saved_by=saver.name,
        saved_at=draft.saved_at,
        own=saver.id == viewer.account_id,
        rubric=codec.from_dict(draft.content),
        latest=latest.number if latest else None,
        latest_digest=latest.digest if latest else None,
    )


def save_draft(session: Session, viewer: Viewer, opening_id: str, rubric: Rubric, *, version: int) -> RubricDraft:
    """Save the draft if nobody else did since `version`. Raises `Stale`.

    Saving what is there already changes nothing and is never refused, so that a form sent twice is saved once.
    """
    opening = opening_for(session, viewer, opening_id, Action.EDIT_RUBRIC)
    draft = session.scalars(select(RubricDraft).where(RubricDraft.opening_id == opening.id).with_for_update()).one()
    content = codec.to_dict(rubric)
    if draft.content == content:
        return draft
    if draft.version != version:
        saver = session.get_one(Account, draft.saved_by)
        raise Stale("The rubric", current=draft.version, who=saver.name, when=draft.saved_at)
    # The title follows the opening's, which may have been renamed since.
    draft.content = content | {"title": opening.title}
    draft.version += 1
    draft.saved_by, draft.saved_at = viewer.account_id, now()
    record(session, viewer.account_id, "rubric_saved", opening_id=opening.id, version=draft.version)
    return draft


def publish(session: Session, viewer: Viewer, opening_id: str, *, version: int, note: str) -> RubricVersion:
    """Freeze the draft as the next version. Raises `Invalid` with what must be mended first."""
    opening = opening_for(session, viewer, opening_id, Action.EDIT_RUBRIC)
    draft = session.scalars(select(RubricDraft).where(RubricDraft.opening_id == opening.id).with_for_update()).one()
    if draft.version != version:
        raise Stale("The rubric", current=draft.version)
    rubric = codec.from_dict(draft.content)
    problems = review.problems(rubric)
    if problems:
        raise Invalid(f"{len(problems)} thing{'s' * (len(problems) != 1)} to mend before this can be published; see the list.")
    latest = session.scalar(_latest(opening.id))
    digest = codec.digest(rubric)
    if latest is not None and latest.digest == digest:
        raise Invalid(f"Nothing has changed since version {latest.number}.")
    if latest is not None and not note.strip():
        raise Invalid("Say in a line what changed and why: it is kept with the version.", field="note")
    published = RubricVersion(
        opening_id=opening.id,
        number=latest.number + 1 if latest else 1,
        digest=digest,
        content=draft.content,
        note=note.strip(),
        published_by=viewer.account_id,
    )
    session.add(published)
    if opening.state == "draft":
        opening.state = "open"
    touch(opening)
    session.flush()
    record(session, viewer.account_id, "rubric_published", opening_id=opening.id, number=published.number, digest=digest[:12])
    return published


def _latest(opening_id: int) -> Any:
    return select(RubricVersion).where(RubricVersion.opening_id == opening_id).order_by(RubricVersion.number.desc()).limit(1)


def current(session: Session, opening_id: int) -> Published | None:
    """The version in force: the latest published one."""
    row = session.scalar(_latest(opening_id).options(defer(RubricVersion.content)))
    return None if row is None else _published(session, row)


_VERSIONS = built_once(
    select(RubricVersion)
    .options(defer(RubricVersion.content))
    .where(RubricVersion.opening_id == bindparam("opening"))
    .order_by(RubricVersion.number.desc())
)
_NUMBERED = built_once(_VERSIONS.where(RubricVersion.number == bindparam("number")))


def numbered(session: Session, opening_id: int, number: int) -> RubricVersion | None:
    """The opening's version with that number."""
    return session.scalar(_NUMBERED, {"opening": opening_id, "number": number})


def with_stage(session: Session, opening_id: int, stage: str) -> Published:
    """The latest version that still has the stage."""
    for row in session.scalars(_VERSIONS, {"opening": opening_id}):
        found = _published(session, row)
        if found.rubric.stage(stage):
            return found
    raise NotFound


def published(session: Session, version_id: int) -> Published:
    """A version by its internal id, as scorecards refer to it."""
    row = session.get(RubricVersion, version_id, options=[defer(RubricVersion.content)])
    if row is None:
        raise NotFound
    return _published(session, row)


def _published(session: Session, row: RubricVersion) -> Published:
    return Published(row.id, row.public_id, row.number, row.digest, row.published_at, rubric_of(session, row))


def rubric_of(session: Session, row: RubricVersion) -> Rubric:
    """The rubric of a version, checked against its digest."""
    rubric = _parsed.get(row.digest)
    if rubric is None:
        content = session.scalars(select(RubricVersion.content).where(RubricVersion.id == row.id)).one()
        rubric = _parsed.add(row.digest, content)
    return rubric


class _Parsed:
    """Parsed rubrics by digest. A published rubric never changes, so neither does what was parsed from it."""

    def __init__(self) -> None:
        self._by_digest: dict[str, Rubric] = {}

    def get(self, digest: str) -> Rubric | None:
        return self._by_digest.get(digest)

    def add(self, digest: str, content: Mapping[str, Any]) -> Rubric:
        rubric = codec.from_dict(content)
        if codec.digest(rubric) != digest:
            raise RuntimeError(f"a published rubric does not match its digest {digest[:12]}: the database was changed from outside")
        if len(self._by_digest) >= 256:
            self._by_digest.clear()
        self._by_digest[digest] = rubric
        return rubric


_parsed = _Parsed()


def versions(session: Session, viewer: Viewer, opening_id: str) -> tuple[Opening, Sequence[RubricVersion]]:
    opening = opening_for(session, viewer, opening_id, Action.SEE_RUBRIC)
    found = session.scalars(
        select(RubricVersion)
        .options(joinedload(RubricVersion.publisher), defer(RubricVersion.content))
        .where(RubricVersion.opening_id == opening.id)
        .order_by(RubricVersion.number.desc())
    )
    return opening, found.all()


def version(session: Session, viewer: Viewer, opening_id: str, number: int) -> tuple[Opening, RubricVersion, Published]:
    opening = opening_for(session, viewer, opening_id, Action.SEE_RUBRIC)
    row = session.scalar(
        select(RubricVersion)
        .options(joinedload(RubricVersion.publisher), defer(RubricVersion.content))
        .where(RubricVersion.opening_id == opening.id, RubricVersion.number == number)
    )
    if row is None:
        raise NotFound
    return opening, row, _published(session, row)
