"""Check the rows of a candidate list: what would be added, what is there already, what is wrong. Needs no database."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from rubrics.model import Rubric
from rubrics.qualifications import Facts
from screening.errors import Invalid
from screening.services.accounts import canonical_email
from screening.services.candidates import Details
from screening.services.importing.columns import REQUIREMENT, Target
from screening.services.importing.values import Value, readers
from screening.spreadsheets import Sheet, SheetRow

_NAMES = ("name", "first_name", "last_name")


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that must be mended before anything is added. `row` is the number that the spreadsheet program shows."""

    row: int
    column: str
    message: str

    def __str__(self) -> str:
        return f"Row {self.row}, column “{self.column}”: {self.message}"


@dataclass(frozen=True, slots=True)
class Entry:
    """A row as it would be added."""

    row: int
    details: Details
    stage: str


@dataclass(frozen=True, slots=True)
class Repeat:
    """A row whose candidate is in the opening already. `differs` names what is recorded otherwise there, and stays so."""

    row: int
    name: str
    differs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Check:
    """What a file would do. As long as there is a problem, nothing of it can be added."""

    entries: tuple[Entry, ...]
    repeats: tuple[Repeat, ...]
    problems: tuple[Problem, ...]


def check(
    sheet: Sheet,
    mapping: Mapping[str, str],
    offered: Mapping[str, Target],
    rubric: Rubric | None,
    existing: Iterable[Details] = (),
    *,
    own_email: str = "",
) -> Check:
    """Every row under a mapping without faults, against the other rows and against the candidates of the opening.

    `own_email` is the address of whoever brings the file in: nobody adds a record of themselves.
    """
    reading = _Reading(sheet, mapping, offered, rubric)
    # Rows that only a name tells apart come last, so that they are held against all the others, whatever the order of the file.
    entries = sorted((reading.entry(row) for row in sheet.rows), key=lambda entry: not _is_told_apart(entry.details))
    fresh, repeats = _compare(reading, entries, _Taken.of(existing), own_email)
    return Check(
        entries=tuple(sorted((entry for entry in fresh if entry.row not in reading.bad_rows), key=lambda entry: entry.row)),
        repeats=tuple(sorted((repeat for repeat in repeats if repeat.row not in reading.bad_rows), key=lambda repeat: repeat.row)),
        problems=tuple(sorted(reading.problems, key=lambda problem: problem.row)),
    )


class _Reading:
    """The cells of a sheet read as the mapping says; what cannot be read becomes a problem."""

    def __init__(self, sheet: Sheet, mapping: Mapping[str, str], offered: Mapping[str, Target], rubric: Rubric | None) -> None:
        self.problems: list[Problem] = []
        self.bad_rows: set[int] = set()
        self.labels = {key: target.label for key, target in offered.items()}
        self.columns = {key: name for name, key in mapping.items() if key}
        self._most = offered["name"].most
        self._first_stage = rubric.stages[0].key if rubric and rubric.stages else ""
        reader = readers(rubric, offered)
        self._cells: list[tuple[int, str, Callable[[str], Value]]] = [
            (index, mapping[name], reader[mapping[name]]) for index, name in enumerate(sheet.header) if mapping.get(name)
        ]

    def refuse(self, row: int, key: str, message: str) -> None:
        self.bad_rows.add(row)
        self.problems.append(Problem(row, self.columns[key], message))

    def entry(self, row: SheetRow) -> Entry:
        values: dict[str, Any] = {}
        for index, key, read in self._cells:
            if cell := row.cells[index]:
                try:
                    values[key] = read(cell)
                except Invalid as error:
                    values[key] = None
                    self.refuse(row.line, key, str(error))
        return Entry(row.line, self._details(row.line, values), values.get("stage") or self._first_stage)

    def _details(self, row: int, values: Mapping[str, Any]) -> Details:
        def said(key: str) -> str:
            return values.get(key) or ""

        months = values.get("experience_years" if "experience_years" in self.columns else "experience_months")
        return Details(
            name=self._name(row, values),
            email=said("email"),
            phone=said("phone"),
            reference=said("reference"),
            source=said("source"),
            notes=said("notes"),
            facts=Facts(
                months=months,
                relatedness=values.get("relatedness"),
                field=said("experience_field"),
                education=values.get("education"),
                education_field=said("education_field"),
                requirements={
                    key.removeprefix(REQUIREMENT): met for key, met in values.items() if key.startswith(REQUIREMENT) and met is not None
                },
            ),
        )

    def _name(self, row: int, values: Mapping[str, Any]) -> str:
        name = " ".join(values[key] for key in _NAMES if values.get(key))
        if not name and not any(key in values for key in _NAMES):
            self.refuse(row, self.name_column, "The name is missing.")
        if len(name) > self._most and len([key for key in _NAMES if values.get(key)]) > 1:
            self.refuse(row, self.name_column, f"The whole name has {len(name):,} characters; {self._most} is the most.")
        return name

    @property
    def name_column(self) -> str:
        return next(key for key in reversed(_NAMES) if key in self.columns)


