"""Voiding a criterion or a question: what is shown before it is done, what it does to totals and cards, and that nothing is lost."""

from __future__ import annotations

import html
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from screening.errors import Invalid, NotFound, Stale
from screening.models import Event, Void
from screening.policy import Hat
from screening.services import comparison, openings, rubrics, scorecards, voids
from screening.services.scorecards import Content, Entry
from tests.support.hiring_round import HiringRound, plan, small_rubric, viewer_of
from tests.support.web import Browser, Site

WHY = "The question was passed on\nin a forum."
QUESTION = small_rubric().criteria[1].criterion.questions[0].text


def ranked(hiring: HiringRound) -> HiringRound:
    """Maria before Tom before Linh; composure is Maria's strength, and Tom is below the minimum of spoken communication."""
    hiring = plan(hiring, "linh", "phone", "ben")
    hiring = plan(hiring, "tom", "panel", "ben")
    hiring = plan(hiring, "maria", "panel", "ben")
    hiring = plan(hiring, "linh", "panel", "ada")
    hiring.submit("ada", "maria", spoken_communication=3, composure=5)
    hiring.submit("ben", "maria", spoken_communication=3, composure=5)
    hiring.submit("ben", "maria", "panel", composure=5, teamwork=4)
    hiring.submit("ada", "tom", spoken_communication=2, composure=5)
    hiring.submit("ben", "tom", "panel", composure=5, teamwork=4)
    hiring.submit("ben", "linh", spoken_communication=5, composure=1)
    hiring.submit("ada", "linh", "panel", composure=1, teamwork=4)
    return hiring


def look(hiring: HiringRound, handle: str, name: str = "recruiter") -> voids.Preview:
    with hiring.database.reading() as session:
        return voids.preview(session, viewer_of(session, hiring.people[name]), hiring.opening, handle)


def strike(hiring: HiringRound, handle: str, name: str = "recruiter", seen: str = "", reason: str = WHY) -> str:
    """Void at once what was looked at; the void's id."""
    seen = seen or look(hiring, handle, name).effect.digest
    with hiring.database.transaction() as session:
        viewer = viewer_of(session, hiring.people[name])
        return voids.strike(session, viewer, hiring.opening, handle, reason=reason, seen=seen).public_id


def take_back(hiring: HiringRound, void_id: str) -> None:
    with hiring.database.transaction() as session:
        viewer = viewer_of(session, hiring.people["recruiter"])
        seen = voids.preview_undoing(session, viewer, hiring.opening, void_id).effect.digest
        voids.undo(session, viewer, hiring.opening, void_id, reason="It was another opening's question", seen=seen)


def places(hiring: HiringRound, name: str = "recruiter") -> dict[str, tuple[int | None, float | None]]:
    with hiring.database.reading() as session:
        _, compared = comparison.compare(session, viewer_of(session, hiring.people[name]), hiring.opening)
    rows = compared.rows(range(len(compared)), [])  # type: ignore[arg-type]
    return {row.name.split()[0]: (row.rank, round(row.score, 3) if row.score else None) for row in rows}


def count(hiring: HiringRound) -> int:
    with hiring.database.reading() as session:
        return session.scalar(select(func.count()).select_from(Void)) or 0


def handle_of(question: str) -> str:
    return voids.Part("composure", "", question).handle


def sent(page: str) -> dict[str, str]:
    """The fields of the form that confirms."""
    form = page[page.index('class="actions after-form"') :]
    return {name: html.unescape(value) for name, value in re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form)}


# --- what is shown before it is done ---


def test_the_preview_says_who_moves_and_why(hiring: HiringRound) -> None:
    hiring = ranked(hiring)
    # Weights 40, 30, 20, 10; Maria's experience is level 4, Tom's 1, Linh's is not recorded.
    assert places(hiring) == {"Maria": (1, 3.9), "Linh": (2, 3.444), "Tom": (3, 3.2)}
    effect = look(hiring, "composure").effect
    assert [
        (change.after.name.split()[0], change.before.rank, change.after.rank, change.climbs, round(change.after.score or 0, 3))
        for change in effect.changes
    ] == [("Linh", 2, 1, 1, 4.667), ("Maria", 1, 2, -1, 3.429)]
    assert (effect.moves, effect.stay, effect.other_total, effect.closed) == (2, 1, 1, 0)
    assert (effect.become_complete, effect.become_incomplete, effect.begin_to_miss, effect.cease_to_miss) == (0, 0, 0, 0)
    # Nothing has happened yet, and afterwards it is what was shown.
    assert places(hiring)["Maria"] == (1, 3.9)
    strike(hiring, "composure")
    assert places(hiring) == {"Linh": (1, 4.667), "Maria": (2, 3.429), "Tom": (3, 2.429)}


