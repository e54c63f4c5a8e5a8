"""Signing in through an identity provider: what links is the provider's own identifier, with proof of both sides, and nothing less."""

from __future__ import annotations

import hmac
import json
import logging
import re
import socket
import subprocess
import sys
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey
from oidc_provider_mock import run_server_in_thread
from sqlalchemy import func, select, update

from screening import identity_provider
from screening.clock import now, set_back
from screening.config import ProviderSettings, from_environment, to_environment
from screening.database import Database
from screening.errors import ConfigError
from screening.models import Account, Event, Identity, Link, SignIn
from screening.services import accounts
from tests.support.codes import give_code, give_phone
from tests.support.hiring_round import HiringRound
from tests.support.identity_provider import CLIENT, SECRET, Provider, come_back, running, set_off, travel
from tests.support.keys import KEY
from tests.support.signing_in import PASSWORD, WRONG, account, attempt, give_passwords, renew
from tests.support.web import Browser, Site

one_database = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
BEGIN, RETURN, OWN_PAGE = "/sign-in/provider", "/sign-in/provider/return", "/me/provider"


@pytest.fixture(scope="module")
def running_provider() -> Iterator[Provider]:
    with running() as provider:
        yield provider


@pytest.fixture
def provider(running_provider: Provider) -> Iterator[Provider]:
    yield running_provider
    running_provider.straighten()


@pytest.fixture
def linked_site(database: Database, provider: Provider) -> Iterator[Site]:
    """The application with the provider."""
    site = Site(database, provider=provider.settings())
    yield site
    site.close()


@pytest.fixture(autouse=True)
def with_passwords(hiring: HiringRound) -> None:
    give_passwords(hiring, "admin", "ada", "ben")


def bind(site: Site, public_id: str, subject: str = "ada-at-the-provider", issuer: str = "") -> None:
    """As linking leaves it."""
    settings = site.app.extensions["settings"].provider
    with site.database.transaction() as session:
        row = Identity(account_id=account(site.database, public_id).id, issuer=issuer or settings.issuer, subject=subject, linked_at=now())
        session.add(row)


def identities(database: Database) -> list[tuple[str, str]]:
    with database.reading() as session:
        query = select(Account.email, Identity.subject).join(Identity).order_by(Account.email)
        return [(email, subject) for email, subject in session.execute(query)]


def is_signed_in(browser: Browser) -> bool:
    return browser.get("/me").status_code == 200


def sessions(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(SignIn)) or 0


def link_of(site: Site, public_id: str, purpose: str) -> str:
    with site.database.transaction() as session:
        who = session.scalars(select(Account).where(Account.public_id == public_id)).one()
        return accounts.new_link(session, None, who, purpose)


# Signing in


def test_who_is_linked_comes_in(linked_site: Site, hiring: HiringRound) -> None:
    bind(linked_site, hiring.people["ada"])
    browser = linked_site.visitor()
    assert 'href="/sign-in/provider?next=/openings"' in browser.get("/sign-in?next=/openings").text
    answer = travel(browser, f"{BEGIN}?next=/openings")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/openings")
    assert "ada@example.org" in browser.get("/me").text
    assert browser.client.get_cookie("screening-journey") is None
    with linked_site.database.reading() as session:
        assert session.scalars(select(SignIn.way)).all() == ["provider"]
    assert browser.get(BEGIN).headers["Location"] == "/"


@one_database
def test_what_is_asked_of_the_provider(linked_site: Site, provider: Provider, hiring: HiringRound) -> None:
    browser = linked_site.visitor()
    addresses = [browser.get(f"{BEGIN}?next=//evil.example", headers={"Host": "evil.example"}).headers["Location"] for _ in range(2)]
    asked = [{name: value[0] for name, value in parse_qs(urlsplit(address).query).items()} for address in addresses]
    for fresh in ("state", "nonce", "code_challenge"):
        assert asked[0][fresh] != asked[1][fresh]
        assert len(asked[0].pop(fresh)) >= 43
    assert asked[0] == {
        "response_type": "code",
        "client_id": CLIENT,
        "redirect_uri": "http://127.0.0.1:8000/sign-in/provider/return",
        "scope": "openid",
        "code_challenge_method": "S256",
    }


