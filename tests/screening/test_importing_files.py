"""A file of candidates is added to an opening: whole or not at all, and once."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import event, select

from rubrics.qualifications import Facts
from screening.database import Database
from screening.errors import Invalid
from screening.models import Application, Candidate
from screening.services import candidates, importing, openings
from screening.services.candidates import Details
from screening.services.importing import Repeat
from screening.spreadsheets import SheetError
from tests.support.hiring_round import HiringRound, viewer_of
from tests.support.lists import THERE, bring_in, events, file_of, people, publish_requirement, revision

DATA = Path(__file__).parent / "data"


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
