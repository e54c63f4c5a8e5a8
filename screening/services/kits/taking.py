"""From a filled kit to a draft: whose card it is, what it says beside what the draft says, and writing it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from rubrics.model import Weighted
from screening.errors import NotFound
from screening.policy import Viewer
from screening.services import scorecards
from screening.services.events import record
from screening.services.kits.identity import Identity, KitSeals
from screening.services.kits.reading import FilledForm
from screening.services.kits.refusals import (
    Altered,
    Closed,
    Flattened,
    Frozen,
    NothingFilledIn,
    NotOurKit,
    NotYours,
    OtherVersion,
)
from screening.services.scorecards import Card, Content, Entry


@dataclass(frozen=True, slots=True)
class Line:
    """A criterion: what the file says, what the draft has now, and what the draft would have.

    What the file leaves empty stays as it is in the draft: a kit adds and replaces, it empties nothing.
    """

    item: Weighted
    says: Entry
    has: Entry

    @property
    def becomes(self) -> Entry:
        judged = self.says if self.says.level or self.says.not_assessed else self.has
        return Entry(judged.level, judged.not_assessed, self.says.note or self.has.note)

    @property
    def changes(self) -> bool:
        return self.becomes != self.has

    @property
    def replaces(self) -> bool:
        """True where something that the draft holds would give way."""
        judged = (self.has.level, self.has.not_assessed)
        gives_way = judged != (None, "") and judged != (self.becomes.level, self.becomes.not_assessed)
        return gives_way or bool(self.has.note and self.has.note != self.becomes.note)


@dataclass(frozen=True, slots=True)
class Overall:
    """The recommendation or the reason: as `Line`, for a plain text."""

    says: str
    has: str

    @property
    def becomes(self) -> str:
        return self.says or self.has

    @property
    def changes(self) -> bool:
        return self.becomes != self.has

    @property
    def replaces(self) -> bool:
        return self.changes and bool(self.has)


@dataclass(frozen=True, slots=True)
class Offer:
    """What a file would make of its card's draft; `card` is as it was read, with the version that writing has to meet again."""

    card: Card
    lines: tuple[Line, ...]
    recommendation: Overall
    reason: Overall

    @property
    def parts(self) -> tuple[Line | Overall, ...]:
        return (*self.lines, self.recommendation, self.reason)

    @property
    def changes(self) -> bool:
        return any(part.changes for part in self.parts)

    @property
    def replaces(self) -> bool:
        return any(part.replaces for part in self.parts)

    @property
    def content(self) -> Content:
        """What changes, as `scorecards.save` takes it."""
        return Content(
            {line.item.key: line.becomes for line in self.lines if line.changes},
            recommendation=self.recommendation.becomes if self.recommendation.changes else None,
            reason=self.reason.becomes if self.reason.changes else None,
        )


def card_for(session: Session, viewer: Viewer, form: FilledForm, sealer: KitSeals) -> tuple[Identity, Card]:
    """What a filled kit belongs to: the viewer's own card, which can be written. Raises a `KitRefused`."""
    if form.seal is None:
        raise NotOurKit if form.info is None else Flattened
    if form.info not in (None, form.seal):
        raise Altered
    identity = sealer.identity(form.seal)
    card = card_of(session, viewer, identity)
    if not form.values:
        raise Flattened
    if not any(value.strip() for value in form.values.values()):
        raise NothingFilledIn
    return identity, card


def card_of(session: Session, viewer: Viewer, identity: Identity) -> Card:
    """The viewer's own card that can be written on this rubric version. Raises `NotYours`, `Closed`, `Frozen` or `OtherVersion`."""
    try:
        card = scorecards.get(session, viewer, identity.scorecard)
    except NotFound:
        raise NotYours from None
    if card.opening_closed:
        raise Closed
    if not card.is_open:
        raise Frozen
    if (identity.rubric_number, identity.rubric_digest) != (card.rubric_number, card.rubric_digest):
        raise OtherVersion(has=identity.rubric_number, wanted=card.rubric_number)
    return card


def asked(card: Card) -> tuple[Weighted, ...]:
    """The criteria that a kit of the card asks for: what is void is not among them, also where it was not yet void on the kit."""
    return tuple(item for item in card.criteria if item.key not in card.struck.criteria)


def offer(card: Card, said: Content) -> Offer:
    """What a file said, which the form has checked, beside the draft."""
    has = card.content
    return Offer(
        card,
        tuple(Line(item, said.entries.get(item.key, Entry()), has.entries.get(item.key, Entry())) for item in asked(card)),
        Overall(said.recommendation or "", has.recommendation or ""),
        Overall(said.reason or "", has.reason or ""),
    )


def take(session: Session, viewer: Viewer, offers: Iterable[Offer]) -> None:
    """Write the drafts. Raises `Stale` where one was saved since it was shown; the caller's transaction then undoes them all."""
    for chosen in offers:
        card = chosen.card
        scorecards.save(session, viewer, card.public_id, chosen.content, version=card.version, rubric_number=card.rubric_number)
        found = scorecards.own_card(session, viewer, card.public_id)
        record(
            session,
            viewer.account_id,
            "kit_taken",
            opening_id=found.opening.id,
            application_id=found.application.id,
            stage=found.interview.stage,
            version=found.card.version,
        )