def test_a_minimum_that_is_void_is_missed_no_longer_and_missed_again_when_taken_back(hiring: HiringRound) -> None:
    hiring = ranked(hiring)
    tom = next(change for change in look(hiring, "spoken_communication").effect.changes if change.after.name == "Tom Okafor")
    assert (tom.missed_no_longer, tom.newly_missed) == (("Spoken communication",), ())
    void = strike(hiring, "spoken_communication")
    with hiring.database.reading() as session:
        back = voids.preview_undoing(session, viewer_of(session, hiring.people["recruiter"]), hiring.opening, void)
    tom = next(change for change in back.effect.changes if change.after.name == "Tom Okafor")
    assert (tom.missed_no_longer, tom.newly_missed) == ((), ("Spoken communication",))


def test_who_becomes_complete_or_incomplete_is_said(hiring: HiringRound) -> None:
    hiring.submit("ada", "tom", spoken_communication=4, composure=None)
    (tom,) = look(hiring, "teamwork").effect.changes or (None,)
    assert tom is None  # composure is still missing
    strike(hiring, "composure")
    # Spoken communication and experience are 50 of the 70 points that are left.
    effect = look(hiring, "teamwork").effect
    assert [(change.after.name, change.becomes_complete, change.before.rank, change.after.rank) for change in effect.changes] == [
        ("Tom Okafor", True, None, 1)
    ]
    void = strike(hiring, "teamwork")
    with hiring.database.reading() as session:
        back = voids.preview_undoing(session, viewer_of(session, hiring.people["recruiter"]), hiring.opening, void).effect
    assert (back.become_incomplete, back.become_complete, back.changes[0].after.incomplete) == (
        1,
        0,
        ("only 71% of the weight assessed, 80% needed",),
    )


def test_taking_back_restores_every_number(hiring: HiringRound) -> None:
    hiring = ranked(hiring)
    before = places(hiring)
    take_back(hiring, strike(hiring, "composure"))
    assert places(hiring) == before


def test_a_question_changes_no_number(hiring: HiringRound) -> None:
    hiring = ranked(hiring)
    before = places(hiring)
    effect = look(hiring, handle_of(QUESTION)).effect
    assert (effect.changes, effect.moves, effect.stay, effect.other_total) == ((), 0, 3, 0)
    strike(hiring, handle_of(QUESTION))
    assert places(hiring) == before


def test_a_recruiter_who_owes_a_card_is_shown_nothing_of_that_candidate(site: Site, hiring: HiringRound) -> None:
    with hiring.database.transaction() as session:
        admin = viewer_of(session, hiring.people["admin"])
        openings.set_hats(session, admin, hiring.opening, hiring.people["ada"], [Hat.INTERVIEWER, Hat.RECRUITER])
    hiring.submit("ada", "tom", spoken_communication=4, composure=4)
    ada = site.signed_in(hiring.people["ada"])

    def preview() -> str:
        page = ada.post(f"/openings/{hiring.opening}/voids", {"what": "composure", "reason": WHY}).text
        return re.sub(r'name="(csrf|submission)_token" value="[^"]*"', "", page)

    before = preview()
    assert "1 candidate is left out here" in before
    assert "Maria" not in before
    hiring.submit("ben", "maria", spoken_communication=1, composure=5)
    assert preview() == before
    hiring.submit("ada", "maria", spoken_communication=1, composure=5)
    assert "left out here" not in preview()


# --- doing it ---


