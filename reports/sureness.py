"""How sure a comparison is, in words: the sentences that stand above the table and on paper."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from reports.wording import decimal, plural
from rubrics import reliability

if TYPE_CHECKING:
    from reports.comparison import Comparison, Row
    from reports.standing import Standing
    from reports.view import View

BANDS = {
    "solid": ("Solid", "the differences would show up again with other interviewers"),
    "usable": ("Usable", "the broad order would hold with other interviewers; neighbours may swap"),
    "noisy": ("Too noisy to separate neighbours", "with other interviewers the order would look different"),
}


@dataclass(frozen=True, slots=True)
class Sureness:
    """`value` is 0 to 100 (None: only the band, or nothing, can be said); `band` a word, '' without enough data; `meaning` what it means.

    `ranked_by` says which score places follow, `adjusting` what adjusting does or why it is not done, `ranges` what a range means, and
    `finals` which ratings are those after a debrief. `groups` counts the groups of interviewers who share no candidate.
    """

    value: int | None
    band: str
    meaning: str
    more: str
    ranked_by: str
    adjusting: str
    ranges: str
    finals: str
    groups: int
    adjusts: bool


def sureness_of(comparison: Comparison) -> Sureness:
    standing = comparison.standing
    said = standing.repeatable
    figure = said.g_adjusted if standing.by_adjusted else said.g
    band, meaning = BANDS.get(said.band(adjusted=standing.by_adjusted), ("", figure.reason))
    finals = f"{plural(comparison.finals, 'rating')} given after a debrief count in the place of the independent ones."
    return Sureness(
        value=round(100 * figure.value) if figure.value is not None and said.exact else None,
        band=band,
        meaning=meaning,
        more=_more_interviewers(figure.value, said.panel),
        ranked_by=ranked_by(standing),
        adjusting=_adjusting(standing),
        ranges=ranges(standing),
        finals=finals if comparison.finals else "",
        groups=len([gate for gate in standing.known.gates if gate.interviewers > 1]),
        adjusts=standing.known.gate.open,
    )


def ranked_by(standing: Standing) -> str:
    if standing.by_adjusted:
        return "Places follow the severity-adjusted total: this opening is set to rank so."
    if standing.wants_adjusted:
        return "Places follow the total. This opening is set to rank by the adjusted total, which is not justified here."
    return "Places follow the total: the agreed weights, and the ratings as they were given."


def ranges(standing: Standing) -> str:
    known = standing.known
    if known.why_no_range:
        return known.why_no_range
    if known.assumed:
        return "Ranges are assumed from published interview studies, not measured here: too few candidates met several interviewers."
    return "Range: if other trained interviewers had met this candidate, the total would very likely fall here."


def _adjusting(standing: Standing) -> str:
    gate = standing.known.gate
    if not gate.open:
        return gate.reason
    return f"Interviewers differ in how strict they are; taking that out moves a total by {decimal(gate.moved or 0)} on average."


def _more_interviewers(value: float | None, panel: float | None) -> str:
    if value is None or value >= reliability.SOLID:
        return ""
    needed = reliability.interviewers_needed(value, panel or 1, reliability.SOLID)
    if needed is None or needed > 20:
        return ""
    return f"About {math.ceil(needed)} interviewers for each candidate would make it solid (now {panel:.1f})."


def banded(rows: Sequence[Row], view: View) -> list[tuple[str, list[Row]]]:
    """The rows in tie bands, each with what its heading says, while places are in order; otherwise all in one without a heading."""
    if view.sort != "total" or not view.descending or not any(row.band for row in rows):
        return [("", list(rows))] if rows else []
    grouped = [(band, list(members)) for band, members in groupby(rows, key=lambda row: row.band)]
    return [(band_heading(band, members), members) for band, members in grouped]


def band_heading(band: int, rows: Sequence[Row]) -> str:
    """What stands over a tie band, or over the part of it that is shown."""
    if not band:
        return "Without a place"
    place = "Surely behind the leader of the group above" if band > 1 else "" if len(rows) > 1 else "Surely ahead of all below"
    level = "Level within the noise: the order among these may be chance" if len(rows) > 1 else ""
    return ". ".join(filter(None, (place, level)))
