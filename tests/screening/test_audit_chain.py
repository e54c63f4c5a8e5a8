"""The record of events is a chain: whatever is done to it without the secret key is found, and where it was done is told."""

# ruff: noqa: S608 - whoever tampers writes statements

from __future__ import annotations

import contextlib
import subprocess
import sys
import threading
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, func, insert, select, text, update
from sqlalchemy.exc import DBAPIError

from screening import chain, clock, schema
from screening.chain import Head
from screening.database import Database
from screening.errors import NoKey
from screening.models import Account, Event, EventHead
from screening.services import accounts
from screening.services.audit.telling import Broken, head, lines
from screening.services.audit.verifying import Verdict, verify
from screening.services.events import record
from tests.support.hiring_round import HiringRound
from tests.support.keys import KEY
from tests.support.tampering import OTHERS_SEAL, without_triggers

OTHER_KEY = "another-key-for-tests-0123456789abcdef"


def noted(database: Database, times: int = 1, **detail: Any) -> None:
    with database.transaction() as session:
        for number in range(times):
            record(session, None, "scorecard_submitted", stage="phone", revision=number, **detail)


def looked(database: Database, kept: Head | None = None) -> Verdict:
    with database.reading() as session:
        return verify(session, kept=kept)


def found(database: Database, kept: Head | None = None) -> list[tuple[str, int, int]]:
    return [(one.kind, one.first, one.last) for one in looked(database, kept).findings]


def the_head(database: Database) -> Head:
    with database.reading() as session:
        return head(session)


def opened(database: Database, *secrets: str) -> Database:
    return Database(database.engine.url.render_as_string(hide_password=False).replace("+psycopg", ""), secrets=secrets)


def test_a_record_that_nobody_touched_is_whole(hiring: HiringRound) -> None:
    hiring.submit("ada", "maria", composure=2)
    verdict = looked(hiring.database)
    assert (verdict.holds, verdict.findings) == (True, [])
    with hiring.database.reading() as session:
        ids = list(session.scalars(select(Event.id).order_by(Event.id)))
        last = session.execute(select(Event.action, Event.mac).order_by(Event.id.desc()).limit(1)).one()
    assert ids == list(range(1, verdict.entries + 1))
    assert last.action == "scorecard_submitted"
    assert verdict.head == Head(len(ids), last.mac) == the_head(hiring.database)


def test_an_empty_record_is_whole_and_has_a_head(database: Database) -> None:
    assert (looked(database).holds, looked(database).entries) == (True, 0)
    assert str(the_head(database)) == "0:" + "0" * 64


def test_the_seal_is_over_what_the_documentation_says(database: Database) -> None:
    """Calculated again with nothing of the program: the file format must not change unnoticed."""
    import hashlib
    import hmac
    import json

    with database.transaction() as session:
        record(session, None, "voided", criterion="teamwork", whole=True, words="größer")
    with database.reading() as session:
        row = session.scalars(select(Event)).one()
    derived = hmac.new(KEY.encode(), b"screening audit chain 1", hashlib.sha256).digest()
    at = row.at.strftime("%Y-%m-%dT%H:%M:%S.%f+00:00")
    sealed = ["0" * 64, 1, at, None, "voided", None, None, {"criterion": "teamwork", "whole": True, "words": "größer"}]
    content = json.dumps(sealed, ensure_ascii=False, separators=(",", ":")).encode()
    assert row.mac == hmac.new(derived, content, hashlib.sha256).hexdigest()
    assert row.key == hmac.new(derived, b"identifier", hashlib.sha256).hexdigest()[:16]


