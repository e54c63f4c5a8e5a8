"""The copies that leave the hiring team: what they say, and what they must not hold anywhere."""

from __future__ import annotations

import html
import re
import unicodedata
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache

from hypothesis import given
from hypothesis import strategies as st

from reports.copies import own_copy, records_copy
from reports.documents import CandidateSummary, DecisionLine, HeldFact, InterviewLine, QualificationLine
from reports.editions import LABELS, TOLD, Edition, document_name, record_number
from reports.redaction import Person, Redactor
from reports.render import summary_html
from tests.reports import papers
from tests.reports.factories import QUALIFICATIONS, candidate_summary, criterion, mark, small_summary

APPLICATION = "PHNbX9piRIxA2yqtKYBHcw"
CANDIDATE = Person("Zofia Wiśniewska-Łęcka", "zofia@example.org", "+48 600 123 456", "CSR-0117")
TEAM = (Person("Ana Petrović", "ana@northgate.example"), Person("Marcus Bell"), Person("Inês Carvalho"), Person("Leila Haddad"))
OTHERS = (Person("Dae-hyun Seo", "seo@example.org"), CANDIDATE)
RELATIVE = {"rank": None, "tied": False, "ranked": 0, "candidates": 0, "low": None, "high": None, "other": None}


def without_names() -> CandidateSummary:
    """The ordinary summary as it is made for others, with names in what people wrote."""
    letters = {"Ana Petrović": "Interviewer A", "Marcus Bell": "Interviewer B", "Inês Carvalho": "Interviewer C"}
    summary = small_summary()
    lines = tuple(
        replace(line, marks=tuple(replace(one, interviewer=letters[one.interviewer]) for one in line.marks)) for line in summary.criteria
    )
    noted = replace(
        lines[0].marks[0], note="Zofia was clearer than Dae-hyun Seo, as Marcus said. Ring 600 123 456 or zofia@example.org (CSR-0117)."
    )
    lines = (replace(lines[0], marks=(noted, *lines[0].marks[1:])), *lines[1:])
    return replace(
        summary,
        criteria=lines,
        recommendations=tuple(replace(line, interviewer=letters[line.interviewer]) for line in summary.recommendations),
        decisions=tuple(replace(line, who="Recruiter", undone_by=line.undone_by and "Recruiter") for line in summary.decisions),
    )


HELD = (
    HeldFact("Name", CANDIDATE.name),
    HeldFact("E-mail", CANDIDATE.email),
    HeldFact("How you came to us", "Leila Haddad told me", by_team=True),
)
INTERVIEWS = (
    InterviewLine("Phone screen", datetime(2026, 11, 3, 9, tzinfo=UTC), "Ana’s room", 1),
    InterviewLine("Role play", None, "", 2),
)


@cache
def own() -> CandidateSummary:
    return own_copy(without_names(), Redactor(TEAM, OTHERS).but(CANDIDATE), held=HELD, interviews=INTERVIEWS)


@cache
def records() -> CandidateSummary:
    return records_copy(without_names(), Redactor(TEAM, OTHERS).also(CANDIDATE), application_id=APPLICATION)


@cache
def pdf_of(summary: CandidateSummary) -> bytes:
    return papers.summary_pdf(summary)


def text_of(summary: CandidateSummary) -> str:
    """Everything in the page that is no markup, with what stands in attributes."""
    return html.unescape(re.sub(r"</?[a-z0-9]+|/?>", " ", summary_html(summary, templates=papers.TEMPLATES)))


def test_every_edition_has_a_label_that_fits_the_running_head_and_a_sentence() -> None:
    assert {edition.label for edition in Edition} == set(LABELS.values())
    assert {edition.told for edition in Edition} == set(TOLD.values())
    assert max(len(edition.label) for edition in Edition) <= 40


def test_the_file_of_a_records_request_is_named_after_nobody() -> None:
    names = {
        edition: document_name(edition, candidate="Zofia Wiśniewska", opening="Agent", application_id=APPLICATION) for edition in Edition
    }

    assert names == {
        "full": "Zofia Wiśniewska - Agent",
        "manager": "Zofia Wiśniewska - Agent",
        "own": "Zofia Wiśniewska - Agent - own copy",
        "records": "Candidate summary - Record PHNbX9pi",
    }


