"""Voiding a criterion, or one question of it, for everybody in an opening, and taking that back. Nothing leaves the record."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, aliased

from rubrics.model import Rubric
from screening.clock import now
from screening.errors import Invalid, NotFound, Stale
from screening.models import Account, Opening, RubricVersion, Void
from screening.policy import Action, Viewer
from screening.services import rubrics
from screening.services.events import record
from screening.services.lookup import by_public_id, opening_for, touch
from screening.services.struck import Struck, struck_in
from screening.services.void_effects import Effect, effect_of


@dataclass(frozen=True, slots=True)
class Part:
    """A criterion of a rubric, or one question of it; `question` is '' for the whole criterion. `weight` in points of 100."""

    criterion: str
    name: str
    question: str = ""
    weight: float = 0.0

    @property
    def handle(self) -> str:
        """What a form calls it: texts would not come back from a browser just as they went."""
        return f"{self.criterion}.{sha256(self.question.encode()).hexdigest()[:12]}" if self.question else self.criterion

    @property
    def words(self) -> str:
        return f"The question “{self.question}”" if self.question else f"“{self.name}”"


@dataclass(frozen=True, slots=True)
class Recorded:
    """A void as it is shown: what, who, when, why; `undone_*` where it was taken back. `in_force`: the rubric in force has the part."""

    public_id: str
    part: Part
    in_force: bool
    reason: str
    who: str
    when: datetime
    undone_by: str
    undone_at: datetime | None
    undone_reason: str


@dataclass(frozen=True, slots=True)
class VoidsPage:
    """`record` holds everything, the latest first; `choices` the parts that can be voided, each criterion followed by its questions."""

    opening: Opening
    version: int | None
    record: tuple[Recorded, ...]
    choices: tuple[Part, ...]

    @property
    def standing(self) -> tuple[Recorded, ...]:
        return tuple(entry for entry in self.record if entry.undone_at is None)


@dataclass(frozen=True, slots=True)
class Preview:
    """What voiding a part, or taking its void back, would do."""

    opening: Opening
    part: Part
    effect: Effect


def page(session: Session, viewer: Viewer, opening_id: str) -> VoidsPage:
    opening = opening_for(session, viewer, opening_id, Action.VOID)
    published = rubrics.current(session, opening.id)
    rubric = published.rubric if published else Rubric(opening.title)
    struck = struck_in(session, opening.id)
    return VoidsPage(
        opening=opening,
        version=published.number if published else None,
        record=tuple(_record(session, opening.id, rubric)),
        choices=tuple(part for part in parts(rubric) if not _is_void(part, struck)),
    )


def parts(rubric: Rubric) -> list[Part]:
    """Every criterion with its questions after it."""
    return [
        Part(item.key, item.criterion.name, question, float(item.weight))
        for item in rubric.criteria
        for question in ("", *(question.text for question in item.criterion.questions))
    ]


def _is_void(part: Part, struck: Struck) -> bool:
    return part.criterion in struck.criteria or (part.criterion, part.question) in struck.questions


def _record(session: Session, opening_id: int, rubric: Rubric) -> list[Recorded]:
    undoer = aliased(Account)
    rows = session.execute(
        select(Void, Account.name, undoer.name)
        .join(Account, Void.voided_by == Account.id)
        .outerjoin(undoer, Void.undone_by == undoer.id)
        .where(Void.opening_id == opening_id)
        .order_by(Void.id.desc())
    ).all()
    names = _names(session, opening_id, {row.criterion for row, _, _ in rows})
    there = {(part.criterion, part.question): part for part in parts(rubric)}
    return [
        Recorded(
            public_id=row.public_id,
            part=there.get((row.criterion, row.question)) or Part(row.criterion, names[row.criterion], row.question),
            in_force=(row.criterion, row.question) in there,
            reason=row.reason,
            who=who,
            when=row.voided_at,
            undone_by=undone_by or "",
            undone_at=row.undone_at,
            undone_reason=row.undone_reason,
        )
        for row, who, undone_by in rows
    ]


def _names(session: Session, opening_id: int, keys: Collection[str]) -> dict[str, str]:
    """The names of criteria by key, from the latest version that has each."""
    names: dict[str, str] = {}
    ids = session.scalars(select(RubricVersion.id).where(RubricVersion.opening_id == opening_id).order_by(RubricVersion.number.desc()))
    for version_id in ids:
        if names.keys() >= set(keys):
            break
        found = rubrics.published(session, version_id).rubric
        names = {item.key: item.criterion.name for item in found.criteria} | names
    return names


def preview(session: Session, viewer: Viewer, opening_id: str, handle: str) -> Preview:
    """What voiding this part would change. Raises `Invalid` where it cannot be voided."""
    opening = opening_for(session, viewer, opening_id, Action.VOID)
    return _voiding(session, viewer, opening, handle)


def _voiding(session: Session, viewer: Viewer, opening: Opening, handle: str) -> Preview:
    published = rubrics.current(session, opening.id)
    if published is None:
        raise Invalid("Publish the rubric first: before that nobody is asked anything.", field="what")
    part = next((part for part in parts(published.rubric) if part.handle == handle), None)
    if part is None:
        raise Invalid("Choose a criterion or a question of the rubric in force.", field="what")
    struck = struck_in(session, opening.id)
    if _is_void(part, struck):
        raise Invalid(_already(part, struck), field="what")
    void = struck.criteria.keys() | ({part.criterion} if not part.question else set())
    if not any(item.criterion.is_rated and item.weight for item in published.rubric.criteria if item.key not in void):
        raise Invalid(
            "This would leave nothing to rate: at least one criterion with a weight must count. Publish a new version instead.",
            field="what",
        )
    return Preview(opening, part, effect_of(session, viewer, opening, void))


def _already(part: Part, struck: Struck) -> str:
    if part.question and part.criterion in struck.criteria:
        return f"“{part.name}” is void as a whole already, and with it all its questions."
    return f"{part.words} is void already. Nothing was done twice."


def strike(session: Session, viewer: Viewer, opening_id: str, handle: str, *, reason: str, seen: str) -> Void:
    """Void the part for everybody. `seen` is the digest of the effect that the viewer was shown; raises `Stale` when it is another now."""
    opening = opening_for(session, viewer, opening_id, Action.VOID)
    # The opening is held, so that of two who void at once the second sees what the first did.
    session.refresh(opening, with_for_update=True)
    shown = _voiding(session, viewer, opening, handle)
    _check(shown.effect, reason, seen)
    void = Void(
        opening_id=opening.id,
        criterion=shown.part.criterion,
        question=shown.part.question,
        reason=reason.strip(),
        voided_by=viewer.account_id,
        voided_at=now(),
    )
    session.add(void)
    try:
        session.flush()
    except IntegrityError:
        raise Invalid(f"{shown.part.words} is void already. Nothing was done twice.", field="what") from None
    _finish(session, viewer, opening, "voided", void)
    return void


def preview_undoing(session: Session, viewer: Viewer, opening_id: str, void_id: str) -> Preview:
    """What taking a void back would change. Raises `Invalid` where somebody has done so already."""
    opening = opening_for(session, viewer, opening_id, Action.VOID)
    return _undoing(session, viewer, opening, _void(session, opening, void_id))


def require_void(session: Session, viewer: Viewer, opening_id: str, void_id: str) -> None:
    """Raise `NotFound` unless the viewer may void here and there is such a void in the opening's record."""
    _void(session, opening_for(session, viewer, opening_id, Action.VOID), void_id)


