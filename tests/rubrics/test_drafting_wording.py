"""The many ways of asking for the same thing, and of saying something else in the same words. All texts here are made up."""

from __future__ import annotations

import pytest

from rubrics.drafting import Draft, draft
from rubrics.drafting.model import Genre
from rubrics.drafting.passages import MAX_SENTENCE, passages
from rubrics.drafting.words import stem

WORDINGS = {
    "spoken_communication": "an excellent telephone manner|eloquent|a confident speaker|"
    "can get a message across|explains things in plain English|"
    "strong command of English|explains without jargon|able to convey information clearly",
    "written_communication": "flawless grammar|a knack for writing|able to draft correspondence|well-written emails|"
    "clear written replies|copywriting skills",
    "active_listening": "a good listener|lends an ear|able to probe for information|listens to understand|"
    "lets the caller finish|listens without interrupting|pays attention to what is said",
    "empathy": "puts yourself in others' shoes|kind-hearted|understands how customers feel|sensitivity towards the elderly|"
    "sees things through the customer's eyes|concern for others|acknowledges their frustration",
    "patience": "the patience of a saint|takes time to explain|even-tempered|bears with confused callers|"
    "willing to repeat explanations|never rushes a customer",
    "composure": "keep your cool|grace under fire|not easily rattled|bounces back from setbacks|good coping skills|nerves of steel|"
    "calm replies|does not take things personally|able to stand pressure",
    "problem_solving": "finds solutions|thinks outside the box|a creative approach to problems|solves issues before they arise|"
    "troubleshoots faults|gets to the bottom of things|enjoys puzzles",
    "decision_making": "think on your feet|quick on your feet|makes the right call|good sense|able to decide independently|"
    "timely decisions|accurate judgment|willing to take decisions alone",
    "conflict_resolution": "turns furious callers into happy ones|smooths things over|a peacemaker|finds common ground|tact and diplomacy|"
    "a good negotiator|handles rude callers",
    "product_knowledge": "knows the menu|a product expert|familiar with our services|knowledge of coffee|"
    "understands the menu and the wine list|beer knowledge",
    "technical_proficiency": "a fast typist|has used a till|good with gadgets|can learn new software quickly|cash register experience|"
    "comfortable with tablets|knowledge of Word|10-key",
    "time_management": "sense of urgency|multitask|methodical|a good planner|keeps on top of things|keeps many balls in the air|"
    "works in a timely manner|time conscious|able to organize a busy day",
    "adaptability": "rolls with the punches|nimble|open-minded|willing to try changes|ready for anything|wears many hats|"
    "willing to help in other departments|ready to accept extra duties",
    "teamwork": "plays well with others|as part of a small team|no ego|pulls together with the team|"
    "shares knowledge with the team|supports team goals|helps each other",
    "interpersonal_skills": "a people person|charismatic|able to get on with people|makes people feel at ease|bubbly|"
    "a warm personality|deals with people at all levels|wins trust quickly",
    "cultural_competence": "open to other cultures|at ease with people from all walks of life|diversity awareness|"
    "treats everyone equally|culturally aware",
    "learning_and_feedback": "coachable|willing to acquire new skills|a curious mind|wants to grow|"
    "able to follow instructions|takes criticism well|"
    "takes direction|strives to broaden knowledge|seeks coaching",
    "professionalism": "discretion|presentable|high personal standards|adheres to company policies and procedures|"
    "dresses smartly|trustworthy and respectful|a respectful manner",
    "reliability": "punctual|can be relied on|turns up on time|does what you say|keeps promises|someone we can count on|"
    "shows up|takes responsibility for mistakes|arrives ten minutes before the shift",
    "positive_attitude": "easy-going|a bright personality|cordial|glass half full|a can-do attitude|fun-loving|"
    "a lively person|stays positive|positive energy",
    "customer_focus": "goes the extra mile|eager to help|customer handling skills|strives to exceed expectations|"
    "anticipates guests' needs|gets satisfaction from helping|gives the best possible service",
    "sales_persuasion": "a flair for sales|a born salesperson|business development skills|smashes monthly targets|"
    "influencing skills|closes the deal|reaches revenue goals",
    "escalation": "asks for help when needed|flag issues to management|know your limits|raise issues with your manager|"
    "hands complaints over to a supervisor|forwards unresolved cases",
    "attention_to_detail": "no detail too small|sweats the details|able to spot errors|works accurately|keen eye|"
    "in an accurate manner|keeps accurate notes|must be accurate",
}

