"""Two databases that differ only in what somebody may not know of yet give them the same answers, byte for byte.

All routes are asked, with all that the pages themselves offer to sort, filter and search by, so that a new one is covered by being there.
One kind of database is enough: what is hidden is decided by the same statements on both.
"""

from __future__ import annotations

import io
import re
import shutil
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from html import unescape
from itertools import product
from pathlib import Path
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from reports.editions import Edition
from reports.side_by_side import ORDERS
from reports.view import FIXED_SORTS
from screening.blueprints import kits
from screening.clock import set_back
from screening.database import Database
from screening.models import Account, Application, Candidate, Job, JobPart, Opening, PendingImport, Scorecard, Void
from screening.models.decisions import KINDS
from screening.models.interviews import RECOMMENDATIONS
from screening.policy import Hat
from screening.services import accounts, amending, debriefs, decisions, jobs, openings, rates, reporting, results, scorecards
from screening.services.audit import denials
from screening.services.scorecards import Content, Entry
from tests.house_rules.test_access import ONLY_WITH_SETTINGS, routes
from tests.support import hiring_round as rounds
from tests.support.crawl import rule_of
from tests.support.forms import PageForm, forms
from tests.support.hiring_round import HiringRound, opening_row, viewer_of
from tests.support.keys import KEY
from tests.support.web import Browser, Site

NOW = datetime.now(UTC).replace(microsecond=0)
BEGAN = NOW - timedelta(days=30)
KEPT_DAYS = 25
"""Between the two: whoever has had nothing done with them since the round began is due to be erased."""

HATS: Mapping[str, tuple[Hat, ...]] = {
    "alone": (),
    "recruiter": (Hat.RECRUITER,),
    "manager": (Hat.HIRING_MANAGER,),
    "both": (Hat.RECRUITER, Hat.HIRING_MANAGER),
    "administrator": (),
    "calibration lead": (Hat.CALIBRATION_LEAD,),
}
Answer = tuple[int, tuple[tuple[str, str], ...], bytes]
"""Status, headers, body."""

HIDDEN_JOB = "hiddenhiddenhiddenhidA"
CARDS = (("ada", "maria", "phone"), ("ada", "linh", "panel"), ("ada", "tom", "panel"), ("ben", "maria", "phone"))
WORDS = ("maria", "Tom", "ben", "Hidden")
TYPED = {"number": ("1", "80"), "date": tuple(str((NOW - timedelta(days=days)).date()) for days in (40, 10, 0))}
"""What is typed into a field of a form that looks for something, by its kind; into all others `WORDS`."""

_TOKEN = re.compile(rb'name="(csrf|submission)_token" value="[^"]*"|name="csrf-token" content="[^"]*"')
_MADE = re.compile(rb"<dcterms:(created|modified)[^<]*<")
_HREF = re.compile(r'href="(/[^"#]*\?[^"#]*)')
_VARIABLE = re.compile(r"<([^>]+)>")
_OF_THIS_REQUEST = {"Date", "Expires", "Set-Cookie"}


@dataclass(frozen=True)
class Said:
    """What somebody writes on a card."""

    levels: Sequence[int | None]
    recommendation: str
    words: str


@dataclass(frozen=True)
class Hidden:
    """What others do meanwhile with the candidates whom Ada may not know more of, so many days ago.

    `first`: Ben's card of Maria, whom Ada is to interview; `far` is how far he gets with it. `later`: his card at the panel of Linh, where
    Ada owes one too, after both spoke to her on the telephone. `kinds`: decisions about either, '' for none; `final`: his final rating.
    """

    days: int
    far: str
    first: Said
    later: Said | None
    amended: Said | None
    final: int | None
    kinds: tuple[str, str]
    undone: bool


def said() -> st.SearchStrategy[Said]:
    level = st.none() | st.integers(1, 5)
    words = st.text(st.characters(categories=["L", "N", "P"]), max_size=30).map("Hidden {}".format)
    return st.builds(Said, st.tuples(level, level), st.sampled_from(RECOMMENDATIONS), words)