def _void(session: Session, opening: Opening, void_id: str) -> Void:
    void = by_public_id(session, Void, void_id)
    if void.opening_id != opening.id:
        raise NotFound
    return void


def _undoing(session: Session, viewer: Viewer, opening: Opening, void: Void) -> Preview:
    if void.undone_at is not None:
        who = session.get_one(Account, void.undone_by).name
        raise Invalid(f"{who} has taken this back already. Nothing was done twice.")
    published = rubrics.current(session, opening.id)
    rubric = published.rubric if published else Rubric(opening.title)
    item = rubric.find(void.criterion)
    name = item.criterion.name if item else _names(session, opening.id, [void.criterion])[void.criterion]
    part = Part(void.criterion, name, void.question, float(item.weight) if item else 0.0)
    left = struck_in(session, opening.id).criteria.keys() - (set() if void.question else {void.criterion})
    return Preview(opening, part, effect_of(session, viewer, opening, left))


def undo(session: Session, viewer: Viewer, opening_id: str, void_id: str, *, reason: str, seen: str) -> None:
    """Count the part again, and ask it again. The void stays in the record. `seen` as for `strike`."""
    opening = opening_for(session, viewer, opening_id, Action.VOID)
    session.refresh(opening, with_for_update=True)
    void = _void(session, opening, void_id)
    shown = _undoing(session, viewer, opening, void)
    _check(shown.effect, reason, seen)
    void.undone_by, void.undone_at, void.undone_reason = viewer.account_id, now(), reason.strip()
    _finish(session, viewer, opening, "void_undone", void)


def _check(effect: Effect, reason: str, seen: str) -> None:
    if not reason.strip():
        raise Invalid("Give the reason: everybody who interviews reads it, and it stays in the record.", field="reason")
    if effect.digest != seen:
        raise Stale("What this changes")


def _finish(session: Session, viewer: Viewer, opening: Opening, action: str, void: Void) -> None:
    touch(opening)
    whole = not void.question
    record(session, viewer.account_id, action, opening_id=opening.id, criterion=void.criterion, whole=whole, void=void.public_id)