FRAMES = (
    "The ideal candidate has {}.",
    "The successful candidate will have {}.",
    "Must have {}.",
    "You have {}.",
    "You bring {}.",
    "You will need {}.",
    "Applicants should have {}.",
    "This position requires {}.",
    "{} are essential.",
    "{} required.",
    "{} are a plus.",
    "We expect {}.",
    "We are looking for someone with {}.",
    "If you have {}, we would like to hear from you.",
    "Qualifications: {}.",
    "Requirements include {}.",
    "Candidates with {} are preferred.",
    "He or she should have {}.",
    "The incumbent must possess {}.",
    "Strong candidates show {}.",
    "It takes {}.",
    "Someone who has {}.",
    "The job calls for {}.",
)

WITH_CUSTOMERS = (
    "Service Adviser\n\nHarbour Electric is seeking an adviser for its contact centre, where customers and clients call with questions on "
    "service. {} Full-time, $18 per hour. To apply, send your resume to the office.\n"
)

OTHER_WORK = (
    "Staff Accountant\n\nHarbour Electric is seeking a staff accountant for the finance department, who closes the books each month and "
    "prepares statements for the auditors and the board. {} Full-time, $48,000 per year. To apply, send your resume to the office. The "
    "ledgers of four subsidiaries are kept in nine currencies, and the budget is prepared each autumn by the controller and the heads of "
    "departments, together with the board. The closing of the year falls into January and keeps the whole department busy for two weeks, "
    "in which the tax return is prepared and the inventory of the plants is counted, valued and reconciled with the ledger of the group.\n"
)

SAID_OF_ITSELF = (
    "Our team is friendly, patient and supportive.",
    "We pride ourselves on excellent communication and teamwork.",
    "We value diversity and respect.",
    "We offer flexible hours and a positive working environment.",
    "You will receive training in conflict resolution and active listening.",
    "Join our energetic and outgoing team!",
    "Our mission is to deliver a memorable experience to every guest.",
    "We will teach you all you need to know about our products.",
    "Salary depends on experience.",
    "Competitive pay, tuition reimbursement for a bachelor's degree.",
    "Our platform helps teams collaborate and solve problems faster.",
    "We have over 20 years of experience in hospitality.",
)


def keys(found: Draft) -> set[str]:
    return {asked.key for asked in found.criteria}


def listed(item: str) -> Draft:
    return draft(f"Guest Service Agent\nWe are looking for a colleague.\nRequirements:\n- {item}\n- Valid passport\n")


@pytest.mark.parametrize("key", WORDINGS)
def test_everyday_wordings_are_read(key: str) -> None:
    assert [wording for wording in WORDINGS[key].split("|") if key not in keys(listed(wording))] == []


@pytest.mark.parametrize("frame", FRAMES)
@pytest.mark.parametrize(("text", "genre"), [(WITH_CUSTOMERS, Genre.ADVERTISEMENT), (OTHER_WORK, Genre.OTHER_WORK)])
def test_a_quality_named_in_a_sentence_is_read_without_any_heading(text: str, genre: Genre, frame: str) -> None:
    asked = frame.format("excellent communication skills, patience and attention to detail")
    found = draft(text.format(asked[0].upper() + asked[1:]))
    assert (found.genre, keys(found)) == (genre, {"spoken_communication", "patience", "attention_to_detail"})


