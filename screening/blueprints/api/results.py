"""The comparison and the ratings it is made of, for programs: the same numbers as on the page and in the files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, replace
from typing import Any, cast

from flask import Response, request, url_for

from reports.comparison import Comparison, Row
from reports.exports import LONG_HEADER, LongCard, long_rows
from reports.sureness import ranges
from reports.view import CRITERION_SORT, FIXED_SORTS, UNDECIDED
from reports.wording import DECISIONS
from screening.blueprints.api import shapes
from screening.blueprints.api.candidates import PAGE
from screening.blueprints.api.openings import OPENING
from screening.blueprints.api.routes import PAGE_SIZE, Told, reply, route
from screening.blueprints.downloads import note_export
from screening.blueprints.session import database, viewer
from screening.forms.comparison import FLAGS, address, view_from, weights_from, whole
from screening.policy import Action
from screening.services import comparison
from screening.services.api_tokens import Scope

VIEW = (
    ("sort", f"One of {', '.join(sorted(FIXED_SORTS))}, or {CRITERION_SORT} with the key of a criterion; total unless said otherwise."),
    ("direction", "ascending or descending."),
    ("text", "Only candidates with this in their name or reference."),
    ("stage", "Only those at the stage with this key, which the rubric has."),
    ("decision", f"Only those with this decision: one of {', '.join([*DECISIONS, UNDECIDED])}."),
    *((flag, "1: only those that have it.") for flag in FLAGS),
    ("top", "How many are the best, for chance_among_best."),
)


@route(
    "GET",
    "/openings/<opening_id>/results",
    Action.COMPARE,
    Told("The comparison of all candidates", Scope.READ_RESULTS, shapes.Results, parameters=(OPENING, *VIEW, PAGE)),
)
def results(opening_id: str) -> Response:
    with database().reading() as session:
        opening, compared = comparison.compare(session, viewer(), opening_id, weights=weights_from(request.args))
    view = replace(view_from(request.args, compared.rubric), hidden=frozenset())
    found = compared.matching(view)
    shown = found[(view.page - 1) * PAGE_SIZE : view.page * PAGE_SIZE]
    more = address(replace(view, page=view.page + 1)) if view.page * PAGE_SIZE < len(found) else ""
    note_export(opening, "table_exported")
    return reply(
        shapes.Results(
            opening_id=opening.public_id,
            rubric=compared.rubric_version,
            rubric_digest=compared.rubric_digest,
            made_at=compared.made_at,
            ranked_by=_ranked_by(compared),
            ranges=ranges(compared.standing),
            best=view.top,
            weights_as_published=compared.published is None,
            criteria=_weights(compared),
            candidates=len(compared),
            ranked=compared.ranked,
            found=len(found),
            results=[_result(compared, row) for row in compared.rows(shown, range(len(compared.rubric.criteria)), view.top)],
            next=f"{url_for('api.results', opening_id=opening_id)}?{more}" if more else None,
        )
    )


def _ranked_by(compared: Comparison) -> shapes.Total:
    return "adjusted_total" if compared.standing.by_adjusted else "total"


def _weights(compared: Comparison) -> list[shapes.Weight]:
    return [
        shapes.Weight(item.key, item.criterion.name, float(100 * weight), item.key in compared.void)
        for item, weight in zip(compared.rubric.criteria, compared.scale.weight, strict=True)
    ]


def _result(compared: Comparison, row: Row) -> shapes.Result:
    other = "total" if compared.standing.by_adjusted else "adjusted_total"
    totals = {_ranked_by(compared): row.score, other: row.other}
    keys = [item.key for item in compared.rubric.criteria]
    return shapes.Result(
        candidate_id=row.id,
        name=row.name,
        reference=row.reference,
        hidden=row.hidden,
        rank=row.rank,
        tied=row.tied,
        **totals,
        low=row.low,
        high=row.high,
        tie_band=row.band or None,
        chance_among_best=row.chance,
        spread=row.spread,
        criteria={key: shapes.Mean(**asdict(cell)) for key, cell in zip(keys, row.cells, strict=True)},
        recommendations=None if row.hidden else dict(row.recommendations),
        scorecards=None if row.hidden else row.cards,
        scorecards_expected=None if row.hidden else row.cards_expected,
        coverage=None if row.hidden else row.coverage,
        minimums_missed=list(row.minimums_missed),
        disagreements=list(row.disagreements),
        stage=row.stage,
        decision=row.decision,
        not_ranked_because=list(row.incomplete),
    )


@route(
    "GET",
    "/openings/<opening_id>/ratings",
    Action.EXPORT_RATINGS,
    Told("Every single rating of every submitted version", Scope.READ_RESULTS, shapes.Ratings, parameters=(OPENING, PAGE)),
)
def ratings(opening_id: str) -> Response:
    page = whole(request.args, "page", 1)
    with database().reading() as session:
        opening, cards = comparison.ratings(session, viewer(), opening_id)
    note_export(opening, "ratings_exported")
    shown = cards[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    more = url_for("api.ratings", opening_id=opening_id, page=page + 1) if page * PAGE_SIZE < len(cards) else None
    rows = [row for card in shown for row in _ratings(card)]
    return reply(shapes.Ratings(cast("list[shapes.SingleRating]", rows), more))


def _ratings(card: LongCard) -> Iterator[dict[str, Any]]:
    """As `shapes.SingleRating` has them; not made into these, as there are thousands."""
    flags = {"after_reveal": bool(card.after_reveal), "counts": bool(card.counts), "candidate_id": card.candidate_id}
    for row in long_rows([card], all_versions=True):
        yield {**dict(zip(LONG_HEADER, row, strict=False)), **flags}
