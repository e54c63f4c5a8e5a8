"""The team of an opening: who sees it, who changes it, and that a recruiter stays."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select, update

from screening.database import Database
from screening.errors import Invalid
from screening.models import Account, Event
from screening.policy import Action, Hat, Viewer, allows
from screening.services import openings
from tests.support.hiring_round import HiringRound
from tests.support.web import Browser, Site

TEAM = {
    "Ada": ("interviewer",),
    "Ben": ("interviewer",),
    "Cleo": ("calibration_lead",),
    "Ivo": ("impact_analyst",),
    "Manager": ("hiring_manager",),
    "Recruiter": ("recruiter",),
}


def team_of(database: Database, hiring: HiringRound) -> dict[str, tuple[str, ...]]:
    with database.reading() as session:
        _, members, _ = openings.team_of(session, hiring.viewer("admin"), hiring.opening)
    return {account.name: hats for account, hats in members}


def put(browser: Browser, hiring: HiringRound, name: str, *hats: str, version: str) -> tuple[int, str]:
    """Send the form of one member; the answer's status, and where it leads or what it says is wrong."""
    who = hiring.people[name]
    answer = browser.post(f"/openings/{hiring.opening}/team/{who}", {f"{who}-hats": list(hats), f"{who}-version": version})
    wrong = re.findall(r"<ul>\s*<li>(?:<a [^>]*>)?([^<]*)", answer.text[answer.text.find("There is a problem") :])
    return answer.status_code, answer.headers.get("Location") or wrong[0]


def add(browser: Browser, hiring: HiringRound, account: str, *hats: str) -> int:
    return browser.post(f"/openings/{hiring.opening}/team", {"account": account, "hats": list(hats)}).status_code


@pytest.mark.parametrize("name", ["stranger", "ada", "manager"])
def test_only_recruiters_of_the_opening_and_administrators_see_and_change_its_team(site: Site, hiring: HiringRound, name: str) -> None:
    browser = site.signed_in(hiring.people[name])
    page = f"/openings/{hiring.opening}/team"
    assert browser.get(page).status_code == 404
    assert add(browser, hiring, hiring.people["stranger"], "recruiter") == 404
    ada = hiring.people["ada"]
    assert browser.post(f"{page}/{ada}", {f"{ada}-hats": ["recruiter"], f"{ada}-version": "interviewer"}).status_code == 404
    assert team_of(site.database, hiring) == TEAM


def test_a_recruiter_of_another_opening_is_a_stranger_here(site: Site, hiring: HiringRound) -> None:
    with site.database.transaction() as session:
        session.execute(update(Account).where(Account.public_id == hiring.people["stranger"]).values(may_open=True))
    with site.database.transaction() as session:
        openings.create(session, hiring.viewer("stranger"), title="Another")
    browser = site.signed_in(hiring.people["stranger"])
    assert browser.get(f"/openings/{hiring.opening}/team").status_code == 404
    assert add(browser, hiring, hiring.people["stranger"], "recruiter") == 404
    assert team_of(site.database, hiring) == TEAM


def test_visitors_are_sent_to_sign_in(site: Site, hiring: HiringRound) -> None:
    page = f"/openings/{hiring.opening}/team"
    assert site.visitor().get(page).headers["Location"] == f"/sign-in?next={page}"
    assert [site.visitor().post(path).headers["Location"] for path in (page, f"{page}/{hiring.people['ada']}")] == ["/sign-in"] * 2


@pytest.mark.parametrize("name", ["recruiter", "admin"])
def test_the_page_shows_each_member_with_the_hats_worn(site: Site, hiring: HiringRound, name: str) -> None:
    page = site.signed_in(hiring.people[name]).get(f"/openings/{hiring.opening}/team").text
    ticked = re.findall(r'<input checked[^>]*value="(\w+)"', page)
    members = re.findall(r"<li>\s*<div class=\"rows-main\"><strong>([^<]*)</strong>", page)
    assert members == list(TEAM)
    assert ticked == [hat for hats in TEAM.values() for hat in hats]
    assert re.findall(r'<option value="[^"]+">([^<]*)', page) == ["Admin (admin@example.org)", "Stranger (stranger@example.org)"]
    ids = re.findall(r'\bid="([^"]*)"', page)
    assert len(ids) == len(set(ids))


