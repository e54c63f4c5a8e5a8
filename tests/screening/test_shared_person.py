"""One person in two openings: recruiters of both share a record, and never overwrite it unseen; those of one have a record of their own."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from sqlalchemy import select

from screening.models import Account, Application, Candidate, Event, Hold, Opening
from screening.policy import Hat
from screening.services import candidates, importing, openings
from screening.services.privacy import holds
from tests.support.forms import form_at
from tests.support.hiring_round import HiringRound, viewer_of
from tests.support.web import Browser, Site


@dataclass(frozen=True)
class Shared:
    """Two recruiters' pages on the same person in one opening and in the other; both recruiters are in both."""

    here: Browser
    here_path: str
    there: Browser
    there_path: str


@pytest.fixture
def shared(site: Site, hiring: HiringRound) -> Shared:
    opening = of_a_stranger(hiring)
    with hiring.database.transaction() as session:
        for owner, shared_opening, other in (("stranger", opening, "recruiter"), ("recruiter", hiring.opening, "stranger")):
            viewer = viewer_of(session, hiring.people[owner])
            openings.set_hats(session, viewer, shared_opening, hiring.people[other], [Hat.RECRUITER])
    there = added(hiring, "stranger", opening)
    return Shared(
        site.signed_in(hiring.people["recruiter"]),
        f"/candidates/{hiring.candidates['maria']}/edit",
        site.signed_in(hiring.people["stranger"]),
        f"/candidates/{there}/edit",
    )


def of_a_stranger(hiring: HiringRound) -> str:
    """An opening of somebody who has no part in the other one."""
    with hiring.database.transaction() as session:
        session.scalars(select(Account).where(Account.public_id == hiring.people["stranger"])).one().may_open = True
    with hiring.database.transaction() as session:
        stranger = viewer_of(session, hiring.people["stranger"])
        return openings.create(session, stranger, title="Clerk", template="customer_service_representative").public_id


def added(hiring: HiringRound, by: str, opening: str) -> str:
    with hiring.database.transaction() as session:
        viewer = viewer_of(session, hiring.people[by])
        return candidates.add(session, viewer, opening, candidates.Details("Maria Kowalska", "maria@example.org")).public_id


def recorded(hiring: HiringRound) -> list[tuple[str, str, str]]:
    with hiring.database.reading() as session:
        rows = session.execute(select(Candidate.name, Candidate.email, Candidate.phone).where(Candidate.name.startswith("Maria")))
        return [tuple(row) for row in rows]


def revisions(hiring: HiringRound) -> dict[str, int]:
    with hiring.database.reading() as session:
        return {opening.title: opening.revision for opening in session.scalars(select(Opening))}


def test_a_page_opened_before_overwrites_nothing_of_the_person(hiring: HiringRound, shared: Shared) -> None:
    mine, theirs = form_at(shared.here, shared.here_path), form_at(shared.there, shared.there_path)
    new = {"phone": "+48 111 222 333", "email": "maria.new@example.org"}
    assert mine.send(shared.here, **new).status_code == 303
    late = theirs.send(shared.there, reference="C-9", source="Fair")
    assert late.status_code == 409
    # Both texts: what was typed, and what is recorded now.
    assert "was changed after you opened it. Nothing was overwritten" in late.text
    assert 'value="C-9"' in late.text
    assert 'value="maria@example.org"' in late.text
    assert "<dd>maria.new@example.org</dd>" in late.text
    assert "<dd>+48 111 222 333</dd>" in late.text
    assert recorded(hiring) == [("Maria Kowalska", "maria.new@example.org", "+48 111 222 333")]
    again = form_at(shared.there, shared.there_path)
    assert f'name="version" type="hidden" value="{again.fields["version"]}"' in late.text
    assert again.send(shared.there, reference="C-9").status_code == 303
    assert recorded(hiring) == [("Maria Kowalska", "maria.new@example.org", "+48 111 222 333")]


def test_everything_that_is_recorded_is_shown_beside_what_was_typed(hiring: HiringRound, shared: Shared) -> None:
    stale = form_at(shared.here, shared.here_path)
    values = {"years": "4", "months": "2", "relatedness": "other", "education": "master", "notes": "Called"}
    assert form_at(shared.here, shared.here_path).send(shared.here, **values).status_code == 303
    text = stale.send(shared.here, notes="Wrote").text
    shown = (
        "<dt>Relevant experience, years</dt><dd>4</dd>",
        "<dt>and months</dt><dd>2</dd>",
        "<dd>Other work</dd>",
        "<dd>Master",
        "<dd>Called</dd>",
    )
    assert [words for words in shown if words not in text] == []


