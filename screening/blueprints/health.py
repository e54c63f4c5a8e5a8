"""Is the process alive, and can it reach its database?"""

from __future__ import annotations

from flask import Blueprint

from screening.blueprints.session import asks, database
from screening.policy import Action

bp = Blueprint("health", __name__)


@bp.get("/healthz")
@asks(Action.VISIT)
def healthz() -> dict[str, str]:
    return {"status": "ok"}


@bp.get("/readyz")
@asks(Action.VISIT)
def readyz() -> dict[str, str]:
    database().answer()
    return {"status": "ready"}
