"""The editions of a summary over HTTP, for packs and from the command line: who may have which, and what each of them holds."""

from __future__ import annotations

import html
import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from itertools import product

import pytest
from sqlalchemy import event, select, update
from werkzeug.test import TestResponse

from reports.documents import CandidateSummary
from reports.editions import Edition
from screening.errors import NotFound
from screening.models import Account, Application, Candidate, Event, Revision
from screening.policy import Hat
from screening.services import candidates, copies, debriefs, decisions, editions, interviews, openings, reporting, results
from screening.services.lookup import touch
from tests.support.hiring_round import HiringRound, opening_row, plan, viewer_of
from tests.support.web import Browser, Site

NAMES = {"recruiter": "Rita Stone", "manager": "Mona Vale", "ada": "Ada Öberg", "ben": "Ben Tran", "stranger": "Sam Strange"}


class AsHtml:
    """Stands where the typesetter does and gives the page as it got it: what a paper looks like is tested elsewhere."""

    def render(self, page: str, **_: object) -> bytes:
        return page.encode()

    def close(self) -> None:
        pass


@pytest.fixture
def round_(hiring: HiringRound) -> HiringRound:
    """Maria's panel is complete and mentions people; Tom is closed to Ada; everybody has a whole name."""
    with hiring.database.transaction() as session:
        for name, full in NAMES.items():
            session.execute(update(Account).where(Account.public_id == hiring.people[name]).values(name=full))
        maria = session.scalars(select(Application).where(Application.public_id == hiring.candidates["maria"])).one()
        maria.reference, maria.source = "AG-7001", "Sent by Rita Stone"
        maria.candidate.phone = "+49 30 555 12 34"
        touch(opening_row(session, hiring))
    hiring.submit("ada", "maria", spoken_communication=4, composure=2)
    hiring.submit("ben", "maria", spoken_communication=5, composure=4)
    with hiring.database.transaction() as session:
        session.execute(
            update(Revision)
            .where(Revision.reason == "ada says yes")
            .values(reason="Ben agrees: Maria (AG-7001) is ahead of Tom Okafor. Tom shouted.")
        )
        viewer = viewer_of(session, hiring.people["manager"])
        decisions.decide(session, viewer, hiring.candidates["maria"], kind="hold", reason="Rita wants the panel first", standing="")
    return hiring


@pytest.fixture
def pages(site: Site, monkeypatch: pytest.MonkeyPatch) -> Site:
    monkeypatch.setitem(site.app.extensions, "pdf", AsHtml())
    return site


def path(hiring: HiringRound, candidate: str = "maria", edition: str = "") -> str:
    return f"/candidates/{hiring.candidates[candidate]}/summary.pdf{f'?edition={edition}' if edition else ''}"


def said(answer: TestResponse) -> str:
    """The page's text, without markup."""
    return " ".join(html.unescape(re.sub(r"<svg.*?</svg>|<[^>]+>", " ", answer.text, flags=re.DOTALL)).split())


def hide_names(hiring: HiringRound) -> None:
    with hiring.database.transaction() as session:
        row = opening_row(session, hiring)
        row.manager_sees_names = False
        touch(row)


def hats(hiring: HiringRound, who: str, *worn: Hat) -> None:
    with hiring.database.transaction() as session:
        recruiter = viewer_of(session, hiring.people["recruiter"])
        openings.set_hats(session, recruiter, hiring.opening, hiring.people[who], list(worn))


def status(browser: Browser, hiring: HiringRound, candidate: str = "maria") -> dict[str, int]:
    return {edition: browser.get(path(hiring, candidate, edition)).status_code for edition in ("", *Edition)}


NOTHING = {"": 404, "full": 404, "manager": 404, "own": 404, "records": 404}
EVERYTHING = {"": 200, "full": 200, "manager": 200, "own": 200, "records": 200}
ALLOWED = {
    ("recruiter", True): EVERYTHING,
    ("recruiter", False): EVERYTHING,
    ("manager", True): NOTHING | {"": 200, "full": 200, "manager": 200},
    ("manager", False): NOTHING | {"": 200, "manager": 200},
}


