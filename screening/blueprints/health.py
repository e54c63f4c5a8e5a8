"""Is the process alive, and can it do its work?"""

from __future__ import annotations

from typing import Any, cast

from flask import Blueprint, current_app

from screening.background.queue import Queue
from screening.blueprints.session import asks, database, settings
from screening.operations import readiness
from screening.policy import Action

bp = Blueprint("health", __name__)
RETRY_AFTER = {"Retry-After": "5"}


@bp.get("/healthz")
@asks(Action.VISIT)
def healthz() -> dict[str, str]:
    return {"status": "ok"}


@bp.get("/readyz")
@asks(Action.VISIT)
def readyz() -> dict[str, str] | tuple[dict[str, Any], int, dict[str, str]]:
    """503 names the parts that are missing, and nothing about them: anybody can ask."""
    parts = readiness.missing(settings(), database(), cast(Queue, current_app.extensions["queue"]))
    if parts:
        current_app.logger.error("not ready: %s", ", ".join(parts))
        return {"status": "not ready", "missing": parts}, 503, RETRY_AFTER
    return {"status": "ready"}
