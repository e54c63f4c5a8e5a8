"""The comparison table, and its exports."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from reports.charts import range_plot
from reports.comparison import Comparison
from reports.comparison_report import size_of
from reports.exports import LongCard, about, long_csv, to_csv, to_xlsx, wide_table
from reports.render import COMPARISON_STYLESHEET, comparison_html
from reports.sureness import banded, sureness_of
from reports.view import CRITERION_SORT, FIXED_SORTS, UNDECIDED, View
from reports.wording import DECISIONS
from rubrics import stability
from screening.blueprints.downloads import download, note_export, typeset
from screening.blueprints.session import asks, database, settings, viewer
from screening.forms.comparison import PAGE_SIZE, address, sort_values, sureness_values, view_from, weights_from
from screening.models import Opening
from screening.paths import template_root
from screening.policy import Action, allows
from screening.services import comparison

bp = Blueprint("comparison", __name__, url_prefix="/openings/<opening_id>")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"


@bp.get("/compare")
@asks(Action.COMPARE)
def show(opening_id: str) -> str | Response:
    with database().reading() as session:
        opening, compared = comparison.compare(session, viewer(), opening_id, weights=weights_from(request.args))
    view = view_from(request.args, compared.rubric)
    found = compared.matching(view)
    pages = max(1, -(-len(found) // PAGE_SIZE))
    view = replace(view, page=min(view.page, pages))
    first = (view.page - 1) * PAGE_SIZE
    shown = [place for place, item in enumerate(compared.rubric.criteria) if item.key not in view.hidden]
    rows = compared.rows(found[first : first + PAGE_SIZE], shown, view.top)
    return render_template(
        "comparison/show.html",
        opening=opening,
        compared=compared,
        view=view,
        bands=banded(rows, view),
        sureness=sureness_of(compared),
        columns=_columns(opening_id, compared, view),
        range_plot=range_plot,
        chance=stability.words,
        published_href=_here(opening_id, address(replace(view, weights={}))),
        may_save=allows(viewer(), Action.EDIT_RUBRIC, opening.id),
        tried=_tried(view),
        sort={name: _sort(opening_id, view, name) for name in FIXED_SORTS},
        stages=[("", "All stages"), *compared.stages.items()],
        decisions=[("", "All"), (UNDECIDED, "No decision"), *DECISIONS.items()],
        carried=list({**sort_values(view), **_tried(view)}.items()),
        kept=parse_qsl(address(replace(view, weights={}, page=1))),
        pager=_pager(opening_id, view, first, len(rows), len(found), pages),
        exports=_exports(opening_id, view),
        packs_href=_here(opening_id, address(view, page=""), "packs.new"),
    )


def _tried(view: View) -> dict[str, str]:
    return {name: value for name, value in sureness_values(view).items() if name != "top"}


def _here(opening_id: str, query: str, endpoint: str = "comparison.show") -> str:
    return url_for(endpoint, opening_id=opening_id) + (f"?{query}" if query else "")


def _sort(opening_id: str, view: View, name: str) -> dict[str, str]:
    direction = ("descending" if view.descending else "ascending") if view.sort == name else ""
    return {"href": _here(opening_id, address(view.sorted_by(name))), "direction": direction}


def _columns(opening_id: str, compared: Comparison, view: View) -> list[dict[str, Any]]:
    return [
        {
            "key": item.key,
            "name": item.criterion.name,
            "weight": float(item.weight),
            "tried": view.weights.get(item.key),
            "void": item.key in compared.void,
            "hidden": item.key in view.hidden,
            **_sort(opening_id, view, f"{CRITERION_SORT}{item.key}"),
        }
        for item in compared.rubric.criteria
    ]


def _pager(opening_id: str, view: View, first: int, shown: int, total: int, pages: int) -> dict[str, Any]:
    return {
        "first": first + 1 if total else 0,
        "last": first + shown,
        "total": total,
        "noun": "candidates",
        "previous_href": _here(opening_id, address(replace(view, page=view.page - 1))) if view.page > 1 else "",
        "next_href": _here(opening_id, address(replace(view, page=view.page + 1))) if view.page < pages else "",
    }


def _exports(opening_id: str, view: View) -> list[dict[str, str]]:
    query = address(view, page="")
    return [
        {"label": "PDF", "href": _here(opening_id, query, "comparison.as_pdf"), "what": "of this table"},
        {"label": "CSV", "href": _here(opening_id, query, "comparison.as_csv"), "what": "of this table"},
        {"label": "XLSX", "href": _here(opening_id, query, "comparison.as_xlsx"), "what": "of this table"},
        {"label": "All ratings, CSV", "href": _here(opening_id, "", "comparison.ratings_csv"), "what": ""},
    ]


def _compared(opening_id: str) -> tuple[Comparison, View]:
    with database().reading() as session:
        opening, compared = comparison.compare(session, viewer(), opening_id, weights=weights_from(request.args))
    view = view_from(request.args, compared.rubric)
    note_export(opening, "table_exported")
    return compared, view


@bp.get("/compare.csv")
@asks(Action.COMPARE)
def as_csv(opening_id: str) -> Response:
    compared, view = _compared(opening_id)
    return download(to_csv(*wide_table(compared, view)), f"{comparison.file_name(compared)}.csv", CSV)


@bp.get("/compare.xlsx")
@asks(Action.COMPARE)
def as_xlsx(opening_id: str) -> Response:
    compared, view = _compared(opening_id)
    content = to_xlsx(*wide_table(compared, view), title="Comparison", about=about(compared, view))
    return download(content, f"{comparison.file_name(compared)}.xlsx", XLSX)


@bp.get("/compare.pdf")
@asks(Action.COMPARE)
def as_pdf(opening_id: str) -> Response:
    """At once, or where that would take too long, the page that offers to make it in the background."""
    chosen = settings()
    with database().reading() as session:
        opening, compared = comparison.compare(session, viewer(), opening_id, weights=weights_from(request.args))
        view = view_from(request.args, compared.rubric)
        if size_of(compared, view, chosen.paper).is_large:
            return redirect(_here(opening_id, address(view, page=""), "packs.new") + "#table")
        document = comparison.report(session, viewer(), opening, compared, view, organisation=chosen.organisation, paper=chosen.paper)
    html = comparison_html(document, templates=template_root(), paper=chosen.paper)
    content = typeset(html, stylesheet=COMPARISON_STYLESHEET)
    note_export(opening, "table_exported")
    return download(content, f"{comparison.file_name(compared)}.pdf", "application/pdf")


def _ratings(opening_id: str) -> tuple[Opening, list[LongCard], bool]:
    if (versions := request.args.get("versions", "")) not in ("", "all"):
        raise BadRequest(f"versions={versions[:60]} is not known here: leave it out for the ratings that count, or ask for versions=all.")
    with database().reading() as session:
        opening, cards = comparison.ratings(session, viewer(), opening_id)
    note_export(opening, "ratings_exported")
    return opening, cards, versions == "all"


@bp.get("/ratings.csv")
@asks(Action.EXPORT_RATINGS)
def ratings_csv(opening_id: str) -> Response:
    opening, cards, every = _ratings(opening_id)
    content = long_csv(cards, all_versions=every)
    return download(content, f"{opening.title} ratings.csv", CSV)
