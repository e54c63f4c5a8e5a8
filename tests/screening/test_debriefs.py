"""The debrief: its agenda, who may see it and when, final ratings beside the independent ones, and what they would change."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from reports.render import summary_html
from rubrics import library
from screening.clock import now
from screening.errors import Invalid, NotFound
from screening.models import Event, FinalRating, Opening, Rating, Void
from screening.paths import template_root
from screening.policy import Hat
from screening.services import debriefs, openings, reporting
from screening.services.debriefs import Debrief, Standing
from tests.support.forms import form_at
from tests.support.hiring_round import HiringRound, opening_row, plan, viewer_of
from tests.support.web import Site

COMPOSURE = library.criteria()["composure"].criterion
_TOKEN = re.compile(r'name="(csrf|submission)_token" value="[^"]*"')


def address(hiring: HiringRound, candidate: str = "maria") -> str:
    return f"/candidates/{hiring.candidates[candidate]}/debrief"


def seen_by(hiring: HiringRound, name: str, candidate: str = "maria") -> Debrief:
    with hiring.database.reading() as session:
        return debriefs.of(session, viewer_of(session, hiring.people[name]), hiring.candidates[candidate])


def give(hiring: HiringRound, name: str, level: int, reason: str = "Heard it again", criterion: str = "composure") -> None:
    with hiring.database.transaction() as session:
        viewer = viewer_of(session, hiring.people[name])
        debriefs.give(session, viewer, hiring.candidates["maria"], criterion=criterion, level=level, reason=reason)


def withdraw(hiring: HiringRound, name: str, criterion: str = "composure") -> bool:
    with hiring.database.transaction() as session:
        viewer = viewer_of(session, hiring.people[name])
        return debriefs.withdraw(session, viewer, hiring.candidates["maria"], criterion=criterion)


def set_hats(hiring: HiringRound, name: str, *hats: Hat) -> None:
    with hiring.database.transaction() as session:
        openings.set_hats(session, viewer_of(session, hiring.people["admin"]), hiring.opening, hiring.people[name], hats)


def change(hiring: HiringRound, **values: object) -> None:
    with hiring.database.transaction() as session:
        opening = opening_row(session, hiring)
        for key, value in values.items():
            setattr(opening, key, value)
        opening.revision += 1


def record(hiring: HiringRound) -> list[tuple[str, int, str, bool]]:
    """(criterion, level, reason, stands) of every final rating in the order of giving."""
    with hiring.database.reading() as session:
        rows = session.scalars(select(FinalRating).order_by(FinalRating.id))
        return [(row.criterion, row.level, row.reason, row.replaced_at is None) for row in rows]


@pytest.fixture
def apart(hiring: HiringRound) -> HiringRound:
    """All cards about Maria are in: Ada and Ben differ by two levels on composure and by one on spoken communication."""
    hiring.submit("ada", "maria", spoken_communication=4, composure=2)
    hiring.submit("ben", "maria", spoken_communication=5, composure=4)
    return hiring


@pytest.fixture
def three(hiring: HiringRound) -> HiringRound:
    """Cleo interviews too; no card is in."""
    set_hats(hiring, "cleo", Hat.INTERVIEWER)
    return plan(hiring, "maria", "phone", "cleo")


# The agenda


def test_the_agenda_is_the_disagreements_with_both_sides(apart: HiringRound) -> None:
    page = seen_by(apart, "recruiter")
    (point,) = page.points
    assert (point.key, point.apart, point.low, point.high, point.mean) == ("composure", 2.0, 2.0, 4.0, 3.0)
    assert point.low_end.anchors == ((2, COMPOSURE.anchor(2)),)
    assert point.high_end.anchors == ((4, COMPOSURE.anchor(4)),)
    assert [(voice.name, voice.level, voice.said[0].mark.note) for voice in point.low_end.voices] == [
        ("Ada", 2.0, "ada on composure of maria")
    ]
    assert [(voice.name, voice.level, voice.said[0].mark.stage) for voice in point.high_end.voices] == [("Ben", 4.0, "Phone screen")]
    assert (point.between.voices, point.own, page.agreed) == ((), None, ("Spoken communication",))


@pytest.mark.parametrize(
    ("ada", "ben", "order"),
    [
        ({"spoken_communication": 2, "composure": 1}, {"spoken_communication": 4, "composure": 5}, ["composure", "spoken_communication"]),
        ({"spoken_communication": 1, "composure": 5}, {"spoken_communication": 3, "composure": 3}, ["spoken_communication", "composure"]),
        ({"spoken_communication": 3}, {"spoken_communication": 4}, []),
        ({"composure": None}, {"composure": 5}, []),
    ],
)
def test_the_widest_comes_first_then_the_heaviest(hiring: HiringRound, ada: dict[str, int], ben: dict[str, int], order: list[str]) -> None:
    hiring.submit("ada", "maria", **ada)
    hiring.submit("ben", "maria", **ben)
    assert [point.key for point in seen_by(hiring, "recruiter").points] == order


def test_those_in_the_middle_come_after_both_ends(three: HiringRound) -> None:
    for name, level in (("ada", 1), ("ben", 5), ("cleo", 3)):
        three.submit(name, "maria", composure=level)
    (point,) = seen_by(three, "ben").points
    sides = [[(voice.name, voice.is_viewer) for voice in side.voices] for side in (point.low_end, point.between, point.high_end)]
    assert sides == [[("Ada", False)], [("Cleo", False)], [("Ben", True)]]


def test_who_rated_in_two_stages_speaks_once_with_both_notes(hiring: HiringRound) -> None:
    hiring = plan(hiring, "maria", "panel", "ada")
    hiring.submit("ada", "maria", composure=1)
    hiring.submit("ada", "maria", "panel", composure=4)
    hiring.submit("ben", "maria", composure=5)
    (point,) = seen_by(hiring, "recruiter").points
    (voice,) = point.low_end.voices
    assert (point.apart, voice.level) == (2.5, 2.5)
    assert [(said.mark.stage, said.mark.level, said.anchor) for said in voice.said] == [
        ("Phone screen", 1, COMPOSURE.anchor(1)),
        ("Panel", 4, COMPOSURE.anchor(4)),
    ]


def test_a_void_criterion_is_not_on_the_agenda(apart: HiringRound) -> None:
    with apart.database.transaction() as session:
        opening = opening_row(session, apart)
        viewer = viewer_of(session, apart.people["recruiter"])
        session.add(Void(opening_id=opening.id, criterion="composure", reason="Leaked", voided_by=viewer.account_id, voided_at=now()))
        opening.revision += 1
    page = seen_by(apart, "recruiter")
    assert (page.is_ready, page.points) == (True, ())


def test_who_read_the_panel_before_rating_has_no_voice(apart: HiringRound) -> None:
    set_hats(apart, "manager", Hat.HIRING_MANAGER, Hat.INTERVIEWER)
    hiring = plan(apart, "maria", "phone", "manager")
    hiring.submit("manager", "maria", composure=5)
    (point,) = seen_by(hiring, "manager").points
    assert [voice.name for side in (point.low_end, point.between, point.high_end) for voice in side.voices] == ["Ada", "Ben"]
    with pytest.raises(NotFound):
        give(hiring, "manager", 3)


# When it opens, and to whom


def test_before_every_card_is_in_it_says_which_are_missing(site: Site, three: HiringRound) -> None:
    three.submit("ada", "maria", composure=1)
    three.submit("ben", "maria", composure=5)
    lead, interviewer = seen_by(three, "manager"), seen_by(three, "ada")
    assert [(card.interviewer, card.stage) for card in lead.missing] == [("Cleo", "Phone screen")]
    assert (interviewer.missing, interviewer.waiting, interviewer.cards) == ((), 1, 3)
    for page in (lead, interviewer):
        assert (page.is_ready, page.points, page.agreed, page.totals) == (False, (), (), None)
    text = site.signed_in(three.people["ada"]).get(address(three)).text
    assert "1 of 3 scorecards is not submitted yet." in text
    assert "Cleo" not in text
    assert "Calm under stress" not in text
    with pytest.raises(Invalid, match="Not every scorecard"):
        give(three, "ada", 3)


def test_a_withdrawn_card_holds_nothing_up(site: Site, three: HiringRound) -> None:
    three.submit("ada", "maria", composure=1)
    three.submit("ben", "maria", composure=5)
    site.signed_in(three.people["recruiter"]).post(f"/scorecards/{three.cards['cleo', 'maria', 'phone']}/withdraw")
    assert seen_by(three, "recruiter").is_ready
    with pytest.raises(NotFound):
        seen_by(three, "cleo")


def test_a_candidate_without_interviews_has_nothing_to_talk_about(site: Site, hiring: HiringRound) -> None:
    assert "Nothing to talk about yet" in site.signed_in(hiring.people["recruiter"]).get(address(hiring, "linh")).text


def test_without_disagreement_it_says_so(site: Site, hiring: HiringRound) -> None:
    hiring.submit("ada", "maria")
    hiring.submit("ben", "maria")
    text = site.signed_in(hiring.people["ben"]).get(address(hiring)).text
    assert "No disagreement" in text
    assert '<form class="final-form"' not in text


@pytest.mark.parametrize("hats", [[], [Hat.RECRUITER], [Hat.HIRING_MANAGER]])
def test_who_owes_a_card_learns_nothing_whatever_others_do(site: Site, three: HiringRound, hats: list[Hat]) -> None:
    set_hats(three, "cleo", Hat.INTERVIEWER, *hats)
    cleo = site.signed_in(three.people["cleo"])
    maria, debrief = f"/candidates/{three.candidates['maria']}", address(three)

    def everything() -> list[tuple[int, str]]:
        answers = [
            cleo.get(maria),
            cleo.get(debrief),
            cleo.post(
                f"{debrief}/finals", {"criterion": "composure", "version": "0", "composure-level": "3", "composure-reason": "Why not"}
            ),
            cleo.post(f"{debrief}/finals/withdraw", {"criterion": "composure", "version": "1"}),
        ]
        return [(answer.status_code, _TOKEN.sub("", answer.text)) for answer in answers]

    before = everything()
    assert [status for status, _ in before] == [200, 404, 404, 404]
    assert "ebrief" not in before[0][1]
    three.submit("ada", "maria", composure=1)
    three.submit("ben", "maria", composure=5)
    assert everything() == before
    three.submit("cleo", "maria", composure=3)
    assert [status for status, _ in everything()] == [200, 200, 303, 303]
    assert debrief in cleo.get(maria).text


def test_a_card_given_after_the_debrief_closes_it_to_its_interviewer_with_the_finals(site: Site, apart: HiringRound) -> None:
    give(apart, "ada", 3, "Came round")
    plan(apart, "maria", "panel", "ben")
    ben = site.signed_in(apart.people["ben"])
    assert ben.get(address(apart)).status_code == 404
    assert "Came round" not in ben.get(f"/candidates/{apart.candidates['maria']}").text


@pytest.mark.parametrize("name", ["stranger", "admin", "cleo", "ivo"])
def test_strangers_find_nothing(site: Site, apart: HiringRound, name: str) -> None:
    browser = site.signed_in(apart.people[name])
    assert browser.get(address(apart)).status_code == 404
    assert browser.post(f"{address(apart)}/finals", {"criterion": "composure"}).status_code == 404


def test_interviewers_find_only_whom_they_interview(apart: HiringRound) -> None:
    apart.submit("ada", "tom")
    assert seen_by(apart, "ada", "tom").is_ready
    with pytest.raises(NotFound):
        seen_by(apart, "ben", "tom")


def test_a_manager_who_may_not_see_names_sees_none(site: Site, apart: HiringRound) -> None:
    give(apart, "ada", 3)
    change(apart, manager_sees_names=False)
    (point,) = seen_by(apart, "manager").points
    assert [side.voices[0].name for side in (point.low_end, point.high_end)] == ["Interviewer A", "Interviewer B"]
    text = site.signed_in(apart.people["manager"]).get(address(apart)).text
    assert re.search(r">(Ada|Ben)\b", text) is None


# Final ratings


def test_a_final_rating_stands_beside_the_independent_one(site: Site, apart: HiringRound) -> None:
    give(apart, "ada", 3, "Ben reminded me of the second call")
    (point,) = seen_by(apart, "ben").points
    (voice,) = point.low_end.voices
    assert voice.final is not None
    assert (voice.level, voice.final.level, voice.final.reason) == (2.0, 3, "Ben reminded me of the second call")
    text = site.signed_in(apart.people["ben"]).get(address(apart)).text
    assert "2, after the debrief" in text
    with apart.database.reading() as session:
        assert sorted(session.scalars(select(Rating.level).where(Rating.criterion == "composure"))) == [2, 4]
        event = session.scalars(select(Event).where(Event.action == "final_given")).one()
        assert event.detail == {"criterion": "composure", "level": 3}


def test_a_later_final_replaces_the_earlier_and_both_stay(apart: HiringRound) -> None:
    give(apart, "ada", 3, "First")
    give(apart, "ada", 4, "Second")
    give(apart, "ben", 3, "Mine")
    assert record(apart) == [("composure", 3, "First", False), ("composure", 4, "Second", True), ("composure", 3, "Mine", True)]
    (point,) = seen_by(apart, "ada").points
    assert point.own is not None
    assert [(entry.level, entry.ended) for entry in point.own.earlier] == [(3, "replaced")]


def test_a_final_can_be_withdrawn_and_stays_in_the_record(site: Site, apart: HiringRound) -> None:
    give(apart, "ada", 3, "First")
    assert not withdraw(apart, "ben")
    assert not withdraw(apart, "ada", "\x00")
    browser = site.signed_in(apart.people["ada"])
    assert browser.post(f"{address(apart)}/finals/withdraw", {"criterion": "composure", "version": "1"}).status_code == 303
    assert not withdraw(apart, "ada")
    assert record(apart) == [("composure", 3, "First", False)]
    (point,) = seen_by(apart, "ada").points
    assert point.own is not None
    assert (point.own.final, [(entry.level, entry.ended) for entry in point.own.earlier]) == (None, [(3, "withdrawn")])
    with apart.database.reading() as session:
        event = session.scalars(select(Event).where(Event.action == "final_withdrawn")).one()
        assert event.detail == {"criterion": "composure", "level": 3}


def test_a_form_sent_twice_counts_once(site: Site, apart: HiringRound) -> None:
    browser = site.signed_in(apart.people["ada"])
    form = {"criterion": "composure", "version": "0", "composure-level": "3", "composure-reason": " Heard it again \r\n"}
    for _ in range(2):
        answer = browser.post(f"{address(apart)}/finals", form)
        assert (answer.status_code, answer.headers["Location"]) == (303, f"{address(apart)}#point-composure")
    assert record(apart) == [("composure", 3, "Heard it again", True)]


def test_forms_sent_at_the_same_moment_count_once(apart: HiringRound) -> None:
    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(give, apart, "ada", 3) for _ in range(4)]:
            done.result()
    assert record(apart) == [("composure", 3, "Heard it again", True)]


@pytest.mark.parametrize(
    ("form", "message"),
    [
        ({}, "Choose the level you now hold right."),
        ({"composure-level": "0"}, "Choose a level from 1 to 5."),
        ({"composure-level": "6"}, "Choose a level from 1 to 5."),
        ({"composure-level": "9" * 5000}, "Choose a level from 1 to 5."),
        ({"composure-level": "three"}, "Not a valid integer value."),
        ({"composure-level": "3", "composure-reason": " \n"}, "Give the reason: it is kept beside your final rating."),
        ({"composure-level": "3", "composure-reason": "Typed with care" + "x" * 1000}, "Use at most 1,000 characters here."),
        ({"composure-level": "3", "composure-reason": "Typed with care\x07"}, "The character at place 16 cannot be printed."),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(site: Site, apart: HiringRound, form: dict[str, str], message: str) -> None:
    typed = {"criterion": "composure", "version": "0", "composure-reason": "Typed with care", **form}
    answer = site.signed_in(apart.people["ada"]).post(f"{address(apart)}/finals", typed)
    assert answer.status_code == 422
    assert message in answer.text
    assert '<a href="#composure-' in answer.text
    assert ("Typed with care" in answer.text) is ("Typed" in typed["composure-reason"])
    assert record(apart) == []


@pytest.mark.parametrize("criterion", ["spoken_communication", "no_such_thing", "", "\x00", "x" * 5000])
def test_a_criterion_off_the_agenda_takes_no_final_and_loses_no_word(site: Site, apart: HiringRound, criterion: str) -> None:
    form = {"criterion": criterion, "version": "0", f"{criterion}-level": "3", f"{criterion}-reason": "Typed with care"}
    answer = site.signed_in(apart.people["ada"]).post(f"{address(apart)}/finals", form)
    assert answer.status_code == 422
    assert "Typed with care" in answer.text or not criterion
    assert record(apart) == []


def test_nobody_gives_a_final_without_an_own_rating(site: Site, three: HiringRound) -> None:
    three.submit("ada", "maria", composure=1)
    three.submit("ben", "maria", composure=5)
    three.submit("cleo", "maria", composure=None)
    form = {"criterion": "composure", "version": "0", "composure-level": "3", "composure-reason": "I think so too"}
    for name in ("cleo", "recruiter", "manager"):
        browser = site.signed_in(three.people[name])
        assert "final-form" not in browser.get(address(three)).text
        assert browser.post(f"{address(three)}/finals", form).status_code == 404, name
    assert record(three) == []


def test_a_closed_opening_takes_no_finals(site: Site, apart: HiringRound) -> None:
    give(apart, "ada", 3)
    change(apart, state="closed")
    ada = site.signed_in(apart.people["ada"])
    page = ada.get(address(apart))
    assert "takes no final ratings" in page.text
    assert "final-form" not in page.text
    form = {"criterion": "composure", "version": "1", "composure-level": "4", "composure-reason": "Typed with care"}
    refused = ada.post(f"{address(apart)}/finals", form)
    assert refused.status_code == 422
    assert "Typed with care" in refused.text
    assert ada.post(f"{address(apart)}/finals/withdraw", {"criterion": "composure", "version": "1"}).status_code == 422
    assert record(apart) == [("composure", 3, "Heard it again", True)]


# What they would change


def score(spoken: float, composure: float) -> float:
    """Maria's total by hand: weights 40 and 30, and experience of level 4 with 10."""
    return (spoken * 40 + composure * 30 + 4 * 10) / 80


