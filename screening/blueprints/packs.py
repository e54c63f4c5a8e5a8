"""Files that take a while: ask for them, see how far they are, fetch them."""

from __future__ import annotations

import json
from collections.abc import Iterator

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from reports.look import look
from reports.view import View
from screening.background.queue import Queue
from screening.blueprints.downloads import download_in_pieces
from screening.blueprints.session import asks, database, settings, viewer
from screening.database import Database
from screening.errors import Invalid
from screening.forms.comparison import view_from
from screening.forms.packs import PackForm, RatingsFileForm
from screening.models import Job
from screening.paths import template_root
from screening.policy import Action
from screening.services import comparison, jobs, packs

bp = Blueprint("packs", __name__)
Page = str | tuple[str, int] | Response


@bp.get("/openings/<opening_id>/files")
@asks(Action.SEE_SUMMARY)
def new(opening_id: str) -> Page:
    """The query is that of the comparison's view, and `candidate` for each that was ticked there."""
    form = PackForm()
    offer = _offer(opening_id)
    form.show(offer)
    return _page(offer, form)


@bp.post("/openings/<opening_id>/files")
@asks(Action.SEE_SUMMARY)
def make(opening_id: str) -> Page:
    offer = _offer(opening_id)
    form = PackForm()
    form.show(offer)
    if not form.validate_on_submit():
        return _page(offer, form, 422)
    try:
        with database().transaction() as session:
            job = packs.ask_summaries(
                session, viewer(), offer, str(form.whom.data), str(form.edition.data), str(form.form.data), look=_made_with()
            )
    except Invalid as error:
        form.refuse(error)
        return _page(offer, form, 422)
    return _under_way(opening_id, job.public_id)


@bp.post("/openings/<opening_id>/files/comparison")
@asks(Action.COMPARE)
def make_comparison(opening_id: str) -> Page:
    """The comparison table as PDF; the query is that of its view."""
    with database().reading() as session:
        _, compared = comparison.compare(session, viewer(), opening_id)
        table = packs.table(session, viewer(), opening_id, view_from(request.args, compared.rubric), paper=settings().paper)
    with database().transaction() as session:
        job = packs.ask_comparison(session, viewer(), table, look=_made_with())
    return _under_way(opening_id, job.public_id)


@bp.post("/openings/<opening_id>/files/ratings")
@asks(Action.EXPORT_RATINGS)
def make_ratings(opening_id: str) -> Page:
    """Every rating as a workbook."""
    form = RatingsFileForm()
    with database().transaction() as session:
        job = packs.ask_ratings(session, viewer(), opening_id, all_versions=form.all_versions.data == "1", look=_made_with())
    return _under_way(opening_id, job.public_id)


def _made_with() -> str:
    """All that a file depends on besides the opening's data."""
    chosen = settings()
    return json.dumps([look(template_root()), chosen.organisation, chosen.paper, chosen.pdf])


def _offer(opening_id: str) -> packs.Offer:
    with database().reading() as session:
        _, compared = comparison.compare(session, viewer(), opening_id)
        view: View = view_from(request.args, compared.rubric)
        return packs.offer(session, viewer(), opening_id, view, request.args.getlist("candidate"), paper=settings().paper)


def _page(offer: packs.Offer, form: PackForm, status: int = 200) -> tuple[str, int]:
    return render_template("packs/new.html", offer=offer, form=form, query=request.query_string.decode()), status


def _under_way(opening_id: str, job_id: str) -> Response:
    queue: Queue = current_app.extensions["queue"]
    queue.wake(job_id)
    return redirect(url_for("packs.show", opening_id=opening_id, job_id=job_id), 303)


@bp.get("/files")
@asks(Action.USE_ACCOUNT)
def mine() -> Page:
    with database().reading() as session:
        found = jobs.all_of(session, viewer())
    return render_template("packs/mine.html", found=found)


@bp.get("/openings/<opening_id>/files/<job_id>")
@asks(Action.SEE_SUMMARY)
def show(opening_id: str, job_id: str) -> Page:
    with database().reading() as session:
        progress = jobs.of(session, viewer(), opening_id, job_id)
    return render_template("packs/show.html", job=progress)


@bp.post("/openings/<opening_id>/files/<job_id>/cancel")
@asks(Action.SEE_SUMMARY)
def cancel(opening_id: str, job_id: str) -> Page:
    with database().transaction() as session:
        jobs.cancel(session, viewer(), opening_id, job_id)
    return redirect(url_for("packs.show", opening_id=opening_id, job_id=job_id), 303)


@bp.get("/openings/<opening_id>/files/<job_id>/content")
@asks(Action.SEE_SUMMARY)
def fetch(opening_id: str, job_id: str) -> Page:
    with database().transaction() as session:
        job = jobs.fetch(session, viewer(), opening_id, job_id, note=request.method == "GET")
    return download_in_pieces(_pieces(database(), job), job.size, job.filename, job.media_type)


def _pieces(kept_in: Database, job: Job) -> Iterator[bytes]:
    """A piece at a time, each read when it is sent: a large file need not be in memory, and a slow reader holds nothing in the database."""
    with kept_in.reading() as session:
        numbers = jobs.pieces(session, job)
    for number in numbers:
        with kept_in.reading() as session:
            content = jobs.piece(session, job, number)
        yield content
