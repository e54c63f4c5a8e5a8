"""Self-reported groups: brought in all or none by the analyst alone, matched without a word about whom, and deleted."""

from __future__ import annotations

import io

import pytest
from sqlalchemy import delete, select, update

from screening.database import Database
from screening.errors import Invalid, NotFound, Stale
from screening.models import Application, Candidate, Demographic, Event
from screening.policy import Hat
from screening.services import demographics, openings
from screening.services.demographics import Brought, Refused, Row
from tests.support import groups_round as groups
from tests.support.hiring_round import HiringRound, viewer_of
from tests.support.web import Site


def held(database: Database) -> dict[str, dict[str, str]]:
    """What is held, by reference."""
    with database.reading() as session:
        rows = session.execute(select(Application.reference, Demographic.attribute, Demographic.group).join(Application))
        found: dict[str, dict[str, str]] = {}
        for reference, attribute, group in rows:
            found.setdefault(reference, {})[attribute] = group
        return found


def problems(content: str) -> list[tuple[int, str, str]]:
    with pytest.raises(Refused) as refused:
        demographics.read(content.encode(), "groups.csv")
    return [(problem.row, problem.column, problem.message) for problem in refused.value.problems]


def test_rows_are_read_with_one_spelling_for_each_group() -> None:
    content = "E-mail,Ref,sex,Age group\n A@Example.org ,,Woman,40+\n,R-2,woman,Prefer not to say\n,R-3,,under 40\n"
    assert demographics.read(content.encode(), "groups.csv") == [
        Row(2, email="a@example.org", groups={"sex": "Woman", "Age group": "40+"}),
        Row(3, reference="R-2", groups={"sex": "Woman"}),
        Row(4, reference="R-3", groups={"Age group": "under 40"}),
    ]


def test_what_must_be_mended_is_told_by_row_and_column() -> None:
    assert problems("reference,sex\nR-1,woman\n,man\nR-1,man\nR-4," + "x" * 61) == [
        (3, "reference", "Nothing says whom this row is about. Fill it in, or delete the row."),
        (4, "reference", "“R-1” is in row 2 too. Leave one row for each person."),
        (5, "sex", "The text has 61 characters; 60 is the most."),
    ]
    many = "".join(f"R-{number},{number}\n" for number in range(21))
    assert problems(f"reference,shoe size\n{many}") == [
        (0, "shoe size", "There are 21 different values; 20 groups are the most. Put them into broader groups.")
    ]


@pytest.mark.parametrize("name", ["Name", "First name", "Phone", "Notes", "Date of birth", "DOB", "Home address"])
def test_columns_that_tell_who_somebody_is_are_refused(name: str) -> None:
    said = "This says who somebody is and is not kept here. Take it out; for an age, give age groups."
    assert problems(f"reference,{name},sex\nR-1,Somebody,woman\n") == [(0, name, said)]


@pytest.mark.parametrize(
    ("content", "column", "said"),
    [
        ("sex,age group\nwoman,40+\n", "sex", "No column says whom a row is about."),
        ("reference,email address\nR-1,a@example.org\n", "email address", "There are 0 columns of groups"),
        ("reference," + ",".join("abcdefghi") + "\nR-1,x\n", "i", "There are 9 columns of groups"),
        ("reference," + "y" * 61 + "\nR-1,x\n", "y" * 60, "This name has 61 characters; 60 is the most."),
    ],
)
def test_a_list_needs_one_sign_and_some_groups(content: str, column: str, said: str) -> None:
    ((row, at, message),) = problems(content)
    assert (row, at) == (0, column)
    assert message.startswith(said)