COLUMNS = "at, account_id, action, opening_id, application_id, detail, key, previous, mac"
CUT = "DELETE FROM events WHERE id > 15"
TAMPERINGS = {
    "another action": (["UPDATE events SET action = 'candidate_added' WHERE id = 7"], [("changed", 7, 7)]),
    "another time": (["UPDATE events SET at = (SELECT at FROM events WHERE id = 1) WHERE id = 7"], [("changed", 7, 7)]),
    "another person": (["UPDATE events SET account_id = 1 WHERE id = 7"], [("changed", 7, 7)]),
    "another detail": (["UPDATE events SET detail = '{\"revision\": 99}' WHERE id = 7"], [("changed", 7, 7)]),
    "no detail": (["UPDATE events SET detail = '[]' WHERE id = 7"], [("changed", 7, 7)]),
    "another seal": ([f"UPDATE events SET mac = '{OTHERS_SEAL}' WHERE id = 7"], [("changed", 7, 7)]),
    "another seal before": ([f"UPDATE events SET previous = '{OTHERS_SEAL}' WHERE id = 7"], [("changed", 7, 7)]),
    "another key": (["UPDATE events SET key = 'nobody' WHERE id = 7"], [("unknown_key", 7, 7)]),
    "no seals": (
        ["UPDATE events SET mac = '', key = '', previous = '' WHERE id BETWEEN 7 AND 9"],
        [("unknown_key", 7, 9), ("misplaced", 10, 10)],
    ),
    "one removed": (["DELETE FROM events WHERE id = 7"], [("removed", 7, 7)]),
    "some removed": (["DELETE FROM events WHERE id BETWEEN 7 AND 9"], [("removed", 7, 9)]),
    "the first removed": (["DELETE FROM events WHERE id = 1"], [("removed", 1, 1)]),
    "the last removed": (["DELETE FROM events WHERE id = 20"], [("cut", 20, 20)]),
    "cut": ([CUT], [("cut", 16, 20)]),
    "cut to nothing": (["DELETE FROM events"], [("cut", 1, 20)]),
    "emptied": (["DELETE FROM events", "DELETE FROM event_head"], [("emptied", 0, 0)]),
    "moved to the front": (["UPDATE events SET id = 0 WHERE id = 7"], [("inserted", 0, 0), ("removed", 7, 7)]),
    "swapped": (
        ["UPDATE events SET id = -7 WHERE id = 7", "UPDATE events SET id = 7 WHERE id = 8", "UPDATE events SET id = 8 WHERE id = -7"],
        [("changed", 7, 8)],
    ),
    "added": ([f"INSERT INTO events (id, {COLUMNS}) SELECT 21, {COLUMNS} FROM events WHERE id = 20"], [("inserted", 21, 21)]),
    "head moved back": (["UPDATE event_head SET number = 15"], [("head_changed", 0, 0)]),
    "head removed": (["DELETE FROM event_head"], [("head_removed", 0, 0)]),
    "head of nobody": (["UPDATE event_head SET key = 'nobody'"], [("head_of_unknown_key", 0, 0)]),
    "cut with head": (
        [CUT, "UPDATE event_head SET number = 15, mac = (SELECT mac FROM events WHERE id = 15)"],
        [("head_changed", 0, 0)],
    ),
    "cut without head": ([CUT, "DELETE FROM event_head"], [("head_removed", 0, 0)]),
}

WITHOUT_THE_FIRST = ("the first removed", "cut to nothing", "emptied")
"""What takes away the entry of the account that is still there."""


@pytest.mark.parametrize("what", TAMPERINGS)
def test_what_was_done_is_found_where_it_was_done(database: Database, what: str) -> None:
    with database.transaction() as session:
        accounts.create_account(session, None, email="ada@example.org", name="Ada")
    noted(database, 19)
    kept = the_head(database)
    assert kept.number == 20
    statements, expected = TAMPERINGS[what]
    without_triggers(database, *statements)
    verdict = looked(database)
    assert [(one.kind, one.first, one.last) for one in verdict.findings] == expected
    assert not verdict.holds
    assert [fact.kind for fact in verdict.facts] == ["account"] * (what in WITHOUT_THE_FIRST)
    assert len(list(lines(verdict))) == len(expected) + len(verdict.facts)
    assert not looked(database, kept).holds


def test_a_record_that_was_emptied_shows_when_it_has_gone_on(database: Database) -> None:
    with clock.set_back(clock.now() - timedelta(hours=1)), database.transaction() as session:
        accounts.create_account(session, None, email="ada@example.org", name="Ada")
    without_triggers(database, "DELETE FROM events", "DELETE FROM event_head")
    noted(database)
    assert found(database) == [("resumed", 1, 1)]


