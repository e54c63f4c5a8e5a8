"""Every address that somebody can ask for, with all that the pages themselves offer to sort, filter and search by, and what is answered."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from html import unescape
from itertools import product
from urllib.parse import urlencode

from reports.side_by_side import ORDERS
from reports.view import FIXED_SORTS
from tests.house_rules.test_access import ONLY_WITH_SETTINGS, routes
from tests.support.crawl import rule_of
from tests.support.forms import PageForm, forms
from tests.support.hidden_work import NOW, Days
from tests.support.hiring_round import HiringRound
from tests.support.web import Browser, Site

Answer = tuple[int, tuple[tuple[str, str], ...], bytes]
"""Status, headers, body."""

WORDS = ("maria", "Tom", "ben", "Hidden")
TYPED = {"number": ("1", "80"), "date": tuple(str((NOW - timedelta(days=days)).date()) for days in (40, 10, 0))}
"""What is typed into a field of a form that looks for something, by its kind; into all others `WORDS`."""

_TOKEN = re.compile(rb'name="(csrf|submission)_token" value="[^"]*"|name="csrf-token" content="[^"]*"')
_MADE = re.compile(rb"<dcterms:(created|modified)[^<]*<")
_HREF = re.compile(r'href="(/[^"#]*\?[^"#]*)')
_VARIABLE = re.compile(r"<([^>]+)>")
_OF_THIS_REQUEST = {"Date", "Expires", "Set-Cookie"}


def plain(site: Site, ids: Mapping[str, Sequence[str]]) -> list[str]:
    """Every address without a query. A route with a variable that is not known here fails."""
    found = []
    for rule, method in routes(site.app):
        if method == "GET" and rule not in ONLY_WITH_SETTINGS:
            names = _VARIABLE.findall(rule)
            found += [_filled(rule, dict(zip(names, values, strict=True))) for values in product(*(ids[name] for name in names))]
    return found


def _filled(rule: str, values: Mapping[str, str]) -> str:
    for name, value in values.items():
        rule = rule.replace(f"<{name}>", value)
    return rule


def offered(address: str, answer: Answer) -> Iterator[str]:
    """What a page offers to look at otherwise: where its links lead, and every choice of its forms, each by itself."""
    if not dict(answer[1]).get("Content-Type", "").startswith("text/html"):
        return
    page = answer[2].decode()
    yield from (unescape(found) for found in _HREF.findall(page))
    for form in forms(page, address):
        if form.method == "get":
            path = form.action.partition("?")[0]
            yield from (f"{path}?{urlencode({name: value})}" for name, value in choices(form) if value)


def choices(form: PageForm) -> Iterable[tuple[str, str]]:
    for name, kind in form.kinds.items():
        if name in form.choices:
            yield from ((name, value) for value in form.choices[name])
        elif kind == "hidden":
            yield name, form.fields[name]
        else:
            yield from ((name, value) for value in TYPED.get(kind, WORDS))


def comparisons(hiring: HiringRound, found: Iterable[str]) -> Iterator[str]:
    """The table in every order, and all that it offers, as a file too: there nothing but the text could differ."""
    table = f"/openings/{hiring.opening}/compare"
    sorts = [*FIXED_SORTS, "c.spoken_communication", "c.composure", "c.teamwork", "c.experience"]
    ordered = [f"sort={sort}&direction={way}" for sort in sorts for way in ("ascending", "descending")]
    tried = [f"w.composure=80&sort={sort}" for sort in ("moved", "total")] + [f"top=1&sort={sort}" for sort in ("chance", "total")]
    queries = [*ordered, *tried, *(address.partition("?")[2] for address in found if address.startswith(f"{table}?"))]
    yield from (f"{table}?{query}" for query in queries)
    kinds = {query.partition("=")[0]: query for query in queries}
    yield from (f"{table}.{kind}?{query}" for kind in ("csv", "pdf", "xlsx") for query in kinds.values())
    yield from (f"/openings/{hiring.opening}/files?{query}" for query in kinds.values())


def besides(hiring: HiringRound) -> Iterator[str]:
    """What no page offers by itself: people side by side, ratings of all versions, editions, and addresses kept from before."""
    opening = f"/openings/{hiring.opening}"
    people = [f"candidate={hiring.candidates[name]}" for name in ("maria", "linh", "tom")]
    yield from (
        f"{opening}/side-by-side?{'&'.join(chosen)}&order={order}" for chosen in (people[:2], people[1:], people) for order in ORDERS
    )
    yield f"{opening}/ratings.csv?versions=all"
    yield from (f"/api/v1{opening}/results?sort={sort}" for sort in ("name", "cards", "decision", "c.composure"))
    yield f"{opening}/files?{'&'.join(people)}"


def elsewhere(site: Site, opening: str) -> list[str]:
    """Every address of another opening that names nothing but that."""
    rules = [rule for rule, method in routes(site.app) if method == "GET" and _VARIABLE.findall(rule) == ["opening_id"]]
    return [_filled(rule, {"opening_id": opening}) for rule in rules]


def first_walk(site: Site, browser: Browser, days: Days, ids: Mapping[str, Sequence[str]]) -> dict[str, Answer]:
    """All addresses in the order in which they will be asked again: a page may show what was fetched before it."""
    pages = plain(site, ids)
    answers = seen(browser, pages)
    found = [one for page in pages for one in offered(page, answers[page]) if rule_of(site.app, one, "GET")]
    there = elsewhere(site, days.nights.opening)
    further = dict.fromkeys([*found, *comparisons(days.hiring, found), *besides(days.hiring), *there])
    return answers | seen(browser, [address for address in further if address not in answers])


def seen(browser: Browser, asked: Iterable[str]) -> dict[str, Answer]:
    answers = {}
    for address in asked:
        answer = browser.get(address)
        packed = answer.data.startswith(b"PK")
        # How small something packs depends on the time in it.
        ignored = _OF_THIS_REQUEST | ({"Content-Length"} if packed else set())
        headers = tuple(sorted((name, value) for name, value in answer.headers if name not in ignored))
        body = _unpacked(answer.data) if packed else answer.data
        answers[address] = (answer.status_code, headers, _TOKEN.sub(b"", body))
    return answers


def _unpacked(content: bytes) -> bytes:
    """What is in a ZIP or a workbook, as the latter says by itself when it was made."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return b"".join(name.encode() + _MADE.sub(b"", archive.read(name)) for name in archive.namelist())
