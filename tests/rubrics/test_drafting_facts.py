"""Experience, education and languages as values, from sentences as employers write them."""

from __future__ import annotations

import pytest

from rubrics.drafting import Draft, draft


def listed(*items: str) -> Draft:
    """The draft of an advertisement that asks for these things."""
    return draft(
        "Customer Service Representative\nRequirements:\n" + "".join(f"- {item}\n" for item in (*items, "Excellent communication skills"))
    )


@pytest.mark.parametrize(
    ("item", "requirement", "minimum", "maximum"),
    [
        ("2+ years of customer service experience required", "required", 2, None),
        ("Minimum of two (2) years' experience in a call center", "required", 2, None),
        ("1-2 years of retail experience preferred", "preferred", 1, 2),
        ("At least six months of cash handling experience", "required", 0.5, None),
        ("6 months to 1 year experience in hospitality", "required", 0.5, 1),
        ("One year of related experience", "required", 1, None),
        ("No experience necessary, we will train you", "not_required", None, None),
        ("No prior experience required", "not_required", None, None),
        ("Experience is not necessary", "not_required", None, None),
        ("Prior customer service experience is a plus", "preferred", None, None),
        ("Previous experience in a similar role is desirable", "preferred", None, None),
        ("Experience with Zendesk or Freshdesk", "not_stated", None, None),
        ("Proficient in Excel with experience using CRM software", "not_stated", None, None),
        ("Must be at least 18 years of age", "not_stated", None, None),
        ("3 years experience working with the public", "required", 3, None),
        ("Minimum 1 year in a customer-facing role", "required", 1, None),
        ("Deliver an outstanding customer experience", "not_stated", None, None),
        ("Ensure every guest has a memorable experience", "not_stated", None, None),
        ("Proven experience as a receptionist or front office representative", "required", None, None),
        ("Previous restaurant experience preferred but not required", "preferred", None, None),
        ("18 months' call centre experience is essential", "required", 1.5, None),
        ("5+ yrs exp in B2B support", "required", 5, None),
        ("Two to three years of experience in customer service or sales", "required", 2, 3),
        ("Experience: 1 year (preferred)", "preferred", 1, None),
        ("Customer service: 2 years (Required)", "required", 2, None),
        ("Must have worked in a call center for at least one year", "required", 1, None),
        ("Experience dealing with customers face to face", "required", None, None),
        ("Experience preferred", "preferred", None, None),
        ("Freshers are welcome to apply", "not_required", None, None),
        ("0-2 years of experience", "required", 0, 2),
        ("Pay depends on experience", "not_stated", None, None),
        ("Gain valuable experience in a growing company", "not_stated", None, None),
        ("Minimum Experience: 2 Years", "required", 2, None),
        ("Ideally you will have 1 year of experience in customer support", "preferred", 1, None),
        ("Some customer service experience would be an advantage", "preferred", None, None),
        ("a minimum of 12 months experience within a contact centre environment", "required", 1, None),
        ("High school diploma and 2 years of experience, or a bachelor's degree", "required", 2, None),
        ("Equivalent combination of education and experience", "not_stated", None, None),
        ("Experience in the hospitality industry", "required", None, None),
        ("Retail or sales background preferred", "preferred", None, None),
        ("10 years or more in customer service", "required", 10, None),
        ("At least a year in retail", "required", 1, None),
        ("2 full years of experience", "required", 2, None),
        ("Between 2 and 4 years of experience", "required", 2, 4),
        ("24 months of experience in a call centre", "required", 2, None),
        ("Two years customer service", "required", 2, None),
        ("Consideration is given to candidates with previous experience", "preferred", None, None),
        ("Create an immersive and unforgettable dining experience", "not_stated", None, None),
        ("Excited about taking on new experiences", "not_stated", None, None),
        ("Experience using online software and project tools", "not_stated", None, None),
        ("Professional Experience in Tourism", "required", None, None),
        ("Experience in AutoCAD", "not_stated", None, None),
        ("Hands-on experience in office administration", "required", None, None),
        ("Experienced sales associate for our shop", "required", None, None),
        ("We are hiring experienced servers", "required", None, None),
        ("Must be experienced in customer service", "required", None, None),
        ("Learn from our experienced trainers", "not_stated", None, None),
        ("You've worked in customer service before", "required", None, None),
        ("Fine dining experience a must", "required", None, None),
        ("Management experience a plus", "preferred", None, None),
        ("Candidates with hotel experience will be preferred", "preferred", None, None),
        ("Experience, though not required, is appreciated", "preferred", None, None),
        ("Volunteer experience is welcome", "preferred", None, None),
        ("Experience in a shop gives you a clear edge", "preferred", None, None),
        ("Experience: less than 1 year", "required", 0, 1),
        ("No previous hotel or restaurant experience is required", "not_required", None, None),
        ("Grade 12 or 1 year of experience in a shop", "required", 1, None),
        ("2 years at a hotel desk (restaurant experience is a plus)", "required", 2, None),
        ("Two Years Experience in Hotel Sales", "required", 2, None),
        ("Fresher / Experienced", "not_required", None, None),
        ("Knowledge and experience of Microsoft Office", "not_stated", None, None),
        ("Experience: none required", "not_required", None, None),
        ("You are required to have worked in a hotel", "required", None, None),
        ("Four years of high school", "not_stated", None, None),
        ("No call center experience is required but customer service experience is a plus", "preferred", None, None),
    ],
)
def test_experience(item: str, requirement: str, minimum: float | None, maximum: float | None) -> None:
    found = listed(item).experience
    assert (found.requirement, found.asked.minimum, found.asked.maximum) == (requirement, minimum, maximum)


