"""Candidates from a file: columns, cells, rows."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest

from rubrics.qualifications import Facts
from screening.errors import Invalid
from screening.services import importing
from screening.services.candidates import Details
from screening.services.importing import Entry, Repeat, values
from screening.spreadsheets import Sheet, read_sheet
from tests.support.lists import RUBRIC

DATA = Path(__file__).parent / "data"


OFFERED = importing.targets(RUBRIC)


def sheet_of(text: str) -> Sheet:
    return read_sheet(text.encode(), "list.csv")


def checked(text: str, existing: list[Details] | None = None, **options: Any) -> importing.Check:
    sheet = sheet_of(text)
    return importing.check(sheet, importing.guess(sheet.header, OFFERED), OFFERED, RUBRIC, existing or [], **options)


def problems(text: str, existing: list[Details] | None = None, **options: Any) -> list[str]:
    return [str(problem) for problem in checked(text, existing, **options).problems]


# Columns


@pytest.mark.parametrize(
    ("header", "targets"),
    [
        (["Name", "E-Mail", "Tel."], ["name", "email", "phone"]),
        (["FIRST_NAME", "Surname", "Email Address"], ["first_name", "last_name", "email"]),
        (["First name", "Name"], ["first_name", "last_name"]),
        (["Full name", "First name", "Last name"], ["name", "", ""]),
        (["Full name", "First name"], ["name", ""]),
        (["Candidate ID", "Ref. No."], ["reference", ""]),
        (["Years of experience", "Experience (months)"], ["experience_years", "experience_months"]),
        (["Highest degree", "Field of study", "Shoe size"], ["education", "education_field", ""]),
        (["can work NIGHT shifts", "Stage", "Kind of work"], ["requirement:night_shifts", "stage", "relatedness"]),
        (["night_shifts", "requirement:night_shifts"], ["requirement:night_shifts", ""]),
        (["Industry", "Comments", "How did you hear about us?"], ["experience_field", "notes", "source"]),
    ],
)
def test_columns_are_guessed_from_their_names(header: list[str], targets: list[str]) -> None:
    assert importing.guess(header, OFFERED) == dict(zip(header, targets, strict=True))


def test_every_label_and_key_is_guessed_as_itself() -> None:
    for key, target in OFFERED.items():
        assert importing.guess([target.label], OFFERED) == {target.label: key}
        assert importing.guess([key], OFFERED) == {key: key}


def test_without_a_published_rubric_there_are_no_stages_and_no_requirements() -> None:
    assert importing.targets(RUBRIC).keys() - importing.targets(None).keys() == {"stage", "requirement:night_shifts"}


@pytest.mark.parametrize(
    ("mapping", "faults"),
    [
        ({"A": "name", "B": "", "C": ""}, {}),
        ({"A": "first_name"}, {}),
        ({"A": "email"}, {"": "Choose the column that holds the candidates’ names, or the two with first and last name."}),
        (
            {"A": "name", "B": "email", "C": "email"},
            {"C": "“B” is set to “E-mail address” too. Choose one of the two columns."},
        ),
        (
            {"A": "name", "B": "last_name"},
            {"B": "“A” holds the whole name already. Leave this column out, or set that one to a part of the name."},
        ),
        (
            {"A": "name", "B": "experience_years", "C": "experience_months"},
            {"C": "“B” says the experience in years already. Choose one of the two columns."},
        ),
    ],
)
def test_what_a_mapping_lacks_is_said_at_its_column(mapping: dict[str, str], faults: dict[str, str]) -> None:
    assert importing.faults(mapping, OFFERED) == faults


def test_the_sample_can_be_brought_in_as_it_is() -> None:
    header, rows = importing.sample(OFFERED)
    text = io.StringIO()
    csv.writer(text).writerows([header, *rows])
    result = checked(text.getvalue())
    assert result.problems == ()
    assert result.entries[1] == Entry(
        3,
        Details(
            name="Tomasz Zieliński",
            email="tomasz.zielinski@example.org",
            phone="01632 960102",
            reference="0002",
            source="Employee referral",
            facts=Facts(8, "related", "Retail", "bachelor", "Tourism", {"night_shifts": False}),
        ),
        "phone",
    )


# Cells


@pytest.mark.parametrize(
    ("cell", "unit", "months"),
    [
        ("2.5", "years", 30),
        ("2,5", "years", 30),
        ("18", "months", 18),
        ("18 months", "years", 18),
        ("2.5 years", "months", 30),
        ("2 years 3 months", "years", 27),
        ("2 Years, 3 Months", "months", 27),
        ("1 yr and 6 mos.", "years", 18),
        ("3y", "months", 36),
        ("0", "years", 0),
        ("0.3333333333333333", "years", 4),
        ("0.04", "years", 0),
        ("0.5", "months", 1),
        ("60", "years", 720),
    ],
)
def test_a_length_of_time_becomes_whole_months(cell: str, unit: str, months: int) -> None:
    assert values.months(cell, unit=unit) == months


@pytest.mark.parametrize(
    "cell", ["five", "-1", "5+", "2-3", "1,200 months", "years", "1 2", "12345", "٣", "nan", "1e3", "2 weeks", "1" + " " * 9_000 + "y"]
)
def test_what_is_no_length_of_time_is_refused(cell: str) -> None:
    with pytest.raises(Invalid, match=r"is not a length of time\. Write it as 2\.5, “2\.5 years” or “30 months”\."):
        values.months(cell, unit="years")


def test_more_than_a_working_life_is_refused_with_the_unit_of_the_column() -> None:
    with pytest.raises(Invalid) as refused:
        values.months("61", unit="years")
    assert str(refused.value) == "“61” is more than the limit of 60 years (720 months); the column is in years."


def test_choices_may_be_written_in_several_ways() -> None:
    text = """Name,Education,Kind of work,Night shifts,Stage
