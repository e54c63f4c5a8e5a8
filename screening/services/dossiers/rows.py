"""What the database holds about a candidate, as the parts of a dossier: a statement for each table, whatever the number of rows."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from reports.dossier import document
from screening.models import Account, Application, Decision, Event, Interview, Opening, Rating, Revision, RubricVersion, Scorecard, Void
from screening.services import finals as final_ratings
from screening.services.dossiers.people import People


@dataclass(frozen=True, slots=True)
class Written:
    """The rows, each kind in the order in which it came; `revisions` by card, `ratings` by revision, `trails` by account and criterion."""

    versions: Sequence[RubricVersion]
    cards: Sequence[tuple[Scorecard, Interview]]
    revisions: Mapping[int, Sequence[Revision]]
    ratings: Mapping[int, Sequence[Rating]]
    trails: final_ratings.Trails
    voids: Sequence[Void]
    decisions: Sequence[Decision]


def read(session: Session, application: Application, opening: Opening) -> Written:
    cards = session.execute(
        select(Scorecard, Interview)
        .join(Interview, Scorecard.interview_id == Interview.id)
        .where(Interview.application_id == application.id)
        .order_by(Scorecard.id)
    )
    revisions: dict[int, list[Revision]] = {}
    for revision in session.scalars(_submitted(select(Revision), application).order_by(Revision.scorecard_id, Revision.number)):
        revisions.setdefault(revision.scorecard_id, []).append(revision)
    ratings: dict[int, list[Rating]] = {}
    for rating in session.scalars(_submitted(select(Rating).join(Revision, Rating.revision_id == Revision.id), application)):
        ratings.setdefault(rating.revision_id, []).append(rating)
    return Written(
        versions=session.scalars(select(RubricVersion).where(RubricVersion.opening_id == opening.id).order_by(RubricVersion.number)).all(),
        cards=[(card, interview) for card, interview in cards],
        revisions=revisions,
        ratings=ratings,
        trails=final_ratings.trails(session, application.id),
        voids=session.scalars(select(Void).where(Void.opening_id == opening.id).order_by(Void.id)).all(),
        decisions=session.scalars(select(Decision).where(Decision.application_id == application.id).order_by(Decision.id)).all(),
    )


def _submitted(query: Select, application: Application) -> Select:  # type: ignore[type-arg]
    """Of the application's submitted versions."""
    return (
        query.join(Scorecard, Revision.scorecard_id == Scorecard.id)
        .join(Interview, Scorecard.interview_id == Interview.id)
        .where(Interview.application_id == application.id, Revision.submitted_at.is_not(None))
    )


def people(session: Session, written: Written, happened: Sequence[Event]) -> People:
    """Everybody who is named (one statement)."""
    by_account = {row.interviewer_id for row, _ in written.cards} | {account_id for account_id, _ in written.trails}
    by_account |= {row.published_by for row in written.versions} | {row.account_id for row in happened if row.account_id is not None}
    by_account |= {account_id for row in written.voids for account_id in (row.voided_by, row.undone_by) if account_id is not None}
    by_account |= {account_id for row in written.decisions for account_id in (row.decided_by, row.undone_by) if account_id is not None}
    by_name = {public_id for row in happened for public_id in row.detail.get("interviewers", ())}
    wanted = or_(Account.id.in_(by_account), Account.public_id.in_(by_name))
    return People(
        (row.id, row.public_id, row.name) for row in session.execute(select(Account.id, Account.public_id, Account.name).where(wanted))
    )


def cards(written: Written, named: People) -> tuple[document.Card, ...]:
    """Every card that was ever assigned, in that order, with every version that was submitted."""
    by_id = {row.id: row for row in written.versions}
    return tuple(
        document.Card(
            id=card.public_id,
            interviewer=named[card.interviewer_id],
            stage=interview.stage,
            scheduled_at=interview.scheduled_at,
            assigned_at=card.created_at,
            withdrawn_at=card.withdrawn_at,
            exposed=card.exposed,
            versions=tuple(
                _version(row, interview.stage, by_id[row.rubric_version_id], written.ratings.get(row.id, ()))
                for row in written.revisions.get(card.id, ())
            ),
        )
        for card, interview in written.cards
    )


def _version(row: Revision, stage: str, rubric: RubricVersion, ratings: Iterable[Rating]) -> document.CardVersion:
    asked: list[str] = next((one["criteria"] for one in rubric.content["stages"] if one["key"] == stage), [])
    order = {key: place for place, key in enumerate(asked)}
    return document.CardVersion(
        number=row.number,
        rubric=rubric.number,
        submitted_at=row.submitted_at or row.saved_at,
        counts=row.counts,
        after_reveal=row.after_reveal,
        recommendation=row.recommendation,  # type: ignore[arg-type]
        reason=row.reason,
        amend_reason=row.amend_reason,
        ratings=tuple(
            document.Rated(one.criterion, one.level, one.not_assessed, one.note)  # type: ignore[arg-type]
            for one in sorted(ratings, key=lambda one: (order.get(one.criterion, len(order)), one.criterion))
        ),
    )


def submitted(found: Iterable[document.Card]) -> Iterator[document.CardVersion]:
    for card in found:
        yield from card.versions


def finals(written: Written, named: People) -> tuple[document.FinalRating, ...]:
    """By the moment of giving."""
    found = [
        document.FinalRating(named[account_id], criterion, one.level, one.reason, one.given_at, one.ended, one.ended_at)  # type: ignore[arg-type]
        for (account_id, criterion), trail in written.trails.items()
        for one in trail
    ]
    return tuple(sorted(found, key=lambda one: (one.given_at, one.interviewer.id, one.criterion)))


def rubrics(written: Written, named: People, wanted: Collection[int | None]) -> tuple[document.PublishedRubric, ...]:
    """The versions with these numbers."""
    return tuple(
        document.PublishedRubric(
            id=row.public_id,
            number=row.number,
            digest=row.digest,
            published_at=row.published_at,
            published_by=named[row.published_by],
            note=row.note,
            in_force=row is written.versions[-1],
            content=row.content,
        )
        for row in written.versions
        if row.number in wanted
    )


def voids(written: Written, named: People) -> tuple[document.Void, ...]:
    return tuple(
        document.Void(
            id=row.public_id,
            criterion=row.criterion,
            question=row.question,
            reason=row.reason,
            by=named[row.voided_by],
            at=row.voided_at,
            undone_by=named.find(row.undone_by),
            undone_at=row.undone_at,
            undone_reason=row.undone_reason,
        )
        for row in written.voids
    )


def decisions(written: Written, named: People) -> tuple[document.Decision, ...]:
    return tuple(
        document.Decision(
            id=row.public_id,
            stage=row.stage,
            kind=row.kind,  # type: ignore[arg-type]
            reason=row.reason,
            by=named[row.decided_by],
            at=row.decided_at,
            rubric=_in_force_at(written.versions, row.decided_at),
            undone_by=named.find(row.undone_by),
            undone_at=row.undone_at,
            undone_reason=row.undone_reason,
        )
        for row in written.decisions
    )


def _in_force_at(versions: Sequence[RubricVersion], at: datetime) -> int | None:
    return max((row.number for row in versions if row.published_at <= at), default=None)
