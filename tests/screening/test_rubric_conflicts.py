"""Two people, or two tabs, at one rubric: nobody overwrites the other unseen, and nothing that was typed is lost."""

from __future__ import annotations

import threading
from dataclasses import replace
from decimal import Decimal

import pytest

from screening.policy import Hat
from screening.services import openings
from tests.screening.rubric_desk import Desk, read
from tests.support.hiring_round import HiringRound, small_rubric, viewer_of
from tests.support.web import Browser, Site


@pytest.fixture
def desks(site: Site, hiring: HiringRound) -> tuple[Desk, Desk]:
    """The recruiter, and Ada as a second recruiter, with the same page open."""
    with hiring.database.transaction() as session:
        recruiter = viewer_of(session, hiring.people["recruiter"])
        openings.set_hats(session, recruiter, hiring.opening, hiring.people["ada"], [Hat.RECRUITER])
    return tuple(Desk(site.signed_in(hiring.people[name]), hiring) for name in ("recruiter", "ada"))  # type: ignore[return-value]


def both_at(desks: tuple[Desk, Desk], path: str) -> tuple[Desk, Desk]:
    return tuple(Desk(desk.browser, desk.hiring, path) for desk in desks)  # type: ignore[return-value]


def test_the_second_save_shows_both_and_overwrites_nothing(desks: tuple[Desk, Desk]) -> None:
    mine, theirs = desks
    theirs.set(weight_composure="20", rationale_composure="Saved by Ada").saved()
    refused = mine.set(weight_composure="50", rationale_composure="Typed by me", stage_minutes_phone="33").press()
    assert refused.status_code == 409
    assert "Ada saved the rubric at" in refused.text
    assert "Nothing was overwritten" in refused.text
    page = read(refused).fields
    assert (page["weight_composure"], page["rationale_composure"], page["stage_minutes_phone"]) == ("50", "Typed by me", "33")
    assert "Saved by Ada" in refused.text
    assert '<strong>Ada saved as weight:</strong></p><p class="kept-lines">20</p>' in refused.text
    version, rubric = mine.draft()
    assert (version, rubric.criteria[1].weight, rubric.criteria[1].rationale) == (3, Decimal(20), "Saved by Ada")
    assert [action for action, _ in mine.events()].count("rubric_saved") == 2

    mine.take(refused)
    mine.saved()
    version, rubric = mine.draft()
    calm = rubric.criteria[1]
    assert (version, calm.weight, calm.rationale, rubric.stages[0].minutes) == (4, Decimal(50), "Typed by me", 33)


def test_different_changes_meet_on_the_page(desks: tuple[Desk, Desk]) -> None:
    mine, theirs = desks
    theirs.set(weight_composure="20", required_teamwork="1", minimum_teamwork="4", asks_panel=["teamwork"], stage_name_phone="Call").saved(
        "down:spoken_communication"
    )
    refused = mine.set(rationale_teamwork="Typed by me", required_composure=[]).press()
    assert refused.status_code == 409
    assert "you changed different things" in refused.text
    assert "saved-beside" not in refused.text
    mine.take(refused)
    mine.saved()
    was = small_rubric()
    spoken, calm, team, years = was.criteria
    criteria = (
        replace(calm, weight=Decimal(20), required=False),
        spoken,
        replace(team, required=True, minimum=4, rationale="Typed by me"),
        years,
    )
    stages = (replace(was.stages[0], name="Call"), replace(was.stages[1], criteria=("teamwork",)))
    assert mine.draft() == (4, replace(was, criteria=criteria, stages=stages))


def test_a_page_without_fingerprints_shows_every_difference(desks: tuple[Desk, Desk]) -> None:
    mine, theirs = desks
    theirs.set(weight_composure="20").saved()
    refused = mine.set(seen="", rationale_teamwork="Typed by me").press()
    assert refused.status_code == 409
    page = read(refused).fields
    assert (page["weight_composure"], page["rationale_composure"], page["rationale_teamwork"]) == (
        "30",
        "Angry callers are daily work.",
        "Typed by me",
    )
    assert refused.text.count('class="saved-beside"') == 2


def test_what_the_other_one_added_is_shown_and_kept(desks: tuple[Desk, Desk]) -> None:
    mine, theirs = desks
    theirs.set(add=["empathy"], new_stage="Trial").saved()
    refused = mine.set(rationale_teamwork="Typed by me").press("down:spoken_communication")
    assert refused.status_code == 409
    mine.take(refused)
    assert mine.fields.getlist("order") == ["spoken_communication", "composure", "teamwork", "experience", "empathy"]
    assert mine.fields.getlist("stage_order") == ["phone", "panel", "trial"]
    mine.saved()
    rubric = mine.draft()[1]
    assert rubric.keys == ("spoken_communication", "composure", "teamwork", "experience", "empathy")
    assert rubric.criteria[2].rationale == "Typed by me"


def test_what_was_typed_for_something_taken_out_is_shown(desks: tuple[Desk, Desk]) -> None:
    mine, theirs = desks
    theirs.saved("remove:composure")
    theirs.saved("remove_stage:panel")
    refused = mine.set(rationale_composure="Typed <i>by me", weight_composure="77", stage_name_panel="My panel").press()
    assert refused.status_code == 409
    for words in ("“Calm under stress” was taken out", "Typed &lt;i&gt;by me", "77", "“Panel” was taken out", "My panel"):
        assert words in refused.text
    mine.take(refused)
    mine.saved()
    assert mine.draft()[1].keys == ("spoken_communication", "teamwork", "experience")


