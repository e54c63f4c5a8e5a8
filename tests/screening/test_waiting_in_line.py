"""Two who change the same things at the same moment on PostgreSQL: one waits for the other, and nobody waits in a circle."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from screening.database import Base
from screening.models import ERASED_TOO, Application, Candidate, Decision, Hold, Opening, PendingImport, Rating
from screening.policy import Viewer
from screening.services import candidates, debriefs, decisions, importing, interviews, openings, scorecards
from screening.services.candidates import Details
from screening.services.kits import taking
from screening.services.privacy import erasing, holds
from screening.services.scorecards import Content, Entry
from tests.support.hiring_round import HiringRound, viewer_of
from tests.support.races import race

MARIA = Details("Maria Kowalska", "maria@example.org")
Act = Callable[[Session], object]
pytestmark = pytest.mark.parametrize("database", ["postgresql"], indirect=True)


def person_of(hiring: HiringRound, name: str) -> int:
    with hiring.database.reading() as session:
        wanted = select(Application.candidate_id).where(Application.public_id == hiring.candidates[name])
        return session.scalars(wanted).one()


def count(hiring: HiringRound, table: type[Base]) -> int:
    with hiring.database.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def second_opening(hiring: HiringRound) -> tuple[Viewer, str]:
    """Another opening of the recruiter's."""
    with hiring.database.transaction() as session:
        public_id = openings.create(session, viewer_of(session, hiring.people["recruiter"]), title="Clerk").public_id
    return hiring.viewer("recruiter"), public_id


def deciding(hiring: HiringRound, name: str) -> Act:
    manager = hiring.viewer("manager")
    return lambda session: decisions.decide(session, manager, hiring.candidates[name], kind="hold", reason="Wait", standing="")


def planning(hiring: HiringRound, name: str) -> Act:
    recruiter, whom, who = hiring.viewer("recruiter"), [hiring.candidates[name]], [hiring.people["ada"]]
    return lambda session: interviews.plan(session, recruiter, hiring.opening, applications=whom, stage="panel", interviewers_=who)


def changing(hiring: HiringRound, application_id: str, phone: str) -> Act:
    recruiter, details = hiring.viewer("recruiter"), Details("Maria Kowalska", "maria@example.org", phone)
    return lambda session: candidates.change(session, recruiter, application_id, details, version=1)


def erasing_maria(hiring: HiringRound) -> Act:
    person = person_of(hiring, "maria")
    return lambda session: erasing.erase(session, None, person)


def test_deciding_and_planning(hiring: HiringRound, monkeypatch: pytest.MonkeyPatch) -> None:
    pause = "screening.services.decisions._last_in_force"
    both = race(hiring.database, monkeypatch, deciding(hiring, "maria"), pause, planning(hiring, "maria"))
    assert (both, count(hiring, Decision)) == (("done", "done"), 1)


def test_planning_and_deciding(hiring: HiringRound, monkeypatch: pytest.MonkeyPatch) -> None:
    pause = "screening.services.interviews._interview"
    both = race(hiring.database, monkeypatch, planning(hiring, "maria"), pause, deciding(hiring, "maria"))
    assert (both, count(hiring, Decision)) == (("done", "done"), 1)


def test_deciding_and_changing_what_is_recorded(hiring: HiringRound, monkeypatch: pytest.MonkeyPatch) -> None:
    change = changing(hiring, hiring.candidates["maria"], "+48 1")
    both = race(hiring.database, monkeypatch, deciding(hiring, "maria"), "screening.services.decisions._last_in_force", change)
    assert both == ("done", "done")


def test_deciding_and_taking_back(hiring: HiringRound, monkeypatch: pytest.MonkeyPatch) -> None:
    with hiring.database.transaction() as session:
        made = deciding(hiring, "maria")(session)
        assert isinstance(made, Decision)
    recruiter = hiring.viewer("recruiter")

    def decide(session: Session) -> object:
        return decisions.decide(session, recruiter, hiring.candidates["maria"], kind="reject", reason="No", standing=made.public_id)

    def undo(session: Session) -> object:
        return decisions.undo(session, recruiter, made.public_id, reason="Too soon")

    assert race(hiring.database, monkeypatch, decide, "screening.services.decisions._last_in_force", undo) == ("done", "Stale")


