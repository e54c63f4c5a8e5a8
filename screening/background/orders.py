"""What a pack is to hold, as it stands when the work begins."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from reports.contents import Entry
from reports.editions import document_name, record_number
from reports.look import look
from screening.background.shop import Shop, require_rights
from screening.errors import NotFound
from screening.models import Account, Application, Opening
from screening.policy import Action, Sight, Viewer, require, sight, viewer_for
from screening.services import copies, editions, results
from screening.services.comparison import as_seen
from screening.services.lookup import as_of, state_of
from screening.services.working import Claim

WITH_TOTALS = (editions.Edition.FULL, editions.Edition.MANAGER)


@dataclass(frozen=True, slots=True)
class Item:
    """A candidate's document: what it is called, its line of the contents (pages still unknown), the digest of all that it depends on."""

    application: str
    name: str
    entry: Entry
    digest: str


@dataclass(frozen=True, slots=True)
class Order:
    """`items` stand in the order of the pack; `whom` says in words whose documents they are.

    `title` is the opening's, with names replaced where the edition does so.
    """

    viewer: Viewer
    opening: Opening
    edition: editions.Edition
    form: str
    whom: str
    title: str
    as_of: datetime
    items: tuple[Item, ...]


def order_of(session: Session, shop: Shop, claim: Claim) -> Order:
    """Rights are asked for anew: what was open when it was asked for may not be open any more. Raises `NotFound`."""
    viewer = viewer_for(session, session.get_one(Account, claim.account_id))
    opening = session.get_one(Opening, claim.opening_id)
    require(viewer, Action.SEE_SUMMARY, opening.id)
    require_rights(session, viewer, opening, claim)
    seen = sight(session, viewer, opening.id, manager_sees_names=opening.manager_sees_names)
    edition = editions.choose(viewer, opening, seen, editions.Edition(claim.request["edition"]))
    wanted = _applications(session, opening, seen, claim.request["applications"])
    state = [state_of(session, opening, seen), copies.team_digest(session, opening)]
    depends_on = _all_it_depends_on(shop, opening, seen, edition, state)
    entries = _entries(session, opening, seen, edition, wanted)
    return Order(
        viewer=viewer,
        opening=opening,
        edition=edition,
        form=claim.request["form"],
        whom=claim.request["whom"],
        title=copies.redacted(session, opening, opening.title) if edition is editions.Edition.RECORDS else opening.title,
        as_of=as_of(session, opening, seen),
        items=tuple(
            Item(
                application=one.public_id,
                name=document_name(edition, candidate=one.candidate.name, opening=opening.title, application_id=one.public_id),
                entry=entry,
                digest=hashlib.sha256(f"{depends_on} {one.public_id}".encode()).hexdigest(),
            )
            for one, entry in zip(wanted, entries, strict=True)
        ),
    )


def _applications(session: Session, opening: Opening, seen: Sight, wanted: Sequence[str]) -> list[Application]:
    query = select(Application).where(Application.opening_id == opening.id, Application.public_id.in_(wanted))
    found = {one.public_id: one for one in session.scalars(query.options(joinedload(Application.candidate)))}
    if len(found) != len(wanted) or not all(seen.is_open(one.id) for one in found.values()):
        raise NotFound
    return [found[key] for key in wanted]


def _entries(session: Session, opening: Opening, seen: Sight, edition: editions.Edition, wanted: Sequence[Application]) -> list[Entry]:
    found = results.of(session, opening, seen)
    if found is None or edition not in WITH_TOTALS:
        hidden = edition is editions.Edition.RECORDS
        return [Entry(record_number(one.public_id), "", 0) if hidden else Entry(one.candidate.name, one.reference, 0) for one in wanted]
    compared = as_seen(opening, found, seen)
    places = {entrant.id: place for place, entrant in enumerate(compared.entrants)}
    rows = compared.rows(np.array([places[one.public_id] for one in wanted], dtype=np.int64), [])
    return [Entry(row.name, row.reference, 0, row.score, row.rank, row.tied) for row in rows]


def _all_it_depends_on(shop: Shop, opening: Opening, seen: Sight, edition: editions.Edition, state: Sequence[str]) -> str:
    """All that a summary depends on besides whom it is about: the opening's data, the team, who may know what, and the look."""
    sight_of_it = [sorted(seen.own), sorted(seen.blind), seen.whole, seen.names]
    made_with = [shop.settings.organisation, shop.settings.paper, shop.settings.pdf, look(shop.templates)]
    return json.dumps([opening.public_id, *state, edition, sight_of_it, made_with])
