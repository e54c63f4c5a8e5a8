"""The decision dossier of a real round: what is gathered, who may have it, and that making it changes nothing in it."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import event, select

import screening
from reports.dossier import document, sealing
from reports.dossier.codec import from_plain
from reports.dossier.verifying import verify
from reports.render import dossier_html
from reports.wording import decimal
from rubrics import codec
from rubrics.qualifications import Facts
from screening.errors import Invalid, NotFound
from screening.models import Application, Candidate, Event
from screening.paths import template_root
from screening.policy import Hat
from screening.services import candidates, debriefs, decisions, dossiers, openings, reporting, results, rubrics, scorecards, voids
from screening.services.dossiers import events
from screening.services.reporting import EVERYTHING
from tests.support import groups_round as groups
from tests.support import hiring_round
from tests.support.hiring_round import HiringRound, change_settings, opening_row, plan, small_rubric, viewer_of
from tests.support.web import KEY, Site

ORGANISATION = "Blue River Utilities"


def amend(hiring: HiringRound, interviewer: str, level: int, stage: str = "phone") -> None:
    from screening.services import amending

    with hiring.database.transaction() as session:
        amending.begin(session, viewer_of(session, hiring.people[interviewer]), hiring.cards[interviewer, "maria", stage])
    hiring.submit(interviewer, "maria", stage, spoken_communication=4, composure=level)


def decide(hiring: HiringRound, kind: str, reason: str) -> str:
    with hiring.database.transaction() as session:
        return hiring_round.decide(
            session, viewer_of(session, hiring.people["manager"]), hiring.candidates["maria"], kind, reason
        ).public_id


def lived_through(hiring: HiringRound) -> HiringRound:
    """Maria's round to its end: amended after reveal, decided, taken back, debriefed, a second rubric version, voids."""
    hiring.submit("ada", "maria", spoken_communication=4, composure=2)
    hiring.submit("ben", "maria", spoken_communication=5, composure=5)
    amend(hiring, "ada", 3)
    held = decide(hiring, "hold", "Composure is open")
    with hiring.database.transaction() as session:
        decisions.undo(session, viewer_of(session, hiring.people["recruiter"]), held, reason="Talked about it")
        ada = viewer_of(session, hiring.people["ada"])
        for level, reason in ((4, "Ben’s example"), (3, "Half of it")):
            debriefs.give(session, ada, hiring.candidates["maria"], criterion="composure", level=level, reason=reason)
            session.flush()
    with hiring.database.transaction() as session:
        recruiter = viewer_of(session, hiring.people["recruiter"])
        first = small_rubric()
        weights = dict(zip(first.keys, (Decimal(30), Decimal(40), Decimal(20), Decimal(10)), strict=True))
        second = replace(first, criteria=tuple(replace(item, weight=weights[item.key]) for item in first.criteria))
        draft = rubrics.save_draft(session, recruiter, hiring.opening, second, version=2)
        rubrics.publish(session, recruiter, hiring.opening, version=draft.version, note="Composure weighs more")
    decide(hiring, "advance", "Both would hire her")
    hiring = plan(hiring, "maria", "panel", "ben")
    hiring.submit("ben", "maria", "panel", composure=4, teamwork=4)
    with hiring.database.transaction() as session:
        recruiter = viewer_of(session, hiring.people["recruiter"])
        shown = voids.preview(session, recruiter, hiring.opening, "teamwork")
        voids.strike(session, recruiter, hiring.opening, "teamwork", reason="It leaked", seen=shown.effect.digest)
    return hiring


def made(hiring: HiringRound, who: str = "recruiter", candidate: str = "maria") -> document.Dossier:
    viewer = hiring.viewer(who)
    with hiring.database.reading() as session:
        return dossiers.gather(session, viewer, hiring.candidates[candidate], organisation=ORGANISATION)


def pages(hiring: HiringRound, candidate: str = "maria") -> tuple[str, str]:
    address = f"/candidates/{hiring.candidates[candidate]}/dossier"
    return f"{address}.json", f"{address}.pdf"