HIDDEN = st.builds(
    Hidden,
    days=st.integers(1, 20),
    far=st.sampled_from(["draft", "submitted", "amending", "amended"]),
    first=said(),
    later=st.none() | said(),
    amended=st.none() | said(),
    final=st.none() | st.integers(1, 5),
    kinds=st.tuples(st.sampled_from(["", *KINDS]), st.sampled_from(["", "hold", "reject", "offer"])),
    undone=st.booleans(),
)
EVERYTHING = Hidden(
    days=3,
    far="amended",
    first=Said((5, 1), "strong_no", "Hidden"),
    later=Said((5, 5), "strong_yes", "Hidden: the best of all"),
    amended=Said((1, None), "no", "Hidden once more"),
    final=5,
    kinds=("advance", "reject"),
    undone=False,
)


class AsHtml:
    """Stands where the typesetter does and gives the page as it got it."""

    def render(self, page: str, **_: object) -> bytes:
        return page.encode()

    def close(self) -> None:
        pass


def write(hiring: HiringRound, who: str, candidate: str, stage: str, what: Said, *, submitted: bool = True) -> None:
    with hiring.database.transaction() as session:
        viewer = viewer_of(session, hiring.people[who])
        card = scorecards.get(session, viewer, hiring.cards[who, candidate, stage])
        entries = {
            item.key: Entry(level, "" if level else "no_time", f"{what.words} on {item.key}")
            for item, level in zip(card.criteria, what.levels, strict=True)
        }
        content = Content(entries, what.recommendation, f"{what.words}: {candidate}", "A slip" if card.state == "amending" else None)
        do = scorecards.submit if submitted else scorecards.save
        do(session, viewer, card.public_id, content, version=card.version, rubric_number=card.rubric_number)


def amend(hiring: HiringRound, candidate: str, what: Said, *, submitted: bool = True) -> None:
    with hiring.database.transaction() as session:
        amending.begin(session, viewer_of(session, hiring.people["ben"]), hiring.cards["ben", candidate, "phone"])
    write(hiring, "ben", candidate, "phone", what, submitted=submitted)


def decide(hiring: HiringRound, candidate: str, kind: str, *, undone: bool = False) -> None:
    with hiring.database.transaction() as session:
        manager = viewer_of(session, hiring.people["manager"])
        made = decisions.decide(session, manager, hiring.candidates[candidate], kind=kind, reason="Hidden reason", standing="")
        if undone:
            decisions.undo(session, manager, made.public_id, reason="Hidden too")


def owed(hiring: HiringRound, *, withdrawn_at: datetime | None) -> None:
    with hiring.database.transaction() as session:
        card = hiring.cards["ada", "linh", "panel"]
        session.execute(update(Scorecard).where(Scorecard.public_id == card).values(withdrawn_at=withdrawn_at))


def give_final(hiring: HiringRound, level: int) -> None:
    """As it was given before Ada was asked to the panel: until all who are asked have written there is no debrief."""
    owed(hiring, withdrawn_at=BEGAN)
    with hiring.database.transaction() as session:
        ben = viewer_of(session, hiring.people["ben"])
        debriefs.give(session, ben, hiring.candidates["linh"], criterion="spoken_communication", level=level, reason="Hidden talk")
    owed(hiring, withdrawn_at=None)


def job(session: Session, hiring: HiringRound, who: str, **values: object) -> Job:
    """A finished file."""
    opening, viewer = opening_row(session, hiring), viewer_of(session, hiring.people[who])
    request = {"all_versions": False, "rights": jobs.rights(session, viewer, opening)}
    made = Job(opening_id=opening.id, account_id=viewer.account_id, kind="ratings", request=request, digest="0" * 64, **values)
    made.state, made.filename, made.size = "done", "a.xlsx", 4
    session.add(made)
    session.flush()
    session.add(JobPart(job_id=made.id, number=0, content=b"file"))
    return made


