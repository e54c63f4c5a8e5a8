"""Posts that find what nobody thought of: the real forms of the round with hostile values, sent by who may send them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from flask import got_request_exception

from tests.support import hostile
from tests.support.crawl import Found, Reached
from tests.support.forms import PageForm, forms
from tests.support.hiring_round import HiringRound
from tests.support.hostile import Plan, Sent
from tests.support.rich_round import Rich
from tests.support.web import Browser, Site

AGED = 60
"""Posts after which the round is made anew: by then a hostile recruiter has left the team, or closed the opening."""
FILES = (
    b"",
    b"name,email\nA B,a@example.org\n",
    b"name\n" + b'"' * 999,
    b"\xff\xfen\x00a\x00",
    b"%PDF-1.7\n%%EOF",
    b"PK\x03\x04" + b"\x00" * 60,
    b"\x00" * 3000,
    "name\n\ud800\n".encode("utf-8", "surrogatepass"),
    b"reference,sex\nR-2,man\n",
)


@dataclass
class World:
    """A round with its site, its pages and its forms. `state` gives all that is stored, to tell whether something was saved."""

    site: Site
    hiring: HiringRound
    rich: Rich
    pages: list[Reached]
    forms: list[Found]
    state: Callable[[], object]
    browsers: dict[str, Browser] = field(default_factory=dict)

    def browser(self, person: str) -> Browser:
        if person not in self.browsers:
            self.browsers[person] = self.site.signed_in(self.hiring.people[person]) if person else self.site.visitor()
        return self.browsers[person]


class Fuzzer:
    """Sends posts and collects what should not be: `wrong` says what was sent, and what became of it."""

    def __init__(self, make: Callable[[], World]) -> None:
        self._make = make
        self.world = make()
        self.statuses: Counter[int] = Counter()
        self.sent_to: Counter[tuple[str, int]] = Counter()
        self.wrong: list[str] = []
        self._age = 0
        self._raised: BaseException | None = None
        self.targets = sorted({(found.person, found.page, found.rule) for found in self.world.forms})

    def post(self, plan: Plan) -> None:
        """One post of a form."""
        if self._age >= AGED:
            self.world, self._age = self._make(), 0
        self._age += 1
        person, page, rule = self.targets[plan.target % len(self.targets)]
        browser = self.world.browser(person)
        found = self._form(browser, page, rule)
        self._send(browser, rule, found.action, hostile.changed(found, plan, browser.tokens()))

    def script(self, body: object, spoiled: int) -> None:
        """One post of what only a script sends."""
        rule, browser = "/scorecards/<scorecard_id>/draft", self.world.browser("ada")
        page = browser.get(self.world.rich.path("/scorecards/<scorecard_id>")).text
        versions = {name: int(found) for name, found in re.findall(r'name="(version|rubric)" value="(\d+)"', page)}
        sent = hostile.json_sent(body, versions, spoiled)
        self._send(browser, rule, self.world.rich.path(rule), sent, {"X-CSRFToken": browser.token})

    def _form(self, browser: Browser, page: str, rule: str) -> PageForm:
        """The form as its page has it now; as it had it at first where the page has it no more."""
        first = next(found.form for found in self.world.forms if (found.page, found.rule) == (page, rule))
        answer = browser.get(page)
        now = forms(answer.text, page) if answer.mimetype == "text/html" else []
        return next((form for form in now if form.action == first.action and set(form.kinds) == set(first.kinds)), first)

    def _send(self, browser: Browser, rule: str, path: str, sent: Sent, headers: dict[str, str] | None = None) -> None:
        before, self._raised = self.world.state(), None
        with got_request_exception.connected_to(self._note, self.world.site.app):
            answer = browser.client.post(path, data=sent.body, content_type=sent.kind, headers=headers)
        self.statuses[answer.status_code] += 1
        self.sent_to[rule, answer.status_code] += 1
        told = f"{rule}: {answer.status_code} {self._raised!r} for {sent.body[:1500]!r}"
        if answer.status_code >= 500 or answer.status_code < 200:
            self.wrong.append(told)
        elif answer.status_code >= 400 and self.world.state() != before:
            self.wrong.append(f"half saved: {told}")
        if rule == "/sign-out" or answer.headers.get("Location", "").startswith("/sign-in"):
            self.world.browsers.clear()

    def _note(self, sender: Any, exception: BaseException, **more: Any) -> None:
        self._raised = exception