def test_the_records_copy_replaces_known_names_in_every_text_and_says_how_many() -> None:
    made = records()

    assert made.criteria[0].marks[0].note == "[name] was clearer than [name], as [name] said. Ring [phone] or [e-mail] ([reference])."
    assert (made.candidate, made.reference, made.edition) == ("Record PHNbX9pi", "", Edition.RECORDS)
    assert made.replaced == ("3 names", "1 e-mail address", "1 phone number", "1 reference")
    assert replace(made.criteria[0], marks=()) == replace(without_names().criteria[0], marks=())
    assert made.criteria[1:-1] == without_names().criteria[1:-1]


def test_the_first_page_of_a_records_request_says_that_it_must_be_read() -> None:
    first, *more = papers.pages(pdf_of(records()))

    assert first.startswith(
        "CANDIDATE SUMMARY Record PHNbX9pi Customer service representative · Panel interview Read all free text before you release this"
        " paper. The candidate’s name and reference are replaced, interviewers are letters and deciders are called by their role. In what"
        " people wrote, marks in square brackets stand for 3 names, 1 e-mail address, 1 phone number, 1 reference. Only what the software"
        " knows can be replaced: not nicknames, misspelt names, other people, or what tells who somebody is without a name."
    )
    assert "Recruiter, 21 Nov 2026" in first
    assert all("Records request: names replaced" in page for page in (first, *more))


def test_neither_title_nor_metadata_of_a_records_request_name_anybody() -> None:
    assert papers.metadata(pdf_of(records())) | {"/Producer": ""} == {
        "/Title": "Candidate summary: Record PHNbX9pi, Customer service representative",
        "/Author": "Northgate City Services",
        "/CreationDate": "D:20261122140500Z",
        "/Producer": "",
    }
    assert b"Zofia" not in pdf_of(records())


def test_a_record_of_nobody_named_says_so() -> None:
    made = records_copy(small_summary(), Redactor([]), application_id=APPLICATION)

    assert made.replaced == ()
    assert "What people wrote holds no name that the software knows." in papers.pages(papers.summary_pdf(made))[0]


def test_the_own_copy_holds_nothing_that_comes_from_other_people() -> None:
    made = own()

    assert {name: getattr(made, name) for name in RELATIVE} == RELATIVE
    assert (made.incomplete, made.sureness, made.by_adjusted, made.edition) == ((), "", False, Edition.OWN)
    assert made.score == small_summary().score
    assert made.criteria[0].marks[0].note == (
        "Zofia was clearer than [name], as [name] said. Ring 600 123 456 or zofia@example.org (CSR-0117)."
    )
    assert made.held == (*HELD[:2], HeldFact("How you came to us", "[name] told me", by_team=True))
    assert made.interviews[0].place == "[name]’s room"


def test_the_own_copy_has_the_plain_total_where_places_follow_the_adjusted_one() -> None:
    adjusted = replace(without_names(), by_adjusted=True, score=4.4, other=3.7)

    assert own_copy(adjusted, Redactor([]), held=(), interviews=()).score == 3.7


def test_the_own_copy_in_full() -> None:
    text = " ".join(papers.pages(pdf_of(own())))

    for words in (
        "YOUR APPLICATION: WHAT IS RECORDED ABOUT YOU Zofia Wiśniewska-Łęcka Customer service representative · CSR-0117 This is what"
        " Northgate City Services holds about you for this job, as it stood on 22 Nov 2026:",
        "Each interviewer rates what you said and did on a scale from 1 to 5, for each thing that the job asks for. Level 1 is the lowest"
        " and 5 the highest",
        "The mean of your ratings, weighted like that, is 3.78 of 5. It rests on 3 interview cards and on 100 % of the weight;",
        "From your application Recorded Name Zofia Wiśniewska-Łęcka E-mail zofia@example.org How you came to us [name] told me",
        "Your interviews When Where Interviewers Phone screen 3 Nov 2026 [name]’s room 1 Role play Not fixed Not recorded 2",
        "The decision about you waits Waiting for the second role play, which the fire alarm cut short. Taken back by a recruiter on"
        " 21 Nov 2026: The role play has taken place. Recruiter, 19 Nov 2026",
        "You go on to the next step Listening and warmth are the strongest of the round.",
        "Interviewer B Role play Clearly for you Best role play of the round",
        "Interviewer C Panel interview Against Lost her calm",
        "What the job asks for Asked Recorded Level by the published rule Experience 12 months with customers, 24 preferred",
        "Your ratings, with what was written for them Interviewer A Phone screen; Interviewer B Role play; Interviewer C Panel interview.",
        "4 Plain, well-ordered answers;",
        "Interviewer A Zofia was clearer than [name], as [name] said.",
        "What this copy leaves out Who the interviewers are, and names of other people in their notes:",
    ):
        assert words in text
    for word in ("of 7", "9 candidates", "Place", "Range", "adjusted", "Spread", "Petrović", "Bell", "Haddad", "ranked"):
        assert word not in text
    assert text.count("The candidate’s own copy") == len(papers.pages(pdf_of(own())))