@pytest.mark.parametrize("written", ["account", "entry"])
def test_no_time_in_a_table_makes_an_emptied_record_look_new(database: Database, written: str) -> None:
    """Whoever empties it may as well write that everybody came just now."""
    with database.transaction() as session:
        accounts.create_account(session, None, email="ada@example.org", name="Ada")
    noted(database, 3)
    kept = the_head(database)
    without_triggers(database, "DELETE FROM events", "DELETE FROM event_head")
    with database.transaction() as session:
        session.execute(update(Account).values(created_at=clock.now()))
    assert found(database) == [("emptied", 0, 0)]
    if written == "entry":
        noted(database)
    else:
        with database.transaction() as session:
            accounts.create_account(session, None, email="ben@example.org", name="Ben")
    assert found(database) == [("resumed", 1, 1)]
    assert not looked(database, kept).holds


def test_a_record_begins_with_the_first_account_or_before_it(database: Database) -> None:
    noted(database)
    with database.transaction() as session:
        for name in ("ada", "ben"):
            accounts.create_account(session, None, email=f"{name}@example.org", name=name)
    assert (found(database), looked(database).entries) == ([], 3)


def test_several_first_accounts_at_once_begin_one_record(database: Database) -> None:
    with database.transaction() as session:
        for name in ("ada", "ben"):
            accounts.create_account(session, None, email=f"{name}@example.org", name=name)
    assert (found(database), looked(database).entries) == ([], 2)


def test_numbers_moved_together_hide_nothing(database: Database) -> None:
    noted(database, 12)
    without_triggers(
        database,
        "DELETE FROM events WHERE id = 5",
        "UPDATE events SET id = id - 100 WHERE id > 5",
        "UPDATE events SET id = id + 99 WHERE id < 0",
    )
    assert found(database) == [("changed", 5, 11), ("cut", 12, 12)]


def test_a_former_end_put_back_with_its_head_shows_against_one_that_was_kept(database: Database) -> None:
    noted(database, 5)
    with database.reading() as session:
        old = session.execute(select(EventHead.number, EventHead.mac, EventHead.key, EventHead.seal)).one()._asdict()
    noted(database, 5)
    kept = the_head(database)
    values = ", ".join(f"{name} = '{value}'" for name, value in old.items())
    without_triggers(database, "DELETE FROM events WHERE id > 5", f"UPDATE event_head SET {values}")
    assert found(database) == []
    assert found(database, kept) == [("cut", 6, 10)]
    noted(database, 7)
    assert found(database) == []
    assert found(database, kept) == [("changed", 10, 10)]


@pytest.mark.parametrize(
    "statements",
    [
        ["DELETE FROM events WHERE id > 5", "DELETE FROM event_head"],
        ["DELETE FROM events WHERE id > 5", "UPDATE event_head SET number = 5, mac = (SELECT mac FROM events WHERE id = 5)"],
        ["DELETE FROM events WHERE id > 5", "UPDATE event_head SET key = 'nobody'"],
        ["DELETE FROM events", "UPDATE event_head SET number = 0"],
    ],
)
def test_a_cut_end_still_shows_when_the_record_has_gone_on(database: Database, statements: list[str]) -> None:
    noted(database, 8)
    without_triggers(database, *statements)
    noted(database)
    verdict = looked(database)
    resumed = 6 if "id > 5" in statements[0] else 1
    assert [(one.kind, one.first, one.last) for one in verdict.findings] == [("resumed", resumed, resumed)]
    assert verdict.entries == resumed + 1


def test_a_cut_end_with_its_head_left_alone_shows_when_the_record_has_gone_on(database: Database) -> None:
    noted(database, 8)
    without_triggers(database, "DELETE FROM events WHERE id > 5")
    noted(database)
    assert found(database) == [("removed", 6, 8)]


def test_the_record_goes_on_after_an_entry_that_somebody_put_in(database: Database) -> None:
    noted(database, 3)
    without_triggers(database, f"INSERT INTO events (id, {COLUMNS}) SELECT 4, {COLUMNS} FROM events WHERE id = 3")
    noted(database, 2)
    assert found(database) == [("changed", 4, 4)]


