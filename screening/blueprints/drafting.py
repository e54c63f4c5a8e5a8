"""A new opening from a job description: the text, what it asks for line by line, and the opening made of what is taken."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from rubrics.drafting import Draft
from rubrics.errors import RubricError
from screening.blueprints import drafting_pages as pages
from screening.blueprints.session import asks, database, viewer
from screening.errors import Invalid
from screening.forms.drafting import ReviewForm, TextForm, review_form
from screening.policy import Action
from screening.services import drafting, openings
from screening.texts import MOST_BYTES

bp = Blueprint("drafting", __name__, url_prefix="/openings/new")
Page = str | tuple[str, int] | Response


@bp.url_value_preprocessor
def _take_long_texts(endpoint: str | None, values: dict[str, Any] | None) -> None:
    """A text that is too long is for the page to refuse, with the text still there, not for whoever takes the form apart."""
    request.max_form_memory_size = request.max_content_length


@bp.route("/from-text", methods=["GET", "POST"])
@asks(Action.CREATE_OPENING)
def from_text() -> Page:
    openings.require_create(viewer())
    form, step = TextForm(), request.form.get("step", "")
    if request.method == "GET" or step == "back":
        return _text_page(form)
    try:
        if form.validate():
            draft = form.draft()
            return _make(form, draft) if step == "make" else _review_page(form, draft, review_form(draft)(formdata=None))
    except Invalid as error:
        form.refuse(error)
    return _text_page(form), 422


def _text_page(form: TextForm) -> str:
    return render_template("drafting/text.html", form=form, megabytes=MOST_BYTES // 2**20)


def _review_page(given: TextForm, draft: Draft, form: ReviewForm) -> str:
    return render_template("drafting/review.html", form=form, text=given.text.data, **pages.review(draft, form))


def _make(given: TextForm, draft: Draft) -> Page:
    form = review_form(draft)()
    if not form.validate():
        return _review_page(given, draft, form), 422
    about = {"title": form.title.data, "department": form.department.data, "location": form.location.data}
    try:
        with database().transaction() as session:
            opening = drafting.create(session, viewer(), form.choices(), **about)
    except RubricError as error:
        form.refuse(Invalid(str(error)))
        return _review_page(given, draft, form), 422
    flash("The opening is there, with what you took from the text. Complete its rubric, then publish it.", "success")
    return redirect(url_for("rubrics.edit", opening_id=opening.public_id), 303)
