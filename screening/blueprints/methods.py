"""How sure an opening's numbers are, and how they are made."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from screening.blueprints.session import asks, database, viewer
from screening.errors import Invalid
from screening.policy import Action
from screening.services import methods

bp = Blueprint("methods", __name__, url_prefix="/openings/<opening_id>")


@bp.get("/methods")
@asks(Action.COMPARE)
def show(opening_id: str) -> str | tuple[str, int]:
    first, second = request.args.get("first", ""), request.args.get("second", "")
    problem = ""
    with database().reading() as session:
        try:
            page = methods.of(session, viewer(), opening_id, first, second)
        except Invalid as error:
            if not error.field:
                raise
            problem = str(error)
            page = methods.of(session, viewer(), opening_id)
    drawn = render_template("comparison/methods.html", page=page, first=first, second=second, problem=problem)
    return (drawn, 422) if problem else drawn
