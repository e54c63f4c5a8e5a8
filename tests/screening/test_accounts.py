"""Signing in and out, one's own account, one-time links, and the demonstration's people."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from screening import passwords
from screening.database import Database
from screening.models import Account, Link, SignIn
from screening.services import accounts, openings, people
from tests.support import recorded
from tests.support.hiring_round import HiringRound
from tests.support.signing_in import PASSWORD, WRONG, account, attempt, give_passwords, renew, stolen
from tests.support.web import Browser, Site

NEW = "a river under nine bridges"


@pytest.fixture(autouse=True)
def with_passwords(hiring: HiringRound) -> None:
    give_passwords(hiring, "admin", "recruiter", "ada", "ben")


@pytest.fixture
def demo(database: Database) -> Iterator[Site]:
    site = Site(database, demo=True)
    yield site
    site.close()


def link(hiring: HiringRound, name: str = "ada", purpose: str = "password_reset") -> str:
    with hiring.database.transaction() as session:
        who = session.scalars(select(Account).where(Account.public_id == hiring.people[name])).one()
        return accounts.new_link(session, None, who, purpose)


def choose(browser: Browser, code: str, password: str = NEW, again: str | None = None) -> int:
    renew(browser)
    return browser.post(f"/link/{code}", {"password": password, "again": password if again is None else again}).status_code


def is_signed_in(browser: Browser) -> bool:
    return browser.get("/me").status_code == 200


def sessions_of(database: Database, public_id: str) -> int:
    with database.reading() as session:
        found = session.scalar(select(func.count()).select_from(SignIn).join(Account).where(Account.public_id == public_id))
        return found or 0


def without_tokens(page: str) -> str:
    return re.sub(r'(name="(?:csrf|submission)_token" value=|name="email"[^>]* value=)"[^"]*"', "", page)


# Signing in


def test_signing_in_leads_to_where_one_was_going(site: Site) -> None:
    browser = site.visitor()
    sent = browser.get("/me?tab=1")
    assert (sent.status_code, sent.headers["Location"]) == (303, "/sign-in?next=/me?tab%3D1")
    page = browser.get(sent.headers["Location"])
    assert 'name="next" value="/me?tab=1"' in page.text
    arrived = attempt(browser, " Ada@Example.org ", next="/me?tab=1")
    assert (arrived.status_code, arrived.headers["Location"]) == (303, "/me?tab=1")
    assert "<h1>My account</h1>" in browser.get("/me").text


def test_somebody_signed_in_does_not_see_the_sign_in_page(site: Site) -> None:
    browser = site.visitor()
    attempt(browser, "ada@example.org")
    assert browser.get("/sign-in?next=/people").headers["Location"] == "/people"
    assert browser.get("/sign-in?next=//evil.example").headers["Location"] == "/"


def test_what_is_wrong_is_not_said_and_the_address_stays(site: Site, hiring: HiringRound) -> None:
    with hiring.database.transaction() as session:
        session.execute(update(Account).where(Account.public_id == hiring.people["ben"]).values(is_active=False))
    answers = {}
    for case, email, password in (
        ("wrong password", "ada@example.org", WRONG),
        ("unknown", "nobody@example.org", WRONG),
        ("switched off", "ben@example.org", PASSWORD),
        ("invited only", "manager@example.org", PASSWORD),
    ):
        browser = site.visitor()
        answer = attempt(browser, email, password, next="/me")
        assert answer.status_code == 422
        assert f'value="{email}"' in answer.text
        assert password not in answer.text
        assert not is_signed_in(browser)
        answers[case] = without_tokens(answer.text), sorted(name for name, _ in answer.headers)
    assert len({str(answer) for answer in answers.values()}) == 1
    assert "do not belong together" in answers["unknown"][0]


@pytest.mark.parametrize(
    ("email", "password", "words"),
    [
        ("", PASSWORD, "Enter your e-mail address."),
        ("ada@example.org", "", "Enter your password."),
        ("a" * 255, PASSWORD, "Use at most 254 characters here."),
        ("ada\x00@example.org", PASSWORD, "cannot be printed"),
        ("ada@example.org", "x" * 201, "Use at most 200 characters here."),
    ],
)
def test_input_that_cannot_be_right_is_refused_before_it_is_looked_up(site: Site, email: str, password: str, words: str) -> None:
    answer = attempt(site.visitor(), email, password)
    assert answer.status_code == 422
    assert words in answer.text


def test_a_new_session_begins_and_the_one_before_ends(site: Site, hiring: HiringRound) -> None:
    browser = site.visitor()
    with browser.client.session_transaction() as cookie:
        cookie["sign_in"] = "chosen by somebody else"
        cookie["planted"] = "yes"
    attempt(browser, "ada@example.org")
    with browser.client.session_transaction() as cookie:
        first = dict(cookie)
    assert set(first) == {"_permanent", "sign_in"}
    assert first["sign_in"] != "chosen by somebody else"
    thief = stolen(browser, site.visitor)
    attempt(browser, "ada@example.org")
    assert is_signed_in(browser)
    assert not is_signed_in(thief)
    assert sessions_of(site.database, hiring.people["ada"]) == 1


def test_the_session_is_kept_only_as_a_digest(site: Site) -> None:
    browser = site.visitor()
    attempt(browser, "ada@example.org")
    with browser.client.session_transaction() as cookie, site.database.reading() as session:
        assert session.scalars(select(SignIn.token_hash)).all() == [passwords.digest(cookie["sign_in"])]


def test_nobody_waits_for_the_checking_of_a_password(site: Site, hiring: HiringRound, monkeypatch: pytest.MonkeyPatch) -> None:
    def check_while_somebody_writes(stored: str, password: str) -> bool:
        with recorded.aside(), site.database.transaction() as session:
            session.execute(update(Account).where(Account.public_id == hiring.people["ada"]).values(name="Ada Renamed"))
        return True

    monkeypatch.setattr(passwords, "matches", check_while_somebody_writes)
    assert attempt(site.visitor(), "ada@example.org").status_code == 303
    assert account(site.database, hiring.people["ada"]).name == "Ada Renamed"


@pytest.mark.parametrize("change", [{"is_active": False}, {"password_hash": "changed meanwhile"}])
def test_a_change_during_the_check_counts(
    site: Site, hiring: HiringRound, monkeypatch: pytest.MonkeyPatch, change: dict[str, object]
) -> None:
    def check_while_it_changes(stored: str, password: str) -> bool:
        with recorded.aside(), site.database.transaction() as session:
            session.execute(update(Account).where(Account.public_id == hiring.people["ada"]).values(**change))
        return True

    monkeypatch.setattr(passwords, "matches", check_while_it_changes)
    assert attempt(site.visitor(), "ada@example.org").status_code == 422
    assert sessions_of(site.database, hiring.people["ada"]) == 0


def test_a_way_to_elsewhere_leads_home(site: Site) -> None:
    browser = site.visitor()
    page = browser.get("/sign-in", query_string={"next": "//evil.example"})
    assert "evil" not in page.text
    assert attempt(browser, "ada@example.org", next="/\\evil.example").headers["Location"] == "/"


def test_a_form_from_elsewhere_signs_nobody_in(site: Site) -> None:
    browser = site.visitor()
    answer = browser.client.post("/sign-in", data={"email": "ada@example.org", "password": PASSWORD})
    assert answer.status_code == 400
    assert not is_signed_in(browser)


@pytest.mark.parametrize("path", ["/me", "/me/sessions", "/sign-out"])
def test_strangers_are_sent_to_sign_in(site: Site, path: str) -> None:
    browser = site.visitor()
    answer = browser.post(path)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-in")


# Signing out, and one's own account


def test_signing_out_ends_the_session_on_the_server(site: Site, hiring: HiringRound) -> None:
    browser = site.visitor()
    attempt(browser, "ada@example.org")
    thief = stolen(browser, site.visitor)
    out = renew(browser).post("/sign-out")
    assert (out.status_code, out.headers["Location"]) == (303, "/sign-in")
    assert "You are signed out." in browser.get("/sign-in").text
    assert not is_signed_in(thief)
    assert sessions_of(site.database, hiring.people["ada"]) == 0


def test_a_new_password_ends_all_sessions_but_this_one_which_is_begun_anew(site: Site, hiring: HiringRound) -> None:
    here, there, other = site.visitor(), site.visitor(), site.visitor()
    for browser, name in ((here, "ada"), (there, "ada"), (other, "ben")):
        attempt(browser, f"{name}@example.org")
    thief = stolen(here, site.visitor)
    code = link(hiring)
    changed = renew(here).post("/me", {"current": PASSWORD, "password": NEW, "again": NEW})
    assert (changed.status_code, changed.headers["Location"]) == (303, "/me")
    assert "Your password is changed" in here.get("/me").text
    assert [is_signed_in(browser) for browser in (here, there, thief, other)] == [True, False, False, True]
    assert attempt(site.visitor(), "ada@example.org").status_code == 422
    assert attempt(site.visitor(), "ada@example.org", NEW).status_code == 303
    assert site.visitor().get(f"/link/{code}").status_code == 410


@pytest.mark.parametrize(
    ("current", "new", "again", "words"),
    [
        (WRONG, NEW, NEW, "This is not your present password."),
        ("", NEW, NEW, "Enter your present password."),
        (PASSWORD, "too short", "too short", "at least 15 characters"),
        (PASSWORD, "passwordpassword", "passwordpassword", "too easy to guess"),
        (PASSWORD, NEW, NEW + "!", "The two passwords differ."),
    ],
)
def test_a_password_is_not_changed_without_all_that_is_needed(
    site: Site, hiring: HiringRound, current: str, new: str, again: str, words: str
) -> None:
    browser = site.signed_in(hiring.people["ada"])
    before = account(site.database, hiring.people["ada"]).password_hash
    answer = browser.post("/me", {"current": current, "password": new, "again": again})
    assert answer.status_code == 422
    assert words in answer.text
    assert not [typed for typed in (current, new, again) if typed and typed in answer.text]
    assert account(site.database, hiring.people["ada"]).password_hash == before


def test_a_found_open_browser_cannot_guess_the_present_password(site: Site, hiring: HiringRound) -> None:
    browser = site.signed_in(hiring.people["ada"])
    form = {"current": WRONG, "password": NEW, "again": NEW}
    assert [browser.post("/me", form).status_code for _ in range(9)] == [422] * 9
    refused = browser.post("/me", {**form, "current": PASSWORD})
    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= 60
    assert attempt(site.visitor(), "ada@example.org").status_code == 303


def keys(page: str) -> list[str]:
    return re.findall(r'name="session" value="([0-9a-f]{32})"', page)


def test_own_sessions_can_be_ended_one_by_one_and_all_others(site: Site, hiring: HiringRound) -> None:
    browsers = [site.signed_in(hiring.people["ada"]) for _ in range(4)]
    ben = site.signed_in(hiring.people["ben"])
    listed = keys(browsers[0].get("/me").text)
    assert len(set(listed)) == 3
    assert browsers[0].post("/me/sessions", {"session": listed[0]}).status_code == 303
    assert sorted(is_signed_in(browser) for browser in browsers) == [False, True, True, True]
    assert is_signed_in(browsers[0])
    assert keys(browsers[0].get("/me").text) == listed[1:]
    assert browsers[0].post("/me/sessions").status_code == 303
    assert [is_signed_in(browser) for browser in (*browsers, ben)] == [True, False, False, False, True]


def test_nobody_ends_the_session_of_somebody_else(site: Site, hiring: HiringRound) -> None:
    ada, _ = site.signed_in(hiring.people["ada"]), site.signed_in(hiring.people["ada"])
    [key] = keys(ada.get("/me").text)
    for name in ("stranger", "ben", "recruiter", "admin"):
        assert site.signed_in(hiring.people[name]).post("/me/sessions", {"session": key}).status_code == 404
    assert sessions_of(site.database, hiring.people["ada"]) == 2


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64) AppleWebKit/537.36 Chrome/143.0 Safari/537.36 Edg/143.0", "Edge on Windows"),
        ("Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 Chrome/143.0.0.0 Mobile Safari/537.36", "Chrome on Android"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1 Version/19.0 Safari/604.1",
            "Safari on iPhone",
        ),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/19.0 Safari/605.1.15", "Safari on macOS"),
        ("<script>alert(1)</script> Firefox/1 " + "x" * 4000, "Firefox"),
        ("somebody@example.org", ""),
    ],
)
def test_of_a_browser_two_words_are_kept(site: Site, hiring: HiringRound, user_agent: str, words: str) -> None:
    browser = site.visitor()
    browser.client.environ_base["HTTP_USER_AGENT"] = user_agent
    attempt(browser, "ada@example.org")
    with site.database.reading() as session:
        assert session.scalars(select(SignIn.device)).all() == [words]
    assert f"<strong>{words or 'Since'}" in browser.get("/me").text


def test_sessions_that_ran_out_are_not_listed_and_are_swept_away(site: Site, hiring: HiringRound) -> None:
    browsers = [site.signed_in(hiring.people["ada"]) for _ in range(3)]
    with site.database.transaction() as session:
        idle, old, _ = session.scalars(select(SignIn).order_by(SignIn.id)).all()
        idle.seen_at -= timedelta(hours=3)
        old.created_at -= timedelta(days=32)
    assert [is_signed_in(browser) for browser in browsers] == [False, False, True]
    assert keys(browsers[2].get("/me").text) == []
    site.signed_in(hiring.people["ada"])
    assert sessions_of(site.database, hiring.people["ada"]) == 3


# One-time links


def test_looking_at_a_link_does_not_use_it_up(site: Site, hiring: HiringRound) -> None:
    code = link(hiring)
    browser = site.visitor()
    for _ in range(2):
        page = browser.get(f"/link/{code}")
        assert page.status_code == 200
        assert "<h1>Choose your password</h1>" in page.text
        assert 'value="ada@example.org"' in page.text
        assert browser.client.head(f"/link/{code}").status_code == 200
    assert choose(browser, code) == 303
    assert is_signed_in(browser)
    assert attempt(site.visitor(), "ada@example.org", NEW).status_code == 303


def test_a_link_works_once(site: Site, hiring: HiringRound) -> None:
    code = link(hiring)
    assert choose(site.visitor(), code) == 303
    again = site.visitor()
    assert [again.get(f"/link/{code}").status_code, choose(again, code, "another nine bridges")] == [410, 410]
    assert not is_signed_in(again)
    assert attempt(site.visitor(), "ada@example.org", NEW).status_code == 303


def test_of_two_who_use_a_link_at_once_one_comes_in(site: Site, hiring: HiringRound) -> None:
    code = link(hiring)
    browsers = [site.visitor() for _ in range(6)]
    with ThreadPoolExecutor(6) as pool:
        statuses = list(pool.map(lambda browser: choose(browser, code), browsers))
    assert sorted(statuses) == [303, 410, 410, 410, 410, 410]
    assert sorted(is_signed_in(browser) for browser in browsers) == [False] * 5 + [True]


@pytest.mark.parametrize(
    ("password", "again", "words"), [("short", "short", "at least 15"), (NEW, NEW + "!", "differ"), ("", "", "Choose")]
)
def test_a_refused_password_does_not_use_the_link_up(site: Site, hiring: HiringRound, password: str, again: str, words: str) -> None:
    code = link(hiring)
    browser = site.visitor()
    answer = browser.post(f"/link/{code}", {"password": password, "again": again})
    assert answer.status_code == 422
    assert words in answer.text
    assert choose(browser, code) == 303


def test_links_end_after_an_hour_with_a_newer_one_and_with_the_account(site: Site, hiring: HiringRound) -> None:
    visitor = site.visitor()
    older, newer = link(hiring), link(hiring)
    assert [visitor.get(f"/link/{code}").status_code for code in (older, newer, newer + "x", "x")] == [410, 200, 410, 410]
    with site.database.transaction() as session:
        found = session.scalars(select(Link)).one()
        assert found.expires_at - found.created_at <= timedelta(minutes=60, seconds=1)
        found.expires_at -= timedelta(minutes=60)
    assert [visitor.get(f"/link/{newer}").status_code, choose(visitor, newer)] == [410, 410]
    last = link(hiring)
    with site.database.transaction() as session:
        session.execute(update(Account).where(Account.public_id == hiring.people["ada"]).values(is_active=False))
    assert [visitor.get(f"/link/{last}").status_code, choose(visitor, last)] == [410, 410]


def test_a_link_has_enough_chance_in_it_and_is_stored_as_a_digest(site: Site, hiring: HiringRound) -> None:
    codes = {link(hiring) for _ in range(20)}
    assert len(codes) == 20
    assert {len(code) for code in codes} == {43}
    with site.database.reading() as session:
        assert session.scalars(select(Link.token_hash)).one() in {passwords.digest(code) for code in codes}


def test_a_link_ends_all_sessions_and_replaces_the_one_in_the_browser(site: Site, hiring: HiringRound) -> None:
    ada, ben = site.signed_in(hiring.people["ada"]), site.signed_in(hiring.people["ben"])
    thief = stolen(ben, site.visitor)
    assert choose(ben, link(hiring)) == 303
    assert "ada@example.org" in ben.get("/me").text
    assert [is_signed_in(ada), is_signed_in(thief)] == [False, False]


def test_a_link_opens_an_account_that_was_shut_by_wrong_tries(site: Site, hiring: HiringRound) -> None:
    for _ in range(11):
        attempt(site.visitor(), "ada@example.org", WRONG)
    assert choose(site.visitor(), link(hiring)) == 303
    assert attempt(site.visitor(), "ada@example.org", NEW).status_code == 303


def test_the_link_stays_out_of_logs_and_of_other_requests(site: Site, hiring: HiringRound, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    code = link(hiring)
    browser = site.visitor()
    page = browser.get(f"/link/{code}")
    assert choose(browser, code) == 303
    assert browser.get(f"/link/{code}").status_code == 410
    assert '<meta name="referrer" content="origin">' in page.text
    assert code not in page.text
    assert code not in caplog.text
    assert NEW not in caplog.text


# The demonstration


def test_the_demonstration_offers_everybody_with_what_there_is_for_them(demo: Site, hiring: HiringRound) -> None:
    page = demo.visitor().get("/sign-in").text
    shown = re.findall(r"<strong>([^<]*)</strong>.*?hat-name\">([^<]*)</span>.*?hat-can\">([^<]*)<", page)
    assert shown == [
        ("Recruiter", "Recruiter", "Agent: 3 candidates to compare"),
        ("Hiring manager", "Manager", "Agent: 3 candidates to decide on"),
        ("Interviewer", "Ada", "Agent: 2 interviews to score"),
        ("Interviewer", "Ben", "Agent: 1 interview to score"),
        ("Calibration lead", "Cleo", "Agent: how interviewers rate"),
        ("Impact analyst", "Ivo", "Agent: figures about groups"),
        ("Administrator", "Admin", "People, and what each may do"),
    ]


def test_the_demonstration_puts_several_hats_and_openings_into_one_line(demo: Site, hiring: HiringRound) -> None:
    with demo.database.transaction() as session:
        openings.set_hats(session, hiring.viewer("admin"), hiring.opening, hiring.people["ada"], ["interviewer", "recruiter"])
        session.execute(update(Account).where(Account.public_id == hiring.people["ada"]).values(is_administrator=True))
    with demo.database.transaction() as session:
        openings.create(session, hiring.viewer("ada"), title="Team lead")
    with demo.database.reading() as session:
        ada = next(person for person in people.demo_people(session) if person.key == hiring.people["ada"])
    assert ada == people.DemoPerson(
        key=hiring.people["ada"],
        name="Ada",
        hat="Recruiter, interviewer, administrator",
        can="Agent: 3 candidates to compare, 2 interviews to score; and another opening",
    )


def test_the_demonstration_says_nothing_of_scorecards(demo: Site, hiring: HiringRound) -> None:
    before = without_tokens(demo.visitor().get("/sign-in").text)
    hiring.submit("ada", "maria")
    assert without_tokens(demo.visitor().get("/sign-in").text) == before


def test_one_click_signs_in_and_another_changes_the_person(demo: Site, hiring: HiringRound) -> None:
    browser = demo.visitor()
    for name in ("ada", "admin"):
        entered = renew(browser).post("/sign-in/demo", {"hat": hiring.people[name]})
        assert (entered.status_code, entered.headers["Location"]) == (303, "/")
        assert f"{name}@example.org" in browser.get("/me").text
    assert sessions_of(demo.database, hiring.people["ada"]) == 0
    assert browser.get("/sign-in").status_code == 200


def test_the_demonstration_takes_only_people_who_are_there(demo: Site, hiring: HiringRound) -> None:
    with demo.database.transaction() as session:
        session.execute(update(Account).where(Account.public_id == hiring.people["ben"]).values(is_active=False))
    for key in (hiring.people["ben"], "", "nobody"):
        assert demo.visitor().post("/sign-in/demo", {"hat": key}).status_code == 404


def test_outside_a_demonstration_there_is_no_such_thing(site: Site, hiring: HiringRound) -> None:
    browser = site.visitor()
    assert "Look around" not in browser.get("/sign-in").text
    assert browser.post("/sign-in/demo", {"hat": hiring.people["ada"]}).status_code == 404
    assert not is_signed_in(browser)
