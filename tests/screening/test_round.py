"""The round's arithmetic and blindness at the level of services."""

from __future__ import annotations

import pytest

from screening.errors import AlreadySubmitted, Invalid, NotFound, Stale
from screening.services import amending, comparison, decisions, scorecards
from screening.services.scorecards import Content, Entry
from tests.support.hiring_round import HiringRound, plan, viewer_of


def rows_as(hiring: HiringRound, name: str) -> dict[str, object]:
    with hiring.database.reading() as session:
        _, compared = comparison.compare(session, viewer_of(session, hiring.people[name]), hiring.opening)
    return {row.name: row for row in compared.rows(range(len(compared)), range(len(compared.rubric.criteria)))}  # type: ignore[arg-type]


def test_the_default_score_can_be_redone_by_hand(hiring: HiringRound) -> None:
    hiring.submit("ada", "maria", spoken_communication=4, composure=2)
    hiring.submit("ben", "maria", spoken_communication=5, composure=4)
    maria = rows_as(hiring, "recruiter")["Maria Kowalska"]
    # spoken 4.5 x 40, composure 3 x 30, experience level 4 x 10 (30 months of the same work); teamwork not assessed
    assert maria.score == pytest.approx((4.5 * 40 + 3 * 30 + 4 * 10) / 80)
    assert (maria.coverage, maria.cards, maria.cards_expected) == (pytest.approx(0.8), 2, 2)
    assert maria.disagreements == ("Calm under stress",)
    assert maria.rank == 1
    assert maria.recommendations == {"strong_no": 0, "no": 0, "yes": 2, "strong_yes": 0}


def test_a_missing_required_criterion_leaves_a_candidate_unranked(hiring: HiringRound) -> None:
    hiring.submit("ada", "tom", composure=None)
    tom = rows_as(hiring, "recruiter")["Tom Okafor"]
    assert tom.rank is None
    assert tom.incomplete == ("required and not assessed: Calm under stress", "only 50% of the weight assessed, 80% needed")


def test_a_recruiter_who_owes_a_card_sees_nothing_of_that_candidate(hiring: HiringRound) -> None:
    from screening.policy import Hat
    from screening.services import openings

    with hiring.database.transaction() as session:
        admin = viewer_of(session, hiring.people["admin"])
        openings.set_hats(session, admin, hiring.opening, hiring.people["ben"], [Hat.INTERVIEWER, Hat.RECRUITER])
    hiring.submit("ada", "maria", spoken_communication=4, composure=2)
    before = rows_as(hiring, "ben")["Maria Kowalska"]
    assert before.hidden
    assert (before.score, before.rank, before.cards, before.cards_expected, before.coverage) == (None, None, 0, 0, 0.0)
    assert all(cell.mean is None and cell.count == 0 for cell in before.cells)
    hiring.submit("ben", "maria", spoken_communication=5, composure=4)
    assert not rows_as(hiring, "ben")["Maria Kowalska"].hidden


def test_saving_with_an_old_version_overwrites_nothing(hiring: HiringRound) -> None:
    card = hiring.cards["ada", "maria", "phone"]
    viewer = hiring.viewer("ada")
    with hiring.database.transaction() as session:
        scorecards.save(session, viewer, card, Content({"composure": Entry(4, "", "first")}), version=1, rubric_number=1)
    with pytest.raises(Stale) as stale, hiring.database.transaction() as session:
        scorecards.save(session, viewer, card, Content({"composure": Entry(1, "", "second")}), version=1, rubric_number=1)
    assert stale.value.current == 2
    with hiring.database.reading() as session:
        assert scorecards.get(session, viewer, card).content.entries == {"composure": Entry(4, "", "first")}


def test_what_changed_since_the_draft_was_saved_is_submitted_with_the_rest(hiring: HiringRound) -> None:
    card, viewer = hiring.cards["ada", "maria", "phone"], hiring.viewer("ada")
    drafted = {"spoken_communication": Entry(2, "", "first"), "composure": Entry(3, "", "kept")}
    with hiring.database.transaction() as session:
        scorecards.save(session, viewer, card, Content(drafted, "no", "Unsure"), version=1, rubric_number=1)
    changed = {"spoken_communication": Entry(5, "", "second")}
    with hiring.database.transaction() as session:
        scorecards.submit(session, viewer, card, Content(changed, "yes"), version=2, rubric_number=1)
    with hiring.database.reading() as session:
        shown = scorecards.get(session, viewer, card)
    assert (shown.state, shown.version) == ("submitted", 3)
    assert shown.content == Content({**drafted, **changed}, "yes", "Unsure", "")


