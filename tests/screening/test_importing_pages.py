"""The pages on which a list of candidates is uploaded, checked and confirmed."""

from __future__ import annotations

import csv
import io
import re
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from screening.clock import now
from screening.errors import NotFound, Stale
from screening.models import Account, Event, PendingImport
from screening.policy import Hat
from screening.services import candidates, importing, openings
from screening.services.candidates import Details
from tests.support.hiring_round import HiringRound, opening_row, viewer_of
from tests.support.lists import THERE, events, file_of, page_of, people, sent
from tests.support.web import Browser, Site

DATA = Path(__file__).parent / "data"


@pytest.fixture
def recruiter(site: Site, hiring: HiringRound) -> Browser:
    return site.signed_in(hiring.people["recruiter"])


def waiting(hiring: HiringRound) -> list[str]:
    with hiring.database.reading() as session:
        return list(session.scalars(select(PendingImport.filename).order_by(PendingImport.id)))


LIST = file_of("Ana Kovač,ana@example.org,007,18", "Maria Kowalska,maria@example.org,,30")


def test_upload_check_confirm(recruiter: Browser, hiring: HiringRound) -> None:
    address = sent(recruiter, hiring, LIST, "lists/März 2026.csv")
    page = page_of(recruiter.get(address))
    assert page.columns == {"Name": "name", "E-mail": "email", "Reference": "reference", "Experience in months": "experience_months"}
    assert "1 candidate can be added" in page.text
    assert (waiting(hiring), people(hiring)) == (["März 2026.csv"], THERE)
    response = recruiter.post(address, page.form("confirm"))
    assert (response.status_code, response.location) == (303, f"/openings/{hiring.opening}")
    assert "1 candidate is added. 1 who was there already is left out." in recruiter.get(response.location).text
    assert (people(hiring), waiting(hiring), events(hiring)) == ([*THERE, "Ana Kovač"], [], [{"added": 1, "left_out": 1}])
    again = recruiter.post(address, page.form("confirm"))
    assert (again.status_code, "This list is not waiting any more" in again.text) == (404, True)


def test_columns_changed_on_the_way_are_checked_before_anything_is_added(recruiter: Browser, hiring: HiringRound) -> None:
    address = sent(recruiter, hiring, LIST)
    page = page_of(recruiter.get(address))
    response = recruiter.post(address, page.form("confirm", Reference=""))
    assert (response.status_code, response.location, people(hiring)) == (303, address, THERE)
    page = page_of(recruiter.get(address))
    assert page.columns["Reference"] == ""
    assert "Nothing is added yet: you had changed columns." in page.text
    assert recruiter.post(address, page.form("confirm")).status_code == 303
    assert people(hiring) == [*THERE, "Ana Kovač"]


def test_columns_that_do_not_fit_are_shown_again_as_chosen(recruiter: Browser, hiring: HiringRound) -> None:
    address = sent(recruiter, hiring, LIST)
    page = page_of(recruiter.get(address))
    refused = page_of(recruiter.post(address, page.form("check", Name="", Reference="email")))
    assert refused.status == 422
    assert (refused.columns["Name"], refused.columns["Reference"]) == ("", "email")
    assert "Reference: “E-mail” is set to “E-mail address” too. Choose one of the two columns." in refused.text
    assert "can be added" not in refused.text
    assert page_of(recruiter.get(address)).columns == page.columns
    assert recruiter.post(address, page.form("check", Name="shoe_size")).status_code == 422


@pytest.mark.parametrize(("notes", "said"), [('"one\ntwo"', True), ("one", False)])
def test_a_file_with_texts_of_several_lines_says_how_rows_are_counted(
    recruiter: Browser, hiring: HiringRound, notes: str, said: bool
) -> None:
    page = page_of(recruiter.get(sent(recruiter, hiring, f"Name,Notes\nAna,{notes}\n".encode())))
    assert ("Row numbers here are lines of the file" in page.text) is said


def test_problems_are_counted_listed_and_downloaded(recruiter: Browser, hiring: HiringRound) -> None:
    rows = [f"Person {n},=bad{n},," for n in range(1, 71)]
    address = sent(recruiter, hiring, file_of(*rows))
    page = page_of(recruiter.get(address))
    assert "Nothing can be added yet: 70 things to mend" in page.text
    assert "The first 50 of 70." in page.text
    assert ("“=bad50” is not" in page.text, "“=bad51” is not" in page.text) == (True, False)
    response = recruiter.get(f"{address}/problems.csv")
    table = list(csv.reader(io.StringIO(response.data.decode("utf-8-sig"))))
    assert (len(table), table[0]) == (71, ["row", "column", "problem"])
    assert table[70] == ["71", "E-mail", "“=bad70” is not an e-mail address such as name@example.org."]
    assert response.headers["Content-Disposition"].startswith("attachment")
    confirmed = recruiter.post(address, page.form("confirm"))
    assert (confirmed.status_code, people(hiring), waiting(hiring)) == (422, THERE, ["list.csv"])


