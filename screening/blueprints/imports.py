"""Candidates from a file: upload, columns and dry run, confirmation."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from reports.exports import to_csv
from screening.blueprints.downloads import download
from screening.blueprints.session import asks, database, viewer
from screening.errors import Invalid, Stale
from screening.forms.imports import MappingForm, UploadForm, mapping_form
from screening.policy import Action
from screening.services import importing
from screening.spreadsheets import SheetLimits
from screening.spreadsheets.sheet import MIB

bp = Blueprint("imports", __name__, url_prefix="/openings/<opening_id>/import")
SHOWN = 50
"""Problems and rows already there that a page lists; all problems are in the file to download."""
Page = str | tuple[str, int] | Response


@bp.route("", methods=["GET", "POST"])
@asks(Action.MANAGE_CANDIDATES)
def upload(opening_id: str) -> Page:
    with database().reading() as session:
        start = importing.start(session, viewer(), opening_id)
    form = UploadForm()
    if form.validate_on_submit():
        try:
            import_id = _keep(opening_id, form)
        except Invalid as error:
            form.file.errors = [str(error)]
        else:
            return redirect(url_for("imports.review", opening_id=opening_id, import_id=import_id), 303)
    limits = SheetLimits()
    page = render_template("imports/upload.html", form=form, start=start, limits=limits, megabytes=limits.upload_bytes // MIB)
    return (page, 422) if form.errors else page


def _keep(opening_id: str, form: UploadForm) -> str:
    data, name = form.file.data.read(), form.file.data.filename or ""
    # Read before the transaction begins: nobody else's saving has to wait for it.
    sheet = importing.read(data, name)
    with database().transaction() as session:
        return importing.keep(session, viewer(), opening_id, data=data, filename=name, header=sheet.header)


@bp.get("/sample.csv")
@asks(Action.MANAGE_CANDIDATES)
def sample(opening_id: str) -> Page:
    with database().reading() as session:
        start = importing.start(session, viewer(), opening_id)
    return download(to_csv(*importing.sample(start.offered)), "candidates.csv", "text/csv; charset=utf-8")


def _seen(opening_id: str, import_id: str) -> importing.Review:
    with database().reading() as session:
        return importing.review(session, viewer(), opening_id, import_id)


def _page(seen: importing.Review, form: MappingForm, status: int = 200, *, changed: str = "") -> Page:
    values = importing.first_values(seen.sheet)
    return render_template("imports/review.html", seen=seen, form=form, values=values, changed=changed, shown=SHOWN), status


def _as_stored(seen: importing.Review, status: int = 200, *, changed: str = "") -> Page:
    form = mapping_form(seen.sheet.header, seen.offered)(formdata=None)
    form.show(seen.mapping, seen.faults, seen.version)
    return _page(seen, form, status, changed=changed)


@bp.get("/<import_id>")
@asks(Action.MANAGE_CANDIDATES)
def review(opening_id: str, import_id: str) -> Page:
    return _as_stored(_seen(opening_id, import_id))


@bp.post("/<import_id>")
@asks(Action.MANAGE_CANDIDATES)
def settle(opening_id: str, import_id: str) -> Page:
    """Check again with other columns, or add the candidates; columns that were changed on the way are checked first."""
    seen = _seen(opening_id, import_id)
    form = mapping_form(seen.sheet.header, seen.offered)()
    if not form.validate():
        return _page(seen, form, 422)
    if form.do.data == "confirm" and form.mapping() == seen.mapping:
        return _confirm(seen, form.version.data)
    return _remap(seen, form)


def _remap(seen: importing.Review, form: MappingForm) -> Page:
    mapping, version = form.mapping(), str(form.version.data)
    faults = importing.faults(mapping, seen.offered)
    if faults:
        form.show(mapping, faults, version)
        return _page(seen, form, 422)
    try:
        with database().transaction() as session:
            importing.remap(session, viewer(), seen.opening.public_id, seen.public_id, mapping, version=version)
    except Stale:
        return _as_stored(_seen(seen.opening.public_id, seen.public_id), 409, changed="The columns were changed in another window.")
    if form.do.data == "confirm":
        flash("Nothing is added yet: you had changed columns. This is what the list gives with them.", "info")
    return redirect(url_for("imports.review", opening_id=seen.opening.public_id, import_id=seen.public_id), 303)


def _confirm(seen: importing.Review, version: str) -> Page:
    try:
        with database().transaction() as session:
            outcome = importing.confirm(session, viewer(), seen, version=version)
    except (Invalid, Stale) as error:
        status = 409 if isinstance(error, Stale) else 422
        return _as_stored(_seen(seen.opening.public_id, seen.public_id), status, changed="The opening changed since you opened this page.")
    flash(_in_words(outcome), "success")
    return redirect(url_for("openings.show", opening_id=seen.opening.public_id), 303)


@bp.get("/<import_id>/problems.csv")
@asks(Action.MANAGE_CANDIDATES)
def problems(opening_id: str, import_id: str) -> Page:
    seen = _seen(opening_id, import_id)
    with database().transaction() as session:
        importing.note_problems_saved(session, viewer(), seen)
    found = seen.check.problems if seen.check else ()
    rows = [(problem.row, problem.column, problem.message) for problem in found]
    return download(to_csv(("row", "column", "problem"), rows), f"problems in {seen.filename}.csv", "text/csv; charset=utf-8")


@bp.post("/<import_id>/cancel")
@asks(Action.MANAGE_CANDIDATES)
def cancel(opening_id: str, import_id: str) -> Page:
    with database().transaction() as session:
        importing.cancel(session, viewer(), opening_id, import_id)
    flash("The list is discarded. Nothing was added.", "success")
    return redirect(url_for("imports.upload", opening_id=opening_id), 303)


def _in_words(outcome: importing.Outcome) -> str:
    there = len(outcome.repeats)
    added = f"{outcome.added:,} {'candidate is' if outcome.added == 1 else 'candidates are'} added."
    return added + (
        f" {there:,} who {'was' if there == 1 else 'were'} there already {'is' if there == 1 else 'are'} left out." if there else ""
    )
