"""The report on a plain list of ratings, for reading in a terminal."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from reports.wording import decimal, plural
from rubrics import reliability, stability
from rubrics.confidence import MIN_SHARED

if TYPE_CHECKING:
    from reports.score_report import ScoreReport

BANDS = {
    "solid": "solid: the differences would show up again with other interviewers",
    "usable": "usable: the broad order would hold with other interviewers, neighbours may swap",
    "noisy": "too noisy to separate neighbours: with other interviewers the order would look different",
}
PLOT = 25
MAX_NAME = 32


def text(report: ScoreReport) -> str:
    """Totals, then the interviewers, then how far to trust both."""
    if not report.listed.candidates:
        return "The file holds no ratings: nothing to score.\n"
    parts = [_heading(report), "", *_totals(report), "", *_sureness(report), "", *_interviewers(report), "", *_agreement(report)]
    return "\n".join(line.rstrip() for line in parts) + "\n"


def _heading(report: ScoreReport) -> str:
    listed = report.listed
    low, high = listed.scale
    what = (
        plural(len(listed.candidates), "candidate"),
        plural(len(listed.interviewers), "interviewer"),
        plural(len(listed.criteria), "criterion", "criteria"),
        plural(len(listed.rows), "rating"),
    )
    return f"{', '.join(what)} on a scale from {low:g} to {high:g}."


def _totals(report: ScoreReport) -> Iterator[str]:
    known, adjusts = report.known, report.adjusts
    head = ["", "Candidate", "Total", "Range", f"{report.listed.scale[0]:<g}".ljust(PLOT - 1) + f"{report.listed.scale[1]:g}"]
    head += ["Adjusted", "Place"] if adjusts else []
    head += ["Rated", f"Among the best {report.top}"]
    rows = []
    for index in report.order:
        row = [str(known.ranks[index] or "–"), _short(report.listed.candidates[index]), _two(known.score[index])]
        row += [_range(report, index), _plot(report, index)]
        if adjusts:
            row += [_two(report.adjusted[index]), str(report.adjusted_ranks[index] or "–")]
        chance = report.chances[index]
        row += [f"{100 * report.combined.coverage[index]:.0f} %", "–" if math.isnan(chance) else stability.words(chance)]
        rows.append(row)
    yield from _table(head, rows, left={1, 4})
    for index in report.order:
        if reason := report.why_unranked(index):
            yield f"   {_short(report.listed.candidates[index])}: no place. {reason}"


def _sureness(report: ScoreReport) -> Iterator[str]:
    known, said = report.known, report.repeatable
    if known.why_no_range:
        yield f"Ranges: none. {known.why_no_range}"
    elif known.assumed:
        yield "Ranges are assumed from published interview studies, not measured here: too few candidates are shared to measure."
    else:
        yield "Range: if other trained interviewers had met this candidate, the total would very likely fall here."
    if said.g.value is None:
        yield f"How repeatable is this ranking? {said.g.reason}"
    else:
        figure = f"{100 * said.g.value:.0f} of 100, " if said.exact else ""
        yield f"How repeatable is this ranking? {figure}{BANDS[said.band()]}."
        needed = reliability.interviewers_needed(said.g.value, said.panel or 1, reliability.SOLID)
        if needed is not None and said.g.value < reliability.SOLID:
            yield f"   About {math.ceil(needed)} interviewers per candidate would make it solid (now {said.panel:.1f})."
    if known.gate.open:
        yield "Adjusted: the total without the strictness or leniency that shared candidates show. Both stand side by side."
        yield f"Among the best {report.top}: by the adjusted total, which is nearer to what other interviewers would have said."
    elif report.adjusts:
        yield f"Adjusted totals are shown because you asked for them, though adjusting is not justified: {known.gate.reason}"
    else:
        yield f"Not adjusted for strict and lenient interviewers: {known.gate.reason}"
    if len(known.gates) > 1:
        yield f"The interviewers fall into {len(known.gates)} groups that share no candidate. One rated by both would connect two:"
        for group in range(len(known.gates)):
            members = [report.listed.interviewers[place] for place in known.pairs.raters[known.pairs.group == group]]
            yield f"   {', '.join(_short(name) for name in members[:8])}{f' and {len(members) - 8} more' if len(members) > 8 else ''}"


def _interviewers(report: ScoreReport) -> Iterator[str]:
    panel, model = report.known.pairs, report.known.severity
    rows = []
    for index, name in enumerate(report.listed.interviewers):
        place = next((place for place, rater in enumerate(panel.raters) if rater == index), None)
        shared = int(panel.shared[place]) if place is not None else 0
        row = [_short(name), str(shared), "–", "–"]
        if model is not None and place is not None and shared:
            error = math.sqrt(model.variance[place, place])
            row[2:] = [f"{model.estimate[place]:+.2f}", f"± {error:.2f}"]
            row.append("few shared candidates: held close to zero" if shared < MIN_SHARED else "")
        rows.append(row)
    yield from _table(["Interviewer", "Shares", "Lenient +/strict −", "Error", ""], rows, left={0, 4})


def _agreement(report: ScoreReport) -> Iterator[str]:
    said = report.as_dict()["reliability"]
    icc, alpha, w = said["icc"], said["krippendorff_alpha"], said["kendall_w"]
    yield "Agreement:"
    yield "   intraclass correlation  " + "  ".join(f"ICC({kind}) {_three(icc[kind])}" for kind in reliability.ICC_KINDS)
    yield "   Krippendorff's alpha    " + "  ".join(f"{level} {_three(alpha[level])}" for level in reliability.ALPHA_LEVELS)
    test = f"  chi2({w['df']}) = {w['chi2']:.2f}, p = {w['p']:.2g}" if w["w"] is not None else ""
    yield f"   Kendall's W             {_three(w['w'])}{test}"
    for reason in sorted({group["reason"] for group in (icc, alpha, w) if "reason" in group}):
        yield f"   – : {reason}"


def _three(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _two(value: float) -> str:
    return "–" if math.isnan(value) else decimal(value)


def _range(report: ScoreReport, index: int) -> str:
    """Cut off at the ends of the scale."""
    known, (low, high) = report.known, report.listed.scale
    return "–" if math.isnan(known.low[index]) else f"{max(known.low[index], low):.2f} to {min(known.high[index], high):.2f}"


def _plot(report: ScoreReport, index: int) -> str:
    """The total as a dot in its range, cut off at the ends of the scale."""
    known = report.known
    low, high = report.listed.scale

    def place(value: float) -> int:
        return round((min(max(value, low), high) - low) / ((high - low) or 1) * (PLOT - 1))

    marks = ["·"] * PLOT
    if not math.isnan(known.low[index]):
        for column in range(place(known.low[index]), place(known.high[index]) + 1):
            marks[column] = "─"
    if not math.isnan(known.score[index]):
        marks[place(known.score[index])] = "●"
    return "".join(marks)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]], *, left: set[int]) -> Iterator[str]:
    lines = [head, *([*row, *[""] * (len(head) - len(row))] for row in rows)]
    widths = [max(_width(line[column]) for line in lines) for column in range(len(head))]
    for line in lines:
        yield "  ".join(_pad(cell, width, column in left) for column, (cell, width) in enumerate(zip(line, widths, strict=True)))


def _pad(cell: str, width: int, left: bool) -> str:
    space = " " * (width - _width(cell))
    return cell + space if left else space + cell


def _width(cell: str) -> int:
    """Columns that a terminal gives it: two for East Asian wide letters, none for combining marks."""
    return sum(0 if unicodedata.combining(letter) else 2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in cell)


def _short(name: str) -> str:
    return name if len(name) <= MAX_NAME else name[: MAX_NAME - 1] + "…"
