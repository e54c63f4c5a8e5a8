"""Candidates from a file: columns, cells, rows, and the pages on which a list is checked and added."""

from __future__ import annotations

import csv
import io
import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, select, update

from rubrics.model import Criterion, Kind, Rubric, Weighted
from rubrics.qualifications import Facts, RequirementRule
from screening.clock import now
from screening.database import Database
from screening.errors import Invalid, NotFound, Stale
from screening.models import Account, Application, Candidate, Event, Opening, PendingImport
from screening.policy import Hat
from screening.services import candidates, importing, openings, rubrics
from screening.services.candidates import Details
from screening.services.importing import Entry, Repeat, values
from screening.spreadsheets import Sheet, SheetError, read_sheet
from tests.support.hiring_round import HiringRound, opening_row, small_rubric, viewer_of
from tests.support.web import Browser, Site

DATA = Path(__file__).parent / "data"


def rubric_with_requirement() -> Rubric:
    first, *others = small_rubric().criteria
    rule = RequirementRule("night_shifts")
    night_shifts = Criterion("night_shifts", "Can work night shifts", "Is free to work nights.", Kind.REQUIREMENT, rule=rule)
    asked = Weighted(night_shifts, Decimal(10), "Two shifts of five are at night.")
    return replace(small_rubric(), criteria=(replace(first, weight=first.weight - 10), *others, asked))


RUBRIC = rubric_with_requirement()
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


# Files into a database


def file_of(*rows: str, header: str = "Name,E-mail,Reference,Experience in months") -> bytes:
    return "\n".join([header, *rows]).encode()


def bring_in(hiring: HiringRound, data: bytes, name: str = "list.csv", **options: Any) -> importing.Outcome:
    with hiring.database.transaction() as session:
        return importing.import_file(session, opening_row(session, hiring), data, name, None, **options)


def people(hiring: HiringRound) -> list[str]:
    with hiring.database.reading() as session:
        rows = session.scalars(
            select(Candidate.name)
            .join(Application, Application.candidate_id == Candidate.id)
            .join(Opening, Application.opening_id == Opening.id)
            .where(Opening.public_id == hiring.opening)
            .order_by(Application.id)
        )
        return list(rows)


def events(hiring: HiringRound) -> list[dict[str, Any]]:
    with hiring.database.reading() as session:
        return list(session.scalars(select(Event.detail).where(Event.action == "candidates_imported").order_by(Event.id)))


def revision(hiring: HiringRound) -> int:
    with hiring.database.reading() as session:
        return opening_row(session, hiring).revision


def publish_requirement(hiring: HiringRound) -> None:
    with hiring.database.transaction() as session:
        recruiter = viewer_of(session, hiring.people["recruiter"])
        draft = rubrics.draft_of(session, recruiter, hiring.opening)
        saved = rubrics.save_draft(session, recruiter, hiring.opening, RUBRIC, version=draft.version)
        rubrics.publish(session, recruiter, hiring.opening, version=saved.version, note="Night shifts are asked for.")


THERE = ["Maria Kowalska", "Tom Okafor", "Linh Nguyễn"]


def test_a_file_is_added_whole_with_one_event(hiring: HiringRound) -> None:
    before = revision(hiring)
    outcome = bring_in(hiring, file_of("Ana Kovač,Ana@Example.org,007,18", "Maria Kowalska,maria@example.org,,30", "NA,,,"))
    assert outcome == importing.Outcome(2, (Repeat(3, "Maria Kowalska"),))
    assert people(hiring) == [*THERE, "Ana Kovač", "NA"]
    assert events(hiring) == [{"added": 2, "left_out": 1}]
    assert revision(hiring) == before + 1
    with hiring.database.reading() as session:
        ana = session.scalars(select(Application).join(Candidate).where(Candidate.email == "ana@example.org")).one()
        assert candidates.details_of(ana) == Details("Ana Kovač", "ana@example.org", reference="007", facts=Facts(months=18))
        assert (ana.stage, ana.version, len(ana.public_id)) == ("phone", 1, 22)