def happen(hiring: HiringRound, hidden: Hidden) -> None:
    """All of it, and what it leaves behind elsewhere: a paper that was made, a refusal, a file of somebody else's."""
    if hidden.far != "draft":
        write(hiring, "ben", "maria", "phone", hidden.first)
    else:
        write(hiring, "ben", "maria", "phone", hidden.first, submitted=False)
    if hidden.far.startswith("amend"):
        amend(hiring, "maria", replace(hidden.first, words="Hidden again"), submitted=hidden.far == "amended")
    if hidden.later:
        write(hiring, "ben", "linh", "panel", hidden.later)
        if hidden.final:
            give_final(hiring, hidden.final)
    if hidden.amended:
        amend(hiring, "linh", hidden.amended)
    for candidate, kind in zip(("maria", "linh"), hidden.kinds, strict=True):
        if kind:
            decide(hiring, candidate, kind, undone=hidden.undone)
    with hiring.database.transaction() as session:
        recruiter, ben = (viewer_of(session, hiring.people[name]) for name in ("recruiter", "ben"))
        reporting.note_made(session, recruiter, hiring.candidates["maria"], Edition.FULL)
        denials.note(session, ben, "comparison.show", {"opening_id": hiring.opening})
        if not viewer_of(session, hiring.people["ada"]).is_administrator:  # who may count everybody's files
            job(session, hiring, "recruiter", public_id=HIDDEN_JOB)


@dataclass(frozen=True)
class Ada:
    """The round as Ada has it before her, in a file to be copied; `ids` says what the variables of addresses stand for."""

    file: Path
    hiring: HiringRound
    token: str
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
def begun(tmp_path_factory: pytest.TempPathFactory, migrated_file: Path) -> tuple[Path, HiringRound]:
    """Tom is open to Ada. She owes her first card of Maria, and a later one of Linh, whom she and Ben have spoken to before."""
    path = tmp_path_factory.mktemp("blind") / "begun.sqlite3"
    with copied(migrated_file, path) as database, set_back(BEGAN):
        hiring = rounds.build(database)
        for candidate, stage in (("tom", "panel"), ("linh", "phone")):
            hiring = rounds.plan(hiring, candidate, stage, "ada", "ben")
        write(hiring, "ada", "tom", "phone", Said((3, 4), "yes", "Open"))
        for who, level in (("ada", 5), ("ben", 2)):
            write(hiring, who, "tom", "panel", Said((level, 3), "yes", "Open"))
            write(hiring, who, "linh", "phone", Said((level, 4), "yes", "Open"))
        hiring = rounds.plan(hiring, "linh", "panel", "ada", "ben")
        write(hiring, "ada", "maria", "phone", Said((4, None), "yes", "Mine"), submitted=False)
        decide(hiring, "tom", "hold")
    return path, hiring


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory, begun: tuple[Path, HiringRound]) -> Callable[[str], Known]:
    """By hats, asked once each: it is the same for whatever happens afterwards."""
    folder = tmp_path_factory.mktemp("hats")

    @cache
    def find(hats: str) -> Known:
        path = folder / f"{hats}.sqlite3"
        ada = wearing(hats, begun, path)
        with at_work(ada, folder) as (site, _, browser), set_back(NOW):
            return Known(ada, first_walk(site, browser, ada))

    return find


def wearing(hats: str, begun: tuple[Path, HiringRound], path: Path) -> Ada:
    with copied(begun[0], path) as database:
        hiring = replace(begun[1], database=database)
        with set_back(BEGAN), database.transaction() as session:
            admin = viewer_of(session, hiring.people["admin"])
            openings.set_hats(session, admin, hiring.opening, hiring.people["ada"], [Hat.INTERVIEWER, *HATS[hats]])
            account = session.scalars(select(Account).where(Account.name == "Ada")).one()
            account.is_administrator = hats == "administrator"
            opening_row(session, hiring).retention_days = KEPT_DAYS
        with set_back(BEGAN), database.transaction() as session:
            ids = objects(session, hiring)
        with set_back(NOW), database.transaction() as session:
            token = accounts.sign_in(session, session.scalars(select(Account).where(Account.name == "Ada")).one())
    return Ada(path, hiring, token, ids)


