"""Filling in a scorecard: saving the draft, submitting. What is submitted is frozen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import BindParameter, bindparam, insert, select, update
from sqlalchemy.orm import Session

from rubrics.model import Weighted
from screening.clock import now
from screening.errors import AlreadySubmitted, Invalid, Stale
from screening.models import Rating, Revision, Scorecard
from screening.policy import Viewer
from screening.services import exposure, rubrics
from screening.services.events import record
from screening.services.lookup import touch
from screening.services.scorecards.reading import OWN_TO_SUBMIT, Content, Entry, Found, gaps, latest, own, own_card, standing
from screening.services.struck import struck_in

_GIVEN: dict[str, BindParameter[object]] = {name: bindparam(name) for name in ("level", "not_assessed", "note")}
_ADD_RATING = insert(Rating).values(revision_id=bindparam("of"), criterion=bindparam("about"), **_GIVEN)
_CHANGE_RATING = update(Rating).where(Rating.revision_id == bindparam("of"), Rating.criterion == bindparam("about")).values(_GIVEN)


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
    before = standing(session, draft)
    _change(session, found, draft, changes)
    _store(session, draft, before, changes.entries)
    return Saved(found.card.version, draft.saved_at)


def submit(session: Session, viewer: Viewer, public_id: str, content: Content, *, version: int, rubric_number: int) -> int:
    """Save, then freeze; gives the card's version then.

    Raises `Invalid` where a criterion has neither a level nor a reason, or the recommendation is missing.
    """
    found = own(session, viewer, public_id, OWN_TO_SUBMIT)
    draft = _writable(session, found, version=version, rubric_number=rubric_number)
    before, struck = standing(session, draft), struck_in(session, found.opening.id)
    amending = found.card.submitted_at is not None
    after_reveal = found.card.exposed or (amending and exposure.may_have_read(session, found.application, viewer.account_id))
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


def _stop_counting(session: Session, card: Scorecard) -> None:
    for revision in session.scalars(select(Revision).where(Revision.scorecard_id == card.id, Revision.counts)):
        revision.counts = False
    session.flush()