def test_from_the_page_to_void_and_back(site: Site, hiring: HiringRound) -> None:
    hiring = ranked(hiring)
    recruiter, here = site.signed_in(hiring.people["recruiter"]), f"/openings/{hiring.opening}/voids"
    assert "Nothing is void" in recruiter.get(here).text
    shown = recruiter.post(here, {"what": "composure", "reason": WHY})
    assert (shown.status_code, count(hiring)) == (200, 0)
    assert "Linh Nguyễn" in shown.text
    fields = sent(shown.text)
    assert (fields["what"], fields["reason"].replace("\r\n", "\n")) == ("composure", WHY)
    changed = recruiter.post(here, {**fields, "do": "change"})
    assert (changed.status_code, count(hiring)) == (200, 0)
    assert "in a forum." in changed.text
    assert 'selected value="composure"' in changed.text
    assert recruiter.post(here, {**fields, "do": "confirm"}).headers["Location"] == here
    page = recruiter.get(here).text
    assert "Recruiter, <time" in page
    void = re.search(rf'action="{here}/([^"]+)"', page)
    assert void is not None
    back = f"{here}/{void[1]}"
    assert recruiter.post(back, {}).status_code == 422
    fields = sent(recruiter.post(back, {f"{void[1]}-undo_reason": "It was not ours"}).text)
    assert recruiter.post(back, {**fields, f"{void[1]}-do": "confirm"}).status_code == 303
    page = recruiter.get(here).text
    assert "Nothing is void" in page
    assert "in a forum." in page
    assert "It was not ours" in page
    with hiring.database.reading() as session:
        told = session.scalars(select(Event).where(Event.action.in_(["voided", "void_undone"])).order_by(Event.id)).all()
    detail = {"criterion": "composure", "whole": True, "void": void[1]}
    assert [(event.action, event.detail) for event in told] == [("voided", detail), ("void_undone", detail)]


def test_what_changed_since_it_was_looked_at_is_shown_again(site: Site, hiring: HiringRound) -> None:
    recruiter, here = site.signed_in(hiring.people["recruiter"]), f"/openings/{hiring.opening}/voids"
    hiring.submit("ada", "maria", spoken_communication=3, composure=5)
    fields = sent(recruiter.post(here, {"what": "composure", "reason": WHY}).text)
    hiring.submit("ben", "maria", spoken_communication=1, composure=1)
    again = recruiter.post(here, {**fields, "do": "confirm"})
    assert (again.status_code, count(hiring)) == (409, 0)
    assert "Something changed since you looked" in again.text
    assert recruiter.post(here, {**sent(again.text), "do": "confirm"}).status_code == 303
    assert count(hiring) == 1


@pytest.mark.parametrize(
    ("form", "message"),
    [
        ({"what": "composure", "reason": " "}, "Give the reason"),
        ({"what": "", "reason": "Leaked"}, "Choose the criterion or the question."),
        ({"what": "astronomy", "reason": "Leaked"}, "Choose a criterion or a question of the rubric in force."),
        ({"what": "composure.0123456789ab", "reason": "Leaked"}, "Choose a criterion or a question of the rubric in force."),
        ({"what": "composure", "reason": "x" * 1001}, "Use at most 1,000 characters here."),
        ({"what": "composure", "reason": "Lea\x07ked"}, "The character at place 4 cannot be printed."),
    ],
)
@pytest.mark.parametrize("do", ["", "confirm"])
def test_what_does_not_fit_is_refused_at_its_field(site: Site, hiring: HiringRound, do: str, form: dict[str, str], message: str) -> None:
    answer = site.signed_in(hiring.people["recruiter"]).post(f"/openings/{hiring.opening}/voids", {**form, "do": do})
    assert (answer.status_code, count(hiring)) == (422, 0)
    assert message in answer.text
    assert 'href="#reason"' in answer.text or 'href="#what"' in answer.text
    assert form["reason"].strip() in answer.text


def test_the_same_form_sent_twice_makes_one_void_and_says_so(site: Site, hiring: HiringRound) -> None:
    recruiter, here = site.signed_in(hiring.people["recruiter"]), f"/openings/{hiring.opening}/voids"
    fields = sent(recruiter.post(here, {"what": "composure", "reason": WHY}).text) | {"do": "confirm"}
    assert recruiter.post(here, fields).status_code == 303
    assert recruiter.post(here, fields).status_code == 303
    second = recruiter.post(here, {**fields, **recruiter.tokens()})
    assert second.status_code == 422
    assert "“Calm under stress” is void already. Nothing was done twice." in second.text
    question = recruiter.post(here, {"what": handle_of(QUESTION), "reason": WHY})
    assert "is void as a whole already" in question.text
    assert count(hiring) == 1


def test_two_at_once_make_one_void(hiring: HiringRound) -> None:
    seen = look(hiring, "composure").effect.digest

    def attempt(_: int) -> bool:
        try:
            strike(hiring, "composure", seen=seen)
        except Invalid:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(attempt, range(2))) == [False, True]
    assert count(hiring) == 1


