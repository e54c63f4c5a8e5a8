"""Two who change the settings of an opening at once: nothing is overwritten unseen."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from screening.models import Event, Opening
from tests.support.forms import form_at
from tests.support.hiring_round import HiringRound
from tests.support.web import Site


def test_settings_changed_meanwhile_are_shown_and_not_overwritten(site: Site, hiring: HiringRound) -> None:
    address, browser = f"/openings/{hiring.opening}/settings", site.signed_in(hiring.people["recruiter"])
    mine, theirs = form_at(browser, address), form_at(browser, address)
    assert theirs.send(browser, title="Agent", department="Theirs").status_code == 303
    late = mine.send(browser, title="Agent", department="Mine")
    assert late.status_code == 409
    assert "This opening was changed after you opened it. Nothing was overwritten" in late.text
    assert 'value="Mine"' in late.text
    assert ">Theirs<" in late.text
    with hiring.database.reading() as session:
        assert session.scalars(select(Opening.department)).one() == "Theirs"
    again = form_at(browser, address)
    assert again.fields["version"] in late.text
    assert again.send(browser, department="Mine").status_code == 303


@pytest.mark.parametrize(("seen", "status"), [("open", 303), ("closed", 409), ("", 428), (None, 428), ("gone", 422)])
def test_an_opening_is_closed_from_the_state_that_was_seen(site: Site, hiring: HiringRound, seen: str | None, status: int) -> None:
    form = {"state": "closed"} | ({"version": seen} if seen is not None else {})
    answer = site.signed_in(hiring.people["recruiter"]).post(f"/openings/{hiring.opening}/state", form)
    assert answer.status_code == status
    with hiring.database.reading() as session:
        assert session.scalars(select(Opening.state)).one() == ("closed" if status == 303 else "open")
        assert len(session.scalars(select(Event).where(Event.action == "opening_closed")).all()) == (status == 303)
