"""The record of events as a dossier tells it: what was done with the candidate, and what was done in the opening that bears on everybody.

What changes nothing is left out, such as exports and prints: a dossier must not change because it was made.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from reports.dossier.document import Event as Told
from reports.dossier.document import PublishedRubric
from reports.wording import DECISIONS
from screening.models import Application, Event
from screening.services.dossiers.people import People
from screening.services.events import CHANGES_NOTHING

OF_THE_CANDIDATE = {
    "candidate_added": "Candidate added",
    "candidate_changed": "Record of the candidate changed",
    "interview_planned": "Interview planned: {stage}, with {interviewers}",
    "interviewer_removed": "An interviewer taken off: {stage}",
    "kit_taken": "A kit filled in on paper or offline became a draft: {stage}",
    "scorecard_submitted": "Scorecard submitted: {stage}{after_reveal}",
    "scorecard_amended": "Scorecard amended: {stage}, version {revision}{after_reveal}",
    "final_given": "Final rating {level} given: {criterion}",
    "final_withdrawn": "Final rating {level} withdrawn: {criterion}",
    "decided": "Decision: {kind}",
    "decision_undone": "Decision taken back: {kind}",
}
OF_THE_OPENING = {
    "opening_created": "Opening created",
    "opening_changed": "Settings of the opening saved: {finals_count}; {ranks_adjusted}{panel_open}",
    "opening_open": "Opening opened again",
    "opening_closed": "Opening closed",
    "rubric_published": "Rubric version {number} published, digest {digest}",
    "voided": "{whole} made void for everybody: {criterion}",
    "void_undone": "{whole} no longer void: {criterion}",
    "candidates_imported": "Candidates brought in from a file, this one among them",
}
# Events of before this could be set do not say.
_PANELS = {True: "; interviewers read the panel once their own cards are in", False: "; interviewers never read the panel"}
MOVING_NUMBERS = {
    "candidate_changed",
    "scorecard_submitted",
    "scorecard_amended",
    "final_given",
    "final_withdrawn",
    "opening_changed",
    "rubric_published",
    "voided",
    "void_undone",
}


def is_left_out(action: str) -> bool:
    return action in CHANGES_NOTHING and action not in OF_THE_CANDIDATE


def read(session: Session, application: Application) -> list[Event]:
    """In the order in which they were recorded."""
    about_all = (Event.opening_id == application.opening_id) & Event.application_id.is_(None) & Event.action.in_(OF_THE_OPENING)
    found = session.scalars(select(Event).where(or_(Event.application_id == application.id, about_all)).order_by(Event.id)).all()
    return [event for event in found if not is_left_out(event.action)]


def told(events: Sequence[Event], people: People, application: Application, rubrics: Sequence[PublishedRubric]) -> tuple[Told, ...]:
    """As they are shown. Of the imports only the one that brought the candidate."""
    imported = _import_of(events, application)
    shown = [event for event in events if event.action != "candidates_imported" or event is imported]
    names = _names(rubrics)
    return tuple(
        Told(number, event.at, people.find(event.account_id), event.action, _words(event, names, people), event.action in MOVING_NUMBERS)
        for number, event in enumerate(shown, start=1)
    )


def _import_of(events: Sequence[Event], application: Application) -> Event | None:
    if any(event.action == "candidate_added" for event in events):
        return None
    later = (event for event in events if event.action == "candidates_imported" and event.at >= application.created_at)
    return next(later, None)


def _names(rubrics: Sequence[PublishedRubric]) -> dict[str, str]:
    """Names of stages and criteria by key, each from the latest version that has it."""
    found: dict[str, str] = {}
    for rubric in rubrics:
        found |= {f"stage {stage['key']}": stage["name"] for stage in rubric.content["stages"]}
        found |= {f"criterion {item['criterion']['key']}": item["criterion"]["name"] for item in rubric.content["criteria"]}
    return found


def _words(event: Event, names: Mapping[str, str], people: People) -> str:
    pattern = {**OF_THE_CANDIDATE, **OF_THE_OPENING}.get(event.action)
    if pattern is None:
        return event.action.replace("_", " ").capitalize()
    detail: Mapping[str, Any] = event.detail
    stage, criterion = str(detail.get("stage", "")), str(detail.get("criterion", ""))
    return pattern.format(
        stage=names.get(f"stage {stage}", stage),
        criterion=names.get(f"criterion {criterion}", criterion),
        interviewers=", ".join(people.name(one) for one in detail.get("interviewers", ())),
        kind=DECISIONS.get(detail.get("kind", ""), "").lower(),
        after_reveal=", when others’ cards were open" if detail.get("after_reveal") else "",
        whole="A criterion" if detail.get("whole") else "A question",
        finals_count="final ratings count" if detail.get("finals_count") else "independent ratings count",
        ranks_adjusted="places follow the adjusted total" if detail.get("ranks_adjusted") else "places follow the total",
        panel_open=_PANELS[detail["panel_open"]] if "panel_open" in detail else "",
        **{name: detail.get(name, "") for name in ("revision", "level", "number", "digest")},
    )
