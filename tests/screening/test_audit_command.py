"""`screening audit verify` and `screening audit head`: what they print, and how they end."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from screening.models import EventHead
from tests.screening.test_cli import Command
from tests.screening.test_cli import configured as configured  # fixtures, under their own names
from tests.screening.test_cli import database as database
from tests.screening.test_cli import screening as screening
from tests.support.hiring_round import HiringRound
from tests.support.keys import KEY
from tests.support.tampering import without_triggers


@pytest.fixture
def sealed(configured: Command, monkeypatch: pytest.MonkeyPatch) -> Command:
    """The command with the key that the round's record is sealed with."""
    monkeypatch.setenv("SCREENING_SECRET_KEY", KEY)
    return configured


def test_a_whole_record(sealed: Command, hiring: HiringRound) -> None:
    said = sealed("audit", "head")
    number, seal = said.out.strip().split(":")
    assert (said.code, said.err, len(seal)) == (0, "", 64)
    said = sealed("audit", "verify", "--head", f"{number}:{seal}")
    assert (said.code, said.err) == (0, "")
    assert said.out == f"{number} entries. The record is whole. Head: {number}:{seal}\n"
    # An entry more makes neither the head that was kept wrong nor the record.
    hiring.submit("ada", "maria")
    said = sealed("audit", "verify", "--head", f"{number}:{seal}")
    assert (said.code, said.out.partition(".")[0]) == (0, f"{int(number) + 1} entries")


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("UPDATE events SET action = 'x' WHERE id = 5", "Entry 5 is not what was recorded: changed, or put in."),
        ("DELETE FROM events WHERE id IN (5, 6)", "Entries 5 to 6 were removed."),
        ("DELETE FROM events WHERE id > 18", "Entries 19 to {last} were cut off at the end."),
        ("UPDATE event_head SET number = 5", "The head, which says where the record ends, was changed."),
    ],
)
def test_a_record_that_is_not_whole(sealed: Command, hiring: HiringRound, statement: str, expected: str) -> None:
    last = sealed("audit", "head").out.partition(":")[0]
    without_triggers(hiring.database, statement)
    said = sealed("audit", "verify")
    assert (said.code, said.err) == (1, "")
    first, *without_entry, conclusion = said.out.splitlines()
    assert first == expected.format(last=last)
    assert all("no entry says so" in line for line in without_entry)
    assert "THE RECORD IS NOT WHOLE" in conclusion


def test_a_head_that_was_put_back_does_not_hide_a_card(sealed: Command, hiring: HiringRound) -> None:
    with hiring.database.reading() as session:
        old = session.execute(select(EventHead.number, EventHead.mac, EventHead.key, EventHead.seal)).one()._asdict()
    hiring.submit("ada", "maria")
    kept = sealed("audit", "head").out.strip()
    values = ", ".join(f"{name} = '{value}'" for name, value in old.items())
    without_triggers(hiring.database, f"DELETE FROM events WHERE id > {old['number']}", f"UPDATE event_head SET {values}")  # noqa: S608
    said = sealed("audit", "verify")
    first, conclusion = said.out.splitlines()
    assert (said.code, "THE RECORD IS NOT WHOLE" in conclusion) == (1, True)
    assert first.startswith(f"Version 1 of the scorecard {hiring.cards['ada', 'maria', 'phone']} was submitted on ")
    assert sealed("audit", "verify", "--head", kept).out.startswith(f"Entry {kept.partition(':')[0]} was cut off at the end.\n")


def test_a_head_that_is_not_in_the_record(sealed: Command, hiring: HiringRound) -> None:
    assert sealed("audit", "verify", "--head", f"3:{'0' * 64}").code == 1
    assert sealed("audit", "verify", "--head", f"999:{'0' * 64}").code == 1
    assert sealed("audit", "verify", "--head", "999").complaint.endswith("as `screening audit head` prints it")


def test_no_head_is_given_out_of_a_record_that_does_not_end_as_it_should(sealed: Command, hiring: HiringRound) -> None:
    without_triggers(hiring.database, "DELETE FROM events WHERE id > 18")
    assert sealed("audit", "head").complaint.startswith("The record of events is not whole. Entr")


def test_with_another_key_nobody_can_tell(configured: Command, hiring: HiringRound) -> None:
    said = configured("audit", "verify")
    assert said.code == 1
    assert "are sealed with a key that is not known here. Put the keys of that time into SCREENING_FORMER_KEYS." in said.out
    said = configured("audit", "verify", FORMER_KEYS=KEY)
    assert said.code == 0
    assert "are sealed with a former key (" in said.out
