"""A walk over the whole site, made once: every page that somebody can reach, and every form."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from sqlalchemy import delete

from screening.database import Database, sqlite_module
from screening.models import Rate
from screening.services import results
from tests.house_rules.test_access import NOT_COMPARED, everything
from tests.support import crawl, rich_round
from tests.support.crawl import Found, Reached, every_form
from tests.support.hiring_round import HiringRound
from tests.support.keys import KEY
from tests.support.rich_round import Rich
from tests.support.web import Browser, Site


@dataclass(frozen=True)
class Walked:
    """The site over a round with something of every kind in it, the pages that people reach there, and the forms on those."""

    site: Site
    hiring: HiringRound
    rich: Rich
    pages: list[Reached]
    forms: list[Found]
    browsers: dict[str, Browser] = field(default_factory=dict)

    def state(self) -> dict[str, list[tuple[object, ...]]]:
        """All that is stored, but for what looking about leaves behind: sessions, the record of events, how often somebody asked."""
        left = {*NOT_COMPARED, "event_head", "submissions"}
        return {name: rows for name, rows in everything(self.hiring.database).items() if name not in left}

    def browser(self, person: str) -> Browser:
        """Somebody's browser, signed in once for all tests."""
        if person not in self.browsers:
            self.browsers[person] = self.fresh_browser(person)
        return self.browsers[person]

    def fresh_browser(self, person: str) -> Browser:
        return self.site.signed_in(self.hiring.people[person]) if person else self.site.visitor()


@pytest.fixture(scope="session")
def walked(tmp_path_factory: pytest.TempPathFactory, sqlite_round: tuple[Path, HiringRound]) -> Iterator[Walked]:
    """For tests that leave everything as it is."""
    path = tmp_path_factory.mktemp("walked") / "round.sqlite3"
    shutil.copy(sqlite_round[0], path)
    database = Database(f"sqlite:///{path}", secrets=(KEY,))
    results.forget()
    # With every candidate's time over, so that the page which lets them go has its form.
    hiring, site = replace(sqlite_round[1], database=database), Site(database, retention_days=0)
    rich = rich_round.fill(hiring)
    pages = crawl.everything(site, hiring, rich.starts)
    yield Walked(site, hiring, rich, pages, every_form(site.app, pages))
    site.close()
    database.close()


@pytest.fixture(scope="module")
def walked_copy(tmp_path_factory: pytest.TempPathFactory, walked: Walked) -> Iterator[Walked]:
    """The same over a copy of the database, for the tests of one file that change things."""
    path = tmp_path_factory.mktemp("copy") / "round.sqlite3"
    source = sqlite_module().connect(str(walked.hiring.database.engine.url.database))
    source.execute("VACUUM INTO ?", (str(path),))
    source.close()
    database = Database(f"sqlite:///{path}", secrets=(KEY,))
    results.forget()
    site = Site(database, retention_days=0)
    yield replace(walked, site=site, hiring=replace(walked.hiring, database=database), browsers={})
    site.close()
    database.close()


@pytest.fixture(autouse=True)
def nobody_has_asked_yet(request: pytest.FixtureRequest) -> None:
    """What one test asked for does not count against the next."""
    for name in {"walked", "walked_copy"} & set(request.fixturenames):
        with request.getfixturevalue(name).hiring.database.transaction() as session:
            session.execute(delete(Rate))