def test_taking_back_twice_is_once(hiring: HiringRound) -> None:
    void = strike(hiring, "composure")
    take_back(hiring, void)
    with pytest.raises(Invalid, match="Recruiter has taken this back already"):
        take_back(hiring, void)
    # What was taken back can be void again.
    assert strike(hiring, "composure") != void


def test_something_must_be_left_to_rate(hiring: HiringRound) -> None:
    for handle in ("spoken_communication", "teamwork", "experience"):
        strike(hiring, handle)
    with pytest.raises(Invalid, match="This would leave nothing to rate"):
        look(hiring, "composure")
    strike(hiring, handle_of(QUESTION))


def test_before_a_rubric_is_published_there_is_nothing_to_void(site: Site, hiring: HiringRound) -> None:
    with hiring.database.transaction() as session:
        opening = openings.create(session, viewer_of(session, hiring.people["recruiter"]), title="New", template="retail_associate")
    recruiter, here = site.signed_in(hiring.people["recruiter"]), f"/openings/{opening.public_id}/voids"
    assert "There is nothing to void yet" in recruiter.get(here).text
    assert recruiter.post(here, {"what": "composure", "reason": WHY}).status_code == 422


@pytest.mark.parametrize("name", ["manager", "ada", "cleo", "ivo", "admin", "stranger"])
def test_only_recruiters_of_the_opening_void(site: Site, hiring: HiringRound, name: str) -> None:
    void, here = strike(hiring, "teamwork"), f"/openings/{hiring.opening}/voids"
    browser = site.signed_in(hiring.people[name])
    answers = [
        browser.get(here),
        browser.post(here, {"what": "composure", "reason": WHY}),
        browser.post(here, {"what": "composure", "reason": ""}),
        browser.post(f"{here}/{void}", {f"{void}-undo_reason": WHY}),
        browser.post(f"{here}/{void}", {}),
    ]
    assert [answer.status_code for answer in answers] == [404] * 5
    assert count(hiring) == 1


def test_a_void_of_another_opening_is_not_there(site: Site, hiring: HiringRound) -> None:
    void = strike(hiring, "teamwork")
    with hiring.database.transaction() as session:
        other = openings.create(session, viewer_of(session, hiring.people["recruiter"]), title="Other", copy_of=hiring.opening).public_id
    recruiter = site.signed_in(hiring.people["recruiter"])
    for where, which in ((other, void), (hiring.opening, "x" * 22), (hiring.opening, "0")):
        assert recruiter.post(f"/openings/{where}/voids/{which}", {f"{which}-undo_reason": WHY}).status_code == 404


# --- on scorecards and on the rubric ---


def test_an_open_card_keeps_what_was_typed_and_asks_no_more(site: Site, hiring: HiringRound) -> None:
    card, viewer = hiring.cards["ada", "maria", "phone"], hiring.viewer("ada")
    with hiring.database.transaction() as session:
        typed = Content({"composure": Entry(4, "", "Breathed in,\nthen asked")})
        scorecards.save(session, viewer, card, typed, version=1, rubric_number=1)
    void = strike(hiring, "composure")
    ada = site.signed_in(hiring.people["ada"])
    page = ada.get(f"/scorecards/{card}").text
    section = page[page.index('data-void="composure"') : page.index("Your recommendation")]
    assert "The question was passed on" in section
    assert "Breathed in,\nthen asked" in section
    assert "anchor" not in section
    assert QUESTION not in page
    assert "<span data-done>0</span> of 1" in page
    form = {"version": "2", "rubric": "1", "rating_spoken_communication": "3", "note_spoken_communication": "", "do": "submit"}
    # A form without the void criterion (its page was loaded later) submits, and takes nothing away.
    assert ada.post(f"/scorecards/{card}", {**form, "recommendation": "yes", "reason": "Fine"}).status_code == 303
    with hiring.database.reading() as session:
        kept = scorecards.get(session, viewer, card)
    assert (kept.state, kept.content.entries["composure"]) == ("submitted", Entry(4, "", "Breathed in,\nthen asked"))
    shown = ada.get(f"/scorecards/{card}").text
    assert "Counts in no total: The question was passed on" in html.unescape(shown)
    assert places(hiring)["Maria"][1] == pytest.approx((3 * 40 + 4 * 10) / 50)
    take_back(hiring, void)
    assert places(hiring)["Maria"][1] == pytest.approx((3 * 40 + 4 * 30 + 4 * 10) / 80)


