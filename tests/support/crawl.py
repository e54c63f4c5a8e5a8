"""Every page that somebody can reach by its links, and every form on them: so that a new page or form is in the tests by being there."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import unescape

from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.test import TestResponse

from tests.support.forms import PageForm, forms
from tests.support.hiring_round import HiringRound
from tests.support.web import Browser, Site

PEOPLE = ("recruiter", "manager", "ada", "ben", "admin", "cleo", "ivo")
_HREF = re.compile(r'href="(/[^"#]*)')
_FILES = re.compile(r"\.(pdf|csv|xlsx|json|zip)(\?|$)|^/static/")
_OF_ONE_OBJECT = re.compile(r"[A-Za-z0-9_-]{22}-")


@dataclass(frozen=True)
class Reached:
    """A page as somebody saw it; '' is nobody."""

    person: str
    address: str
    answer: TestResponse


@dataclass(frozen=True)
class Found:
    """A form that posts, on the page of somebody, with the rule of the address that it is sent to."""

    person: str
    page: str
    rule: str
    form: PageForm

    def __str__(self) -> str:
        return f"{self.rule} ({self.person or 'nobody'} at {self.page})"


def rule_of(app: Flask, path: str, method: str = "POST") -> str:
    """The rule that answers this path, '' for none."""
    try:
        rule, _ = app.url_map.bind("localhost").match(path.partition("?")[0], method=method, return_rule=True)
    except HTTPException:
        return ""
    return str(rule.rule)


def walk(browser: Browser, *starts: str) -> Iterator[tuple[str, TestResponse]]:
    """Pages in the order in which they are found; one of each path, whatever its query."""
    waiting, seen = deque(starts), set()
    while waiting:
        address = waiting.popleft()
        path = address.partition("?")[0]
        if path in seen or _FILES.search(address):
            continue
        seen.add(path)
        answer = browser.get(address)
        yield address, answer
        if answer.mimetype == "text/html":
            waiting.extend(unescape(found) for found in _HREF.findall(answer.text))


def everything(site: Site, hiring: HiringRound, starts: Mapping[str, tuple[str, ...]]) -> list[Reached]:
    """What each person of the round can reach from the home page and from these pages."""
    reached = []
    for person in PEOPLE:
        browser = site.signed_in(hiring.people[person])
        reached += [Reached(person, address, answer) for address, answer in walk(browser, "/", *starts.get(person, ()))]
    visitor = site.visitor()
    return reached + [Reached("", address, answer) for address, answer in walk(visitor, "/sign-in", *starts.get("", ()))]


def every_form(app: Flask, pages: list[Reached]) -> list[Found]:
    """The first form of each rule and set of fields."""
    found: dict[tuple[str, frozenset[str]], Found] = {}
    for page in pages:
        for form in forms(page.answer.text, page.address) if page.answer.mimetype == "text/html" else []:
            if form.method == "post":
                rule = rule_of(app, form.action)
                key = rule, frozenset(_OF_ONE_OBJECT.sub("", name) for name in form.kinds)
                found.setdefault(key, Found(page.person, page.address, rule, form))
    return list(found.values())
