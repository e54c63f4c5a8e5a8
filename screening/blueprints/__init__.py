"""HTTP only: one module per area of the site."""

from __future__ import annotations

from importlib import import_module

from flask import Blueprint, Flask

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


def load() -> list[Blueprint]:
    """All areas, imported: most of the time until a process can answer."""
    return [import_module(f"{__name__}.{area}").bp for area in AREAS]


def register(app: Flask) -> None:
    for blueprint in load():
        app.register_blueprint(blueprint)
