"""Erasing people: everything that is held about them goes, all or nothing; the log, the counts and everybody else's data stay."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import aliased

from screening.clock import now
from screening.database import Base, Database
from screening.errors import Invalid
from screening.models import Account, Application, Candidate, Event, Interview, Job, KeptPaper, Opening, PastDecision, PendingImport, Rating
from screening.operations import backup, restoring
from screening.services import dashboard, results, working
from screening.services.privacy import cleaning, erasing, holds, leaving
from screening.services.privacy.inventory import TABLES, Kind, Subject, belongs, columns_of, table_of
from screening.services.reporting import EVERYTHING
from tests.support import canaries
from tests.support.hiring_round import HiringRound, opening_row, viewer_of
from tests.support.keys import KEY

Row = tuple[Any, ...]
MOVED_BY_ERASING = {"events", "event_head", "openings"}


def everything(database: Database) -> dict[str, list[Row]]:
    with database.reading() as session:
        return {name: [tuple(row) for row in session.execute(select(table))] for name, table in Base.metadata.tables.items()}


def traces(database: Database) -> list[str]:
    """Where anything of the canary stands, in any column of any table."""
    values = [(name, value) for name, rows in everything(database).items() for row in rows for value in row]
    contents = [(name, value if isinstance(value, bytes) else str(value).encode()) for name, value in values]
    return [f"{name}: {content!r}" for name, content in contents if any(trace.lower() in content.lower() for trace in canaries.TRACES)]


def erase(hiring: HiringRound, candidate_id: int) -> erasing.Erased:
    with hiring.database.transaction() as session:
        return erasing.erase(session, viewer_of(session, hiring.people["admin"]).account_id, candidate_id)


def test_the_canary_stands_in_every_text_there_is(hiring: HiringRound) -> None:
    """Otherwise the tests below would look for what was never there."""
    candidate_id = canaries.build(hiring)
    empty = []
    with hiring.database.reading() as session:
        for name, table in TABLES.items():
            if table.of is not Subject.CANDIDATE:
                continue
            rows = session.execute(select(table_of(name)).where(belongs(name, candidate_id))).mappings().all()
            for column in columns_of(name, Kind.HELD, Kind.COPY):
                empty += [] if any(row[column] for row in rows) else [(name, column)]
    # No card of hers was withdrawn, reminded of or exposed, and everything was assessed.
    assert empty == [
        ("applications", "requirements"),
        ("scorecards", "exposed"),
        ("scorecards", "withdrawn_at"),
        ("scorecards", "reminded_at"),
        ("ratings", "not_assessed"),
    ]


def test_nothing_is_left_but_marks_and_the_log(hiring: HiringRound) -> None:
    candidate_id = canaries.build(hiring)
    elsewhere = canaries.another_opening_list(hiring, "Surname,First name\nCANARYWOOD-ØYE,Żółwina\n".encode())
    other_list = canaries.another_opening_list(hiring, b"name\nSomebody Else\n")
    before = everything(hiring.database)
    assert traces(hiring.database) != []
    done = erase(hiring, candidate_id)
    assert traces(hiring.database) == []
    assert (done.already, done.applications, done.files, done.lists) == (False, 1, 1, 2)
    with hiring.database.reading() as session:
        assert session.scalars(select(PendingImport.public_id)).all() == [other_list]
        assert elsewhere != other_list
        left = {
            name: session.execute(select(table_of(name)).where(belongs(name, candidate_id))).mappings().all()
            for name, table in TABLES.items()
            if table.of is Subject.CANDIDATE
        }
        past = session.execute(select(PastDecision.stage, PastDecision.kind, PastDecision.undone_at.is_(None)).order_by(PastDecision.id))
        assert past.all() == [("phone", "reject", False), ("phone", "hold", True)]
    assert {name for name, rows in left.items() if rows} == {"candidates", "applications", "past_decisions", "events"}
    for name in ("candidates", "applications"):
        ((row),) = left[name]
        assert {column: row[column] for column in columns_of(name, Kind.HELD) if row[column]} == {}
        assert row["erased_at"] == done.at
    # The log has every entry it had, and one more; nothing else is another than before.
    after = everything(hiring.database)
    assert after["events"][: len(before["events"])] == before["events"]
    assert [row[3] for row in after["events"][len(before["events"]) :]] == ["person_erased"]
    others = [name for name, table in TABLES.items() if table.of is not Subject.CANDIDATE and name not in MOVED_BY_ERASING]
    gone = {"jobs", "job_parts", "pending_imports"}
    assert {name: after[name] for name in others if name not in gone} == {name: before[name] for name in others if name not in gone}


def test_the_data_of_others_stay(hiring: HiringRound) -> None:
    hiring.submit("ada", "tom")
    candidate_id = canaries.build(hiring)
    with hiring.database.reading() as session:
        tom = session.scalars(select(Candidate.id).where(Candidate.email == "tom@example.org")).one()

    def of_tom() -> dict[str, list[Row]]:
        with hiring.database.reading() as session:
            return {
                name: [tuple(row) for row in session.execute(select(table_of(name)).where(belongs(name, tom)))]
                for name, table in TABLES.items()
                if table.of is Subject.CANDIDATE and name != "kept_papers"
            }

    before = of_tom()
    erase(hiring, candidate_id)
    assert of_tom() == before
    assert len(before["ratings"]) == 2


def test_erasing_again_does_nothing(hiring: HiringRound) -> None:
    candidate_id = canaries.build(hiring)
    first = erase(hiring, candidate_id)
    before = everything(hiring.database)
    again = erase(hiring, candidate_id)
    assert (again.already, again.at) == (True, first.at)
    assert everything(hiring.database) == before


def test_a_hold_keeps_everything_and_says_why(hiring: HiringRound) -> None:
    candidate_id = canaries.build(hiring)
    with hiring.database.transaction() as session:
        holds.place(session, None, candidate_id, "A complaint is open")
    before = everything(hiring.database)
    with pytest.raises(erasing.OnHold, match=r"a legal hold stands since .* A complaint is open"):
        erase(hiring, candidate_id)
    assert everything(hiring.database) == before
    with hiring.database.transaction() as session:
        holds.lift(session, None, candidate_id)
    assert not erase(hiring, candidate_id).already


def test_an_erasure_that_breaks_off_has_done_nothing(hiring: HiringRound, monkeypatch: pytest.MonkeyPatch) -> None:
    candidate_id = canaries.build(hiring)
    before = everything(hiring.database)

    def broken(*_: object) -> int:
        raise RuntimeError("the power went")

    monkeypatch.setattr(erasing, "_drop_files", broken)
    with pytest.raises(RuntimeError):
        erase(hiring, candidate_id)
    assert everything(hiring.database) == before
    monkeypatch.undo()
    erase(hiring, candidate_id)
    assert traces(hiring.database) == []


def test_numbers_are_those_of_an_opening_without_the_person(hiring: HiringRound) -> None:
    hiring.submit("ada", "tom", composure=4)
    with hiring.database.reading() as session:
        revision = opening_row(session, hiring).revision
    candidate_id = canaries.build(hiring)
    with hiring.database.reading() as session:
        found = results.of(session, opening_row(session, hiring), EVERYTHING)
        assert found is not None
        assert [person.name for person in found.people] == [canaries.NAME, "Tom Okafor", "Linh Nguyễn"]
        shared = len(found.ratings.level)
    erase(hiring, candidate_id)
    with hiring.database.reading() as session:
        opening = opening_row(session, hiring)
        assert opening.revision > revision
        found = results.of(session, opening, EVERYTHING)
        assert found is not None
        assert [person.name for person in found.people] == ["Tom Okafor", "Linh Nguyễn"]
        # Two of ada's on Tom are left: no agreement or severity can rest on what nobody holds any more.
        assert (shared, len(found.ratings.level)) == (6, 2)
        assert found.cards.tolist() == [1, 0]


def test_the_opening_counts_the_erased_and_names_them_nowhere(hiring: HiringRound) -> None:
    candidate_id = canaries.build(hiring)

    def board() -> dashboard.Board:
        with hiring.database.reading() as session:
            return dashboard.of(session, viewer_of(session, hiring.people["recruiter"]), hiring.opening)

    before = board()
    erase(hiring, candidate_id)
    after = board()
    assert (before.candidates, before.erased, after.candidates, after.erased) == (3, 0, 2, 1)
    assert before.outcome == after.outcome == (("hold", 1),)
    assert (len(before.latest), after.latest) == (1, ())


@pytest.mark.parametrize("table", ["ratings", "revisions", "scorecards", "interviews", "applications", "candidates"])
def test_what_was_submitted_of_somebody_not_erased_cannot_be_deleted(hiring: HiringRound, table: str) -> None:
    hiring.submit("ada", "maria")
    with pytest.raises(DBAPIError), hiring.database.transaction() as session:
        session.execute(text(f"DELETE FROM {table}"))  # noqa: S608


def test_drafts_can_still_be_deleted(hiring: HiringRound) -> None:
    canaries.build(hiring)
    with hiring.database.transaction() as session:
        drafts = table_of("revisions").c.submitted_at.is_(None)
        held = session.execute(
            delete(table_of("ratings")).where(table_of("ratings").c.revision_id.in_(select(table_of("revisions").c.id).where(drafts)))
        )
        assert held.rowcount == 2
        assert session.execute(delete(table_of("revisions")).where(drafts)).rowcount == 1


@pytest.mark.parametrize(
    "statement",
    [
        update(table_of("candidates")).values(name="Back again"),
        update(table_of("applications")).values(notes="Back again"),
        insert(table_of("interviews")).values(application_id=1, stage="x", place="", public_id="x" * 22, created_at=now()),
        insert(table_of("decisions")).values(
            application_id=1, stage="x", kind="hold", reason="x", decided_by=1, decided_at=now(), public_id="x" * 22, undone_reason=""
        ),
        insert(table_of("final_ratings")).values(application_id=1, account_id=1, criterion="x", level=1, reason="x", given_at=now()),
        insert(table_of("demographics")).values(application_id=1, attribute="x", group="x"),
        insert(table_of("kept_papers")).values(application_id=1, digest="x", content=b"x", kept_at=now()),
        insert(table_of("holds")).values(candidate_id=1, reason="x", set_at=now(), public_id="x" * 22),
        insert(table_of("applications")).values(opening_id=1, candidate_id=1, notes="x"),
        delete(table_of("applications")),
    ],
    ids=lambda statement: f"{type(statement).__name__} {statement.table.name}",
)
def test_nothing_can_be_written_about_somebody_who_was_erased(hiring: HiringRound, statement: Any) -> None:
    erase(hiring, canaries.build(hiring))
    refusal = pytest.raises(DBAPIError, match=r"erased stays erased|nothing is written about|what was submitted stays")
    with refusal, hiring.database.transaction() as session:
        session.execute(statement)


def test_a_worker_that_is_at_a_file_of_the_opening_keeps_nothing_of_it(hiring: HiringRound) -> None:
    candidate_id = canaries.build(hiring)
    with hiring.database.transaction() as session:
        opening, recruiter = opening_row(session, hiring), viewer_of(session, hiring.people["recruiter"])
        request = {"applications": [hiring.candidates["maria"]], "rights": ""}
        session.add(Job(opening_id=opening.id, account_id=recruiter.account_id, kind="summaries", request=request, digest="3" * 64))
    with hiring.database.transaction() as session:
        claim = working.claim(session, session.scalars(select(Job.public_id).where(Job.digest == "3" * 64)).one())
    assert claim is not None
    erase(hiring, candidate_id)
    # It has read her data before, and comes too late with all of them.
    with hiring.database.transaction() as session:
        working.keep(session, "4" * 64, hiring.candidates["maria"], canaries.said("late").encode())
    with hiring.database.transaction() as session:
        made = working.Made(f"{canaries.NAME}.pdf", "application/pdf", 1, [canaries.said("late").encode()])
        assert not working.renew(session, claim, done=1)
        assert not working.finish(session, claim, made)
    with hiring.database.reading() as session:
        assert session.scalars(select(KeptPaper.digest)).all() == []
    assert traces(hiring.database) == []


def test_queries_of_every_shape_leave_the_erased_out(hiring: HiringRound) -> None:
    erase(hiring, canaries.build(hiring))
    maria = hiring.candidates["maria"]
    queries = [
        select(Application.public_id),
        select(Application),
        select(Application.public_id).join(Candidate),
        select(Candidate.id).where(Candidate.name == ""),
        select(Event.id).where(Event.application_id.in_(select(Application.id).where(Application.public_id == maria))),
        select(Event.id).join(Application, Event.application_id == Application.id).where(Application.public_id == maria),
        select(Opening.id).where(select(Application.id).where(Application.public_id == maria).exists()),
        select(Application.id).where(Application.public_id == maria).union_all(select(Interview.id).where(Interview.id < 0)),
    ]
    with hiring.database.reading() as session:
        found = [session.scalars(query).all() for query in queries]
    assert [len(rows) for rows in found] == [2, 2, 2, 0, 0, 0, 0, 0]


def files_of(database: Database) -> list[Path]:
    """Every file of the database: on PostgreSQL those of its tables, not the write-ahead log."""
    url = database.engine.url
    if database.engine.dialect.name == "sqlite":
        path = Path(str(url.database))
        return sorted(path.parent.glob(f"{path.name}*"))
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("CHECKPOINT")
        folder = Path(connection.exec_driver_sql("SHOW data_directory").scalar_one())
        number = connection.exec_driver_sql("SELECT oid FROM pg_database WHERE datname = current_database()").scalar_one()
    return [path for path in (folder / "base" / str(number)).iterdir() if path.is_file()]


def left_in_files(database: Database) -> set[tuple[str, bytes]]:
    found = set()
    for path in files_of(database):
        content = path.read_bytes()
        found |= {(path.name, trace) for trace in canaries.TRACES if trace in content}
    return found


def test_after_the_clean_up_no_byte_is_left_in_the_files(hiring: HiringRound) -> None:
    # So much text that it lies on many pages, some of which are freed on the way; and statistics that hold samples of it.
    candidate_id = canaries.build(hiring)
    with hiring.database.transaction() as session:
        session.execute(
            update(Rating)
            .where(Rating.revision_id.in_(select(table_of("revisions").c.id).where(table_of("revisions").c.submitted_at.is_(None))))
            .values(note=canaries.said("long ") * 120)
        )
    if hiring.database.engine.dialect.name == "postgresql":
        with hiring.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("ANALYZE")
    hiring.database.engine.dispose()
    assert left_in_files(hiring.database) != set()
    erase(hiring, candidate_id)
    with hiring.database.reading() as session:
        assert cleaning.is_needed(session)
    assert cleaning.clean_up_if_needed(hiring.database)
    assert left_in_files(hiring.database) == set()
    assert not cleaning.clean_up_if_needed(hiring.database)


def account(hiring: HiringRound, name: str) -> Account:
    with hiring.database.reading() as session:
        return session.scalars(select(Account).where(Account.public_id == hiring.people[name])).one()


def leave(hiring: HiringRound, name: str, actor: str = "admin") -> erasing.Erased:
    with hiring.database.transaction() as session:
        return leaving.erase(session, account(hiring, actor).id, account(hiring, name).id)


def test_somebody_who_worked_here_becomes_a_former_colleague(hiring: HiringRound) -> None:
    with hiring.database.transaction() as session:
        session.execute(update(Account).where(Account.name == "Ben").values(name=canaries.NAME, email=canaries.EMAIL))
    hiring.submit("ben", "maria")
    before = everything(hiring.database)
    assert traces(hiring.database) != []
    done = leave(hiring, "ben")
    assert traces(hiring.database) == []
    after = account(hiring, "ben")
    assert (after.name, after.email, after.is_active, after.password_hash) == (
        "Former colleague 1",
        "former-colleague-1@erased.invalid",
        False,
        "",
    )
    assert after.erased_at == done.at
    for name in ("scorecards", "revisions", "ratings", "memberships"):
        assert everything(hiring.database)[name] == before[name]
    leave(hiring, "cleo")
    assert account(hiring, "cleo").name == "Former colleague 2"
    assert leave(hiring, "ben").already


def test_the_last_administrator_and_oneself_stay(hiring: HiringRound) -> None:
    with pytest.raises(Invalid, match="your own account"):
        leave(hiring, "admin")
    with pytest.raises(Invalid, match="only administrator"):
        leave(hiring, "admin", actor="recruiter")


def test_the_marks_of_somebody_erased_come_back_with_a_backup(hiring: HiringRound, tmp_path: Path) -> None:
    erase(hiring, canaries.build(hiring))
    before = everything(hiring.database)
    backup.make(hiring.database, tmp_path / "backup.zip", secret=KEY)
    fresh = Database(f"sqlite:///{tmp_path / 'fresh.sqlite3'}", secrets=(KEY,))
    restoring.restore(fresh, tmp_path / "backup.zip", secrets=[KEY])
    after = everything(fresh)
    assert [len(after[name]) for name in ("candidates", "applications")] == [len(before[name]) for name in ("candidates", "applications")]
    fresh.close()


def test_no_query_finds_them_by_an_alias_either(hiring: HiringRound) -> None:
    with hiring.database.transaction() as session:
        person = session.scalars(select(Candidate.id).where(Candidate.email == "maria@example.org")).one()
        erasing.erase(session, None, person)
    there, record = aliased(Application), aliased(Candidate)
    with hiring.database.reading() as session:
        found = session.scalars(select(Opening.id).join(there, there.opening_id == Opening.id)).all()
        people = session.scalars(select(record.name).select_from(there).join(record, there.candidate_id == record.id)).all()
    assert (len(found), "" in people) == (len(hiring.candidates) - 1, False)
