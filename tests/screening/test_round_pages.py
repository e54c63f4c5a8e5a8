"""Forms of the round over HTTP: what is refused, with which words, and that nothing typed or saved is lost."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import func, select, update

from bench import big_round
from screening.models import Application, Candidate, Decision, Opening, RubricDraft, Scorecard
from screening.services import candidates as candidate_services
from screening.services import interviews
from tests.support.forms import form_at, forms
from tests.support.hiring_round import HiringRound, viewer_of
from tests.support.web import Browser, Site

BLANK = {"relatedness": "", "education": ""}


def count(hiring: HiringRound, table: type) -> int:
    with hiring.database.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_a_candidate_is_added_with_facts(site: Site, hiring: HiringRound) -> None:
    recruiter = site.signed_in(hiring.people["recruiter"])
    form = {
        "name": "Ｚoë Brückner",
        "email": "ZOE@example.org",
        "years": "2",
        "months": "3",
        "relatedness": "same",
        "education": "bachelor",
    }
    answer = recruiter.post(f"/openings/{hiring.opening}/candidates/new", form)
    assert answer.status_code == 303
    page = recruiter.get(answer.headers["Location"]).text
    assert "2 years 3 months, the same kind of work" in page
    with hiring.database.reading() as session:
        person = session.scalars(select(Candidate).order_by(Candidate.id.desc())).first()
        assert person is not None
        assert (person.name, person.email) == ("Ｚoë Brückner", "zoe@example.org")


@pytest.mark.parametrize(
    ("form", "message"),
    [
        ({"name": ""}, "Enter the candidate&#39;s name."),
        ({"name": "x" * 201}, "Use at most 200 characters here."),
        ({"name": "A\x07B"}, "The character at place 2 cannot be printed."),
        ({"name": "Ana", "email": "no address"}, "Enter an e-mail address"),
        ({"name": "Ana", "email": "maria@example.org"}, "Maria Kowalska in this opening has this e-mail address already."),
        ({"name": "Ana", "reference": "R-2"}, "Tom Okafor in this opening has this reference already."),
        ({"name": "Ana", "years": "-1"}, "Enter whole years from 0 to 60."),
        ({"name": "Ana", "education": "wizard"}, "Not a valid choice"),
    ],
)
def test_a_candidate_that_cannot_be_is_refused_at_its_field(site: Site, hiring: HiringRound, form: dict[str, str], message: str) -> None:
    before = count(hiring, Application)
    answer = site.signed_in(hiring.people["recruiter"]).post(
        f"/openings/{hiring.opening}/candidates/new", {"notes": "Typed with care", **BLANK, **form}
    )
    assert answer.status_code == 422
    assert message in answer.text
    assert "Typed with care" in answer.text
    assert count(hiring, Application) == before


def test_two_recruiters_editing_one_candidate_lose_nothing(site: Site, hiring: HiringRound) -> None:
    recruiter = site.signed_in(hiring.people["recruiter"])
    path = f"/candidates/{hiring.candidates['tom']}/edit"
    assert recruiter.post(path, {**BLANK, "name": "Tom Okafor", "version": "1", "source": "Job fair"}).status_code == 303
    late = recruiter.post(path, {**BLANK, "name": "Tom Okafor", "version": "1", "source": "Friend of the house"})
    assert late.status_code == 409
    assert "Friend of the house" in late.text
    assert "Job fair" in late.text
    assert recruiter.post(path, {**BLANK, "name": "Tom Okafor", "version": "2", "source": "Both"}).status_code == 303


def test_a_decision_needs_its_reason_and_is_made_once(site: Site, hiring: HiringRound) -> None:
    hiring.submit("ada", "maria")
    hiring.submit("ben", "maria")
    manager, recruiter = site.signed_in(hiring.people["manager"]), site.signed_in(hiring.people["recruiter"])
    path = f"/candidates/{hiring.candidates['maria']}/decisions"
    empty = manager.post(path, {"kind": "hold", "version": ""})
    assert empty.status_code == 422
    assert "Give the reason: it is kept with the decision." in empty.text
    assert manager.post(path, {"kind": "hold", "reason": "Wait for Ben", "version": ""}).status_code == 303
    second = recruiter.post(path, {"kind": "reject", "reason": "Too slow for us", "version": ""})
    assert second.status_code == 409
    assert "The decision was changed by Manager" in second.text
    assert "Too slow for us" in second.text
    assert count(hiring, Decision) == 1
    with hiring.database.reading() as session:
        standing = session.scalars(select(Decision.public_id)).one()
    assert recruiter.post(f"/decisions/{standing}/undo", {"undo_reason": ""}).status_code == 422
    assert recruiter.post(f"/decisions/{standing}/undo", {"undo_reason": "Ben was wrong"}).status_code == 303
    page = recruiter.get(f"/candidates/{hiring.candidates['maria']}").text
    assert "Wait for Ben" in page
    assert "Ben was wrong" in page


def test_a_decision_is_about_the_stage_that_the_page_showed(site: Site, hiring: HiringRound) -> None:
    hiring.submit("ada", "maria")
    hiring.submit("ben", "maria")
    page = f"/candidates/{hiring.candidates['maria']}"
    browsers = [site.signed_in(hiring.people[name]) for name in ("recruiter", "manager")]
    first, second = (form_at(browser, page, f"{page}/decisions") for browser in browsers)
    assert first.send(browsers[0], kind="advance", reason="Calm").status_code == 303
    refused = second.send(browsers[1], kind="advance", reason="Calm indeed")
    assert refused.status_code == 409
    assert "The decision was changed by Recruiter" in refused.text
    assert "Calm indeed" in refused.text
    assert count(hiring, Decision) == 1
    # What is sent from the page that says so is about the stage shown there.
    again = next(form for form in forms(refused.text, page) if form.action.endswith("/decisions"))
    assert again.send(browsers[1], kind="hold", reason="Wait for the panel").status_code == 303
    assert count(hiring, Decision) == 2


def test_nothing_is_planned_in_a_closed_opening(site: Site, hiring: HiringRound) -> None:
    recruiter, path = site.signed_in(hiring.people["recruiter"]), f"/openings/{hiring.opening}/interviews/plan"
    form = form_at(recruiter, path)
    what = {"stage": "panel", "applications": [hiring.candidates["maria"]], "interviewers": [hiring.people["ada"]]}
    state = {"state": "closed", "version": "open"}
    assert recruiter.post(f"/openings/{hiring.opening}/state", state).status_code == 303
    assert "Whoever interviews could not fill in a scorecard" in recruiter.get(path).text
    assert form.send(recruiter, **what).status_code in (409, 422)
    assert count(hiring, Scorecard) == 3
    assert recruiter.post(f"/openings/{hiring.opening}/state", {"state": "open", "version": "closed"}).status_code == 303
    for words in ("Planned: 1 new scorecard. The interviewers find", "All of these have their scorecards already: none is new."):
        answer = form_at(recruiter, path).send(recruiter, **what)
        assert words in recruiter.get(answer.location).text


def test_planning_refuses_strangers_and_keeps_what_is_there(site: Site, hiring: HiringRound) -> None:
    recruiter = site.signed_in(hiring.people["recruiter"])
    path = f"/openings/{hiring.opening}/interviews/plan"
    form = {
        "stage": "panel",
        "applications": [hiring.candidates["maria"]],
        "interviewers": [hiring.people["ada"]],
        "at": "2026-12-01T09:30",
    }
    for _ in range(2):
        seen = {"version": form_at(recruiter, path).fields["version"]}
        assert recruiter.post(path, {**form, **seen}).status_code == 303
    assert count(hiring, Scorecard) == 4
    late = recruiter.post(path, {**form, **seen, "place": "Room 5"})
    assert late.status_code == 409
    assert "The plan of this opening was changed" in late.text
    assert 'value="Room 5"' in late.text
    seen = {"version": form_at(recruiter, path).fields["version"]}
    for changes in (
        {"interviewers": [hiring.people["stranger"]]},
        {"applications": ["x" * 22]},
        {"stage": "nowhere"},
        {"at": "tomorrow"},
        {"interviewers": []},
    ):
        assert recruiter.post(path, {**form, **seen, **changes}).status_code == 422
    assert count(hiring, Scorecard) == 4


def test_nobody_interviews_or_sees_their_own_application(site: Site, hiring: HiringRound) -> None:
    with hiring.database.transaction() as session:
        recruiter = viewer_of(session, hiring.people["recruiter"])
        own = candidate_services.add(session, recruiter, hiring.opening, candidate_services.Details("Manager", "manager@example.org"))
    manager = site.signed_in(hiring.people["manager"])
    assert manager.get(f"/candidates/{own.public_id}").status_code == 404
    assert own.public_id not in manager.get(f"/openings/{hiring.opening}/compare").text
    assert own.public_id in site.signed_in(hiring.people["recruiter"]).get(f"/openings/{hiring.opening}/compare").text


def test_a_closed_opening_can_be_read_and_not_written(site: Site, hiring: HiringRound) -> None:
    recruiter, ada = site.signed_in(hiring.people["recruiter"]), site.signed_in(hiring.people["ada"])
    assert recruiter.post(f"/openings/{hiring.opening}/state", {"state": "closed", "version": "open"}).status_code == 303
    card = f"/scorecards/{hiring.cards['ada', 'maria', 'phone']}"
    assert ada.get(card).status_code == 200
    sent = ada.send_json(
        f"{card}/draft", {"version": 1, "rubric": 1, "fields": {"rating_composure": "4", "na_composure": "", "note_composure": ""}}
    )
    assert sent.status_code == 422
    assert "closed" in sent.get_json()["error"]


@pytest.mark.parametrize(
    "query",
    ["sort=password", "direction=sideways", "page=0", "page=x", "stage=nowhere", "decision=maybe", "incomplete=2", "text=" + "x" * 201],
)
def test_views_that_make_no_sense_are_refused(site: Site, hiring: HiringRound, query: str) -> None:
    answer = site.signed_in(hiring.people["recruiter"]).get(f"/openings/{hiring.opening}/compare?{query}")
    assert answer.status_code == 400


def test_a_new_opening_from_a_template_from_another_and_empty(site: Site, hiring: HiringRound) -> None:
    recruiter = site.signed_in(hiring.people["recruiter"])
    for start, there in (("template:retail_associate", True), (f"copy:{hiring.opening}", True), ("empty", False)):
        answer = recruiter.post("/openings/new", {"title": "New one", "start": start})
        assert answer.status_code == 303
        assert recruiter.get(answer.headers["Location"]).status_code == 200
        with hiring.database.reading() as session:
            draft = session.scalars(select(RubricDraft).order_by(RubricDraft.opening_id.desc())).first()
            assert draft is not None
            assert bool(draft.content["criteria"]) is there
    assert recruiter.post("/openings/new", {"title": "New one", "start": "template:astronaut"}).status_code == 422
    assert recruiter.post("/openings/new", {"title": " ", "start": "empty"}).status_code == 422
    assert count(hiring, Opening) == 4


@pytest.mark.parametrize(
    ("late", "ready", "missing"), [(30, (50, "and 50 more."), (34, "</table>")), (120, (10, "</ul>"), (100, "and 24 more."))]
)
def test_the_page_of_a_large_opening_lists_some_and_says_how_many_more_there_are(
    site: Site, late: int, ready: tuple[int, str], missing: tuple[int, str]
) -> None:
    built = big_round.build(site.database, 130)
    with site.database.transaction() as session:
        fourth = select(Scorecard.id).where(Scorecard.id % 4 == 0, Scorecard.id <= 4 * late).scalar_subquery()
        session.execute(update(Scorecard).where(Scorecard.id.in_(fourth)).values(submitted_at=None))
    page = site.signed_in(built.recruiter).get(f"/openings/{built.opening}").text
    for name, (listed, ending) in (("ready", ready), ("missing", missing)):
        section = page.split(f'id="{name}"')[1].split("</section>")[0]
        assert (section.count("/candidates/"), ending in section) == (listed, True)
        assert ("more." in section) == ending.endswith("more.")


def test_of_very_many_candidates_those_searched_for_can_be_planned(
    site: Site, hiring: HiringRound, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(interviews, "LISTED", 2)
    recruiter, path = site.signed_in(hiring.people["recruiter"]), f"/openings/{hiring.opening}/interviews/plan"
    maria, tom, linh = (hiring.candidates[name] for name in ("maria", "tom", "linh"))
    assert listed(recruiter, path) == {linh, maria}
    assert "2 candidates listed, 1 not." in recruiter.get(path).text
    for words in ("OKAFOR", "r-2"):
        assert listed(recruiter, f"{path}?find={words}") == {tom}
    assert listed(recruiter, f"{path}?candidate={tom}") == {linh, maria, tom}
    assert "Nobody is called that." in recruiter.get(f"{path}?find=nobody").text
    assert recruiter.get(f"{path}?find={'x' * 201}").status_code == 400
    form = form_at(recruiter, f"{path}?find=okafor", path)
    assert form.send(recruiter, stage="panel", applications=[tom], interviewers=[]).status_code == 422
    assert form.send(recruiter, stage="panel", applications=[tom], interviewers=[hiring.people["ada"]]).status_code == 303
    assert count(hiring, Scorecard) == 4


def listed(browser: Browser, path: str) -> set[str]:
    return set(re.findall(r'name="applications"[^>]* value="([^"]+)"', browser.get(path).text))