def test_column_names_are_inert_in_the_download(recruiter: Browser, hiring: HiringRound) -> None:
    address = sent(recruiter, hiring, b"Name,=cmd()\nAna,x\n")
    page = page_of(recruiter.get(address))
    recruiter.post(address, page.form("check", **{"=cmd()": "email"}))
    text = recruiter.get(f"{address}/problems.csv").data.decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(text)))[1][:2] == ["2", "'=cmd()"]


def test_somebody_added_meanwhile_makes_the_recruiter_look_again(recruiter: Browser, hiring: HiringRound) -> None:
    address = sent(recruiter, hiring, file_of("Ana Kovač,ana@example.org,007,18", "Ben Adams,ben@example.org,,"))
    page = page_of(recruiter.get(address))
    with hiring.database.transaction() as session:
        candidates.add(session, viewer_of(session, hiring.people["recruiter"]), hiring.opening, Details("Ana Kovač", "ana@example.org"))
    seen = page_of(recruiter.post(address, page.form("confirm")))
    assert (seen.status, people(hiring)) == (409, [*THERE, "Ana Kovač"])
    assert "The opening changed since you opened this page." in seen.text
    assert "1 candidate can be added" in seen.text
    assert recruiter.post(address, seen.form("confirm")).status_code == 303
    assert people(hiring) == [*THERE, "Ana Kovač", "Ben Adams"]


def test_somebody_else_with_the_address_meanwhile_stops_the_file(recruiter: Browser, hiring: HiringRound) -> None:
    address = sent(recruiter, hiring, LIST)
    page = page_of(recruiter.get(address))
    with hiring.database.transaction() as session:
        candidates.add(session, viewer_of(session, hiring.people["recruiter"]), hiring.opening, Details("Zoe", "ana@example.org"))
    seen = page_of(recruiter.post(address, page.form("confirm")))
    assert (seen.status, people(hiring), waiting(hiring)) == (422, [*THERE, "Zoe"], ["list.csv"])
    assert "Zoe in this opening has this address already." in seen.text


def test_columns_changed_in_another_window_are_not_overwritten(recruiter: Browser, hiring: HiringRound) -> None:
    address = sent(recruiter, hiring, LIST)
    page = page_of(recruiter.get(address))
    assert recruiter.post(address, page.form("check", Reference="")).status_code == 303
    stale = page_of(recruiter.post(address, page.form("check", Reference="phone")))
    assert (stale.status, stale.columns["Reference"]) == (409, "")
    assert recruiter.post(address, {**page.form("check"), "version": ""}).status_code == 428


def test_confirming_many_times_at_once_adds_the_list_once(hiring: HiringRound) -> None:
    viewer = hiring.viewer("recruiter")
    with hiring.database.transaction() as session:
        header = importing.read(LIST, "list.csv").header
        import_id = importing.keep(session, viewer, hiring.opening, data=LIST, filename="list.csv", header=header)
    with hiring.database.reading() as session:
        seen = importing.review(session, viewer, hiring.opening, import_id)
    outcomes: list[object] = []

    def confirm() -> None:
        try:
            with hiring.database.transaction() as session:
                outcomes.append(importing.confirm(session, viewer, seen, version=seen.version).added)
        except (NotFound, Stale) as error:
            outcomes.append(type(error).__name__)

    threads = [threading.Thread(target=confirm) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes, key=str) == [1, *["NotWaiting"] * 5]
    assert (people(hiring), len(events(hiring))) == ([*THERE, "Ana Kovač"], 1)


def test_a_list_is_discarded_replaced_or_forgotten_after_a_day(recruiter: Browser, hiring: HiringRound) -> None:
    first = sent(recruiter, hiring, LIST, "first.csv")
    second = sent(recruiter, hiring, LIST, "second.csv")
    assert (recruiter.get(first).status_code, waiting(hiring)) == (404, ["second.csv"])
    assert "second.csv" in recruiter.get(f"/openings/{hiring.opening}/import").text
    assert recruiter.post(f"{second}/cancel").status_code == 303
    assert (recruiter.get(second).status_code, waiting(hiring)) == (404, [])
    third = sent(recruiter, hiring, LIST, "third.csv")
    page = page_of(recruiter.get(third))
    with hiring.database.transaction() as session:
        session.execute(update(PendingImport).values(created_at=now() - timedelta(days=1, seconds=1)))
    assert (recruiter.get(third).status_code, recruiter.post(third, page.form("confirm")).status_code) == (404, 404)
    assert "third.csv" not in recruiter.get(f"/openings/{hiring.opening}/import").text
    with hiring.database.transaction() as session:
        assert importing.delete_expired(session) == 1
    assert (waiting(hiring), people(hiring)) == ([], THERE)


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (b"", "", "Choose the file with the candidates."),
        ("Name\nJosé\n".encode("latin-1"), "list.csv", "Line 2 is not UTF-8 text."),
        (b"%PDF-1.7 ...", "list.xlsx", "The file is a PDF, not an Excel workbook"),
        (b"Name\n" + b"x\n" * 10_001, "list.csv", "10,000 rows of data at most"),
        (b"Name\n" + b"x" * (10 * 1024 * 1024), "list.csv", "larger than 10 MiB"),
    ],
)
def test_a_refused_upload_keeps_nothing(recruiter: Browser, hiring: HiringRound, data: bytes, name: str, words: str) -> None:
    response = recruiter.post(f"/openings/{hiring.opening}/import", {"file": (io.BytesIO(data), name)})
    assert (response.status_code, waiting(hiring)) == (422, [])
    assert words in page_of(response).text


