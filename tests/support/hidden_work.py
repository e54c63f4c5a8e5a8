"""What others do, over a round, with candidates whom Ada may not know more of; and how the round is before it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st
from sqlalchemy import update
from sqlalchemy.orm import Session

from reports.editions import Edition
from screening.database import Database
from screening.models import Job, JobPart, Scorecard
from screening.models.decisions import KINDS
from screening.models.interviews import RECOMMENDATIONS
from screening.services import amending, candidates, debriefs, decisions, jobs, reporting, scorecards
from screening.services.audit import denials
from screening.services.scorecards import Content, Entry
from tests.support import hiring_round as rounds
from tests.support.forms import form_at
from tests.support.hiring_round import HiringRound, opening_row, viewer_of
from tests.support.web import Browser

NOW = datetime.now(UTC).replace(microsecond=0)
BEGAN = NOW - timedelta(days=30)
HIDDEN_JOB = "hiddenhiddenhiddenhidA"
OPEN_DECISIONS = 9
"""More than the page of an opening shows."""


@dataclass(frozen=True)
class Said:
    """What somebody writes on a card."""

    levels: Sequence[int | None]
    recommendation: str
    words: str


@dataclass(frozen=True)
class Hidden:
    """What others do meanwhile with the candidates whom Ada may not know more of, so many days ago.

    `first`: Ben's card of Maria, whom Ada is to interview; `far` is how far he gets with it. `later`: his card at the panel of Linh, where
    Ada owes one too, after both spoke to her on the telephone. `kinds`: decisions about either, '' for none; `final`: his final rating.
    """

    days: int
    far: str
    first: Said
    later: Said | None
    amended: Said | None
    final: int | None
    kinds: tuple[str, str]
    undone: bool


def said() -> st.SearchStrategy[Said]:
    level = st.none() | st.integers(1, 5)
    words = st.text(st.characters(categories=["L", "N", "P"]), max_size=30).map("Hidden {}".format)
    return st.builds(Said, st.tuples(level, level), st.sampled_from(RECOMMENDATIONS), words)


HIDDEN = st.builds(
    Hidden,
    days=st.integers(1, 20),
    far=st.sampled_from(["draft", "submitted", "amending", "amended"]),
    first=said(),
    later=st.none() | said(),
    amended=st.none() | said(),
    final=st.none() | st.integers(1, 5),
    kinds=st.tuples(st.sampled_from(["", *KINDS]), st.sampled_from(["", "hold", "reject", "offer"])),
    undone=st.booleans(),
)
EVERYTHING = Hidden(
    days=3,
    far="amended",
    first=Said((5, 1), "strong_no", "Hidden"),
    later=Said((5, 5), "strong_yes", "Hidden: the best of all"),
    amended=Said((1, None), "no", "Hidden once more"),
    final=5,
    kinds=("advance", "reject"),
    undone=False,
)


@dataclass(frozen=True)
class Days:
    """The round, and the opening in which Maria applies too, both before Ada as they are before anything hidden happens."""

    hiring: HiringRound
    nights: HiringRound

    def on(self, database: Database) -> Days:
        return Days(replace(self.hiring, database=database), replace(self.nights, database=database))


def begin(database: Database) -> Days:
    """Tom is open to Ada, and so are many who were decided about. She owes her first card of Maria, and a later one of Linh, whom she and
    Ben have spoken to before; of Maria she has handed one in elsewhere.
    """
    hiring = rounds.build(database)
    for candidate, stage in (("tom", "panel"), ("linh", "phone")):
        hiring = rounds.plan(hiring, candidate, stage, "ada", "ben")
    write(hiring, "ada", "tom", "phone", Said((3, 4), "yes", "Open"))
    for who, level in (("ada", 5), ("ben", 2)):
        write(hiring, who, "tom", "panel", Said((level, 3), "yes", "Open"))
        write(hiring, who, "linh", "phone", Said((level, 4), "yes", "Open"))
    hiring = rounds.plan(hiring, "linh", "panel", "ada", "ben")
    write(hiring, "ada", "maria", "phone", Said((4, None), "yes", "Mine"), submitted=False)
    decide(hiring, "tom", "hold")
    with database.transaction() as session:
        recruiter = viewer_of(session, hiring.people["recruiter"])
        for number in range(OPEN_DECISIONS):
            person = candidates.add(session, recruiter, hiring.opening, candidates.Details(f"Open {number}"))
            decisions.decide(session, recruiter, person.public_id, kind="hold", reason="Later", standing="")
    nights = rounds.in_another_opening(hiring, "maria", "Maria Kowalska", "maria@example.org", "ada", "ben")
    write(nights, "ada", "maria", "phone", Said((2, 2), "no", "Mine at night"))
    ask_for_file(hiring)
    return Days(hiring, nights)


def write(hiring: HiringRound, who: str, candidate: str, stage: str, what: Said, *, submitted: bool = True) -> None:
    with hiring.database.transaction() as session:
        viewer = viewer_of(session, hiring.people[who])
        card = scorecards.get(session, viewer, hiring.cards[who, candidate, stage])
        entries = {
            item.key: Entry(level, "" if level else "no_time", f"{what.words} on {item.key}")
            for item, level in zip(card.criteria, what.levels, strict=True)
        }
        content = Content(entries, what.recommendation, f"{what.words}: {candidate}", "A slip" if card.state == "amending" else None)
        do = scorecards.submit if submitted else scorecards.save
        do(session, viewer, card.public_id, content, version=card.version, rubric_number=card.rubric_number)


def amend(hiring: HiringRound, candidate: str, what: Said, *, submitted: bool = True) -> None:
    with hiring.database.transaction() as session:
        amending.begin(session, viewer_of(session, hiring.people["ben"]), hiring.cards["ben", candidate, "phone"])
    write(hiring, "ben", candidate, "phone", what, submitted=submitted)


def decide(hiring: HiringRound, candidate: str, kind: str, *, undone: bool = False) -> None:
    with hiring.database.transaction() as session:
        manager = viewer_of(session, hiring.people["manager"])
        made = rounds.decide(session, manager, hiring.candidates[candidate], kind, "Hidden reason")
        if undone:
            decisions.undo(session, manager, made.public_id, reason="Hidden too")


def owed(hiring: HiringRound, *, withdrawn_at: datetime | None) -> None:
    with hiring.database.transaction() as session:
        card = hiring.cards["ada", "linh", "panel"]
        session.execute(update(Scorecard).where(Scorecard.public_id == card).values(withdrawn_at=withdrawn_at))


def give_final(hiring: HiringRound, level: int) -> None:
    """As it was given before Ada was asked to the panel: until all who are asked have written there is no debrief."""
    owed(hiring, withdrawn_at=BEGAN)
    with hiring.database.transaction() as session:
        ben = viewer_of(session, hiring.people["ben"])
        debriefs.give(session, ben, hiring.candidates["linh"], criterion="spoken_communication", level=level, reason="Hidden talk")
    owed(hiring, withdrawn_at=None)


def job(session: Session, hiring: HiringRound, who: str, **values: object) -> Job:
    """A finished file."""
    opening, viewer = opening_row(session, hiring), viewer_of(session, hiring.people[who])
    request = {"all_versions": False, "rights": jobs.rights(session, viewer, opening)}
    made = Job(opening_id=opening.id, account_id=viewer.account_id, kind="ratings", request=request, digest="0" * 64, **values)
    made.state, made.filename, made.size = "done", "a.xlsx", 4
    session.add(made)
    session.flush()
    session.add(JobPart(job_id=made.id, number=0, content=b"file"))
    return made


def submit_in_browser(browser: Browser, hiring: HiringRound, who: str, candidate: str, what: Said) -> None:
    """The card as its interviewer sends it: with what that leaves behind of the form, too."""
    form = form_at(browser, f"/scorecards/{hiring.cards[who, candidate, 'phone']}")
    keys = [name.removeprefix("rating_") for name in form.kinds if name.startswith("rating_")]
    levels = {f"rating_{key}": str(level or "") for key, level in zip(keys, what.levels, strict=True)}
    skipped = {f"na_{key}": "" if level else "no_time" for key, level in zip(keys, what.levels, strict=True)}
    notes = {f"note_{key}": f"{what.words} on {key}" for key in keys}
    said = {"recommendation": what.recommendation, "reason": f"{what.words}: {candidate}"}
    answer = form.send(browser, do="submit", **levels, **skipped, **notes, **said)
    assert answer.status_code == 303, answer.status_code


def ask_for_file(hiring: HiringRound) -> None:
    """The recruiter, who gets the same file again unless something has changed for them."""
    with hiring.database.transaction() as session:
        opening, recruiter = opening_row(session, hiring), viewer_of(session, hiring.people["recruiter"])
        jobs.ask(session, recruiter, opening, "ratings", {"all_versions": False}, total=1, look="")


def happen(days: Days, hidden: Hidden, ben: Browser) -> None:
    """All of it, and what it leaves behind elsewhere: a paper that was made, a refusal, files of somebody else's."""
    hiring = days.hiring
    if hidden.far != "draft":
        submit_in_browser(ben, hiring, "ben", "maria", hidden.first)
    else:
        write(hiring, "ben", "maria", "phone", hidden.first, submitted=False)
    if hidden.far.startswith("amend"):
        amend(hiring, "maria", replace(hidden.first, words="Hidden again"), submitted=hidden.far == "amended")
    if hidden.later:
        write(hiring, "ben", "linh", "panel", hidden.later)
        submit_in_browser(ben, days.nights, "ben", "maria", hidden.later)
        if hidden.final:
            give_final(hiring, hidden.final)
    if hidden.amended:
        amend(hiring, "linh", hidden.amended)
    for candidate, kind in zip(("maria", "linh"), hidden.kinds, strict=True):
        if kind:
            decide(hiring, candidate, kind, undone=hidden.undone)
    if hidden.kinds[0] == "advance" and not hidden.undone:
        decide(hiring, "maria", "reject")  # at the stage after
    ask_for_file(hiring)
    with hiring.database.transaction() as session:
        recruiter, viewer = (viewer_of(session, hiring.people[name]) for name in ("recruiter", "ben"))
        reporting.note_made(session, recruiter, hiring.candidates["maria"], Edition.FULL)
        denials.note(session, viewer, "comparison.show", {"opening_id": hiring.opening})
        job(session, hiring, "recruiter", public_id=HIDDEN_JOB)
