"""One's own scorecards, for programs: what is asked, filling in, submitting. Nobody else's are to be had here."""

from __future__ import annotations

from typing import cast

from flask import Response, url_for
from werkzeug.wrappers import Response as Answer

from screening.blueprints.api import shapes
from screening.blueprints.api.routes import Told, body, number_of, reply, route, versioned
from screening.blueprints.session import database, viewer
from screening.blueprints.submissions import done
from screening.errors import Stale
from screening.forms import bodies
from screening.forms.scorecard import ScorecardForm
from screening.policy import Action
from screening.services import queue
from screening.services import scorecards as service
from screening.services.api_tokens import Scope
from screening.services.scorecards import Card, Content

CARD = ("scorecard_id", "The scorecard's id.")


@route(
    "GET",
    "/scorecards",
    Action.USE_ACCOUNT,
    Told("One's own scorecards in openings that are open, the earliest interview first", Scope.READ_SCORECARDS, shapes.Scorecards),
)
def scorecards() -> Response:
    with database().reading() as session:
        cards = queue.mine(session, viewer())
    return reply(shapes.Scorecards([_listed(card) for card in cards]))


def _listed(card: queue.QueuedCard) -> shapes.ListedScorecard:
    return shapes.ListedScorecard(
        id=card.public_id,
        href=url_for("api.scorecard", scorecard_id=card.public_id),
        candidate_name=card.candidate,
        opening_title=card.opening,
        stage=card.stage,
        state=cast("shapes.CardState", card.state),
        scheduled_at=card.scheduled_at,
        answered=card.answered,
        asked=card.asked,
        submitted_at=card.submitted_at,
    )


@route(
    "GET",
    "/scorecards/<scorecard_id>",
    Action.OWN_SCORECARD,
    Told("One's own scorecard: what it asks for, and what stands on it", Scope.READ_SCORECARDS, shapes.Scorecard, parameters=(CARD,)),
)
def scorecard(scorecard_id: str) -> Response:
    with database().reading() as session:
        card = service.get(session, viewer(), scorecard_id)
    return reply(_shape(card), version=card.version)


def _shape(card: Card) -> shapes.Scorecard:
    content = card.content
    return shapes.Scorecard(
        id=card.public_id,
        href=url_for("api.scorecard", scorecard_id=card.public_id),
        version=card.version,
        state=cast("shapes.CardState", card.state),
        opening_id=card.opening_id,
        candidate_id=card.application_id,
        candidate_name=card.candidate,
        stage=card.stage.name,
        rubric=card.rubric_number,
        rubric_digest=card.rubric_digest,
        asks=[
            shapes.Asked(
                item.key,
                item.criterion.name,
                item.key in card.struck.criteria,
                {str(level): anchor for level, anchor in enumerate(item.criterion.anchors, start=1)},
            )
            for item in card.criteria
        ],
        ratings={key: shapes.Rating(entry.level, entry.not_assessed, entry.note) for key, entry in content.entries.items()},
        recommendation=content.recommendation or "",
        reason=content.reason or "",
        amend_reason=content.amend_reason or "",
        saved_at=card.saved_at,
        submitted_at=card.submitted_at,
    )


@route(
    "PATCH",
    "/scorecards/<scorecard_id>",
    Action.OWN_SCORECARD,
    Told(
        "Save on one's own draft; what is not sent stays as it is",
        Scope.WRITE_SCORECARDS,
        shapes.Done,
        takes="scorecard",
        versioned=True,
        parameters=(CARD,),
    ),
)
def save_scorecard(scorecard_id: str) -> Answer:
    form, content = _sent(scorecard_id)
    with database().transaction() as session:
        saved = service.save(session, viewer(), scorecard_id, content, version=form.version.number, rubric_number=form.rubric.number)
        return _done(scorecard_id, saved.version)


def _done(scorecard_id: str, version: int) -> Answer:
    return done(url_for("api.scorecard", scorecard_id=scorecard_id), version)


def _sent(scorecard_id: str) -> tuple[ScorecardForm, Content]:
    """The form and what it changes, made from what stands on the card: parts of a criterion that were not sent stay as they are.

    Raises `Stale` where the program read another version of the rubric than the card is bound to.
    """
    with database().reading() as session:
        card = service.get(session, viewer(), scorecard_id)
    sent = versioned(body())
    rubric = number_of(sent, "rubric", "Say which version of the rubric this is about, as rubric: the scorecard has it.")
    if rubric != card.rubric_number:
        raise Stale("The rubric of this scorecard", current=card.version)
    form, fields = bodies.scorecard_from(sent, card)
    return form, form.content(fields)


@route(
    "POST",
    "/scorecards/<scorecard_id>/submission",
    Action.OWN_SCORECARD,
    Told(
        "Save what is sent, then submit: from then on the scorecard is frozen",
        Scope.WRITE_SCORECARDS,
        shapes.Done,
        status=201,
        takes="scorecard",
        versioned=True,
        parameters=(CARD,),
    ),
)
def submit_scorecard(scorecard_id: str) -> Answer:
    form, content = _sent(scorecard_id)
    with database().transaction() as session:
        version = service.submit(session, viewer(), scorecard_id, content, version=form.version.number, rubric_number=form.rubric.number)
        return _done(scorecard_id, version)