def test_candidates_are_matched_by_reference_address_or_identifier(hiring: HiringRound) -> None:
    groups.build(hiring)
    with hiring.database.reading() as session:
        identifier = session.scalars(select(Application.public_id).where(Application.reference == "red-2")).one()
    rows = ["red-0,,,green", ",RED-1@Example.org,,green", f",,{identifier},green", "red-3,red-3@example.org,,blue", "red-4,,,unknown"]
    # Nobody; two signs of two people; somebody without a group of their own.
    rows += ["nobody,,,green", "red-5,red-6@example.org,,green"]
    assert groups.bring_in(hiring, "reference,e-mail,identifier,team\n" + "\n".join(rows)) == Brought(matched=5, unmatched=2)
    assert held(hiring.database) == {
        "red-0": {"team": "green"},
        "red-1": {"team": "green"},
        "red-2": {"team": "green"},
        "red-3": {"team": "blue"},
    }


def test_a_later_list_takes_the_place_of_the_one_before(hiring: HiringRound) -> None:
    groups.build(hiring)
    assert groups.bring_in(hiring, groups.listed()) == Brought(60, 0)
    few = "reference,sex\n" + "".join(f"{reference},woman\n" for reference in groups.references("red"))
    assert groups.bring_in(hiring, few, seen=1) == Brought(30, 0)
    assert held(hiring.database) == {reference: {"sex": "woman"} for reference in groups.references("red")}


def test_nothing_is_brought_in_where_fewer_than_five_match_or_somebody_is_there_twice(hiring: HiringRound) -> None:
    groups.build(hiring)
    groups.bring_in(hiring, groups.listed())
    before = held(hiring.database)
    four = "reference,team\n" + "".join(f"red-{number},x\n" for number in range(4)) + "nobody,x\n"
    with pytest.raises(Invalid, match="fewer than 5 rows are about candidates"):
        groups.bring_in(hiring, four, seen=1)
    twice = "reference,e-mail,team\n" + "".join(f"red-{number},,x\n" for number in range(6)) + ",red-3@example.org,y\n"
    with pytest.raises(Invalid, match="Two rows are about the same candidate") as refused:
        groups.bring_in(hiring, twice, seen=1)
    assert "red-3" not in str(refused.value)
    assert held(hiring.database) == before


def test_a_list_changed_by_somebody_else_is_not_overwritten(hiring: HiringRound) -> None:
    groups.build(hiring)
    groups.bring_in(hiring, groups.listed())
    for act in (lambda: groups.bring_in(hiring, groups.listed()), lambda: forget(hiring, seen=0)):
        with pytest.raises(Stale, match="The list of groups was changed"):
            act()
    forget(hiring, seen=1)
    assert held(hiring.database) == {}


def forget(hiring: HiringRound, *, seen: int, who: str = "ivo") -> None:
    with hiring.database.transaction() as session:
        demographics.forget(session, viewer_of(session, hiring.people[who]), hiring.opening, seen=seen)


@pytest.mark.parametrize("who", ["admin", "recruiter", "manager", "ada", "cleo", "stranger"])
def test_nobody_else_brings_in_or_deletes(hiring: HiringRound, who: str) -> None:
    groups.build(hiring)
    with pytest.raises(NotFound):
        groups.bring_in(hiring, groups.listed(), who=who)
    groups.bring_in(hiring, groups.listed())
    with pytest.raises(NotFound):
        forget(hiring, seen=1, who=who)
    assert len(held(hiring.database)) == 60


def test_an_analyst_who_still_owes_a_card_is_let_in_nowhere(site: Site, hiring: HiringRound) -> None:
    with hiring.database.transaction() as session:
        recruiter = viewer_of(session, hiring.people["recruiter"])
        openings.set_hats(session, recruiter, hiring.opening, hiring.people["ada"], [Hat.IMPACT_ANALYST])
    ada = site.signed_in(hiring.people["ada"])
    for path in ("", "/groups"):
        assert ada.get(f"/openings/{hiring.opening}/impact{path}").status_code == 404
    assert ada.post(f"/openings/{hiring.opening}/impact/groups/delete", {"version": "0"}).status_code == 404


