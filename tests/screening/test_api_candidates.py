"""Candidates, for programs: what is sent is stored as it is, what does not fit is said by field, nothing unseen is overwritten."""

from __future__ import annotations

import secrets
from typing import Any

import pytest
from sqlalchemy import func, select

from screening.models import Application, Candidate, Event
from tests.support.hiring_round import HiringRound
from tests.support.programs import count_of, program
from tests.support.web import Site

FULL = {
    "name": "Ngozi  Ádám",
    "email": "Ngozi@Example.org",
    "phone": "+48 22 123",
    "reference": "ATS-77",
    "source": "Fair",
    "notes": "Line one\r\nline two 😀 שלום",
    "years": 3,
    "months": 2,
    "relatedness": "same",
    "field": "hotels",
    "education": "bachelor",
    "education_field": "history",
}


def test_a_candidate_comes_along_as_sent_and_counts_once(site: Site, hiring: HiringRound) -> None:
    sender, path, key = program(site, hiring, "recruiter"), f"/api/v1/openings/{hiring.opening}/candidates", secrets.token_urlsafe(16)
    first = sender.post(path, FULL, Idempotency_Key=key)
    assert first.status_code == 201, first.text
    made = first.json
    assert (first.headers["Location"], made["href"]) == (f"/api/v1/candidates/{made['id']}",) * 2
    assert (made["version"], first.headers["ETag"]) == (1, '"1"')
    again = sender.post(path, FULL, Idempotency_Key=key)
    assert (again.status_code, again.json, again.headers["Location"]) == (201, made, made["href"])
    assert (again.headers["Idempotency-Replayed"], first.headers.get("Idempotency-Replayed")) == ("true", None)
    other = sender.post(path, {**FULL, "name": "Somebody Else"}, Idempotency_Key=key)
    assert (other.status_code, "with something else" in other.json["error"]) == (422, True)
    found = sender.get(made["href"])
    assert found.json == {
        **FULL,
        "id": made["id"],
        "href": made["href"],
        "opening_id": hiring.opening,
        "version": 1,
        "requirements": {},
        "email": "ngozi@example.org",
        "notes": "Line one\nline two 😀 שלום",
    }
    assert found.headers["ETag"] == '"1"'
    with site.database.reading() as session:
        assert session.scalar(select(func.count()).where(Candidate.email == "ngozi@example.org")) == 1
        assert session.scalar(select(func.count()).where(Event.action == "candidate_added")) == 4


def test_a_change_says_what_it_was_made_from_and_replaces_all(site: Site, hiring: HiringRound) -> None:
    sender, path = program(site, hiring, "recruiter"), f"/api/v1/candidates/{hiring.candidates['tom']}"
    before = sender.get(path)
    assert (before.json["reference"], before.json["months"], before.json["years"], before.json["version"]) == ("R-2", 3, 0, 1)
    assert sender.ask("PUT", path, {"name": "Tom Okafor"}).status_code == 428
    changed = sender.ask("PUT", path, {"name": "Tom Okafor", "reference": "R-3"}, {"If-Match": before.headers["ETag"]})
    assert (changed.status_code, changed.json) == (200, {"id": hiring.candidates["tom"], "href": path, "version": 2})
    assert changed.headers["ETag"] == '"2"'
    now_there = sender.get(path)
    assert (now_there.json["reference"], now_there.json["email"], now_there.headers["ETag"]) == ("R-3", "", '"2"')
    late = sender.ask("PUT", path, {"name": "Written over", "version": 1})
    assert (late.status_code, late.json["version"]) == (409, 2)
    assert sender.get(path).json == now_there.json
    for header in ("2", '"x"', '"2", "3"', "*"):
        assert sender.ask("PUT", path, {"name": "Tom"}, {"If-Match": header}).status_code == 422, header


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, {"name": ["Enter the candidate's name."]}),
        ({"name": None}, {"name": ["Enter the candidate's name."]}),
        ({"name": 7}, {"name": ["Send a text or null."]}),
        ({"name": ["x"]}, {"name": ["Send a text or null."]}),
        ({"name": "x", "years": "3"}, {"years": ["Send a whole number or null."]}),
        ({"name": "x", "years": True}, {"years": ["Send a whole number or null."]}),
        ({"name": "x", "years": 2.5}, {"years": ["Send a whole number or null."]}),
        ({"name": "x", "years": 61}, {"years": ["Enter whole years from 0 to 60."]}),
        ({"name": "x", "stage": "panel"}, {"stage": ["There is no such field."]}),
        ({"name": "x", "csrf_token": "y"}, {"csrf_token": ["There is no such field."]}),
        ({"name": "x", "version": 1}, {"version": ["There is no such field."]}),
        ({"name": "x", "requirements": ["driving"]}, {"requirements": ["Send an object with true, false or null by key."]}),
        ({"name": "x", "requirements": {"driving": 1}}, {"requirements": ["Send an object with true, false or null by key."]}),
        ({"name": "x", "requirements": {"driving": True}}, {"requirements.driving": ["There is no such field."]}),
        ({"name": "x", "requirement_driving": "yes"}, {"requirement_driving": ["There is no such field."]}),
        ({"name": "x", "years": 10**400}, {"years": ["Enter whole years from 0 to 60."]}),
        ({"name": "x", "months": -(10**9)}, {"months": ["Enter whole months from 0 to 11."]}),
        ({"name": "x" * 201}, {"name": ["Use at most 200 characters here."]}),
        ({"name": "a\x00b"}, {"name": ["The character at place 2 cannot be printed. Delete it; it often comes with copied text."]}),
        ({"name": "a\ud800b"}, {"name": ["The character at place 2 cannot be printed. Delete it; it often comes with copied text."]}),
        ({"name": "x", "education": "wizard"}, {"education": ["Not a valid choice."]}),
    ],
)
def test_what_does_not_fit_is_said_by_field_and_nothing_is_stored(
    site: Site, hiring: HiringRound, body: dict[str, Any], fields: dict[str, list[str]]
) -> None:
    answer = program(site, hiring, "recruiter").post(f"/api/v1/openings/{hiring.opening}/candidates", body)
    assert (answer.status_code, answer.json["fields"]) == (422, fields)
    with site.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Application)) == 3


