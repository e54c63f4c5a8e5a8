"""What stands in the tables and has no entry in the record of events.

Whoever cuts entries off and puts the head of that time back leaves a chain that fits; but what was done in those entries is still there.
Only kinds of facts are compared that always leave an entry, in the same transaction. Where an entry names what it is about, it is looked
for by that; else there have to be as many entries as facts that they could be about, and the newest facts are those without.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, Literal, get_args

from sqlalchemy import ColumnElement, Select, String, and_, cast, func, literal, select
from sqlalchemy.orm import Session, aliased

from screening.models import (
    ERASED_TOO,
    Account,
    Application,
    Decision,
    Event,
    FinalRating,
    Interview,
    Opening,
    PastDecision,
    Revision,
    RubricVersion,
    Scorecard,
    Void,
)

Kind = Literal[
    "account",
    "opening",
    "rubric",
    "candidate",
    "scorecard",
    "decision",
    "decision_undone",
    "past_decision",
    "past_decision_undone",
    "final",
    "final_withdrawn",
    "void",
    "void_undone",
    "candidate_erased",
    "account_erased",
]
AT_ONCE = 1000
_KEY = "key_"


@dataclass(frozen=True, slots=True)
class Fact:
    """`identifier` is the public one of what the fact is about, `part` its version, stage or criterion where it has several."""

    kind: Kind
    identifier: str
    part: str
    since: datetime


def unentered(session: Session) -> Iterator[Fact]:
    """The facts that no entry speaks of, kind by kind, the oldest first: one statement for each kind, however many there are.

    Entries are believed: their seals have to be checked before.
    """
    for kind in get_args(Kind):
        facts, entries = _COMPARED[kind]
        options = {**ERASED_TOO, "yield_per": AT_ONCE}
        for row in session.execute(_lacking(facts, entries), execution_options=options):
            yield Fact(kind, row.identifier, row.part, row.since)


def _lacking(facts: Select[Any], entries: Select[Any]) -> Select[Any]:
    """Of facts with the same keys as many as there are entries with these keys are in order, from the first one on."""
    stated, entered = facts.subquery(), entries.subquery()
    keys = [column.key for column in stated.c if column.key.startswith(_KEY)]
    nth = func.row_number().over(partition_by=[stated.c[name] for name in keys], order_by=[stated.c.since, stated.c.place])
    in_order = select(stated, nth.label("nth")).subquery()
    counted = select(*(entered.c[name] for name in keys), func.sum(entered.c.times).label("times"))
    counted_ = counted.group_by(*(entered.c[name] for name in keys)).subquery()
    same = and_(*(in_order.c[name] == counted_.c[name] for name in keys))
    return (
        select(in_order.c.identifier, in_order.c.part, in_order.c.since)
        .outerjoin(counted_, same)
        .where(in_order.c.nth > func.coalesce(counted_.c.times, 0))
        .order_by(in_order.c.since, in_order.c.place)
    )


def _facts(identifier: Any, since: Any, place: Any, *, part: Any = None, **keys: Any) -> Select[Any]:
    """`place` puts those in order that are of the same moment."""
    named = (column.label(_KEY + name) for name, column in keys.items())
    part_ = literal("") if part is None else cast(part, String)
    return select(identifier.label("identifier"), part_.label("part"), since.label("since"), place.label("place"), *named)


def _entries(*actions: str, times: Any = None, **keys: Any) -> Select[Any]:
    """`times`: of how many facts an entry speaks; None for one."""
    named = (column.label(_KEY + name) for name, column in keys.items())
    return select(*named, (literal(1) if times is None else times).label("times")).where(Event.action.in_(actions))


def _told(name: str) -> Any:
    return Event.detail[name].as_string()


def _undone(of: type[Decision | PastDecision]) -> ColumnElement[bool]:
    """Taken back, and not replaced: what replaces one is made in the same moment, and is an entry of its own."""
    next_ = aliased(of)
    replaced = select(next_.id).where(
        next_.application_id == of.application_id, next_.stage == of.stage, next_.decided_at == of.undone_at, next_.id != of.id
    )
    return and_(of.undone_at.is_not(None), ~replaced.exists())


def _withdrawn() -> ColumnElement[bool]:
    """As `_undone`."""
    next_ = aliased(FinalRating)
    replaced = select(next_.id).where(
        next_.application_id == FinalRating.application_id,
        next_.account_id == FinalRating.account_id,
        next_.criterion == FinalRating.criterion,
        next_.given_at == FinalRating.replaced_at,
        next_.id != FinalRating.id,
    )
    return and_(FinalRating.replaced_at.is_not(None), ~replaced.exists())


_BY = {"application": Event.application_id, "account": Event.account_id}
_DECISION = {"application": Decision.application_id, "kind": Decision.kind}
_PAST = {"application": PastDecision.application_id, "kind": PastDecision.kind}
_FINAL = {
    "application": FinalRating.application_id,
    "account": FinalRating.account_id,
    "criterion": FinalRating.criterion,
    "level": FinalRating.level,
}
_OF_FINAL = {**_BY, "criterion": _told("criterion"), "level": Event.detail["level"].as_integer()}
_OF_PAST = {"application": Event.application_id, "kind": _told("kind")}

_COMPARED: Mapping[Kind, tuple[Select[Any], Select[Any]]] = MappingProxyType(
    {
        "account": (
            _facts(Account.public_id, Account.created_at, Account.id, account=Account.public_id),
            _entries("account_created", account=_told("account")),
        ),
        "opening": (
            _facts(Opening.public_id, Opening.created_at, Opening.id, opening=Opening.id, account=Opening.created_by),
            _entries("opening_created", opening=Event.opening_id, account=Event.account_id),
        ),
        "rubric": (
            _facts(
                RubricVersion.public_id,
                RubricVersion.published_at,
                RubricVersion.id,
                part=RubricVersion.number,
                opening=RubricVersion.opening_id,
                account=RubricVersion.published_by,
                number=RubricVersion.number,
                digest=func.substr(RubricVersion.digest, 1, 12),
            ),
            _entries(
                "rubric_published",
                opening=Event.opening_id,
                account=Event.account_id,
                number=Event.detail["number"].as_integer(),
                digest=_told("digest"),
            ),
        ),
        # One entry for each that was added by hand, and one for all of a file.
        "candidate": (
            _facts(Application.public_id, Application.created_at, Application.id, opening=Application.opening_id),
            _entries(
                "candidate_added",
                "candidates_imported",
                times=func.coalesce(Event.detail["added"].as_integer(), 1),
                opening=Event.opening_id,
            ),
        ),
        "scorecard": (
            _facts(
                Scorecard.public_id,
                Revision.submitted_at,
                Revision.id,
                part=Revision.number,
                application=Interview.application_id,
                account=Scorecard.interviewer_id,
                stage=Interview.stage,
                number=Revision.number,
            )
            .join_from(Revision, Scorecard, Revision.scorecard_id == Scorecard.id)
            .join(Interview, Scorecard.interview_id == Interview.id)
            .where(Revision.submitted_at.is_not(None)),
            _entries(
                "scorecard_submitted",
                "scorecard_amended",
                **_BY,
                stage=_told("stage"),
                number=Event.detail["revision"].as_integer(),
            ),
        ),
        "decision": (
            _facts(Decision.public_id, Decision.decided_at, Decision.id, part=Decision.stage, account=Decision.decided_by, **_DECISION),
            _entries("decided", **_BY, kind=_told("kind")),
        ),
        "decision_undone": (
            _facts(Decision.public_id, Decision.undone_at, Decision.id, part=Decision.stage, account=Decision.undone_by, **_DECISION).where(
                _undone(Decision)
            ),
            _entries("decision_undone", **_BY, kind=_told("kind")),
        ),
        "past_decision": (
            _facts(Application.public_id, PastDecision.decided_at, PastDecision.id, part=PastDecision.stage, **_PAST).join_from(
                PastDecision, Application, PastDecision.application_id == Application.id
            ),
            _entries("decided", **_OF_PAST),
        ),
        "past_decision_undone": (
            _facts(Application.public_id, PastDecision.undone_at, PastDecision.id, part=PastDecision.stage, **_PAST)
            .join_from(PastDecision, Application, PastDecision.application_id == Application.id)
            .where(_undone(PastDecision)),
            _entries("decision_undone", **_OF_PAST),
        ),
        "final": (
            _facts(Application.public_id, FinalRating.given_at, FinalRating.id, part=FinalRating.criterion, **_FINAL).join_from(
                FinalRating, Application, FinalRating.application_id == Application.id
            ),
            _entries("final_given", **_OF_FINAL),
        ),
        "final_withdrawn": (
            _facts(Application.public_id, FinalRating.replaced_at, FinalRating.id, part=FinalRating.criterion, **_FINAL)
            .join_from(FinalRating, Application, FinalRating.application_id == Application.id)
            .where(_withdrawn()),
            _entries("final_withdrawn", **_OF_FINAL),
        ),
        "void": (
            _facts(Void.public_id, Void.voided_at, Void.id, part=Void.criterion, void=Void.public_id, account=Void.voided_by),
            _entries("voided", void=_told("void"), account=Event.account_id),
        ),
        "void_undone": (
            _facts(Void.public_id, Void.undone_at, Void.id, part=Void.criterion, void=Void.public_id, account=Void.undone_by).where(
                Void.undone_at.is_not(None)
            ),
            _entries("void_undone", void=_told("void"), account=Event.account_id),
        ),
        "candidate_erased": (
            _facts(Application.public_id, Application.erased_at, Application.id, application=Application.id).where(
                Application.erased_at.is_not(None)
            ),
            _entries("person_erased", application=Event.application_id),
        ),
        "account_erased": (
            _facts(Account.public_id, Account.erased_at, Account.id, account=Account.public_id).where(Account.erased_at.is_not(None)),
            _entries("account_erased", account=_told("account")),
        ),
    }
)
