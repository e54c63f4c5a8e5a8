"""What somebody is handed: every field that is held about them, and of other people no more than the own copy says."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from rubrics import library
from screening.clock import now
from screening.database import Database
from screening.models import Account, Candidate, Event, SecondFactor, SignIn
from screening.services import candidates, decisions
from screening.services.privacy import erasing, exporting, package, subjects
from screening.services.privacy.inventory import TABLES, Kind, Subject, belongs, columns_of, table_of
from tests.reports import papers
from tests.support import canaries
from tests.support.hiring_round import HiringRound, viewer_of
from tests.support.web import Site

COMPOSURE = library.criteria()["composure"].criterion
OTHERS = ("Tom Okafor", "tom@example.org", "Linh Nguyễn", "Somebody Else", "else@example.org")


def data_of(hiring: HiringRound, words: str) -> dict[str, Any]:
    with hiring.database.reading() as session:
        packed = package.of(session, subjects.one(session, words), package.Look("Blue River Utilities", Path(), "a4"), with_apart=True)
    return json.loads(packed.data) | ({"apart": json.loads(packed.apart)} if packed.apart else {})


@pytest.fixture(autouse=True)
def no_pages(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    if "site" not in request.fixturenames:
        monkeypatch.setattr(package, "_pages", lambda *_: ())


def leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        for part in value.values():
            yield from leaves(part)
    elif isinstance(value, list):
        for part in value:
            yield from leaves(part)
    else:
        yield value


def test_every_field_that_is_held_is_handed_out(hiring: HiringRound) -> None:
    """The reverse of erasing: what the inventory calls held is in the file, every value of it."""
    candidate_id = canaries.build(hiring)
    found = data_of(hiring, canaries.EMAIL)
    said = {str(leaf) for leaf in leaves(found)}
    missing = []
    with hiring.database.reading() as session:
        for name, table in TABLES.items():
            if table.of is not Subject.CANDIDATE:
                continue
            for row in session.execute(select(table_of(name)).where(belongs(name, candidate_id))).mappings():
                for column in columns_of(name, Kind.HELD, Kind.RECORD):
                    value = row[column]
                    if isinstance(value, datetime):
                        value = value.isoformat(timespec="seconds")
                    if isinstance(value, dict) or column in ("stage", "criterion"):
                        continue  # told in words: the next test reads some of them
                    if str(value) not in said:
                        missing.append((name, column, value))
    assert missing == []


def test_it_reads_like_a_record_and_hides_who_wrote_what(hiring: HiringRound) -> None:
    canaries.build(hiring)
    found = data_of(hiring, hiring.candidates["maria"])
    assert found["Person"]["name"] == canaries.NAME
    (application,) = found["Applications"]
    assert (application["opening"], application["notes"]) == ("Agent", canaries.said("notes"))
    (interview,) = application["Interviews"]
    assert (interview["stage"], interview["place"]) == ("Phone screen", canaries.said("place"))
    cards = {card["interviewer"]: card for card in interview["Scorecards"]}
    assert sorted(cards) == ["Interviewer A", "Interviewer B"]
    assert [len(cards[letter]["Versions"]) for letter in sorted(cards)] == [1, 3]
    first = cards["Interviewer A"]["Versions"][0]["Ratings"][0]  # by key
    assert first == {
        "criterion": COMPOSURE.name,
        "level": 2,
        "not assessed": "",
        "note": canaries.said("first note on composure"),
    }
    assert [(one["kind"], one["decided by"], one["reason"]) for one in application["Decisions"]] == [
        ("reject", "Hiring manager", canaries.said("decision")),
        ("hold", "Hiring manager", canaries.said("standing decision")),
    ]
    assert found["Rows of uploaded lists that nobody has confirmed yet"] == [{"name": canaries.NAME, "email": canaries.EMAIL}]
    assert found["Legal holds"][0]["reason"] == canaries.said("hold")


def test_it_names_no_colleague_and_no_other_candidate(hiring: HiringRound) -> None:
    canaries.build(hiring)
    with hiring.database.transaction() as session:
        recruiter = viewer_of(session, hiring.people["recruiter"])
        standing = decisions.history(session, session.scalars(select(Event.application_id).where(Event.action == "decided")).first() or 0)
        decisions.decide(
            session,
            recruiter,
            hiring.candidates["maria"],
            kind="reject",
            reason="Tom Okafor was stronger, said Ben Ben and ada@example.org",
            standing=standing[-1].public_id,
        )
    content = exporting.as_json(data_of(hiring, canaries.EMAIL)).decode()
    for name in OTHERS:
        assert name not in content, name
    for name in ("Ben Ben", "ada@example.org", "ben@example.org", "recruiter@example.org", *hiring.people.values()):
        assert name not in content, name
    assert "was stronger" in content


@pytest.mark.parametrize(
    ("listed", "theirs"),
    [
        ("Name,Email,Phone,Notes\nJoanna Roe,joann@x.org,5555,dismissed\nLee Marvin,lee@y.org,77,referred by Ann Smith", []),
        ("Name,Email,Source\nLee Marvin,lee@y.org,Ann Lee\nAnn Lee Smith,,fair", []),
        ("Name,Email\nAnn Lee,another@x.org", []),
        ("Name,Email\nlee  ANN,", [{"Name": "lee  ANN", "Email": ""}]),
        ("Name,Email\nA. Lee, ANN@x.org ", [{"Name": "A. Lee", "Email": "ANN@x.org"}]),
        ("First name,Last name,Town\nAnn,Lee,York\nAnn,Leeds,Lee", [{"First name": "Ann", "Last name": "Lee", "Town": "York"}]),
        ("Kto,Co\nAnn Lee,1\nJoann Lee,2\nx,ann@x.org\nof Ann Lee,3", [{"Kto": "Ann Lee", "Co": "1"}, {"Kto": "x", "Co": "ann@x.org"}]),
    ],
)
def test_of_waiting_lists_a_person_gets_their_own_rows_alone(hiring: HiringRound, listed: str, theirs: list[dict[str, str]]) -> None:
    with hiring.database.transaction() as session:
        candidates.add(session, viewer_of(session, hiring.people["recruiter"]), hiring.opening, candidates.Details("Ann Lee", "ann@x.org"))
    canaries.another_opening_list(hiring, listed.encode())
    assert data_of(hiring, "ann@x.org")["Rows of uploaded lists that nobody has confirmed yet"] == theirs


def test_of_two_people_with_one_address_neither_is_guessed(hiring: HiringRound) -> None:
    with hiring.database.transaction() as session:
        session.add(Candidate(name="Maria's brother", email="maria@example.org"))
    with hiring.database.reading() as session, pytest.raises(subjects.NobodyOrSeveral, match="2 people are recorded under that"):
        subjects.one(session, "Maria@Example.org")
    with hiring.database.reading() as session, pytest.raises(subjects.NobodyOrSeveral, match="Nobody is recorded here"):
        subjects.one(session, "nobody@example.org")


def test_somebody_with_an_account_gets_what_is_theirs(hiring: HiringRound) -> None:
    hiring.submit("ada", "maria")
    found = data_of(hiring, "ada@example.org")
    content = exporting.as_json(found).decode()
    assert found["Account"][0]["name"] == "Ada"
    assert found["Hats"] == [{"opening": "Agent", "hat": "interviewer"}]
    submitted = next(act for act in found["What you did"] if act.get("what") == "scorecard_submitted")
    assert (submitted["in"], submitted["as"], submitted["opening"]) == ("Log", "account id", "Agent")
    for other in ("Maria Kowalska", "Tom Okafor", "Ben", "password_hash", "ada on composure"):
        assert other not in content


def test_secrets_are_handed_out_to_nobody(hiring: HiringRound) -> None:
    with hiring.database.transaction() as session:
        ada = session.scalars(select(Account).where(Account.name == "Ada")).one()
        ada.password_hash = "argon2-secret"
        session.add_all(
            [
                SignIn(account_id=ada.id, token_hash="token-secret", seen_at=now()),
                SecondFactor(account_id=ada.id, secret="totp-secret", last_step=1),
            ]
        )
    assert "-secret" not in exporting.as_json(data_of(hiring, "ada@example.org")).decode()


def test_the_administrator_downloads_one_file_with_the_own_copy_in_it(site: Site, hiring: HiringRound) -> None:
    canaries.build(hiring)
    with hiring.database.reading() as session:
        public_id = session.scalars(select(Candidate.public_id).where(Candidate.email == canaries.EMAIL)).one()
    answer = site.signed_in(hiring.people["admin"]).get(f"/data-rights/candidates/{public_id}/export.zip")
    assert (answer.status_code, answer.mimetype) == (200, "application/zip")
    assert f"person-{public_id}.zip" in answer.headers["Content-Disposition"]
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        names = archive.namelist()
        assert names[0] == "data.json"
        assert len(names) == 2
        # On the site nobody sees what somebody said of themselves.
        assert canaries.said("group") not in archive.read("data.json").decode()
        paper = "\n".join(papers.pages(archive.read(names[1])))
    assert canaries.NAME in paper
    assert "Interviewer A" in paper
    with hiring.database.reading() as session:
        events = session.scalars(select(Event.action).order_by(Event.id.desc()).limit(1)).all()
    assert events == ["person_exported"]


def test_of_somebody_erased_only_the_mark_is_there_to_hand_out(hiring: HiringRound, database: Database) -> None:
    candidate_id = canaries.build(hiring)
    public_id = canaries.candidate_of(hiring)
    with hiring.database.transaction() as session:
        erasing.erase(session, None, candidate_id)
    found = data_of(hiring, public_id)
    assert found["Person"]["name"] == ""
    assert found["Person"]["erased at"] is not None
    assert found["Applications"][0]["Interviews"] == []
    assert not [trace for trace in canaries.TRACES if trace in exporting.as_json(found)]
