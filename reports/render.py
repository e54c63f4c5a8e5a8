"""A document becomes HTML. The templates are our own and see nothing but the document: no request, no addresses, no database."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from reports import charts, wording
from reports.agenda_report import AgendaReport
from reports.contents import Contents
from reports.documents import CandidateSummary
from reports.dossier.document import Dossier
from reports.dossier.paper import figure, pages
from reports.editions import Edition
from reports.evidence import is_long, ratings, rows_of
from reports.fit import DECISION_LENGTH, NAMED, Paper
from reports.front_page import front_page
from reports.kit import FROM_NO_TO_YES, InterviewKit, lines_to_write

if TYPE_CHECKING:
    # The process that sets documents imports this module, and has no need of what builds a comparison.
    from reports.comparison_report import ComparisonReport, Part

SUMMARY_STYLESHEET = "summary-print.css"
KIT_STYLESHEET = "kit-print.css"
DOSSIER_STYLESHEET = "dossier-print.css"
CONTENTS_STYLESHEET = "contents-print.css"
COMPARISON_STYLESHEET = "comparison-print.css"
AGENDA_STYLESHEET = "agenda-print.css"


def summary_html(summary: CandidateSummary, *, templates: Path, paper: Paper = "a4") -> str:
    """The candidate summary of any edition as a complete HTML page, to be set with the style sheet `SUMMARY_STYLESHEET`."""
    name = "own_copy.html" if summary.edition is Edition.OWN else "summary.html"
    return _html(name, templates, paper, summary=summary, page=front_page(summary, paper))


def kit_html(kit: InterviewKit, *, templates: Path, paper: Paper = "a4", fillable: bool = False) -> str:
    """The interview kit, to be set with `KIT_STYLESHEET`: with boxes and lines for a pen, or with the places of form fields."""
    criteria = [(item, lines_to_write(item, paper)) for item in kit.criteria]
    marks = {"reasons": wording.NOT_ASSESSED, "choices": FROM_NO_TO_YES}
    return _html("kit.html", templates, paper, kit=kit, criteria=criteria, fillable=fillable, **marks)


def dossier_html(dossier: Dossier, *, templates: Path, paper: Paper = "a4") -> str:
    """The decision dossier, to be set with `DOSSIER_STYLESHEET`."""
    return _html("dossier.html", templates, paper, dossier=dossier, page=pages(dossier), figure=figure)


def contents_html(contents: Contents, *, templates: Path, paper: Paper = "a4") -> list[str]:
    """The contents of a pack, in one or several pages to be set one by one with `CONTENTS_STYLESHEET`."""
    return [
        _html("contents.html", templates, paper, contents=contents, sheets=sheets, begins=number == 0)
        for number, sheets in enumerate(contents.stretches)
    ]


def comparison_html(report: ComparisonReport, *, templates: Path, paper: Paper = "a4", part: Part | None = None) -> str:
    """The comparison table across the sheet, or a part of it, to be set with `COMPARISON_STYLESHEET`."""
    return _html("comparison.html", templates, paper, report=report, part=part or report.whole)


def agenda_html(agenda: AgendaReport, *, templates: Path, paper: Paper = "a4") -> str:
    """The agenda of a debrief, to be set with `AGENDA_STYLESHEET`."""
    return _html("agenda.html", templates, paper, agenda=agenda)


def _html(name: str, templates: Path, paper: Paper, **said: Any) -> str:
    """The page of a template that extends `paper.html`."""
    return _environment(templates).get_template(name).render(paper=paper, **said)


@lru_cache(maxsize=4)
def _environment(templates: Path) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(templates / "reports"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_printable,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        name: getattr(wording, name)
        for name in ("decimal", "points", "percent", "day", "stamp", "iso", "excerpt", "plural", "on_one_line", "bidi", "runs_left")
    }
    environment.tests["long_note"] = is_long
    environment.globals |= {
        "recommendations": wording.RECOMMENDATIONS,
        "decisions": wording.DECISIONS,
        "decisions_told": wording.DECISIONS_TOLD,
        "recommendations_told": wording.RECOMMENDATIONS_TOLD,
        "dot_plot": charts.dot_plot,
        "score_strip": charts.score_strip,
        "rows_of": rows_of,
        "ratings": ratings,
        "decision_length": DECISION_LENGTH,
        "most_named": NAMED,
    }
    return environment


def _printable(value: Any) -> Any:
    return wording.printable(value) if type(value) is str else value