@pytest.mark.parametrize(
    ("item", "minimum", "preferred", "equivalent"),
    [
        ("High school diploma or GED required", "high_school", "not_stated", False),
        ("High school diploma or equivalent", "high_school", "not_stated", False),
        ("Bachelor's degree preferred", "not_stated", "bachelor", False),
        ("High school diploma required; bachelor's degree preferred", "high_school", "bachelor", False),
        ("Associate's or Bachelor's degree", "associate", "not_stated", False),
        ("Bachelor's degree or equivalent experience", "bachelor", "not_stated", True),
        ("No degree necessary", "none", "not_stated", False),
        ("A degree is not required", "none", "not_stated", False),
        ("GCSE grade C or above in English and Maths", "high_school", "not_stated", False),
        ("Some college preferred", "not_stated", "some_college", False),
        ("College degree a plus", "not_stated", "bachelor", False),
        ("Graduate in any discipline", "bachelor", "not_stated", False),
        ("12th pass or graduate", "high_school", "not_stated", False),
        ("At least a graduate", "bachelor", "not_stated", False),
        ("Graduates of any stream", "bachelor", "not_stated", False),
        ("KCSE grade C plain or above", "high_school", "not_stated", False),
        ("SPM or STPM", "high_school", "not_stated", False),
        ("Class 12 or plus two", "high_school", "not_stated", False),
        ("Many of our best hires have degrees", "not_stated", "bachelor", False),
        ("Degree in Business or related field, or relevant work experience", "bachelor", "not_stated", True),
        ("BA/BS required", "bachelor", "not_stated", False),
        ("Master's degree desirable", "not_stated", "master", False),
        ("HS Diploma/GED", "high_school", "not_stated", False),
        ("Sales associates must greet customers", "not_stated", "not_stated", False),
        ("High degree of accuracy", "not_stated", "not_stated", False),
        ("Two-year degree in hospitality", "associate", "not_stated", False),
        ("Currently enrolled in a college or university", "some_college", "not_stated", False),
        ("Minimum Grade 12", "high_school", "not_stated", False),
        ("AA degree or higher", "associate", "not_stated", False),
        ("High school diploma, GED, or equivalent work experience", "high_school", "not_stated", True),
        ("Education: Bachelor's (Preferred)", "not_stated", "bachelor", False),
        ("Diploma or certificate in customer service", "certificate", "not_stated", False),
        ("Bachelor's degree (or equivalent combination of education and experience)", "bachelor", "not_stated", True),
        ("Tuition reimbursement for degree programs", "not_stated", "not_stated", False),
        ("Education level: High School", "high_school", "not_stated", False),
        ("A bachelor's degree is preferred but not required", "not_stated", "bachelor", False),
        ("College diploma or university degree", "associate", "not_stated", False),
        ("Post-secondary education is an asset", "not_stated", "some_college", False),
        ("University degree; experience may be substituted for education", "bachelor", "not_stated", True),
        ("Secondary school certificate", "high_school", "not_stated", False),
        ("Ph.D. preferred", "not_stated", "doctorate", False),
        ("Vocational training or trade school certificate", "certificate", "not_stated", False),
        ("Completed high school education", "high_school", "not_stated", False),
        ("Year 12", "high_school", "not_stated", False),
        ("Higher professional education", "bachelor", "not_stated", False),
        ("Graduation in any stream", "bachelor", "not_stated", False),
        ("B.Tech or higher", "bachelor", "not_stated", False),
        ("Supports three senior associates, two associates and a manager", "not_stated", "not_stated", False),
        ("Scholarships that lead to a bachelor's degree", "not_stated", "not_stated", False),
        ("Bachelor&#039;s degree preferred", "not_stated", "bachelor", False),
        ("Degree not required", "none", "not_stated", False),
        ("You do not need a degree", "none", "not_stated", False),
        ("Higher technical education", "bachelor", "not_stated", False),
        ("Some vocational education is desirable", "not_stated", "certificate", False),
        ("Advanced university degree in law", "master", "not_stated", False),
        ("Undergraduate or graduate degree", "bachelor", "not_stated", False),
        ("Four years of college", "bachelor", "not_stated", False),
        ("College preferred", "not_stated", "some_college", False),
        ("Diploma of Nursing", "certificate", "not_stated", False),
        ("At least five CSEC subjects", "high_school", "not_stated", False),
        ("NQF level 4", "high_school", "not_stated", False),
        ("The position does not require special schooling or a college degree", "none", "not_stated", False),
        ("Diploma/Certificate/Degree in business", "certificate", "not_stated", False),
        ("High school diploma or equivalent (hotel management diploma preferred)", "high_school", "certificate", False),
        ("Bachelor's degree preferred (high school diploma required)", "high_school", "bachelor", False),
        ("NQF 5 in banking preferred", "not_stated", "certificate", False),
        ("High school diploma, some college preferred", "high_school", "some_college", False),
        ("You are required to have a degree", "bachelor", "not_stated", False),
        ("No degree required, but one year of college preferred", "none", "some_college", False),
        ("Business degree required, degree in art a plus", "bachelor", "not_stated", False),
        ("Bachelor`s degree preferred", "not_stated", "bachelor", False),
        ("A good command of English, at a level to greet guests", "not_stated", "not_stated", False),
        ("GCSE standard or equivalent, shop experience", "high_school", "not_stated", False),
        ("Associate's degree\n- Experience may be substituted for the required education", "associate", "not_stated", True),
        ("Matric\n- Diploma in tourism", "certificate", "not_stated", False),
        ("Matric\n- or a diploma in tourism", "high_school", "not_stated", False),
        ("No particular level of education is required", "none", "not_stated", False),
        ("There are no academic entry qualifications", "none", "not_stated", False),
        ("Education: none", "none", "not_stated", False),
        ("Education level: not important", "none", "not_stated", False),
        ("Twelfth grade education", "high_school", "not_stated", False),
        ("College certificate or diploma", "certificate", "not_stated", False),
        ("Graduation mandatory", "bachelor", "not_stated", False),
        ("At least second year college", "some_college", "not_stated", False),
        ("Technical degree", "bachelor", "not_stated", False),
        ("Grade 12 or 1 year of shop-related experience", "high_school", "not_stated", True),
        ("Bachelor's (Preferred)", "not_stated", "bachelor", False),
        ("You can start without any formal qualifications", "none", "not_stated", False),
    ],
)
def test_education(item: str, minimum: str, preferred: str, equivalent: bool) -> None:
    found = listed(item).education
    assert (found.minimum, found.preferred, found.equivalent_experience) == (minimum, preferred, equivalent)


