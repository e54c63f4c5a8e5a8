"""People: inviting, links, rights; for administrators alone."""

from __future__ import annotations

import html
import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from screening.database import Database
from screening.errors import Invalid
from screening.models import Account, Event, Link
from screening.policy import Hat
from screening.services import openings, people
from screening.services.events import DENIED
from screening.services.people import Rights
from tests.support.hiring_round import PEOPLE, HiringRound, viewer_of
from tests.support.signing_in import PASSWORD, account, attempt, give_passwords, renew
from tests.support.web import Browser, Site

OTHERS = ("stranger", "ada", "manager", "recruiter")


def rights_of(database: Database, public_id: str) -> Rights:
    return Rights.of(account(database, public_id))


def link_on(page: str) -> str:
    [address] = re.findall(r'id="link"[^>]*value="([^"]*)"', page)
    return html.unescape(address)


def ticked(page: str) -> list[str]:
    return [re.findall(r'name="(\w+)"', box)[0] for box in re.findall(r"<input [^>]*>", page) if " checked" in box]


def set_rights(browser: Browser, public_id: str, *ticked: str, version: str) -> tuple[int, str]:
    answer = browser.post(f"/people/{public_id}", {**dict.fromkeys(ticked, "y"), "version": version})
    return answer.status_code, answer.headers.get("Location", "")


@pytest.mark.parametrize("name", OTHERS)
def test_only_administrators_know_of_these_pages(site: Site, hiring: HiringRound, name: str) -> None:
    browser = site.signed_in(hiring.people[name])
    ada = hiring.people["ada"]
    with site.database.reading() as session:
        before = session.scalar(select(func.count()).select_from(Event).where(Event.action != DENIED))
    answers = [
        browser.get("/people"),
        browser.get("/people/invite"),
        browser.post("/people/invite", {"name": "Eve", "email": "eve@example.org", "administrator": "y"}),
        browser.get(f"/people/{ada}"),
        browser.post(f"/people/{ada}", {"administrator": "y", "active": "y", "version": "001"}),
        browser.post(f"/people/{ada}/link"),
    ]
    assert [answer.status_code for answer in answers] == [404] * 6
    assert rights_of(site.database, ada) == Rights()
    with site.database.reading() as session:
        assert session.scalars(select(Link)).all() == []
        assert session.scalar(select(func.count()).select_from(Account)) == len(PEOPLE)
        assert session.scalar(select(func.count()).select_from(Event).where(Event.action != DENIED)) == before


def test_visitors_are_sent_to_sign_in(site: Site, hiring: HiringRound) -> None:
    browser = site.visitor()
    ada = hiring.people["ada"]
    for path in ("/people", "/people/invite", f"/people/{ada}"):
        assert browser.get(path).headers["Location"] == f"/sign-in?next={path}"
    for path in ("/people/invite", f"/people/{ada}", f"/people/{ada}/link"):
        assert browser.post(path).headers["Location"] == "/sign-in"


def test_an_unknown_person_looks_like_one_who_may_not_be_known(site: Site, hiring: HiringRound) -> None:
    admin = site.signed_in(hiring.people["admin"])
    assert [admin.get("/people/nobody").status_code, admin.post("/people/nobody/link").status_code] == [404, 404]