def test_final_ratings_and_planning(hiring: HiringRound, monkeypatch: pytest.MonkeyPatch) -> None:
    hiring.submit("ada", "maria", composure=1)
    hiring.submit("ben", "maria", composure=5)
    ada, maria = hiring.viewer("ada"), hiring.candidates["maria"]

    def give(session: Session) -> None:
        debriefs.give(session, ada, maria, criterion="composure", level=2, reason="Heard it again")

    pause = "screening.services.debriefs._standing_final"
    assert race(hiring.database, monkeypatch, give, pause, planning(hiring, "maria")) == ("done", "done")


def test_one_person_changed_in_two_openings(hiring: HiringRound, monkeypatch: pytest.MonkeyPatch) -> None:
    recruiter, other = second_opening(hiring)
    with hiring.database.transaction() as session:
        there = candidates.add(session, recruiter, other, MARIA).public_id
    first, second = (changing(hiring, one, phone) for one, phone in ((hiring.candidates["maria"], "+48 1"), (there, "+48 2")))
    both = race(hiring.database, monkeypatch, first, "screening.services.candidates.check_new", second)
    assert both == ("done", "Stale")
    with hiring.database.reading() as session:
        assert session.scalars(select(Candidate.phone).where(Candidate.email == MARIA.email)).all() == ["+48 1"]