def test_somebody_joins_changes_and_leaves(site: Site, hiring: HiringRound) -> None:
    browser = site.signed_in(hiring.people["recruiter"])
    page = f"/openings/{hiring.opening}/team"
    stranger = site.signed_in(hiring.people["stranger"])
    assert stranger.get(f"/openings/{hiring.opening}/team").status_code == 404
    assert add(browser, hiring, hiring.people["stranger"], "interviewer", "recruiter") == 303
    assert team_of(site.database, hiring) == {**TEAM, "Stranger": ("interviewer", "recruiter")}
    assert stranger.get(page).status_code == 200
    assert put(browser, hiring, "stranger", "hiring_manager", version="interviewer recruiter") == (303, page)
    assert team_of(site.database, hiring) == {**TEAM, "Stranger": ("hiring_manager",)}
    assert stranger.get(page).status_code == 404
    assert put(browser, hiring, "stranger", version="hiring_manager") == (303, page)
    assert team_of(site.database, hiring) == TEAM
    with site.database.reading() as session:
        events = session.scalars(select(Event).where(Event.action == "hats_changed").order_by(Event.id.desc()).limit(3)).all()
    who = hiring.people["stranger"]
    assert [event.detail for event in reversed(events)] == [
        {"account": who, "hats": ["interviewer", "recruiter"]},
        {"account": who, "hats": ["hiring_manager"]},
        {"account": who, "hats": []},
    ]


def test_the_last_recruiter_stays(site: Site, hiring: HiringRound) -> None:
    for name in ("recruiter", "admin"):
        status, words = put(site.signed_in(hiring.people[name]), hiring, "recruiter", "interviewer", version="recruiter")
        assert (status, "An opening needs a recruiter" in words) == (422, True)
    assert team_of(site.database, hiring) == TEAM


def test_a_recruiter_who_is_switched_off_does_not_count(site: Site, hiring: HiringRound) -> None:
    admin = site.signed_in(hiring.people["admin"])
    assert put(admin, hiring, "ben", "interviewer", "recruiter", version="interviewer")[0] == 303
    with site.database.transaction() as session:
        session.execute(update(Account).where(Account.public_id == hiring.people["ben"]).values(is_active=False))
    assert put(admin, hiring, "recruiter", version="recruiter")[0] == 422
    # Others can still be changed, and the one who is switched off can be taken out.
    assert put(admin, hiring, "ada", "hiring_manager", version="interviewer")[0] == 303
    status, words = put(admin, hiring, "ben", "hiring_manager", version="interviewer recruiter")
    assert (status, "switched off" in words) == (422, True)
    assert put(admin, hiring, "ben", version="interviewer recruiter")[0] == 303
    assert add(admin, hiring, hiring.people["ben"], "interviewer") == 422


def test_who_gives_up_the_own_hat_lands_where_they_may_be(site: Site, hiring: HiringRound) -> None:
    browser = site.signed_in(hiring.people["recruiter"])
    put(browser, hiring, "ada", "recruiter", version="interviewer")
    assert put(browser, hiring, "recruiter", "interviewer", version="recruiter") == (303, f"/openings/{hiring.opening}")
    ada = site.signed_in(hiring.people["ada"])
    put(ada, hiring, "manager", "recruiter", version="hiring_manager")
    assert put(ada, hiring, "ada", version="recruiter") == (303, "/openings")


def test_of_two_recruiters_who_remove_each_other_one_stays(database: Database, hiring: HiringRound) -> None:
    with database.transaction() as session:
        openings.set_hats(session, hiring.viewer("admin"), hiring.opening, hiring.people["ada"], [Hat.RECRUITER])
    viewer = hiring.viewer("admin")

    def remove(name: str) -> bool:
        try:
            with database.transaction() as session:
                openings.set_hats(session, viewer, hiring.opening, hiring.people[name], [], version="recruiter")
        except Invalid:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(remove, ["recruiter", "ada"])) == [False, True]


