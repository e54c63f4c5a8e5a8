"""Openings and their rubrics, for programs."""

from __future__ import annotations

from typing import cast

from flask import Response, url_for

from rubrics import codec
from screening.blueprints.api import shapes
from screening.blueprints.api.routes import Told, reply, route
from screening.blueprints.session import database, viewer
from screening.errors import NotFound
from screening.policy import Action
from screening.services import openings as service
from screening.services import rubrics
from screening.services.api_tokens import Scope
from screening.services.lookup import opening_for

OPENING = ("opening_id", "The opening's id.")


@route("GET", "/openings", Action.USE_ACCOUNT, Told("The openings that the key's owner works in", Scope.READ_OPENINGS, shapes.Openings))
def openings() -> Response:
    with database().reading() as session:
        listed = service.mine(session, viewer())
    return reply(shapes.Openings([_shape(item) for item in listed if item.hats]))


@route(
    "GET",
    "/openings/<opening_id>",
    Action.SEE_OPENING,
    Told("One opening", Scope.READ_OPENINGS, shapes.Opening, parameters=(OPENING,)),
)
def opening(opening_id: str) -> Response:
    with database().reading() as session:
        opening_for(session, viewer(), opening_id, Action.SEE_OPENING)
        found = next(item for item in service.mine(session, viewer()) if item.public_id == opening_id)
    return reply(_shape(found))


def _shape(item: service.Listed) -> shapes.Opening:
    return shapes.Opening(
        id=item.public_id,
        href=url_for("api.opening", opening_id=item.public_id),
        title=item.title,
        department=item.department,
        location=item.location,
        state=cast("shapes.OpeningState", item.state),
        hats=[str(hat) for hat in item.hats],
    )


@route(
    "GET",
    "/openings/<opening_id>/rubric",
    Action.SEE_RUBRIC,
    Told("The rubric in force", Scope.READ_OPENINGS, shapes.Rubric, parameters=(OPENING,)),
)
def rubric(opening_id: str) -> Response:
    with database().reading() as session:
        found = rubrics.current(session, opening_for(session, viewer(), opening_id, Action.SEE_RUBRIC).id)
    if found is None:
        raise NotFound
    return reply(shapes.Rubric(found.number, found.digest, found.published_at, codec.to_dict(found.rubric)))
