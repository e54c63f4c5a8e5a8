"""The audit log: who did what and when, for the administrator."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from reports.exports import stamp, to_csv
from screening.blueprints.downloads import download
from screening.blueprints.session import asks, database, viewer
from screening.forms.audit import address, choice_from
from screening.policy import Action
from screening.services.audit import reading
from screening.services.audit.reading import NOBODY, PAGE_SIZE, Choice, Line, Page

bp = Blueprint("audit", __name__)
HEADER = ("number", "time", "person", "person_id", "what", "opening", "opening_id", "candidate_id", "details")


@bp.get("/audit")
@asks(Action.READ_AUDIT)
def index() -> str:
    choice = choice_from(request.args)
    with database().reading() as session:
        found = reading.read(session, viewer(), choice)
    return render_template(
        "audit/index.html",
        found=found,
        choice=choice,
        nobody=NOBODY,
        pager=_pager(choice, found),
        csv_href=_here("audit.as_csv", address(choice)),
    )


@bp.get("/audit.csv")
@asks(Action.READ_AUDIT)
def as_csv() -> Response:
    choice = choice_from(request.args)
    with database().transaction() as session:
        lines = reading.save(session, viewer(), choice)
    return download(to_csv(HEADER, map(_row, lines)), "audit-log.csv", "text/csv; charset=utf-8")


@bp.post("/audit/check")
@asks(Action.READ_AUDIT)
def check() -> Response:
    with database().reading() as session:
        whole = reading.check(session, viewer())
    with database().transaction() as session:
        reading.note_check(session, viewer(), whole=whole)
    if whole:
        flash("The newest entries are whole: none was changed, put in, removed or cut off.", "success")
    else:
        flash("The record is not whole. Run “screening audit verify” on the server: it says which entries are concerned.", "danger")
    return redirect(url_for("audit.index"), 303)


def _row(line: Line) -> tuple[str | int, ...]:
    details = "; ".join(f"{label}: {value}" for label, value in line.details)
    number = "" if line.number is None else line.number
    return number, stamp(line.at), line.who, line.who_id, line.what, line.opening, line.opening_id, line.candidate, details


def _pager(choice: Choice, found: Page) -> dict[str, object]:
    first = (found.page - 1) * PAGE_SIZE
    last = first + len(found.lines)
    return {
        "first": first + 1 if found.lines else 0,
        "last": last,
        "total": found.total,
        "noun": "entries",
        "previous_href": _here("audit.index", address(choice, page=found.page - 1)) if found.page > 1 else "",
        "next_href": _here("audit.index", address(choice, page=found.page + 1)) if last < found.total else "",
    }


def _here(endpoint: str, query: str) -> str:
    return url_for(endpoint) + (f"?{query}" if query else "")
