"""HTTP only: one module per area of the site."""

from __future__ import annotations

from importlib import import_module

from flask import Flask

AREAS = (
    "accounts",
    "candidates",
    "comparison",
    "decisions",
    "health",
    "home",
    "imports",
    "interviews",
    "openings",
    "people",
    "reports",
    "rubrics",
    "scorecards",
    "team",
)


def register(app: Flask) -> None:
    for area in AREAS:
        app.register_blueprint(import_module(f"{__name__}.{area}").bp)
