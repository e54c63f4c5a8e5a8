"""An opening may close the panel to its interviewers for good; then what they write later was written without the others' cards, too."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from screening.clock import now, set_back
from screening.models import Account, Event, Revision, Scorecard
from screening.policy import Hat
from screening.services import amending, openings
from tests.support.forms import form_at
from tests.support.hiring_round import HiringRound, change_settings, data_rights_of, in_another_opening, plan, viewer_of
from tests.support.programs import program
from tests.support.web import Site

SAYS = "In this opening interviewers do not read each other’s"


def close(hiring: HiringRound) -> None:
    change_settings(hiring, panel_open=False)


def lead(hiring: HiringRound, *hats: Hat) -> None:
    """Ada interviews, and wears these hats besides."""
    with hiring.database.transaction() as session:
        admin = viewer_of(session, hiring.people["admin"])
        openings.set_hats(session, admin, hiring.opening, hiring.people["ada"], [Hat.INTERVIEWER, *hats])


def amend(hiring: HiringRound, who: str = "ada", candidate: str = "maria") -> tuple[bool, bool]:
    """Whether the amended version counts, and whether it was written after the others' cards were open."""
    with hiring.database.transaction() as session:
        amending.begin(session, viewer_of(session, hiring.people[who]), hiring.cards[who, candidate, "phone"])
    hiring.submit(who, candidate, composure=5)
    with hiring.database.reading() as session:
        card = select(Scorecard.id).where(Scorecard.public_id == hiring.cards[who, candidate, "phone"])
        newest = select(Revision).where(Revision.scorecard_id == card.scalar_subquery()).order_by(Revision.number.desc())
        revision = session.scalars(newest).first()
    assert revision is not None
    return revision.counts, revision.after_reveal


def test_interviewers_see_their_own_cards_and_leads_see_all(site: Site, hiring: HiringRound) -> None:
    recruiter = site.signed_in(hiring.people["recruiter"])
    settings = f"/openings/{hiring.opening}/settings"
    assert form_at(recruiter, settings, settings).send(recruiter, panel_open=None).status_code == 303
    hiring.submit("ben", "maria")
    ada, maria = site.signed_in(hiring.people["ada"]), f"/candidates/{hiring.candidates['maria']}"
    card = f"/scorecards/{hiring.cards['ada', 'maria', 'phone']}"
    assert "opens the panel's ratings" not in ada.get(card).text
    given = {
        "rating_spoken_communication": "3",
        "rating_composure": "4",
        "note_composure": "Calm.",
        "recommendation": "yes",
        "reason": "Yes.",
    }
    answer = form_at(ada, card, card).send(ada, **given, do="submit")
    assert (answer.status_code, answer.headers["Location"]) == (303, maria)
    page = ada.get(maria).text
    assert (SAYS in page, "Submitted and frozen." in page, "Here is the panel" in page, "ben on" in page) == (True, True, False, False)
    assert (ada.get(f"{maria}/debrief").status_code, f"{maria}/debrief" in page) == (404, False)
    assert SAYS in ada.get(f"/openings/{hiring.opening}/profile").text
    assert "closed to you until" not in ada.get(f"/openings/{hiring.opening}").text
    assert "See the candidate" in ada.get(card).text
    for name in ("recruiter", "manager"):
        assert "ben on composure of maria" in site.signed_in(hiring.people[name]).get(maria).text

    ticked = form_at(recruiter, settings, settings)
    assert ticked.send(recruiter, panel_open="y").status_code == 303
    assert "ben on composure of maria" in ada.get(maria).text
    with hiring.database.reading() as session:
        events = session.scalars(select(Event).where(Event.action == "opening_changed").order_by(Event.id))
        assert [event.detail["panel_open"] for event in events] == [False, True]


def test_whoever_leads_as_well_reads_them_after_their_own(site: Site, hiring: HiringRound) -> None:
    close(hiring)
    lead(hiring, Hat.HIRING_MANAGER)
    hiring.submit("ben", "maria")
    ada, maria = site.signed_in(hiring.people["ada"]), f"/candidates/{hiring.candidates['maria']}"
    page = ada.get(maria).text
    assert ("closed to you for now" in page, SAYS in page, "ben on" in page) == (True, False, False)
    hiring.submit("ada", "maria")
    assert "ben on composure of maria" in ada.get(maria).text


def test_other_openings_stay_as_they_are(site: Site, hiring: HiringRound) -> None:
    nights = in_another_opening(hiring, "maria", "Maria Kowalska", "maria@example.org", "ada", "ben")
    close(hiring)
    for round_ in (hiring, nights):
        round_.submit("ben", "maria")
        round_.submit("ada", "maria")
    ada = site.signed_in(hiring.people["ada"])
    assert "ben on composure" not in ada.get(f"/candidates/{hiring.candidates['maria']}").text
    assert "ben on composure" in ada.get(f"/candidates/{nights.candidates['maria']}").text


