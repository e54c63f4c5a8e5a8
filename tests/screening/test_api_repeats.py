"""A request that comes again counts once."""

from __future__ import annotations

import math
import secrets
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from screening.clock import now
from screening.models import Candidate, Submission
from screening.services import openings
from tests.support.hiring_round import HiringRound
from tests.support.programs import program, sent
from tests.support.web import Site


def test_the_same_key_of_another_person_is_another_request(site: Site, hiring: HiringRound) -> None:
    path, key = f"/api/v1/openings/{hiring.opening}/candidates", secrets.token_urlsafe(16)
    assert program(site, hiring, "recruiter").post(path, {"name": "One"}, Idempotency_Key=key).status_code == 201
    assert program(site, hiring, "manager").post(path, {"name": "One"}, Idempotency_Key=key).status_code == 404


def test_what_was_refused_is_looked_at_anew_under_the_same_key(site: Site, hiring: HiringRound) -> None:
    sender, path, key = program(site, hiring, "recruiter"), f"/api/v1/openings/{hiring.opening}/candidates", secrets.token_urlsafe(16)
    assert sender.post(path, {"name": " "}, Idempotency_Key=key).status_code == 422
    taken = sender.post(path, {"name": "Double", "email": "maria@example.org"}, Idempotency_Key=key)
    assert (taken.status_code, list(taken.json["fields"])) == (422, ["email"])
    assert sender.post(path, {"name": "Double"}, Idempotency_Key=key).status_code == 201


@pytest.mark.parametrize(("key", "status"), [(None, 428), ("", 422), ("short", 422), ("x" * 65, 422), ("ä" * 16, 422)])
def test_a_request_that_makes_something_has_a_name(site: Site, hiring: HiringRound, key: str | None, status: int) -> None:
    sender = program(site, hiring, "recruiter")
    answer = sender.post(f"/api/v1/openings/{hiring.opening}/candidates", {"name": "x"}, Idempotency_Key=key)
    assert answer.status_code == status


def test_of_many_at_once_with_one_key_one_counts(site: Site, hiring: HiringRound) -> None:
    path, name = f"/api/v1/openings/{hiring.opening}/candidates", secrets.token_urlsafe(16)
    senders = [program(site, hiring, "recruiter") for _ in range(12)]
    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda sender: sender.post(path, {"name": "Twelve Times"}, Idempotency_Key=name), senders))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json["id"] for answer in answers}) == 1
    assert sum("Idempotency-Replayed" in answer.headers for answer in answers) == 11
    with site.database.reading() as session:
        assert session.scalar(select(func.count()).where(Candidate.name == "Twelve Times")) == 1


def test_of_two_with_one_key_and_other_content_at_once_one_counts(site: Site, hiring: HiringRound) -> None:
    path, name = f"/api/v1/openings/{hiring.opening}/candidates", secrets.token_urlsafe(16)
    senders = [program(site, hiring, "recruiter") for _ in range(6)]
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda place: senders[place].post(path, {"name": f"N {place}"}, Idempotency_Key=name), range(6)))
    assert sorted(answer.status_code for answer in answers) == [201] + [422] * 5
    with site.database.reading() as session:
        assert session.scalar(select(func.count()).where(Candidate.name.like("N %"))) == 1


def test_a_change_sent_again_counts_once_and_gets_the_same_answer(site: Site, hiring: HiringRound) -> None:
    sender, path = program(site, hiring, "recruiter"), f"/api/v1/candidates/{hiring.candidates['tom']}"
    body, name = {"name": "Tom Okafor", "reference": "R-9", "version": 1}, {"Idempotency-Key": secrets.token_urlsafe(16)}
    first, again = sender.ask("PUT", path, body, name), sender.ask("PUT", path, body, name)
    assert (first.status_code, first.json["version"]) == (200, 2)
    assert (again.status_code, again.json, again.headers["ETag"]) == (200, first.json, '"2"')
    assert sender.ask("PUT", path, body).status_code == 409
    assert sender.ask("PUT", path, body, {"Idempotency-Key": None}).status_code == 428
    mine, card = program(site, hiring, "ada"), f"/api/v1/scorecards/{hiring.cards['ada', 'tom', 'phone']}"
    said = sent(mine.get(card).json, composure=4)
    saved, once_more = mine.ask("PATCH", card, said, name), mine.ask("PATCH", card, said, name)
    assert (saved.status_code, once_more.status_code, once_more.json) == (200, 200, saved.json)


def test_a_request_whose_answer_was_lost_is_told_what_it_made(site: Site, hiring: HiringRound, monkeypatch: pytest.MonkeyPatch) -> None:
    """The server was killed after the change, before anything was answered."""
    sender, path, name = program(site, hiring, "recruiter"), f"/api/v1/openings/{hiring.opening}/candidates", secrets.token_urlsafe(16)
    with monkeypatch.context() as patch:
        patch.setattr("screening.blueprints.submissions._is_refused", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            sender.post(path, {"name": "Lost"}, Idempotency_Key=name)
    made = sender.post(path, {"name": "Lost"}, Idempotency_Key=name)
    assert (made.status_code, made.headers["Idempotency-Replayed"]) == (201, "true")
    assert sender.get(made.json["href"]).json["name"] == "Lost"
    with site.database.transaction() as session:
        rows = session.scalars(select(Submission).where(Submission.address.like("/api/%"))).all()
        assert [row.address for row in rows] == [f"{made.json['href']}#1"]
        # One whose answer nobody can know any more, of a version before this.
        rows[0].address, rows[0].at = "", now() - timedelta(minutes=5)
    monkeypatch.setattr("screening.blueprints.submissions.PATIENCE", math.inf)  # nothing comes of waiting
    assert sender.post(path, {"name": "Lost"}, Idempotency_Key=name).status_code == 409


def test_what_is_not_theirs_any_more_is_not_told_again(site: Site, hiring: HiringRound) -> None:
    path, key = f"/api/v1/scorecards/{hiring.cards['ada', 'tom', 'phone']}", {"Idempotency-Key": secrets.token_urlsafe(16)}
    ada = program(site, hiring, "ada")
    said = sent(ada.get(path).json, composure=4)
    assert ada.ask("PATCH", path, said, key).status_code == 200
    assert "Idempotency-Replayed" in ada.ask("PATCH", path, said, key).headers
    with site.database.transaction() as session:
        openings.set_hats(session, hiring.viewer("recruiter"), hiring.opening, hiring.people["ada"], [])
    again = ada.ask("PATCH", path, said, key)
    assert (again.status_code, again.json) == (ada.get(path).status_code, ada.get(path).json)
    assert (again.status_code, "ETag" in again.headers) == (404, False)