def test_no_rule_of_pdf_ua_1_is_broken() -> None:
    assert papers.failed_rules(pdf_of(own())) == 0
    assert papers.failed_rules(pdf_of(records())) == 0


# Names that the fixed words of the papers do not hold, in several scripts and shapes.
NAMES = st.sampled_from(
    [
        "Žofie Křížková",
        "Anne-Marie O’Neill",
        "王小明",
        "김 민수",
        "Αθηνά Παπαδοπούλου",
        "ליאת כהן",
        "Đặng Thu Thảo",
        "Jürgen Groß",
        "Tomás de la Vega",
    ]
)
SPELLINGS = st.sampled_from(
    [
        str,
        str.upper,
        str.lower,
        lambda name: unicodedata.normalize("NFD", name),
        lambda name: name.split()[-1],
        lambda name: name.split()[0],
    ]
)


@given(NAMES, NAMES, SPELLINGS, st.sampled_from(["{}", "Met {}, twice.", "“{}”", "{}’s turn", "({})"]))
def test_no_known_name_survives_anywhere_in_a_records_request(candidate: str, member: str, spell: object, sentence: str) -> None:
    typed = sentence.format(spell(candidate)) + " and " + sentence.format(spell(member))  # type: ignore[operator]
    decision = DecisionLine(
        "hold", typed, "Recruiter", datetime(2026, 11, 3, tzinfo=UTC), "Recruiter", datetime(2026, 11, 4, tzinfo=UTC), typed
    )
    fact: QualificationLine = replace(QUALIFICATIONS[0], name=typed, asked=typed, fact=typed, rule=typed)
    line = criterion(
        typed, [replace(mark(4, typed, interviewer="Interviewer A", stage=typed, not_assessed=""), revised=3, revised_note=typed)]
    )
    final = replace(line.marks[0], final=2, final_reason=typed, level=2)
    summary = candidate_summary(
        candidate=candidate,
        reference="R-77",
        opening=typed,
        organisation=typed,
        stage=typed,
        criteria=(replace(line, marks=(*line.marks, final), anchors=(typed,) * 5),),
        qualifications=(fact,),
        recommendations=tuple(
            replace(one, interviewer="Interviewer A", stage=typed, reason=typed) for one in small_summary().recommendations
        ),
        decisions=(decision, replace(decision, undone_by="", undone_at=None, undone_reason="")),
        sureness=typed,
    )
    made = records_copy(summary, Redactor([Person(candidate), Person(member)]), application_id=APPLICATION)
    said = plain(text_of(made))

    for name in (candidate, member):
        for word in re.findall(r"[^\W\d_]{2,}", plain(name)):
            if word not in ("de", "la"):
                assert not re.search(rf"(?<![^\W\d_]){word}(?![^\W\d_])", said), (name, word)
    assert made.decisions[0].reason.count("[name]") >= 1


def plain(text: str) -> str:
    """Another way to compare: no case, no accents; Korean put together."""
    bare = "".join(letter for letter in unicodedata.normalize("NFKD", text.casefold()) if unicodedata.category(letter) != "Mn")
    return unicodedata.normalize("NFC", bare).replace("đ", "d")


def test_a_record_is_called_by_the_start_of_its_identifier() -> None:
    assert record_number(APPLICATION) == "Record PHNbX9pi"