A,B.Sc.,the same kind of work,TRUE,Panel
B,bachelor’s degree,RELATED,n,phone
C,"Some college, no degree",other work,0,Phone screen
D,Ph.D.,,,
"""
    read = [(e.details.facts.education, e.details.facts.relatedness, e.details.facts.requirements, e.stage) for e in checked(text).entries]
    assert read == [
        ("bachelor", "same", {"night_shifts": True}, "panel"),
        ("bachelor", "related", {"night_shifts": False}, "phone"),
        ("some_college", "other", {"night_shifts": False}, "phone"),
        ("doctorate", None, {}, "phone"),
    ]


def test_texts_are_kept_as_they_stand() -> None:
    text = 'Name,ID,Notes\nNA,007,"=1+1\nnull"\nO’Brien-N/A,1E5,+46\nZoe\u0308,TRUE,\n'
    assert [(e.details.name, e.details.reference, e.details.notes) for e in checked(text).entries] == [
        ("NA", "007", "=1+1\nnull"),
        ("O’Brien-N/A", "1E5", "+46"),
        ("Zoë", "TRUE", ""),
    ]


def test_every_cell_at_fault_is_named_by_row_and_column() -> None:
    text = f"""Name,E-mail,Phone,Experience,Kind of work,Highest degree,Night shifts,Stage,Notes
