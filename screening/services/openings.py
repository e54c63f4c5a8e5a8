"""Openings and the people who work in them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, joinedload

from rubrics import codec, library
from rubrics.model import Rubric
from screening.errors import Invalid, Stale
from screening.models import Account, Membership, Opening, RubricDraft
from screening.policy import DECIDING, LEADING, Action, Hat, Viewer, allows, require
from screening.services import exposure, rubrics
from screening.services.events import record
from screening.services.lookup import by_public_id, hold, opening_for, touch


@dataclass(frozen=True, slots=True)
class Listed:
    """An opening in somebody's list, with the hats they wear in it."""

    public_id: str
    title: str
    department: str
    location: str
    state: str
    hats: tuple[Hat, ...]


def require_create(viewer: Viewer) -> None:
    require(viewer, Action.CREATE_OPENING)


def create(
    session: Session,
    viewer: Viewer,
    *,
    title: str,
    department: str = "",
    location: str = "",
    template: str = "",
    copy_of: str = "",
) -> Opening:
    """An opening whose draft rubric comes from a role template, from another opening, or is empty. The creator becomes its recruiter."""
    require(viewer, Action.CREATE_OPENING)
    rubric = _first_rubric(session, viewer, title, template, copy_of)
    return create_with(session, viewer, rubric, title=title, department=department, location=location)


def create_with(session: Session, viewer: Viewer, rubric: Rubric, *, title: str, department: str = "", location: str = "") -> Opening:
    """An opening with this draft rubric. The creator becomes its recruiter."""
    require(viewer, Action.CREATE_OPENING)
    opening = Opening(title=title.strip(), department=department.strip(), location=location.strip(), created_by=viewer.account_id)
    session.add(opening)
    session.flush()
    session.add(Membership(opening_id=opening.id, account_id=viewer.account_id, hat=Hat.RECRUITER))
    session.add(RubricDraft(opening_id=opening.id, content=codec.to_dict(rubric), saved_by=viewer.account_id))
    record(session, viewer.account_id, "opening_created", opening_id=opening.id)
    return opening


def _first_rubric(session: Session, viewer: Viewer, title: str, template: str, copy_of: str) -> Rubric:
    if template:
        shipped = library.templates().get(template)
        if shipped is None:
            raise Invalid("Choose one of the role templates in the list.", field="start")
        return replace(shipped.rubric, title=title)
    if copy_of:
        other = opening_for(session, viewer, copy_of, Action.SEE_RUBRIC)
        published = rubrics.current(session, other.id)
        if published is not None:
            return replace(published.rubric, title=title)
        require(viewer, Action.EDIT_RUBRIC, other.id)
        return replace(codec.from_dict(session.get_one(RubricDraft, other.id).content), title=title)
    return Rubric(title=title)


def mine(session: Session, viewer: Viewer) -> list[Listed]:
    """The openings the viewer may see, open ones first, those made last before the others: by their numbers, as a clock may be set back."""
    administrator = allows(viewer, Action.MANAGE_PEOPLE)
    query = select(Opening).order_by(Opening.id.desc())
    found = session.scalars(query if administrator else query.where(Opening.id.in_(viewer.hats)))
    order = {"open": 0, "draft": 1, "closed": 2}
    rows = sorted(found, key=lambda opening: order[opening.state])
    return [
        Listed(row.public_id, row.title, row.department, row.location, row.state, tuple(sorted(viewer.hats.get(row.id, ()))))
        for row in rows
    ]


def copyable(session: Session, viewer: Viewer) -> Sequence[tuple[str, str]]:
    """Openings whose rubric the viewer may begin from: (public id, title)."""
    wanted = [opening_id for opening_id in viewer.hats if allows(viewer, Action.SEE_RUBRIC, opening_id)]
    found = session.execute(select(Opening.public_id, Opening.title).where(Opening.id.in_(wanted)).order_by(Opening.title))
    return [(public_id, title) for public_id, title in found]


def version(opening: Opening) -> str:
    """What the settings say now, as a form carries it to say over what it was filled in."""
    texts = opening.title, opening.department, opening.location
    said = [*texts, opening.panel_open, opening.manager_sees_names, opening.finals_count, opening.ranks_adjusted]
    return hashlib.blake2b(json.dumps(said).encode(), digest_size=8).hexdigest()


def change(
    session: Session,
    viewer: Viewer,
    opening_id: str,
    *,
    title: str,
    department: str,
    location: str,
    panel_open: bool,
    manager_sees_names: bool,
    finals_count: bool,
    ranks_adjusted: bool,
    seen: str | None = None,
) -> Opening:
    """Change the settings. `seen` is the `version` that the viewer saw; raises `Stale` where somebody else changed them meanwhile."""
    opening = _held(session, viewer, opening_id)
    if seen is not None and version(opening) != seen:
        raise Stale("This opening")
    opening.title, opening.department, opening.location = title.strip(), department.strip(), location.strip()
    opening.manager_sees_names, opening.finals_count, opening.ranks_adjusted = manager_sees_names, finals_count, ranks_adjusted
    if opening.panel_open and not panel_open:
        exposure.note_closed(session, opening)
    opening.panel_open = panel_open
    touch(opening)
    record(
        session,
        viewer.account_id,
        "opening_changed",
        opening_id=opening.id,
        finals_count=finals_count,
        ranks_adjusted=ranks_adjusted,
        panel_open=panel_open,
    )
    return opening