@pytest.mark.parametrize("shown", [True, False])
def test_every_role_and_edition(pages: Site, round_: HiringRound, shown: bool) -> None:
    if not shown:
        hide_names(round_)
    for role in ("recruiter", "manager", "ada", "cleo", "ivo", "admin", "stranger"):
        assert status(pages.signed_in(round_.people[role]), round_) == ALLOWED.get((role, shown), NOTHING), role
    assert pages.visitor().get(path(round_, edition="full")).status_code == 303


def test_with_two_hats_the_stricter_rule_holds_for_names(pages: Site, round_: HiringRound) -> None:
    hide_names(round_)
    hats(round_, "manager", Hat.HIRING_MANAGER, Hat.RECRUITER)

    assert status(pages.signed_in(round_.people["manager"]), round_) == EVERYTHING | {"full": 404}


def test_a_recruiter_who_owes_a_card_has_no_edition_of_that_candidate(pages: Site, round_: HiringRound) -> None:
    hats(round_, "ada", Hat.RECRUITER, Hat.INTERVIEWER)
    browser = pages.signed_in(round_.people["ada"])

    assert status(browser, round_, "tom") == NOTHING
    assert status(browser, round_, "maria") == EVERYTHING


def test_nobody_has_an_edition_of_their_own_record(pages: Site, round_: HiringRound) -> None:
    with round_.database.transaction() as session:
        session.execute(update(Candidate).where(Candidate.name == "Maria Kowalska").values(email="recruiter@example.org"))

    assert status(pages.signed_in(round_.people["recruiter"]), round_) == NOTHING


@pytest.mark.parametrize("edition", ["Full", "x", "full ", "own,records", "%00", "<b>"])
def test_an_edition_that_does_not_exist_is_refused(pages: Site, round_: HiringRound, edition: str) -> None:
    answer = pages.signed_in(round_.people["recruiter"]).get(path(round_, edition=edition))

    assert answer.status_code == 400
    assert "choose one there" in answer.text
    assert "<b>" not in answer.text


def test_the_full_edition_says_who_and_the_managers_does_not(pages: Site, round_: HiringRound) -> None:
    browser = pages.signed_in(round_.people["manager"])
    full, manager = (said(browser.get(path(round_, edition=edition))) for edition in ("full", "manager"))

    assert "Full edition: who rated what" in full
    assert "Ada Öberg Phone screen Yes Ben agrees: Maria (AG-7001) is ahead of Tom Okafor" in full
    assert "Hiring manager’s edition: without names" in manager
    assert "Interviewer A Phone screen Yes Ben agrees" in manager
    assert "Öberg" not in manager
    assert full.count("Maria Kowalska") == manager.count("Maria Kowalska")


def test_the_own_copy_holds_what_is_recorded_and_nothing_of_others(pages: Site, round_: HiringRound) -> None:
    answer = pages.signed_in(round_.people["recruiter"]).get(path(round_, edition="own"))
    text = said(answer)

    for words in (
        "Name Maria Kowalska E-mail maria@example.org Phone +49 30 555 12 34 Reference AG-7001 How you came to us Sent by [name]",
        "Experience 2 years 6 months, the same kind of work",
        "Phone screen Not fixed Not recorded 2",
        "The decision about you waits [name] wants the panel first Hiring manager,",
        "Interviewer A Phone screen For you [name] agrees: Maria (AG-7001) is ahead of [name]. [name] shouted.",
        "Interviewer B Phone screen For you [name] says yes",
        "It rests on 2 interview cards and on",
    ):
        assert words in text
    for word in ("Öberg", "Tran", "Stone", "Vale", "Tom ", "Okafor", "Linh", "Place", "in all", "range", "Range"):
        assert word not in text
    assert answer.headers["Content-Disposition"] == 'attachment; filename="Maria Kowalska - Agent - own copy.pdf"'


def test_the_records_copy_holds_no_name_in_text_title_or_file_name(pages: Site, round_: HiringRound) -> None:
    answer = pages.signed_in(round_.people["recruiter"]).get(path(round_, edition="records"))
    record = f"Record {round_.candidates['maria'][:8]}"

    assert f"<title>Candidate summary: {record}, Agent</title>" in answer.text
    assert "[name] agrees: [name] ([reference]) is ahead of [name]. [name] shouted." in said(answer)
    assert "marks in square brackets stand for" in said(answer)
    assert "Hiring manager," in said(answer)
    found = re.findall(r"[^\W\d_]+", (answer.text + answer.headers["Content-Disposition"]).casefold())
    assert {"maria", "kowalska", "ada", "öberg", "ben", "tran", "rita", "stone", "mona", "vale", "tom", "okafor", "linh"}.isdisjoint(found)
    assert answer.headers["Content-Disposition"] == f'attachment; filename="Candidate summary - {record}.pdf"'


