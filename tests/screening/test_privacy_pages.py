"""The administrator's pages on data rights: finding, looking twice, erasing, holds, retention; and who may not."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from sqlalchemy import select, update

from screening.models import Account, Application, Candidate, Demographic, Event, Hold
from screening.policy import Hat
from screening.services import candidates, openings
from screening.services.privacy import cleaning
from tests.screening.test_privacy_erasing import traces
from tests.screening.test_privacy_retention import ago
from tests.support import canaries
from tests.support.forms import form_at
from tests.support.hiring_round import HiringRound, viewer_of
from tests.support.web import Browser, Site


def admin(site: Site, hiring: HiringRound) -> Browser:
    return site.signed_in(hiring.people["admin"])


def address(hiring: HiringRound, email: str = "maria@example.org") -> str:
    with hiring.database.reading() as session:
        return f"/data-rights/candidates/{session.scalars(select(Candidate.public_id).where(Candidate.email == email)).one()}"


def test_somebody_is_found_without_their_address_in_any_address(site: Site, hiring: HiringRound) -> None:
    browser = admin(site, hiring)
    form = form_at(browser, "/data-rights")
    answer = form.send(browser, words=" Maria@Example.org ")
    assert (answer.status_code, answer.headers["Location"]) == (303, address(hiring))
    assert form_at(browser, "/data-rights").send(browser, words=hiring.candidates["maria"]).headers["Location"] == address(hiring)
    account = form_at(browser, "/data-rights").send(browser, words="ada@example.org")
    assert account.headers["Location"] == f"/data-rights/accounts/{hiring.people['ada']}"
    nobody = form_at(browser, "/data-rights").send(browser, words="nobody@example.org")
    assert (nobody.status_code, "Nobody is recorded here under that." in nobody.text) == (422, True)


def test_the_page_shows_who_and_where_and_no_score(site: Site, hiring: HiringRound) -> None:
    hiring.submit("ada", "maria", composure=5)
    hiring.submit("ben", "maria", composure=1)
    page = admin(site, hiring).get(address(hiring)).text
    for word in ("Maria Kowalska", "maria@example.org", "Agent"):
        assert word in page
    for word in ("ada on composure", "says yes", "Ada", "Ben", "Interviewer", "Coverage"):
        assert word not in page


def test_erasing_takes_a_second_look_and_a_word(site: Site, hiring: HiringRound) -> None:
    canaries.build(hiring)
    browser = admin(site, hiring)
    path = f"{address(hiring, canaries.EMAIL)}/erase"
    page = browser.get(path).text
    assert '>Ratings</th><td class="numeric">8</td>' in page
    form = form_at(browser, path)
    refused = form.send(browser, confirmation="yes")
    assert (refused.status_code, "Type the word erase" in refused.text) == (422, True)
    assert browser.post(path, {"confirmation": "erase"}).status_code == 428
    assert traces(hiring.database) != []
    answer = form_at(browser, path).send(browser, confirmation=" Erase ")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/data-rights")
    assert traces(hiring.database) == []
    assert browser.get(path).status_code == 404
    with hiring.database.reading() as session:
        (event,) = session.scalars(select(Event).where(Event.action == "person_erased"))
        assert event.account_id == session.scalars(select(Account.id).where(Account.name == "Admin")).one()
        assert cleaning.is_needed(session)


def test_what_was_looked_at_is_what_goes(site: Site, hiring: HiringRound) -> None:
    browser = admin(site, hiring)
    form = form_at(browser, f"{address(hiring)}/erase")
    hiring.submit("ada", "maria")
    answer = form.send(browser, confirmation="erase")
    assert (answer.status_code, "was changed" in answer.text) == (409, True)
    with hiring.database.reading() as session:
        assert session.scalars(select(Candidate.name).where(Candidate.email == "maria@example.org")).one() == "Maria Kowalska"


def test_texts_about_others_that_name_the_person_are_told_of(site: Site, hiring: HiringRound) -> None:
    with hiring.database.transaction() as session:
        viewer = viewer_of(session, hiring.people["recruiter"])
        details = candidates.Details("Sister", notes="The sister of MARIA KOWALSKA")
        candidates.add(session, viewer, hiring.opening, details)
    page = admin(site, hiring).get(f"{address(hiring)}/erase").text
    assert "1 text about others under “Applications” in which the name or the address stands." in page


def test_holds_are_set_and_lifted(site: Site, hiring: HiringRound) -> None:
    browser, path = admin(site, hiring), address(hiring)
    assert browser.post(f"{path}/hold", {"reason": " "}).status_code == 422
    assert browser.post(f"{path}/hold", {"reason": "A complaint is open"}).status_code == 303
    assert browser.post(f"{path}/hold", {"reason": "Twice"}).status_code == 409
    page = browser.get(path).text
    assert "A complaint is open" in page
    assert "Look at what would go" not in page
    erasing = browser.get(f"{path}/erase").text
    assert "Nothing can be erased before the hold is lifted" in erasing
    assert "Erase for good" not in erasing
    with hiring.database.reading() as session:
        hold = session.scalars(select(Hold.public_id)).one()
    assert browser.post(f"{path}/release", {"version": "x" * 22}).status_code == 409
    assert browser.post(f"{path}/release", {"version": hold}).status_code == 303
    assert "Earlier holds" in browser.get(path).text


def test_whose_time_is_over_is_listed_and_let_go(site: Site, hiring: HiringRound, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = admin(site, hiring)
    assert "Nobody’s time is over" in browser.get("/data-rights/retention").text
    # As if the round were of three years ago: its log cannot be changed, so the days are.
    monkeypatch.setitem(site.app.extensions, "settings", replace(site.app.extensions["settings"], retention_days=0))
    page = browser.get("/data-rights/retention").text
    assert [name in page for name in ("Maria Kowalska", "Tom Okafor", "Linh Nguyễn")] == [True, True, True]
    stale = form_at(browser, "/data-rights/retention")
    with hiring.database.transaction() as session:
        tom = session.scalars(select(Candidate.id).where(Candidate.email == "tom@example.org")).one()
        session.add(Hold(candidate_id=tom, reason="A complaint", set_at=ago(1)))
    assert stale.send(browser, confirmation="erase").status_code == 409
    answer = form_at(browser, "/data-rights/retention").send(browser, confirmation="erase")
    assert answer.status_code == 303
    with hiring.database.reading() as session:
        assert session.scalars(select(Candidate.name)).all() == ["Tom Okafor"]


def test_an_administrator_never_handles_their_own_record(site: Site, hiring: HiringRound) -> None:
    path = address(hiring)
    with hiring.database.transaction() as session:
        session.execute(update(Candidate).where(Candidate.email == "maria@example.org").values(email="admin@example.org"))
    browser = admin(site, hiring)
    for part in ("", "/erase", "/export.zip"):
        assert browser.get(path + part).status_code == 404
    assert (
        form_at(browser, "/data-rights").send(browser, words="admin@example.org").headers["Location"].startswith("/data-rights/accounts/")
    )


@pytest.mark.parametrize("part", ["/erase", "/export.zip"])
def test_whoever_owes_a_card_gets_nothing_that_depends_on_others(site: Site, hiring: HiringRound, part: str) -> None:
    with hiring.database.transaction() as session:
        session.execute(update(Account).where(Account.name == "Ada").values(is_administrator=True))
        viewer = viewer_of(session, hiring.people["admin"])
        openings.set_hats(session, viewer, hiring.opening, hiring.people["ada"], [Hat.INTERVIEWER])
    ada, path = site.signed_in(hiring.people["ada"]), address(hiring)

    def seen() -> list[tuple[int, str]]:
        answers = [ada.get(path), ada.get(path + part), ada.get("/data-rights"), ada.get("/data-rights/retention")]
        return [(answer.status_code, without_tokens(answer.text)) for answer in answers]

    before = seen()
    assert before[1][0] == 422
    assert "You still owe a scorecard for this person" in before[0][1]
    hiring.submit("ben", "maria", composure=1)
    assert seen() == before
    for interviewer, candidate, stage in hiring.cards:
        if interviewer == "ada":
            hiring.submit("ada", candidate, stage)
    assert ada.get(path + part).status_code == 200


def administrator(hiring: HiringRound, name: str) -> None:
    with hiring.database.transaction() as session:
        session.execute(update(Account).where(Account.name == name).values(is_administrator=True))


def test_whoever_owes_a_card_sees_no_count_of_what_colleagues_left_behind(site: Site, hiring: HiringRound) -> None:
    """A form that was sent, or a file that was made anew, is a row of an account: their numbers tell that somebody submitted."""
    administrator(hiring, "Ada")
    ada, ben, recruiter = (site.signed_in(hiring.people[name]) for name in ("ada", "ben", "recruiter"))
    paths = [f"/data-rights/accounts/{hiring.people[who]}{part}" for who in ("ben", "recruiter") for part in ("", "/erase", "/export.zip")]

    def seen() -> list[tuple[int, str]]:
        return [(answer.status_code, without_tokens(answer.text)) for answer in map(ada.get, paths)]

    before = seen()
    assert [status for status, _ in before] == [200, 422, 422] * 2
    assert all("You still owe a scorecard. Submit it first" in page for _, page in before)
    assert "Download the file" not in before[0][1]
    form = form_at(ben, f"/scorecards/{hiring.cards['ben', 'maria', 'phone']}")
    levels = {f"rating_{key}": "4" for key in ("spoken_communication", "composure")}
    assert form.send(ben, do="submit", recommendation="yes", reason="Good", **levels).status_code == 303
    assert recruiter.post(f"/openings/{hiring.opening}/files/ratings", {"all_versions": "0"}).status_code == 303
    assert seen() == before
    stale = {"confirmation": "erase", "version": "0" * 32}
    assert ada.post(f"/data-rights/accounts/{hiring.people['ben']}/erase", stale).status_code == 422
    for who, candidate, stage in hiring.cards:
        if who == "ada":
            hiring.submit("ada", candidate, stage)
    opened = ada.get(paths[1])
    assert (opened.status_code, "Forms sent" in opened.text, "Sessions" in opened.text) == (200, False, True)


def test_what_somebody_is_at_does_not_count_as_a_change(site: Site, hiring: HiringRound) -> None:
    browser, ben = admin(site, hiring), site.signed_in(hiring.people["ben"])
    path = f"/data-rights/accounts/{hiring.people['ben']}/erase"
    form = form_at(browser, path)
    assert ben.post("/me/name", {"name": " "}).status_code < 500
    assert ben.get("/audit").status_code == 404
    form_sent = form_at(ben, f"/scorecards/{hiring.cards['ben', 'maria', 'phone']}").send(ben, do="save")
    assert form_sent.status_code < 400
    assert form.send(browser, confirmation="erase").status_code == 303


def test_whoever_is_called_like_a_group_learns_not_how_many_are_in_it(site: Site, hiring: HiringRound) -> None:
    with hiring.database.transaction() as session:
        viewer = viewer_of(session, hiring.people["recruiter"])
        candidates.add(session, viewer, hiring.opening, candidates.Details("woman", "woman@example.org"))
        for name in ("maria", "linh"):
            application = session.scalars(select(Application).where(Application.public_id == hiring.candidates[name])).one()
            session.add(Demographic(application_id=application.id, attribute="sex", group="woman"))
    page = admin(site, hiring).get(f"{address(hiring, 'woman@example.org')}/erase")
    assert (page.status_code, "text about others" in page.text, "texts about others" in page.text) == (200, False, False)


def without_tokens(page: str) -> str:
    return re.sub(r'name="(csrf|submission)_token" value="[^"]*"', "", page)


def test_accounts_are_erased_on_their_page_and_cannot_be_given_back(site: Site, hiring: HiringRound) -> None:
    browser, ben = admin(site, hiring), hiring.people["ben"]
    theirs = site.signed_in(ben)
    assert theirs.get("/").status_code == 200
    path = f"/data-rights/accounts/{ben}"
    assert "Ben" in browser.get(path).text
    assert form_at(browser, f"{path}/erase").send(browser, confirmation="erase").status_code == 303
    assert theirs.get("/").status_code == 303
    assert "Ben" not in browser.get("/people").text
    for part in (path, f"/people/{ben}"):
        assert browser.get(part).status_code == 404
    assert browser.post(f"/people/{ben}/link").status_code == 404
    assert "Former colleague 1" in browser.get(f"/openings/{hiring.opening}/team").text
    own = browser.get(f"/data-rights/accounts/{hiring.people['admin']}/erase")
    assert (own.status_code, "your own account" in own.text) == (422, True)
