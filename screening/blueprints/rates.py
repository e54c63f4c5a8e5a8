"""What is counted against one person's rate: documents and exports by what their address ends with, the rest by name."""

from __future__ import annotations

import contextlib

from flask import Flask, g, request

from screening.blueprints.session import database, for_programs
from screening.database import UNAVAILABLE
from screening.services import rates
from screening.services.rates import Kind

BY_ENDING = {"pdf": Kind.DOCUMENTS, "csv": Kind.EXPORTS, "xlsx": Kind.EXPORTS, "json": Kind.EXPORTS, "zip": Kind.EXPORTS}
POSTED = {
    "audit.check": Kind.CHECKS,
    "data_rights.index": Kind.SEARCHES,
    "drafting.from_text": Kind.READINGS,
    "impact.groups": Kind.READINGS,
    "imports.upload": Kind.READINGS,
    "kits.upload": Kind.READINGS,
    "packs.make": Kind.EXPORTS,
    "packs.make_comparison": Kind.EXPORTS,
    "packs.make_ratings": Kind.EXPORTS,
}
FETCHED = {"packs.fetch": Kind.EXPORTS}
SEARCHED = {
    "audit.index": ("person", "action", "opening", "candidate", "since", "until"),
    "comparison.show": ("text", "stage", "decision", "top", "minimum_missed", "incomplete", "disagreement"),
    "interviews.plan": ("find",),
}
"""Pages that search, or narrow down what they list, where their address has one of these values."""

BY_PROGRAMS = {"api.results": Kind.FETCHES, "api.ratings": Kind.FETCHES}
"""What programs ask for that costs more than the rest."""


def init_app(app: Flask) -> None:
    app.before_request(_count)


def _count() -> None:
    kind = kind_of_request()
    if kind is None or g.viewer is None:
        return
    with database().reading() as session:
        rates.check(session, g.viewer.account_id, kind)
    # While nothing can be written nothing is counted: reading goes on.
    with contextlib.suppress(*UNAVAILABLE), database().in_passing() as session:
        rates.count(session, g.viewer.account_id, kind)


def kind_of_request() -> Kind | None:
    endpoint = request.endpoint or ""
    if request.url_rule is None or endpoint == "static":
        return None
    if for_programs():
        return BY_PROGRAMS.get(endpoint, Kind.REQUESTS)
    if any(request.args.get(name, "").strip() for name in SEARCHED.get(endpoint, ())):
        return Kind.SEARCHES
    if request.method == "POST":
        return POSTED.get(endpoint)
    return BY_ENDING.get(request.url_rule.rule.rpartition(".")[2]) or FETCHED.get(endpoint)
