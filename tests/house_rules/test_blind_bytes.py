"""Two databases that differ only in what somebody may not know of yet give them the same answers, byte for byte.

All routes are asked, with all that the pages themselves offer to sort, filter and search by, so that a new one is covered by being there.
One kind of database is enough: what is hidden is decided by the same statements on both.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from screening.clock import set_back
from screening.database import Database
from screening.models import Account, Candidate, Opening, PendingImport, Void
from screening.policy import Hat
from screening.services import accounts, api_tokens, openings, rates, results
from screening.services.api_tokens import Scope
from tests.support import typesetter
from tests.support.all_addresses import Answer, first_walk, seen
from tests.support.hidden_work import BEGAN, EVERYTHING, HIDDEN, HIDDEN_JOB, NOW, Days, Hidden, Said, begin, happen, job, write
from tests.support.hiring_round import opening_row, viewer_of
from tests.support.keys import KEY
from tests.support.web import Browser, Site

KEPT_DAYS = 25
"""Between the two: whoever has had nothing done with them since the round began is due to be erased."""

EVERY_HAT = "everything at once"
HATS: Mapping[str, tuple[Hat, ...]] = {
    "alone": (),
    EVERY_HAT: (Hat.RECRUITER, Hat.HIRING_MANAGER, Hat.CALIBRATION_LEAD),
    "recruiter": (Hat.RECRUITER,),
    "manager": (Hat.HIRING_MANAGER,),
    "administrator": (),
    "calibration lead": (Hat.CALIBRATION_LEAD,),
}
CLOSED_PANEL = "alone, all cards in, where interviewers never read the panel"
CLOSED_PANEL_TOO = "the same for an administrator"
ADMINISTRATORS = {EVERY_HAT, "administrator", CLOSED_PANEL_TOO}
CARDS = (("ada", "maria", "phone"), ("ada", "linh", "panel"), ("ada", "tom", "panel"), ("ben", "maria", "phone"))


@dataclass(frozen=True)
class Ada:
    """The round as Ada has it before her, in a file to be copied. `tokens` are sessions and `keys` those of programs, by person; `ids` says
    what the variables of addresses stand for.
    """

    file: Path
    days: Days
    tokens: Mapping[str, str]
    keys: Mapping[str, str]
    ids: Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Known:
    """What Ada gets at each address while nothing that is hidden from her has happened."""

    ada: Ada
    answers: Mapping[str, Answer]


@contextmanager
def copied(source: Path, to: Path) -> Iterator[Database]:
    shutil.copy(source, to)
    database = Database(f"sqlite:///{to}", secrets=(KEY,))
    yield database
    database.close()


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory, migrated_file: Path) -> tuple[Path, Days]:
    path = tmp_path_factory.mktemp("blind") / "begun.sqlite3"
    with copied(migrated_file, path) as database, set_back(BEGAN):
        return path, begin(database)


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory, begun: tuple[Path, Days]) -> Callable[[str], Known]:
    """By hats, asked once each: it is the same for whatever happens afterwards."""
    folder = tmp_path_factory.mktemp("hats")

    @cache
    def find(hats: str) -> Known:
        ada = wearing(hats, begun, folder / f"{hats}.sqlite3")
        with at_work(ada, folder) as (site, days), set_back(NOW):
            return Known(ada, first_walk(site, browser_of(site, ada, "ada"), days, ada.ids))

    return find


def wearing(hats: str, begun: tuple[Path, Days], path: Path) -> Ada:
    """Ada in these hats, in both openings."""
    with copied(begun[0], path) as database:
        days = begun[1].on(database)
        hiring = days.hiring
        with set_back(BEGAN), database.transaction() as session:
            admin = viewer_of(session, hiring.people["admin"])
            for opening in (hiring.opening, days.nights.opening):
                openings.set_hats(session, admin, opening, hiring.people["ada"], [Hat.INTERVIEWER, *HATS.get(hats, ())])
            session.scalars(select(Account).where(Account.name == "Ada")).one().is_administrator = hats in ADMINISTRATORS
            opening_row(session, hiring).retention_days = KEPT_DAYS
        if hats in (CLOSED_PANEL, CLOSED_PANEL_TOO):
            close_panels(days)
        with set_back(BEGAN), database.transaction() as session:
            ids = objects(session, days)
        with set_back(NOW), database.transaction() as session:
            people = session.scalars(select(Account).where(Account.name.in_(("Ada", "Ben"))).order_by(Account.name))
            both = people.all()
            tokens = {account.name.lower(): accounts.sign_in(session, account) for account in both}
            keys = {
                account.name.lower(): api_tokens.make(session, account, name="A program", scopes=tuple(Scope), days=7) for account in both
            }
    return Ada(path, days, tokens, keys, ids)


@contextmanager
def at_work(ada: Ada, folder: Path) -> Iterator[tuple[Site, Days]]:
    """The usual application over a fresh copy of Ada's round."""
    results.forget()
    with pytest.MonkeyPatch.context() as patch, copied(ada.file, folder / "copy.sqlite3") as database:
        patch.setattr(rates, "MOST", dict.fromkeys(rates.Kind, 100_000))
        site = Site(database, own=False)
        typesetter.leave_out(patch, site)
        yield site, ada.days.on(database)


