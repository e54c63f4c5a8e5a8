"""What a printed comparison says of itself: what was asked for, where it is not everything in the usual order, and what it rests on."""

from __future__ import annotations

from collections.abc import Iterator

from reports.comparison import Comparison
from reports.view import CRITERION_SORT, UNDECIDED, View
from reports.wording import DECISIONS, plural

_SORTS = {
    "candidate": "name",
    "total": "total",
    "other": "the other total",
    "chance": "chance to be among the best",
    "moved": "places won by the weights tried",
    "spread": "spread",
    "cards": "number of scorecards",
    "coverage": "coverage",
    "minimums": "number of minimums missed",
    "disagreement": "number of disagreements",
    "recommendations": "recommendations",
    "stage": "stage",
    "decision": "decision",
}
_LEFT_OUT = {
    "range": "range",
    "chance": "chance to be among the best",
    "recommendations": "recommendations",
    "evidence": "cards and coverage",
    "flags": "minimums and disagreement",
    "outcome": "stage and decision",
}


def shown(compared: Comparison, view: View, found: int, *, searched: bool) -> Iterator[tuple[str, str]]:
    """What was asked for, where it is not everything in the usual order."""
    whom = ["found by name or reference"] * searched + list(_filters(compared, view))
    if whom:
        yield "Only", f"{'; '.join(whom)}: {found} of {plural(len(compared), 'candidate')}"
    else:
        yield "Candidates", f"all {len(compared)}" if len(compared) > 1 else str(len(compared))
    yield "Order", _order(compared, view)
    left_out = [item.criterion.name for item in compared.rubric.criteria if item.key in view.hidden]
    left_out += [name for key, name in _LEFT_OUT.items() if key in view.hidden]
    if left_out:
        yield "Left out", ", ".join(left_out)


def _filters(compared: Comparison, view: View) -> Iterator[str]:
    if view.text:
        yield f"name or reference with “{view.text}”"
    if view.stage:
        yield f"stage {compared.stages.get(view.stage, view.stage)}"
    if view.decision:
        yield "no decision yet" if view.decision == UNDECIDED else f"decision {DECISIONS[view.decision]}"
    if view.minimum_missed:
        yield "a minimum missed"
    if view.incomplete:
        yield "incomplete"
    if view.disagreement:
        yield "disagreement"


def _order(compared: Comparison, view: View) -> str:
    if view.sort.startswith(CRITERION_SORT):
        key = view.sort.removeprefix(CRITERION_SORT)
        name = next(item.criterion.name for item in compared.rubric.criteria if item.key == key)
    else:
        name = _SORTS[view.sort]
    if view.sort == "candidate":
        return f"by name, {'Z to A' if view.descending else 'A to Z'}"
    return f"by {name}, {'highest' if view.descending else 'lowest'} first"


def counts(compared: Comparison) -> str:
    """What everything here rests on. Nothing of candidates who are closed to the reader is in it."""
    people = len(set(compared.ratings.interviewer.tolist()))
    rated = plural(len(compared.ratings.level), "rating")
    closed = int(compared.hidden.sum())
    said = f"{rated} by {plural(people, 'interviewer')}; {compared.ranked} of {plural(len(compared), 'candidate')} ranked"
    return f"{said}; {closed} closed to the reader of this copy until their own scorecard is in" if closed else said