def test_a_decider_without_a_deciding_hat_now_is_a_member_of_the_team(pages: Site, round_: HiringRound) -> None:
    hats(round_, "manager", Hat.CALIBRATION_LEAD)

    assert "Member of the hiring team," in said(pages.signed_in(round_.people["recruiter"]).get(path(round_, edition="records")))


def test_what_was_made_is_recorded_with_its_edition(pages: Site, round_: HiringRound) -> None:
    browser = pages.signed_in(round_.people["recruiter"])
    for edition in ("records", ""):
        browser.get(path(round_, edition=edition))
    pages.signed_in(round_.people["ada"]).get(path(round_, edition="own"))

    with round_.database.reading() as session:
        made = session.scalars(select(Event).where(Event.action == "summary_made").order_by(Event.id)).all()
        assert [entry.detail for entry in made] == [{"edition": "records"}, {"edition": "full"}]


def test_a_real_paper_is_made(site: Site, round_: HiringRound) -> None:
    answer = site.signed_in(round_.people["recruiter"]).get(path(round_, edition="own"))

    assert answer.data.startswith(b"%PDF-")
    assert answer.mimetype == "application/pdf"


@pytest.mark.parametrize(
    ("person", "offered"),
    [("recruiter", ["manager", "own", "records"]), ("manager", ["manager"]), ("ada", [])],
)
def test_the_candidates_page_offers_what_may_be_had_and_no_more(pages: Site, round_: HiringRound, person: str, offered: list[str]) -> None:
    page = pages.signed_in(round_.people[person]).get(f"/candidates/{round_.candidates['maria']}").text

    assert re.findall(r"summary\.pdf\?edition=(\w+)", page) == offered
    assert ("PDF summary" in page) == (person != "ada")
    assert ("Other editions" in page) == bool(offered)


def test_one_edition_needs_no_menu(pages: Site, round_: HiringRound) -> None:
    hide_names(round_)
    page = pages.signed_in(round_.people["manager"]).get(f"/candidates/{round_.candidates['maria']}").text

    assert "PDF summary" in page
    assert "Other editions" not in page


def test_while_closed_nothing_is_offered(pages: Site, round_: HiringRound) -> None:
    hats(round_, "ada", Hat.RECRUITER, Hat.INTERVIEWER)

    assert "summary.pdf" not in pages.signed_in(round_.people["ada"]).get(f"/candidates/{round_.candidates['tom']}").text


def test_the_letter_in_the_list_of_interviews_is_that_of_the_ratings(pages: Site, round_: HiringRound) -> None:
    hide_names(round_)
    later = plan(round_, "linh", "phone", "ben", "ada")
    later.submit("ada", "linh", spoken_communication=1, composure=1)
    page = said(pages.signed_in(round_.people["manager"]).get(f"/candidates/{round_.candidates['linh']}"))

    assert "Criterion Mean Interviewer A Phone screen" in page
    assert "Phone screen No time fixed Interviewer A + Yes ada says yes Interviewer B Missing" in page


# Packs


def made(hiring: HiringRound, who: str, wanted: Collection[str], edition: Edition = Edition.FULL) -> list[tuple[str, CandidateSummary]]:
    with hiring.database.reading() as session:
        viewer = viewer_of(session, hiring.people[who])
        found = reporting.summaries(session, viewer, opening_row(session, hiring), list(wanted), edition=edition, organisation="Blue River")
        return [(application.public_id, document) for application, document in found]


def test_a_pack_holds_what_single_papers_hold(round_: HiringRound) -> None:
    for edition in Edition:
        found = made(round_, "recruiter", round_.candidates.values(), edition)
        with round_.database.reading() as session:
            recruiter = viewer_of(session, round_.people["recruiter"])
            assert found == [
                (key, reporting.summary(session, recruiter, key, organisation="Blue River", edition=edition))
                for key in round_.candidates.values()
            ]