@contextmanager
def at_work(ada: Ada, folder: Path) -> Iterator[tuple[Site, HiringRound, Browser]]:
    """The usual application over a fresh copy of Ada's round, and her browser there, signed in with the same token each time."""
    results.forget()
    with pytest.MonkeyPatch.context() as patch, copied(ada.file, folder / "copy.sqlite3") as database:
        patch.setattr(rates, "MOST", dict.fromkeys(rates.Kind, 100_000))
        patch.setattr(kits, "with_fields", lambda drawn, *_, **__: drawn)
        site = Site(database, own=False)
        patch.setitem(site.app.extensions, "pdf", AsHtml())
        browser = Browser(site)
        with browser.client.session_transaction() as cookie:
            cookie["sign_in"] = ada.token
        yield site, replace(ada.hiring, database=database), browser


def objects(session: Session, hiring: HiringRound) -> Mapping[str, Sequence[str]]:
    me = viewer_of(session, hiring.people["ada"])
    opening = session.scalars(select(Opening)).one()
    pending = PendingImport(opening_id=opening.id, account_id=me.account_id, filename="a.csv", content=b"name\nSomebody New\n")
    session.add_all([pending, Void(opening_id=opening.id, criterion="teamwork", reason="Leaked", voided_by=me.account_id, voided_at=BEGAN)])
    session.flush()
    return {
        "opening_id": [hiring.opening],
        "application_id": session.scalars(select(Application.public_id)).all(),
        "candidate_id": session.scalars(select(Candidate.public_id)).all(),
        "import_id": [pending.public_id],
        "job_id": [job(session, hiring, who).public_id for who in ("ada", "manager")] + [HIDDEN_JOB],
        "account_id": [hiring.people[who] for who in ("ada", "ben", "manager", "recruiter")],
        "scorecard_id": [hiring.cards[card] for card in CARDS],
        "key": ["phone", "panel", "composure"],
        "code": ["0" * 22],
        "int(min=1, max=9999):number": ["1"],
    }


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
    yield f"{opening}/files?{'&'.join(people)}"


def first_walk(site: Site, browser: Browser, ada: Ada) -> dict[str, Answer]:
    """All addresses in the order in which they will be asked again: a page may show what was fetched before it."""
    pages = plain(site, ada.ids)
    answers = seen(browser, pages)
    found = [one for page in pages for one in offered(page, answers[page]) if rule_of(site.app, one, "GET")]
    further = dict.fromkeys([*found, *comparisons(ada.hiring, found), *besides(ada.hiring)])
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


def differing(known: Known, hidden: Hidden, folder: Path) -> dict[str, tuple[Answer, Answer]]:
    """Answers that are not the same after all that."""
    with at_work(known.ada, folder) as (_, hiring, browser):
        with set_back(NOW - timedelta(days=hidden.days)):
            happen(hiring, hidden)
        with set_back(NOW):
            after = seen(browser, known.answers)
    return {address: (before, after[address]) for address, before in known.answers.items() if after[address] != before}


@pytest.mark.parametrize("hats", HATS)
def test_what_is_hidden_changes_no_byte_of_any_answer(known: Callable[[str], Known], tmp_path: Path, hats: str) -> None:
    assert differing(known(hats), EVERYTHING, tmp_path) == {}


@settings(max_examples=4, derandomize=True, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(hats=st.sampled_from(["both", "administrator"]), hidden=HIDDEN)
def test_nor_does_anything_else_that_others_may_do_there(
    known: Callable[[str], Known], tmp_path_factory: pytest.TempPathFactory, hats: str, hidden: Hidden
) -> None:
    assert differing(known(hats), hidden, tmp_path_factory.getbasetemp()) == {}
