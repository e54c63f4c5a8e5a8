"""The rubric editor over HTTP, without scripts: what its buttons do."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from rubrics import library
from rubrics.model import Criterion, Kind, Question, Stage, Weighted
from rubrics.qualifications import EducationRule, ExperienceRule, RequirementRule
from screening.database import Database
from tests.screening.rubric_desk import Desk, at, errors, read
from tests.support.hiring_round import HiringRound, small_rubric
from tests.support.web import Site

SHIPPED = library.criteria()


@pytest.fixture
def database(sqlite_database: Database) -> Database:
    """What is tested here does not depend on the kind of database."""
    return sqlite_database


@pytest.fixture
def desk(site: Site, hiring: HiringRound) -> Desk:
    return Desk(site.signed_in(hiring.people["recruiter"]), hiring)


def test_saving_an_untouched_page_changes_nothing(desk: Desk) -> None:
    for path in ("", "/criteria/composure", "/criteria/experience", "/stages/phone"):
        before = desk.draft(), desk.events()
        assert at(desk, path).press().status_code == 303
        assert (desk.draft(), desk.events()) == before


def test_everything_on_the_page_is_saved_as_typed(desk: Desk) -> None:
    desk.set(
        order=["composure", "spoken_communication", "experience", "teamwork"],
        stage_order=["panel", "phone"],
        weight_composure=" 35,5 ",
        rationale_composure="Zwölf Anrufer\r\nam Tag  <b>&\"' 🙂",
        job_related_composure="Nervós",
        minimum_composure="2",
        minimum_spoken_communication="",
        weight_spoken_communication="34.5",
        required_teamwork="1",
        required_composure=[],
        stage_name_phone="Call <1>",
        stage_minutes_phone="25",
        stage_interviewers_phone="2",
        asks_phone=["teamwork", "spoken_communication"],
    )
    assert desk.saved() == ""
    was = small_rubric()
    spoken, calm, team, years = was.criteria
    expected = replace(
        was,
        criteria=(
            Weighted(
                replace(calm.criterion, job_related="Nervós"),
                Decimal("35.5"),
                "Zwölf Anrufer\nam Tag  <b>&\"' 🙂",
                minimum=2,
                required=False,
            ),
            replace(spoken, weight=Decimal("34.5"), minimum=None),
            years,
            replace(team, required=True),
        ),
        stages=(
            was.stages[1],
            replace(was.stages[0], name="Call <1>", minutes=25, interviewers=2, criteria=("spoken_communication", "teamwork")),
        ),
    )
    assert desk.draft() == (3, expected)
    assert desk.fields["rationale_composure"] == "Zwölf Anrufer\nam Tag  <b>&\"' 🙂"
    assert desk.events()[-1] == ("rubric_saved", {"version": 3})


def test_the_total_says_what_is_missing_or_too_much(desk: Desk) -> None:
    assert "Exactly 100" in desk.open().text
    desk.set(weight_composure="28.5").saved()
    page = desk.open().text
    assert ">98.5</output>" in page
    assert "1.5 points to give" in page
    assert "The weights total 98.5, not 100: 1.5 points are missing." in page
    desk.set(weight_composure="31").saved()
    assert "1 point too many" in desk.open().text


def test_buttons_move_share_and_remove(desk: Desk) -> None:
    assert desk.saved("down:spoken_communication") == "#criterion-spoken_communication"
    assert desk.saved("up:experience") == "#criterion-experience"
    assert desk.draft()[1].keys == ("composure", "spoken_communication", "experience", "teamwork")
    assert desk.saved("equal") == "#criteria"
    assert [item.weight for item in desk.draft()[1].criteria] == [Decimal(25)] * 4
    assert desk.saved("remove:composure") == "#criteria"
    rubric = desk.draft()[1]
    assert rubric.keys == ("spoken_communication", "experience", "teamwork")
    assert [stage.criteria for stage in rubric.stages] == [("spoken_communication",), ("teamwork",)]


def test_a_button_saves_what_was_typed_beside_it(desk: Desk) -> None:
    desk.set(weight_composure="12", rationale_teamwork="New reason").saved("up:teamwork")
    rubric = desk.draft()[1]
    assert rubric.keys == ("spoken_communication", "teamwork", "composure", "experience")
    assert (rubric.criteria[2].weight, rubric.criteria[1].rationale) == (Decimal(12), "New reason")


def test_criteria_come_from_the_library(desk: Desk) -> None:
    assert desk.set(add=["empathy", "education"]).saved("add") == "#criterion-education"
    assert desk.draft()[1].criteria[4:] == (Weighted(SHIPPED["empathy"].criterion), Weighted(SHIPPED["education"].criterion))
    page = desk.open().text
    assert page.count("In the rubric") == 6
    assert 'value="empathy" checked' not in page
    assert 'id="add-empathy"' not in page
    assert 'id="add-patience"' in page


def test_the_library_is_searched_and_nothing_typed_is_lost(desk: Desk) -> None:
    found = desk.set(find="calm under", weight_teamwork="abc", add=["patience"]).press("find")
    assert found.status_code == 200
    form = read(found).fields
    assert (form["weight_teamwork"], form["find"], desk.draft()[0]) == ("abc", "calm under", 2)
    assert "Calm under stress" in found.text
    assert 'id="add-empathy"' not in found.text
    nothing = desk.set(find="<xyz>").press("find").text
    assert "Nothing in the library matches “&lt;xyz&gt;”" in nothing


def test_an_own_criterion_is_made_and_written(desk: Desk) -> None:
    assert desk.set(own_name="Café bar", own_kind="rated").saved("own") == "/criteria/cafe_bar"
    desk.set(
        definition="Knows the bar.",
        job_related="Guests drink.",
        question_kind_0="situational",
        question_0="The machine breaks. What would you do?",
        probes_0="First?\r\n\r\n  Then?  ",
        **{f"anchor_{level}": f"Anchor {level}." for level in range(1, 6)},
    )
    assert desk.saved() == "#criterion-cafe_bar"
    assert desk.draft()[1].criteria[-1] == Weighted(
        Criterion(
            "cafe_bar",
            "Café bar",
            "Knows the bar.",
            job_related="Guests drink.",
            questions=(Question("situational", "The machine breaks. What would you do?", ("First?", "Then?")),),
            anchors=("Anchor 1.", "Anchor 2.", "Anchor 3.", "Anchor 4.", "Anchor 5."),
        )
    )


def test_an_own_requirement_says_what_is_asked(desk: Desk) -> None:
    assert desk.set(own_name="Driving licence", own_kind="requirement").saved("own") == "/criteria/driving_licence"
    desk.set(definition="May drive.", asked_for="Holds a licence for cars").saved()
    assert desk.draft()[1].criteria[-1].criterion == Criterion(
        "driving_licence",
        "Driving licence",
        "May drive.",
        kind=Kind.REQUIREMENT,
        rule=RequirementRule("driving_licence", "Holds a licence for cars"),
    )
    assert "Holds a licence for cars" in desk.open().text


def test_two_own_criteria_of_one_name_get_two_keys(desk: Desk) -> None:
    desk.set(own_name="Shift", own_kind="rated").saved("own")
    again = at(desk, "")
    assert again.set(own_name="Shift", own_kind="rated").saved("own") == "/criteria/shift_2"
    assert "Another criterion has the same name" in at(desk, "").open().text


def test_whatever_is_filled_in_is_done_with_save(desk: Desk) -> None:
    desk.set(add=["empathy"], own_name="Own", new_stage="Trial day").saved()
    rubric = desk.draft()[1]
    assert rubric.keys[4:] == ("empathy", "own")
    assert rubric.stages[-1] == Stage("trial_day", "Trial day")


def test_going_to_a_criterion_or_stage_saves_first(desk: Desk) -> None:
    desk.set(rationale_teamwork="Typed")
    assert desk.saved("criterion:teamwork:anchors") == "/criteria/teamwork#anchors"
    assert desk.draft()[1].criteria[2].rationale == "Typed"
    desk = at(desk, "")
    assert desk.set(rationale_teamwork="Again").saved("stage:phone") == "/stages/phone"
    assert desk.draft()[1].criteria[2].rationale == "Again"


def test_questions_are_changed_moved_and_removed(desk: Desk) -> None:
    one, two = SHIPPED["composure"].criterion.questions
    desk = at(desk, "/criteria/composure")
    assert desk.set(question_2="Third?", probes_2="Why?").saved("more") == "/criteria/composure#question_3"
    assert desk.saved("up:2") == "/criteria/composure#questions"
    third = Question("behavioural", "Third?", ("Why?",))
    assert desk.draft()[1].criteria[1].criterion.questions == (one, third, two)
    desk.saved("remove:0")
    assert desk.draft()[1].criteria[1].criterion.questions == (third, two)
    desk.set(question_0="", probes_0="").saved("next")
    assert desk.address.endswith("/criteria/teamwork")
    assert desk.draft()[1].criteria[1].criterion.questions == (two,)


def test_the_rule_of_experience(desk: Desk) -> None:
    desk = at(desk, "/criteria/experience")
    assert [desk.fields[f"same_{level}"] for level in range(2, 6)] == ["1", "12", "24", "48"]
    assert [desk.fields[f"related_{level}"] for level in range(2, 6)] == ["6", "24", "48", ""]
    desk.set(same_2="0", same_3="", same_5="60", related_2="", related_3="", related_4="", asked_field="shops").saved()
    assert desk.draft()[1].criteria[3].criterion.rule == ExperienceRule({2: 0, 4: 24, 5: 60}, {}, "shops")


def test_the_rule_of_education(desk: Desk) -> None:
    desk.set(add=["education"]).saved("add")
    desk = at(desk, "/criteria/education")
    desk.set(education_3="", education_5="master", equivalent_months="36", equivalent_to="bachelor", preferred="").saved()
    rule = EducationRule({2: "high_school", 4: "associate", 5: "master"}, 36, "bachelor")
    assert desk.draft()[1].criteria[4].criterion.rule == rule
    desk = at(desk, "/criteria/education")
    desk.set(equivalent_months="", equivalent_to="").saved()
    assert desk.draft()[1].criteria[4].criterion.rule == replace(rule, equivalent_months=None, equivalent_to=None)
    at(desk, "").set(minimum_education="4").saved()
    page = at(desk, "").open().text
    assert "Education is a hard minimum without “or equivalent experience”." in page
    assert "must be shown to be job-related" in page


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"equivalent_to": ""}, "equivalent experience needs both the months and the education they stand for"),
        ({"education_2": "doctorate"}, "a higher level may not ask for less than a lower one"),
        (dict.fromkeys(("education_2", "education_3", "education_4", "education_5"), ""), "give the education for at least one level"),
        ({"education_2": "phd"}, "Not a valid choice."),
        ({"equivalent_months": "721"}, "Enter a whole number from 1 to 720."),
    ],
)
def test_an_education_rule_that_cannot_be(desk: Desk, changes: dict[str, str], message: str) -> None:
    desk.set(add=["education"]).saved("add")
    desk = at(desk, "/criteria/education")
    refused = desk.set(**changes).press()
    assert refused.status_code == 422
    assert any(message in error for error in errors(refused))
    assert desk.draft()[0] == 3


def test_stages_are_added_renamed_moved_and_removed(desk: Desk) -> None:
    assert desk.set(new_stage="Probe-Tag").saved("add_stage") == "#stage-probe_tag"
    assert desk.set(stage_name_probe_tag="Trial day").saved("up_stage:probe_tag") == "#stage-probe_tag"
    assert desk.saved("remove_stage:phone") == "#stages"
    assert desk.draft()[1].stages == (Stage("probe_tag", "Trial day"), small_rubric().stages[1])


def test_a_stage_has_its_own_page(desk: Desk) -> None:
    desk = at(desk, "/stages/phone")
    desk.set(name="Call", minutes="480", interviewers="12", purpose="P", script="S\nS", closing="C", more=["teamwork"])
    assert desk.saved("up:composure") == "/stages/phone#asked"
    expected = Stage("phone", "Call", ("composure", "spoken_communication", "teamwork"), 480, 12, "P", "S\nS", "C")
    assert desk.draft()[1].stages[0] == expected
    desk.saved("remove:spoken_communication")
    desk.saved("down:composure")
    assert desk.saved() == "#stage-phone"
    assert desk.draft()[1].stages[0] == replace(expected, criteria=("teamwork", "composure"))


def test_a_page_that_does_not_list_what_is_there_leaves_it(desk: Desk) -> None:
    """A form cut short, or sent by a script with some fields only."""
    version, rubric = desk.draft()
    for path, name, value in (("", "rationale_composure", "Only this"), ("/stages/phone", "purpose", "Only that")):
        page = at(desk, path)
        sent = page.browser.post(page.address, {"version": page.fields["version"], name: value})
        assert sent.status_code == 303
    calm = replace(rubric.criteria[1], rationale="Only this")
    criteria = (rubric.criteria[0], calm, *rubric.criteria[2:])
    stages = (replace(rubric.stages[0], purpose="Only that"), rubric.stages[1])
    assert desk.draft() == (version + 2, replace(rubric, criteria=criteria, stages=stages))


def test_an_empty_rubric_can_be_filled(site: Site, hiring: HiringRound) -> None:
    recruiter = site.signed_in(hiring.people["recruiter"])
    made = recruiter.post("/openings/new", {"title": "Own job", "start": "empty"})
    opening = made.headers["Location"].split("/")[2]
    desk = Desk(recruiter, hiring, opening=opening)
    assert desk.press("equal").status_code == 303
    refused = desk.press("publish")
    assert refused.status_code == 422
    assert "Add at least one criterion that interviewers rate." in refused.text
    desk.set(add=["composure", "empathy"], new_stage="Screen").saved()
    desk.set(asks_screen=["composure", "empathy"]).saved("equal")
    assert desk.saved("publish") == "/versions/1"
    assert [(version.number, version.note) for version in desk.published()] == [(1, "")]
