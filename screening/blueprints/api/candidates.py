"""Candidates, for programs: bringing them along from another system, and keeping what is recorded the same there and here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Response, request, url_for
from werkzeug.wrappers import Response as Answer

from screening.blueprints.api import shapes
from screening.blueprints.api.openings import OPENING
from screening.blueprints.api.routes import PAGE_SIZE, Told, body, reply, route, versioned
from screening.blueprints.session import database, viewer
from screening.blueprints.submissions import done
from screening.forms import bodies
from screening.forms.candidates import CandidateForm, candidate_form
from screening.forms.comparison import whole
from screening.models import Application, Opening
from screening.policy import Action
from screening.services import candidates as service
from screening.services import rubrics
from screening.services.api_tokens import Scope
from screening.services.lookup import opening_for

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

CANDIDATE = ("application_id", "The candidate's id in the opening.")
PAGE = ("page", "Which page, from 1.")
_AS_IN_THE_FORM = ("name", "email", "phone", "reference", "source", "notes", "years", "months", "field", "education_field")


@route(
    "GET",
    "/openings/<opening_id>/candidates",
    Action.MANAGE_CANDIDATES,
    Told("The candidates of an opening", Scope.READ_CANDIDATES, shapes.Candidates, parameters=(OPENING, PAGE)),
)
def candidates(opening_id: str) -> Response:
    page = whole(request.args, "page", 1)
    with database().reading() as session:
        found = service.listed(session, viewer(), opening_id, offset=(page - 1) * PAGE_SIZE, most=PAGE_SIZE + 1)
    more = url_for("api.candidates", opening_id=opening_id, page=page + 1) if len(found) > PAGE_SIZE else None
    shown = [
        shapes.ListedCandidate(item.public_id, url_for("api.candidate", application_id=item.public_id), item.name, item.reference)
        for item in found[:PAGE_SIZE]
    ]
    return reply(shapes.Candidates(shown, more))


@route(
    "POST",
    "/openings/<opening_id>/candidates",
    Action.MANAGE_CANDIDATES,
    Told("Add a candidate", Scope.WRITE_CANDIDATES, shapes.Done, status=201, takes="candidate", parameters=(OPENING,)),
)
def add_candidate(opening_id: str) -> Answer:
    with database().reading() as session:
        opening = opening_for(session, viewer(), opening_id, Action.MANAGE_CANDIDATES)
        kind = _form(session, opening)
    form = bodies.candidate_from(body(), kind)
    with database().transaction() as session:
        application = service.add(session, viewer(), opening_id, form.details())
        return _done(application)


def _done(application: Application) -> Answer:
    return done(url_for("api.candidate", application_id=application.public_id), service.version_of(application))


def _recorded(session: Session, application_id: str) -> tuple[Application, str, type[CandidateForm]]:
    """The application, the public id of its opening, and the form that changes it."""
    application, _ = service.get(session, viewer(), application_id, Action.MANAGE_CANDIDATES)
    opening = session.get_one(Opening, application.opening_id)
    return application, opening.public_id, _form(session, opening, there=True)


def _form(session: Session, opening: Opening, *, there: bool = False) -> type[CandidateForm]:
    published = rubrics.current(session, opening.id)
    return candidate_form(service.requirements_of(published.rubric if published else None), there=there)


@route(
    "GET",
    "/candidates/<application_id>",
    Action.MANAGE_CANDIDATES,
    Told("What is recorded about a candidate", Scope.READ_CANDIDATES, shapes.Candidate, parameters=(CANDIDATE,)),
)
def candidate(application_id: str) -> Response:
    with database().reading() as session:
        application, opening, kind = _recorded(session, application_id)
        shape = _shape(application, opening, kind)
    return reply(shape, version=shape.version)


def _shape(application: Application, opening: str, kind: type[CandidateForm]) -> shapes.Candidate:
    details = service.details_of(application)
    form = kind(formdata=None, meta={"csrf": False})
    form.show(details)
    values: dict[str, Any] = {name: form[name].data for name in _AS_IN_THE_FORM}
    return shapes.Candidate(
        id=application.public_id,
        href=url_for("api.candidate", application_id=application.public_id),
        opening_id=opening,
        version=service.version_of(application),
        relatedness=details.facts.relatedness,
        education=details.facts.education,
        requirements={key: answer for key, answer in details.facts.requirements.items() if key in kind.requirements},
        **values,
    )


@route(
    "PUT",
    "/candidates/<application_id>",
    Action.MANAGE_CANDIDATES,
    Told(
        "Replace what is recorded about a candidate; what is not sent is empty afterwards",
        Scope.WRITE_CANDIDATES,
        shapes.Done,
        takes="candidate",
        versioned=True,
        parameters=(CANDIDATE,),
    ),
)
def change_candidate(application_id: str) -> Answer:
    with database().reading() as session:
        _, opening, kind = _recorded(session, application_id)
    sent = versioned(body())
    for name, value in (("id", application_id), ("href", request.path), ("opening_id", opening)):
        # What came along when it was read may go back with it.
        if sent.get(name) == value:
            del sent[name]
    form = bodies.candidate_from(sent, kind)
    with database().transaction() as session:
        return _done(service.change(session, viewer(), application_id, form.details(), version=form.version.number))