def test_the_list_says_who_may_do_what(site: Site, hiring: HiringRound) -> None:
    give_passwords(hiring, "admin", "ada")
    admin = site.signed_in(hiring.people["admin"])
    set_rights(admin, hiring.people["stranger"], version="001")
    page = admin.get("/people").text
    rows = re.findall(r"<tr.*?</tr>", page, re.S)[1:]
    shown = [re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", row)).strip() for row in rows]
    assert shown == [
        "Ada ada@example.org – None 1 Active",
        "Admin admin@example.org Administrator 0 Active",
        "Ben ben@example.org – None 1 Invited",
        "Cleo cleo@example.org – None 1 Invited",
        "Ivo ivo@example.org – None 1 Invited",
        "Manager manager@example.org – None 1 Invited",
        "Recruiter recruiter@example.org Opens openings 1 Invited",
        "Stranger stranger@example.org – None 0 Switched off",
    ]


def test_an_invitation_leads_into_the_account(site: Site, hiring: HiringRound) -> None:
    admin = site.signed_in(hiring.people["admin"])
    shown = admin.post("/people/invite", {"name": " Dana Reyes ", "email": "Dana.Reyes@Example.org", "may_open": "y"})
    assert shown.status_code == 200
    address = link_on(shown.text)
    assert address.startswith("http://127.0.0.1:8000/link/")
    with site.database.reading() as session:
        dana = session.scalars(select(Account).where(Account.email == "dana.reyes@example.org")).one()
    assert (dana.name, dana.password_hash, Rights.of(dana)) == ("Dana Reyes", "", Rights(may_open=True))
    path = address.removeprefix("http://127.0.0.1:8000")
    invited = site.visitor()
    assert "Welcome, Dana Reyes." in invited.get(path).text
    assert renew(invited).post(path, {"password": PASSWORD, "again": PASSWORD}).status_code == 303
    assert attempt(site.visitor(), "dana.reyes@example.org").status_code == 303
    assert address not in admin.get(f"/people/{dana.public_id}").text


def test_the_link_never_takes_its_host_from_the_request(site: Site, hiring: HiringRound) -> None:
    admin = site.signed_in(hiring.people["admin"])
    for headers in ({"Host": "evil.example"}, {"X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example"}):
        with admin.client.session_transaction() as cookie:
            copied = dict(cookie)
        browser = site.visitor()
        with browser.client.session_transaction(base_url=f"http://{headers.get('Host', 'localhost')}/") as cookie:
            cookie.update(copied)
        shown = browser.post(f"/people/{hiring.people['ada']}/link", headers=headers)
        assert link_on(shown.text).startswith("http://127.0.0.1:8000/link/")
        assert "evil" not in shown.text


@pytest.mark.parametrize(
    ("name", "email", "words"),
    [
        ("", "dana@example.org", "Enter the person’s name."),
        ("Dana", "", "Enter the e-mail address."),
        ("Dana", "dana", "Enter an e-mail address, such as"),
        ("Dana", "ADA@example.org", "There is already an account with this e-mail address."),
        ("D" * 121, "dana@example.org", "Use at most 120 characters here."),
        ("Da\x00na", "dana@example.org", "cannot be printed"),
    ],
)
def test_an_invitation_that_does_not_work_keeps_what_was_typed(site: Site, hiring: HiringRound, name: str, email: str, words: str) -> None:
    answer = site.signed_in(hiring.people["admin"]).post("/people/invite", {"name": name, "email": email, "may_open": "y"})
    assert answer.status_code == 422
    assert words in answer.text
    assert f'value="{email}"' in answer.text
    assert "may_open" in ticked(answer.text)
    with site.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Account)) == len(PEOPLE)


def test_an_address_can_be_as_long_as_it_may(site: Site, hiring: HiringRound) -> None:
    admin = site.signed_in(hiring.people["admin"])
    longest = "d" * 242 + "@example.org"
    assert admin.post("/people/invite", {"name": "D" * 120, "email": longest}).status_code == 200
    assert admin.post("/people/invite", {"name": "D", "email": "d" + longest}).status_code == 422


def test_an_invitation_made_twice_at_once_makes_one_account(site: Site, hiring: HiringRound) -> None:
    browsers = [site.signed_in(hiring.people["admin"]) for _ in range(5)]
    form = {"name": "Dana", "email": "dana@example.org"}
    with ThreadPoolExecutor(5) as pool:
        statuses = list(pool.map(lambda browser: browser.post("/people/invite", form).status_code, browsers))
    assert sorted(statuses) == [200, 422, 422, 422, 422]


