"""The kit of a card, and the blank one of a stage."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from sqlalchemy.orm import Session

from reports.kit import InterviewKit, KitCriterion, KitQuestion
from rubrics.model import Stage, Weighted
from screening.errors import AlreadySubmitted, Invalid, NotFound
from screening.models import Opening
from screening.models.interviews import MAX_NOTE, MAX_REASON
from screening.policy import Action, Viewer
from screening.services import rubrics, scorecards
from screening.services.events import record
from screening.services.kits.identity import Identity, KitSeals
from screening.services.lookup import opening_for
from screening.services.struck import Struck, struck_in


def of_card(session: Session, viewer: Viewer, scorecard_id: str, *, organisation: str, sealer: KitSeals) -> InterviewKit:
    """The kit of the viewer's own card, empty whatever the draft holds. Raises `AlreadySubmitted` for a frozen one."""
    card = scorecards.get(session, viewer, scorecard_id)
    if not card.is_open:
        raise AlreadySubmitted
    opening, _, published = rubrics.version(session, viewer, card.opening_id, card.rubric_number)
    return replace(
        _blank(opening, published, card.stage, card.struck, organisation),
        candidate=card.candidate,
        interviewer=viewer.name,
        scheduled_at=card.scheduled_at,
        place=card.place,
        seal=sealer.seal(Identity(card.public_id, card.rubric_number, card.rubric_digest)),
    )


def of_stage(session: Session, viewer: Viewer, opening_id: str, stage_key: str, *, organisation: str) -> InterviewKit:
    """The blank kit of a stage, from the rubric version in force."""
    opening = opening_for(session, viewer, opening_id, Action.SEE_RUBRIC)
    published = rubrics.current(session, opening.id)
    if published is None:
        raise Invalid("There is no interview kit yet: publish the rubric first.")
    stage = published.rubric.stage(stage_key)
    if stage is None:
        raise NotFound
    return _blank(opening, published, stage, struck_in(session, opening.id), organisation)


def note_made(session: Session, viewer: Viewer, scorecard_id: str, *, fillable: bool) -> None:
    found = scorecards.own_card(session, viewer, scorecard_id)
    record(
        session,
        viewer.account_id,
        "kit_made",
        opening_id=found.opening.id,
        application_id=found.application.id,
        stage=found.interview.stage,
        fillable=fillable,
    )


def note_blank_made(session: Session, viewer: Viewer, opening_id: str, stage: str) -> None:
    opening = opening_for(session, viewer, opening_id, Action.SEE_RUBRIC)
    record(session, viewer.account_id, "kit_made", opening_id=opening.id, stage=stage)


def _blank(opening: Opening, published: rubrics.Published, stage: Stage, struck: Struck, organisation: str) -> InterviewKit:
    return InterviewKit(
        organisation=organisation,
        opening=opening.title,
        candidate="",
        stage=stage.name,
        minutes=stage.minutes,
        purpose=stage.purpose,
        interviewer="",
        scheduled_at=None,
        place="",
        script=stage.script,
        closing=stage.closing,
        criteria=tuple(_asked(published.rubric.asked_in(stage), struck)),
        rubric_version=published.number,
        rubric_digest=published.digest,
        rubric_published_at=published.published_at,
        note_limit=MAX_NOTE,
        reason_limit=MAX_REASON,
    )


def _asked(items: Iterable[Weighted], struck: Struck) -> Iterator[KitCriterion]:
    """What is asked now; on paper, what is void is not there at all."""
    for item in items:
        if item.key in struck.criteria:
            continue
        criterion = item.criterion
        questions = tuple(
            KitQuestion(question.text, question.probes)
            for question in criterion.questions
            if (item.key, question.text) not in struck.questions
        )
        yield KitCriterion(item.key, criterion.name, criterion.definition, questions, criterion.anchors, item.minimum, item.required)
