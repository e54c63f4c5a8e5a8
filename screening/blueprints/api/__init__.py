"""The interface for programs: JSON under /api/v1, described at /openapi.json.

What it can do, a page can too; no decision is taken through it.
"""

from __future__ import annotations

from screening.blueprints.api import candidates, description, openings, results, scorecards
from screening.blueprints.api.routes import bp

__all__ = ["bp", "candidates", "description", "openings", "results", "scorecards"]
