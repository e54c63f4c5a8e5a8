"""Two to five candidates beside each other, and the page to choose them on."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, render_template, request, url_for

from reports.charts import panel_plot, score_strip
from reports.side_by_side import ORDERS
from reports.view import View as Table
from reports.wording import day
from screening.blueprints.session import asks, database, viewer
from screening.errors import Invalid
from screening.forms.side_by_side import View, view_from
from screening.policy import Action
from screening.services import comparison, side_by_side

bp = Blueprint("side_by_side", __name__, url_prefix="/openings/<opening_id>")


@bp.get("/side-by-side")
@asks(Action.COMPARE)
def show(opening_id: str) -> str | tuple[str, int]:
    view = view_from(request.args)
    if view.choosing or not view.asked:
        return _chooser(opening_id, view)
    try:
        with database().reading() as session:
            opening, page = side_by_side.of(session, viewer(), opening_id, view.candidates, order=view.order)
    except Invalid as error:
        return _chooser(opening_id, view, problem=str(error)), 422
    return render_template(
        "comparison/side_by_side.html",
        opening=opening,
        page=page,
        unfolded=view.unfolded,
        made_on=day(page.made_at),
        orders=[(label, _address(opening_id, replace(view, order=order)), order == view.order) for order, label in ORDERS.items()],
        fold_href=_address(opening_id, replace(view, unfolded=not view.unfolded)),
        choose_href=_address(opening_id, replace(view, choosing=True)),
        without={one: _address(opening_id, view.without(one)) for one in view.candidates if len(view.candidates) > side_by_side.FEWEST},
        panel_plot=panel_plot,
        score_strip=score_strip,
    )


def _address(opening_id: str, view: View) -> str:
    return url_for("side_by_side.show", opening_id=opening_id, **view.values)


def _chooser(opening_id: str, view: View, problem: str = "") -> str:
    """The page to choose on, in the order of the comparison table; while there is no rubric to compare by, the refusal goes on."""
    with database().reading() as session:
        opening, compared = comparison.compare(session, viewer(), opening_id)
    return render_template(
        "comparison/side_by_side_choose.html",
        opening=opening,
        rows=compared.rows(compared.matching(Table()), []),
        ranked=compared.ranked,
        chosen=frozenset(view.candidates),
        order=view.order,
        unfolded=view.unfolded,
        fewest=side_by_side.FEWEST,
        most=side_by_side.MOST,
        problem=problem,
    )
