"""HTTP only: one module per area of the site."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    # Imported here so that each area can use `routing` of this package.
    from screening.blueprints import (
        accounts,
        candidates,
        comparison,
        decisions,
        health,
        home,
        imports,
        interviews,
        openings,
        people,
        reports,
        rubrics,
        scorecards,
        team,
    )

    for module in (
        accounts,
        candidates,
        comparison,
        decisions,
        health,
        home,
        imports,
        interviews,
        openings,
        people,
        reports,
        rubrics,
        scorecards,
        team,
    ):
        app.register_blueprint(module.bp)
