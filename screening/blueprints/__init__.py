"""HTTP only: one module per area of the site."""

from __future__ import annotations

from importlib import import_module

from flask import Flask

AREAS = (
    "accounts",
    "api",
    "api_tokens",
    "audit",
    "candidates",
    "comparison",
    "data_rights",
    "debriefs",
    "decisions",
    "drafting",
    "dossiers",
    "health",
    "home",
    "impact",
    "imports",
    "interviews",
    "kits",
    "methods",
    "openings",
    "packs",
    "people",
    "profiles",
    "provider",
    "reports",
    "rubrics",
    "scorecards",
    "second_factor",
    "side_by_side",
    "team",
    "trial_weights",
    "voids",
)


def register(app: Flask) -> None:
    for area in AREAS:
        app.register_blueprint(import_module(f"{__name__}.{area}").bp)