def browser_of(site: Site, ada: Ada, who: str) -> Browser:
    """Signed in with the same token each time."""
    browser = Browser(site)
    with browser.client.session_transaction() as cookie:
        cookie["sign_in"] = ada.tokens[who]
    # Means nothing to pages, as the cookie means nothing to what is for programs.
    browser.client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {ada.keys[who]}"
    return browser


def close_panels(days: Days) -> None:
    """Ada owes nothing any more, and the panel stays closed to her all the same."""
    with set_back(BEGAN):
        for candidate, stage in (("maria", "phone"), ("linh", "panel")):
            write(days.hiring, "ada", candidate, stage, Said((4, 3), "yes", "Mine"))
        with days.hiring.database.transaction() as session:
            session.execute(update(Opening).values(panel_open=False))


def objects(session: Session, days: Days) -> Mapping[str, Sequence[str]]:
    hiring = days.hiring
    me = viewer_of(session, hiring.people["ada"])
    opening = opening_row(session, hiring)
    pending = PendingImport(opening_id=opening.id, account_id=me.account_id, filename="a.csv", content=b"name\nSomebody New\n")
    session.add_all([pending, Void(opening_id=opening.id, criterion="teamwork", reason="Leaked", voided_by=me.account_id, voided_at=BEGAN)])
    session.flush()
    return {
        "opening_id": [hiring.opening],
        "application_id": [*hiring.candidates.values(), *days.nights.candidates.values()],
        "candidate_id": session.scalars(select(Candidate.public_id).where(Candidate.name.not_like("Open %"))).all(),
        "import_id": [pending.public_id],
        "job_id": [job(session, hiring, who).public_id for who in ("ada", "manager")] + [HIDDEN_JOB],
        "account_id": [hiring.people[who] for who in ("ada", "ben", "manager", "recruiter")],
        "scorecard_id": [hiring.cards[card] for card in CARDS],
        "key": ["phone", "panel", "composure"],
        "code": ["0" * 22],
        "int(min=1, max=9999):number": ["1"],
    }


def differing(known: Known, hidden: Hidden, folder: Path) -> dict[str, tuple[Answer, Answer]]:
    """Answers that are not the same after all that."""
    with at_work(known.ada, folder) as (site, days):
        with set_back(NOW - timedelta(days=hidden.days)):
            happen(days, hidden, browser_of(site, known.ada, "ben"))
        with set_back(NOW):
            after = seen(browser_of(site, known.ada, "ada"), known.answers)
    return {address: (before, after[address]) for address, before in known.answers.items() if after[address] != before}


@pytest.mark.parametrize("hats", ["alone", EVERY_HAT])
def test_what_is_hidden_changes_no_byte_of_any_answer(known: Callable[[str], Known], tmp_path: Path, hats: str) -> None:
    assert differing(known(hats), EVERYTHING, tmp_path) == {}


@pytest.mark.parametrize("hats", [CLOSED_PANEL, CLOSED_PANEL_TOO])
def test_nor_where_the_panel_is_closed_to_interviewers_for_good(known: Callable[[str], Known], tmp_path: Path, hats: str) -> None:
    # Nobody gives a final rating there who may not read the others.
    assert differing(known(hats), replace(EVERYTHING, final=None), tmp_path) == {}


@pytest.mark.long
@pytest.mark.parametrize("hats", [hats for hats in HATS if hats not in ("alone", EVERY_HAT)])
def test_nor_for_whoever_wears_one_hat_more(known: Callable[[str], Known], tmp_path: Path, hats: str) -> None:
    assert differing(known(hats), EVERYTHING, tmp_path) == {}


@pytest.mark.long
@settings(max_examples=8, derandomize=True, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(hats=st.sampled_from([EVERY_HAT, "administrator"]), hidden=HIDDEN)
def test_nor_does_anything_else_that_others_may_do_there(
    known: Callable[[str], Known], tmp_path_factory: pytest.TempPathFactory, hats: str, hidden: Hidden
) -> None:
    assert differing(known(hats), hidden, tmp_path_factory.getbasetemp()) == {}