@one_database
def test_where_one_goes_afterwards_stays_here(linked_site: Site, hiring: HiringRound) -> None:
    bind(linked_site, hiring.people["ada"])
    for elsewhere in ("//evil.example", "/\\evil.example", "/%09/evil.example", "https:evil.example", "%2F%2Fevil.example"):
        assert travel(linked_site.visitor(), f"{BEGIN}?next={elsewhere}").headers["Location"] == "/"


def test_who_is_not_linked_is_told_how_to_be_and_nothing_is_made(linked_site: Site, provider: Provider, hiring: HiringRound) -> None:
    provider.claims = {"email": "ada@example.org", "email_verified": True, "name": "Ada"}
    browser = linked_site.visitor()
    answer = travel(browser)
    assert answer.status_code == 403
    assert "no account here is linked with it" in answer.text
    bind(linked_site, hiring.people["ben"])
    with linked_site.database.transaction() as session:
        session.execute(update(Account).where(Account.email == "ben@example.org").values(is_active=False))
    assert travel(linked_site.visitor()).status_code == 403
    with linked_site.database.transaction() as session:
        session.execute(update(Account).values(is_active=True))
        session.execute(update(Identity).values(issuer="https://another.example"))
    assert travel(linked_site.visitor()).status_code == 403
    assert sessions(linked_site.database) == 0
    assert identities(linked_site.database) == [("ben@example.org", "ada-at-the-provider")]
    assert not is_signed_in(browser)


@one_database
def test_one_provider_from_the_registry(database: Database, hiring: HiringRound) -> None:
    with run_server_in_thread(require_client_registration=True, require_nonce=True) as server:
        issuer = f"http://localhost:{server.server_port}"
        back = "http://127.0.0.1:8000/sign-in/provider/return"
        client = requests.post(f"{issuer}/oauth2/clients", json={"redirect_uris": [back]}, timeout=10).json()
        site = Site(database, provider=ProviderSettings(issuer, client["client_id"], client["client_secret"]))
        bind(site, hiring.people["ada"], "ada")
        for who, status in (("ada", 303), ("somebody else", 403)):
            browser = site.visitor()
            away = browser.get(BEGIN).headers["Location"]
            allowed = requests.post(away, data={"sub": who}, allow_redirects=False, timeout=10)
            assert come_back(browser, allowed.headers["Location"]).status_code == status
        denied = requests.post(site.visitor().get(BEGIN).headers["Location"], data={"action": "deny"}, allow_redirects=False, timeout=10)
        assert "error=access_denied" in denied.headers["Location"]
        site.close()


# Attacks


def signed_by(key: Any, **header: Any) -> Any:
    return lambda claims: jwt.encode({"alg": "RS256", "kid": "first", **header}, claims, key, algorithms=[header.get("alg", "RS256")])