@pytest.mark.parametrize("counts", [False, True])
def test_both_totals_are_shown_and_one_of_them_counts(site: Site, apart: HiringRound, counts: bool) -> None:
    apart.submit("ada", "tom", spoken_communication=4, composure=4)
    change(apart, finals_count=counts)
    before = seen_by(apart, "recruiter").totals
    assert before is not None
    assert (before.difference, before.finals_count) == (0.0, counts)
    give(apart, "ben", 2, "Only in the first minute")
    page = seen_by(apart, "recruiter")
    totals = page.totals
    assert totals is not None
    assert totals.independent == Standing(pytest.approx(score(4.5, 3)), 1, False)
    assert totals.final == Standing(pytest.approx(score(4.5, 2)), 2, False)
    assert (totals.ranked, totals.difference) == (2, pytest.approx(-30 / 80))
    # The agenda is that of the independent ratings, whichever count.
    assert [(point.key, point.apart) for point in page.points] == [("composure", 2.0)]
    recruiter = site.signed_in(apart.people["recruiter"])
    text = re.sub(r"<[^>]*>|\s+", " ", recruiter.get(address(apart)).text)
    assert f"With the {'final' if counts else 'independent'} ratings Counts" in re.sub(r" +", " ", text)
    assert "−0.38" in text
    shown = f"{(totals.final if counts else totals.independent).score:.2f}"
    assert f'<span class="total">{shown}' in recruiter.get(f"/candidates/{apart.candidates['maria']}").text


