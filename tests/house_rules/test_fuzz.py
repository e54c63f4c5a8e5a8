"""Every form with hostile values, every address with hostile queries and identifiers: never an error of ours, never half saved."""

from __future__ import annotations

import logging
import os
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest
from flask import got_request_exception
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from screening.database import Database, sqlite_module
from screening.services import rates, results
from screening.services.rates import Kind
from tests.house_rules.conftest import Walked
from tests.support import crawl, rich_round
from tests.support.crawl import Found
from tests.support.fuzzing import FILES, Fuzzer, World
from tests.support.hiring_round import HiringRound
from tests.support.hostile import TEXTS, Plan, bodies, plans
from tests.support.keys import KEY
from tests.support.web import Site

POSTS = int(os.environ.get("FUZZ_POSTS", "10000"))
QUIET = {"suppress_health_check": list(HealthCheck), "database": None, "deadline": None, "phases": [Phase.generate]}


@pytest.fixture
def fuzzer(walked: Walked, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> Iterator[Fuzzer]:
    """Over copies of the walked round, each thrown away when it has aged."""
    # What is counted here is errors, and not how often one person may ask.
    monkeypatch.setattr(rates, "MOST", dict.fromkeys(Kind, 10**6))
    caplog.set_level(logging.CRITICAL)
    path = tmp_path / "whole.sqlite3"
    with walked.hiring.database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copy(str(walked.hiring.database.engine.url.database), path)
    site = Site(walked.hiring.database)
    site.app.testing = False
    site.app.config["PROPAGATE_EXCEPTIONS"] = False
    made: list[Database] = []
    every_form = walked.forms + [Found(person, form.action, rule, form) for person, rule, form in rich_round.unlisted(walked.rich)]

    def make() -> World:
        for old in made:
            old.close()
            Path(str(old.engine.url.database)).unlink()
        made[:] = [Database(f"sqlite:///{shutil.copy(path, tmp_path / f'{time.monotonic_ns()}.sqlite3')}", secrets=(KEY,))]
        results.forget()
        site.database = site.app.extensions["database"] = made[0]
        copied = replace(walked, site=site, hiring=replace(walked.hiring, database=made[0]), browsers={})
        return World(site, copied.hiring, walked.rich, walked.pages, every_form, _remembered(copied))

    yield Fuzzer(make)
    site.close()
    for old in made:
        old.close()


def _remembered(walked: Walked) -> Callable[[], object]:
    """All that is stored, read again only after somebody has written something."""
    watch = sqlite_module().connect(str(walked.hiring.database.engine.url.database), check_same_thread=False)
    last: tuple[object, object] = (None, None)

    def state() -> object:
        nonlocal last
        version = watch.execute("PRAGMA data_version").fetchone()
        if version != last[0]:
            last = version, walked.state()
        return last[1]

    return state


def run(fuzzer: Fuzzer, posts: int, scripts: int, *, seeded: bool) -> None:
    @settings(max_examples=posts, derandomize=seeded, **QUIET)
    @given(plans(FILES))
    def send_forms(plan: Plan) -> None:
        fuzzer.post(plan)

    @settings(max_examples=scripts, derandomize=seeded, **QUIET)
    @given(bodies(), st.integers(0, 7))
    def send_scripts(body: object, spoiled: int) -> None:
        fuzzer.script(body, spoiled)

    send_forms()
    send_scripts()


def test_hostile_forms_get_an_answer_and_save_nothing_by_half(fuzzer: Fuzzer) -> None:
    run(fuzzer, 150, 60, seeded=True)
    assert fuzzer.wrong == []
    assert min(fuzzer.statuses[status] for status in (303, 422)) > 10


@pytest.mark.long
def test_ten_thousand_hostile_forms(fuzzer: Fuzzer) -> None:
    begun = time.monotonic()
    run(fuzzer, POSTS * 9 // 10, POSTS // 10, seeded=False)
    seconds, rules = time.monotonic() - begun, {rule for rule, _ in fuzzer.sent_to}
    print(f"{sum(fuzzer.statuses.values()):,} posts to {len(rules)} rules in {seconds:.0f} s: {dict(sorted(fuzzer.statuses.items()))}")  # noqa: T201
    assert fuzzer.wrong == []


@pytest.mark.long
@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_hostile_forms_on_the_other_database(hiring: HiringRound, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fewer, as there is one round for all of them: in the end much of it is closed to who sends them."""
    monkeypatch.setattr(rates, "MOST", dict.fromkeys(Kind, 10**6))
    site, rich = Site(hiring.database), rich_round.fill(hiring)
    try:
        pages = crawl.everything(site, hiring, rich.starts)
        site.app.testing = False
        site.app.config["PROPAGATE_EXCEPTIONS"] = False
        walked = Walked(site, hiring, rich, pages, crawl.every_form(site.app, pages))
        fuzzer = Fuzzer(lambda: World(site, hiring, rich, walked.pages, walked.forms, walked.state))
        run(fuzzer, POSTS // 25, POSTS // 50, seeded=False)
        assert fuzzer.wrong == []
    finally:
        site.close()


QUERIES = (
    "text",
    "page",
    "sort",
    "top",
    "stage",
    "decision",
    "w.composure",
    "candidate",
    "hide",
    "order",
    "edition",
    "next",
    "versions",
    "state",
    "x",
)
PLACES = (
    "opening_id",
    "application_id",
    "scorecard_id",
    "key",
    "import_id",
    "job_id",
    "account_id",
    "void_id",
    "decision_id",
    "code",
    "candidate_id",
)


def test_hostile_addresses_get_an_answer(walked: Walked, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each address once with each kind of hostile value: in its query by turns, and in place of an identifier."""
    monkeypatch.setattr(walked.site.app, "testing", False)
    monkeypatch.setitem(walked.site.app.config, "PROPAGATE_EXCEPTIONS", False)
    monkeypatch.setattr(rates, "MOST", dict.fromkeys(Kind, 10**6))
    raised: list[BaseException] = []
    wrong = {}
    rules = sorted(
        {rule.rule for rule in walked.site.app.url_map.iter_rules() if "GET" in (rule.methods or ()) and rule.endpoint != "static"}
    )
    browser = walked.browser("recruiter")

    def note(sender: object, exception: BaseException, **more: object) -> None:
        raised.append(exception)

    with got_request_exception.connected_to(note, walked.site.app):
        for turn, rule in enumerate(rules):
            asked = [f"{walked.rich.path(rule)}?{_query(turn)}"] if not rule.endswith((".pdf", ".zip", ".json")) else []
            for name in PLACES:
                odd = quote(TEXTS[(turn + len(name)) % len(TEXTS)].encode("utf-8", "surrogatepass"), safe="") or "0"
                asked += [walked.rich.path(rule.replace(f"<{name}>", odd))] if f"<{name}>" in rule else []
            for address in asked:
                answer = browser.get(address)
                if answer.status_code >= 500:
                    wrong[address[:300]] = answer.status_code, repr(raised[-1:])
    assert wrong == {}


def _query(turn: int) -> str:
    values = [quote(text.encode("utf-8", "surrogatepass"), safe="")[:3000] for text in TEXTS]
    return "&".join(f"{name}={values[(turn + place * 7) % len(values)]}" for place, name in enumerate(QUERIES) if (turn + place) % 3 == 0)