def test_the_same_file_twice_adds_nothing_twice(hiring: HiringRound) -> None:
    data = file_of("Ana Kovač,ana@example.org,,18", "Ben Adams,,B-2,", "NA,,,")
    assert bring_in(hiring, data).added == 3
    before = revision(hiring)
    assert bring_in(hiring, data) == importing.Outcome(0, (Repeat(2, "Ana Kovač"), Repeat(3, "Ben Adams"), Repeat(4, "NA")))
    assert (people(hiring), revision(hiring)) == ([*THERE, "Ana Kovač", "Ben Adams", "NA"], before)
    assert events(hiring) == [{"added": 3, "left_out": 0}]


def test_a_workbook_from_a_spreadsheet_program_is_taken_as_it_shows(hiring: HiringRound) -> None:
    publish_requirement(hiring)
    outcome = bring_in(hiring, (DATA / "candidates_from_calc.xlsx").read_bytes(), "candidates.xlsx")
    assert outcome == importing.Outcome(3)
    with hiring.database.reading() as session:
        rows = session.scalars(select(Application).order_by(Application.id)).all()[-3:]
        assert [candidates.details_of(row) for row in rows] == [
            Details(
                "NA NULL",
                "na.null@example.org",
                reference="007",
                facts=Facts(30, "same", "", "high_school", "", {"night_shifts": True}),
            ),
            Details(
                "Zoë Åström",
                "zoe@example.org",
                reference="1E5",
                notes="=1+1 is what she wrote,\nin two lines",
                facts=Facts(9, "related", "", "bachelor", "", {"night_shifts": False}),
            ),
            Details(
                "True March",
                "true.march@example.org",
                reference="0042",
                notes="+46 8 123",
                facts=Facts(0, None, "", None, "", {"night_shifts": True}),
            ),
        ]


def test_a_workbook_with_names_in_another_language_is_mapped_by_hand(sqlite_hiring: HiringRound) -> None:
    data = (DATA / "candidates.xlsx").read_bytes()
    mapping = {"Nr": "reference", "Imię": "first_name", "Nazwisko": "last_name", "Uwagi": "notes"}
    refused = bring_in(sqlite_hiring, data, mapping={**mapping, "E-mail": "email", "Lata": "experience_years"})
    assert [str(problem) for problem in refused.problems] == [
        "Row 6, column “E-mail”: “=1+1” is not an e-mail address such as name@example.org.",
        "Row 6, column “Lata”: “-3” is not a length of time. Write it as 2.5, “2.5 years” or “30 months”.",
    ]
    assert people(sqlite_hiring) == THERE
    assert bring_in(sqlite_hiring, data, mapping=mapping) == importing.Outcome(3)
    with sqlite_hiring.database.reading() as session:
        rows = session.scalars(select(Application).order_by(Application.id)).all()[-3:]
        assert [candidates.details_of(row) for row in rows] == [
            Details("Zażółć Gęśl-Jaźń", reference="007", notes="wiersz pierwszy\nwiersz drugi"),
            Details("Łukasz NA", reference="008", notes="true"),
            Details("Ола -", reference="009", notes="1E5"),
        ]


def test_text_in_utf_16_is_read(sqlite_hiring: HiringRound) -> None:
    data = (DATA / "utf16.csv").read_bytes()
    assert bring_in(sqlite_hiring, data, mapping={"Imię": "name", "Uwagi": "notes"}) == importing.Outcome(2)
    assert people(sqlite_hiring) == [*THERE, "Łukasz", "Ewa"]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("windows-1250.csv", "Line 1 is not UTF-8 text."),
        ("formula-error.xlsx", "Kandydaci!B4 shows the error #DIV/0!."),
        ("password.xlsx", "The workbook is protected by a password."),
        ("old.xls", "The file is in an old Office format"),
        ("open-document.ods", "The file is an OpenDocument file"),
    ],
)
def test_files_of_other_kinds_are_refused_with_a_way_out(sqlite_hiring: HiringRound, name: str, message: str) -> None:
    with pytest.raises(SheetError) as refused:
        bring_in(sqlite_hiring, (DATA / name).read_bytes(), name)
    assert str(refused.value).startswith(message)
    assert people(sqlite_hiring) == THERE