@pytest.mark.parametrize("version", ["interviewer", ""])
def test_hats_changed_meanwhile_are_not_overwritten(site: Site, hiring: HiringRound, version: str) -> None:
    browser = site.signed_in(hiring.people["recruiter"])
    assert put(browser, hiring, "ada", "hiring_manager", version="interviewer")[0] == 303
    ada = hiring.people["ada"]
    answer = browser.post(f"/openings/{hiring.opening}/team/{ada}", {f"{ada}-hats": ["recruiter"], f"{ada}-version": version})
    assert answer.status_code == 409
    assert "What Ada does here was changed after you opened it." in answer.text
    assert f'name="{ada}-version" type="hidden" value="hiring_manager"' in answer.text
    assert team_of(site.database, hiring) == {**TEAM, "Ada": ("hiring_manager",)}
    assert put(browser, hiring, "ada", "recruiter", version="hiring_manager")[0] == 303


def test_the_same_form_sent_twice_is_one_change(site: Site, hiring: HiringRound) -> None:
    browser = site.signed_in(hiring.people["recruiter"])
    with site.database.reading() as session:
        before = session.scalar(select(func.count()).select_from(Event))
    for _ in range(2):
        assert put(browser, hiring, "ada", "hiring_manager", version="interviewer")[0] == 303
    with site.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Event)) == (before or 0) + 1


@pytest.mark.parametrize(
    ("account", "hats", "words"),
    [
        ("", ("interviewer",), "Choose the person."),
        ("stranger", (), "Choose at least one."),
        ("stranger", ("owner",), "not a valid choice"),
        ("ada", ("recruiter",), "Not a valid choice"),
        ("nobody", ("interviewer",), "Not a valid choice"),
    ],
)
def test_an_addition_that_does_not_work_keeps_what_was_chosen(
    site: Site, hiring: HiringRound, account: str, hats: tuple[str, ...], words: str
) -> None:
    who = hiring.people.get(account, account)
    answer = site.signed_in(hiring.people["recruiter"]).post(f"/openings/{hiring.opening}/team", {"account": who, "hats": list(hats)})
    assert answer.status_code == 422
    assert words in answer.text
    assert team_of(site.database, hiring) == TEAM
    if account == "stranger":
        assert f'<option selected value="{who}">' in answer.text


def test_hats_that_there_are_not_are_refused(site: Site, hiring: HiringRound) -> None:
    assert put(site.signed_in(hiring.people["recruiter"]), hiring, "ada", "owner", version="interviewer")[0] == 422
    assert team_of(site.database, hiring) == TEAM


def test_people_and_openings_that_there_are_not(site: Site, hiring: HiringRound) -> None:
    browser = site.signed_in(hiring.people["recruiter"])
    assert browser.get("/openings/nowhere/team").status_code == 404
    assert put_unknown(browser, hiring, "nobody") == 404
    # Somebody who is not in the team is added by the other form.
    assert put_unknown(browser, hiring, hiring.people["stranger"]) == 404
    assert team_of(site.database, hiring) == TEAM


def put_unknown(browser: Browser, hiring: HiringRound, account: str) -> int:
    form = {f"{account}-hats": ["recruiter"], f"{account}-version": ""}
    return browser.post(f"/openings/{hiring.opening}/team/{account}", form).status_code


@pytest.mark.parametrize("hats", [["impact_analyst", "recruiter"], ["interviewer", "impact_analyst"], ["impact_analyst", "hiring_manager"]])
def test_who_sees_figures_about_groups_judges_nobody(site: Site, hiring: HiringRound, hats: list[str]) -> None:
    status, said = put(site.signed_in(hiring.people["recruiter"]), hiring, "ivo", *hats, version="impact_analyst")
    assert (status, said) == (422, "What Ivo does here: An impact analyst sees figures about groups, and so judges no candidate.")
    assert team_of(hiring.database, hiring) == TEAM
    # Whoever should have come to wear both all the same is not let in.
    viewer = Viewer(1, "", "", "", hats={1: frozenset({Hat.IMPACT_ANALYST, Hat(hats[0]), Hat(hats[1])})})
    assert not allows(viewer, Action.SEE_IMPACT, 1)
