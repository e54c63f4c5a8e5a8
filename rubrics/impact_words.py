"""Adverse-impact figures in sentences that promise no more than the numbers do. No sentence says that a rule was passed: none can be."""

from __future__ import annotations

from dataclasses import dataclass

from rubrics.impact import HIGHEST, CommonOdds, Figures

EASILY = 0.2
SELDOM = 0.05
"""p values from which a difference could easily be chance, and below which chance alone would seldom bring it about."""


@dataclass(frozen=True, slots=True)
class Selection:
    """What "selected" means in a table: `did` what ("advanced"), and the noun for one and for several who did."""

    did: str = "was selected"
    one: str = "selection"
    several: str = "selections"

    def count(self, number: int) -> str:
        return f"{number:,} {self.one if number == 1 else self.several}"


PLAIN = Selection()


def percent(share: float) -> str:
    """A fraction as `49 %`; what is not nothing does not read 0."""
    return "under 1 %" if 0 < share < 0.005 else f"{100 * share:,.0f} %"


def p_value(value: float) -> str:
    return "< 0.001" if value < 0.001 else f"{value:.3f}" if value < 0.1 else f"{value:.2f}"


def sentences(figures: Figures, selection: Selection = PLAIN) -> str:
    """What the figures of a group say, in words for somebody who is no statistician."""
    who = _group(figures.group, start=True)
    if figures.suppressed:
        return f"{who} is not shown: {figures.reason}."
    rate = percent(figures.rate or 0.0)
    if figures.impact_ratio is None:
        return f"{who}: {rate} {_plural(selection)}. No comparison: {figures.reasons['impact_ratio']}."
    if figures.reasons.get("p") == HIGHEST or figures.interval is None or figures.p_holm is None or figures.reference is None:
        return f"{who} has the highest rate, {rate}; the others are compared with it."
    other, (low, high) = _group(figures.reference), figures.interval
    spread = f"(plausible range {percent(low)}–{percent(high)})"
    if figures.flip is None:
        return f"{who} {selection.did} at the same rate as {other} {spread}."
    said = f"{who} {selection.did} at {percent(figures.impact_ratio)} of {other}’s rate {spread}."
    return f"{said} {_chance(figures.p_holm, figures, selection)}"


def _chance(p: float, figures: Figures, selection: Selection) -> str:
    chosen = selection.count(figures.chosen or 0)
    if p >= SELDOM:
        said = f"With {chosen} this {'could easily' if p >= EASILY else 'could'} be chance."
    else:
        said = f"Chance alone would seldom bring about as much (p {_with_sign(p)}); why it is so, the numbers do not say."
    if figures.flip:
        said += " One person decided otherwise in each group would turn the order round: too small to conclude anything."
    if figures.flag:
        said += " The ratio is below four fifths, where closer looking is due."
    return said


def _with_sign(p: float) -> str:
    text = p_value(p)
    return text if text.startswith("<") else f"= {text}"


def odds_sentence(odds: CommonOdds, noun: str = "strata") -> str:
    """What a common odds ratio says, in words."""
    who, other = _group(odds.group, start=True), _group(odds.reference)
    if odds.estimate is None:
        return f"{who} cannot be compared with {other} over several {noun}: {odds.reason}."
    size = f"{odds.estimate:.2f} times {other}’s"
    if odds.interval is None:
        return f"Within {noun}, {who[0].lower()}{who[1:]}’s odds were {size}; no range can be given: {odds.reason}."
    low, high = odds.interval
    chance = " That includes no difference at all." if low <= 1 <= high else ""
    return f"Within {noun}, {who[0].lower()}{who[1:]}’s odds of being selected were {size} (plausible range {low:.2f}–{high:.2f}).{chance}"


def _plural(selection: Selection) -> str:
    return selection.did.replace("was ", "were ", 1)


def _group(name: str, *, start: bool = False) -> str:
    """`Group B`; a name that says "group" itself stays as it is."""
    if name.casefold().startswith("group "):
        return name
    return f"{'Group' if start else 'group'} {name}"
