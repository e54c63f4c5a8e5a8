"""A recruiter at the rubric editor, as a browser without scripts: opens a page, changes fields of its form, presses a button."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

from sqlalchemy import select
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from rubrics import codec
from rubrics.model import Rubric
from screening.models import Event, Opening, RubricDraft, RubricVersion
from tests.support.hiring_round import HiringRound
from tests.support.web import Browser


class _Reader(HTMLParser):
    """The fields of the form that saves the draft, and what the page says of errors."""

    def __init__(self) -> None:
        super().__init__()
        self.fields: MultiDict[str, str] = MultiDict()
        self.buttons: list[str] = []
        self.inside = False
        self.select = ""
        self.area: str | None = None
        self.words = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.inside = "data-draft" in found
        if not self.inside:
            return
        name = found.get("name", "")
        if tag == "input" and (found.get("type") != "checkbox" or "checked" in found):
            self.fields.add(name, found.get("value", ""))
        elif tag == "button" and name == "do":
            self.buttons.append(found["value"])
        elif tag == "select":
            self.select = name
        elif tag == "option" and self.select and ("selected" in found or self.select not in self.fields):
            self.fields[self.select] = found["value"]
        elif tag == "textarea":
            self.area, self.words = name, ""

    def handle_data(self, data: str) -> None:
        self.words += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = False
        elif tag == "select":
            self.select = ""
        elif tag == "textarea" and self.area is not None:
            self.fields.add(self.area, self.words)
            self.area = None


def read(response: TestResponse) -> _Reader:
    reader = _Reader()
    reader.feed(response.text)
    return reader


class _Errors(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.inside = False
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if ("id", "error-summary") in attrs:
            self.inside = True
        if self.inside and tag == "li":
            self.found.append("")

    def handle_data(self, data: str) -> None:
        if self.inside and self.found:
            self.found[-1] += data.strip()

    def handle_endtag(self, tag: str) -> None:
        if tag == "ul":
            self.inside = False


def errors(response: TestResponse) -> list[str]:
    """The lines of “There is a problem”."""
    reader = _Errors()
    reader.feed(response.text)
    return reader.found


class Desk:
    """Somebody at a page of the rubric of the round's opening; `path` is what follows `/rubric`."""

    def __init__(self, browser: Browser, hiring: HiringRound, path: str = "", opening: str = "") -> None:
        self.browser = browser
        self.hiring = hiring
        self.opening = opening or hiring.opening
        self.address = f"/openings/{self.opening}/rubric{path}"
        self.fields: MultiDict[str, str] = MultiDict()
        self.open()

    def open(self) -> TestResponse:
        response = self.browser.get(self.address)
        assert response.status_code == 200, response.status
        self.take(response)
        return response

    def take(self, response: TestResponse) -> None:
        """Go on with the form of this page."""
        self.fields = read(response).fields

    def set(self, **values: str | list[str]) -> Desk:
        for name, value in values.items():
            self.fields.setlist(name, [value] if isinstance(value, str) else value)
        return self

    def press(self, button: str = "save") -> TestResponse:
        data: dict[str, Any] = {name: self.fields.getlist(name) for name in self.fields}
        return self.browser.post(self.address, {**data, "csrf_token": self.browser.token, "do": button})

    def saved(self, button: str = "save") -> str:
        """Press the button, expect it to be done, and open the page it leads to; gives that page's address."""
        response = self.press(button)
        assert response.status_code == 303, (response.status, errors(response))
        there: str = response.headers["Location"]
        following = self.browser.get(there.partition("#")[0])
        assert following.status_code == 200
        if "/versions" not in there:
            self.address = there.partition("#")[0]
            self.take(following)
        return there.removeprefix(f"/openings/{self.opening}/rubric")

    def draft(self) -> tuple[int, Rubric]:
        """The saved draft: its version, and the rubric."""
        with self.hiring.database.reading() as session:
            found = session.scalars(select(RubricDraft).join(Opening).where(Opening.public_id == self.opening)).one()
            return found.version, codec.from_dict(found.content)

    def published(self) -> list[RubricVersion]:
        with self.hiring.database.reading() as session:
            query = select(RubricVersion).join(Opening).where(Opening.public_id == self.opening).order_by(RubricVersion.number)
            return list(session.scalars(query))

    def events(self) -> list[tuple[str, dict[str, Any]]]:
        """What the record says of the rubric, oldest first."""
        with self.hiring.database.reading() as session:
            query = select(Event).join(Opening).where(Opening.public_id == self.opening, Event.action.like("rubric%")).order_by(Event.id)
            return [(event.action, event.detail) for event in session.scalars(query)]


def at(desk: Desk, path: str) -> Desk:
    """The same person at another page."""
    return Desk(desk.browser, desk.hiring, path)