def test_the_whole_record_is_gathered(hiring: HiringRound) -> None:
    hiring = lived_through(hiring)
    found = made(hiring)
    name = {public_id: name for name, public_id in hiring.people.items()}
    cards = [
        (
            name[card.interviewer.id],
            card.stage,
            [
                (
                    one.number,
                    one.rubric,
                    one.counts,
                    one.after_reveal,
                    one.amend_reason,
                    [(rated.criterion, rated.level) for rated in one.ratings],
                )
                for one in card.versions
            ],
        )
        for card in found.cards
    ]
    assert cards == [
        (
            "ada",
            "phone",
            [
                (1, 1, True, False, "", [("spoken_communication", 4), ("composure", 2)]),
                (2, 1, False, True, "Slip of the key", [("spoken_communication", 4), ("composure", 3)]),
            ],
        ),
        ("ben", "phone", [(1, 1, True, False, "", [("spoken_communication", 5), ("composure", 5)])]),
        ("ben", "panel", [(1, 2, True, False, "", [("composure", 4), ("teamwork", 4)])]),
    ]
    assert found.cards[0].versions[0].ratings[1].note == "ada on composure of maria"
    assert [(one.level, one.reason, one.ended) for one in found.finals] == [(4, "Ben’s example", "replaced"), (3, "Half of it", "")]
    assert [(one.number, one.in_force, one.note) for one in found.rubrics] == [(1, False, ""), (2, True, "Composure weighs more")]
    assert [codec.digest(codec.from_dict(one.content)) for one in found.rubrics] == [one.digest for one in found.rubrics]
    assert [(one.criterion, one.question, one.reason, one.undone_at) for one in found.voids] == [("teamwork", "", "It leaked", None)]
    assert [
        (one.kind, one.reason, one.by.name, one.rubric, one.undone_by and one.undone_by.name, one.undone_reason) for one in found.decisions
    ] == [
        ("hold", "Composure is open", "Manager", 1, "Recruiter", "Talked about it"),
        ("advance", "Both would hire her", "Manager", 2, None, ""),
    ]
    assert (found.candidate.name, found.candidate.stage, found.candidate.facts.months) == ("Maria Kowalska", "panel", 30)
    assert found.as_of == max(one.at for one in found.events)


def test_events_say_who_did_what_and_leave_out_who_took_what_out(hiring: HiringRound, site: Site) -> None:
    hiring = lived_through(hiring)
    browser = site.signed_in(hiring.people["recruiter"])
    assert browser.get(pages(hiring)[0]).status_code == 200
    assert browser.get(f"/openings/{hiring.opening}/compare.csv").status_code == 200
    assert [(one.number, one.by.name if one.by else "", one.what) for one in made(hiring).events] == [
        (1, "Recruiter", "Opening created"),
        (2, "Recruiter", f"Rubric version 1 published, digest {made(hiring).rubrics[0].digest[:12]}"),
        (3, "Recruiter", "Candidate added"),
        (
            4,
            "Recruiter",
            "Interview planned: Phone screen, with " + ", ".join(sorted(("Ada", "Ben"), key=lambda one: hiring.people[one.lower()])),
        ),
        (5, "Ada", "Scorecard submitted: Phone screen"),
        (6, "Ben", "Scorecard submitted: Phone screen"),
        (7, "Ada", "Scorecard amended: Phone screen, version 2, when others’ cards were open"),
        (8, "Manager", "Decision: hold"),
        (9, "Recruiter", "Decision taken back: hold"),
        (10, "Ada", "Final rating 4 given: Calm under stress"),
        (11, "Ada", "Final rating 3 given: Calm under stress"),
        (12, "Recruiter", f"Rubric version 2 published, digest {made(hiring).rubrics[1].digest[:12]}"),
        (13, "Manager", "Decision: advance"),
        (14, "Recruiter", "Interview planned: Panel, with Ben"),
        (15, "Ben", "Scorecard submitted: Panel"),
        (16, "Recruiter", "A criterion made void for everybody: Teamwork"),
    ]


