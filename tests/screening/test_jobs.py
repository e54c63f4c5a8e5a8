"""Work in the background: who may ask, look, cancel and fetch; that a job is done once, by one worker, and never half."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from screening import clock
from screening.errors import Invalid, NotFound
from screening.models import Account, Application, Candidate, Event, Job, JobPart, KeptPaper, Opening
from screening.policy import Hat
from screening.services import candidates, jobs, openings, working
from screening.services.working import Claim, Made
from tests.support.hiring_round import HiringRound

RATINGS = {"all_versions": False}


def ask(hiring: HiringRound, who: str = "recruiter", request: dict[str, object] | None = None, look: str = "look") -> str:
    with hiring.database.transaction() as session:
        opening = session.scalars(select(Opening).where(Opening.public_id == hiring.opening)).one()
        return jobs.ask(session, hiring.viewer(who), opening, "ratings", request or RATINGS, total=4, look=look).public_id


def take(hiring: HiringRound, job: str) -> Claim:
    with hiring.database.transaction() as session:
        claim = working.claim(session, job)
    assert claim is not None
    return claim


def made(*parts: bytes) -> Made:
    return Made("All of it.xlsx", "application/x", sum(map(len, parts)), parts)


def finish(hiring: HiringRound, claim: Claim, what: Made) -> bool:
    with hiring.database.transaction() as session:
        return working.finish(session, claim, what)


def state(hiring: HiringRound, job: str) -> tuple[str, int, int]:
    with hiring.database.reading() as session:
        found = session.scalars(select(Job).where(Job.public_id == job)).one()
        return found.state, found.done, found.attempts


def due(hiring: HiringRound) -> list[str]:
    with hiring.database.reading() as session:
        return list(working.due(session))


def count(hiring: HiringRound, table: type) -> int:
    with hiring.database.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def left(hiring: HiringRound, job: str, *, minutes_ago: int) -> Claim:
    with clock.set_back(clock.now() - timedelta(minutes=minutes_ago)):
        return take(hiring, job)


def test_a_job_is_taken_once_worked_on_and_fetched(hiring: HiringRound) -> None:
    job = ask(hiring)
    assert due(hiring) == [job]

    claim = take(hiring, job)
    with hiring.database.transaction() as session:
        assert working.claim(session, job) is None
        assert working.renew(session, claim, done=3)
    assert due(hiring) == []
    assert state(hiring, job) == ("running", 3, 1)

    assert finish(hiring, claim, made(b"one", b"two"))
    assert state(hiring, job) == ("done", 4, 1)
    with hiring.database.transaction() as session:
        found = jobs.fetch(session, hiring.viewer("recruiter"), hiring.opening, job)
        assert [jobs.piece(session, found, number) for number in jobs.pieces(session, found)] == [b"one", b"two"]
        assert (found.filename, found.media_type, found.size) == ("All of it.xlsx", "application/x", 6)
    with hiring.database.reading() as session:
        actions = session.scalars(select(Event.action).where(Event.action.startswith("job_")).order_by(Event.id)).all()
    assert actions == ["job_asked", "job_done", "job_fetched"]


def test_the_same_asked_again_is_the_same_job_until_something_changes(hiring: HiringRound) -> None:
    first = ask(hiring)
    finish(hiring, take(hiring, first), made(b"x"))
    assert ask(hiring) == first

    others = [ask(hiring, look="another look"), ask(hiring, request={"all_versions": True}), ask(hiring, who="manager")]
    with hiring.database.transaction() as session:
        details = candidates.Details("Somebody New")
        candidates.add(session, hiring.viewer("recruiter"), hiring.opening, details)
    others.append(ask(hiring))
    assert len({first, *others}) == 5


def test_a_cancelled_or_failed_job_does_not_stand_in_the_way_of_a_new_one(hiring: HiringRound) -> None:
    first = ask(hiring)
    with hiring.database.transaction() as session:
        assert jobs.cancel(session, hiring.viewer("recruiter"), hiring.opening, first).state == "cancelled"
    second = ask(hiring)
    with hiring.database.transaction() as session:
        claim = working.claim(session, second)
        assert claim is not None
        working.fail(session, claim, "It was too long.")
    assert len({first, second, ask(hiring)}) == 3
    with hiring.database.reading() as session:
        assert jobs.of(session, hiring.viewer("recruiter"), hiring.opening, second).message == "It was too long."


def test_three_files_at_a_time_are_enough(hiring: HiringRound) -> None:
    asked = [ask(hiring, look=str(at)) for at in range(jobs.AT_ONCE)]
    with pytest.raises(Invalid, match="3 files are being made for you already"):
        ask(hiring, look="one more")

    finish(hiring, take(hiring, asked[0]), made(b"x"))
    ask(hiring, look="one more")


def test_a_cancelled_job_tells_its_worker_and_takes_no_file(hiring: HiringRound) -> None:
    job = ask(hiring)
    claim = take(hiring, job)
    with hiring.database.transaction() as session:
        jobs.cancel(session, hiring.viewer("recruiter"), hiring.opening, job)
    with hiring.database.transaction() as session:
        assert not working.renew(session, claim, done=2)

    assert not finish(hiring, claim, made(b"x"))
    assert (state(hiring, job)[0], count(hiring, JobPart)) == ("cancelled", 0)


def test_a_job_left_by_a_dead_worker_is_taken_over_and_the_dead_one_can_write_no_more(hiring: HiringRound) -> None:
    job = ask(hiring)
    dead = left(hiring, job, minutes_ago=1)
    assert due(hiring) == [job]

    alive = take(hiring, job)
    with hiring.database.transaction() as session:
        assert not working.renew(session, dead, done=4)
        working.fail(session, dead, "too late")
    assert not finish(hiring, dead, made(b"of the dead"))
    assert state(hiring, job) == ("running", 0, 2)

    assert finish(hiring, alive, made(b"of the living"))
    with hiring.database.reading() as session:
        assert jobs.piece(session, session.scalars(select(Job)).one(), 0) == b"of the living"


def test_a_job_that_ends_its_worker_again_and_again_is_given_up(hiring: HiringRound) -> None:
    job = ask(hiring)
    for attempt in range(working.MOST_ATTEMPTS):
        left(hiring, job, minutes_ago=working.MOST_ATTEMPTS - attempt)
    with hiring.database.transaction() as session:
        assert working.claim(session, job) is None
    with hiring.database.reading() as session:
        progress = jobs.of(session, hiring.viewer("recruiter"), hiring.opening, job)
    assert progress.state == "failed"
    assert progress.message.startswith("The program that makes it stopped 3 times")


def test_a_job_given_back_can_be_taken_at_once_and_the_taking_does_not_count(hiring: HiringRound) -> None:
    job = ask(hiring)
    claim = take(hiring, job)
    with hiring.database.transaction() as session:
        working.release(session, claim)

    assert due(hiring) == [job]
    assert take(hiring, job).attempt == 1


def test_a_file_that_breaks_off_while_it_is_stored_leaves_nothing(hiring: HiringRound) -> None:
    def breaking_off() -> Iterator[bytes]:
        yield b"first piece"
        raise OSError("disk full")

    job = ask(hiring)
    claim = take(hiring, job)
    with pytest.raises(OSError, match="disk full"):
        finish(hiring, claim, Made("a", "b", 99, breaking_off()))

    assert (state(hiring, job)[0], count(hiring, JobPart)) == ("running", 0)


@pytest.mark.parametrize("who", ["stranger", "admin", "manager", "ada", "cleo", "ivo"])
def test_a_job_is_there_for_nobody_but_who_asked(hiring: HiringRound, who: str) -> None:
    job = ask(hiring)
    finish(hiring, take(hiring, job), made(b"secret"))
    with hiring.database.transaction() as session:
        viewer = hiring.viewer(who)
        for way in (jobs.of, jobs.cancel, jobs.fetch):
            with pytest.raises(NotFound):
                way(session, viewer, hiring.opening, job)
        assert jobs.all_of(session, viewer) == []


def test_whoever_loses_the_hat_loses_the_files(hiring: HiringRound) -> None:
    job = ask(hiring, who="manager")
    finish(hiring, take(hiring, job), made(b"secret"))
    with hiring.database.transaction() as session:
        openings.set_hats(session, hiring.viewer("recruiter"), hiring.opening, hiring.people["manager"], [Hat.CALIBRATION_LEAD])
    with hiring.database.reading() as session:
        viewer = hiring.viewer("manager")
        with pytest.raises(NotFound):
            jobs.fetch(session, viewer, hiring.opening, job)
        assert jobs.all_of(session, viewer) == []


def test_an_interviewer_may_not_ask(hiring: HiringRound) -> None:
    with pytest.raises(NotFound):
        ask(hiring, who="ada")


def test_what_is_over_is_tidied_away(hiring: HiringRound) -> None:
    def at(age: timedelta, look: str) -> str:
        with clock.set_back(clock.now() - age):
            job = ask(hiring, look=look)
            finish(hiring, take(hiring, job), made(b"x"))
        return job

    at(timedelta(hours=25), "old")
    stay = [at(timedelta(hours=23), "young"), ask(hiring, look="waiting")]
    with hiring.database.transaction() as session:
        working.tidy(session)
    with hiring.database.reading() as session:
        assert session.scalars(select(Job.public_id).order_by(Job.id)).all() == stay
    assert count(hiring, JobPart) == 1


def test_fetching_a_file_leaves_its_job_as_it_was(hiring: HiringRound) -> None:
    """A browser may fetch ahead, and a download may break off and begin again."""

    def row() -> dict[str, object]:
        with hiring.database.reading() as session:
            return dict(session.execute(select(*Job.__table__.columns)).mappings().one())

    job = ask(hiring)
    finish(hiring, take(hiring, job), made(b"x"))
    before = row()
    for note in (False, True):
        with hiring.database.transaction() as session:
            jobs.fetch(session, hiring.viewer("recruiter"), hiring.opening, job, note=note)
    assert row() == before


@pytest.mark.parametrize("end", ["finished", "failed", "cancelled", "given up"])
def test_stretches_of_a_file_are_kept_until_its_job_ends(hiring: HiringRound, end: str) -> None:
    job = ask(hiring)
    dead = left(hiring, job, minutes_ago=9)
    with clock.set_back(clock.now() - timedelta(minutes=9)), hiring.database.transaction() as session:
        working.keep_stretch(session, dead, b"1" * 32, b"first")
        working.keep_stretch(session, dead, b"2" * 32, b"second")
    alive = left(hiring, job, minutes_ago=6)
    with hiring.database.transaction() as session:
        working.keep_stretch(session, dead, b"3" * 32, b"too late")
        assert working.stretches(session, alive) == {b"1" * 32: b"first", b"2" * 32: b"second"}

    if end == "given up":
        left(hiring, job, minutes_ago=3)
    with hiring.database.transaction() as session:
        match end:
            case "finished":
                assert working.finish(session, alive, made(b"whole"))
            case "failed":
                working.fail(session, alive, "too long")
            case "cancelled":
                jobs.cancel(session, hiring.viewer("recruiter"), hiring.opening, job)
            case _:
                assert working.claim(session, job) is None
    with hiring.database.reading() as session:
        assert session.scalars(select(JobPart.content)).all() == ([b"whole"] if end == "finished" else [])


def test_kept_documents_go_with_their_candidate_and_with_time(hiring: HiringRound) -> None:
    tom = hiring.candidates["tom"]
    with hiring.database.transaction() as session:
        # Somebody of whom nothing is recorded: whoever the record of events names cannot be deleted.
        session.add(Application(opening_id=1, candidate=Candidate(name="Maria"), public_id="m" * 22))
        maria = "m" * 22
        working.keep(session, "a" * 64, maria, b"first")
        working.keep(session, "a" * 64, maria, b"again")
        working.keep(session, "b" * 64, tom, b"of Tom")
        with clock.set_back(clock.now() - timedelta(days=8)):
            working.keep(session, "c" * 64, tom, b"old")
        working.tidy(session)
    with hiring.database.transaction() as session:
        assert working.kept(session, ["a" * 64, "c" * 64]) == {"a" * 64: b"first"}
        session.delete(session.scalars(select(Application).where(Application.public_id == maria)).one())
    assert count(hiring, KeptPaper) == 1
    assert count(hiring, Account) == 8