@pytest.mark.parametrize("said", SAID_OF_ITSELF)
@pytest.mark.parametrize("place", ["{}", "About us\n{}", "What we offer\n- {}"])
def test_what_the_employer_says_of_itself_stays_silent(place: str, said: str) -> None:
    text = "Guest Service Agent\n\nHarbour House is looking for a colleague at its desk.\n\n{}\n\nRequirements:\n- Valid passport\n"
    assert keys(draft(text.format(place.format(said)))) == set()


@pytest.mark.parametrize(
    "item",
    [
        "Ability to follow a recipe",
        "Carry out oral and written instructions",
        "You don't need to be chatty",
        "Reliably commute to Harbour Street",
        "Precision grinding of parts",
        "Contact key decision makers",
        "Ensure the integrity of the records",
        "Keep a clean and organized workspace",
        "Proficiency in one of these languages: Polish or Czech",
    ],
)
def test_words_that_only_look_like_a_demand(item: str) -> None:
    assert keys(listed(item)) == set()


def test_of_other_work_what_concerns_customers_must_be_called_a_quality() -> None:
    assert keys(draft(OTHER_WORK.format("Excellent customer service skills are a must."))) == {"customer_focus"}
    assert keys(draft(OTHER_WORK.format("The accountant works on product plans and helps to grow sales."))) == set()


def test_a_list_of_duties_and_benefits_is_an_advertisement_without_the_word() -> None:
    found = draft("Adviser\n\nDuties\n- Answer calls of customers, clients and guests\n\nPatience is essential.\n\nBenefits\n- Pension\n")
    assert (found.genre, keys(found)) == (Genre.ADVERTISEMENT, {"patience"})


def test_what_is_offered_asks_nothing_even_where_it_speaks_of_what_you_need() -> None:
    offered = "A benefits package with the rest you need to deliver great service."
    assert keys(draft(f"Agent\nWe are hiring.\nBenefits\n{offered}\nDuties\n- Sweep the hall\n")) == set()


def test_rules_of_a_house_are_no_advertisement() -> None:
    found = draft(
        "Bringing your own laptop\n\nYou will need to register it. Please apply the updates each week. Temporary passwords are sent by the "
        "service desk. Be careful and precise when you enter your name, and keep confidential data on the server."
    )
    assert (found.genre, found.criteria) == (Genre.OTHER, ())


def test_typeset_blanks_bullets_and_entities_are_read_as_plain_ones() -> None:
    text = (
        "Agent\u00a0wanted\nWe are hiring.\nRequirements\n"
        "\uf0b7\u00a0Verbal\u00a0&amp; written communication\u00a0skills\n\uf0b7 Self\u2011control\n"
    )
    found = draft(text)
    assert (found.text, keys(found)) == (text, {"spoken_communication", "written_communication", "composure"})


@pytest.mark.parametrize(
    ("lost", "criteria"),
    [
        ("Valid passportGood listening skillsBe punctual2+ years of retail experienceMS Office skills", 2),
        ("Be punctualGood listening skills3 to 5 years of experience in retailMS Office skillsGED", 3),
    ],
)
def test_lost_line_breaks_before_small_words_figures_and_capitals(lost: str, criteria: int) -> None:
    found = draft(f"Guest Service Agent\n\nWe are looking for a colleague.\n\nRequirements\n{lost}\n\nBenefits\nPension")
    assert keys(found) >= {"active_listening", "reliability", "technical_proficiency", "experience"}
    assert found.experience.asked.minimum == criteria


def test_no_sentence_is_longer_than_what_is_looked_for_at_once() -> None:
    text = "ask for help when " * 2_000
    found = passages(text)
    assert max(passage.end - passage.start for passage in found) <= MAX_SENTENCE
    assert sum(len(passage.words) for passage in found) == 8_000


def test_short_words_keep_their_stems() -> None:
    assert {stem(form) for form in ("see", "sees", "seeing")} == {"see"}
    assert (stem("eyes"), stem("uses"), stem("us")) == (stem("eye"), stem("use"), "us")