def test_what_is_required_may_be_said_in_a_heading_or_in_an_answer() -> None:
    labelled = draft("Collector\nWe are hiring a collector.\n\nMinimum Qualification: Diploma\nExperience Level: Mid level\n\nApply now.")
    assert labelled.education.minimum == "certificate"
    asked = draft(
        "Desk Agent\nHarbour House is looking for an agent who is patient.\n\nFAQs\nWhich qualifications are needed?\n"
        "A high school diploma or equivalent is required.\nIs there parking?\nThere is. A degree in parking is no joke."
    )
    assert asked.education.minimum == "high_school"
    assert draft("Equal Opportunity\nWe hire whoever has a degree and whoever has none.").education.minimum == "not_stated"


def test_values_are_read_from_short_lines_without_a_list() -> None:
    found = draft(
        "Desk Agent\n\nHarbour House is looking for an agent. High school diploma or GED. Min. 3 yrs in a similar "
        "role. Full-time. Apply now."
    )
    assert (found.education.minimum, found.experience.asked.minimum) == ("high_school", 3)


def test_a_wish_stands_beside_the_requirement() -> None:
    found = listed("2 years of retail experience required", "Experience in a call center is a plus")
    assert (found.experience.requirement, found.experience.asked.minimum) == ("required", 2)
    assert found.experience.wished is not None
    assert [span.of(found.text) for span in found.experience.wished.evidence] == ["Experience in a call center is a plus"]
    assert [one.level for one in found.criteria if one.key == "experience"] == ["required"]


