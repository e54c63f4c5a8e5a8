from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from hypothesis import HealthCheck, given, settings

from rubrics import editing
from rubrics.changes import Change, changes
from rubrics.model import Criterion, Kind, Question, Rubric, Source, Stage, Weighted
from rubrics.qualifications import EducationRule, RequirementRule
from tests.rubrics.strategies import rubrics

LISTENING = Criterion("listening", "Listening", questions=(Question("behavioural", "When?", ("And then?",)),))
LICENCE = Criterion("licence", "Licence", kind=Kind.REQUIREMENT, rule=RequirementRule("licence"))
BEFORE = Rubric(
    "Agent",
    (Weighted(LISTENING, Decimal("60.50")), Weighted(LICENCE, Decimal("39.50"))),
    (Stage("screen", "Screen", ("listening",)),),
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rubrics(), rubrics())
def test_there_is_no_change_only_between_equals(one: Rubric, other: Rubric) -> None:
    assert changes(one, one) == ()
    assert bool(changes(one, other)) == (one != other)


def test_a_criterion_is_compared_part_by_part() -> None:
    written = replace(
        LISTENING,
        name="Active listening",
        definition="Listens.",
        job_related="Needed.",
        anchors=("", "", "Hears.", "", ""),
        questions=(*LISTENING.questions, Question("situational", "What if?")),
        sources=(Source("a.txt", "1"),),
    )
    after = replace(BEFORE, criteria=(Weighted(written, Decimal(60), "Why not", 3, required=True), BEFORE.criteria[1]))
    assert changes(BEFORE, after) == (
        Change("Active listening", "Name", "Listening", "Active listening"),
        Change("Active listening", "Weight", "60.5", "60"),
        Change("Active listening", "Why this weight", "", "Why not"),
        Change("Active listening", "Minimum", "", "level 3"),
        Change("Active listening", "Must be assessed", "No", "Yes"),
        Change("Active listening", "Definition", "", "Listens."),
        Change("Active listening", "How it serves the job", "", "Needed."),
        Change("Active listening", "Anchor 3", "", "Hears."),
        Change(
            "Active listening", "Questions", "When? (behavioural)\n– And then?", "When? (behavioural)\n– And then?\nWhat if? (situational)"
        ),
        Change("Active listening", "Other names and sources"),
    )


def test_rules_are_compared_in_words() -> None:
    asked = replace(LICENCE, rule=RequirementRule("licence", "Yes"))
    assert changes(BEFORE, editing.with_criterion(BEFORE, asked)) == (Change("Licence", "Rule", "", "Yes"),)
    school = Criterion("school", "School", kind=Kind.EDUCATION, rule=EducationRule({2: "high_school"}))
    one = Rubric("R", (Weighted(school),))
    other = editing.with_criterion(one, replace(school, rule=EducationRule({2: "high_school"}, 24, "high_school")))
    (change,) = changes(one, other)
    assert change == Change(
        "School",
        "Rule",
        "Recorded, not asked for (level 2 from High school diploma or equivalent)",
        "or 2 years of relevant experience (level 2 from High school diploma or equivalent; "
        "2 years of relevant experience counts as High school diploma or equivalent)",
    )


def test_what_comes_goes_and_moves() -> None:
    calm = Weighted(Criterion("calm", "Calm"), Decimal(5))
    grown = replace(BEFORE, criteria=(BEFORE.criteria[1], calm, BEFORE.criteria[0]))
    assert changes(BEFORE, grown) == (
        Change("Calm", "Added", "", "weight 5"),
        Change("Criteria", "Order", "Listening, Licence", "Licence, Listening"),
    )
    assert changes(grown, editing.remove(grown, "calm")) == (Change("Calm", "Removed", "weight 5", ""),)


def test_stages_are_compared_part_by_part() -> None:
    panel = Stage("panel", "Panel")
    two = replace(BEFORE, stages=(*BEFORE.stages, panel))
    assert changes(BEFORE, two) == (Change("Panel", "Stage added"),)
    assert changes(two, BEFORE) == (Change("Panel", "Stage removed"),)
    assert changes(two, editing.move_stage(two, "panel", -1)) == (Change("Stages", "Order", "Screen, Panel", "Panel, Screen"),)
    changed = Stage("screen", "Call", (), 20, 2, "Find out.", "Hello.", "Bye.")
    assert changes(BEFORE, editing.with_stage(BEFORE, changed)) == (
        Change("Call", "Name", "Screen", "Call"),
        Change("Call", "Minutes", "45", "20"),
        Change("Call", "Interviewers", "1", "2"),
        Change("Call", "Purpose", "", "Find out."),
        Change("Call", "Opening script", "", "Hello."),
        Change("Call", "Closing", "", "Bye."),
        Change("Call", "Asks for", "Listening", ""),
    )
    assert changes(BEFORE, replace(BEFORE, title="Agents")) == (Change("Rubric", "Title", "Agent", "Agents"),)
