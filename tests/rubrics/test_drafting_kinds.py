"""Which kind of text it is: advertisements and articles in plain prose, and what asks nothing of anybody. All texts here are made up."""

from __future__ import annotations

import pytest

from rubrics.drafting import Draft, draft
from rubrics.drafting.model import Genre

MEMO = """To everyone at the desk

Summer is close and the library will be full. Please greet every visitor who comes through the door, even if you are on the phone. Smile.
Some of our visitors have never used a computer, so be patient and show them twice if need be. Let people finish before you answer. If
somebody gets loud, do not argue. Thank you all for another good year."""

MISTAKES = """Four mistakes that call center agents make

1. Interrupting the caller
Let the customer finish. You will learn what the matter is only if you hear all of it.

2. Taking it personally
An angry caller is angry at the situation. Stay calm and keep your voice even.

3. Sounding bored
Callers hear whether you smile. A cheerful tone costs nothing.

4. Eating at the desk
It is unprofessional, and everybody can hear it."""

PROFILE = """What bank tellers do

Tellers cash checks, take deposits and answer questions about accounts. Most tellers have a high school diploma and are trained on the job
for about a month. Because they handle large sums, tellers must be accurate and honest. They spend the whole day with customers, so they
have to speak clearly. Experience in retail will give them an edge."""

GUIDES = """Guidelines for volunteer guides

Guides are the face of the museum. Visitors remember the guide long after they have forgotten the paintings. Be on time for your tours and
call the office if you are ill. Dress neatly. Be friendly to visitors of all ages. Work with the other guides, and swap tours when somebody
needs help."""

NOTHING = (
    "How we moved our support to a new platform\n\n"
    "In March our support team moved to a ticket system. The first week was chaos. Agents lost tickets, and customers wrote twice. We "
    "learned that communication is everything. The new system is reliable, and our agents like it.",
    "Tipping in Europe\n\n"
    "In France service is included. You can leave a few coins if the waiter was friendly. Be polite and pay in cash where you can. "
    "Never feel pressured to tip for poor service. Guests who stay several nights may leave something for the housekeepers.",
    "Why every shop needs a loyalty program\n\n"
    "Customers who feel valued come back. Be flexible with rewards: some customers prefer discounts. Communicate clearly how points "
    "are earned. Always test your program first. Shops that listen to their customers sell more.",
    "Preparing for a visit\n\n"
    "Visitors should register at the reception. Please be patient if there is a queue. Be respectful of other patients and keep your "
    "voice down. Our staff are happy to help with any questions.",
    "Choosing a CRM\n\n"
    "A CRM must be flexible, reliable and easy to use. Your sales representatives need to find customers quickly. Good reporting "
    "skills are built in. Support by phone was patient and friendly at two of nine vendors.",
    "Why I will never fly with them again\n\n"
    "The agent who answered was rude. She put me through to another agent, who was friendly but could not help. A third "
    "representative told me to write. In the end a polite young man at the counter solved my problem.",
    "What managers get wrong about call centers\n\n"
    "They measure the wrong numbers. They change schedules at short notice. They do not listen to agents, who know what customers "
    "complain about. Be patient with new ones, and save on nothing but paper.",
    "Requirements\n\nPython 3.11 or later, and a database. The installer must be flexible enough for all systems. See the notes below.",
)


def keys(found: Draft) -> set[str]:
    return {asked.key for asked in found.criteria}


@pytest.mark.parametrize(
    ("text", "criteria"),
    [
        (MEMO, {"positive_attitude", "patience", "active_listening"}),
        (MISTAKES, {"active_listening", "composure", "positive_attitude", "professionalism"}),
        (PROFILE, {"professionalism", "spoken_communication", "attention_to_detail", "education", "experience"}),
        (GUIDES, {"reliability", "professionalism", "positive_attitude", "teamwork"}),
    ],
)
def test_a_short_article_that_tells_those_who_serve_what_to_do_is_read(text: str, criteria: set[str]) -> None:
    found = draft(text)
    assert (found.genre, keys(found)) == (Genre.ARTICLE, criteria)


@pytest.mark.parametrize("text", NOTHING, ids=lambda text: text.split("\n")[0])
def test_stories_and_advice_to_others_ask_nothing(text: str) -> None:
    assert (draft(text).genre, keys(draft(text))) == (Genre.OTHER, set())


def test_an_article_is_read_in_sentences_without_any_sign_but_not_in_its_stories_and_questions() -> None:
    article = (
        "Good agents\n\nCall center agents need many skills and qualities. An agent must stay calm. {} Customers call an agent "
        "with a problem, "
        "and the best agents listen to customers before they answer."
    )
    assert "empathy" in keys(draft(article.format("Empathy and tact are the bedrock of the work of every agent.")))
    assert "empathy" not in keys(draft(article.format("Is it empathy? Last year an agent had empathy and lost his job.")))
    assert "technical_proficiency" not in keys(draft(article.format("A ticketing system and a CRM stand on each desk.")))


@pytest.mark.parametrize("heading", ["Requirements", "Job Requirements:", "Qualifications and Skills", "Required Experience"])
def test_prose_below_a_heading_that_names_requirements_makes_an_advertisement(heading: str) -> None:
    found = draft(
        "Records Analyst\n\nThe analyst works with the archive in the cellar of the main building and keeps its shelves in order.\n\n"
        f"{heading}\nKeeps calm under pressure. Has an eye for detail. Punctual every day of the week. High school diploma required."
    )
    assert found.genre.is_advertisement
    assert keys(found) == {"composure", "attention_to_detail", "reliability", "education"}


def test_a_sentence_that_leads_to_a_list_says_what_the_list_is_about() -> None:
    found = draft(
        "Receptionist\n\nWe are hiring. Our vision as a hotel is: patience with all who stay here. Whoever applies for this post must have "
        "each and every one of the following qualities: • Punctual • Good listening skills • Adaptability\n\nBenefits\nPension"
    )
    assert keys(found) == {"reliability", "active_listening", "adaptability"}


def test_what_is_offered_in_the_midst_of_what_is_wanted_stays_silent() -> None:
    found = draft(
        "Agent\nWe are hiring.\nRequirements\nPatience is a must. For your work we offer a competitive salary, dental insurance and a "
        "lively team atmosphere. You will have the opportunity to develop your communication skills.\n"
    )
    assert keys(found) == {"patience"}