def test_what_is_not_needed_is_no_criterion() -> None:
    found = listed("No experience necessary", "No degree required")
    assert (found.experience.requirement, found.education.minimum) == ("not_required", "none")
    assert {one.key for one in found.criteria} == {"spoken_communication"}


def test_the_field_is_named_in_the_words_of_the_text() -> None:
    assert listed("At least 2 years of experience in a busy hotel").experience.asked.field == "busy hotel"
    assert listed("Proven call center experience").experience.asked.field == "call center"


@pytest.mark.parametrize(
    ("item", "languages"),
    [
        ("Fluent in English; Spanish is an advantage", [("English", "required"), ("Spanish", "preferred")]),
        ("Bilingual (French/English) required", [("French", "required"), ("English", "required")]),
        ("Mandarin or Cantonese speaker preferred", [("Mandarin", "preferred"), ("Cantonese", "preferred")]),
        ("Good spoken German", [("German", "required")]),
        ("Love of Italian food", []),
        ("GCSE English", []),
    ],
)
def test_languages(item: str, languages: list[tuple[str, str]]) -> None:
    assert [(spoken.name, spoken.level) for spoken in listed(item).languages] == languages


def test_the_company_s_own_years_are_nobody_s_experience() -> None:
    text = "We are hiring. The company has over 30 years of experience in banking.\nRequirements:\n- Patience\n- Must be 18 years old\n"
    assert draft(text).experience.requirement == "not_stated"


@pytest.mark.parametrize(
    ("duty", "names"),
    [
        ("Take reservations by phone", ["phone"]),
        ("Operate the switchboard and route calls", ["phone"]),
        ("Cold call prospective clients", ["phone"]),
        ("Help customers find products in the store", ["in_person"]),
        ("Take food and drink orders from guests", ["in_person"]),
        ("Meet with clients", ["in_person"]),
        ("Handle walk-ins", ["in_person"]),
        ("Reply to tickets in the queue", ["ticket"]),
        ("Sell tickets to visitors", []),
        ("Familiarity with ticketing systems", []),
        ("Must own a mobile phone", []),
    ],
)
def test_channels(duty: str, names: list[str]) -> None:
    text = f"Adviser\nHarbour Electric is looking for an adviser for customers, clients and shoppers.\nDuties:\n- {duty}\n- Keep order\n"
    assert [channel.name for channel in draft(text).channels] == names


@pytest.mark.parametrize("line", ["Experience in dealing with the public.", "Prior barista experience is helpful, but we will train."])
def test_experience_is_read_from_a_line_of_prose_that_begins_with_it(line: str) -> None:
    text = f"Agent\n\nHarbour House is looking for an agent. {line} Full-time, $18 per hour. Apply now."
    assert draft(text).experience.requirement in ("required", "preferred")