def forged_tokens(provider: Provider) -> dict[str, dict[str, Any]]:
    """How a provider, or somebody in its place, can bend what proves who somebody is."""
    public = provider.key.as_pem(private=False)
    at = int(time.time())
    claims: dict[str, dict[str, Any]] = {
        "no nonce": {"nonce": None},
        "another nonce": {"nonce": "x" * 43},
        "for another client": {"aud": "somebody else"},
        "for others": {"aud": ["somebody else", "and another"]},
        "for another client, with us as its party": {"aud": "somebody else", "azp": CLIENT},
        "for others, with us as their party": {"aud": ["somebody else", "and another"], "azp": CLIENT},
        "for several without a party": {"aud": [CLIENT, "somebody else"]},
        "for several, of another party": {"aud": [CLIENT, "somebody else"], "azp": "somebody else"},
        "for nobody": {"aud": None},
        "of another issuer": {"iss": "https://evil.example"},
        "of an issuer nearly the same": {"iss": provider.address + "/"},
        "of no issuer": {"iss": None},
        "expired": {"exp": at - 120},
        "without an end": {"exp": None},
        "with an end that is none": {"exp": "never"},
        "from the future": {"iat": at + 600},
        "not valid yet": {"nbf": at + 600},
        "about nobody": {"sub": None},
        "about ''": {"sub": ""},
        "about a number": {"sub": 7},
        "about a long name": {"sub": "x" * 256},
        "about a line": {"sub": "a\nb"},
        "with the hash of another access token": {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"},
    }
    signatures = {
        "unsigned": lambda made: f"{jwt.encode({'alg': 'none'}, made, OctKey.generate_key(), algorithms=['none'])}",
        "unsigned, spelled otherwise": lambda made: re.sub(r"^[^.]*", "eyJhbGciOiJOb25lIn0", provider_token(provider, made)),
        "by the public key as a secret": lambda made: by_secret(public, made),
        "by the client's secret": lambda made: by_secret(SECRET.encode(), made),
        "by another key of the same name": signed_by(RSAKey.generate_key(2048)),
        "by a key nobody knows": signed_by(RSAKey.generate_key(2048), kid="second"),
        "by a key it brings along": lambda made: brought_along(RSAKey.generate_key(2048), made),
        "without its signature": lambda made: provider_token(provider, made).rpartition(".")[0] + ".",
        "changed after signing": lambda made: spliced(provider_token(provider, {**made, "sub": "ben"}), provider_token(provider, made)),
        "not a token": lambda made: "not a token",
    }
    return {name: {"claims": change} for name, change in claims.items()} | {name: {"sign": sign} for name, sign in signatures.items()}


def provider_token(provider: Provider, claims: dict[str, Any]) -> str:
    return jwt.encode({"alg": "RS256", "kid": "first"}, claims, provider.key)


def by_secret(secret: bytes, claims: dict[str, Any]) -> str:
    """By hand, as no good library makes such a thing."""
    parts = [urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in ({"alg": "HS256", "kid": "first"}, claims)]
    mac = hmac.digest(secret, b".".join(parts), "sha256")
    return b".".join([*parts, urlsafe_b64encode(mac).rstrip(b"=")]).decode()


def spliced(said: str, signed: str) -> str:
    return f"{said.rpartition('.')[0]}.{signed.rpartition('.')[2]}"


def brought_along(key: RSAKey, claims: dict[str, Any]) -> str:
    return jwt.encode({"alg": "RS256", "jwk": key.as_dict(private=False)}, claims, key)


@one_database
def test_what_proves_nobody_lets_nobody_in(linked_site: Site, provider: Provider, hiring: HiringRound) -> None:
    bind(linked_site, hiring.people["ada"])
    assert travel(linked_site.visitor()).status_code == 303
    before = sessions(linked_site.database)
    let_in = {}
    for number, (name, bent) in enumerate(forged_tokens(provider).items()):
        provider.straighten()
        for what, value in bent.items():
            setattr(provider, what, value)
        browser = linked_site.visitor()
        answer = travel(browser, host=f"198.51.100.{number}")
        if answer.status_code != 403 or is_signed_in(browser) or "was not finished" not in answer.text:
            let_in[name] = answer.status_code
    assert let_in == {}
    assert sessions(linked_site.database) == before
    provider.straighten()
    assert travel(linked_site.visitor()).status_code == 303


@one_database
def test_a_way_back_that_is_not_ones_own_leads_nowhere(linked_site: Site, provider: Provider, hiring: HiringRound) -> None:
    bind(linked_site, hiring.people["ada"])
    changes: list[dict[str, str | None]] = [
        {"state": "x" * 43},
        {"state": None},
        {"code": None},
        {"code": "x" * 22},
        {"error": "access_denied"},
        {"iss": "https://evil.example"},
        {"iss": None},
    ]
    for number, change in enumerate(changes):
        browser = linked_site.visitor()
        assert come_back(browser, set_off(browser), host=f"198.51.100.{number}", **change).status_code == 403, change
        assert not is_signed_in(browser)
    victim, attacker = linked_site.visitor(), linked_site.visitor()
    way_of_attacker = set_off(attacker)
    assert come_back(victim, way_of_attacker).status_code == 403
    set_off(victim)
    assert come_back(victim, way_of_attacker).status_code == 403
    assert not is_signed_in(victim)
    with set_back(now() - timedelta(minutes=11)):
        late = linked_site.visitor()
        way = set_off(late)
    assert come_back(late, way).status_code == 403


@one_database
def test_a_way_back_is_gone_once(linked_site: Site, provider: Provider, hiring: HiringRound) -> None:
    bind(linked_site, hiring.people["ada"])
    browser = linked_site.visitor()
    way = set_off(browser)
    carried = browser.client.get_cookie("screening-journey")
    assert carried is not None
    assert (carried.http_only, carried.same_site, carried.path) == (True, "Lax", "/")
    path = way.partition(":8000")[2]
    assert browser.client.head(path).status_code == 405
    assert come_back(browser, way).status_code == 303
    other = linked_site.visitor()
    assert come_back(other, way).status_code == 403
    other.client.set_cookie("screening-journey", carried.value)
    assert come_back(other, way).status_code == 403
    assert not is_signed_in(other)


@one_database
def test_what_travels_along_cannot_be_read_or_changed(linked_site: Site, hiring: HiringRound) -> None:
    browser = linked_site.visitor()
    away = browser.get(BEGIN).headers["Location"]
    carried = browser.client.get_cookie("screening-journey")
    assert carried is not None
    assert not [value for values in parse_qs(urlsplit(away).query).values() for value in values if value in carried.value]
    browser.client.set_cookie("screening-journey", carried.value[:-4] + "AAAA")
    assert browser.get(f"{RETURN}?state=x&code=y").status_code == 403


@one_database
def test_ways_back_that_fail_slow_their_address_down(linked_site: Site, hiring: HiringRound) -> None:
    bind(linked_site, hiring.people["ada"])
    for _ in range(10):
        assert travel(linked_site.visitor(), code="wrong").status_code == 403
    refused = travel(linked_site.visitor())
    assert (refused.status_code, 0 < int(refused.headers["Retry-After"]) <= 60) == (429, True)
    assert travel(linked_site.visitor(), host="198.51.100.9").status_code == 303
    assert attempt(linked_site.visitor(), "ben@example.org", address="198.51.100.9").status_code == 303
    with linked_site.database.reading() as session:
        failed = session.execute(select(Event.account_id, Event.detail).where(Event.action == "sign_in_failed")).all()
    assert {(who, str(detail)) for who, detail in failed} == {(None, "{'way': 'provider'}")}


# The provider's own troubles


@one_database
def test_new_keys_of_the_provider_are_fetched(
    linked_site: Site, provider: Provider, hiring: HiringRound, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(identity_provider, "SAME_KEYS_FOR", 0)
    asked = provider.asked.count("/keys")
    bind(linked_site, hiring.people["ada"])
    assert travel(linked_site.visitor()).status_code == 303
    before = provider.key
    provider.key = RSAKey.generate_key(2048, {"kid": "second", "use": "sig"})
    assert travel(linked_site.visitor()).status_code == 303
    provider.key = before
    assert provider.asked.count("/keys") == asked + 2


TROUBLES: dict[str, dict[str, Any]] = {
    "another issuer": {"about": {"issuer": "https://evil.example"}},
    "an address that can be read on the way": {"about": {"token_endpoint": "http://192.0.2.1/token"}},
    "an address of another kind": {"about": {"authorization_endpoint": "javascript:alert(1)"}},
    "signatures by secrets alone": {"about": {"id_token_signing_alg_values_supported": ["HS256", "none"]}},
    "no keys": {"about": {"jwks_uri": None}},
    "no JSON": {"token": lambda made: "<html>"},
    "a fault": {"token": lambda made: ("fault", 500)},
    "a way to elsewhere": {"token": lambda made: ("", 302, {"Location": f"/elsewhere?id_token={made}"})},
    "silence": {"token": lambda made: time.sleep(1) or "{}"},
}


@one_database
@pytest.mark.parametrize("trouble", TROUBLES)
def test_without_the_provider_passwords_still_work(
    linked_site: Site, provider: Provider, hiring: HiringRound, monkeypatch: pytest.MonkeyPatch, trouble: str
) -> None:
    monkeypatch.setattr(identity_provider, "SECONDS", 0.5)
    for what, value in TROUBLES[trouble].items():
        setattr(provider, what, value)
    browser = linked_site.visitor()
    answer = browser.get(BEGIN)
    if answer.status_code == 303:
        back = requests.get(answer.headers["Location"], allow_redirects=False, timeout=10).headers["Location"]
        answer = come_back(browser, back)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    assert "sign in with your password" in answer.text
    assert attempt(browser, "ben@example.org").status_code == 303


@one_database
def test_a_provider_that_is_away_is_not_asked_again_for_a_while(
    database: Database, hiring: HiringRound, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(identity_provider, "SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        site = Site(database, provider=ProviderSettings(f"http://127.0.0.1:{silent.getsockname()[1]}", CLIENT, SECRET))
        assert [site.visitor().get(BEGIN).status_code for _ in range(3)] == [503] * 3
        silent.settimeout(0.1)
        silent.accept()[0].close()
        with pytest.raises(TimeoutError):
            silent.accept()
        site.close()


@one_database
def test_nothing_that_proves_who_somebody_is_gets_into_the_log(
    linked_site: Site, provider: Provider, hiring: HiringRound, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    bind(linked_site, hiring.people["ada"])
    browser = linked_site.visitor()
    way = set_off(browser)
    come_back(browser, way)
    provider.claims = {"nonce": "wrong"}
    travel(linked_site.visitor())
    ours = "\n".join(record.getMessage() for record in caplog.records if record.name.startswith("screening"))
    assert "refused" in ours
    assert not [text for text in (parse_qs(urlsplit(way).query)["code"][0], provider.subject, SECRET, "an access token") if text in ours]


# Linking


def ticket_of(page: str) -> str:
    [path] = re.findall(r'href="(/me/provider/go\?ticket=[^"]+)"', page)
    return str(path)


def test_an_account_is_linked_by_whoever_has_its_password(linked_site: Site, provider: Provider, hiring: HiringRound) -> None:
    browser = linked_site.signed_in(hiring.people["ada"])
    assert browser.post(OWN_PAGE, {"current": WRONG}).status_code == 422
    assert browser.get("/me/provider/go").headers["Location"] == OWN_PAGE
    page = browser.post(OWN_PAGE, {"current": PASSWORD})
    assert (page.status_code, identities(linked_site.database)) == (200, [])
    for other in (linked_site.signed_in(hiring.people["ben"]), linked_site.signed_in(hiring.people["ada"])):
        assert other.get(ticket_of(page.text)).headers["Location"] == OWN_PAGE
    linked = travel(browser, ticket_of(page.text))
    assert (linked.status_code, linked.headers["Location"]) == (303, "/me")
    assert identities(linked_site.database) == [("ada@example.org", "ada-at-the-provider")]
    assert "You can sign in through it." in browser.get("/me").text
    assert travel(linked_site.visitor()).status_code == 303
    with linked_site.database.reading() as session:
        details = session.scalars(select(Event.detail).where(Event.action == "identity_linked")).all()
    assert details == [{"account": hiring.people["ada"]}]


@one_database
def test_a_link_is_made_only_in_the_session_that_confirmed(linked_site: Site, provider: Provider, hiring: HiringRound) -> None:
    browser = linked_site.signed_in(hiring.people["ada"])
    ticket = ticket_of(browser.post(OWN_PAGE, {"current": PASSWORD}).text)
    for person in ("ben", "ada", None):
        way, other = set_off(browser, ticket), linked_site.signed_in(hiring.people[person]) if person else linked_site.visitor()
        carried = browser.client.get_cookie("screening-journey")
        assert carried is not None
        other.client.set_cookie("screening-journey", carried.value)
        assert come_back(other, way).status_code == 403
    assert identities(linked_site.database) == []
    with set_back(now() - timedelta(minutes=11)):
        old = browser.post(OWN_PAGE, {"current": PASSWORD}).text
    assert browser.get(ticket_of(old)).headers["Location"] == OWN_PAGE


@one_database
def test_guessing_the_password_there_is_slowed_down(linked_site: Site, hiring: HiringRound) -> None:
    browser = linked_site.signed_in(hiring.people["ada"])
    assert [browser.post(OWN_PAGE, {"current": WRONG}).status_code for _ in range(10)] == [422] * 9 + [429]


def test_nobody_is_linked_with_two_accounts(linked_site: Site, provider: Provider, hiring: HiringRound) -> None:
    bind(linked_site, hiring.people["ben"])
    browser = linked_site.signed_in(hiring.people["ada"])
    refused = travel(browser, ticket_of(browser.post(OWN_PAGE, {"current": PASSWORD}).text))
    assert refused.status_code == 422
    assert "linked with somebody else’s account" in refused.text
    assert identities(linked_site.database) == [("ben@example.org", "ada-at-the-provider")]


def test_of_two_accounts_that_are_linked_with_one_person_at_once_one_is(linked_site: Site, provider: Provider, hiring: HiringRound) -> None:
    browsers = [linked_site.signed_in(hiring.people[name]) for name in ("ada", "ben")]
    ways = [set_off(browser, ticket_of(browser.post(OWN_PAGE, {"current": PASSWORD}).text)) for browser in browsers]
    with ThreadPoolExecutor(2) as pool:
        statuses = list(pool.map(lambda one: come_back(*one).status_code, zip(browsers, ways, strict=True)))
    assert (sorted(statuses), len(identities(linked_site.database))) == ([303, 422], 1)


def test_a_link_is_undone_with_the_password_where_there_is_one(linked_site: Site, provider: Provider, hiring: HiringRound) -> None:
    bind(linked_site, hiring.people["ada"])
    browser = linked_site.signed_in(hiring.people["ada"])
    assert browser.post(OWN_PAGE, {"current": WRONG}).status_code == 422
    assert browser.post(OWN_PAGE, {"current": PASSWORD}).headers["Location"] == "/me"
    assert identities(linked_site.database) == []
    bind(linked_site, hiring.people["manager"], "manager")
    refused = come_in(linked_site, provider, "manager").post(OWN_PAGE)
    assert (refused.status_code, "Without a password you could no longer sign in" in refused.text) == (422, True)
    assert identities(linked_site.database) == [("manager@example.org", "manager")]


def come_in(site: Site, provider: Provider, subject: str) -> Browser:
    provider.subject = subject
    browser = site.visitor()
    assert travel(browser).status_code == 303
    return renew(browser)


# Invitations


def test_an_invitation_is_taken_up_by_signing_in_there(linked_site: Site, provider: Provider, hiring: HiringRound) -> None:
    manager = hiring.people["manager"]
    code = link_of(linked_site, manager, "invitation")
    browser = linked_site.visitor()
    page = browser.get(f"/link/{code}")
    assert f'href="/link/{code}/provider"' in page.text
    for _ in range(2):
        way = set_off(browser, f"/link/{code}/provider")
        with linked_site.database.reading() as session:
            assert session.scalars(select(Link.used_at)).all() == [None]
    assert code not in way
    entered = come_back(browser, way)
    assert (entered.status_code, entered.headers["Location"]) == (303, "/")
    assert "manager@example.org" in browser.get("/me").text
    assert identities(linked_site.database) == [("manager@example.org", "ada-at-the-provider")]
    assert account(linked_site.database, manager).password_hash == ""
    assert linked_site.visitor().get(f"/link/{code}").status_code == 410
    assert travel(linked_site.visitor()).status_code == 303
    admin = linked_site.signed_in(hiring.people["admin"])
    assert "Forgotten password" in admin.get(f"/people/{manager}").text


@one_database
def test_an_invitation_that_ended_meanwhile_links_nobody(linked_site: Site, provider: Provider, hiring: HiringRound) -> None:
    manager = hiring.people["manager"]
    code = link_of(linked_site, manager, "invitation")
    browser = linked_site.visitor()
    way = set_off(browser, f"/link/{code}/provider")
    link_of(linked_site, manager, "invitation")
    assert come_back(browser, way).status_code == 410
    assert (identities(linked_site.database), is_signed_in(browser)) == ([], False)


@one_database
def test_a_link_for_a_new_password_links_nobody(linked_site: Site, hiring: HiringRound) -> None:
    code = link_of(linked_site, hiring.people["ada"], "password_reset")
    browser = linked_site.visitor()
    assert "River ID" not in browser.get(f"/link/{code}").text
    assert [browser.get(f"/link/{code}/provider").status_code, browser.get("/link/x/provider").status_code] == [404, 410]


@one_database
def test_somebody_who_is_linked_already_does_not_use_up_the_invitation_of_another(linked_site: Site, hiring: HiringRound) -> None:
    bind(linked_site, hiring.people["ben"])
    code = link_of(linked_site, hiring.people["manager"], "invitation")
    browser = linked_site.visitor()
    assert travel(browser, f"/link/{code}/provider").status_code == 422
    assert browser.get(f"/link/{code}").status_code == 200


# Together with the second factor


@one_database
@pytest.mark.parametrize(("asks", "location"), [(False, "/"), (True, "/sign-in/code")])
def test_the_provider_is_trusted_for_the_second_factor_unless_set_otherwise(
    database: Database, provider: Provider, hiring: HiringRound, asks: bool, location: str
) -> None:
    site = Site(database, provider=provider.settings(asks_code=asks), second_factor="everybody")
    bind(site, hiring.people["ada"])
    phone = give_phone(hiring, "ada")
    browser = site.visitor()
    assert travel(browser).headers["Location"] == location
    assert is_signed_in(browser) is not asks
    if asks:
        assert give_code(browser, phone.code()).status_code == 303
        assert is_signed_in(browser)
    site.close()


@one_database
def test_whoever_has_no_password_confirms_by_having_come_just_now(database: Database, provider: Provider, hiring: HiringRound) -> None:
    site = Site(database, provider=provider.settings(asks_code=True), second_factor="everybody")
    bind(site, hiring.people["manager"])
    browser = site.visitor()
    travel(browser)
    assert browser.get("/openings").headers["Location"] == "/me/second-factor?next=/openings"
    assert 'name="current"' not in browser.get("/me/second-factor").text
    assert "secret-key" in renew(browser).post("/me/second-factor").text
    with database.transaction() as session:
        session.execute(update(SignIn).values(created_at=now() - timedelta(minutes=11)))
    refused = renew(browser).post("/me/second-factor")
    assert (refused.status_code, "You signed in too long ago for this" in refused.text) == (422, True)
    site.close()


# Settings

RIGHT = {
    "SCREENING_SECRET_KEY": KEY,
    "SCREENING_OIDC_ISSUER": "https://id.example.org/realms/staff",
    "SCREENING_OIDC_CLIENT_ID": "screening",
    "SCREENING_OIDC_CLIENT_SECRET": "a secret",
    "SCREENING_OIDC_LABEL": "Example ID",
    "SCREENING_OIDC_CODE": "yes",
    "SCREENING_SECOND_FACTOR": "administrators",
    "SCREENING_FORMER_KEYS": f"{KEY}-one {KEY}-before",
}


@one_database
def test_settings_are_read_and_handed_on(database: Database) -> None:
    read = from_environment(RIGHT)
    assert read.provider == ProviderSettings("https://id.example.org/realms/staff", "screening", "a secret", "Example ID", asks_code=True)
    assert (read.second_factor, read.former_keys) == ("administrators", (f"{KEY}-one", f"{KEY}-before"))
    assert from_environment(to_environment(read)) == read
    assert "a secret" not in repr(read)


@one_database
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SCREENING_OIDC_CLIENT_SECRET", ""),
        ("SCREENING_OIDC_ISSUER", ""),
        ("SCREENING_OIDC_ISSUER", "http://id.example.org"),
        ("SCREENING_OIDC_ISSUER", "https://id.example.org?tenant=1"),
        ("SCREENING_OIDC_ISSUER", "https://[id.example.org"),
        ("SCREENING_OIDC_LABEL", "x" * 61),
        ("SCREENING_OIDC_CODE", "maybe"),
        ("SCREENING_SECOND_FACTOR", "sometimes"),
    ],
)
def test_settings_that_cannot_be_meant_are_refused(database: Database, name: str, value: str) -> None:
    with pytest.raises(ConfigError) as refused:
        from_environment({**RIGHT, name: value})
    assert [problem[: len(name[:14])] for problem in refused.value.problems] in ([name[:14]], ["Of SCREENING_O"])


# Without one


@one_database
def test_where_none_is_configured_there_is_nothing_of_it(site: Site, hiring: HiringRound) -> None:
    ada = site.signed_in(hiring.people["ada"])
    code = link_of(site, hiring.people["manager"], "invitation")
    visitor = site.visitor()
    assert [visitor.get(path).status_code for path in (BEGIN, RETURN, f"/link/{code}/provider")] == [404] * 3
    assert [ada.get(OWN_PAGE).status_code, ada.post(OWN_PAGE).status_code, ada.get("/me/provider/go").status_code] == [404] * 3
    assert "Continue with" not in visitor.get("/sign-in").text + visitor.get(f"/link/{code}").text + ada.get("/me").text


@one_database
def test_where_none_is_configured_nothing_of_it_is_loaded(database: Database) -> None:
    program = (
        "import sys; from screening.config import Settings; from screening.database import Database; from screening.web import build\n"
        "build(Settings(database_url='sqlite://', secret_key='k' * 32), Database('sqlite://'))\n"
        "print(sorted({name.partition('.')[0] for name in sys.modules} & {'authlib', 'joserfc', 'requests', 'pyotp', 'segno'}))"
    )
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert said.stdout == "[]\n"
