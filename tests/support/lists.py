"""Lists of candidates in files, and the pages on which they are looked through."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from html.parser import HTMLParser
from typing import Any

from sqlalchemy import select

from rubrics.model import Criterion, Kind, Rubric, Weighted
from rubrics.qualifications import RequirementRule
from screening.models import Application, Candidate, Event, Opening
from screening.services import importing, rubrics
from tests.support.hiring_round import HiringRound, opening_row, small_rubric, viewer_of
from tests.support.web import Browser


def rubric_with_requirement() -> Rubric:
    first, *others = small_rubric().criteria
    rule = RequirementRule("night_shifts")
    night_shifts = Criterion("night_shifts", "Can work night shifts", "Is free to work nights.", Kind.REQUIREMENT, rule=rule)
    asked = Weighted(night_shifts, Decimal(10), "Two shifts of five are at night.")
    return replace(small_rubric(), criteria=(replace(first, weight=first.weight - 10), *others, asked))


RUBRIC = rubric_with_requirement()


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
