"""The impact report of an opening, and the list of self-reported groups that it rests on."""

from __future__ import annotations

import math
from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from rubrics.impact import HIGHEST, TIED, TOO_RARE, TOO_SMALL, Figures
from rubrics.impact_words import odds_sentence, p_value, percent, sentences
from screening.blueprints.session import asks, database, viewer
from screening.errors import Invalid
from screening.forms.base import SeenForm
from screening.forms.impact import GroupsForm
from screening.policy import Action
from screening.services import demographics, impact
from screening.services.importing import Problem

bp = Blueprint("impact", __name__, url_prefix="/openings/<opening_id>/impact")
SHOWN = 50
"""Problems of a list that a page names."""
Page = str | tuple[str, int] | Response


@dataclass(frozen=True, slots=True)
class Strip:
    """A ratio and its range on a logarithmic scale from a tenth (0) to ten times (100); 50 is equal, beyond the ends is cut off."""

    low: float
    ratio: float
    high: float


@dataclass(frozen=True, slots=True)
class Line:
    """A group's figures as they are written; "" is not said. `below` is None where it is not compared, and `why` then says so."""

    group: str
    hidden: str = ""
    counts: str = ""
    rate: str = ""
    share: float = 0.0
    ratio: str = ""
    spread: str = ""
    strip: Strip | None = None
    p: str = ""
    below: bool | None = None
    why: str = ""
    turns: str = ""


@bp.get("")
@asks(Action.SEE_IMPACT)
def show(opening_id: str) -> Page:
    with database().reading() as session:
        report = impact.report(session, viewer(), opening_id)
    tables = {attribute.name: [_table(table) for table in attribute.tables] for attribute in report.attributes}
    over = {attribute.name: [odds_sentence(item, "openings") for item in attribute.over] for attribute in report.attributes}
    return render_template("impact/show.html", report=report, tables=tables, over=over)


def _table(table: impact.Table) -> tuple[impact.Table, list[Line], list[str]]:
    """The table with its lines and what they say: the highest rate first, what is hidden last."""
    ordered = sorted(table.figures, key=lambda item: (item.suppressed, -(item.rate or 0.0), item.group))
    return table, [_line(item) for item in ordered], [sentences(item, table.selection) for item in ordered if not item.suppressed]


def _line(item: Figures) -> Line:
    if item.suppressed or item.rate is None:
        return Line(item.group, hidden=item.reason)
    highest = item.reasons.get("p") == HIGHEST
    flip = item.reasons.get("flip", "")
    return Line(
        group=item.group,
        counts=f"{item.selected:,} of {item.total:,}",
        rate=percent(item.rate),
        share=item.rate,
        ratio="highest" if highest else "" if item.impact_ratio is None else percent(item.impact_ratio),
        spread=f"{percent(item.interval[0])}–{percent(item.interval[1])}" if item.interval else "",
        strip=Strip(_place(item.interval[0]), _place(item.impact_ratio or 0.0), _place(item.interval[1])) if item.interval else None,
        p="" if item.p_holm is None else p_value(item.p_holm),
        below=None if highest else item.flag,
        why=item.reasons["flag"] if item.reasons.get("flag") in (TOO_SMALL, TOO_RARE) and not highest else "",
        turns="" if item.flip is None and flip != TIED else "yes" if item.flip or flip == TIED else "no",
    )


def _place(ratio: float) -> float:
    return round(100 * min(1.0, max(0.0, (math.log10(ratio) + 1) / 2)), 2) if ratio > 0 else 0.0


@bp.post("/refresh")
@asks(Action.SEE_IMPACT)
def refresh(opening_id: str) -> Page:
    with database().transaction() as session:
        impact.bring_up_to_date(session, viewer(), opening_id)
    flash("Brought up to date, as far as five people or more of each group make a difference.", "success")
    return redirect(url_for("impact.show", opening_id=opening_id), 303)


@bp.route("/groups", methods=["GET", "POST"])
@asks(Action.SEE_IMPACT)
def groups(opening_id: str) -> Page:
    with database().reading() as session:
        opening = demographics.opening_of(session, viewer(), opening_id)
        version, there = demographics.version(session, opening), demographics.are_held(session, opening)
    form = GroupsForm()
    problems: tuple[Problem, ...] = ()
    if form.validate_on_submit():
        try:
            brought = _bring_in(opening_id, form, form.version.number)
        except demographics.Refused as error:
            problems = error.problems
            form.file.errors = [str(error)]
        except Invalid as error:
            form.file.errors = [str(error)]
        else:
            flash(_in_words(brought), "success")
            return redirect(url_for("impact.show", opening_id=opening_id), 303)
    if not form.is_submitted():
        form.version.data = str(version)
    page = render_template("impact/groups.html", form=form, opening=opening, problems=problems, shown=SHOWN, version=version, there=there)
    return (page, 422) if form.errors else page


def _bring_in(opening_id: str, form: GroupsForm, seen: int) -> demographics.Brought:
    # Read before the transaction begins: nobody else's saving has to wait for it.
    rows = demographics.read(form.file.data.read(), form.file.data.filename or "")
    with database().transaction() as session:
        return impact.bring_in(session, viewer(), opening_id, rows, seen=seen)


@bp.post("/groups/delete")
@asks(Action.SEE_IMPACT)
def forget(opening_id: str) -> Page:
    form = SeenForm()
    with database().reading() as session:
        demographics.opening_of(session, viewer(), opening_id)
    form.validate()
    with database().transaction() as session:
        demographics.forget(session, viewer(), opening_id, seen=form.version.number)
    flash("Every group that was held about candidates of this opening is deleted.", "success")
    return redirect(url_for("impact.show", opening_id=opening_id), 303)


def _in_words(brought: demographics.Brought) -> str:
    said = f"The groups of {brought.matched:,} candidates are held now, in place of any before."
    if not brought.unmatched:
        return said
    return f"{said} {brought.unmatched:,} {'row is' if brought.unmatched == 1 else 'rows are'} about nobody in this opening and left out."