def test_a_submitted_card_is_frozen_and_an_amendment_keeps_it(hiring: HiringRound) -> None:
    hiring.submit("ada", "maria", spoken_communication=4, composure=2)
    card, viewer = hiring.cards["ada", "maria", "phone"], hiring.viewer("ada")
    with pytest.raises(AlreadySubmitted), hiring.database.transaction() as session:
        scorecards.save(session, viewer, card, Content({"composure": Entry(5)}), version=2, rubric_number=1)
    with hiring.database.transaction() as session:
        amending.begin(session, viewer, card)
    hiring.submit("ada", "maria", spoken_communication=4, composure=5)
    # Nobody else's card was in, so the amended one counts.
    assert rows_as(hiring, "recruiter")["Maria Kowalska"].cells[1].mean == 5


def test_an_amendment_after_the_reveal_is_kept_and_does_not_count(hiring: HiringRound) -> None:
    hiring.submit("ada", "maria", composure=2)
    hiring.submit("ben", "maria", composure=4)
    card, viewer = hiring.cards["ada", "maria", "phone"], hiring.viewer("ada")
    with hiring.database.transaction() as session:
        amending.begin(session, viewer, card)
    hiring.submit("ada", "maria", composure=5)
    assert rows_as(hiring, "recruiter")["Maria Kowalska"].cells[1].mean == 3
    with hiring.database.reading() as session:
        _, cards = comparison.ratings(session, hiring.viewer("recruiter"), hiring.opening)
    ada = [(long.version, long.counts, long.after_reveal) for long in cards if long.interviewer == "Ada"]
    assert ada == [(1, True, False), (2, False, True)]


def test_gaps_are_named_and_nothing_is_submitted(hiring: HiringRound) -> None:
    card, viewer = hiring.cards["ada", "maria", "phone"], hiring.viewer("ada")
    content = Content({"composure": Entry(4)}, "yes", "Good")
    with pytest.raises(Invalid, match="Spoken communication"), hiring.database.transaction() as session:
        scorecards.submit(session, viewer, card, content, version=1, rubric_number=1)
    with hiring.database.reading() as session:
        assert scorecards.get(session, viewer, card).state == "new"


@pytest.mark.parametrize("name", ["ben", "recruiter", "manager", "admin", "stranger"])
def test_nobody_opens_another_persons_scorecard(hiring: HiringRound, name: str) -> None:
    with hiring.database.reading() as session, pytest.raises(NotFound):
        scorecards.get(session, hiring.viewer(name), hiring.cards["ada", "maria", "phone"])


def test_two_deciding_at_once_gives_one_decision(hiring: HiringRound) -> None:
    hiring.submit("ada", "maria")
    with hiring.database.transaction() as session:
        first = decisions.decide(
            session, hiring.viewer("recruiter"), hiring.candidates["maria"], kind="advance", reason="Calm", standing=""
        )
    # Whoever still sees the stage before would decide about one that they were never shown.
    for kind in ("advance", "reject"):
        with pytest.raises(Stale, match="Recruiter"), hiring.database.transaction() as session:
            decisions.decide(session, hiring.viewer("manager"), hiring.candidates["maria"], kind=kind, reason="No", standing="")
    seen = first.public_id
    with hiring.database.transaction() as session:
        decision = decisions.decide(
            session, hiring.viewer("manager"), hiring.candidates["maria"], kind="hold", reason="Wait", standing=seen
        )
    with pytest.raises(Stale, match="Manager"), hiring.database.transaction() as session:
        decisions.decide(session, hiring.viewer("recruiter"), hiring.candidates["maria"], kind="reject", reason="No", standing=seen)
    with hiring.database.transaction() as session:
        decisions.undo(session, hiring.viewer("recruiter"), decision.public_id, reason="Too early")
    assert rows_as(hiring, "recruiter")["Maria Kowalska"].decision == "advance"


def test_a_card_given_to_somebody_who_has_read_the_others_does_not_count(hiring: HiringRound) -> None:
    from screening.policy import Hat
    from screening.services import openings

    hiring.submit("ada", "tom", spoken_communication=2, composure=2)
    with hiring.database.transaction() as session:
        admin = viewer_of(session, hiring.people["admin"])
        openings.set_hats(session, admin, hiring.opening, hiring.people["manager"], [Hat.HIRING_MANAGER, Hat.INTERVIEWER])
    later = plan(hiring, "tom", "phone", "manager")
    later.submit("manager", "tom", spoken_communication=5, composure=5)
    assert rows_as(hiring, "recruiter")["Tom Okafor"].cells[0].mean == 2