def test_a_pack_keeps_the_order_asked_for_and_leaves_out_what_is_not_open(round_: HiringRound) -> None:
    hats(round_, "ada", Hat.RECRUITER, Hat.INTERVIEWER)
    maria, tom, linh = round_.candidates.values()

    assert [key for key, _ in made(round_, "recruiter", [linh, maria, tom, linh, "unknown"])] == [linh, maria, tom]
    assert [key for key, _ in made(round_, "ada", [linh, tom, maria])] == [linh, maria]
    assert made(round_, "recruiter", []) == []


def test_a_pack_of_an_edition_that_the_viewer_may_not_have_is_not_there(round_: HiringRound) -> None:
    allowed = {"recruiter": list(Edition), "manager": [Edition.FULL, Edition.MANAGER]}
    for who, edition in product(("recruiter", "manager", "ada", "cleo", "stranger", "admin"), Edition):
        with round_.database.reading() as session:
            found = editions.allowed(session, viewer_of(session, round_.people[who]), opening_row(session, round_))
        assert list(found) == allowed.get(who, [])
        if edition in found:
            assert len(made(round_, who, round_.candidates.values(), edition)) == 3
        else:
            with pytest.raises(NotFound):
                made(round_, who, round_.candidates.values(), edition)


def test_candidates_of_another_opening_are_left_out(round_: HiringRound) -> None:
    with round_.database.transaction() as session:
        recruiter = viewer_of(session, round_.people["recruiter"])
        other = openings.create(session, recruiter, title="Other", copy_of=round_.opening)
        elsewhere = candidates.add(session, viewer_of(session, round_.people["recruiter"]), other.public_id, candidates.Details("Eve"))
        key = elsewhere.public_id

    assert made(round_, "recruiter", [key]) == []


@contextmanager
def counted(hiring: HiringRound) -> Iterator[list[str]]:
    found: list[str] = []

    def note(_: object, __: object, statement: str, *___: object) -> None:
        found.append(statement)

    event.listen(hiring.database.engine, "before_cursor_execute", note)
    yield found
    event.remove(hiring.database.engine, "before_cursor_execute", note)


def test_thirty_candidates_take_as_many_statements_as_three(round_: HiringRound) -> None:
    def statements(edition: Edition) -> int:
        results.forget()
        with counted(round_) as found:
            assert len(made(round_, "recruiter", everybody, edition)) == len(everybody)
        return len(found)

    everybody = list(round_.candidates.values())
    few = {edition: statements(edition) for edition in Edition}
    with round_.database.transaction() as session:
        recruiter = viewer_of(session, round_.people["recruiter"])
        for number in range(27):
            added = candidates.add(session, recruiter, round_.opening, candidates.Details(f"Person Number{number}"))
            everybody.append(added.public_id)
            interviews.plan(
                session,
                recruiter,
                round_.opening,
                applications=[added.public_id],
                stage="phone",
                interviewers_=[round_.people["ada"], round_.people["ben"]],
            )
            decisions.decide(session, recruiter, added.public_id, kind="hold", reason="Wait", standing="")

    assert len(everybody) == 30
    assert {edition: statements(edition) for edition in Edition} == few
    assert max(few.values()) < 30


def test_a_final_rating_and_an_amendment_are_in_every_edition(round_: HiringRound) -> None:
    with round_.database.transaction() as session:
        ada = viewer_of(session, round_.people["ada"])
        debriefs.give(session, ada, round_.candidates["maria"], criterion="composure", level=3, reason="Ben was right")
    for edition, reason in zip(Edition, ("Ben was right", "Ben was right", "[name] was right", "[name] was right"), strict=True):
        ((_, document), *_) = made(round_, "recruiter", [round_.candidates["maria"]], edition)
        line = next(line for line in document.criteria if line.key == "composure")
        assert [(mark.level, mark.final, mark.final_reason) for mark in line.marks] == [(2, 3, reason), (4, None, "")]


def test_the_teams_digest_changes_with_names_and_hats(round_: HiringRound) -> None:
    def digest() -> str:
        with round_.database.reading() as session:
            return copies.team_digest(session, opening_row(session, round_))

    first = digest()
    assert digest() == first
    hats(round_, "cleo", Hat.CALIBRATION_LEAD, Hat.INTERVIEWER)
    second = digest()
    with round_.database.transaction() as session:
        session.execute(update(Account).where(Account.public_id == round_.people["ben"]).values(name="Ben Trần"))
    assert len({first, second, digest()}) == 3
