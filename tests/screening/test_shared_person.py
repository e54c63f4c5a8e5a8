"""One person in two openings: what a recruiter of one changes is never overwritten unseen by a recruiter of the other."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from sqlalchemy import select

from screening.models import Account, Application, Candidate, Event, Opening
from screening.services import candidates, openings
from tests.support.forms import form_at
from tests.support.hiring_round import HiringRound, viewer_of
from tests.support.web import Browser, Site


@dataclass(frozen=True)
class Shared:
    """Two recruiters' pages on the same person, by the opening's title."""

    here: Browser
    here_path: str
    there: Browser
    there_path: str


@pytest.fixture
def shared(site: Site, hiring: HiringRound) -> Shared:
    with hiring.database.transaction() as session:
        session.scalars(select(Account).where(Account.public_id == hiring.people["stranger"])).one().may_open = True
    with hiring.database.transaction() as session:
        other = viewer_of(session, hiring.people["stranger"])
        opening = openings.create(session, other, title="Clerk", template="customer_service_representative").public_id
    with hiring.database.transaction() as session:
        other = viewer_of(session, hiring.people["stranger"])
        there = candidates.add(session, other, opening, candidates.Details("Maria Kowalska", "maria@example.org")).public_id
    return Shared(
        site.signed_in(hiring.people["recruiter"]),
        f"/candidates/{hiring.candidates['maria']}/edit",
        site.signed_in(hiring.people["stranger"]),
        f"/candidates/{there}/edit",
    )


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