def test_the_head_is_not_given_out_where_the_end_is_not_genuine(database: Database) -> None:
    noted(database, 3)
    without_triggers(database, "UPDATE events SET action = 'x' WHERE id = 3")
    with pytest.raises(Broken, match="Entry 3 is not what was recorded"):
        the_head(database)


def test_what_cannot_be_read_as_an_entry_is_a_changed_entry(sqlite_database: Database) -> None:
    for column, value in (
        ("at", "'noon'"),
        ("detail", "'{'"),
        ("action", "CAST(x'ff' AS TEXT)"),
        ("mac", "x'00'"),
        ("detail", "'[' || '['"),
    ):
        noted(sqlite_database, 1)
        with sqlite_database.reading() as session:
            last = session.scalar(select(func.max(Event.id)))
        without_triggers(sqlite_database, f"UPDATE events SET {column} = {value} WHERE id = {last}")
        assert found(sqlite_database) == [("changed", 1, last)]
    noted(sqlite_database, 1)
    assert found(sqlite_database) == [("changed", 1, 5)]


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_change_of_any_field_is_found_at_its_entry(sqlite_database: Database, data: st.DataObject) -> None:
    if not looked(sqlite_database).entries:
        noted(sqlite_database, 12, words="as it was")
    number = data.draw(st.integers(1, 12))
    column = data.draw(st.sampled_from(["at", "action", "detail", "previous", "mac", "key", "account_id", "opening_id", "application_id"]))
    value = data.draw(st.one_of(st.none(), st.integers(-(2**40), 2**40), st.text(max_size=70), st.binary(max_size=8)))
    with sqlite_database.engine.execution_options(writes=True).connect() as connection:
        for name in ("events_unchanged", "events_kept"):
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
        connection.exec_driver_sql("PRAGMA ignore_check_constraints = ON")
        before = connection.exec_driver_sql(f"SELECT {column} FROM events WHERE id = ?", (number,)).scalar()
        try:
            connection.exec_driver_sql(f"UPDATE events SET {column} = ? WHERE id = ?", (value, number))
        except DBAPIError:
            return
        after = connection.exec_driver_sql(f"SELECT {column} FROM events WHERE id = ?", (number,)).scalar()
        verdict = _verified_on(connection)
        connection.rollback()
    if after == before and type(after) is type(before):
        assert verdict.holds
    else:
        assert (verdict.findings[0].first, verdict.findings[0].last) == (number, number)


def _verified_on(connection: object) -> Verdict:
    from sqlalchemy.orm import Session

    with Session(connection) as session:  # type: ignore[arg-type]
        return verify(session)


@pytest.mark.parametrize(
    "statement",
    [
        update(Event).values(action="x"),
        update(Event).where(Event.id == 1).values(id=999),
        delete(Event),
        delete(Event).where(Event.id == 2),
        text("DELETE FROM accounts WHERE id = 1"),
        text("UPDATE accounts SET id = 999 WHERE id = 1"),
    ],
)
def test_the_database_refuses_to_change_or_delete_entries_and_what_they_speak_of(database: Database, statement: object) -> None:
    with database.transaction() as session:
        ada = accounts.create_account(session, None, email="ada@example.org", name="Ada")
        record(session, ada.id, "signed_in")
    before = the_head(database)
    with pytest.raises(DBAPIError), database.transaction() as session:
        session.execute(statement)  # type: ignore[call-overload]
    assert (looked(database).holds, the_head(database)) == (True, before)


def test_sqlite_does_not_replace_an_entry(sqlite_database: Database) -> None:
    noted(sqlite_database, 2)
    with pytest.raises(DBAPIError, match="never changes"), sqlite_database.transaction() as session:
        session.execute(text(f"INSERT OR REPLACE INTO events (id, {COLUMNS}) SELECT 1, {COLUMNS} FROM events WHERE id = 2"))
    assert looked(sqlite_database).holds


