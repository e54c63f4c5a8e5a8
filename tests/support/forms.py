"""The forms of a page as a browser without scripts has them: where each is sent, what it would send, what can be typed where."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from tests.support.web import Browser

TYPED = frozenset({"text", "email", "tel", "search", "url", "number", "date", "datetime-local", "password", "textarea"})


@dataclass
class PageForm:
    """A form. `fields` is what would be sent as the page stands; `kinds` the kind of each control by name; `typed` those for text."""

    action: str
    method: str
    multipart: bool
    fields: MultiDict[str, str] = field(default_factory=MultiDict)
    kinds: dict[str, str] = field(default_factory=dict)
    choices: dict[str, list[str]] = field(default_factory=dict)
    maxlength: dict[str, int] = field(default_factory=dict)
    buttons: list[tuple[str, str]] = field(default_factory=list)

    @property
    def typed(self) -> list[str]:
        return [name for name, kind in self.kinds.items() if kind in TYPED]

    def data(self, **values: object) -> dict[str, object]:
        """What is sent, with these values in place of those on the page; None leaves a field out."""
        sent: dict[str, object] = {name: self.fields.getlist(name) for name in self.fields}
        return {name: value for name, value in {**sent, **values}.items() if value is not None}

    def send(self, browser: Browser, **values: object) -> TestResponse:
        """As `data`, sent to where the form goes, with the form's own tokens."""
        kind = "multipart/form-data" if self.multipart else "application/x-www-form-urlencoded"
        return browser.client.post(self.action, data=self.data(**values), content_type=kind)


class _Reader(HTMLParser):
    def __init__(self, page: str, address: str) -> None:
        super().__init__()
        self.forms: list[PageForm] = []
        self._address = address
        self._form: PageForm | None = None
        self._select = self._area = self._words = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        name = given.get("name", "")
        if tag == "form":
            multipart = given.get("enctype") == "multipart/form-data"
            self._form = PageForm(given.get("action") or self._address, given.get("method", "get").lower(), multipart)
            self.forms.append(self._form)
        elif self._form is None:
            return
        elif tag == "input" and name:
            self._input(self._form, name, given)
        elif tag == "button" and given.get("type", "submit") == "submit":
            self._form.buttons.append((name, given.get("value", "")))
        elif tag == "select":
            self._select = name
            self._form.kinds[name] = "select"
        elif tag == "option" and self._select:
            chosen = self._form.choices.setdefault(self._select, [])
            if "selected" in given or not chosen:
                self._form.fields[self._select] = given.get("value", "")
            chosen.append(given.get("value", ""))
        elif tag == "textarea":
            self._area, self._words = name, ""
            self._control(self._form, name, "textarea", given)

    def _input(self, form: PageForm, name: str, given: dict[str, str]) -> None:
        kind = given.get("type", "text")
        self._control(form, name, kind, given)
        if kind in ("checkbox", "radio"):
            form.choices.setdefault(name, []).append(given.get("value", "on"))
        if kind not in ("checkbox", "radio", "file") or "checked" in given:
            form.fields.add(name, given.get("value", ""))

    def _control(self, form: PageForm, name: str, kind: str, given: dict[str, str]) -> None:
        form.kinds[name] = kind
        if given.get("maxlength", "").isdecimal():
            form.maxlength[name] = int(given["maxlength"])

    def handle_data(self, data: str) -> None:
        self._words += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = ""
        elif tag == "textarea" and self._form is not None:
            # The line end after the start tag is not part of the text.
            self._form.fields.add(self._area, self._words.removeprefix("\r\n").removeprefix("\n"))


def forms(page: str, address: str = "") -> list[PageForm]:
    """All forms of a page that stands at the address."""
    return _Reader(page, address).forms


def form_at(browser: Browser, address: str, action: str = "") -> PageForm:
    """The form on the page at this address that is sent to `action` (by default to the page itself)."""
    answer = browser.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    wanted = (action or address).partition("?")[0]
    (found,) = [one for one in forms(answer.text, address) if one.method == "post" and one.action.partition("?")[0] == wanted][:1]
    return found
