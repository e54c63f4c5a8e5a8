"""What was written before others' cards were open is kept and counts; what is written after is a version of its own, marked as such."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass

import pytest
from sqlalchemy import select

from screening.models import Rating, Revision, Scorecard
from screening.policy import Hat
from screening.services import amending, decisions, openings
from tests.reports import papers
from tests.support.forms import form_at
from tests.support.hiring_round import HiringRound, change_settings, in_another_opening, viewer_of
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


def amend_after(site: Site, hiring: HiringRound, path: str, words: str) -> list[tuple[bool, bool]]:
    """Ada submits, reads these words on a page that was closed to her until then, and amends: what counts, and what is marked."""
    ada, card = site.signed_in(hiring.people["ada"]), hiring.cards["ada", "maria", "phone"]
    assert words not in ada.get(path).text
    hiring.submit("ada", "maria", composure=2)
    assert words in ada.get(path).text
    assert ada.post(f"/scorecards/{card}/amend").status_code == 303
    hiring.submit("ada", "maria", composure=5)
    with hiring.database.reading() as session:
        versions = select(Revision).join(Scorecard).where(Scorecard.public_id == card).order_by(Revision.number)
        return [(version.counts, version.after_reveal) for version in session.scalars(versions)]


KEPT_AND_MARKED = [(True, False), (False, True)]


@pytest.mark.parametrize("name", ["Maria Kowalska", "Maria B. Kowalska"])
def test_nor_does_what_is_written_after_reading_of_the_person_in_another_opening(site: Site, hiring: HiringRound, name: str) -> None:
    nights = in_another_opening(hiring, "maria", name, "maria@example.org", "ada", "ben")
    nights.submit("ada", "maria", composure=2)
    nights.submit("ben", "maria", composure=5)
    path = f"/candidates/{nights.candidates['maria']}"
    assert amend_after(site, hiring, path, "ben on composure") == KEPT_AND_MARKED


def test_nor_after_reading_as_the_manager_of_another_opening(site: Site, hiring: HiringRound) -> None:
    nights = in_another_opening(hiring, "maria", "Maria Kowalska", "maria@example.org", "ben")
    with hiring.database.transaction() as session:
        recruiter = viewer_of(session, hiring.people["recruiter"])
        openings.set_hats(session, recruiter, nights.opening, hiring.people["ada"], [Hat.HIRING_MANAGER])
    nights.submit("ben", "maria", composure=5)
    assert amend_after(site, hiring, f"/candidates/{nights.candidates['maria']}", "ben on composure") == KEPT_AND_MARKED


def test_nor_after_reading_a_decision(site: Site, hiring: HiringRound) -> None:
    with hiring.database.transaction() as session:
        manager = viewer_of(session, hiring.people["manager"])
        decisions.decide(session, manager, hiring.candidates["maria"], kind="reject", reason="Too slow with callers", standing="")
    assert amend_after(site, hiring, f"/candidates/{hiring.candidates['maria']}", "Too slow with callers") == KEPT_AND_MARKED


def test_what_is_amended_counts_where_the_other_opening_closes_its_panel(hiring: HiringRound) -> None:
    nights = in_another_opening(hiring, "maria", "Maria Kowalska", "maria@example.org", "ada", "ben")
    change_settings(nights, panel_open=False)
    nights.submit("ada", "maria", composure=2)
    nights.submit("ben", "maria", composure=5)
    hiring.submit("ada", "maria", composure=2)
    with hiring.database.transaction() as session:
        amending.begin(session, viewer_of(session, hiring.people["ada"]), hiring.cards["ada", "maria", "phone"])
    hiring.submit("ada", "maria", composure=5)
    with hiring.database.reading() as session:
        card = hiring.cards["ada", "maria", "phone"]
        versions = session.scalars(select(Revision).join(Scorecard).where(Scorecard.public_id == card).order_by(Revision.number)).all()
    assert [(version.counts, version.after_reveal) for version in versions] == [(False, False), (True, False)]
