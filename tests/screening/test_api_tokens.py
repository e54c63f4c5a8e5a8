"""Making and ending keys for programs on one's own account."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select, update

from reports.wording import iso
from screening.models import Account, ApiToken, Event
from screening.passwords import digest
from screening.services import accounts, api_tokens
from tests.support.hiring_round import HiringRound
from tests.support.programs import Program, key_of
from tests.support.signing_in import PASSWORD, give_passwords
from tests.support.web import Browser, Site

NEW = {"name": "Our <b>other</b> system", "scopes": ["openings:read", "results:read"], "days": "30", "current": PASSWORD}


@pytest.fixture
def browser(site: Site, hiring: HiringRound) -> Browser:
    give_passwords(hiring, "recruiter")
    return site.signed_in(hiring.people["recruiter"])


def key_in(page: str) -> str:
    (found,) = re.findall(r"<code>(scr_[A-Za-z0-9_-]{43})</code>", page)
    return str(found)


def test_a_key_is_shown_once_and_opens_what_was_ticked(site: Site, browser: Browser) -> None:
    assert browser.post("/me/keys", {**NEW, "name": "é" * 60}).status_code == 200
    shown = browser.post("/me/keys", NEW)
    assert shown.status_code == 200
    key = key_in(shown.text)
    page = browser.get("/me/keys").text
    assert key not in page
    assert "Our &lt;b&gt;other&lt;/b&gt; system" in page
    assert "See your openings and their rubrics. See the comparison" in page
    program = Program(site, key=key)
    assert [item["title"] for item in program.get("/api/v1/openings").json["openings"]] == ["Agent"]
    assert program.get("/api/v1/scorecards").status_code == 403
    with site.database.reading() as session:
        assert digest(key) in session.scalars(select(ApiToken.token_hash)).all()
        assert [made["days"] for made in session.scalars(select(Event.detail).where(Event.action == "token_made"))] == [30, 30]


def test_the_same_form_sent_again_makes_no_second_key(site: Site, browser: Browser) -> None:
    form = {**browser.tokens(), **NEW}
    assert "scr_" in browser.client.post("/me/keys", data=form).text
    again = browser.client.post("/me/keys", data=form)
    assert (again.status_code, again.headers["Location"]) == (303, "/me/keys")
    with site.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(ApiToken)) == 1


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"current": "not the password at all"}, "This is not your present password."),
        ({"current": ""}, "Enter your present password."),
        ({"name": " "}, "Say which program the key is for."),
        ({"name": "x" * 61}, "Use at most 60 characters here."),
        ({"scopes": []}, "Tick at least one."),
        ({"scopes": ["everything"]}, "is not a valid choice"),
        ({"days": "3650"}, "Not a valid choice."),
    ],
)
def test_without_all_that_is_asked_there_is_no_key(site: Site, browser: Browser, changes: dict[str, object], message: str) -> None:
    refused = browser.post("/me/keys", {**NEW, **changes})
    assert (refused.status_code, message in refused.text, "scr_" in refused.text) == (422, True, False)
    with site.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(ApiToken)) == 0


def test_a_key_is_ended_by_its_owner_alone(site: Site, hiring: HiringRound, browser: Browser) -> None:
    key = key_of(site, hiring.people["recruiter"])
    with site.database.reading() as session:
        public_id = session.scalars(select(ApiToken.public_id)).one()
    assert site.signed_in(hiring.people["admin"]).post("/me/keys/end", {"key": public_id}).status_code == 404
    assert Program(site, key=key).get("/api/v1/openings").status_code == 200
    assert browser.post("/me/keys/end", {"key": public_id}).status_code == 303
    assert Program(site, key=key).get("/api/v1/openings").status_code == 401
    assert browser.post("/me/keys/end", {"key": public_id}).status_code == 404
    with site.database.reading() as session:
        assert session.scalars(select(Event.detail).where(Event.action == "token_ended")).all() == [{"token": public_id}]


def test_there_is_an_end_to_how_many(site: Site, hiring: HiringRound, browser: Browser) -> None:
    for _ in range(api_tokens.MAX_TOKENS):
        key_of(site, hiring.people["recruiter"])
    refused = browser.post("/me/keys", NEW)
    assert (refused.status_code, "You have 20 keys" in refused.text) == (422, True)


def test_signing_out_elsewhere_ends_no_key_but_a_new_password_does(site: Site, hiring: HiringRound, browser: Browser) -> None:
    program = Program(site, hiring.people["recruiter"])
    assert browser.post("/me/sessions").status_code == 303
    assert program.get("/api/v1/openings").status_code == 200
    with site.database.transaction() as session:
        accounts.set_password(session, session.scalars(select(Account).where(Account.name == "Recruiter")).one(), "x")
    assert program.get("/api/v1/openings").status_code == 401


def test_the_owner_sees_when_a_key_was_last_used(site: Site, hiring: HiringRound, browser: Browser) -> None:
    program = Program(site, hiring.people["recruiter"])
    assert "never used" in browser.get("/me/keys").text
    assert program.get("/api/v1/openings").status_code == 200
    first = used(site)
    assert first is not None
    assert f'last used <time datetime="{iso(first)}">' in browser.get("/me/keys").text
    program.get("/api/v1/openings")
    assert used(site) == first
    with site.database.transaction() as session:
        session.execute(update(ApiToken).values(used_at=first - timedelta(hours=2)))
    assert program.get("/api/v1/scorecards/nowhere").status_code == 404
    assert used(site) >= first


def used(site: Site) -> datetime | None:
    with site.database.reading() as session:
        return session.scalars(select(ApiToken.used_at)).one()