@pytest.fixture
def sqlite_hiring(sqlite_database: Database) -> HiringRound:
    from tests.support import hiring_round

    return hiring_round.build(sqlite_database)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("Name,City\nZoë,Malmö\n".encode("cp1252"), "Line 2 is not UTF-8 text."),
        ("Name\nZoë\n".encode("utf-16-le"), "The file looks like UTF-16 text without its byte-order mark, from line 1 on."),
        (b"", "The file holds no text."),
        (b"Name,E-mail\n", "The file names columns, but holds no row under them."),
        (b"City\nOslo\n", "Choose the column that holds the candidates’ names, or the two with first and last name."),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_the_reason(sqlite_hiring: HiringRound, data: bytes, message: str) -> None:
    with pytest.raises(Invalid) as refused:
        bring_in(sqlite_hiring, data)
    assert str(refused.value).startswith(message)
    assert people(sqlite_hiring) == THERE


def test_a_mapping_can_be_given_by_column_name(sqlite_hiring: HiringRound) -> None:
    data = b"Who,Code\nAna,7\n"
    assert bring_in(sqlite_hiring, data, mapping={"Who": "name", "Code": "reference"}).added == 1
    for mapping, message in (
        ({"Whom": "name"}, "The file has no column “Whom”. Its columns are: Who, Code."),
        ({"Who": "title"}, "Column “Who”: 'title' is not something that can be brought in. Choose one of name, first_name"),
    ):
        with pytest.raises(Invalid) as refused:
            bring_in(sqlite_hiring, data, mapping=mapping)
        assert str(refused.value).startswith(message)


def many(count: int, bad: int | None = None) -> bytes:
    rows = (f"Person {n},p{n}@example.org,{n:05},{'x' if n == bad else 18}" for n in range(1, count + 1))
    return file_of(*rows)


def test_one_bad_row_of_ten_thousand_stops_all_of_them(hiring: HiringRound) -> None:
    outcome = bring_in(hiring, many(10_000, bad=9_998))
    assert [str(problem) for problem in outcome.problems] == [
        "Row 9999, column “Experience in months”: “x” is not a length of time. Write it as 30, “2.5 years” or “30 months”."
    ]
    assert (outcome.added, people(hiring), events(hiring)) == (0, THERE, [])
    with hiring.database.reading() as session:
        assert len(session.scalars(select(Candidate.id)).all()) == 3
    assert bring_in(hiring, many(10_000)).added == 10_000
    assert people(hiring)[-1] == "Person 10000"
    assert bring_in(hiring, many(10_000)).added == 0


