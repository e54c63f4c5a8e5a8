"""What people do in the demonstration, each by the service that the site uses, with the rights that the person has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from screening.demo.judging import Judge, Sitting
from screening.demo.people import BY_KEY, STAFF, Applicant
from screening.demo.stories import Amendment, Card, Final, Ruling, Strike
from screening.models import Account, Application, Interview, Scorecard, Void
from screening.policy import Viewer, viewer_for
from screening.services import accounts, amending, candidates, debriefs, decisions, interviews, openings, people, rubrics, scorecards, voids
from screening.services.scorecards import Content, Entry

PLACES = {"phone_screen": "By telephone", "role_play": "Room Linden", "practice_call": "Training desk 2", "panel": "Room Alder"}


@dataclass(slots=True)
class Company:
    """Where things are: accounts by first name, openings by key, applications by opening and applicant, all by their identifiers."""

    judge: Judge
    accounts: dict[str, int] = field(default_factory=dict)
    openings: dict[str, str] = field(default_factory=dict)
    applications: dict[tuple[str, str], str] = field(default_factory=dict)

    def viewer(self, session: Session, who: str) -> Viewer:
        return viewer_for(session, session.get_one(Account, self.accounts[who]))

    def account_id(self, session: Session, who: str) -> str:
        return session.get_one(Account, self.accounts[who]).public_id


def take_on_staff(session: Session, company: Company) -> None:
    first, *others = STAFF
    administrator = accounts.create_account(session, None, email=first.email, name=first.name, administrator=True)
    company.accounts["mei"] = administrator.id
    for colleague in others:
        account, _ = people.invite(
            session,
            company.viewer(session, "mei"),
            email=colleague.email,
            name=colleague.name,
            administrator=False,
            may_open=colleague.may_open,
        )
        company.accounts[colleague.key.partition(".")[0]] = account.id


def open_round(session: Session, company: Company, key: str, *, title: str, department: str, location: str, template: str) -> None:
    opening = openings.create(
        session, company.viewer(session, "ingrid"), title=title, department=department, location=location, template=template
    )
    company.openings[key] = opening.public_id


def give_hats(session: Session, company: Company, key: str, hats: dict[str, Sequence[str]]) -> None:
    for who, worn in hats.items():
        openings.set_hats(session, company.viewer(session, "ingrid"), company.openings[key], company.account_id(session, who), worn)


def change_weights(session: Session, company: Company, key: str, weights: dict[str, tuple[int, str]]) -> None:
    """Save other weights (with their rationales) in the draft of the rubric."""
    ingrid = company.viewer(session, "ingrid")
    draft = rubrics.draft_of(session, ingrid, company.openings[key])
    changed = replace(
        draft.rubric,
        criteria=tuple(
            replace(item, weight=Decimal(weights[item.key][0]), rationale=weights[item.key][1]) if item.key in weights else item
            for item in draft.rubric.criteria
        ),
    )
    rubrics.save_draft(session, ingrid, company.openings[key], changed, version=draft.version)


def publish(session: Session, company: Company, key: str, note: str = "") -> None:
    ingrid = company.viewer(session, "ingrid")
    draft = rubrics.draft_of(session, ingrid, company.openings[key])
    rubrics.publish(session, ingrid, company.openings[key], version=draft.version, note=note)


def close(session: Session, company: Company, key: str) -> None:
    openings.set_state(session, company.viewer(session, "ingrid"), company.openings[key], "closed")


def add_candidate(session: Session, company: Company, key: str, applicant: Applicant, reference: str) -> None:
    details = candidates.Details(
        name=applicant.name,
        email=applicant.email,
        phone=applicant.phone,
        reference=reference,
        source=applicant.source,
        notes=applicant.notes,
        facts=applicant.facts,
    )
    application = candidates.add(session, company.viewer(session, "ingrid"), company.openings[key], details)
    company.applications[key, applicant.key] = application.public_id


def plan(session: Session, company: Company, key: str, applicant: Applicant, stage: str, who: Sequence[str], when: datetime) -> None:
    interviews.plan(
        session,
        company.viewer(session, "ingrid"),
        company.openings[key],
        applications=[company.applications[key, applicant.key]],
        stage=stage,
        interviewers_=[company.account_id(session, name) for name in who],
        scheduled_at=when,
        place=PLACES[stage],
    )


def take_off(session: Session, company: Company, key: str, applicant: Applicant, stage: str, who: str) -> None:
    interviews.unassign(session, company.viewer(session, "ingrid"), _card_of(session, company, key, applicant, stage, who))


def write_draft(session: Session, company: Company, key: str, applicant: Applicant, stage: str, card: Card) -> None:
    """Fill in the first criteria of a card, as many as its draft has."""
    viewer, public_id, shown = _own_card(session, company, key, applicant, stage, card.who)
    whole = _content(company, key, applicant, stage, card, shown)
    first = [item.key for item in shown.criteria][: card.filled]
    written = Content({criterion: whole.entries[criterion] for criterion in first})
    scorecards.save(session, viewer, public_id, written, version=shown.version, rubric_number=shown.rubric_number)


def hand_in(session: Session, company: Company, key: str, applicant: Applicant, stage: str, card: Card) -> None:
    """Fill in the whole card and submit it."""
    viewer, public_id, shown = _own_card(session, company, key, applicant, stage, card.who)
    _submit(session, viewer, public_id, shown, _content(company, key, applicant, stage, card, shown))


def _content(company: Company, key: str, applicant: Applicant, stage: str, card: Card, shown: scorecards.Card) -> Content:
    return company.judge.content(Sitting(key, stage, BY_KEY[card.who], applicant), [item.key for item in shown.criteria], card)


def amend(session: Session, company: Company, key: str, applicant: Applicant, stage: str, who: str, change: Amendment) -> None:
    viewer, public_id, _ = _own_card(session, company, key, applicant, stage, who)
    amending.begin(session, viewer, public_id)
    shown = scorecards.get(session, viewer, public_id)
    entries = {criterion: Entry(level=level, note=change.notes[criterion]) for criterion, level in change.levels.items()}
    _submit(session, viewer, public_id, shown, Content(entries, amend_reason=change.why))


def decide(session: Session, company: Company, key: str, applicant: Applicant, ruling: Ruling) -> None:
    application = session.scalars(select(Application).filter_by(public_id=company.applications[key, applicant.key])).one()
    seen = decisions.last_in_force(decisions.history(session, application.id))
    decisions.decide(
        session,
        company.viewer(session, ruling.who),
        application.public_id,
        kind=ruling.kind,
        reason=ruling.reason,
        standing=seen.public_id if seen else "",
    )


def undo(session: Session, company: Company, key: str, applicant: Applicant, who: str, why: str) -> None:
    application = session.scalars(select(Application).filter_by(public_id=company.applications[key, applicant.key])).one()
    last = decisions.last_in_force(decisions.history(session, application.id))
    assert last is not None  # noqa: S101 - the story takes back what it decided
    decisions.undo(session, company.viewer(session, who), last.public_id, reason=why)


def settle(session: Session, company: Company, key: str, applicant: Applicant, final: Final) -> None:
    """Give a final rating after the debrief, or withdraw the one that stands."""
    viewer, application = company.viewer(session, final.who), company.applications[key, applicant.key]
    if final.level is None:
        debriefs.withdraw(session, viewer, application, criterion=final.criterion)
    else:
        debriefs.give(session, viewer, application, criterion=final.criterion, level=final.level, reason=final.reason)


def strike(session: Session, company: Company, key: str, found: Strike) -> None:
    ingrid, opening = company.viewer(session, "ingrid"), company.openings[key]
    whole, *questions = (part for part in voids.page(session, ingrid, opening).choices if part.criterion == found.criterion)
    part = whole if found.question is None else questions[found.question]
    shown = voids.preview(session, ingrid, opening, part.handle)
    voids.strike(session, ingrid, opening, part.handle, reason=found.reason, seen=shown.effect.digest)


def count_again(session: Session, company: Company, key: str, found: Strike) -> None:
    """Take back that the criterion is void."""
    ingrid, opening = company.viewer(session, "ingrid"), company.openings[key]
    void = session.scalars(select(Void.public_id).filter_by(criterion=found.criterion, question="", undone_at=None)).one()
    shown = voids.preview_undoing(session, ingrid, opening, void)
    voids.undo(session, ingrid, opening, void, reason=found.undone, seen=shown.effect.digest)


def remind(session: Session, company: Company, key: str) -> None:
    interviews.remind_all(session, company.viewer(session, "ingrid"), company.openings[key])


def _card_of(session: Session, company: Company, key: str, applicant: Applicant, stage: str, who: str) -> str:
    return session.scalars(
        select(Scorecard.public_id)
        .join(Interview, Scorecard.interview_id == Interview.id)
        .join(Application, Interview.application_id == Application.id)
        .where(
            Application.public_id == company.applications[key, applicant.key],
            Interview.stage == stage,
            Scorecard.interviewer_id == company.accounts[who],
        )
    ).one()


def _own_card(
    session: Session, company: Company, key: str, applicant: Applicant, stage: str, who: str
) -> tuple[Viewer, str, scorecards.Card]:
    viewer, public_id = company.viewer(session, who), _card_of(session, company, key, applicant, stage, who)
    return viewer, public_id, scorecards.get(session, viewer, public_id)


def _submit(session: Session, viewer: Viewer, public_id: str, shown: scorecards.Card, content: Content) -> None:
    scorecards.submit(session, viewer, public_id, content, version=shown.version, rubric_number=shown.rubric_number)