def test_its_numbers_are_those_of_the_page_and_it_verifies(hiring: HiringRound) -> None:
    hiring = lived_through(hiring)
    found = made(hiring)
    with hiring.database.reading() as session:
        shown = results.of(session, opening_row(session, hiring), EVERYTHING)
        assert shown is not None
        place = shown.people.index(next(one for one in shown.people if one.name == "Maria Kowalska"))
        score, coverage, spread = (float(row[place]) for row in (shown.combined.score, shown.combined.coverage, shown.combined.spread))
    total = found.result.independent
    assert [total.total, total.coverage, total.spread] == [score, coverage, spread]
    # Speech 4.5 x 30, calm (2 and (5+4)/2) 3.25 x 40, experience 4 x 10, of 80; teamwork is void.
    assert total.total == pytest.approx((4.5 * 30 + 3.25 * 40 + 4 * 10) / 80)
    assert found.result.final is not None
    assert found.result.final.total == pytest.approx((4.5 * 30 + 3.75 * 40 + 4 * 10) / 80)
    assert (found.result.counted, found.result.cards, found.result.cards_expected) == ("independent", 3, 3)
    verdict = verify(sealing.file_of(found, KEY), secrets=(KEY,))
    assert (verdict.holds, [one.state for one in verdict.findings]) == (True, ["holds"] * 5 + ["open", "holds"])


def test_a_file_that_was_read_back_prints_what_the_pages_show(hiring: HiringRound) -> None:
    # 3.125 in doubles lies just above or below, and rounds to another hundredth each way.
    hiring.submit("ada", "maria", spoken_communication=3, composure=3)
    found = made(hiring)
    again = from_plain(document.Dossier, json.loads(sealing.file_of(found, KEY))["content"], "content")
    printed = dossier_html(again, templates=template_root())
    assert printed == dossier_html(found, templates=template_root())
    with hiring.database.reading() as session:
        recruiter = viewer_of(session, hiring.people["recruiter"])
        shown = reporting.summary(session, recruiter, hiring.candidates["maria"], organisation=ORGANISATION).score
    assert shown is not None
    assert f"<b>3.125</b>, shown as {decimal(shown)}" in printed


def test_final_ratings_count_where_the_opening_says_so(hiring: HiringRound) -> None:
    hiring = lived_through(hiring)
    change_settings(hiring, finals_count=True)
    found = made(hiring)
    assert found.result.counted == "final"
    assert found.result.counting.total == pytest.approx((4.5 * 30 + 3.75 * 40 + 4 * 10) / 80)
    assert verify(sealing.file_of(found, KEY), secrets=(KEY,)).holds


def test_made_twice_it_is_the_same_to_the_last_byte(hiring: HiringRound, site: Site) -> None:
    hiring = lived_through(hiring)
    browser = site.signed_in(hiring.people["recruiter"])
    first = [browser.get(address) for address in pages(hiring)]
    results.forget()
    again = [browser.get(address) for address in pages(hiring)]
    assert [answer.status_code for answer in first] == [200, 200]
    assert [answer.data for answer in again] == [answer.data for answer in first]
    verdict = verify(first[0].data, secrets=(KEY,), pdf=first[1].data)
    assert verdict.holds
    assert first[0].headers["Content-Disposition"].startswith("attachment; filename=")
    with hiring.database.reading() as session:
        noted = session.scalars(select(Event).where(Event.action == "dossier_made").order_by(Event.id)).all()
    assert [one.detail for one in noted] == [{"kind": kind, "digest": verdict.digest} for kind in ("json", "pdf", "json", "pdf")]


def test_nothing_internal_and_nothing_of_others_is_in_it(hiring: HiringRound) -> None:
    hiring = lived_through(hiring)
    groups.build(hiring)
    before = sealing.file_of(made(hiring), KEY)
    text = before.decode()
    for word in ("maria@example.org", "ada@example.org", "Tom Okafor", "R-2", "Linh", "account_id", "application_id", "opening_id"):
        assert word not in text
    keys = set(re.findall(r'"(\w+)":', json.dumps({key: value for key, value in json.loads(text)["content"].items() if key != "rubrics"})))
    assert "group" not in keys
    assert "phone" not in keys


def test_statements_do_not_grow_with_the_record(hiring: HiringRound) -> None:
    hiring.submit("ada", "maria")
    few = statements(hiring)
    hiring = lived_through_more(hiring)
    many = statements(hiring)
    assert few == many <= 27


