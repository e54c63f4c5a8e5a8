"""The methods page of an opening: how sure its numbers are, as far as the viewer may see what they come from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from reports import methods
from reports.comparison import Comparison
from reports.sureness import Sureness, sureness_of
from screening.errors import Invalid
from screening.models import Account, Opening
from screening.policy import Action, Viewer, sight
from screening.services import results
from screening.services.comparison import as_seen
from screening.services.lookup import opening_for
from screening.services.naming import letters


@dataclass(frozen=True, slots=True)
class MethodsPage:
    """`candidates` are (identifier, name) of those who can be compared; `order` is there when two of them were chosen."""

    opening: Opening
    compared: Comparison
    sureness: Sureness
    agreement: Sequence[methods.Line]
    variance: Sequence[methods.Part]
    criteria: Sequence[methods.CriterionCheck]
    groups: Sequence[methods.Group]
    formulas: Mapping[str, str]
    candidates: Sequence[tuple[str, str]]
    order: methods.PairOrder | None


def of(session: Session, viewer: Viewer, opening_id: str, first: str = "", second: str = "") -> MethodsPage:
    """The page, with the order of two candidates if both are given. Raises `Invalid` where the two cannot be compared."""
    opening = opening_for(session, viewer, opening_id, Action.COMPARE)
    seen = sight(session, viewer, opening.id, manager_sees_names=opening.manager_sees_names)
    found = results.of(session, opening, seen)
    if found is None:
        raise Invalid("There is nothing to measure yet: publish the rubric first.")
    compared = as_seen(opening, found, seen)
    raters = [found.interviewers[place] for place in compared.standing.known.pairs.raters]
    return MethodsPage(
        opening=opening,
        compared=compared,
        sureness=sureness_of(compared),
        agreement=methods.agreement(compared),
        variance=methods.variance(compared),
        criteria=methods.criteria(compared),
        groups=methods.groups(compared, _names(session, raters, shown=seen.names)),
        formulas=methods.formulas(),
        candidates=_comparable(compared),
        order=_order(compared, first, second) if first or second else None,
    )


def _names(session: Session, accounts: Sequence[int], *, shown: bool) -> list[str]:
    if not shown:
        return list(letters(accounts).values())
    known = {row.id: row.name for row in session.execute(select(Account.id, Account.name).where(Account.id.in_(accounts)))}
    return [known[account] for account in accounts]


def _comparable(compared: Comparison) -> list[tuple[str, str]]:
    scored = compared.combined.score == compared.combined.score  # not NaN
    rows = [(entrant.id, entrant.name) for entrant, has in zip(compared.entrants, scored, strict=True) if has]
    return sorted(rows, key=lambda row: row[1].casefold())


def _order(compared: Comparison, first: str, second: str) -> methods.PairOrder:
    places = {entrant.id: place for place, entrant in enumerate(compared.entrants)}
    open_to_all = {public_id for public_id, _ in _comparable(compared)}
    if first == second or not {first, second} <= open_to_all:
        raise Invalid("Choose two different candidates who have a total.", field="second")
    return methods.pair(compared, places[first], places[second])
