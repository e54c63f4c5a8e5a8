"""Reading a job text: what it asks for, how strongly, and in which words. All texts here are made up."""

from __future__ import annotations

import contextlib
import csv
import json
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rubrics import library
from rubrics.drafting import Draft, UnreadableText, draft
from rubrics.drafting.model import Confidence, Genre, Level
from rubrics.drafting.phrases import Phrasebook
from rubrics.drafting.sources import MAX_BYTES, MAX_CHARACTERS
from rubrics.drafting.words import stem, words
from rubrics.errors import RubricError

HEADINGS = Path(__file__).with_name("seed_headings.csv")

ADVERTISEMENT = """Guest Services Agent

Harbour House is a family hotel. We are a friendly, patient and supportive team.

What you'll do
- Welcome guests at the front desk and answer their calls and e-mails
- Escalate complaints that you cannot settle to the duty manager

What we look for
- Calm under pressure, patient and polite
- Good with computers; typing skills are not required
- Attention to detail is a plus
- Must be over 18

Benefits
- Professional development, flexible hours and a positive working environment

How to apply
Send your resume and say how your communication skills have helped a guest.
"""


def asked(text: str | bytes) -> set[str]:
    return {found.key for found in draft(text).criteria}


def listed(item: str) -> Draft:
    """The draft of an advertisement that asks for this one thing."""
    return draft(f"Guest Service Agent\nWe are looking for a colleague.\nRequirements:\n- {item}\n- Valid passport\n")


def quotes(found: Draft, key: str) -> list[str]:
    return [span.of(found.text) for one in found.criteria if one.key == key for span in one.evidence]


def test_an_advertisement_gives_what_it_asks_for_and_nothing_of_what_it_offers() -> None:
    found = draft(ADVERTISEMENT)
    assert (found.genre, found.title, found.text) == (Genre.ADVERTISEMENT, "Guest Services Agent", ADVERTISEMENT)
    assert {(one.key, one.level) for one in found.criteria} == {
        ("escalation", Level.REQUIRED),
        ("composure", Level.REQUIRED),
        ("patience", Level.REQUIRED),
        ("positive_attitude", Level.REQUIRED),
        ("technical_proficiency", Level.REQUIRED),
        ("attention_to_detail", Level.PREFERRED),
    }
    assert quotes(found, "patience") == ["Calm under pressure, patient and polite"]
    assert [channel.name for channel in found.channels] == ["phone", "email", "in_person"]
    assert [wanted.name for wanted in found.unlisted] == ["Minimum age"]
    assert {why for _, why in found.passed_over} == {"the employer about itself", "what the employer offers", "how to apply"}


@pytest.mark.parametrize(
    ("item", "keys"),
    [
        ("Strong oral/written communication skills", {"spoken_communication", "written_communication"}),
        ("Excellent communication, presentation, and listening skills", {"spoken_communication", "active_listening"}),
        ("Able to put yourself in the customer's shoes", {"empathy"}),
        ("Highly organised, with the ability to prioritise", {"time_management"}),
        ("Highly organized, with the ability to prioritize", {"time_management"}),
        ("Sound judgement", {"decision_making"}),
        ("Solution-oriented thinker", {"problem_solving"}),
        ("Works well with others", {"teamwork"}),
        ("Ability to de-escalate tense situations", {"conflict_resolution"}),
        ("Refer unresolved complaints to the supervisor", {"escalation"}),
        ("Excellent attendance record", {"reliability"}),
        ("Meet monthly sales targets", {"sales_persuasion"}),
        ("Comfortable serving people from all walks of life", {"cultural_competence"}),
        ("Experience with Zendesk", {"technical_proficiency"}),
        ("Flexible schedule, including weekends", set()),
        ("Reliable transportation", set()),
        ("Professional growth opportunities", set()),
        ("Manage your communication preferences", set()),
        ("No typing skills are needed", set()),
        ("Patient care technician", set()),
        ("Join our friendly team", set()),
    ],
)
def test_phrases_and_what_only_looks_like_them(item: str, keys: set[str]) -> None:
    assert {found.key for found in listed(item).criteria} == keys


@pytest.mark.parametrize(
    ("item", "level"),
    [
        ("Empathy", Level.REQUIRED),
        ("Empathy preferred", Level.PREFERRED),
        ("Empathy would be a plus", Level.PREFERRED),
        ("Ideally you bring empathy", Level.PREFERRED),
        ("Spanish preferred, empathy required", Level.REQUIRED),
        ("Empathy required, Spanish preferred", Level.REQUIRED),
    ],
)
def test_a_wish_is_no_requirement(item: str, level: Level) -> None:
    assert [found.level for found in listed(item).criteria if found.key == "empathy"] == [level]