def _held(session: Session, viewer: Viewer, opening_id: str) -> Opening:
    """The opening, held until the transaction ends: of two who change it at once the second sees what the first did."""
    opening = opening_for(session, viewer, opening_id, Action.EDIT_OPENING)
    hold(session, opening)
    return opening


def set_state(session: Session, viewer: Viewer, opening_id: str, state: str, *, seen: str | None = None) -> Opening:
    """Close an opening or open it again; only one with a published rubric can be open. Raises `Stale` where it is not `seen` any more."""
    opening = _held(session, viewer, opening_id)
    if seen is not None and opening.state != seen:
        raise Stale("The opening’s state")
    if state not in ("open", "closed"):
        raise Invalid("An opening can be opened or closed.")
    if state == "open" and rubrics.current(session, opening.id) is None:
        raise Invalid("Publish the rubric first: without it there is nothing to interview with.")
    opening.state = state
    record(session, viewer.account_id, f"opening_{state}", opening_id=opening.id)
    return opening


def team(session: Session, opening_id: int) -> list[tuple[Account, tuple[Hat, ...]]]:
    """Everybody with a hat in the opening, by name."""
    rows = session.scalars(select(Membership).options(joinedload(Membership.account)).where(Membership.opening_id == opening_id))
    worn: dict[int, tuple[Account, list[Hat]]] = {}
    for row in rows:
        worn.setdefault(row.account_id, (row.account, []))[1].append(Hat(row.hat))
    return [(account, tuple(sorted(hats))) for account, hats in sorted(worn.values(), key=lambda pair: pair[0].name.casefold())]


def team_of(session: Session, viewer: Viewer, opening_id: str) -> tuple[Opening, list[tuple[Account, tuple[Hat, ...]]], list[Account]]:
    """The opening, its team, and the active accounts that could join it."""
    opening = opening_for(session, viewer, opening_id, Action.MANAGE_TEAM)
    members = team(session, opening.id)
    inside = {account.id for account, _ in members}
    accounts = session.scalars(select(Account).where(Account.is_active).order_by(Account.name))
    return opening, members, [account for account in accounts if account.id not in inside]


def set_hats(
    session: Session, viewer: Viewer, opening_id: str, account_id: str, hats: Sequence[str], *, version: str | None = None
) -> Account:
    """Give somebody these hats in the opening, and no others. An opening keeps at least one active recruiter.

    `version` is `hats_version` of the hats that the viewer saw. Raises `Stale` when somebody else changed them meanwhile.
    """
    opening = opening_for(session, viewer, opening_id, Action.MANAGE_TEAM)
    # The opening is held, so that of two recruiters who remove each other one is refused.
    hold(session, opening)
    account = by_public_id(session, Account, account_id)
    try:
        wanted = {Hat(hat) for hat in hats}
    except ValueError:
        raise Invalid("Choose among the hats that are listed.", field="hats") from None
    worn = _worn(session, opening.id, account.id)
    if worn == wanted:
        return account
    if version is not None and hats_version(worn) != version:
        raise Stale(f"What {account.name} does here")
    if wanted - worn and not account.is_active:
        raise Invalid("This account is switched off: an administrator can switch it on again.", field="hats")
    if Hat.IMPACT_ANALYST in wanted and wanted & DECIDING:
        raise Invalid("An impact analyst sees figures about groups, and so judges no candidate.", field="hats")
    if Hat.RECRUITER in worn - wanted and not _other_recruiter(session, opening.id, account.id):
        raise Invalid("An opening needs a recruiter: give somebody else that hat first.", field="hats")
    session.execute(delete(Membership).where(Membership.opening_id == opening.id, Membership.account_id == account.id))
    session.add_all(Membership(opening_id=opening.id, account_id=account.id, hat=hat) for hat in sorted(wanted))
    if worn & LEADING and not wanted & LEADING:
        exposure.note_led(session, opening, account)
    record(session, viewer.account_id, "hats_changed", opening_id=opening.id, account=account.public_id, hats=sorted(wanted))
    return account


def hats_version(hats: Iterable[Hat]) -> str:
    """What a form carries to say which hats it was filled in over."""
    return " ".join(sorted(hats))


def _worn(session: Session, opening_id: int, account_id: int) -> set[Hat]:
    found = session.scalars(select(Membership.hat).where(Membership.opening_id == opening_id, Membership.account_id == account_id))
    return {Hat(hat) for hat in found}


def _other_recruiter(session: Session, opening_id: int, account_id: int) -> bool:
    others = (
        select(Membership.account_id)
        .join(Account, Membership.account_id == Account.id)
        .where(Membership.opening_id == opening_id, Membership.hat == Hat.RECRUITER, Membership.account_id != account_id, Account.is_active)
    )
    return session.scalar(others.limit(1)) is not None