def test_whoever_is_added_elsewhere_while_somebody_changes_them_is_told_of_there_too(
    hiring: HiringRound, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The openings are held before the person is; one that comes in between is held as well."""
    recruiter, other = second_opening(hiring)
    with hiring.database.reading() as session:
        before = session.scalars(select(Opening.revision).where(Opening.public_id == other)).one()
    change = changing(hiring, hiring.candidates["maria"], "+48 1")
    both = race(
        hiring.database,
        monkeypatch,
        lambda session: candidates.add(session, recruiter, other, MARIA),
        "screening.services.candidates._insert",
        change,
    )
    assert both == ("done", "done")
    with hiring.database.reading() as session:
        assert session.scalars(select(Opening.revision).where(Opening.public_id == other)).one() == before + 2


def test_erasing_and_planning(hiring: HiringRound, monkeypatch: pytest.MonkeyPatch) -> None:
    both = race(
        hiring.database, monkeypatch, erasing_maria(hiring), "screening.services.privacy.erasing._keep_counts", planning(hiring, "maria")
    )
    assert both == ("done", "Invalid")


def test_planning_and_erasing(hiring: HiringRound, monkeypatch: pytest.MonkeyPatch) -> None:
    both = race(hiring.database, monkeypatch, planning(hiring, "maria"), "screening.services.interviews._interview", erasing_maria(hiring))
    assert both == ("done", "done")


def test_taking_a_filled_form_and_erasing(hiring: HiringRound, monkeypatch: pytest.MonkeyPatch) -> None:
    ada = hiring.viewer("ada")
    with hiring.database.reading() as session:
        card = scorecards.get(session, ada, hiring.cards["ada", "maria", "phone"])
    offer = taking.offer(card, Content({"composure": Entry(4, "", "Calm")}))
    both = race(
        hiring.database,
        monkeypatch,
        lambda session: taking.take(session, ada, [offer]),
        "screening.services.scorecards.save",
        erasing_maria(hiring),
    )
    assert (both, count(hiring, Rating)) == (("done", "done"), 0)


def test_erasing_and_deciding(hiring: HiringRound, monkeypatch: pytest.MonkeyPatch) -> None:
    both = race(
        hiring.database, monkeypatch, erasing_maria(hiring), "screening.services.privacy.erasing._keep_counts", deciding(hiring, "maria")
    )
    assert (both, count(hiring, Decision)) == (("done", "NotFound"), 0)


def test_nobody_who_is_being_erased_is_put_on_hold(hiring: HiringRound, monkeypatch: pytest.MonkeyPatch) -> None:
    person = person_of(hiring, "maria")
    both = race(
        hiring.database,
        monkeypatch,
        erasing_maria(hiring),
        "screening.services.privacy.erasing.refuse_held",
        lambda session: holds.place(session, None, person, "Maria Kowalska complains"),
    )
    assert (both, count(hiring, Hold)) == (("done", "NotFound"), 0)


def test_nobody_who_is_being_put_on_hold_is_erased(hiring: HiringRound, monkeypatch: pytest.MonkeyPatch) -> None:
    person = person_of(hiring, "maria")
    both = race(
        hiring.database,
        monkeypatch,
        lambda session: holds.place(session, None, person, "She complains"),
        "screening.services.privacy.holds._note",
        erasing_maria(hiring),
    )
    assert (both, count(hiring, Hold)) == (("done", "OnHold"), 1)


def marks_and_people(hiring: HiringRound) -> tuple[int, int, int]:
    """Marks of people, marks of applications, and people called Maria."""
    with hiring.database.reading() as session:
        marks = [
            session.scalar(select(func.count(table.id)).where(table.erased_at.is_not(None)), execution_options=dict(ERASED_TOO)) or 0
            for table in (Candidate, Application)
        ]
        there = session.scalars(select(Application).join(Candidate).where(Candidate.email == MARIA.email)).all()
        return marks[0], marks[1], len(there)


def test_whoever_applies_anew_while_they_are_erased_is_somebody_new(hiring: HiringRound, monkeypatch: pytest.MonkeyPatch) -> None:
    recruiter, other = second_opening(hiring)
    both = race(
        hiring.database,
        monkeypatch,
        erasing_maria(hiring),
        "screening.services.privacy.erasing.refuse_held",
        lambda session: candidates.add(session, recruiter, other, MARIA),
    )
    assert (both, marks_and_people(hiring)) == (("done", "done"), (1, 1, 1))


LIST = b"name,email,notes\nMaria Kowalska,maria@example.org,Called again\n"


def test_whoever_is_imported_while_they_are_erased_is_somebody_new(hiring: HiringRound, monkeypatch: pytest.MonkeyPatch) -> None:
    _, other = second_opening(hiring)

    def bring_in(session: Session) -> object:
        opening = session.scalars(select(Opening).where(Opening.public_id == other)).one()
        return importing.import_file(session, opening, LIST, "people.csv", None)

    both = race(hiring.database, monkeypatch, erasing_maria(hiring), "screening.services.privacy.erasing.refuse_held", bring_in)
    assert (both, marks_and_people(hiring)) == (("done", "done"), (1, 1, 1))


def test_a_list_that_is_confirmed_while_somebody_in_it_is_erased_is_gone(hiring: HiringRound, monkeypatch: pytest.MonkeyPatch) -> None:
    recruiter, other = second_opening(hiring)
    with hiring.database.transaction() as session:
        kept = importing.keep(session, recruiter, other, data=LIST, filename="people.csv", header=["name", "email", "notes"])
    with hiring.database.reading() as session:
        seen = importing.review(session, recruiter, other, kept)

    def confirm(session: Session) -> object:
        return importing.confirm(session, recruiter, seen, version=seen.version)

    both = race(hiring.database, monkeypatch, erasing_maria(hiring), "screening.services.privacy.erasing.refuse_held", confirm)
    assert (both, marks_and_people(hiring)) == (("done", "NotWaiting"), (1, 1, 0))
    assert count(hiring, PendingImport) == 0


def submitting(hiring: HiringRound) -> Act:
    ada, public_id = hiring.viewer("ada"), hiring.cards["ada", "maria", "phone"]

    def submit(session: Session) -> None:
        card = scorecards.get(session, ada, public_id)
        content = Content({item.key: Entry(3, "", "Calm") for item in card.criteria}, "yes", "Calm", "")
        scorecards.submit(session, ada, public_id, content, version=card.version, rubric_number=card.rubric_number)

    return submit


def taking_off(hiring: HiringRound) -> Act:
    recruiter, public_id = hiring.viewer("recruiter"), hiring.cards["ada", "maria", "phone"]
    return lambda session: interviews.unassign(session, recruiter, public_id)


def test_submitting_and_being_taken_off(hiring: HiringRound, monkeypatch: pytest.MonkeyPatch) -> None:
    pause = "screening.services.scorecards.writing.standing"
    assert race(hiring.database, monkeypatch, submitting(hiring), pause, taking_off(hiring)) == ("done", "Invalid")


def test_being_taken_off_and_submitting(hiring: HiringRound, monkeypatch: pytest.MonkeyPatch) -> None:
    pause = "screening.services.interviews.hold_application"
    assert race(hiring.database, monkeypatch, taking_off(hiring), pause, submitting(hiring)) == ("done", "NotFound")


def test_submitting_and_erasing(hiring: HiringRound, monkeypatch: pytest.MonkeyPatch) -> None:
    pause = "screening.services.scorecards.writing.standing"
    assert race(hiring.database, monkeypatch, submitting(hiring), pause, erasing_maria(hiring)) == ("done", "done")


def test_erasing_and_submitting(hiring: HiringRound, monkeypatch: pytest.MonkeyPatch) -> None:
    pause = "screening.services.privacy.erasing._keep_counts"
    assert race(hiring.database, monkeypatch, erasing_maria(hiring), pause, submitting(hiring)) == ("done", "NotFound")
