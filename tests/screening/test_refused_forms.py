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
from tests.support.forms import form_at, forms
from tests.support.hiring_round import HiringRound
from tests.support.identity_provider import running
from tests.support.keys import KEY
from tests.support.signing_in import PASSWORD, WRONG, attempt, give_passwords
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


NEW_KEY = "n3w-a1b2c3d4e5f6a7b8c9d0e1f2a3b4c5d6e7f8091827364554"
OURS = {"Origin": "http://127.0.0.1:8000"}
REASON = "Maria was calm with the caller, and asked what he needed before she looked it up."


def carry_over(browser: Browser, site: Site) -> Browser:
    """The same browser at another server."""
    other = site.visitor()
    other.client._cookies = browser.client._cookies
    return other


def test_a_form_that_was_open_when_the_key_was_changed_can_be_sent_while_the_former_one_is_listed(
    database: Database, hiring: HiringRound
) -> None:
    before = Site(database)
    path = f"/openings/{hiring.opening}/candidates/new"
    browser = before.signed_in(hiring.people["recruiter"])
    data = form_at(browser, path).data(name="Zofia Nowak")
    for former, status in (((), 400), (("an-older-key-for-tests-only-9876543210fed", KEY), 303)):
        after = Site(database, secret_key=NEW_KEY, former_keys=former)
        assert carry_over(browser, after).client.post(path, data=data).status_code == status
        after.close()
    before.close()


def test_a_browser_is_known_after_the_key_was_changed(database: Database, hiring: HiringRound) -> None:
    give_passwords(hiring)
    before, after = Site(database), Site(database, secret_key=NEW_KEY, former_keys=(KEY,))
    known = before.visitor()
    attempt(known, "ada@example.org")
    for _ in range(10):
        attempt(before.visitor(), "ada@example.org", WRONG)
    other = carry_over(known, after)
    assert attempt(other, "ada@example.org").status_code == 303
    before.close()
    after.close()


def test_a_form_whose_token_is_refused_comes_back_and_can_be_sent(site: Site, hiring: HiringRound) -> None:
    browser = site.signed_in(hiring.people["recruiter"])
    path = f"/openings/{hiring.opening}/candidates/new"
    data = form_at(browser, path).data(name="Zofia Nowak", notes=REASON)
    with browser.client.session_transaction() as cookie:
        # Signed in anew in another tab.
        cookie["csrf_token"] = "another"
    refused = browser.client.post(path, data=data, headers=OURS)
    assert (refused.status_code, REASON in refused.text) == (400, True)
    (again,) = [form for form in forms(refused.text) if form.action == path]
    assert (again.fields["name"], len(again.fields.getlist("csrf_token"))) == ("Zofia Nowak", 1)
    assert again.send(browser).status_code == 303


@pytest.mark.parametrize("said", [{}, {"Origin": "https://evil.example"}, {"Origin": "null"}, {**OURS, "Referer": "https://evil.example/"}])
def test_what_may_come_from_another_site_gets_no_form_that_could_be_sent(site: Site, hiring: HiringRound, said: dict[str, str]) -> None:
    browser = site.signed_in(hiring.people["recruiter"])
    path = f"/openings/{hiring.opening}/candidates/new"
    refused = browser.client.post(path, data={"name": "Zofia Nowak", "csrf_token": "x", "notes": REASON}, headers=said)
    assert (refused.status_code, REASON in refused.text) == (400, False)
    assert [form.action for form in forms(refused.text) if form.action == path] == []


def test_a_password_does_not_come_back_with_a_form_whose_token_is_refused(site: Site, hiring: HiringRound) -> None:
    refused = site.visitor().client.post("/sign-in", data={"email": "ada@example.org", "password": PASSWORD}, headers=OURS)
    assert (refused.status_code, PASSWORD in refused.text, "ada@example.org" in refused.text) == (400, False, False)


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
