"""A card given to somebody who may have read others' before does not count, whatever hat they wear by now."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from screening.models import Account, Interview, Revision, Scorecard
from screening.policy import Hat
from screening.services import interviews, openings
from tests.support.hiring_round import HiringRound, plan, viewer_of


def wear(hiring: HiringRound, who: str, *hats: Hat) -> None:
    with hiring.database.transaction() as session:
        openings.set_hats(session, viewer_of(session, hiring.people["admin"]), hiring.opening, hiring.people[who], list(hats))


def exposed(hiring: HiringRound, who: str, stage: str = "phone") -> bool:
    """Whether the card of Maria that this person is given now is known not to be independent."""
    given = plan(hiring, "maria", stage, who)
    with hiring.database.reading() as session:
        card = session.scalars(
            select(Scorecard)
            .join(Account, Scorecard.interviewer_id == Account.id)
            .join(Interview)
            .where(Account.public_id == hiring.people[who], Interview.stage == stage)
        ).one()
    given.submit(who, "maria", stage)
    with hiring.database.reading() as session:
        revision = session.scalars(select(Revision).where(Revision.scorecard_id == card.id)).one()
    assert (revision.counts, revision.after_reveal) == (not card.exposed, card.exposed)
    return card.exposed


def test_a_manager_who_becomes_an_interviewer_has_read_the_panel(hiring: HiringRound) -> None:
    hiring.submit("ada", "maria")
    wear(hiring, "manager", Hat.INTERVIEWER)
    assert exposed(hiring, "manager")


def test_so_has_one_who_was_away_for_a_while(hiring: HiringRound) -> None:
    hiring.submit("ada", "maria")
    for hats in ([Hat.RECRUITER], [], [Hat.HIRING_MANAGER], [], [Hat.INTERVIEWER]):
        wear(hiring, "stranger", *hats)
    assert exposed(hiring, "stranger")


def test_a_recruiter_who_was_removed_and_is_added_again(hiring: HiringRound) -> None:
    hiring.submit("ada", "maria")
    wear(hiring, "stranger", Hat.RECRUITER)
    wear(hiring, "recruiter")
    with hiring.database.transaction() as session:
        stranger = viewer_of(session, hiring.people["stranger"])
        openings.set_hats(session, stranger, hiring.opening, hiring.people["recruiter"], [Hat.INTERVIEWER])
        interviews.plan(
            session,
            stranger,
            hiring.opening,
            applications=[hiring.candidates["maria"]],
            stage="phone",
            interviewers_=[hiring.people["recruiter"]],
        )
    with hiring.database.reading() as session:
        wanted = select(Scorecard.exposed).join(Account).where(Account.public_id == hiring.people["recruiter"])
        assert session.scalars(wanted).all() == [True]


@pytest.mark.parametrize("hats", [[], [Hat.INTERVIEWER], [Hat.CALIBRATION_LEAD]])
def test_who_left_before_any_card_was_in_has_read_none(hiring: HiringRound, hats: list[Hat]) -> None:
    wear(hiring, "manager", *hats)
    hiring.submit("ada", "maria")
    wear(hiring, "manager", Hat.INTERVIEWER)
    assert not exposed(hiring, "manager")


def test_a_later_version_of_a_card_is_not_its_first(hiring: HiringRound) -> None:
    """The card was in when the manager left; that it was amended afterwards takes nothing back."""
    from screening.services import amending

    hiring.submit("ada", "maria")
    wear(hiring, "manager", Hat.INTERVIEWER)
    with hiring.database.transaction() as session:
        amending.begin(session, viewer_of(session, hiring.people["ada"]), hiring.cards["ada", "maria", "phone"])
    hiring.submit("ada", "maria")
    assert exposed(hiring, "manager")


def test_a_manager_who_becomes_recruiter_leads_all_the_time(hiring: HiringRound) -> None:
    wear(hiring, "manager", Hat.RECRUITER)
    hiring.submit("ada", "maria")
    wear(hiring, "manager", Hat.INTERVIEWER)
    assert exposed(hiring, "manager")


def test_who_submitted_a_card_of_their_own_saw_those_of_the_other_stage(hiring: HiringRound) -> None:
    later = plan(hiring, "maria", "panel", "ada")
    hiring.submit("ben", "maria")
    later.submit("ada", "maria", "panel")
    assert exposed(later, "ben", "panel")


def test_an_interviewer_who_leads_nothing_has_read_none(hiring: HiringRound) -> None:
    hiring.submit("ada", "maria")
    wear(hiring, "stranger", Hat.INTERVIEWER)
    assert not exposed(hiring, "stranger")