def test_places_are_counted_among_those_open_to_the_viewer(apart: HiringRound) -> None:
    set_hats(apart, "ada", Hat.INTERVIEWER, Hat.RECRUITER)
    for name, ranked, rank in (("ada", 1, 1), ("recruiter", 1, 1), ("ben", 0, None)):
        totals = seen_by(apart, name).totals
        assert totals is not None
        assert (totals.ranked, totals.independent.rank, totals.final.rank) == (ranked, rank, rank), name
    hiring = plan(apart, "tom", "phone", "ben")
    hiring.submit("ben", "tom", spoken_communication=5, composure=5)
    # Ada still owes her card about Tom.
    for name, ranked, rank in (("ada", 1, 1), ("recruiter", 2, 2)):
        totals = seen_by(hiring, name).totals
        assert totals is not None
        assert (totals.ranked, totals.independent.rank) == (ranked, rank), name


def test_a_final_of_who_rated_in_two_stages_replaces_both(hiring: HiringRound) -> None:
    hiring = plan(hiring, "maria", "panel", "ada")
    hiring.submit("ada", "maria", spoken_communication=3, composure=1)
    hiring.submit("ada", "maria", "panel", composure=4, teamwork=None)
    hiring.submit("ben", "maria", spoken_communication=3, composure=5)
    give(hiring, "ada", 3)
    totals = seen_by(hiring, "recruiter").totals
    assert totals is not None
    assert (totals.independent.score, totals.final.score) == (pytest.approx(score(3, 3.75)), pytest.approx(score(3, 4)))