def test_rows_are_not_asked_for_one_by_one(sqlite_hiring: HiringRound) -> None:
    statements: list[str] = []
    event.listen(sqlite_hiring.database.engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
    bring_in(sqlite_hiring, many(10))
    few = len(statements)
    bring_in(sqlite_hiring, many(500))
    assert len(statements) - few == few


def test_a_person_known_elsewhere_is_taken_over_unchanged(hiring: HiringRound) -> None:
    with hiring.database.transaction() as session:
        recruiter = viewer_of(session, hiring.people["recruiter"])
        other = openings.create(session, recruiter, title="Another")
        recruiter = viewer_of(session, hiring.people["recruiter"])
        candidates.add(session, recruiter, other.public_id, Details("Eva Braun", "eva@example.org", "01632 960001"))
        candidates.add(session, recruiter, other.public_id, Details("Finn Holm", "finn@example.org"))
    bring_in(hiring, file_of("eva braun,eva@example.org,01632 960009", "Finn Berg,finn@example.org,", header="Name,E-mail,Phone"))
    with hiring.database.reading() as session:
        found = session.execute(
            select(Candidate.name, Candidate.phone)
            .where(Candidate.email.in_(["eva@example.org", "finn@example.org"]))
            .order_by(Candidate.id)
        )
        assert [tuple(row) for row in found] == [("Eva Braun", "01632 960001"), ("Finn Holm", ""), ("Finn Berg", "")]


# Pages


@dataclass
class Page:
    """What a review page holds: the chosen columns by name, the hidden version, the text."""

    status: int
    text: str
    columns: Mapping[str, str]
    version: str

    def form(self, do: str, **columns: str) -> dict[str, str]:
        names = list(self.columns)
        chosen = {**self.columns, **columns}
        return {"version": self.version, "do": do, **{f"column_{place}": chosen[name] for place, name in enumerate(names)}}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.labels: dict[str, str] = {}
        self.selected: dict[str, str] = {}
        self.version = ""
        self._select = self._label = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag == "label":
            self._label = found.get("for") or ""
        if tag == "select":
            self._select = found.get("name") or ""
            self.selected[self._select] = ""
        if tag == "option" and "selected" in found:
            self.selected[self._select] = found.get("value") or ""
        if tag == "input" and found.get("name") == "version":
            self.version = found.get("value") or ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "label":
            self._label = ""

    def handle_data(self, data: str) -> None:
        self.words.append(data)
        if self._label and data.strip():
            self.labels.setdefault(self._label, data.strip())


def page_of(response: Any) -> Page:
    reader = _Reader()
    reader.feed(response.text)
    columns = {reader.labels[name]: target for name, target in reader.selected.items()}
    return Page(response.status_code, re.sub(r"\s+", " ", " ".join(reader.words)), columns, reader.version)


def sent(browser: Browser, hiring: HiringRound, data: bytes, name: str = "list.csv") -> str:
    response = browser.post(f"/openings/{hiring.opening}/import", {"file": (io.BytesIO(data), name)})
    assert response.status_code == 303, response.text
    return str(response.location)


@pytest.fixture
def recruiter(site: Site, hiring: HiringRound) -> Browser:
    return site.signed_in(hiring.people["recruiter"])


def waiting(hiring: HiringRound) -> list[str]:
    with hiring.database.reading() as session:
        return list(session.scalars(select(PendingImport.filename).order_by(PendingImport.id)))


LIST = file_of("Ana Kovač,ana@example.org,007,18", "Maria Kowalska,maria@example.org,,30")


def test_upload_check_confirm(recruiter: Browser, hiring: HiringRound) -> None:
    address = sent(recruiter, hiring, LIST, "lists/März 2026.csv")
    page = page_of(recruiter.get(address))
    assert page.columns == {"Name": "name", "E-mail": "email", "Reference": "reference", "Experience in months": "experience_months"}
    assert "1 candidate can be added" in page.text
    assert (waiting(hiring), people(hiring)) == (["März 2026.csv"], THERE)
    response = recruiter.post(address, page.form("confirm"))
    assert (response.status_code, response.location) == (303, f"/openings/{hiring.opening}")
    assert "1 candidate is added. 1 who was there already is left out." in recruiter.get(response.location).text
    assert (people(hiring), waiting(hiring), events(hiring)) == ([*THERE, "Ana Kovač"], [], [{"added": 1, "left_out": 1}])
    again = recruiter.post(address, page.form("confirm"))
    assert (again.status_code, "This list is not waiting any more" in again.text) == (404, True)


def test_columns_changed_on_the_way_are_checked_before_anything_is_added(recruiter: Browser, hiring: HiringRound) -> None:
    address = sent(recruiter, hiring, LIST)
    page = page_of(recruiter.get(address))
    response = recruiter.post(address, page.form("confirm", Reference=""))
    assert (response.status_code, response.location, people(hiring)) == (303, address, THERE)
    page = page_of(recruiter.get(address))
    assert page.columns["Reference"] == ""
    assert "Nothing is added yet: you had changed columns." in page.text
    assert recruiter.post(address, page.form("confirm")).status_code == 303
    assert people(hiring) == [*THERE, "Ana Kovač"]


def test_columns_that_do_not_fit_are_shown_again_as_chosen(recruiter: Browser, hiring: HiringRound) -> None:
    address = sent(recruiter, hiring, LIST)
    page = page_of(recruiter.get(address))
    refused = page_of(recruiter.post(address, page.form("check", Name="", Reference="email")))
    assert refused.status == 422
    assert (refused.columns["Name"], refused.columns["Reference"]) == ("", "email")
    assert "Reference: “E-mail” is set to “E-mail address” too. Choose one of the two columns." in refused.text
    assert "can be added" not in refused.text
    assert page_of(recruiter.get(address)).columns == page.columns
    assert recruiter.post(address, page.form("check", Name="shoe_size")).status_code == 422


@pytest.mark.parametrize(("notes", "said"), [('"one\ntwo"', True), ("one", False)])
def test_a_file_with_texts_of_several_lines_says_how_rows_are_counted(
    recruiter: Browser, hiring: HiringRound, notes: str, said: bool
) -> None:
    page = page_of(recruiter.get(sent(recruiter, hiring, f"Name,Notes\nAna,{notes}\n".encode())))
    assert ("Row numbers here are lines of the file" in page.text) is said


def test_problems_are_counted_listed_and_downloaded(recruiter: Browser, hiring: HiringRound) -> None:
    rows = [f"Person {n},=bad{n},," for n in range(1, 71)]
    address = sent(recruiter, hiring, file_of(*rows))
    page = page_of(recruiter.get(address))
    assert "Nothing can be added yet: 70 things to mend" in page.text
    assert "The first 50 of 70." in page.text
    assert ("“=bad50” is not" in page.text, "“=bad51” is not" in page.text) == (True, False)
    response = recruiter.get(f"{address}/problems.csv")
    table = list(csv.reader(io.StringIO(response.data.decode("utf-8-sig"))))
    assert (len(table), table[0]) == (71, ["row", "column", "problem"])
    assert table[70] == ["71", "E-mail", "“=bad70” is not an e-mail address such as name@example.org."]
    assert response.headers["Content-Disposition"].startswith("attachment")
    confirmed = recruiter.post(address, page.form("confirm"))
    assert (confirmed.status_code, people(hiring), waiting(hiring)) == (422, THERE, ["list.csv"])


def test_column_names_are_inert_in_the_download(recruiter: Browser, hiring: HiringRound) -> None:
    address = sent(recruiter, hiring, b"Name,=cmd()\nAna,x\n")
    page = page_of(recruiter.get(address))
    recruiter.post(address, page.form("check", **{"=cmd()": "email"}))
    text = recruiter.get(f"{address}/problems.csv").data.decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(text)))[1][:2] == ["2", "'=cmd()"]


