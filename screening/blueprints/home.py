"""Where everybody lands: their scorecards to fill in, and the openings they lead."""

from __future__ import annotations

from flask import Blueprint, render_template

from screening.blueprints.session import asks, database, viewer
from screening.policy import Action, allows
from screening.services import dashboard, queue

bp = Blueprint("home", __name__)


@bp.get("/")
@asks(Action.USE_ACCOUNT)
def index() -> str:
    with database().reading() as session:
        cards = queue.mine(session, viewer())
        boards = dashboard.mine(session, viewer())
        figures = dashboard.figures(session, viewer())
    groups = {group: [card for card in cards if card.group == group] for group in queue.GROUPS}
    may_create = allows(viewer(), Action.CREATE_OPENING)
    return render_template("home/index.html", groups=groups, boards=boards, figures=figures, may_create=may_create)