Ana,not an address,,five,near,GCSE,maybe,Final,
,b@example.org,,,,,,,
"C
D",c@example.org,{"1" * 41},,,,,,{"n" * 4001}
{"n" * 201},,,,,,,,
"""
    assert problems(text) == [
        "Row 2, column “E-mail”: “not an address” is not an e-mail address such as name@example.org.",
        "Row 2, column “Experience”: “five” is not a length of time. Write it as 2.5, “2.5 years” or “30 months”.",
        "Row 2, column “Kind of work”: “near” is not one of the values that can be read: same; related; other.",
        "Row 2, column “Highest degree”: “GCSE” is not one of the values that can be read: No school certificate; High school diploma or "
        "equivalent; Vocational certificate; Some college, no degree; Associate's degree; Bachelor's degree; Master's degree; Doctorate.",
        "Row 2, column “Night shifts”: “maybe” is neither “yes” nor “no”.",
        "Row 2, column “Stage”: “Final” is not one of the values that can be read: Phone screen; Panel.",
        "Row 3, column “Name”: The name is missing.",
        "Row 4, column “Name”: There is a line break or a tab in the text. Write it in one line.",
        "Row 4, column “Phone”: The text has 41 characters; 40 is the most.",
        "Row 4, column “Notes”: The text has 4,001 characters; 4,000 is the most.",
        "Row 6, column “Name”: The text has 201 characters; 200 is the most.",
    ]


@pytest.mark.parametrize(("first", "last", "refused"), [(100, 99, []), (100, 100, ["The whole name has 201 characters; 200 is the most."])])
def test_a_name_in_two_columns_is_joined_and_measured_whole(first: int, last: int, refused: list[str]) -> None:
    result = checked(f"First name,Last name\n{'a' * first},{'b' * last}\nCher,\n,Prince\n")
    assert [problem.message for problem in result.problems] == refused
    assert [entry.details.name for entry in result.entries][-2:] == ["Cher", "Prince"]


# Rows against each other and against the opening


def test_duplicates_in_the_file_name_both_rows() -> None:
    text = """Name,E-mail,Reference,Phone
Ana,ana@example.org,1,
Ben,ANA@Example.org,2,
Cem,cem@example.org,1,
Dan,,,01632 960001
dan,,,
Eve,,,01632 960001
Eve,,,01632 960002
Fay,,,
Fay,fay@example.org,,
"""
    unclear = (
        "and this row has neither an e-mail address nor a reference to tell the two apart. Delete one of the two rows, or add a reference."
    )
    assert problems(text) == [
        "Row 3, column “E-mail”: The same address is in row 2. Delete one of the two rows, or mend the address.",
        "Row 4, column “Reference”: The same reference is in row 2. Delete one of the two rows, or mend the reference.",
        f"Row 6, column “Name”: The same name is in row 5, {unclear}",
        f"Row 9, column “Name”: The same name is in row 10, {unclear}",
    ]


ANA = Details("Ana Kovač", "ana@example.org", "01632 960001", "001", facts=Facts(months=12, relatedness="same"))
BEN = Details("Ben Adams", "ben@example.org", reference="002")
CEM = Details("Cem Kaya")


def test_whoever_is_there_already_is_left_out_with_what_differs() -> None:
    text = """Name,E-mail,Reference,Phone,Experience in months,Stage,Night shifts
ana  KOVAČ,ANA@example.org,001,01632 960001,12,Panel,
Ben Adams,,002,01632 960009,24,,yes
Cem Kaya,,,,,,
Dora Lind,dora@example.org,,,,,
"""
    result = checked(text, [ANA, BEN, CEM])
    assert (result.problems, result.repeats) == (
        (),
        (
            Repeat(2, "ana KOVAČ".replace(" ", "  ")),
            Repeat(3, "Ben Adams", ("Phone", "Experience", "Can work night shifts")),
            Repeat(4, "Cem Kaya"),
        ),
    )
    assert [(entry.row, entry.details.name) for entry in result.entries] == [(5, "Dora Lind")]


def test_somebody_elses_address_or_reference_is_a_problem() -> None:
    text = """Name,E-mail,Reference
Zoe Brandt,ana@example.org,
Zoe Brandt,zoe@example.org,002
Ana Kovač,ana@example.org,002
Ben Adams,other@example.org,002
"""
    result = checked(text, [ANA, BEN])
    assert [str(problem) for problem in result.problems] == [
        "Row 2, column “E-mail”: Ana Kovač in this opening has this address already. Mend the address or the name.",
        "Row 3, column “Reference”: Ben Adams in this opening has this reference already. Mend the reference or the name.",
        "Row 4, column “Reference”: Ben Adams in this opening has this reference already. Mend the reference or the name.",
        "Row 5, column “E-mail”: Ben Adams is in this opening under this reference with the address ben@example.org.",
    ]
    assert (result.entries, result.repeats) == ((), ())


def test_nobody_adds_a_record_of_themselves() -> None:
    assert problems("Name,E-mail\nRita,Rita@example.org\n", own_email="rita@example.org") == [
        "Row 2, column “E-mail”: This is your own address. Another recruiter of the opening has to add you."
    ]