def lived_through_more(hiring: HiringRound) -> HiringRound:
    hiring.submit("ben", "maria", composure=5)
    for level in (3, 4, 5):
        amend(hiring, "ada", level)
    decide(hiring, "hold", "One")
    return hiring


def statements(hiring: HiringRound) -> int:
    results.forget()
    made(hiring)  # whatever is parsed once is parsed now
    results.forget()
    with counted(hiring) as count:
        made(hiring)
    return len(count)


@contextmanager
def counted(hiring: HiringRound) -> Iterator[list[str]]:
    found: list[str] = []

    def note(_: object, __: object, statement: str, *___: object) -> None:
        found.append(statement)

    event.listen(hiring.database.engine, "before_cursor_execute", note)
    yield found
    event.remove(hiring.database.engine, "before_cursor_execute", note)


def test_it_shows_one_state_even_while_others_write(hiring: HiringRound) -> None:
    hiring = lived_through(hiring)
    before = made(hiring)
    viewer = hiring.viewer("recruiter")
    written: list[str] = []

    def meanwhile(_: object, __: object, statement: str, *___: object) -> None:
        if "scorecards" in statement and not written:
            written.append(statement)
            decide(hiring, "offer", "Meanwhile")

    results.forget()
    with hiring.database.reading() as session:
        event.listen(hiring.database.engine, "after_cursor_execute", meanwhile)
        try:
            during = dossiers.gather(session, viewer, hiring.candidates["maria"], organisation=ORGANISATION)
        finally:
            event.remove(hiring.database.engine, "after_cursor_execute", meanwhile)
    assert written
    assert during == before
    assert made(hiring).decisions[-1].reason == "Meanwhile"


@pytest.mark.parametrize("who", ["stranger", "admin", "manager", "ada", "ben", "cleo", "ivo"])
def test_whoever_may_not_have_it_finds_nothing(hiring: HiringRound, site: Site, who: str) -> None:
    hiring.submit("ada", "maria")
    hiring.submit("ben", "maria")
    browser = site.signed_in(hiring.people[who])
    for address in pages(hiring):
        assert browser.get(address).status_code == 404
    if who not in ("stranger", "admin", "cleo", "ivo"):
        assert "Decision dossier" not in browser.get(f"/candidates/{hiring.candidates['maria']}").text


def give_hats(hiring: HiringRound, who: str, *hats: Hat) -> None:
    with hiring.database.transaction() as session:
        openings.set_hats(session, viewer_of(session, hiring.people["admin"]), hiring.opening, hiring.people[who], hats)


def test_a_recruiter_who_owes_a_card_gets_none(hiring: HiringRound, site: Site) -> None:
    hiring.submit("ben", "maria")
    give_hats(hiring, "ada", Hat.INTERVIEWER, Hat.RECRUITER)
    browser = site.signed_in(hiring.people["ada"])
    assert [browser.get(address).status_code for address in pages(hiring)] == [404, 404]
    assert "Decision dossier" not in browser.get(f"/candidates/{hiring.candidates['maria']}").text
    hiring.submit("ada", "maria")
    # Tom's card is still owed, and the dossier says where Maria stands among all.
    answer = browser.get(pages(hiring)[0])
    assert answer.status_code == 422
    assert "that you still owe, if there are any" in answer.text
    hiring.submit("ada", "tom")
    assert browser.get(pages(hiring)[0]).data == site.signed_in(hiring.people["recruiter"]).get(pages(hiring)[0]).data


def test_nobody_gets_the_dossier_about_themselves(hiring: HiringRound) -> None:
    hiring.submit("ada", "maria")
    with hiring.database.transaction() as session:
        candidate = session.scalars(select(Candidate).where(Candidate.name == "Maria Kowalska")).one()
        candidate.email = "recruiter@example.org"
    with pytest.raises(NotFound):
        made(hiring)