def test_somebody_added_meanwhile_makes_the_recruiter_look_again(recruiter: Browser, hiring: HiringRound) -> None:
    address = sent(recruiter, hiring, file_of("Ana Kovač,ana@example.org,007,18", "Ben Adams,ben@example.org,,"))
    page = page_of(recruiter.get(address))
    with hiring.database.transaction() as session:
        candidates.add(session, viewer_of(session, hiring.people["recruiter"]), hiring.opening, Details("Ana Kovač", "ana@example.org"))
    seen = page_of(recruiter.post(address, page.form("confirm")))
    assert (seen.status, people(hiring)) == (409, [*THERE, "Ana Kovač"])
    assert "The opening changed since you opened this page." in seen.text
    assert "1 candidate can be added" in seen.text
    assert recruiter.post(address, seen.form("confirm")).status_code == 303
    assert people(hiring) == [*THERE, "Ana Kovač", "Ben Adams"]


def test_somebody_else_with_the_address_meanwhile_stops_the_file(recruiter: Browser, hiring: HiringRound) -> None:
    address = sent(recruiter, hiring, LIST)
    page = page_of(recruiter.get(address))
    with hiring.database.transaction() as session:
        candidates.add(session, viewer_of(session, hiring.people["recruiter"]), hiring.opening, Details("Zoe", "ana@example.org"))
    seen = page_of(recruiter.post(address, page.form("confirm")))
    assert (seen.status, people(hiring), waiting(hiring)) == (422, [*THERE, "Zoe"], ["list.csv"])
    assert "Zoe in this opening has this address already." in seen.text


