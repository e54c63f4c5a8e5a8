"""The one place that says who may see and do what.

Three questions, asked by the services on the very object they serve:

- `require(viewer, action, opening_id)`: may this person do this at all, here?
- `sight(session, viewer, opening_id)`: which candidates of the opening may the person know of, and whose scores are hidden?
- `require_candidate(session, viewer, action, application)`: both together, for one candidate.

Blindness: while somebody has a scorecard for a candidate that is assigned and not submitted, nothing of anybody else's cards for that
candidate is open to them, whatever other hats they wear: with several roles the strictest rule wins. It is about the person: a card that
is owed in one opening closes what others wrote about the same candidate in every other. Where an opening's panel is closed to interviewers,
it stays closed to them when their cards are in, unless they lead the opening. Nobody sees a candidate record that is their own.
What one may not see looks like what is not there: `NotFound`.
"""

from __future__ import annotations

from screening.policy.rules import DECIDING, LEADING, RULES, Action, Hat, Role, Viewer, allows, require, viewer_for
from screening.policy.seeing import Closed, Sight, closed_people, panel_opens, require_candidate, require_open, require_own_card, sight

__all__ = [
    "DECIDING",
    "LEADING",
    "RULES",
    "Action",
    "Closed",
    "Hat",
    "Role",
    "Sight",
    "Viewer",
    "allows",
    "closed_people",
    "panel_opens",
    "require",
    "require_candidate",
    "require_open",
    "require_own_card",
    "sight",
    "viewer_for",
]