def _is_told_apart(details: Details) -> bool:
    return bool(details.email or details.reference)


def _same_name(one: str, other: str) -> bool:
    return _folded(one) == _folded(other)


def _folded(name: str) -> str:
    return " ".join(name.casefold().split())


Holder = TypeVar("Holder")


class _Taken(Generic[Holder]):
    """Who is there, by e-mail address, by reference and by name; where several share one, the first."""

    def __init__(self) -> None:
        self.emails: dict[str, Holder] = {}
        self.references: dict[str, Holder] = {}
        self._names: dict[tuple[str, str | None], Holder] = {}

    @classmethod
    def of(cls, existing: Iterable[Details]) -> _Taken[Details]:
        taken: _Taken[Details] = _Taken()
        for details in existing:
            taken.add(details, details)
        return taken

    def add(self, details: Details, holder: Holder) -> None:
        if details.email:
            self.emails.setdefault(canonical_email(details.email), holder)
        if details.reference:
            self.references.setdefault(details.reference, holder)
        name = _folded(details.name)
        self._names.setdefault((name, details.phone), holder)
        self._names.setdefault((name, None), holder)

    def by_email(self, details: Details) -> Holder | None:
        return self.emails.get(canonical_email(details.email))

    def by_reference(self, details: Details) -> Holder | None:
        return self.references.get(details.reference)

    def by_name(self, details: Details) -> Holder | None:
        """Of the same name, unless both have a phone number and the numbers differ."""
        name = _folded(details.name)
        if not details.phone:
            return self._names.get((name, None))
        return self._names.get((name, details.phone)) or self._names.get((name, ""))


def _compare(reading: _Reading, entries: Iterable[Entry], there: _Taken[Details], own_email: str) -> tuple[list[Entry], list[Repeat]]:
    fresh: list[Entry] = []
    repeats: list[Repeat] = []
    earlier: _Taken[int] = _Taken()
    for entry in entries:
        if own_email and canonical_email(entry.details.email) == own_email:
            reading.refuse(entry.row, "email", "This is your own address. Another recruiter of the opening has to add you.")
            continue
        match = _in_opening(reading, entry, there)
        if match is not None:
            repeats.append(Repeat(entry.row, entry.details.name, _differing(entry.details, match, reading.labels)))
        elif entry.details.name:
            _in_file(reading, entry, earlier)
            fresh.append(entry)
        earlier.add(entry.details, entry.row)
    return fresh, repeats


def _in_opening(reading: _Reading, entry: Entry, there: _Taken[Details]) -> Details | None:
    """The candidate of the opening that the row is about. Somebody else with its address or reference is a problem."""
    row, details = entry.row, entry.details
    email, reference = there.by_email(details), there.by_reference(details)
    if email and not _same_name(email.name, details.name):
        reading.refuse(row, "email", f"{email.name} in this opening has this address already. Mend the address or the name.")
    if reference and reference is not email:
        if email or not _same_name(reference.name, details.name):
            reading.refuse(
                row, "reference", f"{reference.name} in this opening has this reference already. Mend the reference or the name."
            )
        elif details.email and reference.email:
            reading.refuse(row, "email", f"{reference.name} is in this opening under this reference with the address {reference.email}.")
    by_name = None if _is_told_apart(details) or row in reading.bad_rows else there.by_name(details)
    return email or reference or by_name


def _in_file(reading: _Reading, entry: Entry, earlier: _Taken[int]) -> None:
    row, details = entry.row, entry.details
    if other := earlier.by_email(details):
        reading.refuse(row, "email", f"The same address is in row {other}. Delete one of the two rows, or mend the address.")
    if other := earlier.by_reference(details):
        reading.refuse(row, "reference", f"The same reference is in row {other}. Delete one of the two rows, or mend the reference.")
    if not _is_told_apart(details) and row not in reading.bad_rows and (other := earlier.by_name(details)):
        reading.refuse(
            row,
            reading.name_column,
            f"The same name is in row {other}, and this row has neither an e-mail address nor a reference to tell the two apart. "
            "Delete one of the two rows, or add a reference.",
        )


def _differing(given: Details, recorded: Details, labels: Mapping[str, str]) -> tuple[str, ...]:
    """What the file says otherwise than the record. An empty cell says nothing; the stage moves on by itself."""
    kept = _comparable(recorded)
    return tuple(
        labels.get(key, "Experience") for key, value in _comparable(given).items() if value not in (None, "") and value != kept.get(key)
    )


def _comparable(details: Details) -> dict[str, Any]:
    facts = details.facts
    return {
        "email": canonical_email(details.email),
        "phone": details.phone,
        "reference": details.reference,
        "source": details.source,
        "notes": details.notes,
        "experience": facts.months,
        "relatedness": facts.relatedness,
        "experience_field": facts.field,
        "education": facts.education,
        "education_field": facts.education_field,
        **{REQUIREMENT + key: met for key, met in facts.requirements.items()},
    }
