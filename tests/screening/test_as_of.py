"""What stamps a document may carry: a candidate who is closed to the reader must leave no trace in them."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from reports.documents import CandidateSummary
from screening.models import Opening
from screening.policy import Hat, sight
from screening.services import jobs, openings, packs, reporting
from screening.services.lookup import as_of
from tests.support.hiring_round import HiringRound, viewer_of
from tests.support.web import Site


@pytest.fixture
def blind(hiring: HiringRound) -> HiringRound:
    """Ada interviews Maria and Tom and is a recruiter as well; she owes both cards."""
    with hiring.database.transaction() as session:
        admin = viewer_of(session, hiring.people["admin"])
        openings.set_hats(session, admin, hiring.opening, hiring.people["ada"], [Hat.INTERVIEWER, Hat.RECRUITER])
    return hiring


def stamp(hiring: HiringRound, who: str) -> str:
    with hiring.database.reading() as session:
        opening = session.scalars(select(Opening)).one()
        return as_of(session, opening, sight(session, hiring.viewer(who), opening.id)).isoformat()


def ask(hiring: HiringRound, who: str) -> str:
    with hiring.database.transaction() as session:
        offer = packs.offer(session, hiring.viewer(who), hiring.opening, None, ())
        return packs.ask_summaries(session, hiring.viewer(who), offer, packs.EVERYBODY, "full", "pdf", look="look").public_id


def test_a_card_for_somebody_closed_moves_no_stamp_and_makes_no_new_file(blind: HiringRound) -> None:
    before = (stamp(blind, "ada"), ask(blind, "ada"), stamp(blind, "recruiter"), ask(blind, "recruiter"))
    blind.submit("ben", "maria")
    after = (stamp(blind, "ada"), ask(blind, "ada"), stamp(blind, "recruiter"), ask(blind, "recruiter"))

    assert after[:2] == before[:2]
    assert after[2] > before[2]
    assert after[3] != before[3]


def test_what_is_open_moves_the_stamp(blind: HiringRound) -> None:
    before = stamp(blind, "ada")
    with blind.database.transaction() as session:
        openings.set_state(session, blind.viewer("recruiter"), blind.opening, "open")
    middle = stamp(blind, "ada")
    blind.submit("ada", "tom")
    assert before <= middle < stamp(blind, "ada")


def test_looking_and_printing_move_no_stamp(site: Site, hiring: HiringRound) -> None:
    recruiter = site.signed_in(hiring.people["recruiter"])
    before = (stamp(hiring, "recruiter"), stamp(hiring, "ada"))
    with hiring.database.reading() as session:
        revision = session.scalars(select(Opening.revision)).one()
    for path in ("compare", "compare.csv", "ratings.csv", "methods", "files"):
        assert recruiter.get(f"/openings/{hiring.opening}/{path}").status_code == 200
    job = ask(hiring, "recruiter")
    with hiring.database.transaction() as session:
        jobs.cancel(session, hiring.viewer("recruiter"), hiring.opening, job)
        assert session.scalars(select(Opening.revision)).one() == revision
    assert (stamp(hiring, "recruiter"), stamp(hiring, "ada")) == before


def test_a_hidden_card_changes_nothing_in_the_paper_of_somebody_who_is_open(blind: HiringRound) -> None:
    def paper() -> CandidateSummary:
        with blind.database.reading() as session:
            return reporting.summary(session, blind.viewer("ada"), blind.candidates["linh"], organisation="Blue River")

    before = paper()
    blind.submit("ben", "maria", spoken_communication=5, composure=1)
    assert paper() == before