def test_whoever_is_not_to_see_names_gets_none(hiring: HiringRound) -> None:
    hiring.submit("ada", "maria")
    give_hats(hiring, "recruiter", Hat.RECRUITER, Hat.HIRING_MANAGER)
    assert made(hiring).cards[0].interviewer.name == "Ada"
    with hiring.database.transaction() as session:
        opening_row(session, hiring).manager_sees_names = False
    with pytest.raises(Invalid, match="A dossier names who gave which rating"):
        made(hiring)


def test_before_anything_is_rated_it_says_so(hiring: HiringRound) -> None:
    found = made(hiring, candidate="linh")
    assert (found.cards, found.decisions, found.result.independent.total, found.result.standing.rank) == ((), (), None, None)
    assert verify(sealing.file_of(found, KEY), secrets=(KEY,)).holds


def test_who_came_from_a_file_says_so(hiring: HiringRound) -> None:
    from screening.services import importing

    with hiring.database.transaction() as session:
        importing.import_file(session, opening_row(session, hiring), b"name\nZofia \xc5\x81\xc4\x99cka\n", "new.csv", None)
        found = session.scalars(select(Application).join(Candidate).where(Candidate.name == "Zofia Łęcka")).one().public_id
    with hiring.database.reading() as session:
        told = dossiers.gather_for_command(session, found, organisation=ORGANISATION).events
    assert [(one.by, one.what) for one in told][-1] == (None, "Candidates brought in from a file, this one among them")
    assert "candidates_imported" not in [one.action for one in made(hiring).events]


def test_a_card_taken_away_and_one_never_submitted_are_told(hiring: HiringRound) -> None:
    from screening.services import interviews

    with hiring.database.transaction() as session:
        viewer = viewer_of(session, hiring.people["recruiter"])
        interviews.unassign(session, viewer, hiring.cards["ben", "maria", "phone"])
        ada = viewer_of(session, hiring.people["ada"])
        card = scorecards.get(session, ada, hiring.cards["ada", "maria", "phone"])
        entries = {"composure": scorecards.Entry(1, "", "a draft that nobody reads")}
        scorecards.save(session, ada, card.public_id, scorecards.Content(entries), version=card.version, rubric_number=card.rubric_number)
    found = made(hiring)
    assert [(one.interviewer.name, one.withdrawn_at is None, one.versions) for one in found.cards] == [
        ("Ada", True, ()),
        ("Ben", False, ()),
    ]
    assert (found.result.cards, found.result.cards_expected) == (0, 1)
    assert b"a draft that nobody reads" not in sealing.file_of(found, KEY)
    assert verify(sealing.file_of(found, KEY)).holds


def test_a_changed_record_changes_the_dossier(hiring: HiringRound) -> None:
    hiring.submit("ada", "maria")
    before = sealing.digest_of(made(hiring))
    with hiring.database.transaction() as session:
        recruiter = viewer_of(session, hiring.people["recruiter"])
        details = candidates.Details(
            "Maria Kowalska", "maria@example.org", facts=Facts(months=31, relatedness="same", education="bachelor")
        )
        candidates.change(session, recruiter, hiring.candidates["maria"], details, version=1)
    assert sealing.digest_of(made(hiring)) != before


def test_the_page_of_the_candidate_leads_to_it(hiring: HiringRound, site: Site) -> None:
    hiring.submit("ada", "maria")
    page = site.signed_in(hiring.people["recruiter"]).get(f"/candidates/{hiring.candidates['maria']}").text
    for address in pages(hiring):
        assert f'href="{address}"' in page


def test_every_kind_of_event_is_told_or_left_out_on_purpose() -> None:
    """An event about a candidate that is new in the program must get its words, or be said to change nothing."""
    root = Path(screening.__file__).parent
    calls = [
        node
        for path in root.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "record"
    ]
    about = [call for call in calls if any(one.arg == "application_id" for one in call.keywords)]
    named = {one.value for call in about for one in ast.walk(call.args[2]) if isinstance(one, ast.Constant) and isinstance(one.value, str)}
    assert named
    assert {name for name in named if name not in events.OF_THE_CANDIDATE and not events.is_left_out(name)} == set()
    assert events.OF_THE_CANDIDATE.keys() | events.OF_THE_OPENING.keys() >= events.MOVING_NUMBERS