def test_a_program_of_theirs_gets_no_more(site: Site, hiring: HiringRound) -> None:
    close(hiring)
    hiring.submit("ben", "maria")
    hiring.submit("ada", "maria")
    mine = program(site, hiring, "ada")
    for path in (f"candidates/{hiring.candidates['maria']}", f"openings/{hiring.opening}/results", f"openings/{hiring.opening}/ratings"):
        assert mine.get(f"/api/v1/{path}").status_code in (403, 404), path


def test_as_administrators_they_hand_out_nothing_of_what_colleagues_wrote(site: Site, hiring: HiringRound) -> None:
    with hiring.database.transaction() as session:
        session.execute(update(Account).where(Account.public_id == hiring.people["ada"]).values(is_administrator=True))
    ada = site.signed_in(hiring.people["ada"])
    for candidate in ("maria", "tom"):
        hiring.submit("ada", candidate)
    hiring.submit("ben", "maria")
    pages = {
        "maria": data_rights_of(hiring, "maria"),
        "linh": data_rights_of(hiring, "linh"),
        "ben": f"/data-rights/accounts/{hiring.people['ben']}",
        "ada": f"/data-rights/accounts/{hiring.people['ada']}",
    }

    def handed_out() -> dict[str, int]:
        return {who: ada.get(f"{page}/export.zip").status_code for who, page in pages.items()}

    assert handed_out() == dict.fromkeys(pages, 200)
    assert "Scorecard submitted" in ada.get("/audit").text
    close(hiring)
    assert handed_out() == {"maria": 422, "linh": 200, "ben": 422, "ada": 200}
    assert "interviewers do not read each other’s scorecards" in ada.get(pages["maria"]).text
    assert [(ada.get(f"{pages[who]}/erase").status_code == 200) for who in ("maria", "linh", "ben")] == [False, True, False]
    log = ada.get("/audit").text
    assert ("whose panel is closed to you" in log, hiring.candidates["maria"] in log) == (True, False)
    lead(hiring, Hat.RECRUITER)
    assert handed_out() == dict.fromkeys(pages, 200)


@pytest.mark.parametrize(("closed", "counts"), [(True, True), (False, False)])
def test_an_amendment_counts_where_the_others_were_never_open(hiring: HiringRound, *, closed: bool, counts: bool) -> None:
    if closed:
        close(hiring)
    hiring.submit("ada", "maria")
    hiring.submit("ben", "maria")
    assert amend(hiring) == (counts, not counts)


def test_nor_does_closing_the_panel_take_back_what_was_read(hiring: HiringRound) -> None:
    hiring.submit("ada", "maria")
    hiring.submit("ben", "maria")
    close(hiring)
    assert amend(hiring) == (False, True)


def test_nor_does_a_clock_that_was_set_back(hiring: HiringRound) -> None:
    hiring.submit("ada", "maria")
    hiring.submit("ben", "maria")
    with set_back(now() - timedelta(hours=2)):
        close(hiring)
    assert amend(hiring) == (False, True)


def test_nor_does_it_for_whoever_led(hiring: HiringRound) -> None:
    close(hiring)
    hiring.submit("ada", "maria")
    lead(hiring, Hat.RECRUITER)
    hiring.submit("ben", "maria")
    with set_back(now() - timedelta(hours=2)):
        lead(hiring)
    assert amend(hiring) == (False, True)


def test_what_came_after_it_was_closed_was_never_open_until_it_is_opened_again(hiring: HiringRound) -> None:
    hiring.submit("ada", "maria")
    close(hiring)
    hiring.submit("ben", "maria")
    assert amend(hiring) == (True, False)
    change_settings(hiring, panel_open=True)
    assert amend(hiring) == (False, True)


def test_whoever_led_meanwhile_has_read_them(hiring: HiringRound) -> None:
    close(hiring)
    hiring.submit("ada", "maria")
    hiring.submit("ben", "maria")
    lead(hiring, Hat.RECRUITER)
    lead(hiring)
    assert amend(hiring) == (False, True)


@pytest.mark.parametrize("closed", [True, False])
def test_a_second_card_is_independent_where_the_others_were_never_open(hiring: HiringRound, *, closed: bool) -> None:
    if closed:
        close(hiring)
    hiring.submit("ada", "maria")
    hiring = plan(hiring, "maria", "panel", "ben")
    hiring.submit("ben", "maria")
    hiring.submit("ben", "maria", "panel")
    hiring = plan(hiring, "maria", "panel", "ada")
    with hiring.database.reading() as session:
        card = session.scalars(select(Scorecard).where(Scorecard.public_id == hiring.cards["ada", "maria", "panel"])).one()
    assert card.exposed is not closed
