"""A form that was refused, or that met a database that was gone, has done nothing: sent again, it is looked at anew."""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from screening.database import Database
from screening.models import Candidate, Event, Submission
from screening.services import accounts
from screening.services.privacy import erasing
from tests.support.codes import give_phone
from tests.support.forms import form_at
from tests.support.hiring_round import HiringRound
from tests.support.identity_provider import running
from tests.support.signing_in import PASSWORD, WRONG, give_passwords
from tests.support.web import Browser, Site

NEW = "nine green lamps hum"
TWICE = "It counts once"
CONFIRMED: dict[str, tuple[dict[str, str], int]] = {
    "/me": ({"password": NEW, "again": NEW}, 303),
    "/me/second-factor": ({}, 200),
    "/me/second-factor/codes": ({"code": "code"}, 200),
    "/me/second-factor/off": ({"code": "code"}, 303),
}
"""What is confirmed by the password, in a transaction of its own after the one that enters the try; and the status when it is done."""


def unavailable(*_: Any, **__: Any) -> Any:
    raise OperationalError("", {}, Exception("gone"))


def noted(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(Submission)) or 0


def entered(database: Database, action: str) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).where(Event.action == action)) or 0


def prepared(site: Site, hiring: HiringRound, path: str, current: str) -> tuple[Browser, dict[str, str]]:
    """Ada's browser and a form that it can send again and again."""
    give_passwords(hiring, "ada")
    fields = dict(CONFIRMED[path][0])
    if "code" in fields:
        # A code is taken once; a form that was refused has taken none.
        fields["code"] = give_phone(hiring, "ada").code()
    browser = site.signed_in(hiring.people["ada"])
    return browser, {**fields, "current": current, "csrf_token": browser.token, "submission_token": secrets.token_urlsafe(16)}


@pytest.mark.parametrize("path", CONFIRMED)
def test_a_wrong_password_sent_again_is_wrong_again(site: Site, hiring: HiringRound, path: str) -> None:
    browser, form = prepared(site, hiring, path, WRONG)
    answers = [browser.client.post(path, data=form) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [422] * 3
    assert TWICE not in browser.get("/me").text
    # Each was a try, and none is kept as a form that did something.
    assert (entered(hiring.database, "password_not_confirmed"), noted(hiring.database)) == (3, 0)


@pytest.mark.parametrize("path", CONFIRMED)
def test_what_met_a_database_that_was_gone_is_done_when_it_is_sent_again(
    site: Site, hiring: HiringRound, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser, form = prepared(site, hiring, path, PASSWORD)
    with monkeypatch.context() as patched:
        patched.setattr(accounts, "settle", unavailable)
        assert browser.client.post(path, data=form).status_code == 503
    # Neither it nor its try is kept as a form that did something.
    assert noted(hiring.database) == 0
    done = browser.client.post(path, data=form)
    assert done.status_code == CONFIRMED[path][1]
    assert noted(hiring.database) == 1
    if path == "/me":
        assert "Your password is changed" in browser.get("/me").text


def test_the_way_to_the_provider_is_confirmed_alike(database: Database, hiring: HiringRound, monkeypatch: pytest.MonkeyPatch) -> None:
    with running() as provider:
        site = Site(database, provider=provider.settings())
        give_passwords(hiring, "ada")
        browser = site.signed_in(hiring.people["ada"])
        form = {"current": WRONG, **browser.tokens()}
        assert [browser.client.post("/me/provider", data=form).status_code for _ in range(2)] == [422] * 2
        form["current"] = PASSWORD
        with monkeypatch.context() as patched:
            patched.setattr(accounts, "settle", unavailable)
            assert browser.client.post("/me/provider", data=form).status_code == 503
        assert "/me/provider/go?ticket=" in browser.client.post("/me/provider", data=form).text
        site.close()


def test_what_was_done_in_part_is_not_taken_for_done(site: Site, hiring: HiringRound, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each erasure is a transaction of its own: the first is done, the second meets a database that is gone."""
    browser, path = site.signed_in(hiring.people["admin"]), "/data-rights/retention"
    monkeypatch.setitem(site.app.extensions, "settings", replace(site.app.extensions["settings"], retention_days=0))
    form, erase, times = form_at(browser, path), erasing.erase, iter(range(9))
    with monkeypatch.context() as patched:
        patched.setattr(erasing, "erase", lambda *given: erase(*given) if not next(times) else unavailable())
        assert form.send(browser, confirmation="erase").status_code == 503
    assert (entered(hiring.database, "person_erased"), noted(hiring.database)) == (1, 0)
    assert form.send(browser, confirmation="erase").status_code == 409  # there are fewer now than it was about
    assert form_at(browser, path).send(browser, confirmation="erase").status_code == 303
    with hiring.database.reading() as session:
        assert session.scalars(select(Candidate)).all() == []


def test_a_failure_after_all_is_done_takes_nothing_back(site: Site, hiring: HiringRound, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault while the answer is made: what the form asked for is there, and must not be there twice."""
    monkeypatch.setitem(site.app.config, "PROPAGATE_EXCEPTIONS", False)
    browser, path = site.signed_in(hiring.people["recruiter"]), f"/openings/{hiring.opening}/candidates/new"
    form = form_at(browser, path)
    with monkeypatch.context() as patched:
        patched.setattr("screening.blueprints.candidates.flash", lambda *_: 1 / 0)
        assert form.send(browser, name="Pat Doe").status_code == 500
    assert form.send(browser, name="Pat Doe").status_code == 303
    assert TWICE in browser.get(path).text
    assert entered(hiring.database, "candidate_added") == 4