@pytest.mark.parametrize(
    ("content_type", "data", "status"),
    [
        ("text/plain", b"{}", 415),
        ("application/x-www-form-urlencoded", b"name=x", 415),
        ("application/json", b"", 422),
        ("application/json", b"{", 422),
        ("application/json", b"[]", 422),
        ("application/json", b'"x"', 422),
        ("application/json", b'{"name": NaN}', 422),
        ("application/json", b'{"name": "A", "name": "B"}', 422),
        ("application/json", b'{"name": "A", "requirements": {"x": true, "x": false}}', 422),
        ("application/json", b'{"name": "\xff"}', 422),
        ("application/json", b"[" * 100_000, 422),
        ("application/json", b'{"years": ' + b"9" * 5000 + b"}", 422),
        ("application/json", b" " * (3 * 2**20), 413),
    ],
)
def test_what_is_no_object_is_refused(site: Site, hiring: HiringRound, content_type: str, data: bytes, status: int) -> None:
    sender = program(site, hiring, "recruiter")
    headers = {"Authorization": f"Bearer {sender.key}", "Content-Type": content_type, "Idempotency-Key": "k" * 16}
    answer = sender.client.post(f"/api/v1/openings/{hiring.opening}/candidates", headers=headers, data=data)
    assert (answer.status_code, list(answer.json)[:1]) == (status, ["error"]), answer.text


def test_the_list_of_candidates_goes_page_by_page(site: Site, hiring: HiringRound, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("screening.blueprints.api.candidates.PAGE_SIZE", 2)
    reader, path = program(site, hiring, "recruiter"), f"/api/v1/openings/{hiring.opening}/candidates"
    first = reader.get(path).json
    second = reader.get(first["next"]).json
    assert [item["name"] for page in (first, second) for item in page["candidates"]] == ["Maria Kowalska", "Tom Okafor", "Linh Nguyễn"]
    assert (first["candidates"][1]["reference"], second["next"]) == ("R-2", None)
    assert [reader.get(f"{path}?page={bad}").status_code for bad in ("0", "-1", "x", "9" * 400, "1.0")] == [400] * 5


def test_what_was_read_can_be_sent_back_and_changes_nothing(site: Site, hiring: HiringRound) -> None:
    sender, path = program(site, hiring, "recruiter"), f"/api/v1/candidates/{hiring.candidates['maria']}"
    with site.database.transaction() as session:
        row = session.scalars(select(Application).where(Application.public_id == hiring.candidates["maria"])).one()
        # To a requirement that an earlier version of the rubric had.
        row.requirements = {"driving_licence": True}
    before = sender.get(path).json
    assert before["requirements"] == {}
    changes = count_of(site, "candidate_changed")
    back = sender.ask("PUT", path, before)
    assert (back.status_code, back.json["version"], count_of(site, "candidate_changed")) == (200, before["version"], changes)
    assert sender.ask("PUT", path, {**before, "opening_id": "0" * 22}).status_code == 422
    assert sender.ask("PUT", path, {**before, "source": "Fair"}).json["version"] == before["version"] + 1
    with site.database.reading() as session:
        row = session.scalars(select(Application).where(Application.public_id == hiring.candidates["maria"])).one()
        assert (row.source, row.requirements) == ("Fair", {"driving_licence": True})


def test_a_version_as_a_proxy_writes_it_is_one(site: Site, hiring: HiringRound) -> None:
    sender, path = program(site, hiring, "recruiter"), f"/api/v1/candidates/{hiring.candidates['tom']}"
    assert sender.ask("PUT", path, {"name": "Tom"}, {"If-Match": 'W/"1"'}).status_code == 200


def test_a_hundred_thousand_wrong_fields_get_a_short_answer(site: Site, hiring: HiringRound) -> None:
    answer = program(site, hiring, "recruiter").post(
        f"/api/v1/openings/{hiring.opening}/candidates", dict.fromkeys(map(str, range(100_000)))
    )
    assert (answer.status_code, len(answer.json["fields"])) == (422, 20)