def test_postgresql_does_not_truncate_the_record(postgres_database: Database) -> None:
    noted(postgres_database, 2)
    with pytest.raises(DBAPIError, match="never changes"), postgres_database.transaction() as session:
        session.execute(text("TRUNCATE events"))
    assert looked(postgres_database).entries == 2


def test_after_a_change_of_keys_the_record_goes_on_and_verifies_with_the_former_key(database: Database) -> None:
    noted(database, 3)
    changed = opened(database, OTHER_KEY, KEY)
    noted(changed, 2)
    verdict = looked(changed)
    assert verdict.holds
    assert [(run.first, run.last, run.is_present) for run in verdict.sealed] == [(1, 3, False), (4, 5, True)]
    assert [line for line in lines(verdict) if "Entries 1 to 3 are sealed with a former key" in line]
    # Without the former key nobody can tell; with a wrong one neither.
    assert found(opened(database, OTHER_KEY)) == [("unknown_key", 1, 3)]
    assert found(database) == [("head_of_unknown_key", 0, 0), ("unknown_key", 4, 5)]
    without_triggers(changed, "UPDATE events SET action = 'x' WHERE id = 2")
    assert found(changed) == [("changed", 2, 2)]
    changed.engine.dispose()


def test_a_change_of_keys_without_the_former_one_is_made_good_by_giving_it_later(database: Database) -> None:
    noted(database, 3)
    forgetful = opened(database, OTHER_KEY)
    noted(forgetful, 2)
    assert found(forgetful) == [("unknown_key", 1, 3), ("resumed", 4, 4)]
    both = opened(database, OTHER_KEY, KEY)
    assert (looked(both).holds, looked(both).entries) == (True, 6)
    without_triggers(both, "DELETE FROM events WHERE id = 3", "UPDATE events SET id = 3 WHERE id = 4")
    assert not looked(both).holds
    forgetful.engine.dispose()
    both.engine.dispose()


def test_a_cut_before_a_change_of_keys_stays_visible(database: Database) -> None:
    noted(database, 5)
    without_triggers(database, "DELETE FROM events WHERE id > 3")
    forgetful = opened(database, OTHER_KEY)
    noted(forgetful)
    both = opened(database, OTHER_KEY, KEY)
    assert found(both) == [("resumed", 4, 4)]
    forgetful.engine.dispose()
    both.engine.dispose()


def test_whoever_has_only_a_former_key_cannot_write_its_time_anew(database: Database) -> None:
    noted(database, 3)
    changed = opened(database, OTHER_KEY, KEY)
    noted(changed, 2)
    with changed.reading() as session:
        rows = list(session.execute(select(*Event.__table__.columns).order_by(Event.id)).mappings())
    forged = chain.Chain(chain.keys((KEY,)), Head())
    anew = [forged.add({**row, "action": "invented"}) for row in rows[:3]]
    without_triggers(changed, "DELETE FROM events WHERE id <= 3")
    with changed.engine.execution_options(writes=True).begin() as connection:
        connection.execute(insert(Event), anew)
    assert found(changed) == [("misplaced", 4, 4)]
    changed.engine.dispose()


def test_without_a_key_nothing_is_recorded_and_nothing_else_is_done(database: Database) -> None:
    keyless = opened(database)
    with pytest.raises(NoKey), keyless.transaction() as session:
        accounts.create_account(session, None, email="ada@example.org", name="Ada")
    with keyless.reading() as session, pytest.raises(NoKey):
        verify(session)
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Account)) == 0
    keyless.engine.dispose()


def test_what_is_undone_is_not_recorded(database: Database) -> None:
    class _Undone(Exception):
        pass

    with contextlib.suppress(_Undone), database.transaction() as session:
        record(session, None, "never")
        raise _Undone
    with database.transaction() as session:
        record(session, None, "first")
        with contextlib.suppress(_Undone), session.begin_nested():
            record(session, None, "never")
            with session.begin_nested():
                record(session, None, "never either")
            raise _Undone
        with session.begin_nested():
            record(session, None, "second")
        record(session, None, "third")
    with database.reading() as session:
        assert list(session.scalars(select(Event.action).order_by(Event.id))) == ["first", "second", "third"]
    assert looked(database).holds


