"""Make the demonstration: everything that happened, in the order in which it happened, with the clock set back to each moment."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby

from sqlalchemy.orm import Session

from rubrics import library
from screening import clock
from screening.database import Database
from screening.demo import acts, earlier, groups, stories
from screening.demo.acts import Company
from screening.demo.days import Days
from screening.demo.judging import Judge
from screening.demo.people import APPLICANTS, BY_KEY, EARLIER, Applicant
from screening.demo.stories import Card, Debrief, Meeting, Ruling, Story

SERVICE, SPRING, SUPPORT = "service", "spring", "support"
TEMPLATES = {SERVICE: "customer_service_representative", SPRING: "contact_centre_agent", SUPPORT: "technical_support_specialist"}
SLOTS = ((9, 0), (10, 15), (11, 30), (13, 30), (14, 45), (15, 45))
SECOND_VERSION = {
    "written_communication": (
        10,
        "An ordinary share when we began; raised because a third of the contacts now come by e-mail and chat, and set wordings cover "
        "only the routine part of them.",
    ),
    "patience": (
        5,
        "Below an equal share because it is partly seen again under listening and calm; it is kept apart as confused customers are "
        "served here daily.",
    ),
}
SECOND_NOTE = "Written communication 8 to 10, patience 7 to 5: a third of the contacts now come in writing. Agreed with Tomás and the team."
UNFINISHED = {
    "technical_proficiency": (15, "Tracing faults is the substance of the post. Lowered from 17 to make room for working in shifts."),
}

Act = Callable[[Session, Company], None]


@dataclass(slots=True)
class Timeline:
    """Acts with their moments, in the order in which they were thought of."""

    days: Days
    acts: list[tuple[datetime, Act]] = field(default_factory=list)
    _taken: dict[int, int] = field(default_factory=dict)

    def add(self, when: datetime, act: Callable[..., None], *arguments: object, **more: object) -> None:
        self.acts.append((when, lambda session, company: act(session, company, *arguments, **more)))

    def slot(self, meeting: Meeting) -> datetime:
        """When the interview begins: the next free time of its day."""
        if meeting.day == 0:
            return self.days.earlier_today(meeting.ago)
        place = self._taken.get(meeting.day, 0)
        self._taken[meeting.day] = place + 1
        return self.days.at(meeting.day, *SLOTS[place % len(SLOTS)])

    def by_day(self) -> Iterator[Iterable[tuple[datetime, Act]]]:
        in_order = sorted(self.acts, key=lambda entry: entry[0])
        return (entries for _, entries in groupby(in_order, key=lambda entry: entry[0].date()))


def build(database: Database, *, seed: int = 1, now: datetime | None = None) -> None:
    """Fill an empty database with the demonstration as it stands at `now` (by default: now). The same seed tells the same story."""
    timeline = Timeline(Days(now or clock.now()))
    _staff_and_openings(timeline)
    _round(timeline, SPRING, "CC", earlier.STORIES, EARLIER)
    _round(timeline, SERVICE, "CS", stories.STORIES, APPLICANTS)
    _second_thoughts(timeline)
    timeline.add(timeline.days.at(-1, 15, 10), groups.bring_in, SERVICE)
    company = Company(Judge(seed))
    for day in timeline.by_day():
        with database.transaction() as session:
            for moment, act in day:
                with clock.set_back(moment):
                    act(session, company)
                    session.flush()


def _staff_and_openings(timeline: Timeline) -> None:
    at, add = timeline.days.at, timeline.add
    interviewers = {name: colleague.hats for name, colleague in BY_KEY.items() if "interviewer" in colleague.hats}
    leads = {"tomas": ("hiring_manager",)}
    add(at(-90, 9), acts.take_on_staff)
    add(
        at(-86, 10),
        acts.open_round,
        SPRING,
        title="Contact centre agent",
        department="Customer care",
        location="Harbour Street",
        template=TEMPLATES[SPRING],
    )
    add(at(-86, 10, 20), acts.give_hats, SPRING, {**interviewers, **leads, "priya": ("interviewer",)})
    add(at(earlier.PUBLISHED, 15), acts.publish, SPRING)
    add(at(earlier.CLOSED, 16), acts.close, SPRING)
    add(
        at(-23, 9, 30),
        acts.open_round,
        SERVICE,
        title="Customer service representative",
        department="Customer care",
        location="Harbour Street",
        template=TEMPLATES[SERVICE],
    )
    add(at(-23, 9, 50), acts.give_hats, SERVICE, {name: colleague.hats for name, colleague in BY_KEY.items() if colleague.hats})
    add(at(-22, 14), acts.publish, SERVICE)
    add(at(-13, 17), acts.change_weights, SERVICE, SECOND_VERSION)
    add(at(-13, 17, 15), acts.publish, SERVICE, SECOND_NOTE)
    add(at(-1, 16, 30), acts.remind, SERVICE)
    add(
        at(-4, 13),
        acts.open_round,
        SUPPORT,
        title="Technical support specialist",
        department="Repairs and service",
        location="Mill Lane",
        template=TEMPLATES[SUPPORT],
    )
    add(at(-4, 13, 10), acts.give_hats, SUPPORT, {"priya": ("hiring_manager",), "henrik": ("interviewer",), "eleanor": ("interviewer",)})
    add(at(-2, 15, 40), acts.change_weights, SUPPORT, UNFINISHED)


def _round(timeline: Timeline, key: str, prefix: str, told: Sequence[Story], applicants: Sequence[Applicant]) -> None:
    people = {applicant.key: applicant for applicant in applicants}
    for place, story in enumerate(told):
        applicant = people[story.applicant]
        added = timeline.days.at(story.added, 8, 30 + place)
        timeline.add(added, acts.add_candidate, key, applicant, f"{prefix}-{101 + place}")
        free = added + timedelta(hours=5)
        for step in story.steps:
            if isinstance(step, Meeting):
                _meet(timeline, key, applicant, step, planned=free)
            elif isinstance(step, Debrief):
                for final in step.finals:
                    timeline.add(timeline.days.at(step.day, 13, final.minute), acts.settle, key, applicant, final)
            else:
                free = _rule(timeline, key, applicant, step, minute=place)


def _second_thoughts(timeline: Timeline) -> None:
    """What the recruiter made void, and counted again."""
    for found in stories.STRIKES:
        timeline.add(timeline.days.at(found.day, 10, 5), acts.strike, SERVICE, found)
        if found.undone:
            timeline.add(timeline.days.at(found.day, 15, 25), acts.count_again, SERVICE, found)


def _rule(timeline: Timeline, key: str, applicant: Applicant, ruling: Ruling, *, minute: int) -> datetime:
    """A decision, and when the next interview was planned after it."""
    at = timeline.days.at(ruling.day, 11, minute)
    timeline.add(at, acts.decide, key, applicant, ruling)
    if ruling.undone is not None:
        day, why = ruling.undone
        timeline.add(timeline.days.at(day, 9, 50), acts.undo, key, applicant, ruling.who, why)
    return at + timedelta(hours=3)


def _meet(timeline: Timeline, key: str, applicant: Applicant, meeting: Meeting, *, planned: datetime) -> None:
    stage, start, add = meeting.stage, timeline.slot(meeting), timeline.add
    cards = [card if isinstance(card, Card) else Card(card) for card in meeting.cards]
    first = [card.who for card in cards if not card.late]
    if meeting.instead_of is not None:
        ill, stand_in = meeting.instead_of
        add(planned, acts.plan, key, applicant, stage, [ill if who == stand_in else who for who in first], start)
        add(start - timedelta(hours=2), acts.take_off, key, applicant, stage, ill)
        add(start - timedelta(hours=1), acts.plan, key, applicant, stage, [stand_in], start)
    else:
        add(planned, acts.plan, key, applicant, stage, first, start)
    for card in cards:
        _fill_in(timeline, key, applicant, meeting, card, start)


def _fill_in(timeline: Timeline, key: str, applicant: Applicant, meeting: Meeting, card: Card, start: datetime) -> None:
    if card.filled == 0:
        return
    days, stage = timeline.days, meeting.stage
    lasts = timedelta(minutes=_minutes(key, stage))
    at = days.within_hours(start + lasts + timedelta(minutes=BY_KEY[card.who].habit.delay))
    if card.late:
        timeline.add(days.at(meeting.day + 1, 8, 50), acts.plan, key, applicant, stage, [card.who], start)
        at = days.at(meeting.day + 1, 10, 5)
    elif card.ago:
        at = days.ago(card.ago)
    elif card.filled:
        at = start + lasts * 0.7
    timeline.add(at, acts.write_draft if card.filled else acts.hand_in, key, applicant, stage, card)
    if card.amended is not None:
        timeline.add(days.at(card.amended.day, 9, 30), acts.amend, key, applicant, stage, card.who, card.amended)


def _minutes(key: str, stage: str) -> int:
    found = library.templates()[TEMPLATES[key]].rubric.stage(stage)
    return found.minutes if found else 0
