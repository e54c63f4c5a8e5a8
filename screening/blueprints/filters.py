"""How values are written on pages: with the same words and decimals as on paper."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import lru_cache

from flask import Flask
from markupsafe import Markup

from reports import wording
from reports.comparison import Cell
from screening.policy import Hat
from screening.services.people import HAT_WORDS


def init_app(app: Flask) -> None:
    app.add_template_filter(moment)
    app.add_template_filter(wording.points, "points")
    app.add_template_global(_remembered_cells(app), "heat_cell")
    app.add_template_filter(wording.plural, "plural")
    app.add_template_filter(hat_name)


def moment(value: datetime | None) -> Markup:
    """A time element such as `3 Mar 2026, 14:30 UTC`; nothing for None."""
    if value is None:
        return Markup("")
    return Markup('<time datetime="{}">{}</time>').format(wording.iso(value), wording.stamp(value))


def hat_name(hat: Hat) -> str:
    return HAT_WORDS[hat]


def _remembered_cells(app: Flask) -> Callable[[Cell], Markup]:
    """The macro `mean_cell`, drawn once for each different cell: means of few levels repeat over hundreds of candidates."""

    @lru_cache(maxsize=4096)
    def draw(cell: Cell) -> Markup:
        macros = app.jinja_env.get_template("components/scores.html").module
        return Markup(macros.mean_cell(cell))  # type: ignore[attr-defined]  # nosec B704  # noqa: S704  (the macro escapes)

    return draw
