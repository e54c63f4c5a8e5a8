"""What was written before others' cards were open is kept and counts; what is written after is a version of its own, marked as such."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass

import pytest
from sqlalchemy import select

from screening.models import Rating, Revision
from tests.reports import papers
from tests.support.forms import form_at
from tests.support.hiring_round import HiringRound
from tests.support.programs import program, sent
from tests.support.web import Browser, Site

BEFORE, AFTER = "Went quiet when the caller shouted.", "Ben is right that it was the line that broke."


@dataclass(frozen=True)
class Amended:
    """Ada's card on Maria, submitted with `BEFORE` and a 2, and amended with `AFTER` and a 4 when Ben's was in."""

    site: Site
    hiring: HiringRound
    kept: tuple[object, ...]

    @property
    def card(self) -> str:
        return f"/scorecards/{self.hiring.cards['ada', 'maria', 'phone']}"

    def browser(self, name: str) -> Browser:
        return self.site.signed_in(self.hiring.people[name])


def first_version(hiring: HiringRound) -> tuple[object, ...]:
    """Every column of Ada's first version and of its ratings."""
    with hiring.database.reading() as session:
        revision = session.scalars(select(Revision).where(Revision.number == 1, Revision.recommendation == "no")).one()
        ratings = session.scalars(select(Rating).where(Rating.revision_id == revision.id).order_by(Rating.criterion)).all()
        rows = (revision, *ratings)
        return tuple(getattr(row, column.key) for row in rows for column in type(row).__table__.columns)


@pytest.fixture
def amended(site: Site, hiring: HiringRound) -> Amended:
    ada, card = site.signed_in(hiring.people["ada"]), f"/scorecards/{hiring.cards['ada', 'maria', 'phone']}"
    given = {
        "rating_spoken_communication": "3",
        "rating_composure": "2",
        "note_composure": BEFORE,
        "recommendation": "no",
        "reason": "Not yet.",
    }
    assert form_at(ada, card, card).send(ada, **given, do="submit").status_code == 303
    kept = first_version(hiring)
    hiring.submit("ben", "maria", composure=4)
    assert form_at(ada, card, f"{card}/amend").send(ada).status_code == 303
    given = {"rating_composure": "4", "note_composure": AFTER, "recommendation": "yes", "why": "Read the other card"}
    assert form_at(ada, card, card).send(ada, **given, do="submit").status_code == 303
    return Amended(site, hiring, kept)


def test_the_first_version_counts_and_both_are_shown_wherever_cards_are_read(amended: Amended) -> None:
    hiring, recruiter = amended.hiring, amended.browser("recruiter")
    maria = f"/candidates/{hiring.candidates['maria']}"
    beside = f"/openings/{hiring.opening}/side-by-side?candidate={hiring.candidates['maria']}&candidate={hiring.candidates['tom']}"
    for page in (maria, f"{maria}/debrief", beside):
        shown = recruiter.get(page)
        assert (shown.status_code, BEFORE in shown.text, AFTER in shown.text) == (200, True, True), page
        assert "fter reading the other cards" in shown.text, page
    paper = recruiter.get(f"{maria}/summary.pdf")
    assert f"{BEFORE} Later 4, after seeing the other cards; does not count. {AFTER}" in " ".join(papers.pages(paper.data))

    results = json.loads(program(amended.site, hiring, "recruiter").get(f"/api/v1/openings/{hiring.opening}/results").data)
    composure = next(one for one in results["results"] if one["name"] == "Maria Kowalska")["criteria"]["composure"]
    assert (composure["mean"], composure["count"]) == (3, 2)


def test_the_ratings_to_save_have_the_one_that_counts_or_all_with_what_they_are(amended: Amended) -> None:
    recruiter, there = amended.browser("recruiter"), f"/openings/{amended.hiring.opening}/ratings.csv"

    def rows(address: str) -> list[list[str]]:
        read = csv.DictReader(io.StringIO(recruiter.get(address).data.decode("utf-8-sig")))
        names = ("version", "rating", "note", "after_reveal", "counts")
        return [[row.get(name, "") for name in names] for row in read if (row["interviewer"], row["criterion"]) == ("Ada", "composure")]

    assert rows(there) == [["1", "2", BEFORE, "", ""]]
    # A slip would otherwise give other numbers than are meant.
    assert recruiter.get(f"{there}?versions=All").status_code == 400
    assert rows(f"{there}?versions=all") == [["1", "2", BEFORE, "no", "yes"], ["2", "4", AFTER, "yes", "no"]]


def test_the_audit_log_tells_them_apart(amended: Amended) -> None:
    log = list(csv.DictReader(io.StringIO(amended.browser("admin").get("/audit.csv").data.decode("utf-8-sig"))))
    mine = [(row["what"], row["details"]) for row in log if row["person"] == "Ada" and "corecard" in row["what"]]
    assert mine == [
        ("Scorecard amended", "Stage: phone; Revision: 2; After reveal: yes"),
        ("Scorecard submitted", "Stage: phone; Revision: 1; After reveal: no"),
    ]


def test_no_way_of_sending_replaces_the_first_version(amended: Amended) -> None:
    hiring, ada, card = amended.hiring, amended.browser("ada"), amended.card
    mine = program(amended.site, hiring, "ada")
    now_ = json.loads(mine.get(f"/api/v1{card}").data)
    seen = {"version": now_["version"], "rubric": now_["rubric"]}
    typed = {**seen, "rating_composure": "5", "note_composure": AFTER, "recommendation": "yes", "reason": "Now."}
    again = sent(now_, spoken_communication=5, composure=5) | {"recommendation": "yes", "reason": "Now."}
    answers = {
        "submitted by the form": ada.post(card, {**typed, "do": "submit"}),
        "saved by the form": ada.post(card, {**typed, "do": "save"}),
        "saved by the script": ada.send_json(f"{card}/draft", {**seen, "fields": {"note_composure": AFTER}}),
        "saved by a program": mine.ask("PATCH", f"/api/v1{card}", again),
        "submitted by a program": mine.post(f"/api/v1{card}/submission", again),
    }
    assert {how: answer.status_code for how, answer in answers.items()} == dict.fromkeys(answers, 409)
    ada.post(f"{card}/discard", seen)
    assert first_version(hiring) == amended.kept
