"""The agenda of a debrief as a document, for those who may see its page."""

from __future__ import annotations

from sqlalchemy.orm import Session

from reports.agenda_report import AgendaReport, Saying, Speaker, Topic, Total
from reports.editions import LABELS, Edition
from screening.errors import Invalid
from screening.models import Application
from screening.policy import Viewer, sight
from screening.services import debriefs
from screening.services.agenda import Point, Side, Voice
from screening.services.debriefs import Standing
from screening.services.events import record
from screening.services.lookup import as_of, by_public_id


def paper(session: Session, viewer: Viewer, application_id: str, *, organisation: str) -> AgendaReport:
    """The agenda. Raises `Invalid` until every card is in."""
    page = debriefs.of(session, viewer, application_id)
    if not page.is_ready or page.totals is None:
        raise Invalid("There is no agenda yet: it is made of where the panel differs, once every scorecard of this candidate is in.")
    seen = sight(session, viewer, page.opening.id, manager_sees_names=page.opening.manager_sees_names)
    return AgendaReport(
        organisation=organisation,
        opening=page.opening.title,
        candidate=page.name,
        reference=page.application.reference,
        stage=page.stage,
        edition=LABELS[Edition.FULL if seen.names else Edition.MANAGER],
        as_of=as_of(session, page.opening, seen),
        cards=page.cards,
        topics=tuple(_topic(point) for point in page.points),
        agreed=page.agreed,
        independent=_total(page.totals.independent),
        final=_total(page.totals.final),
        ranked=page.totals.ranked,
        finals_count=page.totals.finals_count,
    )


def note_made(session: Session, viewer: Viewer, application_id: str) -> None:
    application = by_public_id(session, Application, application_id)
    record(session, viewer.account_id, "agenda_made", opening_id=application.opening_id, application_id=application.id)


def _topic(point: Point) -> Topic:
    return Topic(
        name=point.item.criterion.name,
        definition=point.item.criterion.definition,
        weight=float(point.item.weight),
        minimum=point.item.minimum,
        apart=point.apart,
        mean=point.mean,
        low_end=_speakers(point.low_end),
        between=_speakers(point.between),
        high_end=_speakers(point.high_end),
    )


def _speakers(side: Side) -> tuple[Speaker, ...]:
    return tuple(_speaker(voice) for voice in side.voices)


def _speaker(voice: Voice) -> Speaker:
    return Speaker(
        name=voice.name,
        level=voice.level,
        sayings=tuple(Saying(said.mark, said.anchor, said.version) for said in voice.said),
        final=voice.final.level if voice.final else None,
        final_reason=voice.final.reason if voice.final else "",
    )


def _total(standing: Standing) -> Total:
    return Total(standing.score, standing.rank, standing.tied)