def test_markup_in_a_file_is_shown_as_text(recruiter: Browser, hiring: HiringRound) -> None:
    address = sent(recruiter, hiring, b"Name,<b>mail</b>\n<img src=x onerror=alert(1)>,<i>1</i>\n", "<script>.csv")
    response = recruiter.get(address)
    assert not re.search("<img|<b>|<i>|<script>", response.text)
    assert "<img src=x onerror=alert(1)>" in page_of(response).text


ROUTES: list[Callable[[Browser, str, str], Any]] = [
    lambda browser, opening, address: browser.get(f"/openings/{opening}/import"),
    lambda browser, opening, address: browser.get(f"/openings/{opening}/import/sample.csv"),
    lambda browser, opening, address: browser.post(f"/openings/{opening}/import", {"file": (io.BytesIO(LIST), "list.csv")}),
    lambda browser, opening, address: browser.get(address),
    lambda browser, opening, address: browser.get(f"{address}/problems.csv"),
    lambda browser, opening, address: browser.post(address, {"do": "confirm", "version": "x"}),
    lambda browser, opening, address: browser.post(f"{address}/cancel"),
]


def without_tokens(text: str) -> str:
    return re.sub(r'name="(csrf|submission)_token" value="[^"]*"', "", text)


@pytest.mark.parametrize("who", ["stranger", "ada", "manager", "admin"])
def test_nobody_but_the_recruiters_of_the_opening_comes_near(site: Site, hiring: HiringRound, recruiter: Browser, who: str) -> None:
    address = sent(recruiter, hiring, LIST)
    browser = site.signed_in(hiring.people[who])
    unknown = browser.get(f"/openings/{'x' * 22}/import/{'x' * 22}")
    for route in ROUTES:
        response = route(browser, hiring.opening, address)
        assert (response.status_code, without_tokens(response.text)) == (404, without_tokens(unknown.text))
    assert (waiting(hiring), people(hiring)) == (["list.csv"], THERE)


def test_a_list_belongs_to_its_opening_and_to_those_who_are_its_recruiters_now(site: Site, hiring: HiringRound, recruiter: Browser) -> None:
    address = sent(recruiter, hiring, LIST)
    with hiring.database.transaction() as session:
        viewer = viewer_of(session, hiring.people["recruiter"])
        other = openings.create(session, viewer, title="Another").public_id
        openings.set_hats(session, viewer_of(session, hiring.people["admin"]), hiring.opening, hiring.people["ben"], [Hat.RECRUITER])
    assert recruiter.get(address.replace(hiring.opening, other)).status_code == 404
    assert recruiter.get(f"/openings/{hiring.opening}/import/a%00b").status_code == 404
    assert site.signed_in(hiring.people["ben"]).get(address).status_code == 200
    with hiring.database.transaction() as session:
        openings.set_hats(session, viewer_of(session, hiring.people["admin"]), hiring.opening, hiring.people["recruiter"], [])
    assert recruiter.get(address).status_code == 404


def test_a_recruiter_learns_nothing_of_their_own_record(site: Site, hiring: HiringRound) -> None:
    with hiring.database.transaction() as session:
        viewer = viewer_of(session, hiring.people["recruiter"])
        candidates.add(session, viewer, hiring.opening, Details("Ben Own", "ben@example.org", reference="B-1"))
        openings.set_hats(session, viewer_of(session, hiring.people["admin"]), hiring.opening, hiring.people["ben"], [Hat.RECRUITER])
    ben = site.signed_in(hiring.people["ben"])
    page = page_of(ben.get(sent(ben, hiring, file_of("Ben Own,,,", "Ben Own,ben@example.org,,"))))
    assert "Already there, left out" not in page.text
    assert "This is your own address. Another recruiter of the opening has to add you." in page.text


def test_a_file_by_command_names_its_actor(hiring: HiringRound) -> None:
    with hiring.database.transaction() as session:
        account = session.scalars(select(Account).where(Account.public_id == hiring.people["recruiter"])).one()
        importing.import_file(session, opening_row(session, hiring), LIST, "list.csv", account.id)
    with hiring.database.reading() as session:
        row = session.scalars(select(Event).where(Event.action == "candidates_imported")).one()
        assert (row.account_id, row.detail) == (account.id, {"added": 1, "left_out": 1})