def test_a_new_link_is_an_invitation_until_there_is_a_password(site: Site, hiring: HiringRound) -> None:
    admin = site.signed_in(hiring.people["admin"])
    ada = hiring.people["ada"]
    titles, purposes = [], []
    for _ in range(2):
        titles.append(re.findall(r"<h1>(.*?)</h1>", admin.post(f"/people/{ada}/link").text))
        with site.database.reading() as session:
            purposes += session.scalars(select(Link.purpose)).all()
        give_passwords(hiring, "ada")
    assert titles == [["An invitation for Ada"], ["A new password for Ada"]]
    assert purposes == ["invitation", "password_reset"]
    assert attempt(site.visitor(), "ada@example.org").status_code == 303


def test_switching_an_account_off_ends_everything_at_once(site: Site, hiring: HiringRound) -> None:
    give_passwords(hiring)
    admin, ada = site.signed_in(hiring.people["admin"]), site.signed_in(hiring.people["ada"])
    path = link_on(admin.post(f"/people/{hiring.people['ada']}/link").text).removeprefix("http://127.0.0.1:8000")
    assert ada.get("/me").status_code == 200
    assert set_rights(admin, hiring.people["ada"], version="001") == (303, "/people")
    assert ada.get("/me").headers["Location"] == "/sign-in?next=/me"
    assert attempt(site.visitor(), "ada@example.org").status_code == 422
    assert site.visitor().get(path).status_code == 410
    assert admin.post(f"/people/{hiring.people['ada']}/link").status_code == 422
    assert set_rights(admin, hiring.people["ada"], "active", version="000") == (303, "/people")
    assert site.visitor().get(path).status_code == 410
    assert ada.get("/me").status_code == 303
    assert attempt(site.visitor(), "ada@example.org").status_code == 303


def test_rights_count_from_the_next_request(site: Site, hiring: HiringRound) -> None:
    give_passwords(hiring)
    admin, ada = site.signed_in(hiring.people["admin"]), site.signed_in(hiring.people["ada"])
    assert set_rights(admin, hiring.people["ada"], "administrator", "may_open", "active", version="001") == (303, "/people")
    assert ada.get("/people").status_code == 200
    assert set_rights(ada, hiring.people["admin"], "active", version="101") == (303, "/people")
    assert admin.get("/people").status_code == 404
    with site.database.reading() as session:
        last = session.scalars(select(Event).where(Event.action != DENIED).order_by(Event.id.desc()).limit(1)).one()
    assert (last.action, last.detail) == ("rights_changed", {"account": hiring.people["admin"], "rights": "001"})


def test_who_gives_up_the_own_rights_lands_at_home(site: Site, hiring: HiringRound) -> None:
    give_passwords(hiring)
    admin = site.signed_in(hiring.people["admin"])
    set_rights(admin, hiring.people["ada"], "administrator", "active", version="001")
    assert set_rights(admin, hiring.people["admin"], "active", version="101") == (303, "/")
    assert rights_of(site.database, hiring.people["admin"]) == Rights()


def test_the_last_administrator_who_can_sign_in_stays(site: Site, hiring: HiringRound) -> None:
    give_passwords(hiring, "admin")
    admin = site.signed_in(hiring.people["admin"])
    # Ada is an administrator too, but has not taken up the invitation.
    assert set_rights(admin, hiring.people["ada"], "administrator", "active", version="001")[0] == 303
    answer = admin.post(f"/people/{hiring.people['admin']}", {"active": "y", "version": "101"})
    assert answer.status_code == 422
    assert "This is the only administrator who can sign in" in answer.text
    assert rights_of(site.database, hiring.people["admin"]) == Rights(administrator=True)
    give_passwords(hiring, "ada")
    assert set_rights(admin, hiring.people["ada"], "administrator", version="101")[0] == 303
    assert set_rights(admin, hiring.people["admin"], "active", version="101")[0] == 422