def test_columns_changed_in_another_window_are_not_overwritten(recruiter: Browser, hiring: HiringRound) -> None:
    address = sent(recruiter, hiring, LIST)
    page = page_of(recruiter.get(address))
    assert recruiter.post(address, page.form("check", Reference="")).status_code == 303
    stale = page_of(recruiter.post(address, page.form("check", Reference="phone")))
    assert (stale.status, stale.columns["Reference"]) == (409, "")
    assert recruiter.post(address, {**page.form("check"), "version": ""}).status_code == 428


def test_confirming_many_times_at_once_adds_the_list_once(hiring: HiringRound) -> None:
    viewer = hiring.viewer("recruiter")
    with hiring.database.transaction() as session:
        header = importing.read(LIST, "list.csv").header
        import_id = importing.keep(session, viewer, hiring.opening, data=LIST, filename="list.csv", header=header)
    with hiring.database.reading() as session:
        seen = importing.review(session, viewer, hiring.opening, import_id)
    outcomes: list[object] = []

    def confirm() -> None:
        try:
            with hiring.database.transaction() as session:
                outcomes.append(importing.confirm(session, viewer, seen, version=seen.version).added)
        except (NotFound, Stale) as error:
            outcomes.append(type(error).__name__)

    threads = [threading.Thread(target=confirm) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes, key=str) == [1, *["NotWaiting"] * 5]
    assert (people(hiring), len(events(hiring))) == ([*THERE, "Ana Kovač"], 1)


def test_a_list_is_discarded_replaced_or_forgotten_after_a_day(recruiter: Browser, hiring: HiringRound) -> None:
    first = sent(recruiter, hiring, LIST, "first.csv")
    second = sent(recruiter, hiring, LIST, "second.csv")
    assert (recruiter.get(first).status_code, waiting(hiring)) == (404, ["second.csv"])
    assert "second.csv" in recruiter.get(f"/openings/{hiring.opening}/import").text
    assert recruiter.post(f"{second}/cancel").status_code == 303
    assert (recruiter.get(second).status_code, waiting(hiring)) == (404, [])
    third = sent(recruiter, hiring, LIST, "third.csv")
    page = page_of(recruiter.get(third))
    with hiring.database.transaction() as session:
        session.execute(update(PendingImport).values(created_at=now() - timedelta(days=1, seconds=1)))
    assert (recruiter.get(third).status_code, recruiter.post(third, page.form("confirm")).status_code) == (404, 404)
    assert "third.csv" not in recruiter.get(f"/openings/{hiring.opening}/import").text
    with hiring.database.transaction() as session:
        assert importing.delete_expired(session) == 1
    assert (waiting(hiring), people(hiring)) == ([], THERE)


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (b"", "", "Choose the file with the candidates."),
        ("Name\nJosé\n".encode("latin-1"), "list.csv", "Line 2 is not UTF-8 text."),
        (b"%PDF-1.7 ...", "list.xlsx", "The file is a PDF, not an Excel workbook"),
        (b"Name\n" + b"x\n" * 10_001, "list.csv", "10,000 rows of data at most"),
        (b"Name\n" + b"x" * (10 * 1024 * 1024), "list.csv", "larger than 10 MiB"),
    ],
)
def test_a_refused_upload_keeps_nothing(recruiter: Browser, hiring: HiringRound, data: bytes, name: str, words: str) -> None:
    response = recruiter.post(f"/openings/{hiring.opening}/import", {"file": (io.BytesIO(data), name)})
    assert (response.status_code, waiting(hiring)) == (422, [])
    assert words in page_of(response).text


def test_markup_in_a_file_is_shown_as_text(recruiter: Browser, hiring: HiringRound) -> None:
    address = sent(recruiter, hiring, b"Name,<b>mail</b>\n<img src=x onerror=alert(1)>,<i>1</i>\n", "<script>.csv")
    response = recruiter.get(address)
    assert not re.search("<img|<b>|<i>|<script>", response.text)
    assert "<img src=x onerror=alert(1)>" in page_of(response).text


