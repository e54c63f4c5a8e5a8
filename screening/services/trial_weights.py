"""From weights that somebody tried on the comparison to the rubric's draft: never silently, always with a rationale."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import ROUND_FLOOR, Decimal

from sqlalchemy.orm import Session

from rubrics.model import TOTAL_WEIGHT, Rubric
from screening.errors import Invalid
from screening.policy import Action, Viewer
from screening.services import rubrics
from screening.services.lookup import opening_for

CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Change:
    """A criterion's weight in points of 100, as published and as it would be."""

    key: str
    name: str
    before: Decimal
    after: Decimal


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the draft would say. `next_version` is the number that publishing it would give."""

    opening_id: str
    title: str
    next_version: int
    version: int
    changes: tuple[Change, ...]

    @property
    def changed(self) -> tuple[Change, ...]:
        return tuple(change for change in self.changes if change.before != change.after)


def propose(session: Session, viewer: Viewer, opening_id: str, weights: Mapping[str, float]) -> Proposal:
    """The tried weights made to total 100. Raises `Invalid` where the draft holds other changes, or where these change nothing."""
    opening = opening_for(session, viewer, opening_id, Action.EDIT_RUBRIC)
    published = rubrics.current(session, opening.id)
    if published is None:
        raise Invalid("Publish the rubric first: until then its weights are changed in the editor.")
    draft = rubrics.draft_of(session, viewer, opening_id)
    if not draft.is_published:
        raise Invalid(
            "The rubric's draft holds changes that are not published yet, and these weights must not be mixed into them unseen. "
            "Publish the draft or undo its changes in the editor, then save the weights."
        )
    wanted = {item.key: Decimal(str(weights.get(item.key, item.weight))) for item in published.rubric.criteria}
    if not sum(wanted.values()):
        raise Invalid("At least one criterion must weigh something: give one of them more than 0 points.")
    after = _to_total(wanted)
    changes = tuple(Change(item.key, item.criterion.name, item.weight, after[item.key]) for item in published.rubric.criteria)
    proposal = Proposal(opening.public_id, opening.title, published.number + 1, draft.version, changes)
    if not proposal.changed:
        raise Invalid("These are the published weights: there is nothing to save.")
    return proposal


def save(session: Session, viewer: Viewer, opening_id: str, weights: Mapping[str, float], *, rationale: str, version: int) -> Proposal:
    """Put the weights into the draft, each changed one with the rationale. Raises `Stale` when the draft changed since `version`."""
    proposal = propose(session, viewer, opening_id, weights)
    draft = rubrics.draft_of(session, viewer, opening_id)
    rubrics.save_draft(session, viewer, opening_id, _with(draft.rubric, proposal, rationale), version=version)
    return proposal


def _with(rubric: Rubric, proposal: Proposal, rationale: str) -> Rubric:
    after = {change.key: change.after for change in proposal.changed}
    criteria = tuple(replace(item, weight=after[item.key], rationale=rationale) if item.key in after else item for item in rubric.criteria)
    changed = replace(rubric, criteria=criteria)
    # A weight that was equal to the others may stand out now, and must say why.
    told = tuple(
        replace(item, rationale=rationale) if changed.is_unequal(item) and not item.rationale.strip() else item for item in criteria
    )
    return replace(changed, criteria=told)


def _to_total(weights: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """In proportion, with two decimals, and exactly 100 in all: what rounding down leaves goes to the largest remainders."""
    whole = sum(weights.values())
    exact = {key: weight * TOTAL_WEIGHT / whole for key, weight in weights.items()}
    found = {key: value.quantize(CENT, ROUND_FLOOR) for key, value in exact.items()}
    left = int((TOTAL_WEIGHT - sum(found.values())) / CENT)
    for key in sorted(exact, key=lambda key: (found[key] - exact[key], key))[:left]:
        found[key] += CENT
    return found
