"""That the rule over all tests, that every change leaves an entry, does find one that leaves none."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.typing import ResponseReturnValue
from sqlalchemy import update

from screening.blueprints.downloads import download
from screening.blueprints.session import database
from screening.models import Opening
from screening.services.events import record
from tests.support.hiring_round import HiringRound
from tests.support.recorded import LEAVES_NONE, SAYS_NOTHING
from tests.support.web import Site


def forgetful(app: Flask) -> None:
    @app.get("/forgets", endpoint="forgets")
    def forgets() -> ResponseReturnValue:
        with database().transaction() as session:
            session.execute(update(Opening).values(title="Changed"))
        return "done"

    @app.get("/hands-out", endpoint="hands_out")
    def hands_out() -> ResponseReturnValue:
        return download(b"x", "x.csv", "text/csv")

    @app.get("/records", endpoint="records")
    def records() -> ResponseReturnValue:
        with database().transaction() as session:
            session.execute(update(Opening).values(title="Changed"))
            record(session, None, "changed")
        return download(b"x", "x.csv", "text/csv")


def test_a_change_or_a_file_without_an_entry_fails_the_test_that_made_it(hiring: HiringRound) -> None:
    site = Site(hiring.database)
    forgetful(site.app)
    browser = site.visitor()
    with pytest.raises(AssertionError, match=r"GET forgets changes \['openings'\] and leaves no entry"):
        browser.get("/forgets")
    with pytest.raises(AssertionError, match="GET hands_out hands out a file and leaves no entry"):
        browser.get("/hands-out")
    assert browser.get("/records").status_code == 200
    site.close()


def test_what_need_not_leave_one_is_there(site: Site) -> None:
    assert {*LEAVES_NONE, *SAYS_NOTHING} <= site.app.view_functions.keys()