def test_a_heading_makes_wishes_of_what_stands_below_it_until_one_requirement_says_otherwise() -> None:
    text = "Agent\nWe are hiring.\nRequirements:\n- Patience\nNice to have:\n- Patience\n- Diplomacy\n"
    assert {one.key: one.level for one in draft(text).criteria} == {"patience": Level.REQUIRED, "conflict_resolution": Level.PREFERRED}


def test_an_advertisement_of_other_work_is_read_more_strictly() -> None:
    text = (
        "Welder\nWe are looking for a welder to join our workshop. You will work closely with people and drive sales. "
        "The shop has three bays.\nDuties:\n- Understand product drawings and escalate to the foreman\n"
        "- Collaborate with the other welders\n"
        + "- Weld frames, cut plates and grind seams in three bays of the workshop\n" * 6
        + "Requirements:\n- Attention to detail\n- Good communication skills\n- Patience\n"
    )
    found = draft(text)
    assert found.genre is Genre.OTHER_WORK
    assert {one.key for one in found.criteria} == {"teamwork", "attention_to_detail", "spoken_communication", "patience"}


def test_lost_line_breaks_are_found_again() -> None:
    text = (
        "Requirements Must be reliableAbility to multitask under pressure.Friendly manner Benefits We offer patience training. "
        "We are hiring an agent to join our team."
    )
    assert asked(text) == {"reliability", "time_management", "composure", "positive_attitude"}
    one_line = "We are hiring. JOB REQUIREMENTS:• Good communication skills.• Must be patient with callers• Eye for detail"
    assert asked(one_line) == {"spoken_communication", "patience", "attention_to_detail"}


def test_a_managers_notes_are_enough() -> None:
    found = draft("good communicator\npatience\nknows Excel\nteam player")
    assert found.genre is Genre.NOTES
    assert {one.key for one in found.criteria} == {"spoken_communication", "patience", "technical_proficiency", "teamwork"}


def test_an_article_on_what_agents_need_is_read_by_its_headings_and_its_advice() -> None:
    text = """What makes a good call center agent?
Callers remember for years how they were treated by an agent, and a call center lives on that memory. These are the skills and the
qualities that matter most to anybody who wants to work as an agent.

Patience
A good agent lets callers finish, also when they begin their story for the third time. Agents should never rush anybody.

Listening Skills
An agent must hear what a caller means, which is not always what the caller says. Without it nothing that follows will help.

Our software
Our software must be flexible and friendly.

Read more: ten degree programs with strong communication skills
"""
    found = draft(text)
    assert found.genre is Genre.ARTICLE
    assert {one.key for one in found.criteria} == {"patience", "active_listening"}


@pytest.mark.parametrize(
    "text",
    [
        "Choosing a help desk. The software must be reliable and flexible. A good system helps customers with patience and saves time. "
        * 4,
        "Manage your communication preferences. Accept all cookies. See also: ten affordable degree programs.",
        "Our museum opens at nine. Tickets are sold at the door, and the garden is free on Sundays.",
    ],
)
def test_a_text_that_asks_nothing_gives_an_empty_draft_that_says_so(text: str) -> None:
    found = draft(text)
    assert (found.genre, found.criteria, found.unlisted) == (Genre.OTHER, (), ())
    assert found.remark == "This text does not seem to ask anything of people: no criterion was drafted."


def test_another_language_is_said_to_be_unread() -> None:
    text = "Wir suchen eine freundliche und geduldige Person für unseren Empfang. Sie sprechen gut und schreiben sicher. " * 5
    assert draft(text).remark.startswith("This text does not seem to be in English")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("", "There is no text. Paste"),
        (" \n\t ", "There is no text. Paste"),
        ("•••• ---", "There are no words in this text."),
        ("Patience. " * (MAX_CHARACTERS // 9), "at most 50,000 are read"),
        (b"a" * (MAX_BYTES + 1), "at most 1 MB is read"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(200), "This is not a text file."),
    ],
)
def test_what_cannot_be_read_is_refused_in_words(given: str | bytes, message: str) -> None:
    with pytest.raises(UnreadableText, match=message):
        draft(given)


def posting(**more: object) -> str:
    return json.dumps({"@context": "https://schema.org", "@type": "JobPosting", "title": "Agent &amp; host", **more})


