"""What a column of a candidate list can become: the targets, a first guess from the column's name, and what a mapping lacks."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rubrics.model import Rubric
from rubrics.qualifications import EDUCATION_LEVELS, MAX_MONTHS, RELATEDNESS
from screening.models import Application, Candidate
from screening.services.candidates import requirements_of

REQUIREMENT = "requirement:"


@dataclass(frozen=True, slots=True)
class Target:
    """Something that a column can be brought in as. `about` says what its cells may hold; `most` characters of text, where it is text."""

    key: str
    label: str
    about: str
    most: int = 0


def _room(table: type[Candidate] | type[Application], column: str) -> int:
    return int(table.__table__.c[column].type.length)  # type: ignore[attr-defined]


def _text(key: str, label: str, table: type[Candidate] | type[Application], column: str, about: str = "Text") -> Target:
    most = _room(table, column)
    return Target(key, label, f"{about}, up to {most:,} characters", most)


_LENGTH = f"up to {MAX_MONTHS // 12} years"
_WHO = (
    _text("name", "Name", Candidate, "name", "The whole name"),
    _text("first_name", "First name", Candidate, "name", "Joined with the last name"),
    _text("last_name", "Last name", Candidate, "name", "Joined with the first name"),
    _text("email", "E-mail address", Candidate, "email", "One address"),
    _text("phone", "Phone", Candidate, "phone"),
    _text("reference", "Reference", Application, "reference", "Your own number for the candidate"),
    _text("source", "Source", Application, "source", "Where the candidate heard of the job"),
    _text("notes", "Notes", Application, "notes", "Text, also in several lines"),
)
_FACTS = (
    Target("experience_years", "Experience in years", f"A number such as 2.5, or “18 months”; {_LENGTH}"),
    Target("experience_months", "Experience in months", f"A number such as 18, or “2 years 3 months”; {_LENGTH}"),
    Target("relatedness", "Kind of experience", "; ".join(f"{key} ({name})" for key, name in RELATEDNESS.items())),
    _text("experience_field", "Field of experience", Application, "field"),
    Target("education", "Education", "; ".join(EDUCATION_LEVELS.values())),
    _text("education_field", "Field of education", Application, "education_field"),
)


def targets(rubric: Rubric | None) -> dict[str, Target]:
    """What can be brought in, by key: the stage and the yes/no requirements are those of the published rubric."""
    found = [*_WHO]
    if rubric and rubric.stages:
        names = [stage.name for stage in rubric.stages]
        found.append(Target("stage", "Stage", f"{'; '.join(names)}. Empty: {names[0]}"))
    found += _FACTS
    found += [Target(REQUIREMENT + key, name, "yes or no") for key, name in requirements_of(rubric).items()]
    return {target.key: target for target in found}


_SAMPLE: Mapping[str, tuple[str, str]] = {
    "name": ("Ines Moreau", "Tomasz Zieliński"),
    "email": ("ines.moreau@example.org", "tomasz.zielinski@example.org"),
    "phone": ("01632 960101", "01632 960102"),
    "reference": ("0001", "0002"),
    "source": ("Job fair", "Employee referral"),
    "notes": ("Can start in March", ""),
    "experience_years": ("2.5", "8 months"),
    "relatedness": ("same", "related"),
    "experience_field": ("Call centre", "Retail"),
    "education": ("High school diploma or equivalent", "Bachelor's degree"),
    "education_field": ("", "Tourism"),
}


def sample(offered: Mapping[str, Target]) -> tuple[list[str], list[list[str]]]:
    """Header and rows of a list of invented people that can be brought in as it is."""
    columns = {key: cells for key, cells in _SAMPLE.items() if key in offered}
    columns |= {key: ("yes", "no") for key in offered if key.startswith(REQUIREMENT)}
    return [offered[key].label for key in columns], [list(row) for row in zip(*columns.values(), strict=True)]


_KNOWN_AS = {
    "name": "full name, candidate, candidate name, applicant, applicant name, name of candidate, name of applicant, person",
    "first_name": "firstname, first names, given name, given names, forename, forenames, fname",
    "last_name": "lastname, surname, family name, lname, second name",
    "email": "e mail, email, mail, email address, e mail address, mail address, contact email, contact e mail",
    "phone": "phone number, telephone, telephone number, tel, tel no, mobile, mobile phone, mobile number, cell,cell phone, contact number",
    "reference": "ref, ref no, reference number, id, id number, candidate id, candidate number, candidate reference, applicant id,"
    "applicant number, application id, application number, application reference, external id, requisition id",
    "source": "channel, applied via, referred by, referral, heard about us, how did you hear about us, recruitment source",
    "notes": "note, comment, comments, remark, remarks, additional information",
    "stage": "current stage, interview stage, step",
    "experience_years": "experience, work experience, relevant experience, years, years of experience, years experience, experience years,"
    "years of relevant experience, years of work experience, relevant experience in years, experience yrs, yrs of experience",
    "experience_months": "months, months of experience, months experience, experience months, months of relevant experience,"
    "relevant experience in months, experience mos",
    "relatedness": "experience type, type of experience, kind of work, type of work, experience kind",
    "experience_field": "experience field, area of experience, industry, sector, experience in",
    "education": "education level, level of education, highest education, highest degree, highest qualification, degree, qualification,"
    "educational level, education attained",
    "education_field": "education field, field of study, study field, subject, major, degree subject, degree field, studies",
}
_TARGETS_BY_NAME = {name.strip(): key for key, names in _KNOWN_AS.items() for name in names.split(",")}


def plain(name: str) -> str:
    """A name without what people vary: case, punctuation, spaces."""
    return re.sub(r"[\W_]+", " ", name.casefold().replace("'", "").replace("’", "")).strip()


def guess(header: Sequence[str], offered: Mapping[str, Target]) -> dict[str, str]:
    """A target for each column whose name says it ("" for the others). The first column of a meaning gets it."""
    by_name = {plain(target.label): key for key, target in reversed(list(offered.items()))}
    by_name |= {plain(key): key for key in offered} | {plain(key.removeprefix(REQUIREMENT)): key for key in offered}
    by_name = {**by_name, **{name: key for name, key in _TARGETS_BY_NAME.items() if key in offered}}
    mapping: dict[str, str] = {}
    for name in header:
        key = by_name.get(plain(name), "")
        mapping[name] = "" if key in mapping.values() else key
    return _with_one_name(mapping)


def _with_one_name(mapping: dict[str, str]) -> dict[str, str]:
    column = {key: name for name, key in mapping.items() if key}
    if "first_name" in column and "last_name" not in column and plain(column.get("name", "")) == "name":
        # "First name" beside a mere "Name": that is the family name.
        return {**mapping, column["name"]: "last_name"}
    if "name" in column:
        return {name: "" if key in ("first_name", "last_name") else key for name, key in mapping.items()}
    return mapping


def faults(mapping: Mapping[str, str], offered: Mapping[str, Target]) -> dict[str, str]:
    """What is wrong with a mapping of columns to targets, by column ("" where no single column is at fault)."""
    found: dict[str, str] = {}
    column: dict[str, str] = {}
    for name, key in mapping.items():
        if key and key not in offered:
            found[name] = f"{key!r} is not something that can be brought in. Choose one of {', '.join(offered)}."
        elif key in column:
            found[name] = f"“{column[key]}” is set to “{offered[key].label}” too. Choose one of the two columns."
        elif key:
            column[key] = name
    if "name" in column and (part := column.get("first_name") or column.get("last_name")):
        found[part] = f"“{column['name']}” holds the whole name already. Leave this column out, or set that one to a part of the name."
    if "experience_years" in column and "experience_months" in column:
        found[column["experience_months"]] = (
            f"“{column['experience_years']}” says the experience in years already. Choose one of the two columns."
        )
    if not {"name", "first_name", "last_name"} & column.keys():
        found[""] = "Choose the column that holds the candidates’ names, or the two with first and last name."
    return found