def test_a_card_refused_for_another_reason_still_carries_what_stood_at_the_void_criterion(site: Site, hiring: HiringRound) -> None:
    card = hiring.cards["ada", "tom", "phone"]
    strike(hiring, "composure")
    ada = site.signed_in(hiring.people["ada"])
    # Its page was open before the criterion was void.
    form = {"version": "1", "rubric": "1", "rating_composure": "2", "note_composure": "Typed long before", "do": "submit"}
    page = ada.post(f"/scorecards/{card}", form)
    assert page.status_code == 422
    assert "Typed long before</textarea>" in page.text
    assert 'name="rating_composure" value="2"' in page.text
    assert "Spoken communication: rate it" in page.text
    assert "Calm under stress: rate it" not in page.text


def test_a_void_criterion_is_asked_again_once_taken_back(hiring: HiringRound) -> None:
    card, viewer = hiring.cards["ada", "tom", "phone"], hiring.viewer("ada")
    take_back(hiring, strike(hiring, "composure"))
    content = Content({"spoken_communication": Entry(4)}, "yes", "Good")
    with pytest.raises(Invalid, match="Calm under stress"), hiring.database.transaction() as session:
        scorecards.submit(session, viewer, card, content, version=1, rubric_number=1)


def test_a_void_question_is_struck_through_where_it_stands(site: Site, hiring: HiringRound) -> None:
    strike(hiring, handle_of(QUESTION))
    ada = site.signed_in(hiring.people["ada"])
    struck = f'struck">{html.escape(QUESTION, quote=False)}</p>'
    page = html.unescape(ada.get(f"/scorecards/{hiring.cards['ada', 'tom', 'phone']}").text)
    assert struck in page
    assert "Void, do not ask it: The question was passed on\nin a forum." in page
    version = html.unescape(ada.get(f"/openings/{hiring.opening}/rubric/versions/1").text)
    assert "Void, not asked any more: The question was passed on" in version
    assert "Void a part" not in version
    hiring.submit("ada", "tom")
    assert "The question is void: The question was passed on" in html.unescape(
        ada.get(f"/scorecards/{hiring.cards['ada', 'tom', 'phone']}").text
    )


def test_a_void_stands_for_older_cards_when_the_rubric_goes_on_without_the_criterion(site: Site, hiring: HiringRound) -> None:
    void = strike(hiring, "teamwork")
    with hiring.database.transaction() as session:
        recruiter = viewer_of(session, hiring.people["recruiter"])
        rubric = small_rubric()
        kept = [item for item in rubric.criteria if item.key != "teamwork"]
        stages = [replace(stage, criteria=tuple(key for key in stage.criteria if key != "teamwork")) for stage in rubric.stages]
        smaller = replace(rubric, criteria=tuple(kept), stages=tuple(stages)).with_equal_weights()
        smaller = replace(smaller, criteria=tuple(replace(item, rationale="Equal") for item in smaller.criteria))
        draft = rubrics.save_draft(session, recruiter, hiring.opening, smaller, version=2)
        rubrics.publish(session, recruiter, hiring.opening, version=draft.version, note="Without teamwork")
    recruiter_browser = site.signed_in(hiring.people["recruiter"])
    page = recruiter_browser.get(f"/openings/{hiring.opening}/voids").text
    assert "Only on older versions" in page
    assert "Teamwork" in page
    assert 'value="teamwork"' not in page
    assert "Void for everybody" in recruiter_browser.get(f"/openings/{hiring.opening}/rubric/versions/1").text
    take_back(hiring, void)


def test_what_was_shown_must_be_named(hiring: HiringRound) -> None:
    with pytest.raises(Stale):
        strike(hiring, "composure", seen="something else")
    with pytest.raises(Invalid, match="Give the reason"):
        strike(hiring, "composure", reason=" ")
    with pytest.raises(NotFound):
        look(hiring, "composure", "manager")


def test_the_opening_page_leads_to_it_for_recruiters_alone(site: Site, hiring: HiringRound) -> None:
    def linked(browser: Browser) -> bool:
        return f"/openings/{hiring.opening}/voids" in browser.get(f"/openings/{hiring.opening}").text

    assert {name: linked(site.signed_in(hiring.people[name])) for name in ("recruiter", "manager", "ada")} == {
        "recruiter": True,
        "manager": False,
        "ada": False,
    }