def test_a_job_posting_is_read_by_its_parts() -> None:
    found = draft(
        posting(
            description="&lt;p&gt;We are looking for an agent.&lt;/p&gt;<ul><li>Empathy</li><li>Problem&#45;solving skills</li></ul>",
            jobBenefits="Patience is rewarded",
            experienceRequirements={"@type": "OccupationalExperienceRequirements", "monthsOfExperience": 18},
            educationRequirements={"@type": "EducationalOccupationalCredential", "credentialCategory": "associate degree"},
        )
    )
    assert found.title == "Agent & host"
    assert {one.key for one in found.criteria} == {"empathy", "problem_solving", "experience", "education"}
    assert (found.experience.asked.minimum, found.education.minimum) == (1.5, "associate")
    assert quotes(found, "empathy") == ["Empathy"]


def test_a_page_is_read_without_its_marks_or_by_the_posting_that_it_carries() -> None:
    page = "<html><style>.patience{}</style><h2>Requirements</h2><ul><li>Empathy<li>Eye for detail</ul></html>"
    assert asked(page) == {"empathy", "attention_to_detail"}
    script = f'<script type="application/ld+json">[{posting(qualifications="Patience with callers; a team player")}]</script>'
    assert asked(f"<html><p>Empathy</p>{script}</html>") == {"patience", "teamwork"}


def test_the_headings_of_the_sources_name_their_criteria() -> None:
    with HEADINGS.open(newline="", encoding="utf-8") as file:
        rows = [(row["heading"].lstrip("0123456789.- "), set(row["criteria"].split())) for row in csv.DictReader(file) if row["criteria"]]
    named = [(heading, keys) for heading, keys in rows if not heading.startswith(("paragraph", "closing"))]
    found = {heading: {one.key for one in listed(heading).criteria} for heading, _ in named}
    assert {heading: found[heading] - keys for heading, keys in named if found[heading] - keys} == {}
    silent = {heading for heading, _ in named if not found[heading]}
    assert silent <= {"Implementation", "Adaptation", "Performance Skills", "Organization", "Sensitivity"}
    assert len(silent) <= 5


def test_every_rated_criterion_can_be_found_by_its_aliases() -> None:
    missed = {
        key: [alias for alias in entry.criterion.aliases if key not in {one.key for one in listed(alias).criteria}]
        for key, entry in library.criteria().items()
        if entry.criterion.is_rated
    }
    read = {key: len(library.criteria()[key].criterion.aliases) - len(rest) for key, rest in missed.items()}
    assert {key: count for key, count in read.items() if count < 0.7 * len(library.criteria()[key].criterion.aliases)} == {}


@pytest.mark.parametrize(
    ("phrase", "text", "found"),
    [
        ("solve problem", "Solving problems, solved a problem", ["Solving problems"]),
        ("=patient", "patient patients", ["patient"]),
        ("solve .. problem", "solve each and every problem", ["solve each and every problem"]),
        ("solve .. problem", "solve it for us and other people: a problem", []),
        ("listen &skills", "listening, talking and writing skills", ["listening, talking and writing skills"]),
        ("listen &skills", "listening to people with skills", []),
        ("^ sales $", "sales, sales team and sales", ["sales", "sales"]),
        ("keep very? calm", "keep calm, keep very calm", ["keep calm", "keep very calm"]),
        ("@calm person", "a quiet person", ["quiet person"]),
    ],
)
def test_the_signs_of_phrases(phrase: str, text: str, found: list[str]) -> None:
    run = words(text, 0, len(text))
    hits = Phrasebook([("it", phrase)], {"calm": ["calm", "quiet"]}).search(run)
    assert [text[run[hit.first].start : run[hit.last - 1].end] for hit in hits] == found


@pytest.mark.parametrize("phrase", ["^ $", "..", ".. calm", "@nobody calm", "calm? quiet?"])
def test_a_phrase_that_cannot_be_is_refused(phrase: str) -> None:
    with pytest.raises(RubricError):
        Phrasebook([("it", phrase)], {})


def test_stems_join_inflections_and_spellings_and_nothing_else() -> None:
    assert {stem(form) for form in ("organise", "organized", "organising", "organizes")} == {"organiz"}
    assert {stem(form) for form in ("policy", "policies")} == {"policy"}
    assert len({stem(form) for form in ("custom", "customer", "care", "cars", "business", "busy", "will", "willing")}) == 8


