"""The second factor: set up with proof, asked for at every way in, each code taken once, and nothing open to whoever still owes one."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import func, select, update

from screening import passwords
from screening.clock import now, set_back
from screening.database import Database
from screening.models import Account, Event, RecoveryCode, SecondFactor, SignIn
from screening.sealing import Sealer
from screening.services import accounts, second_factor
from tests.support.codes import STEP, Phone, give_code, give_phone, half_signed_in, hidden
from tests.support.hiring_round import HiringRound
from tests.support.keys import KEY
from tests.support.signing_in import PASSWORD, WRONG, account, attempt, give_passwords, renew, stolen
from tests.support.web import Browser, Site

ADA = "ada@example.org"
NEW = "a river under nine bridges"
CODE_PAGE = "/sign-in/code"
WHOEVER_ASKS = {(method, path) for method in ("GET", "HEAD") for path in ("/healthz", "/readyz", "/openapi.json")}
SET_UP_PAGE = "/me/second-factor"
one_database = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
"""For rules in which the database has no part."""


@pytest.fixture(autouse=True)
def with_passwords(hiring: HiringRound) -> None:
    give_passwords(hiring, "admin", "recruiter", "ada", "ben")


@pytest.fixture
def phone(hiring: HiringRound) -> Phone:
    return give_phone(hiring, "ada")


def is_signed_in(browser: Browser) -> bool:
    return browser.get("/me").status_code == 200


def has_factor(database: Database, public_id: str) -> bool:
    with database.reading() as session:
        return session.get(SecondFactor, account(database, public_id).id) is not None


def actions(database: Database) -> list[tuple[str, dict[str, object]]]:
    with database.reading() as session:
        return [(action, detail) for action, detail in session.execute(select(Event.action, Event.detail).order_by(Event.id))]


# Setting it up


def begin_set_up(browser: Browser, password: str = PASSWORD) -> tuple[str, str]:
    """The secret that was shown, and the sealed one in the form."""
    page = renew(browser).post(SET_UP_PAGE, {"current": password})
    assert page.status_code == 200
    [secret] = re.findall(r'class="secret-key"[^>]*>([A-Z2-7 ]+)<', page.text)
    assert 'src="data:image/svg+xml' in page.text
    return secret.replace(" ", ""), hidden(page.text, "sealed")


def test_it_is_on_once_the_app_has_shown_a_code(site: Site, hiring: HiringRound) -> None:
    browser, elsewhere = site.signed_in(hiring.people["ada"]), site.signed_in(hiring.people["ada"])
    thief = stolen(browser, site.visitor)
    assert "Set up a second factor" in browser.get(SET_UP_PAGE).text
    secret, sealed = begin_set_up(browser)
    assert not has_factor(site.database, hiring.people["ada"])
    refused = browser.post(f"{SET_UP_PAGE}/on", {"code": "000000", "sealed": sealed})
    assert (refused.status_code, hidden(refused.text, "sealed")) == (422, sealed)
    phone = Phone(secret, [])
    shown = browser.post(f"{SET_UP_PAGE}/on", {"code": f" {phone.code()[:3]} {phone.code()[3:]}", "sealed": sealed})
    codes = re.findall(r"<code>([A-Z2-7-]+)</code>", shown.text)
    assert (shown.status_code, len(set(codes)), {len(code) for code in codes}) == (200, 10, {29})
    assert [is_signed_in(one) for one in (browser, elsewhere, thief)] == [True, False, False]
    with site.database.reading() as session:
        stored = [*session.scalars(select(SecondFactor.secret)), *session.scalars(select(RecoveryCode.code_hash))]
    assert not [text for text in stored if secret in text or text in codes]
    assert sorted(stored[1:]) == sorted(passwords.digest(code.replace("-", "")) for code in codes)
    assert ("second_factor_on", {}) in actions(site.database)
    assert codes[0] not in str(actions(site.database))


@one_database
def test_the_password_comes_first_and_is_not_to_be_guessed(site: Site, hiring: HiringRound) -> None:
    browser = site.signed_in(hiring.people["ada"])
    answers = [browser.post(SET_UP_PAGE, {"current": WRONG}) for _ in range(9)]
    assert {answer.status_code for answer in answers} == {422}
    assert not [answer for answer in answers if "secret-key" in answer.text or WRONG in answer.text]
    assert browser.post(SET_UP_PAGE, {"current": PASSWORD}).status_code == 429
    assert browser.post(SET_UP_PAGE, {"current": ""}).status_code == 422


@one_database
def test_a_secret_belongs_to_one_session_for_a_while(site: Site, hiring: HiringRound) -> None:
    browser, elsewhere, ben = (site.signed_in(hiring.people[name]) for name in ("ada", "ada", "ben"))
    with set_back(now() - timedelta(minutes=31)):
        old_secret, old = begin_set_up(browser)
    secret, sealed = begin_set_up(browser)
    for who, wrong, form in ((elsewhere, secret, sealed), (ben, secret, sealed), (browser, old_secret, old), (browser, secret, "x")):
        answer = renew(who).post(f"{SET_UP_PAGE}/on", {"code": Phone(wrong, []).code(), "sealed": form})
        assert (answer.status_code, answer.headers["Location"]) == (303, SET_UP_PAGE)
    assert not has_factor(site.database, hiring.people["ada"])
    assert renew(browser).post(f"{SET_UP_PAGE}/on", {"code": Phone(secret, []).code(), "sealed": sealed}).status_code == 200


@one_database
def test_one_that_is_on_is_not_replaced(site: Site, hiring: HiringRound) -> None:
    browser = site.signed_in(hiring.people["ada"])
    secret, sealed = begin_set_up(browser)
    phone = give_phone(hiring, "ada")
    browser = half_signed_in(browser, ADA)
    give_code(browser, phone.code())
    answer = renew(browser).post(f"{SET_UP_PAGE}/on", {"code": Phone(secret, []).code(), "sealed": sealed})
    assert answer.status_code == 303
    assert renew(browser).post(SET_UP_PAGE, {"current": PASSWORD}).headers["Location"] == SET_UP_PAGE
    assert give_code(half_signed_in(site.visitor(), ADA), phone.code(now() + STEP)).status_code == 303


# Signing in


def test_the_code_comes_after_the_password_and_leads_on(site: Site, hiring: HiringRound, phone: Phone) -> None:
    browser = site.visitor()
    sent = attempt(browser, ADA, next="/me?tab=1")
    assert (sent.status_code, sent.headers["Location"]) == (303, f"{CODE_PAGE}?next=/me?tab%3D1")
    page = browser.get(sent.headers["Location"])
    assert hidden(page.text, "next") == "/me?tab=1"
    assert ADA not in page.text
    before = stolen(browser, site.visitor)
    wrong = give_code(browser, "123456" if phone.code() != "123456" else "654321")
    assert (wrong.status_code, "This code is not right" in wrong.text) == (422, True)
    in_ = give_code(browser, phone.code(), next="/me?tab=1")
    assert (in_.status_code, in_.headers["Location"]) == (303, "/me?tab=1")
    assert is_signed_in(browser)
    assert not is_signed_in(before)
    assert before.get(CODE_PAGE).headers["Location"] == "/sign-in"
    assert browser.get(f"{CODE_PAGE}?next=//evil.example").headers["Location"] == "/"
    assert [action for action, _ in actions(site.database)[-3:]] == ["half_signed_in", "code_refused", "signed_in"]


def test_whoever_has_none_is_not_asked(site: Site, hiring: HiringRound, phone: Phone) -> None:
    assert attempt(site.visitor(), "ben@example.org").headers["Location"] == "/"


def paths(app: Flask) -> list[tuple[str, str]]:
    return [
        (method, re.sub(r"<[^>]*number>", "1", re.sub(r"<(?!int)[^>]*>", "x" * 22, rule.rule)))
        for rule in app.url_map.iter_rules()
        if rule.endpoint != "static"
        for method in sorted((rule.methods or set()) - {"OPTIONS"})
    ]


def kept_at(answer_of: Callable[[str, str], tuple[int, str]], app: Flask, page: str, open_to_them: set[tuple[str, str]]) -> None:
    asked = {*paths(app), ("GET", "/nothing/here"), ("POST", "/nothing/here")} - WHOEVER_ASKS
    assert open_to_them < asked
    found = {route: answer_of(*route) for route in sorted(asked - open_to_them)}
    # Of a browser's session programs know nothing, whole or half.
    wanted = {route: (401, "") if route[1].startswith("/api/") else (303, page) for route in found}
    wrong = {route: answer for route, answer in found.items() if answer != wanted[route]}
    assert (len(found) > 100, wrong) == (True, {})


@one_database
@pytest.mark.parametrize("name", ["admin", "recruiter"])
def test_half_signed_in_there_is_the_code_page_and_nothing_else(site: Site, hiring: HiringRound, name: str) -> None:
    give_phone(hiring, name)
    browser = half_signed_in(site.visitor(), f"{name}@example.org")

    def answer_of(method: str, path: str) -> tuple[int, str]:
        data = browser.tokens() if method == "POST" else None
        answer = browser.client.open(path, method=method, data=data)
        return answer.status_code, answer.headers.get("Location", "").partition("?")[0]

    open_to_them = {("GET", CODE_PAGE), ("HEAD", CODE_PAGE), ("POST", CODE_PAGE), ("POST", "/sign-out")}
    real = [f"/openings/{hiring.opening}", f"/candidates/{hiring.candidates['maria']}", f"/people/{hiring.people['ben']}"]
    kept_at(answer_of, site.app, CODE_PAGE, open_to_them)
    assert {answer_of("GET", path) for path in real} == {(303, CODE_PAGE)}
    assert browser.get(f"/openings/{hiring.opening}?a=b").headers["Location"] == f"{CODE_PAGE}?next=/openings/{hiring.opening}?a%3Db"
    assert browser.send_json("/scorecards/x/draft", {}).status_code == 401
    page = browser.get(CODE_PAGE)
    assert (page.status_code, "main-navigation" in page.text) == (200, False)


@one_database
def test_half_signed_in_one_can_go_again(site: Site, hiring: HiringRound, phone: Phone) -> None:
    browser = half_signed_in(site.visitor(), ADA)
    assert browser.post("/sign-out").headers["Location"] == "/sign-in"
    assert browser.get(CODE_PAGE).headers["Location"] == "/sign-in"
    with site.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(SignIn)) == 0


@one_database
def test_half_a_session_waits_ten_minutes_and_is_not_listed(site: Site, hiring: HiringRound, phone: Phone) -> None:
    with set_back(now() - timedelta(minutes=11)):
        late = half_signed_in(site.visitor(), ADA)
    assert give_code(late, phone.code()).headers["Location"] == "/sign-in"
    in_time, whole = half_signed_in(site.visitor(), ADA), half_signed_in(site.visitor(), ADA)
    give_code(whole, phone.code())
    assert "Sign out everywhere else" not in whole.get("/me").text
    with site.database.transaction() as session:
        session.execute(update(Account).where(Account.email == ADA).values(is_active=False))
    assert give_code(in_time, phone.code(now() + STEP)).headers["Location"] == "/sign-in"


# Codes


def test_a_code_is_taken_once_by_one_of_many_who_try_it_at_once(site: Site, hiring: HiringRound, phone: Phone) -> None:
    for code in (phone.code(), phone.recovery[3]):
        browsers = [half_signed_in(site.visitor(), ADA) for _ in range(5)]
        with ThreadPoolExecutor(5) as pool:
            statuses = list(pool.map(lambda browser, code=code: give_code(browser, code).status_code, browsers))  # type: ignore[misc]
        assert sorted(statuses) == [303, 422, 422, 422, 422]
        assert give_code(half_signed_in(site.visitor(), ADA), code).status_code == 422
        let_pass_all(site.database)


def let_pass_all(database: Database) -> None:
    from screening.models import Attempt

    with database.transaction() as session:
        for row in session.scalars(select(Attempt)):
            session.delete(row)


@one_database
@pytest.mark.parametrize(("steps", "status"), [(-2, 422), (-1, 303), (0, 303), (1, 303), (2, 422)])
def test_the_window_is_one_step_either_side(site: Site, hiring: HiringRound, phone: Phone, steps: int, status: int) -> None:
    # In the middle of a step, so that none begins meanwhile.
    with set_back(now().replace(second=15, microsecond=0) - timedelta(minutes=1)):
        with site.database.transaction() as session:
            session.execute(update(SecondFactor).values(last_step=0))
        browser = half_signed_in(site.visitor(), ADA)
        assert give_code(browser, phone.code(now() + steps * STEP)).status_code == status


@one_database
def test_a_code_of_before_the_last_one_is_not_taken(site: Site, hiring: HiringRound, phone: Phone) -> None:
    with set_back(now().replace(second=15, microsecond=0) - timedelta(minutes=1)):
        assert give_code(half_signed_in(site.visitor(), ADA), phone.code()).status_code == 303
        assert give_code(half_signed_in(site.visitor(), ADA), phone.code(now() - STEP)).status_code == 422
        assert give_code(half_signed_in(site.visitor(), ADA), phone.code(now() + STEP)).status_code == 303


@one_database
@pytest.mark.parametrize("odd", ["", "12345", "1234567", "１２３４５６", "x" * 61, "\x00", "' OR 1=1 --", "०००००० "])
def test_odd_codes_are_refused(site: Site, hiring: HiringRound, phone: Phone, odd: str) -> None:
    browser = half_signed_in(site.visitor(), ADA)
    assert give_code(browser, odd).status_code == 422
    assert not is_signed_in(browser)


def test_codes_are_not_to_be_guessed_and_a_new_password_try_gives_no_new_ones(site: Site, hiring: HiringRound, phone: Phone) -> None:
    browser = half_signed_in(site.visitor(), ADA)
    statuses = [give_code(browser, f"00000{number}").status_code for number in range(8)]
    statuses.append(give_code(half_signed_in(browser, ADA), "000009").status_code)
    assert statuses == [422] * 9
    for fresh in (browser, half_signed_in(browser, ADA), half_signed_in(site.visitor(), ADA)):
        refused = give_code(fresh, phone.code(), address="198.51.100.9")
        assert (refused.status_code, 0 < int(refused.headers["Retry-After"]) <= 60) == (429, True)
    assert attempt(site.visitor(), "ben@example.org").status_code == 303


@one_database
def test_a_browser_that_knows_the_account_is_not_shut_out_by_who_has_the_password(site: Site, hiring: HiringRound, phone: Phone) -> None:
    own = half_signed_in(site.visitor(), ADA)
    assert own.client.get_cookie("screening-known") is None
    give_code(own, phone.code())
    assert own.client.get_cookie("screening-known") is not None
    stranger = half_signed_in(site.visitor(), ADA)
    for _ in range(10):
        give_code(stranger, "000000", address="198.51.100.9")
    assert give_code(stranger, phone.recovery[0], address="198.51.100.9").status_code == 429
    renew(own).post("/sign-out")
    assert give_code(half_signed_in(own, ADA), phone.recovery[0]).status_code == 303


@one_database
def test_a_second_factor_that_was_taken_away_takes_its_wrong_codes_along(site: Site, hiring: HiringRound, phone: Phone) -> None:
    for number in range(10):
        give_code(half_signed_in(site.visitor(), ADA), "000000", address=f"198.51.100.{number}")
    with site.database.transaction() as session:
        second_factor.reset(session, None, session.scalars(select(Account).where(Account.email == ADA)).one())
    fresh = give_phone(hiring, "ada")
    assert give_code(half_signed_in(site.visitor(), ADA), fresh.code()).status_code == 303


@one_database
def test_a_recovery_code_is_read_as_people_type_it(site: Site, hiring: HiringRound, phone: Phone) -> None:
    for typed in (phone.recovery[0].lower(), phone.recovery[1].replace("-", ""), f" {phone.recovery[2].replace('-', ' ')} "):
        assert give_code(half_signed_in(site.visitor(), ADA), typed).status_code == 303
    browser = half_signed_in(site.visitor(), ADA)
    give_code(browser, phone.code())
    assert "You have 7 recovery codes left." in browser.get(SET_UP_PAGE).text
    ben = give_phone(hiring, "ben")
    assert give_code(half_signed_in(site.visitor(), "ben@example.org"), phone.recovery[3]).status_code == 422
    assert give_code(half_signed_in(site.visitor(), "ben@example.org"), ben.recovery[3]).status_code == 303


# Other ways in


def test_a_link_for_a_new_password_does_not_go_round_it(site: Site, hiring: HiringRound, phone: Phone) -> None:
    with site.database.transaction() as session:
        code = accounts.new_link(session, None, session.scalars(select(Account).where(Account.email == ADA)).one(), "password_reset")
    browser = renew(site.visitor())
    answer = browser.post(f"/link/{code}", {"password": NEW, "again": NEW})
    assert (answer.status_code, answer.headers["Location"]) == (303, CODE_PAGE)
    assert not is_signed_in(browser)
    assert browser.client.get_cookie("screening-known") is None
    assert give_code(browser, phone.code()).status_code == 303
    assert is_signed_in(browser)


@one_database
def test_a_change_of_password_in_a_whole_session_asks_for_no_code(site: Site, hiring: HiringRound, phone: Phone) -> None:
    browser = half_signed_in(site.visitor(), ADA)
    give_code(browser, phone.code())
    assert renew(browser).post("/me", {"current": PASSWORD, "password": NEW, "again": NEW}).headers["Location"] == "/me"
    assert is_signed_in(browser)


# Taking it away


def signed_in_with(site: Site, phone: Phone, email: str = ADA) -> Browser:
    browser = half_signed_in(site.visitor(), email)
    give_code(browser, phone.code(now() - STEP))
    return renew(browser)


def test_to_switch_it_off_takes_the_password_and_a_code(site: Site, hiring: HiringRound, phone: Phone) -> None:
    browser, elsewhere = signed_in_with(site, phone), site.visitor()
    give_code(half_signed_in(elsewhere, ADA), phone.recovery[0])
    for form in ({"current": WRONG, "code": phone.code()}, {"current": PASSWORD, "code": phone.recovery[0]}, {"code": phone.code()}):
        refused = browser.post(f"{SET_UP_PAGE}/off", form)
        assert (refused.status_code, has_factor(site.database, hiring.people["ada"])) == (422, True)
    off = browser.post(f"{SET_UP_PAGE}/off", {"current": PASSWORD, "code": phone.code()})
    assert (off.status_code, off.headers["Location"]) == (303, "/me")
    assert [is_signed_in(one) for one in (browser, elsewhere)] == [True, False]
    with site.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(RecoveryCode)) == 0
    assert attempt(site.visitor(), ADA).headers["Location"] == "/"
    assert actions(site.database)[-2][0] == "second_factor_off"


@one_database
def test_new_recovery_codes_replace_the_old_ones(site: Site, hiring: HiringRound, phone: Phone) -> None:
    browser = signed_in_with(site, phone)
    assert browser.post(f"{SET_UP_PAGE}/codes", {"current": PASSWORD, "code": "000000"}).status_code == 422
    shown = browser.post(f"{SET_UP_PAGE}/codes", {"current": PASSWORD, "code": phone.code()})
    codes = re.findall(r"<code>([A-Z2-7-]+)</code>", shown.text)
    assert len({*codes, *phone.recovery}) == 20
    assert give_code(half_signed_in(site.visitor(), ADA), phone.recovery[0]).status_code == 422
    assert give_code(half_signed_in(site.visitor(), ADA), codes[0]).status_code == 303


def test_an_administrator_lets_in_who_lost_everything(site: Site, hiring: HiringRound, phone: Phone) -> None:
    admin, ada = site.signed_in(hiring.people["admin"]), signed_in_with(site, phone)
    waiting = half_signed_in(site.visitor(), ADA)
    address = f"/people/{hiring.people['ada']}/second-factor/reset"
    assert "Take away" in admin.get(f"/people/{hiring.people['ada']}").text
    for name in ("stranger", "recruiter", "ben"):
        assert site.signed_in(hiring.people[name]).post(address).status_code == 404
    assert has_factor(site.database, hiring.people["ada"])
    for _ in range(2):
        assert admin.post(address).headers["Location"] == f"/people/{hiring.people['ada']}"
    assert [is_signed_in(one) for one in (ada, waiting)] == [False, False]
    assert attempt(site.visitor(), ADA).headers["Location"] == "/"
    resets = [detail for action, detail in actions(site.database) if action == "second_factor_reset"]
    assert resets == [{"account": hiring.people["ada"]}]


@one_database
def test_an_administrator_does_not_take_away_their_own(site: Site, hiring: HiringRound) -> None:
    admin = signed_in_with(site, give_phone(hiring, "admin"), "admin@example.org")
    assert admin.post(f"/people/{hiring.people['admin']}/second-factor/reset").status_code == 422
    assert has_factor(site.database, hiring.people["admin"])


@one_database
def test_the_last_administrator_is_let_in_from_the_command_line(
    site: Site, hiring: HiringRound, phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    from screening.cli import commands

    monkeypatch.setenv("SCREENING_SECRET_KEY", KEY)
    monkeypatch.setenv("SCREENING_DATABASE_URL", site.database.engine.url.render_as_string(hide_password=False))
    said = [CliRunner().invoke(commands, ["user", "reset-second-factor", ADA]) for _ in range(2)]
    assert [answer.output for answer in said] == ["Ada has no second factor now, and is signed out everywhere.\n", "Ada has none.\n"]
    assert not has_factor(site.database, hiring.people["ada"])


# Who must have one


@one_database
@pytest.mark.parametrize(("rule", "must"), [("optional", []), ("administrators", ["admin"]), ("everybody", ["admin", "ben"])])
def test_who_must_have_one_reaches_its_set_up_alone(database: Database, hiring: HiringRound, rule: str, must: list[str]) -> None:
    site = Site(database, second_factor=rule)
    for name in ("admin", "ben"):
        browser = site.visitor()
        attempt(browser, f"{name}@example.org")
        location = renew(browser).get("/openings").headers.get("Location", "")
        assert location == (f"{SET_UP_PAGE}?next=/openings" if name in must else "")
    site.close()


@one_database
def test_nothing_else_is_open_until_it_is_set_up(database: Database, hiring: HiringRound) -> None:
    site = Site(database, second_factor="everybody")
    browser = site.visitor()
    attempt(browser, "admin@example.org")
    renew(browser)

    def answer_of(method: str, path: str) -> tuple[int, str]:
        data = browser.tokens() if method == "POST" else None
        answer = browser.client.open(path, method=method, data=data)
        return answer.status_code, answer.headers.get("Location", "").partition("?")[0]

    set_up = {(method, SET_UP_PAGE) for method in ("GET", "HEAD", "POST")}
    kept_at(answer_of, site.app, SET_UP_PAGE, {*set_up, ("POST", f"{SET_UP_PAGE}/on"), ("POST", "/sign-out")})
    attempt(browser, "admin@example.org")
    secret, sealed = begin_set_up(browser)
    assert browser.post(f"{SET_UP_PAGE}/on", {"code": Phone(secret, []).code(), "sealed": sealed}).status_code == 200
    assert browser.get("/people").status_code == 200
    site.close()


@one_database
def test_where_it_is_off_nobody_is_asked_and_nothing_is_offered(database: Database, hiring: HiringRound, phone: Phone) -> None:
    site = Site(database, second_factor="off")
    assert attempt(site.visitor(), ADA).headers["Location"] == "/"
    ben = site.signed_in(hiring.people["ben"])
    assert [ben.get(SET_UP_PAGE).status_code, ben.post(SET_UP_PAGE, {"current": PASSWORD}).status_code] == [404, 404]
    assert "Second factor" not in ben.get("/me").text
    site.close()


# Keys


@one_database
def test_a_former_key_still_opens_it_and_is_needed_no_longer_once_it_was_used(database: Database, hiring: HiringRound) -> None:
    phone = give_phone(hiring, "ada", sealer=Sealer(("the key of before, long enough",)))
    lost = Site(database)
    browser = half_signed_in(lost.visitor(), ADA)
    refused = give_code(browser, phone.code())
    assert (refused.status_code, "the server’s key was changed" in refused.text) == (422, True)
    assert give_code(browser, phone.recovery[0]).status_code == 303
    rotated = Site(database, former_keys=("the key of before, long enough",))
    assert give_code(half_signed_in(rotated.visitor(), ADA), phone.code()).status_code == 303
    assert give_code(half_signed_in(lost.visitor(), ADA), phone.code(now() + STEP)).status_code == 303
    lost.close()
    rotated.close()


@one_database
def test_a_secret_copied_to_another_account_opens_nothing(site: Site, hiring: HiringRound, phone: Phone) -> None:
    give_phone(hiring, "ben")
    with site.database.transaction() as session:
        ada, ben = (session.get_one(SecondFactor, account(site.database, hiring.people[name]).id) for name in ("ada", "ben"))
        ben.secret = ada.secret
    assert give_code(half_signed_in(site.visitor(), "ben@example.org"), phone.code()).status_code == 422