def test_nobody_switches_off_the_own_account(site: Site, hiring: HiringRound) -> None:
    give_passwords(hiring)
    admin = site.signed_in(hiring.people["admin"])
    set_rights(admin, hiring.people["ada"], "administrator", "active", version="001")
    answer = admin.post(f"/people/{hiring.people['admin']}", {"administrator": "y", "version": "101"})
    assert answer.status_code == 422
    assert "You cannot switch off your own account" in answer.text


def test_of_two_administrators_who_remove_each_other_one_stays(database: Database, hiring: HiringRound) -> None:
    give_passwords(hiring)
    names = {"admin": "ada", "ada": "admin"}
    with database.transaction() as session:
        people.set_rights(
            session, viewer_of(session, hiring.people["admin"]), hiring.people["ada"], Rights(administrator=True), version="001"
        )
    viewers = {name: hiring.viewer(name) for name in names}

    def remove_the_other(name: str) -> bool:
        try:
            with database.transaction() as session:
                people.set_rights(session, viewers[name], hiring.people[names[name]], Rights(), version="101")
        except Invalid:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(remove_the_other, names)) == [False, True]
    assert sorted(rights_of(database, hiring.people[name]).administrator for name in names) == [False, True]


@pytest.mark.parametrize("version", ["001", "", "nonsense"])
def test_rights_changed_meanwhile_are_not_overwritten(site: Site, hiring: HiringRound, version: str) -> None:
    admin = site.signed_in(hiring.people["admin"])
    ada = hiring.people["ada"]
    assert set_rights(admin, ada, "may_open", "active", version="001")[0] == 303
    answer = admin.post(f"/people/{ada}", {"administrator": "y", "active": "y", "version": version})
    assert answer.status_code == 409
    assert "The account of Ada was changed after you opened it." in answer.text
    assert 'name="version" type="hidden" value="011"' in answer.text
    assert ticked(answer.text) == ["administrator", "active"]
    assert rights_of(site.database, ada) == Rights(may_open=True)
    assert set_rights(admin, ada, "administrator", "active", version="011")[0] == 303


def test_the_same_form_sent_twice_is_one_change(site: Site, hiring: HiringRound) -> None:
    admin = site.signed_in(hiring.people["admin"])
    for _ in range(2):
        assert set_rights(admin, hiring.people["ada"], "may_open", "active", version="001")[0] == 303
    with site.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Event).where(Event.action == "rights_changed")) == 1


def test_an_opening_left_without_a_recruiter_is_named(site: Site, hiring: HiringRound) -> None:
    admin = site.signed_in(hiring.people["admin"])
    set_rights(admin, hiring.people["recruiter"], "may_open", version="011")
    assert "No recruiter is left in: Agent." in admin.get("/people").text
    set_rights(admin, hiring.people["recruiter"], "may_open", "active", version="010")
    with site.database.transaction() as session:
        viewer = viewer_of(session, hiring.people["admin"])
        openings.set_hats(session, viewer, hiring.opening, hiring.people["ada"], [Hat.RECRUITER])
    admin.get("/people")
    set_rights(admin, hiring.people["recruiter"], "may_open", version="011")
    assert "No recruiter is left" not in admin.get("/people").text


def test_a_persons_page_leads_to_the_teams_they_are_in(site: Site, hiring: HiringRound) -> None:
    admin = site.signed_in(hiring.people["admin"])
    page = admin.get(f"/people/{hiring.people['ada']}").text
    assert f'<a href="/openings/{hiring.opening}/team">Agent</a><p>Interviewer</p>' in page
    assert "In no opening yet" in admin.get(f"/people/{hiring.people['stranger']}").text


def test_what_people_are_called_is_text(site: Site, hiring: HiringRound) -> None:
    admin = site.signed_in(hiring.people["admin"])
    name = "<script>alert(1)</script>"
    pages = [admin.post("/people/invite", {"name": name, "email": '"><b>@example.org'}), admin.get("/people")]
    assert [name in page.text or "<b>@" in page.text for page in pages] == [False, False]