def test_threads_add_one_after_another(database: Database) -> None:
    """Some hold a row that the entries of the others refer to: whoever holds the chain never waits for them."""
    with database.transaction() as session:
        ada = accounts.create_account(session, None, email="ada@example.org", name="Ada").id
    errors: list[Exception] = []

    def work(place: int) -> None:
        try:
            for number in range(12):
                with database.transaction() as session:
                    if place % 2:
                        session.get_one(Account, ada, with_for_update=True).name = f"{place} {number}"
                    record(session, ada, "changed", place=place, number=number)
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=work, args=(place,)) for place in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    verdict = looked(database)
    assert (verdict.holds, verdict.entries) == (True, 1 + 8 * 12)
    with database.reading() as session:
        details = list(session.scalars(select(Event.detail).where(Event.action == "changed").order_by(Event.id)))
    for place in range(8):
        assert [one["number"] for one in details if one["place"] == place] == list(range(12))


ADD = """
import sys
from screening.database import Database
from screening.services.events import record
database = Database(sys.argv[1], secrets=(sys.argv[2],))
for number in range(15):
    with database.transaction() as session:
        record(session, None, "added", place=int(sys.argv[3]), number=number)
database.close()
"""


def test_processes_add_one_after_another(database: Database) -> None:
    url = database.engine.url.render_as_string(hide_password=False).replace("+psycopg", "")
    running = [subprocess.Popen([sys.executable, "-c", ADD, url, KEY, str(place)]) for place in range(4)]
    assert [process.wait(timeout=120) for process in running] == [0] * 4
    verdict = looked(database)
    assert (verdict.holds, verdict.entries) == (True, 60)


def test_events_of_before_are_numbered_sealed_and_told_apart(database: Database) -> None:
    schema.downgrade(database, "0003")
    with database.engine.execution_options(writes=True).begin() as connection:
        for number in (2, 3, 7):
            connection.execute(
                text("INSERT INTO events (id, at, action, detail) VALUES (:id, '2026-03-01 10:00:00+00:00', :action, '{\"a\": 1}')"
                     if connection.dialect.name == "postgresql" else
                     "INSERT INTO events (id, at, action, detail) VALUES (:id, '2026-03-01 10:00:00.000000', :action, '{\"a\": 1}')"),
                {"id": number, "action": f"earlier_{number}"},
            )  # fmt: skip
    keyless = opened(database)
    with pytest.raises(NoKey):
        schema.upgrade(keyless)
    keyless.engine.dispose()
    schema.upgrade(database)
    noted(database)
    with database.reading() as session:
        rows = [tuple(row) for row in session.execute(select(Event.id, Event.action, Event.detail).order_by(Event.id))]
    assert rows[:4] == [
        (1, "earlier_2", {"a": 1}),
        (2, "earlier_3", {"a": 1}),
        (3, "earlier_7", {"a": 1}),
        (4, chain.BEGUN, {"earlier": 3}),
    ]
    verdict = looked(database)
    assert (verdict.holds, verdict.entries, verdict.earlier) == (True, 5, 3)
    assert [line for line in lines(verdict) if line.startswith("Entries 1 to 3 were written before the record was sealed, on ")]
    without_triggers(database, "UPDATE events SET action = 'x' WHERE id = 2")
    assert found(database) == [("changed", 2, 2)]


def test_one_step_down_and_up_again_keeps_every_entry(hiring: HiringRound) -> None:
    names = Event.id, Event.at, Event.account_id, Event.action, Event.opening_id, Event.application_id, Event.detail
    with hiring.database.reading() as session:
        before = [tuple(row) for row in session.execute(select(*names).order_by(Event.id))]
    schema.downgrade(hiring.database, "0003")
    schema.upgrade(hiring.database)
    with hiring.database.reading() as session:
        after = [tuple(row) for row in session.execute(select(*names).order_by(Event.id))]
    assert after[:-1] == before
    assert after[-1][3] == chain.BEGUN
    assert looked(hiring.database).holds
