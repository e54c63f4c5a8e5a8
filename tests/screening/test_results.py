"""What is kept of computed results: that it is computed anew tells nobody of what is closed to them, and that it goes."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from screening.models import Application
from screening.policy import Hat
from screening.services import candidates, decisions, keeping, openings, results
from screening.services.privacy import erasing
from screening.services.reporting import EVERYTHING
from tests.support.hiring_round import HiringRound, in_another_opening, opening_row, viewer_of
from tests.support.web import Browser, Site


class Counted:
    """How often results were computed since it was last asked."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self._compute, self._times = results._compute, 0
        patch.setattr(results, "_compute", self._count)

    def _count(self, *arguments: object) -> object:
        self._times += 1
        return self._compute(*arguments)  # type: ignore[arg-type]

    def since(self) -> int:
        times, self._times = self._times, 0
        return times


@pytest.fixture
def computed(monkeypatch: pytest.MonkeyPatch) -> Counted:
    return Counted(monkeypatch)


def leading(hiring: HiringRound, name: str) -> None:
    with hiring.database.transaction() as session:
        recruiter = viewer_of(session, hiring.people["recruiter"])
        openings.set_hats(session, recruiter, hiring.opening, hiring.people[name], [Hat.INTERVIEWER, Hat.RECRUITER])


def compare(browser: Browser, hiring: HiringRound) -> str:
    answer = browser.get(f"/openings/{hiring.opening}/compare")
    assert answer.status_code == 200
    return answer.text


def test_a_hidden_card_has_nothing_computed_anew_for_whom_it_is_hidden_from(site: Site, hiring: HiringRound, computed: Counted) -> None:
    leading(hiring, "ada")
    ada, recruiter = site.signed_in(hiring.people["ada"]), site.signed_in(hiring.people["recruiter"])
    compare(recruiter, hiring)
    assert computed.since() == 1
    for times in (1, 0):  # what others had computed is not for her
        compare(ada, hiring)
        assert computed.since() == times
    hiring.submit("ben", "maria")
    compare(ada, hiring)
    assert computed.since() == 0
    compare(recruiter, hiring)
    assert computed.since() == 1
    compare(ada, hiring)
    assert computed.since() == 0
    hiring.submit("ada", "maria")
    compare(recruiter, hiring)
    assert computed.since() == 1


def test_what_may_be_known_is_there_at_once(site: Site, hiring: HiringRound) -> None:
    leading(hiring, "ada")
    ada = site.signed_in(hiring.people["ada"])
    assert "Maria Kowalska" in compare(ada, hiring)
    with hiring.database.transaction() as session:
        recruiter = viewer_of(session, hiring.people["recruiter"])
        application = session.scalars(select(Application).where(Application.public_id == hiring.candidates["maria"])).one()
        details = candidates.Details("Maria Nowak", "maria@example.org")
        candidates.change(session, recruiter, application.public_id, details, version=application.version)
    assert "Maria Nowak" in compare(ada, hiring)
    with hiring.database.transaction() as session:
        recruiter = viewer_of(session, hiring.people["recruiter"])
        decisions.decide(session, recruiter, hiring.candidates["linh"], kind="advance", reason="Good", standing="")
        candidates.add(session, recruiter, hiring.opening, candidates.Details("Somebody New"))
    page = compare(ada, hiring)
    assert "Somebody New" in page
    assert ">Panel<" in page.replace("\n", "").replace(" ", "")


def test_interviewers_have_their_own_candidates_computed_alone(site: Site, hiring: HiringRound, computed: Counted) -> None:
    hiring.submit("ada", "maria", composure=4)
    ada, path = site.signed_in(hiring.people["ada"]), f"/candidates/{hiring.candidates['maria']}"
    for _ in range(2):
        assert "ada on composure of maria" in ada.get(path).text
        assert computed.since() == 1
    hiring.submit("ben", "maria")
    compare(site.signed_in(hiring.people["recruiter"]), hiring)
    assert computed.since() == 1


def test_what_another_process_kept_of_the_erased_goes_with_the_next_question(
    hiring: HiringRound, monkeypatch: pytest.MonkeyPatch, computed: Counted
) -> None:
    with hiring.database.reading() as session:
        results.of(session, opening_row(session, hiring), EVERYTHING)
    monkeypatch.setattr(results, "forget", lambda: None)
    with hiring.database.transaction() as session:
        maria = session.scalars(select(Application).where(Application.public_id == hiring.candidates["maria"])).one()
        erasing.erase(session, None, maria.candidate_id)
    with hiring.database.reading() as session:
        found = results.of(session, opening_row(session, hiring), EVERYTHING)
    assert found is not None
    assert [person.name for person in found.people] == ["Tom Okafor", "Linh Nguyễn"]
    assert names_kept() == {"Tom Okafor", "Linh Nguyễn"}
    assert computed.since() == 2


def test_what_is_old_goes_when_anything_is_asked_for(hiring: HiringRound, monkeypatch: pytest.MonkeyPatch) -> None:
    nights = in_another_opening(hiring, "maria", "Maria Kowalska", "maria@example.org", "ben")
    with hiring.database.reading() as session:
        results.of(session, opening_row(session, hiring), EVERYTHING)
        assert "Tom Okafor" in names_kept()
        started = keeping.time.monotonic()
        monkeypatch.setattr(keeping.time, "monotonic", lambda: started + keeping.KEEP_SECONDS + 1)
        results.of(session, opening_row(session, nights), EVERYTHING)
    assert names_kept() == {"Maria Kowalska"}


def names_kept() -> set[str]:
    return {person.name for found in (*results._kept.values(), *results._kept_apart.values()) for person in found.people}