def test_bad_input_in_a_conflict_is_a_conflict_with_the_error(desks: tuple[Desk, Desk]) -> None:
    mine, theirs = desks
    theirs.set(weight_teamwork="21").saved()
    refused = mine.set(weight_composure="abc").press()
    assert refused.status_code == 409
    assert "“abc” is not a number" in refused.text
    page = read(refused).fields
    assert (page["weight_composure"], page["weight_teamwork"]) == ("abc", "21")
    mine.take(refused)
    assert mine.press().status_code == 422


def test_two_tabs_at_a_criterion(desks: tuple[Desk, Desk]) -> None:
    mine, theirs = both_at(desks, "/criteria/composure")
    theirs.set(anchor_2="Saved by Ada", definition="Ada's words", question_2="Ada's question?", probes_2="So?").saved()
    refused = mine.set(anchor_2="Typed by me", job_related="Mine alone").press("next")
    assert refused.status_code == 409
    page = read(refused).fields
    assert [page[name] for name in ("anchor_2", "definition", "job_related", "question_2", "probes_2")] == [
        "Typed by me",
        "Ada's words",
        "Mine alone",
        "Ada's question?",
        "So?",
    ]
    assert "Saved by Ada" in refused.text
    assert refused.text.count('class="saved-beside"') == 1
    mine.take(refused)
    mine.saved()
    criterion = mine.draft()[1].criteria[1].criterion
    assert (criterion.anchor(2), criterion.definition, criterion.job_related) == ("Typed by me", "Ada's words", "Mine alone")
    assert len(criterion.questions) == 3


def test_two_tabs_at_a_stage(desks: tuple[Desk, Desk]) -> None:
    mine, theirs = both_at(desks, "/stages/phone")
    theirs.set(script="Saved by Ada", order=["composure", "spoken_communication"]).saved()
    refused = mine.set(script="Typed by me", closing="Bye").press()
    assert refused.status_code == 409
    assert "Saved by Ada" in refused.text
    mine.take(refused)
    assert mine.fields.getlist("order") == ["composure", "spoken_communication"]
    mine.saved()
    stage = mine.draft()[1].stages[0]
    assert (stage.script, stage.closing, stage.criteria) == ("Typed by me", "Bye", ("composure", "spoken_communication"))


@pytest.mark.parametrize(
    ("path", "removal", "field", "what"),
    [("/criteria/composure", "remove:composure", "anchor_2", "criterion"), ("/stages/phone", "remove_stage:phone", "script", "stage")],
)
def test_a_page_whose_subject_is_gone_keeps_what_was_typed(
    desks: tuple[Desk, Desk], path: str, removal: str, field: str, what: str
) -> None:
    mine, _ = both_at(desks, path)
    desks[1].saved(removal)
    refused = mine.set(**{field: "Typed <b>by me"}).press()
    assert refused.status_code == 409
    assert f"This {what} is no longer there" in refused.text
    assert "Typed &lt;b&gt;by me" in refused.text
    mine.set(version=str(mine.draft()[0]))
    assert mine.press().status_code == 404


def test_one_who_saved_in_another_tab_is_told_so(desks: tuple[Desk, Desk]) -> None:
    mine = desks[0]
    other_tab = Desk(mine.browser, mine.hiring)
    other_tab.set(weight_composure="20").saved()
    refused = mine.set(weight_composure="50").press()
    assert refused.status_code == 409
    assert "You saved the rubric in another window at" in refused.text


def test_publishing_what_somebody_else_changed_is_refused(desks: tuple[Desk, Desk]) -> None:
    mine, theirs = desks
    theirs.set(weight_composure="20", weight_teamwork="30").saved()
    refused = mine.set(note="Mine").press("publish")
    assert refused.status_code == 409
    assert len(mine.published()) == 1
    assert read(refused).fields["note"] == "Mine"


VERSIONS = [(None, 428), ("", 422), ("two", 422), ("-1", 422), ("9" * 5000, 422), ("1", 409), ("999", 409)]
PAGES = {"": "rationale_composure", "/criteria/composure": "definition", "/stages/phone": "purpose"}


def test_a_save_without_the_right_version_changes_nothing(site: Site, hiring: HiringRound) -> None:
    recruiter = site.signed_in(hiring.people["recruiter"])
    before = Desk(recruiter, hiring).draft()
    for path, field in PAGES.items():
        for version, status in VERSIONS:
            desk = Desk(recruiter, hiring, path).set(**{field: "Typed"})
            desk.fields.poplist("version")
            if version is not None:
                desk.set(version=version)
            assert (path, version, desk.press().status_code) == (path, version, status)
            assert desk.draft() == before


def test_the_same_form_many_times_at_once_is_saved_once(site: Site, desks: tuple[Desk, Desk]) -> None:
    desk = desks[0]
    desk.set(weight_composure="25", weight_teamwork="25")
    statuses: list[int] = []
    browsers = [site.signed_in(desk.hiring.people["recruiter"]) for _ in range(8)]

    def send(browser: Browser) -> None:
        data = {name: desk.fields.getlist(name) for name in desk.fields}
        statuses.append(browser.post(desk.address, {**data, "csrf_token": browser.token, "do": "save"}).status_code)

    threads = [threading.Thread(target=send, args=(browser,)) for browser in browsers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [303] * 8
    assert desk.draft()[0] == 3
    assert desk.events()[2:] == [("rubric_saved", {"version": 3})]


def test_different_forms_at_once_are_saved_one_after_another(desks: tuple[Desk, Desk]) -> None:
    statuses: list[int] = []

    def send(place: int, desk: Desk) -> None:
        desk.set(rationale_composure=f"Reason {place}")
        statuses.append(desk.press().status_code)

    threads = [threading.Thread(target=send, args=pair) for pair in enumerate(desks)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [303, 409]
    assert desks[0].draft()[0] == 3