def test_what_is_not_shared_is_no_matter_of_the_other_opening(hiring: HiringRound, shared: Shared) -> None:
    theirs, before = form_at(shared.there, shared.there_path), revisions(hiring)
    assert form_at(shared.here, shared.here_path).send(shared.here, reference="A-1").status_code == 303
    assert revisions(hiring) == {**before, "Agent": before["Agent"] + 1}
    assert theirs.send(shared.there, reference="C-9").status_code == 303
    with hiring.database.reading() as session:
        assert set(session.scalars(select(Application.reference).where(Application.reference != ""))) == {"A-1", "C-9", "R-2"}
        changed = session.scalars(select(Event.application_id).where(Event.action == "candidate_changed")).all()
    assert len(changed) == len(set(changed)) == 2


def test_what_is_shared_shows_in_both_openings(hiring: HiringRound, shared: Shared) -> None:
    before = revisions(hiring)
    assert form_at(shared.here, shared.here_path).send(shared.here, name="Maria Nowak").status_code == 303
    assert revisions(hiring) == {title: revision + 1 for title, revision in before.items()}
    assert form_at(shared.there, shared.there_path).fields["name"] == "Maria Nowak"
    with hiring.database.reading() as session:
        assert len(session.scalars(select(Event).where(Event.action == "candidate_changed")).all()) == 2


@pytest.fixture
def with_phone(hiring: HiringRound) -> HiringRound:
    with hiring.database.transaction() as session:
        session.scalars(select(Candidate).where(Candidate.email == "maria@example.org")).one().phone = "+48 600 700 800"
    return hiring


@pytest.mark.parametrize("way", ["typed", "imported"])
def test_who_knows_a_name_and_an_address_learns_and_changes_nothing_of_another_opening(
    site: Site, with_phone: HiringRound, way: str
) -> None:
    hiring, opening = with_phone, of_a_stranger(with_phone)
    if way == "typed":
        added(hiring, "stranger", opening)
    else:
        with hiring.database.transaction() as session:
            account = session.scalars(select(Account).where(Account.public_id == hiring.people["stranger"])).one()
            found = session.scalars(select(Opening).where(Opening.public_id == opening)).one()
            data = b"Name,E-mail\nMARIA KOWALSKA,maria@example.org\n"
            assert importing.import_file(session, found, data, "list.csv", account.id).added == 1
    stranger, manager = site.signed_in(hiring.people["stranger"]), site.signed_in(hiring.people["manager"])
    with hiring.database.reading() as session:
        there = session.scalars(select(Application.public_id).join(Opening).where(Opening.public_id == opening)).one()
    path = f"/candidates/{there}/edit"
    assert "+48 600 700 800" not in stranger.get(path).text
    # The manager's own address would make the record one that does not exist for them.
    assert form_at(stranger, path).send(stranger, name="Nobody", email="manager@example.org", phone="+48 1").status_code == 303
    page = manager.get(f"/candidates/{hiring.candidates['maria']}")
    assert (page.status_code, "Maria Kowalska" in page.text) == (200, True)
    assert recorded(hiring) == [("Maria Kowalska", "maria@example.org", "+48 600 700 800")]


def test_who_manages_one_of_the_openings_changes_it_for_that_one(site: Site, with_phone: HiringRound) -> None:
    hiring, opening = with_phone, of_a_stranger(with_phone)
    with hiring.database.transaction() as session:
        stranger = viewer_of(session, hiring.people["stranger"])
        openings.set_hats(session, stranger, opening, hiring.people["recruiter"], [Hat.RECRUITER])
    there = added(hiring, "recruiter", opening)
    assert len(recorded(hiring)) == 1
    with hiring.database.transaction() as session:
        holds.place(session, None, session.scalars(select(Candidate.id).where(Candidate.email == "maria@example.org")).one(), "A claim")
    before = revisions(hiring)
    browser, path = site.signed_in(hiring.people["stranger"]), f"/candidates/{there}/edit"
    stale, form = form_at(browser, path), form_at(browser, path)
    assert form.send(browser, name="Maria Nowak", phone="+48 1").status_code == 303
    assert stale.send(browser, phone="+48 2").status_code == 409
    assert recorded(hiring) == [
        ("Maria Kowalska", "maria@example.org", "+48 600 700 800"),
        ("Maria Nowak", "maria@example.org", "+48 1"),
    ]
    assert revisions(hiring) == {**before, "Clerk": before["Clerk"] + 1}
    with hiring.database.reading() as session:
        assert [hold.reason for hold in session.scalars(select(Hold).where(Hold.lifted_at.is_(None)))] == ["A claim", "A claim"]
        assert len(session.scalars(select(Event).where(Event.action == "candidate_changed")).all()) == 1
