"""The people of the installation: inviting them, what they may do, and who there is to try out in a demonstration."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from screening.errors import Invalid, NotFound, Stale
from screening.models import Account, Application, Interview, Membership, Opening, Scorecard
from screening.policy import Action, Hat, Viewer, require
from screening.services import second_factor
from screening.services.accounts import create_account, drop_links, end_sessions, new_link
from screening.services.events import record
from screening.services.lookup import by_public_id

HAT_WORDS = {
    Hat.RECRUITER: "Recruiter",
    Hat.HIRING_MANAGER: "Hiring manager",
    Hat.INTERVIEWER: "Interviewer",
    Hat.CALIBRATION_LEAD: "Calibration lead",
    Hat.IMPACT_ANALYST: "Impact analyst",
}
"""In the order in which they are shown."""


@dataclass(frozen=True, slots=True)
class Rights:
    """What an account may do in the installation."""

    administrator: bool = False
    may_open: bool = False
    active: bool = True

    @classmethod
    def of(cls, account: Account) -> Rights:
        return cls(account.is_administrator, account.may_open, account.is_active)

    @property
    def version(self) -> str:
        """What a form carries to say which rights it was filled in over."""
        return "".join("01"[right] for right in astuple(self))


@dataclass(frozen=True, slots=True)
class Place:
    """An opening that somebody has hats in."""

    opening: str
    title: str
    hats: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Somebody to be in a demonstration: their hats in words, and in one line what there is for them."""

    key: str
    name: str
    hat: str
    can: str


def require_manage(viewer: Viewer) -> None:
    require(viewer, Action.MANAGE_PEOPLE)


def everybody(session: Session, viewer: Viewer) -> Sequence[tuple[Account, int]]:
    """Every account with the number of openings it has a hat in; those switched off last."""
    require(viewer, Action.MANAGE_PEOPLE)
    openings = select(func.count(Membership.opening_id.distinct())).where(Membership.account_id == Account.id).scalar_subquery()
    query = select(Account, openings).options(joinedload(Account.identity), joinedload(Account.second_factor))
    living = query.where(Account.erased_at.is_(None))
    found = session.execute(living.order_by(Account.is_active.desc(), func.lower(Account.name), Account.id))
    return [(account, count) for account, count in found]


def person(session: Session, viewer: Viewer, public_id: str) -> tuple[Account, list[Place]]:
    """An account with how its owner signs in, and the openings it has hats in."""
    require(viewer, Action.MANAGE_PEOPLE)
    account = _account(session, public_id)
    session.refresh(account, ["identity", "second_factor"])
    rows = session.execute(
        select(Opening.public_id, Opening.title, Membership.hat)
        .join(Opening, Membership.opening_id == Opening.id)
        .where(Membership.account_id == account.id)
        .order_by(Opening.title, Opening.id)
    )
    worn: dict[tuple[str, str], set[Hat]] = {}
    for opening, title, hat in rows:
        worn.setdefault((opening, title), set()).add(Hat(hat))
    return account, [Place(opening, title, hat_words(hats)) for (opening, title), hats in worn.items()]


def _account(session: Session, public_id: str) -> Account:
    """The account; one that was erased is there no more: nobody can give it back to somebody."""
    account = by_public_id(session, Account, public_id)
    if account.erased_at is not None:
        raise NotFound
    return account


def hat_words(hats: set[Hat] | Sequence[Hat]) -> tuple[str, ...]:
    return tuple(words for hat, words in HAT_WORDS.items() if hat in hats)


def invite(session: Session, viewer: Viewer, *, email: str, name: str, administrator: bool, may_open: bool) -> tuple[Account, str]:
    """A new account and the token of its invitation link."""
    require(viewer, Action.MANAGE_PEOPLE)
    account = create_account(session, viewer.account_id, email=email, name=name, administrator=administrator, may_open=may_open)
    return account, new_link(session, viewer.account_id, account, "invitation")


def link_for(session: Session, viewer: Viewer, public_id: str) -> tuple[Account, str]:
    """A fresh link for somebody: an invitation while they have no password, else a reset."""
    require(viewer, Action.MANAGE_PEOPLE)
    account = _account(session, public_id)
    if not account.is_active:
        raise Invalid("This account is switched off: switch it on first.")
    return account, new_link(session, viewer.account_id, account, "password_reset" if account.password_hash else "invitation")


def reset_second_factor(session: Session, viewer: Viewer, public_id: str) -> Account:
    """Take away the second factor of somebody who lost phone and codes; they are signed out everywhere. Not one's own."""
    require(viewer, Action.MANAGE_PEOPLE)
    account = _account(session, public_id)
    if account.id == viewer.account_id:
        raise Invalid("Switch your own second factor off on your account’s page, with your password and a code.")
    second_factor.reset(session, viewer.account_id, account)
    return account


