"""Interviewers' profiles over real rounds: who sees whose, only from candidates that are open, and without any candidate's name."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from sqlalchemy import update

from rubrics.profiles import Beside, Profile
from screening.models import Opening, Void
from screening.policy import Hat
from screening.services import candidates, openings, profiles
from screening.services.candidates import Details
from tests.support.hiring_round import HiringRound, plan, viewer_of
from tests.support.web import Browser, Site

MORE = tuple(f"person{number}" for number in range(8))
_TOKEN = re.compile(r'name="(csrf|submission)_token" value="[^"]*"')


@pytest.fixture
def shared(hiring: HiringRound) -> HiringRound:
    """Ada and Ben share Maria and eight more candidates; everything is submitted but for Maria and Tom. Ben rates a level above Ada."""
    with hiring.database.transaction() as session:
        recruiter = viewer_of(session, hiring.people["recruiter"])
        added = {name: candidates.add(session, recruiter, hiring.opening, Details(f"Somebody {name}")).public_id for name in MORE}
    hiring = replace(hiring, candidates={**hiring.candidates, **added})
    for place, name in enumerate(MORE):
        hiring = plan(hiring, name, "phone", "ada", "ben")
        level = 2 + place % 2
        hiring.submit("ada", name, spoken_communication=level, composure=None if place == 0 else 5 - level)
        hiring.submit("ben", name, spoken_communication=level + 1, composure=6 - level)
    return hiring


def own(hiring: HiringRound, name: str) -> profiles.OwnProfile:
    with hiring.database.reading() as session:
        return profiles.own(session, viewer_of(session, hiring.people[name]), hiring.opening)


def calibration(hiring: HiringRound, name: str = "cleo") -> profiles.Calibration:
    with hiring.database.reading() as session:
        return profiles.calibration(session, viewer_of(session, hiring.people[name]), hiring.opening)


def give(hiring: HiringRound, name: str, *hats: Hat) -> None:
    with hiring.database.transaction() as session:
        openings.set_hats(session, viewer_of(session, hiring.people["admin"]), hiring.opening, hiring.people[name], list(hats))


def page(browser: Browser, hiring: HiringRound, which: str) -> str:
    answer = browser.get(f"/openings/{hiring.opening}/{which}")
    assert answer.status_code == 200
    return _TOKEN.sub("", answer.text)


def test_an_interviewer_sees_the_own_profile(site: Site, shared: HiringRound) -> None:
    found = own(shared, "ada")
    # Maria, for whom Ada still owes her card, and Tom, whom she owes one too, have no part.
    assert (found.candidates, found.closed, found.profile.shared) == (8, 2, 8)
    assert found.profile.leniency is not None
    assert found.profile.leniency.estimate == pytest.approx(-0.5, abs=0.05)
    # Of two, nobody can say which one is the strict one.
    assert found.profile.leniency.word == ""
    assert found.profile.not_assessed == Beside(1 / 16, 0.0)
    text = page(site.signed_in(shared.people["ada"]), shared, "profile")
    assert "Not clearly stricter or more lenient than colleagues" in text
    assert "2 candidates have no part in this until your own scorecards are in." in text
    assert "Ben" not in text


def test_a_clear_difference_gets_its_word(site: Site, shared: HiringRound) -> None:
    others = ("admin", "ivo", "stranger")
    for who in others:
        give(shared, who, Hat.INTERVIEWER)
    for place, name in enumerate(MORE):
        shared = plan(shared, name, "phone", *others)
        level = 3 + place % 2
        for who in others:
            shared.submit(who, name, spoken_communication=level, composure=6 - level if place % 3 else 7 - level)
    text = page(site.signed_in(shared.people["ada"]), shared, "profile")
    assert "Strict compared with colleagues" in text
    assert "biased" not in text
    words = {rater.name: rater.profile.leniency.word for rater in calibration(shared).raters if rater.profile.leniency}
    assert words == {"Ada": "strict", "Admin": "", "Ben": "lenient", "Ivo": "", "Stranger": ""}


def test_too_few_shared_candidates_are_counted_out_loud(site: Site, hiring: HiringRound) -> None:
    hiring.submit("ada", "maria")
    hiring.submit("ben", "maria")
    assert own(hiring, "ben").profile == Profile(1)
    assert "Not enough candidates shared with colleagues yet (1 of 8)" in page(site.signed_in(hiring.people["ben"]), hiring, "profile")
    text = page(site.signed_in(hiring.people["cleo"]), hiring, "calibration")
    assert text.count("Not enough candidates shared with colleagues yet (1 of 8)") == 2


def test_the_calibration_lead_sees_everybody_by_name_in_alphabetical_order_and_no_candidate(site: Site, shared: HiringRound) -> None:
    give(shared, "stranger", Hat.INTERVIEWER)
    found = calibration(shared)
    assert [(rater.name, rater.profile.shared) for rater in found.raters] == [("Ada", 8), ("Ben", 8), ("Stranger", 0)]
    assert [round(rater.profile.leniency.estimate, 1) for rater in found.raters if rater.profile.leniency] == [-0.5, 0.5]
    assert [(line.name, line.use.ratings, line.use.skipped, line.use.disagreements) for line in found.criteria] == [
        ("Spoken communication", 16, 0, 0),
        ("Calm under stress", 15, 1, 0),
        ("Teamwork", 0, 0, 0),
    ]
    text = page(site.signed_in(shared.people["cleo"]), shared, "calibration")
    for name in ("Maria", "Tom Okafor", "Linh", "Somebody"):
        assert name not in text
    assert 'class="sort' not in text
    assert re.findall(r'<th scope="row">(\w+)<small', text) == ["Ada", "Ben", "Stranger"]


def test_what_is_wrong_with_a_criterion_is_said(site: Site, shared: HiringRound) -> None:
    give(shared, "stranger", Hat.INTERVIEWER)
    for name in MORE:
        shared = plan(shared, name, "phone", "stranger")
        shared.submit("stranger", name, spoken_communication=5, composure=None)
        shared = plan(shared, name, "panel", "stranger")
        shared.submit("stranger", name, "panel", composure=None, teamwork=5)
    text = page(site.signed_in(shared.people["cleo"]), shared, "calibration")
    assert "More than 20 % not assessed" in text
    assert "More than 40 % at 5" in text
    assert [line.use.disagreements for line in calibration(shared).criteria] == [8, 0, 0]


@pytest.mark.parametrize(
    "hats", [[], [Hat.CALIBRATION_LEAD], [Hat.CALIBRATION_LEAD, Hat.RECRUITER], [Hat.CALIBRATION_LEAD, Hat.HIRING_MANAGER]]
)
def test_what_others_submit_changes_nothing_before_the_own_card_is_in(site: Site, shared: HiringRound, hats: list[Hat]) -> None:
    give(shared, "ada", Hat.INTERVIEWER, *hats)
    ada = site.signed_in(shared.people["ada"])
    pages = ["profile", *(["calibration"] if hats else [])]
    before = {which: page(ada, shared, which) for which in pages}
    shared.submit("ben", "maria", spoken_communication=1, composure=None)
    assert {which: page(ada, shared, which) for which in pages} == before
    shared.submit("ada", "maria", spoken_communication=5, composure=5)
    assert "9 candidates" in page(ada, shared, "profile")
    assert all(page(ada, shared, which) != before[which] for which in pages)


def test_nobody_else_sees_a_profile(site: Site, shared: HiringRound) -> None:
    seen = {
        name: tuple(
            site.signed_in(shared.people[name]).get(f"/openings/{shared.opening}/{which}").status_code
            for which in ("profile", "calibration")
        )
        for name in ("recruiter", "manager", "ada", "cleo", "ivo", "admin", "stranger")
    }
    assert seen == {
        "recruiter": (404, 404),
        "manager": (404, 404),
        "ada": (200, 404),
        "cleo": (404, 200),
        "ivo": (404, 404),
        "admin": (404, 404),
        "stranger": (404, 404),
    }


def test_a_calibration_lead_who_may_not_know_names_sees_numbers(shared: HiringRound) -> None:
    give(shared, "manager", Hat.HIRING_MANAGER, Hat.CALIBRATION_LEAD)
    with shared.database.transaction() as session:
        session.execute(update(Opening).values(manager_sees_names=False))
    assert [rater.name for rater in calibration(shared, "manager").raters] == ["Interviewer A", "Interviewer B"]
    assert [rater.name for rater in calibration(shared).raters] == ["Ada", "Ben"]


def test_void_criteria_have_no_part(shared: HiringRound) -> None:
    with shared.database.transaction() as session:
        opening = session.query(Opening).filter_by(public_id=shared.opening).one()
        recruiter = viewer_of(session, shared.people["recruiter"])
        at = opening.created_at
        session.add(Void(opening_id=opening.id, criterion="composure", reason="Leaked", voided_by=recruiter.account_id, voided_at=at))
        opening.revision += 1
    assert own(shared, "ada").profile.not_assessed == Beside(0.0, 0.0)
    assert [line.name for line in calibration(shared).criteria] == ["Spoken communication", "Teamwork"]


def test_before_anything_is_published_the_pages_say_so(site: Site, hiring: HiringRound) -> None:
    with hiring.database.transaction() as session:
        recruiter = viewer_of(session, hiring.people["recruiter"])
        new = openings.create(session, recruiter, title="New", template="retail_associate").public_id
        for name, hat in (("ada", Hat.INTERVIEWER), ("cleo", Hat.CALIBRATION_LEAD)):
            openings.set_hats(session, viewer_of(session, hiring.people["admin"]), new, hiring.people[name], [hat])
    assert "(0 of 8)" in site.signed_in(hiring.people["ada"]).get(f"/openings/{new}/profile").text
    assert "Nothing is rated yet" in site.signed_in(hiring.people["cleo"]).get(f"/openings/{new}/calibration").text