@pytest.mark.parametrize("tick", [{"finals_count": "y"}, {}])
def test_the_recruiter_says_in_the_settings_which_ratings_count(site: Site, hiring: HiringRound, tick: dict[str, str]) -> None:
    recruiter = site.signed_in(hiring.people["recruiter"])
    change(hiring, finals_count=not tick)
    form = form_at(recruiter, f"/openings/{hiring.opening}/settings")
    assert form.kinds["finals_count"] == "checkbox"
    assert form.send(recruiter, finals_count=tick.get("finals_count")).status_code == 303
    with hiring.database.reading() as session:
        assert session.scalars(select(Opening.finals_count)).one() is bool(tick)
        event = session.scalars(select(Event).where(Event.action == "opening_changed")).one()
        assert event.detail["finals_count"] is bool(tick)


# Where else finals are shown


def test_the_candidates_page_marks_the_final_beside_the_independent_rating(site: Site, apart: HiringRound) -> None:
    give(apart, "ada", 3, "Ben reminded me")
    text = site.signed_in(apart.people["recruiter"]).get(f"/candidates/{apart.candidates['maria']}").text
    assert "after the debrief: 3" in text
    assert "After the debrief 3: Ben reminded me" in text
    assert "Final rating given" in text
    withdraw(apart, "ada")
    text = site.signed_in(apart.people["recruiter"]).get(f"/candidates/{apart.candidates['maria']}").text
    assert "after the debrief: 3" not in text
    assert "Final rating withdrawn" in text


@pytest.mark.parametrize("counts", [False, True])
def test_the_summary_has_it_and_says_whether_it_counts(apart: HiringRound, counts: bool) -> None:
    change(apart, finals_count=counts)
    # The lowest rating that counts is then one that nobody gave independently.
    give(apart, "ada", 1, "Worse on reflection")
    with apart.database.reading() as session:
        viewer = viewer_of(session, apart.people["recruiter"])
        summary = reporting.summary(session, viewer, apart.candidates["maria"], organisation="Blue River")
    page = summary_html(summary, templates=template_root())
    assert "After the debrief 1" in page
    assert ("which does not count" in page) is not counts
    assert ("takes the place of" in page) is counts
