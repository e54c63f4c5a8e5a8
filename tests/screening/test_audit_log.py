"""The audit log as the administrator reads it, what is refused to whom, and that nothing of it tells a blind interviewer anything."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from screening import clock
from screening.models import Account, Application, Event
from screening.policy import Hat
from screening.services import debriefs, decisions, interviews, openings
from screening.services.audit import denials
from screening.services.events import DENIED, record
from tests.support.hiring_round import HiringRound, in_another_opening, opening_row, plan, viewer_of
from tests.support.tampering import without_triggers
from tests.support.web import Browser, Site

PATHS = ("/audit", "/audit?page=2", "/audit?action=scorecard_submitted", "/audit?person=nobody", "/audit.csv")
_TOKEN = re.compile(r'name="(csrf_token|submission_token)" value="[^"]*"')
UNKNOWN = "AAAAAAAAAAAAAAAAAAAAAA"


def saved(answer: TestResponse) -> list[dict[str, str]]:
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment")
    return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))


def whats(browser: Browser, query: str = "") -> list[str]:
    return [row["what"] for row in saved(browser.get(f"/audit.csv?{query}"))]


def denied(hiring: HiringRound) -> list[tuple[str, str, str | None, dict[str, object]]]:
    """Who, which opening and candidate, what: of everything that was refused, in order."""
    with hiring.database.reading() as session:
        rows = session.execute(
            select(Account.public_id, Event.opening_id, Application.public_id, Event.detail)
            .join(Account, Event.account_id == Account.id)
            .outerjoin(Application, Event.application_id == Application.id)
            .where(Event.action == DENIED)
            .order_by(Event.id)
        ).all()
    names = {public_id: name for name, public_id in hiring.people.items()}
    return [(names[who], "here" if opening else "", candidate, detail) for who, opening, candidate, detail in rows]


@pytest.mark.parametrize("who", ["stranger", "recruiter", "manager", "ada", "cleo", "ivo"])
@pytest.mark.parametrize("path", PATHS)
def test_only_the_administrator_reads_it(site: Site, hiring: HiringRound, who: str, path: str) -> None:
    browser = site.signed_in(hiring.people[who])
    answer = browser.get(path)
    assert (answer.status_code, "There is nothing here that you can open." in answer.text) == (404, True)
    assert browser.post("/audit/check").status_code == 404
    assert "Audit log" not in browser.get("/").text


def test_every_entry_is_there_the_newest_first(site: Site, hiring: HiringRound) -> None:
    hiring.submit("ada", "maria", composure=2)
    browser = site.signed_in(hiring.people["admin"])
    page = browser.get("/audit").text
    rows = saved(browser.get("/audit.csv"))
    with hiring.database.reading() as session:
        count = session.scalar(select(func.count()).select_from(Event))
    assert [int(row["number"]) for row in rows] == list(range(len(rows), 0, -1))
    assert len(rows) + 1 == count  # saving is an entry too, made as the file was
    newest = rows[1]
    assert {name: newest[name] for name in ("person", "what", "opening", "candidate_id", "details")} == {
        "person": "Ada",
        "what": "Scorecard submitted",
        "opening": "Agent",
        "candidate_id": hiring.candidates["maria"],
        "details": "Stage: phone; Revision: 1; After reveal: no",
    }
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", newest["time"])
    for shown in ("Scorecard submitted", "Candidate added", "Hats changed", hiring.candidates["maria"]):
        assert shown in page


def test_no_candidate_and_no_judgement_is_told(site: Site, hiring: HiringRound) -> None:
    hiring.submit("ada", "maria", composure=2)
    hiring.submit("ben", "maria", composure=5)
    with hiring.database.transaction() as session:
        recruiter, ada = viewer_of(session, hiring.people["recruiter"]), viewer_of(session, hiring.people["ada"])
        decisions.decide(session, recruiter, hiring.candidates["maria"], kind="reject", reason="Shouted", standing="")
        debriefs.give(session, ada, hiring.candidates["maria"], criterion="composure", level=1, reason="Heard it")
    browser = site.signed_in(hiring.people["admin"])
    page, file = browser.get("/audit").text, browser.get("/audit.csv").data.decode("utf-8-sig")
    for text in (page, file):
        assert "Decided" in text
        assert "Final given" in text
        for word in ("Maria", "Kowalska", "maria@", "reject", "Shouted", "Level", "composure", "Heard"):
            assert word not in text


def test_entries_are_chosen_by_person_action_opening_candidate_and_day(site: Site, hiring: HiringRound) -> None:
    with clock.set_back(clock.now() - timedelta(days=3)), hiring.database.transaction() as session:
        record(session, None, "backup_made")
    browser = site.signed_in(hiring.people["admin"])
    day = (clock.now() - timedelta(days=3)).date().isoformat()
    assert set(whats(browser, f"person={hiring.people['recruiter']}&action=hats_changed")) == {"Hats changed"}
    assert whats(browser, f"since={day}&until={day}") == ["Backup made"]
    assert "Backup made" not in whats(browser, f"since={clock.now().date().isoformat()}")
    assert "Backup made" in whats(browser, "person=nobody")
    assert whats(browser, f"candidate={hiring.candidates['linh']}") == ["Candidate added"]
    assert whats(browser, f"candidate={hiring.candidates['linh']}&opening={UNKNOWN}") == []
    assert "Account created" not in whats(browser, f"opening={hiring.opening}")
    assert whats(browser, f"candidate={UNKNOWN}") == []
    assert "Nothing was recorded that fits" in browser.get(f"/audit?person={UNKNOWN}").text


@pytest.mark.parametrize(
    "query",
    [
        "page=0",
        "page=x",
        "page=99999999",
        "since=yesterday",
        "until=2026-02-30",
        "since=0001-01-01",
        "until=9999-12-31",
        "since=%00",
        "person=%27",
        "action=A",
        "opening=1",
        "candidate=Maria",
        "candidate=" + "x" * 5000,
    ],
)
def test_what_cannot_be_meant_is_refused(site: Site, hiring: HiringRound, query: str) -> None:
    browser = site.signed_in(hiring.people["admin"])
    assert [browser.get(f"{path}?{query}").status_code for path in ("/audit", "/audit.csv")] == [400, 400]


def test_pages_hold_a_hundred_entries_each(site: Site, hiring: HiringRound) -> None:
    with hiring.database.transaction() as session:
        for number in range(230):
            record(session, None, "counted", number=number)
    browser = site.signed_in(hiring.people["admin"])
    pages = [browser.get(f"/audit?action=counted&page={number}").text for number in (1, 2, 3, 7)]
    numbers = [[int(found) for found in re.findall(r"Number:</span> (\d+)", page)] for page in pages]
    assert numbers == [list(range(229, 129, -1)), list(range(129, 29, -1)), list(range(29, -1, -1)), list(range(29, -1, -1))]
    assert "<strong>101–200</strong> of 230 entries" in pages[1]


def test_the_button_says_whether_the_newest_entries_are_whole(site: Site, hiring: HiringRound) -> None:
    browser = site.signed_in(hiring.people["admin"])
    assert "Not checked on this page yet." in browser.get("/audit").text
    answer = browser.post("/audit/check")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/audit")
    page = browser.get("/audit").text
    assert "The newest entries are whole" in page
    assert "by Admin: the newest entries were whole." in page
    without_triggers(hiring.database, "UPDATE events SET action = 'x' WHERE id = 3")
    browser.post("/audit/check")
    page = browser.get("/audit").text
    assert "The record is not whole. Run “screening audit verify”" in page
    assert "<strong>the record was not whole.</strong>" in page
    browser.post("/audit/check")
    assert browser.post("/audit/check").status_code == 429


def with_blind_administrator(hiring: HiringRound) -> HiringRound:
    """The round with the administrator as an interviewer who owes a card for Maria, and as one who applied as Tom."""
    with hiring.database.transaction() as session:
        recruiter = viewer_of(session, hiring.people["recruiter"])
        openings.set_hats(session, recruiter, hiring.opening, hiring.people["admin"], [Hat.INTERVIEWER])
    return plan(hiring, "maria", "panel", "admin")


def seen(site: Site, hiring: HiringRound) -> dict[str, str]:
    browser = site.signed_in(hiring.people["admin"])
    paths = (
        *PATHS,
        f"/audit?candidate={hiring.candidates['maria']}",
        f"/audit?opening={hiring.opening}",
        f"/audit?person={hiring.people['ben']}",
    )
    return {path: _TOKEN.sub("", browser.get(path).text) for path in paths}


def test_an_administrator_who_owes_a_card_learns_nothing_of_the_others(site: Site, hiring: HiringRound) -> None:
    """What others do with the candidate changes no byte of what the administrator gets until the own card is in."""
    moment = clock.now()
    with clock.set_back(moment):
        hiring = with_blind_administrator(hiring)
        ben = site.signed_in(hiring.people["ben"])
        counted(hiring, cards=1)
        again = site.signed_in(hiring.people["recruiter"])
        ask_for_file(again, hiring)
        before = seen(site, hiring)
    assert "Job asked" not in before["/audit"]
    assert "Maria" not in before["/audit"]
    assert "What concerns candidates whose panel is closed to you, or you yourself, is left out" in before["/audit"]
    with clock.set_back(moment):
        hiring.submit("ben", "maria", composure=1)
        ask_for_file(again, hiring)  # which is another one than before
        with hiring.database.transaction() as session:
            recruiter = viewer_of(session, hiring.people["recruiter"])
            assert interviews.remind_all(session, recruiter, hiring.opening) == 3
        assert ben.get(f"/scorecards/{hiring.cards['ada', 'maria', 'phone']}").status_code == 404
        without_triggers(hiring.database, "UPDATE events SET detail = '{\"cards\": 2}' WHERE action = 'files_counted'")
        after = seen(site, hiring)
    # Signing in is no secret: what differs is what the test itself did to look.
    differ = [path for path in before if without_own(before[path]) != without_own(after[path])]
    assert differ == []
    hiring.submit("admin", "maria", "panel")
    opened = site.signed_in(hiring.people["admin"]).get(f"/audit?candidate={hiring.candidates['maria']}").text
    assert opened.count("<td>Scorecard submitted</td>") == 2
    assert opened.count("<td>Denied</td>") == 1
    assert site.signed_in(hiring.people["admin"]).get("/audit").text.count("<td>Job asked</td>") == 2


def ask_for_file(browser: Browser, hiring: HiringRound) -> None:
    assert browser.post(f"/openings/{hiring.opening}/files/ratings", {"all_versions": "0"}).status_code == 303


def counted(hiring: HiringRound, **detail: int) -> None:
    """An entry about the opening with a number in its details."""
    with hiring.database.transaction() as session:
        record(session, None, "files_counted", opening_id=opening_row(session, hiring).id, **detail)


def without_own(page: str) -> str:
    """Without the entries of sessions and of saving the log, and the counts that they change."""
    page = re.sub(r"<tr>(?:(?!</tr>).)*(Signed in|Audit exported)(?:(?!</tr>).)*</tr>\s*", "", page, flags=re.DOTALL)
    page = re.sub(r"^.*(Signed in|Audit exported).*\n", "", page, flags=re.MULTILINE)
    return re.sub(r"<strong>\d+–\d+</strong> of \d+ entries", "", page)


def test_numbers_of_entries_are_left_out_where_they_would_tell(site: Site, hiring: HiringRound) -> None:
    hiring = with_blind_administrator(hiring)
    browser = site.signed_in(hiring.people["admin"])
    assert {row["number"] for row in saved(browser.get("/audit.csv"))} == {""}
    assert '<td class="numeric">' not in browser.get("/audit").text


def test_a_card_that_is_owed_closes_the_entries_on_the_same_person_under_another_name(site: Site, hiring: HiringRound) -> None:
    hiring = with_blind_administrator(hiring)
    nights = in_another_opening(hiring, "maria", "Maria B. Kowalska", "maria@example.org", "ada", "ben")
    nights.submit("ben", "maria")
    admin, path = site.signed_in(hiring.people["admin"]), f"/audit?opening={nights.opening}"
    assert "<td>Scorecard submitted</td>" not in admin.get(path).text
    hiring.submit("admin", "maria", "panel")
    assert "<td>Scorecard submitted</td>" in admin.get(path).text


def test_nobody_reads_of_their_own_application(site: Site, hiring: HiringRound) -> None:
    with hiring.database.transaction() as session:
        session.scalars(select(Account).where(Account.public_id == hiring.people["admin"])).one().email = "tom@example.org"
    browser = site.signed_in(hiring.people["admin"])
    assert whats(browser, f"candidate={hiring.candidates['tom']}") == []
    assert whats(browser, f"candidate={hiring.candidates['maria']}") != []


def test_what_is_refused_is_entered_with_whom_and_what(site: Site, hiring: HiringRound) -> None:
    maria, card = hiring.candidates["maria"], hiring.cards["ben", "maria", "phone"]
    ada, stranger = site.signed_in(hiring.people["ada"]), site.signed_in(hiring.people["stranger"])
    for browser, path in (
        (stranger, f"/candidates/{maria}"),
        (ada, f"/scorecards/{card}"),
        (ada, f"/openings/{hiring.opening}/compare"),
        (ada, f"/openings/{UNKNOWN}/compare"),
        (ada, "/people"),
        (ada, "/people/Maria-is-a-bad-person"),
        (ada, "/no/such/page"),
    ):
        assert browser.get(path).status_code == 404
    assert stranger.post(f"/candidates/{maria}/decisions", {"kind": "offer", "reason": "x", "standing": ""}).status_code == 404
    assert denied(hiring) == [
        ("stranger", "here", maria, {"endpoint": "candidates.show", "asked": {"application_id": maria}}),
        ("ada", "here", maria, {"endpoint": "scorecards.edit", "asked": {"scorecard_id": card}}),
        ("ada", "here", None, {"endpoint": "comparison.show", "asked": {"opening_id": hiring.opening}}),
        ("ada", "", None, {"endpoint": "comparison.show", "asked": {"opening_id": UNKNOWN}}),
        ("ada", "", None, {"endpoint": "people.index", "asked": {}}),
        ("ada", "", None, {"endpoint": "people.rights", "asked": {}}),
        ("stranger", "here", maria, {"endpoint": "decisions.decide", "asked": {"application_id": maria}}),
    ]


def test_the_same_refusal_is_entered_once_a_minute(site: Site, hiring: HiringRound) -> None:
    ada = site.signed_in(hiring.people["ada"])
    for _ in range(3):
        ada.get("/people")
        ada.get("/people/invite")
    assert len(denied(hiring)) == 2
    with clock.set_back(clock.now() - timedelta(seconds=61)), hiring.database.transaction() as session:
        denials.note(session, viewer_of(session, hiring.people["ben"]), "people.index", {})
    site.signed_in(hiring.people["ben"]).get("/people")
    assert [who for who, *_ in denied(hiring)] == ["ada", "ada", "ben", "ben"]


def test_refusals_do_not_fill_the_disk(hiring: HiringRound, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(denials, "MOST_AN_HOUR", 5)
    ada = hiring.viewer("ada")
    for number in range(12):
        with hiring.database.transaction() as session:
            denials.note(session, ada, f"endpoint.number{number}", {})
    with hiring.database.reading() as session:
        actions = list(session.scalars(select(Event.action).where(Event.action.like("denied%")).order_by(Event.id)))
    assert actions == [DENIED] * 5 + [denials.OFTEN]


def test_nobody_who_is_not_signed_in_leaves_an_entry(site: Site, hiring: HiringRound) -> None:
    site.visitor().get(f"/candidates/{hiring.candidates['maria']}")
    site.visitor().get("/people")
    assert denied(hiring) == []


def test_refusals_change_no_dossier_no_copy_and_no_date(site: Site, hiring: HiringRound) -> None:
    hiring.submit("ada", "maria")
    hiring.submit("ben", "maria")
    recruiter = site.signed_in(hiring.people["recruiter"])
    paths = [f"/openings/{hiring.opening}/compare.csv", f"/candidates/{hiring.candidates['maria']}/dossier.json"]
    before = [recruiter.get(path).data for path in paths]
    stranger = site.signed_in(hiring.people["stranger"])
    assert stranger.get(f"/candidates/{hiring.candidates['maria']}").status_code == 404
    assert stranger.get(f"/openings/{hiring.opening}/compare").status_code == 404
    assert [recruiter.get(path).data for path in paths] == before


def test_the_number_of_statements_does_not_grow_with_the_entries(site: Site, hiring: HiringRound) -> None:
    from tests.house_rules.test_pages import statements

    few = statements(site, hiring, "admin", "/audit")
    with hiring.database.transaction() as session:
        for number in range(300):
            record(session, 1, "counted", account=hiring.people["ada"], number=number)
    assert statements(site, hiring, "admin", "/audit") == few <= 12


def test_too_many_entries_for_a_file_are_refused(site: Site, hiring: HiringRound, monkeypatch: pytest.MonkeyPatch) -> None:
    from screening.services.audit import reading

    monkeypatch.setattr(reading, "MOST_SAVED", 5)
    answer = site.signed_in(hiring.people["admin"]).get("/audit.csv")
    assert answer.status_code == 422
    assert "more than 5 entries" in answer.text