def test_ones_own_record_is_not_matched(hiring: HiringRound) -> None:
    groups.build(hiring)
    with hiring.database.transaction() as session:
        session.execute(update(Candidate).where(Candidate.email == "red-0@example.org").values(email="ivo@example.org"))
    assert groups.bring_in(hiring, groups.listed()) == Brought(59, 1)
    assert "red-0" not in held(hiring.database)


def test_groups_go_with_the_candidate(hiring: HiringRound) -> None:
    groups.build(hiring)
    groups.bring_in(hiring, groups.listed())
    with hiring.database.transaction() as session:
        session.execute(delete(Application).where(Application.reference == "red-0"))
    assert "red-0" not in held(hiring.database)
    assert len(held(hiring.database)) == 59


def test_the_record_says_how_many_and_nothing_of_whom(hiring: HiringRound) -> None:
    groups.build(hiring)
    groups.bring_in(hiring, groups.listed())
    forget(hiring, seen=1)
    with hiring.database.reading() as session:
        rows = session.execute(select(Event.action, Event.application_id, Event.detail).where(Event.action.like("demographics%")))
        assert [tuple(row) for row in rows.all()] == [
            ("demographics_imported", None, {"candidates": 60, "rows": 60}),
            ("demographics_deleted", None, {}),
        ]


def send(site: Site, hiring: HiringRound, content: str, version: str = "0"):
    browser = site.signed_in(hiring.people["ivo"])
    data = {"file": (io.BytesIO(content.encode()), "groups.csv"), "version": version}
    return browser, browser.post(f"/openings/{hiring.opening}/impact/groups", data, content_type="multipart/form-data")


def test_over_the_web_the_list_comes_in_and_goes_again(site: Site, hiring: HiringRound) -> None:
    groups.build(hiring)
    browser, answer = send(site, hiring, groups.listed() + "somebody else,red\n")
    impact = f"/openings/{hiring.opening}/impact"
    assert (answer.status_code, answer.headers["Location"]) == (303, impact)
    page = browser.get(impact).text
    assert "The groups of 60 candidates are held now, in place of any before. 1 row is about nobody in this opening and left out." in page
    assert "Delete all groups" in browser.get(f"{impact}/groups").text
    assert browser.post(f"{impact}/groups/delete", {"version": "0"}).status_code == 409
    assert browser.post(f"{impact}/groups/delete", {}).status_code == 428
    assert len(held(hiring.database)) == 60
    assert browser.post(f"{impact}/groups/delete", {"version": "1"}).status_code == 303
    assert held(hiring.database) == {}
    assert "No groups are held for this opening" in browser.get(impact).text


@pytest.mark.parametrize(
    ("content", "version", "status", "said"),
    [
        ("reference,sex\n,man\n", "0", 422, "Nothing says whom this row is about."),
        ("reference,sex\nnobody,man\n", "0", 422, "fewer than 5 rows are about candidates of this opening"),
        ("reference,sex\n", "0", 422, "The file names columns, but holds no row under them."),
        ('reference,sex\n"R-1,man\n', "0", 422, "the quotation mark"),
        ("%PDF-1.7", "0", 422, "The file is a PDF"),
        ("", "0", 422, "The file holds no text."),
        (groups.listed(), "", 428, "Reload the page"),
        (groups.listed(), "x" * 99, 422, "Reload the page"),
        (groups.listed(), "7", 409, "The list of groups was changed"),
    ],
)
def test_over_the_web_a_bad_list_changes_nothing(
    site: Site, hiring: HiringRound, content: str, version: str, status: int, said: str
) -> None:
    groups.build(hiring)
    _, answer = send(site, hiring, content, version)
    assert answer.status_code == status
    assert said in answer.text
    if status == 422 and version == "0":
        assert 'href="#file"' in answer.text
    assert held(hiring.database) == {}


def test_without_a_file_the_page_says_so(site: Site, hiring: HiringRound) -> None:
    browser = site.signed_in(hiring.people["ivo"])
    answer = browser.post(f"/openings/{hiring.opening}/impact/groups", {"version": "0"})
    assert answer.status_code == 422
    assert "Choose the file with the groups." in answer.text