def set_rights(session: Session, viewer: Viewer, public_id: str, wanted: Rights, *, version: str) -> Account:
    """Change what an account may do; `version` is that of the rights the viewer saw.

    An account that is switched off is signed out everywhere, and its links stop working. An installation keeps an active administrator
    who can sign in. Raises `Stale` when somebody else changed the rights meanwhile.
    """
    require(viewer, Action.MANAGE_PEOPLE)
    # All administrators are held, so that of two who remove each other one is refused.
    administrators = session.scalars(
        select(Account).where(Account.is_administrator, Account.is_active).order_by(Account.id).with_for_update()
    ).all()
    account = _account(session, public_id)
    session.refresh(account, with_for_update=True)
    if Rights.of(account) == wanted:
        return account
    if Rights.of(account).version != version:
        raise Stale(f"The account of {account.name}")
    if account.id == viewer.account_id and not wanted.active:
        raise Invalid("You cannot switch off your own account: ask another administrator.", field="active")
    others = [other for other in administrators if other.id != account.id and other.is_taken_up]
    if account.is_administrator and not (wanted.administrator and wanted.active) and not others:
        raise Invalid("This is the only administrator who can sign in: make somebody else one first.", field="administrator")
    account.is_administrator, account.may_open, account.is_active = wanted.administrator, wanted.may_open, wanted.active
    if not wanted.active:
        end_sessions(session, account.id)
        drop_links(session, account.id)
    record(session, viewer.account_id, "rights_changed", account=account.public_id, rights=wanted.version)
    return account


def left_without_recruiter(session: Session, account: Account) -> list[str]:
    """Titles of openings, not closed, whose recruiters are this account alone or accounts that are switched off."""
    recruiters = select(Membership.opening_id).where(Membership.hat == Hat.RECRUITER)
    active = recruiters.join(Account, Membership.account_id == Account.id).where(Account.is_active, Account.id != account.id)
    query = select(Opening.title).where(
        Opening.id.in_(recruiters.where(Membership.account_id == account.id)), Opening.id.not_in(active), Opening.state != "closed"
    )
    return list(session.scalars(query.order_by(Opening.title)))


def demo_people(session: Session) -> list[DemoPerson]:
    """Everybody with something to try out: recruiters first, then hiring managers, interviewers and administrators.

    The lines say nothing that depends on a scorecard's content or state: this page is open to interviewers who must not know of it.
    """
    work = _work(session)
    accounts = session.scalars(select(Account).where(Account.is_active).order_by(Account.name, Account.id)).all()
    order = list(HAT_WORDS)

    def place(account: Account) -> int:
        return min((order.index(hat) for parts in work.get(account.id, {}).values() for hat in parts), default=len(order))

    shown = [account for account in accounts if account.id in work or account.is_administrator]
    return [_demo_person(account, work.get(account.id, {})) for account in sorted(shown, key=place)]


def _work(session: Session) -> dict[int, dict[str, dict[Hat, str]]]:
    """What there is to do, in words, by account, opening and hat; openings that are closed are left out."""
    candidates = dict(session.execute(select(Application.opening_id, func.count()).group_by(Application.opening_id)).all())
    interviews = {
        (opening, account): count
        for opening, account, count in session.execute(
            select(Application.opening_id, Scorecard.interviewer_id, func.count())
            .join(Interview, Scorecard.interview_id == Interview.id)
            .join(Application, Interview.application_id == Application.id)
            .where(Scorecard.withdrawn_at.is_(None))
            .group_by(Application.opening_id, Scorecard.interviewer_id)
        )
    }
    work: dict[int, dict[str, dict[Hat, str]]] = {}
    rows = session.execute(
        select(Membership.account_id, Membership.hat, Opening.id, Opening.title)
        .join(Opening, Membership.opening_id == Opening.id)
        .where(Opening.state != "closed")
        .order_by(Opening.state.desc(), Opening.id)
    )
    for account, hat, opening, title in rows:
        count = interviews.get((opening, account), 0) if hat == Hat.INTERVIEWER else candidates.get(opening, 0)
        work.setdefault(account, {}).setdefault(title, {})[Hat(hat)] = _to_do(Hat(hat), count)
    return work


def _to_do(hat: Hat, count: int) -> str:
    if hat is Hat.CALIBRATION_LEAD:
        return "how interviewers rate"
    if hat is Hat.IMPACT_ANALYST:
        return "figures about groups"
    noun, verb = ("interview", "score") if hat is Hat.INTERVIEWER else ("candidate", "compare" if hat is Hat.RECRUITER else "decide on")
    return f"{count or 'no'} {noun}{'' if count == 1 else 's'} to {verb}"


def _demo_person(account: Account, work: dict[str, dict[Hat, str]]) -> DemoPerson:
    hats = hat_words({hat for parts in work.values() for hat in parts})
    words = ", ".join([*hats, *(["Administrator"] if account.is_administrator else [])])
    lines = [f"{title}: {', '.join(parts[hat] for hat in HAT_WORDS if hat in parts)}" for title, parts in work.items()]
    more = "" if len(lines) < 2 else f"; and {'another opening' if len(lines) == 2 else f'{len(lines) - 1} other openings'}"
    return DemoPerson(account.public_id, account.name, words.capitalize(), lines[0] + more if lines else "People, and what each may do")


def demo_account(session: Session, key: str) -> Account:
    """The account of a `DemoPerson`. Only a demonstration may ask: nothing proves who asks."""
    account = by_public_id(session, Account, key)
    if not account.is_active:
        raise NotFound
    return account