def test_confidence_says_whether_it_was_asked_or_mentioned() -> None:
    text = "We are hiring an agent to join us. Agents are patient with callers and keep order.\nRequirements:\n- Empathy\n"
    assert {one.key: one.confidence for one in draft(text).criteria} == {"patience": Confidence.LIKELY, "empathy": Confidence.CLEAR}


PIECES = st.sampled_from(
    [
        *(
            "Requirements:\n",
            "- ",
            "• ",
            "communication skills",
            "2-3 years",
            "experience",
            "a plus",
            "<li>",
            "&amp;",
            "{",
            '"@type"',
            "degree",
        ),
        *(";", "\n\n", "We are hiring", "no", "Patience", "é", "\u2028", ":", "(", "or equivalent", "English"),
    ]
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.one_of(st.text(max_size=300), st.lists(PIECES, max_size=60).map(" ".join), st.lists(PIECES, max_size=60).map("".join)))
def test_no_text_breaks_it_and_every_place_is_in_the_text(text: str) -> None:
    try:
        found = draft(text)
    except UnreadableText:
        return
    spans = [span for one in (*found.criteria, *found.unlisted) for span in one.evidence]
    spans += [span for span, _ in found.passed_over] + [one.evidence for one in (*found.languages, *found.channels)]
    spans += [*found.experience.asked.evidence, *found.education.minimum_evidence, *found.education.preferred_evidence]
    assert all(0 <= span.start < span.end <= len(found.text) and span.of(found.text).strip() for span in spans)
    assert all(one.evidence for one in found.criteria)


@settings(max_examples=25, deadline=None)
@given(st.binary(max_size=400))
def test_no_bytes_break_it(given_bytes: bytes) -> None:
    with contextlib.suppress(UnreadableText):
        draft(given_bytes)


def calls(text: str) -> int:
    count = 0

    def note(frame: object, event: str, argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(note)
    try:
        draft(text)
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize("piece", ["a", "aB", "a;", "two or ", "communication ", "some college or ", "<li>x", "a:", "2 years "])
def test_hostile_text_takes_no_longer_than_its_length(piece: str) -> None:
    """Counted in calls, which no other work on the machine can change."""
    half, whole = (piece * 5_000)[:5_000], (piece * 10_000)[:10_000]
    draft(half)  # fills what is kept between texts
    assert calls(whole) < 2.5 * calls(half) + 2_000


WANTED = (
    "What we are looking for",
    "What you will need",
    "What makes you a great fit",
    "You might be a fit if you",
    "We'd love to hear from you if",
    "Who you are",
    "Skills you will need to have",
)
OFFERED = ("What you will get", "Why you'll love working here", "What we can offer you", "What you can expect from us", "Our offer")
TO_DO = ("What you will do", "What you will be doing", "How you will contribute", "What does the role involve?", "Your impact")


@pytest.mark.parametrize("mark", ["{}", "{}:", "## {}", "**{}**"])
@pytest.mark.parametrize(
    ("wanted", "offered", "to_do"), [(one, OFFERED[at % len(OFFERED)], TO_DO[at % len(TO_DO)]) for at, one in enumerate(WANTED)]
)
def test_headings_of_every_day_part_a_text(wanted: str, offered: str, to_do: str, mark: str) -> None:
    """What is offered comes right before what is wanted, so that a heading that is not seen costs everything below it."""
    found = draft(
        f"Customer adviser\n\n{mark.format(to_do)}\n- Calm down upset callers and find fair solutions\n\n"
        f"{mark.format(offered)}\n- A supportive team with great communication\n- Training in active listening\n\n"
        f"{mark.format(wanted)}\n- Patience\n- Attention to detail\n- At least two years of experience in a call centre\n"
    )

    assert {asked.key for asked in found.criteria} == {"conflict_resolution", "patience", "attention_to_detail", "experience"}
    assert found.experience.asked.minimum == 2


def test_an_advertisement_is_known_by_its_headings_where_it_has_no_lists() -> None:
    found = draft(
        "Data engineer\n\nWhat you'll do\nBuild pipelines and own the schedule of their runs.\n\nWhat we're looking for\n"
        "5+ years of software engineering\nBS in Computer Science or equivalent experience\n\nBenefits\nPatient and empathetic managers."
    )

    assert {asked.key for asked in found.criteria} == {"experience", "education"}
    assert (found.experience.asked.minimum, found.education.minimum) == (5, "bachelor")


def test_short_sentences_are_not_notes() -> None:
    found = draft("How to repot a plant\nChoose a larger pot. Be patient: roots take weeks. Good communication with your nursery helps.")

    assert (found.genre, found.criteria) == (Genre.OTHER, ())
