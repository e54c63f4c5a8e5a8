"""A document becomes HTML. The templates are our own and see nothing but the document: no request, no addresses, no database."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from reports import charts, wording
from reports.documents import CandidateSummary
from reports.fit import DECISION_LENGTH, NAMED, Paper
from reports.front_page import front_page, is_long, level_groups, ratings

SUMMARY_STYLESHEET = "summary-print.css"


def summary_html(summary: CandidateSummary, *, templates: Path, paper: Paper = "a4") -> str:
    """The candidate summary as a complete HTML page, to be set with the style sheet `SUMMARY_STYLESHEET`."""
    return _html("summary.html", templates, paper, summary=summary, page=front_page(summary, paper))


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
        name: getattr(wording, name) for name in ("decimal", "points", "percent", "day", "stamp", "iso", "excerpt", "plural", "on_one_line")
    }
    environment.globals |= {
        "recommendations": wording.RECOMMENDATIONS,
        "decisions": wording.DECISIONS,
        "dot_plot": charts.dot_plot,
        "score_strip": charts.score_strip,
        "is_long": is_long,
        "level_groups": level_groups,
        "ratings": ratings,
        "decision_length": DECISION_LENGTH,
        "most_named": NAMED,
    }
    return environment


def _printable(value: Any) -> Any:
    return wording.printable(value) if type(value) is str else value