ROUTES: list[Callable[[Browser, str, str], Any]] = [
    lambda browser, opening, address: browser.get(f"/openings/{opening}/import"),
    lambda browser, opening, address: browser.get(f"/openings/{opening}/import/sample.csv"),
    lambda browser, opening, address: browser.post(f"/openings/{opening}/import", {"file": (io.BytesIO(LIST), "list.csv")}),
    lambda browser, opening, address: browser.get(address),
    lambda browser, opening, address: browser.get(f"{address}/problems.csv"),
    lambda browser, opening, address: browser.post(address, {"do": "confirm", "version": "x"}),
    lambda browser, opening, address: browser.post(f"{address}/cancel"),
]


def without_tokens(text: str) -> str:
    return re.sub(r'name="(csrf|submission)_token" value="[^"]*"', "", text)


@pytest.mark.parametrize("who", ["stranger", "ada", "manager", "admin"])
def test_nobody_but_the_recruiters_of_the_opening_comes_near(site: Site, hiring: HiringRound, recruiter: Browser, who: str) -> None:
    address = sent(recruiter, hiring, LIST)
    browser = site.signed_in(hiring.people[who])
    unknown = browser.get(f"/openings/{'x' * 22}/import/{'x' * 22}")
    for route in ROUTES:
        response = route(browser, hiring.opening, address)
        assert (response.status_code, without_tokens(response.text)) == (404, without_tokens(unknown.text))
    assert (waiting(hiring), people(hiring)) == (["list.csv"], THERE)


def test_a_list_belongs_to_its_opening_and_to_those_who_are_its_recruiters_now(site: Site, hiring: HiringRound, recruiter: Browser) -> None:
    address = sent(recruiter, hiring, LIST)
    with hiring.database.transaction() as session:
        viewer = viewer_of(session, hiring.people["recruiter"])
        other = openings.create(session, viewer, title="Another").public_id
        openings.set_hats(session, viewer_of(session, hiring.people["admin"]), hiring.opening, hiring.people["ben"], [Hat.RECRUITER])
    assert recruiter.get(address.replace(hiring.opening, other)).status_code == 404
    assert recruiter.get(f"/openings/{hiring.opening}/import/a%00b").status_code == 404
    assert site.signed_in(hiring.people["ben"]).get(address).status_code == 200
    with hiring.database.transaction() as session:
        openings.set_hats(session, viewer_of(session, hiring.people["admin"]), hiring.opening, hiring.people["recruiter"], [])
    assert recruiter.get(address).status_code == 404


def test_a_recruiter_learns_nothing_of_their_own_record(site: Site, hiring: HiringRound) -> None:
    with hiring.database.transaction() as session:
        viewer = viewer_of(session, hiring.people["recruiter"])
        candidates.add(session, viewer, hiring.opening, Details("Ben Own", "ben@example.org", reference="B-1"))
        openings.set_hats(session, viewer_of(session, hiring.people["admin"]), hiring.opening, hiring.people["ben"], [Hat.RECRUITER])
    ben = site.signed_in(hiring.people["ben"])
    page = page_of(ben.get(sent(ben, hiring, file_of("Ben Own,,,", "Ben Own,ben@example.org,,"))))
    assert "Already there, left out" not in page.text
    assert "This is your own address. Another recruiter of the opening has to add you." in page.text


def test_a_file_by_command_names_its_actor(hiring: HiringRound) -> None:
    with hiring.database.transaction() as session:
        account = session.scalars(select(Account).where(Account.public_id == hiring.people["recruiter"])).one()
        importing.import_file(session, opening_row(session, hiring), LIST, "list.csv", account.id)
    with hiring.database.reading() as session:
        row = session.scalars(select(Event).where(Event.action == "candidates_imported")).one()
        assert (row.account_id, row.detail) == (account.id, {"added": 1, "left_out": 1})
